//! A call returns to a node that it has left only where `again` says how often.

use rustc_hash::FxHashSet;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{NodeId, Transition};
use crate::graph::{Component, components, shortest_cycle, topological_order_without};
use crate::source::Span;
use crate::spelling::display_id;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX203",
    area: Area::Branching,
    name: "cycle",
    severity: Severity::Error,
    what: "Transitions lead back to a node that the call has already passed, and none of them has an `again` that says how often. Cycles that share a node are reported together, with the shortest of them and the names of all their nodes.",
    why: "The call might never end, and nothing can be proved about all its paths. To repeat a prompt, use `retries`. To lead back a few times, write `again 2 else NODE` after the target: the third time the call goes to that node.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on, 9 to hear this again" {
  on 1 -> bye
  on 9 -> menu
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on, 9 to hear this again" retries 2 {
  on 1 -> bye
  on 9 -> menu again 2 else bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

/// At how many nodes of a component the search for a short cycle starts. The limit keeps it linear.
const STARTS: usize = 32;

/// What stays circular without the nodes at which a cycle is waived.
fn not_waived(context: &Context<'_>, circular: Vec<Component>) -> Vec<Component> {
    let mut left: Table<NodeId, bool> = Table::filled(false, context.flow.nodes.len());
    let mut is_any_waived = false;
    for &node in circular.iter().flat_map(|component| &component.nodes) {
        left[node] = !context.is_waived(&CODE, node);
        is_any_waived |= !left[node];
    }
    if !is_any_waived {
        return circular;
    }
    components(context.flow, |node| left[node], is_unbounded)
        .into_iter()
        .filter(|component| component.circular)
        .collect()
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if topological_order_without(flow, Transition::is_bounded).is_some() {
        return;
    }
    let mut number: Table<NodeId, usize> = Table::filled(usize::MAX, flow.nodes.len());
    let mut scratch = Table::filled(None, flow.nodes.len());
    let circular: Vec<Component> =
        components(flow, |_| true, is_unbounded).into_iter().filter(|component| component.circular).collect();
    let circular = not_waived(context, circular);
    for (index, component) in circular.iter().enumerate() {
        for &node in &component.nodes {
            number[node] = index;
        }
    }
    for (index, component) in circular.iter().enumerate() {
        let cycle = component
            .nodes
            .iter()
            .take(STARTS)
            .filter_map(|&start| {
                shortest_cycle(flow, start, |node| number[node] == index, is_unbounded, &mut scratch)
            })
            .min_by_key(Vec::len);
        if let Some(cycle) = cycle {
            report(context, component, &cycle).into_iter().for_each(|finding| diagnostics.push(finding));
        }
    }
}

fn is_unbounded(transition: &Transition) -> bool {
    !transition.is_bounded()
}

fn report(context: &Context<'_>, component: &Component, cycle: &[NodeId]) -> Option<Diagnostic> {
    let flow = context.flow;
    // Begin at the node that is declared first, so that the finding is at the transition that leads back. A library lies
    // behind the file that includes it.
    let nodes = cycle.split_last().map_or(cycle, |(_, nodes)| nodes);
    let leaves = |node: &NodeId| {
        flow.out(*node).iter().any(|one| flow.exit_bindings.contains_key(&(one.from, one.span)))
    };
    let is_through_exit = nodes.iter().any(leaves);
    let order = |node: NodeId| (is_through_exit.then(|| flow.nodes[node].name_span.file), node);
    let first = nodes.iter().enumerate().min_by_key(|(_, node)| order(**node)).map_or(0, |(at, _)| at);
    let mut path: Vec<NodeId> = nodes.iter().cycle().skip(first).take(nodes.len()).copied().collect();
    path.extend(path.first().copied());

    let step = |pair: &[NodeId]| match *pair {
        [from, to] => {
            flow.out(from).iter().find(|transition| transition.to == Some(to) && is_unbounded(transition))
        }
        _ => None,
    };
    let taken: Vec<&Transition> = path.windows(2).filter_map(step).collect();
    let mut bindings: Vec<Span> = taken
        .iter()
        .filter_map(|transition| flow.exit_bindings.get(&(transition.from, transition.span)).copied())
        .collect();
    bindings.dedup();
    // A transition to an exit names that, and not the node behind it.
    let is_of_exit =
        taken.last().is_some_and(|last| flow.exit_bindings.contains_key(&(last.from, last.span)));
    let has_else = taken.iter().any(|transition| transition.is_else());
    let is_else_back = taken.last().is_some_and(|last| last.is_else());
    let mut steps: Vec<Span> = taken.iter().map(|transition| transition.span).collect();
    let (mut back, start) = (steps.pop()?, flow.nodes.find(*path.first()?)?);
    let name = display_id(&start.id);
    let mut target = if is_of_exit { context.sources.text(back).to_owned() } else { name.clone() };
    // What an exit leads to, the include says.
    let binding = taken.last().and_then(|last| flow.exit_bindings.get(&(last.from, last.span)));
    if let Some(&binding) = binding.filter(|_| is_of_exit) {
        steps.push(back);
        bindings.retain(|&other| other != binding);
        target = format!("{target} -> {}", context.sources.text(binding));
        back = binding;
    }
    let mut diagnostic =
        Diagnostic::new(&CODE, back, format!("these transitions form a cycle: {}", flow.path(&path)))
            .here(format!("leads back to `{name}`"))
            .label_each(&steps, 5, "leads on")
            .label_each(&bindings, 5, "the exit is bound to this node")
            .help(if is_else_back && is_of_exit {
                "an `else` leads to this exit, and is not bounded: bind the exit to a node outside of the cycle".to_owned()
            } else if is_else_back {
                "an `else` is not bounded: lead it to a node outside of the cycle".to_owned()
            } else if has_else {
                format!("an `else` is not bounded: lead it out of the cycle, or write `{target} again 2 else NODE` here, too")
            } else {
                format!("to repeat a prompt, use `retries`; to lead back at most twice, write `{target} again 2 else NODE`")
            });
    let on_path: FxHashSet<NodeId> = path.iter().copied().collect();
    let others: Vec<NodeId> =
        component.nodes.iter().filter(|node| !on_path.contains(node)).copied().collect();
    if !others.is_empty() {
        const NAMED: usize = 100;
        let mut names: Vec<String> = others
            .iter()
            .take(NAMED)
            .map(|&node| format!("`{}`", display_id(&flow.nodes[node].id)))
            .collect();
        if others.len() > NAMED {
            names.push(format!("{} more", others.len() - NAMED));
        }
        diagnostic = diagnostic.note(format!("these nodes are in the same cycles: {}", names.join(", ")));
    }
    Some(diagnostic)
}
