//! Decides a rule by enumerating every path and every occurrence on it. It knows the definitions and
//! nothing of how the compiler decides.

use std::collections::BTreeSet;

use cxflowc::flow::policy::{Extent, Form, Selector};
use cxflowc::flow::{Directive, EventKind, Flow, NodeId, TransitionId};
use cxflowc::policy::{PathElement, VacuousKind};
use cxflowc::speech::{Voice, bounds};

use crate::expected::{Expected, Shown};
use crate::picks::{Picks, occurrences, picks_way};
use crate::walks::{Occurrence, Point, Walk, own_steps, walks, ways};

/// A stretch of time.
#[derive(Debug, Clone, Copy, Default)]
struct Time {
    /// Milliseconds, at least and at most.
    least: u64,
    most: u64,
    estimated: bool,
}

/// The paths of a flow and what selectors pick on them.
pub struct Oracle<'f> {
    flow: &'f Flow,
    selectors: Vec<Selector>,
    walks: Vec<Walk>,
    /// For each selector what it picks on each walk.
    picked: Vec<Vec<Vec<Occurrence>>>,
    /// The same of what is forbidden before or after something else.
    with_actions: Vec<Vec<Vec<Occurrence>>>,
    /// The same of what something must come with.
    taken: Vec<Vec<Vec<Occurrence>>>,
    /// The same of what it picks without what it takes away.
    without_exceptions: Vec<Vec<Vec<Occurrence>>>,
}

impl<'f> Oracle<'f> {
    /// None where there are too many paths.
    pub fn new(flow: &'f Flow, selectors: &[Selector]) -> Option<Self> {
        let walks = walks(flow)?;
        let pick_with = |selector: &Selector, picks: Picks| {
            walks.iter().map(|walk| occurrences(flow, selector, walk, picks)).collect::<Vec<_>>()
        };
        let pick = |selector: &Selector| pick_with(selector, Picks::Nodes);
        let picked = selectors.iter().map(pick).collect();
        let all = |picks: Picks| selectors.iter().map(|selector| pick_with(selector, picks)).collect();
        let (with_actions, taken) = (all(Picks::NodesAndActions), all(Picks::TakenNodes));
        let without_exceptions = selectors
            .iter()
            .map(|selector| {
                let without = selector.without_exceptions();
                if without == *selector { vec![Vec::new(); walks.len()] } else { pick(&without) }
            })
            .collect();
        Some(Self {
            flow,
            selectors: selectors.to_vec(),
            walks,
            picked,
            with_actions,
            taken,
            without_exceptions,
        })
    }

