//! JSON with the place of every value.
//!
//! The readers of foreign flows need what no well-kept package of a small size has: places of values, keys that
//! stand twice, and any depth of nesting without recursion.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostics::quote;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonKind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// `1`, `-2.5e3`
    Number,
    /// `true`, `false`
    Boolean,
    /// `null`
    Null,
}

impl JsonKind {
    /// How messages call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Null => "null",
        }
    }
}

/// A value's number in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JsonId(u32);

#[derive(Debug, Clone, Copy)]
struct Value {
    kind: JsonKind,
    /// Whether a string has escapes.
    escaped: bool,
    start: u32,
    end: u32,
    /// The number of the value after it and all that is in it.
    next: u32,
}

/// A text of JSON, its values in the order in which they begin.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    values: Vec<Value>,
}

/// Why a text is no JSON.
#[derive(Debug)]
pub struct Malformed {
    /// Where.
    pub place: Range<usize>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What the place shows.
    pub label: &'static str,
    /// What to write instead.
    pub help: &'static str,
    /// The bracket or brace that is open there.
    pub opened: Option<usize>,
}

impl<'a> Document<'a> {
    /// Reads a text. A byte-order mark at its beginning is skipped.
    ///
    /// # Errors
    ///
    /// The first place that is no JSON.
    pub fn read(text: &'a str) -> Result<Self, Malformed> {
        let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let mut reader = Reader { text, at, values: Vec::with_capacity(text.len() / 24), open: Vec::new() };
        match reader.document() {
            Ok(()) => Ok(Self { text, values: reader.values }),
            Err(mut malformed) => {
                malformed.opened =
                    reader.open.last().and_then(|&one| reader.values.get(one)).map(|one| one.start as usize);
                Err(malformed)
            }
        }
    }

    /// The outermost value.
    pub fn root(&self) -> JsonId {
        JsonId(0)
    }

    /// What a value is.
    pub fn kind(&self, id: JsonId) -> JsonKind {
        self.value(id).map_or(JsonKind::Null, |value| value.kind)
    }

    /// Where a value stands, in bytes.
    pub fn place(&self, id: JsonId) -> Range<usize> {
        self.value(id).map_or(0..0, |value| value.start as usize..value.end as usize)
    }

    /// A value as it is written.
    pub fn written(&self, id: JsonId) -> &'a str {
        self.text.get(self.place(id)).unwrap_or_default()
    }

    /// The elements of an array; of anything else none.
    pub fn elements(&self, id: JsonId) -> impl Iterator<Item = JsonId> + '_ {
        self.inside(id, JsonKind::Array)
    }

    /// The keys and values of an object; of anything else none.
    pub fn members(&self, id: JsonId) -> impl Iterator<Item = (JsonId, JsonId)> + '_ {
        let mut inside = self.inside(id, JsonKind::Object);
        std::iter::from_fn(move || Some((inside.next()?, inside.next()?)))
    }

    /// The text of a string; of anything else an empty one.
    pub fn string(&self, id: JsonId) -> Cow<'a, str> {
        let Some(value) = self.value(id).filter(|value| value.kind == JsonKind::String) else {
            return Cow::Borrowed("");
        };
        let inner = self.text.get(value.start as usize + 1..value.end as usize - 1).unwrap_or_default();
        if value.escaped { Cow::Owned(unescaped(inner)) } else { Cow::Borrowed(inner) }
    }

    /// Whether a string is a word.
    pub fn is(&self, id: JsonId, word: &str) -> bool {
        let value = self.value(id);
        match value {
            Some(value) if value.escaped => self.string(id) == word,
            Some(_) => {
                self.written(id).strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) == Some(word)
            }
            None => false,
        }
    }

    fn value(&self, id: JsonId) -> Option<&Value> {
        self.values.get(id.0 as usize)
    }

    fn inside(&self, id: JsonId, kind: JsonKind) -> impl Iterator<Item = JsonId> + '_ {
        let end = self.value(id).filter(|value| value.kind == kind).map_or(0, |value| value.next);
        let mut at = id.0 + 1;
        std::iter::from_fn(move || {
            let one = JsonId(at);
            at = self.value(one).filter(|_| at < end)?.next;
            Some(one)
        })
    }
}

