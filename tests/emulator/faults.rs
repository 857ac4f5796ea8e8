//! Faults on request.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::time::Duration;

use cxflowc::emulator::{EmulatorLimits, EmulatorOptions, Faults};
use reqwest::{Client, Method};

use super::support::*;

fn faulty(faults: &str) -> EmulatorOptions {
    EmulatorOptions { faults: faults.parse().unwrap(), ..quick() }
}

async fn always(fault: &str) -> Api {
    Api::without_token(faulty(&format!("{fault}:1"))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_is_answered_as_json() {
    for status in [400, 401, 404, 429, 500, 502, 503, 504, 599] {
        let api = always(&status.to_string()).await;
        let answer = api.get("/api/flows").await.is(status);
        assert_eq!(answer.json()["error"], "fault");
        assert_eq!(answer.headers.contains_key("retry-after"), status == 429 || status == 503, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_after_is_a_second_as_a_number_or_as_a_date() {
    let api = always("429").await;
    let (mut numbers, mut dates) = (0, 0);
    for _ in 0..40 {
        let answer = api.get("/api/flows").await.is(429);
        let given = answer.header("retry-after");
        if given == "1" {
            numbers += 1;
        } else {
            let date = httpdate::parse_http_date(given).unwrap();
            let now = httpdate::parse_http_date(answer.header("date")).unwrap();
            let wait = date.duration_since(now).unwrap();
            assert!((1..=2).contains(&wait.as_secs()), "{wait:?}");
            dates += 1;
        }
    }
    assert!(numbers > 5 && dates > 5, "{numbers} numbers, {dates} dates");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reset_resets_the_connection() {
    let api = always("reset").await;
    let mut raw = api.connect().says("GET /api/flows HTTP/1.1\r\nhost: HERE\r\n\r\n");
    assert_eq!(raw.hears().unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_gives_headers_and_half_a_body() {
    let api = always("cut").await;
    let heard = api.connect().says("GET /api/flows HTTP/1.1\r\nhost: HERE\r\n\r\n").hears().unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 "), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert_eq!(body.len(), length.parse::<usize>().unwrap() / 2);
    assert!(api.try_send(api.bare(Method::GET, "/api/flows")).await.is_err());
    // Where there is no body there is no answer.
    assert_eq!(api.connect().says("HEAD /api/flows HTTP/1.1\r\nhost: HERE\r\n\r\n").hears().unwrap(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn html_is_a_page_where_json_was_due() {
    let api = always("html").await;
    let answer = api.get("/api/flows").await.is(200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.body.starts_with(b"<!DOCTYPE html>"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_says_nothing_until_the_client_goes() {
    let limits = EmulatorLimits { connections: 1, ..EmulatorLimits::default() };
    let api = Api::without_token(EmulatorOptions { limits, ..faulty("hang:1") }).await;
    let mut hung = api.connect().says("GET /api/flows HTTP/1.1\r\nhost: HERE\r\n\r\n");
    hung.0.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut byte = [0];
    let kind = hung.0.read(&mut byte).unwrap_err().kind();
    assert!(matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{kind}");
    // Its place is the only one, and free once it is gone.
    drop(hung);
    let heard = api
        .connect()
        .says("GET /api/openapi.yaml HTTP/1.1\r\nhost: HERE\r\nconnection: close\r\n\r\n")
        .hears();
    assert!(heard.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_description_is_spared() {
    let api = always("reset").await;
    api.send(api.bare(Method::GET, "/api/openapi.yaml")).await.is(200);
}

/// Sends until there is an answer of success.
async fn insist(api: &Api, client: &Client, method: Method, path: &str, key: &str) -> serde_json::Value {
    for _ in 0..200 {
        let mut request = client.request(method.clone(), format!("{}{path}", api.emulator.base_url()));
        request = match path {
            "/api/oauth2/token" => request
                .basic_auth(api.emulator.client_id(), Some(api.secret()))
                .form(&[("grant_type", "client_credentials")]),
            _ => request.bearer_auth(&api.token),
        };
        if method == Method::POST && path == "/api/flows" {
            request = request
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .body(named(key).to_string());
        }
        let Ok(response) = request.send().await else { continue };
        if !response.status().is_success() {
            continue;
        }
        let Ok(bytes) = response.bytes().await else { continue };
        if let Ok(value) = serde_json::from_slice(&bytes) {
            return value;
        }
    }
    panic!("{method} {path} never succeeds")
}

/// What leaves a client in the dark comes before the request is carried out, and after; with a key
/// nothing is made twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unclear_faults_happen_before_and_after_the_request_is_carried_out() {
    for fault in ["500", "502", "504", "reset", "cut", "hang"] {
        let (options, lines) = logged(faulty(&format!("{fault}:0.5")));
        let mut api = Api::without_token(options).await;
        let client = Client::builder().no_proxy().timeout(Duration::from_millis(400)).build().unwrap();
        let token = insist(&api, &client, Method::POST, "/api/oauth2/token", "").await;
        api.token = token["access_token"].as_str().unwrap().to_owned();
        let mut jobs = BTreeSet::new();
        for number in 0..12 {
            let job = insist(&api, &client, Method::POST, "/api/flows", &format!("k{number}")).await;
            jobs.insert(job["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(jobs.len(), 12, "{fault}");
        let listed = insist(&api, &client, Method::GET, "/api/jobs", "").await;
        assert_eq!(listed["total"], 12, "{fault}");
        let lines = lines.lock().unwrap();
        for when in ["after", "instead of"] {
            let said = format!("POST /api/flows {fault} ({when} being carried out)");
            assert!(lines.iter().any(|line| line.starts_with(&said)), "{said}: {lines:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_below_500_and_a_page_come_instead() {
    for fault in ["409", "429", "html"] {
        let (options, lines) = logged(faulty(&format!("{fault}:0.5")));
        let mut api = Api::without_token(options).await;
        let client = Client::builder().no_proxy().build().unwrap();
        let token = insist(&api, &client, Method::POST, "/api/oauth2/token", "").await;
        api.token = token["access_token"].as_str().unwrap().to_owned();
        let mut made = 0;
        for _ in 0..20 {
            made += i32::from(api.send(api.post("/api/flows", &flow())).await.status == 201);
        }
        assert!((1..20).contains(&made));
        assert_eq!(insist(&api, &client, Method::GET, "/api/jobs", "").await["total"], made);
        assert!(!lines.lock().unwrap().iter().any(|line| line.contains("(after being carried out)")));
    }
}

#[test]
fn a_specification_that_is_none_says_what_to_write() {
    for (text, said) in [
        ("", "`` has no share: write FAULT:SHARE, as in 502:0.1"),
        ("502", "`502` has no share: write FAULT:SHARE, as in 502:0.1"),
        ("502:0.1,", "`` has no share: write FAULT:SHARE, as in 502:0.1"),
        ("rest:0.1", "`rest` is not a fault: write a status such as 502, or reset, cut, html or hang"),
        ("200:0.1", "200 is not a fault: write a status from 400 to 599"),
        ("600:0.1", "600 is not a fault: write a status from 400 to 599"),
        ("502:x", "`x` is not a share of 502: write a number from 0 to 1, as in 0.1"),
        ("502:NaN", "`NaN` is not a share of 502: write a number from 0 to 1, as in 0.1"),
        ("502:-0.1", "`-0.1` is not a share of 502: write a number from 0 to 1, as in 0.1"),
        ("502:20", "`20` is not a share of 502: write a number from 0 to 1, as in 0.1"),
        ("502:0.1,502:0.2", "502 is given twice"),
        ("502:0.6,reset:0.6", "the shares add up to 1.20, which is more than 1"),
    ] {
        assert_eq!(text.parse::<Faults>(), Err(said.to_owned()), "{text}");
    }
    let tenths = (500..510).map(|status| format!("{status}:0.1")).collect::<Vec<_>>().join(", ");
    assert!(tenths.parse::<Faults>().is_ok());
}

/// Shares are kept, more or less.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shares_are_kept() {
    let api = Api::without_token(faulty("502:0.2,503:0.1")).await;
    let mut seen = [0; 3];
    for _ in 0..1000 {
        let index = match api.get("/api/flows").await.status {
            502 => 0,
            503 => 1,
            _ => 2,
        };
        seen[index] += 1;
    }
    assert!((150..250).contains(&seen[0]) && (65..135).contains(&seen[1]), "{seen:?}");
}

/// Latency is waited for, within its range.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_wait_as_long_as_the_latency_says() {
    let latency = Duration::from_millis(60)..=Duration::from_millis(90);
    let api = Api::without_token(EmulatorOptions { latency, ..quick() }).await;
    for _ in 0..5 {
        let started = std::time::Instant::now();
        api.get("/api/flows").await.is(401);
        assert!(started.elapsed() >= Duration::from_millis(60), "{:?}", started.elapsed());
    }
}
