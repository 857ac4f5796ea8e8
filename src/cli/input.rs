//! Where sources come from: files, standard input, git revisions.
#![expect(clippy::disallowed_methods, reason = "this is where the command line reads")]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{Failure, git};
use crate::resolve::Files;
use crate::source::{MAX_BYTES, Source};

/// A source as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    Disk(PathBuf),
    /// `-`
    Stdin,
    /// `REV:PATH`
    Git { revision: String, path: PathBuf },
}

impl Input {
    /// Reads an argument. A file that is there is one, whatever its name looks like.
    pub fn from_argument(argument: &Path) -> Self {
        if argument == Path::new("-") {
            return Self::Stdin;
        }
        let text = argument.to_string_lossy();
        match text.split_once(':') {
            // One letter before the colon is a drive.
            Some((revision, path)) if revision.len() > 1 && !path.is_empty() && !argument.exists() => {
                Self::Git { revision: revision.to_owned(), path: path.into() }
            }
            _ => Self::Disk(argument.to_path_buf()),
        }
    }

    /// How messages call it.
    pub fn name(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Stdin => "<stdin>".to_owned(),
            Self::Git { revision, path } => format!("{revision}:{}", path.display()),
        }
    }

    /// Where it is, for what lies beside it.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Disk(path) => path.clone(),
            Self::Stdin => PathBuf::from("<stdin>"),
            Self::Git { path, .. } => path.clone(),
        }
    }

    /// The folder that it is in, which settings are looked for in and above: absolute on this disk,
    /// from the repository's top at a revision.
    pub fn folder(&self) -> PathBuf {
        let file = match self {
            Self::Disk(path) => path.clone(),
            Self::Stdin => PathBuf::new(),
            Self::Git { path, .. } => git::from_top(&git::prefix(), path).into(),
        };
        let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
        match self {
            Self::Git { .. } => folder,
            _ if folder.as_os_str().is_empty() => Disk.identity(Path::new(".")),
            _ => Disk.identity(&folder),
        }
    }

    /// Where a folder that [`Self::folder`] gave, or one above it, is on this machine: for a revision,
    /// in the work tree. What lies in the working folder is seen from there.
    pub fn on_disk(&self, folder: &Path) -> PathBuf {
        let folder = match self {
            Self::Disk(_) | Self::Stdin => folder.to_path_buf(),
            Self::Git { .. } => match git::top(Path::new(".")) {
                Ok(Ok(top)) => Disk.identity(&top).join(folder),
                _ => folder.to_path_buf(),
            },
        };
        let here = Disk.identity(Path::new("."));
        folder.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(folder)
    }

    /// Where what it includes is read from.
    pub fn files(&self) -> Result<Box<dyn Files + Send + Sync>, Failure> {
        Ok(match self {
            Self::Disk(_) | Self::Stdin => Box::new(Disk),
            Self::Git { revision, .. } => Box::new(Git::at(revision)?),
        })
    }

    /// Reads the source.
    pub fn read(&self, files: &dyn Files) -> Result<Source, Failure> {
        let bytes = match self {
            Self::Stdin => limited(io::stdin().lock()),
            _ => files.read(&self.path()),
        };
        let name = self.name();
        let bytes = bytes.map_err(|error| unreadable(&name, &error))?;
        Ok(Source::new(name, self.path(), bytes))
    }
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        _ => error.to_string(),
    };
    let failure = Failure::new(format!("cannot read {name}: {why}"));
    match error.kind() {
        io::ErrorKind::NotFound if name.contains(':') => {
            failure.help("in `REV:PATH` the path begins at the repository's top, or with `./` in this folder")
        }
        io::ErrorKind::NotFound => failure
            .help("name a .cxflow file, `-` for standard input, or `REV:PATH` for a file at a git revision"),
        io::ErrorKind::IsADirectory => {
            failure.help(format!("name the files in it, as in {}/*.cxflow", name.trim_end_matches('/')))
        }
        _ => failure,
    }
}

/// Reads at most one byte more than a source may have.
pub fn limited(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The file system.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        let size = file.metadata()?;
        if size.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut bytes =
            Vec::with_capacity(usize::try_from(size.len()).unwrap_or_default().min(MAX_BYTES) + 1);
        file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
    }
}

/// A git revision.
pub struct Git {
    revision: String,
    /// The working folder as seen from the repository's top, with a slash at its end.
    prefix: String,
}

impl Git {
    fn at(revision: &str) -> Result<Self, Failure> {
        if revision.starts_with('-') {
            return Err(Failure::new(format!("{revision} is no git revision")));
        }
        let known = git::here(&["rev-parse", "--quiet", "--verify", &format!("{revision}^{{commit}}")]);
        match known {
            Err(error) => return Err(Failure::new(format!("cannot run git: {error}"))),
            Ok(None) => {
                return Err(Failure::new(format!(
                    "there is no file {revision}:…, and {revision} is no git revision here"
                ))
                .help("`REV:PATH` means a file at a git revision; look at `git log` for revisions"));
            }
            Ok(Some(_)) => {}
        }
        Ok(Self { revision: revision.to_owned(), prefix: git::prefix() })
    }

    /// A file as git names it.
    fn object(&self, path: &Path) -> String {
        format!("{}:{}", self.revision, git::from_top(&self.prefix, path))
    }
}

impl Files for Git {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match git::here(&["cat-file", "blob", &self.object(path)])? {
            Some(bytes) => Ok(bytes),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn name(&self, path: &Path) -> String {
        format!("{}:{}", self.revision, path.display())
    }

    fn identity(&self, path: &Path) -> PathBuf {
        PathBuf::from(self.object(path))
    }
}
