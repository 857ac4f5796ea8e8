//! `/scripts`: opening, saving, locking and deleting scripts. Nothing here places a call.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Json, http::StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::content::Content;
use super::problem::{AdminError, described};
use super::query::Query;
use super::store::{ScriptLock, StoredScript, User, path};
use super::syntax_check::{self, Report};
use crate::emulator::answer::Remark;
use crate::emulator::app::App;
use crate::emulator::body::json as json_body;
use crate::emulator::problem::bounded;

/// `GET /scripts`, by `scriptPath` or `scriptId`
pub async fn open(State(app): State<Arc<App>>, request: Request) -> Result<Response, AdminError> {
    let query = Query::of(request.uri());
    let (content, lock) = {
        let studio = app.studio();
        let found = match (query.get("scriptPath"), query.get("scriptId")) {
            (Some(_), Some(_)) => {
                return Err(AdminError::bad_request("the query has scriptPath and scriptId; one is enough"));
            }
            (Some(name), None) => {
                studio.scripts.get(&path(name)).and_then(|script| Some((script, script.newest()?)))
            }
            (None, Some(id)) => {
                let id = id.parse().map_err(|_| AdminError::bad_request("scriptId must be a number"))?;
                studio.version(id).map(|(_, script, version)| (script, version))
            }
            (None, None) => {
                return Err(AdminError::bad_request("the query has no scriptPath and no scriptId"));
            }
        };
        let (script, version) = found.ok_or_else(|| {
            AdminError::not_found(
                "script",
                query.get("scriptPath").or(query.get("scriptId")).unwrap_or_default(),
            )
        })?;
        (version.content.clone(), script.lock_info())
    };
    Ok(Json(opened(content, lock).await?).into_response())
}

/// A script as it is opened: with who has locked it, and without `xws` and `yws`, which only a save has.
pub async fn opened(content: Bytes, lock: Value) -> Result<Value, AdminError> {
    // A large script takes a while, and must not block other requests.
    let reading = tokio::task::spawn_blocking(move || read(&content, lock));
    reading.await.map_err(|_| {
        AdminError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the script could not be read")
    })
}

fn read(content: &Bytes, lock: Value) -> Value {
    let mut script: Value = serde_json::from_slice(content).unwrap_or_default();
    if let Some(header) = script.get_mut("header").and_then(Value::as_object_mut) {
        header.insert("lockInfo".into(), lock);
    }
    let actions = script.get_mut("actions").and_then(Value::as_object_mut);
    for action in actions.into_iter().flat_map(|actions| actions.values_mut()) {
        if let Some(action) = action.as_object_mut() {
            action.shift_remove("xws");
            action.shift_remove("yws");
        }
    }
    script
}

