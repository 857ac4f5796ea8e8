//! Watches what comes over a connection before the library has a whole head of it.
//!
//! A status line alone shows that a payload was accepted, even if the connection ends right after it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connection::Stream;

/// How much of an answer is kept, in bytes. Interim answers precede the final one.
const MAX_KEPT: usize = 16 << 10;

/// The first bytes of an answer.
#[derive(Debug, Clone, Default)]
pub struct AnswerStart(Arc<Mutex<Vec<u8>>>);

impl AnswerStart {
    /// Forgets the previous answer.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether the received bytes say that the request was carried out.
    pub fn says_accepted(&self) -> bool {
        says_accepted(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Wraps a connection to record what comes over it.
    pub fn over(&self, stream: Stream) -> Watched {
        Watched { stream, seen: self.clone() }
    }

    fn note(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_KEPT.saturating_sub(kept.len());
        kept.extend(bytes.iter().take(room));
    }
}

/// Whether the beginning of an answer says so: 2xx, or 303, which leads to the result.
fn says_accepted(mut bytes: &[u8]) -> bool {
    loop {
        while let [b'\r' | b'\n', rest @ ..] = bytes {
            bytes = rest;
        }
        let Some([b'0'..=b'9', b' ', status @ ..]) = bytes.strip_prefix(b"HTTP/1.") else { return false };
        if !status.starts_with(b"1") {
            return status.starts_with(b"2") || status.starts_with(b"303");
        }
        // An interim answer, such as 100 (Continue): the final answer follows its head.
        let ends =
            [&b"\r\n\r\n"[..], b"\n\n"].map(|end| memchr::memmem::find(status, end).map(|at| at + end.len()));
        let Some(end) = ends.into_iter().flatten().min() else { return false };
        bytes = status.get(end..).unwrap_or_default();
    }
}

/// A connection whose answers are recorded.
pub struct Watched {
    stream: Stream,
    seen: AnswerStart,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.seen.note(buffer.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::says_accepted;

    #[test]
    fn a_status_line_says_whether_a_request_was_carried_out() {
        for taken in [
            "HTTP/1.1 201 Created\r\nContent-Ty",
            "HTTP/1.1 202",
            "HTTP/1.0 2",
            "\r\nHTTP/1.1 200 OK\r\n",
            "HTTP/1.1 303 See Other\r\nLoc",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 C",
            "HTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 100 Continue\n\nHTTP/1.1 202 Accepted\r\n",
        ] {
            assert!(says_accepted(taken.as_bytes()), "{taken}");
        }
        for open in [
            "",
            "HTTP/1.1",
            "HTTP/1.1 ",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 100 Continue\r\nX: HTTP/1.1 201",
            "HTTP/1.1 302 Found\r\n",
            "HTTP/1.1 503 Service Unavailable\r\n",
            "HTTP/2 200",
            "SSH-2.0",
        ] {
            assert!(!says_accepted(open.as_bytes()), "{open}");
        }
    }
}
