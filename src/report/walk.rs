//! The flow as data for the page's script, which lets its reader walk calls and read nodes.

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::Place;
use crate::Compiled;
use crate::flow::{
    DispositionId, EventKind, Flow, Kind, NodeId, Outcome, Tag, Text, Transition, TransitionId, Verb,
};
use crate::picture::measure::{Mask, visible};
use crate::picture::{NodeFindings, NodePlaces};
use crate::prompts::is_prompt;
use crate::simulate::{CallState, Continuation, Walker, action, attempts, collects, script};
use crate::table::Id;

/// So many events of a transition can be given; a condition may have a hundred thousand.
const EVENTS: usize = 1000;

#[derive(Serialize)]
struct WalkNode {
    name: String,
    kind: String,
    /// The file and the line.
    place: String,
    tags: Vec<String>,
    steps: Vec<WalkStep>,
    /// What is heard in place of the prompt at further attempts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    again: Vec<WalkAgain>,
    findings: Vec<String>,
    exits: Vec<WalkExit>,
    /// The number of the exit by which a call goes on by itself.
    next: Option<usize>,
    /// What a call is reported as that comes here.
    #[serde(skip_serializing_if = "Option::is_none")]
    reported: Option<String>,
    /// What becomes of a call that does not go on by itself.
    state: &'static str,
    /// How many attempts there are before silence or a wrong key counts.
    attempts: u64,
}

/// A step: what is heard, or what else happens.
#[derive(Serialize)]
struct WalkStep {
    heard: bool,
    words: String,
    media: Option<String>,
    tags: Vec<String>,
}

/// What is heard at a further attempt.
#[derive(Serialize)]
struct WalkAgain {
    /// After what: `no key`, `a wrong key`, or both.
    after: &'static str,
    words: String,
    media: Option<String>,
}

/// A transition.
#[derive(Serialize)]
struct WalkExit {
    /// Its condition as the source spells it. Empty where a call goes on by itself.
    on: String,
    events: Vec<WalkEvent>,
    /// `None` if the target is not declared.
    to: Option<usize>,
    /// How often a call may take it. The exit after it is the one for calls that have.
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<WalkBound>,
    /// What a call is reported as that takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reported: Option<String>,
}

/// How often a call may take the transitions of an `again`.
#[derive(Serialize)]
struct WalkBound {
    /// The number of the `again`.
    again: usize,
    most: u32,
}

#[derive(Serialize)]
struct WalkEvent {
    /// The event as the source spells it.
    word: String,
    /// What it means, for those who read no source.
    about: &'static str,
    /// Whether it is a key entry.
    key: bool,
}

/// Writes the flow as JSON that may stand in a `script` element: it has no `<`, so nothing in it ends the element.
/// All texts go through `mask`.
///
/// It has the number of the `entry` and the `nodes` by number, of which one is in memory at a time.
pub fn write_json(compiled: &Compiled, mask: Mask, out: &mut String) {
    let flow = &compiled.flow;
    let shown = |text: &str| visible(&mask(text));
    let findings = NodeFindings::of(compiled, &NodePlaces::of(compiled));
    let mut walker = Walker::new(flow);
    let mut node = |id: NodeId| {
        let node = &flow.nodes[id];
        let (by, state) = match walker.continuation(id) {
            Continuation::Follow(by, _) => (Some(by), "goes on"),
            // Whoever reads chooses what is so.
            Continuation::Decide => (None, word(CallState::Waits)),
            Continuation::Stop(state) => {
                let others = flow.unless_something_happens(id).filter(|_| state == CallState::MayGoOn);
                (others.map(|(others, _)| others), word(state))
            }
        };
        let is_next = |(other, _): (TransitionId, &Transition)| Some(other) == by;
        let next = by.and_then(|_| flow.out_ids(id).position(is_next));
        let reported = |id: DispositionId| shown(flow.disposition(id));
        let tags = |tags: &[Tag]| -> Vec<String> { tags.iter().map(|tag| shown(&tag.name)).collect() };
        let value = |text: &Option<Text>| {
            text.as_ref().map(|text| text.value.as_deref().map_or("(not known)".to_owned(), shown))
        };
        let again = node.actions.iter().flat_map(|one| {
            one.repeats().map(|(verb, repeat)| WalkAgain {
                after: match verb {
                    Verb::Silence => "no key",
                    _ if one.repeats().count() > 1 => "a wrong key",
                    _ => "no key or a wrong key",
                },
                words: value(&repeat.text).unwrap_or_default(),
                media: value(&repeat.media).or(value(&repeat.prompt)),
            })
        });
        let steps = node.actions.iter().map(|one| {
            let heard = is_prompt(one);
            let words = if heard { value(&one.text).unwrap_or_default() } else { shown(&action(one)) };
            WalkStep {
                heard,
                words,
                media: value(&one.media).or(value(&one.prompt)).filter(|_| heard),
                tags: tags(&one.tags),
            }
        });
        let said = node.scripts.iter().map(|line| WalkStep {
            heard: false,
            words: shown(&script(line)),
            media: None,
            tags: tags(&line.tags),
        });
        WalkNode {
            name: shown(&node.id),
            kind: shown(flow.word_of(id)),
            place: shown(&Place::of(compiled, node.kind_span).to_string()),
            tags: tags(&node.tags),
            steps: steps.chain(said).collect(),
            again: again.collect(),
            findings: findings.at[id]
                .iter()
                .map(|one| format!("{} {}: {}", one.severity, one.code.id, shown(&one.message)))
                .collect(),
            exits: exits(flow, id, shown),
            next,
            reported: node.disposition.map(|given| reported(given.id)),
            state,
            attempts: attempts(node),
        }
    };
    out.push_str("{\"entry\":");
    push_json(&flow.entry.map(Id::index), out);
    out.push_str(",\"nodes\":[");
    for id in flow.nodes.ids() {
        if id.index() > 0 {
            out.push(',');
        }
        push_json(&node(id), out);
    }
    out.push_str("]}");
}

