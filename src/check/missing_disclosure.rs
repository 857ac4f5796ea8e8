//! baseline/disclosure: some call hears a disclosure.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::Kind;
use crate::source::Span;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

pub static CODE: Code = Code {
    id: "CX302",
    name: "missing-disclosure",
    severity: Severity::Error,
    what: "No path from the entry reaches a `disclosure` node (baseline/disclosure).",
    why: "Outbound campaigns have to say who calls and why; the platform refuses a flow that never does.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry hello
play hello "https://cdn.example.com/hello.wav"
disconnect bye
hello -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry hello
play hello "https://cdn.example.com/hello.wav"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
hello -> notice -> bye
"#,
        ),
    },
};

/// Whether a call can reach a disclosure.
pub fn is_disclosed(context: &Context<'_>) -> bool {
    context.flow.nodes.iter().any(|(id, node)| node.is(Kind::Disclosure) && context.reachable[id])
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // A misspelt name may have meant the disclosure.
    let lost = flow.transitions.rows().iter().any(|transition| transition.to.is_none());
    let Some(entry) = context.entry.filter(|_| !lost && !is_disclosed(context)) else { return };
    let unreached: Vec<Span> = flow.nodes.rows().iter().filter(|node| node.is(Kind::Disclosure)).map(|node| node.name_span).collect();
    let help = if unreached.is_empty() {
        "add one, as in `disclosure notice \"https://…\"`, on the way from the entry to the agents"
    } else {
        "add a transition to the disclosure that is there"
    };
    diagnostics.push(
        Diagnostic::new(&CODE, flow.nodes[entry].name_span, "no caller ever hears a disclosure")
            .here("the call begins here")
            .label_each(&unreached, 3, "not reached from the entry")
            .help(help),
    );
}
