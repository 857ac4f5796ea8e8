//! Tells flows from settings by their file names.

use std::path::Path;

use crate::settings;

/// Whether a file holds settings.
pub fn is_settings(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == settings::NAME)
}

/// Whether a file is a flow.
pub fn is_flow(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("cxflow"))
}
