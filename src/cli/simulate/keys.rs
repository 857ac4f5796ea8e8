//! `--keys`: one caller's path.

use serde_json::{Value, json};

use super::Subject;
use crate::cli::args::ResultFormat;
use crate::cli::terminal::Terminal;
use crate::cli::{Outcome, Status};
use crate::flow::{Event, NodeId};
use crate::simulate::{Stuck, Taken, accepted, as_test, path_with_events, walk};

pub fn run(subject: &Subject<'_>, events: &[Event], format: ResultFormat, terminal: &Terminal) -> Outcome {
    let flow = subject.flow;
    let walked = walk(flow, events);
    let stuck = walked.as_ref().err();
    let walk = match &walked {
        Ok(walk) | Err(Stuck { walk, .. }) => walk,
    };
    match format {
        ResultFormat::Json => {
            terminal.result(&format!("{}\n", json(subject, events, &walk.path, &walk.taken, stuck)));
        }
        ResultFormat::Text if stuck.is_none() => {
            terminal.result(&format!("{}\n", path(subject, events, &walk.path, &walk.taken)));
        }
        ResultFormat::Text => {}
    }
    let Some(stuck) = stuck else { return Ok(Status::Done) };
    let (message, help) = stuck.in_words(flow, events);
    terminal.failure(&format!("{}: {message}", subject.name), Some(&help));
    if walk.path.len() > 1 {
        terminal.error(&format!("  so far: {}\n", path(subject, events, &walk.path, &walk.taken)));
    }
    Ok(Status::Wanting)
}

/// The path of a call, with the events that it used.
fn path(subject: &Subject<'_>, events: &[Event], path: &[NodeId], taken: &[Taken]) -> String {
    let Some((&entry, after)) = path.split_first() else { return String::new() };
    let on = taken.iter().map(|taken| taken.event.and_then(|event| events.get(event)).map(Event::display));
    path_with_events(subject.flow, entry, on.zip(after.iter().copied()))
}

/// A call as one object; `stuck` where its events did not fit.
pub fn json(
    subject: &Subject<'_>,
    events: &[Event],
    path: &[NodeId],
    taken: &[Taken],
    stuck: Option<&Stuck>,
) -> Value {
    let flow = subject.flow;
    let on = |taken: &Taken| taken.event.and_then(|event| events.get(event)).map(Event::display);
    let last = path.last().map(|&node| subject.id(node));
    json!({
        "file": subject.name,
        "flow": subject.flow_name(),
        "events": events.iter().map(Event::display).collect::<Vec<_>>(),
        "path": path.iter().map(|&node| subject.id(node)).collect::<Vec<_>>(),
        "on": taken.iter().map(on).collect::<Vec<_>>(),
        "ends_at": last.filter(|_| stuck.is_none()),
        "test": stuck.is_none().then(|| as_test(flow, events, path)),
        "stuck": stuck.map(|stuck| json!({
            "kind": stuck.why.word(),
            "why": stuck.in_words(flow, events).0,
            "node": last,
            "event": events.get(stuck.walk.used()).map(Event::display),
            "takes": path.last().map(|&node| accepted(flow, node)),
        })),
    })
}
