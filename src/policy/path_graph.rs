//! The flow as numbered points, with a shortest path to each node. All rules work on this.
//!
//! Steps are numbered throughout the flow, in the order of the nodes; transitions have their ids.

use std::collections::VecDeque;
use std::sync::OnceLock;

use fixedbitset::FixedBitSet;

use crate::flow::{
    Action, CallFlow, EventId, EventKind, Flow, Kind, NodeId, Outcome, Script, Transition, TransitionId,
};
use crate::graph::topological_order_of;
use crate::table::{Id, Table};

use super::agent_calls::AgentCalls;
use super::{Path, RuleVerdict, TimedStep, Waived};

/// The distance of something that is not reached.
pub const NEVER: u32 = u32::MAX;

/// A flow, prepared for rules.
pub struct PathGraph<'a> {
    /// The flow whose paths count. Where the source has an `again`, this one has copies of its nodes.
    pub flow: &'a Flow,
    /// The flow that the rules and waivers are about.
    pub source: &'a Flow,
    calls: CallFlow<'a>,
    agents: &'a AgentCalls<'a>,
    /// The further copies of nodes, sorted by the node.
    copies: Vec<(NodeId, NodeId)>,
    /// Where calls begin. Where no agent may take the call there, they begin at a copy as well.
    entry: NodeId,
    /// The reachable nodes in topological order; `None` if there is a cycle among them.
    pub order: Option<Vec<NodeId>>,
    /// The first step of each node, and finally the number of steps.
    first_step: Vec<u32>,
    /// The node of each step.
    step_nodes: Vec<NodeId>,
    /// The nodes that end the call.
    ends: FixedBitSet,
    /// The nodes that decide by what the flow knows.
    decides: FixedBitSet,
    /// How many keys each transition takes; `None` if the called party cannot choose it. Few rules ask.
    keys: OnceLock<Vec<Option<u8>>>,
    /// The nodes with several steps.
    pub nodes_of_several_steps: Vec<NodeId>,
    /// The fewest transitions from the entry to each node.
    distances: Table<NodeId, u32>,
    /// The last transition of such a path to each node.
    reached_by: Table<NodeId, Option<TransitionId>>,
    /// The numbers of each plain arrow's ways, which follow those of all alternatives.
    first_way: Vec<usize>,
    /// The ways that are taken if their node failed.
    failed_ways: FixedBitSet,
    /// Where each transition leads; [`NEVER`] if nowhere. Rules visit these again and again, so they lie close together.
    targets: Vec<u32>,
    /// Whether one of them is [`NEVER`].
    has_unknown_target: bool,
    /// All transitions with the nodes that they leave, sorted by target, and where each node's begin.
    into: Vec<(TransitionId, NodeId)>,
    first_into: Vec<u32>,
}

impl<'a> PathGraph<'a> {
    /// Prepares a flow with the paths that its calls can take; `None` without an entry.
    pub fn of(agents: &'a AgentCalls<'a>) -> Option<Self> {
        let calls = agents.calls();
        let (source, flow) = (calls.source, calls.flow());
        let entry = flow.entry?;
        let further = flow.nodes.ids().skip(source.nodes.len());
        let mut copies: Vec<(NodeId, NodeId)> = further.map(|copy| (calls.node(copy), copy)).collect();
        copies.sort_unstable();
        let mut first_step = Vec::with_capacity(flow.nodes.len() + 1);
        let mut step_nodes = Vec::with_capacity(flow.nodes.len());
        let mut nodes_of_several_steps = Vec::new();
        let mut ends = FixedBitSet::with_capacity(flow.nodes.len());
        let mut decides = ends.clone();
        first_step.push(0);
        for (id, node) in flow.nodes.iter() {
            // A node without an action is one step. What its agent says comes behind.
            let steps = node.step_count();
            step_nodes.extend(std::iter::repeat_n(id, steps));
            first_step.push(u32::try_from(step_nodes.len()).unwrap_or(NEVER));
            nodes_of_several_steps.extend((steps > 1).then_some(id));
            ends.set(id.index(), node.ends_call && agents.may_end_at(id));
            decides.set(id.index(), node.is(Kind::Decide));
        }
        let targets = |transition: &Transition| transition.to.and_then(|to| u32::try_from(to.index()).ok());
        let targets: Vec<u32> =
            flow.transitions.rows().iter().map(|row| targets(row).unwrap_or(NEVER)).collect();
        let (into, first_into) = into(flow);
        let (first_way, failed_ways) = ways(calls);
        let mut graph = Self {
            flow,
            source,
            calls,
            agents,
            copies,
            entry,
            order: None,
            first_step,
            step_nodes,
            ends,
            decides,
            keys: OnceLock::new(),
            nodes_of_several_steps,
            distances: Table::from_rows(Vec::new()),
            reached_by: Table::from_rows(Vec::new()),
            first_way,
            failed_ways,
            has_unknown_target: targets.contains(&NEVER),
            targets,
            into,
            first_into,
        };
        graph.walk();
        graph.order = topological_order_of(flow, |node| graph.reaches(node));
        Some(graph)
    }

