//! A place in a text that moves on token by token, as the grammar's tokens are.

use crate::source::{FileId, Span};
use crate::syntax::ast::{Name, Text};
use crate::syntax::direct::Comment;
use crate::syntax::text::{self, Piece};

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'t> {
    text: &'t str,
    file: FileId,
    at: usize,
    /// The end of the last token.
    token_end: usize,
}

/// What a byte may be in a name.
const BEGINS: u8 = 1;
const CONTINUES: u8 = 2;

/// Whether each byte begins or continues a name.
#[expect(clippy::indexing_slicing, reason = "evaluated when this is compiled")]
static NAME: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        if letter.is_ascii_alphabetic() || letter == b'_' {
            classes[byte] = BEGINS | CONTINUES;
        } else if letter.is_ascii_digit() {
            classes[byte] = CONTINUES;
        }
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> u8 {
    NAME.get(byte as usize).copied().unwrap_or_default()
}

impl<'t> Cursor<'t> {
    /// A cursor at a byte of a text.
    pub fn new(text: &'t str, file: FileId, at: usize) -> Self {
        Self { text, file, at, token_end: at }
    }

    /// The byte at which it stands.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next byte; zero at the end of the text, where the grammar knows no such character either.
    pub fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or_default()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// A place to which it can go back.
    pub fn place(&self) -> (usize, usize) {
        (self.at, self.token_end)
    }

    /// Goes back to a place before a token that is not what was looked for.
    pub fn go_back(&mut self, place: (usize, usize)) {
        (self.at, self.token_end) = place;
    }

    /// From a place to the end of the last token.
    pub fn since(&self, start: usize) -> Span {
        Span::new(self.file, start, self.token_end)
    }

