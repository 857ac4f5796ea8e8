//! An answer as it came, before anything of it is understood.

use std::time::Duration;

use super::fault::TransportFault;

/// One answer.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header `Retry-After` as it came.
    pub retry_after: Option<String>,
    /// The header `Date` as it came.
    pub date: Option<String>,
    /// The header `Location`.
    pub location: Option<String>,
    /// The header `Content-Type` as it came.
    pub kind: Option<String>,
    /// The body in UTF-8.
    pub body: Vec<u8>,
    /// Why the body is not all that was sent, if it is not.
    pub fault: Option<TransportFault>,
    /// How long the answer asks to wait.
    pub wait: Option<Duration>,
}
