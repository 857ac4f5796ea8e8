//! Findings as text: a file per output format.

#[cfg(feature = "cli")]
mod cut;
#[cfg(feature = "cli")]
mod excerpt;
mod github;
#[cfg(feature = "cli")]
mod human;
mod json;
mod place;
mod sarif;
mod short;

use std::fmt::Write;

pub use github::github;
#[cfg(feature = "cli")]
pub use human::{Human, human};
pub use json::json;
pub use place::{FileLocation, FileLocations};
pub use sarif::Sarif;
pub use short::short;

/// Text with its control characters escaped, as every format for people shows it.
pub fn shown(text: &str) -> String {
    if !text.contains(crate::spelling::is_invisible) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if crate::spelling::is_invisible(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// Writes to a string, which cannot fail.
fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(arguments);
}
