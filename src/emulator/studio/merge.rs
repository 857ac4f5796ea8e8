//! Bodies that set some of the fields of something.

use serde_json::{Map, Value};

use super::problem::AdminError;
use crate::emulator::problem::bounded;

/// A skill's number in a path.
pub fn number(text: &str) -> Result<u64, AdminError> {
    text.parse().map_err(|_| AdminError::bad_request("skillId must be a number"))
}

/// The object of this name in a body that has nothing else to say.
pub fn object(bytes: &[u8], name: &str) -> Result<Map<String, Value>, AdminError> {
    match body(bytes)?.shift_remove(name) {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Err(AdminError::bad_request(format!("the body must be {{\"{name}\": {{...}}}}"))),
    }
}

/// A body that is an object.
pub fn body(bytes: &[u8]) -> Result<Map<String, Value>, AdminError> {
    serde_json::from_slice(bytes).map_err(|error| {
        AdminError::bad_request(format!("the body is no JSON object: {}", bounded(&error.to_string())))
    })
}

/// Old fields with new values; a value keeps its type, and `null` fits everywhere.
pub fn merged(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    name: &str,
) -> Result<Map<String, Value>, AdminError> {
    let mut merged = old.clone();
    for (field, value) in new {
        let is_of_type = match old.get(field) {
            None | Some(Value::Null) => true,
            Some(old) => value.is_null() || std::mem::discriminant(old) == std::mem::discriminant(value),
        };
        if !is_of_type {
            let field = bounded(field);
            return Err(AdminError::bad_request(format!("{name}.{field} has a value of another type")));
        }
        merged.insert(field.clone(), value.clone());
    }
    Ok(merged)
}
