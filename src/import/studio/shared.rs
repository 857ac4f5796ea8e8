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
    /// Their kind and their events, if an `every` says all of these ways and no others: nothing else shares a count.
    pub alike: Option<(Kind, Vec<&'n str>)>,
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

/// An `every` leads where a node has no branch of its own for an event.
fn alike<'n>(nodes: &'n Nodes, ways: &[(usize, &'n On)]) -> Option<(Kind, Vec<&'n str>)> {
    let of = |&(number, on): &(usize, &'n On)| match (nodes.drafts.get(number)?.word, on) {
        (Word::Kind(kind), On::Events(events)) => Some((kind, events)),
        _ => None,
    };
    let (kind, _) = of(ways.first()?)?;
    let mut events: Vec<&str> = Vec::new();
    for way in ways {
        let (_, own) = of(way).filter(|(own, _)| *own == kind)?;
        for event in own {
            if !events.contains(&event.as_str()) {
                events.push(event);
            }
        }
    }
    let has_all = |(number, _): &(usize, &On)| {
        let exits = nodes.drafts.get(*number).map_or(&[][..], |draft| &draft.exits);
        events.iter().all(|event| {
            exits.iter().any(|exit| matches!(&exit.on, On::Events(own) if own.iter().any(|own| own == event)))
        })
    };
    ways.iter().all(has_all).then_some((kind, events))
}
