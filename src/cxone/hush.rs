//! What no answer may bring to light: platforms, and what stands before them, repeat what they
//! were sent.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::answer::Response;
use crate::diagnostics::is_invisible;

/// Shorter secrets are in every text; in bytes.
pub(super) const SHORTEST: usize = 4;
/// What is shorter may be a word in the name of a thing or a state; in bytes.
pub(super) const LONGEST_WORD: usize = 11;
/// How much of a body that is no JSON is looked at, since so much of it is quoted at most; in bytes.
const LOOKED_AT: usize = 16 << 10;
/// What stands in a secret's place.
const PLACE: &str = "[secret]";

/// Secrets that are known to this client.
#[derive(Debug, Default)]
pub struct Hush(Mutex<Vec<SecretString>>);

impl Hush {
    /// Keeps a text from ever being shown.
    pub fn hide(&self, secret: &SecretString) {
        // Of a header, what follows the scheme.
        let plain = secret.expose_secret().trim_start_matches("Basic ");
        // In forms a blank is a plus.
        let spellings = BTreeSet::from([plain.to_owned(), plain.replace(' ', "+")]);
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for spelling in spellings {
            let known = secrets.iter().any(|secret| secret.expose_secret() == spelling);
            if spelling.len() >= SHORTEST && !known {
                secrets.push(spelling.into());
            }
        }
    }

    /// An answer without them.
    pub fn without_secrets(&self, mut response: Response) -> Response {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        response.location =
            response.location.map(|location| without(&secrets, &location, SHORTEST).unwrap_or(location));
        match serde_json::from_slice(&response.body) {
            Ok(value) => {
                if let Some(value) = without_in(&secrets, value) {
                    response.body = value.to_string().into_bytes();
                }
            }
            Err(_) => {
                response.body.truncate(LOOKED_AT);
                if let Some(text) = without(&secrets, &String::from_utf8_lossy(&response.body), SHORTEST) {
                    response.body = text.into_bytes();
                }
            }
        }
        response
    }
}

