//! Where events may go: to this machine, and elsewhere only on request.
//!
//! Names are resolved once, and the connection uses the checked address, so a later change of the name has
//! no effect.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// An address that is not one of this machine's loopback addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoopback(IpAddr);

impl fmt::Display for NotLoopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not on this machine; --deliver-anywhere sends events by https to others", self.0)
    }
}

impl Error for NotLoopback {}

impl NotLoopback {
    /// This error in the chain of another error's causes, if it is there.
    pub fn in_error(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut at: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = at {
            if let Some(cause) = error.downcast_ref::<Self>() {
                return Some(*cause);
            }
            at = error.source();
        }
        None
    }
}

fn check_address(address: IpAddr) -> Result<(), NotLoopback> {
    // An IPv4-mapped IPv6 address leads to the same place as the IPv4 address.
    if address.to_canonical().is_loopback() { Ok(()) } else { Err(NotLoopback(address)) }
}

/// Checks a host that is written as an address in any form, since such a host is not resolved.
///
/// # Errors
///
/// If it is not on this machine.
pub fn check(url: &Url) -> Result<(), NotLoopback> {
    match url.host() {
        Some(Host::Ipv4(address)) => check_address(address.into()),
        Some(Host::Ipv6(address)) => check_address(address.into()),
        Some(Host::Domain(_)) | None => Ok(()),
    }
}

/// Resolves only names whose addresses are all on this machine.
#[derive(Debug, Clone, Copy)]
pub struct LoopbackResolver;

impl Resolve for LoopbackResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            for address in &found {
                check_address(address.ip())?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn addresses_of_other_machines_are_recognized_in_every_spelling() {
        let is_allowed = |text: &str| check(&text.parse().unwrap()).is_ok();
        for here in [
            "127.0.0.1",
            "127.9.9.9",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "017700000001",
            "0177.0.0.1",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "１２７.0.0.1",
        ] {
            assert!(is_allowed(&format!("https://{here}/hook")), "{here}");
        }
        for elsewhere in [
            "10.0.0.1",
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0xa9.0xfe.0xa9.0xfe",
            "0251.0376.0251.0376",
            "025177524776",
            "0.0.0.0",
            "0",
            "[::]",
            "[::ffff:10.0.0.1]",
            "[::ffff:a00:1]",
            "[::10.0.0.1]",
            "[::127.0.0.1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
            "128.0.0.1",
            "126.255.255.255",
            "１０.0.0.1",
        ] {
            assert!(!is_allowed(&format!("https://{elsewhere}/hook")), "{elsewhere}");
        }
    }
}
