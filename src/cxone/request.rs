//! The requests to the platform as plain values.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use hyper::body::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use super::method::Method;
use super::tenant::{CredentialOrigin, Credentials, Tenant, Webhook};
use crate::settings::TokenAuth;

/// The body of a request.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    Empty,
    /// A form.
    Form(String),
    /// A form that contains a secret.
    SecretForm(SecretString),
    /// JSON that may be shown.
    Json(Bytes),
    /// JSON that contains a secret.
    SecretJson(SecretString),
}

/// One request, without credentials.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its purpose in messages: `creating the flow`.
    pub purpose: &'static str,
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// The key that keeps a repetition from being a second order.
    pub idempotency_key: Option<String>,
    /// Whether its address contains an id.
    pub names_something: bool,
    /// Whether the platform may not know yet what is requested.
    pub may_lag: bool,
    /// Whether it creates something, so that it is never sent again after a 2xx.
    pub creates: bool,
    /// Whether it saves something under its own name, so that a repetition changes nothing. An answer of 409 then says
    /// what is wrong with it.
    pub saves: bool,
    /// The body.
    pub body: Body,
}

impl Request {
    /// Whether it changes anything.
    pub fn changes(&self) -> bool {
        self.creates || self.saves
    }
}

/// The credentials of a request.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// None.
    Nobody,
    /// An access key, which is in the body, for a token.
    AccessKey(Arc<CredentialOrigin>),
    /// A client with its secret, and an access key in the body, for a token.
    ClientWithKey(Credentials, Arc<CredentialOrigin>),
    /// A client with its secret, for a token.
    Client(Credentials, TokenAuth),
    /// A token.
    Bearer(SecretString),
}

impl Authorization {
    /// The value of the header `Authorization`; `None` if the credentials are in the form.
    pub fn header(&self) -> Option<SecretString> {
        match self {
            Self::Bearer(token) => Some(format!("Bearer {}", token.expose_secret()).into()),
            Self::Client(_, TokenAuth::Post) | Self::Nobody | Self::AccessKey(_) => None,
            Self::Client(credentials, TokenAuth::BasicRaw) => Some(basic(credentials, str::to_owned)),
            Self::Client(credentials, TokenAuth::Basic) | Self::ClientWithKey(credentials, _) => {
                Some(basic(credentials, encoded))
            }
        }
    }

    /// Whether it is a request for a token.
    pub fn is_client(&self) -> bool {
        matches!(self, Self::Client(..) | Self::ClientWithKey(..) | Self::AccessKey(_))
    }
}

/// The header of basic authentication.
fn basic(credentials: &Credentials, encode: fn(&str) -> String) -> SecretString {
    let pair = format!("{}:{}", encode(&credentials.id), encode(credentials.secret.expose_secret()));
    format!("Basic {}", BASE64_STANDARD.encode(pair)).into()
}

impl Credentials {
    /// Whether the id or the secret has characters that RFC 6749 encodes, section 2.3.1.
    pub fn needs_encoding(&self) -> bool {
        [self.id.as_str(), self.secret.expose_secret()].into_iter().any(|text| encoded(text) != text)
    }
}

/// A text encoded for a form field.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Requests a token.
pub fn token(tenant: &Tenant) -> Request {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    if !tenant.scopes.is_empty() {
        form.append_pair("scope", &tenant.scopes.join(" "));
    }
    let body = match tenant.token_auth {
        TokenAuth::Post => {
            form.append_pair("client_id", &tenant.credentials.id);
            form.append_pair("client_secret", tenant.credentials.secret.expose_secret());
            Body::SecretForm(form.finish().into())
        }
        TokenAuth::Basic | TokenAuth::BasicRaw => Body::Form(form.finish()),
    };
    Request {
        purpose: "asking for a token",
        method: Method::Post,
        url: tenant.endpoints.token.clone(),
        idempotency_key: None,
        names_something: false,
        may_lag: false,
        creates: false,
        saves: false,
        body,
    }
}

