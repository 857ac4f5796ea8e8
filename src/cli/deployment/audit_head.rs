//! The head of an audit log that a lock keeps, so that a cut end shows without anybody having noted it.

use std::path::Path;

use crate::audit::{Appended, AuditEntry, AuditError, Hash, Log};
use crate::cli::Failure;
use crate::cli::deployment::flow_lock::{FlowLock, Record};
use crate::cli::files::output;
use crate::cli::source_files::folders::seen_from;

/// Fails where the log lacks the line that the lock noted, or cannot be appended to. Nothing is written.
pub fn check(log: &Log, lock: &FlowLock) -> Result<(), Failure> {
    let noted = noted_head(&lock.read()?, lock, log.path())?;
    log.check(noted).map_err(|error| failure(error, lock))
}

/// Fails where the lock noted a line of a log that is not there any more.
pub fn check_noted_head(log: &Path, lock: &FlowLock) -> Result<(), Failure> {
    match noted_head(&lock.read()?, lock, log)? {
        Some(noted) if !log.exists() => {
            Err(failure(AuditError::CutOff { path: log.to_path_buf(), noted }, lock))
        }
        _ => Ok(()),
    }
}

/// Appends a line if the log still has the one that the lock noted, and notes the new one. A lock that is not
/// there yet notes nothing.
pub fn append(log: &Log, lock: &FlowLock, entry: &AuditEntry) -> Result<Appended, Failure> {
    if !lock.exists() {
        return Ok(log.append(entry)?);
    }
    // While the lock is held nobody notes an older line.
    lock.change(|record| {
        let noted = noted_head(record, lock, log.path())?;
        let appended = log.append_after(noted, entry).map_err(|error| failure(error, lock))?;
        record.note_audit_head(&key(lock, log.path()), &appended.head.to_string());
        Ok(appended)
    })?
}

/// The head that a lock notes of a log.
pub fn noted_head(record: &Record, lock: &FlowLock, log: &Path) -> Result<Option<Hash>, Failure> {
    let Some(text) = record.audit_head(&key(lock, log)) else { return Ok(None) };
    text.parse().map(Some).map_err(|why| {
        Failure::new(format!(
            "{}: the `audit_head` of {} is wrong: {why}",
            lock.path().display(),
            log.display()
        ))
        .help("the lock is written by cxflowc: take it from git again")
    })
}

/// How a lock calls a log: as it is seen from its folder, on whatever machine that is.
fn key(lock: &FlowLock, log: &Path) -> String {
    let place = output::identity(lock.path());
    let folder = place.parent().unwrap_or(Path::new(""));
    seen_from(folder, &output::identity(log)).display().to_string().replace('\\', "/")
}

fn failure(error: AuditError, lock: &FlowLock) -> Failure {
    match error {
        AuditError::CutOff { .. } => Failure::new(error.to_string()).help(format!(
            "{0} noted that line: put the whole log back; to begin another in its place, take its `[[audit]]` out of {0}",
            lock.path().display()
        )),
        error => error.into(),
    }
}
