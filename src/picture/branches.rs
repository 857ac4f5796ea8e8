//! The edges out of a node, those to the same node as one, with what leads there.

use rustc_hash::{FxHashMap, FxHashSet};

use super::measure::{Mask, visible};
use crate::diagnostics::keys_in_words;
use crate::flow::{Directive, Event, EventKind, Flow, Kind, NodeId, Outcome, Transition};
use crate::source::Sources;

/// How many outcomes and conditions of the platform a label names.
const NAMED: usize = 6;

/// Where a branch goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A node.
    Node(NodeId),
    /// A name that nothing has.
    Missing(String),
}

/// All that leads from a node to one other.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Where it goes.
    pub to: Target,
    /// What leads there, in short: `1, 3–5, no input`. Empty where nothing has to happen.
    pub label: String,
    /// The same in whole, as the source spells it.
    pub whole: String,
}

impl Branch {
    /// The node that it goes to.
    pub fn node(&self) -> Option<NodeId> {
        match self.to {
            Target::Node(node) => Some(node),
            Target::Missing(_) => None,
        }
    }
}

/// What leads to a node: first what does so always, then what does so a few times or only from then on.
#[derive(Default)]
struct Gathered<'f> {
    groups: Vec<Group<'f>>,
    conditions: Vec<String>,
}

/// Transitions with the same bound and the same disposition, which have a label in common.
struct Group<'f> {
    bound: String,
    events: Vec<&'f Event>,
    always: bool,
    /// Whether it has the plain arrow beside outcomes.
    rest: bool,
    /// Whether it has the `else` of a `decide`.
    otherwise: bool,
}

/// The branches of a node, in the order of the first transition to each target.
pub fn branches(flow: &Flow, sources: &Sources, node: NodeId, mask: Mask) -> Vec<Branch> {
    let mut targets: Vec<(Target, Gathered<'_>)> = Vec::new();
    let mut places: FxHashMap<Target, usize> = FxHashMap::default();
    for transition in flow.out(node) {
        let to = match transition.to {
            Some(to) => Target::Node(to),
            None => Target::Missing(visible(&mask(sources.text(transition.span)))),
        };
        let place = *places.entry(to.clone()).or_insert_with(|| {
            targets.push((to, Gathered::default()));
            targets.len() - 1
        });
        let Some((_, gathered)) = targets.get_mut(place) else { continue };
        gathered.add(flow, transition);
    }
    let waits_for_keys = waits_for_keys(flow, node);
    let branch = |(to, gathered): (Target, Gathered<'_>)| Branch {
        to,
        label: gathered.label(waits_for_keys, mask),
        whole: visible(&mask(&gathered.conditions.join(" | "))),
    };
    targets.into_iter().map(branch).collect()
}

/// `again 2`, `else`, or nothing, and what a call is reported as.
fn bound(flow: &Flow, transition: &Transition) -> String {
    let bound = match flow.bound(transition) {
        Some(most) => format!("again {most}"),
        None if transition.is_else() => "else".to_owned(),
        None => String::new(),
    };
    let reported = transition.disposition.map(|id| format!("reported as {}", flow.disposition(id)));
    let words = [bound].into_iter().chain(reported).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(", ")
}

/// Whether silence at a node is that of somebody who could press a key.
fn waits_for_keys(flow: &Flow, node: NodeId) -> bool {
    let node = &flow.nodes[node];
    node.is(Kind::Collect) || node.actions.iter().any(|action| action.directive == Directive::Collect)
}

impl<'f> Gathered<'f> {
    /// Adds a transition to the group of its bound.
    fn add(&mut self, flow: &'f Flow, transition: &Transition) {
        let bound = bound(flow, transition);
        let from = &flow.nodes[transition.from];
        let otherwise = transition.is_unconditional() && from.is(Kind::Decide) && !from.generic;
        let condition = flow.first_of_condition(transition, 100);
        let condition = condition.or_else(|| otherwise.then(|| "else".to_owned()));
        let words = condition.into_iter().chain([bound.clone()]);
        let whole = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        self.conditions.extend(Some(whole).filter(|whole| !whole.is_empty()));
        let events = flow.alternatives(transition).iter().map(|one| &flow.events[one.event]);
        let always = transition.is_unconditional() && !otherwise;
        // A plain arrow beside outcomes, which is taken in all other cases.
        let rest = always && flow.otherwise(transition.from).is_some();
        match self.groups.iter_mut().find(|group| group.bound == bound) {
            Some(group) => {
                group.events.extend(events);
                group.always |= always;
                group.rest |= rest;
                group.otherwise |= otherwise;
            }
            None => self.groups.push(Group { bound, events: events.collect(), always, rest, otherwise }),
        }
    }

    fn label(&self, waits_for_keys: bool, mask: Mask) -> String {
        let of = |is_plain: bool| self.groups.iter().filter(move |group| group.bound.is_empty() == is_plain);
        let labels = of(true).chain(of(false)).map(|group| group.label(waits_for_keys, mask));
        labels.filter(|label| !label.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl Group<'_> {
    fn label(&self, waits_for_keys: bool, mask: Mask) -> String {
        let words = self.words(waits_for_keys, mask);
        match (self.bound.as_str(), words.is_empty()) {
            ("", _) => words,
            (bound, true) => bound.to_owned(),
            (bound, false) => format!("{words} ({bound})"),
        }
    }

    fn words(&self, waits_for_keys: bool, mask: Mask) -> String {
        if self.events.is_empty() {
            return if self.otherwise { "else".to_owned() } else { String::new() };
        }
        let of_kind =
            |is_key: bool| self.events.iter().filter(move |event| (event.kind() == EventKind::Key) == is_key);
        let keys: Vec<&str> = of_kind(true).map(|event| event.word()).collect();
        let mut words: Vec<String> =
            keys_in_words(&keys).iter().map(|keys| keys.replace('`', "").replace("..", "–")).collect();
        let mut others: Vec<String> = of_kind(false).map(|event| word(event, waits_for_keys, mask)).collect();
        let mut seen = FxHashSet::default();
        others.retain(|word| seen.insert(word.clone()));
        let more = others.len().saturating_sub(NAMED);
        words.extend(others.into_iter().take(NAMED));
        if more > 0 {
            words.push(format!("{more} more"));
        }
        if self.otherwise || self.rest {
            words.push("else".to_owned());
        } else if self.always {
            words.push("always".to_owned());
        }
        words.join(", ")
    }
}

/// An outcome as those say it who read no source.
fn word(event: &Event, waits_for_keys: bool, mask: Mask) -> String {
    match event.kind() {
        EventKind::Outcome(Outcome::Timeout) if waits_for_keys => "no input".to_owned(),
        EventKind::Outcome(Outcome::Invalid) => "wrong key".to_owned(),
        EventKind::Outcome(Outcome::NoAnswer) => "no answer".to_owned(),
        _ => visible(&mask(&event.display())),
    }
}
