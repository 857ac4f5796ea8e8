//! Looks up paths in a git revision. Follows links to files and folders as a file system does.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::PoisonError;

use super::Git;
use crate::cli::git;
use crate::resolve::ReadRefusal;

/// How many links are followed in a row.
const MAX_LINKS: usize = 40;

/// The entry of a revision at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeEntry {
    File { hash: String },
    Folder,
    Link { target: String },
    Submodule,
    Missing,
}

/// Where a path leads.
#[derive(Debug)]
pub struct PathTarget {
    /// Relative to the repository's top, without links.
    pub path: String,
    pub entry: TreeEntry,
    /// Whether the path itself is a link, and not only a folder above it.
    is_link: bool,
}

impl PathTarget {
    /// The hash of a file.
    ///
    /// # Errors
    ///
    /// Fails if it is not a file; `NotFound` only if it is not in the revision.
    pub fn file(self) -> io::Result<String> {
        let refused = |refusal| Err(io::Error::new(io::ErrorKind::InvalidInput, refusal));
        match self.entry {
            TreeEntry::File { hash } => Ok(hash),
            TreeEntry::Folder => Err(io::ErrorKind::IsADirectory.into()),
            TreeEntry::Submodule => refused(ReadRefusal::NotRegular("a submodule")),
            TreeEntry::Missing if self.is_link => refused(ReadRefusal::DanglingLink),
            TreeEntry::Missing | TreeEntry::Link { .. } => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Git {
    /// Follows a path. Parts that do not exist are kept as written.
    pub fn find(&self, path: &Path) -> io::Result<PathTarget> {
        let outside = || io::Error::new(io::ErrorKind::PermissionDenied, ReadRefusal::Outside);
        let path = git::within(&self.prefix, path).ok_or_else(outside)?;
        let mut rest: VecDeque<String> = parts(&path).map(str::to_owned).collect();
        let mut at = String::new();
        let mut entry = TreeEntry::Folder;
        let (mut links, mut is_link) = (0, false);
        while let Some(part) = rest.pop_front() {
            if part == ".." {
                if at.is_empty() {
                    return Err(outside());
                }
                at.truncate(at.rfind('/').unwrap_or_default());
                entry = TreeEntry::Folder;
                continue;
            }
            let next = if at.is_empty() { part } else { format!("{at}/{part}") };
            match if entry == TreeEntry::Folder { self.entry(&next)? } else { TreeEntry::Missing } {
                TreeEntry::Link { .. } if links == MAX_LINKS => {
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, ReadRefusal::LinkLoop));
                }
                TreeEntry::Link { target } if target.starts_with('/') => return Err(outside()),
                TreeEntry::Link { target } => {
                    links += 1;
                    is_link |= rest.is_empty();
                    for part in parts(&target).rev() {
                        rest.push_front(part.to_owned());
                    }
                }
                other => (at, entry) = (next, other),
            }
        }
        Ok(PathTarget { path: at, entry, is_link })
    }

    /// The entry at a path whose folders are not links.
    fn entry(&self, path: &str) -> io::Result<TreeEntry> {
        let known = || self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = known().get(path) {
            return Ok(entry.clone());
        }
        let listed = self.run(&["ls-tree", "-z", "--full-tree", &self.revision, "--", path])?;
        let entry = match mode_and_hash(&listed, path) {
            None => TreeEntry::Missing,
            Some((mode, hash)) => match mode.as_str() {
                "040000" => TreeEntry::Folder,
                "160000" => TreeEntry::Submodule,
                "120000" => {
                    let target = self.run(&["cat-file", "blob", &hash])?;
                    TreeEntry::Link { target: String::from_utf8_lossy(&target).into_owned() }
                }
                _ => TreeEntry::File { hash },
            },
        };
        known().insert(path.to_owned(), entry.clone());
        Ok(entry)
    }
}

fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

/// Mode and hash of a path in the output of `git ls-tree -z`: `100644 blob HASH<tab>PATH`.
fn mode_and_hash(listed: &[u8], path: &str) -> Option<(String, String)> {
    let mut entries = listed.split(|&byte| byte == 0).map(String::from_utf8_lossy);
    entries.find_map(|entry| {
        let (description, name) = entry.split_once('\t')?;
        let mut words = description.split(' ');
        let (mode, hash) = (words.next()?, words.nth(1)?);
        (name == path).then(|| (mode.to_owned(), hash.to_owned()))
    })
}
