//! Enumerates the paths of a flow one by one.

use super::topological_order;
use crate::flow::{Flow, NodeId, Transition};
use crate::table::Table;

/// The paths of a flow: every sequence of transitions from the entry to an end, in the order of the branches. An
/// end with branches first ends a path and then continues others.
///
/// It keeps one path at a time, and the time for each is linear in its length.
pub struct Paths<'f> {
    flow: &'f Flow,
    entry: NodeId,
    /// Which nodes lead to an end, so that no time is spent on dead ends.
    leads_to_end: Table<NodeId, bool>,
    /// For each node of the path, the number of its next transition.
    next: Vec<usize>,
    /// The transitions of the path, each with its target.
    taken: Vec<(&'f Transition, NodeId)>,
    begun: bool,
}

impl<'f> Paths<'f> {
    /// The paths of a flow. `None` if it has no entry or has a cycle.
    pub fn of(flow: &'f Flow) -> Option<Self> {
        let (entry, order) = flow.entry.zip(topological_order(flow))?;
        let mut leads_to_end = Table::filled(false, flow.nodes.len());
        for &node in order.iter().rev() {
            leads_to_end[node] = flow.nodes[node].ends_call || flow.targets(node).any(|to| leads_to_end[to]);
        }
        Some(Self { flow, entry, leads_to_end, next: Vec::new(), taken: Vec::new(), begun: false })
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
            let node = self.taken.last().map_or(self.entry, |&(_, node)| node);
            let Some(transition) = self.flow.out(node).get(*next) else {
                self.next.pop();
                self.taken.pop();
                continue;
            };
            *next += 1;
            let Some(to) = transition.to.filter(|&to| self.leads_to_end[to]) else { continue };
            self.next.push(0);
            self.taken.push((transition, to));
            if self.flow.nodes[to].ends_call {
                return Some(&self.taken);
            }
        }
        None
    }
}
