//! Settings that git has and the work tree has not: left out by a sparse checkout, or deleted.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::folders::{git_folder, repository_top};
use super::{Failure, git};
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
    let arguments: Vec<&str> =
        ["ls-files", "-t", "-z", "--"].into_iter().chain(missing.iter().map(String::as_str)).collect();
    let listed =
        git::run(&top, &arguments).and_then(|answer| answer.map_err(git::Refused::into_error)).map_err(
            |error| Failure::new(format!("cannot ask git whether it has a {NAME} that is not here: {error}")),
        )?;
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

/// Whether git is asked at all: not where its index, which is read at once, names no settings. A name may
/// be shortened in an index of version 4, and a sparse one has folders in place of files.
fn may_have_settings(top: &Path) -> bool {
    let Some(git_folder) = git_folder(top) else { return true };
    match Disk.read(&git_folder.join("index")) {
        Ok(index) => {
            let shortens = index.get(..8).is_some_and(|head| head.ends_with(&[0, 0, 0, 4]));
            let has = |text: &str| memchr::memmem::find(&index, text.as_bytes()).is_some();
            shortens || index.len() > MAX_BYTES || has("sdir") || has(NAME)
        }
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}
