//! Secrets, kept from being shown: platforms echo what they were sent.

use std::sync::Mutex;

use secrecy::{ExposeSecret, SecretString};

use super::answer::Response;

/// What never shows, whoever says it.
#[derive(Debug, Default)]
pub struct Hush(Mutex<Vec<SecretString>>);

impl Hush {
    /// Keeps a text from ever being shown.
    pub fn hide(&self, secret: &SecretString) {
        let plain = secret.expose_secret();
        let escaped = serde_json::Value::from(plain).to_string();
        let form: String = url::form_urlencoded::byte_serialize(plain.as_bytes()).collect();
        let escaped = escaped.trim_matches('"').to_owned();
        // Some JSON writers escape slashes, too.
        let slashed = escaped.replace('/', "\\/");
        let spellings = [plain.to_owned(), slashed, escaped, form];
        if let Ok(mut secrets) = self.0.lock() {
            for spelling in spellings {
                // What is shorter is in every text.
                let known = secrets.iter().any(|secret| secret.expose_secret() == spelling);
                if spelling.len() > 3 && !known {
                    secrets.push(spelling.into());
                }
            }
        }
    }

    /// An answer that does not say what it must not: platforms echo what they were sent.
    pub fn without_secrets(&self, mut response: Response) -> Response {
        let secrets = self.0.lock().map(|secrets| secrets.clone()).unwrap_or_default();
        for secret in secrets {
            let secret = secret.expose_secret().strip_prefix("Basic ").unwrap_or(secret.expose_secret());
            if memchr::memmem::find(&response.body, secret.as_bytes()).is_some() {
                response.body = replaced(&response.body, secret.as_bytes());
            }
            response.location = response.location.map(|location| location.replace(secret, "[secret]"));
        }
        response
    }
}

fn replaced(body: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memmem::find(rest, secret) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        out.extend_from_slice(b"[secret]");
        rest = rest.get(at + secret.len()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}
