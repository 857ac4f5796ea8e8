//! Enumerates the paths of a flow one by one.

use super::topological_order;
use crate::flow::{Flow, NodeId, Transition};
use crate::table::Table;

/// The paths of a flow: every sequence of transitions from the entry to an end, in the order of the branches. An
/// end with branches first ends a path and then continues others.
///
/// A transition with a bound is on a path at most as often as that allows.
///
/// It keeps one path at a time, and the time for each is linear in its length.
pub struct Paths<'f> {
    source: &'f Flow,
    /// The flow with the bounds worked in.
    flow: &'f Flow,
    entry: NodeId,
    /// Which nodes lead to an end, so that no time is spent on dead ends.
    leads_to_end: Table<NodeId, bool>,
    /// For each node of the path, the number of its next transition.
    next: Vec<usize>,
    /// The transitions of the path, each with its target.
    taken: Vec<(&'f Transition, NodeId)>,
    /// The last node of the path and of each of its beginnings.
    here: Vec<NodeId>,
    begun: bool,
}

impl<'f> Paths<'f> {
    /// The paths of a flow. `None` if it has no entry or has a cycle.
    pub fn of(source: &'f Flow) -> Option<Self> {
        let flow = source.of_calls();
        let (entry, order) = flow.entry.zip(topological_order(flow))?;
        let mut leads_to_end = Table::filled(false, flow.nodes.len());
        for &node in order.iter().rev() {
            leads_to_end[node] = flow.nodes[node].ends_call || flow.targets(node).any(|to| leads_to_end[to]);
        }
        Some(Self {
            source,
            flow,
            entry,
            leads_to_end,
            next: Vec::new(),
            taken: Vec::new(),
            here: vec![entry],
            begun: false,
        })
    }

    /// Where every path begins.
    pub fn entry(&self) -> NodeId {
        self.entry
    }

    /// The next path: its transitions, each with its target.
    pub fn advance(&mut self) -> Option<&[(&'f Transition, NodeId)]> {
        if !std::mem::replace(&mut self.begun, true) {
            self.next.push(0);
            if self.flow.nodes[self.entry].ends_call {
                return Some(&self.taken);
            }
        }
        while let Some(next) = self.next.last_mut() {
            let node = self.here.last().copied().unwrap_or(self.entry);
            let Some((id, transition)) = self.flow.nth_out(node, *next) else {
                self.next.pop();
                self.taken.pop();
                self.here.pop();
                continue;
            };
            *next += 1;
            let Some(to) = transition.to.filter(|&to| self.leads_to_end[to]) else { continue };
            self.next.push(0);
            self.here.push(to);
            let id = self.source.source_transition(id);
            self.taken.push((&self.source.transitions[id], self.source.source_node(to)));
            if self.flow.nodes[to].ends_call {
                return Some(&self.taken);
            }
        }
        None
    }
}
