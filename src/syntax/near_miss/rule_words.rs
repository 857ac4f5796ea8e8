//! The words of rules that consist of several: `before or with`, `to end of`, `and must occur`, `heard in`.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::speech::nearest_code;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// `to the end of`, `from beginning of`, `until end of`, `to end @identity`.
pub fn ends(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Policy)?;
    let last = broken.before_found()?;
    let help = "write `from start of A` or `to end of A`";
    let next = |of: &Token<'_>| broken.after(of);
    if matches!(last.text, "end" | "start") && broken.expects(Rule::kw_of) {
        return fix(found, format!("`of` follows `{}`", last.text), "`of` is missing before this", help)?
            .instead_of(found.range.start..found.range.start, "of ");
    }
    if last.is("until") && matches!(found.text, "end" | "the") && broken.line.contains("limit") {
        let words: Vec<&str> = broken.tokens.iter().map(|token| token.text).collect();
        let is_end = words.windows(2).any(|two| matches!(two, ["end", "of"]));
        let wording = is_end.then(|| {
            fix(
                last,
                "`until` takes a date, the last day of the rule",
                "not a date behind it",
                "write `to end of A`",
            )
        })??;
        let wording = wording.instead_of(last.range.clone(), "to")?;
        return if found.is("the") {
            wording.instead_of(broken.with_blanks_after(found), "")
        } else {
            Some(wording)
        };
    }
    if !matches!(last.text, "from" | "to") {
        return None;
    }
    let (word, article) = match next(found) {
        Some(word) if found.is("the") => (word, Some(found)),
        _ => (found, None),
    };
    let meant = match word.text {
        "end" | "finish" | "conclusion" => "end",
        "start" | "beginning" | "begin" | "outset" => "start",
        _ => return None,
    };
    let of = next(word).filter(|of| of.is("of"))?;
    let range = article.unwrap_or(word).range.start..of.range.end;
    // The time goes from the end of A to the start of B anyway.
    if (last.text, meant) == ("to", "start") || (last.text, meant) == ("from", "end") {
        let message = format!("a limit measures {} the {meant} as it is", last.text);
        let mut wording = fix(word, message, "not needed", format!("take it out; {help}"))?;
        wording.range = range;
        let start = wording.range.start;
        return wording.instead_of(start..broken.with_blanks(of.range.clone()).end, "");
    }
    let mut wording = fix(word, format!("that is written `{meant} of`"), "in other words", help)?;
    wording.range = range.clone();
    wording.instead_of(range, format!("{meant} of"))
}

/// `and it must occur`, `, must occur`, `and must happen`.
pub fn must_occur(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.found.filter(|_| broken.place == LineContext::Policy && broken.line.contains("limit"))?;
    let must = broken.tokens.iter().find(|token| token.is("must"))?;
    let last = broken.after(must).filter(|word| word.kind == Kind::Word).unwrap_or(must);
    // Back over `, and it`.
    let mut first = must;
    for token in broken.tokens.iter().rev().filter(|token| token.range.end <= must.range.start) {
        if !matches!(token.text, "," | "and" | "it" | "that" | "which" | "but") {
            break;
        }
        first = token;
    }
    let range = broken.with_blanks(first.range.start..last.range.end);
    let end = last.range.end;
    let mut wording = fix(
        must,
        "what must occur stands at the end of a limit",
        "in other words",
        "write `, and must occur`",
    )?;
    wording.range = first.range.start..end;
    wording.instead_of(range.start..end, ", and must occur")
}

/// `before or together with`, `before/with`, `with or before`, `before and with`.
pub fn together(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Policy)?;
    let is_part = |token: &Token<'_>| {
        matches!(
            token.text,
            "before"
                | "with"
                | "or"
                | "and"
                | "/"
                | "together"
                | "along"
                | "in"
                | "conjunction"
                | "alongside"
        )
    };
    let at = broken.tokens.iter().position(|token| token.range == found.range)?;
    // The words around the one that is not understood.
    let tokens = broken.tokens;
    let before = tokens.get(..at)?.iter().rev().take_while(|token| is_part(token)).count();
    let after = tokens.get(at..)?.iter().take_while(|token| is_part(token)).count();
    let words = tokens.get(at - before..at + after)?;
    let has = |word: &str| words.iter().any(|token| token.is(word));
    if words.len() < 2 || !has("before") || !(has("with") || has("alongside")) {
        return None;
    }
    let range = words.first()?.range.start..words.last()?.range.end;
    let mut wording = fix(
        found,
        "what one message may say in whatever order is written `before or with`",
        "in other words",
        "write `require A before or with B`",
    )?;
    wording.range = range.clone();
    wording.instead_of(range, "before or with")
}

/// `heard in es`, `heard "es"`, `everything heard`.
pub fn heard(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Policy)?;
    let last = broken.before_found()?;
    let is_after_heard = broken
        .tokens
        .iter()
        .rev()
        .find(|token| token.range.end <= last.range.start)
        .is_some_and(|word| word.is("heard"));
    if last.is("heard") && found.kind == Kind::String {
        return fix(
            found,
            "`in` stands before the language",
            "`in` is missing before this",
            "write `heard in \"es\"`",
        )?
        .instead_of(found.range.start..found.range.start, "in ");
    }
    if matches!(last.text, "or" | "|")
        && found.kind == Kind::String
        && broken.tokens.iter().any(|token| token.is("heard"))
    {
        return fix(
            found,
            "a rule names each language with `heard in`",
            "only the language",
            format!("write `heard in {}`", found.text),
        )?
        .instead(format!("heard in {}", found.text));
    }
    if last.is("in") && is_after_heard && found.kind == Kind::Word {
        let tag = format!("\"{}\"", nearest_code(found.text).unwrap_or(found.text));
        return fix(
            found,
            "a language needs quotes",
            "this has no quotes",
            format!("write `heard in {tag}`"),
        )?
        .instead(tag);
    }
    let heard = broken.after(found).filter(|next| next.is("heard") && broken.expects(Rule::opening))?;
    matches!(found.text, "everything" | "anything" | "all" | "whatever" | "what" | "is")
        .then(|| {
            fix(
                found,
                format!("{} alone means everything that is heard", quote(heard.text)),
                "not needed",
                "take it out",
            )
        })??
        .instead_of(broken.with_blanks_after(found), "")
}
