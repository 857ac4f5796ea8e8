//! What would fix a finding: edits that an editor makes with one click.

use std::ops::Range;

use super::Diagnostic;
use crate::source::{Source, Sources, Span};
use crate::spelling::is_invisible;

/// What would fix a finding. Offered where the finding alone tells what to write.
///
/// ```
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect by\n");
/// let finding = compiled.diagnostics.iter().next().unwrap();
/// assert_eq!(finding.fixes[0].title, "Write `by`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// What it does, as a menu shows it: ``Write `goodbye` ``.
    pub title: String,
    /// What is written. Edits do not overlap.
    pub edits: Vec<Edit>,
    /// When it is offered.
    pub when: When,
}

/// When a fix is offered: what a line alone does not tell is whether a word of it is the name of a
/// value, which may be declared anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum When {
    /// Always.
    #[default]
    Always,
    /// Where this is the name of a let, a param or a contact field: it inserts its value.
    Declared(Box<str>),
    /// Where none of these is: it makes them part of a text.
    NoneDeclared(Vec<Box<str>>),
    /// Where there is a node of this name.
    Node(Box<str>),
    /// Where something bears this tag, or a policy expects it.
    Tag(Box<str>),
    /// Where a transition, an entry or a test speaks of a node of this name.
    NodeSpokenOf(Box<str>),
    /// Where nothing speaks of a node of any of these names, and none but the first is a value's: they
    /// become one name.
    NoNodeSpokenOf(Vec<Box<str>>),
}

/// A piece of a file, and what to write in its place.
///
/// ```
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect by\n");
/// let edit = &compiled.diagnostics.iter().next().unwrap().fixes[0].edits[0];
/// assert_eq!((compiled.sources.text(edit.span), &*edit.text), ("bye", "by"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The piece.
    pub span: Span,
    /// What to write.
    pub text: String,
}

/// The longest text that a fix writes, in bytes. What is longer nobody looks over before the click.
const LONGEST: usize = 10_000;

impl Fix {
    /// Writes a text in place of a piece.
    #[doc(hidden)]
    pub fn new(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let edits = vec![Edit { span, text: text.into() }];
        Self { title: title.into(), edits, when: When::Always }
    }

    /// The same, called after what is written.
    pub(crate) fn write(span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(Self::title(&text), span, text)
    }

    /// What a fix is called that writes this.
    pub(crate) fn title(text: &str) -> String {
        match text.trim() {
            "" if text.is_empty() => "Take it out".to_owned(),
            "" => "Write a space".to_owned(),
            shown => format!("Write `{}`", shortened(shown)),
        }
    }

    /// Takes a statement out: its lines, with a comment beside it, where nothing else stands there;
    /// else with what parts it from its neighbours.
    pub(crate) fn take_out(title: impl Into<String>, sources: &Sources, span: Span) -> Self {
        let source = sources.get(span.file);
        let range =
            own_lines(source, span.range()).unwrap_or_else(|| with_separator(source, span.range(), ';'));
        Self::new(title, Span::new(span.file, range.start, range.end), "")
    }

    /// Takes one of several out that are parted by `,` or `|`, with one of these; or a word with the
    /// blanks before it.
    pub(crate) fn take_from_list(
        title: impl Into<String>,
        sources: &Sources,
        span: Span,
        separator: char,
    ) -> Self {
        let range = with_separator(sources.get(span.file), span.range(), separator);
        Self::new(title, Span::new(span.file, range.start, range.end), "")
    }

    /// Puts a statement before an earlier one, with the comment beside it.
    pub(crate) fn move_before(
        title: impl Into<String>,
        sources: &Sources,
        from: Span,
        to: Span,
    ) -> Option<Self> {
        let source = sources.get(from.file);
        let lines = own_lines(source, from.range());
        let cut = lines.clone().unwrap_or_else(|| with_separator(source, from.range(), ';'));
        let margin = margin(source, to.range().start);
        let line = source.line_range(source.line_of(to.range().start))?;
        let text = sources.text(from);
        let moved = match lines {
            Some(lines) => source.slice(from.range().start..lines.end).trim_end(),
            None => text,
        };
        let text = if line.start + margin.len() == to.range().start {
            format!("{moved}{}{margin}", line_break(source))
        } else if moved == text {
            format!("{text}; ")
        } else {
            return None;
        };
        let cut = Span::new(from.file, cut.start, cut.end);
        Some(Self::new(title, Span { end: to.start, ..to }, text).and(Self::new("", cut, "")))
    }

