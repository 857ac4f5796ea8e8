//! What a tenant says of an action. No source shows the answer, so that names are found in any of the usual places, and
//! what is not found is not known.

use serde_json::Value;

use super::reading::LibraryId;
use crate::cxone::answer::named;
use crate::cxone::wording::clean;

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 100;
/// How many properties or branches are read.
const MOST: usize = 200;

/// An action as the tenant describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantAction {
    /// Its name.
    pub name: Option<String>,
    /// Whether the tenant has a licence for it.
    pub is_available: Option<bool>,
    /// Its properties in the order of their positions.
    pub properties: Option<Vec<TenantProperty>>,
    /// Its branches with a name of their own.
    pub branches: Option<Vec<TenantBranch>>,
}

/// A property of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantProperty {
    /// Its name.
    pub name: String,
    /// Whether every script must have it, if the tenant says so.
    pub is_required: Option<bool>,
}

/// A branch of an action that has a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantBranch {
    /// Its name.
    pub label: String,
    /// Its index, if the tenant names it.
    pub index: Option<u64>,
}

impl TenantAction {
    /// Reads an answer.
    pub fn of(value: &Value) -> Self {
        let value = described(value);
        let name = named(value, &["name", "actionname", "toolname"]).and_then(Value::as_str);
        Self {
            name: name.map(short).filter(|name| !name.is_empty()),
            is_available: named(value, &["isavailable", "islicensed", "available"]).and_then(Value::as_bool),
            properties: named(value, &["properties", "parameters"]).and_then(properties),
            branches: named(value, &["branches", "branchlist"]).and_then(branches),
        }
    }
}

/// The object that describes the action: the answer itself, or one inside it.
fn described(value: &Value) -> &Value {
    let describes = |value: &Value| named(value, &["properties", "parameters", "branches"]).is_some();
    match value {
        Value::Array(list) => list.iter().find(|one| describes(one)).unwrap_or(value),
        Value::Object(fields) if !describes(value) => {
            fields.values().find(|one| describes(one)).unwrap_or(value)
        }
        _ => value,
    }
}

/// The members of an object in the order of the numbers that are their keys, or those of a list.
fn in_order(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(list) => Some(list.iter().take(MOST).collect()),
        Value::Object(fields) => {
            let mut members: Vec<(u64, &Value)> = Vec::new();
            for (key, member) in fields.iter().take(MOST) {
                members.push((key.parse().ok()?, member));
            }
            members.sort_by_key(|(position, _)| *position);
            Some(members.into_iter().map(|(_, member)| member).collect())
        }
        _ => None,
    }
}

fn properties(value: &Value) -> Option<Vec<TenantProperty>> {
    let property = |value: &Value| {
        let name = match value {
            Value::String(name) => name,
            other => named(other, &["name", "propertyname"])?.as_str()?,
        };
        let is_required = named(value, &["required", "isrequired"]).and_then(Value::as_bool);
        Some(TenantProperty { name: short(name), is_required })
    };
    in_order(value)?.into_iter().map(property).collect()
}

fn branches(value: &Value) -> Option<Vec<TenantBranch>> {
    let mut branches = Vec::new();
    for value in in_order(value)? {
        let (label, kind) = match value {
            Value::String(label) => (Some(label.as_str()), None),
            Value::Object(_) => {
                // The vendor's own test code writes the empty label of a default branch as 0.
                let label = named(value, &["label", "name"]).and_then(Value::as_str);
                (label, named(value, &["type"]).and_then(Value::as_str))
            }
            _ => return None,
        };
        let label = short(label.unwrap_or_default());
        if !label.is_empty() && kind.is_none_or(|kind| kind.eq_ignore_ascii_case("branch")) {
            let index = named(value, &["index"]).and_then(Value::as_u64);
            branches.push(TenantBranch { label, index });
        }
    }
    Some(branches)
}

/// The library ids that a search found for an action, each once, the one that occurs most often first.
pub fn library_ids(value: &Value, action: &str) -> Option<Vec<LibraryId>> {
    let scripts = named(value, &["scriptsearchdetails"])?.as_array()?;
    let mut found: Vec<(LibraryId, usize)> = Vec::new();
    let actions = scripts.iter().filter_map(|script| named(script, &["actions"])?.as_array()).flatten();
    for other in actions {
        let is_it = named(other, &["name"])
            .and_then(Value::as_str)
            .is_none_or(|name| name.trim().eq_ignore_ascii_case(action));
        let id = named(other, &["libraryid"]).and_then(Value::as_str).and_then(LibraryId::of);
        let Some(id) = id.filter(|_| is_it) else { continue };
        match found.iter_mut().find(|(known, _)| *known == id) {
            Some((_, count)) => *count += 1,
            None => found.push((id, 1)),
        }
    }
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Some(found.into_iter().map(|(id, _)| id).collect())
}