/// The text of a string without its escapes, which were looked at when it was read.
fn unescaped(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut after = escape.chars();
        match after.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{C}'),
            Some('u') => {
                let (character, length) = unicode_escape(escape).unwrap_or(('\u{FFFD}', 5));
                out.push(character);
                rest = escape.get(length..).unwrap_or_default();
                continue;
            }
            other => out.extend(other),
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out
}

/// The character of `u00e9` or of the pair `ud83d\ude00`, and how many bytes it takes.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| {
        let digits = text.strip_prefix('u')?.get(..4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(text)?;
    let second = || unit(text.get(5..)?.strip_prefix('\\')?);
    match first {
        0xD800..=0xDBFF => {
            let character = char::decode_utf16([first, second()?]).next()?.ok()?;
            Some((character, 11))
        }
        _ => Some((char::from_u32(u32::from(first))?, 5)),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: Vec<Value>,
    /// The arrays and objects that are open, by their numbers.
    open: Vec<usize>,
}

/// What can stand next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    Key,
    /// A comma, or the end of what is open.
    Comma,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), Malformed> {
        let mut next = Next::Value;
        loop {
            self.skip_white_space();
            next = match next {
                Next::Value => self.value()?,
                Next::Key => {
                    if self.peek() != Some(b'"') {
                        return Err(self.unexpected("expected a key in double quotes", "no key"));
                    }
                    self.string()?;
                    self.skip_white_space();
                    if self.peek() != Some(b':') {
                        return Err(self.unexpected("expected `:` after this key", "no `:` before this"));
                    }
                    self.at += 1;
                    Next::Value
                }
                Next::Comma => {
                    let Some(kind) = self.innermost() else { break };
                    let close = if kind == JsonKind::Object { b'}' } else { b']' };
                    match self.peek() {
                        Some(b',') => {
                            let comma = self.at;
                            self.at += 1;
                            self.skip_white_space();
                            if self.peek() == Some(close) {
                                return Err(Malformed {
                                    place: comma..comma + 1,
                                    message: "nothing follows this comma".to_owned(),
                                    label: "one comma too many",
                                    help: "take it out: JSON has no comma after the last value",
                                    opened: None,
                                });
                            }
                            if kind == JsonKind::Object { Next::Key } else { Next::Value }
                        }
                        Some(byte) if byte == close => self.close(),
                        _ if close == b'}' => {
                            return Err(self.unexpected("expected `,` or `}` here", "neither"));
                        }
                        _ => return Err(self.unexpected("expected `,` or `]` here", "neither")),
                    }
                }
            };
        }
        if self.peek().is_some() {
            return Err(self.unexpected("the text goes on after the end of its value", "too much"));
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Next, Malformed> {
        match self.peek() {
            Some(b'{') => Ok(self.open(JsonKind::Object, b'}', Next::Key)),
            Some(b'[') => Ok(self.open(JsonKind::Array, b']', Next::Value)),
            Some(b'"') => self.string().map(|()| Next::Comma),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Next::Comma),
            _ => {
                for (word, kind) in
                    [("true", JsonKind::Boolean), ("false", JsonKind::Boolean), ("null", JsonKind::Null)]
                {
                    if self.rest().starts_with(word) {
                        self.push(kind, self.at + word.len(), false);
                        return Ok(Next::Comma);
                    }
                }
                Err(self.unexpected("expected a value here", "no value"))
            }
        }
    }

    /// Opens an array or object, and closes it where nothing is in it.
    fn open(&mut self, kind: JsonKind, close: u8, next: Next) -> Next {
        self.open.push(self.values.len());
        self.push(kind, self.at + 1, false);
        self.skip_white_space();
        if self.peek() == Some(close) { self.close() } else { next }
    }

    fn close(&mut self) -> Next {
        self.at += 1;
        let (end, next) = (offset(self.at), offset(self.values.len()));
        if let Some(value) = self.open.pop().and_then(|open| self.values.get_mut(open)) {
            (value.end, value.next) = (end, next);
        }
        Next::Comma
    }

    /// Adds a value from here to `end`, and goes there.
    fn push(&mut self, kind: JsonKind, end: usize, escaped: bool) {
        let next = offset(self.values.len() + 1);
        self.values.push(Value { kind, escaped, start: offset(self.at), end: offset(end), next });
        self.at = end;
    }

    fn string(&mut self) -> Result<(), Malformed> {
        let mut at = self.at + 1;
        let mut escaped = false;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let found = memchr::memchr2(b'"', b'\\', rest.as_bytes());
            let plain = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
            if let Some(control) = plain.bytes().position(|byte| byte < b' ') {
                return Err(self.control_character(at + control));
            }
            let Some(found) = found else { return Err(self.unclosed_string(self.text.len())) };
            at += found;
            let tail = rest.get(found + 1..).unwrap_or_default();
            if rest.as_bytes().get(found) == Some(&b'"') {
                self.push(JsonKind::String, at + 1, escaped);
                return Ok(());
            }
            escaped = true;
            at += match tail.as_bytes().first() {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                Some(b'u') => match unicode_escape(tail) {
                    Some((_, length)) => 1 + length,
                    None => return Err(bad_unicode(self.text, at)),
                },
                _ => {
                    let width = tail.chars().next().map_or(0, char::len_utf8);
                    return Err(Malformed {
                        place: at..at + 1 + width,
                        message: "this backslash begins no escape of JSON".to_owned(),
                        label: "no escape",
                        help: "write `\\\\` for a backslash",
                        opened: None,
                    });
                }
            };
        }
    }

    fn control_character(&self, at: usize) -> Malformed {
        match self.text.as_bytes().get(at) {
            Some(b'\n' | b'\r') => self.unclosed_string(at),
            byte => Malformed {
                place: at..at + 1,
                message: format!(
                    "a string holds the control character U+{:04X} as it is",
                    byte.copied().unwrap_or_default()
                ),
                label: "to be escaped",
                help: "write it as an escape, such as `\\t` or `\\u0000`",
                opened: None,
            },
        }
    }

    fn unclosed_string(&self, end: usize) -> Malformed {
        Malformed {
            place: self.at..end,
            message: "this string is not closed on its line".to_owned(),
            label: "begins here",
            help: "close it with `\"`, and write a line break in it as `\\n`",
            opened: None,
        }
    }

    fn number(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        let digits = |from: usize| {
            let rest = bytes.get(from..).unwrap_or_default();
            from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let at = |place: usize| bytes.get(place).copied();
        let start = self.at + usize::from(at(self.at) == Some(b'-'));
        let mut end = digits(start);
        let mut good = end > start && (at(start) != Some(b'0') || end == start + 1);
        if at(end) == Some(b'.') {
            let fraction = digits(end + 1);
            good &= fraction > end + 1;
            end = fraction;
        }
        if matches!(at(end), Some(b'e' | b'E')) {
            let from = end + 1 + usize::from(matches!(at(end + 1), Some(b'+' | b'-')));
            let exponent = digits(from);
            good &= exponent > from;
            end = exponent;
        }
        if !good {
            return Err(Malformed {
                place: self.at..end.max(self.at + 1),
                message: "this is not a number of JSON".to_owned(),
                label: "no number",
                help: "write digits without zeros before them, such as `2`, `0.5` or `-1e3`",
                opened: None,
            });
        }
        self.push(JsonKind::Number, end, false);
        Ok(())
    }

    fn unexpected(&self, message: &str, label: &'static str) -> Malformed {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Malformed {
                place: self.text.len()..self.text.len(),
                message: format!("{message}, but the text ends"),
                label: "the end of the text",
                help: "the file was cut off, or a brace or bracket is missing",
                opened: None,
            };
        };
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()).min(40);
        let length = rest.floor_char_boundary(word).max(first.len_utf8());
        let help = match first {
            '/' => "take the comment out: JSON has none",
            '\0' => "save the file as UTF-8: it is UTF-16 or no text",
            '\'' => "write strings and keys between `\"`",
            _ => "see that every value has its comma, and every brace and bracket its partner",
        };
        let found = quote(rest.get(..length).unwrap_or_default());
        Malformed {
            place: self.at..self.at + length,
            message: format!("{message}, found {found}"),
            label,
            help,
            opened: None,
        }
    }

    fn innermost(&self) -> Option<JsonKind> {
        self.open.last().and_then(|&open| self.values.get(open)).map(|value| value.kind)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }
}

