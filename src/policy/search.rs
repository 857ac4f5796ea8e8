//! Breadth-first search over (node, state) with a two-state automaton.
//!
//! Breadth first, so that the first path to each node in each state has the fewest transitions. Linear in
//! steps and transitions.

use std::collections::VecDeque;

use fixedbitset::FixedBitSet;

use super::path_graph::PathGraph;
use super::{Path, PathElement, Waived};
use crate::flow::{NodeId, TransitionId};
use crate::table::{Id, Table};

/// A point on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// A step, by its number.
    Step(usize),
    /// A transition being taken, in any of its ways.
    Taken(TransitionId),
    /// A transition being taken in one of its ways, by its number in the graph.
    Way(usize),
    /// The call's end.
    End,
}

/// The automaton's step at a point: whether the rule is broken there, and the next state, if the search
/// continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepResult {
    /// Whether the path breaks the rule at this point.
    pub broken: bool,
    /// Whether the next state is the second one; `None` if this path need not be followed further.
    pub next: Option<bool>,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct SearchResult {
    /// A path with the fewest transitions that breaks the rule, ending at the point where it does, and that
    /// point.
    pub path: Option<(Path, PathElement)>,
    /// Every node at which some path breaks it, once; for a transition, the node that it leaves.
    pub at: Vec<NodeId>,
}

/// How the automaton reached a node: by which transition, and the state in which it entered the node
/// before.
#[derive(Clone, Copy)]
struct Predecessor {
    distance: u32,
    by: Option<(TransitionId, bool)>,
}

/// How the automaton reached each node in each state.
struct Predecessors {
    by_state: [Table<NodeId, Option<Predecessor>>; 2],
}

impl Predecessors {
    fn of(&self, state: bool) -> &Table<NodeId, Option<Predecessor>> {
        let [first, second] = &self.by_state;
        if state { second } else { first }
    }

    /// Records only the first path to a node, which is the shortest. Returns whether this is the first.
    fn set(&mut self, node: NodeId, state: bool, predecessor: Predecessor) -> bool {
        let [first, second] = &mut self.by_state;
        let place = if state { &mut second[node] } else { &mut first[node] };
        let is_first = place.is_none();
        place.get_or_insert(predecessor);
        is_first
    }
}

/// Follows every path from the entry, beginning in the first state. Violations at the nodes in `waived` do
/// not count.
pub fn search(
    graph: &PathGraph<'_>,
    waived: &Waived,
    automaton: impl Fn(bool, Point) -> StepResult,
) -> SearchResult {
    search_with_failures(graph, waived, automaton, |_, _, left| left)
}

/// Like [`search`], but a node that failed may count as not done: `failed` gives the state in which the
/// automaton leaves such a node, from the state on entry and the one after the node's steps.
pub fn search_with_failures(
    graph: &PathGraph<'_>,
    waived: &Waived,
    automaton: impl Fn(bool, Point) -> StepResult,
    failed: impl Fn(NodeId, bool, Option<bool>) -> Option<bool>,
) -> SearchResult {
    let visit = Visit { graph, automaton, failed };
    // Most rules are kept, and how a call comes to each node then does not matter.
    if visit.breaks_nothing(waived) { SearchResult::default() } else { visit.search(waived) }
}

/// How a search visits a node.
struct Visit<'a, A, F> {
    graph: &'a PathGraph<'a>,
    automaton: A,
    failed: F,
}

