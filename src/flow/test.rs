//! Tests: calls, and where they must go.

use super::{Constant, Event, GivenDisposition, NodeId, VariableId};
use crate::source::Span;

/// `test "NAME" with NAME = VALUE, … on EVENT, … -> NODE… -> LAST = DISPOSITION`
#[derive(Debug, Clone)]
pub struct Test {
    /// The name, including an instance's prefix.
    pub name: Box<str>,
    /// Where it is written.
    pub span: Span,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// What is known at its beginning.
    pub with: Vec<(VariableId, Constant)>,
    /// Where the first of these values are written: those of `with`, before those of `at`.
    pub with_spans: Vec<Span>,
    /// The events of the call, in order.
    pub events: Vec<TestEvent>,
    /// The nodes that the call passes, ending with the last one.
    pub steps: Vec<Step>,
    /// The disposition that the call must have.
    pub reported: Option<GivenDisposition>,
}

/// Something that happens on a test's call.
#[derive(Debug, Clone)]
pub struct TestEvent {
    /// The event. A quoted condition may join several, such as `"a|b"`. Texts such as `"always"` and `""`, which
    /// are not events, are already reported.
    pub event: Event,
    /// Whether it is a quoted condition.
    pub raw: bool,
    /// Where it is written.
    pub span: Span,
}

/// A node that a test names.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The node. `None` if it does not exist, which is already reported.
    pub node: Option<NodeId>,
    /// Where it is written.
    pub span: Span,
}

/// What a test of the root file says of its call that nothing asks for.
#[derive(Debug, Clone, Copy)]
pub enum IdleGiven {
    /// The time of the call, where the flow has no hours.
    Time {
        /// The name of the test.
        test: Span,
        /// The time.
        at: Span,
    },
    /// A value.
    Value {
        /// Its name in the test.
        span: Span,
        /// Where it is declared.
        declared: Span,
    },
    /// The value of a variable that each call is given before anything asks for it.
    SetBefore {
        /// Its name in the test.
        span: Span,
        /// Where it is first set.
        set: Span,
    },
}
