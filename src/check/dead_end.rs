//! A node that does not end the call must lead somewhere.

use std::cell::LazyCell;

use rustc_hash::FxHashSet;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{EventKind, Flow, Kind, NodeId, Outcome};
use crate::source::Span;
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX201",
    area: Area::Branching,
    name: "dead-end",
    severity: Severity::Error,
    what: "A node does not end the call, as `agent`, `callback`, `voicemail` and `disconnect` do, and no transition leads out of it; or it only has transitions for failures, such as `failed` and `busy`, and none for a call that goes well.",
    why: "The called party would sit in silence until somebody hangs up.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play offer "https://cdn.example.com/offer.wav"
notice -> offer
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
    // Where another instance of a node goes on, a branch in their file would lead that one elsewhere.
    let goes_on_elsewhere = LazyCell::new(|| -> FxHashSet<Span> {
        let leaving = flow.nodes.iter().filter(|(id, _)| !flow.out(*id).is_empty());
        leaving.map(|(_, node)| node.name_span).collect()
    });
    for (id, node) in flow.nodes.iter() {
        // What a declared kind has to take is asked of its outcomes.
        let has_outcomes = node.declared.is_some_and(|declared| declared.has_outcomes);
        if node.ends_call || node.broken || has_outcomes {
            continue;
        }
        if !flow.out(id).is_empty() {
            if !node.is(Kind::Collect)
                && !node.is(Kind::Answer)
                && leaves_only_on_failure(flow, id)
                && !context.is_waived(&CODE, id)
            {
                diagnostics.push(only_failures(context, id));
            }
            continue;
        }
        if context.is_waived(&CODE, id) {
            continue;
        }
        let name = display_id(&node.id);
        let help = match node.kind() {
            Some(Kind::Collect) => {
                format!("write `{name} -> NODE on 1` for each key and `{name} -> NODE on timeout | invalid`")
            }
            Some(Kind::Answer) => {
                format!("write `{name} -> NODE on human`, and so on for `machine` and `unknown`")
            }
            None if node.declared.is_some() => {
                format!(
                    "write `{name} -> NODE`, or `ends` in the declaration of its kind if the call ends there"
                )
            }
            Some(Kind::Decide) => {
                format!("write `decide {name} {{ when NAME = VALUE -> NODE; else -> NODE }}`")
            }
            None => format!("write `{name} -> NODE`, or `ends` after its type if the call ends there"),
            Some(_) => format!("write `{name} -> NODE`, or make it an end, such as `disconnect {name}`"),
        };
        let continues = matches!(node.kind(), Some(Kind::Play | Kind::Disclosure))
            && !goes_on_elsewhere.contains(&node.name_span);
        let fix = continues.then(|| super::fixes::branch(context, id, "")).flatten();
        diagnostics.push(
            Diagnostic::new(&CODE, node.name_span, format!("the call goes nowhere after `{name}`"))
                .here("no transition leads out of it, and it does not end the call")
                .help(help)
                .fix(fix),
        );
    }
}

/// Whether a call leaves a node only if something goes wrong there.
fn leaves_only_on_failure(flow: &Flow, node: NodeId) -> bool {
    let is_failure = |event| {
        matches!(
            flow.events[event].kind(),
            EventKind::Outcome(Outcome::Failed | Outcome::Busy | Outcome::NoAnswer)
        )
    };
    flow.out(node).iter().all(|transition| {
        let alternatives = flow.alternatives(transition);
        !alternatives.is_empty() && alternatives.iter().all(|alternative| is_failure(alternative.event))
    })
}

fn only_failures(context: &Context<'_>, id: NodeId) -> Diagnostic {
    let flow = context.flow;
    let node = &flow.nodes[id];
    let name = display_id(&node.id);
    let conditions: Vec<String> =
        flow.out(id).iter().filter_map(|transition| flow.written_condition(transition)).collect();
    let help = if node.generic {
        format!("write `ends` after its type if the call ends there, otherwise `{name} -> NODE`")
    } else {
        format!("write `{name} -> NODE`")
    };
    Diagnostic::new(
        &CODE,
        node.name_span,
        format!("the call goes nowhere after `{name}` if all goes well there"),
    )
    .here(format!("the call leaves it only on `{}`, and it does not end the call", conditions.join(" | ")))
    .help(help)
}
