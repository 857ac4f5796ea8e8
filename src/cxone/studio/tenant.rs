//! A tenant: where it signs in, and with what.

use std::sync::Arc;

use url::Url;

use super::facts;
use crate::cxone::address;
use crate::cxone::{CredentialOrigin, Credentials};
use crate::settings::is_path;

/// A tenant whose scripts are saved.
#[derive(Debug, Clone)]
pub struct StudioTenant {
    /// The sign-in address of its area.
    pub base: Url,
    /// Where a token is issued.
    pub(super) token: Url,
    /// Below which the hosts of tenants are described.
    pub(super) directory: Url,
    /// The access key.
    pub(super) key: Credentials,
    /// The back-end app that signs in with the key. Without one, the key signs in by itself.
    pub(super) app: Option<Credentials>,
    /// The version of the API: `v34.0`.
    pub(super) version: String,
    /// Where the credentials are from.
    pub(super) origin: Arc<CredentialOrigin>,
}

impl StudioTenant {
    /// A tenant. `token` is the path or the address where a token is issued, if it is not the usual one.
    ///
    /// # Errors
    ///
    /// Fails with what is wrong with `token`, and what to write.
    pub fn at(
        base: Url,
        key: Credentials,
        app: Option<Credentials>,
        token: Option<&str>,
    ) -> Result<Self, String> {
        let directory = if is_of_area(&base) { address::read(facts::SIGN_IN)? } else { base.clone() };
        let token = match token {
            Some(path) if path.starts_with('/') && is_path(path) => below(&base, path),
            Some(path) if path.starts_with('/') => {
                return Err("`paths.token` is a path below the base URL: write it from `/` on".to_owned());
            }
            Some(url) => address::read(url).map_err(|reason| format!("`paths.token` {reason}"))?,
            None if app.is_some() => below(&directory, facts::TOKEN),
            None => below(&base, facts::ACCESS_KEY),
        };
        let (version, origin) = (facts::API_VERSION.to_owned(), Arc::default());
        Ok(Self { base, token, directory, key, app, version, origin })
    }

    /// The same tenant, whose credentials are from there.
    pub fn with_origin(self, origin: CredentialOrigin) -> Self {
        Self { origin: Arc::new(origin), ..self }
    }

    /// The same tenant, asked by this version of the API.
    pub fn with_version(self, version: String) -> Self {
        Self { version, ..self }
    }

    /// How locks and messages name the tenant of a script. Tenants of one area share their address.
    pub fn name(&self, business_unit: u64) -> String {
        name(self.base.as_str(), business_unit)
    }

    /// Whether every address that is known is on this machine and unencrypted.
    pub(super) fn is_plain(&self) -> bool {
        [&self.base, &self.token, &self.directory].iter().all(|url| url.scheme() == "http")
    }
}

/// The name of the tenant with this sign-in address and business unit.
pub fn name(base: &str, business_unit: u64) -> String {
    format!("{} business unit {business_unit}", base.trim_end_matches('/'))
}

fn is_of_area(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default();
    host.strip_suffix(facts::AREA_HOSTS).is_some_and(|area| area.is_empty() || area.ends_with('.'))
}

/// An address below another one.
pub(super) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(base: &str, has_app: bool, token: Option<&str>) -> Result<StudioTenant, String> {
        let credentials = || Credentials { id: "key".to_owned(), secret: "secret".into() };
        StudioTenant::at(address::read(base).unwrap(), credentials(), has_app.then(credentials), token)
    }

    #[test]
    fn an_area_signs_in_itself_and_is_looked_up_in_the_directory_of_all() {
        for (base, has_app, token, directory) in [
            (
                "https://na1.nice-incontact.com",
                false,
                "https://na1.nice-incontact.com/authentication/v1/token/access-key",
                "https://cxone.niceincontact.com/",
            ),
            (
                "https://na1.nice-incontact.com",
                true,
                "https://cxone.niceincontact.com/auth/token",
                "https://cxone.niceincontact.com/",
            ),
            (
                "http://127.0.0.1:8080",
                false,
                "http://127.0.0.1:8080/authentication/v1/token/access-key",
                "http://127.0.0.1:8080/",
            ),
            ("http://127.0.0.1:8080", true, "http://127.0.0.1:8080/auth/token", "http://127.0.0.1:8080/"),
            // Somebody else's host that looks like one of the vendor's.
            (
                "https://evil-nice-incontact.com",
                true,
                "https://evil-nice-incontact.com/auth/token",
                "https://evil-nice-incontact.com/",
            ),
        ] {
            let tenant = tenant(base, has_app, None).unwrap();
            assert_eq!((tenant.token.as_str(), tenant.directory.as_str()), (token, directory), "{base}");
        }
    }

    #[test]
    fn settings_name_another_token_endpoint() {
        let base = "https://na1.nice-incontact.com";
        let token = |path| tenant(base, true, Some(path)).map(|tenant| tenant.token.to_string());
        assert_eq!(token("/own/token").unwrap(), "https://na1.nice-incontact.com/own/token");
        assert_eq!(token("https://login.example/t").unwrap(), "https://login.example/t");
        assert!(token("http://login.example/t").unwrap_err().contains("`paths.token`"));
    }
}
