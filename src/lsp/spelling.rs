//! How the editor spells paths. If it reaches a folder through a link, every answer uses the editor's path.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use rustc_hash::FxHashMap;

use super::documents::path_of;

/// The editor's URIs for folders, by canonical path.
#[derive(Debug, Default)]
pub struct FolderSpelling {
    /// The workspace folders.
    folders: FxHashMap<PathBuf, Uri>,
    /// The folders of files that it has opened through a link.
    opened: FxHashMap<PathBuf, String>,
}

impl FolderSpelling {
    /// Sets the workspace folders, with their canonical paths.
    pub fn set_folders(&mut self, folders: impl Iterator<Item = (PathBuf, Uri)>) {
        self.folders.clear();
        for (real, uri) in folders {
            self.folders.entry(real).or_insert(uri);
        }
    }

    /// Records the URI that the editor uses for a file.
    pub fn remember(&mut self, real: &Path, uri: &Uri) {
        let spelled = path_of(uri);
        if spelled == real || spelled.file_name() != real.file_name() {
            return;
        }
        if let (Some(folder), Some((base, _))) = (real.parent(), uri.as_str().rsplit_once('/')) {
            self.opened.entry(folder.to_path_buf()).or_insert_with(|| base.to_owned());
        }
    }

    /// The editor's URI for a file, given its canonical path and the path in the `include`.
    pub fn uri(&self, real: &Path, included_as: &Path) -> Option<Uri> {
        self.in_folder(real)
            .or_else(|| real.ancestors().find_map(|above| below(self.opened.get(above)?, above, real)))
            .or_else(|| self.in_folder(included_as).filter(|_| is_plain(included_as)))
            .or_else(|| Uri::from_file_path(real).ok())
    }

    fn in_folder(&self, path: &Path) -> Option<Uri> {
        path.ancestors().find_map(|above| below(self.folders.get(above)?.as_str(), above, path))
    }
}

/// Whether a path has no `..`, which leads elsewhere after a link.
fn is_plain(path: &Path) -> bool {
    path.components().all(|part| part != std::path::Component::ParentDir)
}

/// The URI of a file below a folder whose URI is `base`.
fn below(base: &str, folder: &Path, file: &Path) -> Option<Uri> {
    let rest = Path::new("/").join(file.strip_prefix(folder).ok()?);
    let rest = Uri::from_file_path(rest).ok()?;
    Uri::parse(&format!("{}{}", base.trim_end_matches('/'), rest.path())).ok()
}
