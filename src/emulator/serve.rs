//! Connections: taken, served, and ended in good order.

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
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt;

use super::app::App;
use super::routes::routes;
use super::wire::{Line, Wire};

/// Serves until the emulator stops and the connections are through, or their grace is.
pub async fn serve(listener: TcpListener, app: Arc<App>) {
    let router = routes(&app);
    let room = Arc::new(Semaphore::new(app.options.limits.connections.max(1)));
    let mut connections = JoinSet::new();
    loop {
        let accepted = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, place)
        };
        tokio::select! {
            biased;
            () = app.stopped() => break,
            // What is through makes room.
            Some(_) = connections.join_next() => {}
            (accepted, place) = accepted => match accepted {
                Ok((stream, _)) => {
                    let serving = connection(stream, router.clone(), Arc::clone(&app));
                    connections.spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                // No handles left, mostly: wait for some connection to end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
    drop(listener);
    let through = async { while connections.join_next().await.is_some() {} };
    // What is not through by then is dropped, and closed with that.
    let _ = tokio::time::timeout(app.options.limits.grace, through).await;
}

async fn connection(stream: TcpStream, router: Router, app: Arc<App>) {
    let _ = stream.set_nodelay(true);
    let line = Line::default();
    let wire = TokioIo::new(Wire::new(stream, &line));
    let service = {
        let line = line.clone();
        service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(line.clone());
            router.clone().oneshot(request)
        })
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.options.limits.header_time)
        .max_buf_size(1 << 16)
        .serve_connection(wire, service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        biased;
        () = line.ended() => return,
        _ = connection.as_mut() => return,
        () = app.stopped() => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        biased;
        () = line.ended() => {}
        _ = connection => {}
    }
}
