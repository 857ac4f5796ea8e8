//! Blocks of nodes: actions, branches and assignments, each on a line or behind a `;`.

use super::Comment;
use super::condition::condition;
use super::cursor::Cursor;
use super::options::options;
use super::transition::{again, dispositions, targets};
use crate::flow::Verb;
use crate::syntax::ast::{Action, Branch, Name, Names, Set, SetValue, Statement, Value};
use thin_vec::ThinVec;

/// A block, from its `{` to its `}`.
pub fn block(cursor: &mut Cursor<'_>, comments: &mut Vec<Comment>) -> Option<Vec<Statement>> {
    cursor.sign("{")?;
    let mut statements = Vec::new();
    let mut is_over_lines = false;
    let mut begins_behind_open = false;
    loop {
        cursor.blanks();
        match cursor.peek() {
            b'}' => break,
            b'\n' | b'\r' => {
                cursor.line_break().then_some(())?;
                is_over_lines = true;
                if !is_inside(cursor) {
                    return None;
                }
            }
            b';' => {
                cursor.semicolon();
            }
            b'/' => comments.push(cursor.comment()?),
            _ => {
                begins_behind_open |= !is_over_lines;
                statements.push(statement(cursor)?);
                cursor.blanks();
                if !cursor.is_end() {
                    return None;
                }
            }
        }
    }
    cursor.sign("}")?;
    // The lines of a block begin below its `{`, or there is only one.
    if is_over_lines && begins_behind_open {
        return None;
    }
    cursor.blanks();
    // Something may stand behind the `}` that does not belong there.
    (cursor.is_end() && cursor.peek() != b'}').then(|| of_its_size(statements))
}

/// The statements in a list without room for more: a flow has many blocks, and keeps them all.
fn of_its_size(mut statements: Vec<Statement>) -> Vec<Statement> {
    let mut exact = Vec::with_capacity(statements.len());
    exact.append(&mut statements);
    exact
}

/// Whether the next line is surely one of the block: where a `}` is missing, it may be a declaration.
fn is_inside(cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    let margin = ahead.at();
    ahead.blanks();
    let is_indented = ahead.at() > margin;
    match ahead.peek() {
        b'\n' | b'\r' | b'}' | b'/' => true,
        b'-' => ahead.is_arrow(),
        _ => {
            let Some(word) = ahead.name() else { return false };
            let word = ahead.written(word);
            is_indented && (matches!(word, "on" | "set") || Verb::from_word(word).is_some())
        }
    }
}

fn statement(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let start = cursor.at();
    if cursor.is_arrow() {
        return Some(Statement::Branch(branch(cursor, start, false)?));
    }
    let word = cursor.name()?;
    match cursor.written(word) {
        "on" => Some(Statement::Branch(branch(cursor, start, true)?)),
        "set" => Some(Statement::Set(set(cursor, start)?)),
        verb => {
            let verb = Verb::from_word(verb)?;
            cursor.blanks();
            let argument = match cursor.peek() {
                b'"' => Some(cursor.string()?),
                // `action` names its directive.
                _ if verb == Verb::Any => return None,
                _ => None,
            };
            let options = options(cursor)?;
            let span = cursor.since(start);
            Some(Statement::Action(Action {
                span,
                verb,
                verb_span: word,
                argument,
                options,
                fields: ThinVec::new(),
            }))
        }
    }
}

/// A branch whose `on` has been read, if it has one.
fn branch(cursor: &mut Cursor<'_>, start: usize, has_condition: bool) -> Option<Branch> {
    let mut found = None;
    if has_condition {
        cursor.blanks();
        found = Some(condition(cursor)?);
        cursor.blanks();
    }
    let mut nodes = Names::new();
    targets(cursor, &mut nodes)?;
    let dispositions = dispositions(cursor)?;
    let again = again(cursor)?;
    let span = cursor.since(start);
    Some(Branch { span, arm: None, condition: found, targets: nodes, dispositions, again })
}

/// An assignment whose `set` has been read.
fn set(cursor: &mut Cursor<'_>, start: usize) -> Option<Set> {
    cursor.blanks();
    let name = Name { span: cursor.name()?, quoted: false };
    cursor.blanks();
    cursor.sign("=")?;
    cursor.blanks();
    let value = match cursor.peek() {
        b'"' => SetValue::Constant(Value::Text(cursor.string()?)),
        b'0'..=b'9' => SetValue::Constant(Value::Integer(cursor.integer()?)),
        _ => copied(cursor)?,
    };
    Some(Set { span: cursor.since(start), name, value })
}

/// `NAME`, `NAME + 1`, `NAME - 1`
fn copied(cursor: &mut Cursor<'_>) -> Option<SetValue> {
    let name = Name { span: cursor.name()?, quoted: false };
    cursor.blanks();
    match cursor.peek() {
        b'+' => {
            cursor.sign("+")?;
            cursor.blanks();
            Some(SetValue::Sum(name, cursor.integer()?))
        }
        // An arrow or two signs are none.
        b'-' => None,
        _ => Some(SetValue::Copy(name)),
    }
}
