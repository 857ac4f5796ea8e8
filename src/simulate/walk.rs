//! Follows one call through a flow by its events. Tests, `simulate --keys` and `--interactive` all use it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::{Event, Flow, NodeId, TransitionId};
use crate::table::Table;

/// A call, as far as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// The nodes that it passed, the entry first; the last is where it is. Empty without an entry.
    pub path: Vec<NodeId>,
    /// The transitions that it took, one between each two nodes.
    pub taken: Vec<TransitionId>,
    /// How many events were used: one for each transition that is not unconditional.
    pub used: usize,
    /// How it stands.
    pub stands: CallState,
}

/// How a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// Something has to happen.
    Waits,
    /// It ends here unless something happens.
    MayEnd,
    /// It has ended.
    Ended,
    /// Nothing leads on from a node that does not end the call.
    DeadEnd,
    /// It goes round a cycle in which nothing is asked.
    Cycle,
    /// The flow has no entry.
    NoEntry,
}

impl CallState {
    /// Whether something may still happen.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waits | Self::MayEnd)
    }
}

/// Why events do not fit a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StuckReason {
    /// The flow has no entry.
    NoEntry,
    /// No branch of the node takes the next event.
    NotTaken,
    /// The node branches, and no event is left.
    Unanswered,
    /// The call ends at the node, and events are left.
    LeftOver,
    /// Nothing leads on from a node that does not end the call.
    DeadEnd,
    /// The call goes round a cycle in which nothing is asked.
    Cycle,
}

impl Walk {
    /// The node where it is.
    pub fn last(&self) -> Option<NodeId> {
        self.path.last().copied()
    }

    /// Why it does not end with as many events as were given; `None` where it does.
    pub fn stuck(&self, given: usize) -> Option<StuckReason> {
        match (self.stands, self.used < given) {
            (CallState::Ended | CallState::MayEnd, false) => None,
            (CallState::Waits, false) => Some(StuckReason::Unanswered),
            (CallState::Waits | CallState::MayEnd, true) => Some(StuckReason::NotTaken),
            (CallState::Ended, true) => Some(StuckReason::LeftOver),
            (CallState::DeadEnd, _) => Some(StuckReason::DeadEnd),
            (CallState::Cycle, _) => Some(StuckReason::Cycle),
            (CallState::NoEntry, _) => Some(StuckReason::NoEntry),
        }
    }
}

/// Walks one flow, as many calls as one likes.
///
/// From the entry, unconditional transitions are followed. Wherever a node branches the next event
/// is taken: a key entry, an outcome, or what only the platform knows. A node that ends the call and
/// branches ends it where no event is left. Nothing is guessed: a key that no branch takes leaves
/// the call stuck, it is never `invalid`.
///
/// A walk takes no longer than its path: what a node's branches take is looked through once,
/// however many calls come to it.
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
    /// How a call goes on, of the nodes that some call came to.
    ways: Table<NodeId, Option<WayOn>>,
    /// The branch that takes a piece of a quoted condition, of the nodes that branch.
    branches: FxHashMap<(NodeId, &'f str), (TransitionId, NodeId)>,
}

/// How a call goes on at a node.
#[derive(Clone, Copy)]
enum WayOn {
    /// By this unconditional transition.
    Follow(TransitionId, NodeId),
    /// Not by itself.
    Stop(CallState),
}

impl<'f> Walker<'f> {
    /// A walker who made no call yet.
    pub fn new(flow: &'f Flow) -> Self {
        Self { flow, ways: Table::filled(None, flow.nodes.len()), branches: FxHashMap::default() }
    }

    /// Where these events lead, up to the first that nothing takes.
    pub fn walk<'e>(&mut self, events: impl IntoIterator<Item = &'e Event>) -> Walk {
        let mut walk = self.begin();
        for event in events {
            if !self.step(&mut walk, event) {
                break;
            }
        }
        walk
    }

    /// A call that has just been answered, led on to where something has to happen.
    pub fn begin(&mut self) -> Walk {
        let path: Vec<NodeId> = self.flow.entry.into_iter().collect();
        let mut walk = Walk { path, taken: Vec::new(), used: 0, stands: CallState::NoEntry };
        self.follow(&mut walk);
        walk
    }

    /// Lets something happen, and leads on to where something else has to. Whether a branch took it.
    pub fn step(&mut self, walk: &mut Walk, event: &Event) -> bool {
        let Some(node) = walk.last().filter(|_| walk.stands.is_open()) else { return false };
        let Some((transition, to)) = self.takes(node, event) else { return false };
        walk.used += 1;
        walk.taken.push(transition);
        walk.path.push(to);
        self.follow(walk);
        true
    }

    /// The branch of a node that takes an event, and where it goes. An event that joins several, as
    /// the quoted condition `"a|b"` does, is taken by the branch that takes them all.
    fn takes(&mut self, node: NodeId, event: &Event) -> Option<(TransitionId, NodeId)> {
        self.way_on(node);
        let mut taking = event.raw().split('|').map(|piece| self.branches.get(&(node, piece)).copied());
        let first = taking.next()??;
        taking.all(|other| other == Some(first)).then_some(first)
    }

    /// Follows unconditional transitions.
    fn follow(&mut self, walk: &mut Walk) {
        let Some(mut node) = walk.last() else { return };
        let begins = walk.path.len() - 1;
        // More in a row than there are nodes is a cycle.
        for _ in 0..=self.flow.nodes.len() {
            match self.way_on(node) {
                WayOn::Stop(stands) => {
                    walk.stands = stands;
                    return;
                }
                WayOn::Follow(transition, to) => {
                    walk.taken.push(transition);
                    walk.path.push(to);
                    node = to;
                }
            }
        }
        // Once round is enough.
        let mut passed = FxHashSet::default();
        let again = walk.path.iter().skip(begins).position(|&node| !passed.insert(node));
        if let Some(again) = again {
            walk.path.truncate(begins + again + 1);
            walk.taken.truncate(begins + again);
        }
        walk.stands = CallState::Cycle;
    }

    fn way_on(&mut self, node: NodeId) -> WayOn {
        if let Some(way) = self.ways[node] {
            return way;
        }
        let unconditional = self.flow.out_ids(node).find(|(_, one)| one.is_unconditional());
        let way = match (unconditional, self.flow.nodes[node].ends_call) {
            (Some((id, transition)), _) => {
                transition.to.map_or(WayOn::Stop(CallState::DeadEnd), |to| WayOn::Follow(id, to))
            }
            (None, ends) => {
                let branches = self.index(node);
                WayOn::Stop(match (branches, ends) {
                    (true, true) => CallState::MayEnd,
                    (true, false) => CallState::Waits,
                    (false, true) => CallState::Ended,
                    (false, false) => CallState::DeadEnd,
                })
            }
        };
        self.ways[node] = Some(way);
        way
    }

    /// Notes what a node's branches take. Whether it has any.
    fn index(&mut self, node: NodeId) -> bool {
        let flow = self.flow;
        for (id, transition) in flow.out_ids(node) {
            let Some(to) = transition.to else { continue };
            for alternative in flow.alternatives(transition) {
                let piece = flow.events[alternative.event].raw();
                self.branches.entry((node, piece)).or_insert((id, to));
            }
        }
        !flow.out(node).is_empty()
    }
}
