//! Reachability and order of nodes.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::flow::{Flow, NodeId, Transition};
use crate::table::Table;

/// Which nodes a call can reach from the given ones, including those.
pub fn reachable(flow: &Flow, from: impl IntoIterator<Item = NodeId>) -> Table<NodeId, bool> {
    let reached = reachable_copies(flow.of_calls(), from);
    if flow.unrolled.is_none() {
        return reached;
    }
    let mut of_source = Table::filled(false, flow.nodes.len());
    for (copy, _) in reached.iter().filter(|(_, is_reached)| **is_reached) {
        of_source[flow.source_node(copy)] = true;
    }
    of_source
}

fn reachable_copies(flow: &Flow, from: impl IntoIterator<Item = NodeId>) -> Table<NodeId, bool> {
    let mut reached = Table::filled(false, flow.nodes.len());
    let mut stack: Vec<NodeId> = from.into_iter().collect();
    while let Some(node) = stack.pop() {
        if !std::mem::replace(&mut reached[node], true) {
            stack.extend(flow.targets(node).filter(|&to| !reached[to]));
        }
    }
    reached
}

/// The nodes, each before the targets of its transitions as they are written. `None` if the flow has a cycle.
pub fn topological_order(flow: &Flow) -> Option<Vec<NodeId>> {
    topological_order_of(flow, |_| true)
}

/// The same for the nodes that `counts` selects, which must include all their targets.
pub fn topological_order_of(flow: &Flow, counts: impl Fn(NodeId) -> bool) -> Option<Vec<NodeId>> {
    order(flow, counts, |_| false)
}

/// The same for all nodes without the transitions that `is_left_out` selects.
pub fn topological_order_without(
    flow: &Flow,
    is_left_out: impl Fn(&Transition) -> bool,
) -> Option<Vec<NodeId>> {
    order(flow, |_| true, is_left_out)
}

fn order(
    flow: &Flow,
    counts: impl Fn(NodeId) -> bool,
    is_left_out: impl Fn(&Transition) -> bool,
) -> Option<Vec<NodeId>> {
    let mut waits_for: Table<NodeId, u32> = Table::filled(0, flow.nodes.len());
    let is_of_order = |transition: &&Transition| counts(transition.from) && !is_left_out(transition);
    for transition in flow.transitions.rows().iter().filter(is_of_order) {
        if let Some(to) = transition.to {
            waits_for[to] += 1;
        }
    }
    let all = flow.nodes.ids().filter(|&node| counts(node)).count();
    let mut order: Vec<NodeId> =
        flow.nodes.ids().filter(|&node| counts(node) && waits_for[node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        let out = flow.out(node).iter().filter(|transition| !is_left_out(transition));
        for to in out.filter_map(|transition| transition.to) {
            waits_for[to] -= 1;
            if waits_for[to] == 0 {
                order.push(to);
            }
        }
    }
    (order.len() == all).then_some(order)
}

/// The wanted nodes that a call reaches.
pub struct Reached {
    /// A path with the fewest transitions to the nearest of the nodes.
    pub path: Vec<NodeId>,
    /// All the nodes, the nearest first.
    pub nodes: Vec<NodeId>,
}

/// The nodes that `wanted` selects and that a call from the entry reaches without passing one that `blocks`
/// selects. A blocking node itself can be reached, but nothing after it.
pub fn first_reached(
    flow: &Flow,
    entry: NodeId,
    wanted: impl Fn(NodeId) -> bool,
    blocks: impl Fn(NodeId) -> bool,
) -> Option<Reached> {
    let of_source = |node: NodeId| flow.source_node(node);
    let mut reached =
        first_copies(flow.of_calls(), entry, |node| wanted(of_source(node)), |node| blocks(of_source(node)))?;
    if flow.unrolled.is_some() {
        reached.path.iter_mut().for_each(|node| *node = of_source(*node));
        let mut seen = FxHashSet::default();
        reached.nodes = reached.nodes.into_iter().map(of_source).filter(|&node| seen.insert(node)).collect();
    }
    Some(reached)
}

fn first_copies(
    flow: &Flow,
    entry: NodeId,
    wanted: impl Fn(NodeId) -> bool,
    blocks: impl Fn(NodeId) -> bool,
) -> Option<Reached> {
    let mut before: Table<NodeId, Option<NodeId>> = Table::filled(None, flow.nodes.len());
    let mut seen = Table::filled(false, flow.nodes.len());
    let mut queue = VecDeque::from([entry]);
    seen[entry] = true;
    let mut nodes = Vec::new();
    while let Some(node) = queue.pop_front() {
        if wanted(node) {
            nodes.push(node);
        }
        if blocks(node) {
            continue;
        }
        for to in flow.targets(node) {
            if !std::mem::replace(&mut seen[to], true) {
                before[to] = Some(node);
                queue.push_back(to);
            }
        }
    }
    let mut path: Vec<NodeId> = std::iter::successors(nodes.first().copied(), |&node| before[node]).collect();
    path.reverse();
    (!nodes.is_empty()).then_some(Reached { path, nodes })
}

/// A shortest cycle through `start`, beginning and ending with it, among the nodes that `within` selects, along the
/// transitions that `follows` selects.
/// `before` is scratch space: all `None` before and after.
pub fn shortest_cycle(
    flow: &Flow,
    start: NodeId,
    within: impl Fn(NodeId) -> bool,
    follows: impl Fn(&Transition) -> bool,
    before: &mut Table<NodeId, Option<NodeId>>,
) -> Option<Vec<NodeId>> {
    let mut queue = VecDeque::from([start]);
    let mut touched = Vec::new();
    let mut last = None;
    'search: while let Some(node) = queue.pop_front() {
        let out = flow.out(node).iter().filter(|transition| follows(transition));
        for to in out.filter_map(|transition| transition.to) {
            if to == start {
                last = Some(node);
                break 'search;
            }
            if within(to) && before[to].is_none() {
                before[to] = Some(node);
                touched.push(to);
                queue.push_back(to);
            }
        }
    }
    let cycle = last.map(|last| {
        let mut cycle = vec![start];
        let mut node = last;
        while node != start {
            cycle.push(node);
            match before[node] {
                Some(earlier) => node = earlier,
                None => break,
            }
        }
        cycle.push(start);
        cycle.reverse();
        cycle
    });
    // Reset the scratch space for the next start.
    for node in touched {
        before[node] = None;
    }
    cycle
}
