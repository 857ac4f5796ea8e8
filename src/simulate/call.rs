//! A call in progress: what the person at the keyboard does, and how the flow reacts.

use super::walk::{CallState, Walk, Walker};
use crate::flow::{Directive, Event, EventKind, Flow, Kind, Node, NodeId, Outcome};

/// A call under way. Each thing that is [given](Self::give) moves it on or not, and can be
/// [taken back](Self::back).
pub struct Call<'f> {
    flow: &'f Flow,
    walker: Walker<'f>,
    walk: Walk,
    /// Where it is.
    here: NodeId,
    /// The events that branches took.
    events: Vec<Event>,
    /// How many attempts at the prompt have failed.
    failed: u32,
    /// How it was before each thing that was given and changed something.
    before: Vec<CallMark>,
}

#[derive(Clone, Copy)]
struct CallMark {
    path: usize,
    used: usize,
    failed: u32,
    stands: CallState,
}

/// What the person at the keyboard gives.
#[derive(Debug, Clone)]
pub enum CallInput {
    /// No key.
    Silence,
    /// A key, an outcome, or what only the platform knows.
    Event(Event),
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// A branch took it.
    Moved,
    /// It was silence or a wrong key: the prompt plays again.
    Again {
        /// How it failed.
        outcome: Outcome,
        /// Which attempt begins, counted from 1.
        attempt: u64,
        /// How many there are.
        of: u64,
    },
    /// It was silence or a wrong key, and the last attempt: the branch for it was taken.
    LastFailed {
        /// How it failed.
        outcome: Outcome,
        /// How many attempts there were.
        of: u64,
    },
    /// Nothing happened, and the call ended.
    Ended,
    /// Nothing here takes it.
    NotTaken,
}

impl<'f> Call<'f> {
    /// A call that has just been answered, led on to where something has to happen; `None` where the
    /// flow has no entry.
    pub fn new(flow: &'f Flow) -> Option<Self> {
        let mut walker = Walker::new(flow);
        let walk = walker.begin();
        let here = walk.last()?;
        Some(Self { flow, walker, walk, here, events: Vec::new(), failed: 0, before: Vec::new() })
    }

    /// How it went so far.
    pub fn walk(&self) -> &Walk {
        &self.walk
    }

    /// The events that branches took.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Where it is.
    pub fn here(&self) -> NodeId {
        self.here
    }

    /// How it stands.
    pub fn state(&self) -> CallState {
        self.walk.stands
    }

    /// Whether silence and wrong keys count as attempts where it is.
    pub fn collects(&self) -> bool {
        collects(&self.flow.nodes[self.here])
    }

    /// How often the prompt plays where it is.
    pub fn attempts(&self) -> u64 {
        u64::from(retries(&self.flow.nodes[self.here])) + 1
    }

    /// Lets something happen.
    pub fn give(&mut self, given: &CallInput) -> Reaction {
        match given {
            _ if !self.walk.stands.is_open() => Reaction::NotTaken,
            CallInput::Silence if self.walk.stands == CallState::MayEnd => {
                self.before.push(self.mark());
                self.walk.stands = CallState::Ended;
                Reaction::Ended
            }
            CallInput::Event(event) if self.take(event) => Reaction::Moved,
            CallInput::Silence if self.collects() => self.fail(Outcome::Timeout),
            CallInput::Event(event) if self.collects() && event.kind() == EventKind::Key => {
                self.fail(Outcome::Invalid)
            }
            _ => Reaction::NotTaken,
        }
    }

    /// Takes back the last thing that was given and changed something. Whether there was one.
    pub fn back(&mut self) -> bool {
        let Some(mark) = self.before.pop() else { return false };
        self.walk.path.truncate(mark.path);
        self.walk.taken.truncate(mark.path.saturating_sub(1));
        self.walk.used = mark.used;
        self.walk.stands = mark.stands;
        self.events.truncate(mark.used);
        self.failed = mark.failed;
        self.here = self.walk.last().unwrap_or(self.here);
        true
    }

    fn fail(&mut self, outcome: Outcome) -> Reaction {
        let of = self.attempts();
        let failed = u64::from(self.failed) + 1;
        if failed < of {
            self.before.push(self.mark());
            self.failed += 1;
            return Reaction::Again { outcome, attempt: failed + 1, of };
        }
        match self.take(&crate::condition::outcome(outcome)) {
            true => Reaction::LastFailed { outcome, of },
            false => Reaction::NotTaken,
        }
    }

    fn take(&mut self, event: &Event) -> bool {
        let mark = self.mark();
        if !self.walker.step(&mut self.walk, event) {
            return false;
        }
        self.before.push(mark);
        self.events.push(event.clone());
        self.here = self.walk.last().unwrap_or(self.here);
        self.failed = 0;
        true
    }

    fn mark(&self) -> CallMark {
        let Walk { path, used, stands, .. } = &self.walk;
        CallMark { path: path.len(), used: *used, failed: self.failed, stands: *stands }
    }
}

fn collects(node: &Node) -> bool {
    node.is(Kind::Collect) || node.actions.iter().any(|action| action.directive == Directive::Collect)
}

fn retries(node: &Node) -> u32 {
    let retries = node.actions.iter().filter_map(|action| action.retries);
    retries.filter_map(|retries| retries.count).next_back().unwrap_or(0)
}
