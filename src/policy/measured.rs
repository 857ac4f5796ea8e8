//! On which steps' times a verdict rests that depends on estimates.

use super::Waived;
use super::agent_calls::AgentCalls;
use super::path_graph::PathGraph;
use super::selection_index::Index;
use super::step_time::times_of;
use super::time::{TimeLimit, Times};
use crate::flow::policy::{Demand, Form, Rule};
use crate::flow::{Flow, NodeId};
use crate::speech::Voice;

/// The steps without an exact time that a `limit` of time measures, each as its node and its place in it, from 0. Where
/// calls can come back as often as they like, any step may count.
pub fn measured_steps(flow: &Flow, rule: &Rule, voice: Voice) -> Vec<(NodeId, usize)> {
    let Demand::Paths(Form::Time { most, from, to, extent }) = &rule.demand else { return Vec::new() };
    let agents = AgentCalls::new(flow);
    let Some(graph) = PathGraph::of(&agents) else { return Vec::new() };
    let index = Index::new(&graph);
    let times = times_of(&graph, voice);
    let steps = match &graph.order {
        None => (0..).zip(&times).filter(|(_, time)| !time.bounds.is_exact()).map(|(step, _)| step).collect(),
        Some(order) => {
            let (from, to) =
                (from.as_ref().map(|one| index.pick(one)), to.as_ref().map(|one| index.pick(one)));
            let (from, to) = (from.as_deref(), to.as_deref());
            let limit = TimeLimit { most: *most, from, to, extent: *extent, way: "" };
            let nobody = Waived::default();
            // A path takes more than no time as soon as one of them is on it.
            Times::new(&graph, order, &times, (to, extent.to_end)).open_steps(
                order,
                limit.starts(&graph, &nobody),
                0,
            )
        }
    };
    let placed = steps.into_iter().map(|step| {
        let node = graph.node_of(step);
        (graph.source_node(node), step - graph.steps_of(node).start)
    });
    let mut placed: Vec<(NodeId, usize)> = placed.collect();
    placed.sort_unstable();
    placed.dedup();
    placed
}
