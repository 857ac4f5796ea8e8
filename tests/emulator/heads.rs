//! Heads of requests: as large as is documented, and with one length for a body.

use std::io::Write;

use super::support::*;

/// What is heard after a text that may be refused before all of it is sent.
fn hears(api: &Api, text: &str) -> String {
    let mut raw = api.connect();
    let here = raw.0.peer_addr().unwrap().to_string();
    let _ = raw.0.write_all(text.replace("HERE", &here).as_bytes());
    raw.hears().unwrap()
}

#[track_caller]
fn is(heard: &str, status: &str, error: &str) {
    assert!(heard.starts_with(&format!("HTTP/1.1 {status} ")), "{heard}");
    let body: serde_json::Value = serde_json::from_str(heard.split("\r\n\r\n").nth(1).unwrap())
        .unwrap_or_else(|why| panic!("{why}: {heard}"));
    assert_eq!(body["error"], error, "{heard}");
    assert!(heard.contains("connection: close"), "{heard}");
}

fn get(more: &str) -> String {
    format!("GET /api/openapi.yaml HTTP/1.1\r\nhost: HERE\r\nconnection: close\r\n{more}\r\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_headers_than_are_taken_are_431_with_a_body() {
    let api = Api::quick().await;
    let many = |number: usize| (0..number).map(|n| format!("x-{n}: y\r\n")).collect::<String>();
    // Two are there besides.
    assert!(hears(&api, &get(&many(98))).starts_with("HTTP/1.1 200"));
    for number in [99, 100, 150, 1000, 5000] {
        is(&hears(&api, &get(&many(number))), "431", "headers_too_large");
    }
    let long = |bytes: usize| format!("x: {}\r\n", "y".repeat(bytes));
    assert!(hears(&api, &get(&long(16_000))).starts_with("HTTP/1.1 200"));
    for bytes in [17_000, 60_000, 65_536, 100_000, 1_000_000] {
        is(&hears(&api, &get(&long(bytes))), "431", "headers_too_large");
    }
    // Each is short enough, and all of them together are too long.
    assert!(hears(&api, &get(&long(15_000).repeat(4))).starts_with("HTTP/1.1 200"));
    for times in [5, 20] {
        is(&hears(&api, &get(&long(15_000).repeat(times))), "431", "headers_too_large");
    }
    // One without an end.
    is(&hears(&api, &format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(200_000))), "431", "headers_too_large");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_too_long_is_414_with_a_body() {
    let api = Api::quick().await;
    for bytes in [8_200, 20_000] {
        let text = format!("GET /{} HTTP/1.1\r\nhost: HERE\r\n\r\n", "x".repeat(bytes));
        is(&hears(&api, &text), "414", "uri_too_long");
    }
    let fine = format!("GET /{} HTTP/1.1\r\nhost: HERE\r\nconnection: close\r\n\r\n", "x".repeat(8_000));
    assert!(hears(&api, &fine).starts_with("HTTP/1.1 404"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_without_one_clear_length_is_400_and_makes_nothing() {
    let api = Api::quick().await;
    let body = flow().to_string();
    let length = body.len();
    let chunked = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    let plain = body.as_str();
    let cases: Vec<(String, &str)> = vec![
        (format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"), &chunked),
        (format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"), &chunked),
        (format!("Transfer-Encoding: Chunked\r\nX: y\r\nContent-LENGTH: {length}\r\n"), &chunked),
        (format!("content-length: {length}\r\ncontent-length: {length}\r\n"), plain),
        (format!("content-length: {length}\r\ncontent-length: 1\r\n"), plain),
        (format!("content-length: {length}, {length}\r\n"), plain),
        ("content-length: -1\r\n".to_owned(), plain),
        (format!("content-length: +{length}\r\n"), plain),
        ("content-length: 0x10\r\n".to_owned(), plain),
        ("content-length: 1 0\r\n".to_owned(), plain),
        ("content-length: 99999999999999999999999\r\n".to_owned(), plain),
        ("content-length: ten\r\n".to_owned(), plain),
        ("content-length:\r\n".to_owned(), plain),
        ("transfer-encoding: gzip\r\n".to_owned(), plain),
        ("transfer-encoding: chunked, gzip\r\n".to_owned(), plain),
        ("transfer-encoding: identity\r\n".to_owned(), plain),
        ("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n".to_owned(), &chunked),
        (format!("content-length : {length}\r\n"), plain),
        (format!(" content-length: {length}\r\n"), plain),
        // Chunks that are none.
        ("transfer-encoding: chunked\r\n".to_owned(), "x\r\n{}\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n".to_owned(), "-2\r\n{}\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n".to_owned(), "2\r\n{}x\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n".to_owned(), "fffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n".to_owned(), "\r\n{}\r\n0\r\n\r\n"),
    ];
    for (headers, body) in cases {
        let text = format!(
            "POST /api/flows HTTP/1.1\r\nhost: HERE\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n{headers}\r\n{body}",
            api.token
        );
        let heard = hears(&api, &text);
        assert!(heard.starts_with("HTTP/1.1 400 ") && heard.contains("bad_request"), "{headers:?}: {heard}");
    }
    assert_eq!(api.get("/api/jobs").await.is(200).json()["total"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_request_is_answered_with_a_body() {
    let api = Api::quick().await;
    for noise in ["nonsense\r\n\r\n", "GET\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET / HTTP/1.1\r\nhost\r\n\r\n"] {
        is(&hears(&api, noise), "400", "bad_request");
    }
    api.get("/api/flows").await.is(200);
}
