//! Parses the events of a call: `1, timeout, "anything"`.

use core::fmt;
use core::str::FromStr;

use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::flow::{Event, Flow, Outcome, is_key};
use crate::syntax::text::{Piece, pieces};

/// The events of a call in their order: each is a key entry, an outcome, or, in quotes, an event of the
/// platform.
///
/// ```
/// let events: cxflowc::simulate::Events = r##"1, *9#, timeout, "fax|tone""##.parse().unwrap();
/// let words: Vec<&str> = events.0.iter().map(|event| event.word()).collect();
/// assert_eq!(words, ["1", "*9#", "timeout", "fax|tone"]);
///
/// let slip = "1,timout".parse::<cxflowc::simulate::Events>().unwrap_err();
/// assert_eq!(slip.to_string(), "`timout` is not an event; did you mean `timeout`?");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Events(pub Vec<Event>);

/// A text that is not an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEvent {
    /// The text.
    written: String,
    why: EventFault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventFault {
    Nothing,
    Word,
    Several,
    Unclosed,
    Escape,
}

impl fmt::Display for BadEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = quote(&self.written);
        match self.why {
            EventFault::Nothing => {
                write!(f, "there is no event between two commas; write one, as in `1,timeout`")
            }
            EventFault::Several => {
                write!(f, "{written} is more than one event; write one after the other, as in `1,2`")
            }
            EventFault::Unclosed => write!(f, "{written} lacks its closing quote"),
            EventFault::Escape => write!(f, "{written} has an escape or an insertion that means nothing"),
            EventFault::Word => {
                write!(f, "{written} is not an event; ")?;
                match nearest(&self.written, Outcome::ALL.iter().map(|outcome| outcome.word())) {
                    Some(near) => write!(f, "did you mean `{near}`?"),
                    None => write!(
                        f,
                        "write a key such as `1`, an outcome such as `timeout`, or a condition of the platform in quotes"
                    ),
                }
            }
        }
    }
}

impl std::error::Error for BadEvent {}

impl FromStr for Events {
    type Err = BadEvent;

    /// Reads events separated by commas; an empty text has none.
    fn from_str(text: &str) -> Result<Self, BadEvent> {
        Self::read(text, |_| false)
    }
}

impl Events {
    /// Reads the events of a call of a flow, in which the outcomes of its declared kinds are words as well.
    ///
    /// # Errors
    ///
    /// What is no event, with what to write.
    pub fn of_flow(text: &str, flow: &Flow) -> Result<Self, BadEvent> {
        Self::read(text, |word| flow.kinds.rows().iter().any(|kind| kind.has_outcome(word)))
    }

    fn read(text: &str, is_declared: impl Fn(&str) -> bool) -> Result<Self, BadEvent> {
        let mut rest = text.trim();
        let mut events = Vec::new();
        while !rest.is_empty() {
            let length = first(rest)?;
            let (written, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            events.push(event(written.trim(), &is_declared)?);
            rest = match after.strip_prefix(',').map(str::trim_start) {
                Some("") => return Err(BadEvent { written: String::new(), why: EventFault::Nothing }),
                Some(rest) => rest,
                None => "",
            };
        }
        Ok(Self(events))
    }
}

/// The length of the first event in bytes, up to its comma or the end.
fn first(text: &str) -> Result<usize, BadEvent> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => return Ok(at),
            _ => {}
        }
    }
    match quoted {
        true => Err(BadEvent { written: text.to_owned(), why: EventFault::Unclosed }),
        false => Ok(text.len()),
    }
}

/// Reads one event.
fn event(written: &str, is_declared: impl Fn(&str) -> bool) -> Result<Event, BadEvent> {
    let bad = |why| Err(BadEvent { written: written.to_owned(), why });
    if written.is_empty() {
        return bad(EventFault::Nothing);
    }
    if is_key(written) {
        return Ok(crate::condition::key(written));
    }
    if let Some(outcome) = Outcome::from_word(written) {
        return Ok(crate::condition::outcome(outcome));
    }
    let inside = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    if inside.is_none() && (written.contains('|') || written.contains("..")) {
        return bad(EventFault::Several);
    }
    let Some(inside) = inside else {
        return if is_declared(written) {
            Ok(crate::condition::event(written))
        } else {
            bad(EventFault::Word)
        };
    };
    if ends_early(inside) {
        return bad(EventFault::Several);
    }
    let mut value = String::new();
    let mut broken = false;
    pieces(written, |piece| match piece {
        Piece::Plain(text, _) => value.push_str(text),
        Piece::Escaped(character, _) => value.push(character),
        Piece::Insert(..) | Piece::Bad(..) => broken = true,
    });
    if broken { bad(EventFault::Escape) } else { Ok(crate::condition::event(&value)) }
}

/// Whether a string contains a quote without a backslash.
fn ends_early(inside: &str) -> bool {
    let mut escaped = false;
    for character in inside.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return true,
            _ => {}
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let events: Result<Events, BadEvent> = text.parse();
        events
            .map(|events| events.0.iter().map(|event| event.display()).collect())
            .map_err(|bad| bad.to_string())
    }

    #[test]
    fn events_with_commas_between() {
        assert_eq!(read("").unwrap(), [""; 0]);
        assert_eq!(read(" 1 ,no_answer").unwrap(), ["1", "no_answer"]);
        assert_eq!(
            read(r#""a, b","say \"1\"","1","fax|2","timeout""#).unwrap(),
            [r#""a, b""#, r#""say \"1\"""#, r#""1""#, r#""fax|2""#, "timeout"]
        );
    }

    #[test]
    fn texts_that_are_not_events() {
        for (text, message) in [
            ("1,", "between two commas"),
            (",1", "between two commas"),
            ("1,,2", "between two commas"),
            ("1|2", "is more than one event"),
            ("1..5", "is more than one event"),
            (r#""a""b""#, "is more than one event"),
            (r#""a" "b""#, "is more than one event"),
            (r#""a"#, "lacks its closing quote"),
            (r#""\q""#, "an escape"),
            (r#""${a}""#, "an insertion"),
            ("humann", "did you mean `human`?"),
            ("1a", "write a key such as"),
            ("\u{1b}", "`\\u{1b}` is not an event"),
        ] {
            let bad = read(text).unwrap_err();
            assert!(bad.contains(message), "{text}: {bad}");
        }
    }
}
