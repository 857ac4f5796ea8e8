//! Words of other tools that the language has under another name, or does not have.

use super::{BrokenLine, Wording, fix, kinds};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::flow;
use crate::syntax::foreign_words::{Meaning, Place, meaning, own_word};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{DECLARATIONS, FORMS, LineContext, STATEMENTS};

/// The keyword that a line's first word is or was meant to be.
pub fn meant(word: &str, place: LineContext) -> Option<&'static str> {
    let words: Vec<&'static str> = match place {
        LineContext::File => kinds().chain(DECLARATIONS.iter().copied()).collect(),
        LineContext::Block => STATEMENTS.to_vec(),
        LineContext::Policy => FORMS.to_vec(),
    };
    let own = words.iter().copied().find(|&own| own == word);
    let foreign = || foreign_word(word, place).filter(|meant| words.contains(meant));
    own.or_else(foreign).or_else(|| nearest(word, words.iter().copied()))
}

/// The language's own word for a word of another tool at the beginning of a line.
fn foreign_word(word: &str, place: LineContext) -> Option<&'static str> {
    own_word(word, first_of(place)?)
}

/// The beginning of a line in the table of foreign words.
fn first_of(place: LineContext) -> Option<Place> {
    match place {
        LineContext::File => Some(Place::Declaration),
        LineContext::Block => Some(Place::Statement),
        LineContext::Policy => None,
    }
}

/// `transfer t "+15550142"`, `dial t "…"`: a call to a number outside.
fn is_number(text: &str) -> bool {
    let inside = text.trim_matches('"');
    let digits = inside.bytes().filter(u8::is_ascii_digit).count();
    let plain = inside
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b' ' | b'(' | b')' | b'.'));
    (plain && digits >= 3) || inside.starts_with("sip:") || inside.starts_with("tel:")
}

/// `transfer t "+1555"`, `say hello "Hi"`, `record box "m"`, `webhook w "…"`, `branch b "…"`.
pub fn kind_of_node(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first =
        broken.first().filter(|first| first.kind == Kind::Word && broken.place != LineContext::Policy)?;
    let second = broken
        .token(1)
        .filter(|second| matches!(second.kind, Kind::Word | Kind::String | Kind::Quoted | Kind::Number))?;
    let foreign = meaning(first.text, first_of(broken.place)?);
    let number = broken.tokens.iter().any(|token| token.kind == Kind::String && is_number(token.text));
    let name = if matches!(second.kind, Kind::Word | Kind::Quoted) { second.text } else { "NAME" };
    let in_block = broken.place == LineContext::Block;
    if foreign == Some(Meaning::OutsideCall) || (first.text.eq_ignore_ascii_case("transfer") && number) {
        let help = if in_block {
            "write the platform's own directive, as in `action \"DIRECTIVE\" text \"+1…\"`, in a `node NAME type \"TYPE\" ends`; a queue is `agent NAME \"QUEUE\"`".to_owned()
        } else {
            format!(
                "for a queue write `agent {name} \"QUEUE\"`; for a number outside write the platform's own type: `node {name} type \"TYPE\" ends {{ action \"DIRECTIVE\" text \"+1…\" }}`"
            )
        };
        return fix(
            first,
            format!(
                "{} is not {}: the language has no kind of node that calls a number",
                quote(first.text),
                what(broken.place)
            ),
            "not a word of the language",
            help,
        );
    }
    if foreign == Some(Meaning::Service) {
        let help = if in_block {
            "write the platform's own directive, as in `action \"DIRECTIVE\" text \"…\"`".to_owned()
        } else {
            format!(
                "write the platform's own type and directive: `node {name} type \"TYPE\" {{ action \"DIRECTIVE\" }}`"
            )
        };
        return fix(
            first,
            format!("{} is not {}", quote(first.text), what(broken.place)),
            "not a word of the language",
            help,
        );
    }
    if broken.place != LineContext::File {
        return None;
    }
    if foreign == Some(Meaning::Branching) {
        let help = format!(
            "branches say where the call goes: write `on 1 -> NODE` in the node's block, one line for each branch, or `decide {name} {{ when NAME = VALUE -> NODE; else -> NODE }}` to compare values"
        );
        return fix(
            first,
            format!("{} is not a kind of node", quote(first.text)),
            "not a word of the language",
            help,
        );
    }
    let text = broken.token(2).filter(|text| text.kind == Kind::String && second.kind != Kind::String);
    let spoken = text.filter(|text| !text.text.contains("://") && !text.text.contains("${"));
    if let (Some(kind @ ("play" | "disclosure")), Some(text)) =
        (own_word(first.text, Place::Declaration), spoken)
    {
        return spoken_text(broken, first, kind, second, text);
    }
    // The word of an action in place of a kind.
    let kind = match (STATEMENTS.contains(&first.text), second.kind) {
        (true, Kind::Word | Kind::Quoted) => own_word(first.text, Place::Declaration)?,
        _ => return None,
    };
    let message = format!("{} is an action, not a kind of node", quote(first.text));
    if first.is("say") {
        let help = format!("write `play {name} {{ say \"TEXT\" }}`");
        return fix(first, message, "expected a kind of node here", help);
    }
    fix(first, message, "expected a kind of node here", format!("write `{kind} {name}`"))?.instead(kind)
}

/// `say hello "Hi"`, `announce hello "Hi"`: the argument of a node that plays would be a URL.
fn spoken_text(
    broken: &BrokenLine<'_>,
    first: &Token<'_>,
    kind: &'static str,
    name: &Token<'_>,
    text: &Token<'_>,
) -> Option<Wording> {
    let message = format!("{} is not a kind of node", quote(first.text));
    let shown = if text.text.len() <= 60 { text.text } else { "\"TEXT\"" };
    let help = format!("write `{kind} {} {{ say {shown} }}`", name.text);
    let wording = fix(first, message, "expected a kind of node here", help)?;
    // If the text is last on the line, a fix can put the block around it.
    let is_last = broken.line.get(name.range.end..)?.trim() == text.text;
    match is_last {
        true => wording.instead(kind)?.instead_of(text.range.clone(), format!("{{ say {} }}", text.text)),
        false => Some(wording),
    }
}

fn what(place: LineContext) -> &'static str {
    match place {
        LineContext::File => "a kind of node",
        LineContext::Block => "an action",
        LineContext::Policy => "a form of rule",
    }
}

/// `hangup` inside a block.
pub fn end_of_call(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::Block && broken.tokens.len() <= 2)?;
    let is_end = |token: &Token<'_>| own_word(token.text, Place::Declaration) == Some("disconnect");
    if !is_end(first) {
        return None;
    }
    let word = quote(first.text);
    let message = format!("{word} is not an action and not a branch");
    let ends = broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Disconnect);
    if ends && broken.tokens.len() == 1 {
        return fix(first, message, "not a word of the language", "write `disconnect`")?
            .instead("disconnect");
    }
    let help = "the call ends at a node: write `-> goodbye` here, and `disconnect goodbye` on a line outside the block";
    fix(first, message, "not a word of the language", help)
}
