//! A branch waits for something that can happen at its node.

use super::{Context, Rule};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Mend, Page, Severity, list_of, quote, with_article};
use crate::flow::{Alternative, Directive, EventKind, Kind, Origin, Outcome, TestEvent};
use crate::source::{Sources, Span};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX106",
    name: "unknown-outcome",
    severity: Severity::Error,
    what: "A condition is an outcome that nothing has, or that this kind of node does not have; or a key where no keys are collected; or an event of a test that is none. What a rule's `=NODE on CONDITION` speaks of is looked at in the same way. \
           `timeout` and `invalid` belong to nodes that collect, `human`, `machine` and `unknown` to `answer`, \
           `busy`, `no_answer`, `timeout` and `failed` to the ends of a call, `failed` to any node.",
    why: "The branch would never be taken. What the platform knows and the language does not goes between quotes and is sent as it is.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
  on timeout | wrong -> bye
  on invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for every in &flow.everys {
        check_alternatives(context, every.kind, false, every.raw, &every.alternatives, diagnostics);
    }
    for transition in flow.transitions.rows() {
        let node = &flow.nodes[transition.from];
        let Some(kind) = node.kind().filter(|_| !node.generic && transition.origin == Origin::Written) else { continue };
        let collects = node.actions.iter().any(|action| action.directive == Directive::Collect);
        check_alternatives(context, kind, collects, transition.raw, flow.alternatives(transition), diagnostics);
    }
    for asked in &flow.asked {
        let node = &flow.nodes[asked.node];
        let Some(kind) = node.kind().filter(|_| !node.generic) else { continue };
        let collects = node.actions.iter().any(|action| action.directive == Directive::Collect);
        check_alternatives(context, kind, collects, asked.raw, &asked.alternatives, diagnostics);
    }
    for event in flow.tests.iter().flat_map(|test| &test.events) {
        check_event(context.sources, event, diagnostics);
    }
}

/// Which node an event of a test is for only its run shows.
fn check_event(sources: &Sources, event: &TestEvent, diagnostics: &mut Diagnostics) {
    let is_empty = event.event.payload.split('|').any(|piece| piece.trim().is_empty());
    let diagnostic = match event.event.kind {
        _ if event.raw && *event.event.payload == *"always" => Diagnostic::new(&CODE, event.span, "`always` is no event")
            .here("nothing happens here")
            .help("take it out: a test follows unconditional transitions by itself")
            .mend(event_out(sources, event.span)),
        _ if is_empty => Diagnostic::new(&CODE, event.span, "an event of the test is empty")
            .here("nothing happens here")
            .help("write what the platform reports, or take it out"),
        EventKind::Other if !event.raw => {
            let word = event.event.word();
            let near = nearest(word, Outcome::ALL.iter().map(|outcome| outcome.word())).or_else(|| synonym(word));
            let help = match near {
                Some(near) => format!("did you mean `{near}`? What only the platform knows stands between quotes: `\"{word}\"`"),
                None => {
                    let outcomes: Vec<String> = Outcome::ALL.iter().map(|outcome| format!("`{}`", outcome.word())).collect();
                    format!(
                        "an event is a key such as `1`, or an outcome: {}; what only the platform knows stands between quotes: `\"{word}\"`",
                        list_of(&outcomes, "or")
                    )
                }
            };
            Diagnostic::new(&CODE, event.span, format!("{} is no outcome", quote(word)))
                .here("unknown outcome")
                .help(help)
                .mend(near.map(|near| Mend::write(event.span, near)))
                .mend(Mend::write(event.span, format!("\"{word}\"")))
        }
        _ => return,
    };
    diagnostics.push(diagnostic);
}

/// The test without an event; without its only one it needs no `on`.
fn event_out(sources: &Sources, event: Span) -> Mend {
    let text = sources.get(event.file).text();
    let before = text.get(..event.range().start).unwrap_or_default().trim_end();
    let after = text.get(event.range().end..).unwrap_or_default().trim_start();
    let on = before.len() - if before.ends_with("on") && !after.starts_with(',') { 2 } else { 0 };
    let cut = if on < before.len() { Span::new(event.file, on, event.range().end) } else { event };
    Mend::take_from_list("Take it out", sources, cut, ',')
}

