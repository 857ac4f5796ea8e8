//! Finds git repositories by looking at the disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;
use crate::resolve::Files;

/// The top of the repository around an absolute folder, judging by the disk alone.
pub fn repository_top(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|above| is_repository(&above.join(".git"))).map(Path::to_path_buf)
}

/// A `.git` file that is nearer to an absolute folder than any repository but points to none: git does not
/// search further up from there.
pub fn lost_repository(folder: &Path) -> Option<PathBuf> {
    let gits = folder.ancestors().map(|above| above.join(".git"));
    let mut files = gits.take_while(|git| !is_repository(git)).filter(|git| git.is_file());
    files.next()
}

/// Whether git would accept a `.git` as a repository: a folder with a `HEAD`, or a file that points to such a
/// folder. An empty folder or a dangling file is not a repository, and must not separate the flows below from
/// the settings above.
fn is_repository(git: &Path) -> bool {
    match fs::metadata(git) {
        Ok(metadata) if metadata.is_dir() => has_head(git),
        Ok(metadata) if metadata.is_file() => gitdir_target(git).is_some_and(|folder| has_head(&folder)),
        _ => false,
    }
}

/// The folder where git keeps the data of a work tree.
pub fn git_folder(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    if git.is_dir() { Some(git) } else { gitdir_target(&git) }
}

fn has_head(folder: &Path) -> bool {
    match folder.join("HEAD").symlink_metadata() {
        Ok(_) => true,
        // Without permission, nobody can tell whether it exists.
        Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
    }
}

/// The folder that a `.git` file names, relative to the file's own folder.
fn gitdir_target(git: &Path) -> Option<PathBuf> {
    let text = String::from_utf8_lossy(&Disk.read(git).ok()?).into_owned();
    let named = text.strip_prefix("gitdir: ")?.trim_end_matches(['\r', '\n']);
    Some(git.parent()?.join(named))
}
