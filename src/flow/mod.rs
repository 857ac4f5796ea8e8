//! The resolved flow: nodes and transitions by number, and for every part its place in the source.

mod again;
mod calling_times;
pub mod decision;
mod disposition;
mod fact;
mod given;
mod heard;
mod hours;
mod input;
mod kind;
mod node;
mod node_sets;
mod otherwise;
pub mod policy;
mod script;
mod speaker;
mod test;
mod transition;
mod variable;
mod vocabulary;

pub use again::{Again, CallFlow, MOST_AGAIN, Unrolled};
pub use calling_times::{CallingTimes, HOLIDAYS, Within};
pub use disposition::{Disposition, GivenDisposition};
pub use given::GivenTexts;
pub use hours::{CLOSED, CallTime, ClockShows, DAY, Hours, LONGEST_RANGE, OPEN, WEEKDAYS, Window, YearDay};
pub use input::{DIGITS, Digits, EndKey, Entry, EntryVariable, Input, WAITS, Wait};
pub use kind::{
    DeclaredAs, DeclaredField, DeclaredKind, Field, FieldType, FieldValue, LARGEST_INTEGER, PARTS_OF_ACTIONS,
    ScalarType,
};
pub use node::{
    Action, Assignment, NewValue, Node, NodeType, Repeat, Repeats, Retries, Script, Ssml, Tag, Text,
};
pub use node_sets::NodeSet;
pub use speaker::Speaker;
pub use test::{IdleGiven, Step, Test, TestEvent};
pub(crate) use transition::sorted;
pub use transition::{AgainArm, Alternative, Event, EventKind, Origin, Transition, is_key};
pub use variable::{Comparator, Comparison, Constant, Variable, VariableUse};
pub use vocabulary::{Directive, Kind, KindFacts, Outcome, OutcomeFacts, Verb, VerbFacts};

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::bundled::lock::PolicyLock;
use crate::source::{FileId, Span};
use crate::spelling::{display_id, display_string};
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
    /// Something that can happen at a node: a key entry, an outcome, or an event that only the platform knows.
    EventId
}

id! {
    /// An `again` of a flow.
    AgainId
}

id! {
    /// A declared kind.
    KindId
}

id! {
    /// What nodes set behind their outcomes: one node, or all of a declared kind as seen from an instance.
    NodeSetsId
}

id! {
    /// A variable of a flow, or a contact field that it compares or copies.
    VariableId
}
id! {
    /// Opening hours of a flow.
    HoursId
}
id! {
    /// A disposition of a flow.
    DispositionId
}
id! {
    /// A comparison of a flow, which an arm of a `decide` makes.
    ComparisonId
}

/// An `every` declaration.
#[derive(Debug, Clone)]
pub struct Every {
    /// The kind whose nodes get the branch.
    pub kind: EveryKind,
    /// Its alternatives.
    pub alternatives: Vec<Alternative>,
    /// Whether its condition is quoted.
    pub raw: bool,
    /// Where its condition is written.
    pub condition_span: Span,
    /// The parts of it that have no effect.
    pub idle: Option<IdleEvery>,
    /// Its `again`, if no node gets its branch.
    pub idle_again: Option<AgainId>,
}

/// The kind of an `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EveryKind {
    /// One of the language's kinds.
    Kind(Kind),
    /// A declared kind.
    Declared(KindId),
}

impl EveryKind {
    /// Whether a node is of this kind.
    pub fn has(self, node: &Node) -> bool {
        match self {
            Self::Kind(kind) => node.is(kind),
            Self::Declared(kind) => node.declared_kind() == Some(kind),
        }
    }

    /// The word for it.
    pub fn word(self, flow: &Flow) -> &str {
        match self {
            Self::Kind(kind) => kind.word(),
            Self::Declared(kind) => &flow.kinds[kind].word,
        }
    }

    /// Whether calls end at its nodes.
    pub fn ends_call(self, flow: &Flow) -> bool {
        match self {
            Self::Kind(kind) => kind.ends_call(),
            Self::Declared(kind) => flow.kinds[kind].ends_call,
        }
    }
}

/// Why no node gets the branch of an `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleBecause {
    /// The flow has no node of the kind.
    NoNode,
    /// An exception leaves each of them out.
    AllLeftOut,
    /// Each of them that is not left out has such a branch.
    AllHaveIt,
    /// Each of them has such a branch, leads on without a condition, takes other keys, or comes after the target.
    NoneTakesIt,
}

