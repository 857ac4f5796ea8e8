//! Rules about what comes before and after what.

use super::ahead::{Cost, DistanceMap, Goal, Keys};
use super::path_graph::{NEVER, PathGraph};
use super::search::{Point, SearchResult, StepResult, search, search_with_failures};
use super::selection::{Occurrence, Selection};
use super::{Path, PathElement, RuleVerdict, Violation, Waived};
use crate::flow::NodeId;

/// `require A on every path`
pub fn on_every_path(graph: &PathGraph<'_>, waived: &Waived, wanted: &Selection) -> RuleVerdict {
    let found = search(graph, waived, |_, point| match point {
        Point::End => StepResult { broken: true, next: None },
        _ if surely_begins(wanted, point) => StepResult { broken: false, next: None },
        _ => StepResult { broken: false, next: Some(false) },
    });
    verdict(found)
}

/// `require A before [or with] B [since C]`
#[derive(Clone, Copy)]
pub struct Before<'a> {
    pub first: &'a Selection,
    pub then: &'a Selection,
    pub since: Option<&'a Selection>,
    pub or_with: bool,
}

/// `require A before B [since C]`: the automaton's second state means that A has been heard, and since C.
///
/// Dominators do not suffice: of two disclosures on the two arms of a diamond, neither dominates what
/// follows.
///
/// A node that failed was not heard: `on failed` leaves it in the state in which it was entered.
pub fn before(graph: &PathGraph<'_>, waived: &Waived, wanted: Before<'_>) -> RuleVerdict {
    let Before { first, then, since, or_with } = wanted;
    // What the same node says from here on, and what the same transition is in the ways that count.
    let comes_with = |point| match point {
        Point::Step(step) => first.ends_in(step..graph.steps_of(graph.node_of(step)).end),
        Point::Taken(id) => {
            graph.ways(id).all(|way| first.takes_alternative(way) || !then.takes_alternative(way))
        }
        Point::Way(way) => first.takes_alternative(way),
        Point::End => false,
    };
    let automaton = |heard: bool, point| {
        let broken = !heard && begins(then, point) && !(or_with && comes_with(point));
        let mut next = heard;
        if surely_ends(first, point) && !since.is_some_and(|since| overlap(graph, first, since, point)) {
            next = true;
        }
        if since.is_some_and(|since| ends(since, point)) {
            next = false;
        }
        // Without `since`, nothing can break on this path any more.
        let is_settled = next && since.is_none();
        StepResult { broken, next: (!is_settled).then_some(next) }
    };
    // A failed step that makes A due again still does so.
    let failed = |node: NodeId, entered: bool, _: Option<bool>| {
        let is_due = |since: &Selection| graph.steps_of(node).any(|step| since.ends(step));
        Some(entered && !since.is_some_and(is_due))
    };
    verdict(search_with_failures(graph, waived, automaton, failed))
}

/// `forbid A after B`: the automaton's second state means that B is over.
pub fn forbid_after(
    graph: &PathGraph<'_>,
    waived: &Waived,
    forbidden: &Selection,
    earlier: &Selection,
) -> RuleVerdict {
    let found = search(graph, waived, |after, point| {
        let broken = after && begins(forbidden, point);
        StepResult { broken, next: Some(after || ends(earlier, point)) }
    });
    verdict(found)
}

/// `forbid A before B`
pub fn forbid_before(
    graph: &PathGraph<'_>,
    waived: &Waived,
    forbidden: &Selection,
    then: &Selection,
) -> RuleVerdict {
    let ahead = DistanceMap::new(graph, Goal::Begins(then), Cost::Transitions);
    followed(graph, waived, forbidden, &ahead, |one| ahead.ahead_of_end(one))
}

/// `require A after B`
pub fn after(graph: &PathGraph<'_>, waived: &Waived, later: &Selection, earlier: &Selection) -> RuleVerdict {
    let ahead = DistanceMap::new(graph, Goal::EndWithout(later), Cost::Transitions);
    followed(graph, waived, earlier, &ahead, |one| ahead.ahead_of_end(one))
}

/// The same for A that begins with B, or within it.
pub fn from_start(
    graph: &PathGraph<'_>,
    waived: &Waived,
    later: &Selection,
    earlier: &Selection,
) -> RuleVerdict {
    let ahead = DistanceMap::new(graph, Goal::EndWithout(later), Cost::Transitions);
    // A transition takes no time, and its start is its end.
    followed(graph, waived, earlier, &ahead, |one| match one.transition() {
        Some(_) => ahead.ahead_of_end(one),
        None => ahead.ahead_of_begin(one, earlier),
    })
}

