//! Writes JSON piece by piece, as serde_json would: with two spaces of indentation, or without any blanks.

use std::io::{self, Write};

use crate::threads;

/// How many elements of a list are written at once: enough to be worth a thread, and little to keep.
const PIECE: usize = 1024;

/// How many pieces are kept at once.
const AT_ONCE: usize = 8;

/// What is written next is up to the caller: a key before each value of an object, [`Json::element`] before each of a
/// list.
pub struct Json {
    written: Vec<u8>,
    is_compact: bool,
    level: usize,
    /// Whether the list or the object in which it is has nothing in it yet.
    is_empty: bool,
}

impl Json {
    pub fn new(is_compact: bool) -> Self {
        Self { written: Vec::new(), is_compact, level: 0, is_empty: true }
    }

    /// Begins a list or an object, with its bracket.
    pub fn begin(&mut self, bracket: u8) {
        self.level += 1;
        self.is_empty = true;
        self.written.push(bracket);
    }

    /// Ends it, with its other bracket.
    pub fn end(&mut self, bracket: u8) {
        self.level = self.level.saturating_sub(1);
        if !std::mem::replace(&mut self.is_empty, false) {
            self.line(b"");
        }
        self.written.push(bracket);
    }

    /// Goes on to the next element of a list.
    pub fn element(&mut self) {
        let comma: &[u8] = if std::mem::replace(&mut self.is_empty, false) { b"" } else { b"," };
        self.line(comma);
    }

    /// Goes on to the next value of an object, which has a name of ours: nothing in it is escaped.
    pub fn key(&mut self, name: &'static str) {
        self.element();
        self.written.push(b'"');
        self.written.extend_from_slice(name.as_bytes());
        self.written.extend_from_slice(if self.is_compact { b"\":" } else { b"\": " });
    }

    /// The same for a name of the flow's author.
    pub fn named(&mut self, name: &str) {
        self.element();
        self.text(name);
        self.written.extend_from_slice(if self.is_compact { b":" } else { b": " });
    }

    /// A value of an object that is a text.
    pub fn member(&mut self, name: &'static str, text: &str) {
        self.key(name);
        self.text(text);
    }

    /// A value of an object that is a number.
    pub fn number_member(&mut self, name: &'static str, number: impl Into<i128>) {
        self.key(name);
        self.number(number);
    }

    pub fn text(&mut self, text: &str) {
        self.written.reserve(text.len() + 2);
        self.written.push(b'"');
        let mut rest = text;
        while let Some(at) = first_escaped(rest.as_bytes()) {
            let (plain, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.written.extend_from_slice(plain.as_bytes());
            let mut letters = from.chars();
            if let Some(letter) = letters.next() {
                self.escaped(letter);
            }
            rest = letters.as_str();
        }
        self.written.extend_from_slice(rest.as_bytes());
        self.written.push(b'"');
    }

    /// Source: RFC 8259, section 7.
    fn escaped(&mut self, letter: char) {
        match letter {
            '"' => self.written.extend_from_slice(b"\\\""),
            '\\' => self.written.extend_from_slice(b"\\\\"),
            '\n' => self.written.extend_from_slice(b"\\n"),
            '\r' => self.written.extend_from_slice(b"\\r"),
            '\t' => self.written.extend_from_slice(b"\\t"),
            '\u{8}' => self.written.extend_from_slice(b"\\b"),
            '\u{c}' => self.written.extend_from_slice(b"\\f"),
            _ => self.written.extend_from_slice(format!("\\u{:04x}", u32::from(letter)).as_bytes()),
        }
    }

    pub fn number(&mut self, number: impl Into<i128>) {
        self.written.extend_from_slice(number.into().to_string().as_bytes());
    }

    pub fn bool(&mut self, value: bool) {
        self.written.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Hands out what is written.
    pub fn write_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.written)?;
        self.written.clear();
        Ok(())
    }

