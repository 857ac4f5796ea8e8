//! `/api/flows`: submitting flows, and the flows in place.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use hyper::header::{self};
use hyper::{HeaderMap, StatusCode};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::app::App;
use super::body::json;
use super::jobs;
use super::page::PageRequest;
use super::problem::{ErrorResponse, Finding};
use super::scope::Scope;
use super::store::{EventType, JobStage, KeyUse, StoredFlow, Work};
use super::verdict::{self, PayloadReport};

/// A flow, without its payload.
#[derive(Serialize)]
struct Summary<'a> {
    id: &'a str,
    name: &'a str,
    description: &'a str,
    version: u32,
    nodes: usize,
    transitions: usize,
    created_at: String,
    updated_at: String,
}

impl<'a> Summary<'a> {
    fn of(id: &'a str, flow: &'a StoredFlow) -> Self {
        Self {
            id,
            name: &flow.name,
            description: &flow.description,
            version: flow.version,
            nodes: flow.nodes,
            transitions: flow.transitions,
            created_at: flow.created.to_string(),
            updated_at: flow.updated.to_string(),
        }
    }
}

/// `GET /api/flows`
pub async fn list(State(app): State<Arc<App>>, request: Request) -> Result<Response, ErrorResponse> {
    app.authorize(request.headers(), Scope::FlowRead)?;
    let page = PageRequest::of(request.uri())?;
    let store = app.store();
    Ok(page.answer(store.flows.len(), store.flows.iter().map(|(id, flow)| Summary::of(id, flow))))
}

/// `GET /api/flows/{id}`: the summary, and the payload as it was sent.
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ErrorResponse> {
    app.authorize(&headers, Scope::FlowRead)?;
    let (summary, payload) = {
        let store = app.store();
        let flow = store.flows.get(&id).ok_or_else(|| ErrorResponse::not_found("flow", &id))?;
        (serde_json::to_string(&Summary::of(&id, flow)).unwrap_or_default(), flow.payload.clone())
    };
    // The payload is already JSON and may have many megabytes, so it is inserted unchanged.
    let mut body = summary.strip_suffix('}').unwrap_or_default().as_bytes().to_vec();
    body.extend_from_slice(b",\"payload\":");
    body.extend_from_slice(payload.trim_ascii());
    body.push(b'}');
    Ok(([(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response())
}

/// `DELETE /api/flows/{id}`
pub async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, ErrorResponse> {
    app.authorize(&headers, Scope::FlowWrite)?;
    let flow = app.store().flows.remove(&id).ok_or_else(|| ErrorResponse::not_found("flow", &id))?;
    app.publish(EventType::Deleted, &id, &flow.name, None);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/flows`
pub async fn create(State(app): State<Arc<App>>, request: Request) -> Result<Response, ErrorResponse> {
    app.authorize(request.headers(), Scope::FlowWrite)?;
    submit(&app, request, None).await
}

/// `PUT /api/flows/{id}`
pub async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ErrorResponse> {
    app.authorize(request.headers(), Scope::FlowWrite)?;
    submit(&app, request, Some(id)).await
}

/// Accepts a payload and creates a job for it, once for each idempotency key.
async fn submit(
    app: &Arc<App>,
    request: Request,
    updates: Option<String>,
) -> Result<Response, ErrorResponse> {
    let key = idempotency_key(request.headers())?;
    let payload = json(app, request).await?;
    let target = updates.clone().unwrap_or_default();
    // Checking a large payload takes a while, and must not block other requests.
    let judge = Arc::clone(app);
    let judging = tokio::task::spawn_blocking(move || {
        let mut digest = Sha256::new_with_prefix(format!("{target}\n"));
        digest.update(&payload);
        let digest: [u8; 32] = digest.finalize().into();
        (verdict::judge(&payload, &judge.options.types), digest, payload)
    });
    let (judged, digest, payload) = judging.await.map_err(|_| {
        ErrorResponse::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the payload could not be checked")
    })?;

    let mut store = app.store();
    // The key is looked up and recorded under one lock, so that of many concurrent requests only one
    // creates the job.
    if let Some(used) = key.as_ref().and_then(|key| store.keys.get(key))
        && let Some(job) = store.jobs.get(&used.job)
    {
        if used.request != digest {
            return Err(ErrorResponse::refused(
                "this Idempotency-Key was used for another request before",
                vec![Finding::new(
                    "key_used",
                    "a key belongs to one request: use a new key for a new payload",
                )],
            ));
        }
        return Ok(jobs::answer(StatusCode::OK, &used.job, job));
    }
    if let Some(flow) = &updates
        && store.flows.get(flow).is_none()
    {
        return Err(ErrorResponse::not_found("flow", flow));
    }
    let PayloadReport { name, description, nodes, transitions, errors } = judged?;
    let id = app.random.id("job", store.number());
    let bytes = payload.len();
    let job = JobStage::Queued(Work { name, description, nodes, transitions, payload, updates, errors });
    let answer = jobs::answer(StatusCode::CREATED, &id, &job);
    store.jobs.put(id.clone(), bytes, job);
    if let Some(key) = key {
        store.keys.put(key, 0, KeyUse { request: digest, job: id.clone() });
    }
    drop(store);
    jobs::start(app, id);
    Ok(answer)
}

/// The idempotency key of a request, bare or as a quoted string, as the draft of the header specifies
/// (draft-ietf-httpapi-idempotency-key-header).
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ErrorResponse> {
    const MOST: usize = 255;
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(ErrorResponse::bad_request("there are two Idempotency-Keys"));
    }
    let key = value.to_str().ok().map(str::trim).map(|text| {
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).to_owned()
    });
    match key {
        Some(key) if !key.is_empty() && key.len() <= MOST => Ok(Some(key)),
        _ => {
            Err(ErrorResponse::bad_request(format!("an Idempotency-Key has 1 to {MOST} visible characters")))
        }
    }
}
