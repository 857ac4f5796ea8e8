//! Checks whom a request is for: `Host`, and the target if that names a host as well.
//!
//! A page in a browser can reach this machine under its own name, if that resolves to 127.0.0.1 (DNS
//! rebinding). The browser then sends that name, and is refused.

use std::net::{Ipv4Addr, Ipv6Addr};

use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode, Uri};

use super::problem::{ErrorResponse, bounded};

/// The default port of `http`.
const USUAL_PORT: u16 = 80;

/// Checks that a request is for the emulator on this port.
///
/// # Errors
///
/// `400` without exactly one readable `Host`, `421` if it or the target names another server.
pub fn check(method: &Method, uri: &Uri, headers: &HeaderMap, port: u16) -> Result<(), ErrorResponse> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        let count = if headers.contains_key(header::HOST) { "more than one" } else { "none" };
        return Err(bad(format!("a request has one Host, and this one has {count}")));
    };
    let host = host.to_str().map_err(|_| bad("the Host is not text"))?;
    judge(host, "Host", port)?;
    // A target in absolute form, or that of CONNECT, takes precedence over `Host` (RFC 9112, section
    // 3.2.2).
    let Some(authority) = uri.authority() else { return Ok(()) };
    if *method != Method::CONNECT && uri.scheme_str() != Some("http") {
        return Err(misdirected(&uri.to_string(), "target", port));
    }
    judge(authority.as_str(), "target", port)
}

fn bad(message: impl Into<String>) -> ErrorResponse {
    ErrorResponse::bad_request(message).header(header::CONNECTION, HeaderValue::from_static("close"))
}

fn misdirected(target: &str, place: &str, port: u16) -> ErrorResponse {
    let message = format!(
        "the request is for {} ({place}), and this emulator answers for 127.0.0.1:{port}, localhost:{port} and [::1]:{port} only",
        bounded(target)
    );
    ErrorResponse::new(StatusCode::MISDIRECTED_REQUEST, "misdirected_request", message)
        .header(header::CONNECTION, HeaderValue::from_static("close"))
}

fn judge(authority: &str, place: &str, port: u16) -> Result<(), ErrorResponse> {
    let (name, own_port) = parts(authority)
        .ok_or_else(|| bad(format!("the {place} {} is not a host and a port", bounded(authority))))?;
    if is_here(name) && own_port == port { Ok(()) } else { Err(misdirected(authority, place, port)) }
}

/// A host and its port; `None` if the text has another form.
fn parts(authority: &str) -> Option<(&str, u16)> {
    let (name, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (name, after) = rest.split_once(']')?;
            name.parse::<Ipv6Addr>().ok()?;
            (name, if after.is_empty() { None } else { Some(after.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (authority, None),
        },
    };
    let is_name = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '/' | '\\' | '?' | '#' | ',');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    match port {
        None | Some("") => Some((name, USUAL_PORT)),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((name, digits.parse().ok()?))
        }
        Some(_) => None,
    }
}

/// Whether a name is this machine's, ignoring case and a dot at the end.
fn is_here(name: &str) -> bool {
    if let Ok(address) = name.parse::<Ipv6Addr>() {
        return address == Ipv6Addr::LOCALHOST;
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || name.parse() == Ok(Ipv4Addr::LOCALHOST)
}
