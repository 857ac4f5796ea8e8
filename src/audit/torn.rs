//! What a write that was broken off can leave in a log, as opposed to lines that were changed.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::seal::MAX_LINE;

/// How long the time of a line is: `2026-09-21T14:13:20.118Z`.
const TIME: usize = 24;
/// What stands before the time of a line.
const BEFORE_TIME: usize = br#"{"time":""#.len();
/// What stands after the time of a repair line.
const REPAIRS: &[u8] = br#"","action":"repair","#;

/// How a line begins, with a 0 for each digit.
const FORM: &[u8] = br#"{"time":"0000-00-00T00:00:00.000Z","action":""#;
/// What stands outside of texts beside brackets: numbers have no sign and no fraction, and there is `null`.
const PLAIN: &[u8] = b":,0123456789nul";
/// How deep a line is nested: an object with a list of objects.
const MAX_DEPTH: usize = 3;
/// The fields of a line in their order.
const NAMES: &[&str] = &[
    "time",
    "action",
    "flow",
    "status",
    "actor",
    "commit",
    "environment",
    "compiler",
    "policies",
    "as_of",
    "waivers",
    "facts",
    "params",
    "settings",
    "payload_sha256",
    "metrics",
    "job",
    "flow_id",
    "code",
    "detail",
    "policies_left_out",
    "waivers_left_out",
    "facts_left_out",
    "params_left_out",
    "settings_left_out",
    "torn_bytes",
    "torn_sha256",
    "prev",
    "sha256",
];

/// Where a piece stands among the torn pieces that follow a whole line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TornPosition {
    /// It follows the whole line: any append may have been writing it.
    First,
    /// It follows another torn piece: only an append that begins with a repair may have been writing it.
    Later,
}

/// Whether an append that was broken off can have left this piece: the beginning of one line, whose object
/// is not closed. After a power cut zeros may follow, where the file has its new length and not its data.
///
/// The newline that a later append may have added does not matter. A line that was edited is closed, or is
/// not JSON so far with the fields of a line in their order, so it is no torn one. Nor are lines that were joined.
pub fn is_broken_off(piece: &[u8], place: TornPosition) -> bool {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    let written = match piece.iter().rposition(|byte| *byte != 0) {
        Some(last) => piece.get(..=last).unwrap_or_default(),
        None => return !piece.is_empty() && piece.len() <= MAX_LINE,
    };
    piece.len() <= MAX_LINE
        && is_beginning(written)
        && (place == TornPosition::First || begins_repair(written))
}

/// Whether this is the beginning of one line, and not all of it.
fn is_beginning(written: &[u8]) -> bool {
    let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    written.iter().zip(FORM).all(fits) && is_plain(written) && is_object_so_far(written)
}

/// Whether what stands outside of texts are the characters that a line has there, and nested as in one.
fn is_plain(written: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in written {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ if PLAIN.contains(byte) => {}
            _ => return false,
        }
        if depth > MAX_DEPTH {
            return false;
        }
    }
    true
}

/// Whether it is JSON up to its end and only its rest is missing, with the fields of a line in their order.
fn is_object_so_far(written: &[u8]) -> bool {
    serde_json::from_slice::<Fields>(written).is_err_and(|error| error.is_eof())
}

/// The fields of a line, whose values do not matter.
struct Fields;

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self)
    }
}

impl<'de> Visitor<'de> for Fields {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a line in their order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut rest = NAMES.iter();
        while let Some(name) = map.next_key::<&str>()? {
            if !rest.any(|one| *one == name) {
                return Err(A::Error::custom("no field of a line, or not in its place"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(self)
    }
}

/// Whether a line that begins like this can be a repair.
fn begins_repair(line: &[u8]) -> bool {
    let rest = line.get(BEFORE_TIME + TIME..).unwrap_or_default();
    rest.iter().zip(REPAIRS).all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_lines_are_broken_off_and_edited_lines_are_not() {
        let line = br#"{"time":"2026-09-21T14:13:20.118Z","action":"create","flow":null,"policies":[{"name":"\u00e9\"{"}],"metrics":{"a{":1},"job":"}","prev":"","sha256":""}"#;
        for end in 1..line.len() {
            assert!(is_broken_off(&line[..end], TornPosition::First), "{end}");
        }
        for edited in
            [&line[..], b" {\"time\":\"", b"\n", b"", b"x", b"{\"time\": \"", b"\x00x", b"{\"time\":\"\"} "]
        {
            assert!(!is_broken_off(edited, TornPosition::First), "{}", String::from_utf8_lossy(edited));
        }
        assert!(is_broken_off(&[b"{\"ti".as_slice(), &[0; 400]].concat(), TornPosition::First));
        assert!(!is_broken_off(&vec![0; MAX_LINE + 1], TornPosition::First));
    }

    #[test]
    fn only_a_repair_can_be_broken_off_after_another_torn_line() {
        let begins = |action: &str| format!(r#"{{"time":"2026-09-21T14:13:20.118Z","action":"{action}","#);
        assert!(is_broken_off(begins("repair").as_bytes(), TornPosition::Later));
        assert!(is_broken_off(b"{\"time\":\"2026", TornPosition::Later));
        assert!(!is_broken_off(begins("create").as_bytes(), TornPosition::Later));
        assert!(!is_broken_off(begins("repaired").as_bytes(), TornPosition::Later));
    }
}
