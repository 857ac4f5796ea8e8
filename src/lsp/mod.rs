//! The language server: the compiler for editors, over the Language Server Protocol.
//!
//! One thread handles messages in their order. An edit marks the flows that its file belongs to. They are
//! recompiled entirely, and their findings sent, when no message is waiting or a request needs them. A flow
//! of 5,000 nodes takes some ten milliseconds, so there is no incremental compilation.
//!
//! - [`Machine`]: what the server needs from outside: the disk, and the settings beside a flow.
//! - `workspace`: all flows, and the flows that each file belongs to.
//! - `analysis`: one compiled flow, with positions as the protocol counts them.
//! - a file for each request of editors.

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
mod inbox;
mod inlay_hint;
mod letters;
mod machine;
mod mentions;
mod pages;
mod picture;
mod position;
mod references;
mod rename;
mod request_error;
mod semantic_tokens;
mod server;
mod session;
mod spelling;
mod symbols;
mod token_results;
mod workspace;

pub use beginning::NoSession;
pub use machine::{FolderFlows, Machine, UnreadableSettings};
pub use server::serve;
