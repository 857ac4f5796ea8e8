//! The lines that a finding shows, prepared for miette: only those lines, cut to the width around the marked
//! parts, with control characters escaped, and numbered as in the file.
//!
//! miette's own sources scan a file from its start for every label; this one already has the lines.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthStr;

use super::cut::{Cut, Marked, TAB, cut};
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Source, Sources, Span};
use crate::spelling::is_invisible;

/// The least width of a label's text in columns.
const LEAST_LABEL_WIDTH: usize = 10;

/// Consecutive lines of a file.
#[derive(Debug)]
struct Group {
    /// The file's name.
    name: String,
    /// The first line's number, from 0.
    line: usize,
    /// The range of each line in the excerpt's text, including its line break.
    lines: Vec<Range<usize>>,
}

/// A part of the excerpt that a label marks.
#[derive(Debug)]
pub struct Mark {
    /// Its range in the excerpt's text.
    pub range: Range<usize>,
    /// The column of its first character in the file's line, from 0.
    column: usize,
    /// The label's text, with line breaks where it is wrapped.
    pub text: String,
    /// Whether it is the finding's own place.
    pub primary: bool,
}

/// The lines that a finding shows.
#[derive(Debug)]
pub struct Excerpt {
    text: String,
    groups: Vec<Group>,
    /// The marked parts, in the order of the labels.
    pub marks: Vec<Mark>,
}

/// Maps an offset of the file to one of the excerpt, for the text from there on.
struct Anchor {
    from: usize,
    to: usize,
    /// Whether the text from there on is left out.
    cut: bool,
}

/// A label to add to the excerpt.
struct ExcerptLabel {
    span: Span,
    text: String,
    primary: bool,
}

impl Excerpt {
    /// The lines of a finding's labels, for a terminal of a width in columns. `ellipsis` is the sign for text that
    /// is left out.
    pub fn of(sources: &Sources, diagnostic: &Diagnostic, width: usize, ellipsis: &str) -> Self {
        let labels = labels(diagnostic);
        let mut excerpt = Self { text: String::new(), groups: Vec::new(), marks: Vec::new() };
        let line_of = |span: Span| sources.get(span.file).line_of(span.range().start);
        let last = labels.iter().map(|label| line_of(label.span) + 1).max().unwrap_or_default();
        // To the left of a line are its number, a bar and three blanks.
        let width = width.saturating_sub(last.to_string().len() + 4);
        let mut before: Option<(FileId, usize)> = None;
        for here in labels.chunk_by(|a, b| a.span.file == b.span.file && line_of(a.span) == line_of(b.span)) {
            let Some(first) = here.first() else { continue };
            let (file, line) = (first.span.file, line_of(first.span));
            let follows = before == line.checked_sub(1).map(|above| (file, above));
            let whole = excerpt.add_line(sources, (file, line), here, (width, ellipsis), follows);
            before = whole.then_some((file, line));
        }
        excerpt
    }

    /// Adds a line, several times if its labels do not fit beside each other. Returns whether the next line can
    /// follow it.
    fn add_line(
        &mut self,
        sources: &Sources,
        (file, line): (FileId, usize),
        labels: &[ExcerptLabel],
        (width, ellipsis): (usize, &str),
        follows: bool,
    ) -> bool {
        let source = sources.get(file);
        let Some(range) = source.line_range(line) else { return false };
        let marked: Vec<Marked> = labels
            .iter()
            .map(|label| {
                let start = label.span.range().start.min(range.end);
                Marked {
                    range: start..label.span.range().end.clamp(start, range.end),
                    text: label.text.width(),
                }
            })
            .collect();
        let rows = cut(source.text(), &range, &marked, width, ellipsis.width());
        let single = rows.len() == 1;
        for row in rows {
            let start = self.text.len();
            let offsets = self.push_row(source, &range, &row, ellipsis);
            for (label, marked) in labels.iter().zip(&marked).take(row.marks.end).skip(row.marks.start) {
                let range = place(&offsets, marked.range.start)..place(&offsets, marked.range.end);
                let column = source.position(label.span.range().start).column - 1;
                let width_of = |range: Range<usize>| self.text.get(range).unwrap_or_default().width();
                let hook = width_of(start..range.start) + width_of(range.clone()) / 2;
                let room = width.saturating_sub(hook + 4).max(LEAST_LABEL_WIDTH);
                let text = if label.text.width() > room {
                    textwrap::wrap(&super::shown(&label.text), room).join("\n")
                } else {
                    super::shown(&label.text)
                };
                self.marks.push(Mark { range, column, text, primary: label.primary });
            }
            self.text.push('\n');
            let lines = start..self.text.len();
            match self.groups.last_mut().filter(|_| follows && single) {
                Some(group) => group.lines.push(lines),
                None => {
                    self.groups.push(Group { name: super::shown(source.name()), line, lines: vec![lines] })
                }
            }
        }
        single
    }

