//! `/api/events/deliveries`: the result of each delivery.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::response::Response;
use serde::Serialize;

use super::app::App;
use super::page::PageRequest;
use super::problem::ErrorResponse;
use super::scope::Scope;
use super::store::{DeliveryState, EventType};

#[derive(Serialize)]
struct DeliveryView<'a> {
    id: &'a str,
    subscription: &'a str,
    r#type: EventType,
    url: &'a str,
    status: DeliveryState,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// `GET /api/events/deliveries`
pub async fn list(Shared(app): Shared<Arc<App>>, request: Request) -> Result<Response, ErrorResponse> {
    app.authorize(request.headers(), Scope::EventsWrite)?;
    let page = PageRequest::of(request.uri())?;
    let store = app.store();
    let all = store.deliveries.iter().map(|(id, delivery)| DeliveryView {
        id,
        subscription: &delivery.subscription,
        r#type: delivery.event,
        url: &delivery.url,
        status: delivery.state,
        attempts: delivery.attempts,
        message: delivery.last.as_deref(),
    });
    Ok(page.answer(store.deliveries.len(), all))
}
