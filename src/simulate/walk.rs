//! Follows one call through a flow by its events. Tests, `simulate --keys` and `--interactive` all use it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::values::CallValues;
use crate::flow::{
    AgainArm, AgainId, Constant, DispositionId, Event, Flow, Kind, NodeId, Transition, TransitionId,
    VariableId,
};
use crate::table::{Id, Table};

/// A call so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// The nodes that it passed, the entry first; the last is the current one. Empty without an entry.
    pub path: Vec<NodeId>,
    /// The transitions that it took, one between each two nodes.
    pub taken: Vec<TransitionId>,
    /// For each of these, whether an event led to it.
    pub answered: Vec<bool>,
    /// How many events were used.
    pub used: usize,
    /// Its state.
    pub state: CallState,
    /// How often it took the transitions of each `again`.
    times: FxHashMap<AgainId, u32>,
    /// What is known on it.
    values: CallValues,
}

/// The state of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// It waits for an event.
    Waits,
    /// A `decide` depends on a variable or a contact field whose value is not given, or on the time of the call.
    Asks(VariableId),
    /// It ends here without another event.
    MayEnd,
    /// It goes on without another event.
    MayGoOn,
    /// It has ended.
    Ended,
    /// The node neither ends the call nor leads on.
    DeadEnd,
    /// It is in a cycle without any branch.
    Cycle,
    /// The flow has no entry.
    NoEntry,
}

impl CallState {
    /// Whether it can take another event.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waits | Self::MayEnd | Self::MayGoOn)
    }
}

/// Why events do not fit a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StuckReason {
    /// The flow has no entry.
    NoEntry,
    /// No branch of the node takes the next event.
    NotTaken,
    /// The node branches, but no event is left.
    Unanswered,
    /// A `decide` depends on a variable or a contact field whose value is not given.
    Asks(VariableId),
    /// The call ends at the node, but events are left.
    LeftOver,
    /// The node neither ends the call nor leads on.
    DeadEnd,
    /// The call is in a cycle without any branch.
    Cycle,
}

impl Walk {
    /// The current node.
    pub fn last(&self) -> Option<NodeId> {
        self.path.last().copied()
    }

    /// What it is reported as so far: the last disposition that it has passed.
    pub fn disposition(&self, flow: &Flow) -> Option<DispositionId> {
        flow.disposition_of_path(*self.path.first()?, self.taken.iter().copied())
    }

    /// What was given at its beginning.
    pub fn given(&self) -> &[(VariableId, Constant)] {
        self.values.given()
    }

    /// Takes a transition to a node, by an event or without one.
    fn take(&mut self, flow: &Flow, transition: TransitionId, to: NodeId, event: Option<&Event>) {
        if let Some(AgainArm::Back(again)) = flow.transitions[transition].again {
            *self.times.entry(again).or_default() += 1;
        }
        self.values.leave(flow, transition, event);
        self.taken.push(transition);
        self.answered.push(event.is_some());
        self.path.push(to);
        self.values.enter(flow, &flow.nodes[to]);
    }

    /// Goes back to where it had passed this many nodes.
    pub(super) fn truncate(&mut self, flow: &Flow, nodes: usize) {
        let kept = nodes.saturating_sub(1);
        for &transition in self.taken.get(kept..).unwrap_or_default() {
            if let Some(AgainArm::Back(again)) = flow.transitions[transition].again
                && let Some(times) = self.times.get_mut(&again)
            {
                *times -= 1;
            }
        }
        self.path.truncate(nodes);
        self.taken.truncate(kept);
        self.answered.truncate(kept);
    }

