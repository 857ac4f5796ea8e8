//! The payload of the CXone flow API: one JSON object, byte for byte the same for the same flow.

mod copies;
mod suppression;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Target, TargetFacts, studio};
use crate::condition::ALWAYS;
use crate::diagnostics::{Code, Diagnostics};
use crate::flow::{Action, Assignment, Flow, NewValue, Node, Text, Transition};

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
pub fn write(flow: &Flow, compact: bool, out: impl Write) -> io::Result<()> {
    let payload = Payload::of(flow.of_calls());
    // The serializer writes a few bytes at a time.
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    if compact {
        serde_json::to_writer(&mut out, &payload)?;
    } else {
        serde_json::to_writer_pretty(&mut out, &payload)?;
    }
    out.write_all(b"\n")?;
    out.flush()
}

#[derive(serde::Serialize)]
struct Payload<'a> {
    name: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<&'a str>,
    nodes: Nodes<'a>,
    transitions: Transitions<'a>,
    entry_node: &'a str,
}

impl<'a> Payload<'a> {
    fn of(flow: &'a Flow) -> Self {
        let speaker = flow.speaker.as_deref();
        Self {
            name: value(flow.name.as_ref()),
            description: value(flow.description.as_ref()),
            language: speaker.and_then(|speaker| speaker.language.as_deref()),
            voice: speaker.and_then(|speaker| speaker.voice.as_deref()),
            nodes: Nodes(flow),
            transitions: Transitions(flow),
            entry_node: flow.entry.map_or("", |entry| &flow.nodes[entry].id),
        }
    }
}

fn value(text: Option<&Text>) -> &str {
    text.and_then(|text| text.value.as_deref()).unwrap_or_default()
}

struct Nodes<'a>(&'a Flow);

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.nodes.rows().iter().map(|node| NodeObject::of(self.0, node)))
    }
}

#[derive(serde::Serialize)]
struct NodeObject<'a> {
    id: &'a str,
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<&'a str>,
    actions: Actions<'a>,
}

impl<'a> NodeObject<'a> {
    fn of(flow: &'a Flow, node: &'a Node) -> Self {
        Self {
            id: &node.id,
            r#type: node.type_.word(),
            disposition: node.disposition.map(|given| flow.disposition(given.id)),
            actions: Actions { flow, actions: &node.actions },
        }
    }
}

struct Actions<'a> {
    flow: &'a Flow,
    actions: &'a [Action],
}

impl Serialize for Actions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.actions.iter().map(|action| ActionObject { flow: self.flow, action }))
    }
}

/// What a `set` has besides its directive.
struct SetFields<'a> {
    variable: &'a str,
    value: SetValue<'a>,
    add: Option<i64>,
}

/// A number, or a text with placeholders.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum SetValue<'a> {
    Number(i64),
    Text(Cow<'a, str>),
}

impl<'a> SetFields<'a> {
    fn of(flow: &'a Flow, set: &'a Assignment) -> Self {
        let (value, add) = match &set.value {
            NewValue::Number(number) => (SetValue::Number(*number), None),
            NewValue::Text(text) => (SetValue::Text(value(Some(text)).into()), None),
            NewValue::Copy { of, add } => {
                (SetValue::Text(format!("{{{}}}", flow.variables[*of].name).into()), *add)
            }
            // A flow with such a value has an error and is not emitted.
            NewValue::Unknown => (SetValue::Text("".into()), None),
        };
        Self { variable: &flow.variables[set.variable].name, value, add }
    }
}

struct ActionObject<'a> {
    flow: &'a Flow,
    action: &'a Action,
}

impl Serialize for ActionObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let action = self.action;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("directive", action.directive.word())?;
        // What is spoken of a text with markup is not sent.
        let text = action.text.as_ref().filter(|_| action.ssml.is_none());
        let markup = action.ssml.as_ref().map(|ssml| &ssml.markup);
        for (name, text) in [
            ("media_url", action.media.as_ref()),
            ("prompt_id", action.prompt.as_ref()),
            ("text", text),
            ("ssml", markup),
        ] {
            let text = value(text);
            if !text.is_empty() {
                object.serialize_entry(name, text)?;
            }
        }
        let (language, voice) = self.flow.own_speaker(action);
        for (name, value) in [("language", language), ("voice", voice)] {
            if let Some(value) = value {
                object.serialize_entry(name, value)?;
            }
        }
        if let Some(retries) = action.retries.and_then(|retries| retries.count).filter(|&count| count > 0) {
            object.serialize_entry("max_retries", &retries)?;
        }
        for (verb, repeat) in action.repeats() {
            for (name, said) in
                repeat.sent_as(verb).into_iter().filter_map(|(name, said)| Some((name, said?)))
            {
                let said = value(Some(said));
                if !said.is_empty() {
                    object.serialize_entry(name, said)?;
                }
            }
        }
        if let Some(set) = action.set.as_deref().map(|set| SetFields::of(self.flow, set)) {
            object.serialize_entry("variable", set.variable)?;
            object.serialize_entry("value", &set.value)?;
            if let Some(add) = set.add {
                object.serialize_entry("add", &add)?;
            }
        }
        if let Some(input) = action.input.as_deref() {
            let waits = [("wait_ms", input.wait), ("between_ms", input.between)];
            for (name, wait) in waits.into_iter().filter_map(|(name, wait)| Some((name, wait?))) {
                object.serialize_entry(name, &wait.milliseconds)?;
            }
            let digits = input.digits;
            for (name, digits) in [
                ("min_digits", digits.and_then(|one| one.least)),
                ("max_digits", digits.and_then(|one| one.most)),
            ] {
                if let Some(digits) = digits {
                    object.serialize_entry(name, &digits)?;
                }
            }
            if let Some(key) = input.end.as_ref().and_then(|end| end.key.as_deref()) {
                object.serialize_entry("end_key", key)?;
            }
            if let Some(into) = &input.into {
                object.serialize_entry("into_variable", &into.name)?;
            }
        }
        for field in &action.fields {
            // A flow with an unknown value has an error and is not emitted.
            if let Some(value) = &field.value {
                object.serialize_entry(&*field.name, value)?;
            }
        }
        for (verb, repeat) in action.repeats() {
            for field in &repeat.fields {
                if let Some(value) = &field.value {
                    object.serialize_entry(&field.sent_for(verb), value)?;
                }
            }
        }
        object.end()
    }
}

struct Transitions<'a>(&'a Flow);

impl Serialize for Transitions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let flow = self.0;
        let mut list = serializer.serialize_seq(None)?;
        for transition in flow.transitions.rows() {
            // A flow with such a transition has an error and is not emitted.
            let Some(to) = transition.to else { continue };
            list.serialize_element(&TransitionObject {
                from_node: &flow.nodes[transition.from].id,
                to_node: &flow.nodes[to].id,
                condition: Condition { flow, transition },
                disposition: transition.disposition.map(|id| flow.disposition(id)),
            })?;
        }
        list.end()
    }
}

#[derive(serde::Serialize)]
struct TransitionObject<'a> {
    from_node: &'a str,
    to_node: &'a str,
    condition: Condition<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<&'a str>,
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
    Condition { flow, transition }.to_string()
}

struct Condition<'a> {
    flow: &'a Flow,
    transition: &'a Transition,
}

impl Serialize for Condition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Condition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self
            .flow
            .alternatives(self.transition)
            .iter()
            .map(|alternative| self.flow.events[alternative.event].raw());
        f.write_str(parts.next().unwrap_or(ALWAYS))?;
        parts.try_for_each(|part| write!(f, "|{part}"))
    }
}
