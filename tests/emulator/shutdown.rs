//! How the emulator ends.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use cxflowc::emulator::{EmulatorLimits, EmulatorOptions};

use super::support::*;

fn address(api: &Api) -> String {
    api.emulator.base_url().strip_prefix("http://").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shutdown_refuses_connections_and_frees_the_port() {
    let api = Api::quick().await;
    let address = address(&api);
    let idle = api.connect();
    let started = Instant::now();
    api.emulator.stop().await;
    // A connection that nothing is asked on is not waited for.
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(TcpStream::connect(&address).is_err());
    // One that was not taken yet is reset.
    assert_eq!({ idle }.hears().unwrap_or_default(), "");
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let again = Api::quick_at(port).await;
    again.get("/api/flows").await.is(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_answered() {
    let wait = Duration::from_millis(500);
    let (options, lines) = logged(EmulatorOptions { latency: wait..=wait, ..quick() });
    let api = Api::without_token(options).await;
    let mut raw = api.connect().says("GET /api/nope HTTP/1.1\r\nhost: HERE\r\n\r\n");
    // It has been taken once it waits.
    tokio::time::sleep(wait / 5).await;
    assert!(lines.lock().unwrap().is_empty());
    api.emulator.stop().await;
    assert!(raw.hears().unwrap().starts_with("HTTP/1.1 404"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_takes_too_long_is_not_waited_for() {
    let limits = EmulatorLimits { grace: Duration::from_millis(200), ..EmulatorLimits::default() };
    let latency = PATIENCE * 10..=PATIENCE * 10;
    let api = Api::without_token(EmulatorOptions { limits, latency, ..quick() }).await;
    let mut raw = api.connect().says("GET /api/nope HTTP/1.1\r\nhost: HERE\r\n\r\n");
    let started = Instant::now();
    api.emulator.stop().await;
    assert!(started.elapsed() < PATIENCE / 2, "{:?}", started.elapsed());
    assert_eq!(raw.hears().unwrap_or_default(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_ends_requests_that_hang() {
    let api = Api::without_token(EmulatorOptions { faults: "hang:1".parse().unwrap(), ..quick() }).await;
    let mut raw = api.connect().says("GET /api/flows HTTP/1.1\r\nhost: HERE\r\n\r\n");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    api.emulator.stop().await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(raw.hears().unwrap(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_and_deliveries_that_wait_are_not_waited_for() {
    let api = Api::start(EmulatorOptions { job_time: PATIENCE * 10, ..quick() }).await;
    api.send(api.post("/api/flows", &flow())).await.is(201);
    let started = Instant::now();
    api.emulator.stop().await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_the_emulator_stops_it() {
    let api = Api::quick().await;
    let address = address(&api);
    drop(api);
    let until = Instant::now() + PATIENCE;
    while TcpStream::connect(&address).is_ok() {
        assert!(Instant::now() < until, "it still listens");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_is_taken_is_an_error() {
    let api = Api::quick().await;
    let port = address(&api).rsplit(':').next().unwrap().parse().unwrap();
    let error = cxflowc::emulator::Emulator::start(EmulatorOptions { port, ..quick() }).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}
