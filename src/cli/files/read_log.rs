//! What a run reads from this disk, for a process that repeats the run once any of it changes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Whether reads are recorded.
static IS_ON: AtomicBool = AtomicBool::new(false);
static LOG: Mutex<ReadLog> = Mutex::new(ReadLog { files: BTreeMap::new(), folders: BTreeMap::new() });

/// Lists the names in a folder on which the run depends.
pub type ListNames = fn(&Path) -> io::Result<Vec<OsString>>;

/// What was found at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Nothing that can be read.
    Unreadable,
    Empty,
    /// Something with this hash.
    Hash(u64),
}

/// The files and folders that a run has read, and what they held.
#[derive(Debug, Clone, Default)]
pub struct ReadLog {
    files: BTreeMap<PathBuf, Content>,
    folders: BTreeMap<PathBuf, (Content, ListNames)>,
}

impl ReadLog {
    /// A log of these files with what they hold.
    #[cfg(test)]
    pub fn of_files(paths: &[&Path], read: impl Fn(&Path) -> io::Result<Vec<u8>>) -> Self {
        let files = paths.iter().map(|path| (path.to_path_buf(), of_file(&read(path))));
        Self { files: files.collect(), folders: BTreeMap::new() }
    }

    /// The paths of the files, also of those that do not exist.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }

    /// The paths of the folders whose contents matter.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.keys().map(PathBuf::as_path)
    }

    /// How many of the files could be read, git's own aside, which nobody edits.
    pub fn readable(&self) -> usize {
        let is_of_git = |path: &Path| path.components().any(|part| part.as_os_str() == ".git");
        let files = self.files.iter().filter(|(path, _)| !is_of_git(path));
        files.filter(|(_, content)| **content != Content::Unreadable).count()
    }

    /// The same files and folders with what they hold now; `read` reads a file.
    pub fn now(&self, read: impl Fn(&Path) -> io::Result<Vec<u8>>) -> Self {
        let files = self.files.keys().map(|path| (path.clone(), of_file(&read(path))));
        let folders =
            self.folders.iter().map(|(path, (_, list))| (path.clone(), (of_folder(path, *list), *list)));
        Self { files: files.collect(), folders: folders.collect() }
    }

    /// Whether both hold the same in the same files and folders.
    pub fn is_same(&self, other: &Self) -> bool {
        let contents = |log: &Self| log.folders.values().map(|(content, _)| *content).collect::<Vec<_>>();
        self.files == other.files && contents(self) == contents(other)
    }

    /// Whether a file that held something in `earlier` is now empty or gone, as it is for a moment while some
    /// editors save.
    pub fn lost_content_since(&self, earlier: &Self) -> bool {
        self.files.iter().any(|(path, content)| {
            let had = matches!(earlier.files.get(path), Some(Content::Hash(_)));
            had && !matches!(content, Content::Hash(_))
        })
    }
}

/// Begins to record what is read.
pub fn start() {
    IS_ON.store(true, Ordering::Relaxed);
}

/// Whether reads are recorded, and the process runs until somebody ends it.
pub fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// What was read since the last call.
pub fn take() -> ReadLog {
    std::mem::take(&mut LOG.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Records what a read of a file has found, and passes it on. What was found first counts, so that a change
/// during the run is noticed.
pub fn noted(path: &Path, read: io::Result<Vec<u8>>) -> io::Result<Vec<u8>> {
    if is_on() {
        let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
        log.files.entry(path.to_path_buf()).or_insert_with(|| of_file(&read));
    }
    read
}

/// Records that a run depends on these names in a folder.
pub fn note_folder(path: &Path, list: ListNames) {
    if is_on() {
        let content = of_folder(path, list);
        let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
        log.folders.entry(path.to_path_buf()).or_insert((content, list));
    }
}

fn of_file(read: &io::Result<Vec<u8>>) -> Content {
    match read {
        Ok(bytes) if bytes.is_empty() => Content::Empty,
        Ok(bytes) => hashed(bytes),
        Err(_) => Content::Unreadable,
    }
}

fn of_folder(path: &Path, list: ListNames) -> Content {
    list(path).map_or(Content::Unreadable, |names| hashed(&names))
}

fn hashed(value: &impl Hash) -> Content {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    Content::Hash(hasher.finish())
}
