//! The variables that nodes of declared kinds set: the platform's block gives them their values, and they are known
//! behind the outcomes that the declaration names.

use super::{Flow, KindSetsId, NodeId, Transition, TransitionId, VariableId};
use crate::source::Span;

/// A variable that the nodes of a declared kind set: `sets balance on found`.
#[derive(Debug, Clone)]
pub struct KindSet {
    /// The variable.
    pub variable: VariableId,
    /// The outcomes on which it is set. Empty if that is all of them.
    pub outcomes: Vec<Box<str>>,
    /// Where its name is written.
    pub span: Span,
}

impl KindSet {
    /// Whether it is set on an outcome.
    pub fn is_on(&self, outcome: &str) -> bool {
        self.outcomes.is_empty() || self.outcomes.iter().any(|one| **one == *outcome)
    }
}

impl Flow {
    /// What the nodes of a declared kind set, as seen from an instance.
    pub fn kind_sets(&self, sets: KindSetsId) -> &[KindSet] {
        self.kind_sets.find(sets).map_or(&[], Vec::as_slice)
    }

    /// What a node sets by its declared kind.
    pub fn kind_sets_of(&self, node: NodeId) -> &[KindSet] {
        let sets = self.nodes[node].declared.and_then(|declared| declared.sets);
        sets.map_or(&[], |sets| self.kind_sets(sets))
    }

    /// What the node that a transition leaves has set by its declared kind on every call that takes it.
    pub fn set_behind(&self, id: TransitionId) -> Vec<&KindSet> {
        let transition = &self.transitions[id];
        let sets = self.kind_sets_of(transition.from);
        if sets.is_empty() {
            return Vec::new();
        }
        let outcomes = self.outcomes_behind(transition);
        sets.iter().filter(|set| outcomes.iter().all(|outcome| set.is_on(outcome))).collect()
    }

    /// The outcomes that a transition stands for. Of a plain arrow, these are the ones that no branch names.
    fn outcomes_behind(&self, transition: &Transition) -> Vec<&str> {
        let words = |one: &Transition| {
            let alternatives = self.alternatives(one).iter();
            alternatives.map(|alternative| self.events[alternative.event].word()).collect::<Vec<_>>()
        };
        if !transition.is_unconditional() {
            return words(transition);
        }
        let taken: Vec<&str> = self.branches(transition.from).flat_map(words).collect();
        let outcomes = self.outcomes_of(transition.from).into_iter();
        outcomes.filter(|outcome| !taken.contains(outcome)).collect()
    }
}
