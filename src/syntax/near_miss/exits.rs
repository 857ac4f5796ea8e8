//! Exits with more than a name, and bindings of exits that lack something.

use super::{BrokenLine, Wording, fix};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// `exit bye { say "Bye." }`, `exit verified -> menu`, `exit a, b`, `exit bye "Bye."`: an exit is only a name.
pub fn more_than_name(broken: &BrokenLine<'_>) -> Option<Wording> {
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