/// Sends a payload: as an update of the flow `replaces` if the tenant updates flows in place, else as a new
/// flow.
pub fn create(tenant: &Tenant, payload: &Bytes, key: &str, replaces: Option<&str>) -> Request {
    let update = replaces.and_then(|flow_id| tenant.endpoints.update(flow_id));
    let (purpose, (method, url)) = match update {
        Some(update) => ("updating the flow", update),
        None => ("creating the flow", (Method::Post, tenant.endpoints.flows.clone())),
    };
    Request {
        purpose,
        method,
        url,
        idempotency_key: Some(key.to_owned()),
        names_something: replaces.is_some(),
        may_lag: false,
        creates: true,
        saves: false,
        body: Body::Json(payload.clone()),
    }
}

/// Requests the state of a job.
pub fn job(tenant: &Tenant, id: &str) -> Request {
    Request { names_something: true, ..get("asking for the job", tenant.endpoints.job(id)) }
}

/// The events that a webhook is notified of.
pub const EVENTS: [&str; 3] = ["flow.created", "flow.updated", "flow.deleted"];

/// Registers a webhook.
pub fn subscribe(tenant: &Tenant, webhook: &Webhook) -> Request {
    let body = json!({
        "url": webhook.url.as_str(),
        "event_types": EVENTS,
        "secret": webhook.secret.expose_secret(),
    });
    Request {
        purpose: "registering the webhook",
        method: Method::Post,
        url: tenant.endpoints.subscriptions.clone(),
        idempotency_key: None,
        names_something: false,
        may_lag: false,
        creates: true,
        saves: false,
        body: Body::SecretJson(body.to_string().into()),
    }
}

/// Requests the registered webhooks, from a number on for further pages.
pub fn subscriptions(tenant: &Tenant, from: usize) -> Request {
    get("listing the webhooks", page(&tenant.endpoints.subscriptions, from))
}

/// Requests the flows that are in place, from a number on for further pages.
pub fn flows(tenant: &Tenant, from: usize) -> Request {
    get("listing the flows", page(&tenant.endpoints.flows, from))
}

fn page(url: &Url, from: usize) -> Url {
    let mut url = url.clone();
    if from > 0 {
        url.set_query(Some(&format!("limit=100&offset={from}")));
    }
    url
}

/// Requests a flow that is in place.
pub fn flow(tenant: &Tenant, id: &str) -> Request {
    Request { names_something: true, ..get("asking for the flow", tenant.endpoints.flow(id)) }
}

/// Removes a webhook.
pub fn unsubscribe(tenant: &Tenant, id: &str) -> Request {
    Request {
        purpose: "removing the webhook",
        method: Method::Delete,
        url: tenant.endpoints.subscription(id),
        idempotency_key: None,
        names_something: true,
        may_lag: false,
        creates: false,
        saves: false,
        body: Body::Empty,
    }
}

/// A request that changes nothing.
pub(super) fn get(purpose: &'static str, url: Url) -> Request {
    Request {
        purpose,
        method: Method::Get,
        url,
        idempotency_key: None,
        names_something: false,
        may_lag: false,
        creates: false,
        saves: false,
        body: Body::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_with_odd_characters_is_encoded_first() {
        let credentials = Credentials { id: "me@here".to_owned(), secret: "a:b c".into() };
        assert!(credentials.needs_encoding());
        let header = |how| Authorization::Client(credentials.clone(), how).header();
        assert_eq!(header(TokenAuth::Basic).unwrap().expose_secret(), "Basic bWUlNDBoZXJlOmElM0FiK2M=");
        assert_eq!(header(TokenAuth::BasicRaw).unwrap().expose_secret(), "Basic bWVAaGVyZTphOmIgYw==");
        assert!(header(TokenAuth::Post).is_none());
    }

    #[test]
    fn debug_output_does_not_show_secrets() {
        let webhook = Webhook { url: "https://hook.example".parse().unwrap(), secret: "hush-hush".into() };
        let tenant = Tenant::at(
            "https://api.example.com".parse().unwrap(),
            Credentials { id: "me".to_owned(), secret: "very-secret".into() },
        )
        .unwrap();
        let shown = format!("{:?} {:?} {:?}", subscribe(&tenant, &webhook), tenant, webhook);
        assert!(!shown.contains("hush-hush") && !shown.contains("very-secret"), "{shown}");
    }
}
