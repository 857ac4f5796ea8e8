//! What becomes of a rule, by going through every path and every occurrence on it. It knows the
//! definitions and nothing of how the compiler decides.

use std::collections::{BTreeMap, BTreeSet};

use cxflowc::flow::policy::{Form, Op, Selector};
use cxflowc::flow::{Directive, EventKind, Flow, NodeId, TransitionId};
use cxflowc::policy::{Path, Verdict};

/// The most paths that are worth going through.
pub const MOST_WALKS: usize = 600;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    /// A node's action, by number; 0 for a node without any.
    Step(NodeId, usize),
    Taken(TransitionId),
}

/// A sequence of transitions from the entry.
#[derive(Debug)]
struct Walk {
    path: Path,
    points: Vec<Point>,
    complete: bool,
}

/// A run of points of a path, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Occurrence {
    begin: usize,
    end: usize,
}

impl Occurrence {
    fn is_before(self, other: Occurrence) -> bool {
        self.end < other.begin
    }
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, Default)]
struct Time {
    /// Milliseconds.
    known: u64,
    unknown: bool,
    estimated: bool,
}

/// What a rule comes to.
#[derive(Debug, PartialEq)]
pub enum Expected {
    Holds {
        estimated: bool,
    },
    Vacuous,
    Unknown,
    Violated {
        at: Vec<NodeId>,
        found: Option<u64>,
        /// Which paths may be shown, each with whether it rests on estimates (a path may have two
        /// stretches of the same length). None: no path at all.
        shown: Vec<(Path, BTreeSet<bool>)>,
    },
}

impl Expected {
    /// Whether a verdict is this one.
    pub fn is(&self, verdict: &Verdict) -> bool {
        match (self, verdict) {
            (Self::Holds { estimated }, Verdict::Holds { estimated: told }) => estimated == told,
            (Self::Vacuous, Verdict::Vacuous(why)) => !why.is_empty(),
            (Self::Unknown, Verdict::Unknown(missing)) => !missing.what.is_empty(),
            (Self::Violated { at, found, shown }, Verdict::Violated(told)) => {
                let path_fits = match &told.path {
                    None => shown.is_empty() && !told.estimated,
                    Some(path) => shown
                        .iter()
                        .any(|(one, estimated)| one == path && estimated.contains(&told.estimated)),
                };
                path_fits && *at == told.at && *found == told.found
            }
            _ => false,
        }
    }
}

/// The paths of a flow and what selectors pick on them.
pub struct Oracle<'f> {
    flow: &'f Flow,
    walks: Vec<Walk>,
    /// For each selector what it picks on each walk.
    picked: Vec<Vec<Vec<Occurrence>>>,
}

impl<'f> Oracle<'f> {
    /// None where there are too many paths.
    pub fn new(flow: &'f Flow, selectors: &[Selector]) -> Option<Self> {
        let walks = walks(flow)?;
        let picked = selectors
            .iter()
            .map(|selector| walks.iter().map(|walk| occurrences(flow, selector, walk)).collect())
            .collect();
        Some(Self { flow, walks, picked })
    }

    pub fn judge(&self, form: &Form<usize>) -> Expected {
        match *form {
            Form::Require(a) if self.occurs(a) => HOLDS,
            Form::Require(_) => {
                Expected::Violated { at: vec![self.flow.entry.unwrap()], found: None, shown: Vec::new() }
            }
            Form::OnEveryPath(a) => self.broken(|number, walk| {
                let without = walk.complete && self.picked[a][number].is_empty();
                if without { vec![*walk.path.nodes.last().unwrap()] } else { Vec::new() }
            }),
            Form::Before { first, then, since } => self.about(then, |number, _, b| {
                let last = since
                    .into_iter()
                    .flat_map(|since| &self.picked[since][number])
                    .filter(|c| c.is_before(b))
                    .max_by_key(|c| c.end);
                let anew = |a: &Occurrence| last.is_none_or(|c| c.is_before(*a));
                !self.picked[first][number].iter().any(|a| a.is_before(b) && anew(a))
            }),
            Form::After { later, earlier } => self.about(earlier, |number, walk, b| {
                walk.complete && !self.picked[later][number].iter().any(|a| b.is_before(*a))
            }),
            Form::Reachable { goal, from, within } => {
                let reaching = self.reaching(goal, from, within);
                self.about(from, |_, walk, b| !reaching.contains(&walk.points[b.begin]))
            }
            Form::Forbid(a) if !self.occurs(a) => HOLDS,
            Form::Forbid(a) => self.about(a, |_, _, _| true),
            Form::ForbidBefore { forbidden, then } if self.occurs(then) => {
                self.each(forbidden, |number, _, a| self.picked[then][number].iter().any(|b| a.is_before(*b)))
            }
            Form::ForbidAfter { forbidden, earlier } if self.occurs(earlier) => self
                .each(forbidden, |number, _, a| self.picked[earlier][number].iter().any(|b| b.is_before(a))),
            Form::ForbidBefore { .. } | Form::ForbidAfter { .. } => Expected::Vacuous,
            Form::Retries(most) => self.retries(most),
            Form::Depth(most) => {
                let depth = |walk: &Walk| walk.path.transitions.len() as u64;
                let found = self.walks.iter().map(depth).max().unwrap();
                if found <= most {
                    return HOLDS;
                }
                let deepest = self.walks.iter().filter(|walk| depth(walk) == found);
                Expected::Violated {
                    at: vec![self.flow.entry.unwrap()],
                    found: Some(found),
                    shown: deepest.map(|walk| (walk.path.clone(), BTreeSet::from([false]))).collect(),
                }
            }
            Form::Count(most, a) => self.count(most, a),
            Form::Time { most, from, to } => self.time(most, from, to),
        }
    }

