//! Where in a text the cursor is: in which block, statement or string.

use std::ops::Range;

use crate::syntax::continued::{depth, open_end};
use crate::syntax::words::{DECLARATIONS, LineContext};

/// What the cursor is in.
#[derive(Debug, PartialEq, Eq)]
pub enum CursorSpot<'t> {
    /// A comment, where nothing is completed.
    Comment,
    /// A string.
    Text {
        /// The statement up to the quote.
        before: &'t str,
        /// The string up to the cursor, without its quotes.
        text: &'t str,
    },
    /// A statement.
    Line(CursorLine<'t>),
}

/// A statement up to a cursor.
#[derive(Debug, PartialEq, Eq)]
pub struct CursorLine<'t> {
    /// The kind of line.
    pub place: LineContext,
    /// The header of the block that it is in.
    pub header: &'t str,
    /// The text before the word that is being typed.
    pub before: &'t str,
    /// The bytes of that word so far.
    pub word: Range<usize>,
    /// Whether the word begins with the `@` of a tag.
    pub is_tag: bool,
}

/// An open block.
struct OpenBlock {
    header: Range<usize>,
}

/// Reads a text up to a cursor.
pub fn spot(text: &str, cursor: usize) -> CursorSpot<'_> {
    let text = text.get(..text.floor_char_boundary(cursor)).unwrap_or_default();
    let mut blocks: Vec<OpenBlock> = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut line_start = 0;
    // The end of the line's code, if a comment or an unclosed string follows.
    let mut code_end = None;
    // Whether the code so far ends in a sign with which it goes on in the next line.
    let mut is_open = false;
    while let Some(&byte) = text.as_bytes().get(at) {
        let rest = text.get(at..).unwrap_or_default();
        match byte {
            b'"' => {
                let quote = if rest.starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
                let Some(length) = closed(rest, quote) else {
                    let before = text.get(start..at).unwrap_or_default();
                    let inside = rest.get(quote.len()..).unwrap_or_default();
                    // A short string ends with its line, closed or not.
                    match inside.find('\n').filter(|_| quote.len() == 1) {
                        None => return CursorSpot::Text { before, text: inside },
                        Some(end) => {
                            code_end.get_or_insert(at);
                            at += quote.len() + end;
                            continue;
                        }
                    }
                };
                at += length;
                continue;
            }
            b'`' => match closed(rest, "`") {
                Some(length) => {
                    at += length;
                    continue;
                }
                None if !rest.contains('\n') => return line(text, &blocks, start, at),
                None => {}
            },
            b'/' if rest.starts_with("//") => match rest.find('\n') {
                None => return CursorSpot::Comment,
                Some(end) => {
                    code_end.get_or_insert(at);
                    at += end;
                    continue;
                }
            },
            b'\n' => {
                let has_comment = code_end.is_some();
                let written = text.get(line_start.max(start)..code_end.take().unwrap_or(at));
                match written.unwrap_or_default().trim() {
                    "" => is_open &= has_comment,
                    code => is_open = open_end(code).is_some(),
                }
                line_start = at + 1;
                if is_open && depth(text, line_start) > depth(text, start) {
                    at += 1;
                    continue;
                }
                start = line_start;
                if begins_declaration(text.get(start..).unwrap_or_default()) {
                    blocks.clear();
                }
            }
            b';' => start = at + 1,
            b'{' => {
                blocks.push(OpenBlock { header: start..at });
                start = at + 1;
            }
            b'}' => {
                blocks.pop();
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    line(text, &blocks, start, word_start(text, start))
}

fn line<'t>(text: &'t str, blocks: &[OpenBlock], start: usize, word: usize) -> CursorSpot<'t> {
    let word = word.max(start);
    let header = blocks.last().and_then(|open| text.get(open.header.clone())).unwrap_or_default().trim();
    let place = match header.split_whitespace().next() {
        _ if blocks.is_empty() => LineContext::File,
        Some("policy") => LineContext::Policy,
        _ => LineContext::Block,
    };
    let before = text.get(start..word).unwrap_or_default().trim_start();
    let is_tag = text.get(word..).is_some_and(|word| word.starts_with('@'));
    CursorSpot::Line(CursorLine { place, header, before, word: word..text.len(), is_tag })
}

