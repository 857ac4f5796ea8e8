//! Values of a call: variables, what gives them their values, and the comparisons that a `decide` makes.

use std::fmt;

use super::{ComparisonId, Flow, HoursId, NodeId, Transition, VariableId};
use crate::flow::EventKind;
use crate::source::Span;
use crate::spelling::display_string;

/// A variable, or a contact field that a line compares or copies, or opening hours, whose value is the time of the
/// call.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The name, including an instance's prefix for a variable. The platform knows it by this name.
    pub name: Box<str>,
    /// Whether it is a field of the contact's record, which is known from the beginning of the call.
    pub is_contact: bool,
    /// The opening hours that it stands for.
    pub hours: Option<HoursId>,
    /// Where its name is declared.
    pub span: Span,
}

/// A text or a whole number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Constant {
    /// A text.
    Text(Box<str>),
    /// A whole number.
    Number(i64),
}

/// The constant as the language writes it.
impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&display_string(text)),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// How a `decide` compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparator {
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
    /// `starts`: the text begins with the value.
    Starts,
    /// `contains`: the value is somewhere in the text.
    Contains,
}

impl Comparator {
    /// Every comparator.
    pub const ALL: &[Self] = &[
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::AtMost,
        Self::More,
        Self::AtLeast,
        Self::Starts,
        Self::Contains,
    ];

    /// Its word or sign.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Starts => "starts",
            Self::Contains => "contains",
        }
    }

    /// The comparator of a word or sign.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|comparator| comparator.word() == word)
    }

    /// Whether it compares sizes, so that it needs numbers.
    pub fn needs_number(self) -> bool {
        matches!(self, Self::Less | Self::AtMost | Self::More | Self::AtLeast)
    }

    /// Whether it looks into a text, so that it needs one.
    pub fn needs_text(self) -> bool {
        matches!(self, Self::Starts | Self::Contains)
    }
}

/// What an arm of a `decide` asks.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What is compared.
    pub variable: VariableId,
    /// How.
    pub comparator: Comparator,
    /// The values, of which one must fit.
    pub values: Vec<Constant>,
    /// Where each of them is written.
    pub value_spans: Vec<Span>,
    /// Where it is written, from `when` to the last value.
    pub span: Span,
    /// Where the name is written.
    pub name_span: Span,
}

impl Variable {
    /// Whether steps of the call set it.
    pub fn is_set_on_calls(&self) -> bool {
        !self.is_contact && self.hours.is_none()
    }
}

impl Comparison {
    /// Whether it is true of a value: of several values, one must fit. A text that spells a whole number counts as that number where it is compared
    /// with one, since the platform keeps only texts.
    pub fn holds(&self, value: &Constant) -> bool {
        self.values.iter().any(|wanted| fits(self.comparator, value, wanted))
    }
}

fn fits(comparator: Comparator, value: &Constant, wanted: &Constant) -> bool {
    let text = |constant: &Constant| match constant {
        Constant::Text(text) => text.to_string(),
        Constant::Number(number) => number.to_string(),
    };
    let numbers = value.number().zip(match wanted {
        Constant::Number(number) => Some(*number),
        Constant::Text(_) => None,
    });
    match (comparator, numbers) {
        (Comparator::Equal, Some((value, wanted))) => value == wanted,
        (Comparator::NotEqual, Some((value, wanted))) => value != wanted,
        (Comparator::Less, Some((value, wanted))) => value < wanted,
        (Comparator::AtMost, Some((value, wanted))) => value <= wanted,
        (Comparator::More, Some((value, wanted))) => value > wanted,
        (Comparator::AtLeast, Some((value, wanted))) => value >= wanted,
        (Comparator::Equal, None) => text(value) == text(wanted),
        (Comparator::NotEqual, None) => text(value) != text(wanted),
        (Comparator::Starts, _) => text(value).starts_with(&text(wanted)),
        (Comparator::Contains, _) => text(value).contains(&text(wanted)),
        // What is no number is neither more nor less than one.
        (Comparator::Less | Comparator::AtMost | Comparator::More | Comparator::AtLeast, None) => false,
    }
}

impl Constant {
    /// The whole number that it is or spells.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// A place where a step speaks, sends or copies a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariableUse {
    /// The node.
    pub node: NodeId,
    /// The number of the action among the node's. An action that sets a variable reads first.
    pub action: u32,
    /// What is read.
    pub variable: VariableId,
    /// Where.
    pub span: Span,
}

impl Flow {
    /// The comparison of a transition, if it is the arm of a `decide` and no `else`.
    pub fn comparison(&self, transition: &Transition) -> Option<(ComparisonId, &Comparison)> {
        let [alternative] = self.alternatives(transition) else { return None };
        match self.events[alternative.event].kind() {
            EventKind::Comparison(id) => Some((id, &self.comparisons[id])),
            _ => None,
        }
    }

    /// Where a node speaks, sends or copies variables, in the order of its actions.
    pub fn uses_of(&self, node: NodeId) -> &[VariableUse] {
        let uses = self.variable_uses.as_slice();
        let first = uses.partition_point(|one| one.node < node);
        let rest = uses.get(first..).unwrap_or_default();
        rest.get(..rest.partition_point(|one| one.node == node)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_numbers_with_what_spells_them() {
        let number = |number| Constant::Number(number);
        let text = |text: &str| Constant::Text(text.into());
        for (value, comparator, wanted, holds) in [
            (number(5), Comparator::Equal, number(5), true),
            (text("5"), Comparator::Equal, number(5), true),
            (number(5), Comparator::Equal, text("5"), true),
            (text("05"), Comparator::Equal, text("5"), false),
            (text("05"), Comparator::Equal, number(5), true),
            (text("x"), Comparator::Equal, number(5), false),
            (text("x"), Comparator::NotEqual, number(5), true),
            (text("x"), Comparator::Less, number(5), false),
            (text("x"), Comparator::AtLeast, number(5), false),
            (number(-1), Comparator::Less, number(0), true),
            (number(4), Comparator::AtMost, number(4), true),
            (number(4), Comparator::More, number(4), false),
            (text("90210"), Comparator::Starts, text("902"), true),
            (number(90210), Comparator::Starts, text("902"), true),
            (text("90210"), Comparator::Contains, text("021"), true),
            (text("90210"), Comparator::Starts, text("021"), false),
        ] {
            assert_eq!(fits(comparator, &value, &wanted), holds, "{value} {} {wanted}", comparator.word());
        }
    }
}
