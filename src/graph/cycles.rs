//! On which cycles the nodes of a flow are.

use super::components;
use crate::flow::{Flow, NodeId};
use crate::table::Table;

/// For each node the number of the cycles that it is on, if it is on any.
pub(super) type Cycles = Table<NodeId, Option<u32>>;

/// On which cycle each node is.
pub(super) fn cycle_of(flow: &Flow) -> Cycles {
    let mut cycle_of = Table::filled(None, flow.nodes.len());
    let circular = components(flow, |_| true, |_| true).into_iter().filter(|component| component.circular);
    for (number, component) in circular.enumerate() {
        for node in component.nodes {
            cycle_of[node] = u32::try_from(number).ok();
        }
    }
    cycle_of
}
