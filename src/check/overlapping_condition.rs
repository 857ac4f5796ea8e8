//! At every node, each key and outcome must have one target.

use super::fixes::{incoming_count, tree};
use super::key_input::lacks_digits;
use super::unhandled_outcome::takes;
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::flow::{Alternative, EventId, Flow, Kind, NodeId, Origin, Outcome, Transition};
use crate::source::Span;
use crate::spelling::display_id;
use crate::syntax::ast::{Declaration, Statement};
use crate::syntax::place::{item_at, statement_at, take_out};
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX204",
    area: Area::Branching,
    name: "overlapping-condition",
    severity: Severity::Error,
    what: "Two transitions of a node take the same key or outcome, or a node has another unconditional transition or a key beside an unconditional one, which takes everything.",
    why: "It is not defined which of them the platform follows.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 for more, 2 to end" {
  on 1 -> more
  on 1 -> bye
  on timeout | invalid -> bye
}
play more "https://cdn.example.com/more.wav"
disconnect bye
notice -> menu
more -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 for more, 2 to end" {
  on 1 -> more
  on 2 -> bye
  on timeout | invalid -> bye
}
play more "https://cdn.example.com/more.wav"
disconnect bye
notice -> menu
more -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // For each event, the node that took it last, so that nothing needs clearing between nodes.
    let mut last_taken: Table<EventId, Option<(NodeId, Span, Option<NodeId>)>> =
        Table::filled(None, flow.events.len());
    // A `decide` asks in order, and its `else` takes what is left.
    let is_decide = |node: &NodeId| flow.nodes[*node].is(Kind::Decide) && !flow.nodes[*node].generic;
    for node in flow.nodes.ids().filter(|node| !is_decide(node)) {
        let out = flow.branches(node);
        let mut few = out.clone();
        if let (Some(only), None) = (few.next(), few.next())
            && flow.alternatives(only).len() < 2
        {
            continue;
        }
        // A transition to an unknown name is already reported, and its target may be another one.
        let unconditional = out
            .clone()
            .find(|transition| transition.is_unconditional() && transition.to.is_some())
            .filter(|_| flow.otherwise(node).is_none());
        if let Some(all) = unconditional {
            let is_beside = |other: &&Transition| {
                !std::ptr::eq(*other, all) && other.to.is_some() && !other.is_unconditional()
            };
            let beside: Vec<&Transition> = out.clone().filter(is_beside).collect();
            let collects = flow.nodes[node].is(Kind::Collect) && !flow.nodes[node].generic;
            if beside.len() > usize::from(!collects) {
                if !context.is_waived(&CODE, node) {
                    diagnostics.push(takes_everything(context, node, all, &beside));
                }
                continue;
            }
        }
        for transition in out {
            if let Some(all) = unconditional.filter(|all| !std::ptr::eq(*all, transition)) {
                if transition.to.is_none() {
                    continue;
                }
                if !context.is_waived(&CODE, node) {
                    diagnostics.push(beside_unconditional(context, node, all, transition));
                }
                continue;
            }
            for alternative in flow.alternatives(transition) {
                match last_taken[alternative.event] {
                    // An empty condition takes nothing.
                    _ if flow.events[alternative.event].raw().is_empty() => {}
                    // An unknown name is already reported, and may mean the other node.
                    Some((last, _, first))
                        if last == node && (first.is_none() || transition.to.is_none()) => {}
                    Some((last, _, _)) if last == node && context.is_waived(&CODE, node) => {}
                    Some((last, first, _)) if last == node => {
                        let fix = taken_out(context, transition, alternative);
                        diagnostics.push(twice(context, node, alternative, first).fix(fix));
                    }
                    _ => last_taken[alternative.event] = Some((node, alternative.span, transition.to)),
                }
            }
        }
    }
}

/// Takes out the alternative, or the whole branch if it has no other.
fn taken_out(context: &Context<'_>, transition: &Transition, alternative: &Alternative) -> Option<Fix> {
    let (flow, sources) = (context.flow, context.sources);
    let word = flow.events[alternative.event].word();
    // A range or a quoted condition has more alternatives than this one.
    if transition.origin != Origin::Written || transition.raw || sources.text(alternative.span) != word {
        return None;
    }
    if flow.alternatives(transition).iter().any(|other| other.span != alternative.span) {
        return Some(Fix::take_from_list(
            format!("Take the second `{word}` out"),
            sources,
            alternative.span,
            '|',
        ));
    }
    // Without this branch, its target would be unreachable.
    if transition.to.is_some_and(|to| incoming_count(context, to) < 2) {
        return None;
    }
    let (_, item) = item_at(tree(context, alternative.span.file)?, alternative.span)?;
    let title = "Take the second branch out";
    match &item.declaration {
        Declaration::Transition(chain) if chain.nodes.len() == 2 => Some(take_out(title, sources, item)),
        Declaration::Node(node) => match statement_at(node, alternative.span)? {
            Statement::Branch(branch) if branch.targets.len() == 1 => {
                Some(Fix::take_out(title, sources, branch.span))
            }
            _ => None,
        },
        _ => None,
    }
}

