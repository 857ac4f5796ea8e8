//! The guard `clean`: the compiled files are committed, and nothing else in the work tree has changed.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::{GuardResult, UnmetGuard, from_stdin, named, no_repository};
use crate::Compiled;
use crate::cli::files::output;
use crate::cli::files::outputs::is_record;
use crate::cli::git;
use crate::cli::source_files::input::{Disk, Input};
use crate::diagnostics::quote;
use crate::resolve::Files;

/// How many submodules are checked.
const MAX_SUBMODULES: usize = 10_000;
/// How many files are passed to git in one command.
const MAX_FILES_PER_COMMAND: usize = 500;

pub fn clean(input: &Input, compiled: Option<&Compiled>, exempt: &[PathBuf]) -> GuardResult {
    let path = match input {
        Input::Git { .. } => return Ok(None),
        Input::Stdin => return Ok(Some(from_stdin())),
        Input::Disk(path) => Disk.identity(path),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let top = match git::top(folder)? {
        Ok(top) => top,
        Err(refused) => return no_repository(input, refused).map(Some),
    };
    let exempt: Vec<PathBuf> = exempt.iter().map(|path| output::identity(path)).collect();
    let mut changed: Vec<String> = Vec::new();
    let mut repositories = vec![top.clone()];
    let mut checked = 0;
    // Each submodule is checked by itself, since git would otherwise obey the submodule's own configuration.
    while let Some(repository) = repositories.pop() {
        let filters = git::without_filters(&repository)?;
        // Detecting renames would need the files' contents, which a partial clone may lack.
        let status = [
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignore-submodules=dirty",
        ];
        let listed = git::run_with(&repository, &filters, &status)?.map_err(git::GitFailure::into_error)?;
        let paths = changed_in(&listed).into_iter().map(|name| repository.join(name));
        // Locks and logs of other environments and flows were written by earlier submissions.
        let uncommitted = paths.filter(|path| !exempt.contains(&output::identity(path)) && !is_record(path));
        changed.extend(uncommitted.map(|path| relative_to(&top, &path)));
        repositories.extend(submodules(&repository)?);
        checked += 1;
        if checked > MAX_SUBMODULES {
            return Err(io::Error::other(format!("there are more than {MAX_SUBMODULES} submodules")));
        }
    }
    if !changed.is_empty() {
        changed.sort_unstable();
        changed.dedup();
        return Ok(Some(UnmetGuard::new(
            format!("{} not committed", named(&changed)),
            "commit what belongs to the release, and move the rest out of the work tree or add it to .gitignore",
        )));
    }
    // `git status` does not list ignored files, nor files that it was told to treat as unchanged.
    let mut files: BTreeMap<PathBuf, Vec<(PathBuf, String)>> = BTreeMap::new();
    files.entry(top.clone()).or_default().push((path.clone(), input.name()));
    for (_, source) in compiled.iter().flat_map(|compiled| compiled.sources.iter()) {
        let real = Disk.identity(source.path());
        let repository = real.parent().and_then(git::top_of).filter(|found| found.starts_with(&top));
        if let Some(repository) = repository.filter(|_| !source.is_bundled() && real != path) {
            files.entry(repository).or_default().push((real, source.name().to_owned()));
        }
    }
    for (repository, files) in files {
        for files in files.chunks(MAX_FILES_PER_COMMAND) {
            if let Some(unmet) = hidden_change(&repository, files)? {
                return Ok(Some(unmet));
            }
        }
    }
    Ok(None)
}

/// The unmet guard for a file that differs from the commit although `git status` does not list it.
fn hidden_change(repository: &Path, files: &[(PathBuf, String)]) -> GuardResult {
    let names: Vec<String> = files.iter().map(|(path, _)| relative_to(repository, path)).collect();
    let paths = names.iter().map(String::as_str);
    let arguments: Vec<&str> =
        ["ls-tree", "-z", "-r", "--full-tree", "HEAD", "--"].into_iter().chain(paths.clone()).collect();
    let listed = git::run(repository, &arguments)?.map_err(git::GitFailure::into_error)?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let committed: BTreeMap<&str, &str> = listed
        .split('\0')
        .filter_map(|entry| {
            let (description, name) = entry.split_once('\t')?;
            Some((name, description.split(' ').nth(2)?))
        })
        .collect();
    if let Some(((_, shown), name)) =
        files.iter().zip(&names).find(|(_, name)| !committed.contains_key(name.as_str()))
    {
        return Ok(Some(match submodule_around(repository, name)? {
            Some(submodule) => UnmetGuard::new(
                format!(
                    "{} is in the folder of the submodule {}, which is not checked out",
                    quote(shown),
                    quote(&submodule)
                ),
                "move the file away, and run `git submodule update --init`",
            ),
            None => UnmetGuard::new(
                format!("git ignores {}, because of .gitignore or a similar file", quote(shown)),
                "remove the line that ignores it, and commit the file",
            ),
        }));
    }
    let arguments: Vec<&str> = ["hash-object", "--"].into_iter().chain(paths).collect();
    let hashed = git::run_with(repository, &git::without_filters(repository)?, &arguments)?;
    let hashed = String::from_utf8_lossy(&hashed.map_err(git::GitFailure::into_error)?).into_owned();
    let mut hashes = hashed.lines();
    let is_changed =
        |name: &String| hashes.next().is_none_or(|hash| committed.get(name.as_str()) != Some(&hash));
    let changed = names.iter().map(is_changed).collect::<Vec<bool>>();
    let first = files.iter().zip(changed).find(|(_, is_changed)| *is_changed);
    Ok(first.map(|((_, shown), _)| {
        UnmetGuard::new(
            format!("{} differs from what is committed, but git was told to treat it as unchanged", quote(shown)),
            "`git update-index --no-assume-unchanged --no-skip-worktree` with the file's name shows the change; commit it",
        )
    }))
}

/// The submodule of the last commit whose folder contains a file of the repository itself.
fn submodule_around(repository: &Path, name: &str) -> io::Result<Option<String>> {
    let folders = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
    let arguments: Vec<&str> =
        ["ls-tree", "-z", "--full-tree", "HEAD", "--"].into_iter().chain(folders).collect();
    let listed = git::run(repository, &arguments)?.map_err(git::GitFailure::into_error)?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let link = listed.split('\0').find(|entry| entry.starts_with("160000 "));
    Ok(link.and_then(|entry| Some(entry.split_once('\t')?.1.to_owned())))
}

/// The submodules of a repository that are checked out.
fn submodules(repository: &Path) -> io::Result<Vec<PathBuf>> {
    let listed =
        git::run(repository, &["ls-files", "-z", "--stage"])?.map_err(git::GitFailure::into_error)?;
    if listed.len() > crate::source::MAX_BYTES {
        return Err(io::Error::other("it has too many files to search for submodules"));
    }
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let links = listed.split('\0').filter(|entry| entry.starts_with("160000 "));
    let folders = links.filter_map(|entry| Some(repository.join(entry.split_once('\t')?.1)));
    Ok(folders.filter(|folder| git::top_of(folder).as_ref() == Some(folder)).collect())
}

/// A path relative to a repository's top.
fn relative_to(repository: &Path, path: &Path) -> String {
    path.strip_prefix(repository).unwrap_or(path).display().to_string().replace('\\', "/")
}

/// The files in the output of `git status --porcelain -z --no-renames`: two letters, a blank, the path from
/// the top.
fn changed_in(listed: &[u8]) -> Vec<String> {
    let entries = listed.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
    let name = |entry: &[u8]| String::from_utf8_lossy(entry.get(3..).unwrap_or(entry)).into_owned();
    let mut names: Vec<String> = entries.map(name).collect();
    // A file that was removed from the index but still exists is listed twice.
    names.sort_unstable();
    names.dedup();
    names
}