/// `POST /scripts`: the syntax check, then a new version of the script.
pub async fn save(
    State(app): State<Arc<App>>,
    Extension(user): Extension<Arc<User>>,
    request: Request,
) -> Result<Response, AdminError> {
    let body = json_body(&app, request).await?;
    let (library, business_unit) = {
        let studio = app.studio();
        (Arc::clone(&studio.library), studio.business_unit)
    };
    // A large script takes a while, and must not block other requests.
    let checking = tokio::task::spawn_blocking(move || {
        let content = Content::read(&body, business_unit)?;
        let check = syntax_check::check(&content, &library);
        Ok::<_, AdminError>((content, check))
    });
    let (content, check) = checking.await.map_err(|_| {
        AdminError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the script could not be checked")
    })??;

    let mut studio = app.studio();
    let report = check.with(
        |skill| studio.skills.values().any(|stored| stored.is_named(skill)),
        |prompt| studio.files.get(&path(prompt)).is_some(),
    );
    let place = content.path.clone();
    if let Some(script) = studio.scripts.get(&place)
        && script.is_locked_against(&user)
    {
        return Ok(refused_by_lock(&place, script));
    }
    if report.errors() > 0 {
        let ids = studio.scripts.get(&place).and_then(|script| Some((script.master_id, script.newest()?)));
        let ids = ids.map(|(master, version)| (master, version.script_id));
        let description = format!("the syntax check found {} errors; nothing was saved", report.errors());
        let response = answer(StatusCode::CONFLICT, false, ids, &report);
        return Ok(described(response, &description));
    }
    let ids = studio.save(&place, content.fields, &user.name);
    drop(studio);
    let status = if report.warnings() > 0 { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    Ok(answer(status, true, Some(ids), &report))
}

/// The answer to a save, with the ids of the script and of its newest version.
fn answer(status: StatusCode, success: bool, ids: Option<(u64, u64)>, report: &Report) -> Response {
    let (master, version) = ids.unzip();
    let result = json!({
        "success": success,
        "masterID": master,
        "masterId": master,
        "libraryId": version,
        "error_code": { "details": report.details() },
    });
    let mut response = (status, Json(json!({ "results": [result] }))).into_response();
    let remark = format!("{} errors, {} warnings", report.errors(), report.warnings());
    response.extensions_mut().insert(Remark(remark));
    response
}

/// The answer to whoever changes a script that somebody else has locked.
fn refused_by_lock(path: &str, script: &StoredScript) -> Response {
    let result = json!({
        "success": false,
        "masterID": script.master_id,
        "masterId": script.master_id,
        "libraryId": script.newest().map(|version| version.script_id),
        "lockInfo": script.lock_info(),
        "error_code": { "key": "script-locked", "details": Report::default().details() },
    });
    let name = script.lock.as_ref().map(|lock| bounded(&lock.name)).unwrap_or_default();
    let description = format!("{} is locked by {name}", bounded(path));
    described((StatusCode::CONFLICT, Json(json!({ "results": [result] }))).into_response(), &description)
}

/// `PUT /scripts?scriptPath=…&lockScript=true|false`
pub async fn lock(
    State(app): State<Arc<App>>,
    Extension(user): Extension<Arc<User>>,
    request: Request,
) -> Result<Response, AdminError> {
    let query = Query::of(request.uri());
    let name = query.required("scriptPath")?;
    let locks = query
        .flag("lockScript")?
        .ok_or_else(|| AdminError::bad_request("the query has no lockScript, which is true or false"))?;
    let place = path(name);
    let mut studio = app.studio();
    let script = studio.scripts.get_mut(&place).ok_or_else(|| AdminError::not_found("script", name))?;
    if script.is_locked_against(&user) {
        return Ok(refused_by_lock(&place, script));
    }
    // Whoever locks a script again keeps the lock that they have.
    if !locks {
        script.lock = None;
    } else if script.lock.is_none() {
        script.lock = Some(ScriptLock { name: user.name.clone(), id: user.id, date: Timestamp::now() });
    }
    let (master, lock) = (script.master_id, script.lock_info());
    Ok(Json(json!({ "success": true, "masterID": master, "lockInfo": lock })).into_response())
}

/// `DELETE /scripts?scriptPath=…`: the script and its history.
pub async fn delete(
    State(app): State<Arc<App>>,
    Extension(user): Extension<Arc<User>>,
    request: Request,
) -> Result<Response, AdminError> {
    let query = Query::of(request.uri());
    let name = query.required("scriptPath")?;
    let place = path(name);
    let mut studio = app.studio();
    let script = studio.scripts.get(&place).ok_or_else(|| AdminError::not_found("script", name))?;
    if script.is_locked_against(&user) {
        return Ok(refused_by_lock(&place, script));
    }
    let master = script.master_id;
    studio.scripts.remove(&place);
    Ok(Json(json!({ "success": true, "masterID": master })).into_response())
}

/// `POST /scripts/start`
pub async fn start() -> AdminError {
    AdminError::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "this emulator never starts a script: on a tenant, this request places a call",
    )
}

/// `POST /scripts/kick`
pub async fn kick() -> AdminError {
    AdminError::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "this emulator never kicks a script: nothing is started, and nobody loses a lock",
    )
}
