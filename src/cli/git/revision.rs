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
    // The object is named, and it is not there.
    if resolve(folder, revision)?.is_ok() {
        return Ok(Revision::Missing { words, clone });
    }
    let start = revision.split(['~', '^']).next().unwrap_or_default();
    if start.len() == revision.len() || resolve(folder, start)?.is_err() {
        return Ok(Revision::Unknown { words, clone });
    }
    let is_missing = match clone {
        CloneKind::Shallow => leads_behind_depth(folder, revision)?,
        // A commit can have fewer ancestors than that, unless git cannot read one of them.
        CloneKind::Partial | CloneKind::Full => !history_is_whole(folder, start)?,
    };
    Ok(match is_missing {
        true => Revision::Missing { words, clone },
        // The whole history has no such ancestor, so that it does not help to fetch the rest.
        false => Revision::Unknown { words, clone: CloneKind::Full },
    })
}

/// Whether an ancestor such as `HEAD~2` or `HEAD^2` is behind the depth of a shallow clone. It is not if the
/// commit that has to have such a parent has none.
fn leads_behind_depth(folder: &Path, revision: &str) -> io::Result<bool> {
    for (at, step) in revision.rmatch_indices(['~', '^']) {
        let Some((nearest, rest)) = revision.split_at_checked(at) else { continue };
        let Ok(commit) = resolve(folder, &format!("{nearest}^{{commit}}"))? else { continue };
        let rest = rest.get(step.len()..).unwrap_or_default();
        if rest.starts_with('{') {
            // Of these only the search for a message goes back in history.
            return Ok(rest.starts_with("{/"));
        }
        if step == "~" {
            let oldest = ["rev-list", "--first-parent", "--max-parents=0", "--max-count=1", &commit];
            let oldest = line(folder, &oldest)?;
            return Ok(parents(folder, oldest.as_deref().unwrap_or(&commit))? > 0);
        }
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        return Ok(parents(folder, &commit)? >= digits.parse().unwrap_or(1));
    }
    Ok(true)
}

/// How many parents a commit was made with, whether or not they are here.
fn parents(folder: &Path, commit: &str) -> io::Result<usize> {
    let object = run(folder, &["cat-file", "commit", commit])?.unwrap_or_default();
    let header = object.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    Ok(header.filter(|line| line.starts_with(b"parent ")).count())
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
