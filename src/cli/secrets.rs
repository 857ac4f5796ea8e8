//! The secrets that this process was given, which nothing that it prints about sources may show.

use std::sync::OnceLock;

use crate::cxone::Mask;

/// What covers the secrets of this process.
pub fn mask() -> &'static Mask {
    static MASK: OnceLock<Mask> = OnceLock::new();
    MASK.get_or_init(|| {
        let secrets = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_secret));
        Mask::new(secrets.filter_map(|(_, text)| Some(text.to_str()?.trim().to_owned())))
    })
}

/// Whether a variable holds a secret: `CXONE_CLIENT_SECRET`, `CXONE_PROD_WEBHOOK_SECRET`, and tokens
/// of such names.
fn is_secret(name: &str) -> bool {
    name.starts_with("CXONE_") && (name.ends_with("_SECRET") || name.ends_with("_TOKEN"))
}
