//! The temporary files of this run, which are removed if a signal ends it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static FILES: Mutex<TemporaryFiles> = Mutex::new(TemporaryFiles { files: Vec::new(), cleared: Vec::new() });

/// The state shared with the signal handler.
pub struct TemporaryFiles {
    /// The files that are being written.
    pub files: Vec<PathBuf>,
    /// The folders that were cleared of the temporary files of killed runs.
    pub cleared: Vec<PathBuf>,
}

/// Locks the state. While it is held, no new file is created.
pub fn lock() -> MutexGuard<'static, TemporaryFiles> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes a file from the list, since it is in its place now, or is gone.
pub fn forget(path: &Path) {
    lock().files.retain(|file| file != path);
}

/// Removes all temporary files. While the returned guard is held, no new file is created.
pub fn remove_all() -> MutexGuard<'static, TemporaryFiles> {
    let state = lock();
    for file in &state.files {
        let _ = fs::remove_file(file);
    }
    state
}
