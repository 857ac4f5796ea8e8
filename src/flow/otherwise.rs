//! The transition that a node takes in all other cases: an unconditional one beside outcomes.

use super::{Directive, EventKind, Flow, Kind, NodeId, Transition, TransitionId};

impl Flow {
    /// The transition of a node that takes whatever no other transition of it takes: `-> desk` beside
    /// `on failed -> bye`. There is none beside keys, and none at a node that collects some.
    pub fn otherwise(&self, node: NodeId) -> Option<(TransitionId, &Transition)> {
        // One branch alone is not one of several cases.
        self.branches(node).nth(1)?;
        let mut unconditional = self.branch_ids(node).filter(|(_, one)| one.is_unconditional());
        let (Some(only), None) = (unconditional.next(), unconditional.next()) else { return None };
        let is_key = |transition: &Transition| {
            let alternatives = self.alternatives(transition).iter();
            alternatives.clone().any(|alternative| self.events[alternative.event].kind() == EventKind::Key)
        };
        let row = &self.nodes[node];
        let collects =
            row.is(Kind::Collect) || row.actions.iter().any(|one| one.directive == Directive::Collect);
        // A `decide` has an `else`.
        (!collects && !row.is(Kind::Decide) && !self.branches(node).any(is_key)).then_some(only)
    }

    /// The transition that a call takes at a node unless one of the node's events happens: that of all other
    /// cases, or the only one of a node whose declared kind has outcomes.
    pub fn unless_something_happens(&self, node: NodeId) -> Option<(TransitionId, &Transition)> {
        let has_outcomes = self.nodes[node].declared.is_some_and(|declared| declared.has_outcomes);
        let mut out = self.branch_ids(node);
        match (out.next(), out.next()) {
            (Some(only), None) => Some(only).filter(|(_, one)| has_outcomes && one.is_unconditional()),
            _ => self.otherwise(node),
        }
    }

    /// The outcomes that a node can have, by the words of its kind. A node of any type may have others.
    pub fn outcomes_of(&self, node: NodeId) -> Vec<&str> {
        let row = &self.nodes[node];
        match row.declared_kind() {
            Some(kind) => self.kinds[kind].outcomes.iter().map(|(outcome, _)| &**outcome).collect(),
            None => {
                let kind = row.kind().filter(|_| !row.generic);
                kind.into_iter().flat_map(Kind::outcomes).map(|outcome| outcome.word()).collect()
            }
        }
    }
}
