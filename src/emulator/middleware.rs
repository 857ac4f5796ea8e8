//! Runs before every request: numbering, latency, faults, the log.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use hyper::header::{self, HeaderValue};
use hyper::{Method, StatusCode};
use tokio::time::Instant;

use super::answer::Remark;
use super::app::App;
use super::body::{Shared, TruncatedBody, whole};
use super::faults::Fault;
use super::openapi::{DESCRIPTION, STUDIO_DESCRIPTION};
use super::problem::ErrorResponse;
use super::waiting_connections::ConnectionSlot;
use super::wire::ConnectionHandle;
use super::{authority, head};

/// The random choices for a request.
struct RequestDraw {
    route: String,
    number: u64,
    fault: Option<Fault>,
    /// Whether the request is carried out before its fault shows.
    afterwards: bool,
}

impl RequestDraw {
    fn of(app: &App, request: &Request) -> Self {
        let path = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str);
        // Only these methods have counters of their own, so that the number of counters is bounded.
        let method = match *request.method() {
            Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::DELETE => {
                request.method().as_str()
            }
            _ => "OTHER",
        };
        let route = format!("{method} {path}");
        let number = app.counters.next(&route);
        let draw = |purpose: &str| app.random.share(purpose, &route, number);
        // The descriptions are not part of the platform.
        let is_described = path == DESCRIPTION || path == STUDIO_DESCRIPTION;
        let fault = if is_described { None } else { app.options.faults.pick(draw("fault")) };
        let afterwards = fault.is_some_and(Fault::has_unknown_outcome) && draw("afterwards") < 0.5;
        Self { route, number, fault, afterwards }
    }

    fn latency(&self, app: &App) -> Duration {
        let (least, most) = (*app.options.latency.start(), *app.options.latency.end());
        least + most.saturating_sub(least).mul_f64(app.random.share("latency", &self.route, self.number))
    }
}

/// Handles every request.
pub async fn before_each_request(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let label = format!("{} {}", request.method(), super::problem::bounded(request.uri().path()));
    let handle = request.extensions().get::<ConnectionHandle>().cloned().unwrap_or_default();
    let slot = request.extensions().get::<ConnectionSlot>().cloned();
    let accepted = head::check(&handle.take_head())
        .and_then(|()| authority::check(request.method(), request.uri(), request.headers(), app.port));
    if let Err(problem) = accepted {
        // A request that is not for the platform gets no random fault.
        let (parts, body) = request.into_parts();
        Shared::new(body, slot).drain(&parts.headers).await;
        app.log(&format!("{label} refused: {}", problem.message()));
        return with_server_name(problem.into_response());
    }
    let draw = RequestDraw::of(&app, &request);
    tokio::time::sleep(draw.latency(&app)).await;

    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let body = Shared::new(body, slot);
    let answer = if draw.fault.is_none() || draw.afterwards {
        Some(next.run(Request::from_parts(parts, Body::new(body.clone()))).await)
    } else {
        None
    };
    let status = answer.as_ref().map(Response::status);
    if status != Some(StatusCode::REQUEST_TIMEOUT) && draw.fault != Some(Fault::Reset) {
        body.drain(&headers).await;
    }
    let result = match draw.fault {
        None => status.map_or(0, |status| status.as_u16()).to_string(),
        Some(fault) => {
            let when = if draw.afterwards { "after" } else { "instead of" };
            format!("{fault} ({when} being carried out)")
        }
    };
    let remark = answer.as_ref().and_then(|answer| answer.extensions().get::<Remark>());
    let remark = remark.map(|Remark(text)| format!(", {text}")).unwrap_or_default();
    app.log(&format!("{label} {result}{remark} ({} ms)", started.elapsed().as_millis()));

    with_server_name(match (draw.fault, answer) {
        (None, Some(answer)) => answer,
        (Some(fault), answer) => apply_fault(fault, answer, &app, &draw, &handle).await,
        (None, None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    })
}

/// Adds the `Server` header.
fn with_server_name(mut response: Response) -> Response {
    let server = HeaderValue::from_static(concat!("cxflowc-emulator/", env!("CARGO_PKG_VERSION")));
    response.headers_mut().insert(header::SERVER, server);
    response
}

async fn apply_fault(
    fault: Fault,
    answer: Option<Response>,
    app: &App,
    draw: &RequestDraw,
    handle: &ConnectionHandle,
) -> Response {
    match fault {
        Fault::Status(status) => {
            let message =
                format!("{}, as requested by --fault", status.canonical_reason().unwrap_or("a fault"));
            let problem = ErrorResponse::new(status, "fault", message);
            match status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    let as_date = app.random.share("retry-after", &draw.route, draw.number) < 0.5;
                    problem.header(header::RETRY_AFTER, retry_after(as_date)).into_response()
                }
                StatusCode::UNAUTHORIZED => problem
                    .header(header::WWW_AUTHENTICATE, HeaderValue::from_static(super::auth::EXPIRED))
                    .into_response(),
                _ => problem.into_response(),
            }
        }
        Fault::Html => Html(PAGE).into_response(),
        Fault::Cut => {
            let answer = answer.unwrap_or_else(|| ErrorResponse::bad_request("cut off").into_response());
            let (mut parts, body) = answer.into_parts();
            let bytes = whole(body).await;
            if bytes.is_empty() || draw.route.starts_with("HEAD ") {
                // There is nothing to cut in two.
                handle.close();
                return std::future::pending().await;
            }
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            Response::from_parts(parts, Body::new(TruncatedBody::of(&bytes)))
        }
        Fault::Reset => {
            handle.reset();
            std::future::pending().await
        }
        Fault::Hang => {
            app.stopped().await;
            handle.close();
            std::future::pending().await
        }
    }
}

/// One second from now, as seconds or as a date (RFC 9110, section 10.2.3), which only has whole seconds.
fn retry_after(as_date: bool) -> HeaderValue {
    if !as_date {
        return HeaderValue::from_static("1");
    }
    let second = Duration::from_secs(1);
    let in_a_second = SystemTime::from(jiff::Timestamp::now()) + second;
    let date = httpdate::fmt_http_date(in_a_second + Duration::from_millis(999));
    HeaderValue::try_from(date).unwrap_or_else(|_| HeaderValue::from_static("1"))
}

/// The page of a proxy that requires a login.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n\
                    <body><h1>Sign in to the network</h1></body></html>\n";
