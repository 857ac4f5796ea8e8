//! A queue, a mailbox and anything else that the platform acts on must have a value.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::flow::{Action, Directive, Node, Text};
use crate::spelling::{is_blank, is_empty_value};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX118",
    area: Area::Declaration,
    name: "empty-value",
    severity: Severity::Error,
    what: "The flow's name, a queue, a mailbox, the type of a `node … type`, a directive, or a directive's text or URL is empty after all insertions: it holds nothing, only white space, or only invisible characters. A queue, a mailbox or a type is also empty if it holds only quotes or dashes, or is the word `null`. A param that is set to nothing is a common cause.",
    why: "The field would be left out of the payload, and the platform would route the call nowhere. It refuses a flow without a name.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
param queue = ""
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let sources = context.sources;
    if let Some(name) = context.flow.name.as_ref().filter(|name| name.is_blank()) {
        let help = "write the name that the platform lists the flow under";
        diagnostics.push(
            Diagnostic::new(&CODE, name.span, "the flow's name is empty").here("nothing in it").help(help),
        );
    }
    let mut report = |node: &Node, span, value: &str, what: &str, write: &str| {
        let given = context.flow.given.of(node, span);
        // Whether the value comes from a `let` or a param without a literal to point at.
        let inserts = given.is_empty() && sources.text(span).contains("${");
        let nothing = if is_blank(value) { "empty" } else { "no name" };
        let help = match inserts {
            true => format!(
                "{write}; the inserted value is {nothing}: see its `let`, or the param's default, `--set` and `cxflow.toml`"
            ),
            false => write.to_owned(),
        };
        let (message, here) = match is_blank(value) {
            true => (format!("{what} is empty"), "nothing in it"),
            false => (format!("{what} is {}, which names nothing", quote(value)), "no name"),
        };
        diagnostics.push(Diagnostic::new(&CODE, span, message).here(here).help(help).given(given));
    };
    for node in context.flow.nodes.rows() {
        let word = node.type_.word();
        if node.generic && node.declared.is_none() && !node.broken && is_empty_value(word) {
            report(node, node.kind_span, word, "the node's type", "write a type that the platform knows");
        }
        // A declared kind without a type is reported where it is declared.
        let is_declared = |action: &Action| node.declared.is_some() && action.span == node.kind_span;
        for action in node.actions.iter().filter(|action| !is_declared(action)) {
            let (what, help, text) = match &action.directive {
                Directive::Route | Directive::Schedule => {
                    ("the queue's name", "write the queue's name", names_nothing(&action.text))
                }
                Directive::Record => ("the mailbox", "write the mailbox", names_nothing(&action.text)),
                Directive::Other(word) if is_empty_value(word) => {
                    report(
                        node,
                        action.span,
                        word,
                        "the directive",
                        "write a directive that the platform knows",
                    );
                    continue;
                }
                Directive::Other(_) => {
                    if let Some(media) = blank(&action.media) {
                        report(
                            node,
                            media.span,
                            "",
                            "the `media` of an `action`",
                            "write its URL, or take the option out",
                        );
                    }
                    (
                        "the `text` of an `action`",
                        "write the text that the directive takes, or take the option out",
                        // Only the platform knows what the directive does with other texts.
                        blank(&action.text),
                    )
                }
                _ => continue,
            };
            if let Some(text) = text {
                report(node, text.span, text.value.as_deref().unwrap_or_default(), what, help);
            }
        }
    }
}

fn blank(text: &Option<Text>) -> Option<&Text> {
    text.as_ref().filter(|text| text.is_blank())
}

fn names_nothing(text: &Option<Text>) -> Option<&Text> {
    text.as_ref().filter(|text| !text.placeholders && text.value.as_deref().is_some_and(is_empty_value))
}
