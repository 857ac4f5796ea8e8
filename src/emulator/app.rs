//! The shared state of all requests.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use tokio::sync::{Semaphore, watch};

use super::deliveries::Deliveries;
use super::options::EmulatorOptions;
use super::seeded_random::SeededRandom;
use super::store::Store;
use super::studio::StudioStore;

/// How many requests may hold a body of more than [`LARGE`] bytes at the same time; others wait.
const LARGE_AT_ONCE: usize = 4;

/// The size in bytes from which a body is large.
pub const LARGE: usize = 1 << 20;

/// Counts the requests of each route.
#[derive(Default)]
pub struct RouteCounters(Mutex<HashMap<String, u64>>);

impl RouteCounters {
    /// The number of this request on its route, from 0.
    pub fn next(&self, route: &str) -> u64 {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = counters.entry(route.to_owned()).or_default();
        let number = *counter;
        *counter += 1;
        number
    }
}

/// The credentials of the only client.
pub struct ClientCredentials {
    pub id: String,
    pub secret: SecretString,
}

/// The shared state of all requests.
pub struct App {
    pub options: EmulatorOptions,
    /// The port that it listens on.
    pub port: u16,
    pub credentials: ClientCredentials,
    pub random: SeededRandom,
    pub counters: RouteCounters,
    pub deliveries: Deliveries,
    /// Permits for large bodies.
    pub large: Semaphore,
    store: Mutex<Store>,
    studio: Mutex<StudioStore>,
    stopping: watch::Receiver<bool>,
}

impl App {
    /// # Errors
    ///
    /// If no HTTP client can be made for the deliveries, or a script of the tenant has no name.
    pub fn new(options: EmulatorOptions, port: u16, stopping: watch::Receiver<bool>) -> io::Result<Self> {
        let random = SeededRandom::new(options.seed);
        let credentials = ClientCredentials {
            id: random.id("client", 0),
            secret: SecretString::from(random.word("secret", 0)),
        };
        Ok(Self {
            deliveries: Deliveries::new(&options)?,
            studio: Mutex::new(StudioStore::new(
                &options.studio,
                &options.limits,
                &credentials.id,
                &credentials.secret,
            )?),
            store: Mutex::new(Store::new(&options.limits)),
            options,
            port,
            credentials,
            random,
            counters: RouteCounters::default(),
            large: Semaphore::new(LARGE_AT_ONCE),
            stopping,
        })
    }

    /// The stored data. Its lock must not be held while waiting.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        // A store is still usable after a panic.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenant's data. Its lock must not be held while waiting.
    pub fn studio(&self) -> MutexGuard<'_, StudioStore> {
        self.studio.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the emulator is stopped or dropped.
    pub async fn stopped(&self) {
        let _ = self.stopping.clone().wait_for(|stop| *stop).await;
    }

    pub fn log(&self, line: &str) {
        if let Some(log) = &self.options.log {
            log(line);
        }
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("options", &self.options).finish_non_exhaustive()
    }
}
