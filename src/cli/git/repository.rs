//! Where a git repository begins, as far as the disk shows it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;
use crate::resolve::Files;

/// The top of the repository that an absolute folder is in, as far as the disk shows it.
pub fn repository_top(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|above| is_repository(&above.join(".git"))).map(Path::to_path_buf)
}

/// A `.git` file that is nearer to an absolute folder than any repository, and leads to none: git goes no further
/// up from there.
pub fn lost_repository(folder: &Path) -> Option<PathBuf> {
    let gits = folder.ancestors().map(|above| above.join(".git"));
    let mut files = gits.take_while(|git| !is_repository(git)).filter(|git| git.is_file());
    files.next()
}

/// Whether git would take a `.git` for a repository: a folder with a `HEAD`, or a file that leads to
/// such a folder. An empty folder and a file that leads nowhere are none, and must not part the flows
/// below from the settings above.
fn is_repository(git: &Path) -> bool {
    match fs::metadata(git) {
        Ok(found) if found.is_dir() => has_head(git),
        Ok(found) if found.is_file() => leads_to(git).is_some_and(|folder| has_head(&folder)),
        _ => false,
    }
}

/// The folder in which git keeps what is its own of a work tree.
pub fn git_folder(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    if git.is_dir() { Some(git) } else { leads_to(&git) }
}

fn has_head(folder: &Path) -> bool {
    match folder.join("HEAD").symlink_metadata() {
        Ok(_) => true,
        // Whether something is there that may not be looked into nobody can tell.
        Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
    }
}

/// The folder that a `.git` file names. It is seen from the file's own folder.
fn leads_to(git: &Path) -> Option<PathBuf> {
    let text = String::from_utf8_lossy(&Disk.read(git).ok()?).into_owned();
    let named = text.strip_prefix("gitdir: ")?.trim_end_matches(['\r', '\n']);
    Some(git.parent()?.join(named))
}