    /// Breadth first, so that the first path to a node has the fewest transitions.
    fn walk(&mut self) {
        let mut queue: VecDeque<NodeId> = self.entries().collect();
        let mut distances = Table::filled(NEVER, self.flow.nodes.len());
        let mut reached_by = Table::filled(None, self.flow.nodes.len());
        for &entry in &queue {
            distances[entry] = 0;
        }
        while let Some(node) = queue.pop_front() {
            let next = distances[node] + 1;
            for (id, to) in self.out(node) {
                if distances[to] == NEVER {
                    distances[to] = next;
                    reached_by[to] = Some(id);
                    queue.push_back(to);
                }
            }
        }
        self.distances = distances;
        self.reached_by = reached_by;
    }

    /// Where calls begin.
    pub fn entry(&self) -> NodeId {
        self.entry
    }

    /// The same: at a node, or at one of two copies of it.
    pub fn entries(&self) -> impl Iterator<Item = NodeId> + use<> {
        let node = self.source_node(self.entry);
        let mut untaken = self.copies_of(node).filter(|&copy| self.is_untaken(copy));
        core::iter::once(self.entry).chain(untaken.next())
    }

    /// Whether a node is one at which no agent takes the call.
    pub fn is_untaken(&self, node: NodeId) -> bool {
        self.agents.is_untaken(node)
    }

    /// A node and its copies.
    pub fn copies_of(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let first = self.copies.partition_point(|&(of, _)| of < node);
        let further = self.copies.get(first..).unwrap_or_default();
        core::iter::once(node)
            .chain(further.iter().take_while(move |&&(of, _)| of == node).map(|&(_, copy)| copy))
    }

    /// The node of the source that a node is a copy of.
    pub fn source_node(&self, copy: NodeId) -> NodeId {
        self.calls.node(copy)
    }

    /// The transition of the source that a transition is a copy of.
    pub fn source_transition(&self, copy: TransitionId) -> TransitionId {
        self.calls.transition(copy)
    }

    /// Whether nodes of the source have copies.
    pub fn has_copies(&self) -> bool {
        self.calls.has_copies()
    }

    /// Whether the bounds of transitions are worked in.
    pub fn counts_bounds(&self) -> bool {
        self.agents.counts_bounds()
    }

    /// Nodes of the source with all their copies.
    pub fn with_copies(&self, nodes: &Waived) -> Waived {
        nodes.iter().flat_map(|&node| self.copies_of(node)).collect()
    }

    /// The steps of copies as those of their nodes: what a call hears again counts together.
    fn steps_of_source(&self, steps: &[TimedStep]) -> Vec<TimedStep> {
        let mut joined: Vec<TimedStep> = Vec::with_capacity(steps.len());
        for step in steps {
            let node = self.source_node(step.node);
            match joined.iter_mut().find(|one| one.node == node) {
                Some(one) => {
                    one.least += step.least;
                    one.tries += step.tries;
                }
                None => joined.push(TimedStep { node, ..*step }),
            }
        }
        joined.sort_by_key(|step| std::cmp::Reverse(step.least));
        joined
    }

    /// A path of copies as one of the source.
    pub fn path_in_source(&self, mut path: Path) -> Path {
        path.nodes.iter_mut().for_each(|node| *node = self.source_node(*node));
        path.transitions.iter_mut().for_each(|id| *id = self.source_transition(*id));
        path
    }

