//! Finds and reads `policies.lock`, the lock of the bundled policies.

use std::path::{Path, PathBuf};

use super::lost_settings::{Lookups, report_deleted_locks};
use super::{folders, settings_failure};
use crate::bundled::lock::{FILE_NAME, PolicyLock};
use crate::cli::Failure;
use crate::cli::git::repository::repository_top;
use crate::cli::source_files::displayed_files::DisplayedFiles;
use crate::cli::source_files::input::{Allowed, Disk, Input};
use crate::diagnostics::Diagnostics;
use crate::resolve::Files;
use crate::settings::{self, NAME};
use crate::source::{Source, Sources};

/// Reads the lock that counts for a source: that of its folder, or of the nearest folder above it that has one.
pub fn load(
    files: &dyn Files,
    input: &Input,
    lookups: &Lookups,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<PolicyLock>, Failure> {
    let folders = folders(files, input);
    let lock = settings::policy_lock::load(&DisplayedFiles(files), &folders, sources, diagnostics)
        .map_err(settings_failure)?;
    if !matches!(input, Input::Git { .. }) {
        // Only those that are nearer would count in place of the one that was found.
        let found = lock.as_ref().and_then(|lock| sources.get(lock.start.file).path().parent());
        let nearer = folders.iter().rposition(|folder| Some(folder.as_path()) == found);
        let nearer = folders.get(nearer.map_or(0, |at| at + 1)..).unwrap_or_default();
        report_deleted_locks(files, &input.folder(), nearer, lookups, sources, diagnostics)?;
    }
    Ok(lock)
}

/// The lock that counts in the working folder, and what was found in it.
#[derive(Default)]
pub struct LockHere {
    /// The lock's file, after an empty one that stands for a flow.
    pub sources: Sources,
    /// What was found in it.
    pub diagnostics: Diagnostics,
    /// The lock, if there is one.
    pub lock: Option<PolicyLock>,
}

/// Reads the lock that counts in the working folder.
pub fn here() -> Result<LockHere, Failure> {
    let input = Input::Stdin;
    let files = input.files(&Allowed::default())?;
    let mut here = LockHere::default();
    here.sources.add(Source::new(input.name(), input.path(), Vec::new()));
    here.lock = load(&*files, &input, &Lookups::default(), &mut here.sources, &mut here.diagnostics)?;
    Ok(here)
}

/// The folder of the lock that counts for a source on this disk. `new` are folders in which one is to be made.
pub fn folder_of(files: &dyn Files, input: &Input, new: &[PathBuf]) -> Option<PathBuf> {
    let folders = folders(files, input);
    let there = folders.iter().rev().find(|folder| folder.join(FILE_NAME).symlink_metadata().is_ok());
    let made = new.iter().filter(|folder| may_count_for(folder, input));
    there.into_iter().chain(made).max_by_key(|folder| folder.components().count()).cloned()
}

/// The folder in which to make a lock that counts for a source on this disk: that of its uppermost settings, which
/// name policies for all flows below; or else the working folder, or its own if the working folder is not above it.
pub fn new_folder_for(files: &dyn Files, input: &Input) -> PathBuf {
    let has_settings = |folder: &&PathBuf| folder.join(NAME).symlink_metadata().is_ok();
    if let Some(folder) = folders(files, input).iter().find(has_settings) {
        return folder.clone();
    }
    let here = Disk.identity(Path::new("."));
    if may_count_for(&here, input) { here } else { input.folder() }
}

/// Whether a lock in a folder would count for a source on this disk, if there was no nearer one: it is above the
/// source, and not above its repository.
fn may_count_for(folder: &Path, input: &Input) -> bool {
    let own = input.folder();
    own.starts_with(folder) && repository_top(&own).is_none_or(|top| folder.starts_with(top))
}
