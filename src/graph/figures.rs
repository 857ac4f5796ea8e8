//! The figures of a flow, for a build's closing line.

use super::{Count, topological_order};
use crate::flow::{Flow, NodeId};
use crate::table::Table;

/// The size of a flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Its nodes.
    pub nodes: usize,
    /// Its transitions.
    pub transitions: usize,
    /// The number of distinct sequences of transitions from the entry to an end, and the length of the longest
    /// in transitions. `None` if the flow has a cycle or no entry.
    pub paths: Option<(Count, usize)>,
}

impl Figures {
    /// The figures of a flow.
    ///
    /// ```
    /// let text = r#"flow "Two ways"
    /// entry menu
    /// collect menu "Press 1 for sales" { on 1 -> sales; on timeout | invalid -> bye }
    /// agent sales "q"
    /// disconnect bye
    /// "#;
    /// let compiled = cxflowc::compile("two.cxflow", text);
    /// let figures = cxflowc::graph::Figures::of(&compiled.flow);
    /// assert_eq!((figures.nodes, figures.transitions), (3, 2));
    /// assert_eq!(figures.paths.unwrap().0.to_string(), "2");
    /// ```
    pub fn of(source: &Flow) -> Self {
        let flow = source.of_calls();
        let paths = flow
            .entry
            .zip(topological_order(flow))
            .map(|(entry, order)| (paths(flow, entry, &order), longest_from(flow, &order)[entry].0));
        Self { nodes: source.nodes.len(), transitions: source.transitions.len(), paths }
    }
}

/// The number of paths. An end with outcome branches ends some paths and continues others.
fn paths(flow: &Flow, entry: NodeId, order: &[NodeId]) -> Count {
    let mut paths = Table::filled(Count::ZERO, flow.nodes.len());
    for &node in order.iter().rev() {
        let mut count = Count::Exact(u128::from(flow.nodes[node].ends_call));
        for to in flow.targets(node) {
            count = count + paths[to];
        }
        paths[node] = count;
    }
    paths[entry]
}

/// The number of distinct sequences of transitions from the entry to a node. `None` if the flow has no entry or has a
/// cycle.
pub fn ways_to(source: &Flow, node: NodeId) -> Option<Count> {
    let flow = source.of_calls();
    let (entry, order) = flow.entry.zip(topological_order(flow))?;
    let mut ways = Table::filled(Count::ZERO, flow.nodes.len());
    ways[entry] = Count::Exact(1);
    for &node in &order {
        for to in flow.targets(node) {
            ways[to] = ways[to] + ways[node];
        }
    }
    let copies = ways.iter().filter(|(copy, _)| source.source_node(*copy) == node);
    Some(copies.fold(Count::ZERO, |sum, (_, &count)| sum + count))
}

/// For each node, the length of a longest path from it in transitions, and the next node on it.
fn longest_from(flow: &Flow, order: &[NodeId]) -> Table<NodeId, (usize, Option<NodeId>)> {
    let mut longest: Table<NodeId, (usize, Option<NodeId>)> = Table::filled((0, None), flow.nodes.len());
    for &node in order.iter().rev() {
        for to in flow.targets(node) {
            if longest[to].0 + 1 > longest[node].0 {
                longest[node] = (longest[to].0 + 1, Some(to));
            }
        }
    }
    longest
}

/// A longest path from the entry. `None` if the flow has no entry or has a cycle.
pub fn longest_path(source: &Flow) -> Option<Vec<NodeId>> {
    let flow = source.of_calls();
    let (entry, order) = flow.entry.zip(topological_order(flow))?;
    let longest = longest_from(flow, &order);
    let path = std::iter::successors(Some(entry), |&node| longest[node].1);
    Some(path.map(|node| source.source_node(node)).collect())
}