/// What an answer looks like: the names of its fields with their types, and none of its values.
pub fn shape(value: &Value) -> String {
    let fields = |value: &Value| -> String {
        match value {
            Value::Object(fields) => {
                let names =
                    fields.iter().take(40).map(|(name, value)| format!("{}: {}", short(name), kind(value)));
                format!("{{{}}}", names.collect::<Vec<_>>().join(", "))
            }
            other => kind(other).to_owned(),
        }
    };
    match value {
        Value::Object(outer) => {
            let inner = outer.iter().take(40).map(|(name, value)| match value {
                Value::Array(list) => {
                    let first = list.first().map(fields).unwrap_or_default();
                    format!("{}: [{first}]", short(name))
                }
                value => format!("{}: {}", short(name), fields(value)),
            });
            format!("{{{}}}", inner.collect::<Vec<_>>().join(", "))
        }
        Value::Array(list) => format!("[{}]", list.first().map(fields).unwrap_or_default()),
        other => kind(other).to_owned(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn short(text: &str) -> String {
    clean(text, LONGEST_NAME)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(value: Value) -> Option<Vec<String>> {
        TenantAction::of(&value).properties.map(|all| all.into_iter().map(|one| one.name).collect())
    }

    #[test]
    fn an_action_is_read_in_several_shapes() {
        let wanted = Some(vec!["Sequence".to_owned(), "Phrase".to_owned()]);
        for properties in [
            json!({ "1": { "name": "Phrase" }, "0": { "name": "Sequence" } }),
            json!([{ "name": "Sequence", "type": "string" }, { "name": "Phrase" }]),
            json!(["Sequence", "Phrase"]),
        ] {
            assert_eq!(names(json!({ "properties": properties })), wanted);
            assert_eq!(names(json!({ "action": { "Properties": properties } })), wanted);
            assert_eq!(names(json!([{ "parameters": properties }])), wanted);
        }
        // What is no list of names is not known.
        for odd in [json!({ "Sequence": 1 }), json!([1]), json!("x"), json!({ "properties": 3 })] {
            assert_eq!(names(json!({ "properties": odd })), None, "{odd}");
        }
    }

    #[test]
    fn only_branches_of_their_own_count() {
        let value = json!({ "name": "IF", "isAvailable": false, "branches": [
            { "label": "", "type": "default", "index": 0 }, { "label": 0, "type": "default" },
            { "label": "True", "type": "branch", "index": 0 }, { "label": "1", "type": "case" },
            { "name": "False", "index": 1 },
        ]});
        let action = TenantAction::of(&value);
        let branch = |label: &str, index| TenantBranch { label: label.to_owned(), index: Some(index) };
        let branches = vec![branch("True", 0), branch("False", 1)];
        assert_eq!((action.branches, action.is_available), (Some(branches), Some(false)));
        assert_eq!(TenantAction::of(&json!({ "branches": [3] })).branches, None);
    }

    #[test]
    fn a_search_may_find_an_action_under_several_ids() {
        let id = |last: u8| format!("00000000-0000-4000-8000-0000000000{last:02}");
        let found = |name: &str, last: u8| json!({ "name": name, "libraryId": id(last).to_uppercase() });
        let value = json!({ "scriptSearchDetails": [
            { "actions": [found("CAPTURE", 1), found("CAPTUREMORE", 3)] },
            { "actions": [found("Capture", 2), found("CAPTURE", 2), { "name": "CAPTURE", "libraryId": "../start" }] },
            {},
        ]});
        let ids = library_ids(&value, "CAPTURE").unwrap();
        assert_eq!(ids.iter().map(LibraryId::as_str).collect::<Vec<_>>(), [id(2), id(1)]);
        assert_eq!(library_ids(&json!({}), "CAPTURE"), None);
    }

    #[test]
    fn a_shape_has_no_values() {
        let value = json!({ "name": "secret", "list": [{ "a": 1, "b": [2] }], "object": { "c": null } });
        assert_eq!(shape(&value), "{name: text, list: [{a: number, b: list}], object: {c: null}}");
    }
}
