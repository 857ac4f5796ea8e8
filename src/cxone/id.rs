//! What the platform calls its things: ids that can be shown, and asked for.

use serde_json::Value;

use super::hush::PLACE;
use super::wording::clean;
use crate::diagnostics::is_blank_character;

/// The longest id that is taken seriously, in characters.
pub const LONGEST: usize = 200;

/// Checks an id, wherever it comes from: an answer, the command line, a lock.
///
/// # Errors
///
/// What is wrong with it, to be said after its name.
///
/// ```
/// use cxflowc::cxone::id::check;
/// assert!(check("job-1").is_ok());
/// assert!(check("..").is_err() && check("").is_err() && check("job\u{200b}1").is_err());
/// ```
pub fn check(id: &str) -> Result<(), &'static str> {
    let cannot_be_seen = |c: char| c != ' ' && is_blank_character(c);
    if id.is_empty() {
        Err("is empty")
    } else if matches!(id, "." | "..") {
        // In an address dots alone climb, however they are spelt.
        Err("is dots alone, which lead to another address")
    } else if id.contains(PLACE) {
        // Nothing can be asked for by what stands in a secret's place.
        Err("holds a secret, which is not shown")
    } else if id.chars().any(cannot_be_seen) {
        Err("holds characters that cannot be seen")
    } else if id.chars().nth(LONGEST).is_some() {
        Err("is more than 200 characters long")
    } else if clean(id, LONGEST) != id {
        Err("begins or ends with a blank, or has two in a row")
    } else {
        Ok(())
    }
}

/// The id that a value of an answer is.
pub fn of(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    check(&id).is_ok().then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_id_and_what_is_none() {
        for id in ["job-1", "17", "a/b", "a b?c=d#e", "100%25", "caf\u{e9}", "...", ".a", "-rf", "%2e%2e"] {
            assert_eq!(check(id), Ok(()), "{id}");
        }
        let long = "x".repeat(LONGEST + 1);
        for id in [
            "",
            ".",
            "..",
            " ",
            " a",
            "a ",
            "a  b",
            "a\tb",
            "a\nb",
            "a\u{0}",
            "a\u{a0}b",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{2060}b",
            "\u{feff}a",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{200e}",
            "a\u{61c}b",
            "a\u{ad}b",
            "a\u{fe0f}",
            "a\u{3164}b",
            "a\u{e0041}",
            "a\u{1b}[2J",
            &long,
        ] {
            assert!(check(id).is_err(), "{id:?}");
        }
    }
}
