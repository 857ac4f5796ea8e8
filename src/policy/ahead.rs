//! What lies ahead of a point: how far it is to something, avoiding something else.
//!
//! One search backwards over the whole flow answers that for every point, in time linear in steps
//! and transitions.

use std::collections::VecDeque;

use super::Path;
use super::path_graph::{NEVER, PathGraph};
use super::selection::{Occurrence, OccurrenceRange, Selection};
use crate::flow::{EventKind, NodeId, Transition, TransitionId};
use crate::table::Table;

/// What is looked for.
pub enum Goal<'a> {
    /// That something picked begins.
    Begins(&'a Selection),
    /// That the call ends, nothing of this having begun.
    EndWithout(&'a Selection),
}

/// What a transition costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// One each.
    Transitions,
    /// One where the called party enters a key, none where it is unconditional; others are not the
    /// called party's to take.
    Keys,
}

/// How far ahead of each point the goal is.
pub struct DistanceMap<'a> {
    graph: &'a PathGraph<'a>,
    goal: Goal<'a>,
    price: Cost,
    /// From the beginning of each node.
    from_begin: Table<NodeId, u32>,
}

/// What some steps do to a way.
enum StepsEffect {
    Goal,
    Blocked,
    On,
}

impl<'a> DistanceMap<'a> {
    /// Searches backwards from every goal: 0-1 breadth first.
    pub fn new(graph: &'a PathGraph<'a>, goal: Goal<'a>, price: Cost) -> Self {
        let from_begin = Table::filled(NEVER, graph.flow.nodes.len());
        let mut ahead = Self { graph, goal, price, from_begin };
        let mut queue = VecDeque::new();
        for node in graph.flow.nodes.ids() {
            let at = match ahead.through(graph.steps_of(node)) {
                StepsEffect::Blocked => continue,
                StepsEffect::Goal => Some(0),
                StepsEffect::On if ahead.ends_at(node) => Some(0),
                // One of its transitions may be the goal itself.
                StepsEffect::On => {
                    let goals =
                        graph.flow.out_ids(node).filter(|&(id, one)| one.to.is_some() && ahead.is_goal(id));
                    goals.filter_map(|(_, one)| ahead.price_of(one)).min()
                }
            };
            if let Some(at) = at {
                ahead.from_begin[node] = at;
                if at == 0 { queue.push_front(node) } else { queue.push_back(node) }
            }
        }
        let mut done = Table::filled(false, graph.flow.nodes.len());
        while let Some(node) = queue.pop_front() {
            if std::mem::replace(&mut done[node], true) {
                continue;
            }
            for (id, transition) in graph.into(node) {
                let from = transition.from;
                let Some(price) = ahead.price_of(transition).filter(|_| !done[from] && !ahead.is_blocked(id))
                else {
                    continue;
                };
                let at = ahead.from_begin[node] + price;
                if at < ahead.from_begin[from]
                    && matches!(ahead.through(graph.steps_of(from)), StepsEffect::On)
                {
                    ahead.from_begin[from] = at;
                    if price == 0 { queue.push_front(from) } else { queue.push_back(from) }
                }
            }
        }
        ahead
    }

    fn through(&self, steps: std::ops::Range<usize>) -> StepsEffect {
        match self.goal {
            Goal::Begins(goal) if goal.first_in(steps.clone()).is_some() => StepsEffect::Goal,
            Goal::EndWithout(avoided) if avoided.first_in(steps.clone()).is_some() => StepsEffect::Blocked,
            _ => StepsEffect::On,
        }
    }

    fn ends_at(&self, node: NodeId) -> bool {
        matches!(self.goal, Goal::EndWithout(_)) && self.graph.ends(node)
    }

    /// Whether the goal begins with a transition, for an alternative that can be chosen at this price.
    fn is_goal(&self, transition: TransitionId) -> bool {
        let Goal::Begins(goal) = self.goal else { return false };
        if !goal.takes(transition) {
            return false;
        }
        let flow = self.graph.flow;
        let row = &flow.transitions[transition];
        self.price == Cost::Transitions
            || row.alternatives().zip(flow.alternatives(row)).any(|(number, one)| {
                goal.takes_alternative(number) && flow.events[one.event].kind() == EventKind::Key
            })
    }

