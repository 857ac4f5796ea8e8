//! `/actions/{libraryId}`: what the library says of an action.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::library::LibraryAction;
use super::problem::AdminError;
use crate::emulator::app::App;

/// `GET /actions/{libraryId}`
pub async fn show(
    State(app): State<Arc<App>>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let library = Arc::clone(&app.studio().library);
    let action = library.get(&id).ok_or_else(|| AdminError::not_found("action", &id))?;
    let mut types = vec!["default", "branch"];
    if action.takes_cases {
        types.push("case");
    }
    let mut shown = json!({
        "libraryId": action.library_id,
        "name": action.name,
        "isAvailable": action.is_licensed,
        "branchTypes": types,
    });
    // Of what the emulator has no table it says nothing.
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(
            action.properties.as_ref().map(|names| ("properties".to_owned(), properties(action, names))),
        );
        fields.extend(action.branches.as_ref().map(|labels| ("branches".to_owned(), branches(labels))));
    }
    Ok(Json(shown))
}

fn properties(action: &LibraryAction, names: &[String]) -> Value {
    let of = |(position, name): (usize, &String)| {
        let property = json!({ "name": name, "type": "string", "required": position < action.required });
        (position.to_string(), property)
    };
    Value::Object(names.iter().enumerate().map(of).collect())
}

fn branches(labels: &[(String, u64)]) -> Value {
    let default = json!({ "label": "", "type": "default", "index": 0 });
    let own = |(label, index): &(String, u64)| json!({ "label": label, "type": "branch", "index": index });
    Value::Array(std::iter::once(default).chain(labels.iter().map(own)).collect())
}
