//! A tenant of the emulator in this process, as the test describes it.

use cxflowc::emulator::{Emulator, EmulatorOptions, StudioOptions};
use secrecy::ExposeSecret;
use tokio::runtime::Runtime;

use super::support::*;

/// The number of the business unit that no report may show.
pub const UNIT: u64 = 8_765_432;

/// A tenant that serves requests until the test ends.
pub struct Tenant {
    emulator: Emulator,
    /// The lines of its log: `GET /… 200`.
    pub log: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
    _runtime: Runtime,
}

impl Tenant {
    pub fn start(studio: StudioOptions) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let log: std::sync::Arc<std::sync::Mutex<Vec<String>>> = std::sync::Arc::default();
        let lines = std::sync::Arc::clone(&log);
        let options = EmulatorOptions {
            studio,
            seed: Some(1),
            log: Some(std::sync::Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned()))),
            ..EmulatorOptions::default()
        };
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        Self { emulator, log, _runtime: runtime }
    }

    /// A command with the access key of its user.
    pub fn command(&self, folder: &Folder, arguments: &str) -> Cxflowc {
        bare(folder, arguments)
            .env("CXONE_BASE_URL", self.emulator.base_url())
            .env("CXONE_ACCESS_KEY_ID", self.emulator.client_id())
            .env("CXONE_ACCESS_KEY_SECRET", self.emulator.client_secret().expose_secret())
    }

    pub fn run(&self, folder: &Folder, arguments: &str) -> Run {
        self.command(folder, arguments).run()
    }

    /// The requests but for those that sign in.
    pub fn calls(&self) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|line| line.contains("/inContactAPI/")).cloned().collect()
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        self.emulator.base_url()
    }
}

/// The usual tenant, with a business unit of its own.
pub fn usual() -> StudioOptions {
    StudioOptions { business_unit: UNIT, ..StudioOptions::default() }
}
