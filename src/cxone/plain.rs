//! Decodes a text: resolves escapes, drops invisible characters, and remembers where each byte came from.

use std::ops::Range;

use crate::spelling::is_invisible;

/// Bytes, and the place in the original text that each comes from.
#[derive(Debug)]
pub struct Plain {
    bytes: Vec<u8>,
    /// `None` if each byte is its own place.
    places: Option<Vec<Range<usize>>>,
}

impl Plain {
    /// A text as written.
    pub fn from_text(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), places: None }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether resolving escapes would change anything.
    pub fn has_escapes(&self, escapes: EscapeSet) -> bool {
        memchr::memchr3(b'%', b'\\', b'&', &self.bytes).is_some()
            || escapes == EscapeSet::Any && memchr::memchr3(b'=', b'<', b'x', &self.bytes).is_some()
            || !self.bytes.is_ascii()
            || self.bytes.iter().any(u8::is_ascii_control)
    }

    /// The place in the original text of a range of bytes.
    pub fn place(&self, range: Range<usize>) -> Option<Range<usize>> {
        match &self.places {
            None => Some(range),
            Some(places) => {
                let (first, last) = (places.get(range.start)?, places.get(range.end.checked_sub(1)?)?);
                Some(first.start..last.end)
            }
        }
    }

    /// Resolves escapes once.
    pub fn resolved(&self, escapes: EscapeSet) -> Self {
        let mut out = Self { bytes: Vec::with_capacity(self.bytes.len()), places: Some(Vec::new()) };
        let mut at = 0;
        while let Some(rest) = self.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (decoded, length) = decode(rest, escapes);
            let place = self.place(at..at + length).unwrap_or_default();
            match decoded {
                DecodedEscape::Nothing => {}
                DecodedEscape::Byte(byte) => out.push(&[byte], &place),
                DecodedEscape::Char(c) => out.push(c.encode_utf8(&mut [0; 4]).as_bytes(), &place),
            }
            at += length;
        }
        out
    }

    /// Removes separators, for texts that were wrapped or written byte by byte.
    pub fn without_separators(&self) -> Self {
        let mut out = Self { bytes: Vec::with_capacity(self.bytes.len()), places: Some(Vec::new()) };
        for (at, byte) in self.bytes.iter().enumerate() {
            if !is_separator_byte(*byte) {
                let place = self.place(at..at + 1).unwrap_or_default();
                out.push(&[*byte], &place);
            }
        }
        out
    }

    fn push(&mut self, bytes: &[u8], place: &Range<usize>) {
        self.bytes.extend_from_slice(bytes);
        if let Some(places) = &mut self.places {
            places.extend(bytes.iter().map(|_| place.clone()));
        }
    }
}

/// Which escapes to resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscapeSet {
    /// Those of JSON, URLs, HTML and programs.
    Usual,
    /// Also those of mails (`=68`), numbers (`0x68`) and tags, which ordinary text may resemble by chance.
    Any,
}

/// Whether a byte may separate the pieces of a text that was wrapped or written byte by byte.
pub fn is_separator_byte(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b':' | b',' | b'-' | b';')
}

enum DecodedEscape {
    Nothing,
    Byte(u8),
    Char(char),
}

/// Decodes the beginning of some bytes, and returns the length of what was decoded.
fn decode(text: &[u8], escapes: EscapeSet) -> (DecodedEscape, usize) {
    let code = |from: usize, to: usize| hex(text.get(from..to)?);
    let byte = |from: usize| Some((DecodedEscape::Byte(u8::try_from(code(from, from + 2)?).ok()?), from + 2));
    let escape = match (text.first(), text.get(1)) {
        (Some(b'%'), Some(b'u' | b'U')) => {
            code(2, 6).and_then(|code| Some((DecodedEscape::Char(char::from_u32(code)?), 6)))
        }
        (Some(b'%'), _) => byte(1),
        (Some(b'\\'), Some(b'u')) => unicode(text),
        (Some(b'\\'), Some(b'U')) => {
            code(2, 10).and_then(|code| Some((DecodedEscape::Char(char::from_u32(code)?), 10)))
        }
        (Some(b'\\'), Some(b'0'..=b'3')) => octal(text),
        // A line that continues on the next one.
        (Some(b'\\'), Some(b'\n')) => Some((DecodedEscape::Nothing, 2)),
        (Some(b'\\'), Some(b'\r')) if text.get(2) == Some(&b'\n') => Some((DecodedEscape::Nothing, 3)),
        (Some(b'\\'), Some(b'x')) => byte(2),
        (Some(b'\\'), Some(c @ (b'/' | b'"' | b'\\' | b'\''))) => Some((DecodedEscape::Byte(*c), 2)),
        (Some(b'&'), _) => entity(text),
        (Some(b'='), Some(b'\n')) if escapes == EscapeSet::Any => Some((DecodedEscape::Nothing, 2)),
        (Some(b'='), Some(b'\r')) if escapes == EscapeSet::Any && text.get(2) == Some(&b'\n') => {
            Some((DecodedEscape::Nothing, 3))
        }
        (Some(b'='), _) if escapes == EscapeSet::Any => byte(1),
        (Some(b'0'), Some(b'x' | b'X')) if escapes == EscapeSet::Any => Some((DecodedEscape::Nothing, 2)),
        (Some(b'<'), _) if escapes == EscapeSet::Any => tag(text),
        _ => None,
    };
    escape.unwrap_or_else(|| match character(text) {
        Some(c) if is_invisible(c) || has_no_width(c) => (DecodedEscape::Nothing, c.len_utf8()),
        Some(c) => (DecodedEscape::Char(ascii_equivalent(c)), c.len_utf8()),
        None => (DecodedEscape::Byte(text.first().copied().unwrap_or_default()), 1),
    })
}

