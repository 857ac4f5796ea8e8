//! Subscriptions: taken, shown without their secret, ended.

use serde_json::{Value, json};

use super::support::*;

const PATH: &str = "/api/events/subscriptions";

#[tokio::test]
async fn a_subscription_is_shown_without_its_secret() {
    let api = Api::quick().await;
    let body = json!({"url": "https://example.com/hook", "event_types": ["flow.created", "flow.deleted"], "secret": SECRET});
    let answer = api.send(api.post(PATH, &body)).await.is(201);
    let made = answer.json();
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), path);
    assert_eq!(made["url"], "https://example.com/hook");
    assert_eq!(made["event_types"], json!(["flow.created", "flow.deleted"]));
    let listed = api.get(PATH).await.is(200);
    assert_eq!(listed.json()["items"], json!([made]));
    assert_eq!(api.get(&path).await.is(200).json(), made);
    for answer in [answer, listed] {
        assert!(!String::from_utf8(answer.body).unwrap().contains(SECRET));
    }
    api.delete(&path).await.is(204);
    api.delete(&path).await.is(404);
    assert_eq!(api.get(PATH).await.json()["total"], 0);
}

#[tokio::test]
async fn deliveries_go_by_https_or_to_this_machine() {
    let api = Api::quick().await;
    let with = |url: &str| json!({"url": url, "event_types": ["flow.created"], "secret": SECRET});
    for url in [
        "https://example.com/hook",
        "http://127.0.0.1:9/hook",
        "http://127.9.9.9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "HTTP://LOCALHOST/",
    ] {
        api.send(api.post(PATH, &with(url))).await.is(201);
    }
    for url in [
        "http://example.com/hook",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://10.0.0.1/",
        "https://user:password@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "hook",
        "",
        &format!("https://example.com/{}", "x".repeat(2048)),
    ] {
        let answer = api.send(api.post(PATH, &with(url))).await.is(422);
        assert_eq!(answer.errors(), [("url".to_owned(), None)], "{url}");
    }
}

#[tokio::test]
async fn errors_of_a_subscription_are_named_without_its_secret() {
    let api = Api::quick().await;
    let codes = async |body: Value| {
        let answer = api.send(api.post(PATH, &body)).await.is(422);
        assert!(!String::from_utf8_lossy(&answer.body).contains("hush"), "{answer:?}");
        answer.errors().into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    let url = "https://example.com/";
    let events = json!(["flow.created"]);
    assert_eq!(codes(json!({"url": url, "event_types": [], "secret": "hush"})).await, ["event_types"]);
    assert_eq!(
        codes(json!({"url": url, "event_types": ["flow.moved"], "secret": "hush"})).await,
        ["event_types"]
    );
    assert_eq!(codes(json!({"url": url, "event_types": events, "secret": ""})).await, ["secret"]);
    assert_eq!(
        codes(json!({"url": "x", "event_types": [], "secret": ""})).await,
        ["url", "event_types", "secret"]
    );
    assert_eq!(codes(json!({"url": url, "event_types": events})).await, ["shape"]);
    assert_eq!(codes(json!({"url": url, "event_types": "hush", "secret": "hush"})).await, ["shape"]);
    assert_eq!(codes(json!({"url": url, "event_types": events, "secret": "s", "hush": 1})).await, ["shape"]);
}
