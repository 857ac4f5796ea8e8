//! Questions about the paths of calls where not each `again` can be counted.
//!
//! A flow whose `again`s are not all counted has the paths of all calls, and others. What none of its paths does, no
//! call does. A path that it finds is one of a call if the bounds of all `again`s allow it. If they do not, the ones
//! that forbid it are counted as well, and the question is asked again: refinement by counterexamples (Clarke, Grumberg,
//! Jha, Lu and Veith, Journal of the ACM 50, 2003).

use rustc_hash::FxHashMap;

use super::cycles::{Cycles, cycle_of};
use super::unroll::{Counted, unroll};
use crate::flow::{AgainArm, AgainId, CallFlow, Flow, TransitionId, Unrolled};

/// How often a question is asked.
const ROUNDS: usize = 12;

/// Flows of calls, each with more `again`s counted than the one before.
pub struct Refinement<'f> {
    flow: &'f Flow,
    cycle_of: Cycles,
    others_together: bool,
    counted: Vec<AgainId>,
    rounds: usize,
}

impl<'f> Refinement<'f> {
    /// Begins without any that is counted by itself. With `finite`, paths have no cycle.
    pub fn new(flow: &'f Flow, finite: bool) -> Self {
        Self { flow, cycle_of: cycle_of(flow), others_together: finite, counted: Vec::new(), rounds: 0 }
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

    /// Counts these from now on. Returns whether one of them was not counted yet.
    pub fn count(&mut self, agains: impl IntoIterator<Item = AgainId>) -> bool {
        let before = self.counted.len();
        self.counted.extend(agains);
        self.counted.sort_unstable();
        self.counted.dedup();
        self.counted.len() > before
    }

    /// The first that is not counted.
    pub fn first_uncounted(&self) -> Option<AgainId> {
        let is_uncounted = |again: &AgainId| self.counted.binary_search(again).is_err();
        self.flow
            .transitions
            .rows()
            .iter()
            .filter_map(|one| one.again)
            .map(AgainArm::again)
            .find(is_uncounted)
    }
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
