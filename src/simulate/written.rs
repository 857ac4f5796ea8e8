//! Calls as people read and write them.

use super::in_words;
use crate::flow::{Action, Directive, Event, Flow, NodeId, Text, Transition, display_id, display_string};

/// What takes a transition, as the language writes it: `1`, `timeout | invalid`; `None` where it is
/// unconditional.
pub fn condition(flow: &Flow, transition: &Transition) -> Option<String> {
    let alternatives = flow.alternatives(transition);
    (!transition.is_unconditional())
        .then(|| in_words(alternatives.iter().map(|one| &flow.events[one.event])).join(" | "))
}

/// A path with what it was taken on where it branched: `start -> menu -(1)-> sales`.
pub fn path_with_events(
    flow: &Flow,
    entry: NodeId,
    steps: impl IntoIterator<Item = (Option<String>, NodeId)>,
) -> String {
    let mut out = display_id(&flow.nodes[entry].id);
    for (on, to) in steps {
        match on {
            Some(on) => out.extend([" -(", &on, ")-> "]),
            None => out.push_str(" -> "),
        }
        out.push_str(&display_id(&flow.nodes[to].id));
    }
    out
}

/// A call as a test of the flow: `test "1 ends at sales" on 1 -> menu -> sales`.
///
/// It names the nodes that were passed after the entry; of a long way those where it branched.
pub fn as_test(flow: &Flow, events: &[Event], path: &[NodeId]) -> String {
    const NAMED: usize = 20;
    let id = |node: &NodeId| display_id(&flow.nodes[*node].id);
    let (Some((entry, after)), Some(last)) = (path.split_first(), path.last()) else { return String::new() };
    let passed: Vec<String> = match after {
        [] => vec![id(entry)],
        few if few.len() <= NAMED => few.iter().map(id).collect(),
        [many @ .., last] => {
            let branches = |node: &&NodeId| flow.out(**node).iter().any(|one| !one.is_unconditional());
            many.iter().filter(branches).chain([last]).map(id).collect()
        }
    };
    let given = events.iter().map(Event::display).collect::<Vec<_>>().join(", ");
    let (name, on) = match events {
        [] => (format!("ends at {}", id(last)), String::new()),
        _ => (format!("{given} ends at {}", id(last)), format!(" on {given}")),
    };
    format!("test {}{on} -> {}", display_string(&name), passed.join(" -> "))
}

/// An action as the language writes it: what the caller hears, or where the call goes.
pub fn action(action: &Action) -> String {
    let Action { directive, media, text, .. } = action;
    let string = |text: &Text| text.value.as_deref().map_or("(not known)".to_owned(), display_string);
    let option = |word: &str, text: &Option<Text>| {
        text.as_ref().map(|text| format!(" {word} {}", string(text))).unwrap_or_default()
    };
    let argument =
        |text: &Option<Text>| text.as_ref().map(|text| format!(" {}", string(text))).unwrap_or_default();
    match directive {
        Directive::Play => match (media, text) {
            (None, text) => format!("say{}", argument(text)),
            (media, text) => format!("play{}{}", argument(media), option("text", text)),
        },
        Directive::Other(word) => {
            format!("action {}{}{}", display_string(word), option("media", media), option("text", text))
        }
        _ => format!("{}{}{}", directive.word(), argument(text), option("media", media)),
    }
}
