//! The canonical layout of an open file.

use std::ops::Range;
use std::time::Duration;

use gen_lsp_types::{DocumentFormattingParams, TextEdit};
use similar::{DiffOp, TextDiff};

use super::request_error::RequestError;
use super::session::Session;
use crate::source::Span;
use crate::syntax::format::Unformatted;

/// The time limit for comparing lines. After that, larger pieces are replaced than necessary.
const DIFF_TIME: Duration = Duration::from_millis(200);

/// The edits that bring a file into the canonical layout, line by line, so that cursors stay where they
/// are. A file with syntax errors is not changed; it already shows them.
pub fn format(
    session: &mut Session<'_>,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>, RequestError> {
    let Some((flow, file)) = session.flow(&params.text_document) else { return Ok(None) };
    let formatted = match crate::format(&flow.compiled.sources, file) {
        Ok(formatted) => formatted,
        Err(Unformatted::Errors(_)) => return Ok(None),
        Err(Unformatted::Differs(span)) => {
            let line = flow.range(span).start.line + 1;
            return Err(format!(
                "not formatted, because the result would mean something else from line {line} on; this is a bug in cxflowc, so please report it with the lines around that place"
            ));
        }
    };
    let before = flow.text(file);
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(before), lines(&formatted));
    let (old_at, new_at) = (offsets(&old), offsets(&new));
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_slices(&old, &new);
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let edits = changed.map(|op| {
        let (old, new) = (bytes(&old_at, op.old_range()), bytes(&new_at, op.new_range()));
        let text = formatted.get(new).unwrap_or_default();
        TextEdit { range: flow.range(Span::new(file, old.start, old.end)), new_text: text.to_owned() }
    });
    Ok(Some(edits.collect()))
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Where each line begins, and where the last one ends.
fn offsets(lines: &[&str]) -> Vec<usize> {
    let ends = lines.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}

/// The byte range of some lines.
fn bytes(offsets: &[usize], lines: Range<usize>) -> Range<usize> {
    let at = |line: usize| offsets.get(line).or(offsets.last()).copied().unwrap_or_default();
    at(lines.start)..at(lines.end)
}
