//! Where a call may read a variable before anything has set it.
//!
//! A variable is unknown from the entry on, up to the first step on a path that sets it. A step that reads it there is
//! what is looked for. Behind that step it counts as known, so that each path has one such read of a variable: its
//! first. A node may also set variables behind its transitions, on some outcomes or all, and does not set those that come
//! after a step that failed. The search runs over the flow of calls, with the bounds of `again` worked in, for 64
//! variables at a time: what is unknown at a node is the bits of a number that only grows.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::found_on_calls;
use crate::flow::{CallFlow, Flow, NodeId, Outcome, Transition, TransitionId, VariableId};
use crate::source::Span;
use crate::table::Table;

/// A step that reads a variable which is unknown there on some path.
#[derive(Debug, Clone)]
pub struct UnknownRead {
    /// What is read.
    pub variable: VariableId,
    /// Where.
    pub span: Span,
    /// A shortest path on which it is unknown, from the entry to the node that reads it.
    pub path: Vec<NodeId>,
}

/// What a node does first with a variable.
#[derive(Debug, Clone, Copy)]
struct Touch {
    node: NodeId,
    variable: VariableId,
    /// Where it is read. `None` if it is set before it is read.
    read: Option<Span>,
    /// Whether an action that may fail comes before it, so that it may not come to it.
    after_others: bool,
}

/// The first reads of the chosen variables on paths where they are unknown, in the order of variables and nodes.
pub fn unknown_reads(flow: &Flow, is_asked: impl Fn(VariableId) -> bool) -> Vec<UnknownRead> {
    let variables: Vec<VariableId> = flow.variables.ids().filter(|&variable| is_asked(variable)).collect();
    if variables.is_empty() {
        return Vec::new();
    }
    let touches = touches(flow);
    found_on_calls(flow, |calls| reads_in(calls, &variables, &touches))
}

/// The first reads of variables on paths of a flow of calls where they are unknown, each with the transitions of its
/// path.
fn reads_in(
    calls: CallFlow<'_>,
    variables: &[VariableId],
    touches: &[Touch],
) -> Vec<(UnknownRead, Vec<TransitionId>)> {
    let mut found = Vec::new();
    let flow = calls.source;
    let Some(entry) = flow.entry else { return found };
    for few in variables.chunks(u64::BITS as usize) {
        let search = Search::of(calls, few, touches);
        let unknown = search.unknown(entry, u64::MAX);
        let mut at_node: Table<NodeId, u64> = Table::filled(0, flow.nodes.len());
        for (copy, &bits) in unknown.iter() {
            at_node[calls.node(copy)] |= bits;
        }
        for &variable in few {
            let Some(bit) = search.bit(variable) else { continue };
            let is_unknown = |touch: &&Touch| touch.variable == variable && at_node[touch.node] & bit != 0;
            let mut reads = search.reads.iter().filter(is_unknown).peekable();
            if reads.peek().is_none() {
                continue;
            }
            let steps = search.steps(entry, bit);
            found.extend(reads.filter_map(|touch| {
                let (path, taken) = steps.path(calls, touch.node)?;
                Some((UnknownRead { variable, span: touch.read?, path }, taken))
            }));
        }
    }
    found
}

/// What each node's actions do first with each variable, sorted by node.
fn touches(flow: &Flow) -> Vec<Touch> {
    let mut touches: Vec<Touch> = Vec::new();
    for (node, row) in flow.nodes.iter() {
        let start = touches.len();
        // A `set` does not fail.
        let first = row.actions.iter().position(|action| action.set.is_none());
        let mut touch = |variable: VariableId, read: Option<Span>, number: usize| {
            let after_others = first.is_some_and(|first| first < number);
            let known = touches.get(start..).unwrap_or_default();
            if !known.iter().any(|one| one.variable == variable) {
                touches.push(Touch { node, variable, read, after_others });
            }
        };
        let mut uses = flow.uses_of(node).iter().peekable();
        for (number, set) in row.assignments() {
            // An action reads before it sets.
            while let Some(one) = uses.next_if(|one| one.action as usize <= number) {
                touch(one.variable, Some(one.span), one.action as usize);
            }
            touch(set.variable, None, number);
        }
        for one in uses {
            touch(one.variable, Some(one.span), one.action as usize);
        }
    }
    touches
}

/// A search for up to 64 variables.
struct Search<'f> {
    /// The flow that is asked about.
    source: &'f Flow,
    /// Its flow of calls.
    calls: CallFlow<'f>,
    bits: FxHashMap<VariableId, u64>,
    /// What the actions of each node touch.
    touched: Table<NodeId, u64>,
    /// What of it is touched also if an action of the node fails.
    touched_if_failed: Table<NodeId, u64>,
    /// The reads of these variables that come first at their nodes.
    reads: Vec<Touch>,
    /// What nodes have set behind their transitions.
    set_behind: FxHashMap<TransitionId, u64>,
}

impl<'f> Search<'f> {
    fn of(calls: CallFlow<'f>, variables: &[VariableId], touches: &[Touch]) -> Self {
        let source = calls.source;
        let bits: FxHashMap<VariableId, u64> =
            variables.iter().enumerate().map(|(index, &variable)| (variable, 1 << index)).collect();
        let mut touched: Table<NodeId, u64> = Table::filled(0, source.nodes.len());
        let mut touched_if_failed = touched.clone();
        let mut reads: Vec<Touch> = Vec::new();
        for touch in touches {
            let Some(bit) = bits.get(&touch.variable) else { continue };
            touched[touch.node] |= bit;
            if !touch.after_others {
                touched_if_failed[touch.node] |= bit;
            }
            reads.extend(touch.read.is_some().then_some(*touch));
        }
        for (node, row) in source.nodes.iter() {
            // A broken step may have set any of them.
            if row.broken {
                touched[node] = u64::MAX;
                touched_if_failed[node] = u64::MAX;
            }
        }
        let set_behind = FxHashMap::default();
        let mut search = Self { source, calls, bits, touched, touched_if_failed, reads, set_behind };
        search.add_compared();
        search.add_set_behind();
        search
    }

