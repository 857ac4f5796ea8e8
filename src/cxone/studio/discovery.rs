//! Finding the host of a tenant's API.

use serde_json::Value;
use url::Url;

use super::facts;
use super::tenant::{StudioTenant, below};
use crate::cxone::address;
use crate::cxone::answer;
use crate::cxone::request::{Request, get};

/// Asks where a tenant's hosts are.
pub fn request(tenant: &StudioTenant, tenant_id: &str) -> Request {
    let mut url = below(&tenant.directory, facts::CONFIGURATION);
    url.query_pairs_mut().append_pair("tenantId", tenant_id);
    get("looking the tenant up", url)
}

/// The address of the API that an answer names. A token is sent there, so it must be a safe one.
///
/// # Errors
///
/// Fails with the reason why there is none, phrased to follow `answered 200, but`.
pub fn api(body: &[u8]) -> Result<Url, String> {
    let value = answer::json(body)?;
    let endpoint = value.get("api_endpoint").and_then(Value::as_str);
    let endpoint = endpoint.ok_or_else(|| "it has no `api_endpoint`".to_owned())?;
    address::read(endpoint).map_err(|reason| format!("its `api_endpoint` {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_to_safe_addresses_alone() {
        let read = |endpoint: &str| api(format!(r#"{{"api_endpoint": "{endpoint}"}}"#).as_bytes());
        assert_eq!(
            read("https://api-na1.niceincontact.com").unwrap().host_str(),
            Some("api-na1.niceincontact.com")
        );
        assert!(read("http://127.0.0.1:8080").is_ok());
        for unsafe_one in ["http://api.example.com", "https://u:p@api.example.com", "ftp://x", ""] {
            assert!(read(unsafe_one).unwrap_err().starts_with("its `api_endpoint`"), "{unsafe_one}");
        }
        assert!(api(b"{}").is_err() && api(b"<html>").is_err());
    }
}
