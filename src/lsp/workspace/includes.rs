//! The flow files in the folders, and their includes.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Workspace;
use crate::lsp::file_kinds::{is_flow, is_settings};
use crate::resolve::{Files, Links, ReadRefusal, why};
use crate::source::MAX_BYTES;

/// The most flow files in a folder that are searched for includes.
const MAX_FILES: usize = 20_000;

/// How many skipped files a message names.
const MAX_SKIPPED: usize = 3;

impl Workspace<'_> {
    /// Rescans the folders for files and their includes.
    pub fn rescan_folders(&mut self) {
        let mut known: BTreeSet<PathBuf> = self.includes.files().chain(self.unread.keys()).cloned().collect();
        known.extend(self.documents.paths().cloned());
        self.skipped.clear();
        for folder in self.folders.clone() {
            let below = self.machine.flows_below(&folder, MAX_FILES);
            known.extend(below.files.iter().map(|path| self.identity(path)));
            self.skipped.extend(below.unseen);
        }
        for path in known {
            self.read_includes(&path);
        }
    }

    /// Why some flows may be unknown.
    pub fn why_not_all_are_known(&self) -> Option<String> {
        let unread =
            self.unread.iter().map(|(path, why)| format!("{} cannot be read ({why})", self.name(path)));
        let mut all: Vec<String> = unread.chain(self.skipped.iter().cloned()).collect();
        let more = all.len().saturating_sub(MAX_SKIPPED);
        all.truncate(MAX_SKIPPED);
        if more > 0 {
            all.push(format!("and {more} more"));
        }
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// The roots of all flows that a file belongs to.
    pub fn roots_of(&self, path: &Path) -> Vec<PathBuf> {
        let mut roots = self.includes.flows_of(path);
        roots.extend(self.flows.of(path).map(|flow| flow.root.clone()));
        roots
    }

    /// The roots of all known flows.
    pub fn all_roots(&self) -> BTreeSet<PathBuf> {
        self.includes.files().flat_map(|path| self.includes.flows_of(path)).collect()
    }

    /// The known flow files below a folder, as paths relative to it.
    pub fn files_below(&self, folder: &Path) -> Vec<String> {
        let inside = self.includes.files().filter_map(|path| path.strip_prefix(folder).ok());
        let mut names: Vec<String> =
            inside.filter_map(|path| Some(path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))).collect();
        names.sort();
        names
    }

    /// An existing but unreadable file that one of these flows includes, directly or indirectly, and why it
    /// is unreadable.
    pub fn unreadable_include<'r>(
        &self,
        roots: impl Iterator<Item = &'r PathBuf>,
    ) -> Option<(PathBuf, String)> {
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        for root in roots {
            let disk = self.machine.disk_of(root);
            let no_replacements = FxHashMap::default();
            let files = self.overlay(&no_replacements, &*disk, Some(root));
            for path in self.includes.below(root) {
                // A known file has been read, possibly for another flow.
                if path == *root || self.includes.links(&path).is_some() && files.disk.admit(&path).is_ok() {
                    continue;
                }
                if !seen.insert(path.clone()) {
                    continue;
                }
                if let Err(error) = files.read(&path)
                    && error.kind() != io::ErrorKind::NotFound
                {
                    return Some((path, why(&error)));
                }
            }
        }
        None
    }

    /// Whether a file's includes are tracked: those of open files, of flow files in the folders, and of
    /// what they include.
    fn is_known(&self, path: &Path) -> bool {
        if is_settings(path) {
            return false;
        }
        let is_below = || self.folders.iter().any(|folder| path.starts_with(folder));
        let may_read = |from: &PathBuf| self.machine.disk_of(from).admit(path).is_ok();
        self.documents.get(path).is_some()
            || is_flow(path) && is_below()
            || self.includes.includers(path).any(may_read)
    }

    /// Reads the includes of a file and of the files that it includes. If they have changed, the file and
    /// all its includes may belong to other flows.
    pub(super) fn read_includes(&mut self, path: &Path) {
        let mut waiting = vec![path.to_path_buf()];
        while let Some(path) = waiting.pop() {
            let links = self.read_links(&path);
            if self.includes.links(&path) == links.as_ref() {
                continue;
            }
            let before = self.includes.links(&path).cloned().unwrap_or_default().includes;
            let after = links.as_ref().map(|links| links.includes.clone()).unwrap_or_default();
            self.moved.extend(self.includes.below(&path));
            match links {
                Some(links) => self.includes.insert(path.clone(), links),
                None => self.includes.remove(&path),
            }
            self.moved.extend(self.includes.below(&path));
            self.settled = false;
            let is_other = |target: &&PathBuf| before.contains(target) != after.contains(target);
            waiting.extend(before.iter().chain(&after).filter(is_other).cloned());
        }
    }

    /// Reads the includes of one file, if they are tracked.
    fn read_links(&mut self, path: &Path) -> Option<Links> {
        let no_replacements = FxHashMap::default();
        let files = self.overlay(&no_replacements, self.machine.disk(), None);
        let (read, is_flow) = (self.is_known(path).then(|| files.read(path)), is_flow(path));
        // A missing file or a folder is no flow. A dangling link may become one again.
        let is_no_file = |error: &io::Error| {
            let has_kind = matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory
            );
            has_kind && ReadRefusal::of(error).is_none()
        };
        let why = match &read {
            Some(Err(error)) if !is_no_file(error) => Some(why(error)),
            Some(Ok(bytes)) if bytes.len() > MAX_BYTES => Some("it is too large".to_owned()),
            // As in UTF-16, where its includes cannot be found.
            Some(Ok(bytes)) if memchr::memchr(0, bytes).is_some() => Some("it is not UTF-8 text".to_owned()),
            _ => None,
        };
        let links = read.and_then(Result::ok).map(|bytes| Links::of(path, bytes, &files));
        match why.filter(|_| is_flow) {
            Some(why) => _ = self.unread.insert(path.to_path_buf(), why),
            None => _ = self.unread.remove(path),
        }
        links
    }
}
