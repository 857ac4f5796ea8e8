//! The lines that a finding shows, ready for miette: only those lines, with what a terminal would
//! obey escaped, and numbered as in the file.
//!
//! miette's own sources scan a file from its start for every label; this one has the lines at hand.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::diagnostics::{Diagnostic, is_invisible};
use crate::source::{FileId, Sources, Span};

/// How many characters of a line are shown on either side of what is marked.
const BESIDE: usize = 100;
/// How many characters are marked at most.
const MARKED: usize = 200;

/// Lines that follow each other in one file.
#[derive(Debug)]
struct Group {
    /// The file's name.
    name: String,
    /// The first line's number, from 0.
    line: usize,
    /// Offsets of each line in the excerpt's text, its break included.
    lines: Vec<Range<usize>>,
}

/// A part of the excerpt that a label marks.
#[derive(Debug)]
pub struct Mark {
    /// In the excerpt's text.
    pub range: Range<usize>,
    /// Column of its first character in the file's line, from 0.
    column: usize,
    /// What is said there.
    pub text: String,
    /// Whether it is the finding's own place.
    pub primary: bool,
}

/// The lines that a finding shows.
#[derive(Debug)]
pub struct Excerpt {
    text: String,
    groups: Vec<Group>,
    /// What is marked, in the order of the labels.
    pub marks: Vec<Mark>,
}

impl Excerpt {
    /// The lines of a finding's labels.
    pub fn of(sources: &Sources, diagnostic: &Diagnostic) -> Self {
        let mut labels: Vec<(Span, &str, bool)> =
            diagnostic.span.iter().map(|&span| (span, diagnostic.label.as_str(), true)).collect();
        labels.extend(diagnostic.labels.iter().map(|label| (label.span, label.text.as_str(), false)));
        // The finding's own file comes first.
        let own = diagnostic.span.map(|span| span.file);
        labels.sort_by_key(|(span, ..)| (Some(span.file) != own, span.file, span.start));

        let mut excerpt = Self { text: String::new(), groups: Vec::new(), marks: Vec::new() };
        let mut wanted: Vec<(FileId, usize, usize)> = Vec::new();
        for (span, ..) in &labels {
            let line = sources.get(span.file).line_of(span.range().start);
            match wanted.last_mut() {
                Some((file, _, last)) if *file == span.file && line <= *last + 1 => *last = line,
                _ => wanted.push((span.file, line, line)),
            }
        }
        for (file, from, to) in wanted {
            excerpt.add_group(sources, file, from..=to, &labels);
        }
        excerpt
    }

    fn add_group(
        &mut self,
        sources: &Sources,
        file: FileId,
        lines: std::ops::RangeInclusive<usize>,
        labels: &[(Span, &str, bool)],
    ) {
        let source = sources.get(file);
        let mut group = Group { name: super::shown(source.name()), line: *lines.start(), lines: Vec::new() };
        for line in lines {
            let Some(range) = source.line_range(line) else { break };
            let here: Vec<_> = labels
                .iter()
                .filter(|(span, ..)| span.file == file && source.line_of(span.range().start) == line)
                .collect();
            let start = self.text.len();
            let marked = here.iter().map(|(span, ..)| span.range().start..span.range().end.min(range.end));
            let window = window(source.text(), &range, marked);
            let cut_before = window.start > range.start;
            if cut_before {
                self.text.push('…');
            }
            let offsets = self.push_escaped(source.slice(window.clone()), window.start);
            if window.end < range.end {
                self.text.push('…');
            }
            for (span, text, primary) in here {
                let at = |offset: usize| {
                    let offset = offset.clamp(window.start, window.end);
                    let moved = offsets.partition_point(|&(from, _)| from <= offset);
                    // Past the last escape before it, an offset moves as much as that escape did.
                    let (from, to) = moved
                        .checked_sub(1)
                        .and_then(|index| offsets.get(index))
                        .copied()
                        .unwrap_or_default();
                    to + (offset - from)
                };
                let range = at(span.range().start)..at(span.range().end.max(span.range().start));
                let column = source.position(span.range().start).column - 1;
                self.marks.push(Mark { range, column, text: (*text).to_owned(), primary: *primary });
            }
            self.text.push('\n');
            group.lines.push(start..self.text.len());
        }
        self.groups.push(group);
    }

    /// Adds text with its control characters escaped. The result says where offsets of the file
    /// come to stand: each pair holds from its first offset on.
    fn push_escaped(&mut self, text: &str, base: usize) -> Vec<(usize, usize)> {
        let mut offsets = vec![(base, self.text.len())];
        for (at, character) in text.char_indices() {
            if character == '\t' || !is_invisible(character) {
                self.text.push(character);
            } else if character == '\u{FEFF}' {
                offsets.push((base + at + character.len_utf8(), self.text.len()));
            } else {
                self.text.extend(character.escape_unicode());
                offsets.push((base + at + character.len_utf8(), self.text.len()));
            }
        }
        offsets
    }
}

/// The part of a line that is shown: all of it, unless it is longer than anybody reads.
fn window(text: &str, line: &Range<usize>, marked: impl Iterator<Item = Range<usize>>) -> Range<usize> {
    if line.len() <= 2 * BESIDE + MARKED {
        return line.clone();
    }
    let marked =
        marked.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(line.start..line.start);
    let end = marked.end.min(marked.start + MARKED);
    let start = text.floor_char_boundary(marked.start.saturating_sub(BESIDE).max(line.start));
    start..text.ceil_char_boundary((end + BESIDE).min(line.end))
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let is_in = |group: &&Group| {
            let first = group.lines.first().map_or(0, |line| line.start);
            let last = group.lines.last().map_or(0, |line| line.end);
            first <= start && start < last && end <= last
        };
        // Lines that do not follow each other are never shown as one piece.
        let group = self.groups.iter().find(is_in).ok_or(MietteError::OutOfBounds)?;
        let line_at = |offset: usize| {
            group.lines.iter().position(|line| offset < line.end).unwrap_or(group.lines.len() - 1)
        };
        let exact = before == 0 && after == 0;
        let first = line_at(start).saturating_sub(before);
        let last = (line_at(end.max(start + 1) - 1) + after).min(group.lines.len() - 1);
        let from = if exact { start } else { group.lines.get(first).map_or(start, |line| line.start) };
        let to = if exact { end } else { group.lines.get(last).map_or(end, |line| line.end) };
        let column = if exact {
            self.marks.iter().find(|mark| mark.range.start == start).map_or(0, |mark| mark.column)
        } else {
            0
        };
        let data = self.text.as_bytes().get(from..to).unwrap_or_default();
        Ok(Box::new(MietteSpanContents::new_named(
            group.name.clone(),
            data,
            (from, to - from).into(),
            group.line + first,
            column,
            last - first + 1,
        )))
    }
}
