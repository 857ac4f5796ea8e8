//! What goes beyond the platform's description is sent as written, and noted.

use rustc_hash::FxHashMap;

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Page, Severity, counted, quote};
use crate::flow::{EventKind, Kind, Origin, Outcome};
use crate::source::Span;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX406",
    name: "beyond-platform",
    severity: Severity::Note,
    what: "The flow uses a node type, a directive or a condition that the platform's description does not list. It is sent as written. If your tenant takes it, list it in `cxflow.toml` under `[platform]`: `types`, `directives`, `conditions`.",
    why: "The description lists the types `play`, `disclosure`, `collect`, `agent`, `callback`, `voicemail` and `disconnect`, \
          the directives `play`, `collect`, `route`, `schedule` and `disconnect`, and the conditions `always`, `input=KEY`, `timeout` and `invalid`. \
          A tenant may know more, or refuse it.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> sales
sales -> bye on busy
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

/// Everything beyond the description, each once, with the places where it stands.
#[derive(Default)]
struct Beyond<'a> {
    found: FxHashMap<(&'static str, &'a str), (Span, usize)>,
}

impl<'a> Beyond<'a> {
    fn note(&mut self, what: &'static str, word: &'a str, span: Span, known: &[String]) {
        // An empty one is unknown, or has a finding of its own.
        if !word.trim().is_empty() && !known.iter().any(|one| one == word) {
            self.found.entry((what, word)).or_insert((span, 0)).1 += 1;
        }
    }
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let (flow, platform) = (context.flow, context.platform);
    let mut beyond = Beyond::default();
    for node in flow.nodes.rows() {
        let described = node.kind().is_some_and(|kind| kind != Kind::Answer);
        if !described {
            beyond.note("types", node.type_.word(), node.kind_span, &platform.types);
        }
        for action in &node.actions {
            if !matches!(action.directive.word(), "play" | "collect" | "route" | "schedule" | "disconnect") {
                beyond.note("directives", action.directive.word(), action.span, &platform.directives);
            }
        }
    }
    for transition in flow.transitions.rows() {
        // A word that is no outcome is an error, and not sent.
        let checked = !transition.raw && (!flow.nodes[transition.from].generic || transition.origin != Origin::Written);
        for alternative in flow.alternatives(transition) {
            let event = &flow.events[alternative.event];
            if checked && event.kind == EventKind::Other {
                continue;
            }
            let described = matches!(event.kind, EventKind::Key | EventKind::Outcome(Outcome::Timeout | Outcome::Invalid));
            if !described {
                beyond.note("conditions", &event.payload, alternative.span, &platform.conditions);
            }
        }
    }
    let mut found: Vec<_> = beyond.found.into_iter().collect();
    found.sort_unstable_by_key(|&(key, (span, _))| (span, key));
    for ((what, word), (span, count)) in found {
        let singular = what.trim_end_matches('s');
        let more = if count > 1 { format!(", here and in {}", counted(count - 1, "other place")) } else { String::new() };
        diagnostics.push(
            Diagnostic::new(&CODE, span, format!("the platform's description does not list the {singular} {}{more}", quote(word)))
                .here("sent as written")
                .help(format!("if your tenant takes it, add {word:?} to `{what}` under `[platform]` in `cxflow.toml`")),
        );
    }
}
