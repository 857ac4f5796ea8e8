//! Questions about the paths of calls where not each `again` can be counted.
//!
//! A flow whose `again`s are not all counted has the paths of all calls, and others. What none of its paths does, no
//! call does. A path that it finds is one of a call if the bounds of all `again`s allow it. If they do not, the ones
//! that forbid it are counted as well, and the question is asked again: refinement by counterexamples (Clarke, Grumberg,
//! Jha, Lu and Veith, Journal of the ACM 50, 2003).

use rustc_hash::{FxHashMap, FxHashSet};

use super::cycles::{Cycles, cycle_of};
use super::unroll::{Counted, unroll};
use crate::flow::{AgainArm, AgainId, CallFlow, Flow, TransitionId, Unrolled};

/// How often a question is asked.
const ROUNDS: usize = 16;

/// Flows of calls, each with more `again`s counted than the one before.
pub struct Refinement<'f> {
    flow: &'f Flow,
    cycle_of: Cycles,
    others_together: bool,
    /// Up to which number each one is counted.
    counted: FxHashMap<AgainId, u32>,
    rounds: usize,
}

impl<'f> Refinement<'f> {
    /// Begins without any that is counted by itself. With `finite`, paths have no cycle.
    pub fn new(flow: &'f Flow, finite: bool) -> Self {
        Self {
            flow,
            cycle_of: cycle_of(flow),
            others_together: finite,
            counted: FxHashMap::default(),
            rounds: 0,
        }
    }

    /// The next flow to ask; `None` if it would be too large, or if enough was asked.
    pub fn next(&mut self) -> Option<Model<'f>> {
        self.rounds += 1;
        if self.rounds > ROUNDS {
            return None;
        }
        if self.counted.is_empty() && !self.others_together {
            return Some(Model { flow: self.flow, unrolled: None });
        }
        let counted = Counted::These { agains: &self.counted, others_together: self.others_together };
        let unrolled = unroll(self.flow, &self.cycle_of, counted, self.flow.most_copies).ok()?;
        Some(Model { flow: self.flow, unrolled: Some(unrolled) })
    }

    /// A flow whose paths are those of some calls, on which one `again` is taken as often as it may be before the next;
    /// `None` if it would be too large.
    pub fn some_calls(&self) -> Option<Model<'f>> {
        let unrolled = unroll(self.flow, &self.cycle_of, Counted::InTurn, self.flow.most_copies).ok()?;
        Some(Model { flow: self.flow, unrolled: Some(unrolled) })
    }

    /// Counts these from now on: at first whether they are taken at all, which is often enough, and then how often.
    /// Returns whether one of them was not counted so far.
    pub fn count(&mut self, agains: impl IntoIterator<Item = AgainId>) -> bool {
        let asked: FxHashSet<AgainId> = agains.into_iter().collect();
        let mut is_new = false;
        for again in asked {
            let most = self.flow.agains[again].most;
            // Paths are finite only where each one is counted to its end.
            let first = if self.others_together { most } else { 1 };
            let counted = self.counted.entry(again).or_default();
            let next = if *counted == 0 { first } else { most };
            is_new |= next > *counted;
            *counted = next;
        }
        is_new
    }

    /// The first that is not counted to its end.
    pub fn first_uncounted(&self) -> Option<AgainId> {
        let is_uncounted = |again: &AgainId| self.counted.get(again) != Some(&self.flow.agains[*again].most);
        self.flow
            .transitions
            .rows()
            .iter()
            .filter_map(|one| one.again)
            .map(AgainArm::again)
            .find(is_uncounted)
    }
}

/// What is found on the paths of calls: each with the transitions of a path, by which it is known whether a call goes so.
/// What is left when no more can be counted is found as well: nothing says that no call goes there.
pub fn found_on_calls<T>(flow: &Flow, find: impl Fn(CallFlow<'_>) -> Vec<(T, Vec<TransitionId>)>) -> Vec<T> {
    let mut found = Vec::new();
    if !flow.has_open_bounds() {
        found = find(flow.calls());
    } else {
        let mut refinement = Refinement::new(flow, false);
        while let Some(model) = refinement.next() {
            found = find(model.calls());
            let beyond = found.iter().filter_map(|(_, path)| beyond_bounds(flow, path.iter().copied()));
            if !refinement.count(beyond) {
                break;
            }
        }
    }
    found.into_iter().map(|(one, _)| one).collect()
}

/// A flow with some `again`s worked in.
pub struct Model<'f> {
    flow: &'f Flow,
    unrolled: Option<Unrolled>,
}

impl Model<'_> {
    /// The flow with the one that it is made of.
    pub fn calls(&self) -> CallFlow<'_> {
        CallFlow::new(self.flow, self.unrolled.as_ref())
    }
}

/// The first `again` that does not allow a path from the entry: its way back once too often, or its `else` too early.
/// `None` if a call can take it.
pub fn beyond_bounds(flow: &Flow, path: impl IntoIterator<Item = TransitionId>) -> Option<AgainId> {
    let mut taken: FxHashMap<AgainId, u32> = FxHashMap::default();
    path.into_iter().filter_map(|id| flow.transitions[id].again).find_map(|arm| {
        let again = arm.again();
        let most = flow.agains[again].most;
        let times = taken.entry(again).or_default();
        let is_allowed = match arm {
            AgainArm::Back(_) => *times < most,
            AgainArm::Else(_) => *times == most,
        };
        *times += u32::from(matches!(arm, AgainArm::Back(_)));
        (!is_allowed).then_some(again)
    })
}
