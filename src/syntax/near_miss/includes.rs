//! What is wrong in the line of an `include`: its instance's name, and the values and exits behind `with`.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::is_one_typo;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// The form of what stands behind `with`.
const FORM: &str = "write `with NAME = \"VALUE\", EXIT -> NODE`";

/// Whether a line includes a file.
fn is_include(broken: &BrokenLine<'_>) -> bool {
    broken.place == LineContext::File && broken.first().is_some_and(|first| first.is("include"))
}

/// The unexpected token behind the `with` of an include.
fn behind_with<'a>(broken: &BrokenLine<'a>) -> Option<&'a Token<'a>> {
    let found = broken.found.filter(|_| is_include(broken))?;
    broken.tokens.iter().find(|token| token.is("with") && token.range.end <= found.range.start)?;
    Some(found)
}

/// `as auth with n -> 2`, `with q -> "sales"`: a value behind an arrow, and `with q: "sales"`.
pub fn value_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = behind_with(broken)?;
    if let Some(wording) = bound_with_sign(broken, found) {
        return Some(wording);
    }
    if found.is(":") {
        let (name, value) = (broken.before_found()?, broken.after(found)?);
        let help = format!("write `{} = {}`", name.text, value.text);
        return fix(found, "a value is given with `=`", "not `=`", help)?
            .instead_of(broken.with_blanks(found.range.clone()), " = ");
    }
    let arrow = broken.before_found().filter(|before| before.is("->"))?;
    let name = broken.tokens.iter().rev().find(|token| token.range.end <= arrow.range.start)?;
    let value = format!("{} = {}", name.text, found.text);
    match found.kind {
        Kind::Number => fix(
            arrow,
            "an arrow leads to a node, and a number is a value",
            "not `=`",
            format!("write `{value}`"),
        )?
        .instead("="),
        Kind::String => {
            let inside = found.text.trim_matches('"');
            let help = match is_name(inside) {
                true => format!("write `{value}` for a param, or `{} -> {inside}` for an exit", name.text),
                false => format!("write `{value}`"),
            };
            fix(arrow, "an arrow leads to a node, and a text is a value", "not `=`", help)
        }
        _ => None,
    }
}

/// `with q = ${queue}`, `with verified = menu`: a value without its quotes.
pub fn value(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = behind_with(broken)?;
    let sign = broken.before_found().filter(|before| before.is("="))?;
    let name = broken.tokens.iter().rev().find(|token| token.range.end <= sign.range.start)?;
    let rest = broken.line.get(found.range.start..)?;
    if let Some(inner) = rest.strip_prefix("${") {
        let length = inner.find('}').filter(|&end| inner.get(..end).is_some_and(is_name))?;
        let range = found.range.start..found.range.start + length + 3;
        let text = format!("\"{}\"", broken.line.get(range.clone())?);
        return Some(Wording {
            range,
            message: "a value is inserted into a text, and a text needs quotes".to_owned(),
            label: "this has no quotes".to_owned(),
            help: format!("write `{text}`"),
            instead: Vec::new(),
        })?
        .instead(text);
    }
    let word = Some(found).filter(|found| found.kind == Kind::Word && is_name(found.text))?.text;
    // `menu.wav` or `sales queue` is a text.
    let next = broken.after(found);
    if !next.is_none_or(|next| next.is(",")) {
        return None;
    }
    let help = format!(
        "write `{0} -> {word}` for an exit, and for a param `\"{word}\"`, or `\"${{{word}}}\"` for the value of that name",
        name.text
    );
    let mut wording = fix(found, "a text needs quotes", "this has no quotes", help)?;
    // All names that are given with `=`, if they are those of nodes.
    let exits = bindings(broken).into_iter();
    let exits = exits.map(|(exit, value)| (exit.range.end..value.range.end, format!(" -> {}", value.text)));
    wording.instead.push(exits.collect());
    wording.or_instead(format!("\"${{{word}}}\""))?.or_instead(format!("\"{word}\""))
}

/// `with q = "a" n = 2`, `with q = "a" and verified -> menu`: no `,` between two.
pub fn separator(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = behind_with(broken).filter(|_| broken.expects(Rule::comma))?;
    let begins = |token: &Token<'_>| {
        token.kind == Kind::Word
            && broken.after(token).is_some_and(|sign| matches!(sign.text, "=" | "->" | ":"))
    };
    let message = "the values and exits of an instance are separated by `,`";
    if matches!(found.text, "and" | "&" | "&&" | "|" | "+" | "plus") {
        broken.after(found).filter(|next| begins(next))?;
        return fix(found, message, "not a separator", "write `,`")?
            .instead_of(broken.with_blanks(found.range.clone()), ", ");
    }
    if !begins(found) {
        return None;
    }
    let before = broken.before_found()?;
    fix(found, message, "`,` is missing before this", format!("write `, {}`", found.text))?
        .instead_of(before.range.end..before.range.end, ",")
}

/// `as auth with verified -> menu,`: a `,` that nothing follows.
pub fn last_comma(broken: &BrokenLine<'_>) -> Option<Wording> {
    let last = broken.tokens.last().filter(|last| last.is(",") && broken.found.is_none())?;
    let is_list = is_include(broken) && broken.tokens.iter().any(|token| token.is("with"));
    let help = "take it out, or write a value or an exit behind it";
    fix(last, "nothing follows this `,`", "the last one", help).filter(|_| is_list)?.instead("")
}

