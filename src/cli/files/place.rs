//! Resolves paths, so that two spellings of one file are recognised.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::cli::Failure;
use crate::cli::git::repository::repository_top;

/// How many links are followed in a row.
const MAX_LINKS: usize = 40;

/// The file that a path denotes, whether or not it exists.
#[derive(Debug, Clone)]
pub struct ResolvedPath {
    /// The path without links and without `..`.
    pub real: PathBuf,
    /// The same path with case and Unicode normalised, as some file systems compare names.
    folded: String,
    /// Device and inode, which identify a file that has several names.
    file: Option<(u64, u64)>,
    /// Whether a special file is there, such as a terminal.
    is_special_file: bool,
    /// A link in the path that leads out of its repository.
    leading_out: Option<LeadingOut>,
}

/// A link that leads out of its repository.
#[derive(Debug, Clone)]
pub struct LeadingOut {
    /// The link.
    pub link: PathBuf,
    /// The top of the repository.
    pub top: PathBuf,
}

impl ResolvedPath {
    /// Resolves a path relative to the working folder.
    pub fn of(path: &Path) -> Self {
        let (real, links) = follow_links(path);
        let metadata = fs::metadata(&real).ok();
        let leading_out = links.into_iter().find_map(|link| {
            let top = repository_top(link.parent()?)?;
            (!real.starts_with(&top)).then_some(LeadingOut { link, top })
        });
        Self {
            folded: folded(&real),
            file: metadata.as_ref().and_then(device_and_inode),
            is_special_file: metadata.is_some_and(|metadata| !metadata.is_file()),
            leading_out,
            real,
        }
    }

    /// Whether two paths denote one file, here or on a system that ignores case.
    pub fn is_same(&self, other: &Self) -> bool {
        self.is_same_here(other) || self.folded == other.folded
    }

    /// Whether two paths denote one file on this system, as far as can be seen.
    pub fn is_same_here(&self, other: &Self) -> bool {
        let ignores_case = cfg!(any(windows, target_os = "macos"));
        self.real == other.real
            || self.file.is_some() && self.file == other.file
            || ignores_case && self.folded == other.folded
    }

    /// Whether a special file is there.
    pub fn is_special_file(&self) -> bool {
        self.is_special_file
    }

    /// A link in the path that leads out of its repository.
    pub fn leading_out(&self) -> Option<&LeadingOut> {
        self.leading_out.as_ref()
    }
}

/// The path as file systems that ignore case compare it.
pub fn folded(path: &Path) -> String {
    path.to_string_lossy().nfc().flat_map(char::to_lowercase).collect()
}

/// The canonical path of a file, whether or not it exists yet.
pub fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| follow_links(path).0)
}

/// A path without links, and the links that were followed. Parts that do not exist are kept as written.
fn follow_links(path: &Path) -> (PathBuf, Vec<PathBuf>) {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut real = PathBuf::new();
    let mut links = Vec::new();
    let mut rest: VecDeque<OsString> = VecDeque::new();
    let push = |rest: &mut VecDeque<OsString>, path: &Path| {
        for part in path.components().rev() {
            rest.push_front(part.as_os_str().to_owned());
        }
    };
    push(&mut rest, &absolute);
    while let Some(part) = rest.pop_front() {
        match Path::new(&part).components().next() {
            None | Some(Component::CurDir) => {}
            Some(Component::ParentDir) => {
                real.pop();
            }
            Some(Component::Prefix(_) | Component::RootDir) => real.push(&part),
            Some(Component::Normal(_)) => {
                let next = real.join(&part);
                match fs::read_link(&next) {
                    Ok(target) if links.len() < MAX_LINKS => {
                        push(&mut rest, &target);
                        links.push(next);
                    }
                    _ => real = next,
                }
            }
        }
    }
    (real, links)
}

#[cfg(unix)]
fn device_and_inode(metadata: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn device_and_inode(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

/// Refuses to write through a link that leads out of its repository.
pub fn stays_inside(path: &Path, place: &ResolvedPath) -> Result<(), Failure> {
    match place.leading_out() {
        None => Ok(()),
        Some(out) => Err(Failure::new(format!(
            "cannot write {}: the link {} leads out of the repository {}",
            path.display(),
            out.link.display(),
            out.top.display()
        ))
        .help(format!("if you meant that, name the file itself: {}", place.real.display()))),
    }
}
