//! Credentials that this client does not know, by where they stand: pages and proxies that explain a failure
//! repeat addresses, headers and forms of others as well.

use std::ops::Range;

/// What is not a credential where it is shorter; in bytes.
const SHORTEST: usize = 4;
/// Fields and parameters that hold credentials, in small letters and without what separates words.
const NAMES: [&str; 26] = [
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "token",
    "clientsecret",
    "clientassertion",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "apikey",
    "xapikey",
    "authorization",
    "proxyauthorization",
    "cookie",
    "setcookie",
    "session",
    "sessionid",
    "jsessionid",
    "phpsessid",
    "sid",
    "sig",
    "signature",
    "privatekey",
];
/// Those of them that hold several words.
const HEADERS: [&str; 4] = ["authorization", "proxyauthorization", "cookie", "setcookie"];
/// Quotes, as they stand or escaped.
const QUOTES: [&str; 9] = ["\"", "'", "\\", "&quot;", "&#34;", "&#39;", "&apos;", "%22", "%27"];
/// How much of a list or an object is covered, in bytes.
const LONGEST: usize = 4096;

fn plain(name: &str) -> String {
    let plain = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    plain.take(40).collect()
}

/// Whether a field of this name holds a credential, if it holds one word.
pub fn is_name(name: &str) -> bool {
    NAMES.contains(&&*plain(name))
}

/// Whether a field of this name may hold a credential of several words, such as cookies, and does.
pub fn is_header(name: &str, value: &str) -> bool {
    HEADERS.contains(&&*plain(name)) && value.split_whitespace().any(is_odd)
}

/// Where a text has credentials, in order of their starts and apart from each other: the user of an address,
/// what follows `Bearer`, and the values of headers, forms, addresses, tags and JSON.
pub fn places(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> =
        users(text).chain(schemes(text)).chain(values(text)).filter(|place| !place.is_empty()).collect();
    places.sort_by_key(|place| (place.start, place.end));
    places.dedup_by(|next, before| {
        let overlap = next.start < before.end;
        if overlap {
            before.end = before.end.max(next.end);
        }
        overlap
    });
    places
}

/// `user:password` of `https://user:password@host/`, and of `//user:password@host/`.
fn users(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("//").filter_map(|(at, found)| {
        let start = at + found.len();
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| c.is_whitespace() || "/\\?#\"'<>`".contains(c)).unwrap_or(rest.len());
        let user = rest.get(..end)?.rfind('@')?;
        let is_address = text.get(..at)?.ends_with(':') || rest.get(..user)?.contains(':');
        is_address.then_some(start..start + user)
    })
}

/// What follows the name of a scheme: `Bearer eyJhbGciOi…`. A word of prose is none.
fn schemes(text: &str) -> impl Iterator<Item = Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let starts: Vec<usize> = ["bearer", "basic", "digest", "token"]
        .iter()
        .flat_map(|name| lower.match_indices(name).map(|(at, name)| at + name.len()).collect::<Vec<_>>())
        .collect();
    starts.into_iter().filter_map(|start| {
        let rest = text.get(start..)?.strip_prefix([' ', ':'])?;
        let start = text.len() - rest.trim_start_matches(' ').len();
        let rest = text.get(start..)?;
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        is_odd(rest.get(..length)?).then_some(start..start + length)
    })
}

/// Whether a word is none of prose.
fn is_odd(word: &str) -> bool {
    let has_sign = word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'=');
    word.len() >= 8 && has_sign || word.len() >= 24
}

/// The value after `access_token=`, `"access_token":`, `Cookie:`, `<password>`, however quotes and signs are
/// escaped.
fn values(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(['=', ':', '>', '%']).flat_map(|(at, sign)| value(text, at, sign).unwrap_or_default())
}

