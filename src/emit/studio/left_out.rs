//! What a script leaves out, since no action tells the outcome that leads there: the branch, and the nodes behind it to
//! which nothing else leads. The platform's syntax check would warn of each of their actions.

use super::codes::SAID_IN_PART;
use super::script::{Action, Branch};
use crate::diagnostics::{Diagnostic, Diagnostics, list_of, quote};
use crate::flow::{Flow, NodeId};
use crate::graph;
use crate::spelling::display_id;
use crate::table::Table;

/// A branch that no action takes, with where it leads.
pub struct Untold {
    pub finding: Diagnostic,
    pub to: Option<NodeId>,
}

/// Takes out the actions of nodes that calls reach in the flow and not in the script, and reports what is left out.
pub fn leave_out(
    flow: &Flow,
    actions: Vec<Action>,
    untold: Vec<Untold>,
    findings: &mut Diagnostics,
) -> Vec<Action> {
    // What is missing may be what leads there.
    if findings.has_errors() {
        untold.into_iter().for_each(|Untold { finding, .. }| findings.push(finding));
        return actions;
    }
    let in_flow = graph::reachable(flow, flow.entry);
    let is_reached = reached(&actions);
    let stays = |index: usize, action: &Action| {
        is_reached.get(index).copied().unwrap_or(true) || action.node.is_none_or(|node| !in_flow[node])
    };
    let mut is_heard = Table::filled(false, flow.nodes.len());
    let mut has_actions = Table::filled(false, flow.nodes.len());
    for (index, action) in actions.iter().enumerate() {
        if let Some(node) = action.node {
            has_actions[node] = true;
            is_heard[node] = is_heard[node] || stays(index, action);
        }
    }
    let is_gone = |node: NodeId| has_actions[node] && !is_heard[node];
    report(flow, untold, is_gone, findings);
    // Branches name actions by their places.
    let mut places: Vec<Option<usize>> = Vec::with_capacity(actions.len());
    let mut next = 0;
    for (index, action) in actions.iter().enumerate() {
        places.push(stays(index, action).then_some(next));
        next += usize::from(stays(index, action));
    }
    let place = |index: usize| places.get(index).copied().flatten();
    let kept = actions.into_iter().enumerate().filter(|(index, _)| place(*index).is_some());
    let moved = |(_, mut action): (usize, Action)| {
        let branches = std::mem::take(&mut action.branches).into_iter();
        action.branches =
            branches.filter_map(|branch| Some(Branch { to: place(branch.to)?, ..branch })).collect();
        action
    };
    kept.map(moved).collect()
}

/// The actions to which something leads from where scripts begin: BEGIN, and events of the platform.
fn reached(actions: &[Action]) -> Vec<bool> {
    let begins = |(index, action): (usize, &Action)| index == 0 || action.name.starts_with("ON");
    let mut is_reached: Vec<bool> = actions.iter().enumerate().map(begins).collect();
    let mut open: Vec<usize> =
        is_reached.iter().enumerate().filter(|(_, reached)| **reached).map(|(index, _)| index).collect();
    while let Some(at) = open.pop() {
        for branch in actions.get(at).into_iter().flat_map(|action| &action.branches) {
            if let Some(seen @ false) = is_reached.get_mut(branch.to) {
                *seen = true;
                open.push(branch.to);
            }
        }
    }
    is_reached
}

fn report(flow: &Flow, untold: Vec<Untold>, is_gone: impl Fn(NodeId) -> bool, findings: &mut Diagnostics) {
    // What follows a node that is left out, and only it, is left out with it.
    let mut is_told: Table<NodeId, bool> = Table::filled(false, flow.nodes.len());
    for Untold { mut finding, to } in untold {
        if let Some(node) = to.filter(|&node| is_gone(node)) {
            finding.message.push_str(&format!(
                "; nothing else leads to {}, which is left out with what only it leads to",
                quote(&display_id(&flow.nodes[node].id))
            ));
            is_told[node] = true;
        }
        findings.push(finding);
    }
    let mut open: Vec<NodeId> = flow.nodes.ids().filter(|&node| is_told[node]).collect();
    while let Some(node) = open.pop() {
        for to in flow.targets(node) {
            if is_gone(to) && !std::mem::replace(&mut is_told[to], true) {
                open.push(to);
            }
        }
    }
    let rest: Vec<NodeId> = flow.nodes.ids().filter(|&node| is_gone(node) && !is_told[node]).collect();
    let Some(&first) = rest.first() else { return };
    let names: Vec<String> = rest.iter().map(|&node| quote(&display_id(&flow.nodes[node].id))).collect();
    let message = format!("nothing in the script leads to {}", list_of(&names, "and"));
    findings
        .push(Diagnostic::new(&SAID_IN_PART, flow.nodes[first].name_span, message).here("left out").help(
        "the action before it does not tell the outcome; `--allow in-part-in-target` says that it is meant",
    ));
}
