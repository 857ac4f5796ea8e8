//! Every path of a flow, one after the other.

use super::topological_order;
use crate::flow::{Flow, NodeId, Transition};
use crate::table::Table;

/// The paths of a flow: every sequence of transitions from the entry to an end, in the order of the
/// branches. An end that branches ends a path first, and then continues others.
///
/// What is held is one path, whatever their number, and each takes no longer than its length.
pub struct Paths<'f> {
    flow: &'f Flow,
    entry: NodeId,
    /// Which nodes an end follows: no time is spent on ways that lead nowhere.
    leads_on: Table<NodeId, bool>,
    /// For each node of the path the number of its transition that comes next.
    next: Vec<usize>,
    /// The transitions to all but the first of them.
    taken: Vec<(&'f Transition, NodeId)>,
    begun: bool,
}

impl<'f> Paths<'f> {
    /// The paths of a flow; `None` without an entry or where the flow goes round a cycle.
    pub fn of(flow: &'f Flow) -> Option<Self> {
        let (entry, order) = flow.entry.zip(topological_order(flow))?;
        let mut leads_on = Table::filled(false, flow.nodes.len());
        for &node in order.iter().rev() {
            leads_on[node] = flow.nodes[node].ends_call || flow.targets(node).any(|to| leads_on[to]);
        }
        Some(Self { flow, entry, leads_on, next: Vec::new(), taken: Vec::new(), begun: false })
    }

    /// Where every path begins.
    pub fn entry(&self) -> NodeId {
        self.entry
    }

    /// The next path: its transitions, each with the node that it goes to.
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
            let Some(to) = transition.to.filter(|&to| self.leads_on[to]) else { continue };
            self.next.push(0);
            self.taken.push((transition, to));
            if self.flow.nodes[to].ends_call {
                return Some(&self.taken);
            }
        }
        None
    }
}
