//! Writes files: completely or not at all.
#![expect(clippy::disallowed_methods, reason = "this is where the command line writes")]

use std::fs;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::cli::Failure;
pub use crate::cli::files::place::identity;
use crate::cli::files::place::{ResolvedPath, stays_inside};
use crate::cli::files::temporary::Temporary;

/// Writes a file so that it appears whole or not at all: writes beside it, then renames it into place. Writes
/// directly to special files such as pipes.
pub fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    stays_inside(path, &ResolvedPath::of(path))?;
    attempt(path, false, write).map_err(|error| unwritable(path, &error))
}

/// Like [`write_whole`], and the file survives a crash of the machine once this returns.
pub fn write_durable(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    stays_inside(path, &ResolvedPath::of(path))?;
    attempt(path, true, write).map_err(|error| unwritable(path, &error))
}

/// Writes a file that is not there yet. What is no ordinary file, such as a pipe, is written to as it is.
pub fn write_new(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let place = ResolvedPath::of(path);
    if place.is_special_file() {
        return write_whole(path, write);
    }
    stays_inside(path, &place)?;
    let put = || {
        let mut file = Temporary::within(containing_folder(path), None)?;
        write(file.as_file_mut())?;
        file.place_new(path)
    };
    put().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => already_there(path),
        _ => unwritable(path, &error),
    })
}

/// Refuses a place in which a file is.
pub fn is_new(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() && !ResolvedPath::of(path).is_special_file() {
        return Err(already_there(path));
    }
    Ok(())
}

fn already_there(path: &Path) -> Failure {
    Failure::new(format!("{} already exists", path.display()))
        .help("name another file, or replace this one with --force; nothing was written")
        .about(path)
}

/// The failure for a file that cannot be written.
pub fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not write it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    Failure::new(format!("cannot write {}: {reason}", path.display())).about(path)
}

fn attempt(
    path: &Path,
    durable: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // Replaces the target of a link, not the link.
    let target: PathBuf = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
        return write(&mut open_special(&target)?);
    }
    if existing.as_ref().is_some_and(|existing| existing.permissions().readonly()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = containing_folder(&target);
    let mut file = Temporary::within(folder, existing.as_ref().map(fs::Metadata::permissions))?;
    write(file.as_file_mut())?;
    if let Some(existing) = &existing {
        // A user who may not give files away keeps the new file as their own.
        let _ = copy_owner(file.as_file(), existing);
        file.as_file().set_permissions(existing.permissions())?;
    }
    if durable {
        file.as_file().sync_all()?;
    }
    file.replace(&target)?;
    // The new name is durable once the folder is synced; on systems where folders cannot be opened, it is
    // already.
    if durable && let Ok(folder) = fs::File::open(folder) {
        folder.sync_all()?;
    }
    Ok(())
}

/// Opens a special file for writing. Waits a moment for a named pipe to get a reader.
#[cfg(unix)]
fn open_special(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    use std::thread;
    use std::time::Duration;

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

    /// How often to try to open a named pipe that nobody reads.
    const READER_TRIES: u32 = 40;
    /// How long to wait between two tries.
    const READER_PAUSE: Duration = Duration::from_millis(50);

    if fs::metadata(path)?.file_type().is_socket() {
        return Err(io::Error::other("it is a socket"));
    }
    let nonblocking = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = fs::OpenOptions::new();
    options.write(true).custom_flags(nonblocking.bits().cast_signed());
    let is_unread = |error: &io::Error| error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error());
    for _ in 0..READER_TRIES {
        match options.open(path) {
            Err(error) if is_unread(&error) => thread::sleep(READER_PAUSE),
            opened => {
                let file = opened?;
                // From now on writes may wait for a slow reader.
                fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
                return Ok(file);
            }
        }
    }
    Err(io::Error::other("it is a named pipe, and nobody reads it"))
}

#[cfg(not(unix))]
fn open_special(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).open(path)
}

