//! Events, as a receiver gets them.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{any, post};
use cxflowc::emulator::{EmulatorLimits, EmulatorOptions};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use super::description::Description;
use super::support::*;

#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    /// What the first deliveries are answered, in order; the others are taken.
    answers: Arc<Mutex<Vec<u16>>>,
    slow: bool,
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    receiver.got.lock().unwrap().push((headers, body));
    let next = {
        let mut answers = receiver.answers.lock().unwrap();
        if answers.is_empty() { 204 } else { answers.remove(0) }
    };
    if receiver.slow && next != 204 {
        tokio::time::sleep(PATIENCE).await;
    }
    (StatusCode::from_u16(next).unwrap(), [("location", "/elsewhere")])
}

impl Receiver {
    fn answering(answers: &[u16]) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.to_vec())), ..Self::default() }
    }

    async fn listens(&self) -> String {
        self.listens_at(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn listens_at(&self, listener: TcpListener) -> String {
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/hook", post(receive))
            .route("/elsewhere", any(receive))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    /// Waits for so many deliveries.
    async fn has(&self, number: usize) -> Vec<(HeaderMap, Bytes)> {
        let until = Instant::now() + PATIENCE;
        loop {
            let got = self.got.lock().unwrap().clone();
            if got.len() >= number {
                return got;
            }
            assert!(Instant::now() < until, "{} of {number} deliveries", got.len());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

/// A delivery that is as described, and signed.
#[track_caller]
fn checked((headers, body): &(HeaderMap, Bytes)) -> Value {
    let event: Value = serde_json::from_slice(body).unwrap();
    let found = Description::get().against(&json!({"$ref": "#/components/schemas/Event"}), &event);
    assert!(found.is_empty(), "{event}: {found:?}");
    assert_eq!(header(headers, "content-type"), "application/json");
    assert_eq!(header(headers, "x-cxone-event"), event["type"]);
    assert_eq!(header(headers, "x-cxone-delivery"), event["id"]);
    event["time"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let timestamp = header(headers, "x-cxone-timestamp");
    let age = jiff::Timestamp::now().as_second() - timestamp.parse::<i64>().unwrap();
    assert!((0..60).contains(&age), "{age}");
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(header(headers, "x-cxone-signature"), format!("sha256={digits}"));
    event
}

fn eager() -> EmulatorOptions {
    let limits = EmulatorLimits {
        delivery_pause: Duration::from_millis(10),
        delivery_time: Duration::from_millis(500),
        ..EmulatorLimits::default()
    };
    EmulatorOptions { limits, ..quick() }
}

const ALL: [&str; 3] = ["flow.created", "flow.updated", "flow.deleted"];

#[tokio::test]
async fn creation_update_and_deletion_are_delivered_signed() {
    let receiver = Receiver::default();
    let api = Api::start(eager()).await;
    api.subscribed(&receiver.listens().await, &ALL).await;

    let job = api.hand_over(&named("A")).await;
    let flow = job["flow_id"].as_str().unwrap();
    let created = checked(&receiver.has(1).await[0]);
    assert_eq!(created["type"], "flow.created");
    assert_eq!(created["data"], json!({"flow_id": flow, "name": "A", "job_id": job["id"]}));

    let path = format!("/api/flows/{flow}");
    let update = api.send(api.with_json(Method::PUT, &path, &named("B"))).await.is(201).json();
    let updated = checked(&receiver.has(2).await[1]);
    assert_eq!(updated["type"], "flow.updated");
    assert_eq!(updated["data"], json!({"flow_id": flow, "name": "B", "job_id": update["id"]}));

    api.delete(&path).await.is(204);
    let deleted = checked(&receiver.has(3).await[2]);
    assert_eq!(deleted["type"], "flow.deleted");
    assert_eq!(deleted["data"], json!({"flow_id": flow, "name": "B"}));
}

#[tokio::test]
async fn everyone_hears_of_what_they_subscribed_to() {
    let (some, others) = (Receiver::default(), Receiver::default());
    let api = Api::start(eager()).await;
    let ended = api.subscribed(&some.listens().await, &["flow.deleted"]).await;
    api.subscribed(&others.listens().await, &["flow.created", "flow.deleted"]).await;
    let flow = api.placed(&flow()).await;
    others.has(1).await;
    api.delete(&format!("/api/flows/{flow}")).await.is(204);
    others.has(2).await;
    assert_eq!(checked(&some.has(1).await[0])["type"], "flow.deleted");
    // Whoever has unsubscribed hears no more.
    api.delete(&format!("/api/events/subscriptions/{ended}")).await.is(204);
    let flow = api.placed(&named("Again")).await;
    api.delete(&format!("/api/flows/{flow}")).await.is(204);
    others.has(4).await;
    assert_eq!(some.got.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_job_that_fails_is_no_event() {
    let receiver = Receiver::default();
    let api = Api::start(eager()).await;
    api.subscribed(&receiver.listens().await, &ALL).await;
    let mut wrong = flow();
    wrong["entry_node"] = "nope".into();
    assert_eq!(api.hand_over(&wrong).await["status"], "failed");
    api.placed(&flow()).await;
    assert_eq!(checked(&receiver.has(1).await[0])["type"], "flow.created");
}

#[tokio::test]
async fn a_rejected_delivery_is_sent_again_as_the_same_delivery() {
    let receiver = Receiver::answering(&[500, 404, 302]);
    let api = Api::start(eager()).await;
    api.subscribed(&receiver.listens().await, &ALL).await;
    api.placed(&flow()).await;
    let got = receiver.has(4).await;
    let first = checked(&got[0]);
    for delivery in &got {
        assert_eq!(checked(delivery), first);
    }
}

#[tokio::test]
async fn a_delivery_is_given_up_after_five_retries_with_growing_pauses() {
    let receiver = Receiver::answering(&[500; 100]);
    let (options, lines) = logged(eager());
    let api = Api::start(options).await;
    api.subscribed(&receiver.listens().await, &ALL).await;
    let started = Instant::now();
    api.placed(&flow()).await;
    receiver.has(6).await;
    // 10 + 20 + 40 + 80 + 160 ms.
    assert!(started.elapsed() >= Duration::from_millis(310), "{:?}", started.elapsed());
    let until = Instant::now() + PATIENCE;
    while !lines.lock().unwrap().iter().any(|line| line.ends_with("attempt 6: 500")) {
        assert!(Instant::now() < until, "{:?}", lines.lock().unwrap());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // A seventh would come after 320 ms.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(receiver.got.lock().unwrap().len(), 6);
}

#[tokio::test]
async fn an_event_without_an_answer_is_delivered_again() {
    let receiver = Receiver { slow: true, ..Receiver::answering(&[200]) };
    let api = Api::start(eager()).await;
    api.subscribed(&receiver.listens().await, &ALL).await;
    api.placed(&flow()).await;
    receiver.has(2).await;
}

#[tokio::test]
async fn a_receiver_that_comes_late_gets_it() {
    let place = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = place.local_addr().unwrap();
    drop(place);
    let mut options = eager();
    options.limits.delivery_pause = Duration::from_millis(100);
    let (options, lines) = logged(options);
    let api = Api::start(options).await;
    api.subscribed(&format!("http://{address}/hook"), &ALL).await;
    api.placed(&flow()).await;
    let until = Instant::now() + PATIENCE;
    while !lines.lock().unwrap().iter().any(|line| line.ends_with("attempt 1: no connection")) {
        assert!(Instant::now() < until, "{:?}", lines.lock().unwrap());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let receiver = Receiver::default();
    receiver.listens_at(TcpListener::bind(address).await.unwrap());
    checked(&receiver.has(1).await[0]);
}

#[tokio::test]
async fn deliveries_beyond_the_most_are_dropped() {
    let receiver = Receiver { slow: true, ..Receiver::answering(&[200; 10]) };
    let mut options = eager();
    options.limits.deliveries = 1;
    options.limits.delivery_time = PATIENCE;
    let (options, lines) = logged(options);
    let api = Api::start(options).await;
    api.subscribed(&receiver.listens().await, &ALL).await;
    api.placed(&flow()).await;
    receiver.has(1).await;
    api.placed(&flow()).await;
    assert!(lines.lock().unwrap().iter().any(|line| line.contains("dropped")), "{:?}", lines.lock().unwrap());
    let items = api.get("/api/events/deliveries").await.is(200).json()["items"].clone();
    assert_eq!((&items[0]["status"], &items[1]["status"]), (&json!("waiting"), &json!("dropped")), "{items}");
}
