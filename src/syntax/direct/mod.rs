//! Reads plain lines without pest: nodes, their blocks, transitions and comments in which nothing is unusual.
//!
//! Pest takes more than half of a build's time, nearly all of it on lines like `on 1 -> sales`. This reader knows those
//! and nothing else. Where a line has anything that it does not know, it gives no answer, and pest reads the line from its
//! beginning. So it reports nothing, and the grammar stays the definition of the language.
//!
//! That its trees are pest's, place for place, holds for three reasons:
//!
//! - It takes one declaration at a time, and a declaration of the grammar ends before what [`Cursor::is_end`] accepts, so
//!   that it does not matter which reader takes the next one.
//! - Each function here stands for one rule of the grammar, with its alternatives in the same order, and returns `None`
//!   where the grammar would try another way.
//! - `tests/direct_property.rs` compares both readers on every fixture, page and example, and on texts that nobody wrote.
//!
//! A new word of the language needs nothing here. If it may begin a line that these functions take for something else, the
//! test says so.

mod block;
mod condition;
mod cursor;
mod node;
mod options;
mod transition;

use super::ast::Declaration;
use crate::source::{FileId, Span};
use cursor::Cursor;

/// What stands at a place in a file.
#[derive(Debug)]
pub enum Line {
    /// A comment, or a `;`.
    Nothing,
    /// A declaration.
    Declaration {
        /// What it is.
        declaration: Declaration,
        /// From its first to its last character.
        span: Span,
    },
}

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From its slashes to its last character that is not blank.
    pub span: Span,
    /// Whether it is a doc comment.
    pub is_doc: bool,
}

/// A declaration, or what stands between declarations.
#[derive(Debug)]
pub struct Read {
    /// What it is.
    pub line: Line,
    /// Where it ends.
    pub end: usize,
}

/// Whether a text has nothing that this reader would take otherwise than pest wherever it stands: a carriage return
/// that is no line break's is blank between the lines that pest is given, but not within them.
pub fn is_readable(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'\r', bytes).all(|at| bytes.get(at + 1) == Some(&b'\n'))
}

/// Reads what stands at `at`, where a line of the grammar begins: a comment, or a declaration with the comments inside
/// it, which go to `comments` in order. `None` if pest has to read it; `comments` then has nothing of it.
pub fn read(text: &str, file: FileId, at: usize, comments: &mut Vec<Comment>) -> Option<Read> {
    let mut cursor = Cursor::new(text, file, at);
    let before = comments.len();
    let line = line(&mut cursor, comments);
    if line.is_none() {
        comments.truncate(before);
    }
    Some(Read { line: line?, end: cursor.at() })
}

fn line(cursor: &mut Cursor<'_>, comments: &mut Vec<Comment>) -> Option<Line> {
    if cursor.semicolon() {
        return Some(Line::Nothing);
    }
    if cursor.peek() == b'/' {
        comments.push(cursor.comment()?);
        return Some(Line::Nothing);
    }
    let start = cursor.at();
    let name = cursor.node_name()?;
    cursor.blanks();
    let declaration = match name.quoted {
        false if cursor.is_arrow() => transition::transition(cursor, name)?,
        false => node::node(cursor, name.span, comments)?,
        true => transition::transition(cursor, name)?,
    };
    let span = cursor.since(start);
    cursor.blanks();
    cursor.is_end().then_some(Line::Declaration { declaration, span })
}
