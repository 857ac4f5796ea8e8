//! Distances from every point to a goal that lies ahead, avoiding something else.
//!
//! One backward search over the whole flow finds them all, in time linear in steps and transitions.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::Path;
use super::path_graph::{NEVER, PathGraph};
use super::selection::{Occurrence, OccurrenceRange, Selection};
use crate::flow::{NodeId, TransitionId};
use crate::table::{Id, Table};

/// What a path must reach.
pub enum Goal<'a> {
    /// An occurrence begins.
    Begins(&'a Selection),
    /// The call ends before any of these occurrences begins.
    EndWithout(&'a Selection),
}

/// What a transition costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// One each.
    Transitions,
    /// One for a key, none for an unconditional transition. The called party cannot choose others, and of a `decide`
    /// does not know which branch it takes: the way is as far as the farthest of them.
    Keys(Keys),
}

/// Which transitions the called party can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// All that the graph has.
    All,
    /// Those that no `again` bounds which is not worked into the graph: a call may have used it up, or not yet.
    Unbounded,
}

/// The distance from each point to the goal.
pub struct DistanceMap<'a> {
    graph: &'a PathGraph<'a>,
    goal: Goal<'a>,
    cost: Cost,
    /// From the beginning of each node.
    from_begin: Table<NodeId, u32>,
}

/// What some steps do to a path: reach the goal, block it, or let it continue.
enum StepsEffect {
    Goal,
    Blocked,
    Continue,
}

impl<'a> DistanceMap<'a> {
    /// Searches backwards from every goal, by a 0-1 breadth-first search.
    pub fn new(graph: &'a PathGraph<'a>, goal: Goal<'a>, cost: Cost) -> Self {
        let from_begin = Table::filled(NEVER, graph.flow.nodes.len());
        let mut ahead = Self { graph, goal, cost, from_begin };
        let mut queue = VecDeque::new();
        // How many branches of each `decide` are not known to lead there yet. The nearest come first, the farthest last.
        let mut open: FxHashMap<NodeId, usize> = FxHashMap::default();
        for node in graph.flow.nodes.ids() {
            if ahead.takes_any(node) {
                let out = graph.flow.out_ids(node);
                open.insert(node, out.filter(|&(id, _)| !ahead.is_certain(id)).count());
            }
            let at = match ahead.through(ahead.sure_steps(node)) {
                StepsEffect::Blocked => continue,
                StepsEffect::Goal => Some(0),
                StepsEffect::Continue if ahead.ends_at(node) => Some(0),
                // Each of its transitions is the goal itself.
                StepsEffect::Continue if ahead.takes_any(node) => {
                    (open.get(&node) == Some(&0) && !graph.flow.out(node).is_empty()).then_some(0)
                }
                // One of its transitions may be the goal itself.
                StepsEffect::Continue => {
                    let goals = graph.out(node).filter(|&(id, _)| ahead.is_goal(id));
                    goals.filter_map(|(id, _)| ahead.cost_of(id)).min()
                }
            };
            if let Some(at) = at {
                ahead.from_begin[node] = at;
                if at == 0 { queue.push_front(node) } else { queue.push_back(node) }
            }
        }
        let mut done = FixedBitSet::with_capacity(graph.flow.nodes.len());
        while let Some(node) = queue.pop_front() {
            if done.put(node.index()) {
                continue;
            }
            for (id, from) in graph.into(node) {
                if done.contains(from.index()) || ahead.is_blocked(id) {
                    continue;
                }
                let cost = match ahead.takes_any(from) {
                    // It counts already.
                    true if ahead.is_certain(id) => None,
                    true => {
                        let left = open.entry(from).or_default();
                        *left = left.saturating_sub(1);
                        (*left == 0).then_some(0)
                    }
                    false => ahead.cost_of(id),
                };
                let Some(cost) = cost else { continue };
                let at = ahead.from_begin[node] + cost;
                if at < ahead.from_begin[from]
                    && matches!(ahead.through(ahead.sure_steps(from)), StepsEffect::Continue)
                {
                    ahead.from_begin[from] = at;
                    if cost == 0 { queue.push_front(from) } else { queue.push_back(from) }
                }
            }
        }
        ahead
    }

    /// The steps of a node that a path surely has which comes to it. The called party cannot choose that an agent takes the
    /// call.
    fn sure_steps(&self, node: NodeId) -> std::ops::Range<usize> {
        match self.cost {
            Cost::Transitions => self.graph.steps_of(node),
            Cost::Keys(_) => self.graph.own_steps_of(node),
        }
    }

    fn through(&self, steps: std::ops::Range<usize>) -> StepsEffect {
        match self.goal {
            Goal::Begins(goal) if goal.first_in(steps.clone()).is_some() => StepsEffect::Goal,
            Goal::EndWithout(avoided) if avoided.first_in(steps.clone()).is_some() => StepsEffect::Blocked,
            _ => StepsEffect::Continue,
        }
    }

