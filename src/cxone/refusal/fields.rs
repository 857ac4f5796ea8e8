//! What one JSON object of a refusal says: its sentence, its code, its node and its place. Servers call
//! these fields by different names, which are listed here.

use serde_json::{Map, Value};

use super::Complaint;
use crate::cxone::place::plain;
use crate::cxone::wording::{QUOTED, clean};

/// The longest sentence of the platform that is shown, in characters.
pub const LONGEST_TEXT: usize = 500;
/// How many steps of a place are kept.
const MOST_STEPS: usize = 32;

/// Fields that hold a sentence, the best first.
const MESSAGES: &[&str] = &[
    "message",
    "errormessage",
    "defaultmessage",
    "errordescription",
    "detail",
    "msg",
    "description",
    "reason",
    "faultstring",
    "title",
    "errortext",
    "statusmessage",
    "error",
    "fault",
    "exception",
];
/// Fields that hold a code.
const CODES: &[&str] = &["code", "errorcode", "faultcode", "type", "keyword", "error", "rule"];
/// Fields that hold a node.
pub const NODES: &[&str] = &["node", "nodeid", "fromnode", "nodename"];
/// Fields that hold a place in the payload.
pub const PLACES: &[&str] = &[
    "path",
    "pointer",
    "loc",
    "location",
    "instancepath",
    "datapath",
    "jsonpath",
    "propertypath",
    "source",
    "field",
    "target",
    "property",
    "attribute",
    "param",
    "parameter",
    "key",
    "name",
];
/// Fields that hold further errors.
const LISTS: &[&str] = &[
    "errors",
    "error",
    "detail",
    "details",
    "invalidparams",
    "violations",
    "fieldviolations",
    "fielderrors",
    "validationerrors",
    "issues",
    "problems",
    "messages",
    "causes",
    "fault",
    "exception",
    "results",
];
/// Fields that are not shown: they repeat the status or the payload.
pub const KNOWN: &[&str] = &["status", "statuscode", "httpstatus", "success", "ok", "input", "ctx", "url"];

/// Whether a field of this name holds further errors.
pub fn is_list(key: &str) -> bool {
    LISTS.contains(&key)
}

/// Whether an object maps fields to what is wrong with them.
pub fn is_map(fields: &Map<String, Value>) -> bool {
    !fields.is_empty()
        && fields.values().all(|value| value.is_string() || value.is_array() || value.is_object())
}

/// The sentence of an object, with the field that it stands in.
pub fn message(fields: &Map<String, Value>) -> Option<(&String, String)> {
    MESSAGES.iter().find_map(|wanted| {
        fields.iter().find_map(|(name, value)| {
            let text = said(value.as_str().filter(|_| plain(name) == *wanted)?)?;
            // RFC 9457 and JSON:API have a short title beside the sentence.
            let title = field(fields, "title").and_then(|(_, title)| said(title.as_str()?));
            Some((
                name,
                match title.filter(|title| *wanted != "title" && *title != text) {
                    Some(title) => clean(&format!("{title}: {text}"), LONGEST_TEXT),
                    None => text,
                },
            ))
        })
    })
}

/// The code of an object, with its field: a word or a number.
pub fn code<'f>(fields: &'f Map<String, Value>, message: Option<&String>) -> Option<(&'f String, String)> {
    CODES.iter().find_map(|wanted| {
        fields.iter().find_map(|(name, value)| {
            if plain(name) != *wanted || message == Some(name) {
                return None;
            }
            let text = match value {
                Value::String(text) => clean(text, 100),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            (!text.is_empty() && text != "about:blank").then_some((name, text))
        })
    })
}

/// A sentence on one line; nothing for an empty one.
pub fn said(text: &str) -> Option<String> {
    let text = clean(text, LONGEST_TEXT);
    (!text.is_empty()).then_some(text)
}

/// One error; nothing for an object without a sentence. `around` is its place if the object names none.
/// With `quoting`, the fields that are not understood stand after the sentence.
pub fn complaint(fields: &Map<String, Value>, around: Option<&str>, quoting: bool) -> Option<Complaint> {
    let (read, mut text) = message(fields)?;
    let code = code(fields, Some(read));
    let node = first(fields, NODES).and_then(node_id);
    let place = PLACES.iter().find_map(|key| {
        let (name, value) = field(fields, key).filter(|(name, _)| *name != read)?;
        Some((name, place(value)?))
    });
    let is_read = |name: &String| {
        let key = plain(name);
        name == read
            || code.as_ref().is_some_and(|(read, _)| *read == name)
            || place.as_ref().is_some_and(|(read, _)| *read == name)
            || key == "title"
            || KNOWN.contains(&key.as_str())
            || NODES.contains(&key.as_str())
    };
    let rest: Map<String, Value> = fields
        .iter()
        .filter(|(name, value)| quoting && !value.is_null() && !is_read(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if !rest.is_empty() {
        text = format!("{text} {}", brief(&Value::Object(rest), 100));
    }
    let path = place.map(|(_, place)| place).or_else(|| around.map(|place| clean(place, QUOTED)));
    Some(Complaint { code: code.map(|(_, code)| code), message: text, node, path })
}

fn field<'f>(fields: &'f Map<String, Value>, key: &str) -> Option<(&'f String, &'f Value)> {
    fields.iter().find(|(name, _)| plain(name) == key)
}

fn first<'f>(fields: &'f Map<String, Value>, keys: &[&str]) -> Option<&'f Value> {
    keys.iter().find_map(|key| Some(field(fields, key)?.1))
}

/// A node's id, which may be in an object.
fn node_id(value: &Value) -> Option<String> {
    let id = match value {
        Value::Object(node) => first(node, &["id", "nodeid", "name"])?,
        id => id,
    };
    match id {
        Value::String(id) => Some(id.clone()),
        Value::Number(number) => Some(format!("nodes[{number}]")),
        _ => None,
    }
}

/// A place, which may be a text, a list of steps or an object.
fn place(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(steps) => {
            let mut out = String::new();
            for step in steps.iter().take(MOST_STEPS) {
                match step {
                    Value::Number(number) => out.push_str(&format!("[{number}]")),
                    Value::String(step) => {
                        let is_plain = step.chars().all(|c| c.is_alphanumeric() || c == '_');
                        match (is_plain, out.is_empty()) {
                            (true, true) => out.push_str(step),
                            (true, false) => out.push_str(&format!(".{step}")),
                            (false, _) => out.push_str(&format!("['{step}']")),
                        }
                    }
                    _ => {}
                }
            }
            out
        }
        Value::Object(fields) => {
            first(fields, &["pointer", "path", "parameter", "field"])?.as_str()?.to_owned()
        }
        _ => return None,
    };
    let text = clean(&text, QUOTED);
    (!text.is_empty()).then_some(text)
}

/// A value as it came, on one line.
pub fn brief(value: &Value, longest: usize) -> String {
    clean(&value.to_string(), longest)
}
