//! The only place that sends requests.

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

/// How long an idle connection is kept.
const MAX_IDLE: Duration = Duration::from_secs(60);
/// The time limit of one request, from its first byte to the answer's last.
pub const REQUEST: Duration = Duration::from_secs(30);
/// Sends requests to one tenant.
#[derive(Clone)]
pub struct Transport {
    connector: Connector,
    /// Connections that are idle at the moment.
    idle: Arc<Mutex<Vec<OpenConnection>>>,
}

/// A connection that carries requests one after another.
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
    /// A transport. A `plain` one is only for addresses on this machine: it bypasses proxies and needs no
    /// certificates.
    ///
    /// # Errors
    ///
    /// Fails with what the system lacks, such as certificates.
    pub fn new(plain: bool) -> Result<Self, String> {
        Ok(Self { connector: Connector::new(plain)?, idle: Arc::default() })
    }

    /// Sends a request with this time limit.
    ///
    /// # Errors
    ///
    /// Fails with the reason why there is no answer.
    pub async fn send(
        &self,
        request: &Request,
        authorization: &Authorization,
        limit: Duration,
    ) -> Result<Response, Unanswered> {
        let until = Instant::now() + limit.min(REQUEST);
        if let Some(open) = self.take_idle(request) {
            match self.exchange(request, authorization, open, until).await {
                // The server has closed it meanwhile.
                Err(Unanswered { fault: TransportFault::Broken(_), nothing_came: true, .. }) => {}
                other => return other,
            }
        }
        // For a request without a body this is unknown, and does not matter.
        let was_sent = matches!(request.body, Body::Empty);
        let not_made = |fault| Unanswered { fault, was_sent, was_taken: false, nothing_came: true };
        let open = self.open(request, until).await.map_err(not_made)?;
        self.exchange(request, authorization, open, until).await
    }

    /// An idle connection to reuse. A request that changes something gets a new connection: an idle one may
    /// end at any moment, and it would be unclear whether the request arrived.
    fn take_idle(&self, request: &Request) -> Option<OpenConnection> {
        let origin = request.url.origin();
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|open| !open.sender.is_closed() && open.since.elapsed() < MAX_IDLE);
        if request.method != Method::Get {
            return None;
        }
        let at = idle.iter().rposition(|open| open.origin == origin && open.sender.is_ready())?;
        Some(idle.swap_remove(at))
    }

    /// A new connection.
    async fn open(&self, request: &Request, until: Instant) -> Result<OpenConnection, TransportFault> {
        let stream = self.connector.connect(&request.url, until).await?;
        let seen = AnswerStart::default();
        let stream = TokioIo::new(seen.over(stream));
        let (sender, connection) = http1::handshake(stream).await.map_err(|error| fault(&error))?;
        // Its errors are reported to whoever waits for an answer.
        tokio::spawn(connection);
        Ok(OpenConnection { origin: request.url.origin(), sender, seen, since: Instant::now() })
    }

    async fn exchange(
        &self,
        request: &Request,
        authorization: &Authorization,
        mut open: OpenConnection,
        until: Instant,
    ) -> Result<Response, Unanswered> {
        let began = Instant::now();
        let started = Started::default();
        open.seen.clear();
        let sent = async {
            let message = message(request, authorization, &started)?;
            open.sender.send_request(message).await.map_err(|error| fault(&error))
        };
        let silent = TransportFault::Silent(until - began);
        let answer = timeout_at(until, sent).await.unwrap_or_else(|_| Err(silent.clone()));
        let answer = answer.map_err(|fault| Unanswered {
            fault,
            was_sent: started.is_set() || matches!(request.body, Body::Empty),
            was_taken: open.seen.says_accepted(),
            nothing_came: open.seen.is_empty(),
        })?;
        let mut response = head(answer.status().as_u16(), answer.headers());
        let packing = header(answer.headers(), CONTENT_ENCODING);
        // From now on there is an answer, whatever happens to its body.
        let body = match timeout_at(until, whole(answer.into_body())).await {
            Ok(Ok(body)) => {
                open.since = Instant::now();
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(open);
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

/// A request as hyper sends it.
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

/// Where a tenant of CXone says what is wrong with a request (one public source).
const DESCRIPTION: HeaderName = HeaderName::from_static("icstatusdescription");

/// The parts of an answer's head that are read.
fn head(status: u16, headers: &HeaderMap) -> Response {
    Response {
        status,
        retry_after: header(headers, RETRY_AFTER),
        date: header(headers, DATE),
        location: header(headers, LOCATION),
        kind: header(headers, CONTENT_TYPE),
        description: header(headers, DESCRIPTION),
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

/// Why an exchange over an open connection failed.
fn fault(error: &hyper::Error) -> TransportFault {
    if error.is_parse_too_large() {
        TransportFault::TooLong("with headers that are too long".to_owned())
    } else if error.is_parse() {
        TransportFault::NoHttp
    } else {
        TransportFault::Broken(root_cause(error).to_string())
    }
}
