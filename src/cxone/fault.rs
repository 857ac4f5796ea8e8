//! Why a request got no answer.

use std::error::Error;
use std::io;
use std::time::Duration;

use super::way::ProxyName;

/// The maximum size of an answer, in bytes.
pub const MAX_BODY: usize = 8 << 20;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportFault {
    /// The host's name is not known.
    NoSuchHost,
    /// Nothing listens there.
    Refused,
    /// There is no route; the network's message.
    NoRoute(String),
    /// The server cannot be authenticated: why.
    Certificate(String),
    /// The server speaks no TLS, or none that is secure enough.
    Tls(String),
    /// No connection was opened within this time.
    NoConnection(Duration),
    /// No answer, or no complete answer, came within this time.
    Silent(Duration),
    /// The connection ended early.
    Broken(String),
    /// The answer is too long: which part of it.
    TooLong(String),
    /// The answer's body cannot be decompressed: why.
    Packed(String),
    /// The answer is not HTTP.
    NoHttp,
    /// A proxy requires a sign-in: which one.
    ProxySignIn(ProxyName),
    /// A proxy cannot be reached or fails: which one, and how.
    ProxyFails(ProxyName, String),
    /// The variable that names a proxy is unusable: why.
    ProxySetting(String),
    /// The request cannot be made at all.
    Unusable(String),
}

/// A request that got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// What went wrong.
    pub fault: TransportFault,
    /// Whether any of its body was passed to a connection. If not, it cannot have been carried out.
    pub was_sent: bool,
    /// Whether the answer began with a status that says that the request was carried out.
    pub was_taken: bool,
    /// Whether no byte of an answer came.
    pub nothing_came: bool,
}

impl TransportFault {
    /// The fault of an answer that is too long.
    pub fn too_long() -> Self {
        Self::TooLong(format!("more than {} MiB", MAX_BODY >> 20))
    }

    /// What happened to a body, phrased to follow `its body`.
    pub fn of_body(&self) -> String {
        match self {
            Self::TooLong(size) => format!("is {size} long"),
            Self::Packed(how) => format!("came {how}"),
            Self::Silent(_) => "did not come in time".to_owned(),
            _ => "broke off".to_owned(),
        }
    }
}

/// An error and its causes.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        // Its `source` skips the inner error.
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// The innermost cause: the outer ones repeat the address, which may hold an id.
pub fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}
