//! A connection's stream: it can be ended from within a request, keeps the head that was read, and
//! does not wait for ever for a client that does not read.

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

/// How a request ends the connection that it came on, and the head that it came with.
#[derive(Debug, Clone, Default)]
pub struct ConnectionHandle {
    reset: Arc<AtomicBool>,
    end: Arc<Notify>,
    /// What was read since the last answer; nothing while a request is carried out.
    head: Arc<Mutex<Option<Vec<u8>>>>,
}

impl ConnectionHandle {
    /// Closes the connection, without an answer.
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

    /// Keeps what is read from now on: it is a request's head.
    pub fn keep_head(&self) {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// The head of the request that is carried out now, and maybe some of its body.
    pub fn take_head(&self) -> Vec<u8> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    fn hear(&self, bytes: &[u8]) {
        if let Some(head) = &mut *self.head.lock().unwrap_or_else(PoisonError::into_inner) {
            // More is no head that the HTTP library takes.
            let room = (head::BYTES * 2).saturating_sub(head.len());
            head.extend(bytes.iter().take(room));
        }
    }
}

/// The stream of a connection. The HTTP library owns it, so that what resets it sits in its `Drop`.
pub struct Wire {
    stream: TcpStream,
    line: ConnectionHandle,
    /// How long a client may take to read anything.
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    /// An answer that is sent instead of the HTTP library's own, and how far it is.
    instead: Option<(Vec<u8>, usize)>,
}

impl Wire {
    pub fn new(stream: TcpStream, line: &ConnectionHandle, patience: Duration) -> Self {
        Self { stream, line: line.clone(), patience, waiting: None, instead: None }
    }

    /// Closes it after the client has read the last answer: whoever is still sending would be
    /// reset before that.
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

    /// Gives up on a client that has read nothing for too long.
    fn patiently<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.reset.load(Ordering::Acquire) {
            // A socket that lingers for no time at all sends RST when it is closed.
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
        self.line.hear(buffer.filled().get(before..).unwrap_or_default());
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
        if this.instead.is_none() {
            this.instead = head::with_a_body(bytes).map(|answer| (answer, 0));
        }
        while let Some((answer, sent)) = &mut this.instead {
            let rest = answer.get(*sent..).unwrap_or_default();
            if rest.is_empty() {
                this.instead = None;
                return Poll::Ready(Ok(bytes.len()));
            }
            let written = Pin::new(&mut this.stream).poll_write(context, rest);
            if let Poll::Ready(Ok(number)) = written {
                *sent += number;
            }
            ready!(this.patiently(context, written))?;
        }
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.patiently(context, written)
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
        // An answer without a body is one piece.
        if let [one] = slices {
            return self.poll_write(context, one);
        }
        let this = &mut *self;
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.patiently(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
