//! Accepts, serves and ends connections.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::app::App;
use super::head;
use super::routes::routes;
use super::waiting_connections::{Awaited, ConnectionSlot, WaitingConnections};
use super::wire::{ConnectionHandle, Wire};

/// Accepts connections.
struct Acceptor {
    listener: TcpListener,
    room: Arc<Semaphore>,
    waiting_connections: Arc<WaitingConnections>,
    /// An accepted connection that waits for room.
    waiting: Option<TcpStream>,
}

impl Acceptor {
    /// The next connection, and its permit. Cancelling this loses no connection.
    async fn next(&mut self) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
        if self.waiting.is_none() {
            self.waiting = Some(self.listener.accept().await?.0);
        }
        let permit = loop {
            if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
                break permit;
            }
            let wait = self.waiting_connections.make_room();
            tokio::select! {
                biased;
                permit = Arc::clone(&self.room).acquire_owned() => break permit.map_err(io::Error::other)?,
                () = tokio::time::sleep(wait) => {}
            }
        };
        let stream = self.waiting.take().ok_or(io::ErrorKind::NotFound)?;
        Ok((stream, permit))
    }
}

/// Serves until the emulator stops, and the connections have ended or their grace period is over.
pub async fn serve(listener: TcpListener, app: Arc<App>) {
    let router = routes(&app);
    let room = Arc::new(Semaphore::new(app.options.limits.connections.max(1)));
    let waiting_connections = Arc::new(WaitingConnections::default());
    let mut acceptor =
        Acceptor { listener, room, waiting_connections: Arc::clone(&waiting_connections), waiting: None };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = app.stopped() => break,
            // Removes ended connections.
            Some(_) = connections.join_next() => {}
            next = acceptor.next() => match next {
                Ok((stream, permit)) => {
                    let serving = connection(stream, router.clone(), Arc::clone(&app), Arc::clone(&waiting_connections));
                    connections.spawn(async move {
                        serving.await;
                        drop(permit);
                    });
                }
                // Usually there are no file handles left: closes the connection that has waited longest.
                Err(_) => {
                    waiting_connections.make_room();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
    drop(acceptor);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    // The remaining connections are dropped, which closes them.
    let _ = tokio::time::timeout(app.options.limits.grace, all_ended).await;
}

async fn connection(
    stream: TcpStream,
    router: Router,
    app: Arc<App>,
    waiting_connections: Arc<WaitingConnections>,
) {
    let _ = stream.set_nodelay(true);
    let handle = ConnectionHandle::default();
    handle.keep_head();
    let slot = ConnectionSlot::new(&waiting_connections, &handle);
    let wire = TokioIo::new(Wire::new(stream, &handle, app.options.limits.body_time));
    let service = {
        let (handle, slot) = (handle.clone(), slot.clone());
        service_fn(move |request: Request<Incoming>| {
            let (handle, slot) = (handle.clone(), slot.clone());
            let router = router.clone();
            slot.serves();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(handle.clone());
            request.extensions_mut().insert(slot.clone());
            Box::pin(async move {
                let answer = router.oneshot(request).await;
                handle.keep_head();
                slot.waits_for(Awaited::Head);
                answer
            })
        })
    };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.options.limits.header_time)
        .max_headers(head::COUNT)
        .max_buf_size(head::BYTES)
        .serve_connection(wire, service);
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            () = handle.ended() => return,
            _ = poll_fn(|context| connection.poll_without_shutdown(context)) => break,
            () = app.stopped(), if !stopping => {
                stopping = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
    let wire = connection.into_parts().io.into_inner();
    tokio::select! {
        () = app.stopped() => {}
        () = wire.close_after_reading() => {}
    }
}
