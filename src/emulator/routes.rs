//! Maps requests to their handlers.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use hyper::StatusCode;

use super::app::App;
use super::openapi::{DESCRIPTION, description};
use super::problem::{ErrorResponse, bounded};
use super::{flows, jobs, made, middleware, subscriptions, token};

/// The whole API.
pub fn routes(app: &Arc<App>) -> Router {
    Router::new()
        .route(DESCRIPTION, get(description))
        .route("/api/oauth2/token", post(token::issue))
        .route("/api/flows", post(flows::create).get(flows::list))
        .route("/api/flows/{id}", get(flows::show).put(flows::update).delete(flows::delete))
        .route("/api/jobs", get(jobs::list))
        .route("/api/jobs/{id}", get(jobs::show))
        .route("/api/events/subscriptions", post(subscriptions::create).get(subscriptions::list))
        .route("/api/events/subscriptions/{id}", get(subscriptions::show).delete(subscriptions::delete))
        .route("/api/events/deliveries", get(made::list))
        .fallback(unknown)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(Arc::clone(app), middleware::before_each_request))
        .with_state(Arc::clone(app))
}

async fn unknown(request: Request) -> ErrorResponse {
    ErrorResponse::new(
        StatusCode::NOT_FOUND,
        "not_found",
        format!("there is nothing at {}; {DESCRIPTION} describes the API", bounded(request.uri().path())),
    )
}

async fn other_method(request: Request) -> ErrorResponse {
    let method = bounded(request.method().as_str());
    ErrorResponse::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("{method} is not allowed here; the header Allow lists the methods that are"),
    )
}