    /// A verdict about copies as one about the nodes of the source.
    pub fn in_source(&self, verdict: RuleVerdict) -> RuleVerdict {
        if !self.has_copies() {
            return verdict;
        }
        match verdict {
            RuleVerdict::Violated(mut violation) => {
                violation.path = violation.path.map(|path| self.path_in_source(path));
                if let Some(place) = &mut violation.place {
                    place.node = self.source_node(place.node);
                    place.transition = place.transition.map(|id| self.source_transition(id));
                }
                violation.longest = self.steps_of_source(&violation.longest);
                for nodes in [&mut violation.at, &mut violation.unreached] {
                    nodes.iter_mut().for_each(|node| *node = self.source_node(*node));
                    nodes.sort_unstable();
                    nodes.dedup();
                }
                RuleVerdict::Violated(violation)
            }
            RuleVerdict::Unknown(mut missing) => {
                missing.steps.iter_mut().for_each(|step| step.node = self.source_node(step.node));
                RuleVerdict::Unknown(missing)
            }
            other => other,
        }
    }

    /// Whether a node ends the call.
    pub fn ends(&self, node: NodeId) -> bool {
        self.ends.contains(node.index())
    }

    /// Whether a node decides by what the flow knows.
    pub fn decides(&self, node: NodeId) -> bool {
        self.decides.contains(node.index())
    }

    /// How many keys a transition takes: one for a key entry, none for an unconditional transition, and `None` if the
    /// called party cannot choose it.
    pub fn keys_of(&self, transition: TransitionId) -> Option<u32> {
        let flow = self.flow;
        let keys_of = |transition: &Transition| {
            if transition.is_unconditional() {
                return Some(0);
            }
            let is_key = |event: EventId| flow.events[event].kind().is_entry();
            flow.alternatives(transition).iter().any(|alternative| is_key(alternative.event)).then_some(1)
        };
        let all = self.keys.get_or_init(|| flow.transitions.rows().iter().map(keys_of).collect());
        all.get(transition.index()).copied().flatten().map(u32::from)
    }

    /// Whether a transition is taken if its node failed; `None` if it is taken then and in other cases.
    pub fn fails(&self, transition: TransitionId) -> Option<bool> {
        if self.failed_ways.is_clear() {
            return Some(false);
        }
        let mut ways = self.ways(transition).map(|way| self.way_fails(way));
        let first = ways.next().unwrap_or_default();
        ways.all(|other| other == first).then_some(first)
    }

    /// Whether a way is taken if its node failed.
    pub fn way_fails(&self, way: usize) -> bool {
        self.failed_ways.contains(way)
    }

    /// Whether a call can come to a node.
    pub fn reaches(&self, node: NodeId) -> bool {
        self.distances[node] != NEVER
    }

    /// The fewest transitions from the entry to a node; [`NEVER`] where none lead there.
    pub fn distance(&self, node: NodeId) -> u32 {
        self.distances[node]
    }

    /// A path with the fewest transitions to a node.
    pub fn path_to(&self, node: NodeId) -> Path {
        let mut path = Path { nodes: vec![node], transitions: Vec::new() };
        let mut here = node;
        while let Some(id) = self.reached_by[here] {
            here = self.flow.transitions[id].from;
            path.transitions.push(id);
            path.nodes.push(here);
        }
        path.nodes.reverse();
        path.transitions.reverse();
        path
    }

    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.step_nodes.len()
    }

    /// A node's steps.
    pub fn steps_of(&self, node: NodeId) -> std::ops::Range<usize> {
        let at = |index: usize| self.first_step.get(index).map_or(0, |&step| step as usize);
        at(node.index())..at(node.index() + 1)
    }

    /// Whether a transition leads to a node that is not known.
    pub fn has_unknown_target(&self) -> bool {
        self.has_unknown_target
    }

    /// The last step of the node of a step.
    pub fn last_step(&self, step: usize) -> Option<usize> {
        self.steps_of(self.node_of(step)).last()
    }

    /// The node of a step.
    pub fn node_of(&self, step: usize) -> NodeId {
        self.step_nodes.get(step).copied().unwrap_or(self.entry)
    }

    /// A node's steps without what its agent says.
    pub fn own_steps_of(&self, node: NodeId) -> std::ops::Range<usize> {
        let steps = self.steps_of(node);
        steps.start..steps.end - self.flow.nodes[node].scripts.len()
    }

    /// A node's steps that its agent says, each with its words.
    pub fn scripts_of(&self, node: NodeId) -> impl Iterator<Item = (usize, &'a Script)> + use<'a> {
        (self.own_steps_of(node).end..).zip(&self.flow.nodes[node].scripts)
    }

    /// A step's action; `None` for a node without actions, and for what an agent says.
    pub fn action(&self, step: usize) -> Option<&'a Action> {
        let node = self.node_of(step);
        self.flow.nodes[node].actions.get(step - self.steps_of(node).start)
    }

    /// The numbers by which selections know in which ways a transition can be taken: those of its alternatives, or of
    /// the outcomes that a plain arrow stands for.
    pub fn ways(&self, id: TransitionId) -> std::ops::Range<usize> {
        let transition = &self.flow.transitions[id];
        if !transition.is_unconditional() {
            return transition.alternatives();
        }
        let at = |index: usize| self.first_way.get(index).copied().unwrap_or_default();
        at(id.index())..at(id.index() + 1)
    }

    /// How many numbers there are.
    pub fn all_ways(&self) -> usize {
        self.first_way.last().copied().unwrap_or(self.flow.alternatives.len())
    }

    /// The transitions out of a node that lead somewhere, and where.
    pub fn out(&self, node: NodeId) -> impl Iterator<Item = (TransitionId, NodeId)> {
        let at = |index: usize| self.flow.first_out.get(index).map_or(0, |&at| at as usize);
        let first = at(node.index());
        let targets = self.targets.get(first..at(node.index() + 1)).unwrap_or_default();
        let known = targets.iter().enumerate().filter(|(_, to)| **to != NEVER);
        known.map(move |(index, &to)| (Id::from_index(first + index), Id::from_index(to as usize)))
    }

    /// The transitions that lead to a node, and the nodes that they leave.
    pub fn into(&self, node: NodeId) -> impl Iterator<Item = (TransitionId, NodeId)> {
        let at = |index: usize| self.first_into.get(index).map_or(0, |&at| at as usize);
        self.into.get(at(node.index())..at(node.index() + 1)).unwrap_or_default().iter().copied()
    }
}

