//! Serves the descriptions of both APIs.

use axum::response::IntoResponse;
use hyper::header;

/// The path of the description.
pub const DESCRIPTION: &str = "/api/openapi.yaml";

/// The path of the description of the tenant's scripts.
pub const STUDIO_DESCRIPTION: &str = "/api/studio-openapi.yaml";

/// The description.
pub async fn description() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], include_str!("../../docs/openapi.yaml"))
}

/// The description of the tenant's scripts.
pub async fn studio_description() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], include_str!("../../docs/studio-openapi.yaml"))
}
