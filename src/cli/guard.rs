//! What an environment asks for before a flow is submitted to it.
use std::path::{Path, PathBuf};

use super::input::{Disk, Input};
use super::{Failure, git, output};
use crate::Compiled;
use crate::cxone::codes::GUARD;
use crate::diagnostics::{Diagnostic, list_of, quote};
use crate::resolve::Files;
use crate::settings::Guard;

/// How many files a finding names.
const NAMED: usize = 3;

/// A finding for each guard that a source does not meet. `compiled` is what became of it; an
/// artifact has nothing. The `exempt` files may have changed: those that a submission writes itself.
///
/// # Errors
///
/// Where git does not start.
pub fn unmet(
    guards: &[Guard],
    input: &Input,
    compiled: Option<&Compiled>,
    exempt: &[PathBuf],
) -> Result<Vec<Diagnostic>, Failure> {
    unmet_from(Path::new("."), guards, input, compiled, exempt)
}

/// As seen from a working folder.
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
            Guard::Clean => clean(input, exempt),
            Guard::Branch(name) => branch(here, name, input),
            Guard::Tests => Ok(tests(input, compiled)),
        };
        found.extend(
            unmet
                .map_err(|error| Failure::new(format!("cannot run git, which `{guard}` needs: {error}")))?
                .map(|unmet| unmet.of(guard)),
        );
    }
    Ok(found)
}

/// What is so, and what to do.
struct Unmet {
    is: String,
    help: String,
    git: Option<String>,
}

impl Unmet {
    fn new(is: impl Into<String>, help: impl Into<String>) -> Self {
        Self { is: is.into(), help: help.into(), git: None }
    }

    fn of(self, guard: &Guard) -> Diagnostic {
        let finding =
            Diagnostic::unplaced(&GUARD, format!("`{guard}` is required: {}", self.is)).help(self.help);
        match self.git {
            Some(words) if !words.is_empty() => finding.note(format!("git says: {words}")),
            _ => finding,
        }
    }
}

type Verdict = std::io::Result<Option<Unmet>>;

fn tests(input: &Input, compiled: Option<&Compiled>) -> Option<Unmet> {
    let name = quote(&input.name());
    let Some(compiled) = compiled else {
        return Some(Unmet::new(
            format!("{name} is an artifact, but the tests are in its source"),
            "submit the source, as `REV:PATH` if need be, or from an environment that does not require `tests`",
        ));
    };
    let Some(run) = compiled.run_tests() else {
        return Some(Unmet::new(
            format!("{name} has errors, so its tests do not run"),
            "correct the errors first",
        ));
    };
    if run.tests.is_empty() {
        return Some(Unmet::new(
            format!("{name} has no tests"),
            "write tests for the calls that matter, as in `test \"opting out\" on 9 -> menu -> stopped`",
        ));
    }
    let failing: Vec<String> = run.failing().map(|one| one.test.name.to_string()).collect();
    (!failing.is_empty()).then(|| {
        Unmet::new(
            format!("{} failing in {name}", named(&failing)),
            format!("`cxflowc test {}` shows where the calls go", input.name()),
        )
    })
}

