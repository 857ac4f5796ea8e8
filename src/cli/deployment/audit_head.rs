//! The head of an audit log that a lock records, so that a truncated log is noticed even if nobody noted its
//! head.

use std::path::Path;

use crate::audit::{Appended, AuditEntry, AuditError, Hash, Log};
use crate::cli::Failure;
use crate::cli::deployment::flow_lock::{FlowLock, Record};
use crate::cli::files::output;
use crate::cli::source_files::folders::seen_from;

/// Fails if the log lacks the line that the lock records, or cannot be appended to. Writes nothing.
pub fn check(log: &Log, lock: &FlowLock) -> Result<(), Failure> {
    let recorded = recorded_head(&lock.read()?, lock, log.path())?;
    log.check(recorded).map_err(|error| failure(error, lock))
}

/// Fails if the lock records a line of a log that no longer exists.
pub fn check_log_exists(log: &Path, lock: &FlowLock) -> Result<(), Failure> {
    match recorded_head(&lock.read()?, lock, log)? {
        Some(noted) if !log.exists() => {
            Err(failure(AuditError::CutOff { path: log.to_path_buf(), noted }, lock))
        }
        _ => Ok(()),
    }
}

/// Appends a line if the log still has the one that the lock records, and records the new one. A lock that
/// does not exist yet records nothing.
pub fn append(log: &Log, lock: &FlowLock, entry: &AuditEntry) -> Result<Appended, Failure> {
    if !lock.exists() {
        return Ok(log.append(entry)?);
    }
    // While the lock is held, nobody can record an older line.
    lock.change(|record| {
        let recorded = recorded_head(record, lock, log.path())?;
        let appended = log.append_after(recorded, entry).map_err(|error| failure(error, lock))?;
        record.note_audit_head(&key(lock, log.path()), &appended.head.to_string());
        Ok(appended)
    })?
}

/// The head that a lock records for a log.
pub fn recorded_head(record: &Record, lock: &FlowLock, log: &Path) -> Result<Option<Hash>, Failure> {
    let Some(text) = record.audit_head(&key(lock, log)) else { return Ok(None) };
    text.parse().map(Some).map_err(|reason| {
        Failure::new(format!(
            "{}: the `audit_head` of {} is wrong: {reason}",
            lock.path().display(),
            log.display()
        ))
        .help("cxflowc writes the lock file: restore it from git")
    })
}

/// A lock's name for a log: its path relative to the lock's folder, the same on any machine.
fn key(lock: &FlowLock, log: &Path) -> String {
    let place = output::identity(lock.path());
    let folder = place.parent().unwrap_or(Path::new(""));
    seen_from(folder, &output::identity(log)).display().to_string().replace('\\', "/")
}

fn failure(error: AuditError, lock: &FlowLock) -> Failure {
    match error {
        AuditError::CutOff { .. } => Failure::new(error.to_string()).help(format!(
            "{0} recorded that line: restore the whole log; to start a new one instead, remove its `[[audit]]` entry from {0}",
            lock.path().display()
        )),
        error => error.into(),
    }
}