/// A value without secrets; `None` where there are none.
fn without_in(secrets: &[SecretString], mut value: Value) -> Option<Value> {
    let mut found = false;
    let mut open = vec![(&mut value, SHORTEST)];
    while let Some((value, shortest)) = open.pop() {
        match value {
            Value::String(text) => {
                if let Some(stripped) = without(secrets, text, shortest) {
                    (*text, found) = (stripped, true);
                }
            }
            Value::Array(list) => open.extend(list.iter_mut().map(|value| (value, shortest))),
            Value::Object(fields) => {
                let names: Vec<String> = fields.keys().cloned().collect();
                for name in names {
                    if let Some(stripped) = without(secrets, &name, LONGEST_WORD + 1)
                        && let Some(value) = fields.remove(&name)
                    {
                        fields.insert(stripped, value);
                        found = true;
                    }
                }
                open.extend(fields.iter_mut().map(|(name, value)| {
                    let is_name = matches!(name.as_str(), "id" | "job_id" | "flow_id" | "status");
                    (value, if is_name { LONGEST_WORD + 1 } else { SHORTEST })
                }));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found.then_some(value)
}

/// Where secrets of `shortest` bytes and more are in a text, however they are spelt, in order of
/// their starts.
pub(super) fn places_of(secrets: &[SecretString], text: &str, shortest: usize) -> Vec<Range<usize>> {
    let plain = Plain::of(text);
    let mut places: Vec<Range<usize>> = Vec::new();
    for secret in secrets {
        let secret = secret.expose_secret().as_bytes();
        if secret.len() < shortest {
            continue;
        }
        places.extend(memchr::memmem::find_iter(text.as_bytes(), secret).map(|at| at..at + secret.len()));
        places.extend(memchr::memmem::find_iter(&plain.bytes, secret).filter_map(|at| {
            let (first, last) = (plain.places.get(at)?, plain.places.get(at + secret.len() - 1)?);
            Some(first.start..last.end)
        }));
    }
    places.sort_by_key(|place| place.start);
    places
}

/// A text without secrets of `shortest` bytes and more, however they are spelt; `None` where there
/// are none.
fn without(secrets: &[SecretString], text: &str, shortest: usize) -> Option<String> {
    let places = places_of(secrets, text, shortest);
    if places.is_empty() {
        return None;
    }
    let mut out = String::new();
    let mut shown = 0;
    for place in places {
        if place.start >= shown {
            out.push_str(text.get(shown..place.start).unwrap_or_default());
            out.push_str(PLACE);
        }
        shown = shown.max(place.end);
    }
    out.push_str(text.get(shown..).unwrap_or_default());
    Some(out)
}

/// A text as it is meant: escapes of JSON, URLs and HTML resolved, what is not shown left out.
#[derive(Default)]
struct Plain {
    bytes: Vec<u8>,
    /// Where each byte comes from.
    places: Vec<Range<usize>>,
}

impl Plain {
    fn of(text: &str) -> Self {
        let mut plain = Self::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let (meant, length) = meant(rest);
            let place = at..at + length;
            match meant {
                Meant::Nothing => {}
                Meant::Byte(byte) => plain.push(&[byte], &place),
                Meant::Char(c) => plain.push(c.encode_utf8(&mut [0; 4]).as_bytes(), &place),
            }
            at = place.end;
        }
        plain
    }

    fn push(&mut self, bytes: &[u8], place: &Range<usize>) {
        self.bytes.extend_from_slice(bytes);
        self.places.extend(bytes.iter().map(|_| place.clone()));
    }
}

enum Meant {
    Nothing,
    Byte(u8),
    Char(char),
}

/// What a text begins with, and how long that is in bytes.
fn meant(text: &str) -> (Meant, usize) {
    let hex = |from: usize, to: usize| {
        let digits =
            text.get(from..to).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let first = text.chars().next().unwrap_or_default();
    let escape = match first {
        '%' => hex(1, 3).and_then(|byte| Some((Meant::Byte(u8::try_from(byte).ok()?), 3))),
        '\\' => match text.chars().nth(1) {
            Some('u') => hex(2, 6).and_then(|code| Some((Meant::Char(char::from_u32(code)?), 6))),
            Some(c @ ('/' | '"' | '\\' | '\'')) => Some((Meant::Char(c), 2)),
            _ => None,
        },
        '&' => entity(text),
        _ => None,
    };
    escape.unwrap_or_else(|| match is_invisible(first) || has_no_width(first) {
        true => (Meant::Nothing, first.len_utf8()),
        false => (Meant::Char(first), first.len_utf8()),
    })
}

/// Soft hyphens, joiners and blanks that take no room.
fn has_no_width(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

fn entity(text: &str) -> Option<(Meant, usize)> {
    let (name, _) = text.strip_prefix('&')?.split_once(';').filter(|(name, _)| name.len() <= 8)?;
    let c = match name {
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((Meant::Char(c), name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(body: &str) -> String {
        let hush = Hush::default();
        hush.hide(&"se/cret+&\"one\"".into());
        hush.hide(&"two words".into());
        hush.hide(&"flow".into());
        hush.hide(&"abc".into());
        let response = Response { body: body.as_bytes().to_vec(), ..Response::default() };
        String::from_utf8(hush.without_secrets(response).body).unwrap()
    }

    #[test]
    fn secrets_are_found_in_every_spelling() {
        for spelt in [
            "se/cret+&\"one\"",
            "se%2Fcret%2b%26%22one%22",
            "se\\/cret\\u002b\\u0026\\\"one\\\"",
            "se/cret&#x2B;&amp;&quot;one&#34;",
            "s\u{200b}e/\u{7}cret+&\"one\"",
            "two words",
            "two+words",
            "two%20words",
        ] {
            assert_eq!(stripped(&format!("<p>{spelt}</p>")), "<p>[secret]</p>", "{spelt}");
        }
        assert_eq!(stripped("flowflow, abc"), "[secret][secret], abc");
        assert_eq!(stripped("100% of 5 & 6 &c; \\"), "100% of 5 & 6 &c; \\");
    }

    #[test]
    fn in_json_the_names_of_things_stay() {
        let body = r#"{"flow_id":"flow-1","status":"flow","message":"a flow","two words":[1]}"#;
        assert_eq!(
            stripped(body),
            r#"{"flow_id":"flow-1","status":"flow","message":"a [secret]","two words":[1]}"#
        );
        let body = r#"{"id":"se\/cret+&\"one\""}"#;
        assert_eq!(stripped(body), r#"{"id":"[secret]"}"#);
        let untouched = r#"{"z": 1, "a": "b"}"#;
        assert_eq!(stripped(untouched), untouched);
    }
}
