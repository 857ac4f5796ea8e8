//! Keys written as patterns, and ranges with a missing end.

use std::ops::Range;

use super::{BrokenLine, Wording};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::SEVERAL;

/// `on [0-9]`, `on \d{5}`, `on 1..=9`, `on range(1, 9)`, `on any 5 digits`.
pub fn pattern(broken: &BrokenLine<'_>) -> Option<Wording> {
    let condition = condition(broken)?;
    let written = broken.line.get(condition.clone())?;
    let bare: String = written.chars().filter(|c| !matches!(c, ' ' | '\t')).collect();
    let bare = bare.trim_start_matches('^').trim_end_matches('$');
    // In `[0-9]{5}`, the `{` gives the number of digits.
    let is_counted = broken.line.get(condition.end..).is_some_and(|rest| rest.starts_with('{'));
    if let Some(keys) = as_keys(bare).filter(|_| !is_counted) {
        return wording(condition, written, format!("write `{keys}`")).instead(keys);
    }
    let is_pattern = bare.starts_with("\\d")
        || bare.starts_with(".*")
        || bare.starts_with(".+")
        || (bare.starts_with('[') && bare.contains(|c: char| c.is_ascii_digit()))
        || is_words(bare);
    is_pattern.then(|| wording(condition, written, SEVERAL.to_owned()))
}

fn wording(range: Range<usize>, written: &str, help: String) -> Wording {
    Wording {
        range,
        message: format!("{} is not how keys are written", quote(written)),
        label: "expected keys or a range of keys here".into(),
        help,
        instead: Vec::new(),
    }
}

/// `any5digits`, `digits`.
fn is_words(bare: &str) -> bool {
    let without: String = bare.chars().filter(|c| !c.is_ascii_digit()).collect();
    let has_digits = without.len() < bare.len();
    matches!(
        without.as_str(),
        "anydigits" | "anykeys" | "anydigit" | "anykey" | "digits" | "digit{}" | "keys"
    ) && (has_digits || without.starts_with("any"))
}

/// The keys that a pattern stands for, if it matches single keys or a range of keys.
fn as_keys(bare: &str) -> Option<String> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let range = |(from, to): (&str, &str)| (number(from) && number(to)).then(|| format!("{from}..{to}"));
    if bare == "\\d" || bare == "anydigit" {
        return Some("0..9".to_owned());
    }
    if let Some(inside) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        // One of several digits. In a pattern, a range has single digits.
        return match inside.split_once('-') {
            Some((from, to)) if from.len() == 1 && to.len() == 1 => range((from, to)),
            Some(_) => None,
            None => one_by_one(inside.split(',').flat_map(|part| part.split_inclusive(|_: char| true))),
        };
    }
    if let Some(inside) = bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return one_by_one(inside.split(['|', ',']));
    }
    if let Some(inside) = bare.strip_prefix("range(").and_then(|rest| rest.strip_suffix(')')) {
        return inside.split_once(',').and_then(range);
    }
    ["..=", "::", ":", "through", "thru", "till", "~"]
        .iter()
        .find_map(|sign| bare.split_once(sign).and_then(range))
}

fn one_by_one<'a>(keys: impl Iterator<Item = &'a str>) -> Option<String> {
    let keys: Vec<&str> = keys.collect();
    let is_key = |key: &&str| crate::flow::is_key(key);
    (!keys.is_empty() && keys.iter().all(is_key)).then(|| keys.join(" | "))
}

/// The part between `on` and the arrow or the line's end, if the grammar stopped in it.
fn condition(broken: &BrokenLine<'_>) -> Option<Range<usize>> {
    let in_condition = [Rule::condition, Rule::pick_condition, Rule::key, Rule::dots, Rule::bar]
        .iter()
        .any(|&rule| broken.expects(rule));
    if !in_condition {
        return None;
    }
    let on = broken.tokens.iter().position(|token| token.is("on") && token.range.end <= broken.at)?;
    let after = broken.tokens.get(on + 1..)?;
    let begin = after.first()?;
    let end = after
        .iter()
        .take_while(|token| !token.is("->") && !token.is("{"))
        .last()
        .filter(|last| last.range.end > broken.at || last.kind != Kind::String)?;
    Some(begin.range.start..end.range.end)
}

/// `on 1.. -> menu`, `on ..9 -> menu`, `on 1..3..5 -> menu`.
pub fn open_range(broken: &BrokenLine<'_>) -> Option<Wording> {
    let condition = condition(broken)?;
    let dots = broken.tokens.iter().find(|token| {
        token.text.starts_with("..")
            && token.range.start >= condition.start
            && token.range.end <= condition.end
    })?;
    let is_number = |token: Option<&Token<'_>>| token.is_some_and(|token| token.kind == Kind::Number);
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= dots.range.start);
    let after = broken.after(dots).filter(|token| token.range.start < condition.end);
    let (message, help) = match (is_number(before), is_number(after), dots.text) {
        (true, false, ".." | "...") => ("the range has no last key", "write both ends, as in `1..9`"),
        (false, true, ".." | "...") => ("the range has no first key", "write both ends, as in `1..9`"),
        (true, true, "..") if broken.found.is_some_and(|found| found.is("..")) => {
            ("a range has only two ends", "write ranges one after the other with `|`, as in `1..3 | 5..9`")
        }
        _ => return None,
    };
    let range =
        broken.found.filter(|found| found.is("..")).map_or(dots.range.clone(), |found| found.range.clone());
    Some(Wording {
        range,
        message: message.into(),
        label: "not a range of keys".into(),
        help: help.into(),
        instead: Vec::new(),
    })
}
