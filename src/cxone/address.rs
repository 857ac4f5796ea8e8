//! Addresses that secrets may be sent to.

use std::net::IpAddr;

use url::{Host, Url};

/// Reads an address: absolute, `https`, or `http` to this machine, without a user, a query or a
/// fragment.
///
/// # Errors
///
/// What is wrong with it, to be said after its name.
///
/// ```
/// use cxflowc::cxone::address::read;
/// assert_eq!(read("https://api.example.com/").unwrap().as_str(), "https://api.example.com/");
/// assert!(read("http://127.0.0.1:8700").is_ok());
/// assert!(read("http://api.example.com").unwrap_err().contains("https"));
/// ```
pub fn read(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            "has no scheme: write it in full, as in https://api.example.com".to_owned()
        }
        error => format!("is not an address: {error}"),
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(
                "is not encrypted: write https; plain http is only allowed to this machine (127.0.0.1)"
                    .to_owned(),
            );
        }
        _ => return Err("is neither https nor http".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user or a password: credentials have variables of their own".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has a query or a fragment: leave out what follows `?` or `#`".to_owned());
    }
    Ok(url)
}

/// Whether an address is on this machine: 127.0.0.0/8, ::1 or `localhost`, which is always
/// loopback (RFC 6761, section 6.3).
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// An address as messages name it: scheme, host and port.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_secret_may_be_sent_to() {
        for good in
            ["https://a.example", "https://a.example:8443/base/", "http://localhost:1", "http://[::1]:8700"]
        {
            assert!(read(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("http://a.example", "https"),
            ("http://127.0.0.1.example.com", "https"),
            ("http://localhost.example.com", "https"),
            ("ftp://a.example", "neither"),
            ("a.example", "no scheme"),
            ("https://me:pw@a.example", "password"),
            ("https://a.example/?x=1", "query"),
            ("https://", "not an address"),
            ("", "no scheme"),
        ] {
            let said = read(bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