fn value(text: &str, at: usize, sign: &str) -> Option<Vec<Range<usize>>> {
    let escaped = sign == "%";
    let (sign, start) = match (sign, text.get(at + 1..at + 3)) {
        ("%", Some("3D" | "3d")) => ("=", at + 3),
        ("%", Some("3A" | "3a")) => (":", at + 3),
        ("%", _) => return None,
        (sign, _) => (sign, at + 1),
    };
    let before = text.get(..at)?.trim_end();
    let mut name = before;
    while let Some(rest) = QUOTES.iter().find_map(|quote| name.strip_suffix(quote)) {
        name = rest;
    }
    let is_quoted = name.len() < before.len();
    let from = name
        .char_indices()
        .rev()
        .take(40)
        .take_while(|(_, c)| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .last()?
        .0;
    let (before, mut name) = name.split_at_checked(from)?;
    if before.ends_with('%') {
        // The end of an escape that stands before it.
        name = name.get(2..)?;
    }
    if !is_name(name) || (sign == ">" && !before.ends_with(['<', ':'])) {
        return None;
    }
    let mut rest = text.get(start..)?;
    while let Some(after) =
        [" ", "\n", "\r", "\t"].iter().chain(&QUOTES).find_map(|quote| rest.strip_prefix(quote))
    {
        rest = after;
    }
    let start = text.len() - rest.len();
    let until = |ends: &[&str]| ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let place = |from: usize, to: usize| start + from..start + to;
    if rest.starts_with(['[', '{']) {
        let close = if rest.starts_with('[') { "]" } else { "}" };
        return Some(vec![place(1, until(&[close]).min(rest.floor_char_boundary(LONGEST)).max(1))]);
    }
    let is_header = HEADERS.contains(&&*plain(name));
    let is_loose = sign == ":" && !is_quoted;
    if is_header && (is_loose || is_quoted) {
        let line = rest.get(..until(&["\n", "\r", "\"", "'", "<", "&quot;", "&#34;", "\\"]))?;
        let mut at = 0;
        let words = line.split(' ').map(|word| {
            at += word.len() + 1;
            (at - word.len() - 1, word)
        });
        let odd = words.filter(|(_, word)| is_odd(word));
        return Some(odd.map(|(at, word)| place(at, at + word.len())).collect());
    }
    let ends = |c: char| c.is_whitespace() || "&\"'<>;,\\)".contains(c) || c == '}' && sign == ":";
    let ends = rest.find(ends).unwrap_or(rest.len());
    let length = if escaped { ends.min(until(&["%"])) } else { ends };
    // Prose has colons as well: `password: at least 8 characters`.
    let is_one = if is_loose { is_odd(rest.get(..length)?) } else { length >= SHORTEST };
    is_one.then(|| vec![place(0, length)])
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
            ("Authorization: ApiKey Xk29dLq81mZ0pW", "Authorization: ApiKey *"),
            ("Cookie: sid=Xk29dLq8; b=1", "Cookie: * b=1"),
            ("Set-Cookie: sid=Xk29dLq8; Path=/", "Set-Cookie: * Path=/"),
            ("access_token: Xk29dLq8", "access_token: *"),
            ("apikey: Xk29dLq8, x", "apikey: *, x"),
            ("Bearer:Xk29dLq8", "Bearer:*"),
            ("{\"cookie\":\"sid=Xk29dLq8; a=b\"}", "{\"cookie\":\"* a=b\"}"),
            ("{\"access_token\":[\"abcd\", \"efgh\"]}", "{\"access_token\":[*]}"),
            ("{\"access_token\": {\"value\":\"abcd\"}}", "{\"access_token\": {*}}"),
            ("{\"client_secret\":12345678}", "{\"client_secret\":*}"),
            ("access_token&quot;:&quot;abcdef&quot;", "access_token&quot;:&quot;*&quot;"),
            ("a%3D1%26client_secret%3Dabcdef%26b", "a%3D1%26client_secret%3D*%26b"),
            ("<access_token>abcdef</access_token>", "<access_token>*</access_token>"),
            ("<ns:password type=\"x\">", "<ns:password type=\"x\">"),
            ("<ns:password>abcdef</ns:password>", "<ns:password>*</ns:password>"),
            ("//dana:pass@host/", "//*@host/"),
            ("https://h/?sig=abcdef&x=1", "https://h/?sig=*&x=1"),
            ("JSESSIONID=abcdef; pwd=ghijkl", "JSESSIONID=*; pwd=*"),
            ("{'access_token': 'abcdef'}", "{'access_token': '*'}"),
        ] {
            assert_eq!(covered(text), shown);
        }
    }

    #[test]
    fn the_names_of_the_security_page_are_those_that_are_covered() {
        let page = include_str!("../../SECURITY.md");
        let (_, names) = page.split_once("the values of these names").unwrap();
        let (names, _) = names.split_once("After a colon").unwrap();
        let quoted = names.split('`').skip(1).step_by(2);
        let tokens = ["access_token", "refresh_token", "id_token", "auth_token"];
        let named: Vec<String> = quoted.chain(tokens).map(plain).collect();
        for name in &named {
            assert!(is_name(name), "{name} is not covered");
            assert_eq!(covered(&format!("?{name}=Xk29dLq8&a=1")), format!("?{name}=*&a=1"));
        }
        for name in NAMES {
            assert!(named.iter().any(|one| one == name), "{name} is not on the page");
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
            "unexpected token: \"flow_id\"",
            "authorization: is missing",
            "a secret: none was sent",
            "{\"authorization\":\"is missing here\"}",
            "// see a@b.example",
            "token>x, 100%3D, %3",
            "session: expired yesterday",
            "the token expired",
            "://@",
            "=:=:",
            "\u{e4}\u{df}: \u{e4}=",
        ] {
            assert_eq!(covered(text), text);
        }
    }
}
