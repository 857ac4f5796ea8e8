//! Which file a path stands for, in whatever way it is spelt.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::cli::Failure;
use crate::cli::git::repository::repository_top;

/// How many links are followed in a row.
const MAX_LINKS: usize = 40;

/// The file that a path stands for, whether it is there or not.
#[derive(Debug, Clone)]
pub struct ResolvedPath {
    /// The path without links and without `..`.
    pub real: PathBuf,
    /// The same as file systems see it that ignore letter case and the two ways to write an accent.
    folded: String,
    /// What tells files apart that have several names.
    file: Option<(u64, u64)>,
    /// Whether something is there that is not a regular file, such as a terminal.
    is_special_file: bool,
    /// A link on the way that leads out of the repository that it is in.
    leading_out: Option<LeadingOut>,
}

/// A link that leads out of the repository that it is in.
#[derive(Debug, Clone)]
pub struct LeadingOut {
    /// The link.
    pub link: PathBuf,
    /// The top of the repository.
    pub top: PathBuf,
}

impl ResolvedPath {
    /// The place of a path, seen from the working folder.
    pub fn of(path: &Path) -> Self {
        let (real, links) = followed(path);
        let found = fs::metadata(&real).ok();
        let leading_out = links.into_iter().find_map(|link| {
            let top = repository_top(link.parent()?)?;
            (!real.starts_with(&top)).then_some(LeadingOut { link, top })
        });
        Self {
            folded: folded(&real),
            file: found.as_ref().and_then(number),
            is_special_file: found.is_some_and(|found| !found.is_file()),
            leading_out,
            real,
        }
    }

    /// Whether two paths stand for one file, here or on a machine that takes upper case for lower case.
    pub fn is_same(&self, other: &Self) -> bool {
        self.is_same_here(other) || self.folded == other.folded
    }

    /// Whether two paths stand for one file on this machine, as far as it shows.
    pub fn is_same_here(&self, other: &Self) -> bool {
        let ignores_case = cfg!(any(windows, target_os = "macos"));
        self.real == other.real
            || self.file.is_some() && self.file == other.file
            || ignores_case && self.folded == other.folded
    }

    /// Whether something is there that is not a regular file.
    pub fn is_special_file(&self) -> bool {
        self.is_special_file
    }

    /// A link on the way that leads out of the repository that it is in.
    pub fn leading_out(&self) -> Option<&LeadingOut> {
        self.leading_out.as_ref()
    }
}

/// The path as file systems see it that ignore letter case.
pub fn folded(path: &Path) -> String {
    path.to_string_lossy().nfc().flat_map(char::to_lowercase).collect()
}

/// The one path of a file that can be spelt in several ways, whether it is there already or not.
pub fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| followed(path).0)
}

/// A path without links, and the links that were on the way. What is not there is taken as it is written.
fn followed(path: &Path) -> (PathBuf, Vec<PathBuf>) {
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
fn number(found: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

/// Refuses to write through a link that leads out of the repository that it is in.
pub fn stays_inside(path: &Path, place: &ResolvedPath) -> Result<(), Failure> {
    match place.leading_out() {
        None => Ok(()),
        Some(out) => Err(Failure::new(format!(
            "cannot write {}: the link {} leads out of the repository {}",
            path.display(),
            out.link.display(),
            out.top.display()
        ))
        .help(format!("if that is meant, name the file itself: {}", place.real.display()))),
    }
}