    /// Adds the parts of a line that are shown. Returns how offsets of the file map to the excerpt.
    fn push_row(&mut self, source: &Source, line: &Range<usize>, row: &Cut, ellipsis: &str) -> Vec<Anchor> {
        let mut offsets = Vec::new();
        let start = self.text.len();
        let mut shown_to = line.start;
        for piece in &row.pieces {
            if piece.start > shown_to {
                self.text.push_str(ellipsis);
            }
            offsets.push(Anchor { from: piece.start, to: self.text.len(), cut: false });
            for (at, character) in source.text().get(piece.clone()).unwrap_or_default().char_indices() {
                let after = piece.start + at + character.len_utf8();
                if character == '\t' {
                    let column = self.text.get(start..).unwrap_or_default().width();
                    self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
                } else if let Some(byte) = source.byte_without_text(piece.start + at) {
                    self.text.push_str(&format!("\\x{byte:02x}"));
                } else if !is_invisible(character) {
                    self.text.push(character);
                    continue;
                } else if character != '\u{FEFF}' || piece.start + at > 0 {
                    self.text.extend(character.escape_unicode());
                }
                offsets.push(Anchor { from: after, to: self.text.len(), cut: false });
            }
            shown_to = piece.end;
            // Text that is left out maps to the end of the text before it.
            offsets.push(Anchor { from: shown_to, to: self.text.len(), cut: true });
        }
        if shown_to < line.end {
            self.text.push_str(ellipsis);
        }
        offsets
    }
}

/// The labels in the order of their places, the finding's own file first. Labels of the same place are joined.
fn labels(diagnostic: &Diagnostic) -> Vec<ExcerptLabel> {
    let own = diagnostic.span.iter().map(|&span| ExcerptLabel {
        span,
        text: diagnostic.label.clone(),
        primary: true,
    });
    let more = diagnostic.labels.iter();
    let more = more.map(|label| ExcerptLabel { span: label.span, text: label.text.clone(), primary: false });
    let mut labels: Vec<ExcerptLabel> = own.chain(more).collect();
    let file = diagnostic.span.map(|span| span.file);
    labels.sort_by_key(|label| (Some(label.span.file) != file, label.span.file, label.span.start));
    let mut kept: Vec<ExcerptLabel> = Vec::new();
    for label in labels {
        // Labels with the same start are next to each other.
        let same = kept.iter_mut().rev().take_while(|other| other.span.start == label.span.start);
        match same.into_iter().find(|other| other.span == label.span) {
            None => kept.push(label),
            Some(other) => {
                other.primary |= label.primary;
                if other.text.is_empty() {
                    other.text = label.text;
                } else if !label.text.is_empty() && !other.text.split("; ").any(|text| text == label.text) {
                    other.text = format!("{}; {}", other.text, label.text);
                }
            }
        }
    }
    kept
}

/// The offset in the excerpt of an offset of the file.
fn place(anchors: &[Anchor], offset: usize) -> usize {
    let after = anchors.partition_point(|anchor| anchor.from <= offset);
    match after.checked_sub(1).and_then(|index| anchors.get(index)) {
        Some(&Anchor { to, cut: true, .. }) => to,
        Some(&Anchor { from, to, .. }) => to + (offset - from),
        None => anchors.first().map_or(0, |anchor| anchor.to),
    }
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
        // Only consecutive lines are shown as one piece.
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
