//! The resolved flow: nodes and transitions by number, every part with its place in the source.

use std::sync::Arc;

use crate::source::{FileId, Span};
use crate::table::{Id, Table, id};

id! {
    /// A node of a flow.
    NodeId
}
id! {
    /// A transition of a flow.
    TransitionId
}
id! {
    /// What can happen at a node: a key entry, an outcome, or what only the platform knows.
    EventId
}

/// The kinds of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What the dialled line turned out to be.
    Answer,
    /// Plays audio or speaks text.
    Play,
    /// Plays or speaks what the law wants said.
    Disclosure,
    /// Asks for keys.
    Collect,
    /// Hands the call to a queue of agents.
    Agent,
    /// Books a callback.
    Callback,
    /// A message, taken or left.
    Voicemail,
    /// Hangs up.
    Disconnect,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Kind] = &[
        Self::Answer,
        Self::Play,
        Self::Disclosure,
        Self::Collect,
        Self::Agent,
        Self::Callback,
        Self::Voicemail,
        Self::Disconnect,
    ];

    /// The keyword, which is the payload's `type` too.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Play => "play",
            Self::Disclosure => "disclosure",
            Self::Collect => "collect",
            Self::Agent => "agent",
            Self::Callback => "callback",
            Self::Voicemail => "voicemail",
            Self::Disconnect => "disconnect",
        }
    }

    /// The kind of a keyword.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Whether the call ends here.
    pub fn ends_call(self) -> bool {
        matches!(self, Self::Agent | Self::Callback | Self::Voicemail | Self::Disconnect)
    }

    /// The directive that is this kind's own, if it has one.
    pub fn directive(self) -> Option<Directive> {
        match self {
            Self::Answer => None,
            Self::Play | Self::Disclosure => Some(Directive::Play),
            Self::Collect => Some(Directive::Collect),
            Self::Agent => Some(Directive::Route),
            Self::Callback => Some(Directive::Schedule),
            Self::Voicemail => Some(Directive::Record),
            Self::Disconnect => Some(Directive::Disconnect),
        }
    }

    /// The outcomes that branches of this kind may take.
    pub fn outcomes(self) -> &'static [Outcome] {
        use Outcome::{Busy, Failed, Human, Invalid, Machine, NoAnswer, Timeout, Unknown};
        match self {
            Self::Answer => &[Human, Machine, Unknown, Failed],
            Self::Play | Self::Disclosure => &[Failed],
            Self::Collect => &[Timeout, Invalid, Failed],
            Self::Agent | Self::Callback | Self::Voicemail | Self::Disconnect => &[Busy, NoAnswer, Timeout, Failed],
        }
    }
}

/// The outcomes that conditions speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// No key in time, at the last attempt; or nobody picked up in time.
    Timeout,
    /// No key that any branch takes, at the last attempt.
    Invalid,
    /// A person answered.
    Human,
    /// A machine answered.
    Machine,
    /// Nobody can tell who answered.
    Unknown,
    /// The queue or line is busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// Whatever was tried did not work.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &[Outcome] = &[
        Self::Timeout,
        Self::Invalid,
        Self::Human,
        Self::Machine,
        Self::Unknown,
        Self::Busy,
        Self::NoAnswer,
        Self::Failed,
    ];

    /// The word, in the language and in the payload.
    pub fn word(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Invalid => "invalid",
            Self::Human => "human",
            Self::Machine => "machine",
            Self::Unknown => "unknown",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Failed => "failed",
        }
    }

    /// The outcome of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.word() == word)
    }
}

/// What an action tells the platform to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// Plays audio or speaks text.
    Play,
    /// Asks for keys.
    Collect,
    /// Hands the call to a queue.
    Route,
    /// Books a callback.
    Schedule,
    /// Takes a message.
    Record,
    /// Hangs up.
    Disconnect,
    /// Any other directive, by name.
    Other(Box<str>),
}

impl Directive {
    /// The payload's `directive`.
    pub fn word(&self) -> &str {
        match self {
            Self::Play => "play",
            Self::Collect => "collect",
            Self::Route => "route",
            Self::Schedule => "schedule",
            Self::Record => "record",
            Self::Disconnect => "disconnect",
            Self::Other(word) => word,
        }
    }
}

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
    /// How long its audio is, in milliseconds.
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
    /// The payload's `type`.
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
    pub id: Arc<str>,
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
    /// How long its audio is, in milliseconds, if that is said of the whole node.
    pub lasts: Option<u64>,
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

/// Something that can happen at a node.
#[derive(Debug, Clone)]
pub struct Event {
    /// How the payload's condition spells it.
    pub payload: Box<str>,
    /// What it is.
    pub kind: EventKind,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A key entry.
    Key,
    /// An outcome.
    Outcome(Outcome),
    /// What only the platform knows.
    Other,
}

