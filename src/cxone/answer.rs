//! What the platform answers, as plain values.
//!
//! Tenants and versions differ in the details, so what is not needed may be missing, and what is
//! not known is passed by.

use std::time::Duration;

use serde_json::Value;

use super::wording::clean;

/// The longest id that is taken seriously, in characters.
const LONGEST_ID: usize = 200;
/// The longest sentence of the platform's that is shown, in characters.
const LONGEST_TEXT: usize = 500;
/// How many complaints of one job are kept.
const MOST_COMPLAINTS: usize = 1000;

/// One answer.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header `Retry-After` as it came.
    pub retry_after: Option<String>,
    /// The header `Location` of a redirect.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
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
    /// What is wrong with the payload.
    pub complaints: Vec<Complaint>,
}

impl Job {
    /// How far it is.
    pub fn standing(&self) -> Standing {
        match self.status.to_ascii_lowercase().as_str() {
            "completed" => Standing::Completed,
            "failed" => Standing::Failed,
            _ => Standing::Running,
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

/// What the platform finds wrong with a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The platform's code for it, if it has one.
    pub code: Option<String>,
    /// The platform's words.
    pub message: String,
    /// The node it speaks of, by its id.
    pub node: Option<String>,
}

/// A registered webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// What the platform calls it.
    pub id: String,
    /// Where its events go.
    pub url: String,
    /// Which events.
    pub events: Vec<String>,
}

/// A token and how long it lives.
#[derive(Debug)]
pub struct Granted {
    /// The token.
    pub token: secrecy::SecretString,
    /// How long, if that was said.
    pub life: Option<Duration>,
}

/// Reads a job.
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
    let named = value.get("id").or_else(|| value.get("job_id")).filter(|id| is_id(id));
    let id = named.ok_or("it has no job `id`")?;
    let id = usable(id).ok_or_else(|| {
        format!("its `id` is more than {LONGEST_ID} characters long, or holds characters that no id has")
    })?;
    let status = text(&value, "status").filter(|status| !status.is_empty()).ok_or("it has no `status`")?;
    Ok(Job {
        id,
        status: clean(&status, 60),
        message: text(&value, "message").unwrap_or_default(),
        flow_id: self::id(&value, "flow_id"),
        complaints: complaints(&value),
    })
}

/// What the body of a refusal complains of: its sentence, and the places.
pub fn refusal(body: &[u8]) -> (Option<String>, Vec<Complaint>) {
    let Ok(value) = json(body) else { return (None, Vec::new()) };
    let said = ["message", "error_description", "detail", "title", "error"];
    let message = said.into_iter().find_map(|key| text(&value, key)).filter(|text| !text.is_empty());
    (message, complaints(&value))
}

/// The `error` of a refused token (RFC 6749, section 5.2).
pub fn token_error(body: &[u8]) -> Option<String> {
    text(&json(body).ok()?, "error")
}

/// Reads a granted token (RFC 6749, section 5.1).
///
/// # Errors
///
/// What is missing.
pub fn token(body: &[u8]) -> Result<Granted, String> {
    let value = json(body)?;
    let token = value.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    let token = token.ok_or("it has no `access_token`")?;
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("its `access_token` holds characters that no token has".to_owned());
    }
    let life = value.get("expires_in").and_then(|life| {
        let seconds = life.as_f64().or_else(|| life.as_str()?.parse().ok())?;
        Duration::try_from_secs_f64(seconds).ok()
    });
    Ok(Granted { token: token.into(), life })
}

/// Reads a registered webhook.
///
/// # Errors
///
/// What is missing.
pub fn subscription(body: &[u8]) -> Result<Subscription, String> {
    one_subscription(&json(body)?).ok_or_else(|| "it has no subscription `id`".to_owned())
}

/// Reads the registered webhooks: a list, or an object that holds one.
///
/// # Errors
///
/// That there is no list.
pub fn subscriptions(body: &[u8]) -> Result<Vec<Subscription>, String> {
    let value = json(body)?;
    let inside = ["subscriptions", "items", "data"];
    let list = value.as_array().or_else(|| inside.iter().find_map(|key| value.get(key)?.as_array()));
    let list = list.ok_or("it is not a list of subscriptions")?;
    Ok(list.iter().take(MOST_COMPLAINTS).filter_map(one_subscription).collect())
}

/// Takes any body: only the status counts.
///
/// # Errors
///
/// None.
pub fn nothing(_: &[u8]) -> Result<(), String> {
    Ok(())
}

fn one_subscription(value: &Value) -> Option<Subscription> {
    let events = value.get("event_types").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Some(Subscription {
        id: id(value, "id")?,
        url: text(value, "url").unwrap_or_default(),
        events: events.iter().take(50).filter_map(|event| Some(clean(event.as_str()?, 60))).collect(),
    })
}

fn json(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|_| "it is not JSON".to_owned())
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(|text| clean(text, LONGEST_TEXT))
}

fn id(value: &Value, key: &str) -> Option<String> {
    usable(value.get(key)?)
}

fn is_id(value: &Value) -> bool {
    value.is_number() || value.as_str().is_some_and(|id| !id.is_empty())
}

/// An id that survives being shown, and being part of an address: dots alone would climb there,
/// however they are spelt.
fn usable(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let is_usable = !matches!(id.as_str(), "" | "." | "..") && clean(&id, LONGEST_ID) == id;
    is_usable.then_some(id)
}

fn complaints(value: &Value) -> Vec<Complaint> {
    match value.get("errors") {
        Some(Value::Array(list)) => list.iter().take(MOST_COMPLAINTS).filter_map(complaint).collect(),
        Some(one) => complaint(one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn complaint(value: &Value) -> Option<Complaint> {
    if let Value::String(message) = value {
        return Some(Complaint { code: None, message: clean(message, LONGEST_TEXT), node: None });
    }
    let first = |keys: &[&str]| keys.iter().find_map(|key| text(value, key)).filter(|text| !text.is_empty());
    let message = first(&["message", "description", "detail", "error"])?;
    let node = ["node", "node_id", "nodeId", "from_node"].iter().find_map(|key| value.get(key)?.as_str());
    Some(Complaint { code: first(&["code"]), message, node: node.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_needs_an_id_and_a_state() {
        for (body, why) in [
            ("[]", "no job `id`"),
            (r#"{"id":"","status":"queued"}"#, "no job `id`"),
            ("{\"id\":\"a\\u001b[2J\",\"status\":\"queued\"}", "that no id has"),
            (r#"{"id":"..","status":"queued"}"#, "that no id has"),
            (r#"{"id":{},"status":"queued"}"#, "no job `id`"),
            (r#"{"id":"a"}"#, "no `status`"),
            ("<html>", "not JSON"),
            ("", "not JSON"),
        ] {
            let said = job(body.as_bytes()).unwrap_err();
            assert!(said.contains(why), "{body}: {said}");
        }
        assert_eq!(job(br#"{"id":17,"status":"Completed"}"#).unwrap().id, "17");
    }

    #[test]
    fn complaints_come_in_several_shapes() {
        let body = br#"{"id":"j","status":"failed","errors":["plain",{"code":"E1","message":"m","node":"menu"},{"detail":"d","nodeId":"x"},7]}"#;
        let complaints = job(body).unwrap().complaints;
        let nodes: Vec<Option<&str>> = complaints.iter().map(|one| one.node.as_deref()).collect();
        assert_eq!(nodes, [None, Some("menu"), Some("x")]);
        assert_eq!(complaints[1].code.as_deref(), Some("E1"));
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
}
