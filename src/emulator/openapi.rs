//! The description of the API, which the emulator serves.

use axum::response::IntoResponse;
use hyper::header;

/// Where the description of the API is.
pub const DESCRIPTION: &str = "/api/openapi.yaml";

/// The description.
pub async fn description() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], include_str!("../../docs/openapi.yaml"))
}
