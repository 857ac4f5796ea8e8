//! A text says something.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Mend, Page, Severity};
use crate::flow::{Directive, Text};
use crate::source::Span;
use crate::syntax::place::{item_at, take_out};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX404",
    name: "empty-text",
    severity: Severity::Warning,
    what: "A prompt, a queue, a mailbox, the flow's name or its description, or a test's name is empty, or the type or directive of a generic node or action.",
    why: "The caller would hear silence, or the platform would have no name to go by. An empty param is a common cause.",
    page: Page::Flows {
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
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let mut report = |span: Span, what: &str, help: &str, mend: Option<Mend>| {
        diagnostics.push(Diagnostic::new(&CODE, span, format!("{what} is empty")).here("nothing in it").help(help).mend(mend));
    };
    if let Some(name) = empty(flow.name.as_ref()) {
        report(name, "the flow's name", "write what the platform lists the flow under", None);
    }
    if let Some(description) = empty(flow.description.as_ref()) {
        let item = super::mends::tree(context, description.file).and_then(|ast| item_at(ast, description));
        let mend = item.map(|(_, item)| take_out("Take the description out", context.sources, item));
        let help = "write what the flow is for, or take the line out";
        report(description, "the description", help, mend);
    }
    for test in flow.tests.iter().filter(|test| test.name.trim().is_empty()) {
        report(test.span, "the test's name", "write what the call is about, in a few words", None);
    }
    for node in flow.nodes.rows() {
        if node.generic && !node.broken && node.type_.word().trim().is_empty() {
            report(node.kind_span, "the node's type", "write a type of the platform", None);
        }
        for action in &node.actions {
            if action.directive.word().trim().is_empty() {
                report(action.span, "the directive", "write a directive of the platform", None);
            }
            let (what, help) = match action.directive {
                Directive::Route | Directive::Schedule => ("the queue's name", "write the queue's name, or give the param a value"),
                Directive::Record => ("the mailbox", "write the mailbox, or give the param a value"),
                // Its options are taken as they are.
                Directive::Other(_) => continue,
                _ => ("the text", "write what the caller hears, or take it out"),
            };
            if let Some(text) = empty(action.text.as_ref()) {
                report(text, what, help, None);
            }
        }
    }
}

fn empty(text: Option<&Text>) -> Option<Span> {
    text.filter(|text| text.value.as_deref().is_some_and(|value| value.trim().is_empty())).map(|text| text.span)
}
