//! A connection's stream. A request can end it, it keeps the head of a request, and it does not wait
//! forever for a client that does not read.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Sleep;

use super::head;

/// Lets a request end its connection, and holds the request's head.
#[derive(Debug, Clone, Default)]
pub struct ConnectionHandle {
    reset: Arc<AtomicBool>,
    end: Arc<Notify>,
    /// The bytes read since the last response; `None` while a request is processed.
    head: Arc<Mutex<Option<Vec<u8>>>>,
}

impl ConnectionHandle {
    /// Closes the connection without a response.
    pub fn close(&self) {
        self.end.notify_one();
    }

    /// Resets the connection: the client's next read fails.
    pub fn reset(&self) {
        self.reset.store(true, Ordering::Release);
        self.end.notify_one();
    }

    /// Waits until a request has ended the connection.
    pub async fn ended(&self) {
        self.end.notified().await;
    }

    /// Keeps the bytes read from now on: they are a request's head.
    pub fn keep_head(&self) {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// The head of the current request, and possibly part of its body.
    pub fn take_head(&self) -> Vec<u8> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    fn record(&self, bytes: &[u8]) {
        if let Some(head) = &mut *self.head.lock().unwrap_or_else(PoisonError::into_inner) {
            // The HTTP library accepts no longer head.
            let room = (head::BYTES * 2).saturating_sub(head.len());
            head.extend(bytes.iter().take(room));
        }
    }
}

/// The stream of a connection. The HTTP library owns it, so resetting happens in its `Drop`.
pub struct Wire {
    stream: TcpStream,
    handle: ConnectionHandle,
    /// How long a client may take to read.
    read_timeout: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    /// A response that replaces the HTTP library's own, and how many of its bytes were sent.
    replacement: Option<(Vec<u8>, usize)>,
}

impl Wire {
    pub fn new(stream: TcpStream, handle: &ConnectionHandle, read_timeout: Duration) -> Self {
        Self { stream, handle: handle.clone(), read_timeout, waiting: None, replacement: None }
    }

    /// Closes it after the client has read the last response: otherwise a client that is still sending
    /// would be reset before that.
    pub async fn close_after_reading(mut self) {
        const TIME: Duration = Duration::from_secs(1);
        const MOST: usize = 4 << 20;
        let rest = async {
            if self.stream.shutdown().await.is_err() {
                return;
            }
            let mut buffer = vec![0; 1 << 14];
            let mut seen = 0;
            while let Ok(read @ 1..) = self.stream.read(&mut buffer).await {
                seen += read;
                if seen > MOST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(TIME, rest).await;
    }

    /// Fails if a client has read nothing for too long.
    fn with_timeout<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let read_timeout = self.read_timeout;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(read_timeout)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.handle.reset.load(Ordering::Acquire) {
            // A socket with a linger time of zero sends RST when it is closed.
            let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.handle.record(buffer.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.replacement.is_none() {
            this.replacement = head::with_a_body(bytes).map(|answer| (answer, 0));
        }
        while let Some((answer, sent)) = &mut this.replacement {
            let rest = answer.get(*sent..).unwrap_or_default();
            if rest.is_empty() {
                this.replacement = None;
                return Poll::Ready(Ok(bytes.len()));
            }
            let written = Pin::new(&mut this.stream).poll_write(context, rest);
            if let Poll::Ready(Ok(number)) = written {
                *sent += number;
            }
            ready!(this.with_timeout(context, written))?;
        }
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.with_timeout(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // A response without a body is a single slice.
        if let [one] = slices {
            return self.poll_write(context, one);
        }
        let this = &mut *self;
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.with_timeout(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
