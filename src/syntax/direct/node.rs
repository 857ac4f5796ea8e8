//! Nodes: `collect menu "Press 1" retries 2 { … }`.

use super::Comment;
use super::block::block;
use super::cursor::Cursor;
use super::options::options;
use crate::flow::Kind;
use crate::source::Span;
use crate::syntax::ast::{Declaration, Node, NodeKind};
use thin_vec::ThinVec;

/// A node whose first word has been read.
pub fn node(cursor: &mut Cursor<'_>, word: Span, comments: &mut Vec<Comment>) -> Option<Declaration> {
    let kind = Kind::from_word(cursor.written(word))?;
    let name = cursor.node_name()?;
    cursor.blanks();
    let argument = match cursor.peek() {
        b'"' => Some(cursor.string()?),
        _ => None,
    };
    let options = options(cursor)?;
    let block = match cursor.peek() {
        b'{' => Some(block(cursor, comments)?),
        _ => None,
    };
    Some(Declaration::Node(Box::new(Node {
        kind: Some(NodeKind::Kind(kind)),
        kind_span: word,
        name,
        argument,
        options,
        fields: ThinVec::new(),
        block,
        broken: false,
    })))
}
