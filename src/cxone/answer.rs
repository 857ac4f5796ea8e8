//! The platform's answers as plain values.
//!
//! Tenants and versions differ in the details, so fields that are not needed may be missing, and unknown
//! fields are ignored.

mod fields;
mod jobs;
mod subscriptions;
mod tokens;

pub use self::jobs::{Job, JobState, NoJob, created, job, job_asked};
pub use self::subscriptions::{Subscription, WebhookPage, subscribed, subscriptions};
pub use self::tokens::{GrantedToken, NoToken, token, token_error};

pub(super) use self::fields::{flow_id, json, layers, named, outermost_id};
