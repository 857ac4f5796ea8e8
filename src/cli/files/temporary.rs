//! Temporary files, which are written beside their target and then renamed. None is left behind by errors or
//! signals; those left by SIGKILL or a power cut are removed by the next run that writes into the folder.
//!
//! A file is locked while it is being written, so an unlocked one was left behind.
#![expect(clippy::disallowed_methods, reason = "this is where files are created")]

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::files::being_written::{self, forget};
use crate::cli::process::signals;

const PREFIX: &str = ".cxflowc-";
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 10;
/// How many names of a folder are searched for leftover files.
const MAX_NAMES: usize = 100_000;
/// How often to create another file after a run that clears up removed it.
const TRIES: usize = 10;

/// A file that is deleted unless it is moved into place.
pub struct Temporary {
    file: NamedTempFile,
}

impl Temporary {
    /// Creates a file in a folder, with these permissions or those of any new file.
    pub fn within(folder: &Path, permissions: Option<Permissions>) -> io::Result<Self> {
        signals::watch();
        clear(folder);
        for _ in 0..TRIES {
            let mut builder = tempfile::Builder::new();
            builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM);
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let any = Permissions::from_mode(0o666);
                builder.permissions(permissions.clone().unwrap_or(any));
            }
            #[cfg(not(unix))]
            let _ = &permissions;
            // No new file is created while the signal handler removes files.
            let file = {
                let mut state = being_written::lock();
                let file = builder.tempfile_in(folder)?;
                state.files.push(file.path().to_path_buf());
                file
            };
            let created = Self { file };
            if created.try_hold() {
                return Ok(created);
            }
        }
        Err(io::Error::other("another run keeps removing the new file"))
    }

    /// Locks the file, so that other runs do not take it for a leftover; returns whether it still exists.
    fn try_hold(&self) -> bool {
        // On a file system without locks no run clears files.
        if !cfg!(unix) || self.file.as_file().lock().is_err() {
            return true;
        }
        is_at(self.file.as_file(), self.file.path())
    }

    /// The open file.
    pub fn as_file_mut(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// The open file.
    pub fn as_file(&self) -> &File {
        self.file.as_file()
    }

    /// Its path.
    #[cfg(target_os = "linux")]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Moves it to a path, replacing any file there.
    pub fn replace(self, place: &Path) -> io::Result<()> {
        let path = self.file.path().to_path_buf();
        let result = self.file.persist(place).map(drop).map_err(|error| error.error);
        forget(&path);
        result
    }

    /// Moves it to a path where no file exists yet.
    pub fn place_new(self, place: &Path) -> io::Result<()> {
        let path = self.file.path().to_path_buf();
        let result = self.file.persist_noclobber(place).map(drop).map_err(|error| error.error);
        forget(&path);
        result
    }

    /// Deletes it.
    pub fn remove(self) -> io::Result<()> {
        let path = self.file.path().to_path_buf();
        let removed = self.file.close();
        forget(&path);
        removed
    }
}

/// A mutual exclusion between runs: a locked file, deleted on drop. A file left by a killed run is not
/// locked.
#[derive(Debug)]
pub struct RunTurn {
    path: PathBuf,
    /// Locked as long as it is open.
    _file: File,
}

impl RunTurn {
    /// Takes the turn for the task with this name of ten letters and digits, in a folder. `None` while
    /// another run has it.
    pub fn take(folder: &Path, task: &str) -> io::Result<Option<Self>> {
        signals::watch();
        clear(folder);
        let path = folder.join(format!("{PREFIX}{task}{SUFFIX}"));
        let mut state = being_written::lock();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Ok(None),
            // A file system without locks cannot exclude other runs.
            Err(fs::TryLockError::Error(_)) => {}
        }
        // The previous holder may have deleted the file in the meantime.
        if !is_at(&file, &path) {
            return Ok(None);
        }
        state.files.push(path.clone());
        Ok(Some(Self { path, _file: file }))
    }
}

impl Drop for RunTurn {
    fn drop(&mut self) {
        let mut state = being_written::lock();
        let _ = fs::remove_file(&self.path);
        state.files.retain(|file| file != &self.path);
    }
}

/// Removes temporary files that killed runs left in a folder, once per run.
pub fn clear(folder: &Path) {
    if !cfg!(unix) {
        return;
    }
    {
        let mut state = being_written::lock();
        if state.cleared.iter().any(|cleared| cleared == folder) {
            return;
        }
        state.cleared.push(folder.to_path_buf());
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().take(MAX_NAMES) {
        if !is_ours(&entry.file_name().to_string_lossy())
            || !entry.file_type().is_ok_and(|kind| kind.is_file())
        {
            continue;
        }
        let path = entry.path();
        let Ok(file) = OpenOptions::new().read(true).write(true).open(&path) else { continue };
        if file.try_lock().is_ok() && is_at(&file, &path) {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Removes temporary files that killed runs left beside these files.
pub fn clear_beside<'p>(files: impl IntoIterator<Item = &'p Path>) {
    let mut last: Option<&Path> = None;
    for file in files {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if last.replace(folder) != Some(folder) {
            clear(folder);
        }
    }
}

fn is_ours(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether an open file is the one at a path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(current)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (open.dev(), open.ino()) == (current.dev(), current.ino())
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
