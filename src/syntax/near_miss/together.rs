//! Statements, declarations or rules that stand on one line with no `;` between them.

use super::{BrokenLine, Wording, fix, kinds};
use crate::flow::Outcome;
use crate::syntax::line::{end_of_first, reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{DECLARATIONS, FORMS, LineContext, STATEMENTS};

/// The longest line that is looked at, in bytes: each try to read it copies it.
const LONGEST: usize = 1 << 16;
/// How many `;` a fix may write. Finding each reads what is left of the line.
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
    let apart = begins(broken, begin) && reads(rule, before) && goes_on(broken, begin);
    if !apart {
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
        let gap =
            broken.with_blanks(comma.map_or(begin.range.start..begin.range.start, |one| one.range.clone()));
        wording = wording.instead_of(gap.start..begin.range.start, "; ")?;
        next = following(broken, begin);
    }
    // Nobody looks over so many before the click.
    wording.instead.clear();
    Some(wording)
}

/// The statement after the one that begins here, if a `;` is missing before that as well.
fn following<'a>(
    broken: &BrokenLine<'a>,
    begin: &Token<'a>,
) -> Option<(Option<&'a Token<'a>>, &'a Token<'a>)> {
    let rest = broken.line.get(begin.range.start..)?;
    let at = begin.range.start + end_of_first(rule_of(broken.place), rest)?;
    // A line may have many statements: each token is looked up, not searched for.
    let index = broken.tokens.partition_point(|token| token.range.end <= at);
    let found = broken.token(index)?;
    match found.text {
        "," => Some((Some(found), broken.token(index + 1)?)),
        _ => Some((None, found)),
    }
    .filter(|(_, begin)| begins(broken, begin))
}

/// The name of a rule, where the word found is the form behind it.
fn named_rule<'a>(broken: &BrokenLine<'a>, found: &'a Token<'a>) -> &'a Token<'a> {
    let before = |index: usize| {
        broken.tokens.iter().rev().filter(|token| token.range.end <= found.range.start).nth(index)
    };
    match (broken.place, found.text, before(0)) {
        (LineContext::Policy, ":", Some(name)) if name.kind == Kind::Word => name,
        _ => found,
    }
}

/// Whether a statement may begin with this token.
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
                    // What goes on is the test's own chain.
                    && !broken.first().is_some_and(|first| first.is("test"))
                    && next(broken, token).is_some_and(|next| next.is("->")))
        }
    }
}

fn next<'a>(broken: &BrokenLine<'a>, token: &Token<'_>) -> Option<&'a Token<'a>> {
    broken.token(broken.tokens.partition_point(|other| other.range.end <= token.range.end))
}

/// Whether what begins here can be read, as far as the next missing `;`.
fn goes_on(broken: &BrokenLine<'_>, begin: &Token<'_>) -> bool {
    let rest = broken.line.get(begin.range.start..).unwrap_or_default();
    reads(rule_of(broken.place), rest) || following(broken, begin).is_some()
}
