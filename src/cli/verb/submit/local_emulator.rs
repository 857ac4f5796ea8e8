//! `--emulate`: an emulated platform in this process.

use std::sync::Arc;

use super::progress::ProgressLines;
use crate::cli::Failure;
use crate::cli::args::SubmitArgs;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::connection;
use crate::cxone::{Credentials, Tenant, Webhook, address};
use crate::emulator::{Emulator, EmulatorOptions};

/// An emulator that lives as long as the submission.
pub struct LocalEmulator {
    emulator: Emulator,
}

impl LocalEmulator {
    /// Starts an emulator and logs its requests, since the user wants to see what happens.
    pub async fn start(terminal: &Terminal, lines: &Arc<ProgressLines>) -> Result<Self, Failure> {
        let (terminal, lines) = (terminal.clone(), Arc::clone(lines));
        let log = Arc::new(move |line: &str| lines.print_above(|| terminal.closing(line)));
        let options = EmulatorOptions { log: Some(log), ..EmulatorOptions::default() };
        let emulator = Emulator::start(options)
            .await
            .map_err(|error| Failure::new(format!("the emulator cannot start: {error}")))?;
        Ok(Self { emulator })
    }

    pub fn tenant(&self) -> Result<Tenant, Failure> {
        let base = address::read(self.emulator.base_url()).map_err(Failure::new)?;
        let credentials = Credentials {
            id: self.emulator.client_id().to_owned(),
            secret: self.emulator.client_secret().clone(),
        };
        Tenant::at(base, credentials).map_err(Failure::new)
    }

    /// The webhook, if one is named on the command line.
    pub fn webhook(&self, args: &SubmitArgs) -> Result<Option<Webhook>, Failure> {
        let Some(url) = &args.platform.webhook_url else { return Ok(None) };
        let url = connection::webhook_url(url, "--webhook-url")?;
        let secret = connection::webhook_secret(None).unwrap_or(self.emulator.client_secret().clone());
        Ok(Some(Webhook { url, secret }))
    }

    pub async fn stop(self) {
        self.emulator.stop().await;
    }
}
