//! An answer as received, before it is interpreted.

use std::time::Duration;

use super::fault::TransportFault;

/// One answer.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header `Retry-After` as received.
    pub retry_after: Option<String>,
    /// The header `Date` as received.
    pub date: Option<String>,
    /// The header `Location`.
    pub location: Option<String>,
    /// The header `Content-Type` as received.
    pub kind: Option<String>,
    /// The header `icStatusDescription`, in which a tenant says what is wrong.
    pub description: Option<String>,
    /// The body in UTF-8.
    pub body: Vec<u8>,
    /// Why the body is incomplete, if it is.
    pub fault: Option<TransportFault>,
    /// How long the answer asks to wait.
    pub wait: Option<Duration>,
}
