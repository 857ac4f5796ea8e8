//! The parser that pest generates from `grammar/cxflow.pest`.

#![allow(missing_docs, reason = "generated: the rules are documented in the grammar")]

use pest_derive::Parser;

/// The parser for the grammar's rules. Use [`super::parse`] to compile; this is public for a benchmark that
/// compares the two.
#[derive(Parser)]
#[grammar = "../grammar/cxflow.pest"]
pub struct Grammar;