    /// Why it does not end properly with this many events; `None` if it does.
    pub fn stuck(&self, given: usize) -> Option<StuckReason> {
        match (self.state, self.used < given) {
            (CallState::Ended | CallState::MayEnd, false) => None,
            (CallState::Waits | CallState::MayGoOn, false) => Some(StuckReason::Unanswered),
            (CallState::Asks(variable), _) => Some(StuckReason::Asks(variable)),
            (CallState::Waits | CallState::MayEnd | CallState::MayGoOn, true) => Some(StuckReason::NotTaken),
            (CallState::Ended, true) => Some(StuckReason::LeftOver),
            (CallState::DeadEnd, _) => Some(StuckReason::DeadEnd),
            (CallState::Cycle, _) => Some(StuckReason::Cycle),
            (CallState::NoEntry, _) => Some(StuckReason::NoEntry),
        }
    }
}

/// Walks calls through one flow.
///
/// From the entry, a call follows unconditional transitions. At each node that branches, it takes the next
/// event: a key entry, an outcome, or an event of the platform. A node that ends the call and branches ends
/// it if no event is left. At a node with a transition for all other cases, an event that the node does not
/// have goes to the next node that takes it. Nothing is guessed: a key that no branch takes leaves the call stuck and does
/// not become `invalid`. Where a prompt takes digits, an entry is what is pressed there: `entered` if it has as many
/// digits as the prompt asks for, and else `invalid`.
///
/// A walk's time is proportional to its path: the branches of a node are indexed once, however many calls
/// come to it.
///
/// A transition with a bound is taken as often as that allows, and then its `else`. A `decide` takes the first branch
/// that is so, which is no event.
///
/// ```
/// use cxflowc::simulate::{Events, Walker, StuckReason};
///
/// let text = r#"flow "Two ways"
/// entry menu
/// collect menu "Press 1 for sales" { on 1 -> sales; on timeout | invalid -> bye }
/// agent sales "q" { on busy -> bye }
/// disconnect bye
/// "#;
/// let flow = cxflowc::compile("two.cxflow", text).flow;
/// let mut walker = Walker::new(&flow);
/// let mut walk = |text: &str| walker.walk(&text.parse::<Events>().unwrap().0);
///
/// let call = walk("1, busy");
/// assert_eq!((flow.path(&call.path).as_str(), call.stuck(2)), ("menu -> sales -> bye", None));
/// assert_eq!(flow.path(&walk("1").path), "menu -> sales");
/// assert_eq!(walk("3").stuck(1), Some(StuckReason::NotTaken));
/// ```
pub struct Walker<'f> {
    flow: &'f Flow,
    /// How a call continues at each node that some call came to.
    continuations: Table<NodeId, Option<Continuation>>,
    /// The branch that takes a part of a quoted condition, for the nodes that branch.
    branches: FxHashMap<(NodeId, &'f str), (TransitionId, NodeId)>,
}

/// How a call continues at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuation {
    /// It follows this unconditional transition.
    Follow(TransitionId, NodeId),
    /// It follows the first transition whose comparison is so.
    Decide,
    /// It does not continue by itself.
    Stop(CallState),
}

impl<'f> Walker<'f> {
    /// A walker without any call.
    pub fn new(flow: &'f Flow) -> Self {
        Self { flow, continuations: Table::filled(None, flow.nodes.len()), branches: FxHashMap::default() }
    }

