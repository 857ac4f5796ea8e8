//! What facts must be, for a rule to apply or to hold.

use super::policy::Comparison;
use crate::source::Span;

/// What facts must be: `purpose = "sales" and voice != "live"`. A `not` is worked into its comparisons.
#[derive(Debug, Clone)]
pub struct FactCondition {
    /// Its operations in postfix order.
    pub ops: Vec<FactOp>,
    /// Where it is written.
    pub span: Span,
}

/// An operation of a condition about facts.
#[derive(Debug, Clone)]
pub enum FactOp {
    /// A comparison.
    Compare(Comparison),
    /// `and`: both of the last two operands.
    And,
    /// `or`: either of the last two operands.
    Or,
}

impl FactOp {
    /// Makes it what it is in the opposite of a condition (De Morgan's laws).
    pub(crate) fn negate(&mut self) {
        match self {
            Self::Compare(Comparison { test: Some((operator, _)), .. }) => *operator = operator.opposite(),
            // That a fact is stated has no opposite.
            Self::Compare(_) => {}
            Self::And => *self = Self::Or,
            Self::Or => *self = Self::And,
        }
    }
}

/// Whether something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// That is not known.
    Open,
}

impl FactCondition {
    /// Its comparisons, in the order in which they are written.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.ops
            .iter()
            .filter_map(|op| if let FactOp::Compare(comparison) = op { Some(comparison) } else { None })
    }

    /// Its comparison, if it has one and no more.
    pub fn only(&self) -> Option<&Comparison> {
        if let [FactOp::Compare(comparison)] = self.ops.as_slice() { Some(comparison) } else { None }
    }

    /// The comparisons that must all be met, if it is nothing but these.
    pub fn all_required(&self) -> impl Iterator<Item = &Comparison> {
        let is_plain = self.ops.iter().all(|op| !matches!(op, FactOp::Or));
        self.comparisons().filter(move |_| is_plain)
    }

    /// A condition that is met if both are.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.ops.extend(other.ops);
        self.ops.push(FactOp::And);
        self
    }

    /// Whether it is met, and the comparisons that decide this; if it is open, first one that is.
    ///
    /// What is open stays open only as long as it matters (Kleene's logic): with one part of an `or` that is met, the
    /// other may be anything.
    pub fn truth(&self, mut of: impl FnMut(&Comparison) -> Truth) -> (Truth, Vec<&Comparison>) {
        let mut stack: Vec<(Truth, Vec<&Comparison>)> = Vec::new();
        for op in &self.ops {
            let combined = match op {
                FactOp::Compare(comparison) => (of(comparison), vec![comparison]),
                FactOp::And | FactOp::Or => {
                    let Some((right, left)) = stack.pop().zip(stack.pop()) else { continue };
                    both(left, right, if matches!(op, FactOp::And) { Truth::No } else { Truth::Yes })
                }
            };
            stack.push(combined);
        }
        // A condition has at least one comparison.
        stack.pop().unwrap_or((Truth::Yes, Vec::new()))
    }
}

/// Combines two parts, of which one that is `decisive` decides.
fn both<'a>(
    mut left: (Truth, Vec<&'a Comparison>),
    right: (Truth, Vec<&'a Comparison>),
    decisive: Truth,
) -> (Truth, Vec<&'a Comparison>) {
    if left.0 == decisive {
        return left;
    }
    if right.0 == decisive {
        return right;
    }
    // Of an `and` only what is open is left to say, of an `or` both parts.
    let is_or = decisive == Truth::Yes;
    match (left.0, right.0) {
        (Truth::Open, other) => {
            left.1.extend(right.1.into_iter().filter(|_| is_or || other == Truth::Open));
            left
        }
        (other, Truth::Open) => {
            let (truth, mut why) = right;
            why.extend(left.1.into_iter().filter(|_| is_or || other == Truth::Open));
            (truth, why)
        }
        _ => {
            left.1.extend(right.1);
            left
        }
    }
}
