//! What git knows of a revision: its commit, that there is none, or that the clone lacks a part of its history.

use std::io;
use std::path::Path;

use super::{GitFailure, line, run, top_of};
use crate::cli::git::repository::lost_repository;
use crate::cli::source_files::input::Disk;
use crate::resolve::Files;

/// What git says of a revision.
#[derive(Debug)]
pub enum Revision {
    /// The hash of its commit.
    Commit(String),
    /// It is none, in git's words.
    Unknown { words: String, clone: CloneKind },
    /// It names a commit that this clone does not have, or that cannot be reached in it, in git's words.
    Missing { words: String, clone: CloneKind },
    /// Git does not get to an answer.
    Failed(GitFailure),
}

/// What of its origin a clone has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloneKind {
    /// The newest commits alone.
    Shallow,
    /// Some kinds of objects are fetched when they are needed.
    Partial,
    /// Everything, as far as its configuration says.
    Full,
}

/// Asks git for the commit of a revision.
///
/// # Errors
///
/// Where git does not start, or does not say what kind of clone it is in.
pub fn revision(folder: &Path, revision: &str) -> io::Result<Revision> {
    let refused = match resolve(folder, &format!("{revision}^{{commit}}"))? {
        Ok(hash) => return Ok(Revision::Commit(hash)),
        Err(refused) if refused.status == Some(1) => refused,
        Err(refused) => return Ok(Revision::Failed(refused)),
    };
    // `rev-parse --quiet` says no more than no; the walk says why.
    let walk = ["rev-list", "--max-count=1", "--end-of-options", revision, "--"];
    let words = match run(folder, &walk)? {
        Err(walk) => walk.into_error().to_string(),
        // It is there and no commit, such as a tree.
        Ok(_) => {
            let words = match &*refused.words {
                "" => "Needed a single revision".to_owned(),
                words => words.to_owned(),
            };
            return Ok(Revision::Unknown { words, clone: CloneKind::Full });
        }
    };
    let clone = clone(folder)?;
    // An object that is named, and not there; or a way from a commit that leads to none.
    let is_missing = match revision.split(['~', '^']).next() {
        _ if resolve(folder, revision)?.is_ok() => true,
        Some(start) if start.len() < revision.len() && resolve(folder, start)?.is_ok() => {
            // A commit can have fewer ancestors than that, unless git cannot read one of them.
            clone == CloneKind::Shallow || !history_is_whole(folder, start)?
        }
        _ => false,
    };
    Ok(match is_missing {
        true => Revision::Missing { words, clone },
        false => Revision::Unknown { words, clone },
    })
}

/// The object that a revision names, whether or not it is there.
fn resolve(folder: &Path, revision: &str) -> io::Result<Result<String, GitFailure>> {
    let found = run(folder, &["rev-parse", "--quiet", "--verify", "--end-of-options", revision])?;
    Ok(found.map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned()))
}

/// Whether every commit from here on back can be read.
fn history_is_whole(folder: &Path, start: &str) -> io::Result<bool> {
    Ok(run(folder, &["rev-list", "--count", "--end-of-options", start, "--"])?.is_ok())
}

/// What kind of clone a folder is in.
fn clone(folder: &Path) -> io::Result<CloneKind> {
    if line(folder, &["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true") {
        return Ok(CloneKind::Shallow);
    }
    let partial = ["config", "--get-regexp", r"^(remote\..*\.promisor|extensions\.partialclone)$"];
    Ok(if line(folder, &partial)?.is_some() { CloneKind::Partial } else { CloneKind::Full })
}

/// The hash of the commit that a revision, such as `HEAD`, stands for in a folder's repository; `None` where
/// there is none, or no repository.
///
/// # Errors
///
/// Where git does not start, fails, or names a commit that the clone does not have.
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
