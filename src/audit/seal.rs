//! The end of a line: the hash of the line before, and its own.

use sha2::{Digest, Sha256};

use super::hash::Hash;

/// The longest line in bytes, without its newline. Anything longer is not a line of a log; the longest line
/// that can be written is shorter (see `entry`).
pub const MAX_LINE: usize = 1 << 20;

/// How every line begins.
const BEGINNING: &[u8] = br#"{"time":""#;

/// A line, and the hashes at its end.
///
/// The end is `,"prev":"…","sha256":"…"}` with 64 characters for each `…`. These bytes cannot occur within
/// a line: a quotation mark in a text is escaped, and no inner object has `prev`. So the rest of a
/// truncated line never looks sealed.
pub struct Sealed<'a> {
    line: &'a [u8],
    /// The bytes that the line's own hash covers.
    body: &'a [u8],
    prev: &'a [u8; 64],
    own: &'a [u8; 64],
}

impl<'a> Sealed<'a> {
    /// Takes apart a line without its newline; `None` if it does not end like a line.
    pub fn read(line: &'a [u8]) -> Option<Self> {
        if line.len() > MAX_LINE {
            return None;
        }
        let (rest, own) = line.strip_suffix(b"\"}")?.split_last_chunk()?;
        let body = rest.strip_suffix(br#","sha256":""#)?;
        let (rest, prev) = body.strip_suffix(b"\"")?.split_last_chunk()?;
        rest.ends_with(br#","prev":""#).then_some(Self { line, body, prev, own })
    }

    /// The hash of the whole line, if the line's own hash matches its bytes.
    pub fn holds(&self) -> Option<Hash> {
        let mut hasher = Sha256::new_with_prefix(self.body);
        if Hash::parse(self.own) != Some(Hash::finish(hasher.clone())) {
            return None;
        }
        hasher.update(self.line.get(self.body.len()..)?);
        Some(Hash::finish(hasher))
    }

    /// Whether a line is valid without the carriage return at its end: its line ends were converted.
    pub fn has_converted_line_end(line: &[u8]) -> bool {
        line.strip_suffix(b"\r")
            .is_some_and(|line| Sealed::read(line).is_some_and(|line| line.holds().is_some()))
    }

    /// The hash of the line before.
    pub fn prev(&self) -> Option<Hash> {
        Hash::parse(self.prev)
    }
}

/// Completes an object that has all fields except `prev` and `sha256`, and no closing brace.
pub fn seal(mut body: Vec<u8>, prev: Hash) -> Vec<u8> {
    body.extend_from_slice(format!(r#","prev":"{prev}""#).as_bytes());
    let own = Hash::of(&body);
    body.extend_from_slice(format!(r#","sha256":"{own}"}}"#).as_bytes());
    body
}

/// Whether the first line of a file with these first bytes is a line of a log, valid or not.
pub fn begins_with_line(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    first.starts_with(BEGINNING) && Sealed::read(first).is_some()
}

/// Whether a file with these first bytes can be a log whose first line was interrupted.
pub fn begins_log(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    first.iter().zip(BEGINNING).all(|(one, other)| one == other)
}
