//! What a write that was broken off can leave in a log, as opposed to lines that were changed.

use super::seal::{MAX_LINE, begins_log};

/// How long the time of a line is: `2026-09-21T14:13:20.118Z`.
const TIME: usize = 24;
/// What stands before the time of a line.
const BEFORE_TIME: usize = br#"{"time":""#.len();
/// What stands after the time of a repair line.
const REPAIRS: &[u8] = br#"","action":"repair","#;

/// Where a piece stands among the torn pieces that follow a whole line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It follows the whole line: any append may have been writing it.
    First,
    /// It follows another torn piece: only an append that begins with a repair may have been writing it.
    Later,
}

/// Whether an append that was broken off can have left this piece: the beginning of a line whose object is
/// not closed. After a power cut zeros may follow, where the file has its new length and not its data.
///
/// The newline that a later append may have added does not matter. A line that was edited is closed, or does
/// not begin as a line does, so it is no torn one.
pub fn is_broken_off(piece: &[u8], place: Place) -> bool {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    let written = match piece.iter().rposition(|byte| *byte != 0) {
        Some(last) => piece.get(..=last).unwrap_or_default(),
        None => return !piece.is_empty() && piece.len() <= MAX_LINE,
    };
    piece.len() <= MAX_LINE
        && begins_log(written)
        && !is_closed(written)
        && (place == Place::First || begins_repair(written))
}

/// Whether the object that a line begins with is closed somewhere in it.
fn is_closed(line: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
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
        let line = br#"{"time":"2026-09-21T14:13:20.118Z","action":"create","metrics":{"a{":1},"job":"}"}"#;
        for end in 1..line.len() {
            assert!(is_broken_off(&line[..end], Place::First), "{end}");
        }
        for edited in
            [&line[..], b" {\"time\":\"", b"\n", b"", b"x", b"{\"time\": \"", b"\x00x", b"{\"time\":\"\"} "]
        {
            assert!(!is_broken_off(edited, Place::First), "{}", String::from_utf8_lossy(edited));
        }
        assert!(is_broken_off(&[b"{\"ti".as_slice(), &[0; 400]].concat(), Place::First));
        assert!(!is_broken_off(&vec![0; MAX_LINE + 1], Place::First));
    }

    #[test]
    fn only_a_repair_can_be_broken_off_after_another_torn_line() {
        let begins = |action: &str| format!(r#"{{"time":"2026-09-21T14:13:20.118Z","action":"{action}","#);
        assert!(is_broken_off(begins("repair").as_bytes(), Place::Later));
        assert!(is_broken_off(b"{\"time\":\"2026", Place::Later));
        assert!(!is_broken_off(begins("create").as_bytes(), Place::Later));
        assert!(!is_broken_off(begins("repaired").as_bytes(), Place::Later));
    }
}
