//! A file's text, its line index, and places in it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::table::{Table, id};

/// The largest file that is read, in bytes: 256 MiB. Offsets fit in 32 bits.
pub const MAX_BYTES: usize = 256 << 20;

id! {
    /// A file among the [`Sources`] of one compilation.
    FileId
}

/// A piece of a file: byte offsets, the end exclusive.
///
/// ```
/// use cxflowc::{Source, Sources, Span};
///
/// let mut sources = Sources::default();
/// let file = sources.add(Source::new("a.cxflow", "a.cxflow", b"entry a\n".to_vec()));
/// assert_eq!(sources.text(Span::new(file, 0, 5)), "entry");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset past the last byte.
    pub end: u32,
}

impl Span {
    /// Whether another span is within this one.
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The span from `start` to `end`, in bytes.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { file, start: offset(start), end: offset(end) }
    }

    /// The offsets as indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From this span's start to the other's end.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.start), ..self }
    }

    /// The empty span where this one ends.
    pub fn after(self) -> Span {
        Span { start: self.end, ..self }
    }
}

/// A line and a column, counted from 1.
///
/// ```
/// use cxflowc::Source;
///
/// let source = Source::new("a.cxflow", "a.cxflow", "entry a\n# Schön\n".into());
/// // The `n` at the end, after a letter of two bytes.
/// let place = source.position(15);
/// assert_eq!((place.line, place.column), (2, 7));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The unit of columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColumnUnit {
    /// Characters.
    #[default]
    Characters,
    /// The 16-bit units of UTF-16: two for a character beyond U+FFFF.
    Utf16,
    /// Bytes.
    Bytes,
}

/// Bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8 {
    /// Offset of the first one.
    pub offset: usize,
    /// How many there are.
    pub count: usize,
    /// Whether the file is binary, and was treated as empty.
    pub binary: bool,
}

/// One file's text.
///
/// ```
/// let source = cxflowc::Source::new("a.cxflow", "flows/a.cxflow", b"entry a\n".to_vec());
/// assert_eq!(source.line_of(3), 0);
/// assert_eq!(source.text(), "entry a\n");
/// ```
#[derive(Debug)]
pub struct Source {
    name: String,
    path: PathBuf,
    text: String,
    ascii: bool,
    not_utf8: Option<NotUtf8>,
    /// The file's bytes, if some are not UTF-8: the text has a substitute for each of those.
    bytes: Option<Vec<u8>>,
    too_large: bool,
    bundled: bool,
    line_starts: OnceLock<Vec<u32>>,
    /// The number of characters before each [`BLOCK`] of bytes.
    characters: OnceLock<Vec<u32>>,
    /// The number of characters beyond U+FFFF before each block.
    beyond_16_bits: OnceLock<Vec<u32>>,
}

/// The size of the blocks for counting characters: at most this many bytes are counted for a column.
const BLOCK: usize = 1 << 12;

impl Source {
    /// Reads `bytes` as text. `name` is the file's name in messages, and `path` is what its includes are relative
    /// to. A byte that is not UTF-8 becomes a substitute character of the same length, so that offsets do not
    /// change.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        let too_large = bytes.len() > MAX_BYTES;
        let Decoded { text, not_utf8, bytes } = if too_large { Decoded::default() } else { decode(bytes) };
        Self {
            name: name.into(),
            path: path.into(),
            ascii: text.is_ascii(),
            text,
            not_utf8,
            bytes,
            too_large,
            bundled: false,
            line_starts: OnceLock::new(),
            characters: OnceLock::new(),
            beyond_16_bits: OnceLock::new(),
        }
    }

    /// Marks the file as one that comes with the compiler, which nobody can change.
    pub fn bundled(self) -> Self {
        Self { bundled: true, ..self }
    }

    /// Whether the file comes with the compiler.
    pub fn is_bundled(&self) -> bool {
        self.bundled
    }

    /// The file's name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether every character is ASCII.
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// The bytes that are not UTF-8, if there are any.
    pub fn not_utf8(&self) -> Option<NotUtf8> {
        self.not_utf8
    }

    /// The byte at an offset, if it is not UTF-8 and the text has a substitute for it.
    pub fn byte_without_text(&self, offset: usize) -> Option<u8> {
        let byte = *self.bytes.as_ref()?.get(offset)?;
        (self.text.as_bytes().get(offset) != Some(&byte)).then_some(byte)
    }

    /// Whether the file is larger than [`MAX_BYTES`] and was not read.
    pub fn too_large(&self) -> bool {
        self.too_large
    }

    /// The text of a range, or nothing if the range is not in the file.
    pub fn slice(&self, range: std::ops::Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let after = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(after)).collect()
        })
    }

    /// The line (from 0) of the byte at `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|&start| start as usize <= offset).saturating_sub(1)
    }

    /// The range of a line (from 0) without its line break. `None` after the last line.
    pub fn line_range(&self, line: usize) -> Option<std::ops::Range<usize>> {
        let start = *self.line_starts().get(line)? as usize;
        let end = self.line_starts().get(line + 1).map_or(self.text.len(), |&next| next as usize - 1);
        let end = if self.slice(start..end).ends_with('\r') { end - 1 } else { end };
        Some(start..end)
    }

    /// The line and the column of a byte.
    pub fn position(&self, offset: usize) -> Position {
        self.position_in(offset, ColumnUnit::Characters)
    }

    /// The line and the column of a byte, the column in a unit.
    pub fn position_in(&self, offset: usize, unit: ColumnUnit) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_of(offset);
        let start = self.line_starts().get(line).map_or(0, |&start| start as usize);
        if self.ascii {
            return Position { line: line + 1, column: offset - start + 1 };
        }
        // A byte-order mark does not count as a character.
        let has_mark = start == 0 && offset > 0 && self.text.starts_with('\u{FEFF}');
        let characters = || self.characters_before(offset) - self.characters_before(start);
        let (column, mark) = match unit {
            ColumnUnit::Characters => (characters(), 1),
            ColumnUnit::Utf16 => (characters() + self.beyond_before(offset) - self.beyond_before(start), 1),
            ColumnUnit::Bytes => (offset - start, '\u{FEFF}'.len_utf8()),
        };
        let mark = if has_mark { mark } else { 0 };
        Position { line: line + 1, column: column.saturating_sub(mark) + 1 }
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        self.count_before(offset, &self.characters, |byte| byte & 0xC0 != 0x80)
    }

    /// How many characters beyond U+FFFF begin before a byte.
    fn beyond_before(&self, offset: usize) -> usize {
        self.count_before(offset, &self.beyond_16_bits, |byte| byte >= 0xF0)
    }

    /// The number of bytes before `offset` that count. Many findings on one long line need this, so it does not count
    /// from the line's start.
    fn count_before(&self, offset: usize, blocks: &OnceLock<Vec<u32>>, counts: fn(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes();
        let count = |bytes: &[u8]| bytes.iter().filter(|&&byte| counts(byte)).count();
        let before = blocks.get_or_init(|| {
            let mut total = 0;
            let counted = bytes.chunks(BLOCK).map(|block| {
                total += u32::try_from(count(block)).unwrap_or(u32::MAX);
                total
            });
            std::iter::once(0).chain(counted).collect()
        });
        let block = offset / BLOCK;
        let known = before.get(block).map_or(0, |&count| count as usize);
        known + count(bytes.get(block * BLOCK..offset).unwrap_or_default())
    }
}

