//! How a line ends: the hash of the line before, and its own.

use sha2::{Digest, Sha256};

use super::hash::Hash;

/// How long a line may be, in bytes, its newline not counted. What is longer is no line of a log.
/// The longest that can be written stays below (see `entry`).
pub const MAX_LINE: usize = 1 << 20;

/// How every line begins.
const BEGINNING: &[u8] = br#"{"time":""#;

/// A line with what its end says.
///
/// The end is `,"prev":"…","sha256":"…"}` with 64 characters for each `…`. Within a line these bytes
/// cannot stand: a quotation mark in a text is escaped, and no inner object has `prev`. So
/// what is left of a line that was cut never looks sealed.
pub struct Sealed<'a> {
    line: &'a [u8],
    /// What the line's own hash is taken of.
    body: &'a [u8],
    prev: &'a [u8; 64],
    own: &'a [u8; 64],
}

impl<'a> Sealed<'a> {
    /// Takes a line, without its newline, apart. `None` where it does not end as a line does.
    pub fn read(line: &'a [u8]) -> Option<Self> {
        if line.len() > MAX_LINE {
            return None;
        }
        let (rest, own) = line.strip_suffix(b"\"}")?.split_last_chunk()?;
        let body = rest.strip_suffix(br#","sha256":""#)?;
        let (rest, prev) = body.strip_suffix(b"\"")?.split_last_chunk()?;
        rest.ends_with(br#","prev":""#).then_some(Self { line, body, prev, own })
    }

    /// The hash of the whole line, if the line's own hash is that of its bytes.
    pub fn holds(&self) -> Option<Hash> {
        let mut hasher = Sha256::new_with_prefix(self.body);
        if Hash::parse(self.own) != Some(Hash::finish(hasher.clone())) {
            return None;
        }
        hasher.update(self.line.get(self.body.len()..)?);
        Some(Hash::finish(hasher))
    }

    /// Whether a line holds once the carriage return at its end is taken away: its line ends were converted.
    pub fn has_converted_line_end(line: &[u8]) -> bool {
        line.strip_suffix(b"\r")
            .is_some_and(|line| Sealed::read(line).is_some_and(|line| line.holds().is_some()))
    }

    /// The hash of the line before.
    pub fn prev(&self) -> Option<Hash> {
        Hash::parse(self.prev)
    }
}

/// Ends an object that has all but its `prev`, so far without its closing brace.
pub fn seal(mut body: Vec<u8>, prev: Hash) -> Vec<u8> {
    body.extend_from_slice(format!(r#","prev":"{prev}""#).as_bytes());
    let own = Hash::of(&body);
    body.extend_from_slice(format!(r#","sha256":"{own}"}}"#).as_bytes());
    body
}

/// Whether the first line of a file that begins with these bytes is one of a log, whether or not it holds.
pub fn begins_with_line(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    first.starts_with(BEGINNING) && Sealed::read(first).is_some()
}

/// Whether a file that begins with these bytes can be a log whose first line was broken off.
pub fn begins_log(bytes: &[u8]) -> bool {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    first.iter().zip(BEGINNING).all(|(one, other)| one == other)
}