    fn occurs(&self, selector: usize) -> bool {
        self.picked[selector].iter().any(|picked| !picked.is_empty())
    }

    /// What comes of the nodes at which a rule is broken on each walk.
    fn broken(&self, at: impl Fn(usize, &Walk) -> Vec<NodeId>) -> Expected {
        let at: Vec<Vec<NodeId>> =
            self.walks.iter().enumerate().map(|(number, walk)| at(number, walk)).collect();
        let breaking =
            || self.walks.iter().zip(&at).filter(|(_, at)| !at.is_empty()).map(|(walk, _)| &walk.path);
        let Some(fewest) = breaking().map(|path| path.transitions.len()).min() else { return HOLDS };
        let shown = breaking().filter(|path| path.transitions.len() == fewest);
        Expected::Violated {
            at: in_order(at.iter().flatten().copied()),
            found: None,
            shown: shown.map(|path| (path.clone(), BTreeSet::from([false]))).collect(),
        }
    }

    /// The same of the occurrences that break it.
    fn each(&self, selector: usize, breaks: impl Fn(usize, &Walk, Occurrence) -> bool) -> Expected {
        self.broken(|number, walk| {
            let breaking = self.picked[selector][number].iter().filter(|one| breaks(number, walk, **one));
            breaking.map(|one| self.node(walk.points[one.begin])).collect()
        })
    }

    /// The same of a rule that speaks of nothing where none occurs.
    fn about(&self, selector: usize, breaks: impl Fn(usize, &Walk, Occurrence) -> bool) -> Expected {
        if self.occurs(selector) { self.each(selector, breaks) } else { Expected::Vacuous }
    }

    /// The node of a step, or the one that a transition leaves.
    fn node(&self, point: Point) -> NodeId {
        match point {
            Point::Step(node, _) => node,
            Point::Taken(transition) => self.flow.transitions[transition].from,
        }
    }

