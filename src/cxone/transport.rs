//! The one place where requests leave this process.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, DATE, HOST, HeaderMap,
    HeaderName, HeaderValue, LOCATION, RETRY_AFTER, USER_AGENT,
};
use hyper_util::rt::TokioIo;
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout_at};
use url::{Origin, Position};

use super::body;
use super::connection::Connector;
use super::fault::{MAX_BODY, TransportFault, Unanswered, root_cause};
use super::method::Method;
use super::request::{Authorization, Body, Request};
use super::response::Response;
use super::seen::AnswerStart;
use super::started::{Payload, Started};

/// How long a connection is kept over which nothing is asked.
const KEPT: Duration = Duration::from_secs(60);
/// How long one request may take, from its first byte to the answer's last.
pub const REQUEST: Duration = Duration::from_secs(30);
/// Carries requests to one tenant.
#[derive(Clone)]
pub struct Transport {
    connector: Connector,
    /// Connections over which nothing is asked at the moment.
    idle: Arc<Mutex<Vec<OpenConnection>>>,
}

/// A connection that requests go over, one after another.
struct OpenConnection {
    /// The scheme, host and port that it leads to.
    origin: Origin,
    sender: SendRequest<Payload>,
    seen: AnswerStart,
    since: Instant,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport. A `plain` one is for addresses on this machine alone: it goes past proxies and
    /// needs no certificates.
    ///
    /// # Errors
    ///
    /// What the system lacks, such as certificates.
    pub fn new(plain: bool) -> Result<Self, String> {
        Ok(Self { connector: Connector::new(plain)?, idle: Arc::default() })
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
        let until = Instant::now() + limit.min(REQUEST);
        if let Some(line) = self.kept(request) {
            match self.exchange(request, authorization, line, until).await {
                // The other side has closed it meanwhile.
                Err(Unanswered { fault: TransportFault::Broken(_), nothing_came: true, .. }) => {}
                other => return other,
            }
        }
        // Of a request without a body nobody can tell, and nothing depends on it.
        let was_sent = matches!(request.body, Body::Empty);
        let not_made = |fault| Unanswered { fault, was_sent, was_taken: false, nothing_came: true };
        let line = self.line(request, until).await.map_err(not_made)?;
        self.exchange(request, authorization, line, until).await
    }

    /// A connection to go on with. What changes something has one of its own: one that is kept may end at
    /// any moment, and nobody could tell whether the request arrived.
    fn kept(&self, request: &Request) -> Option<OpenConnection> {
        let origin = request.url.origin();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|line| !line.sender.is_closed() && line.since.elapsed() < KEPT);
        if request.method != Method::Get {
            return None;
        }
        let at = idle.iter().rposition(|line| line.origin == origin && line.sender.is_ready())?;
        Some(idle.swap_remove(at))
    }

    /// A new connection.
    async fn line(&self, request: &Request, until: Instant) -> Result<OpenConnection, TransportFault> {
        let stream = self.connector.connect(&request.url, until).await?;
        let seen = AnswerStart::default();
        let stream = TokioIo::new(seen.over(stream));
        let (sender, connection) = http1::handshake(stream).await.map_err(|error| fault(&error))?;
        // What becomes of it is told to whoever waits for an answer.
        tokio::spawn(connection);
        Ok(OpenConnection { origin: request.url.origin(), sender, seen, since: Instant::now() })
    }

    async fn exchange(
        &self,
        request: &Request,
        authorization: &Authorization,
        mut line: OpenConnection,
        until: Instant,
    ) -> Result<Response, Unanswered> {
        let began = Instant::now();
        let started = Started::default();
        line.seen.clear();
        let asked = async {
            let message = message(request, authorization, &started)?;
            line.sender.send_request(message).await.map_err(|error| fault(&error))
        };
        let silent = TransportFault::Silent(until - began);
        let answer = timeout_at(until, asked).await.unwrap_or_else(|_| Err(silent.clone()));
        let answer = answer.map_err(|fault| Unanswered {
            fault,
            was_sent: started.is_set() || matches!(request.body, Body::Empty),
            was_taken: line.seen.says_accepted(),
            nothing_came: line.seen.is_empty(),
        })?;
        let mut response = head(answer.status().as_u16(), answer.headers());
        let packing = header(answer.headers(), CONTENT_ENCODING);
        // From here on there is an answer, whatever becomes of its body.
        let body = match timeout_at(until, whole(answer.into_body())).await {
            Ok(Ok(body)) => {
                line.since = Instant::now();
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                body::read(body, packing.as_deref(), response.kind.as_deref())
            }
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(silent),
        };
        match body {
            Ok(body) => response.body = body,
            Err(fault) => response.fault = Some(fault),
        }
        Ok(response)
    }
}

/// A request as it goes over a connection.
fn message(
    request: &Request,
    authorization: &Authorization,
    started: &Started,
) -> Result<hyper::Request<Payload>, TransportFault> {
    let method = match request.method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
        Method::Put => hyper::Method::PUT,
        Method::Patch => hyper::Method::PATCH,
        Method::Delete => hyper::Method::DELETE,
    };
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
    let mut builder = hyper::Request::builder()
        .method(method)
        .uri(&request.url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &request.url[Position::BeforeHost..Position::AfterPort])
        .header(USER_AGENT, concat!("cxflowc/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "identity");
    if let Some(credentials) = authorization.header() {
        let mut credentials = HeaderValue::from_str(credentials.expose_secret())
            .map_err(|_| TransportFault::Unusable("the token cannot be sent in a header".to_owned()))?;
        credentials.set_sensitive(true);
        builder = builder.header(AUTHORIZATION, credentials);
    }
    if let Some(key) = &request.idempotency_key {
        builder = builder.header("Idempotency-Key", key);
    }
    if let Some(kind) = kind {
        builder = builder.header(CONTENT_TYPE, kind);
    }
    builder.body(started.watched(body)).map_err(|error| TransportFault::Unusable(error.to_string()))
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
async fn whole(mut answer: Incoming) -> Result<Vec<u8>, TransportFault> {
    if answer.size_hint().lower() > MAX_BODY as u64 {
        return Err(TransportFault::too_long());
    }
    let mut body = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut answer).poll_frame(context)).await {
        let frame = frame.map_err(|error| fault(&error))?;
        let Some(chunk) = frame.data_ref() else { continue };
        if body.len() + chunk.len() > MAX_BODY {
            return Err(TransportFault::too_long());
        }
        body.extend_from_slice(chunk);
    }
    Ok(body)
}

/// Why an exchange over a connection that was made came to no end.
fn fault(error: &hyper::Error) -> TransportFault {
    if error.is_parse_too_large() {
        TransportFault::TooLong("with headers that are too long".to_owned())
    } else if error.is_parse() {
        TransportFault::NoHttp
    } else {
        TransportFault::Broken(root_cause(error).to_string())
    }
}
