//! Settings that git has and the work tree has not: left out by a sparse checkout, or deleted.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::files::disk::Disk;
use crate::cli::git;
use crate::cli::git::repository::{git_folder, repository_top};
use crate::resolve::Files;
use crate::settings::NAME;
use crate::source::MAX_BYTES;

/// Settings that were deleted.
pub struct Deleted {
    /// Where they were.
    pub path: PathBuf,
    /// The same from the repository's top, as git calls it.
    pub from_top: String,
}

/// The settings of some folders that git has and the work tree has not. A failure where a checkout leaves
/// one out, or where git does not say: what they ask for is not known.
pub fn deleted_settings(folder: &Path, folders: &[PathBuf]) -> Result<Vec<Deleted>, Failure> {
    let Some(top) = repository_top(folder) else { return Ok(Vec::new()) };
    let missing = folders.iter().map(|folder| folder.join(NAME));
    let missing = missing.filter(|path| path.symlink_metadata().is_err());
    let missing: Vec<String> =
        missing.filter_map(|path| Some(path.strip_prefix(&top).ok()?.to_str()?.replace('\\', "/"))).collect();
    if missing.is_empty() || !may_have_settings(&top) {
        return Ok(Vec::new());
    }
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    let listed = in_index(&top, &["-t"], &missing)
        .map_err(|error| no_answer(&format!("whether it has a {NAME} that is not here"), &error))?;
    let listed = String::from_utf8_lossy(&listed);
    // `S` marks what is not written into the work tree.
    if let Some(left_out) = listed.split('\0').find_map(|line| line.strip_prefix("S ")) {
        let failure =
            Failure::new(format!("cannot read {left_out}: git has it, and this checkout leaves it out"));
        return Err(failure.help(format!(
            "its settings count for the flows below it, so nothing is done without them: run `git sparse-checkout add /{left_out}`, or `git update-index --no-skip-worktree {left_out}` and check it out"
        )));
    }
    let deleted = listed.split('\0').filter_map(|line| line.strip_prefix("H "));
    Ok(deleted.map(|name| Deleted { path: top.join(name), from_top: name.to_owned() }).collect())
}

/// What the index of a repository has of some paths, each ended by a zero byte.
///
/// # Errors
///
/// Where git does not say, or the index is gone and the last commit has some of them.
pub fn in_index(top: &Path, options: &[&str], paths: &[&str]) -> io::Result<Vec<u8>> {
    let ask = |command: &[&str]| {
        let arguments: Vec<&str> = [command, &["-z"], options, &["--"], paths].concat();
        git::run(top, &arguments)?.map_err(git::GitFailure::into_error)
    };
    let without_index = git_folder(top).filter(|folder| folder.join("index").symlink_metadata().is_err());
    if without_index.as_deref().is_some_and(|folder| !may_have_commit(folder)) {
        return Ok(Vec::new());
    }
    let listed = ask(&["ls-files"])?;
    // Git takes an index that is gone for an empty one.
    if without_index.is_some()
        && let Some(path) = committed(top, paths)?.first()
    {
        let message = format!("it has no index, and its last commit has {path}; `git reset` makes an index");
        return Err(io::Error::other(message));
    }
    Ok(listed)
}

/// The files that the last commit has at some paths and below them, from the repository's top. None where
/// nothing is committed yet.
///
/// # Errors
///
/// Where git does not say.
pub fn committed(top: &Path, paths: &[&str]) -> io::Result<Vec<String>> {
    match git::run(top, &["rev-parse", "--quiet", "--verify", "HEAD"])? {
        Err(refused) if refused.status == Some(1) => return Ok(Vec::new()),
        answer => answer.map_err(git::GitFailure::into_error)?,
    };
    let arguments = [&["ls-tree", "-r", "-z", "HEAD", "--"], paths].concat();
    let listed = git::run(top, &arguments)?.map_err(git::GitFailure::into_error)?;
    let listed = String::from_utf8_lossy(&listed);
    // `100644 blob HASH<tab>PATH`; a submodule is a commit.
    let files = listed.split('\0').filter_map(|line| line.split_once('\t'));
    Ok(files.filter(|(what, _)| what.contains(" blob ")).map(|(_, path)| path.to_owned()).collect())
}

/// That git does not answer a question.
pub fn no_answer(question: &str, error: &io::Error) -> Failure {
    Failure::new(format!("cannot ask git {question}: {error}"))
}

/// Whether git is asked at all: not where its index, which is read at once, names no settings. A name may
/// be shortened in an index of version 4, a sparse one has folders in place of files, and a split one has its names in
/// another file.
fn may_have_settings(top: &Path) -> bool {
    let Some(git_folder) = git_folder(top) else { return true };
    match Disk.read(&git_folder.join("index")) {
        Ok(index) => {
            let has = |text: &str| memchr::memmem::find(&index, text.as_bytes()).is_some();
            index.len() > MAX_BYTES || !has_whole_names(&index) || has("sdir") || has("link") || has(NAME)
        }
        Err(error) => error.kind() != ErrorKind::NotFound || may_have_commit(&git_folder),
    }
}

/// Whether an index has all its names, written out: none is cut off or shortened. A hash has 20 bytes or 32.
fn has_whole_names(index: &[u8]) -> bool {
    [20, 32].into_iter().any(|hash| entries_end(index, hash).is_some_and(|end| index.len() >= end + hash))
}

/// Where the entries of an index end; none where it is no index of version 2 or 3, or is cut off.
fn entries_end(index: &[u8], hash: usize) -> Option<usize> {
    let [b'D', b'I', b'R', b'C', 0, 0, 0, 2 | 3, count @ ..] = index else { return None };
    let count = u32::from_be_bytes(count.get(..4)?.try_into().ok()?);
    let mut start = 12;
    for _ in 0..count {
        // Ten numbers and the hash stand before the flags, and the second bit says that more of them follow.
        let flags = start + 40 + hash;
        let name = flags + if index.get(flags)? & 0x40 == 0 { 2 } else { 4 };
        let end = name + memchr::memchr(0, index.get(name..)?)?;
        // Zero bytes, one at least, fill an entry up to a multiple of eight.
        start += (end - start) / 8 * 8 + 8;
    }
    Some(start)
}

/// Whether something may be committed: not where `HEAD` is empty, or its branch is nowhere.
fn may_have_commit(git_folder: &Path) -> bool {
    let Ok(head) = Disk.read(&git_folder.join("HEAD")) else { return true };
    let head = String::from_utf8_lossy(&head);
    let Some(branch) = head.strip_prefix("ref: ") else { return !head.trim().is_empty() };
    let places = [branch.trim_end(), "packed-refs", "commondir", "reftable"];
    places.iter().any(|place| git_folder.join(place).symlink_metadata().is_ok())
}
