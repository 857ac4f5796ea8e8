//! What is left of a payload once it went through a flow, as the tests and the fuzz target of `import` expect it.

use cxflowc::flow::LARGEST_INTEGER;
use cxflowc::spelling::is_name;
use serde_json::{Map, Value, json};

/// A payload that was read without errors, as `build --compact` writes it: empty optional fields left out, the
/// transitions in the order of their nodes and each of them once.
pub fn canonical(payload: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let nodes = list(&payload["nodes"]);
    let mut transitions: Vec<Value> = Vec::new();
    for one in list(&payload["transitions"]) {
        let mut one = fields(&one, &["from_node", "to_node", "condition", "disposition"]);
        leave_out(&mut one, "disposition");
        if !transitions.contains(&one) {
            transitions.push(one);
        }
    }
    transitions.sort_by_key(|one| nodes.iter().position(|node| node["id"] == one["from_node"]));
    let node = |node: &Value| {
        let actions: Vec<Value> = list(&node["actions"]).iter().map(action).collect();
        let mut said = fields(node, &["id", "type", "disposition"]);
        leave_out(&mut said, "disposition");
        if let Some(said) = said.as_object_mut() {
            said.insert("actions".to_owned(), json!(actions));
        }
        said
    };
    let mut all = Map::new();
    all.insert("name".to_owned(), payload["name"].clone());
    all.insert("description".to_owned(), payload["description"].as_str().unwrap_or_default().into());
    for name in ["language", "voice"] {
        let said = payload[name].as_str().filter(|said| !said.is_empty());
        all.extend(said.map(|said| (name.to_owned(), said.into())));
    }
    all.insert("nodes".to_owned(), nodes.iter().map(node).collect());
    all.insert("transitions".to_owned(), transitions.into());
    all.insert("entry_node".to_owned(), payload["entry_node"].clone());
    format!("{}\n", Value::from(all))
}

fn action(action: &Value) -> Value {
    let about_keys = ["wait_ms", "between_ms", "min_digits", "max_digits", "end_key", "into_variable"];
    let is_set = action["directive"] == "set";
    let is_prompt = action["directive"] == "play" || action["directive"] == "collect";
    let when = |is_own: bool, names: &'static [&'static str]| if is_own { names } else { &[] };
    let own = [
        &["directive", "media_url", "prompt_id", "text", "ssml"][..],
        when(is_prompt, &["language", "voice"]),
        &["max_retries", "retry_media_url", "retry_prompt_id", "retry_text", "retry_ssml"],
        &["silence_media_url", "silence_prompt_id", "silence_text", "silence_ssml"],
        when(is_set, &["variable", "value", "add"]),
        &about_keys,
    ]
    .concat();
    let mut said = fields(action, &own);
    if let Some(said) = said.as_object_mut() {
        let retries = said.get("max_retries").and_then(Value::as_f64);
        if let Some(retries) = retries {
            // `2.0` is 2.
            said.insert("max_retries".to_owned(), json!(retries as u64));
        }
        said.retain(|name, value| {
            name == "directive" || !(value.is_null() || *value == json!("") || *value == json!(0))
        });
        // What only the platform knows comes last.
        let all = action.as_object().into_iter().flatten();
        let other = all.filter(|(name, value)| {
            !own.contains(&name.as_str()) && is_name(name) && (is_scalar(value) || is_list(value))
        });
        said.extend(other.map(|(name, value)| (name.clone(), value.clone())));
    }
    said
}

/// Whether the language can write a value: a text, a whole number or a truth value.
fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_boolean() || value.as_u64().is_some_and(|number| number <= LARGEST_INTEGER)
}

/// Whether it is a list of such values.
fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(is_scalar))
}

/// Leaves a field out that is `null` or empty.
fn leave_out(object: &mut Value, name: &str) {
    if let Some(object) = object.as_object_mut() {
        object.retain(|field, value| field != name || !(value.is_null() || *value == json!("")));
    }
}

/// These fields of an object, in this order.
fn fields(object: &Value, names: &[&str]) -> Value {
    let there = names.iter().filter_map(|&name| Some((name.to_owned(), object.get(name)?.clone())));
    Value::Object(there.collect::<Map<_, _>>())
}
