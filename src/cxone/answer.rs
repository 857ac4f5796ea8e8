//! What the platform answers, as plain values.
//!
//! Tenants and versions differ in the details, so what is not needed may be missing, and what is
//! not known is passed by.

use std::time::Duration;

use serde_json::Value;

use super::id;
use super::place::plain;
use super::refusal::{LONGEST_TEXT, Refusal};
use super::response::Response;
use super::tenant::Endpoints;
use super::wording::clean;

/// How many subscriptions of one answer are read.
const MOST_SUBSCRIPTIONS: usize = 1000;
/// How long a token may be, in bytes.
const LONGEST_TOKEN: usize = 32 << 10;
/// How many objects inside each other are looked at for an id.
const MOST_LAYERS: usize = 8;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It goes on; so does one in a state that nobody here knows.
    Running,
    /// The flow is in place.
    Completed,
    /// The platform gave it up.
    Failed,
}

/// A job of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What the platform calls it.
    pub id: String,
    /// Its state in the platform's word.
    pub status: String,
    /// What the platform says of it.
    pub message: String,
    /// The flow, once it is in place.
    pub flow_id: Option<String>,
    /// Why it failed.
    pub refusal: Refusal,
    /// How long to wait before it is asked for again.
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

/// A registered webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// What the platform calls it, if that can be shown and asked for.
    pub id: Option<String>,
    /// Where its events go.
    pub url: String,
    /// Which events.
    pub events: Vec<String>,
}

/// A token and how long it lives.
#[derive(Debug)]
pub struct GrantedToken {
    /// The token.
    pub token: secrecy::SecretString,
    /// How long, if that was said.
    pub life: Option<Duration>,
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

/// Reads the job that a payload became: from the body, or from `Location` (RFC 9110, section
/// 10.2.2).
///
/// # Errors
///
/// Why no job can be told.
pub fn created(response: &Response, endpoints: &Endpoints) -> Result<Job, NoJob> {
    // Of a body that broke off nothing is taken.
    let value = match &response.fault {
        None => json(&response.body),
        Some(fault) => Err(format!("its body {}", fault.of_body())),
    };
    let location = response.location.as_deref();
    let layers = value.as_ref().map(layers).unwrap_or_default();
    let explicit = job_id(&layers).or_else(|| endpoints.job_at(location?));
    // `id` is the flow's where `Location` says that it was the flow that was made.
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
    // What is wrapped says itself why it failed.
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

/// An object and those inside it that answers are wrapped in, the outermost first.
pub(super) fn layers(value: &Value) -> Vec<&Value> {
    let mut layers = Vec::new();
    let mut open = std::collections::VecDeque::from([value]);
    while let Some(value) = open.pop_front() {
        match value {
            Value::Array(list) => {
                if let [one] = list.as_slice() {
                    open.push_back(one);
                }
            }
            Value::Object(_) if layers.len() < MOST_LAYERS => {
                layers.push(value);
                let inside = ["job", "data", "result", "response", "results"];
                open.extend(inside.iter().filter_map(|name| named(value, &[name])));
            }
            _ => {}
        }
    }
    layers
}

/// The field of one of these names, in whatever style they are written.
pub(super) fn named<'v>(value: &'v Value, names: &[&str]) -> Option<&'v Value> {
    let fields = value.as_object()?;
    names.iter().find_map(|wanted| {
        fields.iter().find(|(name, value)| !value.is_null() && plain(name) == *wanted).map(|(_, value)| value)
    })
}

/// An id that is said to be a job's.
fn job_id(layers: &[&Value]) -> Option<String> {
    let names = ["jobid", "job", "taskid", "operationid"];
    layers.iter().find_map(|layer| {
        names.iter().find_map(|name| {
            let value = named(layer, &[name])?;
            id::of(value).or_else(|| id::of(named(value, &["id", "jobid"])?))
        })
    })
}

/// The id of the outermost thing that has one.
pub(super) fn outermost_id(layers: &[&Value]) -> Option<String> {
    layers.iter().find_map(|layer| id::of(named(layer, &["id"])?))
}

/// The flow that an answer names.
pub(super) fn flow_id(layers: &[&Value]) -> Option<String> {
    layers.iter().find_map(|layer| {
        let value = named(layer, &["flowid"]).or_else(|| named(layer, &["flow"]))?;
        id::of(value).or_else(|| id::of(named(value, &["id", "flowid"])?))
    })
}

/// What is wrong with the ids of an answer.
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

/// Why a token endpoint's answer brings no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoToken {
    /// It is not understood.
    Unread(String),
    /// It is a refusal, whatever its status is: its `error`, and what it says.
    Refused(String, Option<String>),
}

/// The `error` of a refused token and its description (RFC 6749, section 5.2), as JSON or as a form.
pub fn token_error(body: &[u8]) -> Option<(String, Option<String>)> {
    let (error, description) = match json(body) {
        Ok(value) if value.get("access_token").is_none() => {
            let nested = value.get("error").filter(|error| error.is_object()).unwrap_or(&Value::Null);
            let error = text(&value, "error").or_else(|| text(nested, "code"));
            (error, text(&value, "error_description").or_else(|| text(nested, "message")))
        }
        Ok(_) => (None, None),
        Err(_) => {
            let form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
            let field = |name: &str| {
                let (_, value) = form.iter().find(|(key, _)| key == name)?;
                Some(clean(value, LONGEST_TEXT))
            };
            let is_token = field("access_token").is_some();
            (field("error").filter(|_| !is_token), field("error_description"))
        }
    };
    Some((error.filter(|error| !error.is_empty())?, description.filter(|text| !text.is_empty())))
}

