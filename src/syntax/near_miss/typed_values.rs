//! Variables that are declared with a type, as in other languages, and sums that are written the other way round.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// Whether a word is the name of a type, as some language has it.
fn is_type(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "int"
            | "integer"
            | "long"
            | "short"
            | "number"
            | "num"
            | "float"
            | "double"
            | "decimal"
            | "string"
            | "str"
            | "text"
            | "bool"
            | "boolean"
            | "char"
            | "date"
            | "any"
            | "object"
            | "digits"
            | "duration"
    )
}

/// `var tries: integer`, `var tries as integer`, `var tries: integer = 0`.
pub fn type_of_var(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [var, name, sign, type_, rest @ ..] = broken.tokens else { return None };
    let is_typed = broken.place == LineContext::File
        && matches!(var.text, "var" | "contact")
        && name.kind == Kind::Word
        && matches!(sign.text, ":" | "as" | "is" | "of")
        && is_type(type_.text)
        && (rest.is_empty()
            || rest.first().is_some_and(|next| next.is("=") || next.is("lasts") || next.kind == Kind::Tag));
    if !is_typed {
        return None;
    }
    let value = rest.first().filter(|next| next.is("=")).and_then(|sign| broken.line.get(sign.range.end..));
    if let Some(value) = value.map(str::trim) {
        let help = format!(
            "write `{0} {1}`, and `set {1} = {value}` in the first node that should know it",
            var.text, name.text
        );
        return fix(sign, "a variable has no type, and no value before a call sets it", "not here", help);
    }
    let whole = broken.with_blanks(sign.range.start..type_.range.end);
    let behind = if rest.is_empty() { "" } else { " " };
    let message = format!("a {} has no type: what is given to it is a number or a text", noun(var));
    fix(sign, message, "no type here", format!("write `{} {}`", var.text, name.text))?
        .instead_of(whole, behind)
}

fn noun(word: &Token<'_>) -> &'static str {
    if word.is("var") { "variable" } else { "contact field" }
}

/// `int tries = 0`, `string tries`: the declaration of a variable in another language.
pub fn type_first(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [type_, name, rest @ ..] = broken.tokens else { return None };
    let is_declared = broken.place == LineContext::File
        && type_.kind == Kind::Word
        && is_type(type_.text)
        && name.kind == Kind::Word
        && is_name(name.text);
    if !is_declared {
        return None;
    }
    let message = format!("{} does not declare a value", quote(type_.text));
    match rest {
        [] => fix(
            type_,
            message,
            "not a declaration",
            format!(
                "write `var {0}` for what a call sets, or `contact {0}` for what the contact's record has",
                name.text
            ),
        ),
        [sign, ..] if matches!(sign.text, "=" | ":=") => {
            let value = broken.line.get(sign.range.end..)?.trim();
            let help = format!(
                "write `var {0}`, and `set {0} = {value}` in the first node that should know it; or `let {0} = {value}` for what no call changes",
                name.text
            );
            fix(type_, message, "not a declaration", help)
        }
        _ => None,
    }
}

/// `set n = 1 + n`, `set n = ${n} + 1`, `set text = "You tried " + n`, `set n = n + 0.5`.
pub fn sum(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [set, name, sign, value @ ..] = broken.tokens else { return None };
    let is_set =
        broken.place == LineContext::Block && set.is("set") && name.kind == Kind::Word && sign.is("=");
    let found = broken.found.filter(|_| is_set)?;
    let first = value.first()?;
    let written = broken.line.get(first.range.start..)?.trim_end();
    let offer = |meant: String, message: &str, label: &str| {
        let line = format!("set {} = {meant}", name.text);
        if !reads(Rule::statement_line, &line) {
            return None;
        }
        fix(found, message, label, format!("write `{line}`"))?
            .instead_of(first.range.start..first.range.start + written.len(), meant)
    };
    if let Some(number) = decimal(written) {
        let message = format!("{} is not a whole number", quote(number));
        let help = format!(
            "a call counts in whole numbers: keep the value in a smaller unit, such as cents, or write `\"{number}\"` if it is only spoken"
        );
        let mut wording = fix(found, message, "not a whole number", help)?;
        let at = first.range.start + written.find(number)?;
        wording.range = at..at + number.len();
        return Some(wording);
    }
    // The parts of a sum; an insertion is a name here.
    let plain = written.replace("${", " ").replace('}', " ");
    let parts: Vec<&str> = plain.split('+').map(str::trim).collect();
    let has_text = value.iter().any(|token| token.kind == Kind::String);
    match parts.as_slice() {
        [number, other] if is_whole(number) && is_name(other) => offer(
            format!("{other} + {number}"),
            "the name comes before what is added to it",
            "not in this order",
        ),
        [other, number] if is_whole(number) && is_name(other) && written.starts_with("${") => {
            offer(format!("{other} + {number}"), "a `set` names a value without `${…}`", "not an insertion")
        }
        [_, _, ..] if has_text && !written.contains("${") => {
            let mut text = String::new();
            for part in &parts {
                match part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                    Some(inside) if !inside.contains('"') => text.push_str(inside),
                    None if is_name(part) => text.push_str(&format!("${{{part}}}")),
                    _ => return None,
                }
            }
            offer(format!("\"{text}\""), "texts are not joined by `+`", "insert the value into the text")
        }
        _ => None,
    }
}

fn is_whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number with a point in what is given to a variable, if nothing but a name and a sign is beside it: `0.5`, `n + 0.5`.
fn decimal(written: &str) -> Option<&str> {
    let number = written.rsplit(['+', '-', ' ']).next()?;
    let (whole, rest) = number.split_once('.')?;
    let before = written.strip_suffix(number)?.trim().trim_end_matches(['+', '-']).trim();
    (is_whole(whole) && is_whole(rest) && (before.is_empty() || is_name(before))).then_some(number)
}
