//! Hints beside a line: the condition in the payload, what a test covers, how many nodes an `every` applies
//! to.

use gen_lsp_types::{InlayHint, InlayHintParams};

use super::analysis::{Analysis, TestCall};
use super::request_error::RequestError;
use super::session::Session;
use crate::diagnostics::counted;
use crate::emit::flows::condition;
use crate::flow::{Flow, Origin, TransitionId};
use crate::source::{FileId, Span};

/// The longest condition that is shown in full, in characters.
const LONGEST: usize = 60;

/// The hints of some lines of a file.
pub fn hints(
    session: &mut Session<'_>,
    params: InlayHintParams,
) -> Result<Option<Vec<InlayHint>>, RequestError> {
    let Some((flow, file)) = session.flow(&params.text_document) else { return Ok(None) };
    let start = flow.offset(file, params.range.start);
    let end = flow.offset(file, params.range.end);
    let mut hints = Vec::new();
    let shown = |at: Span| at.file == file && (start..=end).contains(&at.range().end);
    conditions(flow, file, &mut hints);
    everys(flow, &mut hints);
    tests(flow, &mut hints);
    hints.retain(|(at, _)| shown(*at));
    hints.sort();
    hints.dedup();
    let hints = hints.into_iter().map(|(at, text)| InlayHint {
        position: flow.range(at).end,
        label: text.into(),
        padding_left: Some(true),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_right: None,
        data: None,
    });
    Ok(Some(hints.collect()))
}

/// Each condition as the payload spells it, if that differs from the line.
fn conditions(flow: &Analysis, file: FileId, hints: &mut Vec<(Span, String)>) {
    let graph = &flow.compiled.flow;
    for transition in graph.transitions.rows().iter().filter(|one| !one.is_else()) {
        let alternatives = graph.alternatives(transition);
        let (Some(first), Some(last)) = (alternatives.first(), alternatives.last()) else { continue };
        if transition.origin != Origin::Written || transition.raw || first.span.file != file {
            continue;
        }
        let payload = condition(graph, transition);
        let written = flow.written(first.span.to(last.span));
        if written.replace(' ', "") != payload {
            hints.push((last.span, shortened(payload)));
        }
    }
}

fn shortened(mut payload: String) -> String {
    if let Some((at, _)) = payload.char_indices().nth(LONGEST) {
        payload.truncate(at);
        payload.push('…');
    }
    payload
}

/// How many nodes get a branch from each `every`.
fn everys(flow: &Analysis, hints: &mut Vec<(Span, String)>) {
    let graph = &flow.compiled.flow;
    let mut nodes: Vec<usize> = vec![0; graph.everys.len()];
    for transition in graph.transitions.rows().iter().filter(|one| !one.is_else()) {
        if let Origin::Every(number) = transition.origin
            && let Some(count) = nodes.get_mut(number as usize)
        {
            *count += 1;
        }
    }
    for (every, count) in graph.everys.iter().zip(nodes) {
        hints.push((every.condition_span, format!("for {}", counted(count, "node"))));
    }
}

/// The result and coverage of each test.
fn tests(flow: &Analysis, hints: &mut Vec<(Span, String)>) {
    for test in &flow.tests {
        hints.push((test.span, covered(&flow.compiled.flow, test, flow)));
    }
}

fn covered(graph: &Flow, test: &TestCall, flow: &Analysis) -> String {
    let (true, Some(coverage)) = (test.passed, &flow.coverage) else { return "fails".to_owned() };
    let distinct = |mut ids: Vec<TransitionId>| {
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    };
    let mut nodes = test.call.path.clone();
    nodes.sort_unstable();
    nodes.dedup();
    let leads_on =
        |id: &TransitionId| graph.transitions.find(*id).is_some_and(|transition| transition.to.is_some());
    let taken = distinct(test.call.taken.iter().copied().filter(leads_on).collect());
    format!(
        "passes; covers {} of {} and {} of {}",
        nodes.len(),
        counted(coverage.nodes.reachable, "node"),
        taken,
        counted(coverage.transitions.reachable, "transition"),
    )
}
