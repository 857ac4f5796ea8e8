//! What facts are, and what they must be for a rule to apply or to hold.

use jiff::civil::Date;

use super::CallingTimes;
use super::decision::Attestation;
use crate::source::Span;

/// `FACT`, or `FACT OP VALUE`.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The fact's name.
    pub fact: Box<str>,
    /// The operator and the value that it is compared with.
    pub test: Option<(Operator, Value)>,
    /// Where it is written.
    pub span: Span,
}

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `within`: days and times.
    Within,
    /// `not within`
    NotWithin,
}

impl Operator {
    /// Every operator that is a sign.
    pub const ALL: &[Operator] =
        &[Self::Equal, Self::NotEqual, Self::Less, Self::AtMost, Self::More, Self::AtLeast];

    /// The sign, or the words.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Within => "within",
            Self::NotWithin => "not within",
        }
    }

    /// The one that is so where this one is not.
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtLeast => Self::Less,
            Self::More => Self::AtMost,
            Self::AtMost => Self::More,
            Self::Within => Self::NotWithin,
            Self::NotWithin => Self::Within,
        }
    }

    /// The operator of a sign.
    pub fn from_sign(sign: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.sign() == sign)
    }
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(Box<str>),
    /// A number.
    Integer(u64),
    /// Milliseconds.
    Duration(u64),
    /// A day.
    Date(Date),
    /// Days and times at which calls are made.
    Times(Box<CallingTimes>),
}

/// `fact NAME = VALUE [because "PROOF" by "WHO" until DATE]`
#[derive(Debug, Clone)]
pub struct Fact {
    /// The name.
    pub name: Box<str>,
    /// The value. `None` if it did not parse, which is already reported.
    pub value: Option<Value>,
    /// Whether an error explains why there is no value.
    pub is_refused: bool,
    /// Where the value is written, unless it is a duration.
    pub value_span: Option<Span>,
    /// Who answers for the value, by what proof and until when.
    pub evidence: Option<Attestation>,
    /// The policies that use it but do not apply.
    pub known_elsewhere: Vec<Box<str>>,
    /// Whether it is stated in a file that other flows may include as well.
    pub shared: bool,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// Where its name is written.
    pub span: Span,
}

/// A fact's value as the language writes it.
pub fn fact_value(value: &Value) -> String {
    match value {
        Value::Text(text) => crate::spelling::display_string(text),
        Value::Integer(number) => number.to_string(),
        Value::Duration(milliseconds) => crate::spelling::display_duration(*milliseconds),
        Value::Date(date) => date.to_string(),
        Value::Times(times) => times.to_string(),
    }
}

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
