//! Reads the end of a log backwards.

use std::io::{self, Read, Seek, SeekFrom};

use sha2::{Digest, Sha256};

use super::hash::Hash;
use super::seal::{MAX_LINE, Sealed, begins_log};
use super::tear::Tear;
use super::torn::{TornPosition, is_broken_off};

/// How many bytes are read at once.
const BLOCK: u64 = 64 * 1024;
/// How many bytes after the last whole line can be torn: several interrupted writes in a row.
pub const MAX_TORN: u64 = 16 << 20;

/// The end of a log.
pub struct Tail {
    /// The hash of the last whole line.
    pub head: Hash,
    /// What comes after it.
    pub tear: Option<Tear>,
    /// Whether the log lacks a newline at its end.
    pub lacks_newline: bool,
}

/// Why nothing can be appended.
pub enum TailFault {
    /// The end is neither whole nor something that an interrupted write can leave.
    Changed,
    /// The last line ends in CRLF.
    ConvertedEnds,
    /// Nothing in it looks like a log.
    NotALog,
    /// The line with the noted hash is missing.
    CutOff(Hash),
    /// It could not be read.
    Io(io::Error),
}

impl From<io::Error> for TailFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads the end of a log of this length: the last whole line, and what follows it.
pub fn read(log: &mut (impl Read + Seek), length: u64) -> Result<Tail, TailFault> {
    let mut scan = Backwards::new(log, length);
    let mut newline = scan.newline()?;
    let lacks_newline = length > 0 && newline.map(|at| at + 1) != Some(length);
    let mut end = length;
    let mut torn = TornPieces::default();
    if !lacks_newline {
        let Some(last) = newline else { return Ok(Tail { head: Hash::NONE, tear: None, lacks_newline }) };
        end = last;
        newline = scan.newline()?;
    }
    loop {
        let start = newline.map_or(0, |at| at + 1);
        if let Some(head) = scan.head_of(start, end)? {
            torn.check()?;
            let torn_from = length.min(end + 1);
            let tear = if torn_from < length || lacks_newline {
                // A line that only lacks its newline gets one, and nothing is torn.
                let whole = lacks_newline && torn_from == length;
                Some(scan.tear(torn_from, length, lacks_newline && !whole)?)
            } else {
                None
            };
            return Ok(Tail { head, tear, lacks_newline });
        }
        if length - start > MAX_TORN {
            return Err(TailFault::NotALog);
        }
        torn.add(scan.piece(start, end)?)?;
        let Some(before) = newline else {
            let beginning = scan.bytes(0, length.min(16))?;
            return if begins_log(&beginning) {
                torn.check()?;
                Ok(Tail { head: Hash::NONE, tear: Some(scan.tear(0, length, lacks_newline)?), lacks_newline })
            } else {
                Err(TailFault::NotALog)
            };
        };
        end = before;
        newline = scan.newline()?;
    }
}

/// The torn pieces at the end of a log, the last one first.
#[derive(Default)]
struct TornPieces {
    /// Whether an append that found a whole line can have left the piece that is nearest to the beginning.
    first: Option<bool>,
    /// Whether that piece could follow another torn one.
    later: bool,
    /// Whether one of the pieces after it cannot have been left by an append.
    is_changed: bool,
}

impl TornPieces {
    /// Adds the piece before the ones added so far; `None` if it is longer than a line can be.
    fn add(&mut self, piece: Option<Vec<u8>>) -> Result<(), TailFault> {
        if piece.as_deref().is_some_and(Sealed::has_converted_line_end) {
            return Err(TailFault::ConvertedEnds);
        }
        self.is_changed |= self.first.is_some() && !self.later;
        let can = |place| piece.as_deref().is_some_and(|piece| is_broken_off(piece, place));
        (self.first, self.later) = (Some(can(TornPosition::First)), can(TornPosition::Later));
        Ok(())
    }

    /// Checks that interrupted writes can have left all pieces.
    fn check(&self) -> Result<(), TailFault> {
        if self.is_changed || self.first == Some(false) { Err(TailFault::Changed) } else { Ok(()) }
    }
}

/// Reads a log towards its beginning.
pub(super) struct Backwards<'a, L> {
    log: &'a mut L,
    /// The bytes from `at` that were read but not yet searched.
    block: Vec<u8>,
    at: u64,
}

impl<'a, L: Read + Seek> Backwards<'a, L> {
    /// Begins at the end of a log of this length.
    pub(super) fn new(log: &'a mut L, length: u64) -> Self {
        Self { log, block: Vec::new(), at: length }
    }

    /// The place of the next newline towards the beginning.
    pub(super) fn newline(&mut self) -> io::Result<Option<u64>> {
        loop {
            if let Some(place) = memchr::memrchr(b'\n', &self.block) {
                self.block.truncate(place);
                return Ok(Some(self.at + place as u64));
            }
            if self.at == 0 {
                return Ok(None);
            }
            let from = self.at.saturating_sub(BLOCK);
            self.block = self.bytes(from, self.at)?;
            self.at = from;
        }
    }

    /// The hash of the line in this range, if it is whole.
    fn head_of(&mut self, start: u64, end: u64) -> Result<Option<Hash>, TailFault> {
        if end - start > MAX_LINE as u64 {
            return Ok(None);
        }
        let line = self.bytes(start, end)?;
        match Sealed::read(&line) {
            None => Ok(None),
            Some(sealed) => sealed.holds().map(Some).ok_or(TailFault::Changed),
        }
    }

    /// The bytes of a piece that is not a whole line; `None` if it is longer than a line can be.
    pub(super) fn piece(&mut self, start: u64, end: u64) -> io::Result<Option<Vec<u8>>> {
        if end - start > MAX_LINE as u64 { Ok(None) } else { self.bytes(start, end).map(Some) }
    }

    fn tear(&mut self, from: u64, to: u64, add_newline: bool) -> io::Result<Tear> {
        let mut hasher = Sha256::new();
        let mut at = from;
        while at < to {
            let next = to.min(at + BLOCK);
            hasher.update(self.bytes(at, next)?);
            at = next;
        }
        if add_newline {
            hasher.update(b"\n");
        }
        Ok(Tear { bytes: to - from + u64::from(add_newline), sha256: Hash::finish(hasher) })
    }

    fn bytes(&mut self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(to - from).map_err(io::Error::other)?];
        self.log.seek(SeekFrom::Start(from))?;
        self.log.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
