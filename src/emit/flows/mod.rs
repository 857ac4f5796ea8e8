//! The payload of the CXone flow API: one JSON object, byte for byte the same for the same flow.

mod copies;
mod json;
mod suppression;

use std::io::{self, Write};

use json::Json;

use super::{Target, TargetFacts, studio};
use crate::condition::ALWAYS;
use crate::diagnostics::{Code, Diagnostics};
use crate::flow::{Action, Assignment, FieldValue, Flow, Input, NewValue, Node, Text, Transition};

/// The codes of what a payload cannot say.
pub const CODES: &[&Code] = &[&copies::TOO_MANY_COPIES, &suppression::OTHER_TARGET];

/// What is known of the target.
pub static FACTS: TargetFacts = TargetFacts {
    name: "flows",
    about: "the payload of the platform's flow API",
    has_platform_words: true,
    detection: 0,
};

/// Payloads of the flow API, which can say everything. They have no cycles: a node to which calls come back is copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flows;

impl Target for Flows {
    fn facts(&self) -> &'static TargetFacts {
        &FACTS
    }

    fn check(&self, flow: &Flow, diagnostics: &mut Diagnostics) {
        copies::check(flow, diagnostics);
        suppression::check(flow, diagnostics);
    }

    fn takes_calls(&self, flow: &Flow) -> bool {
        studio::decides(flow).is_none()
    }

    fn write(&self, flow: &Flow, compact: bool, out: &mut dyn Write) -> io::Result<()> {
        write(flow, compact, out)
    }
}