/// The parts of an `every` that have no effect.
#[derive(Debug, Clone)]
pub enum IdleEvery {
    /// The whole `every`: no node gets the branch.
    Whole(IdleBecause),
    /// Exceptions that leave nothing out, each with the name that was perhaps meant.
    Exceptions(Vec<(Span, Option<Box<str>>)>),
}

/// An exit of an instance.
#[derive(Debug, Clone)]
pub struct LibraryExit {
    /// Where its name is declared.
    pub span: Span,
    /// Whether a transition of the instance leads to it.
    pub used: bool,
    /// The name of the instance.
    pub instance: Box<str>,
    /// The node that it leads to.
    pub target: Option<NodeId>,
}

/// A `let`, `param`, `contact`, `var`, `hours`, `policy`, `kind` or a disposition.
#[derive(Debug, Clone)]
pub struct DeclaredName {
    /// The word that declares it.
    pub what: &'static str,
    /// Where its name is written.
    pub span: Span,
    /// Whether anything uses it.
    pub used: bool,
}

/// A resolved flow: includes are read, values filled in, and names bound.
///
/// ```
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect bye\n");
/// let names: Vec<&str> = compiled.flow.nodes.iter().map(|(_, node)| &*node.id).collect();
/// assert_eq!(names, ["bye"]);
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Flow {
    /// The name, if one is declared.
    pub name: Option<Text>,
    /// The description, if one is declared.
    pub description: Option<Text>,
    /// The texts of bundled policies that count in place of those of the compiler.
    pub(crate) lock: Option<Arc<PolicyLock>>,
    /// The instances of each file that is included under a prefix, in order.
    pub(crate) instances: FxHashMap<FileId, Vec<Box<str>>>,
    /// Whether there is a `flow` line, a broken one included.
    pub(crate) has_flow: bool,
    /// Whether there is an `entry` line, a broken one included.
    pub(crate) has_entry: bool,
    /// Whether it is a library that says where it leaves: a root file with exits and without a `flow` line.
    pub(crate) has_exits: bool,
    /// The exits of its instances.
    pub(crate) library_exits: Vec<LibraryExit>,
    /// Where an exit is bound that a transition leads to, by the node that it leaves and its target's place.
    pub(crate) exit_bindings: FxHashMap<(NodeId, Span), Span>,
    /// The node where the call begins.
    pub entry: Option<NodeId>,
    /// The policy files that are applied from outside.
    pub(crate) policy_files: FxHashSet<FileId>,
    /// Whether anything at all is declared.
    pub(crate) is_empty: bool,
    /// Whether every include was found and every line of every file parses.
    pub(crate) complete: bool,
    /// Whether an unknown policy should apply, so that it is unknown which tags and facts are expected.
    pub(crate) lacks_policies: bool,
    /// Whether a transition leaves an unknown node, so that it is unknown where calls continue.
    pub(crate) lacks_ways: bool,
    /// Whether an included file could not be read: what it may declare is not reported as missing.
    pub(crate) lacks_files: bool,
    /// Whether a kind, or an outcome of one, may be declared where it could not be read.
    pub(crate) lacks_kinds: bool,
    /// The declared kinds in order.
    pub kinds: Table<KindId, DeclaredKind>,
    /// What nodes set behind their outcomes: a row for each declared kind and instance, and for each prompt.
    pub(crate) node_sets: Table<NodeSetsId, Vec<NodeSet>>,
    /// The nodes in order.
    pub nodes: Table<NodeId, Node>,
    /// The transitions in the order of the nodes they leave.
    pub transitions: Table<TransitionId, Transition>,
    /// The `again`s, which bound transitions.
    pub agains: Table<AgainId, Again>,
    /// Those that bound nothing: no call comes back to them.
    pub(crate) idle_agains: Vec<AgainId>,
    /// How long a call may be held until it is known whether a person or a machine answered, in milliseconds: the
    /// target says so.
    pub detection: u64,
    /// The variables that the target reads in a place of its own.
    pub(crate) read_elsewhere: Vec<VariableId>,
    /// The flow with these bounds worked in, if it has any and is not too large then.
    pub(crate) unrolled: Option<Box<Unrolled>>,
    /// How many nodes that may have.
    pub(crate) most_copies: usize,
    /// The `again`s of the cycle whose nodes have the most copies then, those with the largest numbers first.
    pub(crate) most_copied: Vec<AgainId>,
    /// The `every` declarations in order.
    pub(crate) everys: Vec<Every>,
    /// The tests in order.
    pub tests: Vec<Test>,
    /// What its tests say of calls that nothing asks for.
    pub(crate) idle_given: Vec<IdleGiven>,
    /// The policies that apply, `baseline` first.
    pub policies: Vec<policy::Policy>,
    /// The names of variables, fields and dispositions in rules, by their places.
    pub(crate) picked: Vec<policy::PickedName>,
    /// The conditions in rules.
    pub(crate) asked: Vec<policy::NodeCondition>,
    /// The facts that are stated about the campaign.
    pub facts: Vec<policy::Fact>,
    /// The tags that an `except` names, and those of declared policies that do not apply.
    pub(crate) tags_known_elsewhere: FxHashSet<Box<str>>,
    /// The variables in order, with the contact fields that the flow compares or copies.
    pub variables: Table<VariableId, Variable>,
    /// The flow's own language and voice, if its file declares them.
    pub speaker: Option<Arc<Speaker>>,
    /// Where its file declares them.
    pub(crate) speaker_spans: Vec<Span>,
    /// The opening hours in order.
    pub hours: Table<HoursId, Hours>,
    /// The dispositions in order, with those that are given but not declared.
    pub dispositions: Table<DispositionId, Disposition>,
    /// What the arms of `decide` nodes ask.
    pub comparisons: Table<ComparisonId, Comparison>,
    /// Where steps speak, send or copy variables, sorted by node and action.
    pub(crate) variable_uses: Vec<VariableUse>,
    /// How long each contact field and variable takes to speak, in milliseconds, if `lasts` says so.
    pub(crate) contact_times: FxHashMap<Box<str>, u64>,
    /// The texts and numbers that depend on params from outside their file.
    pub(crate) given: GivenTexts,
    /// The waivers, in order.
    pub waivers: Vec<decision::Waiver>,
    /// The attestations of obligations, in order.
    pub attestations: Vec<decision::Attestation>,
    /// The policies and rules of broken waivers. Without a rule, all rules of the policy.
    pub(crate) lost_waivers: Vec<(Box<str>, Option<Box<str>>)>,
    /// The events of all conditions.
    pub events: Table<EventId, Event>,
    /// Nodes that a transition to an unknown name may have meant, or that may follow an unknown node.
    pub(crate) assumed_reachable: Vec<NodeId>,
    /// Where nodes are named that a broken line may declare.
    pub(crate) possibly_declared: Vec<Span>,
    /// The lets, params and contacts of the root file.
    pub(crate) declared: Vec<DeclaredName>,
    /// The names by which params can be set from outside: `queue`, `es.queue`.
    pub(crate) params: Vec<String>,
    pub(crate) alternatives: Vec<Alternative>,
    /// The index of each node's first transition, and at the end the number of transitions.
    pub(crate) first_out: Vec<u32>,
}