    fn ends_at(&self, node: NodeId) -> bool {
        matches!(self.goal, Goal::EndWithout(_)) && self.graph.ends(node)
    }

    /// Whether the goal begins with a transition, for an alternative that can be chosen at this cost.
    fn is_goal(&self, transition: TransitionId) -> bool {
        let Goal::Begins(goal) = self.goal else { return false };
        if !goal.takes(transition) {
            return false;
        }
        let flow = self.graph.flow;
        let row = &flow.transitions[transition];
        if row.is_unconditional() && matches!(self.cost, Cost::Keys(_)) {
            return self.is_certain(transition);
        }
        self.cost == Cost::Transitions
            || row.alternatives().zip(flow.alternatives(row)).any(|(number, alternative)| {
                goal.takes_alternative(number) && flow.events[alternative.event].kind().is_entry()
            })
    }

    /// Whether a transition is the goal itself, in whichever way it is taken.
    fn is_certain(&self, transition: TransitionId) -> bool {
        matches!(self.goal, Goal::Begins(goal) if goal.always_picks(transition))
    }

    /// Whether something to avoid begins with a transition, for every alternative.
    fn is_blocked(&self, transition: TransitionId) -> bool {
        matches!(self.goal, Goal::EndWithout(avoided) if avoided.always_picks(transition))
    }

    /// Whether every picked alternative of a transition is the goal itself.
    fn is_goal_if_picked(&self, transition: TransitionId, picked: &Selection) -> bool {
        let Goal::Begins(goal) = self.goal else { return false };
        let mut alternatives = self.graph.ways(transition);
        alternatives.all(|number| goal.takes_alternative(number) || !picked.takes_alternative(number))
    }

    fn cost_of(&self, transition: TransitionId) -> Option<u32> {
        match self.cost {
            Cost::Transitions => Some(1),
            Cost::Keys(Keys::Unbounded) if self.graph.flow.transitions[transition].again.is_some() => None,
            Cost::Keys(_) => self.graph.keys_of(transition),
        }
    }

    /// Whether a call may take any branch of a node, whatever the called party wants.
    fn takes_any(&self, node: NodeId) -> bool {
        matches!(self.cost, Cost::Keys(_)) && self.graph.decides(node)
    }

    /// The distance from a step of a node, or from the node's end if there is no such step.
    fn ahead_of_step(&self, node: NodeId, step: usize) -> u32 {
        let steps = self.graph.steps_of(node);
        if step <= steps.start {
            return self.from_begin[node];
        }
        // Whoever talks has taken the call.
        let own = self.sure_steps(node);
        let end = if step < own.end { own.end } else { steps.end };
        match self.through(step..end) {
            StepsEffect::Goal => 0,
            StepsEffect::Blocked => NEVER,
            StepsEffect::Continue if self.ends_at(node) => 0,
            StepsEffect::Continue if self.takes_any(node) => {
                let out = self.graph.flow.out_ids(node);
                let distances = out.map(|(id, transition)| match transition.to {
                    Some(_) if self.is_certain(id) => 0,
                    Some(to) => self.from_begin[to],
                    None => NEVER,
                });
                distances.max().unwrap_or(NEVER)
            }
            StepsEffect::Continue => self.best_out(node).map_or(NEVER, |(_, at)| at),
        }
    }

    /// The best transition out of a node, and the distance along it.
    fn best_out(&self, node: NodeId) -> Option<(TransitionId, u32)> {
        let distances = self.graph.out(node).filter_map(|(id, to)| {
            let beyond = match () {
                () if self.is_goal(id) => 0,
                () if self.is_blocked(id) => NEVER,
                () => self.from_begin[to],
            };
            let cost = self.cost_of(id)?;
            (beyond != NEVER).then(|| (id, beyond + cost))
        });
        distances.min_by_key(|&(_, at)| at)
    }

    /// The distance from the beginning of an occurrence.
    pub fn ahead_of_begin(&self, one: Occurrence, picked: &Selection) -> u32 {
        match one.extent {
            OccurrenceRange::Steps(first, _) => self.ahead_of_step(one.node, first),
            OccurrenceRange::Taken(id) if self.is_goal_if_picked(id, picked) => 0,
            OccurrenceRange::Taken(id) => self.beyond(id),
        }
    }

    /// The distance from the end of an occurrence.
    pub fn ahead_of_end(&self, one: Occurrence) -> u32 {
        match one.extent {
            OccurrenceRange::Steps(_, last) => self.ahead_of_step(one.node, last + 1),
            OccurrenceRange::Taken(id) => self.beyond(id),
        }
    }

    fn beyond(&self, transition: TransitionId) -> u32 {
        self.graph.flow.transitions[transition].to.map_or(NEVER, |to| self.from_begin[to])
    }

    /// A shortest path from the entry through an occurrence to the goal after it. All transitions must have
    /// the same cost.
    pub fn path_through(&self, one: Occurrence) -> Path {
        let mut path = self.graph.path_to(one.node);
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
