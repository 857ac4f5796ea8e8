//! `--paths`: prints the paths one by one while enumerating them.

use std::io::{self, Write};

use serde_json::json;

use super::{Subject, stream};
use crate::cli::args::ResultFormat;
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, VerbResult};
use crate::flow::{DispositionId, Flow, NodeId, Transition};
use crate::graph::{Count, Figures, Paths};
use crate::simulate::path_with_events;

pub fn run(subject: &Subject<'_>, limit: u64, format: ResultFormat, terminal: &Terminal) -> VerbResult {
    let flow = subject.flow;
    let (Some(paths), Some((all, _))) = (Paths::of(flow), Figures::of(flow).paths) else {
        terminal.failure(&format!("{}: the flow has a cycle, so its paths never end", subject.name), None);
        return Ok(ExitStatus::Wanting);
    };
    let rest = all.less(u128::from(limit));
    stream(|out| match format {
        ResultFormat::Text => text(subject, paths, limit, out),
        ResultFormat::Json => json(subject, paths, limit, all, out),
    })?;
    if !rest.is_zero() && format == ResultFormat::Text {
        let noun = if rest == Count::Exact(1) { "path" } else { "paths" };
        terminal.closing(&format!("{}: {rest} more {noun}; --limit N prints more of them", subject.name));
    }
    Ok(ExitStatus::Done)
}

fn text(subject: &Subject<'_>, mut paths: Paths<'_>, limit: u64, out: &mut dyn Write) -> io::Result<()> {
    let flow = subject.flow;
    let entry = paths.entry();
    for _ in 0..limit {
        let Some(path) = paths.advance() else { break };
        let steps = path.iter().map(|&(transition, to)| (flow.written_condition(transition), to));
        let reported = super::reported_as(flow, disposition(flow, entry, path));
        writeln!(out, "{}{reported}", path_with_events(flow, entry, steps))?;
    }
    Ok(())
}

/// What the calls of a path are reported as.
fn disposition(flow: &Flow, entry: NodeId, path: &[(&Transition, NodeId)]) -> Option<DispositionId> {
    let of_node = |node: NodeId| flow.nodes[node].disposition.map(|given| given.id);
    let last = path.iter().rev().find_map(|(transition, to)| of_node(*to).or(transition.disposition));
    last.or_else(|| of_node(entry))
}

/// Writes one JSON object with a path per line, so that it is never in memory as a whole.
fn json(
    subject: &Subject<'_>,
    mut paths: Paths<'_>,
    limit: u64,
    all: Count,
    out: &mut dyn Write,
) -> io::Result<()> {
    let flow = subject.flow;
    let entry = paths.entry();
    let rest = all.less(u128::from(limit));
    write!(out, "{{\"file\":{},\"flow\":{},\"paths\":[", json!(subject.name), json!(subject.flow_name()))?;
    for number in 0..limit {
        let Some(path) = paths.advance() else { break };
        let nodes = std::iter::once(entry).chain(path.iter().map(|&(_, to)| to));
        let nodes: Vec<&str> = nodes.map(|node| subject.id(node)).collect();
        let on: Vec<Option<String>> =
            path.iter().map(|(transition, _)| flow.written_condition(transition)).collect();
        let comma = if number == 0 { "" } else { "," };
        let mut line = json!({"path": nodes, "on": on});
        if let (true, Some(line)) = (flow.has_dispositions(), line.as_object_mut()) {
            let disposition = disposition(flow, entry, path).map(|id| flow.disposition(id));
            line.insert("disposition".to_owned(), json!(disposition));
        }
        write!(out, "{comma}\n{line}")?;
    }
    writeln!(out, "\n],\"count\":{},\"left_out\":{}}}", json!(all.to_string()), json!(rest.to_string()))
}
