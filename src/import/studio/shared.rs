//! Bounds that several ways share: one count for all of them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{On, Word};
use super::nodes::Nodes;
use crate::flow::Kind;

/// A LOOP to which several ways lead.
pub struct Shared<'n> {
    pub action: usize,
    /// The nodes whose ways these are.
    pub users: FxHashSet<usize>,
    /// Their kind and their events, if these are the same for all: an `every` says that, and nothing else does.
    pub alike: Option<(Kind, &'n [String])>,
}

/// The bounds of more than one way, in the order of their actions.
pub fn shared(nodes: &Nodes) -> Vec<Shared<'_>> {
    let mut uses: FxHashMap<usize, Vec<(usize, &On)>> = FxHashMap::default();
    for (number, draft) in nodes.drafts.iter().enumerate() {
        for exit in &draft.exits {
            if nodes.agains.get(exit.to).is_some_and(Option::is_some) {
                uses.entry(exit.to).or_default().push((number, &exit.on));
            }
        }
    }
    let mut found: Vec<Shared<'_>> = uses
        .into_iter()
        .filter(|(_, ways)| ways.len() > 1)
        .map(|(action, ways)| Shared {
            action,
            users: ways.iter().map(|(number, _)| *number).collect(),
            alike: alike(nodes, &ways),
        })
        .collect();
    found.sort_by_key(|one| one.action);
    found
}

fn alike<'n>(nodes: &'n Nodes, ways: &[(usize, &'n On)]) -> Option<(Kind, &'n [String])> {
    let mut all = ways.iter().map(|&(number, on)| match (nodes.drafts.get(number)?.word, on) {
        (Word::Kind(kind), On::Events(events)) => Some((kind, events.as_slice())),
        _ => None,
    });
    let first = all.next()??;
    all.all(|other| other == Some(first)).then_some(first)
}
