//! What every request to the Admin API needs: a version that exists, `Accept`, a token.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use tokio::time::Instant;

use super::problem::AdminError;
use super::store::User;
use crate::emulator::app::App;
use crate::emulator::auth::EXPIRED;
use crate::emulator::body::text;
use crate::emulator::problem::bounded;

/// Lets a request in, with its user.
pub async fn admit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let accepted = check_version(&app, path)
        .and_then(|()| check_accept(request.headers()))
        .and_then(|()| user(&app, request.headers()))
        .and_then(|user| check_refused(&app, path).map(|()| user));
    match accepted {
        Ok(user) => {
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

fn check_version(app: &App, path: &str) -> Result<(), AdminError> {
    let known = &app.options.studio.api_versions;
    let version = path.split('/').nth(3).unwrap_or_default();
    let number = version.strip_prefix('v').and_then(|number| number.split_once('.'));
    let is_known = number.is_some_and(|(major, minor)| {
        matches!(minor, "0" | "1") && major.parse().is_ok_and(|major| known.contains(&major))
    });
    if is_known {
        return Ok(());
    }
    let (least, most) = (known.start(), known.end());
    let description = format!("there is no version {}; there are v{least}.0 to v{most}.1", bounded(version));
    Err(AdminError::new(StatusCode::NOT_FOUND, "not_found", description))
}

/// Checks that the tenant's options do not refuse a resource, or one below it.
fn check_refused(app: &App, path: &str) -> Result<(), AdminError> {
    let resource = path.splitn(5, '/').nth(4).unwrap_or_default();
    let is_below = |refused: &str| {
        let rest = resource.strip_prefix(refused.trim_start_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let refused = app.options.studio.refused.iter().find(|(refused, _)| is_below(refused));
    let Some(status) = refused.and_then(|(_, status)| StatusCode::from_u16(*status).ok()) else {
        return Ok(());
    };
    let error = if status == StatusCode::FORBIDDEN { "forbidden" } else { "not_found" };
    Err(AdminError::new(status, error, format!("/{} is not open to this user", bounded(resource))))
}

/// Checks that JSON is asked for by name.
///
/// # Errors
///
/// `406` otherwise.
pub fn check_accept(headers: &HeaderMap) -> Result<(), AdminError> {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = values.flat_map(|value| value.split(',')).map(|kind| kind.split(';').next());
    if kinds.any(|kind| kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))) {
        return Ok(());
    }
    let description = "the request must have the header Accept: application/json";
    Err(AdminError::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", description))
}

fn user(app: &App, headers: &HeaderMap) -> Result<Arc<User>, AdminError> {
    let refused = |challenge: &'static str, description: &str| {
        AdminError::new(StatusCode::UNAUTHORIZED, "invalid_token", description)
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    };
    let credentials = text(headers, header::AUTHORIZATION).and_then(|value| value.split_once(' '));
    let token = match credentials {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => {
            let description = "the request has no token; POST /authentication/v1/token/access-key gives one";
            return Err(refused(r#"Bearer realm="cxone""#, description));
        }
    };
    let studio = app.studio();
    let session = studio.tokens.get(token).filter(|session| Instant::now() < session.expires);
    match session {
        Some(session) => Ok(Arc::clone(&session.user)),
        None => Err(refused(EXPIRED, "the token is unknown or has expired")),
    }
}
