//! An end node may branch only on its outcomes.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{Alternative, EventKind, Origin};
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX206",
    area: Area::Branching,
    name: "transition-from-end",
    severity: Severity::Error,
    what: "A node that ends the call (agent, callback, voicemail, disconnect) has an unconditional transition or one on a key.",
    why: "The call has left the flow there. Only an outcome of the handover can lead on: `busy`, `no_answer`, `timeout`, `failed`.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> sales -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> sales
sales -> bye on no_answer | failed
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for every in flow.everys.iter().filter(|every| every.kind.ends_call(flow)) {
        let key = every
            .alternatives
            .iter()
            .any(|alternative| flow.events[alternative.event].kind() == EventKind::Key);
        if key || every.alternatives.is_empty() {
            let word = every.kind.word(flow);
            diagnostics.push(
                Diagnostic::new(&CODE, every.condition_span, format!("the call ends at every `{word}` node"))
                    .here(if key { "the flow receives no keys there" } else { "never reached" })
                    .help("write an outcome: `busy`, `no_answer`, `timeout` or `failed`"),
            );
        }
    }
    for transition in flow.transitions.rows() {
        let node = &flow.nodes[transition.from];
        // An unknown name is already reported.
        if !node.ends_call
            || transition.origin != Origin::Written
            || transition.to.is_none()
            || transition.is_else()
        {
            continue;
        }
        let is_key = |alternative: &&Alternative| flow.events[alternative.event].kind() == EventKind::Key;
        let key = flow.alternatives(transition).iter().find(is_key);
        let (span, label, help) = match key {
            Some(key) => (
                key.span,
                "the flow receives no keys there",
                "write an outcome: `busy`, `no_answer`, `timeout` or `failed`".to_owned(),
            ),
            // The plain arrow of a declared kind takes the outcomes that no other branch takes.
            None if node.declared.is_some_and(|declared| declared.has_outcomes) => continue,
            None if transition.is_unconditional() => {
                let name = display_id(&node.id);
                (
                    transition.span,
                    "never reached",
                    format!(
                        "take the transition out, or write when it is taken: `{name} -> NODE on no_answer | failed`"
                    ),
                )
            }
            None => continue,
        };
        if context.is_waived(&CODE, transition.from) {
            continue;
        }
        diagnostics.push(
            Diagnostic::new(&CODE, span, format!("the call ends at `{}`", display_id(&node.id)))
                .here(label)
                .label(node.name_span, format!("this {} ends the call", node.type_.word()))
                .help(help),
        );
    }
}
