//! Appends to a log.
#![expect(clippy::disallowed_methods, reason = "this is where the log is written")]

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::entry::AuditEntry;
use super::error::AuditError;
use super::hash::Hash;
use super::tail::{self, Tail};
use super::tear::Tear;
use super::{lock, noted};

/// A log to append to, from any number of threads and processes.
#[derive(Debug, Clone)]
pub struct Log {
    path: PathBuf,
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The hash of the appended line, which is now the last: kept elsewhere, it shows if the end is cut
    /// off.
    pub head: Hash,
    /// What an earlier interrupted write had left, which a line before this one now reports.
    pub repaired: Option<Tear>,
}

impl Log {
    /// Opens a log, and creates it and its folder if necessary, so that an unwritable log is noticed before
    /// anything happens that it should record.
    ///
    /// # Errors
    ///
    /// [`AuditError::Write`] if it cannot be opened or is not a regular file.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, AuditError> {
        let log = Self { path: path.into() };
        log.file().map_err(|error| AuditError::write(&log.path, error))?;
        Ok(log)
    }

    /// The path of the log.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends an entry, and returns once it is on the disk.
    ///
    /// The remains of an interrupted write stay at the end: a line of action `repair` follows and covers
    /// them. Waits up to a minute for the lock.
    ///
    /// # Errors
    ///
    /// [`AuditError::Changed`] if the last line was tampered with, [`AuditError::NotALog`] if the file is
    /// something else: in both cases nothing was written. [`AuditError::Read`] and [`AuditError::Write`]
    /// for errors of the system; after the latter, part of the line may have been written, which the next
    /// append repairs.
    pub fn append(&self, entry: &AuditEntry) -> Result<Appended, AuditError> {
        self.append_after(None, entry)
    }

    /// Like [`Self::append`], but only if the log still has the line with the noted hash.
    ///
    /// # Errors
    ///
    /// Those of [`Self::append`], and [`AuditError::CutOff`] if the log has no such line.
    pub fn append_after(&self, noted: Option<Hash>, entry: &AuditEntry) -> Result<Appended, AuditError> {
        let failed = |error| AuditError::write(&self.path, error);
        // Opened each time: a lock works between open files, not between the threads that share one.
        let mut file = self.file().map_err(failed)?;
        lock::exclusive(&file).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let tail = self.read_tail(&mut file, length, noted)?;

        let mut text = Vec::new();
        let mut prev = tail.head;
        if tail.lacks_newline {
            text.push(b'\n');
        }
        if let Some(tear) = &tail.tear {
            prev = add(&mut text, &entry.repair_line(tear, prev).map_err(failed)?);
        }
        let head = add(&mut text, &entry.line(prev).map_err(failed)?);

        file.write_all(&text).and_then(|()| file.sync_data()).map_err(failed)?;
        if length == 0 {
            sync_folder(&self.path).map_err(failed)?;
        }
        Ok(Appended { head, repaired: tail.tear })
    }

    /// Whether an append would find the log intact, with the line whose hash was noted.
    ///
    /// # Errors
    ///
    /// Those of [`Self::append_after`].
    pub fn check(&self, noted: Option<Hash>) -> Result<(), AuditError> {
        let failed = |error| AuditError::write(&self.path, error);
        let mut file = self.file().map_err(failed)?;
        lock::exclusive(&file).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        self.read_tail(&mut file, length, noted).map(drop)
    }

    fn read_tail(&self, file: &mut File, length: u64, noted: Option<Hash>) -> Result<Tail, AuditError> {
        let mut read = || {
            let tail = tail::read(file, length)?;
            if let Some(noted) = noted {
                noted::find(file, length, tail.head, noted)?;
            }
            Ok(tail)
        };
        read().map_err(|fault| AuditError::fault(&self.path, fault))
    }

    fn file(&self) -> io::Result<File> {
        // Merely opening a device may start it.
        let is_regular = |found: &std::fs::Metadata| found.is_file() || found.is_dir();
        if std::fs::metadata(&self.path).is_ok_and(|found| !is_regular(&found)) {
            return Err(not_a_regular_file());
        }
        let open = || OpenOptions::new().read(true).append(true).create(true).open(&self.path);
        let file = match open() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = self.path.parent() {
                    std::fs::create_dir_all(folder)?;
                    sync_folder(folder)?;
                }
                open()?
            }
            opened => opened?,
        };
        if !file.metadata()?.is_file() {
            return Err(not_a_regular_file());
        }
        Ok(file)
    }
}

fn not_a_regular_file() -> io::Error {
    io::Error::other("it is not a regular file")
}

fn add(text: &mut Vec<u8>, line: &[u8]) -> Hash {
    text.extend_from_slice(line);
    text.push(b'\n');
    Hash::of(line)
}

/// Syncs the folder of a file or folder; without that, a new file may be gone after a crash.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder)?.sync_all() {
        // Some file systems do not support this.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        synced => synced,
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
