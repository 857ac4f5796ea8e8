//! Works the bounds of `again` into a flow, so that its paths are those of calls.
//!
//! A call's state is its node and how often it has taken each `again`. Only the `again`s of the cycle that the node
//! is on matter: before it they are not taken yet, and behind it never again. So the copies multiply only within a
//! cycle, and copies of cycles that follow each other add up.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::components;
use crate::flow::{AgainArm, AgainId, Flow, Node, NodeId, TooManyCopies, Transition, TransitionId, Unrolled};
use crate::table::{Id, Table};

/// How many copies there may be for each node of a flow, how many in a small flow all in all, and how many more than
/// its nodes a large one may have.
const COPIES_PER_NODE: usize = 20;
const COPIES: usize = 1000;
const FURTHER_COPIES: usize = 500_000;

/// How often a call has taken each `again` of the cycle that it is on, sorted, without those not taken.
type Counts = Vec<(AgainId, u32)>;

/// Takes the bounds off transitions that no call comes back to, and works the others into [`Flow::of_calls`].
pub fn work_bounds_in(flow: &mut Flow) {
    if flow.agains.is_empty() {
        return;
    }
    let cycle_of = cycle_of(flow);
    drop_idle_bounds(flow, &cycle_of);
    match unroll(flow, &cycle_of) {
        Ok(unrolled) => flow.unrolled = Some(Box::new(unrolled)),
        Err(why) => flow.too_many_copies = Some(why),
    }
}

/// For each node the number of the cycles that it is on, if it is on any.
fn cycle_of(flow: &Flow) -> Table<NodeId, Option<u32>> {
    let mut cycle_of = Table::filled(None, flow.nodes.len());
    let circular = components(flow, |_| true, |_| true).into_iter().filter(|component| component.circular);
    for (number, component) in circular.enumerate() {
        for node in component.nodes {
            cycle_of[node] = u32::try_from(number).ok();
        }
    }
    cycle_of
}

/// Makes a bounded transition that is on no cycle a plain one, without its `else`.
fn drop_idle_bounds(flow: &mut Flow, cycle_of: &Table<NodeId, Option<u32>>) {
    let leads_back = |transition: &Transition| {
        let cycle = cycle_of[transition.from];
        transition.to.is_none_or(|to| cycle.is_some() && cycle_of[to] == cycle)
    };
    let mut bounds: Table<AgainId, bool> = Table::filled(false, flow.agains.len());
    let mut kept: Vec<Transition> = Vec::with_capacity(flow.transitions.len());
    for transition in flow.transitions.rows() {
        let mut transition = *transition;
        match transition.again {
            Some(AgainArm::Back(again)) if leads_back(&transition) => bounds[again] = true,
            Some(AgainArm::Back(_)) => transition.again = None,
            // It follows its other way, which has just lost its bound.
            Some(AgainArm::Else(again)) => {
                let is_bounded = kept.last().is_some_and(|back| back.again == Some(AgainArm::Back(again)));
                if !is_bounded {
                    continue;
                }
            }
            None => {}
        }
        kept.push(transition);
    }
    flow.idle_agains = flow.agains.ids().filter(|&again| !bounds[again]).collect();
    if kept.len() != flow.transitions.len() {
        flow.set_transitions(kept);
    }
}

/// The states found so far.
struct States<'f> {
    flow: &'f Flow,
    cycle_of: &'f Table<NodeId, Option<u32>>,
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
}

/// The flow of all states that a call can be in.
fn unroll(flow: &Flow, cycle_of: &Table<NodeId, Option<u32>>) -> Result<Unrolled, TooManyCopies> {
    let mut states = States {
        flow,
        cycle_of,
        most: most_copies(flow.nodes.len()),
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
            return Err(too_many(&states));
        }
        while let Some((state, node, counts)) = states.open.pop_front() {
            for (id, transition) in flow.out_ids(node) {
                let Some(after) = counts_after(flow, transition, &counts) else { continue };
                let to = match transition.to {
                    Some(to) => match states.at(to, after, Some(node)) {
                        Some(to) => Some(to),
                        None => return Err(too_many(&states)),
                    },
                    None => None,
                };
                rows.push((state, id, to));
            }
        }
    }
    Ok(built(flow, states.further, rows))
}

/// How many nodes the unrolled flow of this many nodes may have.
fn most_copies(nodes: usize) -> usize {
    nodes.saturating_mul(COPIES_PER_NODE).max(COPIES).min(nodes.saturating_add(FURTHER_COPIES))
}

/// The counts once a call has taken a transition; `None` if it cannot take it now.
fn counts_after(flow: &Flow, transition: &Transition, counts: &Counts) -> Option<Counts> {
    let Some(arm) = transition.again else { return Some(counts.clone()) };
    let at = counts.binary_search_by_key(&arm.again(), |&(again, _)| again);
    let taken = at.ok().and_then(|at| counts.get(at)).map_or(0, |&(_, taken)| taken);
    let may_take = taken < flow.agains[arm.again()].most;
    let mut after = counts.clone();
    match arm {
        AgainArm::Back(again) if may_take => {
            match at {
                Ok(at) => after.get_mut(at).into_iter().for_each(|(_, taken)| *taken += 1),
                Err(at) => after.insert(at, (again, 1)),
            }
            Some(after)
        }
        AgainArm::Else(_) if !may_take => Some(after),
        _ => None,
    }
}

/// The `again`s of the cycle with the most states, those with the largest numbers first.
fn too_many(states: &States<'_>) -> TooManyCopies {
    let flow = states.flow;
    let largest = states.by_cycle.iter().max_by_key(|(cycle, count)| (**count, std::cmp::Reverse(**cycle)));
    let largest = largest.map(|(&cycle, _)| cycle);
    let mut seen = FxHashSet::default();
    let of_cycle = flow.transitions.rows().iter().filter(|one| states.cycle_of[one.from] == largest);
    let mut agains: Vec<AgainId> = of_cycle
        .filter_map(|one| one.again)
        .map(AgainArm::again)
        .filter(|&again| seen.insert(again))
        .collect();
    agains.sort_by_key(|&again| std::cmp::Reverse(flow.agains[again].most));
    TooManyCopies { most: states.most, agains }
}

/// The flow of the states, whose transitions are given in any order.
fn built(
    flow: &Flow,
    further: Vec<NodeId>,
    mut rows: Vec<(NodeId, TransitionId, Option<NodeId>)>,
) -> Unrolled {
    rows.sort_by_key(|&(from, id, _)| (from, id));
    let transition = |&(from, id, to): &(NodeId, TransitionId, Option<NodeId>)| {
        let mut copy = flow.transitions[id];
        copy.from = from;
        copy.to = to;
        copy.again = None;
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
    for &node in &further {
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
    let of_nodes = flow.nodes.ids().chain(further).collect();
    let of_transitions = rows.into_iter().map(|(_, id, _)| id).collect();
    Unrolled::new(copy, Table::from_rows(of_nodes), Table::from_rows(of_transitions))
}
