//! The limits of the emulator.

use std::time::{Duration, Instant};

use cxflowc::emulator::{EmulatorLimits, EmulatorOptions};
use reqwest::Method;
use serde_json::json;

use super::support::*;

async fn limited(change: impl FnOnce(&mut EmulatorLimits)) -> Api {
    let mut limits = EmulatorLimits::default();
    change(&mut limits);
    Api::start(EmulatorOptions { limits, ..quick() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_large_is_413_said_beforehand_or_not() {
    let api = limited(|limits| limits.body = 1000).await;
    let id = api.placed(&flow()).await;
    let flow_path = format!("/api/flows/{id}");
    for (method, path) in
        [(Method::POST, "/api/flows"), (Method::PUT, &flow_path), (Method::POST, "/api/events/subscriptions")]
    {
        let request = || api.request(method.clone(), path).header("content-type", "application/json");
        api.send(request().body(vec![b' '; 1001])).await.is(413);
        // As much as is taken is read, and is no JSON.
        api.send(request().body(vec![b' '; 1000])).await.is(400);
    }
    let form = format!("grant_type=client_credentials&more={}", "x".repeat(1 << 16));
    let request = api.token_request().header("content-type", "application/x-www-form-urlencoded");
    api.send(request.body(form)).await.is(413);
    let chunked = format!(
        "POST /api/flows HTTP/1.1\r\nhost: HERE\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n7d0\r\n{}\r\n0\r\n\r\n",
        api.token,
        " ".repeat(2000)
    );
    let heard = api.connect().says(&chunked).hears().unwrap();
    assert!(heard.starts_with("HTTP/1.1 413"), "{heard}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_mebibytes_are_the_usual_most() {
    let api = Api::quick().await;
    let request = |bytes| {
        api.request(Method::POST, "/api/flows")
            .header("content-type", "application/json")
            .body(vec![b' '; bytes])
    };
    api.send(request((64 << 20) + 1)).await.is(413);
    api.send(request(64 << 20)).await.is(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_slow_is_408() {
    let api = limited(|limits| limits.body_time = Duration::from_millis(200)).await;
    let form = "application/x-www-form-urlencoded";
    let id = api.placed(&flow()).await;
    let flow_path = format!("/api/flows/{id}");
    for (method, path, kind) in [
        ("POST", "/api/flows", "application/json"),
        ("PUT", &flow_path, "application/json"),
        ("POST", "/api/events/subscriptions", "application/json"),
        ("POST", "/api/oauth2/token", form),
    ] {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: HERE\r\nauthorization: Bearer {}\r\ncontent-type: {kind}\r\ncontent-length: 10\r\n\r\n{{",
            api.token
        );
        let heard = api.connect().says(&head).hears().unwrap();
        assert!(heard.starts_with("HTTP/1.1 408"), "{heard}");
        assert!(
            heard.contains("connection: close") && heard.contains(r#""error":"request_timeout""#),
            "{heard}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_is_slow_and_a_connection_that_is_idle_are_closed() {
    let api = limited(|limits| limits.header_time = Duration::from_millis(200)).await;
    for text in ["", "GET /api/flows HTTP/1.1\r\nho", "GET /api/nope HTTP/1.1\r\nhost: HERE\r\n\r\n"] {
        let started = Instant::now();
        let _ = api.connect().says(text).hears().unwrap();
        assert!(started.elapsed() < PATIENCE / 2, "{text:?}: {:?}", started.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_token_is_dropped_if_there_are_too_many() {
    let api = limited(|limits| limits.tokens = 2).await;
    let second = api.new_token("").await;
    let third = api.new_token("").await;
    let with = |token: &str| api.bare(Method::GET, "/api/flows").bearer_auth(token);
    api.send(with(&api.token)).await.is(401);
    api.send(with(&second)).await.is(200);
    api.send(with(&third)).await.is(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_flows_and_jobs_are_dropped_if_there_are_too_many() {
    let api = limited(|limits| (limits.flows, limits.jobs) = (2, 3)).await;
    let mut flows = Vec::new();
    for name in ["a", "b", "c", "d"] {
        flows.push(api.placed(&named(name)).await);
    }
    assert_eq!(api.get("/api/flows").await.json()["total"], 2);
    assert_eq!(api.get("/api/jobs").await.json()["total"], 3);
    api.get(&format!("/api/flows/{}", flows[1])).await.is(404);
    api.get(&format!("/api/flows/{}", flows[3])).await.is(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_subscription_is_dropped_if_there_are_too_many() {
    let api = limited(|limits| limits.subscriptions = 2).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(api.subscribed("http://127.0.0.1:9/", &["flow.created"]).await);
    }
    let items = api.get("/api/events/subscriptions").await.json()["items"].clone();
    let left: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(left, [&ids[1], &ids[2]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_flow_is_dropped_if_there_are_too_many_bytes() {
    let mut large = flow();
    large["nodes"][1]["actions"][0]["text"] = json!("x".repeat(1000));
    let most = large.to_string().len() * 5 / 2;
    let api = limited(|limits| limits.kept = most).await;
    for _ in 0..3 {
        api.placed(&large).await;
    }
    assert_eq!(api.get("/api/flows").await.json()["total"], 2);
    // The payloads went from the jobs to the flows.
    assert_eq!(api.get("/api/jobs").await.json()["total"], 3);
}
