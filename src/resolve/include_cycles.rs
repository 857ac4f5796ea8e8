//! Includes that lead in cycles. Files that include each other over whatever ways have one finding, which
//! shows one cycle and where others close.
//!
//! The files that are being read stand in a row, each included by the one before it. An include of one of
//! them joins all behind it to it (Gabow 2000), which is linear in files and includes.

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::Span;

/// How many includes have a label in one finding.
pub const LABELS: usize = 9;

/// The cycles that were found.
#[derive(Default)]
pub struct IncludeCycles {
    /// Of the files in the row those that are joined, each with the place of its first one.
    joined: Vec<(usize, Option<usize>)>,
    groups: Vec<Group>,
}

#[derive(Default)]
struct Group {
    /// The finding of the first cycle; none where it became part of another group.
    first: Option<Diagnostic>,
    /// The includes that close others.
    more: Vec<Span>,
}

impl IncludeCycles {
    /// A file is read, as the last one of the row.
    pub fn open(&mut self, place: usize) {
        self.joined.push((place, None));
    }

    /// The last file of the row is done.
    pub fn done(&mut self, place: usize) {
        self.joined.pop_if(|(first, _)| *first == place);
    }

    /// An include of the last file closes a cycle with that at a place of the row. `finding` says so, if
    /// it is the first of its files.
    pub fn close(&mut self, place: usize, span: Span, finding: impl FnOnce() -> Diagnostic) {
        let mut group = None;
        while let Some((first, known)) = self.joined.pop() {
            group = self.merged(group, known);
            if first <= place {
                let number = match group {
                    Some(number) => {
                        if let Some(group) = self.groups.get_mut(number) {
                            group.more.push(span);
                        }
                        number
                    }
                    None => {
                        self.groups.push(Group { first: Some(finding()), more: Vec::new() });
                        self.groups.len() - 1
                    }
                };
                self.joined.push((first, Some(number)));
                return;
            }
        }
    }

    /// One group of two.
    fn merged(&mut self, one: Option<usize>, other: Option<usize>) -> Option<usize> {
        let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
        let (kept, gone) = (one.min(other), one.max(other));
        let gone = self.groups.get_mut(gone).map(std::mem::take).unwrap_or_default();
        if let Some(kept) = self.groups.get_mut(kept) {
            kept.more.extend(gone.first.and_then(|first| first.span));
            kept.more.extend(gone.more);
        }
        Some(kept)
    }

    /// Reports all of them.
    pub fn report(&mut self, diagnostics: &mut Diagnostics) {
        for Group { first, more } in self.groups.drain(..) {
            let Some(mut diagnostic) = first else { continue };
            if !more.is_empty() {
                // To take out this one is not enough.
                diagnostic.fixes.clear();
            }
            diagnostics.push(diagnostic.label_each(&more, LABELS, "this closes a cycle, too"));
        }
    }
}

/// The names of the files of a cycle, at a length that people read.
pub fn shown(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.iter().chain(names.first()).copied().collect();
    match (names.get(..SHOWN / 2), names.get(names.len().saturating_sub(SHOWN / 2)..)) {
        (Some(first), Some(last)) if names.len() > SHOWN => {
            format!("{} -> … -> {}", first.join(" -> "), last.join(" -> "))
        }
        _ => names.join(" -> "),
    }
}
