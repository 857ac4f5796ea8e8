//! How long: the longest time from one thing to the next other, every prompt heard out and every
//! retry used.

use super::ground::Ground;
use super::picked::{Extent, Occurrence, Picked};
use super::{Missing, Path, Place, Vacuous, Verdict, Violation};
use crate::diagnostics::quote;
use crate::flow::{Action, Directive, Flow, NodeId, Text, TransitionId};
use crate::table::Table;

/// What a word of text to speech takes, in milliseconds: 150 words a minute.
const MS_PER_WORD: u64 = 400;

/// A time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Time {
    /// What is known or estimated of it, in milliseconds.
    pub known: u64,
    /// Whether part of that is estimated.
    pub estimated: bool,
    /// The first step of which nothing or not all is known.
    pub unknown: Option<usize>,
}

impl Time {
    fn and(self, more: Time) -> Time {
        Time {
            known: self.known.saturating_add(more.known),
            estimated: self.estimated || more.estimated,
            unknown: self.unknown.or(more.unknown),
        }
    }
}

/// Whether a value that an action needs is not known, which has its own finding.
fn has_hole(action: &Action) -> bool {
    action.retries.is_some_and(|retries| retries.count.is_none())
        || action.lasts.is_none() && action.text.as_ref().is_some_and(|text| text.value.is_none())
}

/// How long an action takes at most.
fn time_of(flow: &Flow, action: &Action, step: usize) -> Time {
    let attempts = match action.directive {
        Directive::Collect => {
            u64::from(action.retries.and_then(|retries| retries.count).unwrap_or(0)).saturating_add(1)
        }
        _ => 1,
    };
    let nothing_known = Time { unknown: Some(step), ..Time::default() };
    if has_hole(action) {
        return nothing_known;
    }
    if let Some(lasts) = action.lasts {
        return Time { known: lasts.saturating_mul(attempts), ..Time::default() };
    }
    match (&action.directive, &action.text) {
        (Directive::Play, Some(text)) => spoken(flow, text),
        // How long the platform waits for a key is not in the flow.
        (Directive::Collect, Some(text)) => {
            let prompt = spoken(flow, text);
            Time { known: prompt.known.saturating_mul(attempts), ..prompt.and(nothing_known) }
        }
        (Directive::Play | Directive::Collect | Directive::Other(_), _) => nothing_known,
        // Their text is a queue, which nobody hears.
        (Directive::Route | Directive::Schedule | Directive::Record | Directive::Disconnect, _) => {
            Time::default()
        }
    }
}

/// How long a text takes to speak. A field of the contact's record counts as one word where nothing
/// says how long it is.
fn spoken(flow: &Flow, text: &Text) -> Time {
    let mut time = Time::default();
    for word in text.value.as_deref().unwrap_or_default().split_whitespace() {
        let field = || {
            let (_, after) = word.split_once('{')?;
            flow.contact_times.get(after.split_once('}')?.0).copied()
        };
        let lasts = if text.placeholders { field() } else { None };
        time.known = time.known.saturating_add(lasts.unwrap_or(MS_PER_WORD));
        time.estimated |= lasts.is_none();
    }
    time
}

/// The longest way on to what comes next: its time, whether any way has something estimated or
/// unknown, and the transition that it takes.
#[derive(Debug, Clone, Copy, Default)]
struct Longest {
    /// Of the way with the largest known part.
    time: Time,
    /// Whether any way rests on an estimate.
    estimated: bool,
    /// A step of any way that is not known.
    unknown: Option<usize>,
}

impl Longest {
    fn after(self, time: Time) -> Self {
        Self {
            time: time.and(self.time),
            estimated: self.estimated || time.estimated,
            unknown: time.unknown.or(self.unknown),
        }
    }

    /// Whichever has the larger known part, with what both leave open.
    fn or(self, other: Self) -> Self {
        let time = if other.time.known > self.time.known { other.time } else { self.time };
        Self { time, estimated: self.estimated || other.estimated, unknown: self.unknown.or(other.unknown) }
    }
}

/// The times of a flow, ahead of every point.
struct Times<'a> {
    ground: &'a Ground<'a>,
    to: Option<&'a Picked>,
    steps: &'a [Time],
    /// From the beginning of each node to what comes next; none where no way has that.
    from_begin: Table<NodeId, Option<Longest>>,
}

/// How long each step takes, in the order of the steps.
pub fn times_of(ground: &Ground<'_>) -> Vec<Time> {
    let mut times = Vec::with_capacity(ground.steps());
    for node in ground.flow.nodes.rows() {
        let first = times.len();
        times.extend(
            node.actions.iter().enumerate().map(|(at, action)| time_of(ground.flow, action, first + at)),
        );
        if node.actions.is_empty() {
            times.push(Time::default());
        }
    }
    times
}

