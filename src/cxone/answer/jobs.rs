//! Jobs: which one a payload became, and how far it is.

use std::time::Duration;

use serde_json::Value;

use super::fields::{flow_id, json, layers, named, outermost_id};
use crate::cxone::id;
use crate::cxone::refusal::Refusal;
use crate::cxone::response::Response;
use crate::cxone::tenant::Endpoints;
use crate::cxone::wording::clean;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It goes on, or its state is not known here.
    Running,
    /// The flow is in place.
    Completed,
    /// The platform gave up.
    Failed,
}

/// A job of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What the platform calls it.
    pub id: String,
    /// Its state in the platform's word.
    pub status: String,
    /// What the platform says about it.
    pub message: String,
    /// The flow, once it is in place.
    pub flow_id: Option<String>,
    /// Why it failed.
    pub refusal: Refusal,
    /// How long to wait before asking again.
    pub wait: Option<Duration>,
}

impl Job {
    /// How far it is.
    pub fn state(&self) -> JobState {
        match self.status.to_ascii_lowercase().as_str() {
            "completed" => JobState::Completed,
            "failed" => JobState::Failed,
            _ => JobState::Running,
        }
    }

    /// Whether its state is one that the platform describes.
    pub fn is_known(&self) -> bool {
        let known = [
            "queued",
            "pending",
            "processing",
            "running",
            "in_progress",
            "validating",
            "completed",
            "failed",
        ];
        known.contains(&self.status.to_ascii_lowercase().as_str())
    }
}

/// Reads the job that an answer is about.
///
/// # Errors
///
/// What is missing.
///
/// ```
/// let job = cxflowc::cxone::answer::job(br#"{"id":"job-1","status":"queued"}"#).unwrap();
/// assert_eq!(job.id, "job-1");
/// assert!(cxflowc::cxone::answer::job(b"<html>").is_err());
/// ```
pub fn job(body: &[u8]) -> Result<Job, String> {
    let value = json(body)?;
    let layers = layers(&value);
    let id = job_id(&layers).or_else(|| outermost_id(&layers)).ok_or_else(|| no_id(&layers))?;
    let status = status(&layers).ok_or("it has no `status`")?;
    Ok(job_of(&value, &layers, id, status))
}

/// Reads the job that was asked for by its id.
///
/// # Errors
///
/// What is missing, or that it is another job.
pub fn job_asked(response: &Response, asked: &str) -> Result<Job, String> {
    let job = job(&response.body)?;
    if job.id != asked {
        return Err(format!("it is about another job, {}", crate::diagnostics::quote(&job.id)));
    }
    Ok(Job { wait: response.wait, ..job })
}

/// Reads which job a payload became, from the body or from `Location` (RFC 9110, section 10.2.2).
///
/// # Errors
///
/// Why no job is named.
pub fn created(response: &Response, endpoints: &Endpoints) -> Result<Job, NoJob> {
    // A body that broke off is not read.
    let value = match &response.fault {
        None => json(&response.body),
        Some(fault) => Err(format!("its body {}", fault.of_body())),
    };
    let location = response.location.as_deref();
    let layers = value.as_ref().map(layers).unwrap_or_default();
    let explicit = job_id(&layers).or_else(|| endpoints.job_at(location?));
    // If `Location` names a created flow, an `id` that is the same is the flow's.
    let made = location.and_then(|location| endpoints.flow_at(location));
    let id = explicit.or_else(|| outermost_id(&layers).filter(|id| made.as_ref() != Some(id)));
    let flow = flow_id(&layers).or(made);
    let why = value.as_ref().err().cloned();
    let Some(id) = id else {
        return Err(NoJob { why: why.unwrap_or_else(|| no_id(&layers)), flow });
    };
    let status = status(&layers).unwrap_or_else(|| "queued".to_owned());
    let value = value.as_ref().unwrap_or(&Value::Null);
    Ok(Job { wait: response.wait, ..job_of(value, &layers, id, status) })
}

/// Why an answer to a payload names no job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoJob {
    /// What is missing.
    pub why: String,
    /// The flow that it names in place of a job.
    pub flow: Option<String>,
}

fn job_of(value: &Value, layers: &[&Value], id: String, status: String) -> Job {
    // The object with the status also says why the job failed.
    let told = layers.iter().find(|layer| named(layer, &["status", "state"]).is_some()).copied();
    let refusal = Refusal::of(
        told.unwrap_or(value),
        &["id", "jobid", "flowid", "job", "flow", "data", "result", "state", "flowname", "progress", "links"],
    );
    Job {
        id,
        status,
        message: refusal.message.clone().unwrap_or_default(),
        flow_id: flow_id(layers),
        refusal,
        wait: None,
    }
}

/// The id in a field for jobs.
fn job_id(layers: &[&Value]) -> Option<String> {
    let names = ["jobid", "job", "taskid", "operationid"];
    layers.iter().find_map(|layer| {
        names.iter().find_map(|name| {
            let value = named(layer, &[name])?;
            id::of(value).or_else(|| id::of(named(value, &["id", "jobid"])?))
        })
    })
}

