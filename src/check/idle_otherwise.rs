//! A branch without a condition beside branches that take every outcome of the node.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{Flow, Kind, NodeId, Origin};
use crate::source::Span;
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX224",
    area: Area::Branching,
    name: "rest-never-taken",
    severity: Severity::Warning,
    what: "A node of a declared kind, or an `answer`, has a branch for each of its outcomes, and a branch without a condition beside them.",
    why: "A branch without a condition takes what no other branch takes, and here nothing is left for it. Whoever reads the flow believes that calls go this way.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
kind lookup type "web_service" { outcome found, missing }
lookup account {
  on found -> desk
  on missing -> bye
  -> bye
}
agent desk "front_desk"
disconnect bye
notice -> account
"#,
        ),
        right: Example::Text(
            r#"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
kind lookup type "web_service" { outcome found, missing }
lookup account {
  on found -> desk
  -> bye
}
agent desk "front_desk"
disconnect bye
notice -> account
"#,
        ),
    },
};

/// How many branches a finding shows.
const SHOWN: usize = 5;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for (id, node) in flow.nodes.iter().filter(|(_, node)| !node.broken) {
        let is_answer = node.is(Kind::Answer) && !node.generic;
        let is_declared = node.declared_kind().is_some_and(|kind| !flow.kinds[kind].broken);
        if !is_answer && !is_declared {
            continue;
        }
        let Some((_, rest)) = flow.otherwise(id).filter(|(_, rest)| rest.origin == Origin::Written) else {
            continue;
        };
        let Some(taken) = taken(flow, id).filter(|_| !context.is_waived(&CODE, id)) else { continue };
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                rest.span,
                format!("no call takes this branch: `{}` has one for each outcome", display_id(&node.id)),
            )
            .here("nothing is left for it")
            .label_each(&taken, SHOWN, "taken here")
            .help("take it out, or take out the branches that lead to the same node"),
        );
    }
}

/// Where the outcomes of a node are taken, if all are.
fn taken(flow: &Flow, node: NodeId) -> Option<Vec<Span>> {
    let outcomes = flow.outcomes_of(node);
    let alternatives = || {
        flow.branches(node)
            .filter(|transition| !transition.raw)
            .flat_map(|transition| flow.alternatives(transition))
    };
    let place = |outcome: &&str| {
        alternatives().find(|one| flow.events[one.event].word() == *outcome).map(|one| one.span)
    };
    let places: Option<Vec<Span>> = outcomes.iter().map(place).collect();
    places.filter(|places| !places.is_empty())
}
