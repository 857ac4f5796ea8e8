//! Decides which parts of a line are shown: all of it if it fits, or else the parts around its labels.
//!
//! Only a few widths of a line around each label are looked at, however long the line is.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::spelling::is_invisible;

/// The width of a tab in columns.
pub const TAB: usize = 4;

/// The number of columns between a label's hook and its text.
const HOOK: usize = 4;

/// A part of a line that a label marks.
#[derive(Debug)]
pub struct Marked {
    /// Its range in the file.
    pub range: Range<usize>,
    /// The width of its label's text in columns, on one line.
    pub text: usize,
}

/// The parts of a line that are shown in one row.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut {
    /// Parts of the line, in order. The text between them is left out.
    pub pieces: Vec<Range<usize>>,
    /// The marked parts that they contain.
    pub marks: Range<usize>,
}

/// A row that is being filled, with widths in columns.
struct Row {
    cut: Cut,
    /// The used width, without ellipses at the ends.
    used: usize,
    /// The column up to which the label texts need room.
    reach: usize,
}

/// Cuts a line to a width around the marked parts, which are in order. `ellipsis` is the width of the sign for
/// text that is left out.
pub fn cut(text: &str, line: &Range<usize>, marked: &[Marked], width: usize, ellipsis: usize) -> Vec<Cut> {
    let line_of = ExcerptLine { text, line };
    if line_of.fits(marked, width) {
        return vec![Cut { pieces: vec![line.clone()], marks: 0..marked.len() }];
    }
    // Both ends of the line may be cut.
    let width = width.saturating_sub(2 * ellipsis).max(8);
    // A mark takes at most half of the width.
    let longest = width / 2;
    let beside = width / 10;
    let mut rows: Vec<Row> = Vec::new();
    for (index, mark) in marked.iter().enumerate() {
        let end = line_of.forward(mark.range.start, longest).min(mark.range.end).max(mark.range.start);
        let own = line_of.width(mark.range.start..end).max(1);
        let wanted = HOOK + mark.text.min(width / 3);
        let added = rows.last_mut().is_some_and(|row| {
            line_of.add(row, mark.range.start..end, (own, wanted, ellipsis, beside), width)
        });
        if added {
            if let Some(row) = rows.last_mut() {
                row.cut.marks.end = index + 1;
            }
        } else {
            rows.push(Row {
                cut: Cut {
                    pieces: std::iter::once(mark.range.start..end).collect(),
                    marks: index..index + 1,
                },
                used: own,
                reach: own / 2 + wanted,
            });
        }
    }
    rows.into_iter().map(|row| line_of.widened(row, width)).collect()
}

struct ExcerptLine<'a> {
    text: &'a str,
    line: &'a Range<usize>,
}

impl ExcerptLine<'_> {
    /// Whether the whole line and its labels fit.
    fn fits(&self, marked: &[Marked], width: usize) -> bool {
        self.forward(self.line.start, width) == self.line.end
            && marked.iter().all(|mark| {
                let before = self.width(self.line.start..mark.range.start);
                let hook = before + self.width(mark.range.clone()) / 2;
                hook + HOOK + mark.text.min(width / 3) <= width
            })
    }

    /// Adds a mark to a row if there is room.
    fn add(
        &self,
        row: &mut Row,
        core: Range<usize>,
        (own, wanted, ellipsis, beside): (usize, usize, usize, usize),
        width: usize,
    ) -> bool {
        let Some(last) = row.cut.pieces.last_mut() else { return false };
        if core.start < last.end {
            // They overlap.
            let at = row.used.saturating_sub(self.width(core.start..last.end));
            let used = row.used.max(at + own);
            let reach = at + own / 2 + wanted;
            let fits = used <= width && reach <= width;
            if fits {
                last.end = last.end.max(core.end);
                row.used = used;
                row.reach = row.reach.max(reach);
            }
            return fits;
        }
        // The text between them is shown if leaving it out would save little.
        let between = 2 * beside + ellipsis;
        let near = self.forward(last.end, between) >= core.start;
        let (left, right) = (self.forward(last.end, beside), self.back(core.start, beside));
        let gap = if near {
            self.width(last.end..core.start)
        } else {
            self.width(last.end..left) + ellipsis + self.width(right..core.start)
        };
        let used = row.used + gap + own;
        let reach = row.used + gap + own / 2 + wanted;
        if used > width || reach > width {
            return false;
        }
        if near {
            last.end = core.end;
        } else {
            last.end = left;
            row.cut.pieces.push(right..core.end);
        }
        row.used = used;
        row.reach = row.reach.max(reach);
        true
    }

    /// Extends a row at both ends as far as there is room.
    fn widened(&self, mut row: Row, width: usize) -> Cut {
        let spare = width.saturating_sub(row.used);
        let end = row.cut.pieces.last().map_or(self.line.end, |piece| piece.end);
        let after = self.width(end..self.forward(end, spare));
        // The left side gets what the right side leaves, but never the room of a label.
        let left = spare.saturating_sub(after.min(spare / 2)).min(width.saturating_sub(row.reach));
        if let Some(first) = row.cut.pieces.first_mut() {
            let start = self.back(first.start, left);
            row.used += self.width(start..first.start);
            first.start = start;
        }
        if let Some(last) = row.cut.pieces.last_mut() {
            last.end = self.forward(last.end, width.saturating_sub(row.used));
        }
        row.cut
    }

    /// Where the text from `start` that takes at most a number of columns ends.
    fn forward(&self, start: usize, columns: usize) -> usize {
        let mut remaining = columns;
        for (at, character) in self.text.get(start..self.line.end).unwrap_or_default().char_indices() {
            let width = width(character);
            // Characters without a width stay with the character before them, up to a reasonable number.
            if width > remaining || at > 16 * (columns + 1) {
                return start + at;
            }
            remaining -= width;
        }
        self.line.end.max(start)
    }

    /// Where the text before `end` that takes at most a number of columns starts.
    fn back(&self, end: usize, columns: usize) -> usize {
        let mut remaining = columns;
        let mut start = end;
        for (at, character) in self.text.get(self.line.start..end).unwrap_or_default().char_indices().rev() {
            let width = width(character);
            if width > remaining || end - self.line.start - at > 16 * (columns + 1) {
                break;
            }
            remaining -= width;
            // A piece begins with a character that has a width.
            if width > 0 || self.line.start + at == self.line.start {
                start = self.line.start + at;
            }
        }
        start
    }

    fn width(&self, range: Range<usize>) -> usize {
        self.text.get(range).unwrap_or_default().chars().map(width).sum()
    }
}

/// The width of a character in columns as it is shown.
fn width(character: char) -> usize {
    match character {
        '\t' => TAB,
        '\u{FEFF}' => 0,
        _ if is_invisible(character) => character.escape_unicode().count(),
        _ => character.width().unwrap_or(0),
    }
}
