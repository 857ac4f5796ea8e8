//! Where a prompt leads: on its keys, on no key and on a wrong one.

use rustc_hash::FxHashMap;

use super::draft::{Exit, On};
use crate::flow::is_key;

/// The exits of a prompt.
#[derive(Default)]
pub struct Exits {
    all: Vec<Exit>,
    /// Those whose ways are bounded, by what bounds them: all that is bounded together is one exit.
    bounded: FxHashMap<usize, usize>,
}

impl Exits {
    /// Adds an event to the exit before it that leads to the same node, if both are keys or both are outcomes.
    pub fn add(&mut self, event: &str, to: usize, is_bounded: bool) {
        let next = self.all.len();
        let place = if is_bounded { *self.bounded.entry(to).or_insert(next) } else { next.saturating_sub(1) };
        if let Some(Exit { on: On::Events(events), to: own }) = self.all.get_mut(place)
            && *own == to
            && (is_bounded || events.last().is_some_and(|last| is_key(last) == is_key(event)))
        {
            events.push(event.to_owned());
            return;
        }
        self.all.push(Exit { on: On::Events(vec![event.to_owned()]), to });
    }

    /// The exits in the order in which a flow has them whose script has these bounds in their order. Keys stay in theirs.
    pub fn in_order_of_bounds(self) -> Vec<Exit> {
        let Self { all, bounded } = self;
        let is_for_key = |exit: &Exit| matches!(&exit.on, On::Events(events) if events.first().is_some_and(|first| is_key(first)));
        let (keys, mut others): (Vec<Exit>, Vec<Exit>) = all.into_iter().partition(is_for_key);
        let mut exits = Vec::with_capacity(keys.len() + others.len());
        // There are at most two others, for no key and for a wrong one.
        let bound = |exit: &Exit| Some(exit.to).filter(|to| bounded.contains_key(to));
        if others.iter().all(|exit| bound(exit).is_some()) {
            others.sort_by_key(|exit| exit.to);
        }
        for key in keys {
            if let Some(to) = bound(&key) {
                let is_before = |exit: &Exit| bound(exit).is_some_and(|own| own < to);
                let (before, rest): (Vec<Exit>, Vec<Exit>) = others.into_iter().partition(is_before);
                exits.extend(before);
                others = rest;
            }
            exits.push(key);
        }
        exits.extend(others);
        exits
    }
}
