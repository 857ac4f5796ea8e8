//! Error responses: `{error, message}`, and `errors` for a payload that was judged.

use axum::Json;
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use serde::Serialize;

/// What is wrong with a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
    /// The id of the node that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

impl Finding {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), node: None }
    }

    pub fn at(mut self, node: &str) -> Self {
        self.node = Some(bounded(node));
        self
    }
}

/// A text from outside, shortened for quoting and without control characters.
pub fn bounded(text: &str) -> String {
    const MOST: usize = 256;
    let mut characters = text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c });
    let mut short: String = characters.by_ref().take(MOST).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// An error response.
#[derive(Debug)]
pub struct ErrorResponse {
    status: StatusCode,
    error: &'static str,
    message: String,
    errors: Vec<Finding>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Finding],
}

impl ErrorResponse {
    pub fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        Self { status, error, message: message.into(), errors: Vec::new(), headers: Vec::new() }
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// Its status, its word, its message and its headers.
    pub fn into_parts(self) -> (StatusCode, &'static str, String, Vec<(HeaderName, HeaderValue)>) {
        (self.status, self.error, self.message, self.headers)
    }

    /// The message for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// `404` for something that does not exist.
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no {what} {}", bounded(id)))
    }

    /// `422` for a readable body that is not acceptable.
    pub fn refused(message: impl Into<String>, errors: Vec<Finding>) -> Self {
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", message) }
    }
}

impl IntoResponse for ErrorResponse {
    fn into_response(self) -> Response {
        let body = Body { error: self.error, message: &self.message, errors: &self.errors };
        let mut answer = (self.status, Json(body)).into_response();
        answer.headers_mut().extend(self.headers);
        answer
    }
}
