//! Checks the platform's ids: they must be safe to show and to use in addresses.

use serde_json::Value;

use super::redactor::PLACE;
use super::wording::clean;
use crate::spelling::is_blank_character;

/// The maximum length of an id, in characters.
pub const MAX_LENGTH: usize = 200;

/// Checks an id, wherever it comes from: an answer, the command line, a lock.
///
/// # Errors
///
/// Fails with what is wrong with it, phrased to follow its name.
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
        // A masked id cannot be requested.
        Err("contains a secret, which is not shown")
    } else if id.chars().any(cannot_be_seen) {
        Err("contains characters that cannot be seen")
    } else if id.chars().nth(MAX_LENGTH).is_some() {
        Err("is more than 200 characters long")
    } else if clean(id, MAX_LENGTH) != id {
        Err("begins or ends with a blank, or has two in a row")
    } else {
        Ok(())
    }
}

/// Whether an id would lead to another address if a gateway decodes it and resolves its steps, as many do:
/// `../flows/flow-1`, `..%2Fflows`, `a/./b`, `..;/x`.
fn climbs(id: &str) -> bool {
    /// How often gateways may decode an id.
    const MAX_DECODINGS: usize = 3;
    let mut text = id.to_owned();
    for _ in 0..=MAX_DECODINGS {
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
    // An id is never encoded this often.
    true
}

/// The id in a value of an answer.
pub fn of(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(id) => id.clone(),
        // A larger number would lose digits.
        Value::Number(id) if !id.is_f64() => id.to_string(),
        _ => return None,
    };
    check(&id).is_ok().then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_ids_are_refused() {
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
        let long = "x".repeat(MAX_LENGTH + 1);
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
