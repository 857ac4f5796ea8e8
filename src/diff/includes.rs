//! The files that a flow includes, by their places as seen from the flow's own folder.

use std::path::{Component, Path, PathBuf};

use rustc_hash::FxHashSet;

use super::Version;
use crate::resolve::join_path;
use crate::source::FileId;

/// The files that each version includes. A path is absolute or relative depending on how the flow itself is named, which
/// is no change; if it cannot be told where a file is, only the files' names count.
pub fn included(before: Version<'_>, after: Version<'_>) -> (Vec<String>, Vec<String>) {
    let (old, new) = (files(before), files(after));
    let all_have_places = old.iter().chain(&new).all(|(_, place)| place.is_some());
    let names = |files: Vec<(PathBuf, Option<PathBuf>)>| {
        let name = |(path, place): (PathBuf, Option<PathBuf>)| match place.filter(|_| all_have_places) {
            Some(place) => place.display().to_string(),
            None => path.file_name().unwrap_or(path.as_os_str()).display().to_string(),
        };
        files.into_iter().map(name).collect()
    };
    (names(old), names(new))
}

/// The files that the flow's lines and its settings take in, with their places relative to the flow's folder.
fn files(version: Version<'_>) -> Vec<(PathBuf, Option<PathBuf>)> {
    let sources = &version.compiled.sources;
    let root = sources.iter().next().map(|(_, root)| root.path().to_path_buf()).unwrap_or_default();
    let folder = root.parent().map(Path::to_path_buf).unwrap_or_default();
    let read: FxHashSet<FileId> = version.compiled.trees.iter().map(|(file, _)| *file).collect();
    let included =
        sources.iter().skip(1).filter(|(file, source)| read.contains(file) && !source.is_bundled());
    included.map(|(_, source)| (source.path().to_path_buf(), relative(source.path(), &folder))).collect()
}

/// A path as seen from a folder; `None` if only the working folder would tell.
fn relative(path: &Path, folder: &Path) -> Option<PathBuf> {
    if path.is_absolute() != folder.is_absolute() {
        return None;
    }
    let plain = |path: &Path| join_path(Path::new(""), &path.to_string_lossy());
    let (path, folder) = (plain(path), plain(folder));
    let shared = path.components().zip(folder.components()).take_while(|(part, other)| part == other).count();
    let mut up = PathBuf::new();
    for part in folder.components().skip(shared) {
        if part == Component::ParentDir {
            return None;
        }
        up.push("..");
    }
    up.extend(path.components().skip(shared));
    Some(up)
}
