//! The lines of a text: where they are, and what code they have.

use std::ops::Range;

/// The indentation of the line that contains a place.
pub(super) fn indentation(text: &str, at: usize) -> usize {
    let line = line_at(text, at);
    trimmed(text, line.clone()).start - line.start
}

/// The line that contains a place, without its line break.
pub(super) fn line_at(text: &str, at: usize) -> Range<usize> {
    let start =
        text.as_bytes().get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |at| at + 1);
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    start..at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// A piece of a line without the comment at its end. A doc comment counts, since it belongs to the statement
/// below.
pub(super) fn code(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = text.get(range.clone()).unwrap_or_default();
    if piece.trim_start().starts_with("///") {
        return trimmed(text, range);
    }
    let (end, _) = comment_or_end(piece);
    trimmed(text, range.start..range.start + end)
}

/// Whether a line ends within a text or a word in backquotes, whose closing sign is missing.
pub(super) fn ends_quoted(line: &str) -> bool {
    comment_or_end(line).1
}

/// Where the comment of a line begins, or where the line ends, and whether that is within quotes.
fn comment_or_end(line: &str) -> (usize, bool) {
    let (mut quote, mut escaped, mut slash) = (None, false, false);
    for (at, character) in line.char_indices() {
        match (quote, character) {
            _ if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '`') => quote = Some(character),
            (None, '/') if slash => return (at - 1, false),
            _ => {}
        }
        slash = quote.is_none() && character == '/';
    }
    (line.len(), quote.is_some())
}

/// A range without the white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}
