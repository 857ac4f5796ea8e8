//! Tests whose parts are missing or in another order.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::flow::Outcome;
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
    // `at` and `with` may be words of the name.
    let ends = |token: &&Token<'_>| {
        let next = || broken.after(token);
        let begins_time = || next().is_some_and(|next| matches!(next.kind, Kind::Number | Kind::String));
        let begins_values = || next().and_then(|name| broken.after(name)).is_some_and(|sign| sign.is("="));
        token.is("on")
            || token.is("->")
            || token.is("at") && begins_time()
            || token.is("with") && begins_values()
    };
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

/// Whether a token may be an event of a call.
fn is_event(token: &Token<'_>) -> bool {
    token.kind == Kind::Number || Outcome::from_word(token.text).is_some()
}

/// `test "a" press 9 -> b`, `test "a" human, 1 -> b`, `test "a" 9 -> b`: events without `on`.
pub fn missing_on(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_test(broken) && broken.expects(Rule::kw_on))?;
    let message = "what happens on a test's call stands behind `on`";
    if is_event(found) {
        let rest = broken.line.get(found.range.start..)?.split("->").next()?.trim_end();
        return fix(found, message, "`on` is missing before this", format!("write `on {rest}`"))?
            .instead_of(found.range.start..found.range.start, "on ");
    }
    let next = broken.after(found).filter(|next| is_event(next))?;
    let is_word =
        matches!(found.text, "press" | "key" | "keys" | "when" | "if" | "after" | "upon" | "input" | "enter");
    fix(found, message, "not `on`", format!("write `on {}`", next.text)).filter(|_| is_word)?.instead("on")
}

/// `on 9 stopped`, `on 1 9`, `on 9: stopped`, `-> menu stopped`, `-> menu, stopped`, `on 9, -> stopped`: the signs between
/// the events and the nodes of a test.
pub fn signs(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_test(broken))?;
    let before = broken.before_found()?;
    let has_arrow = broken.tokens.iter().any(|token| token.is("->") && token.range.end <= found.range.start);
    let has_on = broken.tokens.iter().any(|token| token.is("on") && token.range.end <= found.range.start);
    if before.is(",") && (found.is("->") || found.is("on")) {
        return fix(before, "nothing follows this `,`", "not needed", "take it out")?
            .instead_of(broken.with_blanks(before.range.clone()), " ");
    }
    if before.is("on") && found.kind == Kind::Number {
        let comma = broken.tokens.iter().rev().find(|token| token.range.end <= before.range.start)?;
        return fix(comma, "nothing follows this `,`", "not needed", "take it out")
            .filter(|_| comma.is(","))?
            .instead_of(broken.with_blanks(comma.range.clone()), " ");
    }
    if !broken.expects(Rule::arrow) {
        return None;
    }
    let is_name = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Quoted);
    // `on key 9` has a near miss of its own.
    let is_word_before =
        matches!(before.text, "key" | "keys" | "press" | "digit" | "digits" | "input" | "button" | "dtmf");
    if is_word_before && found.kind == Kind::Number {
        return None;
    }
    let goes_on = |next: &Token<'_>| is_event(next) || next.is(",");
    let may_be_event = found.kind == Kind::Word && broken.after(found).is_some_and(goes_on);
    if has_on && !has_arrow && (is_event(found) || may_be_event) {
        return fix(
            found,
            "events are separated by `,`",
            "`,` is missing before this",
            "write `,`, as in `on 1, timeout -> NODE`",
        )?
        .instead_of(before.range.end..before.range.end, ",");
    }
    let after = broken.after(found);
    if (has_on || has_arrow)
        && is_name(found)
        && !matches!(found.text, "is" | "with" | "at" | "on" | "as" | "disposition" | "then" | "and" | "or")
    {
        let help = format!("write `-> {}`", found.text);
        return fix(found, "an arrow leads to each node of a test", "`->` is missing before this", help)?
            .instead_of(found.range.start..found.range.start, "-> ");
    }
    let is_sign = found.is(":") && has_on || found.is(",") && has_arrow;
    if is_sign && after.is_some_and(is_name) {
        let help = format!("write `-> {}`", after?.text);
        let wording = fix(found, "an arrow leads to each node of a test", "not an arrow", help)?;
        // The last word alone may be what the call is reported as.
        let is_last = after.is_some_and(|after| broken.after(after).is_none());
        return match is_last && found.is(",") {
            true => Some(wording),
            false => wording.instead_of(broken.with_blanks(found.range.clone()), " -> "),
        };
    }
    None
}

/// `-> stopped == A`, `-> stopped is A`, `-> stopped (A)`: what the call is reported as.
pub fn reported(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_test(broken))?;
    broken.tokens.iter().find(|token| token.is("->") && token.range.end <= found.range.start)?;
    let is_sign = matches!(found.text, "==" | "===" | ":=" | "is" | "as" | ":" | "(" | "=>");
    let name = broken.after(found).filter(|name| is_sign && name.kind == Kind::Word)?;
    let close = broken.after(name);
    if !close.is_none_or(|close| close.is(")") && broken.after(close).is_none()) {
        return None;
    }
    let end = close.map_or(name.range.end, |close| close.range.end);
    let message = "a test says with `=` what its call is reported as";
    fix(found, message, "not `=`", format!("write `= {}`", name.text))?
        .instead_of(found.range.start..end, format!("= {}", name.text))
}

/// `on found, 12a456 -> menu`: what is neither a key nor an outcome.
pub fn event(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_test(broken) && broken.expects(Rule::string))?;
    let before = broken.before_found().filter(|before| before.is("on") || before.is(","))?;
    let has_on = before.is("on")
        || broken.tokens.iter().any(|token| token.is("on") && token.range.end <= before.range.start);
    let next = broken.after(found);
    let is_alone = next.is_none_or(|next| matches!(next.text, "," | "->"));
    if !has_on || found.kind != Kind::Number || !is_alone {
        return None;
    }
    fix(
        found,
        format!("{} is no event of a call", quote(found.text)),
        "neither a key nor an outcome",
        format!(
            "write what is pressed in digits, `*` and `#`, or an outcome; a condition that only the platform knows stands in quotes: `\"{}\"`",
            found.text
        ),
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
