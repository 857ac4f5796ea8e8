//! How many: retries, transitions, occurrences. Longest ways, found backwards from the ends.

use super::ground::Ground;
use super::picked::Picked;
use super::{Path, Place, Vacuous, Verdict, Violation, Waived};
use crate::flow::{Flow, NodeId, TransitionId};
use crate::table::Table;

/// `limit retries N`, of every node of the flow.
pub fn retries(flow: &Flow, waived: &Waived, most: u64) -> Verdict {
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
        return Verdict::Vacuous(Vacuous::NoRetries);
    }
    let over = || all().filter(|(node, count)| *count > most && !waived.contains(node));
    let at: Vec<NodeId> = over().map(|(node, _)| node).collect();
    let Some(&first) = at.first() else {
        // What is not known has its finding.
        return if is_open() {
            Verdict::Withheld("how often a prompt is repeated is not known")
        } else {
            Verdict::HOLDS
        };
    };
    let found = over().map(|(_, count)| count).max();
    let place = Place { node: first, transition: None };
    Verdict::Violated(Violation { found, ..Violation::at(place, at) })
}

/// `limit depth N`
pub fn depth(ground: &Ground<'_>, order: &[NodeId], most: u64) -> Verdict {
    longest(ground, order, most, |_| 0, |_| 1)
}

/// `limit N A`
pub fn count(ground: &Ground<'_>, order: &[NodeId], most: u64, counted: &Picked) -> Verdict {
    let of_node = |node| counted.count_in(node, ground.steps_of(node));
    longest(ground, order, most, of_node, |id| u64::from(counted.takes(id)))
}

/// The most that any path from the entry collects of nodes and transitions.
fn longest(
    ground: &Ground<'_>,
    order: &[NodeId],
    most: u64,
    of_node: impl Fn(NodeId) -> u64,
    of_transition: impl Fn(TransitionId) -> u64,
) -> Verdict {
    let flow = ground.flow;
    // For each node the most from there on, and by which transition.
    let mut ahead: Table<NodeId, (u64, Option<TransitionId>)> = Table::filled((0, None), flow.nodes.len());
    for &node in order.iter().rev() {
        let ways =
            flow.out_ids(node).filter_map(|(id, one)| Some((ahead[one.to?].0 + of_transition(id), id)));
        // Of equal ones the first, and none where all collect nothing.
        let best =
            ways.filter(|&(more, _)| more > 0).reduce(|best, way| if way.0 > best.0 { way } else { best });
        ahead[node] = (of_node(node) + best.map_or(0, |(more, _)| more), best.map(|(_, id)| id));
    }
    let found = ahead[ground.entry].0;
    if found <= most {
        return Verdict::HOLDS;
    }
    let mut path = Path { nodes: vec![ground.entry], transitions: Vec::new() };
    let mut here = ground.entry;
    let mut so_far = of_node(here);
    let mut place = (so_far > most).then_some(here);
    while let Some(id) = ahead[here].1 {
        let Some(to) = path.take(ground.flow, id) else { break };
        so_far += of_transition(id) + of_node(to);
        place = place.or_else(|| (so_far > most).then_some(to));
        here = to;
    }
    Verdict::Violated(Violation {
        path: Some(path),
        place: place.map(|node| Place { node, transition: None }),
        at: vec![ground.entry],
        found: Some(found),
        ..Violation::default()
    })
}
