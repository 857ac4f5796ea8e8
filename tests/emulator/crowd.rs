//! Many connections that send nothing, or not enough.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use cxflowc::emulator::{EmulatorLimits, EmulatorOptions};

use super::support::*;

/// How many connections try to keep the others away.
const MANY: usize = 1000;

fn address(api: &Api) -> String {
    api.emulator.base_url().strip_prefix("http://").unwrap().to_owned()
}

/// Both ends of each connection are in this process.
fn with_files_for_many() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit).unwrap();
    }
}

/// As many connections, each of which has sent a text.
fn crowd(api: &Api, text: &str) -> Vec<TcpStream> {
    let address = address(api);
    let text = text.replace("HERE", &address);
    (0..MANY)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            let _ = stream.write_all(text.as_bytes());
            stream
        })
        .collect()
}

/// A client that comes anew is served at once, and so is one that keeps its connection.
async fn serves_in_time(api: &Api) {
    for _ in 0..5 {
        let started = Instant::now();
        let heard = api
            .connect()
            .says("GET /api/nope HTTP/1.1\r\nhost: HERE\r\nconnection: close\r\n\r\n")
            .hears()
            .unwrap();
        assert!(heard.starts_with("HTTP/1.1 404"), "{heard}");
        api.get("/api/flows").await.is(200);
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_that_say_nothing_delay_nobody() {
    with_files_for_many();
    let api = Api::quick().await;
    let held = crowd(&api, "");
    serves_in_time(&api).await;
    drop(held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_that_stop_within_the_headers_delay_nobody() {
    with_files_for_many();
    let api = Api::quick().await;
    let mut held = crowd(&api, "GET /api/flows HTTP/1.1\r\nhost: HERE\r\nx: ");
    // They trickle.
    for _ in 0..3 {
        for stream in &mut held {
            let _ = stream.write_all(b"y");
        }
        serves_in_time(&api).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_that_stop_within_the_body_delay_nobody() {
    with_files_for_many();
    let api = Api::quick().await;
    let head = "POST /api/oauth2/token HTTP/1.1\r\nhost: HERE\r\ncontent-length: 1000\r\n\r\ngrant";
    let held = crowd(&api, head);
    serves_in_time(&api).await;
    drop(held);
    let wrong = "POST /api/flows HTTP/1.1\r\nhost: example.com\r\ncontent-length: 1000\r\n\r\nx";
    let _held = crowd(&api, wrong);
    serves_in_time(&api).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_that_are_kept_after_an_answer_delay_nobody() {
    with_files_for_many();
    let api = Api::quick().await;
    let _held = crowd(&api, "GET /api/nope HTTP/1.1\r\nhost: HERE\r\n\r\n");
    serves_in_time(&api).await;
}

async fn limited(change: impl FnOnce(&mut EmulatorOptions)) -> Api {
    let mut options = quick();
    change(&mut options);
    Api::start(options).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connection_that_is_idle_longest_makes_room() {
    let api =
        limited(|options| options.limits = EmulatorLimits { connections: 3, ..EmulatorLimits::default() })
            .await;
    // The client's own connection is one of the three, and the oldest.
    let mut first = api.connect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut second = api.connect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    api.get("/api/flows").await.is(200);
    let request = "GET /api/nope HTTP/1.1\r\nhost: HERE\r\nconnection: close\r\n\r\n";
    assert!(api.connect().says(request).hears().unwrap().starts_with("HTTP/1.1 404"));
    assert_eq!(first.hears().unwrap(), "");
    second = second.says(request);
    assert!(second.hears().unwrap().starts_with("HTTP/1.1 404"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_carried_out_are_not_ended_to_make_room() {
    let slow = Duration::from_millis(500);
    let api = limited(|options| {
        options.limits = EmulatorLimits { connections: 2, ..EmulatorLimits::default() };
        options.latency = slow..=slow;
    })
    .await;
    let request = "GET /api/nope HTTP/1.1\r\nhost: HERE\r\nconnection: close\r\n\r\n";
    let mut all: Vec<_> = (0..6).map(|_| api.connect().says(request)).collect();
    for raw in &mut all {
        assert!(raw.hears().unwrap().starts_with("HTTP/1.1 404"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_reads_nothing_is_closed() {
    let api = limited(|options| options.limits.body_time = Duration::from_millis(300)).await;
    let mut deaf = TcpStream::connect(address(&api)).unwrap();
    deaf.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    let request = format!("GET /api/openapi.yaml HTTP/1.1\r\nhost: {}\r\n\r\n", address(&api));
    // It asks until nothing is taken any more, and then for long enough to be closed.
    let until = Instant::now() + PATIENCE;
    while deaf.write_all(request.as_bytes()).is_ok() {
        assert!(Instant::now() < until, "nobody closes it");
    }
}
