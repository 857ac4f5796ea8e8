//! Exits with more than a name, and bindings of exits that lack something.

use super::{BrokenLine, Wording, fix};
use crate::spelling::is_name;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{LineContext, OPTIONS};

/// `exit bye { say "Bye." }`, `exit verified -> menu`, `exit a, b`, `exit bye "Bye."`: an exit is only a name.
pub fn more_than_name(broken: &BrokenLine<'_>) -> Option<Wording> {
    if let [exit, name] = broken.tokens
        && broken.place == LineContext::File
        && exit.is("exit")
        && name.kind == Kind::Quoted
    {
        let plain = name.text.trim_matches('`');
        let wording = fix(
            name,
            "the name of an exit stands without backticks",
            "between backticks",
            format!("write `exit {plain}`"),
        )?;
        return if is_name(plain) { wording.instead(plain) } else { Some(wording) };
    }
    let [exit, name, next, ..] = broken.tokens else { return None };
    let is_exit = broken.place == LineContext::File && exit.is("exit") && name.kind == Kind::Word;
    if !(is_exit && broken.found?.range == next.range) {
        return None;
    }
    let rest = name.range.end..broken.line.trim_end().len();
    let alone = format!("write `exit {}`", name.text);
    if next.is("{") {
        let help = format!("write `disconnect {} {{ … }}` for a node that ends the call", name.text);
        let message = "an exit is a name for where a call leaves the library, and does nothing there";
        return fix(next, message, "a block", help)?.instead_of(exit.range.clone(), "disconnect");
    }
    if next.is("->") {
        let help = format!("{alone} here, and `with {} -> NODE` at the include", name.text);
        let message = "where an exit leads is up to the file that includes the library";
        return fix(next, message, "not here", help)?.instead_of(rest, "");
    }
    if matches!(name.text, "to" | "at" | "as" | "named" | "called") && next.kind == Kind::Word {
        return fix(name, "an exit is only a name", "not needed", format!("write `exit {}`", next.text))?
            .instead_of(broken.with_blanks_after(name), "");
    }
    if next.is(",") {
        let names: Vec<&Token<'_>> = broken.tokens.iter().skip(1).filter(|token| !token.is(",")).collect();
        let lines: Vec<String> = names.iter().map(|name| format!("exit {}", name.text)).collect();
        let wording = fix(
            next,
            "each exit has a line of its own",
            "a second exit?",
            format!("write `{}`", lines.join("`, `")),
        )?;
        return if names.iter().all(|name| name.kind == Kind::Word) {
            wording.instead_of(0..rest.end, lines.join("\n"))
        } else {
            Some(wording)
        };
    }
    fix(next, "an exit is only a name", "not needed", alone)?.instead_of(rest, "")
}

/// `contact a, b`, `var a, b`, `param a, b`: each declaration has one name.
pub fn several_names(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [word, _, comma, ..] = broken.tokens else { return None };
    let what = match word.text {
        "contact" => "contact field",
        "var" => "variable",
        "param" => "param",
        _ => return None,
    };
    let is_list = broken.place == LineContext::File && comma.is(",") && broken.found?.range == comma.range;
    let names: Vec<&Token<'_>> = broken.tokens.iter().skip(1).step_by(2).collect();
    let signs = broken.tokens.iter().skip(2).step_by(2);
    if !is_list
        || !names.iter().all(|name| name.kind == Kind::Word)
        || !signs.clone().all(|sign| sign.is(","))
    {
        return None;
    }
    let lines: Vec<String> = names.iter().map(|name| format!("{} {}", word.text, name.text)).collect();
    let message = format!("each {what} has a line of its own");
    fix(comma, message, "a second name?", format!("write `{}`", lines.join("`, `")))?
        .instead_of(0..broken.line.trim_end().len(), lines.join("\n"))
}

/// `contact text name`, `var string x`, `let var x`: a declaration with a type or another word before its name.
pub fn word_before_name(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [first, word, name, ..] = broken.tokens else { return None };
    let is_type = matches!(
        word.text.to_ascii_lowercase().as_str(),
        "string"
            | "text"
            | "str"
            | "int"
            | "integer"
            | "number"
            | "bool"
            | "boolean"
            | "field"
            | "date"
            | "url"
            | "name"
            | "variable"
            | "var"
            | "let"
            | "param"
            | "contact"
            | "value"
            | "duration"
            | "phone"
    );
    let fits = broken.place == LineContext::File
        && matches!(first.text, "contact" | "var" | "param" | "let")
        && word.kind == Kind::Word
        && name.kind == Kind::Word
        && broken.found?.range == name.range
        && is_type
        && !OPTIONS.contains(&name.text);
    let message = format!("the name follows `{}` directly", first.text);
    fix(word, message, "not needed", format!("write `{} {}`", first.text, name.text))
        .filter(|_| fits)?
        .instead_of(broken.with_blanks_after(word), "")
}

/// `include "verify.cxflow" as auth verified -> menu`: values or exits without `with`.
pub fn missing_with(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [include, _, as_, _, name, sign, ..] = broken.tokens else { return None };
    let fits = broken.place == LineContext::File
        && include.is("include")
        && as_.is("as")
        && name.kind == Kind::Word
        && matches!(sign.text, "->" | "=");
    if !(fits && broken.found?.range == name.range) {
        return None;
    }
    let help = format!("write `with {} {} …`", name.text, sign.text);
    fix(name, "the values and exits of an instance stand after `with`", "`with` is missing", help)?
        .instead(format!("with {}", name.text))
}

/// `with verified => menu`: another sign than `->` for an exit.
pub fn binding_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found =
        broken.found.filter(|found| matches!(found.text, "=>" | "-->" | "=->" | ":" | "to" | ">" | "-"))?;
    let at = broken.tokens.iter().position(|token| token.range == found.range)?;
    let (before, after) = broken.tokens.split_at_checked(at)?;
    let [include, .., start, exit] = before else { return None };
    let fits = broken.place == LineContext::File
        && include.is("include")
        && matches!(start.text, "with" | ",")
        && exit.kind == Kind::Word;
    let target = after.get(1).filter(|target| fits && matches!(target.kind, Kind::Word | Kind::Quoted))?;
    let help = format!("write `{} -> {}`", exit.text, target.text);
    fix(found, "an exit is bound with `->`", "not `->`", help)?
        .instead_of(exit.range.end..target.range.start, " -> ")
}
