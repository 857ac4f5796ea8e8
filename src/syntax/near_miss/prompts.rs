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

/// `retry say "Once more."`, `silence play "https://…"`: an action behind the word for a further attempt.
pub fn action_of_attempt(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [first, action, behind @ ..] = broken.tokens else { return None };
    let is_attempt = broken.place == LineContext::Block && matches!(first.text, "retry" | "silence");
    let instead = match action.text {
        "say" | "speak" | "text" | "with" => "",
        "play" | "audio" => "media ",
        _ => return None,
    };
    if !is_attempt {
        return None;
    }
    let Some(text) = behind.first().filter(|text| text.kind == Kind::String) else {
        let message = format!("`{}` is an action of its own, and has what is heard behind it", first.text);
        let help = format!("write `{} {instead}\"…\"`", first.text);
        return fix(action, message, "not needed", help).filter(|_| behind.is_empty());
    };
    let rest = broken.line.get(text.range.start..)?.trim_end();
    let meant = format!("{} {instead}{rest}", first.text);
    let help = match rest.len() {
        0..=60 => format!("write `{meant}`"),
        _ => format!("write what is heard right behind `{}`", first.text),
    };
    reads(Rule::statement_line, &meant).then_some(())?;
    let message = format!("`{}` is an action of its own, and has what is heard behind it", first.text);
    fix(action, message, "not needed", help)?.instead_of(action.range.start..text.range.start, instead)
}

/// `prompt "bye_1"`: a recording of the platform, without the action that plays it.
pub fn without_action(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::Block && first.is("prompt"))?;
    broken.token(1).filter(|id| id.kind == Kind::String)?;
    let rest = broken.line.trim_end();
    let message = "`prompt` names a recording of the platform, and an action plays it";
    let meant = format!("play {rest}");
    let asks = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Collect);
    let help = match asks {
        true => format!("write `{meant}`, or `collect {rest}` if keys are taken while it is heard"),
        false => format!("write `{meant}`"),
    };
    reads(Rule::statement_line, &meant).then_some(())?;
    let wording = fix(first, message, "no action before this", help)?;
    if asks { Some(wording) } else { wording.instead("play prompt") }
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
