//! Messages for events that do not fit the flow.

use super::walk::{StuckReason, Walk};
use super::written::named;
use crate::diagnostics::{counted, keys_in_words, list_of, quote};
use crate::flow::{
    Alternative, Constant, Entry, Event, EventKind, Flow, NodeId, Outcome, VariableId, is_key,
};

/// A time, for what to write.
const TIME: &str = "2026-12-24T18:00";
/// How many branches of a node are listed.
const LISTED: usize = 12;

impl StuckReason {
    /// The word for it in machine-readable output.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoEntry => "no-entry",
            Self::NotTaken => "not-taken",
            Self::Unanswered => "unanswered",
            Self::Asks(_) => "not-given",
            Self::LeftOver => "left-over",
            Self::DeadEnd => "dead-end",
            Self::Cycle => "cycle",
        }
    }

    /// The message, to follow `the call` or the test's name, and what to do. `next` is the first unused
    /// event.
    pub fn in_words(self, flow: &Flow, walk: &Walk, next: Option<&Event>) -> (String, String) {
        let Some(node) = walk.last() else {
            return (
                "is stuck: the flow has no entry".to_owned(),
                "write `entry NODE` to say where the call begins".to_owned(),
            );
        };
        let id = named(flow, node);
        let at = format!("is stuck at {id}");
        let next_word = next.map(|next| quote(&flow.display_event(next))).unwrap_or_default();
        match self {
            Self::NotTaken => (
                format!("{at}, which does not take {next_word}"),
                next.map_or_else(|| accepted_in_words(flow, node), |next| instead(flow, node, next)),
            ),
            Self::LeftOver => (
                format!("{at}, where the call ends before {next_word}"),
                format!("the call is over at {id}: take out what comes after it"),
            ),
            Self::Unanswered => (
                format!("{at}, and nothing more happens"),
                format!("say what happens there: {}", accepted_in_words(flow, node)),
            ),
            Self::Asks(variable) if flow.hours_of(variable).is_some() => (
                format!("{at}: nothing says when the call is made"),
                format!("write `at {TIME}` in a test, or give `--at {TIME}`"),
            ),
            Self::Asks(variable) => {
                let given = example(flow, variable);
                (
                    format!("{at}: nothing says what {} is", quote(&flow.variables[variable].name)),
                    format!("write `with {given}` in a test, or give `--with {}`", given.replace(' ', "")),
                )
            }
            Self::Cycle => (
                format!("{at}: from there it is in a cycle"),
                "lead one of the cycle's transitions elsewhere".to_owned(),
            ),
            Self::DeadEnd | Self::NoEntry => {
                (format!("{at}, which leads nowhere"), format!("lead on from {id}, or make it an end"))
            }
        }
    }
}

/// The events that a node's branches take: `` `1`, `2..4` and `timeout | invalid` ``.
pub fn accepted(flow: &Flow, node: NodeId) -> String {
    // More alternatives than `quote` shows.
    const ALTERNATIVES: usize = 60;
    let conditions =
        flow.branches(node).filter_map(|transition| flow.first_of_condition(transition, ALTERNATIVES));
    let mut words: Vec<String> = conditions.take(LISTED).map(|condition| quote(&condition)).collect();
    match flow.branches(node).count().checked_sub(LISTED) {
        Some(more) if more > 0 => words.push(format!("{more} more")),
        _ => {}
    }
    if words.is_empty() { "nothing".to_owned() } else { list_of(&words, "and") }
}

/// The possible events at a node, to choose from: `` `1..4`, `*` or `timeout` ``.
pub fn choices(flow: &Flow, node: NodeId) -> String {
    const ALTERNATIVES: usize = 10_000;
    let alternatives =
        flow.branches(node).flat_map(|transition| flow.alternatives(transition)).take(ALTERNATIVES);
    let (mut keys, mut others) = (Vec::new(), Vec::new());
    for event in alternatives.map(|alternative| &flow.events[alternative.event]) {
        match event.kind() {
            EventKind::Key => keys.push(event.word()),
            _ => others.push(quote(&event.display())),
        }
    }
    let mut words = keys_in_words(&keys);
    words.extend(others.into_iter().take(LISTED));
    list_of(&words, "or")
}

/// The possible events at a node, as a sentence.
fn accepted_in_words(flow: &Flow, node: NodeId) -> String {
    let ends = match flow.unless_something_happens(node) {
        _ if flow.nodes[node].ends_call => "; without an event, the call ends there",
        Some(_) => "; without an event, the call goes on",
        None => "",
    };
    format!("it takes {}{ends}", accepted(flow, node))
}

/// What was probably meant by an event that no branch of a node takes.
pub fn instead(flow: &Flow, node: NodeId, event: &Event) -> String {
    if event.kind() == EventKind::Raw && is_key(event.raw()) {
        return format!("write the key without quotes: `{}`", event.raw());
    }
    let invalid = |alternative: &Alternative| {
        flow.events[alternative.event].kind() == EventKind::Outcome(Outcome::Invalid)
    };
    let hears_invalid =
        || flow.out(node).iter().any(|transition| flow.alternatives(transition).iter().any(invalid));
    let last_attempt = match refused_entry(flow, node, event) {
        Some(why) => format!("; {why}, which is `invalid` at the last attempt"),
        None if event.kind() == EventKind::Key && hears_invalid() => {
            "; a wrong key at the last attempt is `invalid`".to_owned()
        }
        None => String::new(),
    };
    format!("{}{last_attempt}", accepted_in_words(flow, node))
}

/// Why an entry at a prompt for digits is `invalid`: `` `123` has fewer than 6 digits ``.
pub fn refused_entry(flow: &Flow, node: NodeId, event: &Event) -> Option<String> {
    let digits = flow.nodes[node].digits()?;
    let number = |number: Option<u32>| counted(number.unwrap_or_default() as usize, "digit");
    let why = match flow.nodes[node].entry(event)? {
        Entry::Digits(_) => return None,
        Entry::TooShort => format!("has fewer than {}", number(digits.least)),
        Entry::TooLong => format!("has more than {}", number(digits.most)),
        Entry::OtherKeys => "has keys that are no digits".to_owned(),
    };
    Some(format!("{} {why}", quote(&flow.display_event(event))))
}

/// The entries of a call that are `invalid`, each with why.
pub fn refused_entries<'a>(
    flow: &'a Flow,
    walk: &'a Walk,
    events: impl Iterator<Item = &'a Event>,
) -> impl Iterator<Item = String> {
    let answered = walk.taken.iter().zip(&walk.answered).filter(|(_, answered)| **answered);
    answered.zip(events).filter_map(|((taken, _), event)| {
        let node = flow.transitions[*taken].from;
        let why = refused_entry(flow, node, event)?;
        Some(format!("at {}, {why}, which is `invalid`", named(flow, node)))
    })
}

/// A value that the flow compares a variable with, as in `balance = 120`.
pub fn example(flow: &Flow, variable: VariableId) -> String {
    let compared = flow.comparisons.rows().iter().find(|compared| compared.variable == variable);
    let value = compared.and_then(|compared| compared.values.first());
    let value = value.map_or_else(|| "120".to_owned(), Constant::to_string);
    format!("{} = {value}", flow.variables[variable].name)
}