    /// The beginnings of those occurrences from which the caller alone gets to another.
    fn reaching(&self, goal: usize, from: usize, within: Option<u32>) -> BTreeSet<Point> {
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
                            Point::Taken(transition) => Some(*transition),
                            Point::Step(..) => None,
                        })
                    };
                    let keys = taken().filter(|one| self.has_key(*one)).count();
                    taken().all(|one| self.has_key(one) || self.flow.transitions[one].is_unconditional())
                        && within.is_none_or(|within| keys <= within as usize)
                };
                if self.picked[goal][number].iter().any(|a| gets(&a)) {
                    reaching.insert(walk.points[b.begin]);
                }
            }
        }
        reaching
    }

    fn has_key(&self, transition: TransitionId) -> bool {
        let alternatives = self.flow.alternatives(&self.flow.transitions[transition]);
        alternatives.iter().any(|one| self.flow.events[one.event].kind == EventKind::Key)
    }

    fn retries(&self, most: u64) -> Expected {
        let of_node = |node: NodeId| {
            let actions = self.flow.nodes[node].actions.iter();
            actions.filter_map(|action| action.retries).map(|retries| u64::from(retries.count.unwrap())).max()
        };
        let over = self.flow.nodes.ids().filter(|&node| of_node(node) > Some(most));
        match self.flow.nodes.ids().filter_map(of_node).max() {
            None => Expected::Vacuous,
            Some(found) if found > most => {
                Expected::Violated { at: over.collect(), found: Some(found), shown: Vec::new() }
            }
            Some(_) => HOLDS,
        }
    }

    fn count(&self, most: u64, a: usize) -> Expected {
        let counts = || self.walks.iter().zip(self.picked[a].iter().map(|picked| picked.len() as u64));
        let found = counts().map(|(_, count)| count).max().unwrap();
        if found == 0 {
            return Expected::Vacuous;
        }
        if found <= most {
            return HOLDS;
        }
        Expected::Violated {
            at: vec![self.flow.entry.unwrap()],
            found: Some(found),
            shown: counts()
                .filter(|(_, count)| *count == found)
                .map(|(walk, _)| (walk.path.clone(), BTreeSet::from([false])))
                .collect(),
        }
    }

    fn time(&self, most: u64, from: Option<usize>, to: Option<usize>) -> Expected {
        let mut all: Vec<Time> = Vec::new();
        let mut at = Vec::new();
        // For each walk the stretches that end at its last node.
        let mut ending: Vec<(&Walk, Time)> = Vec::new();
        for (number, walk) in self.walks.iter().enumerate() {
            // The number of the first point of a stretch.
            let starts: Vec<usize> = match from {
                None => vec![0],
                Some(from) => self.picked[from][number].iter().map(|a| a.end + 1).collect(),
            };
            for start in starts {
                let end = match to {
                    None if walk.complete => walk.points.len(),
                    None => continue,
                    Some(to) => {
                        let next = self.picked[to][number].iter().map(|b| b.begin).filter(|&b| b >= start);
                        let Some(end) = next.min() else { continue };
                        end
                    }
                };
                let time = self.time_of(&walk.points[start..end]);
                all.push(time);
                if time.known > most {
                    at.push(match start.checked_sub(1) {
                        Some(last) => self.node(walk.points[last]),
                        None => self.flow.entry.unwrap(),
                    });
                }
                let last = *walk.path.nodes.last().unwrap();
                if to.is_none() || self.reached(walk.points[end]) == last {
                    ending.push((walk, time));
                }
            }
        }
        let Some(found) = all.iter().map(|time| time.known).max() else { return Expected::Vacuous };
        if found > most {
            let mut shown: BTreeMap<&[TransitionId], (Path, BTreeSet<bool>)> = BTreeMap::new();
            for (walk, time) in ending.iter().filter(|(_, time)| time.known == found) {
                let one = shown.entry(&walk.path.transitions).or_insert((walk.path.clone(), BTreeSet::new()));
                one.1.insert(time.estimated);
            }
            return Expected::Violated {
                at: in_order(at),
                found: Some(found),
                shown: shown.into_values().collect(),
            };
        }
        if all.iter().any(|time| time.unknown) {
            return Expected::Unknown;
        }
        Expected::Holds { estimated: all.iter().any(|time| time.estimated) }
    }

    /// The node of a step, or the one that a transition comes to.
    fn reached(&self, point: Point) -> NodeId {
        match point {
            Point::Step(node, _) => node,
            Point::Taken(transition) => self.flow.transitions[transition].to.unwrap(),
        }
    }

    fn time_of(&self, points: &[Point]) -> Time {
        let mut sum = Time::default();
        for point in points {
            let Point::Step(node, action) = point else { continue };
            let Some(action) = self.flow.nodes[*node].actions.get(*action) else { continue };
            let silent = matches!(
                action.directive,
                Directive::Route | Directive::Schedule | Directive::Record | Directive::Disconnect
            );
            let collects = action.directive == Directive::Collect;
            let spoken = collects || action.directive == Directive::Play;
            let times =
                if collects { action.retries.map_or(0, |retries| retries.count.unwrap()) + 1 } else { 1 };
            let (once, unknown, estimated) = match (action.lasts, &action.text) {
                (Some(lasts), _) => (lasts, false, false),
                (None, _) if silent => (0, false, false),
                (None, Some(text)) if spoken => {
                    let words = text.value.as_ref().unwrap().split_whitespace().count();
                    (400 * words as u64, collects, words > 0)
                }
                (None, _) => (0, true, false),
            };
            sum.known += once * u64::from(times);
            sum.unknown |= unknown;
            sum.estimated |= estimated;
        }
        sum
    }
}

const HOLDS: Expected = Expected::Holds { estimated: false };

fn in_order(nodes: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
    nodes.into_iter().collect::<BTreeSet<NodeId>>().into_iter().collect()
}

