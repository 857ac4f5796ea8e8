//! Writes JSON piece by piece, as serde_json would: with two spaces of indentation, or without any blanks.

use std::io::{self, Write};

use crate::threads;

/// How many elements of a list are written at once: enough to be worth a thread, and little to keep.
const PIECE: usize = 4096;

/// What is written next is up to the caller: a key before each value of an object, [`Json::element`] before each of a
/// list.
pub struct Json<W: Write> {
    out: W,
    is_compact: bool,
    level: usize,
    /// Whether the list or the object in which it is has nothing in it yet.
    is_empty: bool,
}

impl<W: Write> Json<W> {
    pub fn new(out: W, is_compact: bool) -> Self {
        Self { out, is_compact, level: 0, is_empty: true }
    }

    /// Begins a list or an object, with its bracket.
    pub fn begin(&mut self, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.is_empty = true;
        self.out.write_all(bracket)
    }

    /// Ends it, with its other bracket.
    pub fn end(&mut self, bracket: &[u8]) -> io::Result<()> {
        self.level = self.level.saturating_sub(1);
        if !std::mem::replace(&mut self.is_empty, false) {
            self.line()?;
        }
        self.out.write_all(bracket)
    }

    /// Goes on to the next element of a list.
    pub fn element(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.out.write_all(b",")?;
        }
        self.line()
    }

    /// Goes on to the next value of an object.
    pub fn key(&mut self, name: &str) -> io::Result<()> {
        self.element()?;
        self.text(name)?;
        self.out.write_all(if self.is_compact { b":" } else { b": " })
    }

    /// A value of an object that is a text.
    pub fn member(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.key(name)?;
        self.text(text)
    }

    /// A value of an object that is a number.
    pub fn number_member(&mut self, name: &str, number: impl Into<i128>) -> io::Result<()> {
        self.key(name)?;
        self.number(number)
    }

    pub fn text(&mut self, text: &str) -> io::Result<()> {
        // A whole piece of the text at a time takes a few instructions, and nearly none has anything to escape.
        let is_escaped = |byte: u8| (byte < b' ') | (byte == b'"') | (byte == b'\\');
        let mut pieces = text.as_bytes().chunks(32);
        if pieces.any(|piece| piece.iter().fold(false, |found, &byte| found | is_escaped(byte))) {
            return Ok(serde_json::to_writer(&mut self.out, text)?);
        }
        self.out.write_all(b"\"")?;
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\"")
    }

    pub fn number(&mut self, number: impl Into<i128>) -> io::Result<()> {
        write!(self.out, "{}", number.into())
    }

    pub fn bool(&mut self, value: bool) -> io::Result<()> {
        write!(self.out, "{value}")
    }

    /// Writes the elements of a list, in a long one several at the same time.
    pub fn elements<T: Sync>(
        &mut self,
        elements: &[T],
        write: impl Fn(&mut Json<Vec<u8>>, &T) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        let (level, is_compact) = (self.level, self.is_compact);
        let written = |piece: &&[T]| -> io::Result<Vec<u8>> {
            let mut json = Json { out: Vec::new(), is_compact, level, is_empty: true };
            piece.iter().try_for_each(|element| write(&mut json, element))?;
            Ok(json.out)
        };
        let pieces: Vec<&[T]> = elements.chunks(PIECE).collect();
        // What is written has to be kept until it is its turn.
        for pieces in pieces.chunks(AT_ONCE) {
            for piece in threads::map(pieces, written) {
                let piece = piece?;
                if !piece.is_empty() {
                    if !std::mem::replace(&mut self.is_empty, false) {
                        self.out.write_all(b",")?;
                    }
                    self.out.write_all(&piece)?;
                }
            }
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<()> {
        /// As deep as a payload without lists of lists is.
        const LINE: &[u8] = b"\n                ";
        if self.is_compact {
            return Ok(());
        }
        match LINE.get(..1 + 2 * self.level) {
            Some(line) => self.out.write_all(line),
            None => write!(self.out, "\n{:1$}", "", 2 * self.level),
        }
    }
}

/// How many pieces are kept at once.
const AT_ONCE: usize = 8;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Json, PIECE};

    fn write(json: &mut Json<Vec<u8>>, value: &Value) -> std::io::Result<()> {
        match value {
            Value::Object(members) => {
                json.begin(b"{")?;
                for (name, value) in members {
                    json.key(name)?;
                    write(json, value)?;
                }
                json.end(b"}")
            }
            Value::Array(elements) => {
                json.begin(b"[")?;
                json.elements(elements, |json, element| {
                    json.element()?;
                    write(json, element)
                })?;
                json.end(b"]")
            }
            Value::String(text) => json.text(text),
            Value::Number(number) => json.number(number.as_i64().unwrap()),
            Value::Bool(value) => json.bool(*value),
            Value::Null => unreachable!("a payload has no null"),
        }
    }

    #[test]
    fn writes_json_as_serde_json_does() {
        let mut deep = json!(1);
        for _ in 0..20 {
            deep = json!({ "a": [deep, {}], "b": [] });
        }
        let many: Vec<usize> = (0..3 * PIECE + 1).collect();
        for value in [
            json!({}),
            json!([]),
            json!([[], {}, [[]]]),
            json!({ "a": [1, "x\n\"", { "b": true }], "c": { "d": [] }, "e\\": "\u{7}\u{7f} \u{2028} é 😀" }),
            json!({ "a": "a text without anything to escape, which is longer than one piece\t" }),
            json!([many, []]),
            json!([-1, u32::MAX, false]),
            deep,
        ] {
            for is_compact in [false, true] {
                let mut json = Json::new(Vec::new(), is_compact);
                write(&mut json, &value).unwrap();
                let wanted = match is_compact {
                    true => serde_json::to_string(&value).unwrap(),
                    false => serde_json::to_string_pretty(&value).unwrap(),
                };
                assert_eq!(String::from_utf8(json.out).unwrap(), wanted);
            }
        }
    }
}
