//! A queue, a mailbox and whatever else the platform acts on has a value.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{Directive, Node, Text};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX118",
    area: Area::Declaration,
    name: "empty-value",
    severity: Severity::Error,
    what: "The flow's name, a queue, a mailbox, the type of a `node … type`, a directive, or a directive's text or URL is empty after all insertions: it holds nothing, only white space, or only invisible characters. A param that is set to nothing is a common cause.",
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
    let mut report = |node: &Node, span, what: &str, write: &str| {
        let given = context.flow.given.of(node, span);
        // Without a literal of its own it comes from elsewhere.
        let inserts = given.is_empty() && sources.text(span).contains("${");
        let help = match inserts {
            true => format!(
                "{write}; what it inserts is empty: see its `let`, or the param's default, `--set` and `cxflow.toml`"
            ),
            false => write.to_owned(),
        };
        diagnostics.push(
            Diagnostic::new(&CODE, span, format!("{what} is empty"))
                .here("nothing in it")
                .help(help)
                .given(given),
        );
    };
    for node in context.flow.nodes.rows() {
        if node.generic && !node.broken && crate::spelling::is_blank(node.type_.word()) {
            report(node, node.kind_span, "the node's type", "write a type that the platform knows");
        }
        for action in &node.actions {
            let blank =
                |text: &Option<Text>| text.as_ref().filter(|text| text.is_blank()).map(|text| text.span);
            let (what, help) = match &action.directive {
                Directive::Route | Directive::Schedule => ("the queue's name", "write the queue's name"),
                Directive::Record => ("the mailbox", "write the mailbox"),
                Directive::Other(word) if crate::spelling::is_blank(word) => {
                    report(node, action.span, "the directive", "write a directive that the platform knows");
                    continue;
                }
                Directive::Other(_) => {
                    if let Some(media) = blank(&action.media) {
                        report(
                            node,
                            media,
                            "the `media` of an `action`",
                            "write its URL, or take the option out",
                        );
                    }
                    (
                        "the `text` of an `action`",
                        "write the text that the directive takes, or take the option out",
                    )
                }
                _ => continue,
            };
            if let Some(text) = blank(&action.text) {
                report(node, text, what, help);
            }
        }
    }
}
