//! HTTP as any client speaks it (RFC 9110, RFC 9112).

use std::io::{Read, Write};

use reqwest::Method;

use super::support::*;

fn head(api: &Api, more: &str) -> String {
    format!(
        "POST /api/flows HTTP/1.1\r\nhost: HERE\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\nconnection: close\r\n{more}\r\n",
        api.token
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_is_get_without_a_body() {
    let api = Api::quick().await;
    let get = api.get("/api/flows").await.is(200);
    let head = api.send(api.request(Method::HEAD, "/api/flows")).await.is(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), get.body.len().to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_kept_for_further_requests() {
    let api = Api::quick().await;
    let request = "GET /api/nope HTTP/1.1\r\nhost: HERE\r\n\r\n";
    let last = "GET /api/nope HTTP/1.1\r\nhost: HERE\r\nconnection: close\r\n\r\n";
    let heard = api.connect().says(request).says(request).says(last).hears().unwrap();
    assert_eq!(heard.matches("HTTP/1.1 404").count(), 3, "{heard}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expect_100_continue_is_answered_with_continue() {
    let api = Api::quick().await;
    let body = flow().to_string();
    let more = format!("expect: 100-continue\r\ncontent-length: {}\r\n", body.len());
    let mut raw = api.connect().says(&head(&api, &more));
    let mut line = [0; 25];
    raw.0.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    let heard = raw.says(&body).hears().unwrap();
    assert!(heard.starts_with("HTTP/1.1 201"), "{heard}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_expect_100_continue_needs_no_body() {
    let api = Api::quick().await;
    let text =
        "POST /api/flows HTTP/1.1\r\nhost: HERE\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n";
    let heard = api.connect().says(text).hears().unwrap();
    assert!(heard.starts_with("HTTP/1.1 401"), "{heard}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_may_come_in_chunks() {
    let api = Api::quick().await;
    let mut raw = api.connect().says(&head(&api, "transfer-encoding: chunked\r\n"));
    for chunk in flow().to_string().as_bytes().chunks(17) {
        raw.0.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).unwrap();
        raw.0.write_all(chunk).unwrap();
        raw.0.write_all(b"\r\n").unwrap();
    }
    let heard = raw.says("0\r\n\r\n").hears().unwrap();
    assert!(heard.starts_with("HTTP/1.1 201"), "{heard}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_breaks_off_makes_nothing() {
    let api = Api::quick().await;
    let whole = flow().to_string();
    let raw = api.connect().says(&head(&api, &format!("content-length: {}\r\n", whole.len())));
    drop(raw.says(&whole[..whole.len() / 2]));
    let raw = api.connect().says(&head(&api, "transfer-encoding: chunked\r\n"));
    drop(raw.says(&format!("{:x}\r\n{whole}\r\n", whole.len())));
    assert_eq!(api.get("/api/jobs").await.is(200).json()["total"], 0);
}

/// Whoever is refused before the body was read still gets the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_body_that_nobody_wants_is_read_to_its_end() {
    let api = Api::quick().await;
    for _ in 0..5 {
        let request = api.bare(Method::POST, "/api/flows").header("content-type", "application/json");
        api.send(request.body(vec![b' '; 8 << 20])).await.is(401);
        api.send(api.request(Method::POST, "/api/nope").body(vec![b' '; 8 << 20])).await.is(404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_content_type_is_read_as_it_is_meant() {
    let api = Api::quick().await;
    let with = |kind: &str| {
        api.request(Method::POST, "/api/flows").header("content-type", kind).body(flow().to_string())
    };
    for kind in [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/vnd.house+json",
    ] {
        api.send(with(kind)).await.is(201);
    }
    for kind in
        ["text/plain", "application/json; charset=latin1", "application/x-www-form-urlencoded", "json"]
    {
        api.send(with(kind)).await.is(415);
    }
    api.send(api.request(Method::POST, "/api/flows").body(flow().to_string())).await.is(415);
    api.send(with("application/json").header("content-encoding", "gzip")).await.is(415);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_http_ends_only_its_own_connection() {
    let api = Api::quick().await;
    for noise in ["nonsense\r\n\r\n", "GET\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET / HTTP/1.1\r\nhost\r\n\r\n"] {
        let heard = api.connect().says(noise).hears().unwrap();
        assert!(heard.starts_with("HTTP/1.1 400"), "{noise:?}: {heard}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nhost: HERE\r\n\r\n", "x".repeat(100_000));
    let mut raw = api.connect();
    // It may have closed before everything is sent.
    let _ = raw.0.write_all(long.as_bytes());
    let heard = raw.hears().unwrap_or_default();
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{heard}");
    api.get("/api/flows").await.is(200);
}
