//! `/actions/{libraryId}`: what the library says of an action.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};

use super::problem::AdminError;
use crate::emulator::app::App;

/// `GET /actions/{libraryId}`
pub async fn show(
    State(app): State<Arc<App>>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let library = Arc::clone(&app.studio().library);
    let action = library.get(&id).ok_or_else(|| AdminError::not_found("action", &id))?;
    let names = action.properties.iter().flatten();
    let properties: Map<String, Value> = names
        .enumerate()
        .map(|(position, name)| {
            let property = json!({ "name": name, "type": "string", "required": position < action.required });
            (position.to_string(), property)
        })
        .collect();
    let mut branches = vec![json!({ "label": "", "type": "default", "index": 0 })];
    branches.extend(
        action
            .branches
            .iter()
            .flatten()
            .map(|(label, index)| json!({ "label": label, "type": "branch", "index": index })),
    );
    let mut types = vec!["default", "branch"];
    if action.takes_cases {
        types.push("case");
    }
    Ok(Json(json!({
        "libraryId": action.library_id,
        "name": action.name,
        "isAvailable": action.is_licensed,
        "properties": properties,
        "branchTypes": types,
        "branches": branches,
    })))
}
