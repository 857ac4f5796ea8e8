//! Declared kinds, and the fields that nodes and actions set.

use super::{Name, Text};
use crate::source::Span;

/// `kind NAME type "TYPE" [ends] [as KIND] { … }`
#[derive(Debug)]
pub struct KindDeclaration {
    /// The word for such a node.
    pub name: Name,
    /// The platform's type. `None` if the line is broken.
    pub type_: Option<Text>,
    /// Whether the call ends there.
    pub ends: bool,
    /// The kind that policies take it for.
    pub taken_for: Option<Name>,
    /// The fields of its payload, in order.
    pub fields: Vec<FieldDeclaration>,
    /// What may follow such a node.
    pub outcomes: Vec<Name>,
    /// The variables that such a node sets, a row for each line.
    pub sets: Vec<SetsLine>,
    /// Whether any part of it did not parse.
    pub broken: bool,
}

/// `with NAME: TYPE [= DEFAULT]`
#[derive(Debug)]
pub struct FieldDeclaration {
    /// From its first to its last character.
    pub span: Span,
    /// The run of `///` lines directly above.
    pub doc: Option<Span>,
    /// The name.
    pub name: Name,
    /// The type.
    pub type_: FieldType,
    /// The value of a node that sets none.
    pub default: Option<FieldValue>,
}

/// `sets NAME, NAME [on OUTCOME | OUTCOME]`
#[derive(Debug)]
pub struct SetsLine {
    /// From its first to its last character.
    pub span: Span,
    /// The variables.
    pub variables: Vec<Name>,
    /// The outcomes on which they are set. Empty if that is all of them.
    pub outcomes: Vec<Name>,
}

/// The type of a field as written.
#[derive(Debug)]
pub struct FieldType {
    /// From its first to its last character.
    pub span: Span,
    /// Whether it is a `list of` such values.
    pub is_list: bool,
    /// The type of one value.
    pub name: FieldTypeName,
}

/// The type of one value as written.
#[derive(Debug)]
pub enum FieldTypeName {
    /// A word, which may be no type.
    Word(Name),
    /// One of these texts.
    Choice(Vec<Text>),
}

/// `NAME = VALUE`
#[derive(Debug)]
pub struct Field {
    /// From its first to its last character.
    pub span: Span,
    /// The name.
    pub name: Name,
    /// The value.
    pub value: FieldValue,
}

/// The value of a field as written.
#[derive(Debug)]
pub enum FieldValue {
    /// One value.
    Scalar(Scalar),
    /// `[VALUE, …]`
    List(Span, Vec<Scalar>),
}

impl FieldValue {
    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            Self::Scalar(scalar) => scalar.span(),
            Self::List(span, _) => *span,
        }
    }
}

/// One value as written.
#[derive(Debug, Clone, Copy)]
pub enum Scalar {
    /// A string.
    Text(Text),
    /// Decimal digits.
    Integer(Span),
    /// A duration, with its milliseconds.
    Duration(Span, u64),
    /// `true`, `false`, or the name of a let or param.
    Name(Name),
}

impl Scalar {
    /// Where it is written.
    pub fn span(self) -> Span {
        match self {
            Self::Text(text) => text.span,
            Self::Integer(span) | Self::Duration(span, _) => span,
            Self::Name(name) => name.span,
        }
    }
}
