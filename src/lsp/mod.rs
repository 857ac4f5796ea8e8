//! The language server: the compiler as editors ask for it, over the Language Server Protocol.
//!
//! One thread takes messages in their order. An edit marks the flows that its file belongs to; they
//! are compiled anew, whole, and their findings told, when nothing waits or when somebody asks. A flow of 5,000 nodes takes
//! some ten milliseconds, so nothing is kept up by halves.
//!
//! - [`Machine`]: what the server needs from outside: the disk, and the settings beside a flow.
//! - `workspace`: which flows there are, and to which of them a file belongs.
//! - `analysis`: one compiled flow, with its places as the protocol counts them.
//! - a file for each thing that an editor asks.

mod analysis;
mod beginning;
mod call_hierarchy;
mod capabilities;
mod code_action;
mod compiled;
mod completion;
mod definition;
mod diagnostics;
mod documents;
mod edits;
mod file_kinds;
mod findings;
mod folding;
mod formatting;
mod hover;
mod inlay_hint;
mod machine;
mod mentions;
mod pages;
mod position;
mod references;
mod rename;
mod request_error;
mod semantic_tokens;
mod server;
mod session;
mod spelling;
mod symbols;
mod workspace;

pub use machine::{FolderFlows, Machine, UnreadableSettings};
pub use server::{NoSession, serve};
