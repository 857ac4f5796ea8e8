//! Places as the protocol counts them: lines from 0, and columns in the units that client and
//! server have agreed on.

use gen_lsp_types::{Position, PositionEncodingKind, Range};

/// The unit of a column (LSP 3.17, `positionEncoding`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client knows.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// What the server speaks of what a client offers: bytes if it may, for they need no counting.
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

    /// How many units a character takes.
    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// How many units a text takes.
    pub fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            _ => text.chars().map(|character| self.width(character)).sum(),
        }
    }

    /// The byte at so many units, at most the text's length; inside a character its start.
    fn byte(self, text: &str, units: usize) -> usize {
        let mut left = units;
        for (at, character) in text.char_indices() {
            let width = self.width(character);
            if left < width {
                return at;
            }
            left -= width;
        }
        text.len()
    }
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or `\r`, as the protocol has it.
#[derive(Debug, Clone)]
pub struct LineStarts {
    starts: Vec<usize>,
}

impl LineStarts {
    /// The lines of a text.
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

    /// A line's text without its break.
    fn line<'t>(&self, text: &'t str, line: usize) -> Option<(usize, &'t str)> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        Some((start, text.get(start..end)?.trim_end_matches(['\n', '\r'])))
    }

    /// The byte of a place; past a line's end that end, past the last line the text's.
    pub fn offset(&self, text: &str, place: Position, encoding: Encoding) -> usize {
        match self.line(text, place.line as usize) {
            Some((start, line)) => start + encoding.byte(line, place.character as usize),
            None => text.len(),
        }
    }

    /// Whether a place is inside a character, as the half of a surrogate pair is.
    pub fn is_inside(&self, text: &str, place: Position, encoding: Encoding) -> bool {
        let Some((_, line)) = self.line(text, place.line as usize) else { return false };
        let byte = encoding.byte(line, place.character as usize);
        let before = encoding.length(line.get(..byte).unwrap_or_default());
        before < place.character as usize && byte < line.len()
    }

    /// The place of a byte, at most the text's end.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.starts.partition_point(|&start| start <= offset).saturating_sub(1);
        let (start, content) = self.line(text, line).unwrap_or_default();
        let before = text.get(start..offset.min(start + content.len())).unwrap_or_default();
        let number = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(encoding.length(before)) }
    }

    /// The place of a piece of the text.
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
    fn places_that_are_none_are_the_nearest_before() {
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
    fn a_client_that_offers_nothing_speaks_utf_16() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::agreed(&[]), Encoding::Utf16);
        assert_eq!(Encoding::agreed(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::agreed(&[Kind::UTF32]), Encoding::Utf32);
        assert_eq!(Encoding::agreed(&[Kind::Custom("ebcdic".into())]), Encoding::Utf16);
    }
}
