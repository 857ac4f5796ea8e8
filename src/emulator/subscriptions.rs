//! `/api/events/subscriptions`: subscriptions to events.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use hyper::header;
use hyper::{HeaderMap, StatusCode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::answer::location;
use super::app::App;
use super::body::json;
use super::page::PageRequest;
use super::problem::{ErrorResponse, Finding, bounded};
use super::scope::Scope;
use super::store::{EventType, StoredSubscription};

/// The most bytes of a URL, and of a secret.
const MOST: usize = 2048;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubscriptionRequest {
    url: String,
    event_types: Vec<String>,
    secret: String,
}

/// A subscription in responses, without its secret.
#[derive(Serialize)]
struct SubscriptionView<'a> {
    id: &'a str,
    url: &'a str,
    event_types: &'a [EventType],
}

impl<'a> SubscriptionView<'a> {
    fn of(id: &'a str, subscription: &'a StoredSubscription) -> Self {
        Self { id, url: subscription.url.as_str(), event_types: &subscription.event_types }
    }
}

/// `POST /api/events/subscriptions`
pub async fn create(State(app): State<Arc<App>>, request: Request) -> Result<Response, ErrorResponse> {
    app.authorize(request.headers(), Scope::EventsWrite)?;
    let bytes = json(&app, request).await?;
    let requested: SubscriptionRequest =
        serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
    let subscription = judge(requested)?;
    let mut store = app.store();
    let id = app.random.id("subscription", store.number());
    let mut answer = (StatusCode::CREATED, Json(SubscriptionView::of(&id, &subscription))).into_response();
    if let Some(location) = location("/api/events/subscriptions", &id) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    store.subscriptions.put(id, 0, subscription);
    Ok(answer)
}

/// `400` for invalid JSON, `422` for JSON of another shape.
///
/// Only reports the kind of error and its place, since a value may be a secret.
fn unreadable(error: &serde_json::Error) -> ErrorResponse {
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_data() {
        let message = format!(
            "a subscription has `url`, `event_types` and `secret`, and nothing else; the error is at {place}"
        );
        ErrorResponse::refused("this is not a subscription", vec![Finding::new("shape", message)])
    } else {
        ErrorResponse::bad_request(format!("the body is not JSON, at {place}"))
    }
}

fn judge(requested: SubscriptionRequest) -> Result<StoredSubscription, ErrorResponse> {
    let mut errors = Vec::new();
    let url = match address(&requested.url) {
        Ok(url) => Some(url),
        Err(message) => {
            errors.push(Finding::new("url", message));
            None
        }
    };
    let mut event_types = Vec::new();
    for word in requested.event_types.iter().take(100) {
        match EventType::ALL.into_iter().find(|event| event.word() == word) {
            Some(event) if event_types.contains(&event) => {}
            Some(event) => event_types.push(event),
            None => {
                let message = format!(
                    "{} is not an event; the events are flow.created, flow.updated and flow.deleted",
                    bounded(word)
                );
                errors.push(Finding::new("event_types", message));
            }
        }
    }
    if requested.event_types.is_empty() {
        errors.push(Finding::new("event_types", "a subscription needs at least one event"));
    }
    if requested.secret.is_empty() || requested.secret.len() > MOST {
        let message = format!("a secret has 1 to {MOST} bytes: deliveries are signed with it");
        errors.push(Finding::new("secret", message));
    }
    match url {
        Some(url) if errors.is_empty() => {
            Ok(StoredSubscription { url, event_types, secret: SecretString::from(requested.secret) })
        }
        _ => Err(ErrorResponse::refused("the subscription was refused", errors)),
    }
}

fn address(text: &str) -> Result<Url, String> {
    if text.len() > MOST {
        return Err(format!("a URL has at most {MOST} bytes here"));
    }
    let url = Url::parse(text).map_err(|error| format!("{} is not a URL: {error}", bounded(text)))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL must not contain a user or a password; the receiver checks the signature instead"
            .to_owned());
    }
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback => Ok(url),
        _ => Err(format!("{} must be https, or http on this machine", bounded(text))),
    }
}

/// `GET /api/events/subscriptions`
pub async fn list(State(app): State<Arc<App>>, request: Request) -> Result<Response, ErrorResponse> {
    app.authorize(request.headers(), Scope::EventsWrite)?;
    let page = PageRequest::of(request.uri())?;
    let store = app.store();
    let all = store.subscriptions.iter().map(|(id, subscription)| SubscriptionView::of(id, subscription));
    Ok(page.answer(store.subscriptions.len(), all))
}

/// `GET /api/events/subscriptions/{id}`
pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ErrorResponse> {
    app.authorize(&headers, Scope::EventsWrite)?;
    let store = app.store();
    let subscription =
        store.subscriptions.get(&id).ok_or_else(|| ErrorResponse::not_found("subscription", &id))?;
    Ok(Json(SubscriptionView::of(&id, subscription)).into_response())
}

/// `DELETE /api/events/subscriptions/{id}`
pub async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, ErrorResponse> {
    app.authorize(&headers, Scope::EventsWrite)?;
    app.store().subscriptions.remove(&id).ok_or_else(|| ErrorResponse::not_found("subscription", &id))?;
    Ok(StatusCode::NO_CONTENT)
}
