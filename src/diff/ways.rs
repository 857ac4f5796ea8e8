//! A shortest call to each node.

use std::collections::VecDeque;

use crate::flow::{Event, Flow, NodeId, TransitionId};
use crate::graph::beyond_bounds;
use crate::simulate::path_with_events;
use crate::table::Table;

/// The longest call that is shown, in transitions.
const LONGEST: usize = 40;

/// By which transition each node is first reached.
#[derive(Debug)]
pub struct Ways {
    by: Table<NodeId, Option<TransitionId>>,
    seen: Table<NodeId, bool>,
}

impl Ways {
    /// The shortest calls of a flow, to the first copy of each node where it has several.
    pub fn of(flow: &Flow) -> Self {
        let flow = flow.of_calls();
        let mut by = Table::filled(None, flow.nodes.len());
        let mut seen = Table::filled(false, flow.nodes.len());
        let mut queue: VecDeque<NodeId> = flow.entry.into_iter().collect();
        if let Some(entry) = flow.entry {
            seen[entry] = true;
        }
        while let Some(node) = queue.pop_front() {
            for (id, transition) in flow.out_ids(node) {
                let Some(to) = transition.to else { continue };
                if !std::mem::replace(&mut seen[to], true) {
                    by[to] = Some(id);
                    queue.push_back(to);
                }
            }
        }
        Self { by, seen }
    }

    /// A shortest call that goes from a node to another on one of some events; `None` where no call comes to
    /// the node, only a very long one, or none is known that keeps the bounds of all `again`s.
    pub fn through(&self, flow: &Flow, from: NodeId, on: &[Event], to: NodeId) -> Option<String> {
        let entry = flow.entry.filter(|_| self.seen[from])?;
        let mut steps = vec![(on.first().map(Event::display), to)];
        let mut node = from;
        let calls = flow.of_calls();
        let mut taken = Vec::new();
        while let Some((id, transition)) = self.by[node].map(|id| (id, &calls.transitions[id])) {
            taken.push(flow.source_transition(id));
            steps.push((calls.written_condition(transition), flow.source_node(node)));
            node = transition.from;
            if steps.len() > LONGEST {
                return None;
            }
        }
        if beyond_bounds(flow, taken.into_iter().rev()).is_some() {
            return None;
        }
        steps.reverse();
        Some(path_with_events(flow, entry, steps))
    }
}
