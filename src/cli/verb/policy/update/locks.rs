//! Which locks a run is about, and the flows for which each of them counts.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::bundled::lock::FILE_NAME;
use crate::cli::Failure;
use crate::cli::args::PolicyUpdateArgs;
use crate::cli::config::policy_lock::{folder_of, new_folder_for};
use crate::cli::console::terminal::Terminal;
use crate::cli::source_files::folders::seen_from;
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::source_files::sources::{self, Parts, SourceLocation};
use crate::resolve::Files;

/// A lock that is there or is to be made.
pub struct LockFile {
    /// Its path from the working folder.
    pub path: PathBuf,
    /// The flows for which it counts.
    pub flows: Vec<Input>,
}

/// The locks that count for the sources of the command line, each with all flows for which it counts: what it says
/// changes for all of them.
pub fn find(args: &PolicyUpdateArgs, terminal: &Terminal) -> Result<Vec<LockFile>, Failure> {
    for file in &args.files {
        let input = Input::from_argument(file);
        if !matches!(input, Input::Disk(_)) || input.is_handed_over() {
            return Err(Failure::new(format!("{} is no file on this disk, where the lock is", input.name()))
                .help("name a flow on this disk, or a folder of flows"));
        }
    }
    let named = sources::find(&args.files, &args.compile, Parts::StandForFlows, terminal)?.inputs;
    let (mut there, mut new): (Vec<PathBuf>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    for input in &named {
        let files = input.files(&args.compile.allowed_files())?;
        match folder_of(&*files, input, &[]) {
            Some(folder) => there.push(folder),
            None => new.push(new_folder_for(&*files, input)),
        }
    }
    // One lock is enough for the flows below it.
    let all_new = new.clone();
    new.retain(|folder| !all_new.iter().any(|other| other != folder && folder.starts_with(other)));
    let mut folders: Vec<PathBuf> = there.into_iter().chain(new.iter().cloned()).collect();
    folders.sort();
    folders.dedup();
    let here = Disk.identity(Path::new("."));
    let mut locks = Vec::new();
    for folder in folders {
        let shown = seen_from(&here, &folder);
        let searched = if shown.as_os_str().is_empty() { PathBuf::from(".") } else { shown.clone() };
        let below = sources::find(&[searched], &args.compile, Parts::StandForFlows, terminal)?.inputs;
        let mut flows = Vec::new();
        let mut seen = FxHashSet::default();
        for input in below.into_iter().chain(named.iter().cloned()) {
            let files = input.files(&args.compile.allowed_files())?;
            if folder_of(&*files, &input, &new).as_ref() == Some(&folder)
                && SourceLocation::of(&input).is_none_or(|at| seen.insert(at))
            {
                flows.push(without_dot(input));
            }
        }
        locks.push(LockFile { path: shown.join(FILE_NAME), flows });
    }
    Ok(locks)
}

/// A file below the working folder without the `./` that a search of that folder puts before it.
fn without_dot(input: Input) -> Input {
    match input {
        Input::Disk(path) => Input::Disk(path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path)),
        other => other,
    }
}
