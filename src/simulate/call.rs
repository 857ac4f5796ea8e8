//! A call in progress, with input from the person at the keyboard.

use super::walk::{CallState, Walk, Walker};
use crate::flow::{Constant, Directive, Event, EventKind, Flow, Kind, Node, NodeId, Outcome, VariableId};

/// A call in progress. Each [input](Self::give) may move it on, and can be [taken back](Self::back).
pub struct Call<'f> {
    flow: &'f Flow,
    walker: Walker<'f>,
    walk: Walk,
    /// The current node.
    here: NodeId,
    /// The events that branches took.
    events: Vec<Event>,
    /// The values that were given.
    given: Vec<(VariableId, Constant)>,
    /// How many attempts at the prompt have failed.
    failed: u32,
    /// The state before each input that changed something.
    before: Vec<CallMark>,
}

#[derive(Clone, Copy)]
struct CallMark {
    used: usize,
    given: usize,
    failed: u32,
    state: CallState,
}

/// Input from the person at the keyboard.
#[derive(Debug, Clone)]
pub enum CallInput {
    /// No key.
    Silence,
    /// A key, an outcome, or an event of the platform.
    Event(Event),
    /// The value of what the call asks for.
    Value(Constant),
}

/// How the flow reacted to input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// A branch took the input.
    Moved,
    /// The input was silence or a wrong key: the prompt plays again.
    Again {
        /// How it failed.
        outcome: Outcome,
        /// The attempt that begins now, counted from 1.
        attempt: u64,
        /// How many attempts there are.
        of: u64,
    },
    /// The input was silence or a wrong key at the last attempt: the branch for that was taken.
    LastFailed {
        /// How it failed.
        outcome: Outcome,
        /// How many attempts there were.
        of: u64,
    },
    /// There was no input, and the call ended.
    Ended,
    /// Nothing here takes the input.
    NotTaken,
}

impl<'f> Call<'f> {
    /// A call that has just been answered, advanced to where it needs input; `None` if the flow has no
    /// entry.
    pub fn new(flow: &'f Flow) -> Option<Self> {
        Self::with(flow, &[])
    }

    /// The same with values that are known from the beginning.
    pub fn with(flow: &'f Flow, given: &[(VariableId, Constant)]) -> Option<Self> {
        let mut walker = Walker::new(flow);
        let walk = walker.begin_with(given);
        let here = walk.last()?;
        let (events, given) = (Vec::new(), given.to_vec());
        Some(Self { flow, walker, walk, here, events, given, failed: 0, before: Vec::new() })
    }

    /// Its path so far.
    pub fn walk(&self) -> &Walk {
        &self.walk
    }

    /// The events that branches took.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The current node.
    pub fn here(&self) -> NodeId {
        self.here
    }

    /// Its state.
    pub fn state(&self) -> CallState {
        self.walk.state
    }

    /// Whether silence and wrong keys count as attempts at the current node.
    pub fn collects(&self) -> bool {
        collects(&self.flow.nodes[self.here])
    }

    /// How often the prompt plays at the current node.
    pub fn attempts(&self) -> u64 {
        attempts(&self.flow.nodes[self.here])
    }

    /// Gives input to the call.
    pub fn give(&mut self, given: &CallInput) -> Reaction {
        match given {
            CallInput::Value(value) => self.answer(value),
            _ if !self.walk.state.is_open() => Reaction::NotTaken,
            CallInput::Silence if self.walk.state == CallState::MayEnd => {
                self.before.push(self.mark());
                self.walk.state = CallState::Ended;
                Reaction::Ended
            }
            CallInput::Silence if self.walk.state == CallState::MayGoOn => self.go_on(),
            // A wrong entry is an attempt, and `invalid` comes after the last one.
            CallInput::Event(event) if self.is_wrong_entry(event) => self.fail(Outcome::Invalid),
            CallInput::Event(event) if self.take_branch(event) => Reaction::Moved,
            CallInput::Silence if self.collects() => self.fail(Outcome::Timeout),
            CallInput::Event(event) if self.collects() && event.kind() == EventKind::Key => {
                self.fail(Outcome::Invalid)
            }
            _ => Reaction::NotTaken,
        }
    }

    /// Takes back the last input that changed something. Returns whether there was one.
    pub fn back(&mut self) -> bool {
        let Some(mark) = self.before.pop() else { return false };
        self.events.truncate(mark.used);
        self.given.truncate(mark.given);
        self.walk_again();
        self.walk.state = mark.state;
        self.failed = mark.failed;
        true
    }

    /// Leads the call on without an event.
    fn go_on(&mut self) -> Reaction {
        let mark = self.mark();
        if !self.walker.go_on(&mut self.walk) {
            return Reaction::NotTaken;
        }
        self.before.push(mark);
        self.here = self.walk.last().unwrap_or(self.here);
        self.failed = 0;
        Reaction::Moved
    }

    /// Takes the value of what the call asks for.
    fn answer(&mut self, value: &Constant) -> Reaction {
        let CallState::Asks(variable) = self.walk.state else { return Reaction::NotTaken };
        let mark = self.mark();
        match (self.flow.hours_of(variable), value) {
            (None, _) => self.given.push((variable, value.clone())),
            (Some(_), Constant::Text(time)) => {
                let Ok(at) = time.parse() else { return Reaction::NotTaken };
                self.given.extend(self.flow.known_at(at));
            }
            (Some(_), Constant::Number(_)) => return Reaction::NotTaken,
        }
        self.before.push(mark);
        self.walk_again();
        Reaction::Moved
    }

    /// Walks the call from its beginning, since a value counts from there.
    fn walk_again(&mut self) {
        self.walk = self.walker.walk_with(&self.given, &self.events);
        self.here = self.walk.last().unwrap_or(self.here);
    }

    fn is_wrong_entry(&self, event: &Event) -> bool {
        let entry = self.flow.nodes[self.here].entry(event);
        entry.is_some_and(|entry| entry.outcome() == Outcome::Invalid)
    }

    fn fail(&mut self, outcome: Outcome) -> Reaction {
        let of = self.attempts();
        let failed = u64::from(self.failed) + 1;
        if failed < of {
            self.before.push(self.mark());
            self.failed += 1;
            return Reaction::Again { outcome, attempt: failed + 1, of };
        }
        match self.take_branch(&crate::condition::outcome(outcome)) {
            true => Reaction::LastFailed { outcome, of },
            false => Reaction::NotTaken,
        }
    }

    fn take_branch(&mut self, event: &Event) -> bool {
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
        let Walk { used, state, .. } = &self.walk;
        CallMark { used: *used, given: self.given.len(), failed: self.failed, state: *state }
    }
}

/// Whether silence and wrong keys count as attempts at a node.
pub fn collects(node: &Node) -> bool {
    node.is(Kind::Collect) || node.actions.iter().any(|action| action.directive == Directive::Collect)
}

/// How often the prompt of a node plays.
pub fn attempts(node: &Node) -> u64 {
    let retries = node.actions.iter().filter_map(|action| action.retries);
    u64::from(retries.filter_map(|retries| retries.count).next_back().unwrap_or(0)) + 1
}
