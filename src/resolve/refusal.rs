//! Reasons why a file is not read that are not errors of the system.

use std::fmt;
use std::io;

use super::codes;
use crate::diagnostics::Code;

/// A reason that errors of [`Files::read`](super::Files::read) carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadRefusal {
    /// It is outside the folders that a flow may read.
    Outside,
    /// It is in git's own folder.
    OfGit,
    /// It is not a regular file.
    NotRegular(&'static str),
    /// It is a link to a file that does not exist.
    DanglingLink,
    /// It is a link that leads back to itself.
    LinkLoop,
}

impl ReadRefusal {
    /// The refusal that an error carries, if any.
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Self>().copied()
    }
}

impl fmt::Display for ReadRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str("it is outside the repository"),
            Self::OfGit => f.write_str("it is in git's own folder, which may hold passwords"),
            Self::NotRegular(kind) => write!(f, "it is {kind}"),
            Self::LinkLoop => f.write_str("it is a link that leads back to itself"),
            Self::DanglingLink => f.write_str("it is a link to a file that does not exist"),
        }
    }
}

impl std::error::Error for ReadRefusal {}

/// Why a file cannot be read, in words.
pub fn why(error: &io::Error) -> String {
    if let Some(refusal) = ReadRefusal::of(error) {
        return refusal.to_string();
    }
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read by this user".to_owned(),
        _ => error.to_string(),
    }
}

/// The code of an error, and what to do if the path itself is right.
pub(super) fn refused(error: &io::Error) -> (&'static Code, Option<&'static str>) {
    match ReadRefusal::of(error) {
        Some(ReadRefusal::Outside) => (
            &codes::OUTSIDE,
            Some("move the file into the repository, or allow its folder with `--allow-outside DIR`"),
        ),
        Some(ReadRefusal::OfGit) => {
            (&codes::OUTSIDE, Some("put the text into a file of its own, beside the flow"))
        }
        Some(ReadRefusal::NotRegular(_)) => (&codes::NOT_A_FILE, Some("name a regular file")),
        Some(ReadRefusal::DanglingLink | ReadRefusal::LinkLoop) | None => (&codes::INCLUDE_NOT_FOUND, None),
    }
}
