//! Tokens, and refusals of the token endpoint.

use std::time::Duration;

use serde_json::Value;

use super::fields::json;
use crate::cxone::refusal::LONGEST_TEXT;
use crate::cxone::wording::clean;

/// How long a token may be, in bytes.
const LONGEST_TOKEN: usize = 32 << 10;

/// A token and how long it is valid.
#[derive(Debug)]
pub struct GrantedToken {
    /// The token.
    pub token: secrecy::SecretString,
    /// How long, if the answer says so.
    pub life: Option<Duration>,
}

/// Why a token endpoint's answer has no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoToken {
    /// It is not understood.
    Unread(String),
    /// It is a refusal in spite of its status: its `error`, and its description.
    Refused(String, Option<String>),
}

/// The `error` of a refused token and its description (RFC 6749, section 5.2), as JSON or as a form.
pub fn token_error(body: &[u8]) -> Option<(String, Option<String>)> {
    let (error, description) = match json(body) {
        Ok(value) if value.get("access_token").is_none() => {
            let nested = value.get("error").filter(|error| error.is_object()).unwrap_or(&Value::Null);
            let error = text(&value, "error").or_else(|| text(nested, "code"));
            (error, text(&value, "error_description").or_else(|| text(nested, "message")))
        }
        Ok(_) => (None, None),
        Err(_) => {
            let form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
            let field = |name: &str| {
                let (_, value) = form.iter().find(|(key, _)| key == name)?;
                Some(clean(value, LONGEST_TEXT))
            };
            let is_token = field("access_token").is_some();
            (field("error").filter(|_| !is_token), field("error_description"))
        }
    };
    Some((error.filter(|error| !error.is_empty())?, description.filter(|text| !text.is_empty())))
}

/// Reads a granted token (RFC 6749, section 5.1).
///
/// # Errors
///
/// What is missing, or the refusal.
pub fn token(body: &[u8]) -> Result<GrantedToken, NoToken> {
    if let Some((error, description)) = token_error(body) {
        return Err(NoToken::Refused(error, description));
    }
    let value = json(body).map_err(NoToken::Unread)?;
    let token = value.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| NoToken::Unread("it has no `access_token`".to_owned()))?;
    // All its spellings are looked for in every answer, and no server accepts a header of this length.
    if token.len() > LONGEST_TOKEN {
        let why = format!("its `access_token` is longer than {} KiB", LONGEST_TOKEN >> 10);
        return Err(NoToken::Unread(why));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let why = "its `access_token` holds characters that no token has";
        return Err(NoToken::Unread(why.to_owned()));
    }
    let life = value.get("expires_in").and_then(|life| {
        let seconds = life.as_f64().or_else(|| life.as_str()?.parse().ok())?;
        Duration::try_from_secs_f64(seconds).ok()
    });
    Ok(GrantedToken { token: token.into(), life })
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(|text| clean(text, LONGEST_TEXT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_with_line_breaks_is_none() {
        assert!(token(b"{\"access_token\":\"a\\r\\nX-Evil: 1\"}").is_err());
        assert_eq!(
            token(br#"{"access_token":"a","expires_in":"60"}"#).unwrap().life,
            Some(Duration::from_secs(60))
        );
        assert_eq!(token(br#"{"access_token":"a","expires_in":-1}"#).unwrap().life, None);
    }

    #[test]
    fn a_refusal_in_place_of_a_token() {
        for body in [
            r#"{"error":"invalid_client","error_description":"no"}"#,
            "error=invalid_client&error_description=no",
            r#"{"error":{"code":"invalid_client","message":"no"}}"#,
        ] {
            let refused = NoToken::Refused("invalid_client".to_owned(), Some("no".to_owned()));
            assert_eq!(token(body.as_bytes()).unwrap_err(), refused, "{body}");
        }
        for body in ["", "<xml/>", r#"{"token":"x"}"#, "access_token=x", r#"{"error":"","access_token":7}"#] {
            assert!(matches!(token(body.as_bytes()), Err(NoToken::Unread(_))), "{body}");
        }
    }
}
