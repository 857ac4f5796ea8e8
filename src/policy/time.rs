//! Time limits: the longest time from one occurrence to the next of another, if every prompt is heard to
//! its end and every retry is used. Times that are not known exactly have bounds: the rule holds if the
//! upper bound keeps it, is violated if the lower bound breaks it, and is unknown otherwise.

use super::open_time::missing;
use super::path_graph::PathGraph;
use super::selection::{Occurrence, OccurrenceRange, Selection};
use super::step_time::{StepTime, has_hole, holds, tries};
use super::{Path, PathElement, RuleVerdict, TimedStep, Vacuous, Violation, Waived, limits};
use crate::flow::policy::Extent;
use crate::flow::{NodeId, TransitionId};
use crate::speech::TimeBounds;
use crate::table::Table;

/// How many steps of a path that takes too long are listed.
const MAX_TIMED: usize = 3;

/// The longest paths from a point to where the clock stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Longest {
    /// The greatest lower and the greatest upper bound, possibly of different paths.
    pub bounds: TimeBounds,
    /// Whether the path with the greatest lower bound depends on an estimate.
    least_estimated: bool,
    /// Whether any path depends on one.
    estimated: bool,
}

impl Longest {
    fn after(self, step: StepTime) -> Self {
        Self {
            bounds: step.bounds.and(self.bounds),
            least_estimated: step.estimated || self.least_estimated,
            estimated: step.estimated || self.estimated,
        }
    }

    /// The greater of both bounds; `self` counts if the lower bounds are equal.
    fn or(self, other: Self) -> Self {
        let (longer, _) = if other.bounds.least > self.bounds.least { (other, self) } else { (self, other) };
        Self {
            bounds: TimeBounds { most: self.bounds.most.max(other.bounds.most), ..longer.bounds },
            least_estimated: longer.least_estimated,
            estimated: self.estimated || other.estimated,
        }
    }
}

/// The times from every step to where the clock stops.
pub struct Times<'a> {
    pub graph: &'a PathGraph<'a>,
    pub to: Option<&'a Selection>,
    /// Whether the clock stops when `to` is over.
    to_end: bool,
    pub steps: &'a [StepTime],
    /// From the beginning of each step to where the clock stops; `None` if no path gets there.
    ahead: Vec<Option<Longest>>,
}

/// `limit DURATION [from A] [to B]`
#[derive(Clone, Copy)]
pub struct TimeLimit<'a> {
    /// The duration, in milliseconds.
    pub most: u64,
    pub from: Option<&'a Selection>,
    pub to: Option<&'a Selection>,
    pub extent: Extent,
    /// What is measured, in words: `` from `@greeting` to `agent` ``.
    pub way: &'a str,
}

impl<'a> TimeLimit<'a> {
    /// Where the clock starts.
    pub fn starts(
        self,
        graph: &'a PathGraph<'a>,
        waived: &'a Waived,
    ) -> Box<dyn Iterator<Item = Start> + 'a> {
        let begins = if self.extent.from_start { Start::With } else { Start::After };
        match self.from {
            None => Box::new(graph.entries().map(Start::Entry)),
            Some(from) => {
                let counts = |occurrence: &Occurrence| !waived.contains(&occurrence.node);
                Box::new(from.reached(graph).filter(counts).map(begins))
            }
        }
    }
}

/// Decides a limit of time.
pub fn limit(
    graph: &PathGraph<'_>,
    order: &[NodeId],
    waived: &Waived,
    steps: &[StepTime],
    wanted: TimeLimit<'_>,
) -> RuleVerdict {
    let TimeLimit { most, to, extent, way, .. } = wanted;
    let times = Times::new(graph, order, steps, (to, extent.to_end));
    let starts = || wanted.starts(graph, waived);
    let mut all: Option<(Longest, Start)> = None;
    let mut at: Vec<NodeId> = Vec::new();
    for start in starts() {
        let Some(longest) = times.ahead_of(start) else { continue };
        if longest.bounds.least > most {
            at.push(start.place().node);
        }
        all = Some(match all {
            None => (longest, start),
            Some((best, _)) if longest.bounds.least > best.bounds.least => (longest.or(best), start),
            Some((best, of)) => (best.or(longest), of),
        });
    }
    let Some((longest, start)) = all else {
        return RuleVerdict::Vacuous(Vacuous::NoneBetween);
    };
    if longest.bounds.least > most {
        at.sort_unstable();
        at.dedup();
        let (path, counted) = times.path(start);
        return RuleVerdict::Violated(Violation {
            path: Some(path),
            longest: times.longest_steps(&counted),
            place: Some(start.place()),
            at,
            found: Some(longest.bounds.least),
            estimated: longest.least_estimated,
            ..Violation::default()
        });
    }
    if longest.bounds.most <= most {
        return RuleVerdict::Holds { estimated: longest.estimated };
    }
    let open = times.open_steps(order, starts(), most);
    if open.iter().filter_map(|&step| graph.action(step)).any(has_hole) {
        return RuleVerdict::Withheld("a value on the way is not known");
    }
    RuleVerdict::Unknown(missing(graph, steps, open, way, (longest.bounds, most)))
}

