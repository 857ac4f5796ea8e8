//! Texts, names and numbers: quotes that are missing or too many.

use super::{Broken, Wording, mend};
use crate::diagnostics::quote;
use crate::flow::display_id;
use crate::syntax::grammar::Rule;
use crate::syntax::text;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::Place;
use crate::syntax::words::{DECLARATIONS, OPTIONS};

/// A string on a line of its own, below the line that it belongs to.
pub fn string_first(broken: &Broken<'_>) -> Option<Wording> {
    let first = broken.first().filter(|token| {
        token.kind == Kind::String && !broken.token(1).is_some_and(|second| second.is("->"))
    })?;
    let (message, help) = match broken.place {
        Place::File => (
            "no line begins with a text",
            "a statement is one line: put the text where it belongs, as in `play NAME \"https://…\"`",
        ),
        Place::Block => {
            ("no statement begins with a text", "write the action before it, as in `say \"TEXT\"`")
        }
        Place::Policy => ("no rule begins with a text", "a duty in words is written `oblige \"TEXT\"`"),
    };
    mend(first, message, "what is it?", help)
}

/// `a -> "b"`, `entry "a"`.
pub fn quoted_node(broken: &Broken<'_>) -> Option<Wording> {
    let first_of_chain = broken.at == 0 && broken.token(1).is_some_and(|second| second.is("->"));
    let due = first_of_chain || (broken.expects(Rule::name) && !broken.expects(Rule::string));
    let found = broken.found.filter(|token| token.kind == Kind::String && due)?;
    let name = unquoted(found);
    let wording = mend(found, "a name has no quotes", "quoted", format!("write `{name}`"))?;
    // In a chain all of them are names.
    let is_chain =
        |token: &Token<'_>| token.is("->") || matches!(token.kind, Kind::String | Kind::Word | Kind::Quoted);
    if !broken.tokens.iter().all(is_chain) {
        return wording.instead(name);
    }
    let mut strings = broken.tokens.iter().filter(|token| token.kind == Kind::String);
    strings.try_fold(wording, |wording, token| wording.instead_of(token.range.clone(), unquoted(token)))
}

fn unquoted(string: &Token<'_>) -> String {
    let mut name = String::new();
    text::pieces(string.text, |piece| match piece {
        text::Piece::Plain(text) => name.push_str(text),
        text::Piece::Escaped(character) => name.push(character),
        text::Piece::Insert(..) | text::Piece::Bad(..) => {}
    });
    display_id(&name)
}

/// `agent sales "q" "r"`.
pub fn second_text(broken: &Broken<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.kind == Kind::String && broken.expects(Rule::media))?;
    broken.before_found().filter(|before| before.kind == Kind::String)?;
    mend(
        found,
        "a second text",
        "one is enough",
        format!("further fields have a name: write `media {0}` or `text {0}`", found.text),
    )
}

/// `"Say "yes" now"`.
pub fn quote_in_text(broken: &Broken<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| matches!(token.kind, Kind::Word | Kind::Number))?;
    let before = broken
        .before_found()
        .filter(|before| before.kind == Kind::String && before.range.end == found.range.start)?;
    let quote = before.range.end - 1..before.range.end;
    Some(Wording {
        range: quote,
        message: "the text ends at this quote".into(),
        label: "and more of it follows".into(),
        help: "write `\\\"` for a quote inside a text, or put the text between `\"\"\"`".into(),
        instead: Vec::new(),
    })
}

/// `lasts 2`, `lasts 2 seconds`.
pub fn no_duration(broken: &Broken<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.expects(Rule::duration))?;
    let digits = found.text.bytes().all(|byte| byte.is_ascii_digit());
    let help = if digits {
        format!("write `{0}s`, `{0}min` or `{0}ms`", found.text)
    } else {
        "write a number with `ms`, `s` or `min`, such as `1.5s`".to_owned()
    };
    mend(found, format!("{} is no duration", quote(found.text)), "a duration is due here", help)
}

pub fn raw_among_alternatives(broken: &Broken<'_>) -> Option<Wording> {
    let is_raw = |token: &&Token<'_>| token.kind == Kind::String;
    let raw = match broken.found? {
        bar if bar.is("|") && !broken.expects(Rule::bar) => broken.before_found().filter(is_raw)?,
        found => Some(found).filter(is_raw).filter(|_| {
            broken.expects(Rule::key) && broken.before_found().is_some_and(|before| before.is("|"))
        })?,
    };
    mend(
        raw,
        "a quoted condition stands alone",
        "quoted",
        "put all of the condition between the quotes, as in `on \"timeout|vendor_code\" -> NODE`",
    )
}

/// `agent sales primary_queue`.
pub fn unquoted_text(broken: &Broken<'_>) -> Option<Wording> {
    let found = broken
        .found
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Number) && broken.expects(Rule::string))?;
    if DECLARATIONS.contains(&found.text) || OPTIONS.contains(&found.text) {
        return None;
    }
    let rest = broken.line.get(found.range.start..)?;
    let rest = rest.split(['{', '}']).next()?.trim_end();
    let range = found.range.start..found.range.start + rest.len();
    if found.kind == Kind::Number && broken.expects(Rule::integer) {
        let message = format!("{} is no whole number", quote(rest));
        return Some(Wording {
            range,
            message,
            label: "a text or a whole number is due here".into(),
            help: format!("a text stands in quotes: write `\"{rest}\"`"),
            instead: Vec::new(),
        });
    }
    let value = broken.expects(Rule::integer) && found.text == rest;
    let help = match rest.len() {
        0..=60 if value => format!("write `\"{rest}\"`, or `\"${{{rest}}}\"` for the value of that name"),
        0..=60 => format!("write `\"{rest}\"`"),
        _ => "put it between `\"`".to_owned(),
    };
    let is_plain = !rest.contains(['"', '\\', '$', ';']) && !rest.contains("//") && !rest.contains("->");
    let instead = if is_plain { vec![(range.clone(), format!("\"{rest}\""))] } else { Vec::new() };
    Some(Wording {
        range,
        message: "a text stands in quotes".into(),
        label: "no quotes around this".into(),
        help,
        instead,
    })
}
