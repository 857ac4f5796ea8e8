//! Serves the description of the API.

use axum::response::IntoResponse;
use hyper::header;

/// The path of the description.
pub const DESCRIPTION: &str = "/api/openapi.yaml";

/// The description.
pub async fn description() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], include_str!("../../docs/openapi.yaml"))
}
