//! What stands in the conditions of a `decide` in other languages, in the language's own words.

use super::BrokenLine;
use crate::flow::{self, Comparator};
use crate::syntax::foreign_words::{Place, meaning};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// The words with which other languages begin a comparison.
pub const BEGINS: &[&str] =
    &["when", "if", "elif", "elsif", "elseif", "elsewhen", "case", "else", "on", "unless"];

/// The language's own comparator for a sign or a word of another language.
pub fn comparator(token: &Token<'_>) -> Option<Comparator> {
    Some(match token.text.to_ascii_lowercase().as_str() {
        "==" | "===" | ":=" | "is" | "eq" | "equals" | "equal" => Comparator::Equal,
        "<>" | "!==" | "=/=" | "~=" | "ne" | "isnt" | "not" => Comparator::NotEqual,
        "=<" | "le" | "lte" => Comparator::AtMost,
        "=>" | "ge" | "gte" => Comparator::AtLeast,
        "lt" | "below" | "under" => Comparator::Less,
        "gt" | "above" | "over" => Comparator::More,
        "startswith" | "starts_with" | "starts-with" | "begins" | "beginswith" | "begins_with" => {
            Comparator::Starts
        }
        "includes" | "include" | "has" | "contain" => Comparator::Contains,
        own => return Comparator::from_word(own),
    })
}

/// Whether a line is one of a `decide`, as far as its block or its first word tells.
pub fn is_in_decide(broken: &BrokenLine<'_>) -> bool {
    broken.place == LineContext::Block
        && (broken.inside.is_some_and(|inside| inside.kind == flow::Kind::Decide)
            || broken.first().is_some_and(|first| first.is("when")))
}

/// Whether a token stands in place of an arrow.
pub fn is_arrow(token: &Token<'_>) -> bool {
    matches!(token.text, "->" | "=>" | ":" | "-->" | "--" | "{")
        || meaning(token.text, Place::Arrow).is_some()
}

/// A value as the language writes it: a word becomes a text.
pub fn constant(token: &Token<'_>) -> Option<String> {
    match token.kind {
        Kind::String | Kind::Number => Some(token.text.to_owned()),
        Kind::Word => Some(format!("\"{}\"", token.text)),
        _ => None,
    }
}