/// Decides a limit of time where calls can come back, by how often they may do so at most: it holds or is left open.
pub fn by_bounds(graph: &PathGraph<'_>, steps: &[StepTime], most: u64) -> RuleVerdict {
    let of_node = |node: NodeId| {
        let times = steps.get(graph.steps_of(node)).unwrap_or_default();
        times.iter().fold(0_u64, |sum, step| sum.saturating_add(step.bounds.most))
    };
    match limits::by_bounds(graph, most, of_node, |_| 0) {
        RuleVerdict::Holds { .. } => {
            RuleVerdict::Holds { estimated: steps.iter().any(|step| step.estimated) }
        }
        other => other,
    }
}

/// Where the clock starts.
#[derive(Clone, Copy)]
pub enum Start {
    /// Where calls begin.
    Entry(NodeId),
    /// At the beginning of an occurrence.
    With(Occurrence),
    /// At its end.
    After(Occurrence),
}

/// The first step behind one from which the clock starts. Somebody has answered before it is known who: the time until
/// then counts from an `answer` on.
fn next_step(graph: &PathGraph<'_>, last: usize) -> usize {
    if holds(graph, last) { last } else { last + 1 }
}

/// Where the clock starts: at the beginning of a step, or at a node's end.
enum TimePoint {
    Step(usize),
    End(NodeId),
}

impl Start {
    fn place(self) -> PathElement {
        match self {
            Self::Entry(node) => PathElement { node, transition: None },
            Self::With(one) | Self::After(one) => one.place(),
        }
    }

    /// The point where the clock starts; `None` after a transition that leads nowhere.
    fn point(self, graph: &PathGraph<'_>) -> Option<TimePoint> {
        Some(match self {
            Self::Entry(node) => TimePoint::Step(graph.steps_of(node).start),
            Self::With(Occurrence { extent: OccurrenceRange::Steps(first, _), .. }) => TimePoint::Step(first),
            Self::After(Occurrence { node, extent: OccurrenceRange::Steps(_, last) }) => {
                let next = next_step(graph, last);
                if next < graph.steps_of(node).end { TimePoint::Step(next) } else { TimePoint::End(node) }
            }
            Self::With(Occurrence { extent: OccurrenceRange::Taken(id), .. })
            | Self::After(Occurrence { extent: OccurrenceRange::Taken(id), .. }) => {
                TimePoint::Step(graph.steps_of(graph.flow.transitions[id].to?).start)
            }
        })
    }
}

