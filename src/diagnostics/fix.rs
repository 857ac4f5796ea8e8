//! Fixes of findings: edits that an editor makes with one click.

use std::ops::Range;

use super::Diagnostic;
use crate::source::{Source, Sources, Span};
use crate::spelling::is_invisible;

/// A fix of a finding. It is offered only if the finding alone tells what to write.
///
/// ```
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect by\n");
/// let finding = compiled.diagnostics.iter().next().unwrap();
/// assert_eq!(finding.fixes[0].title, "Write `by`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// Its title in a menu: ``Write `goodbye` ``.
    pub title: String,
    /// Its edits, which do not overlap.
    pub edits: Vec<Edit>,
    /// When it is offered.
    pub when: When,
}

/// When a fix is offered. A line alone does not tell whether a word in it is the name of a value, which may be
/// declared anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum When {
    /// Always.
    #[default]
    Always,
    /// If this is the name of a let, a param or a contact field, which the fix inserts.
    Declared(Box<str>),
    /// If there are opening hours of this name, which the fix asks for.
    Hours(Box<str>),
    /// If none of these is such a name: the fix makes them part of a text.
    NoneDeclared(Vec<Box<str>>),
    /// If there is a node of this name.
    Node(Box<str>),
    /// If something has this tag, or a policy expects it.
    Tag(Box<str>),
    /// If a transition, an entry or a test names a node like this.
    NodeSpokenOf(Box<str>),
    /// If no line names a node like any of these, and none but the first is the name of a value: the fix joins
    /// them into one name.
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

/// How long the text of a fix may be, in bytes: nobody reviews a longer one before clicking.
const LONGEST: usize = 10_000;

impl Fix {
    /// Writes a text in place of a piece.
    #[doc(hidden)]
    pub fn new(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let edits = vec![Edit { span, text: text.into() }];
        Self { title: title.into(), edits, when: When::Always }
    }

    /// The same, with a title made from the text.
    pub(crate) fn write(span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(Self::title(&text), span, text)
    }

    /// The title of a fix that writes a text.
    pub(crate) fn title(text: &str) -> String {
        match text.trim() {
            "" if text.is_empty() => "Take it out".to_owned(),
            "" if text.contains('\n') => "Break the line here".to_owned(),
            "" => "Write a space".to_owned(),
            shown => format!("Write `{}`", shortened(shown)),
        }
    }

    /// Takes a statement out: its whole lines with a comment beside it if they contain nothing else, or else the
    /// statement with a separator.
    pub(crate) fn take_out(title: impl Into<String>, sources: &Sources, span: Span) -> Self {
        let source = sources.get(span.file);
        let range =
            own_lines(source, span.range()).unwrap_or_else(|| with_separator(source, span.range(), ';'));
        Self::new(title, Span::new(span.file, range.start, range.end), "")
    }

    /// Takes an element out of a list, together with one separator, `,` or `|`; or a word with the blanks before
    /// it.
    pub(crate) fn take_from_list(
        title: impl Into<String>,
        sources: &Sources,
        span: Span,
        separator: char,
    ) -> Self {
        let range = with_separator(sources.get(span.file), span.range(), separator);
        Self::new(title, Span::new(span.file, range.start, range.end), "")
    }

    /// Moves a statement before an earlier one, with the comment beside it.
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

    /// Adds a line below the one where a span ends, with the same indentation.
    pub(crate) fn add_below(title: impl Into<String>, sources: &Sources, span: Span, line: &str) -> Self {
        let source = sources.get(span.file);
        let own = source.line_range(source.line_of(span.range().end)).unwrap_or(span.range());
        let at = Span::new(span.file, own.end, own.end);
        Self::new(title, at, format!("{}{}{line}", line_break(source), margin(source, span.range().end)))
    }

    /// Adds another fix's edits. Text for the same place is appended.
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

/// The file's line break: that of its first line.
pub fn line_break(source: &Source) -> &'static str {
    let first = source.line_range(0).unwrap_or_default();
    if source.slice(first.end..first.end + 1) == "\r" { "\r\n" } else { "\n" }
}

/// The indentation of the line that contains a byte.
pub fn margin(source: &Source, at: usize) -> &str {
    let line = source.slice(source.line_range(source.line_of(at)).unwrap_or_default());
    line.get(..line.len() - line.trim_start_matches(BLANKS).len()).unwrap_or_default()
}

/// The lines of a piece with the last line break, if they contain nothing else but a comment. If the piece is a
/// paragraph of its own, the blank line is included.
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

/// A piece with the separator after it, or else the one before it, or else the blanks before it.
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

/// A title for a menu, shortened and with invisible characters escaped, since names may be of any length.
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
