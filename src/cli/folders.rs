//! The flow files below a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use super::disk::Disk;
use crate::resolve::Files;

/// Looks for `.cxflow` files below a folder, a folder at a time. Folders whose name begins with a
/// dot, and links to folders, are not looked into. A folder that cannot be read comes with its error.
pub struct FlowsBelow {
    folders: Vec<PathBuf>,
    found: Vec<PathBuf>,
}

impl FlowsBelow {
    /// Begins with a folder.
    pub fn new(folder: &Path) -> Self {
        Self { folders: vec![folder.to_path_buf()], found: Vec::new() }
    }

    fn look_into(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() {
                if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                    self.folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "cxflow") && path.is_file() {
                self.found.push(path);
            }
        }
        Ok(())
    }
}

impl Iterator for FlowsBelow {
    /// The files of one folder.
    type Item = Result<Vec<PathBuf>, (PathBuf, io::Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        let folder = self.folders.pop()?;
        match self.look_into(&folder) {
            Ok(()) => Some(Ok(std::mem::take(&mut self.found))),
            Err(error) => Some(Err((folder, error))),
        }
    }
}

/// Every `.cxflow` file below a folder, sorted by path; one at least.
pub fn flows_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for files in FlowsBelow::new(folder) {
        let files = files.map_err(|(folder, error)| {
            Failure::new(format!("cannot read the folder {}: {error}", folder.display())).about(&folder)
        })?;
        found.extend(files);
    }
    if found.is_empty() {
        return Err(Failure::new(format!("there is no .cxflow file in {}", folder.display())).about(folder));
    }
    found.sort();
    Ok(found)
}

/// The top of the repository that an absolute folder is in, as far as the disk shows it.
pub fn repository_top(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|above| is_repository(&above.join(".git"))).map(Path::to_path_buf)
}

/// Whether git would take a `.git` for a repository: a folder with a `HEAD`, or a file that names such
/// a folder. An empty one is none, and must not part the flows below it from the settings above.
fn is_repository(git: &Path) -> bool {
    match fs::metadata(git) {
        // Whether something is there that may not be looked into nobody can tell.
        Ok(found) if found.is_dir() => match git.join("HEAD").symlink_metadata() {
            Ok(_) => true,
            Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
        },
        Ok(found) if found.is_file() => Disk.read(git).is_ok_and(|text| text.starts_with(b"gitdir: ")),
        _ => false,
    }
}

/// An absolute path as it is seen from an absolute folder.
pub fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let shared = path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    // Two paths that share their root alone have nothing to do with each other.
    if shared < 2 {
        return path.to_path_buf();
    }
    let up = folder.components().skip(shared).map(|_| "..");
    up.map(PathBuf::from).chain(path.components().skip(shared).map(|one| one.as_os_str().into())).collect()
}
