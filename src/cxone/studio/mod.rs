//! A tenant of CXone as scripts of Studio need it: signing in, finding the tenant's host, saving.
//!
//! Nothing of it was tried on a tenant: `facts.rs` has what is known of the API, each with its evidence. It is shared with
//! the flows' client how requests are sent and repeated, and which secrets are never shown.

pub mod action;
pub mod answer;
mod client;
mod discovery;
mod facts;
mod look;
pub mod lookup;
pub mod reading;
pub mod request;
mod sign_in;
pub mod skill;
mod tenant;

pub use answer::{FolderEntry, OpenedScript, SaveAnswer, ScriptComplaint};
pub use client::StudioClient;
pub use look::{ScriptVersion, Shown};
pub use tenant::{StudioTenant, name};
