//! A node that collects keys must handle silence and wrong keys.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, list_of};
use crate::flow::{EventKind, Flow, Kind, NodeId, Outcome, Transition};
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

pub static CODE: Code = Code {
    id: "CX205",
    area: Area::Branching,
    name: "unhandled-outcome",
    severity: Severity::Error,
    what: "A node collects keys, but does not say where the call goes on `timeout` or `invalid`; or a node of a declared kind does not say where it goes on one of the kind's outcomes, and has no branch without a condition.",
    why: "Some people press nothing, and some press a wrong key. One `every collect on timeout | invalid -> NODE` covers all menus.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for (id, node) in flow.nodes.iter() {
        let out = flow.out(id);
        if !node.is(Kind::Collect)
            || node.broken
            || out.is_empty()
            || out.iter().any(|transition| transition.is_unconditional())
        {
            continue;
        }
        // An unknown outcome is already reported, and may be the one that is missing here.
        let is_unknown = |transition: &Transition| {
            !transition.raw
                && flow.alternatives(transition).iter().any(|alternative| {
                    matches!(flow.events[alternative.event].kind(), EventKind::Declared | EventKind::Raw)
                })
        };
        if !node.generic && out.iter().any(is_unknown) {
            continue;
        }
        // A key in place of `entered` has a finding of its own.
        let takes_key = || {
            let mut alternatives = out.iter().flat_map(|transition| flow.alternatives(transition));
            alternatives.any(|alternative| flow.events[alternative.event].kind() == EventKind::Key)
        };
        let entered = (node.takes_digits() && (node.generic || !takes_key())).then_some(Outcome::Entered);
        let missing: Vec<&str> = entered
            .iter()
            .chain(&[Outcome::Timeout, Outcome::Invalid])
            .filter(|&&outcome| !takes(flow, id, outcome))
            .map(|outcome| outcome.word())
            .collect();
        if missing.is_empty() || takes_unknown(flow, id) || context.is_waived(&CODE, id) {
            continue;
        }
        let name = display_id(&node.id);
        let quoted: Vec<String> = missing.iter().map(|word| format!("`{word}`")).collect();
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                node.name_span,
                format!("`{name}` does not handle {}", list_of(&quoted, "and")),
            )
            .here("where does the call go then?")
            .help(format!(
                "add `on {} -> NODE`, or `every collect on timeout | invalid -> NODE` for all menus",
                missing.join(" | ")
            ))
            .fix(super::fixes::branch(context, id, &missing.join(" | "))),
        );
    }
}

/// Whether a transition of the node takes a word that is not an outcome of its kind, or a key where none are
/// collected: that is already reported, and most probably means an outcome that is missing.
pub fn takes_unknown(flow: &Flow, node: NodeId) -> bool {
    let no_keys = flow.nodes[node].is(Kind::Answer);
    let has = |outcome| flow.nodes[node].kind().is_none_or(|kind| kind.outcomes().contains(&outcome));
    let is_unknown = |event| match flow.events[event].kind() {
        EventKind::Declared | EventKind::Raw => true,
        EventKind::Key => no_keys,
        EventKind::Outcome(outcome) => !has(outcome),
        EventKind::Comparison(_) => false,
    };
    let unknown = |transition: &Transition| {
        !transition.raw
            && flow.alternatives(transition).iter().any(|alternative| is_unknown(alternative.event))
    };
    !flow.nodes[node].generic && flow.out(node).iter().any(unknown)
}

/// Whether a transition of the node takes an outcome.
pub fn takes(flow: &Flow, node: NodeId, outcome: Outcome) -> bool {
    let is_taken = |event| flow.events[event].kind() == EventKind::Outcome(outcome);
    flow.out(node)
        .iter()
        .any(|transition| flow.alternatives(transition).iter().any(|alternative| is_taken(alternative.event)))
}
