//! What the platform calls its things: ids that can be shown, and asked for.

use serde_json::Value;

use super::redactor::PLACE;
use super::wording::clean;
use crate::spelling::is_blank_character;

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
    } else if climbs(id) {
        Err("has `.` or `..` for a step, which leads to another address")
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

/// Whether an id leads to another address where a gateway decodes it and takes its steps apart, as many do:
/// `../flows/flow-1`, `..%2Fflows`, `a/./b`, `..;/x`.
fn climbs(id: &str) -> bool {
    /// How often an id may be decoded on its way.
    const MOST: usize = 3;
    let mut text = id.to_owned();
    for _ in 0..=MOST {
        let steps = text.split(['/', '\\']).map(|step| step.split(';').next().unwrap_or_default());
        if steps.into_iter().any(|step| matches!(step, "." | "..")) {
            return true;
        }
        let decoded = url::form_urlencoded::parse(
            text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D").as_bytes(),
        )
        .next()
        .map(|(text, _)| text.into_owned())
        .unwrap_or_default();
        if decoded == text {
            return false;
        }
        text = decoded;
    }
    // What is encoded so often is no id.
    true
}

/// The id that a value of an answer is.
pub fn of(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(id) => id.clone(),
        // Of one with more digits than a number has here, not all are known.
        Value::Number(id) if !id.is_f64() => id.to_string(),
        _ => return None,
    };
    check(&id).is_ok().then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_id_and_what_is_none() {
        for id in [
            "job-1",
            "17",
            "a/b",
            "a b?c=d#e",
            "100%25",
            "caf\u{e9}",
            "...",
            ".a",
            "-rf",
            "a;b",
            "a..b/c",
            "..a",
        ] {
            assert_eq!(check(id), Ok(()), "{id}");
        }
        let long = "x".repeat(LONGEST + 1);
        for id in [
            "",
            ".",
            "..",
            "../../flows/flow-1",
            "a/..",
            "a/./b",
            "..\\a",
            "a\\..\\b",
            "%2e%2e",
            "%2E./a",
            "..%2Fa",
            "%252e%252e%252fa",
            "a%5C..%5Cb",
            "..;a/b",
            "/..",
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
