//! The payload of the CXone flow API: one JSON object, byte for byte the same for the same flow.

use std::fmt;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::condition::ALWAYS;
use crate::flow::{Action, Flow, Node, Text, Transition};

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
    nodes: Nodes<'a>,
    transitions: Transitions<'a>,
    entry_node: &'a str,
}

impl<'a> Payload<'a> {
    fn of(flow: &'a Flow) -> Self {
        Self {
            name: value(flow.name.as_ref()),
            description: value(flow.description.as_ref()),
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
        serializer.collect_seq(self.0.nodes.rows().iter().map(NodeObject::of))
    }
}

#[derive(serde::Serialize)]
struct NodeObject<'a> {
    id: &'a str,
    r#type: &'a str,
    actions: Actions<'a>,
}

impl<'a> NodeObject<'a> {
    fn of(node: &'a Node) -> Self {
        Self { id: &node.id, r#type: node.type_.word(), actions: Actions(&node.actions) }
    }
}

struct Actions<'a>(&'a [Action]);

impl Serialize for Actions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ActionObject::of))
    }
}

#[derive(serde::Serialize)]
struct ActionObject<'a> {
    directive: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    media_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    max_retries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    between_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_digits: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_digits: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_key: Option<&'a str>,
}

impl<'a> ActionObject<'a> {
    fn of(action: &'a Action) -> Self {
        let input = action.input.as_deref();
        let digits = input.and_then(|input| input.digits);
        Self {
            directive: action.directive.word(),
            media_url: value(action.media.as_ref()),
            text: value(action.text.as_ref()),
            max_retries: action.retries.and_then(|retries| retries.count).unwrap_or_default(),
            wait_ms: input.and_then(|input| input.wait).map(|wait| wait.milliseconds),
            between_ms: input.and_then(|input| input.between).map(|between| between.milliseconds),
            min_digits: digits.and_then(|digits| digits.least),
            max_digits: digits.and_then(|digits| digits.most),
            end_key: input.and_then(|input| input.end.as_ref()?.key.as_deref()),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
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
}

/// The condition of a transition as the payload spells it.
///
/// ```
/// let text = "flow \"Hi\"\nentry a\nanswer a { on human | machine -> bye }\ndisconnect bye\n";
/// let flow = cxflowc::compile("hi.cxflow", text).flow;
/// let transition = flow.transitions.rows().iter().next().unwrap();
/// assert_eq!(cxflowc::emit::cxone::condition(&flow, transition), "human|machine");
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
