//! Where a tenant's hosts are: all of them are this emulator.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use serde_json::{Value, json};

use super::business_unit;
use super::problem::AdminError;
use super::query::Query;
use crate::emulator::app::App;

/// The emulator's own address.
pub fn base_url(app: &App) -> String {
    format!("http://127.0.0.1:{}", app.port)
}

/// `GET /.well-known/openid-configuration`
pub async fn openid(State(app): State<Arc<App>>) -> Json<Value> {
    let base = base_url(&app);
    Json(json!({
        "issuer": base,
        "token_endpoint": format!("{base}/auth/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "grant_types_supported": ["password", "refresh_token"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256"],
    }))
}

/// `GET /.well-known/cxone-configuration?tenantId=`
pub async fn tenant(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, AdminError> {
    let query = Query::of(request.uri());
    let given = query.required("tenantId")?;
    if given != business_unit::tenant_id(&app) {
        return Err(AdminError::not_found("tenant", given));
    }
    let base = base_url(&app);
    Ok(Json(json!({
        "area": "emulator",
        "cluster": "emulator",
        "domain": format!("127.0.0.1:{}", app.port),
        "tenantId": given,
        "api_endpoint": base,
        "auth_endpoint": base,
    })))
}