    /// Whether what is avoided begins with a transition, whichever alternative it is taken for.
    fn is_blocked(&self, transition: TransitionId) -> bool {
        matches!(self.goal, Goal::EndWithout(avoided) if avoided.always_picks(transition))
    }

    /// Whether every alternative for which something is picked is the goal itself.
    fn is_goal_wherever(&self, transition: TransitionId, picked: &Selection) -> bool {
        let Goal::Begins(goal) = self.goal else { return false };
        let mut alternatives = self.graph.flow.transitions[transition].alternatives();
        alternatives.all(|number| goal.takes_alternative(number) || !picked.takes_alternative(number))
    }

    fn price_of(&self, transition: &Transition) -> Option<u32> {
        let flow = self.graph.flow;
        match self.price {
            Cost::Transitions => Some(1),
            Cost::Keys if transition.is_unconditional() => Some(0),
            Cost::Keys => {
                let is_key = |event| flow.events[event].kind() == EventKind::Key;
                flow.alternatives(transition).iter().any(|one| is_key(one.event)).then_some(1)
            }
        }
    }

    /// From a step of a node on, or from the node's end where there is no such step.
    fn ahead_of_step(&self, node: NodeId, step: usize) -> u32 {
        let steps = self.graph.steps_of(node);
        if step <= steps.start {
            return self.from_begin[node];
        }
        match self.through(step..steps.end) {
            StepsEffect::Goal => 0,
            StepsEffect::Blocked => NEVER,
            StepsEffect::On if self.ends_at(node) => 0,
            StepsEffect::On => self.best_out(node).map_or(NEVER, |(_, at)| at),
        }
    }

    /// The transition to leave a node by, and how far it is by that.
    fn best_out(&self, node: NodeId) -> Option<(TransitionId, u32)> {
        let out = self.graph.flow.out_ids(node);
        let ways = out.filter_map(|(id, transition)| {
            let to = transition.to?;
            let beyond = match () {
                () if self.is_goal(id) => 0,
                () if self.is_blocked(id) => NEVER,
                () => self.from_begin[to],
            };
            let price = self.price_of(transition)?;
            (beyond != NEVER).then(|| (id, beyond + price))
        });
        ways.min_by_key(|&(_, at)| at)
    }

    /// How far it is from the beginning of something that is picked.
    pub fn ahead_of_begin(&self, one: Occurrence, picked: &Selection) -> u32 {
        match one.extent {
            OccurrenceRange::Steps(first, _) => self.ahead_of_step(one.node, first),
            OccurrenceRange::Taken(id) if self.is_goal_wherever(id, picked) => 0,
            OccurrenceRange::Taken(id) => self.beyond(id),
        }
    }

    /// How far it is from the end of something.
    pub fn ahead_of_end(&self, one: Occurrence) -> u32 {
        match one.extent {
            OccurrenceRange::Steps(_, last) => self.ahead_of_step(one.node, last + 1),
            OccurrenceRange::Taken(id) => self.beyond(id),
        }
    }

    fn beyond(&self, transition: TransitionId) -> u32 {
        self.graph.flow.transitions[transition].to.map_or(NEVER, |to| self.from_begin[to])
    }

    /// A shortest way from the entry through something to the goal after it. Where every transition
    /// has the same price.
    pub fn path_through(&self, one: Occurrence) -> Path {
        let mut path = self.graph.way_to(one.node);
        let mut here = one.node;
        let mut step = match one.extent {
            OccurrenceRange::Steps(_, last) => last + 1,
            OccurrenceRange::Taken(id) => {
                here = path.take(self.graph.flow, id).unwrap_or(here);
                self.graph.steps_of(here).start
            }
        };
        // Each transition brings the goal nearer.
        while self.ahead_of_step(here, step) > 0 {
            let Some((id, _)) = self.best_out(here) else { break };
            let Some(to) = path.take(self.graph.flow, id) else { break };
            if self.is_goal(id) {
                break;
            }
            here = to;
            step = self.graph.steps_of(here).start;
        }
        path
    }
}
