//! A text says something.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Severity};
use crate::flow::{Directive, Text};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX404",
    name: "empty-text",
    severity: Severity::Warning,
    what: "A prompt, a queue, a mailbox, the flow's name or its description is empty.",
    why: "The caller would hear silence, or the platform would have no name to go by. An empty param is a common cause.",
    wrong: Example::Text(
        r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales ""
notice -> sales
"#,
    ),
    right: Example::Text(
        r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
notice -> sales
"#,
    ),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let mut look = |text: Option<&Text>, what: &str, help: &str| {
        let Some(text) = text.filter(|text| text.value.as_deref().is_some_and(|value| value.trim().is_empty())) else { return };
        diagnostics.push(Diagnostic::new(&CODE, text.span, format!("{what} is empty")).here("nothing in it").help(help));
    };
    look(flow.name.as_ref(), "the flow's name", "write what the platform lists the flow under");
    look(flow.description.as_ref(), "the description", "write what the flow is for, or take the line out");
    for node in flow.nodes.rows() {
        for action in &node.actions {
            let (what, help) = match action.directive {
                Directive::Route | Directive::Schedule => ("the queue's name", "write the queue's name, or give the param a value"),
                Directive::Record => ("the mailbox", "write the mailbox, or give the param a value"),
                _ => ("the text", "write what the caller hears, or take it out"),
            };
            look(action.text.as_ref(), what, help);
        }
    }
}
