//! What would mend a finding: edits that an editor makes with one click.

use super::Diagnostic;
use crate::source::{Source, Sources, Span};

/// What would mend a finding. Offered where the finding alone tells what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// What it does, as a menu shows it: ``Write `goodbye` ``.
    pub title: String,
    /// What is written. Edits do not overlap.
    pub edits: Vec<Edit>,
}

/// A piece of a file, and what to write in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The piece.
    pub span: Span,
    /// What to write.
    pub text: String,
}

impl Mend {
    /// Writes a text in place of a piece.
    pub fn new(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self { title: title.into(), edits: vec![Edit { span, text: text.into() }] }
    }

    /// The same, called after what is written.
    pub fn write(span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        let title = match text.trim() {
            "" if text.is_empty() => "Take it out".to_owned(),
            "" => "Write a space".to_owned(),
            shown => format!("Write `{}`", shortened(shown)),
        };
        Self::new(title, span, text)
    }

    /// Takes a statement out, with its line where nothing else stands there.
    pub fn take_out(title: impl Into<String>, sources: &Sources, span: Span) -> Self {
        Self::new(title, own_lines(sources.get(span.file), span), "")
    }

    /// Adds a line below the one where a span ends, indented by so much more than that.
    pub fn add_below(
        title: impl Into<String>,
        sources: &Sources,
        span: Span,
        indent: &str,
        line: &str,
    ) -> Self {
        let source = sources.get(span.file);
        let own = source.line_range(source.line_of(span.range().end)).unwrap_or(span.range());
        let text = source.slice(own.clone());
        let margin = text.get(..text.len() - text.trim_start().len()).unwrap_or_default();
        let at = Span::new(span.file, own.end, own.end);
        Self::new(title, at, format!("{}{margin}{indent}{line}", line_break(source)))
    }

    /// Does this as well.
    pub fn and(mut self, other: Mend) -> Self {
        self.edits.extend(other.edits);
        self
    }
}

impl Diagnostic {
    /// Offers a mend; the first one is the likeliest.
    pub fn mend(mut self, mend: impl Into<Option<Mend>>) -> Self {
        self.mends.extend(mend.into());
        self
    }
}

/// How the file breaks its lines.
pub fn line_break(source: &Source) -> &'static str {
    let first = memchr::memchr(b'\n', source.text().as_bytes());
    let is_crlf = first.is_some_and(|at| source.slice(0..at).ends_with('\r'));
    if is_crlf { "\r\n" } else { "\n" }
}

/// The lines of a piece with the last one's break, if nothing else stands on them; else the piece.
fn own_lines(source: &Source, span: Span) -> Span {
    let text = source.text();
    let before = text.get(..span.range().start).unwrap_or_default();
    let after = text.get(span.range().end..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = after.find('\n').map_or(after, |at| after.get(..=at).unwrap_or_default());
    let is_alone = before.get(start..).is_some_and(|text| text.trim().is_empty()) && rest.trim().is_empty();
    if is_alone { Span::new(span.file, start, span.range().end + rest.len()) } else { span }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
