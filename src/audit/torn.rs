//! What an interrupted write can leave in a log, as opposed to lines that were changed.

use super::entry::{Action, MAX_ATTESTATIONS, MAX_LISTED, MAX_METRICS, MAX_SETTINGS, MAX_TEXT, REPAIR};
use super::hash::Hash;
use super::seal::MAX_LINE;

/// The length of a line's time: `2026-09-21T14:13:20.118Z`.
const TIME: usize = 24;
/// The length of what comes before a line's time.
const BEFORE_TIME: usize = br#"{"time":""#.len();
/// What comes after the time of a repair line.
const REPAIRS: &[u8] = br#"","action":"repair","#;

/// The pattern of a time, with 0 for each digit.
const TIME_FORM: &[u8] = b"0000-00-00T00:00:00.000Z";

/// How a field's value is written.
#[derive(Clone, Copy)]
enum Shape {
    Time,
    Action,
    Status,
    Text,
    TextOrNull,
    Hash,
    HashOrNull,
    Number,
    /// At most this many files, each with its name and hash.
    Files(usize),
    /// At most this many texts.
    Texts(usize),
    /// Texts by name.
    Values,
    /// At most this many numbers by name.
    Figures(usize),
    /// The line's own hash, after which the object is closed.
    Seal,
}

/// Which lines have a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    All,
    Some,
    /// All repairs, and only these.
    Repairs,
}

/// The fields of a line in their order. A test compares them with what [`super::AuditEntry`] writes and
/// with the program in `docs/audit.md`.
const FIELDS: &[(&str, In, Shape)] = &[
    ("time", In::All, Shape::Time),
    ("action", In::All, Shape::Action),
    ("flow", In::All, Shape::TextOrNull),
    ("status", In::All, Shape::Status),
    ("actor", In::All, Shape::Text),
    ("commit", In::All, Shape::TextOrNull),
    ("environment", In::All, Shape::TextOrNull),
    ("compiler", In::All, Shape::Text),
    ("policies", In::All, Shape::Files(MAX_LISTED)),
    ("as_of", In::Some, Shape::Text),
    ("waivers", In::All, Shape::Texts(MAX_LISTED)),
    ("attestations", In::Some, Shape::Texts(MAX_ATTESTATIONS)),
    ("facts", In::All, Shape::Values),
    ("params", In::All, Shape::Values),
    ("settings", In::All, Shape::Files(MAX_SETTINGS)),
    ("payload_sha256", In::All, Shape::HashOrNull),
    ("metrics", In::All, Shape::Figures(MAX_METRICS)),
    ("job", In::Some, Shape::Text),
    ("flow_id", In::Some, Shape::Text),
    ("code", In::Some, Shape::Text),
    ("detail", In::Some, Shape::Text),
    ("policies_left_out", In::Some, Shape::Number),
    ("waivers_left_out", In::Some, Shape::Number),
    ("attestations_left_out", In::Some, Shape::Number),
    ("facts_left_out", In::Some, Shape::Number),
    ("params_left_out", In::Some, Shape::Number),
    ("settings_left_out", In::Some, Shape::Number),
    ("torn_bytes", In::Repairs, Shape::Number),
    ("torn_sha256", In::Repairs, Shape::Hash),
    ("prev", In::All, Shape::Hash),
    ("sha256", In::All, Shape::Seal),
];

/// The position of a piece among the torn pieces that follow a whole line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TornPosition {
    /// It follows the whole line, so any append may have written it.
    First,
    /// It follows another torn piece, so only an append that begins with a repair may have written it.
    Later,
}

/// Whether an interrupted append can have left this piece: the beginning of one line, whose object is not
/// closed. After a power cut, zeros may follow if the file has its new length but not its data.
///
/// The newline that a later append may have added does not matter. An edited line is closed, or is not the
/// beginning of a line that an append writes, so it is not a torn one. Neither are joined lines. The one
/// case that cannot be told apart is a torn line in which a value was replaced by another possible one,
/// before the line's own hash.
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

/// Whether this is the beginning of a line, but not a whole line.
fn is_beginning(written: &[u8]) -> bool {
    matches!(Reader { written, at: 0 }.line(), Err(Stop::Ended))
}

/// Whether a line with this beginning can be a repair.
fn begins_repair(line: &[u8]) -> bool {
    let rest = line.get(BEFORE_TIME + TIME..).unwrap_or_default();
    rest.iter().zip(REPAIRS).all(|(one, other)| one == other)
}

/// Why reading stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The text ends here, and is valid so far.
    Ended,
    /// No append writes this at this place.
    Wrong,
}

type Step<T = ()> = Result<T, Stop>;

