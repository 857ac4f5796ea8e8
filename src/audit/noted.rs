//! Whether a log still has the line whose hash was noted; the search starts at the end.

use std::io::{Read, Seek};

use super::hash::Hash;
use super::seal::Sealed;
use super::tail::{Backwards, TailFault};

/// Looks for the line with the noted hash in a log of that length, whose last whole line has the hash `head`.
/// The lines below it have to follow on each other.
///
/// # Errors
///
/// [`TailFault::CutOff`] where there is no such line, [`TailFault::Changed`] where a line below it was changed.
pub fn find(log: &mut (impl Read + Seek), length: u64, head: Hash, noted: Hash) -> Result<(), TailFault> {
    let mut scan = Backwards::new(log, length);
    let (mut end, mut expected) = (length, head);
    while expected != noted {
        let newline = scan.newline()?;
        let start = newline.map_or(0, |at| at + 1);
        let line = scan.piece(start, end)?;
        // What is torn between whole lines is told of by a repair, and no part of the chain.
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
