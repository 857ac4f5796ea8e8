//! What people write into the first line of a policy that stands in its block.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// `policy a "A" exempt when …`, `policy a "A" version 2 {`, `policy a "A" unless country = "us" {`.
pub fn more(broken: &BrokenLine<'_>, name: &Token<'_>) -> Option<Wording> {
    let found =
        broken.found.filter(|found| found.kind == Kind::Word && found.range.start > name.range.end)?;
    let next = broken.after(found)?;
    // Without a title, the words may be one.
    let has_title = broken.token(2).is_some_and(|title| title.kind == Kind::String);
    let is_number = next.kind == Kind::Number;
    let (is_so, message, help) = match found.text {
        "exempt" | "except" => (
            matches!(next.text, "when" | "if"),
            "an `exempt` belongs to a rule".to_owned(),
            "write it at the end of each rule that does not bind such flows; a policy takes `when`, as in `policy NAME \"TITLE\" when country = \"us\" {`",
        ),
        "from" | "until" => (
            is_number || next.is("after"),
            format!("{} belongs to a rule", quote(found.text)),
            "write it at the end of each rule, as in `NAME: require @identity before agent from 2026-01-01`",
        ),
        "version" | "covers" | "reviewed" | "conflicts" | "expects" => (
            is_number
                || matches!(next.kind, Kind::String | Kind::Tag)
                || matches!(next.text, "by" | "with" | "fact"),
            format!("{} stands in the policy's block", quote(found.text)),
            "write it on a line of its own behind the `{`",
        ),
        "unless" | "if" | "where" | "only" | "while" => (
            has_title || broken.line.contains('='),
            format!("{} is not a word of a policy's first line", quote(found.text)),
            "write `when`, as in `policy NAME \"TITLE\" when country = \"us\" {`",
        ),
        _ => return None,
    };
    let wording = fix(found, message, "not in this line", help).filter(|_| is_so)?;
    let open = broken.tokens.iter().rev().find(|token| token.is("{"));
    let meant = match (found.text, open) {
        ("if" | "where", _) => (found.range.clone(), "when".to_owned()),
        ("unless", _) if !broken.tokens.iter().any(|token| matches!(token.text, "and" | "or")) => {
            (found.range.clone(), "when not".to_owned())
        }
        ("version" | "covers" | "reviewed" | "conflicts" | "expects", Some(open)) => {
            let line = broken.line.get(found.range.start..open.range.start)?.trim_end();
            if !reads(rule_of(LineContext::Policy), line) {
                return Some(wording);
            }
            (found.range.start..open.range.end, format!("{{\n  {line}"))
        }
        _ => return Some(wording),
    };
    wording.instead_of(meant.0, meant.1)
}
