//! The language server, by an editor over pipes.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

mod any_edits;
mod asking;
mod cancelling;
mod completing;
mod conflicts;
mod documents;
mod editor;
mod exits;
mod fixing;
#[cfg(unix)]
mod hostile;
mod kinds;
mod lost_output;
mod messages;
mod outlines;
mod picture;
mod protocol;
mod reading;
mod redaction;
mod renaming;
mod sequences;
mod session;
mod settings;
mod spelling;
mod tokens;
mod uses;
mod workspace;

#[path = "../harness/mod.rs"]
mod harness;
