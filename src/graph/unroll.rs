//! A flow with the bounds of `again`s worked in.
//!
//! A call's state is its node and how often it has taken each `again`. Only the `again`s of the cycle that the node
//! is on matter: before it they are not taken yet, and behind it never again. So the copies multiply only within a
//! cycle, and copies of cycles that follow each other add up.
//!
//! Where these are too many, some `again`s are counted and the others are not: calls may then take the way back and the
//! `else` of these as they like, or the ways back so often as all of them allow together. Such a flow has the paths of
//! all calls, and others.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cycles::Cycles;
use crate::flow::{AgainArm, AgainId, Flow, Node, NodeId, Transition, TransitionId, Unrolled};
use crate::table::{Id, Table};

/// Which `again`s are counted.
#[derive(Debug, Clone, Copy)]
pub enum Counted<'a> {
    /// Each of them: the paths are those of calls.
    All,
    /// These.
    These {
        /// The number up to which each is counted. Where that is less than its own, a call that has come so far may take
        /// the way back and the `else`.
        agains: &'a FxHashMap<AgainId, u32>,
        /// Whether the others are counted together, so that paths are finite.
        others_together: bool,
    },
    /// Each of them, on calls that take one as often as they may before the next: the paths are those of some calls.
    InTurn,
}

/// How often a call has taken each `again` of the cycle that it is on, sorted, without those not taken.
type Counts = Vec<(AgainId, u32)>;

/// The states found so far.
struct States<'f> {
    flow: &'f Flow,
    cycle_of: &'f Cycles,
    counted: Counted<'f>,
    /// How often all `again`s of each cycle that are counted together may be taken.
    together: FxHashMap<u32, u32>,
    /// In which order those of each cycle are taken that are taken in turn.
    turns: FxHashMap<u32, Vec<AgainId>>,
    /// How many there may be.
    most: usize,
    /// The first state of each node has the node's number.
    found: FxHashMap<(NodeId, Counts), NodeId>,
    is_found: Table<NodeId, bool>,
    /// The node of each further state.
    further: Vec<NodeId>,
    /// How many states each cycle has.
    by_cycle: FxHashMap<u32, usize>,
    open: VecDeque<(NodeId, NodeId, Counts)>,
}

impl States<'_> {
    /// The state of a call that comes to a node with these counts; `None` if that would be one too many.
    fn at(&mut self, node: NodeId, mut counts: Counts, from: Option<NodeId>) -> Option<NodeId> {
        let cycle = self.cycle_of[node];
        if from.is_none_or(|from| self.cycle_of[from] != cycle) {
            counts.clear();
        }
        // Without counts there is one state at most.
        if counts.is_empty() && cycle.is_none() && self.is_found[node] {
            return Some(node);
        }
        if let Some(&known) = self.found.get(&(node, counts.clone())) {
            return Some(known);
        }
        let state = if std::mem::replace(&mut self.is_found[node], true) {
            if self.flow.nodes.len() + self.further.len() >= self.most {
                return None;
            }
            self.further.push(node);
            NodeId::from_index(self.flow.nodes.len() + self.further.len() - 1)
        } else {
            node
        };
        if let Some(cycle) = cycle {
            *self.by_cycle.entry(cycle).or_default() += 1;
            self.found.insert((node, counts.clone()), state);
        }
        self.open.push_back((state, node, counts));
        Some(state)
    }

    /// The counts once a call has taken a transition; `None` if it cannot take it now.
    fn counts_after(&self, transition: &Transition, counts: &Counts) -> Option<Counts> {
        let Some(arm) = transition.again else { return Some(counts.clone()) };
        let Some((counted, most)) = self.counted_as(arm.again(), transition.from) else {
            return Some(counts.clone());
        };
        let is_up_to_fewer = counted == arm.again() && most < self.flow.agains[counted].most;
        let at = counts.binary_search_by_key(&counted, |&(again, _)| again);
        let taken = at.ok().and_then(|at| counts.get(at)).map_or(0, |&(_, taken)| taken);
        let may_take = taken < most;
        let mut after = counts.clone();
        match arm {
            AgainArm::Back(_) if !may_take && is_up_to_fewer => Some(after),
            AgainArm::Back(_) if may_take => {
                match at {
                    Ok(at) => after.get_mut(at).into_iter().for_each(|(_, taken)| *taken += 1),
                    Err(at) => after.insert(at, (counted, 1)),
                }
                self.is_in_turn(&after, transition.from).then_some(after)
            }
            // Of those that are counted together, each one may have been taken often enough.
            AgainArm::Else(again) if !may_take || counted != again => Some(after),
            _ => None,
        }
    }

    /// Whether only the last of these counts is less than it may be, and none is left out.
    fn is_in_turn(&self, counts: &Counts, from: NodeId) -> bool {
        let Some(turns) = self.cycle_of[from].and_then(|cycle| self.turns.get(&cycle)) else { return true };
        let count = |again: &AgainId| {
            counts
                .binary_search_by_key(again, |&(one, _)| one)
                .ok()
                .and_then(|at| counts.get(at))
                .map(|&(_, count)| count)
        };
        let full =
            turns.iter().take_while(|again| count(again) == Some(self.flow.agains[**again].most)).count();
        let begun = turns.get(full).is_some_and(|again| count(again).is_some());
        counts.len() == full + usize::from(begun)
    }

    /// What counts an `again` that a transition of a node has, and up to which number; `None` if nothing does.
    fn counted_as(&self, again: AgainId, from: NodeId) -> Option<(AgainId, u32)> {
        match self.counted {
            Counted::These { agains, others_together } => {
                if let Some(&most) = agains.get(&again) {
                    return Some((again, most));
                }
                let cycle = self.cycle_of[from].filter(|_| others_together)?;
                let together = AgainId::from_index(self.flow.agains.len());
                Some((together, self.together.get(&cycle).copied().unwrap_or_default()))
            }
            _ => Some((again, self.flow.agains[again].most)),
        }
    }

    /// Whether each way back of an `again` is counted.
    fn counts_all_of(&self, again: AgainId) -> bool {
        match self.counted {
            Counted::All | Counted::InTurn => true,
            Counted::These { agains, .. } => agains.get(&again) == Some(&self.flow.agains[again].most),
        }
    }

    /// The cycle with the most states.
    fn largest_cycle(&self) -> Option<u32> {
        largest(&self.by_cycle)
    }
}

