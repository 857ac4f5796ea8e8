//! Kinds that a flow declares, and the fields that its actions send.

use super::{Event, EventKind, Flow, Kind, KindId, Verb};
use crate::source::Span;

/// A declared kind of node.
#[derive(Debug, Clone)]
pub struct DeclaredKind {
    /// The word for such a node.
    pub word: Box<str>,
    /// The platform's type, which is also the directive. `None` if it is unknown, which is already reported.
    pub type_: Option<Box<str>>,
    /// Whether the call ends there.
    pub ends_call: bool,
    /// The kind that policies take it for.
    pub taken_for: Option<Kind>,
    /// Its fields in order.
    pub fields: Vec<DeclaredField>,
    /// What may follow such a node, each with its place.
    pub outcomes: Vec<(Box<str>, Span)>,
    /// Whether part of the declaration is broken, so that it may only seem to lack something.
    pub broken: bool,
    /// Where its word is declared.
    pub span: Span,
    /// Its doc comment.
    pub doc: Option<Span>,
}

impl DeclaredKind {
    /// Whether such a node has an outcome.
    pub fn has_outcome(&self, word: &str) -> bool {
        self.outcomes.iter().any(|(outcome, _)| **outcome == *word)
    }

    /// Its field of a name.
    pub fn field(&self, name: &str) -> Option<&DeclaredField> {
        self.fields.iter().find(|field| *field.name == *name)
    }
}

impl Flow {
    /// An event as this flow writes it: an outcome of a declared kind without quotes.
    pub fn display_event(&self, event: &Event) -> String {
        let is_declared = |kind: &DeclaredKind| kind.has_outcome(event.raw());
        match event.kind() {
            EventKind::Raw if self.kinds.rows().iter().any(is_declared) => event.raw().to_owned(),
            _ => event.display(),
        }
    }
}

/// A field of a declared kind.
#[derive(Debug, Clone)]
pub struct DeclaredField {
    /// Its name.
    pub name: Box<str>,
    /// The type of its value. `None` if that is unknown, which is already reported.
    pub type_: Option<FieldType>,
    /// Whether a node must set it.
    pub is_required: bool,
    /// The value of a node that does not set it.
    pub default: Option<FieldValue>,
    /// Where it is declared.
    pub span: Span,
    /// Its doc comment.
    pub doc: Option<Span>,
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldType {
    /// Whether it is a list of such values.
    pub is_list: bool,
    /// The type of one value.
    pub scalar: ScalarType,
}

/// The type of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScalarType {
    /// Any text.
    Text,
    /// A web address.
    Url,
    /// A phone number in E.164.
    Phone,
    /// A whole number.
    Integer,
    /// A duration, sent in milliseconds.
    Duration,
    /// `true` or `false`.
    Bool,
    /// The name of a queue.
    Queue,
    /// A language tag of BCP 47.
    Language,
    /// One of these texts.
    Choice(Vec<Box<str>>),
}

impl ScalarType {
    /// The types with a word of their own.
    pub const NAMED: [Self; 8] = [
        Self::Text,
        Self::Url,
        Self::Phone,
        Self::Integer,
        Self::Duration,
        Self::Bool,
        Self::Queue,
        Self::Language,
    ];

    /// The word for it in the language. A choice has none.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Url => "url",
            Self::Phone => "phone",
            Self::Integer => "integer",
            Self::Duration => "duration",
            Self::Bool => "bool",
            Self::Queue => "queue",
            Self::Language => "language",
            Self::Choice(_) => "",
        }
    }

    /// The type of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|one| one.word() == word)
    }

    /// What a value of it is, with an example.
    pub fn about(&self) -> String {
        match self {
            Self::Text => "a text in quotes".to_owned(),
            Self::Url => "a web address, such as \"https://crm.example.com/find\"".to_owned(),
            Self::Phone => "a phone number with its country, such as \"+12025550100\"".to_owned(),
            Self::Integer => "a whole number, such as 3".to_owned(),
            Self::Duration => "a duration, such as 8s".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Queue => "a queue's name in quotes".to_owned(),
            Self::Language => "a language, such as \"en-US\"".to_owned(),
            Self::Choice(choices) => {
                let choices: Vec<String> = choices.iter().map(|choice| format!("\"{choice}\"")).collect();
                crate::diagnostics::list_of(&choices, "or")
            }
        }
    }

    /// A value of it, to be replaced.
    pub fn example(&self) -> String {
        match self {
            Self::Text => "\"TEXT\"".to_owned(),
            Self::Url => "\"https://example.com\"".to_owned(),
            Self::Phone => "\"+12025550100\"".to_owned(),
            Self::Integer => "1".to_owned(),
            Self::Duration => "1s".to_owned(),
            Self::Bool => "false".to_owned(),
            Self::Queue => "\"QUEUE\"".to_owned(),
            Self::Language => "\"en-US\"".to_owned(),
            Self::Choice(choices) => {
                crate::spelling::display_string(choices.first().map_or("", |choice| choice))
            }
        }
    }
}

impl FieldType {
    /// What a value of it is, with an example.
    pub fn about(&self) -> String {
        if self.is_list {
            format!("a list in brackets, each {}", self.scalar.about())
        } else {
            self.scalar.about()
        }
    }

    /// A value of it, to be replaced.
    pub fn example(&self) -> String {
        let one = self.scalar.example();
        if self.is_list { format!("[{one}]") } else { one }
    }
}

/// A field that an action sends and the language does not know.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: Box<str>,
    /// Its value. `None` if that is unknown, which is already reported.
    pub value: Option<FieldValue>,
    /// Whether the node's kind declares it.
    pub is_declared: bool,
    /// Where it is written, or the node's name for a default.
    pub span: Span,
}

impl Field {
    /// The name under which it is sent where it belongs to what is said at further attempts: `retry_volume`.
    pub fn sent_for(&self, repeat: Verb) -> String {
        format!("{}_{}", repeat.word(), self.name)
    }
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldValue {
    /// A text.
    Text(Box<str>),
    /// A whole number, or a duration in milliseconds.
    Integer(u64),
    /// `true` or `false`.
    Bool(bool),
    /// Several values.
    List(Vec<FieldValue>),
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&crate::spelling::display_string(text)),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::List(values) => {
                f.write_str("[")?;
                for (at, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}

impl serde::Serialize for FieldValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_u64(*number),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::List(values) => serializer.collect_seq(values),
        }
    }
}

/// The largest whole number that a field may have: many programs would read a larger one as another.
/// Source: RFC 8259, section 6.
pub const LARGEST_INTEGER: u64 = (1 << 53) - 1;

/// The names under which an action's own parts are sent, which no field may have.
pub const PARTS_OF_ACTIONS: [&str; 20] = [
    "directive",
    "media_url",
    "prompt_id",
    "text",
    "ssml",
    "max_retries",
    "retry_media_url",
    "retry_prompt_id",
    "retry_text",
    "retry_ssml",
    "silence_media_url",
    "silence_prompt_id",
    "silence_text",
    "silence_ssml",
    "wait_ms",
    "between_ms",
    "min_digits",
    "max_digits",
    "end_key",
    "into_variable",
];

/// The declared kind of a node.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredAs {
    /// The kind.
    pub kind: KindId,
    /// What policies take it for.
    pub taken_for: Option<Kind>,
    /// Whether the kind has outcomes, so that something has to happen before the call goes on.
    pub has_outcomes: bool,
}