impl<'a> Times<'a> {
    pub fn new(
        graph: &'a PathGraph<'a>,
        order: &[NodeId],
        steps: &'a [StepTime],
        (to, to_end): (Option<&'a Selection>, bool),
    ) -> Self {
        let mut times = Self { graph, to, to_end, steps, ahead: vec![None; graph.steps()] };
        for &node in order.iter().rev() {
            let mut ahead = times.onward(node).map(|(longest, _)| longest);
            for step in graph.steps_of(node).rev() {
                if times.stops_before(step) {
                    ahead = Some(Longest::default());
                } else {
                    let behind = if times.stops_behind(step) { Some(Longest::default()) } else { ahead };
                    ahead = behind.map(|longest| longest.after(times.time(step)));
                }
                if let Some(slot) = times.ahead.get_mut(step) {
                    *slot = ahead;
                }
            }
        }
        times
    }

    fn time(&self, step: usize) -> StepTime {
        self.steps.get(step).copied().unwrap_or_default()
    }

    /// Whether the clock stops before a step.
    fn stops_before(&self, step: usize) -> bool {
        !self.to_end && self.to.is_some_and(|to| to.begins(step))
    }

    /// Whether the clock stops when a step is over.
    fn stops_behind(&self, step: usize) -> bool {
        self.to_end && self.to.is_some_and(|to| to.ends(step))
    }

    /// Whether the clock stops at a transition, for at least one alternative of its condition.
    fn may_stop_at_transition(&self, id: TransitionId) -> bool {
        self.to.is_some_and(|to| to.takes(id))
    }

    /// Whether the clock stops at a transition, for every alternative of its condition.
    fn stops_at_transition(&self, id: TransitionId) -> bool {
        self.to.is_some_and(|to| to.always_picks(id))
    }

    fn ahead_of_step(&self, step: usize) -> Option<Longest> {
        self.ahead.get(step).copied().flatten()
    }

    fn ahead_of(&self, start: Start) -> Option<Longest> {
        match start.point(self.graph)? {
            TimePoint::Step(step) => self.ahead_of_step(step),
            TimePoint::End(node) => self.onward(node).map(|(longest, _)| longest),
        }
    }

    /// The longest paths from a node's end, and the transition that the one with the greatest lower bound
    /// takes; `None` if that path ends here.
    fn onward(&self, node: NodeId) -> Option<(Longest, Option<TransitionId>)> {
        let ends = self.to.is_none() && self.graph.ends(node);
        let mut best = ends.then(|| (Longest::default(), None));
        for (id, to) in self.graph.out(node) {
            let continued =
                self.ahead_of_step(self.graph.steps_of(to).start).filter(|_| !self.stops_at_transition(id));
            let stopped = self.may_stop_at_transition(id).then(Longest::default);
            // If the clock may either stop or continue, the longer time counts.
            let longest_by = continued.map(|longest| longest.or(stopped.unwrap_or_default())).or(stopped);
            let Some(way) = longest_by else { continue };
            best = Some(match best {
                Some((longest, _)) if way.bounds.least > longest.bounds.least => (way.or(longest), Some(id)),
                Some((longest, by)) => (longest.or(way), by),
                None => (way, Some(id)),
            });
        }
        best
    }

    /// The steps that leave open whether some path takes more than `most`: those without an exact time on a
    /// path that may take more.
    pub fn open_steps(&self, order: &[NodeId], starts: impl Iterator<Item = Start>, most: u64) -> Vec<usize> {
        let graph = self.graph;
        // The longest time from the clock's start to each step and to each node's end.
        let mut since: Vec<Option<u64>> = vec![None; graph.steps()];
        let mut since_end: Table<NodeId, Option<u64>> = Table::filled(None, graph.flow.nodes.len());
        let set = |since: &mut Vec<Option<u64>>, step: usize, time: u64| {
            if let Some(slot) = since.get_mut(step) {
                *slot = (*slot).max(Some(time));
            }
        };
        for start in starts {
            match start.point(graph) {
                Some(TimePoint::Step(step)) => set(&mut since, step, 0),
                Some(TimePoint::End(node)) => since_end[node] = Some(0),
                None => {}
            }
        }
        let mut open = Vec::new();
        for &node in order {
            let steps = graph.steps_of(node);
            for step in steps.clone() {
                let Some(before) = since.get(step).copied().flatten() else { continue };
                if self.stops_before(step) {
                    continue;
                }
                let time = self.time(step).bounds;
                let total = self.ahead_of_step(step).map(|ahead| before.saturating_add(ahead.bounds.most));
                open.extend((!time.is_exact() && total > Some(most)).then_some(step));
                if self.stops_behind(step) {
                    continue;
                }
                let after = before.saturating_add(time.most);
                if step + 1 < steps.end {
                    set(&mut since, step + 1, after);
                } else {
                    since_end[node] = since_end[node].max(Some(after));
                }
            }
            let Some(before) = since_end[node] else { continue };
            for (_, to) in graph.out(node).filter(|&(id, _)| !self.stops_at_transition(id)) {
                set(&mut since, graph.steps_of(to).start, before);
            }
        }
        open
    }

    /// The steps that take the most time of these, the longest first.
    fn longest_steps(&self, counted: &[usize]) -> Vec<TimedStep> {
        let timed = counted.iter().filter_map(|&step| {
            let least = self.time(step).bounds.least;
            let tries = self.graph.action(step).map_or(1, tries);
            (least > 0).then(|| TimedStep { node: self.graph.node_of(step), least, tries })
        });
        let mut timed: Vec<TimedStep> = timed.collect();
        timed.sort_by_key(|step| core::cmp::Reverse(step.least));
        timed.truncate(MAX_TIMED);
        timed
    }

    /// The path with the greatest lower bound, and the steps on it whose time counts.
    fn path(&self, start: Start) -> (Path, Vec<usize>) {
        let mut counted = Vec::new();
        let (mut path, mut here, mut step) = match start {
            Start::Entry(entry) => (self.graph.path_to(entry), entry, self.graph.steps_of(entry).start),
            Start::With(one) | Start::After(one) => {
                let mut path = self.graph.path_to(one.node);
                match one.extent {
                    OccurrenceRange::Steps(first, _) if matches!(start, Start::With(_)) => {
                        (path, one.node, first)
                    }
                    OccurrenceRange::Steps(_, last) => (path, one.node, next_step(self.graph, last)),
                    OccurrenceRange::Taken(id) => {
                        let here = path.take(self.graph.flow, id).unwrap_or(one.node);
                        (path, here, self.graph.steps_of(here).start)
                    }
                }
            }
        };
        loop {
            let rest = step..self.graph.steps_of(here).end;
            let mut is_over = false;
            for step in rest {
                is_over = self.stops_before(step);
                if is_over {
                    break;
                }
                counted.push(step);
                is_over = self.stops_behind(step);
                if is_over {
                    break;
                }
            }
            if is_over {
                break;
            }
            let Some((_, Some(id))) = self.onward(here) else { break };
            let Some(to) = path.take(self.graph.flow, id) else { break };
            let first = self.graph.steps_of(to).start;
            let is_over = self.stops_at_transition(id)
                || self.may_stop_at_transition(id) && self.ahead_of_step(first).is_none();
            if is_over {
                break;
            }
            here = to;
            step = self.graph.steps_of(here).start;
        }
        (path, counted)
    }
}
