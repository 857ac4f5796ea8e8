//! `/api/jobs`: the states of accepted payloads.

use std::mem;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use hyper::header;
use hyper::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;

use super::answer::Remark;
use super::answer::location;
use super::app::App;
use super::page::PageRequest;
use super::problem::{ErrorResponse, Finding};
use super::scope::Scope;
use super::store::{EventType, JobStage, Store, StoredFlow, Work};
use crate::diagnostics::counted;

/// A job in responses.
#[derive(Serialize)]
struct JobView<'a> {
    id: &'a str,
    status: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    flow_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a [Finding]>,
}

impl<'a> JobView<'a> {
    fn of(id: &'a str, progress: &'a JobStage) -> Self {
        let (status, message) = match progress {
            JobStage::Queued(_) => ("queued", "the flow waits for its turn".to_owned()),
            JobStage::Processing(_) => ("processing", "the flow is being checked".to_owned()),
            JobStage::Completed { .. } => ("completed", "the flow is in place".to_owned()),
            JobStage::Failed { errors } => {
                ("failed", format!("the flow was refused: {}", counted(errors.len(), "error")))
            }
        };
        let (flow_id, errors) = match progress {
            JobStage::Completed { flow } => (Some(flow.as_str()), None),
            JobStage::Failed { errors } => (None, Some(errors.as_slice())),
            JobStage::Queued(_) | JobStage::Processing(_) => (None, None),
        };
        Self { id, status, message, flow_id, errors }
    }
}

/// The response to the request that created a job.
pub fn answer(status: StatusCode, id: &str, progress: &JobStage) -> Response {
    let job = JobView::of(id, progress);
    let remark = Remark(format!("{id} {}", job.status));
    let mut answer = (status, Json(job)).into_response();
    answer.extensions_mut().insert(remark);
    if let Some(location) = location("/api/jobs", id) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

/// `GET /api/jobs`
pub async fn list(State(app): State<Arc<App>>, request: Request) -> Result<Response, ErrorResponse> {
    app.authorize(request.headers(), Scope::FlowRead)?;
    let page = PageRequest::of(request.uri())?;
    let store = app.store();
    Ok(page.answer(store.jobs.len(), store.jobs.iter().map(|(id, job)| JobView::of(id, job))))
}

/// `GET /api/jobs/{id}`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ErrorResponse> {
    app.authorize(&headers, Scope::FlowRead)?;
    let store = app.store();
    let job = store.jobs.get(&id).ok_or_else(|| ErrorResponse::not_found("job", &id))?;
    let job = JobView::of(&id, job);
    let remark = Remark(job.status.to_owned());
    let mut answer = Json(job).into_response();
    answer.extensions_mut().insert(remark);
    Ok(answer)
}

/// Starts a job: it is queued for a third of its time, then processed.
pub fn start(app: &Arc<App>, id: String) {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let time = app.options.job_time;
        let queue_time = time / 3;
        let work = async {
            tokio::time::sleep(queue_time).await;
            if let Some(progress) = app.store().jobs.get_mut(&id) {
                process(progress);
            }
            tokio::time::sleep(time.saturating_sub(queue_time)).await;
        };
        tokio::select! {
            () = app.stopped() => return,
            () = work => {}
        }
        let ended = end(&mut app.store(), &app, &id);
        if let Some((event, flow, name)) = ended {
            app.publish(event, &flow, &name, Some(&id));
        }
    });
}

fn process(progress: &mut JobStage) {
    let nothing = JobStage::Failed { errors: Vec::new() };
    *progress = match mem::replace(progress, nothing) {
        JobStage::Queued(work) => JobStage::Processing(work),
        further => further,
    };
}

/// Ends a job and puts its flow in place. Returns what happened to which flow.
fn end(store: &mut Store, app: &App, id: &str) -> Option<(EventType, String, String)> {
    // The job may have been removed to make room.
    let progress = store.jobs.get_mut(id)?;
    let nothing = JobStage::Failed { errors: Vec::new() };
    let work = match mem::replace(progress, nothing) {
        JobStage::Queued(work) | JobStage::Processing(work) => work,
        ended => {
            *progress = ended;
            return None;
        }
    };
    let errors = work.errors.clone();
    let (progress, happened) =
        if errors.is_empty() { place(store, app, work) } else { (JobStage::Failed { errors }, None) };
    // The payload now belongs to the flow; the rest of the job is small.
    store.jobs.resize(id, 0);
    *store.jobs.get_mut(id)? = progress;
    happened
}

fn place(store: &mut Store, app: &App, work: Work) -> (JobStage, Option<(EventType, String, String)>) {
    let now = Timestamp::now();
    let (event, id, version, created) = match work.updates {
        None => (EventType::Created, app.random.id("flow", store.number()), 1, now),
        Some(id) => match store.flows.get(&id) {
            Some(flow) => (EventType::Updated, id, flow.version.saturating_add(1), flow.created),
            None => {
                let error = Finding::new("unknown_flow", "the flow was deleted before it could be updated");
                return (JobStage::Failed { errors: vec![error] }, None);
            }
        },
    };
    let bytes = work.payload.len();
    let flow = StoredFlow {
        name: work.name.clone(),
        description: work.description,
        version,
        nodes: work.nodes,
        transitions: work.transitions,
        created,
        updated: now,
        payload: work.payload,
    };
    store.flows.put(id.clone(), bytes, flow);
    (JobStage::Completed { flow: id.clone() }, Some((event, id, work.name)))
}
