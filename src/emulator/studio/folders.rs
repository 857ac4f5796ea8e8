//! `/script-folders`: the scripts and folders of a folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use serde_json::{Map, Value, json};

use super::problem::AdminError;
use super::query::Query;
use super::store::{StoredScript, path};
use crate::emulator::app::App;

/// The names of the media that have numbers in public sources.
fn medium(number: u64) -> &'static str {
    match number {
        4 => "call",
        _ => "",
    }
}

/// `GET /script-folders?folder=…`
pub async fn list(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, AdminError> {
    let query = Query::of(request.uri());
    let folder = path(query.get("folder").unwrap_or_default());
    let status = query.get("status");
    let (mut folders, mut scripts) = (BTreeSet::new(), Vec::new());
    {
        let studio = app.studio();
        for (path, script) in studio.scripts.iter() {
            let inside = match folder.as_str() {
                "" => Some(path),
                folder => path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('\\')),
            };
            let Some(inside) = inside else { continue };
            if let Some((subfolder, _)) = inside.split_once('\\') {
                folders.insert(subfolder.to_owned());
            } else {
                scripts.extend(entry(inside, script, status));
            }
        }
    }
    if !folder.is_empty() && folders.is_empty() && scripts.is_empty() {
        return Err(AdminError::not_found("folder", &folder));
    }
    let folders = folders.into_iter().map(|name| {
        let fields = [("isFolder", json!(true)), ("scriptName", json!(name)), ("lockedBy", json!(""))];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    });
    let mut entries: Vec<Map<String, Value>> = folders.collect();
    entries.extend(scripts);
    let page = query.page(entries)?;
    Ok(Json(json!({
        "_links": page.links,
        "businessUnitId": app.studio().business_unit,
        "totalRecords": page.total,
        "scriptList": page.items,
    })))
}

/// A script in its folder; `None` if it has another status.
fn entry(name: &str, script: &StoredScript, status: Option<&str>) -> Option<Map<String, Value>> {
    let version = script.newest()?;
    if status.is_some_and(|status| !version.status.eq_ignore_ascii_case(status)) {
        return None;
    }
    let fields = [
        ("isFolder", json!(false)),
        ("scriptName", json!(name)),
        ("masterID", json!(script.master_id)),
        ("mediaType", json!(version.media_type)),
        ("mediaTypeName", json!(medium(version.media_type))),
        ("status", json!(version.status)),
        ("lockedBy", json!(script.lock.as_ref().map_or("", |lock| &lock.name))),
        ("createDate", json!(script.created.to_string())),
        ("modifyDate", json!(version.modified.to_string())),
        ("modifiedBy", json!(version.user)),
        ("size", json!(version.content.len())),
        ("hidden", json!(false)),
        ("readOnly", json!(false)),
    ];
    Some(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
