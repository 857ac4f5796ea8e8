//! Paths, tests and actions as text.

use super::Walk;
use crate::flow::{Action, Directive, Event, Field, FieldValue, Flow, NodeId, Repeat, Script, Text, Verb};
use crate::spelling::{display_id, display_string};

/// A node's id as messages show it, in backticks.
pub fn named(flow: &Flow, node: NodeId) -> String {
    let id = display_id(&flow.nodes[node].id);
    if id.starts_with('`') { id } else { format!("`{id}`") }
}

/// A path with its events where it branched: `start -> menu -(1)-> sales`.
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

/// A call as a test of the flow: `test "1 ends at sales" with balance = 120 on 1 -> menu -> sales`.
///
/// It names the nodes after the entry; on a long path only those that branch. The test's name is new in the
/// flow.
pub fn as_test(flow: &Flow, walk: &Walk, events: &[Event]) -> String {
    const NAMED: usize = 20;
    let id = |node: &NodeId| display_id(&flow.nodes[*node].id);
    let (Some((entry, after)), Some(last)) = (walk.path.split_first(), walk.path.last()) else {
        return String::new();
    };
    let passed: Vec<String> = match after {
        [] => vec![id(entry)],
        few if few.len() <= NAMED => few.iter().map(id).collect(),
        [many @ .., last] => {
            let branches =
                |node: &&NodeId| flow.out(**node).iter().any(|transition| !transition.is_unconditional());
            many.iter().filter(branches).chain([last]).map(id).collect()
        }
    };
    let listed = events.iter().map(|event| flow.display_event(event)).collect::<Vec<_>>().join(", ");
    let (name, on) = match events {
        [] => (format!("ends at {}", id(last)), String::new()),
        _ => (format!("{listed} ends at {}", id(last)), format!(" on {listed}")),
    };
    let at = flow.time_of(walk.given()).map_or_else(String::new, |at| format!(" at {at}"));
    let given: Vec<String> = walk
        .given()
        .iter()
        .filter(|(variable, _)| flow.hours_of(*variable).is_none())
        .map(|(variable, value)| format!("{} = {value}", flow.variables[*variable].name))
        .collect();
    let with = if given.is_empty() { String::new() } else { format!(" with {}", given.join(", ")) };
    let is_free = |name: &String| !flow.tests.iter().any(|test| *test.name == **name);
    let numbered = (2..).map(|number: u64| format!("{name} ({number})"));
    let name = core::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name);
    let reported =
        walk.disposition(flow).map_or_else(String::new, |id| format!(" = {}", flow.disposition(id)));
    format!("test {}{at}{with}{on} -> {}{reported}", display_string(&name), passed.join(" -> "))
}

/// An action as the language writes it: what the called party hears, or where the call goes.
pub fn action(action: &Action) -> String {
    format!("{}{}", own_part(action), with_fields(&action.fields))
}

/// What an agent says, as the language writes it: `script "This call is recorded."`
pub fn script(script: &Script) -> String {
    let text = script.text.value.as_deref().map_or("(not known)".to_owned(), display_string);
    format!("{} {text}", Verb::Script.word())
}

/// Fields as the language writes them, behind a space; nothing without any.
fn with_fields(fields: &[Field]) -> String {
    let value = |field: &Field| field.value.as_ref().map_or("(not known)".to_owned(), FieldValue::to_string);
    let fields = fields.iter().map(|field| format!("{} = {}", field.name, value(field)));
    let fields = fields.collect::<Vec<_>>().join(", ");
    if fields.is_empty() { fields } else { format!(" with {fields}") }
}

/// What is said at a further attempt, as the language writes it: `retry "Sorry, once more"`.
pub fn said(verb: Verb, repeat: &Repeat) -> String {
    let string = |text: &Text| text.value.as_deref().map_or("(not known)".to_owned(), display_string);
    let option = |word: &str, text: Option<&Text>| text.map(|text| format!(" {word} {}", string(text)));
    let plain = repeat.text.as_ref().filter(|_| repeat.ssml.is_none());
    let markup = repeat.ssml.as_ref().map(|ssml| &ssml.markup);
    let parts = [
        plain.map(|text| format!(" {}", string(text))),
        option("media", repeat.media.as_ref()),
        option("prompt", repeat.prompt.as_ref()),
        option("ssml", markup),
    ];
    let parts: String = parts.into_iter().flatten().collect();
    format!("{}{parts}{}", verb.word(), with_fields(&repeat.fields))
}

/// An action without its fields.
fn own_part(action: &Action) -> String {
    let Action { directive, media, prompt, .. } = action;
    // A text with markup stands with its own word, after all others.
    let plain = action.text.clone().filter(|_| action.ssml.is_none());
    let text = &plain;
    let string = |text: &Text| text.value.as_deref().map_or("(not known)".to_owned(), display_string);
    let option = |word: &str, text: &Option<Text>| {
        text.as_ref().map(|text| format!(" {word} {}", string(text))).unwrap_or_default()
    };
    let argument =
        |text: &Option<Text>| text.as_ref().map(|text| format!(" {}", string(text))).unwrap_or_default();
    let markup = action.ssml.as_ref().map(|ssml| ssml.markup.clone());
    let more = format!("{}{}", option("prompt", prompt), option("ssml", &markup));
    let own = match directive {
        Directive::Play => match (media, text) {
            (None, text) if prompt.is_none() => format!("say{}", argument(text)),
            (media, text) => format!("play{}{}", argument(media), option("text", text)),
        },
        Directive::Set => format!("set {}", action.set.as_ref().map_or("", |set| &set.words)),
        Directive::Other(word) => {
            format!("action {}{}{}", display_string(word), option("media", media), option("text", text))
        }
        _ => format!("{}{}{}", directive.word(), argument(text), option("media", media)),
    };
    format!("{own}{more}")
}
