//! Addresses that secrets may be sent to.

use url::Url;

use crate::settings::check_address;

/// Reads an address that [`check_address`] allows.
///
/// # Errors
///
/// What is wrong with it and what to write, to be written after its name.
///
/// ```
/// use cxflowc::cxone::address::read;
/// assert_eq!(read("https://api.example.com/").unwrap().as_str(), "https://api.example.com/");
/// assert!(read("http://127.0.0.1:8700").is_ok());
/// assert!(read("http://api.example.com").unwrap_err().contains("https"));
/// ```
pub fn read(text: &str) -> Result<Url, String> {
    check_address(text).map_err(|fault| format!("{}: {}", fault.is(), fault.help()))?;
    // What is left are names in other scripts that international domain names do not allow.
    Url::parse(text.trim()).map_err(|error| format!("is not an address: {error}"))
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
            ("https://", "no host"),
            ("", "empty"),
        ] {
            let said = read(bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
