//! Finds the line with a noted hash in a log, searching from the end.

use std::io::{Read, Seek};

use super::hash::Hash;
use super::seal::Sealed;
use super::tail::{Backwards, TailFault};

/// Searches a log of this length, whose last whole line has the hash `head`, for the line with the noted
/// hash. The lines below it must form a chain.
///
/// # Errors
///
/// [`TailFault::CutOff`] if there is no such line, [`TailFault::Changed`] if a line below it was changed.
pub fn find(log: &mut (impl Read + Seek), length: u64, head: Hash, noted: Hash) -> Result<(), TailFault> {
    let mut scan = Backwards::new(log, length);
    let (mut end, mut expected) = (length, head);
    while expected != noted {
        let newline = scan.newline()?;
        let start = newline.map_or(0, |at| at + 1);
        let line = scan.piece(start, end)?;
        // Torn pieces between whole lines are reported by a repair, and are not part of the chain.
        if let Some(sealed) = line.as_deref().and_then(Sealed::read) {
            if sealed.holds() != Some(expected) {
                return Err(TailFault::Changed);
            }
            expected = sealed.prev().ok_or(TailFault::Changed)?;
        }
        match newline {
            Some(at) if expected != Hash::NONE => end = at,
            _ if expected == noted => return Ok(()),
            _ => return Err(TailFault::CutOff(noted)),
        }
    }
    Ok(())
}
