//! One call through a flow: from the entry on, by what happens on the way.

use rustc_hash::FxHashMap;

use crate::flow::{EventId, Flow, NodeId, TestEvent, TransitionId};
use crate::table::Table;

/// A call, as far as it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The nodes that it came to, the entry first.
    pub nodes: Vec<NodeId>,
    /// The transitions that it took.
    pub transitions: Vec<TransitionId>,
    /// How it ended.
    pub ending: Ending,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// At an end, with everything used that was to happen.
    Ended,
    /// At an end that leads nowhere on, and this event was still to come.
    Over(usize),
    /// At a node that waits for something to happen, and nothing more does.
    Waiting,
    /// At a node with no branch that takes this event.
    NotTaken(usize),
    /// At a node that leads nowhere and is no end, or in a circle; without an entry it never began.
    Lost,
}

/// Makes calls through one flow.
pub struct Caller<'a> {
    flow: &'a Flow,
    /// Which transition takes an event: of the nodes that some call came to.
    taken: FxHashMap<(NodeId, EventId), TransitionId>,
    known: Table<NodeId, bool>,
}

impl<'a> Caller<'a> {
    /// A caller who made no call yet.
    pub fn new(flow: &'a Flow) -> Self {
        let known = Table::filled(false, flow.nodes.len());
        Self { flow, taken: FxHashMap::default(), known }
    }

    /// Unconditional transitions are followed; wherever a node branches, the next event is taken.
    /// An end that branches ends the call where nothing more happens.
    pub fn call(&mut self, events: &[TestEvent]) -> Call {
        let mut call = Call { nodes: Vec::new(), transitions: Vec::new(), ending: Ending::Lost };
        let mut next = self.flow.entry;
        let mut used = 0;
        // A call that comes to more nodes than there are goes round in a circle.
        while let Some(node) = next.filter(|_| call.nodes.len() < self.flow.nodes.len()) {
            call.nodes.push(node);
            let unconditional = self.flow.out_ids(node).find(|(_, transition)| transition.is_unconditional());
            let taken = match (unconditional, events.get(used)) {
                (Some((id, _)), _) => id,
                (None, event) => match self.branch(node, event, used) {
                    Ok(id) => {
                        used += 1;
                        id
                    }
                    Err(ending) => {
                        call.ending = ending;
                        break;
                    }
                },
            };
            call.transitions.push(taken);
            next = self.flow.transitions[taken].to;
        }
        call
    }

    fn branch(
        &mut self,
        node: NodeId,
        event: Option<&TestEvent>,
        number: usize,
    ) -> Result<TransitionId, Ending> {
        let ends = self.flow.nodes[node].ends_call;
        let leads_on = !self.flow.out(node).is_empty();
        match event {
            None if ends => Err(Ending::Ended),
            _ if !leads_on => Err(if ends { Ending::Over(number) } else { Ending::Lost }),
            None => Err(Ending::Waiting),
            Some(event) => self.taking(node, &event.events).ok_or(Ending::NotTaken(number)),
        }
    }

    /// The transition that takes all these events.
    fn taking(&mut self, node: NodeId, events: &[EventId]) -> Option<TransitionId> {
        if !std::mem::replace(&mut self.known[node], true) {
            for (id, transition) in self.flow.out_ids(node) {
                for alternative in self.flow.alternatives(transition) {
                    self.taken.entry((node, alternative.event)).or_insert(id);
                }
            }
        }
        let mut taking = events.iter().map(|&event| self.taken.get(&(node, event)).copied());
        let first = taking.next()??;
        taking.all(|other| other == Some(first)).then_some(first)
    }
}
