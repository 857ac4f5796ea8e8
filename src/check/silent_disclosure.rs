//! A disclosure is heard.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::flow::{Directive, Kind, Node, display_id};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX119",
    name: "silent-disclosure",
    severity: Severity::Error,
    what: "A disclosure speaks and plays nothing: its texts are empty, blank, punctuation or markup only, or it has nothing but an `action`, of which nobody knows whether it is heard. \
           Policies do not count it as a disclosure.",
    why: "Nobody has heard what has to be said, and no policy would notice.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This call may be recorded." }
disclosure terms { say " " }
disconnect bye
notice -> terms -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This call may be recorded." }
disclosure terms { say "Our terms are on lakeside dot example." }
disconnect bye
notice -> terms -> bye
"#,
        ),
    },
};

/// Whether a node is a disclosure that nobody hears, where that has no finding of its own.
pub fn is_silent(node: &Node) -> bool {
    let plays = node.actions.iter().any(|action| action.directive == Directive::Play);
    // A kind that lacks its own action has its finding.
    node.is(Kind::Disclosure) && !node.is_heard() && (node.generic || plays)
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.flow.nodes.rows().iter().filter(|node| is_silent(node)) {
        // What is wrong with a URL has its finding.
        if node.actions.iter().any(|action| action.directive == Directive::Play && action.media.is_some()) {
            continue;
        }
        let mut texts = node.actions.iter().filter_map(|action| action.text.as_ref()).map(|text| text.span);
        let id = display_id(&node.id);
        let mut diagnostic = Diagnostic::new(
            &CODE,
            node.name_span,
            format!("the disclosure {} speaks and plays nothing", quote(&id)),
        )
        .here("no disclosure for any policy")
        .help("write what has to be said, as in `say \"TEXT\"`, or the recording of it, as in `play \"https://…\"`");
        if !node.actions.is_empty() && node.actions.iter().all(|one| matches!(one.directive, Directive::Other(_))) {
            diagnostic = diagnostic.note("what an `action` does is the platform's affair: it counts as nothing heard");
        } else if let Some(text) = texts.next() {
            diagnostic = diagnostic.label(text, "nothing to be heard");
        }
        diagnostics.push(diagnostic);
    }
}