impl<A: Fn(bool, Point) -> StepResult, F: Fn(NodeId, bool, Option<bool>) -> Option<bool>> Visit<'_, A, F> {
    /// Takes the automaton through a node that it enters in a state. `broken` is told each point of the node at which
    /// the rule is broken, by the transition if it is one, and `next` where the automaton goes on.
    fn node(
        &self,
        (node, entered): (NodeId, bool),
        mut broken: impl FnMut(Option<TransitionId>),
        mut next: impl FnMut(TransitionId, (NodeId, bool)),
    ) {
        let graph = self.graph;
        let mut state = Some(entered);
        for step in graph.steps_of(node) {
            let Some(now) = state else { break };
            let result = (self.automaton)(now, Point::Step(step));
            if result.broken {
                broken(None);
            }
            state = result.next;
        }
        let leaves = state;
        if let Some(now) = state.filter(|_| graph.ends(node))
            && (self.automaton)(now, Point::End).broken
        {
            broken(None);
        }
        for (id, to) in graph.out(node) {
            let mut take = |has_failed: bool, point: Point| {
                let state = if has_failed { (self.failed)(node, entered, leaves) } else { leaves };
                let Some(now) = state else { return };
                let result = (self.automaton)(now, point);
                if result.broken {
                    broken(Some(id));
                }
                if let Some(state) = result.next {
                    next(id, (to, state));
                }
            };
            match graph.fails(id) {
                Some(has_failed) => take(has_failed, Point::Taken(id)),
                None => graph.ways(id).for_each(|way| take(graph.way_fails(way), Point::Way(way))),
            }
        }
    }

    /// Whether no path breaks the rule.
    fn breaks_nothing(&self, waived: &Waived) -> bool {
        let nodes = self.graph.flow.nodes.len();
        let mut seen = [FixedBitSet::with_capacity(nodes), FixedBitSet::with_capacity(nodes)];
        let mut is_new = |(node, state): (NodeId, bool)| {
            let [first, second] = &mut seen;
            !if state { second } else { first }.put(node.index())
        };
        let mut open: Vec<(NodeId, bool)> = self.graph.entries().map(|entry| (entry, false)).collect();
        for &entry in &open {
            is_new(entry);
        }
        while let Some(at) = open.pop() {
            let mut is_broken = false;
            self.node(
                at,
                |_| is_broken = true,
                |_, to| {
                    if is_new(to) {
                        open.push(to)
                    }
                },
            );
            if is_broken && !waived.contains(&at.0) {
                return false;
            }
        }
        true
    }

    /// Finds every node at which the rule is broken, and a shortest path to one.
    fn search(&self, waived: &Waived) -> SearchResult {
        let graph = self.graph;
        let unreached = Table::filled(None, graph.flow.nodes.len());
        let mut predecessors = Predecessors { by_state: [unreached.clone(), unreached] };
        let mut queue: VecDeque<(NodeId, bool)> = graph.entries().map(|entry| (entry, false)).collect();
        for &(entry, state) in &queue {
            predecessors.set(entry, state, Predecessor { distance: 0, by: None });
        }
        let mut found = SearchResult::default();
        // The length of the best path so far, its last node with the state on entry, and the transition at its
        // end, if any.
        let mut best: Option<(u32, (NodeId, bool), Option<TransitionId>)> = None;
        while let Some((node, entered)) = queue.pop_front() {
            let distance = predecessors.of(entered)[node].map_or(0, |came| came.distance);
            let mut is_broken = false;
            let broken = |last: Option<TransitionId>| {
                if waived.contains(&node) {
                    return;
                }
                is_broken = true;
                let length = distance + u32::from(last.is_some());
                if best.is_none_or(|(shortest, ..)| length < shortest) {
                    best = Some((length, (node, entered), last));
                }
            };
            self.node((node, entered), broken, |id, (to, state)| {
                let by = Predecessor { distance: distance + 1, by: Some((id, entered)) };
                if predecessors.set(to, state, by) {
                    queue.push_back((to, state));
                }
            });
            if is_broken {
                found.at.push(node);
            }
        }
        found.at.sort_unstable();
        found.at.dedup();
        found.path = best.map(|(_, last, beyond)| {
            (path(graph, &predecessors, last, beyond), PathElement { node: last.0, transition: beyond })
        });
        found
    }
}

fn path(
    graph: &PathGraph<'_>,
    predecessors: &Predecessors,
    last: (NodeId, bool),
    beyond: Option<TransitionId>,
) -> Path {
    let flow = graph.flow;
    let mut path = Path::default();
    if let Some(id) = beyond {
        path.transitions.push(id);
        path.nodes.extend(flow.transitions[id].to);
    }
    let (mut node, mut state) = last;
    path.nodes.push(node);
    while let Some((id, before)) = predecessors.of(state)[node].and_then(|came| came.by) {
        path.transitions.push(id);
        node = flow.transitions[id].from;
        state = before;
        path.nodes.push(node);
    }
    path.nodes.reverse();
    path.transitions.reverse();
    path
}