    /// What becomes of a form of rule; what is broken at the waived nodes does not count.
    pub fn judge(&self, form: &Form<usize>, waived: &[NodeId]) -> Expected {
        let counts = |place: &PathElement| !waived.contains(&place.node);
        match *form {
            Form::Require(a) if self.occurs(a) => Expected::HOLDS,
            Form::Require(_) => {
                let place = self.entry();
                let shown = Shown { path: None, place, estimated: false };
                Expected::Violated { at: vec![place.node], found: None, shown: vec![shown] }
            }
            Form::OnEveryPath(a) => self.broken(counts, |number, walk| {
                let without = walk.complete && self.picked[a][number].is_empty();
                if without { vec![walk.last()] } else { Vec::new() }
            }),
            Form::Before { first, then, since, or_with } => {
                let of_then = if or_with { &self.taken } else { &self.picked };
                self.about_these(of_then, (then, Some(first)), counts, |number, walk, b| {
                    let last = since
                        .into_iter()
                        .flat_map(|since| &self.picked[since][number])
                        .filter(|c| c.is_before(b))
                        .max_by_key(|c| c.end);
                    let anew = |a: &Occurrence| last.is_none_or(|c| c.is_before(*a));
                    let heard = |a: &Occurrence| a.is_before(b) && !self.failed(walk, *a, b);
                    let with = |a: &&Occurrence| or_with && self.ends_beside(walk, **a, b);
                    let all = &self.picked[first][number];
                    !all.iter().any(|a| heard(a) && anew(a)) && !all.iter().any(|a| with(&a))
                })
            }
            Form::After { later, earlier } => self.about(earlier, Some(later), counts, |number, walk, b| {
                walk.complete && !self.picked[later][number].iter().any(|a| b.is_before(*a))
            }),
            Form::Reachable { goal, from, within } => {
                let reaching = self.reaching(goal, from, within);
                // Whoever talks with an agent presses no keys.
                let is_script = |walk: &Walk, b: Occurrence| matches!(walk.points[b.begin], Point::Step(node, step) if step >= own_steps(&self.flow.nodes[node]));
                self.about(from, Some(goal), counts, |_, walk, b| {
                    !is_script(walk, b) && !reaching.contains(&self.stretch(walk, b))
                })
            }
            Form::Forbid(a) if !self.occurs(a) => Expected::HOLDS,
            Form::Forbid(a) => self.about(a, None, counts, |_, _, _| true),
            Form::ForbidBefore { forbidden, then } if self.occurs(then) => {
                self.each(&self.with_actions[forbidden], counts, |number, _, a| {
                    self.with_actions[then][number].iter().any(|b| a.is_before(*b))
                })
            }
            Form::ForbidAfter { forbidden, earlier } if self.occurs(earlier) => {
                self.each(&self.with_actions[forbidden], counts, |number, _, a| {
                    self.with_actions[earlier][number].iter().any(|b| b.is_before(a))
                })
            }
            Form::ForbidBefore { .. } | Form::ForbidAfter { .. } => Expected::NOTHING,
            Form::Retries(most) => self.retries(most, waived),
            Form::Depth(most) => self.limit(most, |_, _, point| u64::from(matches!(point, Point::Taken(..)))),
            Form::Count(_, a) if !self.occurs(a) => Expected::NOTHING,
            Form::Count(most, a) => self.limit(most, |number, at, _| {
                self.picked[a][number].iter().filter(|one| one.begin == at).count() as u64
            }),
            Form::Time { most, from, to, extent } => {
                if let Some(to) = to.filter(|_| extent.must_occur) {
                    let occurs = match from {
                        None => self.judge(&Form::OnEveryPath(to), waived),
                        Some(from) if extent.from_start => {
                            self.about_these(&self.taken, (from, Some(to)), counts, |number, walk, b| {
                                let is_step = matches!(walk.points[b.begin], Point::Step(..));
                                let comes = |a: &Occurrence| {
                                    if is_step { a.begin >= b.begin } else { b.is_before(*a) }
                                };
                                walk.complete && !self.picked[to][number].iter().any(comes)
                            })
                        }
                        Some(from) => self.judge(&Form::After { later: to, earlier: from }, waived),
                    };
                    if let Expected::Violated { at, shown, .. } = occurs {
                        // It is broken as well where it takes too long.
                        let late = match self.time(most, (from, Some(to)), extent, counts) {
                            Expected::Violated { at, .. } => at,
                            _ => Vec::new(),
                        };
                        let at = in_order(at.into_iter().chain(late));
                        return Expected::Violated { at, found: None, shown };
                    }
                }
                self.time(most, (from, to), extent, counts)
            }
        }
    }

    fn occurs(&self, selector: usize) -> bool {
        self.picked[selector].iter().any(|picked| !picked.is_empty())
    }

    /// Where calls begin.
    fn entry(&self) -> PathElement {
        PathElement { node: self.flow.entry.unwrap(), transition: None }
    }

    /// What comes of the places at which a rule is broken on each walk, so far as they count.
    fn broken(
        &self,
        counts: impl Fn(&PathElement) -> bool,
        places: impl Fn(usize, &Walk) -> Vec<PathElement>,
    ) -> Expected {
        let mut all: Vec<(&Walk, PathElement)> = Vec::new();
        for (number, walk) in self.walks.iter().enumerate() {
            all.extend(places(number, walk).into_iter().filter(&counts).map(|place| (walk, place)));
        }
        let Some(fewest) = all.iter().map(|(walk, _)| walk.path.transitions.len()).min() else {
            return Expected::HOLDS;
        };
        let shown = all.iter().filter(|(walk, _)| walk.path.transitions.len() == fewest);
        Expected::Violated {
            at: in_order(all.iter().map(|(_, place)| place.node)),
            found: None,
            shown: shown.map(|&(walk, place)| shown_on(walk, place, false)).collect(),
        }
    }

