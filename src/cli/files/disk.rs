//! The file system, limited to regular files that are read without blocking.
#![expect(clippy::disallowed_methods, reason = "this is where the command line reads")]

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::cli::files::read_log;
use crate::resolve::{Files, ReadRefusal, same_name_respelled};
use crate::source::MAX_BYTES;

/// How many names of a folder are compared with a missing file.
pub const MAX_NAMES: usize = 10_000;

/// The file system. Refuses pipes, devices and kernel files instead of waiting for them.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        read_log::noted(path, read_regular(path)).map_err(|error| dangling(path, error))
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(MAX_NAMES);
        let named = entries.map(|entry| {
            let slash = if entry.file_type().is_ok_and(|kind| kind.is_dir()) { "/" } else { "" };
            format!("{}{slash}", entry.file_name().to_string_lossy())
        });
        let mut names: Vec<String> = named.collect();
        names.sort_unstable();
        names
    }

    fn spelling(&self, path: &Path) -> Option<String> {
        let name = path.file_name()?.to_str()?;
        // On a case-sensitive file system, the name in other case does not exist or is another file.
        if name.is_ascii() {
            let flip = |c: char| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            };
            path.with_file_name(name.chars().map(flip).collect::<String>()).symlink_metadata().ok()?;
        }
        path.symlink_metadata().ok()?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let names: Vec<String> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        same_name_respelled(names.iter().map(String::as_str), name).map(str::to_owned)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
    }
}

/// A dangling link exists, even though its target does not.
pub fn dangling(path: &Path, error: io::Error) -> io::Error {
    let is_link = || path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    match error.kind() {
        io::ErrorKind::NotFound if is_link() => {
            io::Error::new(io::ErrorKind::InvalidInput, ReadRefusal::DanglingLink)
        }
        _ if is_loop(&error) => io::Error::new(io::ErrorKind::InvalidInput, ReadRefusal::LinkLoop),
        _ => error,
    }
}

#[cfg(unix)]
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_loop(_: &io::Error) -> bool {
    false
}

/// Reads the file of an argument: a regular file, or a stream that a shell passes as `<(…)` or `/dev/stdin`.
pub fn read_named(path: &Path) -> io::Result<Vec<u8>> {
    if is_handed_over(path) {
        return limited(open_named(path)?);
    }
    read_log::noted(path, open_named(path).and_then(limited))
}

/// Whether a path is a stream that a shell passes as `<(…)` or `/dev/stdin`, not a file on the disk.
pub fn is_handed_over(path: &Path) -> bool {
    ["/dev/fd", "/dev/stdin", "/dev/null", "/proc/self/fd"].iter().any(|place| path.starts_with(place))
}

/// Opens the file of an argument for reading.
pub fn open_named(path: &Path) -> io::Result<File> {
    if !is_handed_over(path) {
        return open_to_read(path);
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

/// Opens a regular file for reading, without blocking.
pub fn open_to_read(path: &Path) -> io::Result<File> {
    open_regular(path).map_err(|error| dangling(path, error))
}

/// Opens a regular file for reading and writing, without blocking. Creates it if it does not exist, but does
/// not create the target of a dangling link.
pub fn open_to_change(path: &Path) -> io::Result<File> {
    match std::fs::metadata(path).map_err(|error| dangling(path, error)) {
        Ok(metadata) => {
            regular_size(&metadata)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let file = nonblocking().read(true).write(true).create(true).truncate(false).open(path)?;
    regular_size(&file.metadata()?)?;
    Ok(file)
}

fn open_regular(path: &Path) -> io::Result<File> {
    // Checked before opening, since opening alone may start a device; and again afterwards, since another
    // file may have taken its place.
    regular_size(&std::fs::metadata(path)?)?;
    let file = nonblocking().read(true).open(path)?;
    regular_size(&file.metadata()?)?;
    refuse_kernel_file(&file)?;
    Ok(file)
}

/// Reads a regular file without blocking, at most one byte more than a source may have.
pub fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let file = open_regular(path)?;
    let size = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default().min(MAX_BYTES) + 1);
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Options to open without blocking: a named pipe would wait for its other end.
#[cfg(unix)]
fn nonblocking() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let mut options = OpenOptions::new();
    options.custom_flags(flags.bits().cast_signed());
    options
}

#[cfg(not(unix))]
fn nonblocking() -> OpenOptions {
    OpenOptions::new()
}

/// The size of a regular file; fails for anything else.
fn regular_size(metadata: &Metadata) -> io::Result<u64> {
    if metadata.is_file() {
        return Ok(metadata.len());
    }
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, ReadRefusal::NotRegular(kind(metadata))))
}

#[cfg(unix)]
fn kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn kind(_: &Metadata) -> &'static str {
    "not a regular file"
}

/// Refuses files that the kernel makes up, such as a process's environment, although they look like regular
/// ones.
#[cfg(target_os = "linux")]
fn refuse_kernel_file(file: &File) -> io::Result<()> {
    const SYSFS: u64 = 0x6265_6572;
    let kind = u64::try_from(rustix::fs::fstatfs(file)?.f_type).unwrap_or_default();
    if kind == SYSFS || u64::try_from(rustix::fs::PROC_SUPER_MAGIC).is_ok_and(|proc| proc == kind) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            ReadRefusal::NotRegular("made up by the kernel when it is read"),
        ));
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn refuse_kernel_file(_: &File) -> io::Result<()> {
    Ok(())
}

/// Reads at most one byte more than a source may have.
pub fn limited(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
