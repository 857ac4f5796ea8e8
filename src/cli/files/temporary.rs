//! Files that are written beside their place and then put there, and that nothing leaves behind: neither an
//! error nor a signal, and what SIGKILL or a power cut leaves goes at the next run that writes into the folder.
//!
//! A file that is being written is locked. One that nobody holds was left behind.
#![expect(clippy::disallowed_methods, reason = "files are made here")]

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::files::being_written::{self, forget};
use crate::cli::process::signals;

const PREFIX: &str = ".cxflowc-";
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 10;
/// How many names of a folder are looked at for what was left behind.
const MAX_NAMES: usize = 100_000;
/// How often another file is tried where a run that clears up took the first.
const TRIES: usize = 10;

/// A file that is gone unless it is put into a place.
pub struct Temporary {
    file: NamedTempFile,
}

impl Temporary {
    /// A file in a folder, with permissions of its own or those of any new file.
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
            // While a signal clears up, nothing new is made.
            let file = {
                let mut there = being_written::lock();
                let file = builder.tempfile_in(folder)?;
                there.files.push(file.path().to_path_buf());
                file
            };
            let made = Self { file };
            if made.is_held() {
                return Ok(made);
            }
        }
        Err(io::Error::other("another run takes away each file that is made"))
    }

    /// Holds the file, so that no other run takes it for left behind; whether it is still there.
    fn is_held(&self) -> bool {
        // A file system without locks has none that are cleared either.
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

    /// Where it is.
    #[cfg(target_os = "linux")]
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it into a place, in which something may be.
    pub fn replace(self, place: &Path) -> io::Result<()> {
        let path = self.file.path().to_path_buf();
        let put = self.file.persist(place).map(drop).map_err(|error| error.error);
        forget(&path);
        put
    }

    /// Puts it into a place in which nothing is.
    pub fn put_new(self, place: &Path) -> io::Result<()> {
        let path = self.file.path().to_path_buf();
        let put = self.file.persist_noclobber(place).map(drop).map_err(|error| error.error);
        forget(&path);
        put
    }

    /// Takes it away.
    pub fn remove(self) -> io::Result<()> {
        let path = self.file.path().to_path_buf();
        let removed = self.file.close();
        forget(&path);
        removed
    }
}

/// The turn to do something that only one run may do at a time: a locked file, which is gone afterwards. What
/// a killed run leaves of it is locked by nobody.
#[derive(Debug)]
pub struct RunTurn {
    path: PathBuf,
    /// Locked as long as it is open.
    _file: File,
}

impl RunTurn {
    /// The turn to do what ten letters and digits stand for, in a folder. Nothing while another has it.
    pub fn take(folder: &Path, what: &str) -> io::Result<Option<Self>> {
        signals::watch();
        clear(folder);
        let path = folder.join(format!("{PREFIX}{what}{SUFFIX}"));
        let mut there = being_written::lock();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Ok(None),
            // A file system without locks has no turns.
            Err(fs::TryLockError::Error(_)) => {}
        }
        // Who had it may have taken the file away in between.
        if !is_at(&file, &path) {
            return Ok(None);
        }
        there.files.push(path.clone());
        Ok(Some(Self { path, _file: file }))
    }
}

impl Drop for RunTurn {
    fn drop(&mut self) {
        let mut there = being_written::lock();
        let _ = fs::remove_file(&self.path);
        there.files.retain(|one| one != &self.path);
    }
}

/// Takes away what runs that were killed have left in a folder, once in a run.
pub fn clear(folder: &Path) {
    if !cfg!(unix) {
        return;
    }
    {
        let mut there = being_written::lock();
        if there.cleared.iter().any(|cleared| cleared == folder) {
            return;
        }
        there.cleared.push(folder.to_path_buf());
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

/// Takes away what runs that were killed have left beside some files.
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
    let (Ok(open), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
