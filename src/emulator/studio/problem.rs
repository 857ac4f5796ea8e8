//! Errors of the Admin API: `{error, error_description}`, and the same text in a header.

use axum::Json;
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::json;

use crate::emulator::problem::{ErrorResponse, bounded};

/// The header with the text of an error.
const DESCRIPTION: HeaderName = HeaderName::from_static("icstatusdescription");

/// An error of the Admin API.
#[derive(Debug)]
pub struct AdminError {
    status: StatusCode,
    error: &'static str,
    description: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl AdminError {
    pub fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into(), headers: Vec::new() }
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub fn bad_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub fn not_found(what: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no {what} {}", bounded(name)))
    }
}

/// Adds the header with the text of an error; characters that a header cannot have become question marks.
pub fn described(mut response: Response, description: &str) -> Response {
    let text: String =
        description.chars().map(|c| if c.is_ascii() && !c.is_control() { c } else { '?' }).collect();
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().insert(DESCRIPTION, value);
    }
    response
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.error, "error_description": self.description }));
        let mut response = described((self.status, body).into_response(), &self.description);
        response.headers_mut().extend(self.headers);
        response
    }
}

impl From<ErrorResponse> for AdminError {
    fn from(problem: ErrorResponse) -> Self {
        let (status, error, description, headers) = problem.into_parts();
        Self { status, error, description, headers }
    }
}
