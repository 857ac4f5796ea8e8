//! Conditions: `on 1..3 | timeout`.

use smallvec::{SmallVec, smallvec};

use super::cursor::Cursor;
use crate::syntax::ast::{Alternative, Condition};

/// The condition behind an `on`.
pub fn condition(cursor: &mut Cursor<'_>) -> Option<Condition> {
    let start = cursor.at();
    if cursor.peek() == b'"' {
        let raw = Alternative::Raw(cursor.string()?);
        return Some(Condition { span: cursor.since(start), alternatives: smallvec![raw] });
    }
    let mut alternatives = SmallVec::new();
    loop {
        alternatives.push(alternative(cursor)?);
        let span = cursor.since(start);
        cursor.blanks();
        if cursor.sign("|").is_none() {
            return Some(Condition { span, alternatives });
        }
        cursor.blanks();
    }
}

fn alternative(cursor: &mut Cursor<'_>) -> Option<Alternative> {
    let Some(key) = cursor.key() else { return cursor.name().map(Alternative::Outcome) };
    cursor.blanks();
    if cursor.sign("..").is_none() {
        return Some(Alternative::Key(key));
    }
    cursor.blanks();
    Some(Alternative::Range(key, cursor.key()?))
}
