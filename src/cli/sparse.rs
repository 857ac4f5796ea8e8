//! Settings that git has and that a sparse checkout leaves out: they are not simply not there.

use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::folders::{git_folder, repository_top};
use super::{Failure, git};
use crate::resolve::Files;
use crate::settings::NAME;
use crate::source::MAX_BYTES;

/// Why nothing can be done in a folder: settings that count for it are left out of the work tree.
pub fn settings_left_out(folder: &Path, folders: &[PathBuf]) -> Option<Failure> {
    let top = repository_top(folder)?;
    let git_folder = git_folder(&top)?;
    let index = Disk.read(&git_folder.join("index")).ok()?;
    let missing = folders.iter().map(|folder| folder.join(NAME));
    let missing = missing.filter(|path| path.symlink_metadata().is_err());
    let asked: Vec<String> = missing
        .filter_map(|path| Some(path.strip_prefix(&top).ok()?.to_str()?.replace('\\', "/")))
        .filter(|path| may_name(&index, path))
        .collect();
    if asked.is_empty() {
        return None;
    }
    let arguments: Vec<&str> =
        ["ls-files", "-t", "-z", "--"].into_iter().chain(asked.iter().map(String::as_str)).collect();
    let listed = git::run(&top, &arguments).ok()?.ok()?;
    let listed = String::from_utf8_lossy(&listed);
    // `S` marks what is not written into the work tree.
    let left_out = listed.split('\0').find_map(|line| line.strip_prefix("S "))?;
    let failure =
        Failure::new(format!("cannot read {left_out}: git has it, and this checkout leaves it out"));
    Some(failure.help(format!(
        "its settings count for the flows below it, so nothing is done without them: run `git sparse-checkout add /{left_out}`, or `git update-index --no-skip-worktree {left_out}` and check it out"
    )))
}

/// Whether an index may name a file, so that git is asked. An index of version 4 shortens names, a sparse
/// one has folders in place of files, and of a very large one only the beginning is known.
fn may_name(index: &[u8], path: &str) -> bool {
    let shortens = index.get(..8).is_some_and(|head| head.ends_with(&[0, 0, 0, 4]));
    if shortens || index.len() > MAX_BYTES || memchr::memmem::find(index, b"sdir").is_some() {
        return true;
    }
    let mut name = path.as_bytes().to_vec();
    name.push(0);
    // Before a name stand flags, which end in its length or in a zero.
    let length = path.len().min(0xFFF).to_le_bytes();
    memchr::memmem::find_iter(index, &name).any(|at| {
        let before = at.checked_sub(1).and_then(|at| index.get(at));
        before.is_some_and(|before| *before == 0 || length.first() == Some(before))
    })
}
