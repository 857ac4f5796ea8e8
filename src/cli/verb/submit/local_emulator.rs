//! `--emulate`: an emulated platform in this process.

use std::sync::Arc;

use url::Url;

use super::progress::ProgressLines;
use crate::cli::Failure;
use crate::cli::args::SubmitArgs;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::connection;
use crate::cxone::studio::StudioTenant;
use crate::cxone::{Credentials, Tenant, Webhook, address};
use crate::emulator::{Emulator, EmulatorOptions, StudioOptions};

/// An emulator that lives as long as the submission.
pub struct LocalEmulator {
    emulator: Emulator,
}

impl LocalEmulator {
    /// Starts an emulator and logs its requests, since the user wants to see what happens.
    /// `studio` is the tenant that keeps scripts.
    pub async fn start(
        terminal: &Terminal,
        lines: &Arc<ProgressLines>,
        studio: StudioOptions,
    ) -> Result<Self, Failure> {
        let (terminal, lines) = (terminal.clone(), Arc::clone(lines));
        let log = Arc::new(move |line: &str| lines.print_above(|| terminal.closing(line)));
        let options = EmulatorOptions { log: Some(log), studio, ..EmulatorOptions::default() };
        let emulator = Emulator::start(options)
            .await
            .map_err(|error| Failure::new(format!("the emulator cannot start: {error}")))?;
        Ok(Self { emulator })
    }

    pub fn tenant(&self) -> Result<Tenant, Failure> {
        Tenant::at(self.base()?, self.credentials()).map_err(Failure::new)
    }

    /// The tenant that keeps scripts.
    pub fn studio_tenant(&self) -> Result<StudioTenant, Failure> {
        StudioTenant::at(self.base()?, self.credentials(), None, None).map_err(Failure::new)
    }

    fn base(&self) -> Result<Url, Failure> {
        address::read(self.emulator.base_url()).map_err(Failure::new)
    }

    /// The client of the flow API, and at the same time the access key of the tenant.
    fn credentials(&self) -> Credentials {
        Credentials {
            id: self.emulator.client_id().to_owned(),
            secret: self.emulator.client_secret().clone(),
        }
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