    fn bit(&self, variable: VariableId) -> Option<u64> {
        self.bits.get(&variable).copied()
    }

    /// Adds what the arms of each `decide` compare first.
    fn add_compared(&mut self) {
        if self.source.comparisons.is_empty() {
            return;
        }
        let mut reads = Vec::new();
        for node in self.source.nodes.ids() {
            let mut known = self.touched[node];
            for (_, compared) in self.source.branches(node).filter_map(|arm| self.source.comparison(arm)) {
                let bit = self.bit(compared.variable).unwrap_or_default();
                if bit & !known != 0 {
                    let read = Some(compared.name_span);
                    reads.push(Touch { node, variable: compared.variable, read, after_others: false });
                }
                known |= bit;
            }
        }
        self.reads.extend(reads);
        self.reads.sort_by_key(|touch| touch.node);
    }

    /// Adds what nodes set behind their outcomes.
    fn add_set_behind(&mut self) {
        for node in self.source.nodes.ids().filter(|&node| !self.source.sets_of(node).is_empty()) {
            for (id, _) in self.source.out_ids(node) {
                let sets = self.source.set_behind(id).into_iter();
                let bits = sets.fold(0, |bits, set| bits | self.bit(set.variable).unwrap_or_default());
                if bits != 0 {
                    self.set_behind.insert(id, bits);
                }
            }
        }
    }

    /// The transitions out of a node of the flow of calls, each with what is still unknown behind it.
    fn out(&self, node: NodeId, unknown: u64) -> impl Iterator<Item = (TransitionId, NodeId, u64)> + '_ {
        let source = self.calls.node(node);
        let mut left = unknown & !self.touched[source];
        let left_if_failed = unknown & !self.touched_if_failed[source];
        // An arm is asked after those before it, so that what they compare is read, too.
        let behind = move |(id, transition): (TransitionId, &Transition)| {
            if let Some((_, compared)) = self.source.comparison(transition) {
                left &= !self.bit(compared.variable).unwrap_or_default();
            }
            let set = match self.set_behind.is_empty() {
                true => 0,
                false => self.set_behind.get(&self.calls.transition(id)).copied().unwrap_or_default(),
            };
            let left = if left != left_if_failed && self.fails(id) { left_if_failed } else { left };
            Some((id, transition.to?, left & !set)).filter(|(.., left)| *left != 0)
        };
        self.calls.flow().out_ids(node).filter_map(behind)
    }

    /// Whether a transition of the flow of calls is taken if its node failed, be it among other cases: a plain arrow
    /// beside other outcomes is.
    fn fails(&self, id: TransitionId) -> bool {
        let transition = &self.source.transitions[self.calls.transition(id)];
        self.source.outcomes_behind(transition).contains(&Outcome::Failed.word())
    }

    /// What is unknown at each node of the flow of calls, of these bits.
    fn unknown(&self, entry: NodeId, bits: u64) -> Table<NodeId, u64> {
        let mut unknown: Table<NodeId, u64> = Table::filled(0, self.calls.flow().nodes.len());
        let mut is_open: Table<NodeId, bool> = Table::filled(false, self.calls.flow().nodes.len());
        unknown[entry] = bits;
        let mut open = VecDeque::from([entry]);
        while let Some(node) = open.pop_front() {
            is_open[node] = false;
            for (_, to, left) in self.out(node, unknown[node]) {
                if left & !unknown[to] != 0 {
                    unknown[to] |= left;
                    if !std::mem::replace(&mut is_open[to], true) {
                        open.push_back(to);
                    }
                }
            }
        }
        unknown
    }

    /// The nodes at which one variable is unknown, each with the node before it on a shortest path.
    fn steps(&self, entry: NodeId, bit: u64) -> Steps {
        let mut steps = Steps { before: FxHashMap::default(), first: FxHashMap::default() };
        let mut open = VecDeque::from([entry]);
        steps.before.insert(entry, None);
        while let Some(node) = open.pop_front() {
            steps.first.entry(self.calls.node(node)).or_insert(node);
            for (by, to, _) in self.out(node, bit) {
                if let std::collections::hash_map::Entry::Vacant(new) = steps.before.entry(to) {
                    new.insert(Some(by));
                    open.push_back(to);
                }
            }
        }
        steps
    }
}

/// Shortest paths from the entry.
struct Steps {
    /// The transition that leads to each one; none to the entry.
    before: FxHashMap<NodeId, Option<TransitionId>>,
    /// The copy of each node that is reached first.
    first: FxHashMap<NodeId, NodeId>,
}

impl Steps {
    /// The path to a node of the flow, in its own nodes and transitions.
    fn path(&self, calls: CallFlow<'_>, node: NodeId) -> Option<(Vec<NodeId>, Vec<TransitionId>)> {
        let mut at = *self.first.get(&node)?;
        let (mut path, mut taken) = (vec![calls.node(at)], Vec::new());
        while let Some(&Some(by)) = self.before.get(&at) {
            at = calls.flow().transitions[by].from;
            path.push(calls.node(at));
            taken.push(calls.transition(by));
        }
        path.reverse();
        taken.reverse();
        Some((path, taken))
    }
}
