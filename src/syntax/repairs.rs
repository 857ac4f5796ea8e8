//! Lines that parse with a `;` between two statements, or without a repeated word: they are read that way, so that
//! their declarations are not reported as missing.

use std::ops::Range;

use super::ast::{Binding, Declaration, Hours, KindDeclaration, Nameless, Node, Param};
use super::broken_lines::UnreadLine;
use super::continued::open_end;
use super::lower::near_miss_of;
use super::near_miss::Rewrite;
use super::text_lines::{code, line_at};
use super::words::LineContext;
use thin_vec::ThinVec;

/// The longest line that is repaired, in bytes.
const LONGEST: usize = 1 << 12;

/// A text with repaired lines, without any change of places, and the ranges of those lines.
pub struct Repaired {
    pub text: String,
    pub lines: Vec<Range<usize>>,
}

/// The text with all repairable lines repaired. `None` if there are none.
pub fn repaired(text: &str, unread: &[UnreadLine]) -> Option<Repaired> {
    if unread.is_empty() {
        return None;
    }
    let mut read = text.as_bytes().to_vec();
    let mut lines: Vec<Range<usize>> = Vec::new();
    for broken in unread.iter().filter(|broken| broken.place == LineContext::File) {
        let whole = line_at(text, broken.at);
        if lines.last().is_some_and(|last| last.end > broken.at) || whole.len() > LONGEST {
            continue;
        }
        let line = code(text, broken.at..whole.end);
        let Some(written) = text.get(line.clone()).filter(|line| !line.contains("\"\"\"")) else { continue };
        // What goes on in the next line is not repaired alone.
        if open_end(written).is_some() {
            continue;
        }
        let wording = near_miss_of(written, broken.place);
        let Some(instead) = wording.and_then(|wording| wording.instead.into_iter().next()) else {
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

/// The declaration of a repaired line reduced to its names, so that nothing in it is reported again.
pub fn only_names(declaration: Declaration) -> Declaration {
    match declaration {
        Declaration::Flow(_) => Declaration::Flow(None),
        Declaration::Description(_) => Declaration::Description(None),
        Declaration::Entry(_) => Declaration::Entry(None),
        Declaration::Let(binding) => Declaration::Let(Binding { value: None, ..binding }),
        Declaration::Param(param) => Declaration::Param(Param { default: None, broken: true, ..param }),
        Declaration::Include(include) => Declaration::LostInclude(include.prefix),
        Declaration::Node(node) => Declaration::Node(Box::new(Node {
            argument: None,
            options: ThinVec::new(),
            fields: ThinVec::new(),
            block: None,
            broken: true,
            ..*node
        })),
        Declaration::Kind(kind) => Declaration::Kind(Box::new(KindDeclaration { broken: true, ..*kind })),
        Declaration::Hours(hours) => Declaration::Hours(Box::new(Hours { broken: true, ..*hours })),
        Declaration::Transition(mut chain) => {
            chain.nodes.extend(chain.again.map(|again| again.otherwise));
            Declaration::Broken(chain.nodes.into_vec())
        }
        Declaration::Apply(name) => Declaration::Broken(vec![name]),
        Declaration::Every(_) => Declaration::Nameless(Nameless::Every),
        // What a waiver excuses at its node is not reported there.
        Declaration::Waive(waiver) => Declaration::Broken(waiver.node.into_iter().collect()),
        Declaration::Test(_) | Declaration::Attest(_) => Declaration::Broken(Vec::new()),
        other => other,
    }
}

/// Writes a `;` or blanks in place of pieces of a line. Returns `false` if the rewrite has anything else.
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
