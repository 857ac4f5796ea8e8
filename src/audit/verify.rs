//! Whether a log is unchanged since it was written.
#![expect(clippy::disallowed_methods, reason = "this is where the log is read")]

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::entry::REPAIR;
use super::error::AuditError;
use super::hash::Hash;
use super::lock;
use super::seal::{MAX_LINE, Sealed, begins_log};
use super::tail::MAX_TORN;
use super::tear::Tear;
use super::torn::{TornPosition, is_broken_off};

/// How many repairs a verdict lists; the others are counted.
const MAX_REPAIRS: usize = 1000;

/// What a log is found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReport {
    /// How many lines hold, up to the first that does not. Torn ones are not counted.
    pub lines: u64,
    /// The hash of the last of them; zeros if there is none.
    pub head: Hash,
    /// How many of them come after the line whose hash was asked for.
    pub after_head: Option<u64>,
    /// The first line that does not hold.
    pub problem: Option<LogProblem>,
    /// Torn lines that a later line tells of: a crash, which is no fault of the log. A thousand at most.
    pub repairs: Vec<Repair>,
    /// How many further ones there are.
    pub repairs_left_out: u64,
}

impl LogReport {
    /// Whether all of it holds.
    pub fn holds(&self) -> bool {
        self.problem.is_none()
    }
}

/// A torn part of a log, and the line that tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// The number of the line that tells of it, as an editor counts, from 1.
    pub line: u64,
    /// What was torn.
    pub tear: Tear,
}

/// What does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogProblem {
    /// The line, as an editor counts, from 1. `None` where it is no line's fault.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub why: LogFault,
}

/// Why a log does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFault {
    /// The line's hash is not that of its bytes.
    Changed,
    /// It holds by itself, but it is not chained to the line above it.
    NotChained,
    /// It is the first line, and it is chained to one that is not there.
    NotFirst,
    /// It ends in CRLF where it was written with LF, and would hold otherwise.
    ConvertedEnds,
    /// It does not end as a line does, and it is not what a broken write can leave, or no repair tells of it.
    NotSealed,
    /// Its hashes are right, and it is not a JSON object with an action.
    NotAnEntry,
    /// It is a repair that does not fit what stands before it.
    RepairOfNothing,
    /// The end is torn: a write was broken off, and the next append repairs it.
    Torn {
        /// How many bytes.
        bytes: u64,
    },
    /// The last line is whole but for its newline, which the next append adds.
    LacksNewline,
    /// No line has the hash that was asked for.
    HeadNotFound,
}

impl LogFault {
    /// A word for scripts.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::NotChained => "not-chained",
            Self::NotFirst => "not-first",
            Self::ConvertedEnds => "converted-ends",
            Self::NotSealed => "not-sealed",
            Self::NotAnEntry => "not-an-entry",
            Self::RepairOfNothing => "repair-of-nothing",
            Self::Torn { .. } => "torn",
            Self::LacksNewline => "lacks-newline",
            Self::HeadNotFound => "head-not-found",
        }
    }
}

impl std::fmt::Display for LogFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Changed => "it was changed after it was written: its hash does not match its bytes",
            Self::NotChained => {
                "it does not continue the line above: a line was changed, removed, added or moved between them"
            }
            Self::NotFirst => "it is not the log's first line: the lines before it were removed or moved",
            Self::ConvertedEnds => "its line end was converted to CRLF; the log was written with LF",
            Self::NotSealed => {
                "it does not end with the hashes of a line, and no repair reports it as torn"
            }
            Self::NotAnEntry => "its hashes are right, but it is not an entry of an audit log",
            Self::RepairOfNothing => "it reports a torn line, but there is none above it",
            Self::Torn { bytes } => {
                let bytes = if *bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
                return write!(f, "it is torn: {bytes} of an interrupted write");
            }
            Self::LacksNewline => "its newline is missing: the write was interrupted at the last byte",
            Self::HeadNotFound => "no line has this head: the end of the log was cut off, or it is another log",
        })
    }
}

/// Checks the log in a file, as far as it is written when this begins.
///
/// # Errors
///
/// [`AuditError::Read`] if it cannot be read.
pub fn verify_file(path: &Path, head: Option<Hash>) -> Result<LogReport, AuditError> {
    File::open(path)
        .and_then(|file| verify_open(file, head))
        .map_err(|error| AuditError::Read { path: path.to_path_buf(), error })
}

/// The same of a file that is open.
///
/// # Errors
///
/// Those of reading it.
pub fn verify_open(file: File, head: Option<Hash>) -> io::Result<LogReport> {
    let kind = file.metadata()?;
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return verify(BufReader::new(file), head);
    }
    // While the lock is held no write is under way; what is there then does not change any more.
    match lock::shared(&file) {
        // A copy may lie where there are no locks.
        Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(error),
        _ => {}
    }
    let length = file.metadata()?.len();
    let _ = file.unlock();
    verify(BufReader::with_capacity(1 << 16, file.take(length)), head)
}

