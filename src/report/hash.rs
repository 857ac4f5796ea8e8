//! SHA-256, as `sha256sum` prints it.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// The hash of bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let mut hasher = Hasher::default();
    hasher.0.update(bytes);
    hasher.finish()
}

/// Hashes what is written to it.
#[derive(Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// The hash of everything that was written, in hexadecimal digits.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
