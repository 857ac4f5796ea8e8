//! The failures for revisions that cannot be read: git's message, and what to do.

use std::path::Path;

use super::Disk;
use crate::cli::Failure;
use crate::cli::git;
use crate::cli::git::repository::lost_repository;
use crate::cli::git::{CloneKind, GitFailure, Revision};
use crate::resolve::Files;

/// The failure if git has no commit for the revision of `name`, which is `REV:PATH`.
pub fn failure(revision: &str, name: &str, answer: Revision) -> Failure {
    match answer {
        Revision::Unknown { words, clone } => {
            if let Some(failure) = without_head(revision, name) {
                return failure;
            }
            let help = match clone {
                CloneKind::Shallow => {
                    "this clone is shallow and may lack it: run `git fetch --unshallow --tags`, or set `fetch-depth: 0` for actions/checkout"
                }
                CloneKind::Partial | CloneKind::Full => {
                    "`REV:PATH` means a file at a git revision; look at `git log` for revisions"
                }
            };
            Failure::new(format!("there is no file {name}, and {revision} is not a git revision here"))
                .help(format!("{help}; {}", git_says(&words)))
        }
        Revision::Missing { words, clone } => {
            Failure::new(format!("cannot read {name}: the commit of {revision} is not in this clone"))
                .help(format!("{}; {}", remedy(revision, clone), git_says(&words)))
        }
        Revision::Failed(refused) => no_answer(revision, name, refused),
        Revision::Commit(hash) => Failure::new(format!("cannot read {name}: its commit is {hash}")),
    }
}

/// The failure for `HEAD`, or a revision relative to it, if git has no commit for it.
fn without_head(revision: &str, name: &str) -> Option<Failure> {
    let base = revision.split(['~', '^', '@']).next().unwrap_or_default();
    if base != "HEAD" && !revision.starts_with('@') {
        return None;
    }
    let log = ["log", "-1", "--no-patch", "--no-show-signature", "--format=%H"];
    let refused = git::run(git::place(), &log).ok()?.err()?;
    let failure = Failure::new(format!("cannot read {name}: git has no commit for {revision}"));
    let git_says = git_says(&refused.into_error().to_string());
    Some(failure.help(format!(
        "if nothing is committed yet, commit first; if there should be a commit, check with `git fsck`; {git_says}"
    )))
}

/// How to get a commit that is missing.
fn remedy(revision: &str, clone: CloneKind) -> String {
    match clone {
        CloneKind::Shallow => {
            "this clone is shallow: run `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout"
                .to_owned()
        }
        CloneKind::Partial => format!(
            "nothing is fetched automatically, and this is a partial clone: run `git show {revision}` once, which fetches it, or make a full clone"
        ),
        CloneKind::Full => {
            "run `git fetch`; if it is still missing, `git fsck` says what else the repository lacks"
                .to_owned()
        }
    }
}

/// The failure if git does not say whether the revision exists.
fn no_answer(revision: &str, name: &str, refused: GitFailure) -> Failure {
    let words = refused.into_error().to_string();
    let git_says = git_says(&words);
    let here = Disk.identity(Path::new("."));
    if lost_repository(&here).is_some() {
        return Failure::new(format!("cannot read {name}: the `.git` here leads to no repository")).help(
            format!("if a work tree or its repository was moved, run `git worktree repair` in the repository; {git_says}"),
        );
    }
    if let Some(remedy) = git::trust_remedy(&words) {
        return Failure::new(format!("cannot read {revision}: git does not trust this repository"))
            .help(format!("{remedy}; {git_says}"));
    }
    if words.contains("not a git repository") && git::top_of(&here).is_some() {
        return Failure::new(format!(
            "cannot read {name}: git does not accept the `.git` here as a repository"
        ))
        .help(format!(
            "see whether its `HEAD` is empty or broken, or clone the repository again; {git_says}"
        ));
    }
    if words.contains("not a git repository") {
        return Failure::new(format!("there is no file {name}, and this folder is not in a git repository"))
            .help(format!("`REV:PATH` is a file at a git revision: run the command inside the repository, or for a bare one with GIT_DIR set; {git_says}"));
    }
    Failure::new(format!("cannot read {revision}: git does not say whether it exists"))
        .help(format!("check with `git status` and `git fsck`; {git_says}"))
}

/// Quotes git's message.
fn git_says(words: &str) -> String {
    let words = words.strip_prefix("fatal: ").or_else(|| words.strip_prefix("error: ")).unwrap_or(words);
    format!("git says: {words}")
}
