//! Signing in with an access key, and by OAuth2 with a password or a refresh token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::Instant;
use url::form_urlencoded;

use super::business_unit;
use super::gate::check_accept;
use super::problem::AdminError;
use super::store::{Session, User};
use crate::emulator::app::App;
use crate::emulator::body::{json as json_body, read, text};
use crate::emulator::problem::bounded;
use crate::emulator::token::{FORM, TokenError, basic};

#[derive(Serialize)]
struct SignedIn {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: String,
    id_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccessKey {
    access_key_id: String,
    access_key_secret: String,
}

/// `POST /authentication/v1/token/access-key`
pub async fn access_key(State(app): State<Arc<App>>, request: Request) -> Response {
    without_cache(match sign_in_by_key(&app, request).await {
        Ok(signed_in) => Json(signed_in).into_response(),
        Err(error) => error.into_response(),
    })
}

async fn sign_in_by_key(app: &App, request: Request) -> Result<SignedIn, AdminError> {
    check_accept(request.headers())?;
    let body = json_body(app, request).await?;
    let key: AccessKey = serde_json::from_slice(&body).map_err(|_| {
        AdminError::bad_request("the body must be JSON with the texts accessKeyId and accessKeySecret")
    })?;
    let user = holder(app, &key.access_key_id, &key.access_key_secret).ok_or_else(|| {
        AdminError::new(
            StatusCode::UNAUTHORIZED,
            "invalid_credentials",
            "the access key is not one of this emulator",
        )
    })?;
    Ok(session(app, user))
}

/// The fields of a form that matter; each may occur once.
#[derive(Default)]
struct Form {
    grant_type: Option<String>,
    username: Option<String>,
    password: Option<String>,
    refresh_token: Option<String>,
}

impl Form {
    fn read(bytes: &[u8]) -> Result<Self, TokenError> {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(bytes) {
            let field = match &*name {
                "grant_type" => &mut form.grant_type,
                "username" => &mut form.username,
                "password" => &mut form.password,
                "refresh_token" => &mut form.refresh_token,
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return Err(TokenError::new("invalid_request", format!("{name} is given twice")));
            }
        }
        Ok(form)
    }
}

/// `POST /auth/token`
pub async fn token(State(app): State<Arc<App>>, request: Request) -> Response {
    let headers = request.headers().clone();
    if let Err(error) = check_accept(&headers) {
        return without_cache(error.into_response());
    }
    without_cache(match read(&app, request.into_body(), FORM).await {
        Ok(bytes) => match sign_in_by_form(&app, &headers, &bytes) {
            Ok(signed_in) => Json(signed_in).into_response(),
            Err(refusal) => refusal.into_response(),
        },
        Err(problem) => AdminError::from(problem).into_response(),
    })
}

fn sign_in_by_form(app: &App, headers: &HeaderMap, bytes: &[u8]) -> Result<SignedIn, TokenError> {
    let kind = text(headers, header::CONTENT_TYPE).and_then(|kind| kind.split(';').next());
    if !kind.unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let description = "the body must be a form, with Content-Type: application/x-www-form-urlencoded";
        return Err(TokenError::new("invalid_request", description));
    }
    let form = Form::read(bytes)?;
    let client = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(basic);
    let own = &app.credentials;
    if !client.is_some_and(|(id, secret)| id == own.id && is_same(&secret, own.secret.expose_secret())) {
        let description = "send the client's id and secret by basic authentication, each URL-encoded";
        return Err(TokenError::new("invalid_client", description));
    }
    let missing = |what: &str| TokenError::new("invalid_request", format!("{what} is missing"));
    let user = match form.grant_type.as_deref() {
        Some("password") => {
            let username = form.username.ok_or_else(|| missing("username"))?;
            let password = form.password.ok_or_else(|| missing("password"))?;
            let refused = "username and password must be the id and the secret of an access key";
            holder(app, &username, &password).ok_or_else(|| TokenError::new("invalid_grant", refused))?
        }
        Some("refresh_token") => {
            let given = form.refresh_token.ok_or_else(|| missing("refresh_token"))?;
            let refused = "the refresh token is unknown, or has been used";
            let user = app.studio().refresh_tokens.remove(&given);
            user.ok_or_else(|| TokenError::new("invalid_grant", refused))?
        }
        Some(other) => {
            let description = format!("{} is not supported; use password or refresh_token", bounded(other));
            return Err(TokenError::new("unsupported_grant_type", description));
        }
        None => return Err(missing("grant_type")),
    };
    Ok(session(app, user))
}

/// Compares digests, so that the time does not show where two secrets differ.
fn is_same(given: &str, expected: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(expected)
}

fn holder(app: &App, id: &str, secret: &str) -> Option<Arc<User>> {
    let studio = app.studio();
    let holder = studio.users.iter().find(|holder| holder.key_id == id)?;
    is_same(secret, holder.key_secret.expose_secret()).then(|| Arc::clone(&holder.user))
}

/// Opens a session.
fn session(app: &App, user: Arc<User>) -> SignedIn {
    let life = app.options.token_life;
    let mut studio = app.studio();
    let number = studio.number();
    let access_token = app.random.word("studio token", number);
    let refresh_token = app.random.word("studio refresh token", number);
    let id_token = id_token(app, &user);
    studio.refresh_tokens.put(refresh_token.clone(), 0, Arc::clone(&user));
    studio.tokens.put(access_token.clone(), 0, Session { user, expires: Instant::now() + life });
    SignedIn { access_token, token_type: "Bearer", expires_in: life.as_secs(), refresh_token, id_token }
}

/// A JSON web token (RFC 7519), signed with the emulator's secret.
fn id_token(app: &App, user: &User) -> String {
    let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let now = Timestamp::now().as_second();
    let life = i64::try_from(app.options.token_life.as_secs()).unwrap_or(i64::MAX);
    let claims = json!({
        "iss": super::discovery::base_url(app),
        "aud": app.credentials.id,
        "sub": format!("user:{}", user.id),
        "name": user.name,
        "iat": now,
        "exp": now.saturating_add(life),
        "tenantId": business_unit::tenant_id(app),
        "icBUId": app.options.studio.business_unit,
    });
    let signed = format!("{}.{}", part(json!({ "alg": "HS256", "typ": "JWT" })), part(claims));
    let secret = app.credentials.secret.expose_secret();
    let signature = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(signed.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    });
    format!("{signed}.{}", signature.unwrap_or_default())
}

/// Tokens are not for caches (RFC 6749, section 5.1).
fn without_cache(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
