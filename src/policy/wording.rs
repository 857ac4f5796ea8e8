//! Selectors, meanings and types in words.

use crate::diagnostics::{list_of, quote};
use crate::flow::policy::{Expected, Expects, Extent, Op, Selector, Value};
use crate::flow::{Flow, NodeId};
use crate::spelling::{display_id, display_string};

/// How tightly an operator of a selector binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Or,
    And,
    Not,
}

/// A selector as the language writes it.
pub fn selector(flow: &Flow, selector: &Selector) -> String {
    selector_with_names(flow, selector, &|node| display_id(&flow.nodes[node].id))
}

/// The same, with other names for the nodes.
pub fn selector_with_names(flow: &Flow, selector: &Selector, name: &dyn Fn(NodeId) -> String) -> String {
    let mut stack: Vec<(String, Binds)> = Vec::new();
    let mut ops = selector.0.iter().peekable();
    while let Some(op) = ops.next() {
        let binary = match op {
            Op::And => Some((" & ", Binds::And)),
            Op::Or => Some((" | ", Binds::Or)),
            _ => None,
        };
        let next = match (op, binary) {
            (_, Some((sign, binds))) => {
                let right = stack.pop().map(|operand| within(operand, binds)).unwrap_or_default();
                let mut left = stack.pop().map(|operand| within(operand, binds)).unwrap_or_default();
                left.push_str(sign);
                left.push_str(&right);
                (left, binds)
            }
            (Op::Not, _) => {
                // Takes consecutive `not`s together: one at a time, each would copy what the others wrote.
                let mut nots = "not ".to_owned();
                while ops.next_if(|next| **next == Op::Not).is_some() {
                    nots.push_str("not ");
                }
                let operand = stack.pop().map(|operand| within(operand, Binds::Not)).unwrap_or_default();
                nots.push_str(&operand);
                (nots, Binds::Not)
            }
            (atom, _) => (atom_in_words(flow, atom, name), Binds::Not),
        };
        stack.push(next);
    }
    stack.pop().map(|(text, _)| text).unwrap_or_default()
}

/// What a `limit` of time measures: `` from `@greeting` to `agent` ``.
pub fn way(flow: &Flow, from: Option<&Selector>, to: Option<&Selector>, extent: Extent) -> String {
    let words = |of: &Selector| quote(&selector(flow, of));
    // With another start than the call, `its` would refer to that start.
    let end = if from.is_some() { "the call's end" } else { "its end" };
    let start = from.map_or_else(|| "the call's beginning".to_owned(), words);
    let start_of = if extent.from_start { "the start of " } else { "" };
    let end_of = if extent.to_end { "the end of " } else { "" };
    format!("from {start_of}{start} to {end_of}{}", to.map_or_else(|| end.to_owned(), words))
}

fn within((text, binds): (String, Binds), outer: Binds) -> String {
    if binds < outer { format!("({text})") } else { text }
}

fn atom_in_words(flow: &Flow, op: &Op, node_name: &dyn Fn(NodeId) -> String) -> String {
    match op {
        Op::Kind(kind) => kind.word().to_owned(),
        Op::Node(node) => format!("={}", node_name(*node)),
        Op::Tag(name) => format!("@{name}"),
        Op::Language(language) => format!("heard in {}", display_string(language)),
        Op::Taken(node, events) => {
            let words: Vec<&str> = events.iter().map(|&event| flow.events[event].word()).collect();
            format!("={} on {}", node_name(*node), words.join(" | "))
        }
        Op::Set(name, _) => format!("set {name}"),
        Op::With(name) => format!("with {name}"),
        Op::Disposition(name) => format!("disposition {name}"),
        Op::Declared(word, _) => format!("kind {word}"),
        Op::Heard => "heard".to_owned(),
        Op::Key => "key".to_owned(),
        Op::Any => "any".to_owned(),
        Op::Nothing | Op::Not | Op::And | Op::Or => "…".to_owned(),
    }
}

/// The meanings of a tag or a fact, each with the policies that give it.
pub fn meanings(flow: &Flow, of: &Expected) -> Vec<String> {
    let mut meanings: Vec<(&str, Vec<String>)> = Vec::new();
    let is_meant = |expects: &&Expects| match (&expects.expected, of) {
        (Expected::Tag(expects), Expected::Tag(of)) => expects == of,
        (Expected::Fact { name: expects, .. }, Expected::Fact { name: of, .. }) => expects == of,
        _ => false,
    };
    for policy in super::instances::first_of_instances(flow) {
        let Some(expects) = policy.expects.iter().find(is_meant) else { continue };
        let meaning = expects.meaning.as_deref().unwrap_or_default();
        let policy = format!("`{}`", policy.name);
        match meanings.iter_mut().find(|(known, _)| *known == meaning) {
            Some((_, policies)) => policies.push(policy),
            None => meanings.push((meaning, vec![policy])),
        }
    }
    let in_words = |(meaning, policies): (&str, Vec<String>)| {
        let policies = list_of(&policies, "and");
        if meaning.is_empty() { format!("expected by {policies}") } else { format!("{meaning} ({policies})") }
    };
    meanings.into_iter().map(in_words).collect()
}

/// The type of a value, in words.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "a text",
        Value::Integer(_) => "a number",
        Value::Duration(_) => "a duration",
        Value::Date(_) => "a date",
        Value::Times(_) => "days and times",
    }
}
