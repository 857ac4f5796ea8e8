//! Connections: taken, served, and ended in good order.

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

/// Where connections come in.
struct Acceptor {
    listener: TcpListener,
    room: Arc<Semaphore>,
    waiting_connections: Arc<WaitingConnections>,
    /// Who has come, and waits for room.
    waiting: Option<TcpStream>,
}

impl Acceptor {
    /// The next connection, and its place. Nothing is lost where this is given up on the way.
    async fn next(&mut self) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
        if self.waiting.is_none() {
            self.waiting = Some(self.listener.accept().await?.0);
        }
        let place = loop {
            if let Ok(place) = Arc::clone(&self.room).try_acquire_owned() {
                break place;
            }
            let patience = self.waiting_connections.make_room();
            tokio::select! {
                biased;
                place = Arc::clone(&self.room).acquire_owned() => break place.map_err(io::Error::other)?,
                () = tokio::time::sleep(patience) => {}
            }
        };
        let stream = self.waiting.take().ok_or(io::ErrorKind::NotFound)?;
        Ok((stream, place))
    }
}

/// Serves until the emulator stops and the connections are through, or their grace is.
pub async fn serve(listener: TcpListener, app: Arc<App>) {
    let router = routes(&app);
    let room = Arc::new(Semaphore::new(app.options.limits.connections.max(1)));
    let waiting_connections = Arc::new(WaitingConnections::default());
    let mut door =
        Acceptor { listener, room, waiting_connections: Arc::clone(&waiting_connections), waiting: None };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = app.stopped() => break,
            // What is through makes room.
            Some(_) = connections.join_next() => {}
            next = door.next() => match next {
                Ok((stream, place)) => {
                    let serving = connection(stream, router.clone(), Arc::clone(&app), Arc::clone(&waiting_connections));
                    connections.spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                // No handles left, mostly: whoever waits the longest makes room.
                Err(_) => {
                    waiting_connections.make_room();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
    drop(door);
    let through = async { while connections.join_next().await.is_some() {} };
    // What is not through by then is dropped, and closed with that.
    let _ = tokio::time::timeout(app.options.limits.grace, through).await;
}

async fn connection(
    stream: TcpStream,
    router: Router,
    app: Arc<App>,
    waiting_connections: Arc<WaitingConnections>,
) {
    let _ = stream.set_nodelay(true);
    let line = ConnectionHandle::default();
    line.keep_head();
    let seat = ConnectionSlot::take(&waiting_connections, &line);
    let wire = TokioIo::new(Wire::new(stream, &line, app.options.limits.body_time));
    let service = {
        let (line, seat) = (line.clone(), seat.clone());
        service_fn(move |request: Request<Incoming>| {
            let (line, seat) = (line.clone(), seat.clone());
            let router = router.clone();
            seat.serves();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(line.clone());
            request.extensions_mut().insert(seat.clone());
            Box::pin(async move {
                let answer = router.oneshot(request).await;
                line.keep_head();
                seat.waits_for(Awaited::Head);
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
            () = line.ended() => return,
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