fn push_json(value: &impl Serialize, out: &mut String) {
    let json = serde_json::to_string(value).unwrap_or_default();
    for (number, piece) in json.split('<').enumerate() {
        if number > 0 {
            out.push_str("\\u003c");
        }
        out.push_str(piece);
    }
}

/// The transitions of a node. Of several that take the same event calls take the first.
fn exits(flow: &Flow, node: NodeId, shown: impl Fn(&str) -> String) -> Vec<WalkExit> {
    let waits_for_keys = collects(&flow.nodes[node]);
    let mut known = FxHashSet::default();
    let exits = flow.out(node).iter().map(|transition| {
        let alternatives = flow.alternatives(transition).iter().take(EVENTS);
        let events = alternatives.map(|one| &flow.events[one.event]);
        let events = events.filter(|event| transition.to.is_some() && known.insert(event.raw()));
        let on = flow.first_of_condition(transition, EVENTS);
        let bound = flow.bound(transition).map(|most| format!("again {most}"));
        let bound = bound.or_else(|| transition.is_else().then(|| "else".to_owned()));
        let on = on.into_iter().chain(bound).collect::<Vec<_>>().join(" ");
        let is_otherwise = flow.nodes[node].is(Kind::Decide) && transition.is_unconditional();
        let otherwise = is_otherwise.then(|| WalkEvent { word: "else".to_owned(), about: "", key: false });
        WalkExit {
            on: if is_otherwise { "else".to_owned() } else { shown(&on) },
            events: events
                .map(|event| WalkEvent {
                    word: shown(&event.display()),
                    about: match event.kind() {
                        EventKind::Outcome(outcome) => meaning(outcome, waits_for_keys),
                        EventKind::Key | EventKind::Declared | EventKind::Raw | EventKind::Comparison(_) => {
                            ""
                        }
                    },
                    key: event.kind() == EventKind::Key,
                })
                .chain(otherwise)
                .collect(),
            to: transition.to.map(Id::index),
            bound: flow
                .bound(transition)
                .zip(transition.again)
                .map(|(most, arm)| WalkBound { again: arm.again().index(), most }),
            reported: transition.disposition.map(|id| shown(flow.disposition(id))),
        }
    });
    exits.collect()
}

fn meaning(outcome: Outcome, waits_for_keys: bool) -> &'static str {
    match outcome {
        Outcome::Entered => "the digits were entered",
        Outcome::Timeout if waits_for_keys => "no key in time",
        Outcome::Timeout => "nobody picked up in time",
        Outcome::Invalid => "a wrong key",
        Outcome::Human => "a person answered",
        Outcome::Machine => "a machine answered",
        Outcome::Unknown => "not known who answered",
        Outcome::Busy => "the line is busy",
        Outcome::NoAnswer => "nobody answered",
        Outcome::Failed => "the step failed",
    }
}

fn word(state: CallState) -> &'static str {
    match state {
        CallState::Waits | CallState::Asks(_) => "waits",
        CallState::MayEnd => "may end",
        CallState::MayGoOn => "may go on",
        CallState::Ended => "ended",
        CallState::DeadEnd | CallState::NoEntry => "dead end",
        CallState::Cycle => "cycle",
    }
}
