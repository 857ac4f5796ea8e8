//! Positions as the protocol counts them: lines from 0, and columns in the unit on which client and server
//! agreed.

use gen_lsp_types::{Position, PositionEncodingKind, Range};

/// The unit of a column (LSP 3.17, `positionEncoding`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, which every client supports.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The unit chosen from a client's offer: bytes if possible, since they need no counting.
    pub fn agreed(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offered.contains(&PositionEncodingKind::UTF16) || offered.is_empty() {
            Self::Utf16
        } else if offered.contains(&PositionEncodingKind::UTF32) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    /// The protocol's name for it.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// The length of a character in units.
    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// The length of a text in units.
    pub fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            _ => text.chars().map(|character| self.width(character)).sum(),
        }
    }

    /// The byte offset of a column, at most the text's length; inside a character, its start.
    fn byte(self, text: &str, units: usize) -> usize {
        let mut remaining = units;
        for (at, character) in text.char_indices() {
            let width = self.width(character);
            if remaining < width {
                return at;
            }
            remaining -= width;
        }
        text.len()
    }
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or `\r`, as the protocol says.
#[derive(Debug, Clone)]
pub struct LineStarts {
    starts: Vec<usize>,
}

impl LineStarts {
    /// Finds the lines of a text.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes.get(at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        Self { starts }
    }

    /// A line's start and its text without the line break.
    fn line<'t>(&self, text: &'t str, line: usize) -> Option<(usize, &'t str)> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        Some((start, text.get(start..end)?.trim_end_matches(['\n', '\r'])))
    }

    /// The byte offset of a position; beyond a line's end, that end; beyond the last line, the text's end.
    pub fn offset(&self, text: &str, place: Position, encoding: Encoding) -> usize {
        match self.line(text, place.line as usize) {
            Some((start, line)) => start + encoding.byte(line, place.character as usize),
            None => text.len(),
        }
    }

    /// Whether a position is inside a character, such as between the halves of a surrogate pair.
    pub fn is_inside(&self, text: &str, place: Position, encoding: Encoding) -> bool {
        let Some((_, line)) = self.line(text, place.line as usize) else { return false };
        let byte = encoding.byte(line, place.character as usize);
        let before = encoding.length(line.get(..byte).unwrap_or_default());
        before < place.character as usize && byte < line.len()
    }

    /// The position of a byte offset, at most the text's end.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.starts.partition_point(|&start| start <= offset).saturating_sub(1);
        let (start, content) = self.line(text, line).unwrap_or_default();
        let before = text.get(start..offset.min(start + content.len())).unwrap_or_default();
        let number = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(encoding.length(before)) }
    }

    /// The positions of a byte range.
    pub fn range(&self, text: &str, piece: std::ops::Range<usize>, encoding: Encoding) -> Range {
        Range {
            start: self.position(text, piece.start, encoding),
            end: self.position(text, piece.end.max(piece.start), encoding),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_are_counted_in_the_units_agreed_on() {
        let text = "say \"né 😀 x\"\r\nb\rc";
        let lines = LineStarts::of(text);
        let x = text.find('x').unwrap();
        for (encoding, column) in [(Encoding::Utf8, 14), (Encoding::Utf16, 11), (Encoding::Utf32, 10)] {
            assert_eq!(lines.position(text, x, encoding), at(0, column));
            assert_eq!(lines.offset(text, at(0, column), encoding), x);
        }
        assert_eq!(lines.position(text, text.find('b').unwrap(), Encoding::Utf16), at(1, 0));
        assert_eq!(lines.position(text, text.find('c').unwrap(), Encoding::Utf16), at(2, 0));
    }

    #[test]
    fn impossible_positions_are_moved_back() {
        let text = "😀\r\nb";
        let lines = LineStarts::of(text);
        assert_eq!(lines.offset(text, at(0, 1), Encoding::Utf16), 0, "inside a pair");
        assert_eq!(lines.offset(text, at(0, 99), Encoding::Utf16), 4, "before the break");
        assert_eq!(lines.offset(text, at(9, 0), Encoding::Utf16), text.len());
        assert_eq!(lines.position(text, 2, Encoding::Utf8), at(0, 0), "inside a character");
        assert_eq!(lines.position(text, 5, Encoding::Utf8), at(0, 4), "inside a break");
        assert_eq!(lines.position(text, 99, Encoding::Utf8), at(1, 1));
    }

    #[test]
    fn a_client_that_offers_nothing_gets_utf_16() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::agreed(&[]), Encoding::Utf16);
        assert_eq!(Encoding::agreed(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::agreed(&[Kind::UTF32]), Encoding::Utf32);
        assert_eq!(Encoding::agreed(&[Kind::Custom("ebcdic".into())]), Encoding::Utf16);
    }
}
