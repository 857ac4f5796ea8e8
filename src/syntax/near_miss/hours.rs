//! Opening hours as other languages write them: the line that declares them, what asks for them, and the time of a test.

use pest::Parser;

use super::decide_words::comparator;
use super::test_lines::is_test;
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::is_one_typo;
use crate::flow::{self, Comparator};
use crate::spelling::is_name;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// Whether a line declares hours with another word: `schedule office in "America/New_York" {`, or a line whose block
/// begins with days of the week.
pub fn is_foreign_header(tokens: &[Token<'_>], opens_days: bool) -> bool {
    let is_name = |token: &Token<'_>| token.kind == Kind::Word && is_name(token.text);
    let is_zone = |token: &Token<'_>| token.kind == Kind::String && token.text.contains('/');
    match tokens {
        [first, name, rest @ ..] if first.kind == Kind::Word && is_name(name) && !first.is("hours") => {
            match rest {
                [word, zone, ..] if word.is("in") => is_zone(zone),
                _ => opens_days,
            }
        }
        _ => false,
    }
}

/// Whether the text below a line begins with days of the week and a time, as the block of hours does.
pub fn begins_with_days(below: &str) -> bool {
    let line = below.trim_start().lines().next().unwrap_or_default();
    let days = line.get(..3).unwrap_or_default();
    let is_day = matches!(days, "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun");
    let behind = line.get(3..).unwrap_or_default().trim_start();
    is_day && behind.starts_with(|sign: char| matches!(sign, '.' | ',') || sign.is_ascii_digit())
}

/// `schedule office in "America/New_York" {`.
pub fn foreign_header(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::File)?;
    if !is_foreign_header(broken.tokens, broken.opens_days) {
        return None;
    }
    let name = broken.token(1)?.text;
    let zone = broken.tokens.iter().find(|token| token.kind == Kind::String);
    let shown = zone.map_or("\"America/New_York\"", |zone| zone.text);
    let message = format!("{} does not declare opening hours", quote(first.text));
    let wording =
        fix(first, message, "not the word for them", format!("write `hours {name} in {shown} {{`"))?;
    match zone {
        Some(_) => wording.instead("hours"),
        None => Some(wording),
    }
}

/// `hours office "America/New_York" {`, `hours office zone "…" {`, `hours in "…" {`, `hours office`.
pub fn header(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::File && first.is("hours"))?;
    let zone = broken.tokens.iter().find(|token| token.kind == Kind::String);
    let second =
        broken.token(1).filter(|second| matches!(second.kind, Kind::Word | Kind::String | Kind::Signs))?;
    let shown = zone.map_or("\"America/New_York\"", |zone| zone.text);
    let lacks_name = second.kind != Kind::Word
        || second.is("in")
            && zone.is_some_and(|zone| broken.after(second).is_some_and(|next| next.range == zone.range));
    if second.is("->") {
        return None;
    }
    let quoted = Some(second).filter(|second| second.kind == Kind::String);
    let quoted = quoted.and_then(|second| second.text.strip_prefix('"')?.strip_suffix('"'));
    if let Some(name) =
        quoted.filter(|name| is_name(name) && broken.token(2).is_some_and(|third| third.is("in")))
    {
        let help = format!("write `hours {name}`");
        return fix(second, "a name is written without quotes", "quoted", help)?.instead(name);
    }
    if lacks_name {
        let help = format!("write `hours NAME in {shown} {{`");
        return fix(first, "the hours have no name", "expected a name after this", help);
    }
    let name = second.text;
    match zone {
        Some(zone)
            if broken.token(2).is_none_or(|third| !third.is("in"))
                && broken.tokens.iter().take(4).any(|token| token.range == zone.range) =>
        {
            let between = second.range.end..zone.range.start;
            let help = format!("write `hours {name} in {shown} {{`");
            let wrong = broken.found.unwrap_or(zone);
            fix(wrong, "the time zone of hours stands behind `in`", "not in this form", help)?
                .instead_of(between, " in ")
        }
        _ => None,
    }
}

