//! The data of this run, in memory.

use hyper::body::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use super::bounded_store::BoundedStore;
use super::limits::EmulatorLimits;
use super::problem::Finding;
use super::scope::Scope;

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It is being tried, or will be tried again.
    Waiting,
    /// The receiver accepted it.
    Delivered,
    /// The last attempt failed.
    Failed,
    /// Its destination is not allowed, and it was not sent.
    Refused,
    /// Too many deliveries were pending.
    Dropped,
}

/// A past or pending delivery.
pub struct DeliveryRecord {
    pub subscription: String,
    pub event: EventType,
    pub url: String,
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last response, or why there was none.
    pub last: Option<String>,
}

impl DeliveryRecord {
    pub fn new(subscription: String, event: EventType, url: &Url) -> Self {
        let (url, state) = (url.as_str().to_owned(), DeliveryState::Waiting);
        Self { subscription, event, url, state, attempts: 0, last: None }
    }
}

/// An issued token.
pub struct IssuedToken {
    pub scopes: Vec<Scope>,
    pub expires: Instant,
}

/// What an idempotency key was used for.
pub struct KeyUse {
    /// The digest of the request with this key.
    pub request: [u8; 32],
    /// The job that the request created.
    pub job: String,
}

/// The stage of a job.
pub enum JobStage {
    Queued(Work),
    Processing(Work),
    Completed { flow: String },
    Failed { errors: Vec<Finding> },
}

/// The work of a job.
pub struct Work {
    pub name: String,
    pub description: String,
    pub nodes: usize,
    pub transitions: usize,
    /// The payload as it was sent.
    pub payload: Bytes,
    /// The flow to update; without it, a new one is created.
    pub updates: Option<String>,
    /// The errors of the payload; they are known from the start, and reported at the end.
    pub errors: Vec<Finding>,
}

/// A flow that is in place.
pub struct StoredFlow {
    pub name: String,
    pub description: String,
    /// Starts at 1 and grows with each update.
    pub version: u32,
    pub nodes: usize,
    pub transitions: usize,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub payload: Bytes,
}

/// A subscription to events.
pub struct StoredSubscription {
    pub url: url::Url,
    pub event_types: Vec<EventType>,
    pub secret: SecretString,
}

/// The types of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum EventType {
    #[serde(rename = "flow.created")]
    Created,
    #[serde(rename = "flow.updated")]
    Updated,
    #[serde(rename = "flow.deleted")]
    Deleted,
}

impl EventType {
    pub const ALL: [Self; 3] = [Self::Created, Self::Updated, Self::Deleted];

    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "flow.created",
            Self::Updated => "flow.updated",
            Self::Deleted => "flow.deleted",
        }
    }
}

/// The stored data.
pub struct Store {
    pub tokens: BoundedStore<IssuedToken>,
    pub keys: BoundedStore<KeyUse>,
    pub jobs: BoundedStore<JobStage>,
    pub flows: BoundedStore<StoredFlow>,
    pub subscriptions: BoundedStore<StoredSubscription>,
    pub deliveries: BoundedStore<DeliveryRecord>,
    last_number: u64,
}

impl Store {
    pub fn new(limits: &EmulatorLimits) -> Self {
        Self {
            tokens: BoundedStore::new(limits.tokens, usize::MAX),
            keys: BoundedStore::new(limits.jobs, usize::MAX),
            jobs: BoundedStore::new(limits.jobs, limits.kept),
            flows: BoundedStore::new(limits.flows, limits.kept),
            subscriptions: BoundedStore::new(limits.subscriptions, usize::MAX),
            // Keeps the pending deliveries and some past ones.
            deliveries: BoundedStore::new(limits.deliveries.saturating_mul(2), usize::MAX),
            last_number: 0,
        }
    }

    /// A new number for an id.
    pub fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
