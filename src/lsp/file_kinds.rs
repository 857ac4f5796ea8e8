//! Tells flows from settings by their file names.

use std::path::Path;

use crate::bundled::lock::FILE_NAME;
use crate::settings;

/// Whether a file holds settings, or the lock of policies, which applies to flows as settings do.
pub fn is_settings(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == settings::NAME || name == FILE_NAME)
}

/// Whether a file is a flow.
pub fn is_flow(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("cxflow"))
}
