//! Settings that a flow would have, if nobody had deleted, emptied or cut them off.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::cli::Failure;
use crate::cli::console::safe::shell_word;
use crate::cli::git;
use crate::cli::git::repository::repository_top;
use crate::cli::git::sparse;
use crate::cli::source_files::displayed_files::DisplayedFiles;
use crate::cli::source_files::input::{Disk, Input};
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::resolve::Files;
use crate::settings::codes::{CUT_OFF_SETTINGS, DELETED_SETTINGS, EMPTY_SETTING, SETTINGS_ABOVE};
use crate::settings::{self, Misnamed, NAME, Settings};
use crate::source::{FileId, Source, Sources, Span};
use crate::table::Id;

/// What is asked of folders, once each in a run: a thousand flows may be in one.
#[derive(Debug, Default)]
pub struct Lookups {
    /// The files whose names are slips of the settings'.
    pub misnamed: Misnamed,
    /// Whether the repository around another one has files of that one.
    tracked: Mutex<FxHashMap<PathBuf, bool>>,
}

impl Lookups {
    /// Asks everything again when it is next needed.
    pub fn clear(&self) {
        self.misnamed.clear();
        self.tracked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether the index of an outer repository has files of the inner one as its own. Of a submodule it
    /// has the commit alone. A failure where git does not say.
    fn is_tracked(&self, outer: &Path, inner: &Path) -> Result<bool, Failure> {
        let known = || self.tracked.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(inner).copied();
        if let Some(is_tracked) = found {
            return Ok(is_tracked);
        }
        let is_tracked = has_files_in_index(outer, inner)?;
        known().insert(inner.to_path_buf(), is_tracked);
        Ok(is_tracked)
    }
}

fn has_files_in_index(outer: &Path, inner: &Path) -> Result<bool, Failure> {
    let Some(below) = inner.strip_prefix(outer).ok().and_then(Path::to_str) else { return Ok(false) };
    let below = below.replace('\\', "/");
    let listed = sparse::in_index(outer, &[], &[&below]).map_err(|error| {
        sparse::no_answer(&format!("whether the repository in {} has {below}", outer.display()), &error)
    })?;
    let listed = String::from_utf8_lossy(&listed);
    Ok(listed.split('\0').any(|path| path.strip_prefix(&*below).is_some_and(|rest| rest.starts_with('/'))))
}

/// Reports the settings of some folders that were deleted, and that git has still: each at its first line.
/// A failure where it is not known what they say.
pub fn report_deleted(
    files: &dyn Files,
    folder: &Path,
    folders: &[PathBuf],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failure> {
    for deleted in sparse::deleted_settings(folder, folders)? {
        let name = DisplayedFiles(files).name(&deleted.path);
        let message = format!("{} is not here, and git has it still", quote(&name));
        let file = sources.add(Source::new(name, &deleted.path, Vec::new()));
        // From whatever folder git is asked.
        let path = shell_word(&format!(":/{}", deleted.from_top));
        diagnostics.push(
            Diagnostic::new(&DELETED_SETTINGS, Span::new(file, 0, 0), message)
                .here("the flows below are held to nothing that it asks for")
                .help(format!(
                    "get it back with `git checkout -- {path}`; if it is to go, run `git rm {path}`"
                )),
        );
    }
    Ok(())
}

/// Reports files of settings that say nothing, and say something in the last commit. A failure where git
/// does not say what they said.
pub fn report_emptied(
    settings: &Settings,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failure> {
    for &file in settings.empty_files() {
        let source = sources.get(file);
        let Some(top) = source.path().parent().and_then(repository_top) else { continue };
        let Some(from_top) = source.path().strip_prefix(&top).ok().and_then(Path::to_str) else { continue };
        let from_top = from_top.replace('\\', "/");
        let committed = committed(&top, &from_top).map_err(|error| {
            sparse::no_answer(&format!("what {} said in the last commit", source.name()), &error)
        })?;
        let Some(committed) = committed else { continue };
        let (mut scratch, mut found) = (Sources::default(), Diagnostics::default());
        let (_, said) = settings::read(NAME.to_owned(), source.path(), committed, &mut scratch, &mut found);
        if said.is_empty() && found.iter().next().is_none() {
            continue;
        }
        let path = shell_word(&format!(":/{from_top}"));
        let message =
            format!("{} sets nothing, and the last commit has settings in it", quote(source.name()));
        diagnostics.push(
            Diagnostic::new(&EMPTY_SETTING, Span::new(file, 0, 0), message)
                .here("nothing is set here")
                .help(format!(
                    "get the settings back with `git checkout HEAD -- {path}`; if they are to go, run `git rm -f {path}`"
                )),
        );
    }
    Ok(())
}

/// The text of a file in the last commit, if it has the file.
fn committed(top: &Path, path: &str) -> io::Result<Option<Vec<u8>>> {
    if !sparse::committed(top, &[path])?.iter().any(|file| file == path) {
        return Ok(None);
    }
    let answer = git::run(top, &["cat-file", "blob", &format!("HEAD:{path}")])?;
    answer.map(Some).map_err(git::GitFailure::into_error)
}

/// That a flow's repository lies in another one, whose settings do not count for it. A failure where git
/// does not say whose files they are.
pub fn settings_above(
    input: &Input,
    lookups: &Lookups,
    sources: &mut Sources,
) -> Result<Option<Diagnostic>, Failure> {
    let folder = match input {
        Input::Git { .. } => Disk.identity(Path::new(".")),
        Input::Disk(_) | Input::Stdin => input.folder(),
    };
    let Some(top) = repository_top(&folder) else { return Ok(None) };
    let Some(outer) = top.parent().and_then(repository_top) else { return Ok(None) };
    let between = top.ancestors().skip(1).take_while(|folder| folder.starts_with(&outer));
    let above = between.map(|folder| folder.join(NAME)).find(|path| path.symlink_metadata().is_ok());
    let Some(above) = above else { return Ok(None) };
    // Above the repository no revision has anything: these files are on this disk.
    let name = |path: &Path| quote(&DisplayedFiles(&Disk).name(path));
    if lookups.is_tracked(&outer, &top)? {
        let file = sources.add(Source::new(DisplayedFiles(&Disk).name(&above), &above, Vec::new()));
        let here = if top == Disk.identity(Path::new(".")) { quote(".") } else { name(&top) };
        let message = format!(
            "{} does not count for the flows in {here}, which is a repository of its own",
            name(&above)
        );
        let repository = name(&top.join(".git"));
        return Ok(Some(
            Diagnostic::new(&CUT_OFF_SETTINGS, Span::new(file, 0, 0), message)
                .here("held back from these flows")
                .help(format!(
                    "the repository around it tracks the same files: if {repository} was made by mistake, delete it"
                )),
        ));
    }
    let message = format!("{} does not count here: it is above the flow's repository", name(&above));
    // The flow is the first of the sources.
    let start = Span::new(FileId::from_index(0), 0, 0);
    Ok(Some(Diagnostic::new(&SETTINGS_ABOVE, start, message).here("the flow").help(format!(
        "settings are read up to {}; copy what should count into {}",
        name(&top),
        name(&top.join(NAME))
    ))))
}
