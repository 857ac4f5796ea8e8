//! What an interrupted write left at the end of a log.

use std::fmt;

use super::hash::Hash;

/// What an interrupted write left after the last whole line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tear {
    /// The number of bytes, including the newline that ends them; 0 if a line only lacked its newline.
    pub bytes: u64,
    /// The SHA-256 of these bytes.
    pub sha256: Hash,
}

impl fmt::Display for Tear {
    /// `9 torn bytes of an interrupted write`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bytes {
            0 => f.write_str("a missing newline, the last byte of an interrupted write"),
            1 => f.write_str("1 torn byte of an interrupted write"),
            bytes => write!(f, "{bytes} torn bytes of an interrupted write"),
        }
    }
}
