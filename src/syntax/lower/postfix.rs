//! Operators and parentheses from infix to postfix order.

use super::Lower;
use crate::diagnostics::{Diagnostic, Fix};
use crate::source::Span;
use crate::syntax::codes;

/// How deeply parentheses may nest.
pub const DEEPEST: usize = 128;

/// A token between operands of the type `T`.
pub enum Token<T> {
    Operand(T),
    Not,
    And,
    Or,
    Open(Span),
    Close(Span),
}

/// What combines operands.
#[derive(Clone, Copy)]
pub enum Operator {
    Not,
    And,
    Or,
}

/// An operator or parenthesis that waits for its right operand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Open(Span),
    Or,
    And,
    Not,
}

impl Waiting {
    /// Its precedence.
    fn precedence(self) -> u8 {
        match self {
            Self::Open(_) => 0,
            Self::Or => 1,
            Self::And => 2,
            Self::Not => 3,
        }
    }
}

/// A mistake in parentheses, and its place.
#[derive(Debug, PartialEq, Eq)]
pub enum ParenthesisFault {
    Unopened(Span),
    Unclosed(Span),
    TooDeep(Span),
}

/// The operations in postfix order. The grammar makes sure that there is an operator between two operands; only parentheses
/// may not match.
pub fn postfix<T: From<Operator>>(
    tokens: impl IntoIterator<Item = Token<T>>,
) -> Result<Vec<T>, ParenthesisFault> {
    let mut ops = Vec::new();
    let mut waiting: Vec<Waiting> = Vec::new();
    let mut depth = 0;
    for token in tokens {
        match token {
            Token::Operand(op) => ops.push(op),
            Token::Not => waiting.push(Waiting::Not),
            Token::And => {
                settle(&mut ops, &mut waiting, Waiting::And.precedence());
                waiting.push(Waiting::And);
            }
            Token::Or => {
                settle(&mut ops, &mut waiting, Waiting::Or.precedence());
                waiting.push(Waiting::Or);
            }
            Token::Open(at) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(ParenthesisFault::TooDeep(at));
                }
                waiting.push(Waiting::Open(at));
            }
            Token::Close(at) => {
                settle(&mut ops, &mut waiting, Waiting::Or.precedence());
                // Only the `(` may be left.
                if waiting.pop().is_none() {
                    return Err(ParenthesisFault::Unopened(at));
                }
                depth -= 1;
            }
        }
    }
    settle(&mut ops, &mut waiting, Waiting::Or.precedence());
    match waiting.pop() {
        Some(Waiting::Open(at)) => Err(ParenthesisFault::Unclosed(at)),
        _ => Ok(ops),
    }
}

/// Adds the waiting operators whose precedence is at least `precedence`.
fn settle<T: From<Operator>>(ops: &mut Vec<T>, waiting: &mut Vec<Waiting>, precedence: u8) {
    while let Some(last) = waiting.pop_if(|last| last.precedence() >= precedence) {
        match last {
            Waiting::Not => ops.push(Operator::Not.into()),
            Waiting::And => ops.push(Operator::And.into()),
            Waiting::Or => ops.push(Operator::Or.into()),
            Waiting::Open(_) => {}
        }
    }
}

/// How something with parentheses is called and written.
pub struct Parenthesized {
    /// What it is called.
    pub what: &'static str,
    /// How it is written with a group.
    pub example: &'static str,
    /// What to do instead of nesting groups.
    pub simpler: &'static str,
}

impl Lower<'_> {
    /// Reports parentheses that do not match, or nest too deeply.
    pub(super) fn report_parenthesis(&mut self, fault: &ParenthesisFault, span: Span, of: &Parenthesized) {
        let text = self.source.slice(span.range());
        // If a part of it may be meant, it is unclear where the group ends.
        let one_group = text.starts_with('(') && text.matches('(').count() == 1;
        let Parenthesized { what, example, simpler } = of;
        self.broken_rule(match *fault {
            ParenthesisFault::Unopened(at) => Diagnostic::new(&codes::SYNTAX, at, "this `)` closes nothing")
                .here("no `(` before it")
                .help("take it out, or open the group with `(`"),
            ParenthesisFault::Unclosed(at) => Diagnostic::new(&codes::SYNTAX, at, "this `(` has no `)`")
                .here("opened here")
                .label(Span { start: span.end, ..span }, format!("the {what} ends here"))
                .help(format!("close it with `)`, as in `{example}`"))
                .fix(one_group.then(|| Fix::new("Close the group", span.after(), ")"))),
            ParenthesisFault::TooDeep(at) => Diagnostic::new(
                &codes::TOO_LARGE,
                at,
                format!("this {what} nests parentheses deeper than {DEEPEST}"),
            )
            .here("one too many")
            .help(format!("take out the parentheses that group nothing, {simpler}")),
        });
    }
}