/// The cycle whose nodes have the most copies.
pub fn largest_cycle(unrolled: &Unrolled, cycle_of: &Cycles) -> Option<u32> {
    let mut by_cycle: FxHashMap<u32, usize> = FxHashMap::default();
    for cycle in unrolled.flow().nodes.ids().filter_map(|copy| cycle_of[unrolled.node(copy)]) {
        *by_cycle.entry(cycle).or_default() += 1;
    }
    largest(&by_cycle)
}

fn largest(by_cycle: &FxHashMap<u32, usize>) -> Option<u32> {
    let largest = by_cycle.iter().max_by_key(|(cycle, count)| (**count, std::cmp::Reverse(**cycle)));
    largest.map(|(&cycle, _)| cycle)
}

/// How often all `again`s of each cycle may be taken that are not among these.
fn together(flow: &Flow, cycle_of: &Cycles, counted: &FxHashMap<AgainId, u32>) -> FxHashMap<u32, u32> {
    let mut seen = FxHashSet::default();
    let mut together: FxHashMap<u32, u32> = FxHashMap::default();
    for transition in flow.transitions.rows() {
        let Some(AgainArm::Back(again)) = transition.again else { continue };
        let Some(cycle) = cycle_of[transition.from] else { continue };
        if !counted.contains_key(&again) && seen.insert((cycle, again)) {
            let sum = together.entry(cycle).or_default();
            *sum = sum.saturating_add(flow.agains[again].most);
        }
    }
    together
}

/// The `again`s of each cycle, the nearest to the entry first.
fn turns(flow: &Flow, cycle_of: &Cycles) -> FxHashMap<u32, Vec<AgainId>> {
    let mut seen = Table::filled(false, flow.nodes.len());
    let mut queue: VecDeque<NodeId> = flow.entry.into_iter().collect();
    let mut known = FxHashSet::default();
    let mut turns: FxHashMap<u32, Vec<AgainId>> = FxHashMap::default();
    while let Some(node) = queue.pop_front() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        for transition in flow.out(node) {
            queue.extend(transition.to.filter(|&to| !seen[to]));
            let Some(AgainArm::Back(again)) = transition.again else { continue };
            let Some(cycle) = cycle_of[node].filter(|_| known.insert(again)) else { continue };
            turns.entry(cycle).or_default().push(again);
        }
    }
    turns
}