/// Reads a text as the beginning of a line.
struct Reader<'a> {
    written: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn line(&mut self) -> Step {
        self.word(b"{")?;
        let (mut next, mut is_repair) = (0, false);
        while next < FIELDS.len() {
            let before = self.at;
            let (index, shape) = self.name(next, is_repair)?;
            match shape {
                Shape::Action => {
                    let names = Action::ALL.map(|action| format!("\"{}\"", action.name()));
                    let repair = format!("\"{REPAIR}\"");
                    let words: Vec<&str> = names.iter().chain([&repair]).map(String::as_str).collect();
                    is_repair = self.one_of(&words)? == names.len();
                }
                Shape::Seal => {
                    let body = self.written.get(..before).unwrap_or_default();
                    self.word(format!("\"{}\"}}", Hash::of(body)).as_bytes())?;
                }
                shape => self.value(shape)?,
            }
            next = index + 1;
        }
        // The line is complete, so it was not interrupted.
        Err(Stop::Wrong)
    }

    /// Reads the name of one of the fields that can be next, from number `next` on.
    fn name(&mut self, next: usize, is_repair: bool) -> Step<(usize, Shape)> {
        let comma = if next == 0 { "" } else { "," };
        let mut stop = Stop::Wrong;
        for (index, (name, lines, shape)) in FIELDS.iter().enumerate().skip(next) {
            if *lines == In::Repairs && !is_repair {
                continue;
            }
            match self.word(format!("{comma}\"{name}\":").as_bytes()) {
                Ok(()) => return Ok((index, *shape)),
                Err(Stop::Ended) => stop = Stop::Ended,
                Err(Stop::Wrong) => {}
            }
            if *lines != In::Some {
                break;
            }
        }
        Err(stop)
    }

    fn value(&mut self, shape: Shape) -> Step {
        match shape {
            Shape::Time => self.time(),
            Shape::Status => self.one_of(&["\"ok\"", "\"failed\""]).map(drop),
            Shape::TextOrNull | Shape::HashOrNull if self.next() == Some(b'n') => self.word(b"null"),
            Shape::Text | Shape::TextOrNull => self.text(),
            Shape::Hash | Shape::HashOrNull => self.hash(),
            Shape::Number => self.number(),
            Shape::Files(most) => self.items("[", "]", most, |reader| {
                reader.word(b"{\"name\":")?;
                reader.text()?;
                reader.word(b",\"sha256\":")?;
                reader.hash()?;
                reader.word(b"}")
            }),
            Shape::Texts(most) => self.items("[", "]", most, Self::text),
            Shape::Values => self.items("{", "}", MAX_LINE, |reader| {
                reader.text()?;
                reader.word(b":")?;
                reader.text()
            }),
            Shape::Figures(most) => self.items("{", "}", most, |reader| {
                reader.text()?;
                reader.word(b":")?;
                reader.number()
            }),
            Shape::Action | Shape::Seal => Err(Stop::Wrong),
        }
    }

    fn items(&mut self, open: &str, close: &str, most: usize, item: fn(&mut Self) -> Step) -> Step {
        self.word(open.as_bytes())?;
        if self.rest().starts_with(close.as_bytes()) {
            return self.word(close.as_bytes());
        }
        for _ in 0..most {
            item(self)?;
            if self.one_of(&[",", close])? == 1 {
                return Ok(());
            }
        }
        Err(Stop::Wrong)
    }

    fn time(&mut self) -> Step {
        self.word(b"\"")?;
        for form in TIME_FORM {
            match self.take()? {
                byte if byte == *form || *form == b'0' && byte.is_ascii_digit() => {}
                _ => return Err(Stop::Wrong),
            }
        }
        self.word(b"\"")
    }

    fn hash(&mut self) -> Step {
        self.word(b"\"")?;
        for _ in 0..64 {
            if !matches!(self.take()?, b'0'..=b'9' | b'a'..=b'f') {
                return Err(Stop::Wrong);
            }
        }
        self.word(b"\"")
    }

    /// Reads a whole number without a sign, which ends at the next other byte.
    fn number(&mut self) -> Step {
        let digits: Vec<u8> = self.rest().iter().copied().take_while(u8::is_ascii_digit).collect();
        self.at += digits.len();
        let is_number = match std::str::from_utf8(&digits) {
            Ok("") => self.next().is_none(),
            Ok(digits) => digits.parse::<u64>().is_ok() && (digits == "0" || !digits.starts_with('0')),
            Err(_) => false,
        };
        match (is_number, self.next()) {
            (false, _) => Err(Stop::Wrong),
            (true, None) => Err(Stop::Ended),
            (true, Some(_)) => Ok(()),
        }
    }

    /// Reads a text in its written form, no longer than the limit for texts.
    fn text(&mut self) -> Step {
        self.word(b"\"")?;
        let mut text = Vec::new();
        let end = loop {
            match self.character() {
                Ok(Some(byte)) if text.len() < MAX_TEXT => text.push(byte),
                Ok(Some(_)) => return Err(Stop::Wrong),
                Ok(None) => break Ok(()),
                Err(stop) => break Err(stop),
            }
        };
        match std::str::from_utf8(&text) {
            Err(error) if error.error_len().is_some() || end.is_ok() => Err(Stop::Wrong),
            _ => end,
        }
    }

    /// Reads a byte of a text; `None` at its end.
    fn character(&mut self) -> Step<Option<u8>> {
        match self.take()? {
            b'"' => Ok(None),
            b'\\' => match self.take()? {
                byte @ (b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(Some(byte)),
                b'u' => {
                    self.word(b"00")?;
                    match (self.take()?, self.take()?) {
                        (b'0' | b'1', digit @ (b'0'..=b'9' | b'a'..=b'f')) => Ok(Some(digit)),
                        _ => Err(Stop::Wrong),
                    }
                }
                _ => Err(Stop::Wrong),
            },
            0..0x20 => Err(Stop::Wrong),
            byte => Ok(Some(byte)),
        }
    }

    /// Reads one of these words, and returns its number.
    fn one_of(&mut self, words: &[&str]) -> Step<usize> {
        let mut stop = Stop::Wrong;
        for (index, word) in words.iter().enumerate() {
            match self.word(word.as_bytes()) {
                Ok(()) => return Ok(index),
                Err(Stop::Ended) => stop = Stop::Ended,
                Err(Stop::Wrong) => {}
            }
        }
        Err(stop)
    }

    fn word(&mut self, word: &[u8]) -> Step {
        let rest = self.rest();
        if rest.starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        Err(if word.starts_with(rest) { Stop::Ended } else { Stop::Wrong })
    }

    fn take(&mut self) -> Step<u8> {
        let byte = self.next().ok_or(Stop::Ended)?;
        self.at += 1;
        Ok(byte)
    }

    fn next(&self) -> Option<u8> {
        self.written.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.written.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
