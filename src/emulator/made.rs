//! `/api/events/deliveries`: what became of each delivery.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::response::Response;
use serde::Serialize;
use url::Url;

use super::app::App;
use super::page::Page;
use super::problem::Problem;
use super::scope::Scope;
use super::store::EventType;

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is tried, or will be tried again.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was tried for the last time.
    Failed,
    /// It may not go where it should, and was not sent.
    Refused,
    /// Too many were waiting.
    Dropped,
}

/// A delivery that was made, or is to be made.
pub struct Made {
    subscription: String,
    event: EventType,
    url: String,
    pub state: State,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer, or why there was none.
    pub last: Option<String>,
}

impl Made {
    pub fn new(subscription: String, event: EventType, url: &Url) -> Self {
        let (url, state) = (url.as_str().to_owned(), State::Waiting);
        Self { subscription, event, url, state, attempts: 0, last: None }
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    subscription: &'a str,
    r#type: EventType,
    url: &'a str,
    status: State,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// `GET /api/events/deliveries`
pub async fn list(Shared(app): Shared<Arc<App>>, request: Request) -> Result<Response, Problem> {
    app.authorize(request.headers(), Scope::EventsWrite)?;
    let page = Page::of(request.uri())?;
    let store = app.store();
    let all = store.deliveries.iter().map(|(id, made)| Shown {
        id,
        subscription: &made.subscription,
        r#type: made.event,
        url: &made.url,
        status: made.state,
        attempts: made.attempts,
        message: made.last.as_deref(),
    });
    Ok(page.answer(store.deliveries.len(), all))
}