/// Every sequence of transitions from the entry, those that stop midway included.
fn walks(flow: &Flow) -> Option<Vec<Walk>> {
    let mut paths = vec![Path { nodes: vec![flow.entry?], transitions: Vec::new() }];
    let mut next = 0;
    while let Some(path) = paths.get(next).cloned() {
        next += 1;
        for (transition, row) in flow.transitions.iter() {
            if Some(&row.from) == path.nodes.last() {
                let mut longer = path.clone();
                longer.nodes.push(row.to?);
                longer.transitions.push(transition);
                paths.push(longer);
            }
        }
        if paths.len() > MOST_WALKS {
            return None;
        }
    }
    let walk = |path: Path| {
        let mut points = Vec::new();
        for (number, &node) in path.nodes.iter().enumerate() {
            if let Some(before) = number.checked_sub(1) {
                points.push(Point::Taken(path.transitions[before]));
            }
            points.extend((0..flow.nodes[node].actions.len().max(1)).map(|step| Point::Step(node, step)));
        }
        let complete = flow.nodes[*path.nodes.last().unwrap()].ends_call;
        Walk { path, points, complete }
    };
    Some(paths.into_iter().map(walk).collect())
}

/// What a selector picks on a walk.
fn occurrences(flow: &Flow, selector: &Selector, walk: &Walk) -> Vec<Occurrence> {
    let mut all = Vec::new();
    for (number, &point) in walk.points.iter().enumerate() {
        let here = Occurrence { begin: number, end: number };
        match point {
            Point::Taken(transition) => {
                if picks_transition(flow, selector, transition) {
                    all.push(here);
                }
            }
            Point::Step(node, step) => match picks_node(flow, selector, node) {
                Some(true) if step == 0 => {
                    let steps = flow.nodes[node].actions.len().max(1);
                    all.push(Occurrence { begin: number, end: number + steps - 1 });
                }
                Some(_) => {}
                None => {
                    if picks_step(flow, selector, node, step) {
                        all.push(here);
                    }
                }
            },
        }
    }
    all
}

/// Goes through a selector in postfix order.
fn evaluate<T: Copy>(
    selector: &Selector,
    atom: impl Fn(&Op) -> T,
    not: impl Fn(T) -> T,
    and: impl Fn(T, T) -> T,
    or: impl Fn(T, T) -> T,
) -> T {
    let mut stack = Vec::new();
    for op in &selector.0 {
        let value = match op {
            Op::Not => not(stack.pop().unwrap()),
            Op::And | Op::Or => {
                let (right, left) = (stack.pop().unwrap(), stack.pop().unwrap());
                if *op == Op::And { and(left, right) } else { or(left, right) }
            }
            _ => atom(op),
        };
        stack.push(value);
    }
    assert_eq!(stack.len(), 1, "{selector:?}");
    stack[0]
}

/// Whether a node's kind, name and tags decide that all of its steps or none are picked.
fn picks_node(flow: &Flow, selector: &Selector, node: NodeId) -> Option<bool> {
    let row = &flow.nodes[node];
    let atom = |op: &Op| match op {
        Op::Kind(kind) => Some(row.is(*kind)),
        Op::Node(one) => Some(*one == node),
        Op::Tag(tag) if row.tags.iter().any(|one| one.name == *tag) => Some(true),
        // A tag that none of its actions bears leaves nothing open.
        Op::Tag(tag) => {
            let open = row.actions.iter().any(|action| action.tags.iter().any(|one| one.name == *tag));
            if open { None } else { Some(false) }
        }
        Op::Taken(..) => Some(false),
        _ => None,
    };
    let or = |a: Option<bool>, b: Option<bool>| match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    };
    let not = |a: Option<bool>| a.map(|a| !a);
    evaluate(selector, atom, not, |a, b| not(or(not(a), not(b))), or)
}

fn picks_step(flow: &Flow, selector: &Selector, node: NodeId, step: usize) -> bool {
    let row = &flow.nodes[node];
    let atom = |op: &Op| match op {
        Op::Kind(kind) => row.is(*kind),
        Op::Node(one) => *one == node,
        Op::Tag(tag) => {
            let of_step = row.actions.get(step).map_or(&[][..], |action| &action.tags);
            row.tags.iter().chain(of_step).any(|one| one.name == *tag)
        }
        Op::Any => true,
        _ => false,
    };
    evaluate(selector, atom, |a| !a, |a, b| a && b, |a, b| a || b)
}

fn picks_transition(flow: &Flow, selector: &Selector, transition: TransitionId) -> bool {
    let row = &flow.transitions[transition];
    let atom = |op: &Op| match op {
        Op::Taken(node, events) => {
            *node == row.from && flow.alternatives(row).iter().any(|one| events.contains(&one.event))
        }
        _ => false,
    };
    evaluate(selector, atom, |_| false, |a, b| a && b, |a, b| a || b)
}
