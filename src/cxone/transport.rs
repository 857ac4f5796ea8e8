//! The one place where requests leave this process.

use std::error::Error;
use std::io;
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use rustls::CertificateError;
use secrecy::ExposeSecret;

use super::answer::Response;
use super::request::{Authorization, Body, Method, Request};

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long one request may take, from its first byte to the answer's last.
pub const REQUEST: Duration = Duration::from_secs(30);
/// How much of an answer is read, in bytes.
pub const MAX_BODY: usize = 8 << 20;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The host's name is not known.
    NoSuchHost,
    /// Nothing listens there.
    Refused,
    /// The other side does not prove who it is.
    Certificate(String),
    /// The other side speaks no TLS, or none that is good enough.
    Tls(String),
    /// No answer, or no end of it, within this time.
    Silent(Duration),
    /// The connection ended early.
    Broken(String),
    /// The answer is longer than what is read: which part of it.
    TooLong(String),
    /// The answer is none of HTTP's.
    NoHttp,
    /// The request cannot be made at all.
    Unusable(String),
}

/// Carries requests to one tenant.
#[derive(Debug, Clone)]
pub struct Transport {
    http: reqwest::Client,
}

impl Transport {
    /// A transport. A `plain` one is for addresses on this machine alone: it goes past proxies and
    /// needs no certificates.
    ///
    /// # Errors
    ///
    /// What the system lacks, such as certificates.
    pub fn new(plain: bool) -> Result<Self, String> {
        // Another part of the process may have chosen already, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("cxflowc/", env!("CARGO_PKG_VERSION")))
            // Credentials go where they were meant to go and nowhere else.
            .redirect(Policy::none())
            .connect_timeout(CONNECTING)
            .pool_idle_timeout(Duration::from_secs(60));
        let builder = if plain { builder.no_proxy().tls_certs_only([]) } else { builder };
        let http = builder.build().map_err(|error| root_cause(&error).to_string())?;
        Ok(Self { http })
    }

    /// Makes a request, in `limit` at most.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn send(
        &self,
        request: &Request,
        authorization: &Authorization,
        limit: Duration,
    ) -> Result<Response, Fault> {
        let limit = limit.min(REQUEST);
        match tokio::time::timeout(limit, self.exchange(request, authorization)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Fault::Silent(limit)),
        }
    }

    async fn exchange(&self, request: &Request, authorization: &Authorization) -> Result<Response, Fault> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut credentials = HeaderValue::from_str(authorization.header().expose_secret())
            .map_err(|_| Fault::Unusable("the token cannot be sent in a header".to_owned()))?;
        credentials.set_sensitive(true);
        let mut builder = self
            .http
            .request(method, request.url.clone())
            .header(AUTHORIZATION, credentials)
            .header(ACCEPT, "application/json");
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("Idempotency-Key", key);
        }
        let (kind, body) = match &request.body {
            Body::Empty => (None, None),
            Body::Form(form) => (Some("application/x-www-form-urlencoded"), Some(form.clone().into())),
            Body::Json(json) => (Some("application/json"), Some(json.clone())),
            Body::SecretJson(json) => {
                (Some("application/json"), Some(Bytes::copy_from_slice(json.expose_secret().as_bytes())))
            }
        };
        if let (Some(kind), Some(body)) = (kind, body) {
            builder = builder.header(CONTENT_TYPE, kind).body::<Bytes>(body);
        }
        let mut answer = builder.send().await.map_err(|error| fault(&error))?;
        let header =
            |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut response = Response {
            status: answer.status().as_u16(),
            retry_after: header(RETRY_AFTER),
            location: header(LOCATION),
            body: Vec::new(),
        };
        if answer.content_length().is_some_and(|length| length > MAX_BODY as u64) {
            return Err(too_long());
        }
        while let Some(chunk) = answer.chunk().await.map_err(|error| fault(&error))? {
            if response.body.len() + chunk.len() > MAX_BODY {
                return Err(too_long());
            }
            response.body.extend_from_slice(&chunk);
        }
        Ok(response)
    }
}

fn too_long() -> Fault {
    Fault::TooLong(format!("more than {} MiB", MAX_BODY >> 20))
}

fn fault(error: &reqwest::Error) -> Fault {
    for cause in causes(error) {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return match tls {
                rustls::Error::InvalidCertificate(why) => Fault::Certificate(certificate(why)),
                rustls::Error::InvalidMessage(_) => Fault::Tls("the other side does not speak it".to_owned()),
                other => Fault::Tls(other.to_string()),
            };
        }
        if let Some(http) = cause.downcast_ref::<hyper::Error>() {
            if http.is_parse_too_large() {
                return Fault::TooLong("with headers that are too long".to_owned());
            }
            if http.is_parse() {
                return Fault::NoHttp;
            }
        }
        if cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
            return Fault::Refused;
        }
    }
    if error.is_dns() {
        Fault::NoSuchHost
    } else if error.is_timeout() {
        Fault::Silent(CONNECTING)
    } else if error.is_builder() {
        Fault::Unusable(root_cause(error).to_string())
    } else {
        Fault::Broken(root_cause(error).to_string())
    }
}

/// What is wrong with a certificate, for people who do not know the library's words.
fn certificate(why: &CertificateError) -> String {
    let said = match why {
        CertificateError::UnknownIssuer => {
            "its certificate is signed by an authority that this machine does not know"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired, by this machine's clock"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet, by this machine's clock"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        CertificateError::Revoked => "its certificate was revoked",
        CertificateError::BadSignature => "its certificate is not signed by the authority that it names",
        other => return format!("its certificate does not verify ({other})"),
    };
    said.to_owned()
}

/// An error and what it came from.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        // As its source it names not the error inside but that one's.
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// The innermost cause: the outer ones repeat the address, which may hold an id.
fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}
