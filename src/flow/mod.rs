//! The resolved flow: nodes and transitions by number, every part with its place in the source.

mod given;
mod heard;
mod node;
pub mod policy;
mod test;
mod transition;
mod vocabulary;

pub use given::GivenTexts;
pub use node::{Action, Node, NodeType, Retries, Tag, Text};
pub use test::{Step, Test, TestEvent};
pub use transition::{Alternative, Event, EventKind, Origin, Transition, is_key};
pub use vocabulary::{Directive, Kind, KindFacts, Outcome, OutcomeFacts, Verb, VerbFacts};

use rustc_hash::{FxHashMap, FxHashSet};

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
    /// What can happen at a node: a key entry, an outcome, or what only the platform knows.
    EventId
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
    /// What of it does nothing.
    pub idle: Option<IdleEvery>,
}

/// What of an `every` does nothing.
#[derive(Debug, Clone)]
pub enum IdleEvery {
    /// No node gets the branch: whether there is any of the kind.
    Whole {
        /// Whether the flow has nodes of the kind.
        has_kind: bool,
    },
    /// Exceptions that leave nothing out, each with what was perhaps meant.
    Exceptions(Vec<(Span, Option<Box<str>>)>),
}

/// A `let`, `param` or `contact`.
#[derive(Debug, Clone)]
pub struct DeclaredName {
    /// `let`, `param` or `contact`.
    pub what: &'static str,
    /// Where its name is written.
    pub span: Span,
    /// Whether anything speaks of it.
    pub used: bool,
}

/// A flow as it was resolved: includes read, values filled in, names bound.
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
    /// The instances of each file that is included under a prefix, in order.
    pub(crate) instances: FxHashMap<FileId, Vec<Box<str>>>,
    /// Whether there is a `flow` line, a broken one included.
    pub(crate) has_flow: bool,
    /// Whether there is an `entry` line, a broken one included.
    pub(crate) has_entry: bool,
    /// The node where the call begins.
    pub entry: Option<NodeId>,
    /// The files of policies that are applied from outside.
    pub(crate) policy_files: FxHashSet<FileId>,
    /// Whether anything at all is declared.
    pub(crate) is_empty: bool,
    /// Whether every include was found and every line of every file parses.
    pub(crate) complete: bool,
    /// Whether a policy that is to apply is not known: what it may expect is not known either.
    pub(crate) lacks_policies: bool,
    /// Whether a transition leaves a node that does not exist: where calls go on is not known.
    pub(crate) lacks_ways: bool,
    /// Whether a file that it includes could not be read: what it may declare is not missed.
    pub(crate) lacks_files: bool,
    /// The nodes in order.
    pub nodes: Table<NodeId, Node>,
    /// The transitions in the order of the nodes they leave.
    pub transitions: Table<TransitionId, Transition>,
    /// The `every` declarations in order.
    pub(crate) everys: Vec<Every>,
    /// The tests in order.
    pub tests: Vec<Test>,
    /// The policies that apply, `baseline` first.
    pub policies: Vec<policy::Policy>,
    /// The conditions that rules speak of.
    pub(crate) asked: Vec<policy::NodeCondition>,
    /// What is said of the campaign beside the flow.
    pub facts: Vec<policy::Fact>,
    /// The tags that an `except` names, and those of policies that are declared and do not apply.
    pub(crate) tags_known_elsewhere: FxHashSet<Box<str>>,
    /// How long a field of the contact's record takes to speak, in milliseconds, where that is said.
    pub(crate) contact_times: FxHashMap<Box<str>, u64>,
    /// The texts and numbers that params from outside their file make.
    pub(crate) given: GivenTexts,
    /// What is let pass, by whom and until when.
    pub waivers: Vec<policy::Waiver>,
    /// The rules of waivers with a finding, by policy; without a rule all of the policy.
    pub(crate) lost_waivers: Vec<(Box<str>, Option<Box<str>>)>,
    /// What can happen.
    pub events: Table<EventId, Event>,
    /// Nodes that a transition to an unknown name may have meant, or that follow one.
    pub(crate) assumed_reachable: Vec<NodeId>,
    /// Where nodes are named that a line which cannot be read may declare.
    pub(crate) perhaps_declared: Vec<Span>,
    /// The lets, params and contacts of the root file.
    pub(crate) declared: Vec<DeclaredName>,
    /// The names under which params can be set from outside: `queue`, `es.queue`.
    pub(crate) params: Vec<String>,
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

    /// The same with their ids.
    pub fn out_ids(&self, node: NodeId) -> impl Iterator<Item = (TransitionId, &Transition)> {
        let first = self.first_out.get(node.index()).map_or(0, |&at| at as usize);
        self.out(node)
            .iter()
            .enumerate()
            .map(move |(index, transition)| (TransitionId::from_index(first + index), transition))
    }

    /// The nodes that a node's transitions go to, in order, each as often as it is gone to.
    pub fn targets(&self, node: NodeId) -> impl DoubleEndedIterator<Item = NodeId> {
        self.out(node).iter().filter_map(|transition| transition.to)
    }

    /// The alternatives of a transition's condition; none: unconditional.
    pub fn alternatives(&self, transition: &Transition) -> &[Alternative] {
        self.alternatives.get(transition.alternatives()).unwrap_or_default()
    }

    /// A condition as the source spells it, ranges as ranges; `None` for an unconditional transition.
    pub fn written_condition(&self, transition: &Transition) -> Option<String> {
        self.first_of_condition(transition, usize::MAX)
    }

    /// The same of its first alternatives, a range counting as one: a condition may have a hundred
    /// thousand, and a message shows few.
    pub(crate) fn first_of_condition(&self, transition: &Transition, first: usize) -> Option<String> {
        if transition.is_unconditional() {
            return None;
        }
        if transition.raw {
            let raw = |one: &Alternative| self.events[one.event].raw();
            let pieces = self.alternatives(transition).iter().take(first).map(raw);
            return Some(display_string(&pieces.collect::<Vec<_>>().join("|")));
        }
        let ranges = self.alternatives(transition).chunk_by(|one, next| one.span == next.span).take(first);
        let words = |range: &[Alternative]| {
            let word = |one: &Alternative| self.events[one.event].word();
            let number = |one: &Alternative| word(one).parse::<u64>().ok();
            match range {
                // An `every` may have given a part of its range.
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
        let condition = self.written_condition(transition).map(|condition| format!(" on {condition}"));
        let to = transition.to.map_or_else(|| "…".to_owned(), id);
        format!("{}{} -> {to}", id(transition.from), condition.unwrap_or_default())
    }

    /// A path as people read it: `start -> menu -> sales`. Of a very long one the middle is counted.
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
