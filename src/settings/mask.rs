//! Text for display: secrets are covered, and every place stays where it is.

use std::borrow::Cow;
use std::ops::Range;

use super::secret::is_secret;

/// The text with some pieces covered. Each character is replaced by one of the same length in
/// bytes, so that offsets and columns hold; line breaks stay.
pub fn masked<'t>(text: &'t str, pieces: &[Range<usize>]) -> Cow<'t, str> {
    if pieces.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut sorted = pieces.to_vec();
    sorted.sort_by_key(|piece| piece.start);
    let mut pieces = sorted.into_iter().peekable();
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        while pieces.peek().is_some_and(|piece| piece.end <= at) {
            pieces.next();
        }
        let covered = pieces.peek().is_some_and(|piece| piece.contains(&at));
        out.push(match character {
            character if !covered || matches!(character, '\n' | '\r') => character,
            character => match character.len_utf8() {
                1 => '*',
                2 => '\u{B7}',
                3 => '\u{2022}',
                _ => '\u{1F512}',
            },
        });
    }
    Cow::Owned(out)
}

/// The pieces of a settings file that may be secrets: the values of keys that look like a secret's,
/// and users and passwords in addresses. Read from the lines alone, so that a file which is no TOML
/// shows none either.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    // A value that goes on over several lines.
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if begins(line) {
            open = false;
        }
        if open {
            pieces.push(at..end);
        } else if let Some(value) = value_of_secret(line) {
            pieces.push(at + value..end);
            open = true;
        }
        pieces.extend(credentials(line).map(|piece| at + piece.start..at + piece.end));
        at = end;
    }
    pieces
}

/// Whether a line begins with a key or a section.
fn begins(line: &str) -> bool {
    let line = line.trim_start();
    let key = line.split('=').next().filter(|key| key.len() < line.len()).map(str::trim_end);
    let is_key = |key: &str| {
        !key.is_empty()
            && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '"' | '\''))
    };
    let header = line.starts_with('[') && line.trim_end().ends_with(']') && !line.contains(['"', '\'', ',']);
    header || key.is_some_and(is_key)
}

/// Where the value begins of the first key of a line that looks like a secret's. Where tokens come
/// from is no secret.
fn value_of_secret(line: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(sign) = line.get(from..)?.find('=') {
        let sign = from + sign;
        let before = line.get(..sign)?.trim_end().trim_end_matches(['"', '\'']);
        let key = before.rsplit(['.', ',', '{', '[', '"', '\'']).next().unwrap_or_default();
        let value = line.get(sign + 1..)?.trim_start().trim_start_matches(['"', '\'']);
        let is_address = value.starts_with('/') || value.starts_with("http");
        if is_secret(key) && !is_address {
            return Some(sign + 1);
        }
        from = sign + 1;
    }
    None
}

/// The users and passwords in the addresses of a line: what stands before `@`, after `//` or after
/// `https:`. Clients also accept an address without slashes, with more of them, or with backslashes.
fn credentials(line: &str) -> impl Iterator<Item = Range<usize>> {
    let small = line.to_ascii_lowercase();
    let after_scheme = move |at: usize| {
        small.get(..at).is_some_and(|before| before.ends_with("http") || before.ends_with("https"))
    };
    let schemes = line.match_indices(':').filter(move |(at, _)| after_scheme(*at));
    schemes.chain(line.match_indices("//")).filter_map(|(at, sign)| {
        let rest = line.get(at + sign.len()..)?;
        let host = rest.trim_start_matches(['/', '\\']);
        let start = at + sign.len() + (rest.len() - host.len());
        let host = host.split(['/', '\\', '"', '\'', ' ', '\n']).next()?;
        Some(start..start + host.rfind('@')?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = masked(text, &secrets(text)).into_owned();
        assert_eq!(shown.len(), text.len());
        shown
    }

    #[test]
    fn no_value_of_a_secret_shows_whatever_else_is_wrong_with_the_file() {
        for text in [
            "client_secret = \"hunter2\"\n",
            "client_secret = hunter2",
            "clientSecret='hunter2'",
            "\"client secret\" = \"hunter2\"",
            "env.prod.token = \"hunter2\"",
            "auth = { id = 1, secret = \"hunter2\" }",
            "auth = { \"api-key\" = \"hunter2\" }",
            "secret = [\n  \"hunter2\",\n]\npolicies = []\n",
            "password = \"\"\"\nhunter2\n\"\"\"\n[platform]\n",
            "base_url = \"https://me:hunter2@example.com\"",
            "base_url = \"https://hunter2@example.com/a@b\"",
            "base_url = \"https:me:hunter2@example.com\"",
            "base_url = \"HTTPS:///me:hunter2@example.com\"",
            "base_url = 'https:\\\\me:hunter2@example.com'",
            "base_url = \"https:\\\\\\\\me:hunter2@example.com\"",
            "[[auth]]\nsecret = \"hunter2 é€\u{1F600}\"",
        ] {
            assert!(!shown(text).contains("hunter2"), "{}", shown(text));
        }
    }

    #[test]
    fn everything_else_stays_in_sight() {
        for text in [
            "policies = [\"us_tsr\"]\n[env.prod]\nbase_url = \"https://api.example.com/a@b\"\n",
            "[env.prod.paths]\ntoken = \"/api/oauth2/token\"\njobs = \"/v2\"\n",
            "token = \"https://login.example.com/token\"\n",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("secret = \"x\"\nqueue = \"q\"\n"), "secret =****\nqueue = \"q\"\n");
    }
}
