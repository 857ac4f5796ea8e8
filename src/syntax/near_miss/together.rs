//! Statements, declarations or rules on one line without `;` between them.

use super::{BrokenLine, Wording, fix, kinds};
use crate::flow::Outcome;
use crate::syntax::line::{end_of_first, reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{DECLARATIONS, FORMS, LineContext, STATEMENTS};

/// The longest line that is considered, in bytes: each attempt to parse it copies it.
const LONGEST: usize = 1 << 16;
/// How many `;` a fix may write. Finding each one parses the rest of the line.
const MOST: usize = 50;

/// `say "Hello" -> menu`, `on 1 -> sales on 2 -> support`, `let a = "x" let b = "y"`.
pub fn statements(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.line.len() <= LONGEST)?;
    let (comma, begin) = match found.text {
        "," => (Some(found), broken.after(found)?),
        _ => (None, found),
    };
    let begin = named_rule(broken, begin);
    let before = broken.line.get(..comma.unwrap_or(begin).range.start)?;
    let rule = rule_of(broken.place);
    let is_second = begins(broken, begin) && reads(rule, before) && continues(broken, begin);
    if !is_second {
        return None;
    }
    let what = match broken.place {
        LineContext::File => "declarations",
        LineContext::Block => "statements",
        LineContext::Policy => "rules",
    };
    let shown = comma.unwrap_or(begin);
    let mut wording = fix(
        shown,
        format!("two {what} on one line need a `;` between them"),
        if comma.is_some() { "not a separator" } else { "the second one begins here" },
        if comma.is_some() {
            "write `;` or a line break instead"
        } else {
            "write `;` before it, or put it on a line of its own"
        },
    )?;
    let mut next = Some((comma, begin));
    for _ in 0..MOST {
        let Some((comma, begin)) = next else { return Some(wording) };
        let gap = broken
            .with_blanks(comma.map_or(begin.range.start..begin.range.start, |comma| comma.range.clone()));
        wording = wording.instead_of(gap.start..begin.range.start, "; ")?;
        next = following(broken, begin);
    }
    // Nobody reviews so many edits before clicking.
    wording.instead.clear();
    Some(wording)
}

/// The beginning of the statement after the one that begins with a token, if a `;` is missing there as well.
fn following<'a>(
    broken: &BrokenLine<'a>,
    begin: &Token<'a>,
) -> Option<(Option<&'a Token<'a>>, &'a Token<'a>)> {
    let rest = broken.line.get(begin.range.start..)?;
    let at = begin.range.start + end_of_first(rule_of(broken.place), rest)?;
    // A line may have many statements, so find the token by binary search.
    let index = broken.tokens.partition_point(|token| token.range.end <= at);
    let found = broken.token(index)?;
    match found.text {
        "," => Some((Some(found), broken.token(index + 1)?)),
        _ => Some((None, found)),
    }
    .filter(|(_, begin)| begins(broken, begin))
}

/// The name of a rule, if the unexpected token is the `:` after it.
fn named_rule<'a>(broken: &BrokenLine<'a>, found: &'a Token<'a>) -> &'a Token<'a> {
    let before = |index: usize| {
        broken.tokens.iter().rev().filter(|token| token.range.end <= found.range.start).nth(index)
    };
    match (broken.place, found.text, before(0)) {
        (LineContext::Policy, ":", Some(name)) if name.kind == Kind::Word => name,
        _ => found,
    }
}

/// Whether a statement may begin with a token.
fn begins(broken: &BrokenLine<'_>, token: &Token<'_>) -> bool {
    match broken.place {
        LineContext::Block => token.is("->") || STATEMENTS.contains(&token.text),
        LineContext::Policy => {
            FORMS.contains(&token.text) || next(broken, token).is_some_and(|next| next.is(":"))
        }
        LineContext::File => {
            DECLARATIONS.contains(&token.text)
                || kinds().any(|kind| kind == token.text)
                || (matches!(token.kind, Kind::Word | Kind::Quoted)
                    && Outcome::from_word(token.text).is_none()
                    // In a test, it continues the test's chain.
                    && !broken.first().is_some_and(|first| first.is("test"))
                    && next(broken, token).is_some_and(|next| next.is("->")))
        }
    }
}

fn next<'a>(broken: &BrokenLine<'a>, token: &Token<'_>) -> Option<&'a Token<'a>> {
    broken.token(broken.tokens.partition_point(|other| other.range.end <= token.range.end))
}

/// Whether the part that begins with a token parses, at least up to the next missing `;`.
fn continues(broken: &BrokenLine<'_>, begin: &Token<'_>) -> bool {
    let rest = broken.line.get(begin.range.start..).unwrap_or_default();
    reads(rule_of(broken.place), rest) || following(broken, begin).is_some()
}
