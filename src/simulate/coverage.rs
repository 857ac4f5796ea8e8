//! How much of a flow calls cover.

use super::Walk;
use crate::flow::{Flow, NodeId, TransitionId};
use crate::graph::reachable;
use crate::table::{Id, Table};

/// What calls covered of all that is reachable.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// The nodes.
    pub nodes: Covered<NodeId>,
    /// The transitions.
    pub transitions: Covered<TransitionId>,
}

/// The coverage of nodes or of transitions.
#[derive(Debug, Clone)]
pub struct Covered<I> {
    /// How many can be reached from the entry.
    pub reachable: usize,
    /// The reachable ones that no call covered, in order.
    pub uncovered: Vec<I>,
}

impl<I: Id> Covered<I> {
    fn of(reachable: impl Iterator<Item = I>, seen: &Table<I, bool>) -> Self {
        let mut covered = Self { reachable: 0, uncovered: Vec::new() };
        for id in reachable {
            covered.reachable += 1;
            if !seen[id] {
                covered.uncovered.push(id);
            }
        }
        covered
    }

    /// How many are covered.
    pub fn covered(&self) -> usize {
        self.reachable - self.uncovered.len()
    }

    /// The share in percent, rounded down, so that 100 means all of them. If none are reachable, it is 100.
    pub fn percent(&self) -> usize {
        (self.covered() * 100).checked_div(self.reachable).unwrap_or(100)
    }
}

impl Coverage {
    /// The coverage of these calls.
    pub fn of<'c>(flow: &Flow, calls: impl IntoIterator<Item = &'c Walk>) -> Self {
        let mut nodes = Table::filled(false, flow.nodes.len());
        let mut transitions = Table::filled(false, flow.transitions.len());
        for call in calls {
            call.path.iter().for_each(|&node| nodes[node] = true);
            call.taken.iter().for_each(|&transition| transitions[transition] = true);
        }
        let reached = reachable(flow, flow.entry);
        let taken = transitions_taken(flow);
        Self {
            nodes: Covered::of(flow.nodes.ids().filter(|&node| reached[node]), &nodes),
            transitions: Covered::of(flow.transitions.ids().filter(|&id| taken[id]), &transitions),
        }
    }
}

/// Which transitions some call takes. An `else` whose bound no call reaches is not one of them.
fn transitions_taken(flow: &Flow) -> Table<TransitionId, bool> {
    let calls = flow.of_calls();
    let reached = reachable(calls, calls.entry);
    let mut taken = Table::filled(false, flow.transitions.len());
    for (copy, transition) in calls.transitions.iter() {
        if reached[transition.from] && transition.to.is_some() {
            taken[flow.source_transition(copy)] = true;
        }
    }
    taken
}
