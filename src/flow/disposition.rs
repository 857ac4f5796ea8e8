//! Dispositions: the words by which calls are reported.

use super::{DispositionId, Flow, NodeId, TransitionId};
use crate::source::Span;

/// A word by which calls are reported.
#[derive(Debug, Clone)]
pub struct Disposition {
    /// Its name, which the whole flow shares.
    pub name: Box<str>,
    /// Where it is first declared, or first given if nothing declares it.
    pub span: Span,
    /// Whether a `dispositions` declares it. One that nothing declares is already reported.
    pub declared: bool,
    /// The doc comment of its declaration.
    pub doc: Option<Span>,
}

/// `disposition NAME` at a node, or `= NAME` in a test.
#[derive(Debug, Clone, Copy)]
pub struct GivenDisposition {
    /// The disposition.
    pub id: DispositionId,
    /// Where its name is written.
    pub span: Span,
}

impl Flow {
    /// The name of a disposition.
    pub fn disposition(&self, id: DispositionId) -> &str {
        self.dispositions.find(id).map_or("", |row| &row.name)
    }

    /// The declared disposition of a name.
    pub fn declared_disposition(&self, name: &str) -> Option<DispositionId> {
        self.dispositions.iter().find(|(_, row)| row.declared && *row.name == *name).map(|(id, _)| id)
    }

    /// The disposition of a call that takes these transitions from an entry: the last that it passes, at a node or on
    /// a transition.
    pub fn disposition_of_path(
        &self,
        entry: NodeId,
        taken: impl DoubleEndedIterator<Item = TransitionId>,
    ) -> Option<DispositionId> {
        let of_node = |node: NodeId| self.nodes[node].disposition.map(|given| given.id);
        let of_transition = |id: TransitionId| {
            let transition = &self.transitions[id];
            transition.to.and_then(of_node).or(transition.disposition)
        };
        taken.rev().find_map(of_transition).or_else(|| of_node(entry))
    }

    /// Whether any disposition is declared.
    pub fn has_dispositions(&self) -> bool {
        self.dispositions.rows().iter().any(|row| row.declared)
    }
}
