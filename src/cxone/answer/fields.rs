//! Finds fields in an answer's JSON, whatever objects are around them and however they are spelt.

use serde_json::Value;

use crate::cxone::id;
use crate::cxone::place::plain;

/// How many objects inside each other are looked at for an id.
const MOST_LAYERS: usize = 8;

/// The JSON of a body.
///
/// # Errors
///
/// Why it has none.
pub fn json(body: &[u8]) -> Result<Value, String> {
    if body.trim_ascii().is_empty() {
        return Err("there is nothing in it".to_owned());
    }
    serde_json::from_slice(body).map_err(|_| "it is not JSON".to_owned())
}

/// An object and the objects that wrap its content, the outermost first.
pub fn layers(value: &Value) -> Vec<&Value> {
    let mut layers = Vec::new();
    let mut open = std::collections::VecDeque::from([value]);
    while let Some(value) = open.pop_front() {
        match value {
            Value::Array(list) => {
                if let [one] = list.as_slice() {
                    open.push_back(one);
                }
            }
            Value::Object(_) if layers.len() < MOST_LAYERS => {
                layers.push(value);
                let inside = ["job", "data", "result", "response", "results"];
                open.extend(inside.iter().filter_map(|name| named(value, &[name])));
            }
            _ => {}
        }
    }
    layers
}

/// The first of these fields that the object has. Capitals, `_` and `-` in its names do not count.
pub fn named<'v>(value: &'v Value, names: &[&str]) -> Option<&'v Value> {
    let fields = value.as_object()?;
    names.iter().find_map(|wanted| {
        fields.iter().find(|(name, value)| !value.is_null() && plain(name) == *wanted).map(|(_, value)| value)
    })
}

/// The `id` of the outermost object that has one.
pub fn outermost_id(layers: &[&Value]) -> Option<String> {
    layers.iter().find_map(|layer| id::of(named(layer, &["id"])?))
}

/// The flow that an answer names.
pub fn flow_id(layers: &[&Value]) -> Option<String> {
    layers.iter().find_map(|layer| {
        let value = named(layer, &["flowid"]).or_else(|| named(layer, &["flow"]))?;
        id::of(value).or_else(|| id::of(named(value, &["id", "flowid"])?))
    })
}
