//! What is left of a payload once it went through a flow, as the tests and the fuzz target of `import` expect it.

use serde_json::{Map, Value, json};

/// A payload that was read without errors, as `build --compact` writes it: empty optional fields left out, the
/// transitions in the order of their nodes and each of them once.
pub fn canonical(payload: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let nodes = list(&payload["nodes"]);
    let mut transitions: Vec<Value> = Vec::new();
    for one in list(&payload["transitions"]) {
        let one = fields(&one, &["from_node", "to_node", "condition"]);
        if !transitions.contains(&one) {
            transitions.push(one);
        }
    }
    transitions.sort_by_key(|one| nodes.iter().position(|node| node["id"] == one["from_node"]));
    let node = |node: &Value| {
        let actions: Vec<Value> = list(&node["actions"]).iter().map(action).collect();
        json!({"id": node["id"], "type": node["type"], "actions": actions})
    };
    let all = json!({
        "name": payload["name"],
        "description": payload["description"].as_str().unwrap_or_default(),
        "nodes": nodes.iter().map(node).collect::<Vec<_>>(),
        "transitions": transitions,
        "entry_node": payload["entry_node"],
    });
    format!("{all}\n")
}

fn action(action: &Value) -> Value {
    let about_keys = ["wait_ms", "between_ms", "min_digits", "max_digits", "end_key", "into_variable"];
    let mut said = fields(
        action,
        &[
            &["directive", "media_url", "text", "max_retries"][..],
            &["retry_media_url", "retry_text", "silence_media_url", "silence_text"],
            &["variable", "value", "add"],
            &about_keys,
        ]
        .concat(),
    );
    if let Some(said) = said.as_object_mut() {
        let retries = said.get("max_retries").and_then(Value::as_f64);
        if let Some(retries) = retries {
            // `2.0` is 2.
            said.insert("max_retries".to_owned(), json!(retries as u64));
        }
        said.retain(|name, value| {
            name == "directive" || !(value.is_null() || *value == json!("") || *value == json!(0))
        });
    }
    said
}

/// These fields of an object, in this order.
fn fields(object: &Value, names: &[&str]) -> Value {
    let there = names.iter().filter_map(|&name| Some((name.to_owned(), object.get(name)?.clone())));
    Value::Object(there.collect::<Map<_, _>>())
}
