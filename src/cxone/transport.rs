//! The one place where requests leave this process.

use std::error::Error;
use std::io;
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName,
    HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::redirect::Policy;
use rustls::CertificateError;
use secrecy::ExposeSecret;

use super::answer::Response;
use super::body;
use super::request::{Authorization, Body, Method, Request};
use super::started::Started;
use super::way::{self, Proxy};
use super::wording::clean;

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
    ProxySignIn(Proxy),
    /// A proxy on the way cannot be reached or does not go on: which one, and what it does.
    ProxyFails(Proxy, &'static str),
    /// The variable that names a proxy is unusable: why.
    ProxySetting(String),
    /// The request cannot be made at all.
    Unusable(String),
}

/// A request that got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Why.
    pub fault: Fault,
    /// Whether any of its body was given to a connection. What was not cannot have been carried out.
    pub was_sent: bool,
}

/// Carries requests to one tenant.
#[derive(Debug, Clone)]
pub struct Transport {
    http: reqwest::Client,
    /// Whether it goes past proxies.
    plain: bool,
}

impl Transport {
    /// A transport. A `plain` one is for addresses on this machine alone: it goes past proxies and
    /// needs no certificates.
    ///
    /// # Errors
    ///
    /// What the system lacks, such as certificates.
    pub fn new(plain: bool) -> Result<Self, String> {
        if let Some(why) = way::unusable_authorities().filter(|_| !plain) {
            return Err(why);
        }
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
        Ok(Self { http, plain })
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
    ) -> Result<Response, Unanswered> {
        let limit = limit.min(REQUEST);
        let until = tokio::time::Instant::now() + limit;
        let started = Started::default();
        let asked = tokio::time::timeout_at(until, self.ask(request, authorization, &started)).await;
        let answer = asked.unwrap_or_else(|_| Err(Fault::Silent(limit))).map_err(|fault| {
            // Of a request without a body nobody can tell, and nothing depends on it.
            let was_sent = started.is_set() || matches!(request.body, Body::Empty);
            let fault = match fault {
                Fault::Silent(time) if !was_sent => Fault::NoConnection(time),
                fault => fault,
            };
            Unanswered { fault, was_sent }
        })?;
        let mut response = head(answer.status().as_u16(), answer.headers());
        let packing = header(answer.headers(), CONTENT_ENCODING);
        // From here on there is an answer, whatever becomes of its body.
        let body = match tokio::time::timeout_at(until, whole(answer)).await {
            Ok(body) => body.and_then(|body| body::read(body, packing.as_deref(), response.kind.as_deref())),
            Err(_) => Err(Fault::Silent(limit)),
        };
        match body {
            Ok(body) => response.body = body,
            Err(fault) => response.fault = Some(fault),
        }
        Ok(response)
    }

    async fn ask(
        &self,
        request: &Request,
        authorization: &Authorization,
        started: &Started,
    ) -> Result<reqwest::Response, Fault> {
        let proxy = match self.plain {
            true => None,
            false => Proxy::before(&request.url).map_err(Fault::ProxySetting)?,
        };
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self
            .http
            .request(method, request.url.clone())
            .header(ACCEPT, "application/json")
            .header(ACCEPT_ENCODING, "identity");
        if let Some(credentials) = authorization.header() {
            let mut credentials = HeaderValue::from_str(credentials.expose_secret())
                .map_err(|_| Fault::Unusable("the token cannot be sent in a header".to_owned()))?;
            credentials.set_sensitive(true);
            builder = builder.header(AUTHORIZATION, credentials);
        }
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("Idempotency-Key", key);
        }
        let (kind, body) = match &request.body {
            Body::Empty => (None, None),
            Body::Form(form) => (Some("application/x-www-form-urlencoded"), Some(form.clone().into())),
            Body::SecretForm(form) => (
                Some("application/x-www-form-urlencoded"),
                Some(Bytes::copy_from_slice(form.expose_secret().as_bytes())),
            ),
            Body::Json(json) => (Some("application/json"), Some(json.clone())),
            Body::SecretJson(json) => {
                (Some("application/json"), Some(Bytes::copy_from_slice(json.expose_secret().as_bytes())))
            }
        };
        if let (Some(kind), Some(body)) = (kind, body) {
            builder = builder.header(CONTENT_TYPE, kind).body(started.watched(body));
        }
        builder.send().await.map_err(|error| match proxy {
            Some(proxy) => of_proxy(&error, proxy).unwrap_or_else(|| fault(&error)),
            None => fault(&error),
        })
    }
}

