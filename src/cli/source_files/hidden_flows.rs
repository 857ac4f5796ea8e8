//! Files in folders whose name begins with a dot. Those that git tracks belong to the repository like any
//! other; the rest belong to tools, such as copies and caches.

use std::path::{Path, PathBuf};

use crate::cli::files::disk::Disk;
use crate::cli::files::read_scope::ReadScope;
use crate::cli::git::repository::repository_top;
use crate::cli::git::sparse;
use crate::cli::source_files::folders::{FlowsBelow, is_flow_file};
use crate::resolve::Files;
use crate::settings::NAME;

/// How many folders are passed to git; if there are more, it lists the whole repository.
const MAX_NAMED: usize = 100;
/// How many folders are searched if git does not say what it tracks.
const MAX_FOLDERS: usize = 10_000;

/// The flows and settings in hidden folders.
#[derive(Debug, Default)]
pub struct HiddenFiles {
    pub flows: Vec<PathBuf>,
    pub settings: Vec<PathBuf>,
}

/// The files that git tracks in the hidden folders of `area`, an absolute folder.
pub fn tracked(area: &Path, hidden: &[PathBuf]) -> HiddenFiles {
    let mut found = HiddenFiles::default();
    let Some(top) = repository_top(area).filter(|_| !hidden.is_empty()) else { return found };
    let from_top = |path: &PathBuf| Some(path.strip_prefix(&top).ok()?.to_str()?.replace('\\', "/"));
    let names: Option<Vec<String>> = hidden.iter().map(from_top).collect();
    let named = names.filter(|names| names.len() <= MAX_NAMED).unwrap_or_default();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    let Ok(listed) = sparse::in_index(&top, &[], &named) else {
        // Without an answer, assume that all files are tracked: a superfluous user of a file causes no
        // finding.
        for folder in hidden {
            let mut below = FlowsBelow::new(folder);
            found.flows.extend(below.by_ref().take(MAX_FOLDERS).flatten().flatten());
            found.settings.extend(below.settings().iter().cloned());
        }
        return found;
    };
    let bounds = ReadScope::around(area);
    for name in String::from_utf8_lossy(&listed).split('\0').filter(|name| !name.is_empty()) {
        let path = top.join(name);
        let is_wanted = is_flow_file(&path) || path.file_name().is_some_and(|name| name == NAME);
        if !is_wanted || !hidden.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        // The user did not name the file that a link out of the repository leads to.
        if !bounds.hold(&Disk.identity(&path)) {
            continue;
        }
        if is_flow_file(&path) { found.flows.push(path) } else { found.settings.push(path) }
    }
    found
}
