//! The platform's bad days: what it, the network and the machine may do to a submission, over
//! real sockets and through the real command.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod adopting;
mod authorization;
mod bodies;
mod certificates;
mod connections;
mod crowd;
mod dresses;
mod gateway;
mod hostile;
mod ids;
mod in_place;
mod interrupted;
mod jobs;
mod known_jobs;
mod loose;
mod nothing_sent;
mod rate;
mod recordings;
mod redirects;
mod refused;
mod relay;
mod secrets;
mod shapes;
mod support;
mod taken;
mod unreached;
mod way;
mod webhooks;

#[path = "../harness/mod.rs"]
mod harness;
