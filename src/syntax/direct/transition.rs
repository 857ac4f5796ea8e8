//! Arrows: transitions outside blocks, and what the branches of blocks share with them.

use smallvec::{Array, SmallVec, smallvec};

use super::condition::condition;
use super::cursor::Cursor;
use super::options;
use crate::syntax::ast::{Again, Declaration, Disposition, Name, Transition};
use thin_vec::ThinVec;

/// `A -> B -> C`, `A -> B on CONDITION`, from the first arrow on.
pub fn transition(cursor: &mut Cursor<'_>, from: Name) -> Option<Declaration> {
    let mut nodes = smallvec![from];
    targets(cursor, &mut nodes)?;
    cursor.blanks();
    let mut found = None;
    if cursor.word("on").is_some() {
        // A condition behind several arrows is a mistake.
        if nodes.len() > 2 {
            return None;
        }
        cursor.blanks();
        found = Some(condition(cursor)?);
    }
    let dispositions = dispositions(cursor)?;
    let again = again(cursor)?;
    Some(Declaration::Transition(Box::new(Transition { nodes, condition: found, dispositions, again })))
}

/// One or more arrows, each with its node.
pub fn targets<A: Array<Item = Name>>(cursor: &mut Cursor<'_>, nodes: &mut SmallVec<A>) -> Option<()> {
    cursor.sign("->")?;
    loop {
        cursor.blanks();
        nodes.push(cursor.node_name()?);
        cursor.blanks();
        if cursor.sign("->").is_none() {
            return Some(());
        }
    }
}

/// Each `disposition NAME`.
pub fn dispositions(cursor: &mut Cursor<'_>) -> Option<ThinVec<Disposition>> {
    let mut dispositions = ThinVec::new();
    loop {
        cursor.blanks();
        let start = cursor.at();
        if cursor.word("disposition").is_none() {
            return Some(dispositions);
        }
        let name = options::name(cursor)?;
        dispositions.push(Disposition { span: cursor.since(start), name });
    }
}

/// `again N else NODE`, if it is there.
#[expect(clippy::option_option, reason = "the outer one says whether this reader knows what is written")]
pub fn again(cursor: &mut Cursor<'_>) -> Option<Option<Box<Again>>> {
    cursor.blanks();
    let start = cursor.at();
    if cursor.word("again").is_none() {
        return Some(None);
    }
    cursor.blanks();
    if cursor.word("else").is_some() {
        return None;
    }
    let most = options::number(cursor)?;
    cursor.blanks();
    cursor.word("else")?;
    cursor.blanks();
    let otherwise = cursor.node_name()?;
    let dispositions = dispositions(cursor)?;
    Some(Some(Box::new(Again { span: cursor.since(start), most, otherwise, dispositions })))
}