/// `as auth (q = "x")`, `as auth with (q = "x")`: values in brackets.
pub fn brackets(broken: &BrokenLine<'_>) -> Option<Wording> {
    let open = broken.found.filter(|found| is_include(broken) && matches!(found.text, "(" | "[" | "{"))?;
    let before = broken.before_found()?;
    let named = broken.tokens.iter().any(|token| token.is("as") && token.range.end <= before.range.start);
    if !(before.is("with") || named) {
        return None;
    }
    let message = "the values and exits of an instance stand behind `with`, without brackets";
    let wording = fix(open, message, "not needed", FORM)?;
    let close = broken.tokens.last().filter(|last| matches!(last.text, ")" | "]" | "}"));
    let Some(close) = close else { return Some(wording) };
    let instead = if before.is("with") { "" } else { "with " };
    wording
        .instead_of(broken.with_blanks_after(open), instead)?
        .instead_of(broken.with_blanks(close.range.clone()).start..close.range.end, "")
}

/// `include "a.cxflow" auth with …`, `include "a.cxflow", auth`, `include "a.cxflow" sa auth`: no `as`.
pub fn missing_as(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_include(broken) && broken.expects(Rule::kw_as))?;
    let follows = |token: &Token<'_>| match broken.after(token) {
        None => true,
        Some(next) => matches!(next.text, "with" | "language" | "voice" | "(" | "{"),
    };
    let message = "the name of an instance stands behind `as`";
    let sign = matches!(found.text, "," | ":" | "=" | "->")
        || matches!(found.text, "sa" | "ass" | "ad" | "at" | "is" | "named" | "called");
    if let Some(name) = broken.after(found).filter(|name| sign && name.kind == Kind::Word) {
        let shown = if found.kind == Kind::Word { "not `as`" } else { "not a word" };
        return fix(found, message, shown, format!("write `as {}`", name.text))?
            .instead_of(broken.with_blanks(found.range.clone()), " as ");
    }
    let is_word = found.kind == Kind::Word && is_name(found.text);
    if !is_word || matches!(found.text, "with" | "language" | "voice") || !follows(found) {
        return None;
    }
    fix(found, message, "`as` is missing before this", format!("write `as {}`", found.text))?
        .instead(format!("as {}", found.text))
}

/// `as auth wiht q = "x"`: a misspelt `with`.
pub fn misspelt_with(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| is_include(broken) && broken.expects(Rule::kw_with))?;
    let is_meant =
        is_one_typo(found.text, "with") || matches!(found.text, "where" | "using" | "set" | "params");
    fix(found, format!("{} is not `with`", quote(found.text)), "unknown word", "did you mean `with`?")
        .filter(|_| is_meant && found.kind == Kind::Word)?
        .instead("with")
}

/// `include "a.cxflow" language "es" as auth`, `as auth with q = "x" language "es"`: the speaker in the wrong place.
pub fn speaker(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.tokens.iter().find(|token| {
        is_include(broken) && matches!(token.text, "language" | "voice") && token.range.end + 1 >= broken.at
    })?;
    let value = broken.after(found).filter(|value| value.kind == Kind::String)?;
    let written = broken.line.get(found.range.start..value.range.end)?;
    let as_ = broken.tokens.iter().find(|token| token.is("as"));
    let name = as_.and_then(|as_| broken.after(as_)).filter(|name| name.kind == Kind::Word);
    let shown = name.map_or("NAME", |name| name.text);
    let help = format!("write `as {shown} {written}`, and then `with`");
    let message = format!("the `{}` of an instance stands behind its name", found.text);
    let wording = fix(found, message, "not here", help)?;
    let Some(name) = name else { return Some(wording) };
    // Together with the `,` before it.
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= found.range.start)?;
    let start = if before.is(",") { before.range.start } else { before.range.end };
    wording
        .instead_of(name.range.end..name.range.end, format!(" {written}"))?
        .instead_of(start..value.range.end, "")
}

/// `with verified: menu, failed = bye`, `with verified => menu`: exits that are bound with another sign. Only an exit leads
/// to a name, and a value is a text or a number.
fn bound_with_sign(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    matches!(found.text, ":" | "=>").then_some(())?;
    let value = broken.after(found).filter(|value| value.kind == Kind::Word && is_name(value.text))?;
    let exit = broken.before_found().filter(|exit| exit.kind == Kind::Word)?;
    if broken.after(value).is_some_and(|next| !matches!(next.text, "," | "again")) {
        return None;
    }
    let help = match found.text {
        ":" => format!(
            "write `{0} -> {1}` for an exit, and for a param `{0} = \"{1}\"`, or `{0} = \"${{{1}}}\"` for the value of that name",
            exit.text, value.text
        ),
        _ => format!("write `{} -> {}`", exit.text, value.text),
    };
    let wording = fix(found, "an exit is bound to a node with `->`", "not `->`", help)?;
    bindings(broken).into_iter().try_fold(wording, |wording, (exit, value)| {
        wording.instead_of(exit.range.end..value.range.end, format!(" -> {}", value.text))
    })
}

/// The names that are bound to names with another sign than `->`, each with the name behind the sign.
fn bindings<'a>(broken: &BrokenLine<'a>) -> Vec<(&'a Token<'a>, &'a Token<'a>)> {
    let with = broken.tokens.iter().position(|token| token.is("with")).unwrap_or(broken.tokens.len());
    let behind = broken.tokens.get(with..).unwrap_or_default();
    let bound = behind.windows(4).filter_map(|four| match four {
        [before, exit, sign, value]
            if matches!(before.text, "with" | ",")
                && exit.kind == Kind::Word
                && matches!(sign.text, ":" | "=" | "=>" | "-->" | "=->" | "to" | ">")
                && value.kind == Kind::Word
                && is_name(value.text) =>
        {
            Some((exit, value))
        }
        _ => None,
    });
    bound.collect()
}
