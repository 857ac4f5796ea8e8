//! Delivers signed events to subscribers, and sends them again if they did not arrive.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use hyper::body::Bytes;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::Sha256;
use url::Url;

use super::app::App;
use super::deliveries::DeliveryFailure;
use super::destination::NotLoopback;
use super::seeded_random::hex;
use super::store::{DeliveryRecord, DeliveryState, EventType};

/// How often a failed delivery is sent again.
const RETRIES: u32 = 5;

/// The body of a delivery.
#[derive(Serialize)]
struct FlowEvent<'a> {
    id: &'a str,
    r#type: EventType,
    time: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    flow_id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<&'a str>,
}

/// An event for one subscription.
struct Delivery {
    id: String,
    event: EventType,
    url: Url,
    secret: SecretString,
    body: Bytes,
}

impl App {
    /// Sends an event to everyone who subscribed to its type.
    pub fn publish(self: &Arc<Self>, event: EventType, flow: &str, name: &str, job: Option<&str>) {
        let mut deliveries = Vec::new();
        {
            let mut guard = self.store();
            let store = &mut *guard;
            let time = Timestamp::now().to_string();
            let subscribers: Vec<(String, Url, SecretString)> = store
                .subscriptions
                .iter()
                .filter(|(_, subscription)| subscription.event_types.contains(&event))
                .map(|(id, subscription)| {
                    (id.to_owned(), subscription.url.clone(), subscription.secret.clone())
                })
                .collect();
            for (subscription, url, secret) in subscribers {
                let id = self.random.id("event", store.number());
                store.deliveries.put(id.clone(), 0, DeliveryRecord::new(subscription, event, &url));
                let data = Data { flow_id: flow, name, job_id: job };
                let body = FlowEvent { id: &id, r#type: event, time: time.clone(), data };
                let body = serde_json::to_vec(&body).unwrap_or_default().into();
                deliveries.push(Delivery { id, event, url, secret, body });
            }
        }
        for delivery in deliveries {
            let Ok(permit) = Arc::clone(&self.deliveries.waiting).try_acquire_owned() else {
                let why = "too many deliveries are waiting";
                delivery.record_state(self, DeliveryState::Dropped, 0, why.to_owned());
                self.log(&format!("{} {} dropped: {why}", delivery.event.word(), delivery.id));
                continue;
            };
            let app = Arc::clone(self);
            tokio::spawn(async move {
                delivery.run(&app).await;
                drop(permit);
            });
        }
    }
}

impl Delivery {
    async fn run(&self, app: &App) {
        for attempt in 0..=RETRIES {
            if attempt > 0 {
                let pause = app.options.limits.delivery_pause.saturating_mul(1 << (attempt - 1));
                tokio::select! {
                    () = app.stopped() => return,
                    () = tokio::time::sleep(pause) => {}
                }
            }
            let outcome = {
                let Ok(_permit) = app.deliveries.at_once.acquire().await else { return };
                self.send(app).await
            };
            let (event, number) = (self.event.word(), attempt + 1);
            let result = match outcome {
                Ok(status) => status.to_string(),
                Err(DeliveryFailure::Tried(why)) => why.to_owned(),
                Err(DeliveryFailure::Refused(reason)) => {
                    app.log(&format!("{event} {} refused: {reason}", self.id));
                    return self.record_state(app, DeliveryState::Refused, attempt, reason.to_string());
                }
            };
            app.log(&format!("{event} {} attempt {number}: {result}", self.id));
            let state = match outcome {
                Ok(200..300) => DeliveryState::Delivered,
                _ if attempt == RETRIES => DeliveryState::Failed,
                _ => DeliveryState::Waiting,
            };
            self.record_state(app, state, number, result);
            if state == DeliveryState::Delivered {
                return;
            }
        }
    }

    /// Records its state.
    fn record_state(&self, app: &App, state: DeliveryState, attempts: u32, last: String) {
        if let Some(record) = app.store().deliveries.get_mut(&self.id) {
            (record.state, record.attempts, record.last) = (state, attempts, Some(last));
        }
    }

    /// Sends it once, and returns the status of the response.
    async fn send(&self, app: &App) -> Result<u16, DeliveryFailure> {
        let client = app.deliveries.client(&self.url)?;
        // Each attempt has its own timestamp, so that a receiver can refuse old ones.
        let timestamp = Timestamp::now().as_second().to_string();
        let signature =
            signature(&self.secret, &timestamp, &self.body).ok_or(DeliveryFailure::Tried("no signature"))?;
        let request = client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("x-cxone-event", self.event.word())
            .header("x-cxone-delivery", &self.id)
            .header("x-cxone-timestamp", &timestamp)
            .header("x-cxone-signature", format!("sha256={signature}"))
            .body(self.body.clone());
        match request.send().await {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) => Err(match NotLoopback::in_error(&error) {
                Some(reason) => DeliveryFailure::Refused(reason),
                None if error.is_timeout() => DeliveryFailure::Tried("no answer in time"),
                None if error.is_connect() => DeliveryFailure::Tried("no connection"),
                None => DeliveryFailure::Tried("the connection broke"),
            }),
        }
    }
}

/// HMAC-SHA256 (RFC 2104) over the timestamp, a full stop and the body, in hexadecimal digits.
fn signature(secret: &SecretString, timestamp: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(hex(&mac.finalize().into_bytes()))
}