fn twice(context: &Context<'_>, node: NodeId, alternative: &Alternative, first: Span) -> Diagnostic {
    let flow = context.flow;
    let word = flow.events[alternative.event].word();
    let name = display_id(&flow.nodes[node].id);
    let diagnostic = Diagnostic::new(&CODE, alternative.span, format!("`{word}` at `{name}` is taken twice"))
        .here(format!("`{word}` again"));
    let help = "keep one of the two";
    if first == alternative.span {
        diagnostic.help(help)
    } else {
        diagnostic.label(first, "first taken here").help(help)
    }
}

/// Reports an unconditional transition beside several branches, at the unconditional one.
fn takes_everything(
    context: &Context<'_>,
    node: NodeId,
    all: &Transition,
    beside: &[&Transition],
) -> Diagnostic {
    let flow = context.flow;
    let span =
        |branch: &&Transition| flow.alternatives(branch).first().map_or(branch.span, |first| first.span);
    let places: Vec<Span> = beside.iter().map(span).collect();
    let name = display_id(&flow.nodes[node].id);
    let is_in_chain = !is_alone(context, all.span);
    let help = match unhandled(flow, node) {
        _ if is_in_chain => format!(
            "end the chain at `{name}`, whose branches say where the call goes, or write when this one is taken"
        ),
        Some(outcomes) => {
            format!("beside keys, name what is left: write `on {outcomes} -> {}`", target(context, all))
        }
        None => "every outcome has a branch: take this one out, or write when it is taken".to_owned(),
    };
    Diagnostic::new(&CODE, all.span, format!("an unconditional transition of `{name}` takes everything"))
        .here("this is always taken")
        .label_each(&places, BRANCHES_SHOWN, "never taken")
        .help(help)
}

/// The outcomes that a menu has to take and no branch of it takes, as they are written.
fn unhandled(flow: &Flow, node: NodeId) -> Option<String> {
    let row = &flow.nodes[node];
    let entered = (row.takes_digits() || lacks_digits(row)).then_some(Outcome::Entered);
    let left =
        entered.iter().chain(row.kind()?.usual_outcomes()).filter(|outcome| !takes(flow, node, **outcome));
    let left: Vec<&str> = left.map(|outcome| outcome.word()).collect();
    (!left.is_empty()).then(|| left.join(" | "))
}

/// The node that a transition leads to, as it is written.
fn target(context: &Context<'_>, transition: &Transition) -> String {
    transition.to.map_or_else(|| "NODE".to_owned(), |to| display_id(&context.flow.nodes[to].id))
}

/// Whether the transition at a place is the only one of its statement.
fn is_alone(context: &Context<'_>, at: Span) -> bool {
    let Some((_, item)) = tree(context, at.file).and_then(|ast| item_at(ast, at)) else { return false };
    match &item.declaration {
        Declaration::Transition(chain) => chain.nodes.len() == 2,
        Declaration::Node(node) => {
            let statement = statement_at(node, at);
            matches!(statement, Some(Statement::Branch(branch)) if branch.targets.len() == 1)
        }
        _ => false,
    }
}

/// How many of the other branches a finding shows.
const BRANCHES_SHOWN: usize = 4;

fn beside_unconditional(
    context: &Context<'_>,
    node: NodeId,
    all: &Transition,
    transition: &Transition,
) -> Diagnostic {
    let flow = context.flow;
    let name = display_id(&flow.nodes[node].id);
    let (message, help) = if transition.is_unconditional() {
        (format!("`{name}` has two unconditional transitions"), "keep one of them, or give both a condition")
    } else {
        (
            format!("an unconditional transition of `{name}` takes everything"),
            "give the unconditional one a condition, or take this one out",
        )
    };
    let span = flow.alternatives(transition).first().map_or(transition.span, |alternative| alternative.span);
    Diagnostic::new(&CODE, span, message)
        .here("never taken")
        .label(all.span, "this is always taken")
        .help(help)
}
