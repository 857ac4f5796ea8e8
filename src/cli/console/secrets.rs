//! The secrets that this process was given, which nothing that it prints about sources may show.

use std::sync::OnceLock;

use secrecy::SecretString;

use crate::cxone::Mask;

/// What covers the secrets of this process.
pub fn mask() -> &'static Mask {
    static MASK: OnceLock<Mask> = OnceLock::new();
    MASK.get_or_init(|| {
        let secrets = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_secret));
        Mask::new(secrets.filter_map(|(_, text)| Some(text.to_str()?.trim().to_owned())))
    })
}

/// The secrets of this process, and those of its proxies.
pub fn known_secrets() -> Vec<SecretString> {
    let own = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_secret));
    let own = own.filter_map(|(_, text)| Some(text.to_str()?.trim().to_owned()));
    let proxies = std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(|name| name.to_ascii_lowercase().ends_with("_proxy")));
    let passwords = proxies.filter_map(|(_, text)| password(text.to_str()?));
    own.chain(passwords).map(SecretString::from).collect()
}

/// The password of an address, as it is meant.
fn password(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let (user, _) = rest.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    // Read as the name of a form's field, in which these would mean something else.
    let field = password.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let decoded = url::form_urlencoded::parse(field.as_bytes()).next()?;
    Some(decoded.0.into_owned())
}

/// Whether a variable holds a secret: `CXONE_CLIENT_SECRET`, `CXONE_PROD_WEBHOOK_SECRET`, and tokens
/// of such names. On Windows their names may be in small letters as well.
fn is_secret(name: &str) -> bool {
    let name = name.to_uppercase();
    name.starts_with("CXONE_") && (name.ends_with("_SECRET") || name.ends_with("_TOKEN"))
}
