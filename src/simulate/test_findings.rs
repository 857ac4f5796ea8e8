//! How it is worded that a test did not pass.

use super::call::{Call, Ending};
use crate::diagnostics::{Code, Diagnostic, Example, Page, Severity, list_of, quote};
use crate::flow::{Alternative, EventKind, Flow, NodeId, Outcome, Test, TestEvent, display_id, quoted};

/// The codes of tests that do not pass.
pub const CODES: &[&Code] = &[&TEST_FAILED, &TEST_STUCK];

/// The call went another way.
pub static TEST_FAILED: Code = Code {
    id: "CX501",
    name: "test-failed",
    severity: Severity::Error,
    what: "The call of a test does not pass the nodes that the test names, in that order, or does not end at the last of them. \
           `cxflowc test` reports it.",
    why: "Either the flow has a mistake that no rule can know of, or the test says what was meant before the flow was changed.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To speak with us, press 1. To stop these calls, press 9." {
  on 1 | 9 -> desk
  on timeout | invalid -> goodbye
}
agent desk "front_desk"
disconnect goodbye
notice -> menu
test "opting out ends the call" on 9 -> menu -> goodbye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To speak with us, press 1. To stop these calls, press 9." {
  on 1 -> desk
  on 9 | timeout | invalid -> goodbye
}
agent desk "front_desk"
disconnect goodbye
notice -> menu
test "opting out ends the call" on 9 -> menu -> goodbye
"#,
        ),
    },
};

/// What happens on the call does not fit the flow.
pub static TEST_STUCK: Code = Code {
    id: "CX502",
    name: "test-stuck",
    severity: Severity::Error,
    what: "The events of a test do not fit the flow: a node has no branch for the next one, the call ends before all have happened, \
           or it waits for one and none is left. A key that no branch takes is not `invalid`: that comes when the last attempt fails. \
           `cxflowc test` reports it.",
    why: "A branch was taken out or renamed, or the test leaves out a menu. What it was to show is not shown any more.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To speak with us, press 1." {
  on 1 -> desk
  on timeout | invalid -> goodbye
}
agent desk "front_desk"
disconnect goodbye
notice -> menu
test "opting out ends the call" on 9 -> menu -> goodbye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To speak with us, press 1. To stop these calls, press 9." {
  on 1 -> desk
  on 9 | timeout | invalid -> goodbye
}
agent desk "front_desk"
disconnect goodbye
notice -> menu
test "opting out ends the call" on 9 -> menu -> goodbye
"#,
        ),
    },
};

/// How many branches of a node are listed.
const LISTED: usize = 12;
/// Up to so many nodes a path is short enough to be written down as the test's own.
const SHORT: usize = 12;

/// The call ended, and the steps of these numbers were not passed where they stand.
pub fn failed(flow: &Flow, test: &Test, call: &Call, missed: &[usize]) -> Diagnostic {
    let name = |node: NodeId| format!("`{}`", display_id(&flow.nodes[node].id));
    let end = call.nodes.last().copied();
    let last = test.steps.len().saturating_sub(1);
    let what = |number: usize| {
        let node = test.steps.get(number).and_then(|step| step.node);
        match end {
            Some(end) if number == last => format!("the call was to end here, not at {}", name(end)),
            _ if call.nodes.iter().any(|&passed| Some(passed) == node) => {
                "passed, but not in this order".to_owned()
            }
            _ => "the call does not pass this".to_owned(),
        }
    };
    // That it ends elsewhere matters most.
    let first = missed.last().copied().unwrap_or(last);
    let span = |number: usize| test.steps.get(number).map_or(test.span, |step| step.span);
    let path = flow.path(&call.nodes);
    let message = format!("the test {} fails: the call goes {path}", quote(&test.name));
    let mut diagnostic = Diagnostic::new(&TEST_FAILED, span(first), message).here(what(first));
    for &number in missed.iter().take(missed.len().saturating_sub(1)).take(LISTED) {
        diagnostic = diagnostic.label(span(number), what(number));
    }
    if let (true, Some(end), Some(&by)) = (first == last, end, call.transitions.last()) {
        let by = &flow.transitions[by];
        diagnostic = diagnostic.label(by.span, format!("leads to {}", name(end)));
    }
    let is = if call.nodes.len() <= SHORT {
        format!("`-> {path}`")
    } else {
        end.map(|end| format!("`-> {}` at the end", display_id(&flow.nodes[end].id))).unwrap_or_default()
    };
    diagnostic.help(format!("if that is how the call is to go, write {is} in the test; else mend the flow"))
}

