//! What several responses have in common.

use hyper::header::HeaderValue;

/// What the log says about a response besides its status.
#[derive(Debug, Clone)]
pub struct Remark(pub String);

/// The `Location` of something that was created.
pub fn location(path: &str, id: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{path}/{id}")).ok()
}
