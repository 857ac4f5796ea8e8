//! Settings that a flow misses because they were deleted, emptied or cut off by a nested repository.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::bundled::lock::FILE_NAME;
use crate::cli::Failure;
use crate::cli::console::safe::shell_word;
use crate::cli::git;
use crate::cli::git::repository::repository_top;
use crate::cli::git::sparse::{self, Deleted};
use crate::cli::source_files::displayed_files::DisplayedFiles;
use crate::cli::source_files::input::{Disk, Input};
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::resolve::Files;
use crate::settings::codes::{CUT_OFF_SETTINGS, DELETED_SETTINGS, EMPTY_SETTING, SETTINGS_ABOVE};
use crate::settings::{self, Misnamed, NAME, Settings};
use crate::source::{FileId, Source, Sources, Span};
use crate::table::Id;

/// Facts about folders, looked up once per run, since a thousand flows may share a folder.
#[derive(Debug, Default)]
pub struct Lookups {
    /// The files whose names look like a typo of `cxflow.toml`.
    pub misnamed: Misnamed,
    /// For each nested repository, whether the outer one tracks its files.
    tracked: Mutex<FxHashMap<PathBuf, bool>>,
    /// For each name and each folder of flows, the deleted files of this name that would count there.
    deleted: Mutex<FxHashMap<(&'static str, PathBuf), Vec<Deleted>>>,
    /// For each empty settings file, its text in the last commit, if it is there.
    committed: Mutex<FxHashMap<PathBuf, Option<Vec<u8>>>>,
}

impl Lookups {
    /// Forgets everything, so that it is looked up again.
    pub fn clear(&self) {
        self.misnamed.clear();
        self.tracked.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.committed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The deleted files of a name among these folders. Fails if git does not say.
    fn deleted(
        &self,
        name: &'static str,
        folder: &Path,
        folders: &[PathBuf],
    ) -> Result<Vec<Deleted>, Failure> {
        let known = || self.deleted.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (name, folder.to_path_buf());
        let found = known().get(&place).cloned();
        if let Some(deleted) = found {
            return Ok(deleted);
        }
        let deleted = sparse::deleted(name, folder, folders)?;
        known().insert(place, deleted.clone());
        Ok(deleted)
    }

    /// The text of a file in the last commit, by its path and the same relative to the repository's top. Fails if git does
    /// not say.
    fn committed(&self, path: &Path, top: &Path, from_top: &str) -> io::Result<Option<Vec<u8>>> {
        let known = || self.committed.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(path).cloned();
        if let Some(committed) = found {
            return Ok(committed);
        }
        let committed = committed(top, from_top)?;
        known().insert(path.to_path_buf(), committed.clone());
        Ok(committed)
    }

    /// Whether the index of the outer repository has files of the inner one. For a submodule it has only the
    /// commit. Fails if git does not say.
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

/// Reports settings of these folders that were deleted from the work tree but are still in git, each at its
/// first line. Fails if git does not say.
pub fn report_deleted(
    files: &dyn Files,
    folder: &Path,
    folders: &[PathBuf],
    lookups: &Lookups,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failure> {
    let without = "the flows below it are compiled without these settings";
    for found in lookups.deleted(NAME, folder, folders)? {
        report_deleted_file(files, &found, without, sources, diagnostics);
    }
    Ok(())
}

/// Reports locks of policies among these folders that were deleted from the work tree but are still in git. Fails if
/// git does not say.
pub fn report_deleted_locks(
    files: &dyn Files,
    folder: &Path,
    folders: &[PathBuf],
    lookups: &Lookups,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failure> {
    let without = "the flows below it are compiled with the policies of this compiler";
    for found in lookups.deleted(FILE_NAME, folder, folders)? {
        report_deleted_file(files, &found, without, sources, diagnostics);
    }
    Ok(())
}

fn report_deleted_file(
    files: &dyn Files,
    deleted: &Deleted,
    without: &str,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) {
    let name = DisplayedFiles(files).name(&deleted.path);
    let message = format!("{} is missing, but git still has it", quote(&name));
    let file = sources.add(Source::new(name, &deleted.path, Vec::new()));
    // `:/` makes the path work from any folder.
    let path = shell_word(&format!(":/{}", deleted.from_top));
    diagnostics.push(Diagnostic::new(&DELETED_SETTINGS, Span::new(file, 0, 0), message).here(without).help(
        format!("restore it with `git checkout -- {path}`, or run `git rm {path}` to remove it for good"),
    ));
}

/// Reports settings files that are empty but were not in the last commit. Fails if git does not say what they
/// contained.
pub fn report_emptied(
    settings: &Settings,
    lookups: &Lookups,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Result<(), Failure> {
    for &file in settings.empty_files() {
        let source = sources.get(file);
        let Some(top) = source.path().parent().and_then(repository_top) else { continue };
        let Some(from_top) = source.path().strip_prefix(&top).ok().and_then(Path::to_str) else { continue };
        let from_top = from_top.replace('\\', "/");
        let committed = lookups.committed(source.path(), &top, &from_top).map_err(|error| {
            sparse::no_answer(&format!("what {} contained in the last commit", source.name()), &error)
        })?;
        let Some(committed) = committed else { continue };
        let (mut scratch, mut found) = (Sources::default(), Diagnostics::default());
        let (_, values) = settings::read(NAME.to_owned(), source.path(), committed, &mut scratch, &mut found);
        if values.is_empty() && found.iter().next().is_none() {
            continue;
        }
        let path = shell_word(&format!(":/{from_top}"));
        let message = format!("{} sets nothing, but had settings in the last commit", quote(source.name()));
        diagnostics.push(
            Diagnostic::new(&EMPTY_SETTING, Span::new(file, 0, 0), message)
                .here("nothing is set here")
                .help(format!(
                    "restore the settings with `git checkout HEAD -- {path}`, or run `git rm -f {path}` to remove them for good"
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

/// Reports that a flow's repository lies in another one, whose settings do not apply to the flow. Fails if
/// git does not say which of the two tracks the files.
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
    // Above the repository there are no revisions: these files are on this disk.
    let name = |path: &Path| quote(&DisplayedFiles(&Disk).name(path));
    if lookups.is_tracked(&outer, &top)? {
        let file = sources.add(Source::new(DisplayedFiles(&Disk).name(&above), &above, Vec::new()));
        let here = if top == Disk.identity(Path::new(".")) { quote(".") } else { name(&top) };
        let message = format!(
            "{} does not apply to the flows in {here}, which is a repository of its own",
            name(&above)
        );
        let repository = name(&top.join(".git"));
        return Ok(Some(
            Diagnostic::new(&CUT_OFF_SETTINGS, Span::new(file, 0, 0), message)
                .here("does not apply to these flows")
                .help(format!(
                    "the repository around it tracks the same files: if {repository} was made by mistake, delete it"
                )),
        ));
    }
    let message = format!("{} does not apply here: it is above the flow's repository", name(&above));
    // The flow is the first of the sources.
    let start = Span::new(FileId::from_index(0), 0, 0);
    Ok(Some(Diagnostic::new(&SETTINGS_ABOVE, start, message).here("the flow").help(format!(
        "settings are read up to {}; copy what should apply into {}",
        name(&top),
        name(&top.join(NAME))
    ))))
}
