//! Whether an agent takes the call: what the agent says is heard only then.
//!
//! A node whose agent says something is in two copies where a call may go on or end without a talk. In the one an agent
//! takes the call, says it, and the call ends there, or goes on by what may follow a talk. In the other nobody does: nothing
//! of it is said, and the call goes on, or ends with an outcome of a declared kind that no branch takes.
//! Every rule is decided over the paths of both, so that none rests on words that a call may not hear.

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::{
    CallFlow, EventKind, Flow, Kind, Node, NodeId, Outcome, Transition, TransitionId, Unrolled,
};
use crate::graph::copy_with;
use crate::table::{Id, Table};

use super::spoken_tags::{is_said_by_agent, spoken_tags, without_agent};

/// A flow of calls, with both copies of such nodes.
pub struct AgentCalls<'f> {
    calls: CallFlow<'f>,
    /// The flow with the copies, if there are any.
    split: Option<Split>,
}

/// The flow with both copies of nodes.
struct Split {
    copies: Unrolled,
    /// The first node at which no agent takes the call. All later ones are such.
    first: usize,
    /// Those at which the call may end without a talk.
    ends: FixedBitSet,
}

impl<'f> AgentCalls<'f> {
    /// The paths that calls of a flow can take.
    pub fn new(flow: &'f Flow) -> Self {
        Self::of(flow.calls())
    }

    /// The paths of a flow as it is written, as if its transitions had no bounds.
    pub fn as_written(flow: &'f Flow) -> Self {
        Self::of(CallFlow::new(flow, None))
    }

    /// The flow itself, in which each agent takes the call: for what is asked of single nodes and transitions.
    pub fn all_taken(flow: &'f Flow) -> Self {
        Self { calls: CallFlow::new(flow, None), split: None }
    }

    /// The paths of a flow that was made of another.
    pub fn of(calls: CallFlow<'f>) -> Self {
        Self { calls, split: split(calls) }
    }

    /// The flow with the one that it is made of.
    pub fn calls(&self) -> CallFlow<'_> {
        match &self.split {
            Some(split) => CallFlow::new(self.calls.source, Some(&split.copies)),
            None => self.calls,
        }
    }

    /// Whether bounds of transitions are worked in.
    pub fn counts_bounds(&self) -> bool {
        self.calls.has_copies()
    }

    /// Whether a node of the flow is one at which no agent takes the call.
    pub fn is_untaken(&self, node: NodeId) -> bool {
        self.split.as_ref().is_some_and(|split| node.index() >= split.first)
    }

    /// Whether calls end at a node that is one at which calls end.
    pub fn may_end_at(&self, node: NodeId) -> bool {
        let Some(split) = self.split.as_ref().filter(|split| node.index() >= split.first) else {
            return true;
        };
        split.ends.contains(node.index())
    }
}

/// The copies; `None` where no node needs any.
fn split(calls: CallFlow<'_>) -> Option<Split> {
    let flow = calls.flow();
    let spoken = spoken_tags(calls.source);
    let first = flow.nodes.len();
    let split: Vec<NodeId> = flow.nodes.ids().filter(|&node| needs_both(calls, &spoken, node)).collect();
    if split.is_empty() {
        return None;
    }
    let copies: FxHashMap<NodeId, NodeId> =
        split.iter().zip(first..).map(|(&node, number)| (node, NodeId::from_index(number))).collect();
    let copy_of = |node: NodeId| copies.get(&node).copied();
    let mut rows: Vec<(NodeId, TransitionId, Option<NodeId>)> = Vec::with_capacity(flow.transitions.len());
    for (id, transition) in flow.transitions.iter() {
        let untaken = copy_of(transition.from);
        let taken = Some(transition.from).filter(|_| untaken.is_none() || may_follow_talk(calls, id));
        for from in taken.into_iter().chain(untaken) {
            rows.push((from, id, transition.to));
            rows.extend(transition.to.and_then(copy_of).map(|to| (from, id, Some(to))));
        }
    }
    rows.sort_by_key(|&(from, id, _)| (from, id));
    let mut nodes: Vec<Node> = flow.nodes.rows().to_vec();
    nodes.extend(split.iter().map(|&node| without_agent(&flow.nodes[node], &spoken)));
    let transitions = rows.iter().map(|&(from, id, to)| {
        let mut transition: Transition = flow.transitions[id];
        (transition.from, transition.to) = (from, to);
        transition
    });
    let mut copy = copy_with(flow, nodes, transitions.collect());
    copy.agains = flow.agains.clone();
    let ends = (first..).zip(&split).filter(|&(_, &node)| ends_untaken(calls.source, calls.node(node)));
    let ends: FixedBitSet = ends.map(|(copy, _)| copy).collect();
    let of_nodes = flow.nodes.ids().chain(split).map(|node| calls.node(node));
    let of_transitions = rows.iter().map(|&(_, id, _)| calls.transition(id));
    let copies =
        Unrolled::new(copy, Table::from_rows(of_nodes.collect()), Table::from_rows(of_transitions.collect()));
    Some(Split { copies, first, ends })
}

/// Whether it matters at a node if an agent takes the call: the agent says something, and there is something else than a
/// talk that may become of the call.
fn needs_both(calls: CallFlow<'_>, spoken: &FxHashSet<&str>, node: NodeId) -> bool {
    let flow = calls.flow();
    let row = &flow.nodes[node];
    (!row.scripts.is_empty() || is_said_by_agent(row, spoken))
        && (!flow.out(node).is_empty() || ends_untaken(calls.source, calls.node(node)))
}

/// Whether a call may end at a node without a talk: its kind is declared to end calls, and has an outcome that no branch
/// takes.
fn ends_untaken(source: &Flow, node: NodeId) -> bool {
    let row = &source.nodes[node];
    if !row.ends_call || row.declared.is_none() || source.out(node).iter().any(Transition::is_unconditional) {
        return false;
    }
    let branches = source.out(node).iter().flat_map(|branch| source.alternatives(branch));
    let taken: FxHashSet<&str> = branches.map(|one| source.events[one.event].word()).collect();
    source.outcomes_of(node).iter().any(|outcome| !taken.contains(outcome))
}

/// Whether a call may take a transition after an agent has talked: for some event of it that does not say that nobody
/// took the call.
fn may_follow_talk(calls: CallFlow<'_>, id: TransitionId) -> bool {
    let (source, flow) = (calls.source, calls.flow());
    let transition = &source.transitions[calls.transition(id)];
    let is_agent = source.nodes[transition.from].is(Kind::Agent);
    if transition.is_unconditional() {
        let outcomes = source.outcomes_behind(transition);
        return outcomes.is_empty() || outcomes.iter().any(|outcome| !means_nobody(is_agent, outcome));
    }
    flow.alternatives(transition).iter().any(|alternative| {
        let event = &flow.events[alternative.event];
        let is_outcome = matches!(event.kind(), EventKind::Outcome(_) | EventKind::Declared);
        !(is_outcome && means_nobody(is_agent, event.word()))
    })
}

/// Whether an outcome says that nobody took the call. At a node of another kind, a `timeout` or a failure may come after
/// a part of the talk.
fn means_nobody(is_agent: bool, outcome: &str) -> bool {
    match Outcome::from_word(outcome) {
        Some(Outcome::Busy | Outcome::NoAnswer) => true,
        Some(Outcome::Timeout | Outcome::Failed) => is_agent,
        _ => false,
    }
}
