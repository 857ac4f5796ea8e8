//! The versions of a script: `/scripts/historyByName` and `/scripts/{scriptId}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use serde_json::{Value, json};

use super::problem::AdminError;
use super::query::Query;
use super::scripts::opened;
use super::store::path;
use crate::emulator::app::App;

/// `GET /scripts/historyByName?scriptPath=…`: the newest version first.
pub async fn by_name(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, AdminError> {
    let query = Query::of(request.uri());
    let name = query.required("scriptPath")?;
    let place = path(name);
    let studio = app.studio();
    let script = studio.scripts.get(&place).ok_or_else(|| AdminError::not_found("script", name))?;
    let versions = script.versions.iter().rev().map(|version| {
        json!({
            "scriptId": version.script_id,
            "modifyDate": version.modified.to_string(),
            "modifyUser": version.user,
            "status": version.status,
        })
    });
    Ok(Json(json!({ "name": place, "versions": versions.collect::<Vec<_>>() })))
}

/// `GET /scripts/{scriptId}`: one version, with its content as a text.
pub async fn version(
    State(app): State<Arc<App>>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let number = id.parse().map_err(|_| AdminError::bad_request("scriptId must be a number"))?;
    let (place, version, lock) = {
        let studio = app.studio();
        let (place, script, version) =
            studio.version(number).ok_or_else(|| AdminError::not_found("script", &id))?;
        (place.to_owned(), version.clone(), script.lock_info())
    };
    let content = opened(version.content.clone(), lock).await?;
    let (folder, name) = place.rsplit_once('\\').unwrap_or(("", &place));
    Ok(Json(json!({
        "scriptId": version.script_id,
        "name": name,
        "filePath": folder,
        "status": version.status,
        "scriptContent": content.to_string(),
    })))
}