    /// What is written at a place.
    pub fn written(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Skips spaces and tabs, which may stand between any two tokens.
    pub fn blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// Takes so many bytes as a token.
    fn take(&mut self, length: usize) -> Span {
        let start = self.at;
        self.at += length;
        self.token_end = self.at;
        Span::new(self.file, start, self.at)
    }

    /// Takes a sign, which is ASCII, if it comes next.
    pub fn sign(&mut self, sign: &str) -> Option<Span> {
        self.rest().starts_with(sign.as_bytes()).then(|| self.take(sign.len()))
    }

    /// Whether `->` comes next.
    pub fn is_arrow(&self) -> bool {
        self.rest().starts_with(b"->")
    }

    /// Takes a line break, if one comes next.
    pub fn line_break(&mut self) -> bool {
        let length = match self.peek() {
            b'\n' => 1,
            b'\r' if self.byte(self.at + 1) == b'\n' => 2,
            _ => return false,
        };
        self.at += length;
        true
    }

    /// Takes a `;` that is no part of anything.
    pub fn semicolon(&mut self) -> bool {
        let is_there = self.peek() == b';';
        self.at += usize::from(is_there);
        is_there
    }

    /// Whether a line or a statement may end here: the grammar's `end`.
    pub fn is_end(&self) -> bool {
        match self.peek() {
            b'\n' | b';' | b'}' => true,
            b'\r' => self.byte(self.at + 1) == b'\n',
            b'/' => self.byte(self.at + 1) == b'/',
            _ => self.at >= self.text.len(),
        }
    }

    /// Takes a comment, from its slashes to the end of the line.
    pub fn comment(&mut self) -> Option<Comment> {
        let line = self.rest();
        if !line.starts_with(b"//") {
            return None;
        }
        let is_doc = line.starts_with(b"///") && line.get(3) != Some(&b'/');
        let length = memchr::memchr(b'\n', line).unwrap_or(line.len());
        let start = self.at;
        self.at += length;
        let written = self.text.get(start..self.at).unwrap_or_default();
        let span = Span::new(self.file, start, start + written.trim_end_matches([' ', '\t', '\r']).len());
        Some(Comment { span, is_doc })
    }

    /// Whether what comes next would continue a word that ends here.
    fn word_goes_on(&self, at: usize) -> bool {
        match self.byte(at) {
            b'-' | b'.' => class(self.byte(at + 1)) & CONTINUES != 0,
            byte => class(byte) & CONTINUES != 0,
        }
    }

    /// Takes a name, or a word of the language.
    pub fn name(&mut self) -> Option<Span> {
        if class(self.peek()) & BEGINS == 0 {
            return None;
        }
        let mut end = self.at + 1;
        loop {
            let byte = self.byte(end);
            if class(byte) & CONTINUES != 0 {
                end += 1;
            } else if matches!(byte, b'-' | b'.') && class(self.byte(end + 1)) & CONTINUES != 0 {
                end += 2;
            } else {
                return Some(self.take(end - self.at));
            }
        }
    }

    /// Takes the name of a node, which may stand between backticks. One with a backslash is not plain.
    pub fn node_name(&mut self) -> Option<Name> {
        if self.peek() != b'`' {
            return Some(Name { span: self.name()?, quoted: false });
        }
        let inner = self.rest().get(1..)?;
        let length = memchr::memchr3(b'`', b'\\', b'\n', inner).filter(|&length| length > 0)?;
        (inner.get(length) == Some(&b'`')).then(|| Name { span: self.take(length + 2), quoted: true })
    }

    /// Takes a word of the language, if it comes next.
    pub fn word(&mut self, word: &str) -> Option<Span> {
        let is_there = self.rest().starts_with(word.as_bytes()) && !self.word_goes_on(self.at + word.len());
        is_there.then(|| self.take(word.len()))
    }

    /// Takes digits and nothing that a word could go on with.
    pub fn integer(&mut self) -> Option<Span> {
        let length = self.digits_at(self.at);
        (length > 0 && !self.word_goes_on(self.at + length)).then(|| self.take(length))
    }

    fn digits_at(&self, at: usize) -> usize {
        let digits = self.text.as_bytes().get(at..).unwrap_or_default();
        digits.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Takes a duration, such as `1.5s`.
    pub fn duration(&mut self) -> Option<Span> {
        let whole = self.digits_at(self.at);
        let mut end = self.at + whole;
        if self.byte(end) == b'.' {
            let part = self.digits_at(end + 1);
            end += if part > 0 { part + 1 } else { 0 };
        }
        let rest = self.text.as_bytes().get(end..).unwrap_or_default();
        let unit = [&b"ms"[..], b"s", b"min"].into_iter().find(|unit| rest.starts_with(unit))?;
        end += unit.len();
        (whole > 0 && !self.word_goes_on(end)).then(|| self.take(end - self.at))
    }

    /// Takes a key entry: digits, `*` and `#`.
    pub fn key(&mut self) -> Option<Span> {
        let is_key = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#');
        let length = self.rest().iter().take_while(is_key).count();
        (length > 0 && !self.word_goes_on(self.at + length)).then(|| self.take(length))
    }

    /// Takes a tag, without its `@`.
    pub fn tag(&mut self) -> Option<Span> {
        let start = self.at;
        self.at += 1;
        let name = self.name();
        self.at = if name.is_some() { self.at } else { start };
        name
    }

    /// Takes a string on one line that has nothing wrong in it and does not run into what follows.
    pub fn string(&mut self) -> Option<Text> {
        let rest = self.rest();
        if rest.first() != Some(&b'"') || rest.starts_with(b"\"\"\"") {
            return None;
        }
        let mut end = 1;
        let mut has_escapes = false;
        loop {
            end += memchr::memchr3(b'"', b'\\', b'\n', rest.get(end..)?)?;
            match rest.get(end)? {
                b'"' => break,
                b'\\' if rest.get(end + 1)? != &b'\n' => {
                    has_escapes = true;
                    end += 2;
                }
                _ => return None,
            }
        }
        let length = end + 1;
        let ends = |byte: Option<&u8>| {
            matches!(byte, None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b',' | b'|' | b'}' | b'-'))
        };
        if !ends(rest.get(length)) {
            return None;
        }
        let written = self.text.get(self.at..self.at + length)?;
        let plain = !has_escapes && memchr::memchr(b'$', written.as_bytes()).is_none();
        if !plain {
            let mut is_good = true;
            text::pieces(written, |piece| is_good &= !matches!(piece, Piece::Bad(..)));
            if !is_good {
                return None;
            }
        }
        Some(Text { span: self.take(length), plain })
    }
}
