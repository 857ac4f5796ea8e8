//! Which addresses of a platform or of a webhook are valid, whether a flag, a variable or `cxflow.toml`
//! gives them.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::host::{is_this_machine, without_dot};
use crate::spelling::is_invisible;

/// Why a text is not a valid address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// There is nothing in it.
    Empty,
    /// It does not begin with `SCHEME://`.
    NoScheme,
    /// It begins with another scheme.
    OtherScheme,
    /// It has a user or a password.
    User,
    /// It has a backslash, a control character or another character that cannot be seen.
    Character,
    /// It has no host.
    NoHost,
    /// Its host is not a name and not an IP address.
    Host,
    /// Its port is not a number, or is too large.
    Port,
    /// It is `http` to another machine.
    Unencrypted,
    /// It has a query or a fragment.
    Query,
}

impl AddressFault {
    /// What is wrong, to be written after the address's name.
    pub fn is(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::NoScheme => "has no scheme",
            Self::OtherScheme => "is neither https nor http",
            Self::User => "holds a user or a password",
            Self::Character => "holds a character that no address has",
            Self::NoHost => "names no host",
            Self::Host => "names a host that cannot exist",
            Self::Port => "has a port that is not a number from 0 to 65535",
            Self::Unencrypted => "is not encrypted",
            Self::Query => "has a query or a fragment",
        }
    }

    /// What to write instead.
    pub fn help(self) -> &'static str {
        match self {
            Self::Empty | Self::NoScheme | Self::OtherScheme | Self::NoHost => {
                "write it in full, as in https://api.example.com"
            }
            Self::User => "credentials have variables of their own",
            Self::Character => "leave out backslashes, and characters that cannot be seen",
            Self::Host => "write a name such as api.example.com, or an IP address with all its numbers",
            Self::Port => "leave it out, or write it as in https://api.example.com:8443",
            Self::Unencrypted => "write https; plain http is only allowed to this machine (127.0.0.1)",
            Self::Query => "leave out what follows `?` or `#`",
        }
    }
}

/// Checks an address: `https`, or `http` to this machine, without a user, a query or a fragment. White
/// space around it does not count.
///
/// # Errors
///
/// What is wrong with it.
///
/// ```
/// use cxflowc::settings::{AddressFault, check_address};
/// assert_eq!(check_address("https://api.example.com"), Ok(()));
/// assert_eq!(check_address("http://api.example.com"), Err(AddressFault::Unencrypted));
/// ```
pub fn check_address(text: &str) -> Result<(), AddressFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AddressFault::Empty);
    }
    // This comes first, so that no other message is about an address with a password.
    if has_user(text) {
        return Err(AddressFault::User);
    }
    if text.chars().any(|c| c == '\\' || is_invisible(c)) {
        return Err(AddressFault::Character);
    }
    let (scheme, rest) = text.split_once("://").ok_or(AddressFault::NoScheme)?;
    let is_encrypted = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return Err(AddressFault::OtherScheme),
    };
    let (host, port) = split_port(authority(rest))?;
    check_host(host)?;
    if !port.is_empty() && (!port.bytes().all(|byte| byte.is_ascii_digit()) || port.parse::<u16>().is_err()) {
        return Err(AddressFault::Port);
    }
    if !is_encrypted && !is_this_machine(host) {
        return Err(AddressFault::Unencrypted);
    }
    if rest.contains(['?', '#']) {
        return Err(AddressFault::Query);
    }
    Ok(())
}

/// What follows the scheme, up to the path.
fn authority(rest: &str) -> &str {
    rest.split(['/', '\\', '?', '#']).next().unwrap_or_default()
}

/// Whether a text has a user, also if it is not a valid address. Clients also accept an address without
/// slashes, or with backslashes.
fn has_user(text: &str) -> bool {
    let rest = text.split_once("//").map_or_else(
        || match text.split_once(':') {
            Some((scheme, rest)) if matches!(&*scheme.to_ascii_lowercase(), "http" | "https") => rest,
            _ => text,
        },
        |(_, rest)| rest,
    );
    authority(rest.trim_start_matches(['/', '\\'])).contains('@')
}

/// Host and port of `HOST:PORT`. The host of an IPv6 address keeps its brackets.
fn split_port(authority: &str) -> Result<(&str, &str), AddressFault> {
    let end = match authority.starts_with('[') {
        true => authority.find(']').map(|at| at + 1).ok_or(AddressFault::Host)?,
        false => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(end).ok_or(AddressFault::Host)?;
    match port.strip_prefix(':') {
        Some(port) => Ok((host, port)),
        None if port.is_empty() => Ok((host, "")),
        None => Err(AddressFault::Host),
    }
}

fn check_host(host: &str) -> Result<(), AddressFault> {
    if host.is_empty() {
        return Err(AddressFault::NoHost);
    }
    let is_valid = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None if is_number(host) => without_dot(host).parse::<Ipv4Addr>().is_ok(),
        None => {
            host.chars().any(char::is_alphanumeric)
                && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
        }
    };
    if is_valid { Ok(()) } else { Err(AddressFault::Host) }
}

/// Whether clients read a host as an IPv4 address: its last part is a number. Some of them also accept
/// `127.1` and `0x7f.1`, which most people do not recognise.
fn is_number(host: &str) -> bool {
    let last = without_dot(host).rsplit('.').next().unwrap_or_default();
    let is_hex = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let last_digits = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    match last_digits {
        Some(digits) => is_hex(digits),
        None => !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_written_in_few_ways() {
        for good in ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.0.1.", "[::1]"] {
            assert_eq!(check_address(&format!("http://{good}:8700/t")), Ok(()), "{good}");
        }
        for other in ["localhost.example.com", "127.0.0.1.example.com", "[::2]", "[::ffff:127.0.0.1]"] {
            let address = format!("http://{other}");
            assert_eq!(check_address(&address), Err(AddressFault::Unencrypted), "{other}");
        }
        for wrong in ["127.1", "0x7f.1", "0177.0.0.1", "2130706433", "256.0.0.1", "[127.0.0.1]", "[::1"] {
            assert_eq!(check_address(&format!("http://{wrong}")), Err(AddressFault::Host), "{wrong}");
        }
    }

    #[test]
    fn a_user_is_found_in_any_address() {
        for text in [
            "https://me:pw@a.example",
            "https:me:pw@a.example",
            "https:\\\\me:pw@a.example",
            "HTTPS:///me:pw@a.example",
            "ftp://me@a.example/",
            "//me:pw@a.example",
            "me:pw@a.example",
            "https://@a.example",
        ] {
            assert_eq!(check_address(text), Err(AddressFault::User), "{text}");
        }
        assert_eq!(check_address("https://a.example/@me"), Ok(()));
    }
}