/// `when office is open -> desk`, `when opened office -> desk`, `if open office -> desk`, `on closed office -> bye`.
pub fn asked(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::Block)?;
    let is_decide = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Decide);
    let begins =
        matches!(first.text.to_ascii_lowercase().as_str(), "when" | "if" | "on" | "elif" | "case" | "while");
    if !is_decide || !begins {
        return None;
    }
    let arrow = broken.tokens.iter().position(|token| token.is("->"))?;
    let (asked, behind) = broken.tokens.split_at_checked(arrow)?;
    let mut is_open: Option<bool> = None;
    let mut is_negated = false;
    let mut name: Option<&Token<'_>> = None;
    let mut typo: Option<&Token<'_>> = None;
    for token in asked.iter().skip(1) {
        match token.text.to_ascii_lowercase().as_str() {
            "open" | "opened" | "opens" | "within" | "during" | "inside" => is_open = Some(true),
            "closed" | "close" | "closes" | "outside" | "after" => is_open = Some(false),
            "not" | "!" | "isnt" => is_negated = !is_negated,
            "is" | "are" | "hours" | "(" | ")" | "=" | "==" | "at" => {}
            "\"open\"" | "\"closed\"" => return None,
            word if is_open.is_none() && name.is_none() && is_one_typo(word, "open") => {
                (is_open, typo) = (Some(true), Some(token));
            }
            word if is_open.is_none() && name.is_none() && is_one_typo(word, "closed") => {
                (is_open, typo) = (Some(false), Some(token));
            }
            _ if token.kind == Kind::Word && is_name(token.text) && name.is_none() => name = Some(token),
            _ => return None,
        }
    }
    let word = if is_open? != is_negated { "open" } else { "closed" };
    let end = broken.line.trim_end().len();
    let Some(name) = name else {
        let help = format!("name the hours, as in `when {word} HOURS -> NODE`");
        return fix(first, "this `when` does not say which hours it asks for", "which hours?", help);
    };
    let target = behind.first()?;
    let tail = broken.line.get(target.range.start..end)?.trim_end_matches(['}', ' ']);
    let meant = format!("when {word} {} {tail}", name.text);
    if !reads(Rule::statement_line, &meant) {
        return None;
    }
    let wrong = if first.is("when") { typo.or(broken.found).unwrap_or(first) } else { first };
    let message = format!("hours are asked for as in {}", quote(&format!("when {word} {}", name.text)));
    fix(wrong, message, "not in this form", format!("write `{meant}`"))?
        .instead_of(first.range.start..first.range.start + end - first.range.start, meant)
}

/// `office != open -> desk`, `open office = true -> desk`, `open "office" -> desk`: hours that are compared with a word.
/// Whether they are hours, the declarations tell.
pub fn compared(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_decide = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Decide);
    let first = broken.first().filter(|_| is_decide && broken.place == LineContext::Block)?;
    let begins = matches!(first.text.to_ascii_lowercase().as_str(), "when" | "if" | "elif" | "case");
    let arrow = broken.tokens.iter().position(|token| token.is("->"))?;
    let asked = broken.tokens.get(usize::from(begins)..arrow)?;
    let plain = |token: &Token<'_>| token.text.trim_matches('"').to_owned();
    let is_open = |token: &Token<'_>| match plain(token).as_str() {
        "open" | "opened" => Some(true),
        "closed" => Some(false),
        _ => None,
    };
    let is_same = |sign: &Token<'_>| match comparator(sign)? {
        Comparator::Equal => Some(true),
        Comparator::NotEqual => Some(false),
        _ => None,
    };
    let is_true = |token: &Token<'_>| match plain(token).to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    };
    let end = broken.line.trim_end().len();
    let tail = broken.line.get(broken.token(arrow)?.range.start..end)?.trim_end_matches(['}', ' ']);
    let (wrong, name, open, as_text) = match asked {
        [word, name] if name.kind == Kind::String => (name, plain(name), is_open(word)?, None),
        [word, name, sign, value] if name.kind == Kind::Word => {
            (sign, plain(name), is_open(word)? == (is_same(sign)? == is_true(value)?), None)
        }
        [name, sign, word] if name.kind == Kind::Word => {
            let own = comparator(sign)?;
            let text = format!("when {} {} \"{}\" {tail}", name.text, own.word(), plain(word));
            (sign, plain(name), is_open(word)? == is_same(sign)?, Some(text))
        }
        _ => return None,
    };
    let word = if open { "open" } else { "closed" };
    let meant = format!("when {word} {name} {tail}");
    if !is_name(&name) || !reads(Rule::statement_line, &meant) {
        return None;
    }
    let message = format!("hours are asked for as in {}", quote(&format!("when {word} {name}")));
    let help = match &as_text {
        Some(text) => format!("write `{meant}` if {name} are hours, or else `{text}`"),
        None => format!("write `{meant}`"),
    };
    let range = first.range.start..end;
    let mut wording = fix(wrong, message, "not in this form", help)?;
    wording.instead = std::iter::once(meant).chain(as_text).map(|text| vec![(range.clone(), text)]).collect();
    Some(wording)
}

