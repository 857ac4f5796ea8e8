//! The platform: requests and the meaning of answers as plain values, and the transport that carries them.
//!
//! [`Client`] puts the parts together: a [`Tenant`] has the addresses and credentials, [`request`] and
//! [`answer`] know the API, [`transport`] does the I/O, [`next_step`] decides what to do after an answer
//! (take it, wait and try again, give up), and a [`Problem`] says why it was given up.
//! The API is described in `docs/platform-api.md`.

pub mod address;
pub mod answer;
mod body;
mod caller;
mod certificate;
mod client;
pub mod codes;
mod connection;
mod deadline;
mod fault;
pub mod flows;
pub mod id;
mod mask;
pub mod method;
pub mod next_step;
pub mod place;
mod plain;
mod problem;
mod progress;
mod redactor;
pub mod refusal;
pub mod request;
pub mod response;
mod retry_after;
mod retry_loop;
mod secret_search;
mod seen;
mod started;
mod strangers;
pub mod studio;
mod tenant;
mod token;
pub mod transport;
mod way;
mod wording;

pub use client::{Client, FlowLookup, RegisteredWebhook};
pub use deadline::Deadline;
pub use mask::{Mask, Masked};
pub use next_step::sent_unknown_help;
pub use problem::Problem;
pub use progress::{Progress, ProgressListener};
pub use tenant::{CredentialOrigin, Credentials, Endpoints, SCOPES, Tenant, Update, Webhook};
pub use wording::clean;
