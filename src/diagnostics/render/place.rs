//! Where a file is, for readers who have their own copy of the repository.

use std::path::{Path, PathBuf};

use crate::source::Source;

/// Where a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileLocation {
    /// Below the root of this run: the path relative to it, without `.` and `..`.
    Inside(PathBuf),
    /// Elsewhere: the absolute path.
    Outside(PathBuf),
    /// It comes with the compiler, and no reader has it.
    Bundled(String),
}

/// A function that tells where files are.
pub type FileLocations<'a> = &'a dyn Fn(&Source) -> FileLocation;

impl FileLocation {
    /// The path with `/` between its parts.
    pub fn path(&self) -> String {
        match self {
            Self::Inside(path) | Self::Outside(path) => slashed(path.display().to_string()),
            Self::Bundled(name) => name.clone(),
        }
    }
}

/// A path as a URI reference (RFC 3986): relative paths stay relative.
pub fn uri(path: &Path) -> String {
    let mut out = String::new();
    if path.is_absolute() {
        out.push_str("file://");
    }
    #[cfg(windows)]
    let bytes = slashed(path.display().to_string()).into_bytes();
    #[cfg(not(windows))]
    let bytes = path.as_os_str().as_encoded_bytes();
    if path.is_absolute() && bytes.first() != Some(&b'/') {
        out.push('/');
    }
    for &byte in bytes.iter() {
        // The unreserved characters, and others that are unambiguous in a path. A colon would turn the
        // first part into a scheme.
        if byte.is_ascii_alphanumeric() || b"-._~/@+,=!".contains(&byte) {
            out.push(char::from(byte));
        } else {
            super::put(&mut out, format_args!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(windows)]
fn slashed(path: String) -> String {
    path.replace('\\', "/").trim_start_matches("//?/").to_owned()
}

#[cfg(not(windows))]
fn slashed(path: String) -> String {
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn percent_encodes_paths() {
        for (path, expected) in [
            ("flows/a.cxflow", "flows/a.cxflow"),
            ("Menü 1%.cxflow", "Men%C3%BC%201%25.cxflow"),
            ("a:b#c?d\\e.cxflow", "a%3Ab%23c%3Fd%5Ce.cxflow"),
            ("/srv/flows/ä.cxflow", "file:///srv/flows/%C3%A4.cxflow"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(uri(Path::new(path)), expected);
        }
    }
}