    /// The same of the occurrences that break it.
    fn each(
        &self,
        picked: &[Vec<Occurrence>],
        counts: impl Fn(&PathElement) -> bool,
        breaks: impl Fn(usize, &Walk, Occurrence) -> bool,
    ) -> Expected {
        self.broken(counts, |number, walk| {
            let breaking = picked[number].iter().filter(|one| breaks(number, walk, **one));
            breaking.map(|one| self.place(walk.points[one.begin])).collect()
        })
    }

    /// The same of a rule that speaks of nothing where none occurs.
    fn about(
        &self,
        selector: usize,
        required: Option<usize>,
        counts: impl Fn(&PathElement) -> bool,
        breaks: impl Fn(usize, &Walk, Occurrence) -> bool,
    ) -> Expected {
        self.about_these(&self.picked, (selector, required), counts, breaks)
    }

    /// The same of these occurrences of the selector.
    fn about_these(
        &self,
        picked: &[Vec<Vec<Occurrence>>],
        (selector, required): (usize, Option<usize>),
        counts: impl Fn(&PathElement) -> bool,
        breaks: impl Fn(usize, &Walk, Occurrence) -> bool,
    ) -> Expected {
        if self.occurs(selector) {
            return self.each(&picked[selector], counts, breaks);
        }
        // What the rule excepts may be there, and be part of what it requires.
        let own = &self.without_exceptions[selector];
        let is_kept = required.is_some_and(|required| share_a_point(own, &self.picked[required]));
        if is_kept { Expected::Vacuous(VacuousKind::WithinOneStep) } else { Expected::NOTHING }
    }

    /// The place of a point.
    fn place(&self, point: Point) -> PathElement {
        match point {
            Point::Step(node, _) => PathElement { node, transition: None },
            Point::Taken(id, _) => PathElement { node: self.flow.transitions[id].from, transition: Some(id) },
        }
    }

