//! Every node must be reachable.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{NodeId, NodeType, Transition};
use crate::graph::components;
use crate::source::Span;
use crate::spelling::display_id;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX202",
    area: Area::Branching,
    name: "unreachable-node",
    severity: Severity::Error,
    what: "No path from the entry reaches the node. The finding is at each node that nothing leads to, and at one node of each cycle that nothing leads into. Its labels show the nodes that are only reached from there.",
    why: "Either a transition was forgotten, or the node is a leftover that somebody will take for a live branch.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play offer "https://cdn.example.com/offer.wav"
disconnect bye
notice -> bye
offer -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play offer "https://cdn.example.com/offer.wav"
disconnect bye
notice -> offer -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let lost = |node: NodeId| !context.reachable[node];
    if context.entry.is_none() || !flow.nodes.ids().any(lost) {
        return;
    }
    // An unknown target without a similar name may mean any of them.
    let is_broken = |transition: &&Transition| transition.to.is_none() && !lost(transition.from);
    let broken = flow.transitions.rows().iter().filter(is_broken).count();
    if broken > flow.assumed_reachable.len() {
        return;
    }
    let parts = components(flow, lost, |_| true);
    let mut part_of: Table<NodeId, usize> = Table::filled(usize::MAX, flow.nodes.len());
    for (index, part) in parts.iter().enumerate() {
        for &node in &part.nodes {
            part_of[node] = index;
        }
    }
    let mut follows = vec![false; parts.len()];
    for transition in flow.transitions.rows().iter().filter(|transition| lost(transition.from)) {
        if let Some(to) = transition.to.filter(|&to| lost(to) && part_of[to] != part_of[transition.from])
            && let Some(follows) = follows.get_mut(part_of[to])
        {
            *follows = true;
        }
    }
    let mut first: Vec<(NodeId, bool)> = parts
        .iter()
        .zip(&follows)
        .filter(|&(_, &follows)| !follows)
        .filter_map(|(part, _)| Some((*part.nodes.first()?, part.circular)))
        .collect();
    first.sort_unstable();
    let mut labelled = Table::filled(false, flow.nodes.len());
    for (node, circular) in first {
        // An exit that nothing leads to has a rule of its own.
        if context.is_waived(&CODE, node) || flow.nodes[node].type_ == NodeType::Exit {
            continue;
        }
        diagnostics.push(report(context, node, circular, &mut labelled));
    }
}

fn report(
    context: &Context<'_>,
    node: NodeId,
    circular: bool,
    labelled: &mut Table<NodeId, bool>,
) -> Diagnostic {
    let flow = context.flow;
    // A node that several lost ones lead to is labelled only in the finding of the first.
    let mut behind: Vec<Span> = Vec::new();
    let mut stack = vec![node];
    labelled[node] = true;
    while let Some(next) = stack.pop() {
        for to in flow.targets(next) {
            if !context.reachable[to] && !std::mem::replace(&mut labelled[to], true) {
                behind.push(flow.nodes[to].name_span);
                stack.push(to);
            }
        }
    }
    behind.sort_unstable();
    let name = display_id(&flow.nodes[node].id);
    let message = if circular {
        format!("no call reaches `{name}`, which is only reached from itself")
    } else {
        format!("no call reaches `{name}`")
    };
    Diagnostic::new(&CODE, flow.nodes[node].name_span, message)
        .here(if circular { "nothing leads into this cycle" } else { "nothing leads here" })
        .label_each(&behind, 6, "only reached from there")
        .help(format!("add a transition to it, such as `NODE -> {name}`, or take it out"))
}