fn containing_folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a file the owner and the group of another.
#[cfg(unix)]
fn copy_owner(file: &fs::File, other: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (other.uid(), other.gid()) {
        return Ok(());
    }
    fchown(file, Some(other.uid()), Some(other.gid()))
}

#[cfg(not(unix))]
fn copy_owner(_: &fs::File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// The outcome of replacing a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// It has the new text.
    Done,
    /// It was changed in the meantime, and keeps that change.
    ChangedMeanwhile,
}

/// Replaces the text of a file that people edit, unless it was changed since it was read. Owner and mode stay.
pub fn replace_text(path: &Path, read: &[u8], text: &[u8]) -> Result<Replaced, Failure> {
    stays_inside(path, &ResolvedPath::of(path))?;
    let replace = || {
        let target = fs::canonicalize(path)?;
        let existing = fs::metadata(&target)?;
        if existing.permissions().readonly() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut file = Temporary::within(containing_folder(&target), Some(existing.permissions()))?;
        file.as_file_mut().write_all(text)?;
        if copy_owner(file.as_file(), &existing).is_err() {
            file.remove()?;
            return overwrite(&target, read, text);
        }
        file.as_file().set_permissions(existing.permissions())?;
        exchange(file, &target, read, text)
    };
    replace().map_err(|error| unwritable(path, &error))
}

/// Replaces a file that is unchanged since it was read: swaps both files atomically, and swaps them back if
/// the old one turns out to have changed. So whatever an editor saves meanwhile is kept.
#[cfg(target_os = "linux")]
fn exchange(file: Temporary, target: &Path, read: &[u8], text: &[u8]) -> io::Result<Replaced> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let swap = || renameat_with(CWD, file.path(), CWD, target, RenameFlags::EXCHANGE);
    match swap() {
        Ok(()) => {}
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound) => {
            return Ok(Replaced::ChangedMeanwhile);
        }
        // Some file systems cannot swap files.
        Err(_) => return compare_and_replace(file, target, read),
    }
    let mut outcome = Replaced::Done;
    let mut expected = read;
    // Another change may come while they are swapped back, so this checks again, a few times.
    for _ in 0..10 {
        if fs::read(file.path())? == expected {
            file.remove()?;
            return Ok(outcome);
        }
        swap()?;
        (outcome, expected) = (Replaced::ChangedMeanwhile, text);
    }
    Err(io::Error::other("it keeps being changed"))
}

#[cfg(not(target_os = "linux"))]
fn exchange(file: Temporary, target: &Path, read: &[u8], _: &[u8]) -> io::Result<Replaced> {
    compare_and_replace(file, target, read)
}

fn compare_and_replace(file: Temporary, target: &Path, read: &[u8]) -> io::Result<Replaced> {
    if fs::read(target)? != read {
        return Ok(Replaced::ChangedMeanwhile);
    }
    file.replace(target)?;
    Ok(Replaced::Done)
}

/// Overwrites a file in place, so that it keeps an owner that this user cannot set. Restores the old text if
/// writing fails halfway.
fn overwrite(target: &Path, read: &[u8], text: &[u8]) -> io::Result<Replaced> {
    let mut file = fs::OpenOptions::new().read(true).write(true).open(target)?;
    let mut current = Vec::new();
    file.read_to_end(&mut current)?;
    if current != read {
        return Ok(Replaced::ChangedMeanwhile);
    }
    let mut write = |text: &[u8]| {
        file.seek(io::SeekFrom::Start(0))?;
        file.write_all(text)?;
        file.set_len(text.len() as u64)?;
        file.sync_data()
    };
    write(text).map(|()| Replaced::Done).or_else(|error| write(read).and(Err(error)))
}

/// Creates a folder and its missing parents.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                "there is a file of that name".to_owned()
            }
            io::ErrorKind::PermissionDenied => "this user may not create it here".to_owned(),
            _ => error.to_string(),
        };
        Failure::new(format!("cannot create the folder {}: {reason}", path.display()))
    })
}