    /// Adds a line below the one where a span ends, indented as that is.
    pub(crate) fn add_below(title: impl Into<String>, sources: &Sources, span: Span, line: &str) -> Self {
        let source = sources.get(span.file);
        let own = source.line_range(source.line_of(span.range().end)).unwrap_or(span.range());
        let at = Span::new(span.file, own.end, own.end);
        Self::new(title, at, format!("{}{}{line}", line_break(source), margin(source, span.range().end)))
    }

    /// Does this as well. What is written at the same place comes after.
    pub(crate) fn and(mut self, other: Fix) -> Self {
        for edit in other.edits {
            match self.edits.iter_mut().find(|own| own.span == edit.span) {
                Some(own) => own.text.push_str(&edit.text),
                None => self.edits.push(edit),
            }
        }
        self
    }
}

impl Diagnostic {
    /// Offers a fix; the first one is the likeliest.
    pub(crate) fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        let fits = |fix: &Fix| fix.edits.iter().map(|edit| edit.text.len()).sum::<usize>() <= LONGEST;
        let shown = |fix: Fix| Fix { title: shown(&fix.title), ..fix };
        self.fixes.extend(fix.into().filter(fits).map(shown));
        self
    }
}

/// How the file breaks its lines: as it breaks the first.
pub fn line_break(source: &Source) -> &'static str {
    let first = source.line_range(0).unwrap_or_default();
    if source.slice(first.end..first.end + 1) == "\r" { "\r\n" } else { "\n" }
}

/// The blanks with which the line of a byte begins.
pub fn margin(source: &Source, at: usize) -> &str {
    let line = source.slice(source.line_range(source.line_of(at)).unwrap_or_default());
    line.get(..line.len() - line.trim_start_matches(BLANKS).len()).unwrap_or_default()
}

/// The lines of a piece with the last one's break, if nothing but a comment stands beside it; of a
/// paragraph of its own the blank line as well.
pub fn own_lines(source: &Source, piece: Range<usize>) -> Option<Range<usize>> {
    let (first, last) = (source.line_of(piece.start), source.line_of(piece.end));
    let (start, end) = (source.line_range(first)?.start, source.line_range(last)?.end);
    let mark = if start == 0 && source.text().starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let start = start + mark;
    if !source.slice(start..piece.start).trim_end_matches(BLANKS).is_empty() {
        return None;
    }
    let beside = source.slice(piece.end..end).trim_start_matches(BLANKS);
    if !(beside.is_empty() || beside.starts_with("//")) {
        return None;
    }
    let is_blank = |line: usize| {
        source.line_range(line).is_some_and(|line| source.slice(line).trim_matches(BLANKS).is_empty())
    };
    let next = |line: usize| source.line_range(line).map_or(source.text().len(), |line| line.start);
    let ends = next(last + 1) >= source.text().len();
    let begins_paragraph = first == 0 || is_blank(first - 1);
    Some(match (begins_paragraph, ends) {
        (true, false) if is_blank(last + 1) => start..next(last + 2),
        (true, true) if first > 0 => next(first - 1)..source.text().len(),
        _ => start..next(last + 1),
    })
}

/// A piece with one of the signs that part it from its neighbours, the following one if there is one;
/// where there is none with the blanks before it.
fn with_separator(source: &Source, piece: Range<usize>, separator: char) -> Range<usize> {
    let text = source.text();
    let after = text.get(piece.end..).unwrap_or_default();
    let rest = after.trim_start_matches(BLANKS);
    if let Some(rest) = rest.strip_prefix(separator) {
        return piece.start..text.len() - rest.trim_start_matches(BLANKS).len();
    }
    let before = text.get(..piece.start).unwrap_or_default().trim_end_matches(BLANKS);
    match before.strip_suffix(separator) {
        Some(before) => before.trim_end_matches(BLANKS).len()..piece.end,
        None => before.len()..piece.end,
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// A title as a menu can show it: a name may hold any character, and any number of them.
fn shown(title: &str) -> String {
    const LONGEST: usize = 120;
    let mut shown = String::with_capacity(title.len().min(LONGEST));
    for (number, character) in title.chars().enumerate() {
        match character {
            _ if number == LONGEST => {
                shown.push('…');
                break;
            }
            _ if is_invisible(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None if line.len() < text.len() => format!("{line} …"),
        None => line.to_owned(),
    }
}