/// Writes the payload with two spaces of indentation, or on one line if `compact`; in both cases with a
/// final newline. A node to which `again` leads back is written once for each time, as `menu`, `menu~2` and so on.
///
/// # Errors
///
/// Those of `out`.
///
/// ```
/// let text = "flow \"Hi\"\nentry bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("hi.cxflow", text);
/// let mut out = Vec::new();
/// cxflowc::write_payload(&compiled.flow, true, &mut out).unwrap();
/// assert!(out.starts_with(br#"{"name":"Hi","description":"","nodes":[{"id":"bye""#));
/// ```
pub fn write(flow: &Flow, compact: bool, mut out: impl Write) -> io::Result<()> {
    let flow = flow.of_calls();
    let mut json = Json::new(compact);
    json.begin(b'{');
    json.member("name", value(flow.name.as_ref()));
    json.member("description", value(flow.description.as_ref()));
    let speaker = flow.speaker.as_deref();
    optional(&mut json, "language", speaker.and_then(|speaker| speaker.language.as_deref()));
    optional(&mut json, "voice", speaker.and_then(|speaker| speaker.voice.as_deref()));
    json.key("nodes");
    json.begin(b'[');
    json.elements(flow.nodes.rows(), &mut out, |json, one| node(flow, one, json))?;
    json.end(b']');
    json.key("transitions");
    json.begin(b'[');
    json.elements(flow.transitions.rows(), &mut out, |json, one| transition(flow, one, json))?;
    json.end(b']');
    json.member("entry_node", flow.entry.map_or("", |entry| &flow.nodes[entry].id));
    json.end(b'}');
    json.write_to(&mut out)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn value(text: Option<&Text>) -> &str {
    text.and_then(|text| text.value.as_deref()).unwrap_or_default()
}

fn optional(json: &mut Json, name: &'static str, text: Option<&str>) {
    if let Some(text) = text {
        json.member(name, text);
    }
}

fn node(flow: &Flow, node: &Node, json: &mut Json) {
    json.element();
    json.begin(b'{');
    json.member("id", &node.id);
    json.member("type", node.type_.word());
    optional(json, "disposition", node.disposition.map(|given| flow.disposition(given.id)));
    json.key("actions");
    json.begin(b'[');
    for one in &node.actions {
        json.element();
        action(flow, one, json);
    }
    json.end(b']');
    json.end(b'}');
}

fn action(flow: &Flow, action: &Action, json: &mut Json) {
    json.begin(b'{');
    json.member("directive", action.directive.word());
    // What is spoken of a text with markup is not sent.
    let text = action.text.as_ref().filter(|_| action.ssml.is_none());
    let markup = action.ssml.as_ref().map(|ssml| &ssml.markup);
    for (name, text) in [
        ("media_url", action.media.as_ref()),
        ("prompt_id", action.prompt.as_ref()),
        ("text", text),
        ("ssml", markup),
    ] {
        optional(json, name, Some(value(text)).filter(|text| !text.is_empty()));
    }
    let (language, voice) = flow.own_speaker(action);
    optional(json, "language", language);
    optional(json, "voice", voice);
    if let Some(retries) = action.retries.and_then(|retries| retries.count).filter(|&count| count > 0) {
        json.number_member("max_retries", retries);
    }
    for (verb, repeat) in action.repeats() {
        for (name, said) in repeat.sent_as(verb) {
            optional(json, name, Some(value(said)).filter(|said| !said.is_empty()));
        }
    }
    if let Some(set) = action.set.as_deref() {
        assignment(flow, set, json);
    }
    if let Some(own) = action.input.as_deref() {
        input(own, json);
    }
    for field in &action.fields {
        // A flow with an unknown value has an error and is not emitted.
        if let Some(value) = &field.value {
            json.named(&field.name);
            field_value(value, json);
        }
    }
    for (verb, repeat) in action.repeats() {
        for field in &repeat.fields {
            if let Some(value) = &field.value {
                json.named(&field.sent_for(verb));
                field_value(value, json);
            }
        }
    }
    json.end(b'}');
}

/// What a `set` has besides its directive.
fn assignment(flow: &Flow, set: &Assignment, json: &mut Json) {
    json.member("variable", &flow.variables[set.variable].name);
    match &set.value {
        NewValue::Number(number) => json.number_member("value", *number),
        NewValue::Text(text) => json.member("value", value(Some(text))),
        NewValue::Copy { of, add } => {
            json.member("value", &format!("{{{}}}", flow.variables[*of].name));
            if let Some(add) = *add {
                json.number_member("add", add);
            }
        }
        // A flow with such a value has an error and is not emitted.
        NewValue::Unknown => json.member("value", ""),
    }
}

fn input(input: &Input, json: &mut Json) {
    for (name, wait) in [("wait_ms", input.wait), ("between_ms", input.between)] {
        if let Some(wait) = wait {
            json.number_member(name, wait.milliseconds);
        }
    }
    let digits = input.digits;
    for (name, digits) in
        [("min_digits", digits.and_then(|one| one.least)), ("max_digits", digits.and_then(|one| one.most))]
    {
        if let Some(digits) = digits {
            json.number_member(name, digits);
        }
    }
    optional(json, "end_key", input.end.as_ref().and_then(|end| end.key.as_deref()));
    optional(json, "into_variable", input.into.as_ref().map(|into| &*into.name))
}

fn field_value(value: &FieldValue, json: &mut Json) {
    match value {
        FieldValue::Text(text) => json.text(text),
        FieldValue::Integer(number) => json.number(*number),
        FieldValue::Bool(value) => json.bool(*value),
        FieldValue::List(values) => {
            json.begin(b'[');
            for value in values {
                json.element();
                field_value(value, json);
            }
            json.end(b']');
        }
    }
}

fn transition(flow: &Flow, transition: &Transition, json: &mut Json) {
    // A flow with such a transition has an error and is not emitted.
    let Some(to) = transition.to else { return };
    json.element();
    json.begin(b'{');
    json.member("from_node", &flow.nodes[transition.from].id);
    json.member("to_node", &flow.nodes[to].id);
    match flow.alternatives(transition) {
        [only] => json.member("condition", flow.events[only.event].raw()),
        _ => json.member("condition", &condition(flow, transition)),
    }
    optional(json, "disposition", transition.disposition.map(|id| flow.disposition(id)));
    json.end(b'}');
}

/// The condition of a transition as the payload spells it.
///
/// ```
/// let text = "flow \"Hi\"\nentry a\nanswer a { on human | machine -> bye }\ndisconnect bye\n";
/// let flow = cxflowc::compile("hi.cxflow", text).flow;
/// let transition = flow.transitions.rows().iter().next().unwrap();
/// assert_eq!(cxflowc::emit::flows::condition(&flow, transition), "human|machine");
/// ```
pub fn condition(flow: &Flow, transition: &Transition) -> String {
    let alternatives = flow.alternatives(transition).iter();
    let words: Vec<&str> = alternatives.map(|alternative| flow.events[alternative.event].raw()).collect();
    if words.is_empty() { ALWAYS.to_owned() } else { words.join("|") }
}
