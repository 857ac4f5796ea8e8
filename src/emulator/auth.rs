//! Who may do what: bearer tokens (RFC 6750).

use hyper::HeaderMap;
use hyper::StatusCode;
use hyper::header::{self, HeaderValue};
use tokio::time::Instant;

use super::app::App;
use super::body::text;
use super::problem::ErrorResponse;
use super::scope::Scope;

/// The challenge for an unknown or expired token (RFC 6750, section 3.1).
pub const EXPIRED: &str =
    r#"Bearer error="invalid_token", error_description="the token is unknown or has expired""#;

impl App {
    /// Checks that a request has a token with a scope.
    ///
    /// # Errors
    ///
    /// `401` without a valid token, `403` if it lacks the scope.
    pub fn authorize(&self, headers: &HeaderMap, scope: Scope) -> Result<(), ErrorResponse> {
        let refused = |challenge: HeaderValue, message: &str| {
            ErrorResponse::new(StatusCode::UNAUTHORIZED, "invalid_token", message)
                .header(header::WWW_AUTHENTICATE, challenge)
        };
        let credentials = text(headers, header::AUTHORIZATION).and_then(|value| value.split_once(' '));
        let token = match credentials {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            // Without any token, the response has no error code (RFC 6750, section 3.1).
            _ => {
                return Err(refused(
                    HeaderValue::from_static(r#"Bearer realm="cxone""#),
                    "the request has no token; POST /api/oauth2/token gives one",
                ));
            }
        };
        let store = self.store();
        let Some(token) = store.tokens.get(token).filter(|token| Instant::now() < token.expires) else {
            return Err(refused(HeaderValue::from_static(EXPIRED), "the token is unknown or has expired"));
        };
        if token.scopes.contains(&scope) {
            return Ok(());
        }
        let word = scope.word();
        let challenge = format!(r#"Bearer error="insufficient_scope", scope="{word}""#);
        let message = format!("this needs a token with the scope {word}");
        let problem = ErrorResponse::new(StatusCode::FORBIDDEN, "insufficient_scope", message);
        Err(match HeaderValue::try_from(challenge) {
            Ok(challenge) => problem.header(header::WWW_AUTHENTICATE, challenge),
            Err(_) => problem,
        })
    }
}
