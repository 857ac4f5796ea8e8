//! The verbs, a file or a folder each.

pub mod audit;
pub mod build;
pub mod check;
pub mod completions;
pub mod diff;
pub mod emulate;
pub mod explain;
pub mod fmt;
pub mod graph;
pub mod import;
pub mod job;
pub mod lsp;
pub mod man;
pub mod merge;
pub mod new;
pub mod policy;
pub mod preview;
pub mod prompts;
pub mod report;
pub mod simulate;
pub mod status;
pub mod studio;
pub mod submit;
pub mod test;
pub mod webhook;