/// Checks a log, in one pass and bounded memory. With `head`, one of its lines has to have that hash.
///
/// # Errors
///
/// Those of the reader.
pub fn verify(mut log: impl BufRead, head: Option<Hash>) -> io::Result<LogReport> {
    let mut check = LogCheck::new(head);
    let mut piece = Vec::new();
    let mut at_start = true;
    loop {
        piece.clear();
        // One byte more than a line with its newline: that piece is no line.
        let size = log.by_ref().take(MAX_LINE as u64 + 2).read_until(b'\n', &mut piece)?;
        if size == 0 {
            return Ok(check.finish());
        }
        let is_ended = piece.last() == Some(&b'\n');
        let line = piece.strip_suffix(b"\n").unwrap_or(&piece);
        let step = match Sealed::read(line).filter(|_| at_start) {
            None => check.unsealed(&piece, at_start),
            Some(sealed) => check.sealed(&sealed, line, is_ended),
        };
        if let Err(problem) = step {
            return Ok(check.found(problem));
        }
        at_start = is_ended;
    }
}

/// What is read of an entry.
#[derive(Deserialize)]
struct EntryFields<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    torn_bytes: Option<u64>,
    #[serde(borrow)]
    torn_sha256: Option<Cow<'a, str>>,
}

/// Bytes in a row that are no whole lines.
struct Region {
    /// The number of their first line.
    line: u64,
    bytes: u64,
    hasher: Sha256,
}

struct LogCheck {
    wanted: Option<Hash>,
    verdict: LogReport,
    /// The number of the line at hand.
    number: u64,
    region: Option<Region>,
}

impl LogCheck {
    fn new(wanted: Option<Hash>) -> Self {
        let verdict = LogReport {
            lines: 0,
            head: Hash::NONE,
            after_head: None,
            problem: None,
            repairs: Vec::new(),
            repairs_left_out: 0,
        };
        Self { wanted, verdict, number: 0, region: None }
    }

    /// Takes a piece that is no whole line; its newline belongs to it.
    fn unsealed(&mut self, piece: &[u8], at_start: bool) -> Result<(), LogProblem> {
        self.number += u64::from(at_start);
        let place = if self.region.is_some() { TornPosition::Later } else { TornPosition::First };
        let line = self.number;
        let region = self.region.get_or_insert_with(|| Region { line, bytes: 0, hasher: Sha256::new() });
        region.bytes += piece.len() as u64;
        region.hasher.update(piece);
        if Sealed::has_converted_line_end(piece.strip_suffix(b"\n").unwrap_or(piece)) {
            return Err(LogProblem { line: Some(line), why: LogFault::ConvertedEnds });
        }
        // Zeros at the beginning of a file are no log whose first line was broken off.
        let is_log = self.verdict.lines > 0 || begins_log(piece);
        if !at_start || !is_log || !is_broken_off(piece, place) || region.bytes > MAX_TORN {
            return Err(LogProblem { line: Some(region.line), why: LogFault::NotSealed });
        }
        Ok(())
    }

    /// Takes a line that ends as one does.
    fn sealed(&mut self, sealed: &Sealed, line: &[u8], is_ended: bool) -> Result<(), LogProblem> {
        self.number += 1;
        let region = self.region.take();
        let wrong = |why| match &region {
            // The first line that does not hold is the one that nothing tells of.
            Some(region) => LogProblem { line: Some(region.line), why: LogFault::NotSealed },
            None => LogProblem { line: Some(self.number), why },
        };
        let head = sealed.holds().ok_or_else(|| wrong(LogFault::Changed))?;
        if sealed.prev() != Some(self.verdict.head) {
            return Err(wrong(if self.verdict.lines == 0 {
                LogFault::NotFirst
            } else {
                LogFault::NotChained
            }));
        }
        let said: EntryFields = serde_json::from_slice(line).map_err(|_| wrong(LogFault::NotAnEntry))?;
        let is_repair = said.action == REPAIR;
        if is_repair || region.is_some() {
            let tear = tear_of(region.as_ref());
            let told = said.torn_bytes.zip(said.torn_sha256);
            let fits =
                told.is_some_and(|(bytes, sha256)| bytes == tear.bytes && sha256.parse() == Ok(tear.sha256));
            if !is_repair || !fits {
                return Err(wrong(LogFault::RepairOfNothing));
            }
            if self.verdict.repairs.len() < MAX_REPAIRS {
                self.verdict.repairs.push(Repair { line: self.number, tear });
            } else {
                self.verdict.repairs_left_out += 1;
            }
        }
        if !is_ended {
            return Err(LogProblem { line: Some(self.number), why: LogFault::LacksNewline });
        }
        self.verdict.lines += 1;
        self.verdict.head = head;
        match &mut self.verdict.after_head {
            Some(after) => *after += 1,
            None if self.wanted == Some(head) => self.verdict.after_head = Some(0),
            None => {}
        }
        Ok(())
    }

    fn finish(mut self) -> LogReport {
        if let Some(region) = self.region.take() {
            let why = LogFault::Torn { bytes: region.bytes };
            return self.found(LogProblem { line: Some(region.line), why });
        }
        if self.wanted.is_some() && self.verdict.after_head.is_none() {
            return self.found(LogProblem { line: None, why: LogFault::HeadNotFound });
        }
        self.verdict
    }

    fn found(self, problem: LogProblem) -> LogReport {
        LogReport { problem: Some(problem), ..self.verdict }
    }
}

fn tear_of(region: Option<&Region>) -> Tear {
    match region {
        Some(region) => Tear { bytes: region.bytes, sha256: Hash::finish(region.hasher.clone()) },
        None => Tear { bytes: 0, sha256: Hash::of(b"") },
    }
}
