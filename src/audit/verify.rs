//! Verifies that a log is unchanged since it was written.
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

/// How many repairs a report lists; the others are only counted.
const MAX_REPAIRS: usize = 1000;

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReport {
    /// How many lines are valid, up to the first that is not. Torn lines are not counted.
    pub lines: u64,
    /// The hash of the last valid line; zeros if there is none.
    pub head: Hash,
    /// How many valid lines come after the line with the requested hash.
    pub after_head: Option<u64>,
    /// The first invalid line.
    pub problem: Option<LogProblem>,
    /// Torn lines that a later line reports, at most a thousand: traces of a crash, and no fault of the
    /// log.
    pub repairs: Vec<Repair>,
    /// How many repairs are not listed.
    pub repairs_left_out: u64,
}

impl LogReport {
    /// Whether the whole log is valid.
    pub fn holds(&self) -> bool {
        self.problem.is_none()
    }
}

/// A torn part of a log, and the line that reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repair {
    /// The number of the line that reports it, counted from 1.
    pub line: u64,
    /// What was torn.
    pub tear: Tear,
}

/// Why a log is not valid, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogProblem {
    /// The line, counted from 1; `None` if no single line is at fault.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub why: LogFault,
}

/// Why a log is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFault {
    /// The line's hash does not match its bytes.
    Changed,
    /// It is valid by itself, but not chained to the line above it.
    NotChained,
    /// It is the first line, but chained to a missing one.
    NotFirst,
    /// It ends in CRLF although it was written with LF, and is valid otherwise.
    ConvertedEnds,
    /// It does not end like a line, and an interrupted write cannot have left it, or no repair reports it.
    NotSealed,
    /// Its hashes are right, but it is not a JSON object with an action.
    NotAnEntry,
    /// It is a repair that does not match what is before it.
    RepairOfNothing,
    /// The end is torn: a write was interrupted, and the next append repairs it.
    Torn {
        /// How many bytes.
        bytes: u64,
    },
    /// The last line only lacks its newline, which the next append adds.
    LacksNewline,
    /// No line has the requested hash.
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

/// Checks the log in a file, up to its length when the check begins.
///
/// # Errors
///
/// [`AuditError::Read`] if it cannot be read.
pub fn verify_file(path: &Path, head: Option<Hash>) -> Result<LogReport, AuditError> {
    File::open(path)
        .and_then(|file| verify_open(file, head))
        .map_err(|error| AuditError::Read { path: path.to_path_buf(), error })
}

/// Checks the log in an open file.
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
    // While the lock is held, nobody writes; what is there by then does not change any more.
    match lock::shared(&file) {
        // A copy may be on a file system without locks.
        Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(error),
        _ => {}
    }
    let length = file.metadata()?.len();
    let _ = file.unlock();
    verify(BufReader::with_capacity(1 << 16, file.take(length)), head)
}

/// Checks a log in one pass with bounded memory. If `head` is given, one of its lines must have that hash.
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
        // One byte more than the longest line with its newline, so that such a piece is not a line.
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

/// The fields of an entry that are read.
#[derive(Deserialize)]
struct EntryFields<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    torn_bytes: Option<u64>,
    #[serde(borrow)]
    torn_sha256: Option<Cow<'a, str>>,
}

/// Consecutive bytes that are not whole lines.
struct Region {
    /// The number of their first line.
    line: u64,
    bytes: u64,
    hasher: Sha256,
}

struct LogCheck {
    wanted: Option<Hash>,
    report: LogReport,
    /// The number of the current line.
    number: u64,
    region: Option<Region>,
}

impl LogCheck {
    fn new(wanted: Option<Hash>) -> Self {
        let report = LogReport {
            lines: 0,
            head: Hash::NONE,
            after_head: None,
            problem: None,
            repairs: Vec::new(),
            repairs_left_out: 0,
        };
        Self { wanted, report, number: 0, region: None }
    }

    /// Checks a piece that is not a whole line; its newline is part of it.
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
        // A file that begins with zeros is not a log whose first line was interrupted.
        let is_log = self.report.lines > 0 || begins_log(piece);
        if !at_start || !is_log || !is_broken_off(piece, place) || region.bytes > MAX_TORN {
            return Err(LogProblem { line: Some(region.line), why: LogFault::NotSealed });
        }
        Ok(())
    }

    /// Checks a line that ends like one.
    fn sealed(&mut self, sealed: &Sealed, line: &[u8], is_ended: bool) -> Result<(), LogProblem> {
        self.number += 1;
        let region = self.region.take();
        let wrong = |why| match &region {
            // The first invalid line is then the one that no repair reports.
            Some(region) => LogProblem { line: Some(region.line), why: LogFault::NotSealed },
            None => LogProblem { line: Some(self.number), why },
        };
        let head = sealed.holds().ok_or_else(|| wrong(LogFault::Changed))?;
        if sealed.prev() != Some(self.report.head) {
            return Err(wrong(if self.report.lines == 0 {
                LogFault::NotFirst
            } else {
                LogFault::NotChained
            }));
        }
        let fields: EntryFields = serde_json::from_slice(line).map_err(|_| wrong(LogFault::NotAnEntry))?;
        let is_repair = fields.action == REPAIR;
        if is_repair || region.is_some() {
            let tear = tear_of(region.as_ref());
            let reported = fields.torn_bytes.zip(fields.torn_sha256);
            let fits = reported
                .is_some_and(|(bytes, sha256)| bytes == tear.bytes && sha256.parse() == Ok(tear.sha256));
            if !is_repair || !fits {
                return Err(wrong(LogFault::RepairOfNothing));
            }
            if self.report.repairs.len() < MAX_REPAIRS {
                self.report.repairs.push(Repair { line: self.number, tear });
            } else {
                self.report.repairs_left_out += 1;
            }
        }
        if !is_ended {
            return Err(LogProblem { line: Some(self.number), why: LogFault::LacksNewline });
        }
        self.report.lines += 1;
        self.report.head = head;
        match &mut self.report.after_head {
            Some(after) => *after += 1,
            None if self.wanted == Some(head) => self.report.after_head = Some(0),
            None => {}
        }
        Ok(())
    }

    fn finish(mut self) -> LogReport {
        if let Some(region) = self.region.take() {
            let why = LogFault::Torn { bytes: region.bytes };
            return self.found(LogProblem { line: Some(region.line), why });
        }
        if self.wanted.is_some() && self.report.after_head.is_none() {
            return self.found(LogProblem { line: None, why: LogFault::HeadNotFound });
        }
        self.report
    }

    fn found(self, problem: LogProblem) -> LogReport {
        LogReport { problem: Some(problem), ..self.report }
    }
}

fn tear_of(region: Option<&Region>) -> Tear {
    match region {
        Some(region) => Tear { bytes: region.bytes, sha256: Hash::finish(region.hasher.clone()) },
        None => Tear { bytes: 0, sha256: Hash::of(b"") },
    }
}
