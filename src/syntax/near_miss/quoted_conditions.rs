//! Quoted conditions beside others: only the whole condition stands between quotes.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::condition::KEY;
use crate::flow::{Outcome, is_key};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};

/// `on "timeout" | invalid`, `on 1 | "vendor_code"`.
pub fn raw_among_alternatives(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_raw = |token: &&Token<'_>| token.kind == Kind::String;
    let raw = match broken.found? {
        bar if bar.is("|") && !broken.expects(Rule::bar) => broken.before_found().filter(is_raw)?,
        found => Some(found).filter(is_raw).filter(|_| {
            broken.expects(Rule::key) && broken.before_found().is_some_and(|before| before.is("|"))
        })?,
    };
    let help = "put all of the condition between the quotes, as in `on \"timeout|vendor_code\" -> NODE`";
    let wording = fix(raw, "a quoted condition cannot be combined with others", "quoted", help)?;
    if let Some((range, plain)) = plain_condition(broken) {
        let help = format!("write `{plain}`");
        return Wording { help, ..wording }.instead_of(range, plain);
    }
    match whole_condition(broken) {
        Some((range, whole)) => wording.instead_of(range, whole),
        None => Some(wording),
    }
}

/// A branch's condition without quotes, if the language knows all of its parts: `"timeout" | invalid`.
fn plain_condition(broken: &BrokenLine<'_>) -> Option<(Range<usize>, String)> {
    let behind = broken.tokens.iter().skip_while(|token| !token.is("on")).skip(1);
    let parts: Vec<&Token<'_>> = behind.take_while(|token| !token.is("->")).collect();
    let (first, last) = (parts.first()?, parts.last()?);
    let mut plain: Vec<&str> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let word = part.text.trim_matches('"');
        match (index % 2 == 0, part.kind) {
            (true, Kind::String | Kind::Word) if is_key(word) || Outcome::from_word(word).is_some() => {
                plain.push(word);
            }
            (true, Kind::Number) if is_key(word) => plain.push(word),
            (false, _) if part.is("|") => {}
            _ => return None,
        }
    }
    Some((first.range.start..last.range.end, plain.join(" | ")))
}

/// A branch's whole condition between quotes.
fn whole_condition(broken: &BrokenLine<'_>) -> Option<(Range<usize>, String)> {
    let mut tokens = broken.tokens.iter().skip_while(|token| !token.is("on")).skip(1);
    let first = tokens.clone().next()?;
    let mut pieces: Vec<String> = Vec::new();
    let mut end = first.range.end;
    loop {
        let token = tokens.next()?;
        end = token.range.end.max(end);
        pieces.push(match token.kind {
            Kind::Word => token.text.to_owned(),
            Kind::Number if is_key(token.text) => format!("{KEY}{}", token.text),
            Kind::String if !token.text.starts_with("\"\"\"") => {
                token.text.strip_prefix('"')?.strip_suffix('"')?.to_owned()
            }
            _ => return None,
        });
        match tokens.next() {
            Some(bar) if bar.is("|") => {}
            Some(end) if !end.is("->") => return None,
            _ => return Some((first.range.start..end, format!("\"{}\"", pieces.join("|")))),
        }
    }
}
