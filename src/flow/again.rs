//! Transitions that a call may take a limited number of times, and the flow with these bounds worked in.

use super::{AgainArm, Flow, NodeId, Transition, TransitionId};
use crate::source::Span;
use crate::table::Table;

/// The largest `N` of `again N`. Two digits are more than any call needs: the platform's deepest path is shorter.
pub const MOST_AGAIN: u32 = 99;

/// `again N else NODE`: a call takes the transition at most N times, and from then on goes to the node.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// How often a call may take it. All branches of an `every` count together.
    pub most: u32,
    /// Where it is written.
    pub span: Span,
}

/// A flow without `again`: a copy of a node for each number of times that a call may still come back.
#[derive(Debug)]
pub struct Unrolled {
    /// The flow. The first copy of each node has the node's own number, and the others follow.
    pub(crate) flow: Flow,
    nodes: Table<NodeId, NodeId>,
    transitions: Table<TransitionId, TransitionId>,
}

impl Unrolled {
    /// A flow, and for each of its nodes and transitions the one that it is a copy of.
    pub(crate) fn new(
        flow: Flow,
        nodes: Table<NodeId, NodeId>,
        transitions: Table<TransitionId, TransitionId>,
    ) -> Self {
        Self { flow, nodes, transitions }
    }

    /// The flow.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// The node that a node is a copy of.
    pub fn node(&self, copy: NodeId) -> NodeId {
        self.nodes.find(copy).copied().unwrap_or(copy)
    }

    /// The transition that a transition is a copy of.
    pub fn transition(&self, copy: TransitionId) -> TransitionId {
        self.transitions.find(copy).copied().unwrap_or(copy)
    }
}

/// A flow, and one that has the paths of its calls.
#[derive(Debug, Clone, Copy)]
pub struct CallFlow<'f> {
    /// The flow as it is written.
    pub source: &'f Flow,
    unrolled: Option<&'f Unrolled>,
}

impl<'f> CallFlow<'f> {
    /// A flow, and one that was made of it; without that, the flow as it is written.
    pub(crate) fn new(source: &'f Flow, unrolled: Option<&'f Unrolled>) -> Self {
        Self { source, unrolled }
    }

    /// The flow that has the paths of calls.
    pub fn flow(self) -> &'f Flow {
        self.unrolled.map_or(self.source, Unrolled::flow)
    }

    /// Whether it has copies of nodes.
    pub fn has_copies(self) -> bool {
        self.unrolled.is_some()
    }

    /// The node of the source that a node is a copy of.
    pub fn node(self, copy: NodeId) -> NodeId {
        self.unrolled.map_or(copy, |unrolled| unrolled.node(copy))
    }

    /// The transition of the source that a transition is a copy of.
    pub fn transition(self, copy: TransitionId) -> TransitionId {
        self.unrolled.map_or(copy, |unrolled| unrolled.transition(copy))
    }
}

impl Flow {
    /// The flow whose paths are those of calls: this one, or its copies where it has an `again`.
    ///
    /// Where [`Self::has_open_bounds`], it is this one, which has other paths as well.
    pub fn of_calls(&self) -> &Flow {
        self.calls().flow()
    }

    /// [`Self::of_calls`] with what its nodes and transitions are copies of.
    pub fn calls(&self) -> CallFlow<'_> {
        CallFlow::new(self, self.unrolled.as_deref())
    }

    /// Whether calls can come back in more ways than are counted, so that [`Self::of_calls`] is without their bounds.
    pub fn has_open_bounds(&self) -> bool {
        self.unrolled.is_none() && self.transitions.rows().iter().any(Transition::is_bounded)
    }

    /// The node of this flow that a node of [`Self::of_calls`] is a copy of.
    pub fn source_node(&self, copy: NodeId) -> NodeId {
        self.unrolled.as_ref().map_or(copy, |unrolled| unrolled.node(copy))
    }

    /// The transition of this flow that a transition of [`Self::of_calls`] is a copy of.
    pub fn source_transition(&self, copy: TransitionId) -> TransitionId {
        self.unrolled.as_ref().map_or(copy, |unrolled| unrolled.transition(copy))
    }

    /// How often a call may take a transition, if it has a bound.
    pub fn bound(&self, transition: &Transition) -> Option<u32> {
        match transition.again? {
            AgainArm::Back(again) => Some(self.agains[again].most),
            AgainArm::Else(_) => None,
        }
    }
}
