//! Reads request bodies, with limits on size and time.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use hyper::body::{Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Request, StatusCode};

use super::app::{App, LARGE};
use super::problem::ErrorResponse;
use super::waiting_connections::{Awaited, ConnectionSlot};

/// The next chunk of a body.
async fn next(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await? {
            // Frames without data are trailers.
            Ok(frame) => match frame.into_data() {
                Ok(data) => return Some(Ok(data)),
                Err(_) => continue,
            },
            Err(error) => return Some(Err(error)),
        }
    }
}

/// Reads a JSON body.
///
/// # Errors
///
/// `408`, `413`, `415`, or `400` if it is incomplete.
pub async fn json(app: &App, request: Request<Body>) -> Result<Bytes, ErrorResponse> {
    let unsupported = |message: &str| {
        ErrorResponse::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
    };
    if !is_json(request.headers()) {
        return Err(unsupported("the body must be JSON in UTF-8, with Content-Type: application/json"));
    }
    if let Some(coding) = request.headers().get(header::CONTENT_ENCODING)
        && !coding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(unsupported("the body must be sent without a Content-Encoding"));
    }
    read(app, request.into_body(), app.options.limits.body).await
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(given) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let mut parts = given.split(';').map(|part| part.trim().to_ascii_lowercase());
    let kind = parts.next().unwrap_or_default();
    let is_utf8 = |part: &str| match part.split_once('=') {
        Some(("charset", charset)) => matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii"),
        _ => true,
    };
    (kind == "application/json" || kind.ends_with("+json")) && parts.all(|part| is_utf8(&part))
}

/// Reads a body of at most `most` bytes.
///
/// # Errors
///
/// `408`, `413`, or `400` if it is incomplete.
pub async fn read(app: &App, body: Body, most: usize) -> Result<Bytes, ErrorResponse> {
    let time = app.options.limits.body_time;
    tokio::time::timeout(time, read_on(app, body, most)).await.unwrap_or_else(|_| {
        let message = format!("the body did not arrive within {} s", time.as_secs_f32());
        Err(ErrorResponse::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", message)
            .header(header::CONNECTION, HeaderValue::from_static("close")))
    })
}

async fn read_on(app: &App, mut body: Body, most: usize) -> Result<Bytes, ErrorResponse> {
    let too_large = || {
        let message = format!("a body has at most {most} bytes here");
        ErrorResponse::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", message)
    };
    // A body that is declared as too large is not read at all.
    if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(too_large());
    }
    let mut permit = None;
    let mut bytes = Vec::new();
    while let Some(piece) = next(&mut body).await {
        let piece = piece.map_err(|_| ErrorResponse::bad_request("the body broke off"))?;
        if bytes.len() + piece.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&piece);
        // Only a few large bodies are held at a time.
        if bytes.len() > LARGE && permit.is_none() {
            permit = app.large.acquire().await.ok();
        }
    }
    Ok(bytes.into())
}

/// A body that can be read to its end after the request was answered: otherwise a client that is still
/// sending would be reset before it reads the response.
#[derive(Clone)]
pub struct Shared {
    body: Arc<Mutex<Body>>,
    slot: Option<ConnectionSlot>,
}

impl Shared {
    /// The body of a request on a connection, which tracks when it waits for its client.
    pub fn new(body: Body, slot: Option<ConnectionSlot>) -> Self {
        Self { body: Arc::new(Mutex::new(body)), slot }
    }

    fn with<T>(&self, look: impl FnOnce(Pin<&mut Body>) -> T) -> T {
        look(Pin::new(&mut *self.body.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Reads the unread rest, within limits.
    pub async fn drain(mut self, headers: &HeaderMap) {
        const MOST: usize = 128 << 20;
        const TIME: Duration = Duration::from_secs(5);
        // A client that asked with `Expect` need not send the body.
        if self.is_end_stream() || headers.contains_key(header::EXPECT) {
            return;
        }
        let rest = async {
            let mut seen = 0;
            while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut self).poll_frame(context)).await {
                seen += frame.data_ref().map_or(0, Bytes::len);
                if seen > MOST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(TIME, rest).await;
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let next = self.with(|body| body.poll_frame(context));
        if let Some(slot) = &self.slot {
            match &next {
                Poll::Pending => slot.waits_for(Awaited::Body),
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(_) => slot.serves(),
            }
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|body| body.size_hint())
    }
}

/// A body that breaks off after its first half.
pub struct TruncatedBody {
    half: Option<Bytes>,
    whole: u64,
    flushed: bool,
}

impl TruncatedBody {
    /// Truncates a body to its first half.
    pub fn of(whole: &Bytes) -> Self {
        Self { half: Some(whole.slice(..whole.len() / 2)), whole: whole.len() as u64, flushed: false }
    }
}

impl HttpBody for TruncatedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.flushed {
            // While nothing more is available, the connection flushes what it has.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(axum::Error::new(std::io::Error::other("cut on request")))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole)
    }
}

/// The whole body of a response, which is already in memory.
pub async fn whole(mut body: Body) -> Bytes {
    let mut bytes = Vec::new();
    while let Some(Ok(piece)) = next(&mut body).await {
        bytes.extend_from_slice(&piece);
    }
    bytes.into()
}

/// A header's value as text.
pub fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
