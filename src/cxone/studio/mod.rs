//! A tenant of CXone as scripts of Studio need it: signing in, finding the tenant's host, saving.
//!
//! Nothing of it was tried on a tenant: `facts.rs` has what is known of the API, each with its evidence. It is shared with
//! the flows' client how requests are sent and repeated, and which secrets are never shown.

pub mod answer;
mod client;
mod discovery;
mod facts;
pub mod request;
mod sign_in;
mod tenant;

pub use answer::{FolderEntry, OpenedScript, SaveAnswer, ScriptComplaint};
pub use client::StudioClient;
pub use tenant::{StudioTenant, name};
