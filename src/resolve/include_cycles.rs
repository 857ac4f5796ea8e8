//! Cycles of includes. Files that include each other, however indirectly, have one finding, which shows one
//! cycle and where others close.
//!
//! The files that are being read form a stack, each included by the one below it. An include of a file on the
//! stack joins everything above that file to it (Gabow 2000), which is linear in files and includes.

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::Span;

/// How many includes have a label in one finding.
pub const LABELS: usize = 9;

/// The cycles found so far.
#[derive(Default)]
pub struct IncludeCycles {
    /// The joined parts of the stack: the index of the first file of each, and its group.
    joined: Vec<(usize, Option<usize>)>,
    groups: Vec<Group>,
}

#[derive(Default)]
struct Group {
    /// The finding of the first cycle. `None` if the group was merged into another one.
    first: Option<Diagnostic>,
    /// The includes that close further cycles.
    more: Vec<Span>,
}

impl IncludeCycles {
    /// Pushes a file at an index of the stack.
    pub fn open(&mut self, index: usize) {
        self.joined.push((index, None));
    }

    /// Pops the file at an index of the stack, the topmost one.
    pub fn done(&mut self, index: usize) {
        self.joined.pop_if(|(first, _)| *first == index);
    }

    /// Records that an include of the topmost file closes a cycle with the file at an index of the stack.
    /// `finding` makes the finding if it is the first cycle of these files.
    pub fn close(&mut self, index: usize, span: Span, finding: impl FnOnce() -> Diagnostic) {
        let mut group = None;
        while let Some((first, known)) = self.joined.pop() {
            group = self.merged(group, known);
            if first <= index {
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

    /// Merges two groups into the older one.
    fn merged(&mut self, group: Option<usize>, other: Option<usize>) -> Option<usize> {
        let (Some(a), Some(b)) = (group, other) else { return group.or(other) };
        let (kept, merged) = (a.min(b), a.max(b));
        let merged = self.groups.get_mut(merged).map(std::mem::take).unwrap_or_default();
        if let Some(kept) = self.groups.get_mut(kept) {
            kept.more.extend(merged.first.and_then(|first| first.span));
            kept.more.extend(merged.more);
        }
        Some(kept)
    }

    /// Reports all of them.
    pub fn report(&mut self, diagnostics: &mut Diagnostics) {
        for Group { first, more } in self.groups.drain(..) {
            let Some(mut diagnostic) = first else { continue };
            if !more.is_empty() {
                // Taking out this include alone would not be enough.
                diagnostic.fixes.clear();
            }
            diagnostics.push(diagnostic.label_each(&more, LABELS, "this closes a cycle, too"));
        }
    }
}

/// The names of the files of a cycle, shortened in the middle.
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
