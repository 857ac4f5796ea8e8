//! Signing in: by an access key alone, or by a back-end app with an access key (OAuth2, grant `password`).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::tenant::StudioTenant;
use crate::cxone::answer::{self, GrantedToken, NoToken};
use crate::cxone::id;
use crate::cxone::method::Method;
use crate::cxone::request::{Authorization, Body, Request};

/// What the id token says (OpenID Connect Core 1.0, section 2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// The id of the tenant.
    pub tenant: Option<String>,
    /// The number of the business unit.
    pub business_unit: Option<u64>,
    /// The names by which locks may call whoever signed in.
    pub names: Vec<String>,
}

/// What somebody gets who signs in.
#[derive(Debug)]
pub struct Session {
    pub granted: GrantedToken,
    pub claims: Claims,
    /// What renews the token.
    pub refresh: Option<SecretString>,
    /// What is not used, but must not be shown either.
    pub id_token: Option<SecretString>,
}

/// Asks for a token.
pub fn request(tenant: &StudioTenant) -> Request {
    let secret = tenant.key.secret.expose_secret();
    let body = match tenant.app {
        Some(_) => {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.append_pair("grant_type", "password");
            form.append_pair("username", &tenant.key.id).append_pair("password", secret);
            Body::SecretForm(form.finish().into())
        }
        None => {
            let key = json!({ "accessKeyId": tenant.key.id, "accessKeySecret": secret });
            Body::SecretJson(key.to_string().into())
        }
    };
    for_token("signing in", tenant, body)
}

/// Asks for a token in place of one that ends. Only back-end apps can: no source shows how an access key does.
pub fn renewal(tenant: &StudioTenant, refresh: &SecretString) -> Option<Request> {
    tenant.app.as_ref()?;
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", refresh.expose_secret());
    Some(for_token("renewing the token", tenant, Body::SecretForm(form.finish().into())))
}

fn for_token(purpose: &'static str, tenant: &StudioTenant, body: Body) -> Request {
    Request {
        purpose,
        method: Method::Post,
        url: tenant.token.clone(),
        idempotency_key: None,
        names_something: false,
        may_lag: false,
        creates: false,
        saves: false,
        body,
    }
}

/// The credentials of that request.
pub fn authorization(tenant: &StudioTenant) -> Authorization {
    match &tenant.app {
        Some(app) => Authorization::ClientWithKey(app.clone(), tenant.origin.clone()),
        None => Authorization::AccessKey(tenant.origin.clone()),
    }
}

/// Reads what was granted.
///
/// # Errors
///
/// Fails with what is missing, or the refusal.
pub fn session(body: &[u8]) -> Result<Session, NoToken> {
    let granted = answer::token(body)?;
    let value = answer::json(body).map_err(NoToken::Unread)?;
    let token = |name: &str| value.get(name).and_then(Value::as_str).filter(|token| !token.is_empty());
    let id_token = token("id_token");
    Ok(Session {
        granted,
        claims: id_token.and_then(claims).unwrap_or_default(),
        refresh: token("refresh_token").map(SecretString::from),
        id_token: id_token.map(SecretString::from),
    })
}

/// The claims of an id token. It came over the connection on which the credentials were sent, so that its signature
/// would say nothing more (OpenID Connect Core 1.0, section 3.1.3.7).
fn claims(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let business_unit = claims.get("icBUId");
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
    let names = ["name", "preferred_username", "email", "sub"].iter();
    Some(Claims {
        tenant: claims.get("tenantId").and_then(id::of),
        business_unit: business_unit.and_then(number).filter(|&number| number > 0),
        names: names.filter_map(|name| claims.get(name)?.as_str().map(str::to_owned)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(claims: &str) -> Claims {
        let token = format!("e30.{}.c2lnbmF0dXJl", BASE64_URL_SAFE_NO_PAD.encode(claims));
        let body = json!({ "access_token": "a", "id_token": token, "refresh_token": "r" });
        let session = session(body.to_string().as_bytes()).unwrap();
        assert!(session.id_token.is_some() && session.refresh.is_some());
        session.claims
    }

    #[test]
    fn numbers_of_business_units_may_be_texts() {
        let wanted = Claims { tenant: Some("t-1".to_owned()), business_unit: Some(4608), names: Vec::new() };
        assert_eq!(read(r#"{"tenantId": "t-1", "icBUId": 4608}"#), wanted);
        assert_eq!(read(r#"{"tenantId": "t-1", "icBUId": "4608"}"#), wanted);
        assert_eq!(read(r#"{"icBUId": 0, "name": "dana"}"#).names, ["dana"]);
        assert_eq!(read(r#"{"icBUId": 0}"#).business_unit, None);
    }

    #[test]
    fn what_is_no_id_token_has_no_claims() {
        for token in ["", "a", "a.b", "a.!.c", "a.e30.c", "..", "a.bm90IGpzb24.c"] {
            let body = json!({ "access_token": "a", "id_token": token }).to_string();
            assert_eq!(session(body.as_bytes()).unwrap().claims, Claims::default(), "{token}");
        }
    }
}
