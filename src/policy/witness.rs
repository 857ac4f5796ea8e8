//! A path on which it can be seen that a rule is kept.

use super::path_graph::PathGraph;
use super::selection::{Index, Occurrence};
use crate::flow::policy::{Form, Selector};
use crate::flow::{Flow, NodeId};
use crate::graph::first_reached;

/// A path with few transitions through what a rule speaks of: for `require A before B` to the nearest `B`,
/// which has `A` before it. `None` where the rule speaks of nothing that a call comes to, or of all paths alike.
pub fn witness(flow: &Flow, form: &Form<Selector>) -> Option<Vec<NodeId>> {
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
    let graph = PathGraph::new(flow)?;
    let index = Index::new(&graph);
    let picked = |selector: &Selector| -> Vec<Occurrence> { index.pick(selector).reached(&graph).collect() };
    let nearest = picked(first).into_iter().min_by_key(|one| (graph.distance(one.node), one.node))?;
    let mut path = graph.path_to(nearest.node).nodes;
    if let Some(to) = nearest.transition().and_then(|id| graph.flow.transitions[id].to) {
        path.push(to);
    }
    let goals: Vec<NodeId> = then.map(picked).unwrap_or_default().iter().map(|one| one.node).collect();
    let here = path.last().copied()?;
    let on = first_reached(graph.flow, here, |node| goals.contains(&node), |_| false);
    path.extend(on.into_iter().flat_map(|reached| reached.path.into_iter().skip(1)));
    Some(path.into_iter().map(|node| graph.source_node(node)).collect())
}
