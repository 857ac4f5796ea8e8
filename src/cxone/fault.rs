//! Why a request got no answer.

use std::error::Error;
use std::io;
use std::time::Duration;

use super::way::ProxyName;

/// How much of an answer is read, in bytes.
pub const MAX_BODY: usize = 8 << 20;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportFault {
    /// The host's name is not known.
    NoSuchHost,
    /// Nothing listens there.
    Refused,
    /// The network does not lead there: its words.
    NoRoute(String),
    /// The other side does not prove who it is.
    Certificate(String),
    /// The other side speaks no TLS, or none that is good enough.
    Tls(String),
    /// No connection within this time.
    NoConnection(Duration),
    /// No answer, or no end of it, within this time.
    Silent(Duration),
    /// The connection ended early.
    Broken(String),
    /// The answer is longer than what is read: which part of it.
    TooLong(String),
    /// The answer's body is packed in a way that cannot be unpacked: how.
    Packed(String),
    /// The answer is none of HTTP's.
    NoHttp,
    /// A proxy on the way refuses the sign-in that it wants: which one.
    ProxySignIn(ProxyName),
    /// A proxy on the way cannot be reached or does not go on: which one, and what it does.
    ProxyFails(ProxyName, String),
    /// The variable that names a proxy is unusable: why.
    ProxySetting(String),
    /// The request cannot be made at all.
    Unusable(String),
}

/// A request that got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Why.
    pub fault: TransportFault,
    /// Whether any of its body was given to a connection. What was not cannot have been carried out.
    pub was_sent: bool,
    /// Whether the head of the answer began with a status that says that it was carried out.
    pub was_taken: bool,
    /// Whether not a byte of an answer came.
    pub nothing_came: bool,
}

impl TransportFault {
    /// More than is read.
    pub fn too_long() -> Self {
        Self::TooLong(format!("more than {} MiB", MAX_BODY >> 20))
    }

    /// What happened to a body, to be said after `its body`.
    pub fn of_body(&self) -> String {
        match self {
            Self::TooLong(what) => format!("is {what} long"),
            Self::Packed(how) => format!("came {how}"),
            Self::Silent(_) => "did not come in time".to_owned(),
            _ => "broke off".to_owned(),
        }
    }
}

/// An error and what it came from.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        // As its source it names not the error inside but that one's.
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// The innermost cause: the outer ones repeat the address, which may hold an id.
pub fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}
