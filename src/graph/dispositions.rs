//! How the paths are divided among the dispositions that calls are reported by.

use super::ends::paths_to;
use super::{Count, topological_order};
use crate::flow::{DispositionId, Flow, NodeId, TransitionId};
use crate::table::Table;

/// A disposition, and the paths that are reported by it.
#[derive(Debug, Clone, PartialEq)]
pub struct DispositionShare {
    /// The disposition. `None` for paths that pass none.
    pub disposition: Option<DispositionId>,
    /// How many paths pass it last.
    pub paths: Count,
    /// The nodes at which some path passes it last.
    pub nodes: Vec<NodeId>,
    /// The transitions on which some path passes it last.
    pub transitions: Vec<TransitionId>,
}

/// All dispositions in order, and last the paths without any if there are some. `None` if the flow has no entry or has a
/// cycle.
pub fn disposition_shares(source: &Flow) -> Option<Vec<DispositionShare>> {
    let flow = source.of_calls();
    let (entry, order) = flow.entry.zip(topological_order(flow))?;
    // How many paths lead to each node, and how many lead on from it to an end without passing another disposition.
    let ways = paths_to(flow, entry, &order);
    let mut free = Table::filled(Count::ZERO, flow.nodes.len());
    for &node in order.iter().rev() {
        let mut count = Count::Exact(u128::from(flow.nodes[node].ends_call));
        for transition in flow.out(node).iter().filter(|transition| transition.disposition.is_none()) {
            if let Some(to) = transition.to.filter(|&to| flow.nodes[to].disposition.is_none()) {
                count = count + free[to];
            }
        }
        free[node] = count;
    }
    let rows = flow.dispositions.ids().map(|id| no_paths(Some(id))).collect();
    let mut shares: Table<DispositionId, DispositionShare> = Table::from_rows(rows);
    for (id, node) in flow.nodes.iter() {
        let Some(given) = node.disposition else { continue };
        let paths = ways[id].times(free[id]);
        if !paths.is_zero() {
            let share = &mut shares[given.id];
            share.paths = share.paths + paths;
            share.nodes.push(source.source_node(id));
        }
    }
    for (id, transition) in flow.transitions.iter() {
        let Some(given) = transition.disposition else { continue };
        let Some(to) = transition.to.filter(|&to| flow.nodes[to].disposition.is_none()) else { continue };
        let paths = ways[transition.from].times(free[to]);
        if !paths.is_zero() {
            let share = &mut shares[given];
            share.paths = share.paths + paths;
            share.transitions.push(source.source_transition(id));
        }
    }
    let mut shares = shares.rows().to_vec();
    if flow.nodes[entry].disposition.is_none() && !free[entry].is_zero() {
        shares.push(DispositionShare { paths: free[entry], ..no_paths(None) });
    }
    for share in &mut shares {
        share.nodes.sort_unstable();
        share.nodes.dedup();
        share.transitions.sort_unstable();
        share.transitions.dedup();
    }
    Some(shares)
}

fn no_paths(disposition: Option<DispositionId>) -> DispositionShare {
    DispositionShare { disposition, paths: Count::ZERO, nodes: Vec::new(), transitions: Vec::new() }
}
