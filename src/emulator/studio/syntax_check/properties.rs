//! The properties of an action: by position, with the names that the action has.

use serde_json::Value;

use super::sequence::{Segment, segments};
use super::{Check, Mention};
use crate::emulator::studio::library::LibraryAction;

/// Checks the properties of an action.
pub fn check(id: &str, own: &Value, action: Option<&LibraryAction>, check: &mut Check) {
    let Some(own) = own.as_object() else {
        check.report.error(id, "properties-malformed");
        return;
    };
    let mut names = Vec::new();
    for position in 0..own.len() {
        // Positions count from 0 without a gap.
        let Some(property) = own.get(&position.to_string()) else {
            check.report.error(id, "properties-position");
            return;
        };
        let name = property.get("name").and_then(Value::as_str);
        let (Some(name), Some(value)) = (name, property.get("value").filter(|value| !value.is_null())) else {
            check.report.error(id, "property-malformed");
            return;
        };
        if value.is_object() {
            check.report.error(id, format!("property-{name}-invalid"));
        }
        names.push(name);
        check_value(id, action, name, value, check);
    }
    let Some(action) = action else { return };
    if let Some(expected) = &action.properties {
        let has_number = (action.required..=expected.len()).contains(&names.len());
        if !has_number {
            check.report.error(id, "properties-number");
        } else if names.iter().zip(expected).any(|(name, expected)| name != expected) {
            check.report.error(id, "properties-order");
        }
    }
}

fn check_value(id: &str, action: Option<&LibraryAction>, name: &str, value: &Value, check: &mut Check) {
    match name {
        "Sequence" => {
            let Some(text) = value.as_str() else {
                check.report.error(id, "sequence-malformed");
                return;
            };
            for segment in segments(text) {
                match segment {
                    Ok(Segment::Prompt(name)) => {
                        check.prompts.push(Mention { action: id.to_owned(), name: name.to_owned() });
                    }
                    Ok(Segment::Other) => {}
                    Err(key) => check.report.error(id, key),
                }
            }
        }
        "Skill" if action.is_some_and(|action| action.name == "REQAGENT") => match value.as_str() {
            None | Some("") => check.report.error(id, "property-Skill-invalid"),
            // A variable has its value on the call.
            Some(name) if name.contains('{') => {}
            Some(name) => check.skills.push(Mention { action: id.to_owned(), name: name.to_owned() }),
        },
        _ => {}
    }
}
