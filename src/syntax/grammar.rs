//! The parser that pest makes of `grammar/cxflow.pest`.

#![allow(missing_docs, reason = "generated: the rules are documented in the grammar")]

use pest_derive::Parser;

/// The grammar's rules as a parser. Compilation goes through [`super::parse`]; this is public for
/// the benchmark that compares both.
#[derive(Parser)]
#[grammar = "../grammar/cxflow.pest"]
pub struct Grammar;
