//! How the platform's conditions spell events: `input=1|timeout`.

use crate::flow::{Event, EventKind, Outcome, is_key};

/// The prefix of a key entry.
pub const KEY: &str = "input=";
/// The condition of a transition that takes everything.
pub const ALWAYS: &str = "always";

/// The event of a piece of a condition: `input=1` is a key, `timeout` an outcome, and anything else is an event
/// that only the platform knows.
///
/// ```
/// use cxflowc::flow::EventKind;
///
/// let key = cxflowc::condition::event("input=1");
/// assert_eq!((key.word(), key.raw(), key.kind()), ("1", "input=1", EventKind::Key));
/// assert_eq!(cxflowc::condition::event("fax").kind(), EventKind::Raw);
/// ```
pub fn event(raw: &str) -> Event {
    match (raw.strip_prefix(KEY), Outcome::from_word(raw)) {
        (Some(entry), _) if is_key(entry) => key(entry),
        (_, Some(outcome)) => self::outcome(outcome),
        _ => Event::new(EventKind::Raw, raw, raw),
    }
}

/// The event of a key entry.
pub fn key(entry: &str) -> Event {
    Event::new(EventKind::Key, entry, &format!("{KEY}{entry}"))
}

/// The event of an outcome that a declared kind has.
pub fn declared(word: &str) -> Event {
    match event(word).kind() {
        EventKind::Raw => Event::new(EventKind::Declared, word, word),
        _ => event(word),
    }
}

/// The event of an outcome.
pub fn outcome(outcome: Outcome) -> Event {
    Event::new(EventKind::Outcome(outcome), outcome.word(), outcome.word())
}
