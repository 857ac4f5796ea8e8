//! Removes secrets from answers: platforms and gateways in front of them repeat what they were sent.

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::place::plain;
use super::response::Response;
use super::secret_search::{SHORTEST, SecretSearch};
use super::strangers;

/// The maximum length of texts that may be a word in a name or a state, in bytes.
pub(super) const LONGEST_WORD: usize = 11;
/// How much of a body that is not JSON is searched, since at most this much is quoted; in bytes.
const MAX_SEARCHED: usize = 16 << 10;
/// The replacement for a secret.
pub(super) const PLACE: &str = "[secret]";

/// Secrets that are known to this client.
#[derive(Debug, Default)]
pub struct Redactor(Mutex<Arc<SecretSearch>>);

impl Redactor {
    /// Adds a secret that must never be shown.
    pub fn hide(&self, secret: &SecretString) {
        // For a header, the part after the scheme.
        let plain = secret.expose_secret().trim_start_matches("Basic ");
        Arc::make_mut(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)).add(plain);
    }

    /// Removes the secrets from an answer.
    pub fn redacted(&self, mut response: Response) -> Response {
        let secrets = Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
        response.description =
            response.description.map(|text| redact_text(&secrets, &text, SHORTEST).unwrap_or(text));
        response.location =
            response.location.map(|location| redact_text(&secrets, &location, SHORTEST).unwrap_or(location));
        match serde_json::from_slice(&response.body) {
            Ok(value) => {
                if let Some(value) = redact_value(&secrets, value) {
                    response.body = value.to_string().into_bytes();
                }
            }
            Err(_) => {
                response.body.truncate(MAX_SEARCHED);
                if let Some(text) = redact_text(&secrets, &String::from_utf8_lossy(&response.body), SHORTEST)
                {
                    response.body = text.into_bytes();
                }
            }
        }
        response
    }
}

/// Removes secrets from a value; `None` if it has none.
fn redact_value(secrets: &SecretSearch, mut value: Value) -> Option<Value> {
    let mut found = false;
    let mut open = vec![(&mut value, SHORTEST)];
    while let Some((value, shortest)) = open.pop() {
        match value {
            Value::String(text) if shortest == 0 && is_word(text) => {
                (*text, found) = (PLACE.to_owned(), true);
            }
            Value::String(text) => {
                let shortest = shortest.max(SHORTEST);
                if let Some(stripped) = redact_text(secrets, text, shortest) {
                    (*text, found) = (stripped, true);
                }
            }
            Value::Array(list) => open.extend(list.iter_mut().map(|value| (value, shortest))),
            Value::Object(fields) => {
                let names: Vec<String> = fields.keys().cloned().collect();
                for name in names {
                    if let Some(stripped) = redact_text(secrets, &name, LONGEST_WORD + 1)
                        && let Some(value) = fields.remove(&name)
                    {
                        fields.insert(stripped, value);
                        found = true;
                    }
                }
                open.extend(fields.iter_mut().map(|(name, value)| {
                    let is_name =
                        ["id", "jobid", "flowid", "status", "state"].contains(&plain(name).as_str());
                    let is_header = value.as_str().is_some_and(|text| strangers::is_header(name, text));
                    if is_header {
                        (*value, found) = (Value::String(PLACE.to_owned()), true);
                    }
                    let shortest = match shortest == 0 || strangers::is_name(name) {
                        // The whole value is a secret, if it is one word.
                        true => 0,
                        false if is_name => LONGEST_WORD + 1,
                        false => SHORTEST,
                    };
                    (value, shortest)
                }));
            }
            Value::Number(_) if shortest == 0 => {
                (*value, found) = (Value::String(PLACE.to_owned()), true);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found.then_some(value)
}

/// Whether a whole text may be a credential.
fn is_word(text: &str) -> bool {
    text.len() >= SHORTEST && !text.contains(char::is_whitespace) && text != PLACE
}

/// Removes secrets of at least `shortest` bytes from a text, in any spelling, and unknown credentials; `None`
/// if it has none.
fn redact_text(secrets: &SecretSearch, text: &str, shortest: usize) -> Option<String> {
    let mut places = secrets.places(text, shortest, true);
    places.extend(strangers::places(text));
    places.sort_by_key(|place| (place.start, place.end));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(body: &str) -> String {
        let redactor = Redactor::default();
        redactor.hide(&"se/cret+&\"one\"".into());
        redactor.hide(&"two words".into());
        redactor.hide(&"flow".into());
        redactor.hide(&"abc".into());
        let response = Response { body: body.as_bytes().to_vec(), ..Response::default() };
        String::from_utf8(redactor.redacted(response).body).unwrap()
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
    fn short_names_in_json_are_kept() {
        let body = r#"{"flow_id":"flow-1","status":"flow","message":"a flow","two words":[1]}"#;
        assert_eq!(
            stripped(body),
            r#"{"flow_id":"flow-1","status":"flow","message":"a [secret]","two words":[1]}"#
        );
        let body = r#"{"id":"se\/cret+&\"one\""}"#;
        assert_eq!(stripped(body), r#"{"id":"[secret]"}"#);
        let body = r#"{"access_token":{"value":"abcd","n":[12345678]},"authorization":"ApiKey Xk29dLq8","cookie":"is missing"}"#;
        assert_eq!(
            stripped(body),
            r#"{"access_token":{"value":"[secret]","n":["[secret]"]},"authorization":"[secret]","cookie":"is missing"}"#
        );
        let untouched = r#"{"z": 1, "a": "b"}"#;
        assert_eq!(stripped(untouched), untouched);
        let body = r#"{"headers":{"Cookie":"a=b1;c","password":"is too short","x":"http://u:p@h/"}}"#;
        assert_eq!(
            stripped(body),
            r#"{"headers":{"Cookie":"[secret]","password":"is too short","x":"http://[secret]@h/"}}"#
        );
    }
}
