//! Folding of blocks, long strings, comments of several lines, and runs of includes.

use gen_lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use super::analysis::Analysis;
use super::request_error::RequestError;
use super::session::Session;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Declaration, Item};

/// What can be folded in a file.
pub fn ranges(
    session: &mut Session<'_>,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>, RequestError> {
    let Some((flow, file)) = session.flow(&params.text_document) else { return Ok(None) };
    Ok(Some(of_file(flow, file)))
}

fn of_file(flow: &Analysis, file: FileId) -> Vec<FoldingRange> {
    let Some(tree) = flow.tree(file) else { return Vec::new() };
    let mut ranges: Vec<FoldingRange> = Vec::new();
    for item in &tree.items {
        ranges.extend(range(flow, item.span, None, ends_with_brace(flow, item)));
    }
    let is_include = |item: &&Item| matches!(item.declaration, Declaration::Include(_));
    let includes = tree.items.iter().filter(is_include).map(|item| item.span);
    for run in runs(flow, includes) {
        ranges.extend(range(flow, run, Some(FoldingRangeKind::Imports), false));
    }
    for run in runs(flow, tree.comments.iter().copied()) {
        ranges.extend(range(flow, run, Some(FoldingRangeKind::Comment), false));
    }
    ranges
}

fn ends_with_brace(flow: &Analysis, item: &Item) -> bool {
    flow.written(item.span).ends_with('}')
}

/// Joins spans on consecutive lines.
fn runs(flow: &Analysis, spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for span in spans {
        let begins = flow.range(span).start.line;
        match runs.last_mut() {
            Some(last) if flow.range(*last).end.line + 1 == begins => *last = last.to(span),
            _ => runs.push(span),
        }
    }
    runs
}

/// The folding range of a span over several lines. The line of a closing brace stays visible.
fn range(
    flow: &Analysis,
    span: Span,
    kind: Option<FoldingRangeKind>,
    keep_last: bool,
) -> Option<FoldingRange> {
    let range = flow.range(span);
    let end_line = range.end.line.saturating_sub(u32::from(keep_last));
    (end_line > range.start.line).then(|| FoldingRange {
        start_line: range.start.line,
        end_line,
        kind,
        ..Default::default()
    })
}
