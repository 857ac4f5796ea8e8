//! An action by itself: its fields, and whether the tenant has it.

use serde_json::Value;

use super::Report;
use crate::emulator::studio::library::{Library, LibraryAction};

/// A field, and what it takes.
type Field = (&'static str, fn(&Value) -> bool);

/// The fields of an action.
const FIELDS: [Field; 10] = [
    ("libraryId", Value::is_string),
    ("name", Value::is_string),
    ("version", Value::is_u64),
    ("label", Value::is_string),
    ("dependencyOrder", is_text_or_number),
    ("implType", is_text_or_number),
    ("x", Value::is_number),
    ("y", Value::is_number),
    ("xws", is_integer),
    ("yws", is_integer),
];

fn is_text_or_number(value: &Value) -> bool {
    value.is_string() || value.is_number()
}

fn is_integer(value: &Value) -> bool {
    value.is_u64() || value.is_i64()
}

/// Checks an action; what the library says of it.
pub fn check<'a>(
    id: &str,
    action: &Value,
    library: &'a Library,
    report: &mut Report,
) -> Option<&'a LibraryAction> {
    if action.get("actionId").and_then(Value::as_u64).is_none_or(|own| own.to_string() != id) {
        report.error(id, "action-id-mismatch");
    }
    for (field, takes) in FIELDS {
        if !action.get(field).is_some_and(takes) {
            report.error(id, format!("action-{field}-invalid"));
        }
    }
    let library_id = action.get("libraryId").and_then(Value::as_str)?;
    let Some(known) = library.get(library_id) else {
        report.error(id, "action-unknown");
        return None;
    };
    if !known.is_licensed {
        report.error(id, "action-not-available");
    }
    if action.get("name").and_then(Value::as_str).is_some_and(|name| name != known.name) {
        report.error(id, "action-name-mismatch");
    }
    Some(known)
}
