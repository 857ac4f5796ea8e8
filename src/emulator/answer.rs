//! What several answers have in common.

use hyper::header::HeaderValue;

/// What the log says of an answer beside its status.
#[derive(Debug, Clone)]
pub struct Remark(pub String);

/// Where a thing is to be found that was made.
pub fn location(path: &str, id: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{path}/{id}")).ok()
}