/// Whether a transition is taken if its node failed, be it among other cases.
pub fn fails(flow: &Flow, transition: TransitionId) -> bool {
    let transition = &flow.transitions[transition];
    if transition.is_unconditional() {
        return flow.outcomes_behind(transition).contains(&Outcome::Failed.word());
    }
    flow.alternatives(transition).iter().any(|alternative| is_failed(flow, alternative.event))
}

fn is_failed(flow: &Flow, event: EventId) -> bool {
    flow.events[event].kind() == EventKind::Outcome(Outcome::Failed)
}

/// Numbers the ways of plain arrows, and finds which ways are taken if their node failed.
fn ways(calls: CallFlow<'_>) -> (Vec<usize>, FixedBitSet) {
    let (source, flow) = (calls.source, calls.flow());
    let mut next = flow.alternatives.len();
    let mut first = Vec::with_capacity(flow.transitions.len() + 1);
    let mut failed: Vec<usize> = Vec::new();
    for (id, transition) in flow.transitions.iter() {
        first.push(next);
        if !transition.is_unconditional() {
            let alternatives = transition.alternatives().zip(flow.alternatives(transition));
            failed.extend(alternatives.filter(|(_, one)| is_failed(flow, one.event)).map(|(way, _)| way));
            continue;
        }
        let outcomes = source.outcomes_behind(&source.transitions[calls.transition(id)]);
        failed.extend(outcomes.iter().position(|one| *one == Outcome::Failed.word()).map(|at| next + at));
        next += outcomes.len().max(1);
    }
    first.push(next);
    let mut failed_ways = FixedBitSet::with_capacity(if failed.is_empty() { 0 } else { next });
    failed_ways.extend(failed);
    (first, failed_ways)
}

/// Sorts the transitions by where they lead: a counting sort.
fn into(flow: &Flow) -> (Vec<(TransitionId, NodeId)>, Vec<u32>) {
    let mut first = vec![0u32; flow.nodes.len() + 1];
    let targets = || flow.transitions.iter().filter_map(|(id, row)| Some(((id, row.from), row.to?)));
    for (_, to) in targets() {
        if let Some(count) = first.get_mut(to.index() + 1) {
            *count += 1;
        }
    }
    let mut total = 0;
    for count in &mut first {
        total += *count;
        *count = total;
    }
    let mut next = first.clone();
    let mut sorted = vec![(TransitionId::from_index(0), NodeId::from_index(0)); total as usize];
    for (one, to) in targets() {
        let Some(at) = next.get_mut(to.index()) else { continue };
        if let Some(place) = sorted.get_mut(*at as usize) {
            *place = one;
        }
        *at += 1;
    }
    (sorted, first)
}
