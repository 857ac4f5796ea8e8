//! Comparisons of a `decide` that lack a part, or stand in its first line.

use super::decide_words::{BEGINS, comparator, is_arrow};
use super::{BrokenLine, Wording, fix};
use crate::flow;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// `decide which on code {`, `decide which (code) {`, `decide which code {`: what is compared, in the node's line.
pub fn in_header(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| broken.place == LineContext::File && first.is("decide"))?;
    let name = broken.token(1).filter(|name| matches!(name.kind, Kind::Word | Kind::Quoted))?;
    let found = broken.found.filter(|found| found.range.start >= name.range.end)?;
    let rest: Vec<&Token<'_>> =
        broken.tokens.iter().filter(|token| token.range.start >= found.range.start).collect();
    let (last, asked) = rest.split_last()?;
    let asked: Vec<&Token<'_>> = match last.is("{") {
        true => asked.to_vec(),
        false => rest.clone(),
    };
    let is_word = |token: &&&Token<'_>| {
        token.kind == Kind::Word
            && !matches!(token.text, "on" | "by" | "of" | "when" | "switch" | "with" | "if")
    };
    let is_asked = asked.len() <= 4
        && asked.iter().all(|token| token.kind == Kind::Word || matches!(token.text, "(" | ")" | ":" | "="));
    let mut words = asked.iter().filter(is_word);
    let (compared, None) = (words.next().filter(|_| is_asked)?, words.next()) else { return None };
    let end = asked.last()?.range.end;
    let help = format!(
        "take it out; what is compared stands in the block, as in `when {} = \"…\" -> NODE`",
        compared.text
    );
    let wording = Wording {
        range: found.range.start..end,
        message: "a `decide` says in its block what it compares".to_owned(),
        label: "not in the node's first line".to_owned(),
        help,
        instead: Vec::new(),
    };
    let blanks = broken.with_blanks(found.range.start..end);
    wording.instead_of(blanks, " ")
}

/// `"41" -> confirm`, `41 -> confirm`, `when "41" -> confirm`, `on "41"`, `when code -> confirm`: half of a comparison.
pub fn without_name(broken: &BrokenLine<'_>) -> Option<Wording> {
    let inside = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Decide);
    let first = broken.first().filter(|_| inside && broken.place == LineContext::Block)?;
    let begins = matches!(first.text, "when" | "case" | "if" | "is");
    let value = if begins { broken.token(1)? } else { first };
    let arrow = broken.after(value).filter(|arrow| is_arrow(arrow) || arrow.is("|"))?;
    let end = broken.line.trim_end().len();
    let rest = broken.line.get(value.range.start..end)?;
    match value.kind {
        Kind::Number if !value.text.bytes().all(|digit| digit.is_ascii_digit()) => None,
        Kind::String | Kind::Number => {
            let help = format!("write `when NAME = {rest}`, with the name of what is compared");
            fix(value, "this does not say what is compared with it", "a value alone", help)
        }
        Kind::Word if begins && is_name(value.text) && arrow.is("->") => {
            let tail = broken.line.get(arrow.range.start..end)?;
            let help = format!("write `when {} = VALUE {tail}`", value.text);
            fix(value, "this does not say what it is compared with", "a name alone", help)
        }
        _ => None,
    }
}

/// `when > 100 -> x`, `> 100 -> x`: a comparison with nothing before its sign.
pub fn nothing_compared(broken: &BrokenLine<'_>) -> Option<Wording> {
    let inside = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Decide);
    let first = broken.first().filter(|_| inside && broken.place == LineContext::Block)?;
    let sign = if first.is("when") { broken.token(1)? } else { first };
    let value = broken.after(sign).filter(|value| matches!(value.kind, Kind::String | Kind::Number))?;
    let own = comparator(sign).filter(|_| sign.kind == Kind::Signs)?;
    let rest = broken.line.get(value.range.start..)?.trim_end();
    let help = format!("write `when NAME {} {rest}`, with the name of what is compared", own.word());
    fix(sign, "this does not say what is compared", "nothing before this", help)
}

/// `code "A" -> x`, `when code "A" | "B" -> x`: a comparison without its sign.
pub fn without_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let inside = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Decide);
    let first = broken.first().filter(|_| inside && broken.place == LineContext::Block)?;
    let name = if first.is("when") { broken.token(1)? } else { first };
    let value = broken.after(name).filter(|value| matches!(value.kind, Kind::String | Kind::Number))?;
    if name.kind != Kind::Word || !is_name(name.text) || BEGINS.contains(&name.text) {
        return None;
    }
    let rest = broken.line.get(value.range.start..)?.trim_end();
    let meant = format!("when {} = {rest}", name.text);
    if !reads(Rule::statement_line, &meant) {
        return None;
    }
    let (place, message) = match first.is("when") {
        true => (value, "a sign such as `=` is missing before this"),
        false => (first, "a branch of a `decide` begins with `when`"),
    };
    fix(place, message, "not in this form", format!("write `{meant}`"))?
        .instead_of(first.range.start..broken.line.trim_end().len(), meant)
}
