//! The files that the tests compare with, and that `UPDATE=1` writes anew.

use std::path::Path;

/// Whether this run writes the files.
pub fn is_wanted() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Replaces a file as a whole, since another test may read it at the same moment.
pub fn write(path: &Path, text: &str) {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(&beside, path).unwrap();
}