/// The character that bytes begin with, if they are UTF-8.
fn character(text: &[u8]) -> Option<char> {
    (1..=4).find_map(|length| std::str::from_utf8(text.get(..length)?).ok()?.chars().next())
}

/// The ASCII equivalent of a wide or ornate character: `A` for the letter in full width, in bold or in a
/// circle. Any white space becomes a blank.
pub fn ascii_equivalent(c: char) -> char {
    use unicode_normalization::UnicodeNormalization;
    if c.is_ascii() {
        return c;
    }
    if c.is_whitespace() {
        return ' ';
    }
    let mut normal = std::iter::once(c).nfkc();
    match (normal.next(), normal.next()) {
        (Some(plain), None) if plain.is_ascii() => plain,
        _ => c,
    }
}

/// Soft hyphens, joiners and blanks without width.
fn has_no_width(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

fn hex(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    let is_hex = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// `\150`
fn octal(text: &[u8]) -> Option<(DecodedEscape, usize)> {
    let digits = text.get(1..4)?;
    let is_octal = digits.iter().all(|digit| matches!(digit, b'0'..=b'7'));
    let code = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()?;
    is_octal.then_some((DecodedEscape::Byte(code), 4))
}

/// `<wbr>`, `</b>`, `<br/>`: not part of what a page shows.
fn tag(text: &[u8]) -> Option<(DecodedEscape, usize)> {
    const MAX_TAG_LENGTH: usize = 40;
    let name = text.get(1).filter(|byte| **byte == b'/').and(text.get(2)).or(text.get(1))?;
    let end = text.iter().take(MAX_TAG_LENGTH).position(|byte| *byte == b'>')?;
    name.is_ascii_alphabetic().then_some((DecodedEscape::Nothing, end + 1))
}

/// `\u00e4`, `\ud83d\ude00`, `\u{e4}`.
fn unicode(text: &[u8]) -> Option<(DecodedEscape, usize)> {
    if text.get(2) == Some(&b'{') {
        let end = text.iter().take(12).position(|byte| *byte == b'}')?;
        return Some((DecodedEscape::Char(char::from_u32(hex(text.get(3..end)?)?)?), end + 1));
    }
    let first = hex(text.get(2..6)?)?;
    if let Some(c) = char::from_u32(first) {
        return Some((DecodedEscape::Char(c), 6));
    }
    let is_pair = text.get(6..8) == Some(br"\u");
    let second = hex(text.get(8..12)?)?;
    let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    is_pair.then_some((DecodedEscape::Char(c), 12))
}

/// Names of punctuation in HTML.
const NAMES: &[(&str, char)] = &[
    ("amp", '&'),
    ("quot", '"'),
    ("apos", '\''),
    ("lt", '<'),
    ("gt", '>'),
    ("sol", '/'),
    ("bsol", '\\'),
    ("plus", '+'),
    ("equals", '='),
    ("colon", ':'),
    ("semi", ';'),
    ("comma", ','),
    ("period", '.'),
    ("excl", '!'),
    ("quest", '?'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("commat", '@'),
    ("ast", '*'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lsqb", '['),
    ("rsqb", ']'),
    ("lcub", '{'),
    ("rcub", '}'),
    ("lowbar", '_'),
    ("verbar", '|'),
    ("Hat", '^'),
    ("grave", '`'),
    ("nbsp", ' '),
];

/// `&amp;`, `&#43;`, `&#x2b;`, and numbers without a semicolon, which browsers accept.
fn entity(text: &[u8]) -> Option<(DecodedEscape, usize)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = text.iter().skip(1).take(12).take_while(|byte| is_part(byte)).count();
    let name = std::str::from_utf8(text.get(1..=length)?).ok()?;
    let is_closed = text.get(length + 1) == Some(&b';');
    let (c, used) = match name.strip_prefix('#') {
        Some(number) => {
            let (digits, radix) = match number.strip_prefix(['x', 'X']) {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            let count = digits.chars().take_while(|c| c.is_digit(radix)).count();
            let code = u32::from_str_radix(digits.get(..count)?, radix).ok()?;
            let used = 1 + (name.len() - digits.len()) + count;
            (char::from_u32(code)?, used)
        }
        None if is_closed => (NAMES.iter().find(|(known, _)| *known == name)?.1, 1 + name.len()),
        None => return None,
    };
    let end = if text.get(used) == Some(&b';') { used + 1 } else { used };
    Some((DecodedEscape::Char(c), end))
}