/// A file's decoded bytes.
#[derive(Default)]
struct Decoded {
    text: String,
    not_utf8: Option<NotUtf8>,
    bytes: Option<Vec<u8>>,
}

/// Decodes bytes, replacing each byte that is not UTF-8.
fn decode(bytes: Vec<u8>) -> Decoded {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { text, ..Decoded::default() },
        Err(error) => error,
    };
    let bytes = error.as_bytes();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = None;
    let mut count = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid().len();
        if invalid > 0 {
            offset.get_or_insert(text.len());
            count += invalid;
            text.extend(std::iter::repeat_n('\u{1A}', invalid));
        }
    }
    let binary = memchr::memchr(0, bytes).is_some();
    if binary {
        text.clear();
    }
    let not_utf8 = offset.map(|offset| NotUtf8 { offset, count, binary });
    Decoded { text, not_utf8, bytes: (!binary).then(|| error.into_bytes()) }
}

/// The files of one compilation.
///
/// ```
/// use cxflowc::{Source, Sources};
///
/// let mut sources = Sources::default();
/// let file = sources.add(Source::new("a.cxflow", "a.cxflow", b"entry a\n".to_vec()));
/// assert_eq!(sources.get(file).name(), "a.cxflow");
/// ```
#[derive(Debug, Default)]
pub struct Sources {
    files: Table<FileId, Source>,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, source: Source) -> FileId {
        self.files.push(source)
    }

    /// A file.
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file]
    }

    /// Every file, the root first.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter()
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.files[span.file].slice(span.range())
    }

    /// The first line of the root.
    pub fn first_line(&self) -> Option<Span> {
        let (file, root) = self.files.iter().next()?;
        let line = root.line_range(0)?;
        Some(Span::new(file, line.start, line.end))
    }

    /// The line and the column of a span's start.
    pub fn position(&self, span: Span) -> Position {
        self.files[span.file].position(span.start as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("a", "a", text.into())
    }

    #[test]
    fn counts_characters_without_the_byte_order_mark() {
        let text = "\u{FEFF}añb\r\nc";
        let source = source(text);
        let at = |needle: char| source.position(text.find(needle).unwrap());
        assert_eq!(at('b'), Position { line: 1, column: 3 });
        assert_eq!(at('c'), Position { line: 2, column: 1 });
        assert_eq!(source.position(usize::MAX), Position { line: 2, column: 2 });
    }

    #[test]
    fn counts_columns_in_the_given_unit() {
        let text = format!("\u{FEFF}é😀x\n{}😀x", "é😀".repeat(3000));
        let source = source(&text);
        let at = |offset: usize| {
            [ColumnUnit::Characters, ColumnUnit::Utf16, ColumnUnit::Bytes]
                .map(|unit| source.position_in(offset, unit).column)
        };
        assert_eq!(at(text.find('x').unwrap()), [3, 4, 7]);
        assert_eq!(at(text.rfind('x').unwrap()), [6002, 9003, 18005]);
    }

    #[test]
    fn excludes_line_breaks_from_lines() {
        let source = source("ab\r\n\nc");
        assert_eq!(source.line_range(0), Some(0..2));
        assert_eq!(source.line_range(1), Some(4..4));
        assert_eq!(source.line_range(2), Some(5..6));
        assert_eq!(source.line_range(3), None);
    }

    #[test]
    fn keeps_offsets_despite_bytes_that_are_not_utf8() {
        let source = Source::new("a", "a", b"Caf\xe9 au lait \xff\xfe".to_vec());
        assert_eq!(source.text(), "Caf\u{1A} au lait \u{1A}\u{1A}");
        assert_eq!(source.not_utf8(), Some(NotUtf8 { offset: 3, count: 3, binary: false }));
    }
}
