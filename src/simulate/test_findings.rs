//! Messages for failed tests.

use super::stuck::{example, refused_entries};
use super::walk::{StuckReason, Walk};
use super::written::named;
use crate::diagnostics::{Area, Code, Diagnostic, Example, Fix, Page, Severity, counted, quote};
use crate::flow::{EventKind, Flow, NodeId, Test, TransitionId, is_key};
use crate::source::Span;
use crate::spelling::display_id;

/// The codes of failed tests.
pub const CODES: &[&Code] = &[&TEST_FAILED, &TEST_STUCK];

/// The call took another path.
pub static TEST_FAILED: Code = Code {
    id: "CX501",
    area: Area::Test,
    name: "test-failed",
    severity: Severity::Error,
    what: "The call of a test does not pass the nodes that the test names in their order, or does not end at the last one. \
           `cxflowc test` reports it.",
    why: "Either the flow has a mistake that no rule can find, or the test still describes an older version of the flow.",
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

/// The events of the call do not fit the flow.
pub static TEST_STUCK: Code = Code {
    id: "CX502",
    area: Area::Test,
    name: "test-stuck",
    severity: Severity::Error,
    what: "The events of a test do not fit the flow: a node has no branch for the next event, the call ends before all events have happened, it waits for an event and none is left, or a `decide` compares a variable or a contact field of which the test does not say what it is, or asks for opening hours and the test does not say `at` which time. A key that no branch takes is not `invalid` yet: `invalid` comes when the last attempt fails. \
           `cxflowc test` reports it.",
    why: "A branch was taken out or renamed, or the test leaves out a menu. Either way the test no longer shows what it should.",
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

/// How many missed nodes are shown.
const SHOWN: usize = 12;
/// The longest path, in nodes, that the help suggests in full.
const SHORT: usize = 12;

/// The finding for a call that ended without passing the steps with these numbers in their places.
pub fn failed(flow: &Flow, test: &Test, call: &Walk, missed: &[usize]) -> Diagnostic {
    let end = call.last();
    let last = test.steps.len().saturating_sub(1);
    let label = |number: usize| {
        let node = test.steps.get(number).and_then(|step| step.node);
        match end {
            Some(end) if number == last => format!("the call should end here, not at {}", named(flow, end)),
            _ if call.path.iter().any(|&passed| Some(passed) == node) => {
                "passed, but not in this order".to_owned()
            }
            _ => "the call does not pass this".to_owned(),
        }
    };
    // The most important step is the last one: the call ends elsewhere.
    let first = missed.last().copied().unwrap_or(last);
    let span = |number: usize| test.steps.get(number).map_or(test.span, |step| step.span);
    let path = flow.path(&call.path);
    let message = format!("the test {} fails: the call goes {path}", quote(&test.name));
    let mut diagnostic = Diagnostic::new(&TEST_FAILED, span(first), message).here(label(first));
    for &number in missed.iter().take(missed.len().saturating_sub(1)).take(SHOWN) {
        diagnostic = diagnostic.label(span(number), label(number));
    }
    if let Some(more @ 1..) = missed.len().checked_sub(1 + SHOWN) {
        diagnostic = diagnostic.note(format!("the call misses {}", counted(more, "more step")));
    }
    if let (true, Some(end), Some(&by)) = (first == last, end, call.taken.last()) {
        let by = &flow.transitions[by];
        diagnostic = diagnostic.label(by.span, format!("leads to {}", named(flow, end)));
    }
    let expected = if call.path.len() <= SHORT {
        format!("`-> {path}`")
    } else {
        end.map(|end| format!("`-> {}` at the end", display_id(&flow.nodes[end].id))).unwrap_or_default()
    };
    with_refused(flow, test, call, shown_doc(test, diagnostic)).help(format!(
        "if the call should go that way, write {expected} in the test; otherwise correct the flow"
    ))
}

/// The finding for a call that went as it should and is reported as something else.
pub fn reported_otherwise(flow: &Flow, test: &Test, call: &Walk) -> Option<Diagnostic> {
    let expected = test.reported?;
    let name = flow.disposition(expected.id);
    let (is, here, place) = match call.disposition(flow) {
        Some(id) => {
            let is = flow.disposition(id);
            (
                format!("the call is reported as {}", quote(is)),
                format!("it is {}", quote(is)),
                last_given(flow, call),
            )
        }
        None => ("the call passes no disposition".to_owned(), "it is nothing".to_owned(), None),
    };
    let message = format!("the test {} fails: {is}, not as {}", quote(&test.name), quote(name));
    let message = match call.disposition(flow) {
        Some(_) => message,
        None => {
            format!("the test {} fails: {is}, and should be reported as {}", quote(&test.name), quote(name))
        }
    };
    let mut diagnostic = Diagnostic::new(&TEST_FAILED, expected.span, message).here(here);
    if let Some(place) = place {
        diagnostic = diagnostic.label(place, "the last disposition on the way");
    }
    let correct = match call.disposition(flow) {
        Some(id) => format!("write `= {}` in the test", flow.disposition(id)),
        None => "take it out of the test".to_owned(),
    };
    Some(shown_doc(test, diagnostic).note(format!("the call goes {}", flow.path(&call.path))).help(format!(
        "if the call should be reported that way, {correct}; otherwise write `disposition {name}` where the call ends"
    )))
}

/// Where the last disposition of a call is given: at a node, or at a transition's target.
fn last_given(flow: &Flow, call: &Walk) -> Option<Span> {
    let of_node = |node: NodeId| flow.nodes[node].disposition.map(|given| given.span);
    let of_transition = |&id: &TransitionId| {
        let transition = &flow.transitions[id];
        transition.to.and_then(of_node).or_else(|| transition.disposition.map(|_| transition.span))
    };
    call.taken.iter().rev().find_map(of_transition).or_else(|| of_node(*call.path.first()?))
}

/// The finding for a call that got stuck since its events do not fit the flow.
pub fn stuck(flow: &Flow, test: &Test, call: &Walk, why: StuckReason) -> Diagnostic {
    let next = test.events.get(call.used);
    let (problem, help) = why.in_words(flow, call, next.map(|next| &next.event));
    let id = call.last().map(|node| named(flow, node)).unwrap_or_default();
    let next_span = next.map_or(test.span, |next| next.span);
    let (problem, help) = match why {
        StuckReason::Asks(variable) if flow.hours_of(variable).is_some() => (
            "does not say when the call is made".to_owned(),
            "write the time after its name, as in `at 2026-12-24T18:00`".to_owned(),
        ),
        StuckReason::Asks(variable) => (
            format!("does not say what {} is", quote(&flow.variables[variable].name)),
            match test.with.is_empty() {
                true => format!(
                    "write `with {}` before its `on`, or before its first arrow",
                    example(flow, variable)
                ),
                false => format!("write `, {}` behind its `with`", example(flow, variable)),
            },
        ),
        _ => (problem, help),
    };
    let (span, here, node_label) = match why {
        StuckReason::Asks(_) => (test.span, "not given".to_owned(), "the call has reached this node"),
        StuckReason::NotTaken => {
            (next_span, format!("no branch of {id} takes this"), "the call has reached this node")
        }
        StuckReason::LeftOver => (next_span, "the call has ended before this".to_owned(), "ends here"),
        StuckReason::Unanswered => match test.events.last() {
            Some(last) => (last.span, "the last event".to_owned(), "the call waits here"),
            None => (test.span, "nothing happens on this call".to_owned(), "the call waits here"),
        },
        StuckReason::NoEntry => (test.span, "its call never begins".to_owned(), ""),
        StuckReason::DeadEnd | StuckReason::Cycle => {
            (test.span, "its call never ends".to_owned(), "leads nowhere from here")
        }
    };
    let message = format!("the test {} {problem}", quote(&test.name));
    // A key in quotes.
    let key = next.filter(|next| {
        why == StuckReason::NotTaken && next.event.kind() == EventKind::Raw && is_key(next.event.raw())
    });
    let fix = key.map(|key| Fix::write(span, key.event.raw()));
    let diagnostic = Diagnostic::new(&TEST_STUCK, span, message).here(here).help(help).fix(fix);
    let diagnostic = shown_doc(test, diagnostic);
    let diagnostic = match call.last() {
        Some(last) => diagnostic.label(flow.nodes[last].name_span, node_label),
        None => diagnostic,
    };
    let diagnostic = with_refused(flow, test, call, diagnostic);
    match call.path.len() {
        0 | 1 => diagnostic,
        _ => diagnostic.note(format!("the call went {}", flow.path(&call.path))),
    }
}

/// Says which entries of a test's call are `invalid`.
fn with_refused(flow: &Flow, test: &Test, call: &Walk, diagnostic: Diagnostic) -> Diagnostic {
    let events = test.events.iter().map(|step| &step.event);
    refused_entries(flow, call, events).take(SHOWN).fold(diagnostic, Diagnostic::note)
}

/// Shows the test's doc comment, which may explain why the flow should be like that.
fn shown_doc(test: &Test, diagnostic: Diagnostic) -> Diagnostic {
    match test.doc {
        Some(doc) => diagnostic.label(doc, "this is what the test is for"),
        None => diagnostic,
    }
}
