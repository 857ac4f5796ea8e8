//! Torn blocks: their header or their braces are missing, or they have other signs in place of braces. A torn block is
//! one finding, and its lines are read as intended.

mod lines;
mod wording;

use std::ops::Range;

pub use lines::torn;

use super::ast::{Declaration, Item, Name};
use super::codes;
use super::text_lines::{code, line_at};
use super::tokens::{Kind, tokens};
use super::words::LineContext;
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Span};

/// A torn block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornBlock {
    /// The header that its lines belong to. `None` if that is missing.
    header: Option<Range<usize>>,
    /// The text in place of `{`, or an empty range.
    open: Range<usize>,
    /// From its first statement to its last.
    body: Range<usize>,
    /// The text in place of `}`, or an empty range.
    close: Range<usize>,
    /// Whether its lines are those of a policy or of a node.
    place: LineContext,
}

/// The text with each block as intended, without any change of places.
pub fn read_as_blocks(text: &str, torn: &[TornBlock]) -> String {
    let mut read = text.as_bytes().to_vec();
    for block in torn {
        let Some(header) = &block.header else {
            if block.body.is_empty() {
                write(&mut read, block.close.clone(), b'}');
            } else {
                // It is unknown what the lines belong to.
                write(&mut read, block.body.start..block.close.end, b' ');
            }
            continue;
        };
        let gap = header.end..block.body.start;
        if text.get(gap.clone()).is_some_and(|gap| gap.contains('\n')) {
            write(&mut read, gap.clone(), b'{');
            let after = read.get_mut(gap.start + 1..gap.end).unwrap_or_default();
            if !after.contains(&b'\n')
                && let Some(second) = after.first_mut()
            {
                *second = b'\n';
            }
        } else {
            write(&mut read, block.open.clone(), b'{');
        }
        if !block.close.is_empty() {
            write(&mut read, block.close.clone(), b'}');
            continue;
        }
        // Put the `}` in place of a comment, or of the first of several line breaks.
        let rest = line_at(text, block.body.end);
        let is_blank =
            |line: &Range<usize>| text.get(line.clone()).is_some_and(|line| line.trim().is_empty());
        let below = line_at(text, (rest.end + 1).min(text.len()));
        if block.body.end < rest.end {
            write(&mut read, block.body.end..rest.end, b'}');
        } else if rest.end < text.len() && is_blank(&below) && below.end < text.len() {
            write(&mut read, rest.end..rest.end + 1, b'}');
        }
    }
    String::from_utf8(read).unwrap_or_else(|_| text.to_owned())
}

/// Whether a finding is about a brace that is not in the text.
pub fn is_of_brace(torn: &[TornBlock], finding: &Diagnostic) -> bool {
    let is_open =
        |at: usize| torn.iter().any(|block| block.header.as_ref().is_some_and(|header| header.end == at));
    finding.code.id == codes::SYNTAX.id
        && finding.labels.iter().any(|label| is_open(label.span.range().start))
}

/// Whether a place is in a torn block, or on the line right below one.
pub fn is_inside(torn: &[TornBlock], at: usize) -> bool {
    let next = torn.partition_point(|block| block.start() <= at);
    next.checked_sub(1).and_then(|last| torn.get(last)).is_some_and(|block| at <= block.close.end + 1)
}

impl TornBlock {
    fn start(&self) -> usize {
        self.header.as_ref().map_or(self.body.start, |header| header.start)
    }

    /// Whether its `{` is missing since a URL without quotes begins a comment on the line above, which is reported.
    pub fn is_behind_url(&self, text: &str) -> bool {
        let Some(above) = line_at(text, self.body.start).start.checked_sub(1) else { return false };
        let line = line_at(text, above);
        let opens = text.get(line.clone()).is_some_and(|line| line.trim_end().ends_with('{'));
        let is_url = text.get(code(text, line)).is_some_and(|code| code.ends_with(':'));
        self.header.is_none() && opens && is_url
    }

    /// The possible declarations and references of its lines, if it has no header.
    pub fn lost(&self, file: FileId, text: &str) -> Vec<Item> {
        if self.header.is_some() || self.body.is_empty() {
            return Vec::new();
        }
        let span = |range: Range<usize>| Span::new(file, range.start, range.end);
        let item = |declaration| Item { span: span(self.body.clone()), doc: None, declaration };
        if self.place == LineContext::Policy {
            return vec![item(Declaration::LostInclude(None))];
        }
        let body = text.get(self.body.clone()).unwrap_or_default();
        let words = tokens(body).into_iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted));
        let names = words.map(|word| Name {
            span: span(self.body.start + word.range.start..self.body.start + word.range.end),
            quoted: word.kind == Kind::Quoted,
        });
        vec![item(Declaration::Ambiguous(Vec::new())), item(Declaration::Broken(names.collect()))]
    }
}

/// Writes a sign in place of a piece, padded with blanks, without changing line breaks.
fn write(text: &mut [u8], range: Range<usize>, sign: u8) {
    let Some(piece) = text.get_mut(range) else { return };
    for byte in piece.iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
    if let Some(first) = piece.first_mut() {
        *first = sign;
    }
}
