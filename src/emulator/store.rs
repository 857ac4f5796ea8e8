//! What is kept, in memory and for this run.

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

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It is tried, or will be tried again.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was tried for the last time.
    Failed,
    /// It may not go where it should, and was not sent.
    Refused,
    /// Too many were waiting.
    Dropped,
}

/// A delivery that was made, or is to be made.
pub struct DeliveryRecord {
    pub subscription: String,
    pub event: EventType,
    pub url: String,
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer, or why there was none.
    pub last: Option<String>,
}

impl DeliveryRecord {
    pub fn new(subscription: String, event: EventType, url: &Url) -> Self {
        let (url, state) = (url.as_str().to_owned(), DeliveryState::Waiting);
        Self { subscription, event, url, state, attempts: 0, last: None }
    }
}

/// A token that was given out.
pub struct IssuedToken {
    pub scopes: Vec<Scope>,
    pub expires: Instant,
}

/// What an idempotency key was used for.
pub struct KeyUse {
    /// The digest of the request that it came with.
    pub request: [u8; 32],
    /// The job that it made.
    pub job: String,
}

/// How far a job is.
pub enum JobStage {
    Queued(Work),
    Processing(Work),
    Completed { flow: String },
    Failed { errors: Vec<Finding> },
}

/// What a job has to do.
pub struct Work {
    pub name: String,
    pub description: String,
    pub nodes: usize,
    pub transitions: usize,
    /// As it was sent.
    pub payload: Bytes,
    /// The flow that is updated; a new one without.
    pub updates: Option<String>,
    /// What is wrong with the payload: it is known from the start, and told at the end.
    pub errors: Vec<Finding>,
}

/// A flow that is in place.
pub struct StoredFlow {
    pub name: String,
    pub description: String,
    /// 1, and one more with each update.
    pub version: u32,
    pub nodes: usize,
    pub transitions: usize,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub payload: Bytes,
}

/// Who wants to hear of events.
pub struct StoredSubscription {
    pub url: url::Url,
    pub event_types: Vec<EventType>,
    pub secret: SecretString,
}

/// What can happen to a flow.
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

/// What is kept.
pub struct Store {
    pub tokens: BoundedStore<IssuedToken>,
    pub keys: BoundedStore<KeyUse>,
    pub jobs: BoundedStore<JobStage>,
    pub flows: BoundedStore<StoredFlow>,
    pub subscriptions: BoundedStore<StoredSubscription>,
    pub deliveries: BoundedStore<DeliveryRecord>,
    given: u64,
}

impl Store {
    pub fn new(limits: &EmulatorLimits) -> Self {
        Self {
            tokens: BoundedStore::new(limits.tokens, usize::MAX),
            keys: BoundedStore::new(limits.jobs, usize::MAX),
            jobs: BoundedStore::new(limits.jobs, limits.kept),
            flows: BoundedStore::new(limits.flows, limits.kept),
            subscriptions: BoundedStore::new(limits.subscriptions, usize::MAX),
            // Those that are under way are kept, and some of those that were made.
            deliveries: BoundedStore::new(limits.deliveries.saturating_mul(2), usize::MAX),
            given: 0,
        }
    }

    /// A number for an id, each once.
    pub fn number(&mut self) -> u64 {
        self.given += 1;
        self.given
    }
}
