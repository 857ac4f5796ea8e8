//! Credentials that this client does not know, by where they stand: pages and proxies that explain a failure
//! repeat addresses, headers and forms of others as well.

use std::ops::Range;

/// What is not a credential where it is shorter; in bytes.
const SHORTEST: usize = 4;
/// Fields and parameters that hold credentials, in small letters and without what separates words.
const NAMES: [&str; 14] = [
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "clientsecret",
    "clientassertion",
    "password",
    "passwd",
    "apikey",
    "xapikey",
    "authorization",
    "proxyauthorization",
    "cookie",
    "setcookie",
    "sessionid",
];

/// Whether a field of this name holds a credential, if it holds one word.
pub fn is_name(name: &str) -> bool {
    let plain = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    NAMES.contains(&&*plain.take(40).collect::<String>())
}

/// Where a text has credentials, in order of their starts: the user of an address, what follows `Bearer`, and
/// the values of forms, addresses and JSON.
pub fn places(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> =
        users(text).chain(schemes(text)).chain(values(text)).filter(|place| !place.is_empty()).collect();
    places.sort_by_key(|place| (place.start, place.end));
    places
}

/// `user:password` of `https://user:password@host/`.
fn users(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(|(at, found)| {
        let start = at + found.len();
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| c.is_whitespace() || "/\\?#\"'<>`".contains(c)).unwrap_or(rest.len());
        let user = rest.get(..end)?.rfind('@')?;
        Some(start..start + user)
    })
}

/// What follows the name of a scheme: `Bearer eyJhbGciOi…`. A word of prose is none.
fn schemes(text: &str) -> impl Iterator<Item = Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let starts: Vec<usize> = ["bearer ", "basic ", "digest ", "token "]
        .iter()
        .flat_map(|name| lower.match_indices(name).map(|(at, name)| at + name.len()).collect::<Vec<_>>())
        .collect();
    starts.into_iter().filter_map(|start| {
        let rest = text.get(start..)?;
        let start = start + (rest.len() - rest.trim_start_matches(' ').len());
        let rest = text.get(start..)?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let word = rest.get(..length)?;
        let is_odd = word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'=');
        (length >= 8 && is_odd || length >= 24).then_some(start..start + length)
    })
}

/// The value after `access_token=`, and after `"access_token":`.
fn values(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(['=', ':']).filter_map(|(at, sign)| {
        let before = text.get(..at)?.trim_end();
        let unquoted = before.trim_end_matches(['"', '\'', '\\']);
        let is_quoted = unquoted.len() < before.len();
        let from = unquoted
            .char_indices()
            .rev()
            .take(40)
            .take_while(|(_, c)| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .last()?
            .0;
        // Prose has colons as well: `password: at least 8 characters`.
        if !is_name(unquoted.get(from..)?) || (sign == ":" && !is_quoted) {
            return None;
        }
        let rest = text.get(at + 1..)?;
        let value = rest.trim_start_matches([' ', '"', '\'', '\\']);
        let start = at + 1 + (rest.len() - value.len());
        let length =
            value.find(|c: char| c.is_whitespace() || "&\"'<>;,\\)".contains(c)).unwrap_or(value.len());
        (length >= SHORTEST).then_some(start..start + length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(text: &str) -> String {
        let mut out = text.to_owned();
        for place in places(text).into_iter().rev() {
            out.replace_range(place, "*");
        }
        out
    }

    #[test]
    fn credentials_of_others_are_found_where_they_stand() {
        for (text, shown) in [
            ("to https://dana:p@ss@host:1/a?b", "to https://*@host:1/a?b"),
            ("http://token@host", "http://*@host"),
            ("Authorization: Bearer eyJhbGciOi.JIUzI1", "Authorization: Bearer *"),
            ("proxy-authorization: basic  ZGFuYTpwdw==.", "proxy-authorization: basic  *"),
            ("?a=1&access_token=abcdef&b=2", "?a=1&access_token=*&b=2"),
            ("{\"Refresh-Token\": \"abcd def\"}", "{\"Refresh-Token\": \"* def\"}"),
            ("{\\\"client_secret\\\":\\\"abcdef\\\"}", "{\\\"client_secret\\\":\\\"*\\\"}"),
            ("X-Api-Key=0123456789; x", "X-Api-Key=*; x"),
        ] {
            assert_eq!(covered(text), shown);
        }
    }

    #[test]
    fn prose_stays() {
        for text in [
            "basic authentication is required",
            "a bearer token is missing",
            "password: at least 8 characters",
            "see https://host/@scope/name",
            "mail a@b.example, or http://host",
            "x == y, a=b, = , :, ://",
            "access_token=",
            "the token expired",
            "://@",
            "=:=:",
            "\u{e4}\u{df}: \u{e4}=",
        ] {
            assert_eq!(covered(text), text);
        }
    }
}