fn bad_unicode(text: &str, at: usize) -> Malformed {
    let rest = text.get(at..).unwrap_or_default();
    let length = rest.char_indices().take(6).take_while(|(_, c)| c.is_ascii_alphanumeric() || *c == '\\');
    Malformed {
        place: at..at + length.count(),
        message: "this escape stands for no character".to_owned(),
        label: "no character",
        help: "write four hexadecimal digits after `\\u`; a character beyond U+FFFF takes a pair, such as `\\ud83d\\ude00`",
        opened: None,
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn malformed(text: &str) -> (Range<usize>, String) {
        let malformed = Document::read(text).unwrap_err();
        (malformed.place, malformed.message)
    }

    #[test]
    fn values_have_their_places() {
        let text = "\u{FEFF} {\"a\": [1, {}, \"x\\u00e9\\ud83d\\ude00\\n\"], \"b\": null}";
        let document = Document::read(text).unwrap();
        let members: Vec<_> = document.members(document.root()).collect();
        let [(a, list), (b, null)] = members.as_slice() else { panic!("{members:?}") };
        assert!(document.is(*a, "a") && document.is(*b, "b"));
        assert_eq!(document.kind(*null), JsonKind::Null);
        assert_eq!(document.written(*list), "[1, {}, \"x\\u00e9\\ud83d\\ude00\\n\"]");
        let elements: Vec<_> = document.elements(*list).collect();
        assert_eq!(elements.len(), 3);
        assert_eq!(document.string(elements[2]), "xé😀\n");
        assert_eq!(document.members(elements[1]).count(), 0);
    }

    #[test]
    fn errors_of_json_have_a_place() {
        for (text, place, message) in [
            ("", 0..0, "expected a value here, but the text ends"),
            ("[1,]", 2..3, "nothing follows this comma"),
            ("[1 2]", 3..4, "expected `,` or `]` here, found `2`"),
            ("{a: 1}", 1..2, "expected a key in double quotes, found `a`"),
            ("{\"a\" 1}", 5..6, "expected `:` after this key, found `1`"),
            ("[nul]", 1..4, "expected a value here, found `nul`"),
            ("[01]", 1..3, "this is not a number of JSON"),
            ("[1.]", 1..3, "this is not a number of JSON"),
            ("\"a\nb\"", 0..2, "this string is not closed on its line"),
            ("\"a\\x\"", 2..4, "this backslash begins no escape of JSON"),
            ("\"\\ud800\"", 1..7, "this escape stands for no character"),
            ("\"\\ud800\\u0041\"", 1..7, "this escape stands for no character"),
            ("\"a\u{1}\"", 2..3, "a string holds the control character U+0001 as it is"),
            ("{} {}", 3..4, "the text goes on after the end of its value, found `{`"),
        ] {
            assert_eq!(malformed(text), (place, message.to_owned()), "{text}");
        }
    }

    #[test]
    fn any_depth_is_read() {
        let deep = "[".repeat(100_000);
        assert_eq!(malformed(&deep).0, 100_000..100_000);
        let closed = format!("{deep}{}", "]".repeat(100_000));
        assert_eq!(Document::read(&closed).unwrap().values.len(), 100_000);
    }
}
