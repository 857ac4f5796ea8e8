//! Transitions, and what takes them.

use super::{EventId, NodeId, Outcome};
use crate::source::Span;
use crate::spelling::display_string;

/// Something that can happen at a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    kind: EventKind,
    word: Box<str>,
    raw: Box<str>,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A key entry.
    Key,
    /// An outcome.
    Outcome(Outcome),
    /// What only the platform knows.
    Raw,
}

impl Event {
    /// An event with its word in the language, and what a quoted condition has for it.
    pub(crate) fn new(kind: EventKind, word: &str, raw: &str) -> Self {
        Self { kind, word: word.into(), raw: raw.into() }
    }

    /// What it is.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The key entry, the outcome, or what only the platform knows, without quotes.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// What a quoted condition has for it.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// As the language writes it: `1`, `timeout`, `"anything else"`.
    pub fn display(&self) -> String {
        match self.kind {
            EventKind::Key | EventKind::Outcome(_) => self.word.to_string(),
            EventKind::Raw => display_string(&self.raw),
        }
    }
}

/// Whether a text is a key entry: digits, `*` and `#`.
pub fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#'))
}

/// One alternative of a transition's condition.
#[derive(Debug, Clone, Copy)]
pub struct Alternative {
    /// What takes the transition.
    pub event: EventId,
    /// Where that is written.
    pub span: Span,
}

/// Who wrote a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The node's block or a line of its own.
    Written,
    /// The `every` of this number.
    Every(u32),
}

/// A transition.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// The node it leaves.
    pub from: NodeId,
    /// The node it goes to; `None` where no such node is declared, which has its own finding.
    pub to: Option<NodeId>,
    /// Its alternatives, as numbers of the flow's list; none: unconditional.
    alternatives: (u32, u32),
    /// Whether its condition is a quoted one.
    pub raw: bool,
    /// Who wrote it.
    pub origin: Origin,
    /// Where its target is written.
    pub span: Span,
}

impl Transition {
    /// A written, unconditional transition.
    pub(crate) fn new(from: NodeId, to: Option<NodeId>, span: Span) -> Self {
        Self { from, to, alternatives: (0, 0), raw: false, origin: Origin::Written, span }
    }

    /// Sets the alternatives: those from `start` to `end` of the flow's list.
    pub(crate) fn set_alternatives(&mut self, start: usize, end: usize) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.alternatives = (offset(start), offset(end));
    }

    /// Whether it takes everything.
    pub fn is_unconditional(&self) -> bool {
        self.alternatives.0 == self.alternatives.1
    }

    /// Its place among the flow's alternatives.
    pub(crate) fn alternatives(&self) -> std::ops::Range<usize> {
        self.alternatives.0 as usize..self.alternatives.1 as usize
    }
}
