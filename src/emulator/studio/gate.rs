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

/// The versions of the API that have been seen.
const VERSIONS: std::ops::RangeInclusive<u32> = 20..=34;

/// Lets a request in, with its user.
pub async fn admit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let accepted = check_version(request.uri().path())
        .and_then(|()| check_accept(request.headers()))
        .and_then(|()| user(&app, request.headers()));
    match accepted {
        Ok(user) => {
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

fn check_version(path: &str) -> Result<(), AdminError> {
    let version = path.split('/').nth(3).unwrap_or_default();
    let number = version.strip_prefix('v').and_then(|number| number.split_once('.'));
    let is_known = number.is_some_and(|(major, minor)| {
        matches!(minor, "0" | "1") && major.parse().is_ok_and(|major| VERSIONS.contains(&major))
    });
    if is_known {
        return Ok(());
    }
    let (least, most) = (VERSIONS.start(), VERSIONS.end());
    let description = format!("there is no version {}; there are v{least}.0 to v{most}.1", bounded(version));
    Err(AdminError::new(StatusCode::NOT_FOUND, "not_found", description))
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