/// The flow of all states that a call can be in. Where they are more than `most`, the cycle that has the most of them. Of
/// calls that take one `again` after the other those are left out that go further.
pub fn unroll(
    flow: &Flow,
    cycle_of: &Cycles,
    counted: Counted<'_>,
    most: usize,
) -> Result<Unrolled, Option<u32>> {
    let together = match counted {
        Counted::These { agains, others_together: true } => together(flow, cycle_of, agains),
        _ => FxHashMap::default(),
    };
    let turns = match counted {
        Counted::InTurn => turns(flow, cycle_of),
        _ => FxHashMap::default(),
    };
    let mut states = States {
        flow,
        cycle_of,
        counted,
        together,
        turns,
        most,
        found: FxHashMap::default(),
        is_found: Table::filled(false, flow.nodes.len()),
        further: Vec::new(),
        by_cycle: FxHashMap::default(),
        open: VecDeque::new(),
    };
    let mut rows: Vec<(NodeId, TransitionId, Option<NodeId>)> = Vec::with_capacity(flow.transitions.len());
    // What no call comes to has its own copy, too.
    for start in flow.entry.into_iter().chain(flow.nodes.ids()) {
        if !states.is_found[start] && states.at(start, Counts::new(), None).is_none() {
            return Err(states.largest_cycle());
        }
        while let Some((state, node, counts)) = states.open.pop_front() {
            for (id, transition) in flow.out_ids(node) {
                let Some(after) = states.counts_after(transition, &counts) else { continue };
                let to = match transition.to {
                    Some(to) => match states.at(to, after, Some(node)) {
                        Some(to) => Some(to),
                        // Some calls are as good as others.
                        None if matches!(counted, Counted::InTurn) => continue,
                        None => return Err(states.largest_cycle()),
                    },
                    None => None,
                };
                rows.push((state, id, to));
            }
        }
    }
    Ok(built(&states, rows))
}

/// The flow of the states, whose transitions are given in any order.
fn built(states: &States<'_>, mut rows: Vec<(NodeId, TransitionId, Option<NodeId>)>) -> Unrolled {
    let (flow, further) = (states.flow, &states.further);
    rows.sort_by_key(|&(from, id, _)| (from, id));
    let transition = |&(from, id, to): &(NodeId, TransitionId, Option<NodeId>)| {
        let mut copy = flow.transitions[id];
        copy.from = from;
        copy.to = to;
        copy.again = copy.again.filter(|arm| !states.counts_all_of(arm.again()));
        copy
    };
    let transitions = rows.iter().map(transition).collect();
    let mut nodes: Vec<Node> = Vec::with_capacity(flow.nodes.len() + further.len());
    nodes.extend(flow.nodes.rows().iter().cloned());
    // A node of the flow may be called like a copy.
    let is_like_a_copy = |id: &&str| id.contains('~');
    let taken: FxHashSet<&str> =
        flow.nodes.rows().iter().map(|node| &*node.id).filter(is_like_a_copy).collect();
    let mut numbers: FxHashMap<NodeId, u32> = FxHashMap::default();
    for &node in further {
        let original = &flow.nodes[node];
        let number = numbers.entry(node).or_insert(1);
        let id = loop {
            *number += 1;
            let id = format!("{}~{number}", original.id);
            if !taken.contains(&*id) {
                break id;
            }
        };
        nodes.push(Node { id: id.into(), ..original.clone() });
    }
    let copy = copy_with(flow, nodes, transitions);
    let of_nodes = flow.nodes.ids().chain(further.iter().copied()).collect();
    let of_transitions = rows.into_iter().map(|(_, id, _)| id).collect();
    Unrolled::new(copy, Table::from_rows(of_nodes), Table::from_rows(of_transitions))
}

/// A copy of a flow that has these nodes and transitions: what is known of its calls, without its policies and tests.
pub fn copy_with(flow: &Flow, nodes: Vec<Node>, transitions: Vec<Transition>) -> Flow {
    let mut copy = Flow {
        name: flow.name.clone(),
        description: flow.description.clone(),
        has_flow: flow.has_flow,
        has_entry: flow.has_entry,
        has_exits: flow.has_exits,
        entry: flow.entry,
        complete: flow.complete,
        lacks_ways: flow.lacks_ways,
        lacks_files: flow.lacks_files,
        lacks_kinds: flow.lacks_kinds,
        nodes: Table::from_rows(nodes),
        events: flow.events.clone(),
        alternatives: flow.alternatives.clone(),
        kinds: flow.kinds.clone(),
        variables: flow.variables.clone(),
        hours: flow.hours.clone(),
        speaker: flow.speaker.clone(),
        dispositions: flow.dispositions.clone(),
        comparisons: flow.comparisons.clone(),
        ..Flow::default()
    };
    copy.set_transitions(transitions);
    copy
}
