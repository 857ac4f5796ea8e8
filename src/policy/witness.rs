//! A path on which it can be seen that a rule is kept.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::agent_calls::AgentCalls;
use super::path_graph::PathGraph;
use super::selection::Occurrence;
use super::selection_index::Index;
use crate::flow::policy::{Form, Selector};
use crate::flow::{Alternative, Flow, NodeId, Transition};
use crate::graph::first_reached;

/// A path on which it can be seen that a rule is kept.
#[derive(Debug)]
pub struct Witness {
    /// The nodes of the path.
    pub path: Vec<NodeId>,
    /// The node on it that says or does what the rule asks for. `None` if the rule asks for nothing, but forbids or
    /// limits something.
    pub kept_by: Option<NodeId>,
}

/// A path with few transitions through what a rule speaks of: for `require A before B` to the nearest `B`,
/// which has `A` before it. `None` where the rule speaks of nothing that a call comes to, or of all paths alike.
pub fn witness(flow: &Flow, form: &Form<Selector>) -> Option<Witness> {
    let (first, then) = match form {
        Form::Require(one)
        | Form::OnEveryPath(one)
        | Form::Before { then: one, .. }
        | Form::ForbidBefore { then: one, .. }
        | Form::ForbidAfter { earlier: one, .. }
        | Form::Count(_, one) => (one, None),
        Form::After { later, earlier } => (earlier, Some(later)),
        Form::Reachable { goal, from, .. } => (from, Some(goal)),
        Form::Time { from: Some(from), to, .. } => (from, to.as_ref()),
        Form::Time { from: None, to: Some(to), .. } => (to, None),
        Form::Forbid(_) | Form::Retries(_) | Form::Depth(_) | Form::Time { from: None, to: None, .. } => {
            return None;
        }
    };
    let agents = AgentCalls::new(flow);
    let graph = PathGraph::of(&agents)?;
    let index = Index::new(&graph);
    let picked = |selector: &Selector| -> Vec<Occurrence> { index.pick(selector).reached(&graph).collect() };
    let nearest = picked(first).into_iter().min_by_key(|one| (graph.distance(one.node), one.node))?;
    let mut path = graph.path_to(nearest.node).nodes;
    if let Some(to) = nearest.transition().and_then(|id| graph.flow.transitions[id].to) {
        path.push(to);
    }
    let goals: Vec<NodeId> = then.map(picked).unwrap_or_default().iter().map(|one| one.node).collect();
    let here = path.last().copied()?;
    let on = match form {
        Form::Reachable { .. } => by_keys(graph.flow, here, &goals),
        _ => first_reached(graph.flow, here, |node| goals.contains(&node), |_| false)
            .map(|reached| reached.path),
    };
    path.extend(on.into_iter().flatten().skip(1));
    let kept_by = match form {
        Form::Require(_) | Form::OnEveryPath(_) => Some(nearest.node),
        Form::Before { first, .. } => {
            let firsts: FxHashSet<NodeId> = picked(first).into_iter().map(|one| one.node).collect();
            path.iter().rev().copied().find(|node| firsts.contains(node))
        }
        Form::After { .. } | Form::Reachable { .. } => {
            path.last().copied().filter(|node| goals.contains(node))
        }
        _ => None,
    };
    let source = |node| graph.source_node(node);
    Some(Witness { path: path.into_iter().map(source).collect(), kept_by: kept_by.map(source) })
}

/// A path with the fewest keys, and of those one with the fewest transitions, that the called party can choose:
/// silence, a wrong key and a failure are not theirs.
fn by_keys(flow: &Flow, from: NodeId, goals: &[NodeId]) -> Option<Vec<NodeId>> {
    let keys = |transition: &Transition| {
        let is_key = |one: &Alternative| flow.events[one.event].kind().is_entry();
        match transition.is_unconditional() {
            true => Some(0_u32),
            false => flow.alternatives(transition).iter().any(is_key).then_some(1),
        }
    };
    let mut before: FxHashMap<NodeId, NodeId> = FxHashMap::default();
    let mut done: FxHashSet<NodeId> = FxHashSet::default();
    let mut heap = BinaryHeap::from([Reverse((0_u32, 0_u32, from, from))]);
    while let Some(Reverse((pressed, length, node, previous))) = heap.pop() {
        if !done.insert(node) {
            continue;
        }
        before.insert(node, previous);
        if goals.contains(&node) {
            let way = std::iter::successors(Some(node), |&node| {
                before.get(&node).copied().filter(|&previous| previous != node)
            });
            let mut way: Vec<NodeId> = way.collect();
            way.reverse();
            return Some(way);
        }
        for transition in flow.out(node) {
            if let (Some(to), Some(more)) = (transition.to, keys(transition)) {
                heap.push(Reverse((pressed + more, length + 1, to, node)));
            }
        }
    }
    None
}
