//! Locates files in other copies of the repository, for annotations and SARIF logs.
#![expect(clippy::disallowed_methods, reason = "CI names the repository's folder in the environment")]

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use crate::cli::files::output;
use crate::cli::git;
use crate::cli::git::repository::repository_top;
use crate::cli::source_files::input::Disk;
use crate::diagnostics::render::FileLocation;
use crate::resolve::Files;
use crate::source::Source;

/// Locates files relative to the root of this run: `GITHUB_WORKSPACE`, else the top of the first file's
/// repository, else the working folder.
#[derive(Default)]
pub struct RunPlaces {
    root: OnceLock<PathBuf>,
    /// The top of the working folder's repository, and the working folder relative to it.
    revisions: OnceLock<(PathBuf, String)>,
}

impl RunPlaces {
    /// The root as an absolute path.
    pub fn root(&self) -> &Path {
        self.root_for(None)
    }

    fn root_for(&self, folder: Option<&Path>) -> &Path {
        self.root.get_or_init(|| {
            let here = Disk.identity(Path::new("."));
            let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
            let workspace = workspace.filter(|path| path.is_absolute() && path.is_dir());
            workspace
                .map(|path| Disk.identity(&path))
                .or_else(|| repository_top(folder.unwrap_or(&here)))
                .unwrap_or(here)
        })
    }

    /// The location of a source.
    pub fn of(&self, source: &Source) -> FileLocation {
        if source.is_bundled() {
            return FileLocation::Bundled(source.name().to_owned());
        }
        self.of_file(source.name(), source.path())
    }

    /// The location of a file by its name and path, whether or not it can be read.
    pub fn of_file(&self, name: &str, path: &Path) -> FileLocation {
        let is_at_revision = name != path.display().to_string() && !path.is_absolute();
        let path = if is_at_revision {
            let (top, prefix) = self.revisions.get_or_init(|| {
                let top = git::top_of(git::place());
                (top.unwrap_or_else(|| Disk.identity(Path::new("."))), git::prefix())
            });
            top.join(git::from_top(prefix, path))
        } else {
            output::identity(path)
        };
        let path = absolute(&path);
        match path.strip_prefix(self.root_for(path.parent())) {
            Ok(inside) if inside.components().all(|part| matches!(part, Component::Normal(_))) => {
                FileLocation::Inside(inside.to_path_buf())
            }
            _ => FileLocation::Outside(path),
        }
    }
}

/// An absolute path without `.` and `..`. Does not touch the disk, since the folders may not exist.
fn absolute(path: &Path) -> PathBuf {
    let mut whole = if path.is_absolute() { PathBuf::new() } else { Disk.identity(Path::new(".")) };
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}
