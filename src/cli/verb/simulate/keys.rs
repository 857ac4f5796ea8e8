//! `--keys`: the path of one call.

use serde_json::{Value, json};

use super::Subject;
use crate::cli::args::ResultFormat;
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, VerbResult};
use crate::flow::Event;
use crate::simulate::{StuckReason, Walk, Walker, as_test, path_with_events};

pub fn run(subject: &Subject<'_>, events: &[Event], format: ResultFormat, terminal: &Terminal) -> VerbResult {
    let walk = Walker::new(subject.flow).walk(events);
    let stuck = walk.stuck(events.len());
    match format {
        ResultFormat::Json => terminal.result(&format!("{}\n", json(subject, &walk, events))),
        ResultFormat::Text if stuck.is_none() => {
            terminal.result(&format!("{}\n", path(subject, &walk, events)));
        }
        ResultFormat::Text => {}
    }
    let Some(reason) = stuck else { return Ok(ExitStatus::Done) };
    let (problem, help) = reason.in_words(subject.flow, &walk, events.get(walk.used));
    terminal.failure(&format!("{}: the call {problem}", subject.name), Some(&help));
    if walk.path.len() > 1 {
        terminal.error(&format!("  so far: {}\n", path(subject, &walk, events)));
    }
    Ok(ExitStatus::Wanting)
}

/// The event that each transition of a call was taken on; `None` if the call went on without one.
fn events_taken(walk: &Walk, events: &[Event]) -> Vec<Option<String>> {
    let mut events = events.iter();
    let event = |&answered: &bool| if answered { events.next().map(Event::display) } else { None };
    walk.answered.iter().map(event).collect()
}

/// The path of a call, with the events that it used.
fn path(subject: &Subject<'_>, walk: &Walk, events: &[Event]) -> String {
    let Some((&entry, after)) = walk.path.split_first() else { return String::new() };
    let steps = events_taken(walk, events).into_iter().zip(after.iter().copied());
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
    json!({
        "file": subject.name,
        "flow": subject.flow_name(),
        "events": events.iter().map(Event::display).collect::<Vec<_>>(),
        "path": walk.path.iter().map(|&node| subject.id(node)).collect::<Vec<_>>(),
        "on": events_taken(walk, events),
        "ends_at": last.filter(|_| stuck.is_none()),
        "test": stuck.is_none().then(|| as_test(flow, walk, events)),
        "stuck": stuck.map(|reason: StuckReason| json!({
            "kind": reason.word(),
            "why": format!("the call {}", reason.in_words(flow, walk, next).0),
            "node": last,
            "event": next.map(Event::display),
            "takes": takes(),
        })),
    })
}
