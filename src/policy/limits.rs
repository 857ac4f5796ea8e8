//! Limits on retries, transitions and occurrences: longest paths, computed backwards from the ends.

use super::path_graph::PathGraph;
use super::selection::Selection;
use super::{Path, PathElement, RuleVerdict, Vacuous, Violation, Waived};
use crate::flow::{Flow, NodeId, TransitionId};
use crate::graph::most_on_a_call;
use crate::table::Table;

/// Why nothing on a path can be measured.
pub const ENDLESS: &str = "the flow has a cycle";

/// `limit retries N`, of every node of the flow.
pub fn retries(flow: &Flow, waived: &Waived, most: u64) -> RuleVerdict {
    let all = || {
        let of = |node: &crate::flow::Node| {
            node.actions.iter().filter_map(|action| action.retries?.count).max().map(u64::from)
        };
        flow.nodes.iter().filter_map(move |(id, node)| Some((id, of(node)?)))
    };
    let is_open = || {
        let mut actions = flow.nodes.rows().iter().flat_map(|node| &node.actions);
        actions.any(|action| action.retries.is_some_and(|retries| retries.count.is_none()))
    };
    if all().next().is_none() && !is_open() {
        return RuleVerdict::Vacuous(Vacuous::NoRetries);
    }
    let over = || all().filter(|(node, count)| *count > most && !waived.contains(node));
    let at: Vec<NodeId> = over().map(|(node, _)| node).collect();
    let Some(&first) = at.first() else {
        // An unknown count is already reported.
        return if is_open() {
            RuleVerdict::Withheld("how often a prompt is repeated is not known")
        } else {
            RuleVerdict::HOLDS
        };
    };
    let found = over().map(|(_, count)| count).max();
    let place = PathElement { node: first, transition: None };
    RuleVerdict::Violated(Violation { found, ..Violation::at(place, at) })
}

/// `limit depth N`
pub fn depth(graph: &PathGraph<'_>, order: &[NodeId], most: u64) -> RuleVerdict {
    longest(graph, order, most, |_| 0, |_| 1)
}

/// `limit N A`
pub fn count(graph: &PathGraph<'_>, order: &[NodeId], most: u64, counted: &Selection) -> RuleVerdict {
    let of_node = |node| counted.count_occurrences(node, graph.steps_of(node));
    longest(graph, order, most, of_node, |id| u64::from(counted.takes(id)))
}

/// Decides a limit where calls can come back, by how often they may do so at most: it holds or is left open.
pub fn by_bounds(
    graph: &PathGraph<'_>,
    most: u64,
    of_node: impl Fn(NodeId) -> u64,
    of_transition: impl Fn(TransitionId) -> u64,
) -> RuleVerdict {
    // It knows one place where calls begin.
    if graph.entries().nth(1).is_some() {
        return RuleVerdict::Withheld(ENDLESS);
    }
    let found = most_on_a_call(graph.flow, |node| graph.reaches(node), of_node, of_transition);
    match found {
        Some(found) if found <= most => RuleVerdict::HOLDS,
        _ => RuleVerdict::Withheld(ENDLESS),
    }
}

/// The greatest sum that any path from the entry collects over its nodes and transitions.
fn longest(
    graph: &PathGraph<'_>,
    order: &[NodeId],
    most: u64,
    of_node: impl Fn(NodeId) -> u64,
    of_transition: impl Fn(TransitionId) -> u64,
) -> RuleVerdict {
    let flow = graph.flow;
    // For each node the greatest sum from there on, and the transition that leads to it.
    let mut ahead: Table<NodeId, (u64, Option<TransitionId>)> = Table::filled((0, None), flow.nodes.len());
    for &node in order.iter().rev() {
        let candidates = graph.out(node).map(|(id, to)| (ahead[to].0 + of_transition(id), id));
        // The first of equal transitions; none if all of them collect nothing.
        let best = candidates
            .filter(|&(more, _)| more > 0)
            .reduce(|best, way| if way.0 > best.0 { way } else { best });
        ahead[node] = (of_node(node) + best.map_or(0, |(more, _)| more), best.map(|(_, id)| id));
    }
    let longest =
        graph.entries().reduce(|one, other| if ahead[other].0 > ahead[one].0 { other } else { one });
    let entry = longest.unwrap_or(graph.entry());
    let found = ahead[entry].0;
    if found <= most {
        return RuleVerdict::HOLDS;
    }
    let mut path = Path { nodes: vec![entry], transitions: Vec::new() };
    let mut here = entry;
    let mut so_far = of_node(here);
    let mut place = (so_far > most).then_some(here);
    while let Some(id) = ahead[here].1 {
        let Some(to) = path.take(graph.flow, id) else { break };
        so_far += of_transition(id) + of_node(to);
        place = place.or_else(|| (so_far > most).then_some(to));
        here = to;
    }
    RuleVerdict::Violated(Violation {
        path: Some(path),
        place: place.map(|node| PathElement { node, transition: None }),
        at: vec![entry],
        found: Some(found),
        ..Violation::default()
    })
}
