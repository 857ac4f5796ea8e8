//! The limits of the emulator.

use std::time::Duration;

/// How much the emulator keeps, and how long it waits. If a store is full, the oldest entry is dropped.
#[derive(Debug, Clone)]
pub struct EmulatorLimits {
    /// Bytes of a request's body; more is `413`.
    pub body: usize,
    /// Bytes of what is kept, separately for flows, jobs, scripts of the tenant and its files.
    pub kept: usize,
    /// Tokens, separately for flows and for the tenant.
    pub tokens: usize,
    /// Jobs, and idempotency keys.
    pub jobs: usize,
    /// Flows, scripts of the tenant, and its files, each.
    pub flows: usize,
    /// Subscriptions.
    pub subscriptions: usize,
    /// Connections at once; more wait.
    pub connections: usize,
    /// Pending deliveries; more are dropped.
    pub deliveries: usize,
    /// How long a client may take for a request's headers, and be idle between requests.
    pub header_time: Duration,
    /// How long a client may take for a request's body; longer is `408`.
    pub body_time: Duration,
    /// How long one attempt at a delivery may take.
    pub delivery_time: Duration,
    /// The wait before a delivery's second attempt; it doubles with each further one.
    pub delivery_pause: Duration,
    /// How long pending requests and deliveries have to finish when the emulator stops.
    pub grace: Duration,
}

impl Default for EmulatorLimits {
    fn default() -> Self {
        Self {
            body: 64 << 20,
            kept: 256 << 20,
            tokens: 10_000,
            jobs: 10_000,
            flows: 10_000,
            subscriptions: 1_000,
            connections: 512,
            deliveries: 1_000,
            header_time: Duration::from_secs(30),
            body_time: Duration::from_secs(60),
            delivery_time: Duration::from_secs(10),
            delivery_pause: Duration::from_millis(500),
            grace: Duration::from_secs(3),
        }
    }
}