    /// What is known of a call at the beginning of an occurrence: the points up to there, and whether an agent takes it.
    fn stretch<'w>(&self, walk: &'w Walk, b: Occurrence) -> (&'w [Point], bool) {
        let at = match walk.points[b.begin] {
            Point::Step(..) => b.begin,
            Point::Taken(..) => b.begin + 1,
        };
        (&walk.points[..=b.begin], walk.is_said(self.flow, at))
    }

    /// The same of those occurrences from which the called party alone gets to another.
    fn reaching(&self, goal: usize, from: usize, within: Option<u32>) -> BTreeSet<(&[Point], bool)> {
        let mut reaching = BTreeSet::new();
        for (number, walk) in self.walks.iter().enumerate() {
            for b in &self.picked[from][number] {
                let gets = |a: &&Occurrence| {
                    let Some(between) = walk.points.get(b.begin + 1..=a.begin) else {
                        // It begins here.
                        return a.begin == b.begin;
                    };
                    let taken = || {
                        between.iter().filter_map(|point| match point {
                            Point::Taken(transition, number) => Some((*transition, *number)),
                            Point::Step(..) => None,
                        })
                    };
                    // Nobody chooses that an agent takes the call.
                    if self.is_line(walk.points[a.begin]) && !self.is_line(walk.points[b.begin]) {
                        return false;
                    }
                    if self.is_line(walk.points[a.begin])
                        && between.iter().any(|point| matches!(point, Point::Taken(..)))
                    {
                        return false;
                    }
                    // Nobody chooses what comes of a plain arrow.
                    if let Point::Taken(id, _) = walk.points[a.begin]
                        && !between.is_empty()
                        && !self.is_always_picked(goal, id)
                    {
                        return false;
                    }
                    let keys = taken().filter(|one| self.is_key(*one)).count();
                    taken().all(|one| self.is_key(one) || self.flow.transitions[one.0].is_unconditional())
                        && within.is_none_or(|within| keys <= within as usize)
                };
                if self.picked[goal][number].iter().any(|a| gets(&a)) {
                    reaching.insert(self.stretch(walk, *b));
                }
            }
        }
        reaching
    }

    /// Whether an agent says it.
    fn is_line(&self, point: Point) -> bool {
        matches!(point, Point::Step(node, step) if step >= own_steps(&self.flow.nodes[node]))
    }

    /// Whether a selector picks a transition with a condition, or a plain arrow in whichever way it is taken.
    fn is_always_picked(&self, selector: usize, transition: TransitionId) -> bool {
        let row = &self.flow.transitions[transition];
        !row.is_unconditional()
            || (0..ways(self.flow, row).len().max(1))
                .all(|way| picks_way(self.flow, &self.selectors[selector], transition, way))
    }

    /// Whether something ends at the beginning of something else, or later in the same node.
    fn ends_beside(&self, walk: &Walk, one: Occurrence, other: Occurrence) -> bool {
        if one.end < other.begin {
            return false;
        }
        let mut between = walk.points[other.begin..=one.end].iter();
        one.end == other.begin || between.all(|point| matches!(point, Point::Step(..)))
    }

    /// Whether the node of something is left by `failed` before something else.
    fn failed(&self, walk: &Walk, of: Occurrence, before: Occurrence) -> bool {
        if let Point::Taken(..) = walk.points[of.end] {
            return false;
        }
        let left = walk.points[of.end..=before.begin].iter().find_map(|point| match point {
            Point::Taken(id, number) => Some((*id, *number)),
            Point::Step(..) => None,
        });
        left.is_some_and(|(id, number)| {
            ways(self.flow, &self.flow.transitions[id]).get(number).is_some_and(|word| word == "failed")
        })
    }

    /// What a transition is taken for.
    fn event(&self, (transition, number): (TransitionId, usize)) -> Option<EventKind> {
        let alternatives = self.flow.alternatives(&self.flow.transitions[transition]);
        alternatives.get(number).map(|one| self.flow.events[one.event].kind())
    }

    fn is_key(&self, taken: (TransitionId, usize)) -> bool {
        self.event(taken) == Some(EventKind::Key)
    }

    fn retries(&self, most: u64, waived: &[NodeId]) -> Expected {
        let of_node = |node: NodeId| {
            let actions = self.flow.nodes[node].actions.iter();
            actions.filter_map(|action| action.retries).map(|retries| u64::from(retries.count.unwrap())).max()
        };
        if self.flow.nodes.ids().all(|node| of_node(node).is_none()) {
            return Expected::NOTHING;
        }
        let over = self.flow.nodes.ids().filter(|&node| of_node(node) > Some(most));
        let at: Vec<NodeId> = over.filter(|node| !waived.contains(node)).collect();
        let Some(&node) = at.first() else { return Expected::HOLDS };
        let shown = Shown { path: None, place: PathElement { node, transition: None }, estimated: false };
        Expected::Violated {
            found: at.iter().filter_map(|&node| of_node(node)).max(),
            at,
            shown: vec![shown],
        }
    }

    /// The most points of some sort on any path.
    fn limit(&self, most: u64, counts: impl Fn(usize, usize, Point) -> u64) -> Expected {
        // Of each walk how many there are, and the first node with which they are too many.
        let count = |(number, walk): (usize, &Walk)| {
            let (mut count, mut first) = (0, None);
            for (at, &point) in walk.points.iter().enumerate() {
                count += counts(number, at, point);
                if count > most {
                    first.get_or_insert(PathElement { node: self.reached(point), transition: None });
                }
            }
            (count, first)
        };
        let all: Vec<(u64, Option<PathElement>)> = self.walks.iter().enumerate().map(count).collect();
        let found = all.iter().map(|(count, _)| *count).max().unwrap();
        if found <= most {
            return Expected::HOLDS;
        }
        let longest = self.walks.iter().zip(&all).filter(|(_, (count, _))| *count == found);
        Expected::Violated {
            at: vec![self.entry().node],
            found: Some(found),
            shown: longest.map(|(walk, (_, place))| shown_on(walk, place.unwrap(), false)).collect(),
        }
    }

    fn time(
        &self,
        most: u64,
        (from, to): (Option<usize>, Option<usize>),
        extent: Extent,
        counts: impl Fn(&PathElement) -> bool,
    ) -> Expected {
        let mut all: Vec<(PathElement, Time)> = Vec::new();
        // Those that end at their walk's last node.
        let mut ending: Vec<(&Walk, PathElement, Time)> = Vec::new();
        for (number, walk) in self.walks.iter().enumerate() {
            // Where a stretch starts, and the number of its first point.
            let starts: Vec<(PathElement, usize)> = match from {
                None => vec![(self.entry(), 0)],
                Some(from) => {
                    // A transition takes no time.
                    let is_from_start =
                        |a: &Occurrence| extent.from_start && matches!(walk.points[a.begin], Point::Step(..));
                    let start = |a: &Occurrence| {
                        let first = if is_from_start(a) { a.begin } else { a.end + 1 };
                        (self.place(walk.points[a.begin]), first)
                    };
                    self.picked[from][number].iter().map(start).collect()
                }
            };
            for (place, start) in starts.into_iter().filter(|(place, _)| counts(place)) {
                let end = match to {
                    None if walk.complete => walk.points.len(),
                    None => continue,
                    Some(to) => {
                        let stop = |b: &Occurrence| if extent.to_end { b.end } else { b.begin };
                        let next = self.picked[to][number].iter().map(stop).filter(|&b| b >= start);
                        let Some(end) = next.min() else { continue };
                        end
                    }
                };
                let behind = if to.is_some() && extent.to_end { end + 1 } else { end };
                let time = self.time_of(&walk.points[start..behind]);
                all.push((place, time));
                if to.is_none() || self.reached(walk.points[end]) == walk.last().node {
                    ending.push((walk, place, time));
                }
            }
        }
        let Some(found) = all.iter().map(|(_, time)| time.least).max() else {
            let is_kept =
                from.zip(to).is_some_and(|(from, to)| share_a_point(&self.picked[from], &self.picked[to]));
            return if is_kept { Expected::Vacuous(VacuousKind::WithinOneStep) } else { Expected::NOTHING };
        };
        if found > most {
            let over = all.iter().filter(|(_, time)| time.least > most);
            let longest = ending.iter().filter(|(.., time)| time.least == found);
            return Expected::Violated {
                at: in_order(over.map(|(place, _)| place.node)),
                found: Some(found),
                shown: longest.map(|&(walk, place, time)| shown_on(walk, place, time.estimated)).collect(),
            };
        }
        if all.iter().any(|(_, time)| time.most > most) {
            return Expected::Unknown;
        }
        Expected::Holds { estimated: all.iter().any(|(_, time)| time.estimated) }
    }

    /// The node of a step, or the one that a transition comes to.
    fn reached(&self, point: Point) -> NodeId {
        match point {
            Point::Step(node, _) => node,
            Point::Taken(transition, _) => self.flow.transitions[transition].to.unwrap(),
        }
    }

    fn time_of(&self, points: &[Point]) -> Time {
        let mut sum = Time::default();
        for point in points {
            let Point::Step(node, action) = point else { continue };
            let Some(action) = self.flow.nodes[*node].actions.get(*action) else { continue };
            let silent = matches!(
                action.directive,
                Directive::Route
                    | Directive::Schedule
                    | Directive::Record
                    | Directive::Disconnect
                    | Directive::Set
            );
            let collects = action.directive == Directive::Collect;
            let spoken = collects || action.directive == Directive::Play;
            let times =
                if collects { action.retries.map_or(0, |retries| retries.count.unwrap()) + 1 } else { 1 };
            let heard = |text: &str| bounds(text, Voice::default());
            let (least, most, estimated) = match (action.lasts, &action.text) {
                (Some(lasts), _) => (lasts, lasts, false),
                (None, _) if silent => (0, 0, false),
                // A recording is heard, whatever text is beside it.
                (None, Some(text)) if spoken && action.media.is_none() => {
                    let heard = heard(text.value.as_ref().unwrap());
                    (heard.least, if collects { u64::MAX } else { heard.most }, heard.most > 0)
                }
                (None, _) => (0, u64::MAX, false),
            };
            sum.least += least * u64::from(times);
            sum.most = sum.most.saturating_add(most.saturating_mul(u64::from(times)));
            sum.estimated |= estimated;
        }
        sum
    }
}

/// Whether on some walk something of both has a point in common.
fn share_a_point(one: &[Vec<Occurrence>], other: &[Vec<Occurrence>]) -> bool {
    let meet = |a: &Occurrence, b: &Occurrence| a.begin <= b.end && b.begin <= a.end;
    one.iter().zip(other).any(|(one, other)| one.iter().any(|a| other.iter().any(|b| meet(a, b))))
}

fn shown_on(walk: &Walk, place: PathElement, estimated: bool) -> Shown {
    Shown { path: Some(walk.path.clone()), place, estimated }
}

fn in_order(nodes: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
    nodes.into_iter().collect::<BTreeSet<NodeId>>().into_iter().collect()
}