/// `limit DURATION [from A] [to B]`
pub fn limit(
    ground: &Ground<'_>,
    order: &[NodeId],
    waived: &[NodeId],
    steps: &[Time],
    most: u64,
    from: Option<&Picked>,
    to: Option<&Picked>,
) -> Verdict {
    let mut times = Times { ground, to, steps, from_begin: Table::filled(None, ground.flow.nodes.len()) };
    for &node in order.iter().rev() {
        times.from_begin[node] = times.ahead_of_step(node, ground.steps_of(node).start);
    }
    let mut all: Option<(Longest, Start)> = None;
    let mut at: Vec<NodeId> = Vec::new();
    let mut add = |longest: Option<Longest>, start: Start| {
        let Some(longest) = longest else { return };
        if longest.time.known > most {
            at.push(start.place(ground).node);
        }
        all = Some(match all.take() {
            None => (longest, start),
            Some((best, _)) if longest.time.known > best.time.known => (longest.or(best), start),
            Some((best, of)) => (best.or(longest), of),
        });
    };
    match from {
        None => add(times.from_begin[ground.entry], Start::Entry),
        Some(from) => {
            for one in from.reached(ground) {
                if !waived.contains(&one.node) {
                    add(times.ahead_of_end(one), Start::After(one));
                }
            }
        }
    }
    let Some((longest, start)) = all else {
        return Verdict::Vacuous(Vacuous::NoneBetween);
    };
    if longest.time.known > most {
        at.sort_unstable();
        at.dedup();
        return Verdict::Violated(Violation {
            path: Some(times.path(start)),
            place: Some(start.place(ground)),
            at,
            found: Some(longest.time.known),
            estimated: longest.time.estimated,
            ..Violation::default()
        });
    }
    match longest.unknown {
        Some(step) => match action_of(ground, step) {
            Some(action) if has_hole(action) => Verdict::Withheld("a value on the way is not known"),
            _ => Verdict::Unknown(missing(ground, step)),
        },
        None => Verdict::Holds { estimated: longest.estimated },
    }
}

fn action_of<'a>(ground: &Ground<'a>, step: usize) -> Option<&'a Action> {
    let node = ground.node_of(step);
    ground.flow.nodes[node].actions.get(step - ground.steps_of(node).start)
}

/// What would say how long a step takes.
fn missing(ground: &Ground<'_>, step: usize) -> Missing {
    let action = action_of(ground, step);
    let id = quote(&ground.flow.nodes[ground.node_of(step)].id);
    let directive = action.map_or("", |action| action.directive.word());
    let what = match action.map(|action| &action.directive) {
        Some(Directive::Collect) => format!("nothing says how long {id} waits for a key"),
        _ => format!("nothing says how long the `{directive}` of {id} takes"),
    };
    let remedy = match action.map(|action| &action.directive) {
        Some(Directive::Collect) => "say how long the prompt and the wait after it take, as in `lasts 9s`",
        Some(Directive::Other(_)) => "say how long it takes, as in `lasts 2s`",
        _ => "say how long its audio is, as in `lasts 4.5s`",
    };
    Missing { what, remedy: remedy.to_owned(), span: action.map(|action| action.span) }
}

/// Where the clock starts.
#[derive(Clone, Copy)]
enum Start {
    Entry,
    After(Occurrence),
}

impl Start {
    fn place(self, ground: &Ground<'_>) -> Place {
        match self {
            Self::Entry => Place { node: ground.entry, transition: None },
            Self::After(one) => one.place(),
        }
    }
}

impl Times<'_> {
    /// From a step of a node on, or from the node's end.
    fn ahead_of_step(&self, node: NodeId, step: usize) -> Option<Longest> {
        let rest = step..self.ground.steps_of(node).end;
        let stop = self.to.and_then(|to| to.first_in(rest.clone()));
        let heard = step..stop.unwrap_or(rest.end);
        let time =
            self.steps.get(heard).unwrap_or_default().iter().fold(Time::default(), |sum, &one| sum.and(one));
        let ahead = match stop {
            Some(_) => Some(Longest::default()),
            None => self.onward(node).map(|(longest, _)| longest),
        };
        ahead.map(|longest| longest.after(time))
    }

    /// From a node's end: what lies ahead, and the transition of the longest way; none where that
    /// ends here.
    fn onward(&self, node: NodeId) -> Option<(Longest, Option<TransitionId>)> {
        let flow = self.ground.flow;
        let ends = self.to.is_none() && self.ground.ends(node);
        let mut best = ends.then(|| (Longest::default(), None));
        for (id, transition) in flow.out_ids(node) {
            let Some(to) = transition.to else { continue };
            let stops = self.to.is_some_and(|picked| picked.takes(id));
            let Some(way) = (if stops { Some(Longest::default()) } else { self.from_begin[to] }) else {
                continue;
            };
            best = Some(match best {
                Some((longest, _)) if way.time.known > longest.time.known => (way.or(longest), Some(id)),
                Some((longest, by)) => (longest.or(way), by),
                None => (way, Some(id)),
            });
        }
        best
    }

    fn ahead_of_end(&self, one: Occurrence) -> Option<Longest> {
        match one.extent {
            Extent::Steps(_, last) => self.ahead_of_step(one.node, last + 1),
            Extent::Taken(id) => self.from_begin[self.ground.flow.transitions[id].to?],
        }
    }

    /// A path that takes the longest time.
    fn path(&self, start: Start) -> Path {
        let (mut path, mut here, mut step) = match start {
            Start::Entry => {
                let entry = self.ground.entry;
                (self.ground.way_to(entry), entry, self.ground.steps_of(entry).start)
            }
            Start::After(one) => {
                let mut path = self.ground.way_to(one.node);
                match one.extent {
                    Extent::Steps(_, last) => (path, one.node, last + 1),
                    Extent::Taken(id) => {
                        let here = path.take(self.ground.flow, id).unwrap_or(one.node);
                        (path, here, self.ground.steps_of(here).start)
                    }
                }
            }
        };
        loop {
            let rest = step..self.ground.steps_of(here).end;
            if self.to.is_some_and(|to| to.first_in(rest).is_some()) {
                break;
            }
            let Some((_, Some(id))) = self.onward(here) else { break };
            let Some(to) = path.take(self.ground.flow, id) else { break };
            if self.to.is_some_and(|picked| picked.takes(id)) {
                break;
            }
            here = to;
            step = self.ground.steps_of(here).start;
        }
        path
    }
}