    /// Writes the elements of a list, in a long one several at the same time, and hands them out.
    pub fn elements<T: Sync>(
        &mut self,
        elements: &[T],
        out: &mut impl Write,
        write: impl Fn(&mut Self, &T) + Sync,
    ) -> io::Result<()> {
        let (level, is_compact) = (self.level, self.is_compact);
        let written = |piece: &&[T]| {
            let mut json = Self { written: Vec::new(), is_compact, level, is_empty: true };
            piece.iter().for_each(|element| write(&mut json, element));
            json.written
        };
        let pieces: Vec<&[T]> = elements.chunks(PIECE).collect();
        // What is written has to be kept until it is its turn.
        for pieces in pieces.chunks(AT_ONCE) {
            for piece in threads::map(pieces, written).into_iter().filter(|piece| !piece.is_empty()) {
                if !std::mem::replace(&mut self.is_empty, false) {
                    self.written.push(b',');
                }
                self.write_to(out)?;
                out.write_all(&piece)?;
            }
        }
        Ok(())
    }

    /// Goes on to a line of its own.
    fn line(&mut self, comma: &[u8]) {
        /// As deep as a payload without lists of lists is.
        const LINE: &[u8] = b"\n                ";
        self.written.extend_from_slice(comma);
        if self.is_compact {
            return;
        }
        match LINE.get(..1 + 2 * self.level) {
            Some(line) => self.written.extend_from_slice(line),
            None => self.written.extend_from_slice(format!("\n{:1$}", "", 2 * self.level).as_bytes()),
        }
    }
}

/// Where the first character is that has to be escaped.
fn first_escaped(text: &[u8]) -> Option<usize> {
    let is_escaped = |byte: &u8| (*byte < b' ') | (*byte == b'"') | (*byte == b'\\');
    // A whole piece of the text at a time takes a few instructions, and nearly none has anything to escape.
    let piece =
        text.chunks(32).position(|piece| piece.iter().fold(false, |found, byte| found | is_escaped(byte)))?;
    let at = text.iter().skip(32 * piece).position(is_escaped)?;
    Some(32 * piece + at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Json, PIECE};

    fn write(json: &mut Json, value: &Value) {
        match value {
            Value::Object(members) => {
                json.begin(b'{');
                for (name, value) in members {
                    json.named(name);
                    write(json, value);
                }
                json.end(b'}');
            }
            Value::Array(elements) => {
                json.begin(b'[');
                let mut out = Vec::new();
                let before = std::mem::take(&mut json.written);
                json.elements(elements, &mut out, |json, element| {
                    json.element();
                    write(json, element);
                })
                .unwrap();
                let rest = std::mem::replace(&mut json.written, before);
                json.written.extend(out.into_iter().chain(rest));
                json.end(b']');
            }
            Value::String(text) => json.text(text),
            Value::Number(number) => json.number(number.as_i64().unwrap()),
            Value::Bool(value) => json.bool(*value),
            Value::Null => json.written.extend_from_slice(b"null"),
        }
    }

    #[test]
    fn writes_json_as_serde_json_does() {
        let mut deep = json!(1);
        for _ in 0..20 {
            deep = json!({ "a": [deep, {}], "b": [] });
        }
        let many: Vec<usize> = (0..3 * PIECE + 1).collect();
        let controls: String = (0..=0x9f_u8).map(char::from).collect();
        for value in [
            json!({}),
            json!([]),
            json!([[], {}, [[]]]),
            json!({ "a": [1, "x\n\"", { "b": true }], "c": { "d": [] }, "e\\": "\u{2028} é 😀" }),
            json!({ "a": "a text without anything to escape, which is longer than one piece\t", "b": controls }),
            json!({ "a": "é".repeat(40), "b": "\"".repeat(70) }),
            json!([many, []]),
            json!([-1, u32::MAX, false]),
            deep,
        ] {
            for is_compact in [false, true] {
                let mut json = Json::new(is_compact);
                write(&mut json, &value);
                let wanted = match is_compact {
                    true => serde_json::to_string(&value).unwrap(),
                    false => serde_json::to_string_pretty(&value).unwrap(),
                };
                assert_eq!(String::from_utf8(json.written).unwrap(), wanted);
            }
        }
    }
}
