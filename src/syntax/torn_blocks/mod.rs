//! Blocks whose first line or whose braces are missing, or that stand between other signs: one
//! finding for the block, and its lines are read as what they were meant to be.

mod lines;
mod wording;

use std::ops::Range;

pub use lines::torn;

use super::ast::{Declaration, Item, Name};
use super::broken_lines::line_at;
use super::codes;
use super::tokens::{Kind, tokens};
use super::words::LineContext;
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Span};

/// A block that is torn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornBlock {
    /// What its lines belong to; `None` where that line is missing.
    header: Option<Range<usize>>,
    /// What stands where `{` belongs; empty where nothing does.
    open: Range<usize>,
    /// From its first statement to its last.
    body: Range<usize>,
    /// What stands where `}` belongs; empty where nothing does.
    close: Range<usize>,
    /// Whether its lines are those of a policy or of a node.
    place: LineContext,
}

/// The text with each block as it was meant to be, so that every place stays where it is.
pub fn read_as_blocks(text: &str, torn: &[TornBlock]) -> String {
    let mut read = text.as_bytes().to_vec();
    for one in torn {
        let Some(header) = &one.header else {
            if one.body.is_empty() {
                write(&mut read, one.close.clone(), b'}');
            } else {
                // Whose lines they are nobody knows.
                write(&mut read, one.body.start..one.close.end, b' ');
            }
            continue;
        };
        let gap = header.end..one.body.start;
        if text.get(gap.clone()).is_some_and(|gap| gap.contains('\n')) {
            write(&mut read, gap.clone(), b'{');
            let behind = read.get_mut(gap.start + 1..gap.end).unwrap_or_default();
            if !behind.contains(&b'\n')
                && let Some(second) = behind.first_mut()
            {
                *second = b'\n';
            }
        } else {
            write(&mut read, one.open.clone(), b'{');
        }
        if !one.close.is_empty() {
            write(&mut read, one.close.clone(), b'}');
            continue;
        }
        // In place of a comment, or of the first of several line breaks.
        let rest = line_at(text, one.body.end);
        let is_blank =
            |line: &Range<usize>| text.get(line.clone()).is_some_and(|line| line.trim().is_empty());
        let below = line_at(text, (rest.end + 1).min(text.len()));
        if one.body.end < rest.end {
            write(&mut read, one.body.end..rest.end, b'}');
        } else if rest.end < text.len() && is_blank(&below) && below.end < text.len() {
            write(&mut read, rest.end..rest.end + 1, b'}');
        }
    }
    String::from_utf8(read).unwrap_or_else(|_| text.to_owned())
}

/// Whether a finding speaks of a brace that the text does not have.
pub fn is_of_brace(torn: &[TornBlock], finding: &Diagnostic) -> bool {
    let is_open =
        |at: usize| torn.iter().any(|one| one.header.as_ref().is_some_and(|header| header.end == at));
    finding.code.id == codes::SYNTAX.id
        && finding.labels.iter().any(|label| is_open(label.span.range().start))
}

/// Whether a place is in a torn block, or on the line right below one.
pub fn is_inside(torn: &[TornBlock], at: usize) -> bool {
    let next = torn.partition_point(|one| one.start() <= at);
    next.checked_sub(1).and_then(|last| torn.get(last)).is_some_and(|one| at <= one.close.end + 1)
}

impl TornBlock {
    fn start(&self) -> usize {
        self.header.as_ref().map_or(self.body.start, |header| header.start)
    }

    /// What its lines may declare where nobody can tell, and what they speak of.
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
        vec![item(Declaration::Perhaps(Vec::new())), item(Declaration::Broken(names.collect()))]
    }
}

/// Writes a sign in place of a piece, with blanks behind it and line breaks as they are.
fn write(text: &mut [u8], range: Range<usize>, sign: u8) {
    let Some(piece) = text.get_mut(range) else { return };
    for byte in piece.iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
    if let Some(first) = piece.first_mut() {
        *first = sign;
    }
}