fn clean(input: &Input, exempt: &[PathBuf]) -> Verdict {
    let path = match input {
        Input::Git { .. } => return Ok(None),
        Input::Stdin => return Ok(Some(from_stdin())),
        Input::Disk(path) => Disk.identity(path),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let top = match git::top(folder)? {
        Ok(top) => top,
        Err(words) => return Ok(Some(no_repository(input, words))),
    };
    let listed = match git::run(
        &top,
        &["status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=none"],
    )? {
        Ok(listed) => listed,
        Err(words) => {
            let unmet = Unmet::new("git cannot say what has changed", "see what `git status` says");
            return Ok(Some(Unmet { git: Some(words), ..unmet }));
        }
    };
    let exempt: Vec<PathBuf> = exempt.iter().map(|path| output::identity(path)).collect();
    let changed: Vec<String> = changed(&listed)
        .into_iter()
        .filter(|name| !exempt.contains(&output::identity(&top.join(name))))
        .collect();
    if !changed.is_empty() {
        return Ok(Some(Unmet::new(
            format!("{} not committed", named(&changed)),
            "commit what belongs to the release, and `git stash --include-untracked` what does not",
        )));
    }
    // What .gitignore hides is in no commit, and `git status` lists no file that it was told to take for unchanged.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let committed = git::line(folder, &["rev-parse", "--quiet", "--verify", &format!("HEAD:./{name}")]);
    Ok(match committed {
        None => Some(Unmet::new(
            format!("git ignores {}, because of .gitignore or a similar file", quote(&input.name())),
            "take out the line that ignores it, and commit the file",
        )),
        Some(hash) if git::line(folder, &["hash-object", "--", &name]).as_ref() != Some(&hash) => {
            Some(Unmet::new(
                format!(
                    "{} differs from what is committed, but git was told to treat it as unchanged",
                    quote(&input.name())
                ),
                "`git update-index --no-assume-unchanged --no-skip-worktree` with the file's name shows the change; commit it",
            ))
        }
        Some(_) => None,
    })
}

/// The files that `git status --porcelain -z` lists: two letters, a blank, the path from the top;
/// a renamed one is followed by its old name.
fn changed(listed: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut entries = listed.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
    while let Some(entry) = entries.next() {
        let (state, name) = entry.split_at_checked(3).unwrap_or((entry, b""));
        if state.contains(&b'R') || state.contains(&b'C') {
            entries.next();
        }
        names.push(String::from_utf8_lossy(name).into_owned());
    }
    // One that git forgot and that is still there is listed twice.
    names.sort_unstable();
    names.dedup();
    names
}

/// `` `a`, `b`, `c` and 5 more are ``
fn named(files: &[String]) -> String {
    let mut words: Vec<String> = files.iter().take(NAMED).map(|file| quote(file)).collect();
    if let Some(more) = files.len().checked_sub(NAMED).filter(|&more| more > 0) {
        words.push(format!("{more} more"));
    }
    format!("{} {}", list_of(&words, "and"), if files.len() == 1 { "is" } else { "are" })
}

fn from_stdin() -> Unmet {
    Unmet::new(
        "standard input belongs to no commit",
        "name the file, or `REV:PATH` for a file at a git revision",
    )
}

fn no_repository(input: &Input, words: String) -> Unmet {
    let unmet = Unmet::new(
        format!("{} is not in a git repository", quote(&input.name())),
        "submit it from a clone of its repository",
    );
    Unmet { git: Some(words), ..unmet }
}

fn branch(here: &Path, name: &str, input: &Input) -> Verdict {
    let path = match input {
        Input::Stdin => return Ok(Some(from_stdin())),
        Input::Git { revision, .. } => return Ok(revision_of_branch(here, name, revision)),
        Input::Disk(path) => Disk.identity(path),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    if let Err(words) = git::top(folder)? {
        return Ok(Some(no_repository(input, words)));
    }
    if let Some(head) = git::line(folder, &["symbolic-ref", "--quiet", "HEAD"]) {
        let head = head.strip_prefix("refs/heads/").unwrap_or(&head);
        return Ok((head != name).then(|| {
            Unmet::new(
                format!("the work tree is on the branch {}", quote(head)),
                format!(
                    "merge it and submit from `{name}`, or hand over a version of `{name}` as `REV:PATH`"
                ),
            )
        }));
    }
    // A pipeline checks out a commit: the newest of the branch is as good as the branch.
    let tips: Vec<String> = tips(name).iter().filter_map(|tip| git::commit(folder, tip)).collect();
    if tips.is_empty() {
        return Ok(Some(not_known(name)));
    }
    let head = git::commit(folder, "HEAD").unwrap_or_default();
    Ok((!tips.contains(&head)).then(|| {
        Unmet::new(
            format!("the commit {} is checked out, but it is not the newest of `{name}`", short(&head)),
            format!("run the pipeline for the newest commit; if this is the newest one, run `git fetch origin {name}` first"),
        )
    }))
}

fn revision_of_branch(here: &Path, name: &str, revision: &str) -> Option<Unmet> {
    let tips: Vec<String> = tips(name).iter().filter_map(|tip| git::commit(here, tip)).collect();
    if tips.is_empty() {
        return Some(not_known(name));
    }
    let commit = git::commit(here, revision);
    let holds = |tip: &String| {
        commit.as_ref().is_some_and(|commit| {
            git::run(here, &["merge-base", "--is-ancestor", commit, tip]).is_ok_and(|answer| answer.is_ok())
        })
    };
    (!tips.iter().any(holds)).then(|| {
        Unmet::new(
            format!("the revision {} is not part of `{name}`", quote(revision)),
            format!("name a revision of that branch: `git log {name}` lists them"),
        )
    })
}

/// The branch on this machine, and as it was last fetched.
fn tips(name: &str) -> [String; 2] {
    [format!("refs/heads/{name}"), format!("refs/remotes/origin/{name}")]
}

fn not_known(name: &str) -> Unmet {
    Unmet::new(
        format!("no branch `{name}` is known here, as after a shallow checkout"),
        format!("fetch it: `git fetch origin {name}:refs/remotes/origin/{name}`"),
    )
}

/// As much of a hash as people read.
fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

#[cfg(test)]
mod tests;
