//! The sources of a run: files, standard input, git revisions.

mod entries;
mod no_commit;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use self::entries::{PathTarget, TreeEntry};
use crate::cli::Failure;
pub use crate::cli::files::disk::{Disk, limited};
use crate::cli::files::disk::{MAX_NAMES, is_handed_over, read_named};
use crate::cli::files::read_scope::{ConfinedDisk, ReadScope, top};
use crate::cli::git;
use crate::cli::source_files::folders::seen_from;
use crate::diagnostics::quote;
use crate::resolve::{Files, ReadRefusal, nearest_file, why};
use crate::settings;
use crate::source::Source;

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

/// What a file that is named is wanted for.
#[derive(Debug, Clone, Copy)]
pub struct WantedFile {
    what: &'static str,
    ending: &'static str,
}

impl WantedFile {
    /// To be compiled.
    pub const FLOW: Self = Self { what: "a .cxflow file", ending: "cxflow" };
    /// To be imported.
    pub const PAYLOAD: Self = Self { what: "a payload", ending: "json" };
}

/// The files outside its repository that the command line allows a flow to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed<'a> {
    /// The folders of `--allow-outside`.
    pub folders: &'a [PathBuf],
    /// The arguments of `--policy`: a file that is named explicitly may be anywhere.
    pub policies: &'a [String],
}

impl Input {
    /// Parses an argument. An existing file wins, whatever its name looks like.
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

    /// Its name in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Disk(path) => path.display().to_string(),
            Self::Stdin => "<stdin>".to_owned(),
            Self::Git { revision, path } => format!("{revision}:{}", path.display()),
        }
    }

    /// Its path, which relative paths start from.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Disk(path) => path.clone(),
            Self::Stdin => PathBuf::from("<stdin>"),
            Self::Git { path, .. } => path.clone(),
        }
    }

    /// The folder that it is in, where the search for settings starts: absolute on this disk, relative to the
    /// repository's top at a revision.
    pub fn folder(&self) -> PathBuf {
        let file = match self {
            Self::Disk(path) if is_handed_over(path) => PathBuf::new(),
            Self::Disk(path) => path.clone(),
            Self::Stdin => PathBuf::new(),
            Self::Git { path, .. } => {
                let prefix = git::prefix();
                git::within(&prefix, path).unwrap_or_else(|| git::from_top(&prefix, path)).into()
            }
        };
        let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
        match self {
            Self::Git { .. } => folder,
            _ if folder.as_os_str().is_empty() => Disk.identity(Path::new(".")),
            _ => Disk.identity(&folder),
        }
    }

    /// The folder of its target, if it is a link to a file in another folder. Whatever applies to the target
    /// applies to each link to it.
    pub fn linked_folder(&self, files: &dyn Files) -> Option<PathBuf> {
        let real = match self {
            Self::Disk(path) => path.canonicalize().ok().filter(|real| real.is_file())?,
            Self::Stdin => return None,
            Self::Git { revision, path } => {
                let place = files.identity(path);
                PathBuf::from(place.to_str()?.strip_prefix(revision.as_str())?.strip_prefix(':')?)
            }
        };
        let folder = real.parent()?;
        (folder != self.folder()).then(|| folder.to_path_buf())
    }

    /// The place on this machine of a folder from [`Self::folder`] or of one above it: for a revision, in the
    /// work tree. Relative to the working folder if it is inside.
    pub fn on_disk(&self, folder: &Path) -> PathBuf {
        let folder = match self {
            Self::Disk(_) | Self::Stdin => folder.to_path_buf(),
            Self::Git { .. } => match git::top_of(git::place()) {
                Some(top) => top.join(folder),
                None => folder.to_path_buf(),
            },
        };
        let here = Disk.identity(Path::new("."));
        seen_from(&here, &folder)
    }

    /// The files that it may include: its repository, and what is allowed besides.
    pub fn files(&self, allowed: &Allowed<'_>) -> Result<Box<dyn Files + Send + Sync>, Failure> {
        Ok(match self {
            Self::Disk(_) | Self::Stdin => {
                // A link may read the same files as its target.
                let linked = self.linked_folder(&Disk).map(|folder| top(&folder));
                let bounds = ReadScope::around(&self.folder())
                    .and_folders(allowed.folders)
                    .and_folders(linked.as_slice())
                    .and_files(allowed.policies.iter().map(PathBuf::from));
                Box::new(ConfinedDisk { bounds })
            }
            Self::Git { revision, .. } => Box::new(Git::at(revision, &self.name())?),
        })
    }

    /// Whether it is a stream, which has no folder, whatever it is called.
    pub fn is_handed_over(&self) -> bool {
        match self {
            Self::Stdin => true,
            Self::Disk(path) => is_handed_over(path),
            Self::Git { .. } => false,
        }
    }

    /// Reads the source of a flow.
    pub fn read(&self, files: &dyn Files) -> Result<Source, Failure> {
        self.read_as(WantedFile::FLOW, files)
    }

    /// Reads a file of what is wanted.
    pub fn read_as(&self, wanted: WantedFile, files: &dyn Files) -> Result<Source, Failure> {
        if self.path().file_name().is_some_and(|name| name == settings::NAME) && !self.is_handed_over() {
            return Err(Failure::new(format!("{} holds settings, not a flow", self.name())).help(
                "it is read with every flow in its folder and below: name one of them, or that folder, as in `cxflowc check .`",
            ));
        }
        let bytes = match self {
            Self::Stdin => limited(io::stdin().lock()),
            // A file that is named explicitly may be anywhere.
            Self::Disk(path) => read_named(path),
            Self::Git { path, .. } => files.read(path),
        };
        let name = self.name();
        let bytes = bytes.map_err(|error| {
            let is_missing = error.kind() == io::ErrorKind::NotFound;
            match self.similar_name(files).filter(|_| is_missing) {
                Some(similar) => Failure::new(format!("cannot read {name}: {}", why(&error)))
                    .help(format!("did you mean {}?", quote(&similar))),
                None => unreadable(wanted, &name, &error),
            }
        })?;
        // A stream's includes are relative to the working folder.
        let place = if self.is_handed_over() { Self::Stdin.path() } else { self.path() };
        Ok(Source::new(name, place, bytes))
    }
}

