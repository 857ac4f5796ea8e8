//! The grammar for tree-sitter, `editors/tree-sitter-cxflow`, against the compiler.
//!
//! What the compiler reads without a finding parses there without an ERROR or MISSING node and to
//! the same: each declaration with all that it consists of, and each comment. What the compiler
//! refuses for its syntax has such a node. Only these differ:
//!
//! - What is there to be counted, which is CX005: more than 128 parentheses in each other.
//! - A carriage return without a line feed. Some the compiler takes for blanks; the grammar none
//!   outside of strings and comments.
//! - Files that are not UTF-8, and the character U+0000: an editor's text has neither.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

mod any_text;
mod corpus;
mod every_file;
mod keywords;
mod of_compiler;
mod of_grammar;
mod queries;
mod recovery;
mod support;
