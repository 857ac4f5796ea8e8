//! What comes before and after what.

use super::ahead::{Ahead, Goal, Price};
use super::ground::{Ground, NEVER};
use super::picked::{Occurrence, Picked};
use super::search::{Found, Point, Sight, search, search_with_failures};
use super::{Path, Place, Verdict, Violation, Waived};
use crate::flow::NodeId;

/// `require A on every path`
pub fn on_every_path(ground: &Ground<'_>, waived: &Waived, wanted: &Picked) -> Verdict {
    let found = search(ground, waived, |_, point| match point {
        Point::End => Sight { broken: true, next: None },
        _ if surely_begins(wanted, point) => Sight { broken: false, next: None },
        _ => Sight { broken: false, next: Some(false) },
    });
    verdict(found)
}

/// `require A before B [since C]`: the watcher's second state is that A has been heard, and since.
///
/// Not by dominators: two disclosures on two arms of a diamond dominate nothing alone.
///
/// What failed was not heard: by `on failed` the watcher leaves a node as it came.
pub fn before(
    ground: &Ground<'_>,
    waived: &Waived,
    first: &Picked,
    then: &Picked,
    since: Option<&Picked>,
) -> Verdict {
    let watch = |heard: bool, point| {
        let broken = !heard && begins(then, point);
        let mut next = heard;
        if surely_ends(first, point) && !since.is_some_and(|since| overlap(ground, first, since, point)) {
            next = true;
        }
        if since.is_some_and(|since| ends(since, point)) {
            next = false;
        }
        // Without `since` nothing more can break on a path on which it was heard.
        let safe = next && since.is_none();
        Sight { broken, next: (!safe).then_some(next) }
    };
    // What makes it due again counts as done.
    let failed = |node: NodeId, entered: bool, _: Option<bool>| {
        let is_due = |since: &Picked| ground.steps_of(node).any(|step| since.ends(step));
        Some(entered && !since.is_some_and(is_due))
    };
    verdict(search_with_failures(ground, waived, watch, failed))
}

/// `forbid A after B`: the watcher's second state is that B is over.
pub fn forbid_after(ground: &Ground<'_>, waived: &Waived, forbidden: &Picked, earlier: &Picked) -> Verdict {
    let found = search(ground, waived, |after, point| {
        let broken = after && begins(forbidden, point);
        Sight { broken, next: Some(after || ends(earlier, point)) }
    });
    verdict(found)
}

/// `forbid A before B`
pub fn forbid_before(ground: &Ground<'_>, waived: &Waived, forbidden: &Picked, then: &Picked) -> Verdict {
    followed(ground, waived, forbidden, &Ahead::new(ground, Goal::Begins(then), Price::Transitions))
}

/// `require A after B`
pub fn after(ground: &Ground<'_>, waived: &Waived, later: &Picked, earlier: &Picked) -> Verdict {
    followed(ground, waived, earlier, &Ahead::new(ground, Goal::EndWithout(later), Price::Transitions))
}

/// `require A reachable from B [within N keys]`: what the caller can get to by keys alone.
pub fn reachable(
    ground: &Ground<'_>,
    waived: &Waived,
    goal: &Picked,
    from: &Picked,
    within: Option<u32>,
) -> Verdict {
    let ahead = Ahead::new(ground, Goal::Begins(goal), Price::Keys);
    let most = within.unwrap_or(NEVER - 1);
    let broken = counting(ground, waived, from).filter(|&one| ahead.ahead_of_begin(one, from) > most);
    let broken: Vec<Occurrence> = broken.collect();
    reached(ground, &broken)
}

/// `forbid A`
pub fn forbid(ground: &Ground<'_>, waived: &Waived, forbidden: &Picked) -> Verdict {
    let all: Vec<Occurrence> = counting(ground, waived, forbidden).collect();
    reached(ground, &all)
}

/// What breaks a rule by being reached.
fn reached(ground: &Ground<'_>, broken: &[Occurrence]) -> Verdict {
    let far = |one: &&Occurrence| ground.distance(one.node) + one.length();
    let Some(nearest) = broken.iter().min_by_key(far) else { return Verdict::HOLDS };
    let mut path = ground.way_to(nearest.node);
    if let Some(id) = nearest.transition() {
        path.take(ground.flow, id);
    }
    violated(path, nearest.place(), broken.iter().map(|one| one.node))
}

/// What breaks a rule because something lies ahead of it.
fn followed(ground: &Ground<'_>, waived: &Waived, of: &Picked, ahead: &Ahead<'_>) -> Verdict {
    let far = |one: &Occurrence| {
        let beyond = ahead.ahead_of_end(*one);
        (beyond != NEVER).then(|| ground.distance(one.node) + one.length() + beyond)
    };
    let broken: Vec<(u32, Occurrence)> =
        counting(ground, waived, of).filter_map(|one| Some((far(&one)?, one))).collect();
    let Some(&(_, nearest)) = broken.iter().min_by_key(|(far, _)| *far) else { return Verdict::HOLDS };
    violated(ahead.path_through(nearest), nearest.place(), broken.iter().map(|(_, one)| one.node))
}

/// What is reached of what is picked, but for what is waived.
fn counting<'p>(
    ground: &'p Ground<'_>,
    waived: &'p Waived,
    picked: &'p Picked,
) -> impl Iterator<Item = Occurrence> + 'p {
    picked.reached(ground).filter(|one| !waived.contains(&one.node))
}

fn violated(path: Path, place: Place, at: impl Iterator<Item = NodeId>) -> Verdict {
    let mut at: Vec<NodeId> = at.collect();
    at.sort_unstable();
    at.dedup();
    Verdict::Violated(Violation { path: Some(path), ..Violation::at(place, at) })
}

fn verdict(found: Found) -> Verdict {
    match found.path {
        Some((path, place)) => violated(path, place, found.at.into_iter()),
        None => Verdict::HOLDS,
    }
}

/// Whether something picked begins at a point, or may: a transition with several alternatives is taken
/// for any of them.
fn begins(picked: &Picked, point: Point) -> bool {
    match point {
        Point::Step(step) => picked.begins(step),
        Point::Taken(id) => picked.takes(id),
        Point::End => false,
    }
}

fn ends(picked: &Picked, point: Point) -> bool {
    match point {
        Point::Step(step) => picked.ends(step),
        Point::Taken(id) => picked.takes(id),
        Point::End => false,
    }
}

/// Whether something picked begins at a point, whichever alternative a transition is taken for.
fn surely_begins(picked: &Picked, point: Point) -> bool {
    match point {
        Point::Taken(id) => picked.always_takes(id),
        _ => begins(picked, point),
    }
}

/// The same of what ends there.
fn surely_ends(picked: &Picked, point: Point) -> bool {
    match point {
        Point::Taken(id) => picked.always_takes(id),
        _ => ends(picked, point),
    }
}

/// Whether what ends at a point shares points with an occurrence of the other that is over by then.
fn overlap(ground: &Ground<'_>, one: &Picked, other: &Picked, point: Point) -> bool {
    let Point::Step(step) = point else { return begins(other, point) };
    let steps = ground.steps_of(ground.node_of(step));
    let first = if one.is_alone(step) { step } else { steps.start };
    // One that goes on beyond the point undoes it at its own end.
    (first..=step).any(|step| other.ends(step))
}
