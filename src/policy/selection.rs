//! What a selector picks in a flow: occurrences, each a range of a node's steps or a transition.

use fixedbitset::FixedBitSet;

use super::PathElement;
use super::path_graph::PathGraph;
use crate::flow::{NodeId, TransitionId};
use crate::table::Id;

/// What a selector picks.
#[derive(Debug)]
pub struct Selection {
    /// Steps with which an occurrence begins.
    pub(super) begins: FixedBitSet,
    /// Steps with which one ends.
    pub(super) ends: FixedBitSet,
    /// Steps that are an occurrence each.
    pub(super) alone: FixedBitSet,
    /// Steps from which one goes to the end of the node.
    pub(super) onward: FixedBitSet,
    /// Nodes with several steps that are one occurrence.
    pub(super) whole: FixedBitSet,
    /// Ways of transitions.
    pub(super) alternatives: FixedBitSet,
    /// Transitions of which at least one way is picked.
    pub(super) taken: FixedBitSet,
    /// Transitions of which all ways are picked.
    pub(super) always: FixedBitSet,
}

/// The range of an occurrence on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OccurrenceRange {
    /// From one step of the node to another.
    Steps(usize, usize),
    /// On a transition.
    Taken(TransitionId),
}

/// One occurrence of what a selector picks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Its node, or the node that its transition leaves.
    pub node: NodeId,
    /// Its range.
    pub extent: OccurrenceRange,
}

impl Occurrence {
    /// The transition, if it is one.
    pub fn transition(self) -> Option<TransitionId> {
        match self.extent {
            OccurrenceRange::Taken(id) => Some(id),
            OccurrenceRange::Steps(..) => None,
        }
    }

    /// Its place.
    pub fn place(self) -> PathElement {
        PathElement { node: self.node, transition: self.transition() }
    }

    /// How many transitions it adds to a path to its node.
    pub fn length(self) -> u32 {
        u32::from(self.transition().is_some())
    }
}

impl Selection {
    /// Whether an occurrence begins with a step.
    pub fn begins(&self, step: usize) -> bool {
        self.begins.contains(step)
    }

    /// Whether an occurrence ends with a step.
    pub fn ends(&self, step: usize) -> bool {
        self.ends.contains(step)
    }

    /// Whether a step is an occurrence of its own.
    pub fn is_alone(&self, step: usize) -> bool {
        self.alone.contains(step)
    }

    /// Whether taking a transition can be an occurrence: some alternative of its condition is picked.
    pub fn takes(&self, transition: TransitionId) -> bool {
        self.taken.contains(transition.index())
    }

    /// Whether taking a transition is always an occurrence: every alternative of its condition is picked.
    pub fn always_picks(&self, transition: TransitionId) -> bool {
        self.always.contains(transition.index())
    }

    /// Whether an alternative of a transition's condition is picked, by its number in the flow.
    pub fn takes_alternative(&self, number: usize) -> bool {
        self.alternatives.contains(number)
    }

    /// Whether an occurrence ends with one of some steps.
    pub fn ends_in(&self, steps: std::ops::Range<usize>) -> bool {
        self.ends.contains_any_in_range(steps)
    }

    /// The first of some steps with which an occurrence begins.
    pub fn first_in(&self, steps: std::ops::Range<usize>) -> Option<usize> {
        steps.into_iter().find(|&step| self.begins(step))
    }

    /// How many occurrences begin in some steps of a node.
    pub fn count_occurrences(&self, node: NodeId, steps: std::ops::Range<usize>) -> u64 {
        let begin = steps.clone().filter(|&step| self.begins(step)).count() as u64;
        let also_whole = self.whole.contains(node.index()) && self.is_alone(steps.start);
        begin + u64::from(also_whole)
    }

    /// The occurrences that a call can reach.
    pub fn reached<'p>(&'p self, graph: &'p PathGraph<'_>) -> impl Iterator<Item = Occurrence> + 'p {
        self.all(graph).filter(|occurrence| graph.reaches(occurrence.node))
    }

    /// All occurrences, in the order of the nodes, steps first.
    pub fn all<'p>(&'p self, graph: &'p PathGraph<'_>) -> impl Iterator<Item = Occurrence> + 'p {
        let of_steps = self.begins.ones().flat_map(|first| self.at_step(graph, first));
        let of_transitions = self.taken.ones().map(TransitionId::from_index).filter_map(|id| {
            let transition = &graph.flow.transitions[id];
            // A transition without a target is never taken.
            transition.to.map(|_| Occurrence { node: transition.from, extent: OccurrenceRange::Taken(id) })
        });
        of_steps.chain(of_transitions)
    }

    /// The occurrences that begin with a step.
    fn at_step(&self, graph: &PathGraph<'_>, first: usize) -> AtStep {
        let node = graph.node_of(first);
        let steps = graph.steps_of(node);
        let is_whole = first == steps.start && self.whole.contains(node.index());
        AtStep {
            node,
            first,
            last: steps.end - 1,
            alone: self.is_alone(first),
            whole: is_whole,
            onward: self.onward.contains(first),
        }
    }
}

/// The occurrences that begin with a step: the whole node, the step alone, and from there to the node's end. Nearly
/// always there is one.
struct AtStep {
    node: NodeId,
    first: usize,
    last: usize,
    whole: bool,
    alone: bool,
    onward: bool,
}

impl Iterator for AtStep {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        let last = if std::mem::take(&mut self.whole) {
            self.last
        } else if std::mem::take(&mut self.alone) {
            self.first
        } else if std::mem::take(&mut self.onward) {
            self.last
        } else {
            return None;
        };
        Some(Occurrence { node: self.node, extent: OccurrenceRange::Steps(self.first, last) })
    }
}
