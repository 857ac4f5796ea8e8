//! Nodes and what they do.

use compact_str::CompactString;

use super::{Directive, Kind};
use crate::source::Span;

/// A text after its insertions.
#[derive(Debug, Clone)]
pub struct Text {
    /// The text; `None` where something that it inserts is not known, which has its own finding.
    pub value: Option<Box<str>>,
    /// Where the string is written.
    pub span: Span,
    /// Whether it holds a placeholder for a field of the contact's record, `{name}`.
    pub placeholders: bool,
}

/// A tag, without its `@`.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Its name.
    pub name: Box<str>,
    /// Where it is written.
    pub span: Span,
}

/// A step of a node.
#[derive(Debug, Clone)]
pub struct Action {
    /// What it does.
    pub directive: Directive,
    /// The audio's URL.
    pub media: Option<Text>,
    /// The text to speak, or the queue or mailbox.
    pub text: Option<Text>,
    /// How often the prompt is played again.
    pub retries: Option<Retries>,
    /// How long its audio is, in milliseconds; of a prompt for keys, one attempt with the wait after it.
    pub lasts: Option<u64>,
    /// Its tags, those of the contact fields that it speaks included.
    pub tags: Vec<Tag>,
    /// Where it is written.
    pub span: Span,
}

/// How often a prompt is played again.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    /// The number; `None` where it is not known, which has its own finding.
    pub count: Option<u32>,
    /// Where the option is written.
    pub span: Span,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeType {
    /// One of the language's kinds.
    Kind(Kind),
    /// Any other type of the platform.
    Other(Box<str>),
}

impl NodeType {
    /// The platform's word for it.
    pub fn word(&self) -> &str {
        match self {
            Self::Kind(kind) => kind.word(),
            Self::Other(word) => word,
        }
    }
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// The platform's id, an instance's prefix included.
    pub id: CompactString,
    /// What it is.
    pub type_: NodeType,
    /// Whether it is declared as `node … type`: any condition, any action.
    pub generic: bool,
    /// Whether the call ends here.
    pub ends_call: bool,
    /// Whether part of it did not parse, so that what it lacks may just be unread.
    pub broken: bool,
    /// Where its kind is written.
    pub kind_span: Span,
    /// Where its name is written.
    pub name_span: Span,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// The tags of the whole node.
    pub tags: Vec<Tag>,
    /// Its actions in order.
    pub actions: Vec<Action>,
}

impl Node {
    /// Whether it counts as this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.type_ == NodeType::Kind(kind)
    }

    /// The kind it counts as.
    pub fn kind(&self) -> Option<Kind> {
        match self.type_ {
            NodeType::Kind(kind) => Some(kind),
            NodeType::Other(_) => None,
        }
    }
}
