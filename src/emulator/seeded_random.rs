//! Repeatable randomness: draws are digests of a seed and a purpose, so they do not depend on concurrent
//! events.

use sha2::{Digest, Sha256};

/// The source of faults, latencies, ids and credentials.
pub struct SeededRandom {
    seed: [u8; 32],
}

impl SeededRandom {
    /// The source for a seed; without a seed its values are new in every run.
    pub fn new(seed: Option<u64>) -> Self {
        let seed = match seed {
            Some(number) => Sha256::digest(format!("cxflowc emulator {number}")).into(),
            None => rand::random(),
        };
        Self { seed }
    }

    fn draw(&self, purpose: &str, place: &str, number: u64) -> [u8; 32] {
        let mut digest = Sha256::new_with_prefix(self.seed);
        // Neither string contains a line break, so no two draws digest the same bytes.
        digest.update(format!("{purpose}\n{place}\n{number}"));
        digest.finalize().into()
    }

    /// A number from 0 to 1, exclusive, for the `number`th event at a place.
    pub fn share(&self, purpose: &str, place: &str, number: u64) -> f64 {
        let [a, b, c, d, ..] = self.draw(purpose, place, number);
        f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }

    /// The `number`th word for a purpose: 64 hexadecimal digits.
    pub fn word(&self, purpose: &str, number: u64) -> String {
        hex(&self.draw(purpose, "", number))
    }

    /// The `number`th id for a purpose: such as `job-` and 16 hexadecimal digits.
    pub fn id(&self, purpose: &str, number: u64) -> String {
        let word: String = self.word(purpose, number).chars().take(16).collect();
        format!("{purpose}-{word}")
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
