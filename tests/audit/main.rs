//! The audit log: real files, real processes, crashes at every byte and changes of every byte.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod changed;
mod edited_end;
mod format;
mod page;
mod property;
mod support;
mod together;
mod torn;
mod verb;

#[path = "../harness/mod.rs"]
mod harness;
