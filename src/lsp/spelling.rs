//! How the editor spells paths. A folder that it reaches through a link is called what the editor
//! calls it, in every answer.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use rustc_hash::FxHashMap;

use super::documents::path_of;

/// The editor's names for folders, by their one path.
#[derive(Debug, Default)]
pub struct FolderSpelling {
    /// Those that it shows.
    folders: FxHashMap<PathBuf, Uri>,
    /// Those of files that it has opened through a link.
    opened: FxHashMap<PathBuf, String>,
}

impl FolderSpelling {
    /// Notes the folders that the editor shows, with their one paths.
    pub fn set_folders(&mut self, folders: impl Iterator<Item = (PathBuf, Uri)>) {
        self.folders.clear();
        for (real, uri) in folders {
            self.folders.entry(real).or_insert(uri);
        }
    }

    /// Notes how the editor calls a file.
    pub fn remember(&mut self, real: &Path, uri: &Uri) {
        let spelled = path_of(uri);
        if spelled == real || spelled.file_name() != real.file_name() {
            return;
        }
        if let (Some(folder), Some((base, _))) = (real.parent(), uri.as_str().rsplit_once('/')) {
            self.opened.entry(folder.to_path_buf()).or_insert_with(|| base.to_owned());
        }
    }

    /// What the editor calls a file: its one path, and how a flow that includes it spells that.
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

/// Whether a path has no `..` in it, which would lead elsewhere behind a link.
fn is_plain(path: &Path) -> bool {
    path.components().all(|part| part != std::path::Component::ParentDir)
}

/// A file below a folder that the editor calls so.
fn below(base: &str, folder: &Path, file: &Path) -> Option<Uri> {
    let rest = Path::new("/").join(file.strip_prefix(folder).ok()?);
    let rest = Uri::from_file_path(rest).ok()?;
    Uri::parse(&format!("{}{}", base.trim_end_matches('/'), rest.path())).ok()
}
