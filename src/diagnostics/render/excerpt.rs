//! The lines that a finding shows, ready for miette: only those lines, cut to the width around what
//! is marked, with what a terminal would obey escaped, and numbered as in the file.
//!
//! miette's own sources scan a file from its start for every label; this one has the lines at hand.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthStr;

use super::cut::{Cut, Marked, TAB, cut};
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Source, Sources, Span};
use crate::spelling::is_invisible;

/// How many columns a label's text has at least.
const LABEL: usize = 10;

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
    /// What is said there, a line each where it is wrapped.
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

/// From which offset of the file on text stands where in the excerpt.
struct Anchor {
    from: usize,
    to: usize,
    /// Whether what follows is left out.
    cut: bool,
}

/// A label on its way into the excerpt.
struct ExcerptLabel {
    span: Span,
    text: String,
    primary: bool,
}

impl Excerpt {
    /// The lines of a finding's labels, for a terminal of so many columns. `ellipsis` stands for
    /// what is cut.
    pub fn of(sources: &Sources, diagnostic: &Diagnostic, width: usize, ellipsis: &str) -> Self {
        let labels = labels(diagnostic);
        let mut excerpt = Self { text: String::new(), groups: Vec::new(), marks: Vec::new() };
        let line_of = |span: Span| sources.get(span.file).line_of(span.range().start);
        let last = labels.iter().map(|label| line_of(label.span) + 1).max().unwrap_or_default();
        // Left of a line stand its number, a bar and three blanks.
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

    /// Adds a line, several times if its labels do not fit beside each other. The result says
    /// whether the next line can follow it.
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
                let room = width.saturating_sub(hook + 4).max(LABEL);
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

    /// Adds what is shown of a line. The result says where offsets of the file come to stand.
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
            // What is cut stands at the end of what is shown before it.
            offsets.push(Anchor { from: shown_to, to: self.text.len(), cut: true });
        }
        if shown_to < line.end {
            self.text.push_str(ellipsis);
        }
        offsets
    }
}

/// The labels in the order of their places, the finding's own file first. Labels of one place are
/// one label.
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
        // Those that start together stand side by side.
        let same = kept.iter_mut().rev().take_while(|one| one.span.start == label.span.start);
        match same.into_iter().find(|one| one.span == label.span) {
            None => kept.push(label),
            Some(one) => {
                one.primary |= label.primary;
                if one.text.is_empty() {
                    one.text = label.text;
                } else if !label.text.is_empty() && !one.text.split("; ").any(|text| text == label.text) {
                    one.text = format!("{}; {}", one.text, label.text);
                }
            }
        }
    }
    kept
}

/// Where an offset of the file stands in the excerpt.
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