/// What a proxy on the way did, if it was the one that failed.
fn of_proxy(error: &reqwest::Error, proxy: Proxy) -> Option<Fault> {
    // The type of these errors is not public; they say what they are.
    let tunnel =
        causes(error).find_map(|cause| cause.to_string().strip_prefix("tunnel error: ").map(str::to_owned));
    let is_refused = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused)
    };
    if causes(error).any(|cause| cause.downcast_ref::<rustls::Error>().is_some()) {
        return None;
    }
    let does = match tunnel.as_deref() {
        Some("proxy authorization required") => return Some(Fault::ProxySignIn(proxy)),
        Some("unsuccessful") => "refuses to connect to it",
        Some("unexpected end of file") => "breaks the connection off",
        _ if error.is_dns() => "has a name that is not known here",
        _ if causes(error).any(is_refused) => "refuses connections",
        Some(_) => "does not answer as a proxy does",
        None if error.is_timeout() && error.is_connect() => "does not answer",
        None => return None,
    };
    Some(Fault::ProxyFails(proxy, does))
}

/// What is read of an answer's head.
fn head(status: u16, headers: &HeaderMap) -> Response {
    Response {
        status,
        retry_after: header(headers, RETRY_AFTER),
        date: header(headers, DATE),
        location: header(headers, LOCATION),
        kind: header(headers, CONTENT_TYPE),
        ..Response::default()
    }
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The whole body of an answer.
async fn whole(mut answer: reqwest::Response) -> Result<Vec<u8>, Fault> {
    if answer.content_length().is_some_and(|length| length > MAX_BODY as u64) {
        return Err(Fault::too_long());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| fault(&error))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(Fault::too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl Fault {
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

fn fault(error: &reqwest::Error) -> Fault {
    for cause in causes(error) {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return match tls {
                rustls::Error::InvalidCertificate(why) => Fault::Certificate(certificate(why)),
                // Once it was agreed on, something may have been sent.
                other if !error.is_connect() => Fault::Broken(other.to_string()),
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
    } else if error.is_timeout() && error.is_connect() {
        Fault::NoConnection(CONNECTING)
    } else if error.is_timeout() {
        Fault::Silent(REQUEST)
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
        CertificateError::ExpiredContext { not_after, .. } => {
            return format!("its certificate expired{}, by this machine's clock", on(not_after.as_secs()));
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            return format!(
                "its certificate is valid{} at the earliest, by this machine's clock",
                from(not_before.as_secs())
            );
        }
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            return format!("its certificate is for another name: {}", names(presented));
        }
        CertificateError::Expired => "its certificate has expired, by this machine's clock",
        CertificateError::NotValidYet => "its certificate is not valid yet, by this machine's clock",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        CertificateError::Revoked => "its certificate was revoked",
        CertificateError::BadSignature => "its certificate is not signed by the authority that it names",
        other => return format!("its certificate does not verify ({other})"),
    };
    said.to_owned()
}

/// The names that a certificate is for, in its own words.
fn names(presented: &[String]) -> String {
    const SHOWN: usize = 5;
    let name = |one: &String| {
        // As the library wraps them: `DnsName("api.example.com")`.
        let inner = one.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        clean(inner.unwrap_or(one).trim_matches('"'), 100)
    };
    let mut shown: Vec<String> = presented.iter().take(SHOWN).map(name).collect();
    if presented.len() > SHOWN {
        shown.push(format!("and {} more", presented.len() - SHOWN));
    }
    shown.join(", ")
}

fn on(seconds: u64) -> String {
    day(seconds).map(|day| format!(" on {day}")).unwrap_or_default()
}

fn from(seconds: u64) -> String {
    day(seconds).map(|day| format!(" from {day}")).unwrap_or_default()
}

fn day(seconds: u64) -> Option<String> {
    let time = jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(time.to_string().split('T').next()?.to_owned())
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
