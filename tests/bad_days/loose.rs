//! A platform that follows no script: it gives each kind of request its answer as bytes, in whatever order
//! requests come.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::harness::{Answer, Platform, Request, TOKEN, Then};

/// A head and a body of that length.
pub fn says(head: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Answer::bytes(bytes, Then::Next)
}

/// Bytes as they are, after which the connection is closed.
pub fn raw(bytes: impl AsRef<[u8]>) -> Answer {
    Answer::bytes(bytes, Then::Close)
}

/// Bytes as they are, after which the connection stays open and nothing comes.
pub fn stops(bytes: impl AsRef<[u8]>) -> Answer {
    Answer::bytes(bytes, Then::Wait)
}

/// Bytes as they are, and then others again and again, with a pause.
pub fn repeats(first: impl AsRef<[u8]>, again: impl Into<Vec<u8>>, pause: Duration) -> Answer {
    Answer::bytes(first, Then::Repeat(again.into(), pause))
}

/// What the platform answers; the last answer about the job for ever.
#[derive(Clone)]
pub struct Answers {
    pub token: Answer,
    pub create: Answer,
    pub jobs: Vec<Answer>,
}

impl Default for Answers {
    fn default() -> Self {
        let granted = format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600}}"#);
        Self {
            token: says("200 OK", granted),
            create: says("201 Created", r#"{"id":"job-1","status":"queued"}"#),
            jobs: vec![says("200 OK", r#"{"id":"job-1","status":"completed","flow_id":"flow-1"}"#)],
        }
    }
}

impl Answers {
    /// A platform that gives these.
    pub fn platform(self) -> Platform {
        let asked = AtomicUsize::new(0);
        Platform::answering(move |request: &Request| match &*request.line {
            "POST /api/oauth2/token" => self.token.clone(),
            "POST /api/flows" => self.create.clone(),
            line if line.starts_with("GET /api/jobs/") => {
                let number = asked.fetch_add(1, Ordering::Relaxed);
                self.jobs.get(number).or(self.jobs.last()).unwrap().clone()
            }
            _ => says("404 Not Found", ""),
        })
    }
}

impl Platform {
    /// What was sent to be created.
    pub fn creations(&self) -> Vec<Request> {
        self.requests_of("POST /api/flows")
    }
}
