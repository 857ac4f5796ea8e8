//! The shape of a script: its four parts, and what a header must say.

use serde_json::{Map, Value};

use super::problem::AdminError;
use super::store::path;
use crate::emulator::problem::bounded;

/// The parts of a script beside its header, each an object.
const PARTS: [&str; 3] = ["actions", "properties", "branches"];

/// A script as it was sent, with its parts known to be objects.
pub struct Content {
    /// Its path, from the header.
    pub path: String,
    /// `{header, actions, properties, branches}`
    pub fields: Map<String, Value>,
}

impl Content {
    /// Reads the body of a save to a business unit.
    ///
    /// # Errors
    ///
    /// `400` for anything that is not a script of this tenant.
    pub fn read(bytes: &[u8], business_unit: u64) -> Result<Self, AdminError> {
        let body: Value = serde_json::from_slice(bytes).map_err(|error| {
            AdminError::bad_request(format!("the body is not JSON: {}", bounded(&error.to_string())))
        })?;
        let script = match body {
            Value::Object(mut body) => body.shift_remove("scriptContent"),
            _ => None,
        };
        let Some(Value::Object(fields)) = script else {
            return Err(AdminError::bad_request("the body must be {\"scriptContent\": {...}}"));
        };
        for part in PARTS {
            if !fields.get(part).is_some_and(Value::is_object) {
                return Err(AdminError::bad_request(format!("scriptContent.{part} must be an object")));
            }
        }
        let header = fields.get("header").and_then(Value::as_object);
        let header =
            header.ok_or_else(|| AdminError::bad_request("scriptContent.header must be an object"))?;
        let path = check_header(header, business_unit)?;
        Ok(Self { path, fields })
    }

    /// A part, by its name; empty if it has none.
    pub fn part(&self, name: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.fields.get(name).and_then(Value::as_object).into_iter().flatten()
    }

    /// Whether a part has something at an id.
    pub fn part_has(&self, name: &str, id: &str) -> bool {
        self.fields.get(name).is_some_and(|part| part.get(id).is_some())
    }
}

/// Checks a header; the script's path.
fn check_header(header: &Map<String, Value>, business_unit: u64) -> Result<String, AdminError> {
    let wrong = |field: &str, what: &str| {
        Err(AdminError::bad_request(format!("scriptContent.header.{field} must be {what}")))
    };
    let given = |field: &str| header.get(field).filter(|value| !value.is_null());
    let name = given("scriptName").and_then(Value::as_str).map(path).unwrap_or_default();
    if name.is_empty()
        || name.split('\\').any(|part| part.trim().is_empty())
        || name.contains(char::is_control)
    {
        return wrong("scriptName", "a name, with backslashes between folders");
    }
    if !given("mediaType").is_some_and(Value::is_u64) {
        return wrong("mediaType", "the number of a medium, such as 4 for calls");
    }
    if !given("nextActionId").is_some_and(Value::is_u64) {
        return wrong("nextActionId", "a number");
    }
    if given("busNo").is_some_and(|number| number.as_u64() != Some(business_unit)) {
        return wrong("busNo", &format!("{business_unit}, this business unit"));
    }
    for field in ["mediaTypeName", "purposeType", "lastSavedIn"] {
        if given(field).is_some_and(|value| !value.is_string()) {
            return wrong(field, "a text");
        }
    }
    if given("status").is_some_and(|status| !matches!(status.as_str(), Some("Active" | "Inactive"))) {
        return wrong("status", "Active or Inactive");
    }
    for field in ["masterId", "libraryId"] {
        if given(field).is_some_and(|value| !value.is_u64()) {
            return wrong(field, "a number, or null");
        }
    }
    if given("lockInfo").is_some_and(|lock| !lock.is_object()) {
        return wrong("lockInfo", "an object");
    }
    Ok(name)
}
