//! Settings and locks of policies that git has but the work tree lacks: left out by a sparse checkout, or deleted.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::files::disk::Disk;
use crate::cli::git;
use crate::cli::git::repository::{git_folder, repository_top};
use crate::resolve::Files;
use crate::source::MAX_BYTES;

/// A file that was deleted.
#[derive(Debug, Clone)]
pub struct Deleted {
    /// Their former path.
    pub path: PathBuf,
    /// The same path relative to the repository's top, in git's spelling.
    pub from_top: String,
}

/// The files of a name in these folders that git has but the work tree lacks. Fails if a sparse checkout leaves one
/// out or git does not say, since nobody knows what is in them.
pub fn deleted(name: &str, folder: &Path, folders: &[PathBuf]) -> Result<Vec<Deleted>, Failure> {
    let Some(top) = repository_top(folder) else { return Ok(Vec::new()) };
    let missing = folders.iter().map(|folder| folder.join(name));
    let missing = missing.filter(|path| path.symlink_metadata().is_err());
    let missing: Vec<String> =
        missing.filter_map(|path| Some(path.strip_prefix(&top).ok()?.to_str()?.replace('\\', "/"))).collect();
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    if missing.is_empty() || !may_have_any(&top, &missing) {
        return Ok(Vec::new());
    }
    let listed = in_index(&top, &["-t"], &missing)
        .map_err(|error| no_answer(&format!("whether it has a {name} that is not here"), &error))?;
    let listed = String::from_utf8_lossy(&listed);
    // `S` marks files that are not written into the work tree.
    if let Some(left_out) = listed.split('\0').find_map(|line| line.strip_prefix("S ")) {
        let failure =
            Failure::new(format!("cannot read {left_out}: git has it, and this checkout leaves it out"));
        return Err(failure.help(format!(
            "it applies to the flows below it, so nothing is done without them: run `git sparse-checkout add /{left_out}`, or `git update-index --no-skip-worktree {left_out}` and check it out"
        )));
    }
    let deleted = listed.split('\0').filter_map(|line| line.strip_prefix("H "));
    Ok(deleted.map(|name| Deleted { path: top.join(name), from_top: name.to_owned() }).collect())
}

/// The entries of a repository's index for these paths, each terminated by a zero byte.
///
/// # Errors
///
/// Fails if git does not say, or if the index is gone and the last commit has some of the paths.
pub fn in_index(top: &Path, options: &[&str], paths: &[&str]) -> io::Result<Vec<u8>> {
    let list = |command: &[&str]| {
        let arguments: Vec<&str> = [command, &["-z"], options, &["--"], paths].concat();
        git::run(top, &arguments)?.map_err(git::GitFailure::into_error)
    };
    let without_index = git_folder(top).filter(|folder| folder.join("index").symlink_metadata().is_err());
    if without_index.as_deref().is_some_and(|folder| !may_have_commit(folder)) {
        return Ok(Vec::new());
    }
    let listed = list(&["ls-files"])?;
    // Git treats a missing index as an empty one.
    if without_index.is_some()
        && let Some(path) = committed(top, paths)?.first()
    {
        let message = format!("it has no index, and its last commit has {path}; `git reset` makes an index");
        return Err(io::Error::other(message));
    }
    Ok(listed)
}

/// The files in the last commit at or below these paths, relative to the repository's top. Empty if nothing
/// is committed yet.
///
/// # Errors
///
/// Fails if git does not say.
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
    Ok(files.filter(|(entry, _)| entry.contains(" blob ")).map(|(_, path)| path.to_owned()).collect())
}

/// The failure for a question that git did not answer.
pub fn no_answer(question: &str, error: &io::Error) -> Failure {
    let failure = Failure::new(format!("cannot ask git {question}: {error}"));
    match git::trust_remedy(&error.to_string()) {
        Some(remedy) => failure.help(remedy),
        None => failure,
    }
}

/// Whether git needs to be asked about these paths: not if its index, which is read directly, has none of
/// them. An index of version 4 may shorten names, a sparse index has folders in place of files, and a split
/// index keeps its names in another file.
fn may_have_any(top: &Path, paths: &[&str]) -> bool {
    let Some(git_folder) = git_folder(top) else { return true };
    match Disk.read(&git_folder.join("index")) {
        Ok(index) if index.len() > MAX_BYTES => true,
        Ok(index) => {
            // A hash has 20 or 32 bytes.
            let readings: Vec<IndexReading> =
                [20, 32].into_iter().filter_map(|hash| IndexReading::of(&index, hash, paths)).collect();
            readings.is_empty() || readings.iter().any(|read| read.has_any || read.is_partial)
        }
        Err(error) => error.kind() != ErrorKind::NotFound || may_have_commit(&git_folder),
    }
}

/// What an index says about paths.
struct IndexReading {
    /// Whether it has an entry for one of them.
    has_any: bool,
    /// Whether it has folders in place of files, or keeps entries in another file.
    is_partial: bool,
}

impl IndexReading {
    /// Reads an index; `None` if it is not one of version 2 or 3 with hashes of this size, or is cut off.
    fn of(index: &[u8], hash: usize, paths: &[&str]) -> Option<Self> {
        let [b'D', b'I', b'R', b'C', 0, 0, 0, 2 | 3, count @ ..] = index else { return None };
        let count = u32::from_be_bytes(count.get(..4)?.try_into().ok()?);
        let mut start = 12;
        let mut has_any = false;
        for _ in 0..count {
            // Ten numbers and the hash precede the flags, whose second bit says that more flags follow.
            let flags = start + 40 + hash;
            let name = flags + if index.get(flags)? & 0x40 == 0 { 2 } else { 4 };
            let end = name + memchr::memchr(0, index.get(name..)?)?;
            let written = index.get(name..end)?;
            has_any |= paths.iter().any(|path| path.as_bytes() == written);
            // Zero bytes, at least one, pad an entry to a multiple of eight.
            start += (end - start) / 8 * 8 + 8;
        }
        // The extensions, and the hash of it all.
        let rest = index.get(start..).filter(|rest| rest.len() >= hash)?;
        let has = |name: &str| memchr::memmem::find(rest, name.as_bytes()).is_some();
        Some(Self { has_any, is_partial: has("sdir") || has("link") })
    }
}

/// Whether there may be a commit: not if `HEAD` is empty or its branch does not exist.
fn may_have_commit(git_folder: &Path) -> bool {
    let Ok(head) = Disk.read(&git_folder.join("HEAD")) else { return true };
    let head = String::from_utf8_lossy(&head);
    let Some(branch) = head.strip_prefix("ref: ") else { return !head.trim().is_empty() };
    let places = [branch.trim_end(), "packed-refs", "commondir", "reftable"];
    places.iter().any(|place| git_folder.join(place).symlink_metadata().is_ok())
}
