//! Resolves a revision: to its commit, or to the reason why there is none, such as a clone without the full
//! history.

use std::io;
use std::path::Path;

use super::{GitFailure, line, run, top_of};
use crate::cli::git::repository::lost_repository;
use crate::cli::source_files::input::Disk;
use crate::resolve::Files;

/// Git's answer about a revision.
#[derive(Debug)]
pub enum Revision {
    /// The hash of its commit.
    Commit(String),
    /// It is not a revision; `words` is git's message.
    Unknown { words: String, clone: CloneKind },
    /// It names a commit that this clone lacks or cannot reach; `words` is git's message.
    Missing { words: String, clone: CloneKind },
    /// Git failed.
    Failed(GitFailure),
}

/// How much of its origin a clone has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloneKind {
    /// Only the newest commits.
    Shallow,
    /// Some kinds of objects are fetched on demand.
    Partial,
    /// Everything, according to its configuration.
    Full,
}

/// Asks git for the commit of a revision.
///
/// # Errors
///
/// Fails if git does not start, or does not say what kind of clone it is in.
pub fn revision(folder: &Path, revision: &str) -> io::Result<Revision> {
    let refused = match resolve(folder, &format!("{revision}^{{commit}}"))? {
        Ok(hash) => return Ok(Revision::Commit(hash)),
        Err(refused) if refused.status == Some(1) => refused,
        Err(refused) => return Ok(Revision::Failed(refused)),
    };
    // `rev-parse --quiet` gives no reason; `rev-list` does.
    let walk = ["rev-list", "--max-count=1", "--end-of-options", revision, "--"];
    let words = match run(folder, &walk)? {
        Err(walk) => walk.into_error().to_string(),
        // The object exists but is not a commit, such as a tree.
        Ok(_) => {
            let words = match &*refused.words {
                "" => "Needed a single revision".to_owned(),
                words => words.to_owned(),
            };
            return Ok(Revision::Unknown { words, clone: CloneKind::Full });
        }
    };
    let clone = clone(folder)?;
    // Missing: either the named object does not exist, or a path of ancestors breaks off.
    let is_missing = match revision.split(['~', '^']).next() {
        _ if resolve(folder, revision)?.is_ok() => true,
        Some(start) if start.len() < revision.len() && resolve(folder, start)?.is_ok() => {
            // The commit may just have fewer ancestors, unless git cannot read one of them.
            clone == CloneKind::Shallow || !history_is_whole(folder, start)?
        }
        _ => false,
    };
    Ok(match is_missing {
        true => Revision::Missing { words, clone },
        false => Revision::Unknown { words, clone },
    })
}

/// The hash that a revision names, whether or not the object exists.
fn resolve(folder: &Path, revision: &str) -> io::Result<Result<String, GitFailure>> {
    let found = run(folder, &["rev-parse", "--quiet", "--verify", "--end-of-options", revision])?;
    Ok(found.map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned()))
}

/// Whether every commit from `start` back can be read.
fn history_is_whole(folder: &Path, start: &str) -> io::Result<bool> {
    Ok(run(folder, &["rev-list", "--count", "--end-of-options", start, "--"])?.is_ok())
}

/// The kind of clone that a folder is in.
fn clone(folder: &Path) -> io::Result<CloneKind> {
    if line(folder, &["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true") {
        return Ok(CloneKind::Shallow);
    }
    let partial = ["config", "--get-regexp", r"^(remote\..*\.promisor|extensions\.partialclone)$"];
    Ok(if line(folder, &partial)?.is_some() { CloneKind::Partial } else { CloneKind::Full })
}

/// The hash of the commit that a revision, such as `HEAD`, names in a folder's repository; `None` if there is
/// no such commit or no repository.
///
/// # Errors
///
/// Fails if git does not start, fails, or names a commit that the clone lacks.
pub fn commit(folder: &Path, text: &str) -> io::Result<Option<String>> {
    let is_outside = || {
        let is_named = std::env::var_os("GIT_DIR").is_some();
        !is_named && top_of(folder).is_none() && lost_repository(&Disk.identity(folder)).is_none()
    };
    if text.starts_with('-') || is_outside() {
        return Ok(None);
    }
    match revision(folder, text)? {
        Revision::Commit(hash) => Ok(Some(hash)),
        Revision::Unknown { .. } => Ok(None),
        Revision::Missing { words, .. } => Err(io::Error::other(words)),
        Revision::Failed(refused) => Err(refused.into_error()),
    }
}
