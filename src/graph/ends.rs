//! How the paths are divided among the ends.

use super::{Count, topological_order};
use crate::flow::{Flow, NodeId};
use crate::table::Table;

/// An end, and the paths that lead to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// The node.
    pub node: NodeId,
    /// The paths that end here. Paths that continue by a branch of the end, end elsewhere.
    pub paths: Count,
    /// Their share of all paths, from 0 to 1. It is 0 or 1 only if no path or every path ends here.
    pub share: f64,
}

impl End {
    /// The share in percent with one decimal: `33.3%`. It is `<0.1%` or `>99.9%` if rounding would give 0 or 100.
    pub fn percent(&self) -> String {
        if self.share == 0.0 {
            return "0%".to_owned();
        }
        if self.share == 1.0 {
            return "100%".to_owned();
        }
        match format!("{:.1}", self.share * 100.0).as_str() {
            "0.0" => "<0.1%".to_owned(),
            "100.0" => ">99.9%".to_owned(),
            rounded => format!("{rounded}%"),
        }
    }
}

/// All ends, those with the most paths first. `None` if the flow has no entry or has a cycle.
pub fn ends(source: &Flow) -> Option<Vec<End>> {
    let flow = source.of_calls();
    let ways = paths_to(flow, flow.entry?, &topological_order(flow)?);
    let mut of_source = Table::filled(Count::ZERO, source.nodes.len());
    for node in flow.nodes.ids() {
        let of = source.source_node(node);
        of_source[of] = of_source[of] + ways[node];
    }
    let ways = of_source;
    let ends = || source.nodes.ids().filter(|&node| source.nodes[node].ends_call);
    let all = ends().fold(Count::ZERO, |sum, node| sum + ways[node]);
    let is_only = ends().filter(|&node| !ways[node].is_zero()).count() == 1;
    let mut ends: Vec<End> = ends()
        .map(|node| {
            let paths = ways[node];
            let share = if is_only && !paths.is_zero() { 1.0 } else { paths.part_of(all) };
            End { node, paths, share }
        })
        .collect();
    // The sort is stable: ends with equal counts stay in order of declaration.
    ends.sort_by(|a, b| b.paths.total_cmp(a.paths));
    Some(ends)
}

/// How many paths lead to each node. `order` is topological.
pub(super) fn paths_to(flow: &Flow, entry: NodeId, order: &[NodeId]) -> Table<NodeId, Count> {
    let mut paths = Table::filled(Count::ZERO, flow.nodes.len());
    paths[entry] = Count::Exact(1);
    for &node in order {
        let here = paths[node];
        for to in flow.targets(node) {
            paths[to] = paths[to] + here;
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(share: f64) -> String {
        End { node: crate::table::Id::from_index(0), paths: Count::ZERO, share }.percent()
    }

    #[test]
    fn shows_0_and_100_percent_only_for_none_and_all() {
        assert_eq!([percent(0.0), percent(1.0), percent(1.0 / 3.0)], ["0%", "100%", "33.3%"]);
        assert_eq!([percent(0.0005), percent(0.000_49)], ["0.1%", "<0.1%"]);
        assert_eq!([percent(0.9994), percent(0.9996)], ["99.9%", ">99.9%"]);
        let all = Count::Exact(u128::MAX);
        for (part, shown) in [(1, "<0.1%"), (u128::MAX - 1, ">99.9%"), (u128::MAX, "100%"), (0, "0%")] {
            assert_eq!(percent(Count::Exact(part).part_of(all)), shown, "{part}");
        }
        assert_eq!(percent(Count::Exact(1).part_of(Count::About(5000.0))), "<0.1%");
        assert_eq!(percent(Count::About(5000.0).part_of(Count::About(5000.0))), ">99.9%");
    }
}
