//! What other tools call the further attempts of a prompt: `reprompt "…"`, `noinput "…"`, `silence -> NODE`.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::flow::{self, Outcome};
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// The verb for what is said at a further attempt.
fn verb(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().replace(['_', '-'], "").as_str() {
        "noinput" | "notinput" | "nospeech" | "timeout" | "notimeout" | "onsilence" | "ontimeout" => {
            "silence"
        }
        "reprompt" | "nomatch" | "invalid" | "repeat" | "again" | "retryprompt" | "wrong" | "oninvalid" => {
            "retry"
        }
        _ => return None,
    })
}

/// The outcome that takes a branch.
fn outcome(word: &str) -> Option<&'static str> {
    match word {
        "silence" => Some("timeout"),
        "retry" => Some("timeout | invalid"),
        word => Outcome::from_word(word).is_none().then(|| verb(word)).flatten().map(|verb| match verb {
            "silence" => "timeout",
            _ => "invalid",
        }),
    }
}

/// `noinput "Are you there?"`, `silence -> bye`, `nomatch -> bye`.
pub fn further_attempt(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_prompt = broken.inside.is_none_or(|inside| inside.kind == flow::Kind::Collect);
    let first = broken.first().filter(|_| broken.place == LineContext::Block && is_prompt)?;
    let second = broken.token(1)?;
    if second.kind == Kind::String {
        let verb = verb(first.text)?;
        let rest = broken.line.get(second.range.start..)?.trim_end();
        let what = match verb {
            "silence" => "what is said after a silence begins with `silence`",
            _ => "what is said at a further attempt begins with `retry`",
        };
        let help = match rest.len() {
            0..=60 => format!("write `{verb} {rest}`"),
            _ => format!("write `{verb}`"),
        };
        reads(Rule::statement_line, &format!("{verb} {rest}")).then_some(())?;
        return fix(first, what, "not a word of the language", help)?.instead(verb);
    }
    let is_arrow = |token: &Token<'_>| matches!(token.text, "->" | "=>" | ":");
    let target =
        broken.token(2).filter(|name| is_arrow(second) && matches!(name.kind, Kind::Word | Kind::Quoted))?;
    let outcome = outcome(first.text)?;
    let tail = broken.line.get(target.range.start..)?.trim_end();
    let meant = format!("on {outcome} -> {tail}");
    reads(Rule::statement_line, &meant).then_some(())?;
    let message = format!("{} takes no branch", quote(first.text));
    let wording = fix(first, message, "not an outcome", format!("write `{meant}`"))?;
    match first.is("retry") {
        true => Some(wording),
        false => wording.instead_of(first.range.start..target.range.start, format!("on {outcome} -> ")),
    }
}
