//! Answers the browser, and nobody else.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::StatusCode;
use hyper::body::Frame;
use hyper::header::{self, HeaderName, HeaderValue};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Shown;
use crate::cli::Failure;

/// The frame around the report: it says what happens to the file, and shows the source of a node.
const FRAME: &str = include_str!("frame.html");
const STYLE: &str = include_str!("frame.css");
const SCRIPT: &str = include_str!("frame.js");

type Receiver = watch::Receiver<Arc<Shown>>;

/// Serves until it is dropped. `listens` gets the address, which holds the token that a request must have, and says
/// whether to serve there.
pub async fn serve(port: u16, shown: Receiver, listens: impl FnOnce(&str) -> bool) -> Result<(), Failure> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => Failure::new(format!("port {port} is taken"))
                .help("choose another port with --port, or leave --port out to use any free one"),
            _ => Failure::new(format!("cannot listen on port {port}: {error}")),
        })?;
    let stopped = |error: std::io::Error| Failure::new(format!("cannot serve the preview: {error}"));
    let port = listener.local_addr().map_err(stopped)?.port();
    let token = format!("{:032x}", rand::random::<u128>());
    if !listens(&format!("http://127.0.0.1:{port}/{token}/")) {
        return Ok(());
    }
    axum::serve(listener, routes(port, &token, shown)).await.map_err(stopped)
}

fn routes(port: u16, token: &str, shown: Receiver) -> Router {
    let page = Router::new()
        .route("/", get(frame))
        .route("/report", get(report))
        .route("/state", get(state))
        .route("/events", get(events))
        .with_state(shown);
    Router::new()
        .nest(&format!("/{token}"), page.clone())
        .route(&format!("/{token}/"), get(frame))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(from_fn_with_state(port, guard))
}

/// Refuses requests under another name, which a web page elsewhere may have given to this machine, and keeps
/// what is answered from other pages and from caches.
async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let names = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let is_here = match (hosts.next(), hosts.next()) {
        (Some(host), None) => names.iter().any(|name| host == name.as_str()),
        _ => false,
    };
    let mut response = match is_here {
        true => next.run(request).await,
        false => StatusCode::MISDIRECTED_REQUEST.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static("default-src 'none'"));
    response
}

fn answer(kind: &'static str, policy: String, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn frame() -> Response {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; connect-src 'self'; frame-src 'self'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let page = FRAME.replace("{style}", STYLE).replace("{script}", SCRIPT);
    answer("text/html; charset=utf-8", policy, page)
}

/// The report as `report` writes it, with a policy of its own in its head.
async fn report(State(shown): State<Receiver>) -> Response {
    let report = shown.borrow().report.to_string();
    answer("text/html; charset=utf-8", "frame-ancestors 'self'".to_owned(), report)
}

async fn state(State(shown): State<Receiver>) -> Response {
    let (problem, nodes) = {
        let shown = shown.borrow();
        (json!(shown.problem), Arc::clone(&shown.nodes))
    };
    let body = format!("{{\"problem\":{problem},\"nodes\":{nodes}}}");
    answer("application/json", "default-src 'none'".to_owned(), body)
}

async fn events(State(shown): State<Receiver>) -> Response {
    let stream = EventStream { next: next_event(shown, true) };
    answer("text/event-stream", "default-src 'none'".to_owned(), Body::new(stream))
}

type NextEvent = Pin<Box<dyn Future<Output = Option<(Receiver, Bytes)>> + Send>>;

/// The next event: at once, or after the next change.
fn next_event(mut shown: Receiver, is_first: bool) -> NextEvent {
    Box::pin(async move {
        if !is_first {
            shown.changed().await.ok()?;
        }
        let number = shown.borrow_and_update().number;
        Some((shown, Bytes::from(format!("data: {number}\n\n"))))
    })
}

/// A stream of events without an end.
struct EventStream {
    next: NextEvent,
}

impl hyper::body::Body for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some((shown, bytes)) = ready!(self.next.as_mut().poll(context)) else { return Poll::Ready(None) };
        self.next = next_event(shown, false);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }
}
