//! Reads this machine's settings for the route to the platform: the proxy, and the trusted authorities.
#![expect(clippy::disallowed_methods, reason = "reads variables and the file that one of them names")]

use std::path::Path;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

/// The problem of a proxy that does not answer.
pub const SILENT: &str = "does not answer";
/// The problem of a proxy whose tunnel leads to a silent server.
pub const SILENT_BEHIND: &str = "opens a connection over which nobody answers";

/// A proxy's name in messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyName {
    /// The variable that names it.
    pub variable: &'static str,
    /// Its address, without credentials.
    pub address: String,
}

/// A proxy between this machine and the platform.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Its name in messages.
    pub name: ProxyName,
    /// Its address.
    pub to: Uri,
    /// The credentials for it.
    pub credentials: Option<HeaderValue>,
}

impl Proxy {
    /// The proxy for an `https` address, if there is one.
    ///
    /// # Errors
    ///
    /// Fails with what is wrong with the variable that names it, which would be ignored silently otherwise.
    pub fn before(url: &Url) -> Result<Option<Self>, String> {
        let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
        let setting = names.iter().find_map(|&name| {
            let value = std::env::var(name).ok().filter(|value| !value.trim().is_empty())?;
            Some((name, value))
        });
        let Ok(to) = url.as_str().parse::<Uri>() else { return Ok(None) };
        let Some((variable, value)) = setting else {
            // The system settings of Windows and macOS.
            let found = Matcher::from_system().intercept(&to);
            return Ok(found.and_then(|found| Self::from("the system's settings", &found)));
        };
        // Whether any proxy would be used, by the rules of the library that uses it.
        let except = ["no_proxy", "NO_PROXY"].iter().find_map(|name| std::env::var(name).ok());
        let except = except.unwrap_or_default();
        let intercept =
            |value: &str| Matcher::builder().all(value).no(except.as_str()).build().intercept(&to);
        if intercept("http://proxy.invalid").is_none() {
            return Ok(None);
        }
        let value = value.trim();
        check_proxy_address(value).map_err(|reason| format!("{variable} {reason}"))?;
        let found = intercept(value).and_then(|found| Self::from(variable, &found));
        found.map(Some).ok_or_else(|| format!("{variable} is not the address of a proxy"))
    }

    fn from(variable: &'static str, found: &Intercept) -> Option<Self> {
        let to = found.uri().clone();
        let port = to.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        let address = format!("{}://{}{port}", to.scheme_str()?, to.host()?);
        let credentials = found.basic_auth().cloned();
        Some(Self { name: ProxyName { variable, address }, to, credentials })
    }
}

/// Checks the address of a proxy.
fn check_proxy_address(value: &str) -> Result<(), &'static str> {
    let address = value.parse::<Uri>().map_err(|_| "is not the address of a proxy")?;
    match address.scheme_str() {
        None | Some("http" | "https") => {}
        Some("socks4" | "socks4a" | "socks5" | "socks5h") => {
            return Err("names a SOCKS proxy, which is not supported");
        }
        Some(_) => return Err("names a proxy that is neither http nor https"),
    }
    let host = address.host().filter(|host| !host.is_empty()).ok_or("names no host for the proxy")?;
    let authority = address.authority().map_or("", |authority| authority.as_str());
    let (_, after) = authority.rsplit_once(host).unwrap_or_default();
    match after.strip_prefix(':') {
        Some(port) if port.parse::<u16>().is_err() => Err("names an invalid port for the proxy"),
        _ => Ok(()),
    }
}

/// What is wrong with the authorities that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
pub fn unusable_authorities() -> Option<String> {
    let named = |variable: &str, path: &Path, reason: &str| {
        let path = path.display();
        Some(format!("{variable} names {path}, {reason}; name one with certificates, or unset the variable"))
    };
    if let Some(folders) = std::env::var_os("SSL_CERT_DIR").filter(|folders| !folders.is_empty()) {
        let mut folders = std::env::split_paths(&folders).peekable();
        let first = folders.peek().cloned().unwrap_or_default();
        return match folders.any(|folder| folder.is_dir()) {
            true => None,
            false => named("SSL_CERT_DIR", &first, "and there is no such folder"),
        };
    }
    let path = std::path::PathBuf::from(std::env::var_os("SSL_CERT_FILE")?);
    if path.as_os_str().is_empty() {
        return Some("SSL_CERT_FILE is set but names no file: name one, or unset the variable".to_owned());
    }
    let named = |reason: &str| named("SSL_CERT_FILE", &path, reason);
    if path.is_dir() {
        return named("which is a folder");
    }
    match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => named("and there is no such file"),
        Err(error) => named(&format!("which cannot be read: {error}")),
        Ok(text) => {
            let has_any = memchr::memmem::find(&text, b"-----BEGIN CERTIFICATE-----").is_some();
            if has_any { None } else { named("which contains no certificate in PEM") }
        }
    }
}
