//! Why git hands over no revision, in its own words, and what to do.

use std::path::Path;

use super::Disk;
use crate::cli::folders::lost_repository;
use crate::cli::{Failure, git};
use crate::resolve::Files;

/// That git does not say whether there is such a revision.
pub fn no_answer(revision: &str, name: &str, refused: git::GitFailure) -> Failure {
    let words = refused.into_error().to_string();
    let said = format!("git says: {}", words.trim_start_matches("fatal: "));
    let here = Disk.identity(Path::new("."));
    if lost_repository(&here).is_some() {
        return Failure::new(format!("cannot read {name}: the `.git` here leads to no repository")).help(
            format!("if a work tree or its repository was moved, run `git worktree repair` in the repository; {said}"),
        );
    }
    if words.contains("dubious ownership") || words.contains("safe.directory") {
        return Failure::new(format!("cannot read {revision}: git does not trust this repository"))
            .help(format!("run `git config --global --add safe.directory \"$PWD\"` at its top; {said}"));
    }
    if words.contains("not a git repository") && git::top_of(&here).is_some() {
        return Failure::new(format!(
            "cannot read {name}: git does not take the `.git` here for a repository"
        ))
        .help(format!("see whether its `HEAD` is empty or broken, or clone the repository again; {said}"));
    }
    if words.contains("not a git repository") {
        return Failure::new(format!("there is no file {name}, and this folder is not in a git repository"))
            .help(format!("`REV:PATH` is a file at a git revision: run it inside the repository, of a bare one with GIT_DIR set; {said}"));
    }
    Failure::new(format!("cannot read {revision}: git does not say whether there is such a revision"))
        .help(format!("see what `git status` says; {said}"))
}

/// That git knows no such revision, or no commit for it.
pub fn unknown_revision(revision: &str, name: &str) -> Failure {
    if let Some(failure) = without_commit(revision, name) {
        return failure;
    }
    let said = "git says: Needed a single revision";
    let failure = Failure::new(format!("there is no file {name}, and {revision} is not a git revision here"));
    let shallow = git::line(Path::new("."), &["rev-parse", "--is-shallow-repository"]);
    if shallow.is_ok_and(|shallow| shallow.as_deref() == Some("true")) {
        return failure.help(format!(
            "this clone is shallow and may lack it: run `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout; {said}"
        ));
    }
    failure
        .help(format!("`REV:PATH` means a file at a git revision; look at `git log` for revisions; {said}"))
}

/// That a revision is the checked-out commit, or reckoned from it, and there is none; or that a name stands for
/// a commit that git cannot read.
fn without_commit(revision: &str, name: &str) -> Option<Failure> {
    let here = Path::new(".");
    let base = revision.split(['~', '^', '@']).next().unwrap_or_default();
    if base == "HEAD" || revision.starts_with('@') {
        let log = ["log", "-1", "--no-patch", "--no-show-signature", "--format=%H"];
        if let Ok(Err(refused)) = git::run(here, &log) {
            let words = refused.into_error().to_string();
            let said = words.trim_start_matches("fatal: ");
            return Some(Failure::new(format!("cannot read {name}: git has no commit for {revision}")).help(
                format!("if nothing is committed yet, commit first; if there should be a commit, see what `git fsck` says; git says: {said}"),
            ));
        }
    }
    // A whole hash stands for itself, whether there is such a commit or not.
    let hash =
        git::line(here, &["rev-parse", "--quiet", "--verify", "--end-of-options", revision]).ok()??;
    if hash == revision.to_ascii_lowercase() {
        return None;
    }
    let refused = git::run(here, &["cat-file", "-t", &hash]).ok()?.err()?;
    let words = refused.into_error().to_string();
    Some(
        Failure::new(format!("cannot read {name}: git cannot read the commit that {revision} stands for"))
            .help(format!(
                "see what `git fsck` says, or fetch it again; git says: {}",
                words.trim_start_matches("fatal: ")
            )),
    )
}
