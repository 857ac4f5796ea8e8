//! Prints the figures of a flow: its size, the number of its paths, and where they end.

use std::io::Write;

use serde_json::{Value, json};

use super::{Subject, stream};
use crate::cli::args::ResultFormat;
use crate::cli::{ExitStatus, VerbResult};
use crate::diagnostics::counted;
use crate::flow::Flow;
use crate::graph::{Count, DispositionShare, End, Figures, disposition_shares, ends, longest_path};
use crate::spelling::display_id;

pub fn run(subject: &Subject<'_>, format: ResultFormat) -> VerbResult {
    let text = match format {
        ResultFormat::Text => text(subject),
        ResultFormat::Json => format!("{}\n", json(subject)),
    };
    stream(|out| out.write_all(text.as_bytes()))?;
    Ok(ExitStatus::Done)
}

fn text(subject: &Subject<'_>) -> String {
    let flow = subject.flow;
    let figures = Figures::of(flow);
    let mut out = format!("nodes        {}\ntransitions  {}\n", figures.nodes, figures.transitions);
    let Some((count, deepest)) = figures.paths else {
        out.push_str("paths        endless: the flow has a cycle\n");
        return out;
    };
    let path = longest_path(flow).map(|path| flow.path(&path)).unwrap_or_default();
    out.push_str(&format!(
        "paths        {count}\ndeepest      {}: {path}\nends, with their share of the paths (not of calls)\n",
        counted(deepest, "transition")
    ));
    let rows: Vec<[String; 3]> = ends(flow)
        .unwrap_or_default()
        .iter()
        .map(|end| [display_id(subject.id(end.node)), end.paths.to_string(), end.percent()])
        .collect();
    let widest = |column: fn(&[String; 3]) -> &String| {
        rows.iter().map(|row| column(row).chars().count()).max().unwrap_or_default()
    };
    let (ids, counts, shares) = (widest(|row| &row[0]), widest(|row| &row[1]), widest(|row| &row[2]));
    for [id, count, share] in &rows {
        out.push_str(&format!("  {id:<ids$}  {count:>counts$}  {share:>shares$}\n"));
    }
    out.push_str(&dispositions_in_text(flow));
    out
}

/// How many paths are reported by each disposition.
fn dispositions_in_text(flow: &Flow) -> String {
    let rows: Vec<(&str, String)> =
        shares(flow).map(|share| (name(flow, &share), share.paths.to_string())).collect();
    if rows.is_empty() {
        return String::new();
    }
    let names = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let counts = rows.iter().map(|(_, count)| count.len()).max().unwrap_or_default();
    let lines = rows.iter().map(|(name, count)| format!("  {name:<names$}  {count:>counts$}\n"));
    format!("dispositions, with the paths that they report\n{}", lines.collect::<String>())
}

/// The dispositions, if the flow declares any.
fn shares(flow: &Flow) -> impl Iterator<Item = DispositionShare> {
    let shares = flow.has_dispositions().then(|| disposition_shares(flow)).flatten();
    shares.unwrap_or_default().into_iter()
}

fn name<'f>(flow: &'f Flow, share: &DispositionShare) -> &'f str {
    share.disposition.map_or("none", |id| flow.disposition(id))
}

/// The figures as JSON. Numbers of paths are strings, since most JSON readers lose digits beyond 2^53.
fn json(subject: &Subject<'_>) -> Value {
    let flow = subject.flow;
    let figures = Figures::of(flow);
    let exact = |count: Count| matches!(count, Count::Exact(_));
    let end = |end: &End| {
        json!({
            "node": subject.id(end.node),
            "type": flow.nodes[end.node].type_.word(),
            "paths": end.paths.to_string(),
            "share": end.share,
        })
    };
    let mut figures = json!({
        "file": subject.name,
        "flow": subject.flow_name(),
        "nodes": figures.nodes,
        "transitions": figures.transitions,
        "paths": figures.paths.map(|(count, _)| count.to_string()),
        "paths_exact": figures.paths.map(|(count, _)| exact(count)),
        "deepest": figures.paths.map(|(_, deepest)| json!({
            "transitions": deepest,
            "path": longest_path(flow)
                .unwrap_or_default()
                .iter()
                .map(|&node| subject.id(node))
                .collect::<Vec<_>>(),
        })),
        "ends": ends(flow).map(|ends| ends.iter().map(end).collect::<Vec<_>>()),
    });
    if let (true, Some(figures)) = (flow.has_dispositions(), figures.as_object_mut()) {
        let share = |share: DispositionShare| {
            let name = share.disposition.map(|id| flow.disposition(id));
            json!({ "disposition": name, "paths": share.paths.to_string() })
        };
        let shares: Option<Vec<Value>> =
            disposition_shares(flow).map(|all| all.into_iter().map(share).collect());
        figures.insert("dispositions".to_owned(), json!(shares));
    }
    figures
}
