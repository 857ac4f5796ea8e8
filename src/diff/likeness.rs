//! How much two flows have in common, by which a flow in a new file is found again.

use rustc_hash::FxHashMap;

use super::pairs::content;
use crate::flow::Flow;

/// How much of two flows is the same, in percent: their names, and the names of their nodes and what these do.
pub fn likeness(one: &Flow, other: &Flow) -> usize {
    let (ones, others) = (features(one), features(other));
    let total: usize = ones.values().chain(others.values()).sum();
    let shared: usize =
        ones.iter().map(|(feature, count)| others.get(feature).map_or(0, |other| *count.min(other))).sum();
    (200 * shared).checked_div(total).unwrap_or_default()
}

fn features(flow: &Flow) -> FxHashMap<String, usize> {
    let mut features = FxHashMap::default();
    let name = flow.name.as_ref().and_then(|name| name.value.as_deref()).map(|name| format!("flow {name}"));
    let nodes = flow.nodes.rows().iter();
    let of_nodes = nodes.flat_map(|node| [format!("node {}", node.id), content(node)]);
    for feature in name.into_iter().chain(of_nodes) {
        *features.entry(feature).or_default() += 1;
    }
    features
}
