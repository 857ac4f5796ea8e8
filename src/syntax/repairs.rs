//! Lines that parse with a `;` between two statements, or without a word that is written twice: they are
//! read that way, and their declarations are not reported as missing.

use std::ops::Range;

use super::ast::{Binding, Declaration, Nameless, Node, Param};
use super::broken_lines::{UnreadLine, code, line_at};
use super::lower::near_miss_of;
use super::near_miss::Rewrite;
use super::words::LineContext;

/// The longest line that is repaired, in bytes.
const LONGEST: usize = 1 << 12;

/// A text with repaired lines, every place where it was, and where those lines are.
pub struct Repaired {
    pub text: String,
    pub lines: Vec<Range<usize>>,
}

/// The text with all lines repaired that can be; none if there is no such line.
pub fn repaired(text: &str, unread: &[UnreadLine]) -> Option<Repaired> {
    let mut read = text.as_bytes().to_vec();
    let mut lines: Vec<Range<usize>> = Vec::new();
    for one in unread.iter().filter(|one| one.place == LineContext::File) {
        let whole = line_at(text, one.at);
        if lines.last().is_some_and(|last| last.end > one.at) || whole.len() > LONGEST {
            continue;
        }
        let line = code(text, one.at..whole.end);
        let Some(written) = text.get(line.clone()).filter(|line| !line.contains("\"\"\"")) else { continue };
        let Some(instead) = near_miss_of(written, one.place).and_then(|one| one.instead.into_iter().next())
        else {
            continue;
        };
        if write_all(&mut read, line.start, &instead) {
            lines.push(line.start..whole.end);
        }
    }
    let text = String::from_utf8(read).ok()?;
    (!lines.is_empty()).then_some(Repaired { text, lines })
}

impl Repaired {
    /// Whether a place is on one of its lines.
    pub fn has(&self, at: usize) -> bool {
        let next = self.lines.partition_point(|line| line.start <= at);
        next.checked_sub(1).and_then(|last| self.lines.get(last)).is_some_and(|line| at < line.end)
    }
}

/// What a declaration of a repaired line makes known: names, and nothing that has a finding of its own.
pub fn only_names(declaration: Declaration) -> Declaration {
    match declaration {
        Declaration::Flow(_) => Declaration::Flow(None),
        Declaration::Description(_) => Declaration::Description(None),
        Declaration::Entry(_) => Declaration::Entry(None),
        Declaration::Let(one) => Declaration::Let(Binding { value: None, ..one }),
        Declaration::Param(one) => Declaration::Param(Param { default: None, broken: true, ..one }),
        Declaration::Include(one) => Declaration::LostInclude(one.prefix),
        Declaration::Node(one) => Declaration::Node(Box::new(Node {
            argument: None,
            options: Vec::new(),
            block: None,
            broken: true,
            ..*one
        })),
        Declaration::Transition(one) => Declaration::Broken(one.nodes),
        Declaration::Apply(name) => Declaration::Broken(vec![name]),
        Declaration::Every(_) => Declaration::Nameless(Nameless::Every),
        Declaration::Test(_) | Declaration::Waive(_) => Declaration::Broken(Vec::new()),
        other => other,
    }
}

/// Writes a `;` or blanks in place of pieces of a line, if it is nothing else that is to be written.
fn write_all(text: &mut [u8], start: usize, instead: &Rewrite) -> bool {
    let sign = |piece: &str| match piece.trim() {
        "" => Some(b' '),
        ";" => Some(b';'),
        _ => None,
    };
    let fits = instead.iter().all(|(range, piece)| !range.is_empty() && sign(piece).is_some());
    if !fits {
        return false;
    }
    for (range, piece) in instead {
        let Some(place) = text.get_mut(start + range.start..start + range.end) else { return false };
        place.fill(b' ');
        if let (Some(first), Some(sign)) = (place.first_mut(), sign(piece)) {
            *first = sign;
        }
    }
    true
}
