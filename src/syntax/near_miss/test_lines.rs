//! Tests whose parts are missing or in another order.

use super::{BrokenLine, Wording, fix};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// Whether the line begins like a test.
pub fn is_test(broken: &BrokenLine<'_>) -> bool {
    broken.place == LineContext::File && broken.first().is_some_and(|first| first.is("test"))
}

/// A test in a node's block.
pub fn inside_block(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::Block && first.is("test"))?;
    broken.token(1).filter(|second| second.kind == Kind::String)?;
    let help = "put it outside the block; it names the nodes that the call passes";
    fix(first, "a test belongs outside any block", "inside a block", help)
}

/// `test on 1 -> menu`, `test opting out on 9 -> stopped`.
pub fn name(broken: &BrokenLine<'_>) -> Option<Wording> {
    let (first, second) = (broken.first().filter(|_| is_test(broken))?, broken.token(1)?);
    let rest = broken.line.get(second.range.start..)?.trim_end();
    if second.is("on") {
        let help = format!("write `test \"NAME\" {rest}`");
        return fix(first, "the test has no name", "expected a name after this", help);
    }
    if !matches!(second.kind, Kind::Word | Kind::Number | Kind::Quoted) {
        return None;
    }
    let ends = |token: &&Token<'_>| token.is("on") || token.is("->");
    let words = broken.tokens.iter().skip(1).take_while(|token| !ends(token));
    let end = words.map(|token| token.range.end).last()?;
    let written = broken.line.get(second.range.start..end)?;
    Some(Wording {
        range: second.range.start..end,
        message: "a test's name needs quotes".into(),
        label: "this has no quotes".into(),
        help: format!("write `test \"{}\"`", written.trim_matches('`')),
        instead: vec![vec![(second.range.start..end, format!("\"{}\"", written.trim_matches('`')))]],
    })
}

/// `test "opting out" -> menu -> stopped on 9`.
pub fn events_last(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| is_test(broken) && token.is("on"))?;
    let [test, name, ..] = broken.tokens else { return None };
    let events = broken.line.get(found.range.start..)?.trim_end();
    let nodes = broken.line.get(name.range.end..found.range.start)?.trim();
    if !nodes.starts_with("->") {
        return None;
    }
    fix(
        found,
        "the events of a test come before its nodes",
        "this comes after the nodes",
        format!("write `{} {} {events} {nodes}`", test.text, name.text),
    )?
    .instead_of(name.range.end..found.range.start + events.len(), format!(" {events} {nodes}"))
}

/// `on 1..3`, `on 1-3`.
pub fn range(sign: &Token<'_>) -> Option<Wording> {
    fix(
        sign,
        "an event of a test is a single key",
        "a range",
        "write one of these keys; if each matters, write a test for each",
    )
}

/// `on 1 | 2`, `on 1..3`, `on 1 then 2`.
pub fn several_events(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_test(broken) && broken.expects(Rule::comma))?;
    match found.text {
        "|" | "||" | "or" => fix(
            found,
            "the events of a call happen one after the other",
            "not a separator",
            "write `,` between events that follow each other, as in `on 1, timeout`; write one test for each alternative",
        ),
        ".." | "..." | "…" => range(found),
        "and" | "then" | "+" | "&" | "&&" | "/" => fix(
            found,
            "events are separated by `,`",
            "not a separator",
            "write `,`, as in `on 1, timeout -> NODE`",
        )?
        .instead_of(broken.with_blanks(found.range.clone()), ", "),
        _ => None,
    }
}
