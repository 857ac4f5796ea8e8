//! The tokens of a broken line, for the wording of its finding: more lenient than the grammar.

use std::ops::Range;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name, or a word that looks like one.
    Word,
    /// Digits, or something that begins with them.
    Number,
    /// A closed string.
    String,
    /// A string whose quote is not closed.
    OpenString,
    /// A name between backticks.
    Quoted,
    /// `@tag`
    Tag,
    /// One or more signs, such as `->` or `=>`.
    Signs,
    /// A character that the language does not use.
    Odd,
}

/// A token of a broken line.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// Its range in the line.
    pub range: Range<usize>,
}

impl Token<'_> {
    /// Whether the token is a word or a sign.
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }
}

const SIGNS: &str = "-=>|,:.<&+!/";

/// Splits a line, or the lines of a statement, into tokens, without comments.
pub fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = rest(line, at).chars().next() {
        let text = rest(line, at);
        if matches!(first, ' ' | '\t' | '\r' | '\n') {
            at += 1;
            continue;
        }
        if text.starts_with("//") {
            let Some(end) = memchr::memchr(b'\n', text.as_bytes()) else { break };
            at += end;
            continue;
        }
        let (kind, length) = token(first, text);
        let length = length.clamp(first.len_utf8(), text.len());
        tokens.push(Token { kind, text: text.get(..length).unwrap_or_default(), range: at..at + length });
        at += length;
    }
    tokens
}

/// Where the first well-formed option begins: `retries 2`, `lasts 2s`, `media "…"`, `@tag`.
pub fn option_at(text: &str) -> Option<usize> {
    let tokens = tokens(text);
    let begins = tokens.iter().enumerate().find(|(index, token)| {
        let next = tokens.get(index + 1);
        match token.text {
            _ if token.kind == Kind::Tag => true,
            "retries" | "digits" => next.is_some_and(|next| matches!(next.kind, Kind::Number | Kind::Word)),
            "lasts" | "wait" | "between" => next.is_some_and(|next| next.kind == Kind::Number),
            "into" | "disposition" => next.is_some_and(|next| next.kind == Kind::Word),
            "media" | "text" | "end" | "language" | "voice" | "prompt" | "ssml" => {
                next.is_some_and(|next| matches!(next.kind, Kind::String | Kind::OpenString))
            }
            _ => false,
        }
    });
    begins.map(|(_, token)| token.range.start)
}

fn rest(line: &str, at: usize) -> &str {
    line.get(at..).unwrap_or_default()
}

fn token(first: char, text: &str) -> (Kind, usize) {
    let while_ = |fits: fn(char) -> bool| text.find(|character| !fits(character)).unwrap_or(text.len());
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    match first {
        '"' => string(text),
        '`' => closed_by('`', text).map_or((Kind::Odd, 1), |length| (Kind::Quoted, length)),
        '@' => (
            Kind::Tag,
            1 + rest(text, 1).find(|c: char| !is_word(c) && c != '-' && c != '.').unwrap_or(text.len() - 1),
        ),
        '0'..='9' | '*' | '#' => {
            (Kind::Number, while_(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '#' | '_')))
        }
        _ if is_word(first) => (Kind::Word, word_length(text)),
        _ if SIGNS.contains(first) => (Kind::Signs, while_(|c| SIGNS.contains(c))),
        '{' | '}' | '(' | ')' | '[' | ']' => (Kind::Signs, 1),
        _ => (Kind::Odd, first.len_utf8()),
    }
}

/// The length of a name, with `-` and `.` inside as in the grammar.
fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let joins = matches!(character, '-' | '.')
            && characters.peek().is_some_and(|&(_, next)| next.is_alphanumeric() || next == '_');
        if !(character.is_alphanumeric() || character == '_' || joins) {
            break;
        }
        length = at + character.len_utf8();
    }
    length
}

fn string(text: &str) -> (Kind, usize) {
    if let Some(inside) = text.strip_prefix("\"\"\"") {
        let mut at = 0;
        while let Some(found) = memchr::memchr2(b'\\', b'"', inside.as_bytes().get(at..).unwrap_or_default())
        {
            at += found;
            if rest(inside, at).starts_with("\"\"\"") {
                return (Kind::String, 3 + at + 3);
            }
            let escaped = rest(inside, at).starts_with('\\');
            at += 1 + if escaped { rest(inside, at + 1).chars().next().map_or(0, char::len_utf8) } else { 0 };
        }
        return (Kind::OpenString, text.len());
    }
    match closed_by('"', text) {
        Some(length) => (Kind::String, length),
        None => (Kind::OpenString, text.lines().next().unwrap_or_default().len()),
    }
}

/// The length from a quote to the next one on the same line.
fn closed_by(quote: char, text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_a_broken_line_into_tokens() {
        let kinds: Vec<_> = tokens("on 1 => a-b-> \"x\\\"\" @t ‘ \"open // no comment")
            .into_iter()
            .map(|t| (t.kind, t.text))
            .collect();
        use Kind::*;
        assert_eq!(
            kinds,
            [
                (Word, "on"),
                (Number, "1"),
                (Signs, "=>"),
                (Word, "a-b"),
                (Signs, "->"),
                (String, "\"x\\\"\""),
                (Tag, "@t"),
                (Odd, "‘"),
                (OpenString, "\"open // no comment"),
            ]
        );
    }
}
