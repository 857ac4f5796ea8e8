//! What every request has at hand.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use tokio::sync::{Semaphore, watch};

use super::deliveries::Deliveries;
use super::options::EmulatorOptions;
use super::seeded_random::SeededRandom;
use super::store::Store;

/// How many requests may hold a body of more than [`LARGE`] bytes at once; more wait.
const LARGE_AT_ONCE: usize = 4;

/// From how many bytes on a body is a large one.
pub const LARGE: usize = 1 << 20;

/// How many requests each route has had.
#[derive(Default)]
pub struct RouteCounters(Mutex<HashMap<String, u64>>);

impl RouteCounters {
    /// The number of this request on its route, from 0.
    pub fn next(&self, route: &str) -> u64 {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = turns.entry(route.to_owned()).or_default();
        let number = *turn;
        *turn += 1;
        number
    }
}

/// The one client.
pub struct ClientCredentials {
    pub id: String,
    pub secret: SecretString,
}

/// What every request has at hand.
pub struct App {
    pub options: EmulatorOptions,
    /// The port that it listens on.
    pub port: u16,
    pub credentials: ClientCredentials,
    pub random: SeededRandom,
    pub turns: RouteCounters,
    pub deliveries: Deliveries,
    /// Places for large bodies.
    pub large: Semaphore,
    store: Mutex<Store>,
    stopping: watch::Receiver<bool>,
}

impl App {
    /// # Errors
    ///
    /// Where no HTTP client can be made for the deliveries.
    pub fn new(options: EmulatorOptions, port: u16, stopping: watch::Receiver<bool>) -> io::Result<Self> {
        let random = SeededRandom::new(options.seed);
        let credentials = ClientCredentials {
            id: random.id("client", 0),
            secret: SecretString::from(random.word("secret", 0)),
        };
        Ok(Self {
            deliveries: Deliveries::new(&options)?,
            store: Mutex::new(Store::new(&options.limits)),
            options,
            port,
            credentials,
            random,
            turns: RouteCounters::default(),
            large: Semaphore::new(LARGE_AT_ONCE),
            stopping,
        })
    }

    /// What is kept. Nobody waits for anything while holding it.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        // What a panic left is still a store.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the emulator is told to stop, or dropped.
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
