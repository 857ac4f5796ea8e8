//! The parser that pest generates from `grammar/cxflow.pest`.

#![allow(missing_docs, reason = "generated: the rules are documented in the grammar")]

use pest_derive::Parser;

/// The parser for the grammar's rules. Use [`super::parse`] to compile; this is public for a benchmark that
/// compares the two.
#[derive(Parser)]
#[grammar = "../grammar/cxflow.pest"]
pub struct Grammar;

/// Whether a statement may go on in the next line behind such a token, which then contains the line break.
pub fn goes_on(rule: Rule) -> bool {
    matches!(rule, Rule::comma | Rule::bar | Rule::and | Rule::kw_with | Rule::kw_and | Rule::kw_or)
}
