//! Reads flows and lists of flows from answers.

use serde_json::Value;

use super::answer::{flow_id, json, layers, named, outermost_id};
use super::id;

/// The fields of a payload.
const PAYLOAD: [&str; 5] = ["name", "description", "nodes", "transitions", "entry_node"];

/// The payload of the requested flow, if the answer shows it.
///
/// # Errors
///
/// Fails if it is not a flow, or another one.
pub fn flow(body: &[u8], asked: &str) -> Result<Option<Value>, String> {
    let value = json(body)?;
    if !value.is_object() {
        return Err("it is not a flow".to_owned());
    }
    let layers = layers(&value);
    let ids = [flow_id(&layers), outermost_id(&layers)];
    if let Some(other) = ids.iter().flatten().next()
        && !ids.iter().flatten().any(|id| id == asked)
    {
        return Err(format!("it is about another flow, {}", crate::diagnostics::quote(other)));
    }
    let inner = layers
        .iter()
        .flat_map(|layer| ["payload", "definition", "content", "flow"].map(|name| named(layer, &[name])));
    let mut candidates = inner.flatten().chain(layers.iter().copied());
    let shown = candidates.find(|candidate| candidate.get("nodes").is_some_and(Value::is_array)).cloned();
    Ok(shown.map(|mut shown| {
        // A flat answer has fields of the flow beside those of its payload.
        if let Some(fields) =
            shown.as_object_mut().filter(|fields| fields.keys().any(|name| is_flow_field(name)))
        {
            fields.retain(|name, _| PAYLOAD.contains(&name.as_str()));
        }
        shown
    }))
}

/// Whether a field belongs to a flow, not to its payload.
fn is_flow_field(name: &str) -> bool {
    let name = super::place::plain(name);
    matches!(
        &*name,
        "id" | "flowid" | "version" | "createdat" | "updatedat" | "created" | "updated" | "status"
    )
}

/// The result of looking for a flow in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// The list has it.
    Found,
    /// It is not on this page, which has this many flows, and there are more pages.
    NotYet(usize),
    /// There are more pages, but it is unknown how to request them.
    Unsure,
    /// The list does not have it.
    Missing,
}

/// Looks for a flow in a list of flows.
///
/// # Errors
///
/// Fails if it is not a list.
pub fn listed(body: &[u8], asked: &str, seen: usize) -> Result<Listed, String> {
    let value = json(body)?;
    let usual = ["flows", "items", "data", "results", "content", "value"];
    let in_fields = || {
        let fields = value.as_object()?;
        let usual = usual.iter().find_map(|name| named(&value, &[name])?.as_array());
        usual.or_else(|| fields.values().find_map(Value::as_array))
    };
    let list = value.as_array().or_else(in_fields).ok_or("it is not a list of flows")?;
    let is_requested = |entry: &Value| match entry {
        Value::Object(_) => {
            let ids = [named(entry, &["id"]), named(entry, &["flowid"])];
            let inner = named(entry, &["flow"]).and_then(|flow| named(flow, &["id", "flowid"]));
            ids.into_iter().chain([inner]).flatten().any(|found| id::of(found).as_deref() == Some(asked))
        }
        other => id::of(other).as_deref() == Some(asked),
    };
    if list.iter().any(is_requested) {
        return Ok(Listed::Found);
    }
    let total = named(&value, &["total", "totalcount", "totalelements", "count"]).and_then(Value::as_u64);
    let total = total.and_then(|total| usize::try_from(total).ok());
    let next_fields = ["next", "nextpage", "nexttoken", "nextpagetoken", "cursor", "nextcursor", "hasmore"];
    let has_next =
        named(&value, &next_fields).is_some_and(|next| !matches!(next, Value::Bool(false)) && next != "");
    Ok(match total {
        Some(total) if seen + list.len() < total && !list.is_empty() => Listed::NotYet(list.len()),
        Some(total) if seen + list.len() < total => Listed::Unsure,
        _ if has_next => Listed::Unsure,
        _ => Listed::Missing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_must_be_about_the_requested_flow() {
        for own in [
            r#"{"id":"f","payload":{"nodes":[]}}"#,
            r#"{"flow_id":"f","id":"version-3","payload":{"nodes":[]}}"#,
            r#"{"data":{"id":"f","nodes":[],"updated_at":1}}"#,
            r#"{"flow":{"id":"f","nodes":[],"version":2}}"#,
            r#"{"nodes":[]}"#,
        ] {
            let shown = flow(own.as_bytes(), "f").unwrap().unwrap();
            assert_eq!(shown.to_string(), r#"{"nodes":[]}"#, "{own}");
        }
        for other in [r#"{"id":"g","nodes":[]}"#, r#"{"flow":{"id":"g"}}"#, r#"{"data":{"flowId":7}}"#] {
            assert!(flow(other.as_bytes(), "f").unwrap_err().contains("another flow"), "{other}");
        }
    }

    #[test]
    fn flows_are_found_in_lists() {
        let listed = |body: &str| listed(body.as_bytes(), "f", 0).unwrap();
        for there in [
            r#"[{"id":"e"},{"id":"f"}]"#,
            r#"["f"]"#,
            r#"{"items":[{"id":"f"}],"total":1}"#,
            r#"{"flows":[{"flow_id":"f","id":3}]}"#,
            r#"{"links":[],"data":[{"flow":{"id":"f"}}]}"#,
        ] {
            assert_eq!(listed(there), Listed::Found, "{there}");
        }
        for missing in
            ["[]", r#"[{"id":"e"}]"#, r#"{"items":[],"total":0,"next":null}"#, r#"{"items":["F"]}"#]
        {
            assert_eq!(listed(missing), Listed::Missing, "{missing}");
        }
        assert_eq!(listed(r#"{"items":["e"],"total":500}"#), Listed::NotYet(1));
        for unsure in [
            r#"{"items":["e"],"next":"/p2"}"#,
            r#"{"items":["e"],"has_more":true}"#,
            r#"{"items":[],"total":5}"#,
        ] {
            assert_eq!(listed(unsure), Listed::Unsure, "{unsure}");
        }
    }
}