/// `collects`: a node of another kind that collects has its finding for that alone.
fn check_alternatives(
    context: &Context<'_>,
    kind: Kind,
    collects: bool,
    raw: bool,
    alternatives: &[Alternative],
    diagnostics: &mut Diagnostics,
) {
    // A quoted condition stands alone.
    let alone = alternatives.len() == 1;
    for alternative in alternatives {
        let event = &context.flow.events[alternative.event];
        if raw {
            if event.payload.trim().is_empty() {
                diagnostics.push(
                    Diagnostic::new(&CODE, alternative.span, "an alternative of the quoted condition is empty")
                        .here("nothing would ever take this")
                        .help("write what the platform reports, or leave `on` out for an unconditional branch"),
                );
            }
            continue;
        }
        let diagnostic = match event.kind {
            // A key out of an end has its own rule.
            EventKind::Key if collects || kind == Kind::Collect || kind.ends_call() => continue,
            EventKind::Key => Diagnostic::new(&CODE, alternative.span, format!("`{}` nodes collect no keys", kind.word()))
                .here("no key is ever pressed here")
                .help("ask for the key with a `collect` node"),
            EventKind::Outcome(outcome) if kind.outcomes().contains(&outcome) => continue,
            EventKind::Outcome(outcome) if collects && Kind::Collect.outcomes().contains(&outcome) => continue,
            EventKind::Outcome(outcome) => {
                let word = outcome.word();
                let node = with_article(kind.word());
                Diagnostic::new(&CODE, alternative.span, format!("`{word}` is no outcome of {node} node"))
                    .here(format!("not at {node} node"))
                    .help(names(kind, word))
                    .mend(alone.then(|| between_quotes(alternative, word)))
            }
            EventKind::Other => {
                let unknown = unknown(kind, event.word(), alternative);
                let quoted = alone && !is_rest(event.word());
                unknown.mend(quoted.then(|| between_quotes(alternative, event.word())))
            }
        };
        diagnostics.push(diagnostic);
    }
}

/// Whether a word is to take what nothing else does.
fn is_rest(word: &str) -> bool {
    matches!(word, "else" | "default" | "otherwise" | "any" | "other")
}

/// What only the platform knows.
fn between_quotes(alternative: &Alternative, word: &str) -> Mend {
    Mend::write(alternative.span, format!("\"{word}\""))
}

fn unknown(kind: Kind, word: &str, alternative: &Alternative) -> Diagnostic {
    let near = nearest(word, kind.outcomes().iter().chain(Outcome::ALL).map(|outcome| outcome.word()));
    if is_rest(word) {
        return Diagnostic::new(&CODE, alternative.span, format!("{} is no outcome", quote(word)))
            .here("unknown outcome")
            .help("name what is left, as in `on timeout | invalid -> NODE`; `-> NODE` stands where nothing else branches");
    }
    let near = near.or_else(|| synonym(word));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? What only the platform knows stands between quotes: `on \"{word}\"`"),
        None => names(kind, word),
    };
    Diagnostic::new(&CODE, alternative.span, format!("{} is no outcome", quote(word)))
        .here("unknown outcome")
        .help(help)
        .mend(near.map(|near| Mend::write(alternative.span, near)))
}

fn names(kind: Kind, word: &str) -> String {
    let outcomes: Vec<String> = kind.outcomes().iter().map(|outcome| format!("`{}`", outcome.word())).collect();
    let keys = if kind == Kind::Collect { "keys, " } else { "" };
    format!(
        "{} node has {keys}{}; what only the platform knows stands between quotes: `on \"{word}\"`",
        with_article(kind.word()),
        list_of(&outcomes, "and"),
    )
}

/// What other tools call the outcomes.
fn synonym(word: &str) -> Option<&'static str> {
    Some(match word {
        "noinput" | "no_input" | "silence" => "timeout",
        "nomatch" | "no_match" | "wrong" => "invalid",
        "live" | "person" => "human",
        "answering_machine" | "voicemail" => "machine",
        "noanswer" | "unanswered" => "no_answer",
        "error" | "failure" => "failed",
        "star" | "asterisk" => "*",
        "pound" | "hash" => "#",
        _ => return None,
    })
}