/// The start of the word at the end of a text, including its `@`.
fn word_start(text: &str, from: usize) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let rest = text.get(from..).unwrap_or_default();
    let tail = rest.len() - rest.trim_end_matches(is_part).len();
    let word = rest.get(rest.len() - tail..).unwrap_or_default().trim_start_matches(['-', '.']);
    let start = text.len() - word.len();
    let tagged = text.get(..start).is_some_and(|before| before.ends_with('@'));
    if tagged { start - 1 } else { start }
}

/// The length of a closed string, including its quotes.
fn closed(text: &str, quote: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = quote.len();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if quote.len() == 1 => return None,
            _ if text.get(at..).is_some_and(|rest| rest.starts_with(quote)) => return Some(at + quote.len()),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a line is a declaration, so that the block before it lacks its `}`: it starts, without
/// indentation, with a word that begins no statement, followed by a name.
fn begins_declaration(line: &str) -> bool {
    let line = line.split('\n').next().unwrap_or_default();
    let Some((word, rest)) = line.split_once(' ') else { return false };
    let named = rest.trim_start().starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '`');
    let is_kind = crate::flow::Kind::from_word(word).is_some() && named;
    is_kind || (DECLARATIONS.contains(&word) && !rest.trim_start().starts_with("->"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The spot of the cursor, which `|` marks.
    fn at(marked: &str) -> CursorSpot<'static> {
        let cursor = marked.find('|').unwrap();
        let text: &'static str = marked.replacen('|', "", 1).leak();
        spot(text, cursor)
    }

    fn line(marked: &str) -> (LineContext, &'static str, &'static str, usize) {
        match at(marked) {
            CursorSpot::Line(line) => (line.place, line.header, line.before, line.word.len()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_statement_begins_at_a_line_a_semicolon_or_a_brace() {
        assert_eq!(line("entry a\nsta|"), (LineContext::File, "", "", 3));
        assert_eq!(line("start -> me|"), (LineContext::File, "", "start -> ", 2));
        assert_eq!(line("collect m { on 1 -> a; on t|"), (LineContext::Block, "collect m", "on ", 1));
        assert_eq!(line("policy p {\n  require @pa|"), (LineContext::Policy, "policy p", "require ", 3));
        assert_eq!(line("play a { -> b }\n|"), (LineContext::File, "", "", 0));
    }

    #[test]
    fn a_statement_goes_on_in_a_deeper_line() {
        assert_eq!(line("test \"t\" on 1,\n  ti|").2, "test \"t\" on 1,\n  ");
        assert_eq!(line("test \"t\" on 1,\n  |").2, "test \"t\" on 1,\n  ");
        assert_eq!(line("test \"t\" on 1, // one\n  // two\n  |").2, "test \"t\" on 1, // one\n  // two\n  ");
        assert_eq!(line("hours h {\n  mon,\n      t|").2, "mon,\n      ");
        assert_eq!(line("node a type \"x\" with\n  b = 1 {\n  on |").1, "node a type \"x\" with\n  b = 1");
        assert_eq!(line("test \"t\" on 1,\n|").2, "", "not deeper");
        assert_eq!(line("test \"t\" on 1,\n\n  |").2, "", "a blank line");
        assert_eq!(line("a -> \n  |").2, "");
    }

    #[test]
    fn a_block_without_a_brace_ends_where_a_declaration_begins() {
        assert_eq!(line("collect m \"x\" {\n  on 1 -> a\nagent a|").0, LineContext::File);
        assert_eq!(line("collect m {\ncollect \"x\"\n|").0, LineContext::Block);
    }

    #[test]
    fn strings_and_comments_hide_their_content() {
        assert_eq!(at("play a \"{ ${c|"), CursorSpot::Text { before: "play a ", text: "{ ${c" });
        assert_eq!(at("say \"\"\"\n a; {\n |"), CursorSpot::Text { before: "say ", text: "\n a; {\n " });
        assert_eq!(at("a -> b // {|"), CursorSpot::Comment);
        assert_eq!(line("play a \"not closed {\n|"), (LineContext::File, "", "", 0));
        assert_eq!(line("say \"\\\"{\"; |"), (LineContext::File, "", "", 0));
        assert_eq!(line("start -> `me|"), (LineContext::File, "", "start -> ", 3));
        assert_eq!(line("a -> b -|"), (LineContext::File, "", "a -> b -", 0));
    }
}
