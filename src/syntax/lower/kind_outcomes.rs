//! Outcomes of a kind that are written in quotes: `outcome "not found", missing`.

use crate::spelling::is_name;
use crate::syntax::tokens::{Kind, Token, tokens};

/// What the line was meant to be, where each outcome in quotes is a name without them.
pub(super) fn meant(tokens: &[Token<'_>]) -> Option<String> {
    let names = names(tokens)?;
    let names: Option<Vec<&str>> = names.into_iter().map(|name| is_name(name).then_some(name)).collect();
    Some(format!("outcome {}", names?.join(", ")))
}

/// What to write for outcomes that are no names of the language, as a platform may have them.
pub(super) fn help(line: &str) -> Option<String> {
    let all = tokens(line);
    let odd: Vec<&str> = names(&all)?.into_iter().filter(|name| !is_name(name)).collect();
    let first = odd.first()?;
    let plain = plain(first)?;
    Some(format!(
        "an outcome is one name, which the platform must report, as in `outcome {plain}`; where it reports `{first}`, a `node NAME type \"TYPE\"` can branch on it: `on \"{first}\" -> NODE`"
    ))
}

/// The outcomes of a line that has some in quotes.
fn names<'l>(all: &[Token<'l>]) -> Option<Vec<&'l str>> {
    let (first, rest) = all.split_first()?;
    let is_quoted = |token: &Token<'_>| matches!(token.kind, Kind::String | Kind::Quoted);
    if !first.is("outcome") || !rest.iter().any(is_quoted) {
        return None;
    }
    let (names, signs): (Vec<_>, Vec<_>) = rest.iter().enumerate().partition(|(at, _)| at % 2 == 0);
    let are_names =
        names.iter().all(|(_, token)| is_quoted(token) || matches!(token.kind, Kind::Word | Kind::Number));
    let are_parted = signs.iter().all(|(_, sign)| matches!(sign.text, "," | "|"));
    (are_names && are_parted)
        .then(|| names.iter().map(|(_, token)| token.text.trim_matches(['"', '`'])).collect())
}

/// A name that says the same.
fn plain(outcome: &str) -> Option<String> {
    let plain: String =
        outcome.trim().chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '_' }).collect();
    is_name(&plain).then_some(plain)
}