/// Reads a granted token (RFC 6749, section 5.1).
///
/// # Errors
///
/// What is missing; or the refusal that it is.
pub fn token(body: &[u8]) -> Result<GrantedToken, NoToken> {
    if let Some((error, description)) = token_error(body) {
        return Err(NoToken::Refused(error, description));
    }
    let value = json(body).map_err(NoToken::Unread)?;
    let token = value.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| NoToken::Unread("it has no `access_token`".to_owned()))?;
    // All its spellings are looked for in every answer, and no server takes so long a header.
    if token.len() > LONGEST_TOKEN {
        let why = format!("its `access_token` is longer than {} KiB", LONGEST_TOKEN >> 10);
        return Err(NoToken::Unread(why));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let why = "its `access_token` holds characters that no token has";
        return Err(NoToken::Unread(why.to_owned()));
    }
    let life = value.get("expires_in").and_then(|life| {
        let seconds = life.as_f64().or_else(|| life.as_str()?.parse().ok())?;
        Duration::try_from_secs_f64(seconds).ok()
    });
    Ok(GrantedToken { token: token.into(), life })
}

/// Reads a registered webhook: its id may stand in `Location` alone.
///
/// # Errors
///
/// What is missing.
pub fn subscribed(response: &Response, endpoints: &Endpoints) -> Result<Subscription, String> {
    let value = match &response.fault {
        None => json(&response.body),
        Some(fault) => Err(format!("its body {}", fault.of_body())),
    };
    let read = value
        .as_ref()
        .ok()
        .and_then(|value| layers(value).into_iter().map(one_subscription).find(|one| one.id.is_some()));
    let located = || {
        let id = endpoints.subscription_at(response.location.as_deref()?)?;
        Some(Subscription { id: Some(id), url: String::new(), events: Vec::new() })
    };
    read.or_else(located).ok_or_else(|| match value {
        Ok(_) => "it has no subscription `id`".to_owned(),
        Err(why) => why,
    })
}

/// A page of the registered webhooks.
#[derive(Debug)]
pub struct WebhookPage {
    /// All of them, also those whose id or address is of no use.
    pub subscriptions: Vec<Subscription>,
    /// How many the page has in all.
    pub length: usize,
    /// How many there are, if the answer says so.
    pub total: Option<usize>,
}

/// Reads registered webhooks: a list, or an object that holds one.
///
/// # Errors
///
/// That there is no list.
pub fn subscriptions(body: &[u8]) -> Result<WebhookPage, String> {
    let value = json(body)?;
    let inside = ["subscriptions", "items", "data", "results", "webhooks"];
    let list = value.as_array().or_else(|| inside.iter().find_map(|key| named(&value, &[key])?.as_array()));
    let list = list.ok_or("it is not a list of subscriptions")?;
    let total = named(&value, &["total", "totalcount"]).and_then(Value::as_u64);
    Ok(WebhookPage {
        subscriptions: list.iter().take(MOST_SUBSCRIPTIONS).map(one_subscription).collect(),
        length: list.len(),
        total: total.and_then(|total| usize::try_from(total).ok()),
    })
}

/// Takes any body: only the status counts.
///
/// # Errors
///
/// None.
pub fn nothing(_: &[u8]) -> Result<(), String> {
    Ok(())
}

fn one_subscription(value: &Value) -> Subscription {
    let events = named(value, &["eventtypes", "events"]).and_then(Value::as_array);
    let events = events.map(Vec::as_slice).unwrap_or_default();
    let url = named(value, &["url", "callbackurl", "targeturl", "endpoint"]).and_then(Value::as_str);
    Subscription {
        id: named(value, &["id", "subscriptionid"]).and_then(id::of),
        url: url.map(|url| clean(url, LONGEST_TEXT)).unwrap_or_default(),
        events: events.iter().take(50).filter_map(|event| Some(clean(event.as_str()?, 60))).collect(),
    }
}

pub(super) fn json(body: &[u8]) -> Result<Value, String> {
    if body.trim_ascii().is_empty() {
        return Err("there is nothing in it".to_owned());
    }
    serde_json::from_slice(body).map_err(|_| "it is not JSON".to_owned())
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(|text| clean(text, LONGEST_TEXT))
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

    #[test]
    fn a_token_with_line_breaks_is_none() {
        assert!(token(b"{\"access_token\":\"a\\r\\nX-Evil: 1\"}").is_err());
        assert_eq!(
            token(br#"{"access_token":"a","expires_in":"60"}"#).unwrap().life,
            Some(Duration::from_secs(60))
        );
        assert_eq!(token(br#"{"access_token":"a","expires_in":-1}"#).unwrap().life, None);
    }

    #[test]
    fn a_refusal_in_place_of_a_token() {
        for body in [
            r#"{"error":"invalid_client","error_description":"no"}"#,
            "error=invalid_client&error_description=no",
            r#"{"error":{"code":"invalid_client","message":"no"}}"#,
        ] {
            let refused = NoToken::Refused("invalid_client".to_owned(), Some("no".to_owned()));
            assert_eq!(token(body.as_bytes()).unwrap_err(), refused, "{body}");
        }
        for body in ["", "<xml/>", r#"{"token":"x"}"#, "access_token=x", r#"{"error":"","access_token":7}"#] {
            assert!(matches!(token(body.as_bytes()), Err(NoToken::Unread(_))), "{body}");
        }
    }
}
