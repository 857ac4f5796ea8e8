//! Files on their way out: whole or not at all.
#![expect(clippy::disallowed_methods, reason = "this is where the command line writes")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use super::outputs::stays_inside;
use super::place::Place;
pub use super::place::identity;

/// Writes a file so that it appears whole or not at all: beside it first, then renamed into place.
/// What is no ordinary file, such as a pipe, is written to as it is.
pub fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    stays_inside(path, &Place::of(path))?;
    attempt(path, false, write).map_err(|error| unwritable(path, &error))
}

/// The same, and on disk when this returns, whatever becomes of the machine.
pub fn write_durable(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    stays_inside(path, &Place::of(path))?;
    attempt(path, true, write).map_err(|error| unwritable(path, &error))
}

/// That a file cannot be written, and why.
pub fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be written by this user".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    Failure::new(format!("cannot write {}: {why}", path.display())).about(path)
}

fn attempt(
    path: &Path,
    durable: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // The file that a link leads to is replaced, not the link.
    let target: PathBuf = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
        return write(&mut fs::OpenOptions::new().write(true).open(&target)?);
    }
    if existing.as_ref().is_some_and(|existing| existing.permissions().readonly()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cxflowc-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = existing.as_ref().map_or(0o666, |existing| existing.permissions().mode() & 0o777);
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    let mut file = builder.tempfile_in(folder)?;
    write(&mut file)?;
    if durable {
        file.as_file().sync_all()?;
    }
    file.persist(&target).map_err(|error| error.error)?;
    // The new name is on disk once the folder is; where folders cannot be opened, it is already.
    if durable && let Ok(folder) = fs::File::open(folder) {
        folder.sync_all()?;
    }
    Ok(())
}

/// Makes a folder and those above it.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                "there is a file of that name".to_owned()
            }
            io::ErrorKind::PermissionDenied => "this user may not create it here".to_owned(),
            _ => error.to_string(),
        };
        Failure::new(format!("cannot create the folder {}: {why}", path.display()))
    })
}

/// Writes a file that is not there yet.
pub fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    stays_inside(path, &Place::of(path))?;
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(format!("{} already exists", path.display()))
            .help("choose another name; nothing was changed"),
        io::ErrorKind::NotFound => {
            Failure::new(format!("cannot write {}: its folder does not exist", path.display()))
        }
        _ => Failure::new(format!("cannot write {}: {error}", path.display())),
    })
}
