//! The files of this run that are being written at the moment. They go away when a signal ends it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static FILES: Mutex<TemporaryFiles> = Mutex::new(TemporaryFiles { files: Vec::new(), cleared: Vec::new() });

/// What there is at the moment.
pub struct TemporaryFiles {
    /// The files that are being written.
    pub files: Vec<PathBuf>,
    /// The folders that were cleared of what killed runs left.
    pub cleared: Vec<PathBuf>,
}

/// What there is at the moment. While this is held, nothing new is made.
pub fn lock() -> MutexGuard<'static, TemporaryFiles> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a file, since it is in its place now, or is gone.
pub fn forget(path: &Path) {
    lock().files.retain(|one| one != path);
}

/// Takes away what there is at the moment. While what comes back is held, nothing new is made.
pub fn take_away() -> MutexGuard<'static, TemporaryFiles> {
    let there = lock();
    for file in &there.files {
        let _ = fs::remove_file(file);
    }
    there
}
