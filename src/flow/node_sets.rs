//! The variables that nodes set by what comes of them: the platform gives them their values, and they are known behind
//! the outcomes on which they are set.

use super::{Flow, NodeId, NodeSetsId, Transition, TransitionId, VariableId};
use crate::source::Span;

/// A variable that a node sets: `sets balance on found` at its declared kind, `into account` at its prompt.
#[derive(Debug, Clone)]
pub struct NodeSet {
    /// The variable.
    pub variable: VariableId,
    /// The outcomes on which it is set. Empty if that is all of them.
    pub outcomes: Vec<Box<str>>,
    /// Where its name is written.
    pub span: Span,
}

impl NodeSet {
    /// Whether it is set on an outcome.
    pub fn is_on(&self, outcome: &str) -> bool {
        self.outcomes.is_empty() || self.outcomes.iter().any(|one| **one == *outcome)
    }
}

impl Flow {
    /// What nodes set behind their outcomes.
    pub fn node_sets(&self, sets: NodeSetsId) -> &[NodeSet] {
        self.node_sets.find(sets).map_or(&[], Vec::as_slice)
    }

    /// What a node sets behind its outcomes.
    pub fn sets_of(&self, node: NodeId) -> &[NodeSet] {
        self.nodes[node].sets.map_or(&[], |sets| self.node_sets(sets))
    }

    /// What the declared kind of a node sets, without what is entered at it.
    pub fn kind_sets_of(&self, node: NodeId) -> impl Iterator<Item = &NodeSet> {
        let entered = move |set: &NodeSet| {
            let inputs = self.nodes[node].actions.iter().filter_map(|action| action.input.as_ref());
            inputs.filter_map(|input| input.into.as_ref()).any(|into| into.span == set.span)
        };
        self.sets_of(node).iter().filter(move |set| !entered(set))
    }

    /// A set as the declaration of a kind writes it, without its word: `balance on found | missing`.
    pub fn set_words(&self, set: &NodeSet) -> String {
        let name = &self.variables[set.variable].name;
        if set.outcomes.is_empty() {
            name.to_string()
        } else {
            format!("{name} on {}", set.outcomes.join(" | "))
        }
    }

    /// What the node that a transition leaves has set on every call that takes it.
    pub fn set_behind(&self, id: TransitionId) -> Vec<&NodeSet> {
        let transition = &self.transitions[id];
        let sets = self.sets_of(transition.from);
        if sets.is_empty() {
            return Vec::new();
        }
        let outcomes = self.outcomes_behind(transition);
        let is_set = |set: &&NodeSet| match outcomes.as_slice() {
            [] => set.outcomes.is_empty(),
            outcomes => outcomes.iter().all(|outcome| set.is_on(outcome)),
        };
        sets.iter().filter(is_set).collect()
    }

    /// For each way in which a plain arrow may be taken, whether the node that it leaves has set a variable then.
    pub(crate) fn sets_on_ways(&self, transition: &Transition, variable: VariableId) -> Vec<bool> {
        let sets = || self.sets_of(transition.from).iter().filter(|set| set.variable == variable);
        match self.outcomes_behind(transition).as_slice() {
            [] => vec![sets().any(|set| set.outcomes.is_empty())],
            outcomes => outcomes.iter().map(|outcome| sets().any(|set| set.is_on(outcome))).collect(),
        }
    }

    /// The outcomes that a transition stands for. Of a plain arrow, these are the ones that no branch names, where it is
    /// what a call takes in all other cases; else there are none.
    pub fn outcomes_behind(&self, transition: &Transition) -> Vec<&str> {
        let words = |one: &Transition| {
            let alternatives = self.alternatives(one).iter();
            alternatives.map(|alternative| self.events[alternative.event].word()).collect::<Vec<_>>()
        };
        if !transition.is_unconditional() {
            return words(transition);
        }
        if self.unless_something_happens(transition.from).is_none() {
            return Vec::new();
        }
        let taken: Vec<&str> = self.branches(transition.from).flat_map(words).collect();
        let outcomes = self.outcomes_of(transition.from).into_iter();
        outcomes.filter(|outcome| !taken.contains(outcome)).collect()
    }
}
