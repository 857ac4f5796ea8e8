//! Maps requests to their handlers.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use hyper::StatusCode;

use super::app::App;
use super::openapi::{DESCRIPTION, STUDIO_DESCRIPTION, description, studio_description};
use super::problem::{ErrorResponse, bounded};
use super::{flows, jobs, made, middleware, studio, subscriptions, token};

/// The whole API.
pub fn routes(app: &Arc<App>) -> Router {
    Router::new()
        .route(DESCRIPTION, get(description))
        .route(STUDIO_DESCRIPTION, get(studio_description))
        .route("/api/oauth2/token", post(token::issue))
        .route("/api/flows", post(flows::create).get(flows::list))
        .route("/api/flows/{id}", get(flows::show).put(flows::update).delete(flows::delete))
        .route("/api/jobs", get(jobs::list))
        .route("/api/jobs/{id}", get(jobs::show))
        .route("/api/events/subscriptions", post(subscriptions::create).get(subscriptions::list))
        .route("/api/events/subscriptions/{id}", get(subscriptions::show).delete(subscriptions::delete))
        .route("/api/events/deliveries", get(made::list))
        .merge(studio::routes(app))
        .fallback(unknown)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(Arc::clone(app), middleware::before_each_request))
        .with_state(Arc::clone(app))
}

async fn unknown(request: Request) -> Response {
    let path = request.uri().path();
    let description = if studio::is_at(path) { STUDIO_DESCRIPTION } else { DESCRIPTION };
    let message = format!("there is nothing at {}; {description} describes the API", bounded(path));
    studio::error_at(path, ErrorResponse::new(StatusCode::NOT_FOUND, "not_found", message))
}

async fn other_method(request: Request) -> Response {
    let method = bounded(request.method().as_str());
    let error = ErrorResponse::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("{method} is not allowed here; the header Allow lists the methods that are"),
    );
    studio::error_at(request.uri().path(), error)
}
