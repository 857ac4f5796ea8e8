//! Transitions and the events that take them.

use super::{AgainId, ComparisonId, DispositionId, EventId, NodeId, Outcome};
use crate::source::Span;
use crate::spelling::display_string;
use crate::table::Id;

/// Something that can happen at a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    kind: EventKind,
    word: Box<str>,
    raw: Box<str>,
}

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A key entry.
    Key,
    /// An outcome.
    Outcome(Outcome),
    /// An outcome of a declared kind that is none of the language's.
    Declared,
    /// An event that only the platform knows.
    Raw,
    /// What a `decide` compares is so.
    Comparison(ComparisonId),
}

impl EventKind {
    /// Whether the called party chooses it by pressing keys: silence, a wrong key and a failure are not theirs.
    pub fn is_entry(self) -> bool {
        matches!(self, Self::Key | Self::Outcome(Outcome::Entered))
    }
}

impl Event {
    /// An event with its word in the language and its spelling in a quoted condition.
    pub(crate) fn new(kind: EventKind, word: &str, raw: &str) -> Self {
        Self { kind, word: word.into(), raw: raw.into() }
    }

    /// Its kind.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The key entry, the outcome, or the platform's own event, without quotes.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Its spelling in a quoted condition.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The event as the language writes it: `1`, `timeout`, `"anything else"`.
    pub fn display(&self) -> String {
        match self.kind {
            EventKind::Key | EventKind::Outcome(_) | EventKind::Declared | EventKind::Comparison(_) => {
                self.word.to_string()
            }
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
    /// The event that takes the transition.
    pub event: EventId,
    /// Where it is written.
    pub span: Span,
}

/// Where a transition comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The node's block, or a line of its own.
    Written,
    /// The `every` of this number.
    Every(u32),
}

/// Which of the two ways of an `again` a transition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgainArm {
    /// The one that a call takes at most N times.
    Back(AgainId),
    /// The `else`, which a call takes from then on.
    Else(AgainId),
}

impl AgainArm {
    /// The `again` that it belongs to.
    pub fn again(self) -> AgainId {
        match self {
            Self::Back(again) | Self::Else(again) => again,
        }
    }
}

/// A transition.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// The node it leaves.
    pub from: NodeId,
    /// The node it goes to. `None` if that is not declared, which is already reported.
    pub to: Option<NodeId>,
    /// The range of its alternatives in the flow's list. Empty if it is unconditional.
    alternatives: (u32, u32),
    /// Whether its condition is quoted.
    pub raw: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// Which way of an `again` it is, if a call may take it a limited number of times or only from then on.
    pub again: Option<AgainArm>,
    /// What a call is reported as that takes it, unless it passes another one later.
    pub disposition: Option<DispositionId>,
    /// Where its target is written.
    pub span: Span,
}

impl Transition {
    /// A written, unconditional transition.
    pub(crate) fn new(from: NodeId, to: Option<NodeId>, span: Span) -> Self {
        Self {
            from,
            to,
            alternatives: (0, 0),
            raw: false,
            origin: Origin::Written,
            again: None,
            disposition: None,
            span,
        }
    }

    /// Sets the alternatives to those from `start` to `end` in the flow's list.
    pub(crate) fn set_alternatives(&mut self, start: usize, end: usize) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.alternatives = (offset(start), offset(end));
    }

    /// Whether it is the `else` of an `again`, whose condition the transition before it has, too.
    pub fn is_else(&self) -> bool {
        matches!(self.again, Some(AgainArm::Else(_)))
    }

    /// Whether it is bounded by `again`.
    pub fn is_bounded(&self) -> bool {
        matches!(self.again, Some(AgainArm::Back(_)))
    }

    /// Whether it takes everything.
    pub fn is_unconditional(&self) -> bool {
        self.alternatives.0 == self.alternatives.1
    }

    /// The range of its alternatives in the flow's list.
    pub(crate) fn alternatives(&self) -> std::ops::Range<usize> {
        self.alternatives.0 as usize..self.alternatives.1 as usize
    }
}

/// Sorts transitions by the node that they leave, keeping the order of each node's own, and counts where each
/// node's begin.
pub(crate) fn sorted(transitions: Vec<Transition>, nodes: usize) -> (Vec<Transition>, Vec<u32>) {
    let mut first_out = vec![0u32; nodes + 1];
    for transition in &transitions {
        if let Some(count) = first_out.get_mut(transition.from.index() + 1) {
            *count += 1;
        }
    }
    let mut total = 0;
    for count in &mut first_out {
        total += *count;
        *count = total;
    }
    let mut in_order = transitions;
    // A stable sort takes one pass over a list that is almost sorted.
    in_order.sort_by_key(|transition| transition.from);
    (in_order, first_out)
}
