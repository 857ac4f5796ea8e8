//! Checks the guards of an environment before a flow is submitted to it.
mod clean;

use std::io;
use std::path::{Path, PathBuf};

use clean::clean;

use crate::Compiled;
use crate::cli::Failure;
use crate::cli::git;
use crate::cli::source_files::input::{Disk, Input};
use crate::cxone::codes::GUARD;
use crate::diagnostics::{Diagnostic, list_of, quote};
use crate::resolve::Files;
use crate::settings::Guard;

/// How many files a finding names.
const MAX_NAMED: usize = 3;

/// A finding for each guard that a source does not meet. `compiled` is the compiled source; an artifact has
/// none. The `exempt` files may have changed: those that a submission writes itself.
///
/// # Errors
///
/// Fails if git does not start or answer.
pub fn unmet_guards(
    guards: &[Guard],
    input: &Input,
    compiled: Option<&Compiled>,
    exempt: &[PathBuf],
) -> Result<Vec<Diagnostic>, Failure> {
    unmet_from(Path::new("."), guards, input, compiled, exempt)
}

/// Like [`unmet_guards`], from a given working folder.
fn unmet_from(
    here: &Path,
    guards: &[Guard],
    input: &Input,
    compiled: Option<&Compiled>,
    exempt: &[PathBuf],
) -> Result<Vec<Diagnostic>, Failure> {
    let mut found = Vec::new();
    for guard in guards {
        let unmet = match guard {
            Guard::Clean => clean(input, compiled, exempt),
            Guard::Branch(name) => branch(here, name, input),
            Guard::Tests => Ok(tests(input, compiled)),
        };
        found.extend(
            unmet
                .map_err(|error| {
                    Failure::new(format!("cannot check `{guard}` because git does not answer: {error}"))
                })?
                .map(|unmet| unmet.of(guard)),
        );
    }
    Ok(found)
}

/// Why a guard is not met, and what to do.
struct UnmetGuard {
    reason: String,
    help: String,
    git: Option<String>,
}

impl UnmetGuard {
    fn new(reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: help.into(), git: None }
    }

    fn of(self, guard: &Guard) -> Diagnostic {
        let finding =
            Diagnostic::unplaced(&GUARD, format!("`{guard}` is required: {}", self.reason)).help(self.help);
        match self.git {
            Some(words) if !words.is_empty() => finding.note(format!("git says: {words}")),
            _ => finding,
        }
    }
}

type GuardResult = io::Result<Option<UnmetGuard>>;

fn tests(input: &Input, compiled: Option<&Compiled>) -> Option<UnmetGuard> {
    let name = quote(&input.name());
    let Some(compiled) = compiled else {
        return Some(UnmetGuard::new(
            format!("{name} is an artifact, but the tests are in its source"),
            "submit the source, as `REV:PATH` if need be, or from an environment that does not require `tests`",
        ));
    };
    let Some(run) = compiled.run_tests() else {
        return Some(UnmetGuard::new(
            format!("{name} has errors, so its tests do not run"),
            "correct the errors first",
        ));
    };
    if run.tests.is_empty() {
        return Some(UnmetGuard::new(
            format!("{name} has no tests"),
            "write tests for the calls that matter, as in `test \"opting out\" on 9 -> menu -> stopped`",
        ));
    }
    let failing: Vec<String> = run.failing().map(|outcome| outcome.test.name.to_string()).collect();
    (!failing.is_empty()).then(|| {
        UnmetGuard::new(
            format!("{} failing in {name}", named(&failing)),
            format!("`cxflowc test {}` shows where the calls go", input.name()),
        )
    })
}

/// `` `a`, `b`, `c` and 5 more are ``
fn named(files: &[String]) -> String {
    let mut words: Vec<String> = files.iter().take(MAX_NAMED).map(|file| quote(file)).collect();
    if let Some(more) = files.len().checked_sub(MAX_NAMED).filter(|&more| more > 0) {
        words.push(format!("{more} more"));
    }
    format!("{} {}", list_of(&words, "and"), if files.len() == 1 { "is" } else { "are" })
}

fn from_stdin() -> UnmetGuard {
    UnmetGuard::new(
        "standard input belongs to no commit",
        "name the file, or `REV:PATH` for a file at a git revision",
    )
}

/// The unmet guard for a source outside of any repository that git knows.
///
/// # Errors
///
/// Fails if git failed for another reason.
fn no_repository(input: &Input, refused: git::GitFailure) -> io::Result<UnmetGuard> {
    if !refused.words.contains("not a git repository") {
        return Err(refused.into_error());
    }
    let unmet = UnmetGuard::new(
        format!("{} is not in a git repository", quote(&input.name())),
        "submit it from a clone of its repository",
    );
    Ok(UnmetGuard { git: Some(refused.words), ..unmet })
}

fn branch(here: &Path, name: &str, input: &Input) -> GuardResult {
    let path = match input {
        Input::Stdin => return Ok(Some(from_stdin())),
        Input::Git { revision, .. } => return revision_of_branch(here, name, revision),
        Input::Disk(path) => Disk.identity(path),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    if let Err(refused) = git::top(folder)? {
        return no_repository(input, refused).map(Some);
    }
    if let Some(head) = git::line(folder, &["symbolic-ref", "--quiet", "HEAD"])? {
        let head = head.strip_prefix("refs/heads/").unwrap_or(&head);
        return Ok((head != name).then(|| {
            UnmetGuard::new(
                format!("the work tree is on the branch {}", quote(head)),
                format!("merge it and submit from `{name}`, or submit a version of `{name}` as `REV:PATH`"),
            )
        }));
    }
    // Pipelines check out a commit instead of a branch: the branch's newest commit is as good as the branch.
    let tips = tips(folder, name)?;
    if tips.is_empty() {
        return Ok(Some(unknown_branch(name)));
    }
    let head = git::commit(folder, "HEAD")?.unwrap_or_default();
    Ok((!tips.contains(&head)).then(|| {
        UnmetGuard::new(
            format!("the commit {} is checked out, but it is not the newest of `{name}`", short(&head)),
            format!("run the pipeline for the newest commit; if this is the newest one, run `git fetch origin {name}` first"),
        )
    }))
}

fn revision_of_branch(here: &Path, name: &str, revision: &str) -> GuardResult {
    let tips = tips(here, name)?;
    if tips.is_empty() {
        return Ok(Some(unknown_branch(name)));
    }
    if let Some(commit) = git::commit(here, revision)? {
        for tip in tips {
            match git::run(here, &["merge-base", "--is-ancestor", &commit, &tip])? {
                Ok(_) => return Ok(None),
                Err(refused) if refused.status == Some(1) => {}
                Err(refused) => return Err(refused.into_error()),
            }
        }
    }
    Ok(Some(UnmetGuard::new(
        format!("the revision {} is not part of `{name}`", quote(revision)),
        format!("name a revision of that branch: `git log {name}` lists them"),
    )))
}

/// The newest commits of a branch: of the local one, and of the one that was fetched last.
fn tips(folder: &Path, name: &str) -> io::Result<Vec<String>> {
    let mut commits = Vec::new();
    for reference in [format!("refs/heads/{name}"), format!("refs/remotes/origin/{name}")] {
        commits.extend(git::commit(folder, &reference)?);
    }
    Ok(commits)
}

fn unknown_branch(name: &str) -> UnmetGuard {
    UnmetGuard::new(
        format!("no branch `{name}` is known here, as after a shallow checkout"),
        format!("fetch it: `git fetch origin {name}:refs/remotes/origin/{name}`"),
    )
}

/// The part of a hash that people read.
fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

#[cfg(test)]
mod tests;