    /// The call with these events, up to the first that nothing takes.
    pub fn walk<'e>(&mut self, events: impl IntoIterator<Item = &'e Event>) -> Walk {
        self.walk_with(&[], events)
    }

    /// The same on a call on which these values are known from the beginning.
    pub fn walk_with<'e>(
        &mut self,
        given: &[(VariableId, Constant)],
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Walk {
        let mut walk = self.begin_with(given);
        for event in events {
            if !self.step(&mut walk, event) {
                break;
            }
        }
        while walk.state == CallState::MayGoOn {
            self.go_on(&mut walk);
        }
        walk
    }

    /// A call that has just been answered, advanced to where it needs an event.
    pub fn begin(&mut self) -> Walk {
        self.begin_with(&[])
    }

    /// The same with values that are known from the beginning.
    pub fn begin_with(&mut self, given: &[(VariableId, Constant)]) -> Walk {
        let path: Vec<NodeId> = self.flow.entry.into_iter().collect();
        let mut walk = Walk {
            path,
            taken: Vec::new(),
            answered: Vec::new(),
            used: 0,
            state: CallState::NoEntry,
            times: FxHashMap::default(),
            values: CallValues::new(given),
        };
        if let Some(entry) = self.flow.entry {
            walk.values.enter(self.flow, &self.flow.nodes[entry]);
        }
        self.follow(&mut walk);
        walk
    }

    /// Gives an event to a call, and advances it to where it needs the next. Returns whether a branch took
    /// it.
    pub fn step(&mut self, walk: &mut Walk, event: &Event) -> bool {
        let before = (walk.state == CallState::MayGoOn).then(|| walk.clone());
        while let Some(node) = walk.last().filter(|_| walk.state.is_open()) {
            if let Some(way) = self.branch_for(node, event) {
                let Some((transition, to)) = self.bounded(walk, way) else { break };
                walk.used += 1;
                walk.take(self.flow, transition, to, Some(event));
                self.follow(walk);
                return true;
            }
            if walk.state != CallState::MayGoOn {
                break;
            }
            self.go_on(walk);
        }
        if let Some(before) = before {
            *walk = before;
        }
        false
    }

    /// Leads a call on that needs no event to go on. Returns whether it did.
    pub fn go_on(&mut self, walk: &mut Walk) -> bool {
        let node = walk.last().filter(|_| walk.state == CallState::MayGoOn);
        let Some((transition, to)) = node.and_then(|node| self.flow.unless_something_happens(node)) else {
            return false;
        };
        let way = to.to.and_then(|to| self.bounded(walk, (transition, to)));
        let Some((transition, to)) = way else {
            walk.state = CallState::DeadEnd;
            return false;
        };
        walk.take(self.flow, transition, to, None);
        self.follow(walk);
        // More nodes without an event than the flow has are a cycle, if no transition between them has a bound.
        let ways = walk.answered.iter().zip(&walk.taken).rev();
        let is_free = |(answered, taken): &(&bool, &TransitionId)| {
            !**answered && !self.flow.transitions[**taken].is_bounded()
        };
        let since = ways.take_while(is_free).count();
        if since > self.flow.nodes.len() {
            walk.state = CallState::Cycle;
        }
        true
    }

    /// The branch of a node that takes an event, and its target. An event that joins several, as the quoted
    /// condition `"a|b"` does, is taken by the branch that takes all of them.
    fn branch_for(&mut self, node: NodeId, event: &Event) -> Option<(TransitionId, NodeId)> {
        self.continuation(node);
        if let Some(entry) = self.flow.nodes[node].entry(event) {
            return self.branches.get(&(node, entry.outcome().word())).copied();
        }
        let mut taking = event.raw().split('|').map(|piece| self.branches.get(&(node, piece)).copied());
        let first = taking.next()??;
        taking.all(|other| other == Some(first)).then_some(first)
    }

    /// The way that a call takes in place of one that has a bound, once it has taken that often enough.
    fn bounded(
        &self,
        walk: &Walk,
        (transition, to): (TransitionId, NodeId),
    ) -> Option<(TransitionId, NodeId)> {
        let Some(AgainArm::Back(again)) = self.flow.transitions[transition].again else {
            return Some((transition, to));
        };
        let taken = walk.times.get(&again).copied().unwrap_or_default();
        if taken < self.flow.agains[again].most {
            return Some((transition, to));
        }
        // The `else` follows it.
        let otherwise = TransitionId::from_index(transition.index() + 1);
        Some((otherwise, self.flow.transitions.find(otherwise)?.to?))
    }

    /// Follows unconditional transitions.
    fn follow(&mut self, walk: &mut Walk) {
        let Some(mut node) = walk.last() else { return };
        let mut begins = walk.path.len() - 1;
        // A sequence longer than the number of nodes is a cycle, if no transition in it has a bound.
        while walk.path.len() - begins <= self.flow.nodes.len() + 1 {
            let way = match self.continuation(node) {
                Continuation::Follow(transition, to) => Ok((transition, to)),
                Continuation::Decide => self.decide(walk, node),
                Continuation::Stop(state) => Err(state),
            };
            match way {
                Err(state) => {
                    walk.state = state;
                    return;
                }
                Ok((transition, to)) => {
                    let Some((transition, to)) = self.bounded(walk, (transition, to)) else {
                        walk.state = CallState::DeadEnd;
                        return;
                    };
                    walk.take(self.flow, transition, to, None);
                    if self.flow.transitions[transition].is_bounded() {
                        begins = walk.path.len() - 1;
                    }
                    node = to;
                }
            }
        }
        // Keeps only one round of the cycle.
        let mut passed = FxHashSet::default();
        let again = walk.path.iter().skip(begins).position(|&node| !passed.insert(node));
        if let Some(again) = again {
            walk.truncate(self.flow, begins + again + 1);
        }
        walk.state = CallState::Cycle;
    }

    /// The first way out of a `decide` whose comparison is so, or its `else`.
    fn decide(&self, walk: &Walk, node: NodeId) -> Result<(TransitionId, NodeId), CallState> {
        for (id, transition) in self.flow.out_ids(node).filter(|(_, transition)| !transition.is_else()) {
            let is_so = match self.flow.comparison(transition) {
                Some((_, compared)) => walk.values.decide(self.flow, compared).map_err(CallState::Asks)?,
                None => transition.is_unconditional(),
            };
            if is_so {
                return transition.to.map(|to| (id, to)).ok_or(CallState::DeadEnd);
            }
        }
        Err(CallState::DeadEnd)
    }

    /// How a call continues at a node.
    pub fn continuation(&mut self, node: NodeId) -> Continuation {
        if let Some(known) = self.continuations[node] {
            return known;
        }
        let is_decide = self.flow.nodes[node].is(Kind::Decide)
            && self.flow.out(node).iter().any(|transition| self.flow.comparison(transition).is_some());
        if is_decide {
            self.continuations[node] = Some(Continuation::Decide);
            return Continuation::Decide;
        }
        let ends = self.flow.nodes[node].ends_call;
        let others = self.flow.unless_something_happens(node);
        let unconditional = self.flow.out_ids(node).find(|(_, transition)| transition.is_unconditional());
        let continuation = match (unconditional.filter(|_| others.is_none()), ends) {
            (Some((id, transition)), _) => transition
                .to
                .map_or(Continuation::Stop(CallState::DeadEnd), |to| Continuation::Follow(id, to)),
            (None, ends) => {
                let branches = self.index(node);
                if let Some((id, Transition { to: Some(to), .. })) = others {
                    self.index_others(node, id, *to);
                }
                Continuation::Stop(match (branches, ends) {
                    (true, false) if others.is_some() => CallState::MayGoOn,
                    (true, true) => CallState::MayEnd,
                    (true, false) => CallState::Waits,
                    (false, true) => CallState::Ended,
                    (false, false) => CallState::DeadEnd,
                })
            }
        };
        self.continuations[node] = Some(continuation);
        continuation
    }

    /// Indexes the outcomes of a node that no other branch takes.
    fn index_others(&mut self, node: NodeId, id: TransitionId, to: NodeId) {
        for outcome in self.flow.outcomes_of(node) {
            self.branches.entry((node, outcome)).or_insert((id, to));
        }
    }

    /// Indexes the events that a node's branches take. Returns whether there are branches.
    fn index(&mut self, node: NodeId) -> bool {
        let flow = self.flow;
        for (id, transition) in flow.out_ids(node).filter(|(_, transition)| !transition.is_else()) {
            let Some(to) = transition.to else { continue };
            for alternative in flow.alternatives(transition) {
                let piece = flow.events[alternative.event].raw();
                self.branches.entry((node, piece)).or_insert((id, to));
            }
        }
        !flow.out(node).is_empty()
    }
}
