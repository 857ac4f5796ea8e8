//! `/files`: prompts.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::body::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::problem::AdminError;
use super::query::Query;
use super::store::{StoredFile, path};
use crate::emulator::app::App;
use crate::emulator::body::json as json_body;
use crate::emulator::problem::bounded;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Upload {
    file_name: String,
    file: String,
    #[serde(default)]
    overwrite: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deletion {
    file_name: String,
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AdminError> {
    serde_json::from_slice(bytes).map_err(|error| {
        AdminError::bad_request(format!("the body does not fit: {}", bounded(&error.to_string())))
    })
}

/// A file's path, if it is one.
fn place(name: &str) -> Result<String, AdminError> {
    let place = path(name);
    let is_part = |part: &str| !matches!(part.trim(), "" | "." | "..") && !part.contains(char::is_control);
    if place.split('\\').all(is_part) {
        return Ok(place);
    }
    Err(AdminError::bad_request(format!("{} is not the name of a file", bounded(name))))
}

fn exists() -> AdminError {
    AdminError::new(StatusCode::BAD_REQUEST, "invalid_request", "FileExists")
}

/// The published description has no 404 here.
fn unknown() -> AdminError {
    AdminError::new(StatusCode::BAD_REQUEST, "invalid_request", "FileNotFound")
}

/// `GET /files?fileName=…`
pub async fn show(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, AdminError> {
    let query = Query::of(request.uri());
    let place = place(query.required("fileName")?)?;
    let content = app.studio().files.get(&place).map(|file| file.content.clone()).ok_or_else(unknown)?;
    Ok(Json(json!({ "files": { "fileName": place, "file": BASE64_STANDARD.encode(content) } })))
}

/// `POST /files`
pub async fn upload(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, AdminError> {
    let body = json_body(&app, request).await?;
    let upload: Upload = read(&body)?;
    let place = place(&upload.file_name)?;
    let content = BASE64_STANDARD
        .decode(&upload.file)
        .map_err(|error| AdminError::bad_request(format!("file is not Base64: {error}")))?;
    let mut studio = app.studio();
    if !upload.overwrite && studio.files.get(&place).is_some() {
        return Err(exists());
    }
    studio.files.put(place, content.len(), StoredFile { content: Bytes::from(content) });
    Ok(StatusCode::OK)
}

/// `PUT /files?oldPath=…&newPath=…`
pub async fn rename(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, AdminError> {
    let query = Query::of(request.uri());
    let (old, new) = (place(query.required("oldPath")?)?, place(query.required("newPath")?)?);
    let overwrites = query.flag("overwrite")?.unwrap_or(false);
    let mut studio = app.studio();
    if studio.files.get(&old).is_none() {
        return Err(unknown());
    }
    if old != new && !overwrites && studio.files.get(&new).is_some() {
        return Err(exists());
    }
    if let Some(file) = studio.files.remove(&old) {
        studio.files.put(new, file.content.len(), file);
    }
    Ok(StatusCode::OK)
}

/// `DELETE /files` with `{fileName}`
pub async fn delete(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, AdminError> {
    let body = json_body(&app, request).await?;
    let place = place(&read::<Deletion>(&body)?.file_name)?;
    app.studio().files.remove(&place).map(|_| StatusCode::OK).ok_or_else(unknown)
}
