//! `--keys`: the path of one call.

use serde_json::{Value, json};

use super::Subject;
use crate::cli::args::ResultFormat;
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, VerbResult};
use crate::flow::{Constant, Event, Flow, VariableId};
use crate::simulate::{StuckReason, Walk, Walker, as_test, path_with_events, refused_entries};

pub fn run(
    subject: &Subject<'_>,
    given: &[(VariableId, Constant)],
    events: &[Event],
    format: ResultFormat,
    terminal: &Terminal,
) -> VerbResult {
    let walk = Walker::new(subject.flow).walk_with(given, events);
    let stuck = walk.stuck(events.len());
    match format {
        ResultFormat::Json => terminal.result(&format!("{}\n", json(subject, &walk, events))),
        ResultFormat::Text if stuck.is_none() => {
            let reported = super::reported_as(subject.flow, walk.disposition(subject.flow));
            terminal.result(&format!("{}{reported}\n", path(subject, &walk, events)));
        }
        ResultFormat::Text => {}
    }
    for refused in refused_entries(subject.flow, &walk, events.iter()) {
        terminal.error(&format!("{}: {refused}\n", subject.name));
    }
    let Some(reason) = stuck else { return Ok(ExitStatus::Done) };
    let (problem, help) = reason.in_words(subject.flow, &walk, events.get(walk.used));
    terminal.failure(&format!("{}: the call {problem}", subject.name), Some(&help));
    if walk.path.len() > 1 {
        terminal.error(&format!("  so far: {}\n", path(subject, &walk, events)));
    }
    Ok(ExitStatus::Wanting)
}

/// The event that each transition of a call was taken on, or what a `decide` found to be so; `None` if the call
/// went on without one.
fn events_taken(subject: &Subject<'_>, walk: &Walk, events: &[Event]) -> Vec<Option<String>> {
    let (flow, mut events) = (subject.flow, events.iter());
    let transitions = walk.taken.iter().map(|&taken| &flow.transitions[taken]);
    transitions
        .zip(&walk.answered)
        .map(|(transition, &answered)| match flow.comparison(transition) {
            Some(_) => flow.written_condition(transition),
            None if answered => events.next().map(|event| flow.display_event(event)),
            None => None,
        })
        .collect()
}

/// The path of a call, with the events that it used.
fn path(subject: &Subject<'_>, walk: &Walk, events: &[Event]) -> String {
    let Some((&entry, after)) = walk.path.split_first() else { return String::new() };
    let steps = events_taken(subject, walk, events).into_iter().zip(after.iter().copied());
    path_with_events(subject.flow, entry, steps)
}

/// A call as one JSON object.
pub fn json(subject: &Subject<'_>, walk: &Walk, events: &[Event]) -> Value {
    let flow = subject.flow;
    let stuck = walk.stuck(events.len());
    let last = walk.last().map(|node| subject.id(node));
    let takes = || {
        walk.last().map(|node| {
            flow.branches(node)
                .filter_map(|transition| flow.written_condition(transition))
                .collect::<Vec<_>>()
        })
    };
    let next = events.get(walk.used);
    let mut call = json!({
        "file": subject.name,
        "flow": subject.flow_name(),
        "events": events.iter().map(|event| flow.display_event(event)).collect::<Vec<_>>(),
        "path": walk.path.iter().map(|&node| subject.id(node)).collect::<Vec<_>>(),
        "on": events_taken(subject, walk, events),
        "ends_at": last.filter(|_| stuck.is_none()),
        "test": stuck.is_none().then(|| as_test(flow, walk, events)),
        "stuck": stuck.map(|reason: StuckReason| json!({
            "kind": reason.word(),
            "why": format!("the call {}", reason.in_words(flow, walk, next).0),
            "node": last,
            "event": next.map(|event| flow.display_event(event)),
            "takes": takes(),
        })),
    });
    if let (true, Some(call)) = (flow.has_dispositions(), call.as_object_mut()) {
        let disposition = walk.disposition(flow).map(|id| flow.disposition(id));
        call.insert("disposition".to_owned(), json!(disposition));
    }
    if let (false, Some(call)) = (walk.given().is_empty(), call.as_object_mut()) {
        call.insert("with".to_owned(), given(flow, walk));
        if let Some(at) = flow.time_of(walk.given()) {
            call.insert("at".to_owned(), json!(at.to_string()));
        }
    }
    call
}

/// What was given at the beginning of a call.
fn given(flow: &Flow, walk: &Walk) -> Value {
    let value = |value: &Constant| match value {
        Constant::Number(number) => json!(number),
        Constant::Text(text) => json!(text),
    };
    let given = walk.given().iter().filter(|(variable, _)| flow.hours_of(*variable).is_none());
    given.map(|(variable, known)| (flow.variables[*variable].name.to_string(), value(known))).collect()
}