/// Why an answer names no job.
fn no_id(layers: &[&Value]) -> String {
    let given = layers.iter().find_map(|layer| named(layer, &["jobid", "id"]));
    match given {
        Some(Value::String(id)) if !id.is_empty() => {
            format!("its `id` {}", id::check(id).err().unwrap_or("is not that of a job"))
        }
        _ => "it has no job `id`".to_owned(),
    }
}

fn status(layers: &[&Value]) -> Option<String> {
    let names = ["status", "jobstatus", "state", "jobstate"];
    let said = layers.iter().find_map(|layer| named(layer, &names)?.as_str());
    said.map(|status| clean(status, 60)).filter(|status| !status.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cxone::address;
    use crate::settings::Paths;

    #[test]
    fn a_job_needs_an_id_and_a_state() {
        for (body, why) in [
            ("[]", "no job `id`"),
            (r#"{"id":"","status":"queued"}"#, "no job `id`"),
            ("{\"id\":\"a\\u001b[2J\",\"status\":\"queued\"}", "cannot be seen"),
            (r#"{"id":"..","status":"queued"}"#, "another address"),
            (r#"{"id":{},"status":"queued"}"#, "no job `id`"),
            (r#"{"id":"a"}"#, "no `status`"),
            ("<html>", "not JSON"),
            ("", "nothing in it"),
        ] {
            let said = job(body.as_bytes()).unwrap_err();
            assert!(said.contains(why), "{body}: {said}");
        }
        assert_eq!(job(br#"{"id":17,"status":"Completed"}"#).unwrap().id, "17");
    }

    fn made(body: &str, location: Option<&str>) -> Result<Job, NoJob> {
        let base = address::read("https://api.example.com/t").unwrap();
        let endpoints = Endpoints::below(&base, &Paths::default(), None).unwrap();
        let location = location.map(str::to_owned);
        created(
            &Response { status: 202, location, body: body.as_bytes().to_vec(), ..Response::default() },
            &endpoints,
        )
    }

    #[test]
    fn the_job_of_a_payload_has_several_names() {
        for (body, location, id) in [
            (r#"{"id":"j"}"#, None, "j"),
            (r#"{"id":7}"#, None, "7"),
            (r#"{"job_id":"j","id":"other"}"#, None, "j"),
            (r#"{"jobId":"j"}"#, None, "j"),
            (r#"{"JobID":"j"}"#, None, "j"),
            (r#"{"job":"j"}"#, None, "j"),
            (r#"{"job":{"id":"j","state":"queued"}}"#, None, "j"),
            (r#"{"data":{"id":"j"}}"#, None, "j"),
            (r#"{"data":{"job":{"jobId":"j"}}}"#, None, "j"),
            (r#"[{"id":"j"}]"#, None, "j"),
            (r#"{"taskId":"j"}"#, None, "j"),
            ("", Some("/api/jobs/j"), "j"),
            ("", Some("https://api.example.com/t/api/jobs/j"), "j"),
            ("", Some("http://inner.example:8080/api/jobs/j?x=1"), "j"),
            ("<html>", Some("/t/api/jobs/a%20b/"), "a b"),
            ("", Some("/v2/jobs/j/status"), "j"),
            ("{}", Some("../jobs/j"), "j"),
            (r#"{"id":"flow-1"}"#, Some("/api/jobs/j"), "j"),
        ] {
            assert_eq!(made(body, location).unwrap().id, id, "{body} {location:?}");
        }
    }

    #[test]
    fn what_names_no_job_is_none() {
        for (body, location, flow) in [
            ("", None, None),
            ("{}", None, None),
            (r#"{"id":".."}"#, None, None),
            ("", Some("/api/jobs/"), None),
            ("", Some("/api/jobs/%2E%2E"), None),
            ("", Some("/"), None),
            ("", Some("http://["), None),
            ("", Some("/api/flows/f"), Some("f")),
            (r#"{"id":"f"}"#, Some("/api/flows/f"), Some("f")),
            (r#"{"flow_id":"f","status":"completed"}"#, None, Some("f")),
        ] {
            let missing = made(body, location).unwrap_err();
            assert_eq!(missing.flow.as_deref(), flow, "{body} {location:?}");
        }
    }

    #[test]
    fn the_job_asked_for_is_the_job_answered_for() {
        let answer = |body: &str| Response { body: body.as_bytes().to_vec(), ..Response::default() };
        assert!(job_asked(&answer(r#"{"id":"j","status":"queued"}"#), "j").is_ok());
        for other in [
            r#"{"id":"k","status":"queued"}"#,
            r#"{"id":"J","status":"queued"}"#,
            r#"{"id":"j","job_id":"k","status":"queued"}"#,
        ] {
            assert!(job_asked(&answer(other), "j").unwrap_err().contains("another job"), "{other}");
        }
    }
}