impl Flow {
    /// Whether it declares something but nothing to build: no flow, and either no entry and no nodes, or exits.
    pub fn is_library(&self) -> bool {
        let is_partless = !self.has_entry && self.nodes.is_empty() && !self.is_empty;
        !self.has_flow && (self.has_exits || is_partless)
    }

    /// Whether calls can be followed in it: it is a flow, or a library with exits.
    pub(crate) fn has_calls(&self) -> bool {
        self.has_flow || self.has_exits
    }

    /// Sets the transitions, in the order of each node's own.
    pub(crate) fn set_transitions(&mut self, transitions: Vec<Transition>) {
        let (transitions, first_out) = sorted(transitions, self.nodes.len());
        self.transitions = Table::from_rows(transitions);
        self.first_out = first_out;
    }

    /// The transitions out of a node, in order.
    pub fn out(&self, node: NodeId) -> &[Transition] {
        let at = |index: usize| self.first_out.get(index).map_or(0, |&at| at as usize);
        self.transitions.rows().get(at(node.index())..at(node.index() + 1)).unwrap_or_default()
    }

    /// The transition of this number among those out of a node, with its id.
    pub(crate) fn nth_out(&self, node: NodeId, number: usize) -> Option<(TransitionId, &Transition)> {
        let first = self.first_out.get(node.index()).map_or(0, |&at| at as usize);
        Some((TransitionId::from_index(first + number), self.out(node).get(number)?))
    }

    /// The same without the `else` of each `again`, which has the condition of the transition before it.
    pub fn branches(&self, node: NodeId) -> impl Iterator<Item = &Transition> + Clone {
        self.out(node).iter().filter(|transition| !transition.is_else())
    }

