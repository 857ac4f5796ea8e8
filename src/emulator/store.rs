//! What is kept, in memory and for this run.

use hyper::body::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;
use tokio::time::Instant;

use super::bounded_store::BoundedStore;
use super::limits::Limits;
use super::made::Made;
use super::problem::Finding;
use super::scope::Scope;

/// A token that was given out.
pub struct Token {
    pub scopes: Vec<Scope>,
    pub expires: Instant,
}

/// What an idempotency key was used for.
pub struct Used {
    /// The digest of the request that it came with.
    pub request: [u8; 32],
    /// The job that it made.
    pub job: String,
}

/// How far a job is.
pub enum Progress {
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
pub struct Flow {
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
pub struct Subscription {
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
    pub tokens: BoundedStore<Token>,
    pub keys: BoundedStore<Used>,
    pub jobs: BoundedStore<Progress>,
    pub flows: BoundedStore<Flow>,
    pub subscriptions: BoundedStore<Subscription>,
    pub deliveries: BoundedStore<Made>,
    given: u64,
}

impl Store {
    pub fn new(limits: &Limits) -> Self {
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
