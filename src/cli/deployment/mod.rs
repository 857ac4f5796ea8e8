//! What verbs share that submit flows to a platform.

pub mod actor;
pub mod audit_head;
pub mod connection;
pub mod fingerprint;
pub mod flow_lock;
pub mod guard;
pub mod platform;
pub mod progress;
pub mod reached;
pub mod studio;
