//! Any bytes at all end in a diagnostic: never in a panic, never in a wait.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod anything;
mod bombs;
mod characters;
mod empty;
mod encoding;
mod file_end;
mod fixes;
mod many_names;
mod often;
mod support;
