//! What this machine says of the way to the platform: a proxy, and the authorities it trusts.
#![expect(clippy::disallowed_methods, reason = "variables and the file that one names say it")]

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

/// A proxy on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// The variable that names it.
    pub variable: &'static str,
    /// Its address, without who signs in there.
    pub address: String,
}

impl Proxy {
    /// The proxy on the way to an address, if there is one.
    ///
    /// # Errors
    ///
    /// What is wrong with the variable that names it. It would be passed by in silence otherwise.
    pub fn before(url: &Url) -> Result<Option<Self>, String> {
        let names: &[&'static str] = match url.scheme() {
            "https" => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
            _ => &["http_proxy", "all_proxy", "ALL_PROXY"],
        };
        let said = names.iter().find_map(|&name| {
            let value = std::env::var(name).ok().filter(|value| !value.trim().is_empty())?;
            Some((name, value))
        });
        let Some((variable, value)) = said else { return Ok(None) };
        let Ok(to) = url.as_str().parse::<Uri>() else { return Ok(None) };
        // Whether any proxy would be taken, by the rules of the library that takes it.
        let except = ["no_proxy", "NO_PROXY"].iter().find_map(|name| std::env::var(name).ok());
        let any = Matcher::builder().all("http://proxy.invalid").no(except.unwrap_or_default()).build();
        if any.intercept(&to).is_none() {
            return Ok(None);
        }
        let unusable = |why: &str| Err(format!("{variable} {why}"));
        let Ok(address) = value.trim().parse::<Uri>() else {
            return unusable("is no address of a proxy");
        };
        match address.scheme_str() {
            None | Some("http" | "https") => {}
            Some("socks4" | "socks4a" | "socks5" | "socks5h") => {
                return unusable("names a SOCKS proxy, which is not spoken here");
            }
            Some(_) => return unusable("names a proxy that is neither http nor https"),
        }
        let Some(host) = address.host().filter(|host| !host.is_empty()) else {
            return unusable("names no host of a proxy");
        };
        let port = address.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = address.scheme_str().unwrap_or("http");
        Ok(Some(Self { variable, address: format!("{scheme}://{host}{port}") }))
    }
}

/// What is wrong with the file of authorities that `SSL_CERT_FILE` names, if it is what counts.
pub fn unusable_authorities() -> Option<String> {
    let path = std::env::var_os("SSL_CERT_FILE")?;
    if std::env::var_os("SSL_CERT_DIR").is_some_and(|folders| !folders.is_empty()) {
        return None;
    }
    let path = std::path::PathBuf::from(path);
    let named = |why: &str| Some(format!("SSL_CERT_FILE names {}, {why}", path.display()));
    if path.is_dir() {
        return named("which is a folder");
    }
    match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => named("and there is no such file"),
        Err(error) => named(&format!("which cannot be read: {error}")),
        Ok(text) => {
            let has_any = memchr::memmem::find(&text, b"-----BEGIN CERTIFICATE-----").is_some();
            if has_any { None } else { named("which holds no certificate in PEM") }
        }
    }
}