impl Event {
    /// The key entry without the payload's `input=`, or the word.
    pub fn word(&self) -> &str {
        match self.kind {
            EventKind::Key => self.payload.strip_prefix(INPUT).unwrap_or(&self.payload),
            EventKind::Outcome(_) | EventKind::Other => &self.payload,
        }
    }
}

/// What the payload puts before a key entry.
pub const INPUT: &str = "input=";

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

/// An `every` declaration.
#[derive(Debug, Clone)]
pub struct Every {
    /// The kind whose nodes get the branch.
    pub kind: Kind,
    /// Its alternatives.
    pub alternatives: Vec<Alternative>,
    /// Whether its condition is a quoted one.
    pub raw: bool,
    /// Where its condition is written.
    pub condition_span: Span,
}

/// A `let`, `param` or `contact`.
#[derive(Debug, Clone)]
pub struct Declared {
    /// `let`, `param` or `contact`.
    pub what: &'static str,
    /// Where its name is written.
    pub span: Span,
    /// Whether anything speaks of it.
    pub used: bool,
}

/// A flow.
#[derive(Debug, Default)]
pub struct Flow {
    /// The name, if one is declared.
    pub name: Option<Text>,
    /// The description, if one is declared.
    pub description: Option<Text>,
    /// Whether there is a `flow` line, a broken one included.
    pub has_flow: bool,
    /// Whether there is an `entry` line, a broken one included.
    pub has_entry: bool,
    /// The node where the call begins.
    pub entry: Option<NodeId>,
    /// Whether anything at all is declared.
    pub is_empty: bool,
    /// Whether every include was found and every line of every file parses.
    pub complete: bool,
    /// The nodes in order.
    pub nodes: Table<NodeId, Node>,
    /// The transitions in the order of the nodes they leave.
    pub transitions: Table<TransitionId, Transition>,
    /// The `every` declarations in order.
    pub everys: Vec<Every>,
    /// What can happen.
    pub events: Table<EventId, Event>,
    /// Nodes that a transition to an unknown name may have meant, or that follow one.
    pub assumed_reachable: Vec<NodeId>,
    /// The lets, params and contacts of the root file.
    pub declared: Vec<Declared>,
    /// The names under which params can be set from outside: `queue`, `es.queue`.
    pub params: Vec<String>,
    pub(crate) alternatives: Vec<Alternative>,
    /// For each node where its transitions begin, and one more number where the last ones end.
    pub(crate) first_out: Vec<u32>,
}

impl Flow {
    /// Whether there is nothing to build: no flow, no entry and no nodes, but something.
    pub fn is_library(&self) -> bool {
        !self.has_flow && !self.has_entry && self.nodes.is_empty() && !self.is_empty
    }

    /// The transitions out of a node, in order.
    pub fn out(&self, node: NodeId) -> &[Transition] {
        let at = |index: usize| self.first_out.get(index).map_or(0, |&at| at as usize);
        self.transitions.rows().get(at(node.index())..at(node.index() + 1)).unwrap_or_default()
    }

    /// The nodes that a node's transitions go to, in order, each as often as it is gone to.
    pub fn targets(&self, node: NodeId) -> impl DoubleEndedIterator<Item = NodeId> {
        self.out(node).iter().filter_map(|transition| transition.to)
    }

    /// The alternatives of a transition's condition; none: unconditional.
    pub fn alternatives(&self, transition: &Transition) -> &[Alternative] {
        self.alternatives.get(transition.alternatives()).unwrap_or_default()
    }

    /// The payload's condition.
    pub fn condition(&self, transition: &Transition) -> String {
        if transition.is_unconditional() {
            return "always".to_owned();
        }
        let parts: Vec<&str> =
            self.alternatives(transition).iter().map(|one| &*self.events[one.event].payload).collect();
        parts.join("|")
    }

    /// A path as people read it: `start -> menu -> sales`. Of a very long one the middle is counted.
    pub fn path(&self, nodes: &[NodeId]) -> String {
        const WHOLE: usize = 60;
        let id = |node: &NodeId| display_id(&self.nodes[*node].id);
        if let (true, Some(first), Some(last)) = (nodes.len() > WHOLE, nodes.first_chunk::<20>(), nodes.last_chunk::<20>()) {
            let join = |nodes: &[NodeId]| nodes.iter().map(id).collect::<Vec<_>>().join(" -> ");
            return format!("{} -> … {} more … -> {}", join(first), nodes.len() - 40, join(last));
        }
        nodes.iter().map(id).collect::<Vec<_>>().join(" -> ")
    }
}

/// A node's id as the source spells it: between backticks where it is no name of the language.
pub fn display_id(id: &str) -> String {
    if crate::syntax::text::is_name(id) {
        return id.to_owned();
    }
    let mut out = String::from("`");
    for character in id.chars() {
        match character {
            '`' | '\\' => out.extend(['\\', character]),
            _ if crate::diagnostics::is_invisible(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out.push('`');
    out
}

/// What the flow's files are, for rules that speak of the text.
pub type Files = [(FileId, crate::syntax::ast::Ast)];