/// `open office -> desk`: no `when` before it.
pub fn without_when(broken: &BrokenLine<'_>) -> Option<Wording> {
    let inside = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Decide);
    let first = broken.first().filter(|_| inside && broken.place == LineContext::Block)?;
    let word = match first.text {
        "open" | "opened" => "open",
        "closed" | "close" => "closed",
        _ => return None,
    };
    let rest = broken.line.get(first.range.end..)?.trim_end();
    let meant = format!("when {word}{rest}");
    if !reads(Rule::statement_line, &meant) {
        return None;
    }
    fix(first, "a branch of a `decide` begins with `when`", "`when` is missing", format!("write `{meant}`"))?
        .instead(format!("when {word}"))
}

/// `when open office | night -> desk`, `when open office and open night -> desk`.
pub fn several(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| broken.place == LineContext::Block && first.is("when"))?;
    broken.token(1).filter(|word| word.is("open") || word.is("closed"))?;
    let found =
        broken.found.filter(|found| matches!(found.text, "|" | "," | "and" | "or" | "&" | "&&" | "||"))?;
    fix(
        found,
        "a `when` asks for one thing",
        "a second question?",
        "write a `when` for each of several hours, or lead to another `decide` to ask for the second, too",
    )
}

/// `test "a" at 2026-12-24 18:00 -> b`, `test "a" on 1 at 2026-12-24T18:00 -> b`, `test "a" at noon -> b`.
pub fn time_of_test(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_test(broken))?;
    let at = broken.tokens.iter().find(|token| token.is("at"))?;
    let help =
        "write day and time after the test's name, as in `test \"NAME\" at 2026-12-24T18:00 on 1 -> NODE`";
    if found.range == at.range {
        return fix(found, "the time of a test comes before its `on`", "not here", help);
    }
    let is_time = |token: &&Token<'_>| !matches!(token.text, "with" | "on" | "->");
    let behind = broken.tokens.iter().filter(|token| token.range.start > at.range.start);
    let time: Vec<&Token<'_>> = behind.take_while(is_time).collect();
    let end = time.last()?.range.end;
    if found.range.start > end {
        return None;
    }
    let start = time.first()?.range.start;
    // The time is right, and what follows it is not.
    let rest = broken.line.get(start..)?;
    if Grammar::parse(Rule::moment, rest).is_ok_and(|read| read.as_str().len() + start <= found.range.start) {
        return None;
    }
    let written = broken.line.get(start..end)?;
    let joined = written.trim_matches('"').replacen([' ', 't'], "T", 1);
    let meant = format!("{}{joined}{}", broken.line.get(..start)?, broken.line.get(end..)?);
    let message = format!("{} is no day and time", quote(written));
    let mut wording = fix(found, message, "not in this form", help)?;
    wording.range = start..end;
    match joined != written && reads(Rule::declaration_line, &meant) {
        true => wording.instead(joined),
        false => Some(wording),
    }
}
