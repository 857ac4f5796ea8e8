//! Why a log cannot be read or written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::hash::Hash;
use super::tail::TailFault;

/// What to do about a log whose line ends were converted.
pub const CONVERTED_ENDS: &str = "take the log from where it was written, or convert its line ends back to LF; in git, `-text` in `.gitattributes` keeps them as they are";

/// Why a log cannot be read or written.
#[derive(Debug)]
pub enum AuditError {
    /// It cannot be written.
    Write {
        /// The log.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// It cannot be read.
    Read {
        /// The log.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// Its end was changed. Nothing was appended.
    Changed {
        /// The log.
        path: PathBuf,
    },
    /// Its lines end in CRLF. Nothing was appended.
    ConvertedEnds {
        /// The log.
        path: PathBuf,
    },
    /// It is some other file. Nothing was appended.
    NotALog {
        /// The file.
        path: PathBuf,
    },
    /// It lacks a line whose hash was noted. Nothing was appended.
    CutOff {
        /// The log.
        path: PathBuf,
        /// The hash.
        noted: Hash,
    },
}

impl AuditError {
    pub(super) fn write(path: &Path, error: io::Error) -> Self {
        Self::Write { path: path.to_path_buf(), error }
    }

    pub(super) fn fault(path: &Path, fault: TailFault) -> Self {
        let path = path.to_path_buf();
        match fault {
            TailFault::Changed => Self::Changed { path },
            TailFault::ConvertedEnds => Self::ConvertedEnds { path },
            TailFault::NotALog => Self::NotALog { path },
            TailFault::CutOff(noted) => Self::CutOff { path, noted },
            TailFault::Io(error) => Self::Read { path, error },
        }
    }

    /// What to do.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Write { .. } | Self::Read { .. } => None,
            Self::Changed { path } => Some(format!(
                "`cxflowc audit verify {}` says which line; keep that file as it is, and write to another log",
                path.display()
            )),
            Self::ConvertedEnds { .. } => Some(CONVERTED_ENDS.to_owned()),
            Self::NotALog { .. } => Some("write to another file".to_owned()),
            Self::CutOff { .. } => Some("put the whole log back".to_owned()),
        }
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { path, error } => {
                write!(f, "cannot write the audit log {}: {}", path.display(), why(error, "written"))
            }
            Self::Read { path, error } => {
                write!(f, "cannot read the audit log {}: {}", path.display(), why(error, "read"))
            }
            Self::Changed { path } => write!(
                f,
                "the audit log {} was changed after it was written; nothing was added to it",
                path.display()
            ),
            Self::ConvertedEnds { path } => write!(
                f,
                "the line ends of the audit log {} were converted to CRLF; nothing was added to it",
                path.display()
            ),
            Self::NotALog { path } => {
                write!(f, "{} is not an audit log; nothing was added to it", path.display())
            }
            Self::CutOff { path, noted } => write!(
                f,
                "the audit log {} lacks the line with the head {noted}: its end was cut, or it is another log; nothing was added to it",
                path.display()
            ),
        }
    }
}

fn why(error: &io::Error, done: &str) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a file is in the place of its folder".to_owned(),
        io::ErrorKind::PermissionDenied => format!("it may not be {done} by this user"),
        io::ErrorKind::Unsupported => "its file system does not support locks".to_owned(),
        _ => error.to_string(),
    }
}

impl std::error::Error for AuditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { error, .. } | Self::Read { error, .. } => Some(error),
            Self::Changed { .. }
            | Self::ConvertedEnds { .. }
            | Self::NotALog { .. }
            | Self::CutOff { .. } => None,
        }
    }
}
