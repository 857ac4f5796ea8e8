//! Limits and faults of the tenant's part.

use std::time::Duration;

use cxflowc::emulator::{EmulatorLimits, EmulatorOptions};
use reqwest::Method;
use serde_json::json;

use super::studio_support::*;
use super::support::quick;

async fn limited(change: impl FnOnce(&mut EmulatorLimits)) -> Tenant {
    let mut limits = EmulatorLimits::default();
    change(&mut limits);
    Tenant::start(EmulatorOptions { limits, ..quick() }).await
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413() {
    let tenant = limited(|limits| limits.body = 1000).await;
    for (method, path) in [
        (Method::POST, "/scripts"),
        (Method::POST, "/files"),
        (Method::DELETE, "/files"),
        (Method::PUT, "/skills/2001"),
        (Method::PUT, "/skills/2001/parameters/retry-settings"),
    ] {
        let request = || tenant.request(method.clone(), path).header("content-type", "application/json");
        tenant.send(request().body(vec![b' '; 1001])).await.is(413);
        tenant.send(request().body(vec![b' '; 1000])).await.is(400);
    }
    let form = format!("grant_type=password&more={}", "x".repeat(1 << 16));
    let request = tenant.bare(Method::POST, "/auth/token");
    let kind = "application/x-www-form-urlencoded";
    tenant.send(request.header("content-type", kind).body(form)).await.is(413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_arrive_is_408() {
    let tenant = limited(|limits| limits.body_time = Duration::from_millis(100)).await;
    let slow = || reqwest::Body::wrap(Never);
    let request = tenant.request(Method::POST, "/scripts").header("content-type", "application/json");
    tenant.send(request.body(slow())).await.is(408);
    let kind = "application/x-www-form-urlencoded";
    let request = tenant.bare(Method::POST, "/auth/token").header("content-type", kind);
    tenant.send(request.body(slow())).await.is(408);
}

/// A body of which nothing ever comes.
struct Never;

impl hyper::body::Body for Never {
    type Data = hyper::body::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn the_oldest_scripts_files_and_tokens_are_dropped_if_there_are_too_many() {
    let mut tenant = limited(|limits| (limits.flows, limits.tokens) = (3, 1)).await;
    for name in ["One", "Two", "Three"] {
        assert_saved(&tenant.save(&script(name)).await);
    }
    tenant.get(r"/scripts?scriptPath=Samples\Library").await.is(404);
    tenant.get("/scripts?scriptPath=One").await.is(200);
    let file = json!({ "fileName": "new.wav", "file": "" });
    tenant.with_json(Method::POST, "/files", &file).await.is(200);
    tenant.get("/files?fileName=greeting.wav").await.is(400);
    let old = tenant.token.clone();
    tenant.token = tenant.signed_in(&tenant.key()).await["access_token"].as_str().unwrap().to_owned();
    tenant.get("/business-unit").await.is(200);
    tenant.token = old;
    tenant.get("/business-unit").await.is(401);
}

#[tokio::test]
async fn the_oldest_versions_of_a_script_are_dropped_if_they_have_too_many_bytes() {
    let most = script("Large").to_string().len() * 5 / 2;
    let tenant = limited(|limits| limits.kept = most).await;
    for _ in 0..4 {
        assert_saved(&tenant.save(&script("Large")).await);
    }
    let history = tenant.get("/scripts/historyByName?scriptPath=Large").await.is(200).json();
    assert_eq!(history["versions"].as_array().unwrap().len(), 2);
}

#[track_caller]
fn assert_saved(answer: &super::support::Answer) {
    assert!(answer.status < 300, "{}", String::from_utf8_lossy(&answer.body));
}

#[tokio::test]
async fn faults_come_here_as_well_but_not_in_the_description() {
    let options = EmulatorOptions { faults: "503:0.4,html:0.4".parse().unwrap(), ..quick() };
    let tenant = Tenant::without_token(options).await;
    let mut statuses = std::collections::BTreeSet::new();
    for _ in 0..40 {
        let request = tenant.bare(Method::GET, "/.well-known/openid-configuration");
        statuses.insert(tenant.send(request).await.status);
        tenant.send(tenant.bare(Method::GET, "/api/studio-openapi.yaml")).await.is(200);
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [200, 503]);
}
