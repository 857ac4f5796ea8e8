//! `POST /api/oauth2/token`: client credentials (RFC 6749, section 4.4).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use secrecy::ExposeSecret;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use url::form_urlencoded;

use super::app::App;
use super::body::{read, text};
use super::problem::bounded;
use super::scope::Scope;
use super::store::IssuedToken;

/// The most bytes of a form.
pub const FORM: usize = 1 << 16;

/// A refusal (RFC 6749, section 5.2).
#[derive(Debug, Serialize)]
pub struct TokenError {
    error: &'static str,
    error_description: String,
}

impl TokenError {
    pub fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self { error, error_description: description.into() }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        if self.error != "invalid_client" {
            return (StatusCode::BAD_REQUEST, Json(self)).into_response();
        }
        let challenge = HeaderValue::from_static(r#"Basic realm="cxone", charset="UTF-8""#);
        (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)], Json(self)).into_response()
    }
}

#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
}

/// The relevant fields of a form; each may occur once.
#[derive(Default)]
struct Form {
    grant_type: Option<String>,
    scope: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

impl Form {
    fn read(bytes: &[u8]) -> Result<Self, TokenError> {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(bytes) {
            let field = match &*name {
                "grant_type" => &mut form.grant_type,
                "scope" => &mut form.scope,
                "client_id" => &mut form.client_id,
                "client_secret" => &mut form.client_secret,
                // Unknown fields are ignored (RFC 6749, section 3.2).
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return Err(TokenError::new("invalid_request", format!("{name} is given twice")));
            }
        }
        Ok(form)
    }
}

/// Issues a token.
pub async fn issue(State(app): State<Arc<App>>, request: Request) -> Response {
    let headers = request.headers().clone();
    let mut answer = match read(&app, request.into_body(), FORM).await {
        Ok(bytes) => match token(&app, &headers, &bytes) {
            Ok(issued) => Json(issued).into_response(),
            Err(refusal) => refusal.into_response(),
        },
        Err(problem) => problem.into_response(),
    };
    // RFC 6749, section 5.1.
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    answer
}

fn token(app: &App, headers: &HeaderMap, bytes: &[u8]) -> Result<TokenResponse, TokenError> {
    let kind =
        text(headers, header::CONTENT_TYPE).and_then(|kind| kind.split(';').next()).unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(TokenError::new(
            "invalid_request",
            "the body must be a form, with Content-Type: application/x-www-form-urlencoded",
        ));
    }
    let form = Form::read(bytes)?;
    authenticate(app, headers, &form)?;
    match form.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(other) => {
            let description = format!("{} is not supported; use client_credentials", bounded(other));
            return Err(TokenError::new("unsupported_grant_type", description));
        }
        None => return Err(TokenError::new("invalid_request", "grant_type=client_credentials is missing")),
    }
    let scopes = Scope::list(form.scope.as_deref().unwrap_or_default()).map_err(|_| {
        let known = Scope::words(&Scope::ALL);
        TokenError::new("invalid_scope", format!("the known scopes: {known}"))
    })?;
    let life = app.options.token_life;
    let scope = Scope::words(&scopes);
    let mut store = app.store();
    let access_token = app.random.word("token", store.number());
    store.tokens.put(access_token.clone(), 0, IssuedToken { scopes, expires: Instant::now() + life });
    Ok(TokenResponse { access_token, token_type: "Bearer", expires_in: life.as_secs(), scope })
}

/// Checks the client's credentials, in the header or in the form (RFC 6749, section 2.3.1).
fn authenticate(app: &App, headers: &HeaderMap, form: &Form) -> Result<(), TokenError> {
    let (id, secret) = match (headers.get(header::AUTHORIZATION), &form.client_id, &form.client_secret) {
        (Some(_), _, Some(_)) => {
            let description = "the secret is in the header and in the form; one of them is enough";
            return Err(TokenError::new("invalid_request", description));
        }
        (Some(header), named, None) => {
            let (id, secret) = header.to_str().ok().and_then(basic).ok_or_else(|| {
                TokenError::new("invalid_client", "the Authorization header is not basic authentication")
            })?;
            if named.as_ref().is_some_and(|named| *named != id) {
                return Err(TokenError::new("invalid_request", "the header and the form name two clients"));
            }
            (id, secret)
        }
        (None, Some(id), Some(secret)) => (id.clone(), secret.clone()),
        (None, _, _) => {
            let description = "the client's id and secret are missing: send them by basic authentication";
            return Err(TokenError::new("invalid_client", description));
        }
    };
    // Digests are compared, so that the time does not show where two secrets differ.
    let expected = app.credentials.secret.expose_secret();
    if id != app.credentials.id || Sha256::digest(secret) != Sha256::digest(expected) {
        return Err(TokenError::new(
            "invalid_client",
            "the client's id or secret is not that of this emulator",
        ));
    }
    Ok(())
}

/// The id and the secret in a basic authentication header, each form-encoded.
pub fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn decode(text: &str) -> String {
    // A form-encoded value has no plain `&` and `=`; if the client did not encode, they stand for
    // themselves.
    let value = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(format!("v={value}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
