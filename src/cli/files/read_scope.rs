//! Limits which files a flow may read.

use std::io;
use std::path::{Path, PathBuf};

use crate::bundled::lock::FILE_NAME;
use crate::cli::files::disk::{Disk, dangling, read_regular};
use crate::cli::files::read_log;
use crate::cli::git::repository::{git_folder, repository_top};
use crate::resolve::{Files, ReadRefusal};
use crate::settings;

/// The folder that a flow belongs to: the top of its repository. Without one, the topmost folder above the
/// flow that has settings or a lock of policies, else its own folder.
pub fn top(folder: &Path) -> PathBuf {
    let has = |above: &&Path, name: &str| above.join(name).symlink_metadata().is_ok();
    let has_settings = |above: &&Path| has(above, settings::NAME) || has(above, FILE_NAME);
    repository_top(folder)
        .or_else(|| folder.ancestors().filter(has_settings).last().map(Path::to_path_buf))
        .unwrap_or_else(|| folder.to_path_buf())
}

/// The folders and files that a flow may read, by their real paths, so that no link and no `..` leads out of
/// them.
#[derive(Debug, Clone, Default)]
pub struct ReadScope {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// The git folders of the repositories, which may be elsewhere than `.git`.
    gits: Vec<PathBuf>,
}

impl ReadScope {
    /// The default scope of a flow in this folder.
    pub fn around(folder: &Path) -> Self {
        // An empty path would be a prefix of every other.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        Self::default().and_folders(&[top(&Disk.identity(folder))])
    }

    /// Adds folders to the scope.
    pub fn and_folders(mut self, folders: &[PathBuf]) -> Self {
        for folder in folders.iter().map(|folder| Disk.identity(folder)) {
            let git = repository_top(&folder).and_then(|top| git_folder(&top));
            self.gits.extend(git.map(|git| Disk.identity(&git)));
            self.folders.push(folder);
        }
        self
    }

    /// Adds files to the scope.
    pub fn and_files(mut self, files: impl Iterator<Item = PathBuf>) -> Self {
        self.files.extend(files.map(|file| Disk.identity(&file)));
        self
    }

    /// Whether a real path is in the scope.
    pub fn hold(&self, real: &Path) -> bool {
        let is_of_git =
            |inside: &Path| is_of_git(inside) || self.gits.iter().any(|git| real.starts_with(git));
        self.inside(real).any(|inside| !is_of_git(inside)) || self.files.iter().any(|file| file == real)
    }

    /// The path relative to each folder that contains it.
    fn inside<'p>(&self, real: &'p Path) -> impl Iterator<Item = &'p Path> {
        self.folders.iter().filter_map(|folder| real.strip_prefix(folder).ok())
    }

    /// The error for a path that is not in the scope.
    fn refusal(&self, real: &Path) -> io::Error {
        match self.inside(real).next() {
            Some(_) => io::Error::new(io::ErrorKind::PermissionDenied, ReadRefusal::OfGit),
            None => outside(),
        }
    }
}

/// The file system, restricted to a scope.
pub struct ConfinedDisk {
    /// The permitted scope.
    pub bounds: ReadScope,
}

impl Files for ConfinedDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        match path.canonicalize() {
            // The real path is read, so that no link takes its place meanwhile.
            Ok(real) if self.bounds.hold(&real) => read_log::noted(path, read_regular(&real)),
            Ok(real) => Err(self.bounds.refusal(&real)),
            // A pipe from a shell has no real path.
            Err(_) if self.bounds.files.iter().any(|file| file == path) => {
                read_log::noted(path, read_regular(path)).map_err(|error| dangling(path, error))
            }
            Err(error) => {
                self.admit(path)?;
                read_log::noted(path, Err(error)).map_err(|error| dangling(path, error))
            }
        }
    }

    /// Must not reveal whether a file outside the scope exists.
    fn admit(&self, path: &Path) -> io::Result<()> {
        let real = path.canonicalize().unwrap_or_else(|_| nearest_real(path));
        if self.bounds.hold(&real) || self.bounds.files.iter().any(|file| file == path) {
            Ok(())
        } else {
            Err(self.bounds.refusal(&real))
        }
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let is_inside = shown.canonicalize().is_ok_and(|real| self.bounds.hold(&real));
        if is_inside { Disk.list(folder) } else { Vec::new() }
    }

    fn spelling(&self, path: &Path) -> Option<String> {
        let is_inside = path.canonicalize().is_ok_and(|real| self.bounds.hold(&real));
        if is_inside { Disk.spelling(path) } else { None }
    }

    fn identity(&self, path: &Path) -> PathBuf {
        Disk.identity(path)
    }
}

/// The error for a file outside the scope.
pub fn outside() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, ReadRefusal::Outside)
}

/// Whether a path leads into `.git`, a folder or a file. Git's configuration may contain the password that
/// the repository was cloned with.
fn is_of_git(inside: &Path) -> bool {
    inside.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
}

/// The real path of the nearest existing folder above a path.
fn nearest_real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.ancestors().skip(1).find_map(|above| above.canonicalize().ok()).unwrap_or(absolute)
}
