//! Which hosts of URLs are this machine.

use std::net::IpAddr;

/// 127.0.0.0/8, ::1 or `localhost`, which is always loopback (RFC 6761, section 6.3).
pub fn is_this_machine(host: &str) -> bool {
    let name = without_dot(host);
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A host without the dot that may end it.
pub fn without_dot(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}
