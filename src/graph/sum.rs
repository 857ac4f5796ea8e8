//! The most that a call can collect, by the bounds of `again` alone.

use rustc_hash::FxHashMap;

use super::cycles::cycle_of;
use super::topological_order_without;
use crate::flow::{AgainArm, AgainId, Flow, NodeId, Transition, TransitionId};
use crate::table::Table;

/// No call collects more over its nodes and transitions than this: what is the most from the entry until it first comes
/// back, and from each way back to the next one as often as that may be taken. No call may collect as much.
///
/// `None` if a cycle has no `again`, or without an entry. Ways back from nodes that `reaches` leaves out do not count.
pub fn most_on_a_call(
    flow: &Flow,
    reaches: impl Fn(NodeId) -> bool,
    of_node: impl Fn(NodeId) -> u64,
    of_transition: impl Fn(TransitionId) -> u64,
) -> Option<u64> {
    let order = topological_order_without(flow, Transition::is_bounded)?;
    let mut ahead: Table<NodeId, u64> = Table::filled(0, flow.nodes.len());
    let with_target = |ahead: &Table<NodeId, u64>, id: TransitionId, to: NodeId| {
        ahead[to].saturating_add(of_transition(id))
    };
    for &node in order.iter().rev() {
        let onward = flow
            .out_ids(node)
            .filter(|(_, transition)| !transition.is_bounded())
            .filter_map(|(id, transition)| Some(with_target(&ahead, id, transition.to?)));
        ahead[node] = of_node(node).saturating_add(onward.max().unwrap_or_default());
    }
    // A call that comes to another cycle takes its ways back anew.
    let cycle_of = cycle_of(flow);
    let mut returns: FxHashMap<(AgainId, Option<u32>), u64> = FxHashMap::default();
    for node in flow.nodes.ids().filter(|&node| reaches(node)) {
        for (id, transition) in flow.out_ids(node) {
            let (Some(AgainArm::Back(again)), Some(to)) = (transition.again, transition.to) else { continue };
            let most = returns.entry((again, cycle_of[node])).or_default();
            *most = (*most).max(with_target(&ahead, id, to));
        }
    }
    let of_returns =
        returns.iter().map(|(&(again, _), &most)| most.saturating_mul(u64::from(flow.agains[again].most)));
    Some(of_returns.fold(ahead[flow.entry?], u64::saturating_add))
}