impl Input {
    /// The name of an existing file that is similar to a missing one.
    fn similar_name(&self, files: &dyn Files) -> Option<String> {
        match self {
            Self::Stdin => None,
            // A user of the command line may see what is beside the file.
            Self::Disk(path) => nearest_file(&Disk, path.to_str()?),
            Self::Git { revision, path } => {
                Some(format!("{revision}:{}", nearest_file(files, path.to_str()?)?))
            }
        }
    }
}

fn unreadable(wanted: WantedFile, name: &str, error: &io::Error) -> Failure {
    let reason = why(error);
    if let Some(ReadRefusal::NotRegular(kind)) = ReadRefusal::of(error) {
        let failure = Failure::new(format!("cannot read {name}: {reason}"));
        return if kind.contains("pipe") {
            failure.help(format!("pass it as standard input: write `- < {name}` instead"))
        } else {
            failure.help("name a regular file, or pass the text as standard input, `-`")
        };
    }
    let failure = Failure::new(format!("cannot read {name}: {reason}"));
    match error.kind() {
        io::ErrorKind::NotFound if name.ends_with(':') => {
            failure.help(format!("write the file's path after the revision, as in {name}campaign.cxflow"))
        }
        io::ErrorKind::NotFound if name.contains(':') => {
            failure.help("in `REV:PATH` the path is relative to the repository's top, or to this folder if it begins with `./`")
        }
        io::ErrorKind::NotFound => failure.help(format!(
            "name {}, `-` for standard input, or `REV:PATH` for a file at a git revision",
            wanted.what
        )),
        io::ErrorKind::IsADirectory => {
            let folder = name.trim_end_matches('/');
            failure.help(format!("name the files in it, as in {folder}/*.{}", wanted.ending))
        }
        _ if reason.to_string().contains(NOT_PRODUCED) => failure.help(
            "nothing is fetched automatically: if this is a partial clone, run `git show` with that name once, which fetches the file, or make a full clone",
        ),
        _ => failure,
    }
}

/// Part of the message for a file that git knows but cannot read.
const NOT_PRODUCED: &str = "git cannot produce it";

/// A git revision.
pub struct Git {
    revision: String,
    /// The names in the folders that were listed so far.
    listed: Mutex<FxHashMap<PathBuf, Vec<String>>>,
    /// The entries that were looked up so far.
    entries: Mutex<FxHashMap<String, TreeEntry>>,
    /// The working folder relative to the repository's top, with a trailing slash.
    prefix: String,
}

impl Git {
    /// Opens a revision; fails if it does not exist.
    pub fn at(revision: &str, name: &str) -> Result<Self, Failure> {
        if revision.starts_with('-') {
            return Err(Failure::new(format!("{revision} is not a git revision")));
        }
        match git::revision(git::place(), revision) {
            Err(error) => return Err(Failure::new(format!("cannot run git: {error}"))),
            Ok(git::Revision::Commit(_)) => {}
            Ok(other) => return Err(no_commit::failure(revision, name, other)),
        }
        Ok(Self {
            revision: revision.to_owned(),
            listed: Mutex::default(),
            entries: Mutex::default(),
            prefix: git::prefix(),
        })
    }

    /// Its name.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The path of a file or folder from the repository's top, with links followed.
    pub fn real(&self, path: &Path) -> io::Result<PathBuf> {
        self.find(path).map(|found| found.path.into())
    }

    /// Whether it is a folder, or a link to one.
    pub fn is_folder(&self, path: &Path) -> bool {
        self.find(path).is_ok_and(|found| found.entry == TreeEntry::Folder)
    }

    /// Git's output, or its message as an error.
    fn run(&self, arguments: &[&str]) -> io::Result<Vec<u8>> {
        git::run(git::place(), arguments)?
            .map_err(|refused| io::Error::other(format!("{NOT_PRODUCED}: {}", refused.into_error())))
    }
}

impl Files for Git {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let hash = self.find(path)?.file()?;
        self.run(&["cat-file", "blob", &hash])
    }

    fn name(&self, path: &Path) -> String {
        format!("{}:{}", self.revision, path.display())
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.entry(folder.to_path_buf()).or_insert_with(|| self.names_in(folder)).clone()
    }

    fn identity(&self, path: &Path) -> PathBuf {
        let path = self.real(path).unwrap_or_else(|_| git::from_top(&self.prefix, path).into());
        PathBuf::from(format!("{}:{}", self.revision, path.display()))
    }
}

impl Git {
    /// The names in a folder, as git lists them.
    fn names_in(&self, folder: &Path) -> Vec<String> {
        let Ok(PathTarget { path, entry: TreeEntry::Folder, .. }) = self.find(folder) else {
            return Vec::new();
        };
        // With `-z` git does not quote names.
        let Ok(bytes) = self.run(&["ls-tree", "-z", &format!("{}:{path}", self.revision)]) else {
            return Vec::new();
        };
        let text = String::from_utf8_lossy(&bytes);
        let entries = text.split('\0').take(MAX_NAMES).filter_map(|line| {
            let (kind, name) = line.split_once('\t')?;
            let slash = if kind.contains(" tree ") { "/" } else { "" };
            Some(format!("{name}{slash}"))
        });
        entries.collect()
    }
}