/// The call got stuck where its events and the flow do not fit.
pub fn stuck(flow: &Flow, test: &Test, call: &Call) -> Diagnostic {
    let named = quote(&test.name);
    let Some(&last) = call.nodes.last() else {
        return Diagnostic::new(
            &TEST_STUCK,
            test.span,
            format!("the test {named} is stuck: the flow has no entry"),
        )
        .here("its call never begins")
        .help("say where the call begins: write `entry NODE`");
    };
    let node = &flow.nodes[last];
    let id = format!("`{}`", display_id(&node.id));
    let at = format!("the test {named} is stuck at {id}");
    let takes = accepted(flow, last);
    let event = |number: usize| test.events.get(number);
    let diagnostic = match call.ending {
        Ending::NotTaken(number) => {
            let span = event(number).map_or(test.span, |event| event.span);
            let word = event(number).map(|event| word(flow, event)).unwrap_or_default();
            Diagnostic::new(&TEST_STUCK, span, format!("{at}, which does not take {word}"))
                .here(format!("no branch of {id} takes this"))
                .label(node.name_span, "the call has come to this")
                .help(match event(number).and_then(|event| instead(flow, last, event)) {
                    Some(instead) => instead,
                    None => format!("it takes {takes}"),
                })
        }
        Ending::Over(number) => {
            let span = event(number).map_or(test.span, |event| event.span);
            let word = event(number).map(|event| word(flow, event)).unwrap_or_default();
            Diagnostic::new(&TEST_STUCK, span, format!("{at}, where the call ends before {word}"))
                .here("the call has ended before this")
                .label(node.name_span, "ends here")
                .help(format!("{id} takes nothing any more: take out what comes after it"))
        }
        Ending::Waiting => {
            let span = test.events.last().map_or(test.span, |event| event.span);
            let comma = if test.events.is_empty() { "`on`" } else { "`,`" };
            Diagnostic::new(&TEST_STUCK, span, format!("{at}, and nothing more happens"))
                .here(if test.events.is_empty() { "nothing happens on this call" } else { "the last event" })
                .label(node.name_span, "the call waits here")
                .help(format!("say what happens there, after {comma}: it takes {takes}"))
        }
        Ending::Lost | Ending::Ended => Diagnostic::new(&TEST_STUCK, test.span, at)
            .here("its call never ends")
            .label(node.name_span, "leads nowhere from here")
            .help(format!("lead on from {id}, or make it an end")),
    };
    match call.nodes.len() {
        1 => diagnostic,
        _ => diagnostic.note(format!("the call went {}", flow.path(&call.nodes))),
    }
}

/// What a node's branches take: `` `1`, `2..4`, `timeout | invalid` ``.
fn accepted(flow: &Flow, node: NodeId) -> String {
    let conditions = flow.out(node).iter().filter_map(|transition| flow.written_condition(transition));
    let mut words: Vec<String> = conditions.take(LISTED).map(|condition| format!("`{condition}`")).collect();
    match flow.out(node).len().checked_sub(LISTED) {
        Some(more) if more > 0 => words.push(format!("{more} more")),
        _ => {}
    }
    if words.is_empty() { "nothing".to_owned() } else { list_of(&words, "and") }
}

/// An event as the source spells it.
fn word(flow: &Flow, event: &TestEvent) -> String {
    let payload: Vec<&str> = event.events.iter().map(|&one| &*flow.events[one].payload).collect();
    match event.events.as_slice() {
        &[one] if !event.raw => format!("`{}`", flow.events[one].word()),
        _ => format!("`{}`", quoted(&payload.join("|"))),
    }
}

/// What was probably meant.
fn instead(flow: &Flow, node: NodeId, event: &TestEvent) -> Option<String> {
    let &[one] = event.events.as_slice() else { return None };
    let event_row = &flow.events[one];
    let is_key = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#'))
    };
    if event.raw && event_row.kind == EventKind::Other && is_key(event_row.word()) {
        return Some(format!("a key stands without quotes: write `{}`", event_row.word()));
    }
    let invalid = |alternative: &Alternative| {
        flow.events[alternative.event].kind == EventKind::Outcome(Outcome::Invalid)
    };
    let hears_invalid = flow.out(node).iter().any(|one| flow.alternatives(one).iter().any(invalid));
    (event_row.kind == EventKind::Key && hears_invalid)
        .then(|| format!("it takes {}; a wrong key at the last attempt is `invalid`", accepted(flow, node)))
}
