//! A text must not be empty.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::flow::{Directive, Text};
use crate::source::Span;
use crate::spelling::is_blank;
use crate::syntax::place::{item_at, take_out};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX404",
    area: Area::Lint,
    name: "empty-text",
    severity: Severity::Warning,
    what: "A prompt or another spoken text, the flow's description, or a test's name is empty, or holds only characters that cannot be seen or heard.",
    why: "The called party would hear silence, or the platform would list the flow without a name. An empty param is a common cause.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "" media "https://cdn.example.com/menu.wav" {
  on 1 | timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To go on, press 1." media "https://cdn.example.com/menu.wav" {
  on 1 | timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let empty_at = |span: Span, what: &str, help: &str| {
        Diagnostic::new(&CODE, span, format!("{what} is empty")).here("nothing in it").help(help)
    };
    let mut report = |span: Span, what: &str, help: &str, fix: Option<Fix>| {
        diagnostics.push(empty_at(span, what, help).fix(fix))
    };
    if let Some(description) = blank_span(flow.description.as_ref()) {
        let item = super::fixes::tree(context, description.file).and_then(|ast| item_at(ast, description));
        let fix = item.map(|(_, item)| take_out("Take the description out", context.sources, item));
        let help = "write what the flow is for, or take the line out";
        report(description, "the description", help, fix);
    }
    for test in flow.tests.iter().filter(|test| is_blank(&test.name)) {
        report(test.span, "the test's name", "write what the call is about, in a few words", None);
    }
    for node in flow.nodes.rows() {
        // A silent disclosure is already reported.
        if super::silent_disclosure::is_silent(node) {
            continue;
        }
        // Where it has a tag, that is said of the tag.
        for script in node.scripts.iter().filter(|script| script.tags.is_empty()) {
            if let Some(text) = blank_span(Some(&script.text)) {
                let given = flow.given.of(node, text);
                let help = "write what the agent says, or take the line out";
                diagnostics.push(empty_at(text, "the text", help).given(given));
            }
        }
        for action in &node.actions {
            if !matches!(action.directive, Directive::Play | Directive::Collect) {
                continue;
            }
            for text in action.repeats().filter_map(|(_, repeat)| blank_span(repeat.text.as_ref())) {
                let given = flow.given.of(node, text);
                diagnostics.push(
                    empty_at(text, "the text", "write what the called party hears, or take the line out")
                        .given(given),
                );
            }
            // So is a silent step with a tag.
            if action.is_mute() && (!action.tags.is_empty() || node.is_mute() && !node.tags.is_empty()) {
                continue;
            }
            if let Some(text) = blank_span(action.text.as_ref()) {
                let given = flow.given.of(node, text);
                diagnostics.push(
                    empty_at(text, "the text", "write what the called party hears, or take it out")
                        .given(given),
                );
            }
        }
    }
}

fn blank_span(text: Option<&Text>) -> Option<Span> {
    text.filter(|text| text.is_blank()).map(|text| text.span)
}
