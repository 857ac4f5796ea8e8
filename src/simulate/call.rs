//! A call under way: what the person at the keyboard does, and what the flow makes of it.

use super::walk::{WayOn, way_on};
use super::{Taken, takes};
use crate::flow::{Directive, Event, EventKind, Flow, Kind, Node, NodeId, Outcome};

/// A call under way. Each thing that is [given](Self::give) moves it on or not, and can be
/// [taken back](Self::back).
pub struct Call<'f> {
    flow: &'f Flow,
    /// The nodes that it passed.
    path: Vec<NodeId>,
    /// The last of them.
    here: NodeId,
    taken: Vec<Taken>,
    events: Vec<Event>,
    /// How many attempts at the prompt have failed.
    failed: u32,
    stands: Stands,
    /// How it was before each thing that was given and changed something.
    before: Vec<Mark>,
}

#[derive(Clone, Copy)]
struct Mark {
    path: usize,
    events: usize,
    failed: u32,
    stands: Stands,
}

/// How a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Something has to happen.
    Waits,
    /// It ends here unless something happens.
    MayEnd,
    /// It has ended.
    Ended,
    /// Nothing leads on.
    Nowhere,
}

/// What the person at the keyboard gives.
#[derive(Debug, Clone)]
pub enum Given {
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
        let entry = flow.entry?;
        let mut call = Self {
            flow,
            path: vec![entry],
            here: entry,
            taken: Vec::new(),
            events: Vec::new(),
            failed: 0,
            stands: Stands::Waits,
            before: Vec::new(),
        };
        call.follow();
        Some(call)
    }

    /// The nodes that it passed so far; the last is where it is.
    pub fn path(&self) -> &[NodeId] {
        &self.path
    }

    /// The transitions that it took.
    pub fn taken(&self) -> &[Taken] {
        &self.taken
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
    pub fn stands(&self) -> Stands {
        self.stands
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
    pub fn give(&mut self, given: &Given) -> Reaction {
        match (self.stands, given) {
            (Stands::Ended | Stands::Nowhere, _) => Reaction::NotTaken,
            (Stands::MayEnd, Given::Silence) => {
                self.mark();
                self.stands = Stands::Ended;
                Reaction::Ended
            }
            (Stands::Waits | Stands::MayEnd, Given::Event(event)) if self.take(event) => Reaction::Moved,
            (_, Given::Silence) if self.collects() => self.fail(Outcome::Timeout),
            (_, Given::Event(event)) if self.collects() && event.kind == EventKind::Key => {
                self.fail(Outcome::Invalid)
            }
            _ => Reaction::NotTaken,
        }
    }

    /// Takes back the last thing that was given and changed something. Whether there was one.
    pub fn back(&mut self) -> bool {
        let Some(mark) = self.before.pop() else { return false };
        self.path.truncate(mark.path);
        self.taken.truncate(mark.path.saturating_sub(1));
        self.events.truncate(mark.events);
        self.failed = mark.failed;
        self.stands = mark.stands;
        self.here = self.path.last().copied().unwrap_or(self.here);
        true
    }

    fn fail(&mut self, outcome: Outcome) -> Reaction {
        let of = self.attempts();
        let failed = u64::from(self.failed) + 1;
        if failed < of {
            self.mark();
            self.failed += 1;
            return Reaction::Again { outcome, attempt: failed + 1, of };
        }
        match self.take(&Event::outcome(outcome)) {
            true => Reaction::LastFailed { outcome, of },
            false => Reaction::NotTaken,
        }
    }

    fn take(&mut self, event: &Event) -> bool {
        let Some((transition, to)) = takes(self.flow, self.here, event) else { return false };
        self.mark();
        self.taken.push(Taken { transition, event: Some(self.events.len()) });
        self.events.push(event.clone());
        self.enter(to);
        self.follow();
        true
    }

    fn enter(&mut self, node: NodeId) {
        self.path.push(node);
        self.here = node;
        self.failed = 0;
    }

    /// Follows unconditional transitions to where something has to happen, or to the end.
    fn follow(&mut self) {
        // More than there are nodes is a circle, which leads nowhere.
        for _ in 0..=self.flow.nodes.len() {
            self.stands = match way_on(self.flow, self.here) {
                WayOn::Follow(transition, to) => {
                    self.taken.push(Taken { transition, event: None });
                    self.enter(to);
                    continue;
                }
                WayOn::Branches if self.flow.nodes[self.here].ends_call => Stands::MayEnd,
                WayOn::Branches => Stands::Waits,
                WayOn::End => Stands::Ended,
                WayOn::Nowhere => Stands::Nowhere,
            };
            return;
        }
        self.stands = Stands::Nowhere;
    }

    fn mark(&mut self) {
        let Self { failed, stands, .. } = *self;
        self.before.push(Mark { path: self.path.len(), events: self.events.len(), failed, stands });
    }
}

fn collects(node: &Node) -> bool {
    node.is(Kind::Collect) || node.actions.iter().any(|action| action.directive == Directive::Collect)
}

fn retries(node: &Node) -> u32 {
    let retries = node.actions.iter().filter_map(|action| action.retries);
    retries.filter_map(|retries| retries.count).next_back().unwrap_or(0)
}
