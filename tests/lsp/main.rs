//! The language server, by an editor over pipes.
#![allow(clippy::disallowed_methods, reason = "a test starts the program and reads files")]

mod any_edits;
mod asking;
mod completing;
mod documents;
mod editor;
mod mending;
mod protocol;
