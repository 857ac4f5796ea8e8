//! Simulated calls as users meet them: real processes, and random flows compared with plain
//! recursion.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod figures;
mod keyboard;
mod keys;
mod misuse;
mod paths;
mod property;
mod support;

#[path = "../harness/mod.rs"]
mod harness;