/// `require A reachable from B [within N keys]`: the called party must get there by keys alone.
pub fn reachable(
    graph: &PathGraph<'_>,
    waived: &Waived,
    goal: &Selection,
    from: &Selection,
    within: Option<u32>,
    keys: Keys,
) -> RuleVerdict {
    let ahead = DistanceMap::new(graph, Goal::Begins(goal), Cost::Keys(keys));
    let most = within.unwrap_or(NEVER - 1);
    let broken =
        counting(graph, waived, from).filter(|&occurrence| ahead.ahead_of_begin(occurrence, from) > most);
    let broken: Vec<Occurrence> = broken.collect();
    reached(graph, &broken)
}

/// `forbid A`
pub fn forbid(graph: &PathGraph<'_>, waived: &Waived, forbidden: &Selection) -> RuleVerdict {
    let all: Vec<Occurrence> = counting(graph, waived, forbidden).collect();
    reached(graph, &all)
}

/// The verdict on occurrences that break a rule by being reached.
fn reached(graph: &PathGraph<'_>, broken: &[Occurrence]) -> RuleVerdict {
    let distance = |occurrence: &&Occurrence| graph.distance(occurrence.node) + occurrence.length();
    let Some(nearest) = broken.iter().min_by_key(distance) else { return RuleVerdict::HOLDS };
    let mut path = graph.path_to(nearest.node);
    if let Some(id) = nearest.transition() {
        path.take(graph.flow, id);
    }
    violated(path, nearest.place(), broken.iter().map(|occurrence| occurrence.node))
}

/// The verdict on occurrences that break a rule because something lies ahead of them.
fn followed(
    graph: &PathGraph<'_>,
    waived: &Waived,
    of: &Selection,
    ahead: &DistanceMap<'_>,
    beyond: impl Fn(Occurrence) -> u32,
) -> RuleVerdict {
    let distance = |occurrence: &Occurrence| {
        let beyond = beyond(*occurrence);
        (beyond != NEVER).then(|| graph.distance(occurrence.node) + occurrence.length() + beyond)
    };
    let broken: Vec<(u32, Occurrence)> = counting(graph, waived, of)
        .filter_map(|occurrence| Some((distance(&occurrence)?, occurrence)))
        .collect();
    let Some(&(_, nearest)) = broken.iter().min_by_key(|(distance, _)| *distance) else {
        return RuleVerdict::HOLDS;
    };
    violated(
        ahead.path_through(nearest),
        nearest.place(),
        broken.iter().map(|(_, occurrence)| occurrence.node),
    )
}

/// The reached occurrences, except at waived nodes.
fn counting<'p>(
    graph: &'p PathGraph<'_>,
    waived: &'p Waived,
    picked: &'p Selection,
) -> impl Iterator<Item = Occurrence> + 'p {
    picked.reached(graph).filter(|occurrence| !waived.contains(&occurrence.node))
}

fn violated(path: Path, place: PathElement, at: impl Iterator<Item = NodeId>) -> RuleVerdict {
    let mut at: Vec<NodeId> = at.collect();
    at.sort_unstable();
    at.dedup();
    RuleVerdict::Violated(Violation { path: Some(path), ..Violation::at(place, at) })
}

fn verdict(found: SearchResult) -> RuleVerdict {
    match found.path {
        Some((path, place)) => violated(path, place, found.at.into_iter()),
        None => RuleVerdict::HOLDS,
    }
}

/// Whether an occurrence begins at a point, or may begin: a transition with several alternatives is taken
/// for any of them.
fn begins(picked: &Selection, point: Point) -> bool {
    match point {
        Point::Step(step) => picked.begins(step),
        Point::Taken(id) => picked.takes(id),
        Point::Way(way) => picked.takes_alternative(way),
        Point::End => false,
    }
}

fn ends(picked: &Selection, point: Point) -> bool {
    match point {
        Point::Step(step) => picked.ends(step),
        Point::Taken(id) => picked.takes(id),
        Point::Way(way) => picked.takes_alternative(way),
        Point::End => false,
    }
}

/// Whether an occurrence begins at a point, for whichever alternative a transition is taken.
fn surely_begins(picked: &Selection, point: Point) -> bool {
    match point {
        Point::Taken(id) => picked.always_picks(id),
        _ => begins(picked, point),
    }
}

/// Whether an occurrence ends at a point, for whichever alternative a transition is taken.
fn surely_ends(picked: &Selection, point: Point) -> bool {
    match point {
        Point::Taken(id) => picked.always_picks(id),
        _ => ends(picked, point),
    }
}

/// Whether the occurrence that ends at a point overlaps one of `other` that has ended by then.
fn overlap(graph: &PathGraph<'_>, one: &Selection, other: &Selection, point: Point) -> bool {
    let Point::Step(step) = point else { return begins(other, point) };
    let steps = graph.steps_of(graph.node_of(step));
    let first = if one.is_alone(step) { step } else { steps.start };
    // An occurrence that continues beyond the point counts at its own end.
    (first..=step).any(|step| other.ends(step))
}
