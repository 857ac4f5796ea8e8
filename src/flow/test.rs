//! Tests: calls, and where they must go.

use super::{Event, NodeId};
use crate::source::Span;

/// `test "NAME" on EVENT, … -> NODE… -> LAST`
#[derive(Debug, Clone)]
pub struct Test {
    /// The name, an instance's prefix included.
    pub name: Box<str>,
    /// Where it is written.
    pub span: Span,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// What happens on the call, in order.
    pub events: Vec<TestEvent>,
    /// The nodes that the call passes, and last the one where it ends.
    pub steps: Vec<Step>,
}

/// Something that happens on a test's call.
#[derive(Debug, Clone)]
pub struct TestEvent {
    /// The event. A quoted condition may join several, as `"a|b"` does; what is none, as `"always"`
    /// and `""` are, has its own finding.
    pub event: Event,
    /// Whether it is a quoted condition.
    pub raw: bool,
    /// Where it is written.
    pub span: Span,
}

/// A node that a test names.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The node; `None` where there is no such node, which has its own finding.
    pub node: Option<NodeId>,
    /// Where it is written.
    pub span: Span,
}
