//! The options of the emulator.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use super::declared_types::DeclaredType;
use super::faults::Faults;
use super::limits::EmulatorLimits;
use super::studio::StudioOptions;

/// Receives one line for each request and each delivery. The lines contain no secrets.
pub type RequestLog = Arc<dyn Fn(&str) + Send + Sync>;

/// The options of the emulator.
#[derive(Clone)]
pub struct EmulatorOptions {
    /// The port on 127.0.0.1; 0 means any free one.
    pub port: u16,
    /// What goes wrong, and how often.
    pub faults: Faults,
    /// How long each request waits before it is handled.
    pub latency: RangeInclusive<Duration>,
    /// The time from a job's creation to its end.
    pub job_time: Duration,
    /// How long a token stays valid.
    pub token_life: Duration,
    /// Whether events are also sent to `https` addresses of other machines.
    pub deliver_anywhere: bool,
    /// If set, faults, ids and credentials are the same in every run with this number.
    pub seed: Option<u64>,
    /// The types of nodes that a library declares.
    pub types: Vec<DeclaredType>,
    /// The tenant whose scripts are kept.
    pub studio: StudioOptions,
    /// Receives a line for every request.
    pub log: Option<RequestLog>,
    /// The limits on what is kept and on waiting.
    pub limits: EmulatorLimits,
}

impl Default for EmulatorOptions {
    fn default() -> Self {
        Self {
            port: 0,
            faults: Faults::default(),
            latency: Duration::ZERO..=Duration::ZERO,
            job_time: Duration::from_millis(1500),
            token_life: Duration::from_secs(3600),
            deliver_anywhere: false,
            seed: None,
            types: Vec::new(),
            studio: StudioOptions::default(),
            log: None,
            limits: EmulatorLimits::default(),
        }
    }
}

impl fmt::Debug for EmulatorOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("port", &self.port)
            .field("faults", &self.faults)
            .field("latency", &self.latency)
            .field("job_time", &self.job_time)
            .field("token_life", &self.token_life)
            .field("deliver_anywhere", &self.deliver_anywhere)
            .field("seed", &self.seed)
            .field("types", &self.types)
            .field("studio", &self.studio)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
