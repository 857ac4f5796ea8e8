//! Escapes text so that it cannot control what displays it.
//!
//! Names, ids, arguments and contents come from others. A terminal obeys escape sequences in them, a CI log
//! executes a line that begins with `::` as a command, and direction marks make text look different from what
//! it is. All output passes through here.

use std::io::{self, Write};

use serde::de::IgnoredAny;

use crate::cli::console::secrets;
use crate::spelling::is_invisible;

/// Escapes a result, text or JSON. JSON keeps its value.
pub fn result(text: &str) -> String {
    if !is_hazardous(text) {
        text.to_owned()
    } else if is_json(text) {
        json(text)
    } else {
        lines(text)
    }
}

/// Escapes lines of text, but keeps colours.
pub fn lines(text: &str) -> String {
    if !is_hazardous(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line.strip_suffix('\r').unwrap_or(line), "\n"),
            None => (line, ""),
        };
        push_line(&mut out, line);
        out.push_str(end);
    }
    out
}

/// Escapes text to a single line without colours.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| push(&mut out, character));
    lines(&out)
}

/// Quotes a word for a shell.
pub fn shell_word(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/".contains(c));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Escapes lines of a file. Colours are escaped as well, since the program did not add them.
pub fn plain(text: &str) -> String {
    lines(&commands(&text.replace("\r\n", "\n")))
}

/// Escapes workflow commands, but keeps the `::` at the beginning of their lines.
pub fn commands(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' { out.push(character) } else { push(&mut out, character) }
    }
    out
}

/// JSON with hazardous characters escaped. They can only occur in strings.
fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_invisible(character) && !matches!(character, '\n' | '\r' | '\t') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether text is one or several JSON values.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        && serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>().all(|value| value.is_ok())
}

fn is_hazardous(text: &str) -> bool {
    text.contains("::") || text.chars().any(|character| is_invisible(character) && character != '\n')
}

fn push_line(out: &mut String, line: &str) {
    let mut rest = line;
    // The first word may follow blanks and colours.
    let mut is_at_start = true;
    while let Some(character) = rest.chars().next() {
        if let Some(style) = style(rest) {
            out.push_str(style);
            rest = rest.get(style.len()..).unwrap_or_default();
            continue;
        }
        if is_at_start && rest.starts_with("::") {
            out.extend(character.escape_unicode());
        } else if character == '\t' {
            out.push(character);
        } else {
            push(out, character);
        }
        is_at_start &= character.is_whitespace();
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
}

/// The escape sequence that text begins with, if it sets a colour or a weight and does nothing else.
fn style(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|character: char| !(character.is_ascii_digit() || character == ';'))?;
    let length = "\u{1b}[".len() + end + 1;
    text.get(..length).filter(|style| style.ends_with('m'))
}

fn push(out: &mut String, character: char) {
    if is_invisible(character) {
        out.extend(character.escape_unicode());
    } else {
        out.push(character);
    }
}

/// A stream that escapes each line like [`result`].
pub struct LineStream<W: Write> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> LineStream<W> {
    pub fn new(out: W) -> Self {
        Self { out, line: Vec::new() }
    }

    pub fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write> Write for LineStream<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let text = String::from_utf8_lossy(&line);
                // A line is either part of a JSON value that spans lines, or text.
                let shown =
                    if text.contains('"') && is_hazardous(&text) { json_line(&text) } else { lines(&text) };
                self.out.write_all(secrets::mask().text(&shown).as_bytes())?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.line);
        let shown = lines(&String::from_utf8_lossy(&rest));
        self.out.write_all(secrets::mask().text(&shown).as_bytes())?;
        self.out.flush()
    }
}

/// Escapes a line of a JSON value that spans several; it may end with a comma.
fn json_line(text: &str) -> String {
    let value = text.trim_end().trim_end_matches(',');
    if is_json(value) || text.starts_with("{\"file\":") { json(text) } else { lines(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_kept_and_other_escape_sequences_are_escaped() {
        assert_eq!(lines("\u{1b}[31;1ma\u{1b}[0m\n"), "\u{1b}[31;1ma\u{1b}[0m\n");
        assert_eq!(lines("a\u{1b}[2Jb\u{1b}]0;t\u{7}\u{9b}1m\n"), "a\\u{1b}[2Jb\\u{1b}]0;t\\u{7}\\u{9b}1m\n");
        assert_eq!(lines("a\rb\r\nc\u{85}\u{2028}\u{2029}"), "a\\u{d}b\nc\\u{85}\\u{2028}\\u{2029}");
    }

    #[test]
    fn no_line_becomes_a_workflow_command() {
        for line in ["::error::x", "  ::error::x", "\u{1b}[1m::error::x", "\t::error::x"] {
            let safe = lines(&format!("a\n{line}\n"));
            assert!(!safe.contains("::error"), "{safe}");
        }
        assert_eq!(lines("a ::error::x\n"), "a ::error::x\n");
    }

    #[test]
    fn one_line_has_no_break_and_no_colour() {
        assert_eq!(one_line("a\n::error::\u{1b}[31mx"), "a\\u{a}::error::\\u{1b}[31mx");
        assert_eq!(one_line("::error::x"), "\\u{3a}:error::x");
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({"a": "\u{202e}\u{9b}\u{e0001}\u{feff}::", "b": "\u{1b}\n"});
        for text in
            [value.to_string(), serde_json::to_string_pretty(&value).unwrap(), format!("{value}\n{value}\n")]
        {
            let safe = result(&text);
            assert!(!safe.chars().any(|one| is_invisible(one) && one != '\n'), "{safe}");
            let back: Vec<serde_json::Value> =
                serde_json::Deserializer::from_str(&safe).into_iter().map(Result::unwrap).collect();
            assert!(back.iter().all(|one| *one == value), "{safe}");
        }
    }
}