    /// The transitions out of a node with their ids.
    pub fn out_ids(&self, node: NodeId) -> impl Iterator<Item = (TransitionId, &Transition)> {
        let first = self.first_out.get(node.index()).map_or(0, |&at| at as usize);
        self.out(node)
            .iter()
            .enumerate()
            .map(move |(index, transition)| (TransitionId::from_index(first + index), transition))
    }

    /// The same as [`Flow::branches`], with their ids.
    pub fn branch_ids(&self, node: NodeId) -> impl Iterator<Item = (TransitionId, &Transition)> {
        self.out_ids(node).filter(|(_, transition)| !transition.is_else())
    }

    /// The targets of a node's transitions, in order and with repetitions.
    pub fn targets(&self, node: NodeId) -> impl DoubleEndedIterator<Item = NodeId> {
        self.out(node).iter().filter_map(|transition| transition.to)
    }

    /// The alternatives of a transition's condition. Without any, it is unconditional.
    pub fn alternatives(&self, transition: &Transition) -> &[Alternative] {
        self.alternatives.get(transition.alternatives()).unwrap_or_default()
    }

    /// The word for what a node is: its declared kind, or else its type.
    pub fn word_of(&self, node: NodeId) -> &str {
        let row = &self.nodes[node];
        row.declared_kind().map_or(row.type_.word(), |kind| &self.kinds[kind].word)
    }

    /// A transition's condition as in the source, with ranges. `None` for an unconditional transition.
    pub fn written_condition(&self, transition: &Transition) -> Option<String> {
        self.first_of_condition(transition, usize::MAX)
    }

    /// The same for its first alternatives, where a range counts as one: a condition may have a hundred thousand,
    /// and a message shows few.
    pub(crate) fn first_of_condition(&self, transition: &Transition, first: usize) -> Option<String> {
        if transition.is_unconditional() {
            return None;
        }
        if transition.raw {
            let raw = |alternative: &Alternative| self.events[alternative.event].raw();
            let pieces = self.alternatives(transition).iter().take(first).map(raw);
            return Some(display_string(&pieces.collect::<Vec<_>>().join("|")));
        }
        let ranges = self
            .alternatives(transition)
            .chunk_by(|alternative, next| alternative.span == next.span)
            .take(first);
        let words = |range: &[Alternative]| {
            let word = |alternative: &Alternative| self.events[alternative.event].word();
            let number = |alternative: &Alternative| word(alternative).parse::<u64>().ok();
            match range {
                // From an `every`, a node may have only a part of the range.
                [first, .., last]
                    if number(last)
                        .zip(number(first))
                        .is_some_and(|(last, first)| last.wrapping_sub(first) == range.len() as u64 - 1) =>
                {
                    format!("{}..{}", word(first), word(last))
                }
                _ => range.iter().map(word).collect::<Vec<_>>().join(" | "),
            }
        };
        Some(ranges.map(words).collect::<Vec<_>>().join(" | "))
    }

    /// A transition as people read it: `menu on 9 -> stopped`, `notice -> menu`.
    pub fn written(&self, transition: &Transition) -> String {
        let id = |node: NodeId| display_id(&self.nodes[node].id);
        let word = if self.comparison(transition).is_some() { "when" } else { "on" };
        let condition = self.written_condition(transition).map(|condition| format!(" {word} {condition}"));
        let to = transition.to.map_or_else(|| "…".to_owned(), id);
        let (from, condition) = (id(transition.from), condition.unwrap_or_default());
        match transition.again {
            None => format!("{from}{condition} -> {to}"),
            Some(AgainArm::Back(again)) => {
                format!("{from}{condition} -> {to} again {}", self.agains[again].most)
            }
            Some(AgainArm::Else(_)) => format!("{from}{condition} else -> {to}"),
        }
    }

    /// A path as people read it: `start -> menu -> sales`. The middle of a very long path is only counted.
    pub fn path(&self, nodes: &[NodeId]) -> String {
        const WHOLE: usize = 60;
        let id = |node: &NodeId| display_id(&self.nodes[*node].id);
        if let (true, Some(first), Some(last)) =
            (nodes.len() > WHOLE, nodes.first_chunk::<20>(), nodes.last_chunk::<20>())
        {
            let join = |nodes: &[NodeId]| nodes.iter().map(id).collect::<Vec<_>>().join(" -> ");
            return format!("{} -> … {} more … -> {}", join(first), nodes.len() - 40, join(last));
        }
        nodes.iter().map(id).collect::<Vec<_>>().join(" -> ")
    }
}
