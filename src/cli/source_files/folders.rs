//! Finds the flow files below a folder.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::read_log;
use crate::cli::files::read_scope::ReadScope;
use crate::settings;

/// The extension of flow files.
const ENDING: &str = "cxflow";
/// How many folders are searched for flows in a skipped folder.
const MAX_IN_SKIPPED: usize = 10_000;

/// Whether a file is a flow by its name. Case is ignored, since some file systems ignore it.
pub fn is_flow_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING))
}

/// Whether a name looks like a misspelt name of a flow file: `a.cxflo`, `a.cxflow.txt`, a blank at its end.
/// Copies that editors and merges leave do not count.
pub fn is_misspelt(name: &str) -> bool {
    let name = name.to_lowercase();
    if name.starts_with(['.', '#']) || name.ends_with('~') {
        return false;
    }
    let name = name.strip_suffix(".txt").unwrap_or(&name);
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let is_followed = ending
        .strip_prefix(ENDING)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    is_followed || strsim::osa_distance(ending, ENDING) == 1
}

/// The names in a folder on which a search of it depends.
fn names_that_matter(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_file_that_matters =
            is_flow_file(Path::new(&name)) || name == settings::NAME || is_misspelt(&name.to_string_lossy());
        if is_file_that_matters || entry.file_type()?.is_dir() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Why a folder is skipped.
const BEGINS_WITH_DOT: &str = "its name begins with a dot";

/// A skipped file or folder that may have been meant.
enum Skipped {
    /// A file with a misspelt name.
    File(PathBuf),
    /// A folder, and why it was skipped.
    Folder(PathBuf, &'static str),
}

/// Searches for `.cxflow` files below a folder, one folder at a time. Skips folders whose name begins with a
/// dot, links to folders, and links to files outside the read scope. Yields an error for a folder that cannot
/// be read.
pub struct FlowsBelow {
    bounds: ReadScope,
    folders: Vec<PathBuf>,
    found: Vec<PathBuf>,
    settings: Vec<PathBuf>,
    skipped: Vec<Skipped>,
    /// Links to files that may not be read.
    outside: Vec<PathBuf>,
}

impl FlowsBelow {
    /// Starts at a folder. Links may lead to files in its repository.
    pub fn new(folder: &Path) -> Self {
        Self::within(folder, ReadScope::around(folder))
    }

    /// Like [`new`](Self::new), with a read scope for links.
    fn within(folder: &Path, bounds: ReadScope) -> Self {
        let folders = vec![folder.to_path_buf()];
        Self {
            bounds,
            folders,
            found: Vec::new(),
            settings: Vec::new(),
            skipped: Vec::new(),
            outside: Vec::new(),
        }
    }

    /// The settings files in the searched folders.
    pub fn settings(&self) -> &[PathBuf] {
        &self.settings
    }

    /// The folders whose name begins with a dot, except `.git`.
    pub fn hidden(&self) -> Vec<PathBuf> {
        hidden(&self.skipped)
    }

    fn search(&mut self, folder: &Path) -> io::Result<()> {
        read_log::note_folder(folder, names_that_matter);
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() {
                if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                    self.folders.push(path);
                } else if entry.file_name() != ".git" {
                    self.skipped.push(Skipped::Folder(path, BEGINS_WITH_DOT));
                }
            } else if kind.is_symlink() && path.is_dir() {
                self.skipped.push(Skipped::Folder(path, "it is a link"));
            } else if is_flow_file(&path) {
                // The user did not name the file that the link leads to.
                if kind.is_symlink() && path.canonicalize().is_ok_and(|real| !self.bounds.hold(&real)) {
                    self.outside.push(path);
                    continue;
                }
                // Unreadable files are reported, except for the dangling links that editors use as locks.
                if path.is_file() || !entry.file_name().as_encoded_bytes().starts_with(b".") {
                    self.found.push(path);
                }
            } else if entry.file_name() == settings::NAME {
                self.settings.push(path);
            } else if is_misspelt(&entry.file_name().to_string_lossy()) && path.is_file() {
                self.skipped.push(Skipped::File(path));
            }
        }
        Ok(())
    }
}

impl Iterator for FlowsBelow {
    /// The files of one folder.
    type Item = Result<Vec<PathBuf>, (PathBuf, io::Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        let folder = self.folders.pop()?;
        match self.search(&folder) {
            Ok(()) => Some(Ok(std::mem::take(&mut self.found))),
            Err(error) => Some(Err((folder, error))),
        }
    }
}

/// The contents of a folder and those below it.
pub struct FolderContents {
    /// Every `.cxflow` file, sorted by path; at least one.
    pub flows: Vec<PathBuf>,
    /// The settings files, sorted by path.
    pub settings: Vec<PathBuf>,
    /// The folders whose name begins with a dot, which are skipped.
    pub hidden: Vec<PathBuf>,
}

/// Finds every `.cxflow` file below a folder, and the settings. Reports misspelt file names and skipped
/// folders with flows. `allowed` are the folders outside the repository that links may lead to, if the verb
/// has an option for them.
pub fn flows_below(
    folder: &Path,
    allowed: Option<&[PathBuf]>,
    terminal: &Terminal,
) -> Result<FolderContents, Failure> {
    let mut found = Vec::new();
    let bounds = ReadScope::around(folder).and_folders(allowed.unwrap_or_default());
    let mut below = FlowsBelow::within(folder, bounds);
    for files in &mut below {
        let files = files.map_err(|(folder, error)| {
            Failure::new(format!("cannot read the folder {}: {error}", folder.display())).about(&folder)
        })?;
        found.extend(files);
    }
    if let Some(link) = below.outside.iter().min() {
        return Err(leads_out(link, allowed.is_some()));
    }
    let hidden = below.hidden();
    report_skipped(below.skipped, &found, terminal);
    if found.is_empty() {
        return Err(Failure::new(format!("there is no .cxflow file in {}", folder.display())).about(folder));
    }
    found.sort();
    below.settings.sort();
    Ok(FolderContents { flows: found, settings: below.settings, hidden })
}

fn hidden(skipped: &[Skipped]) -> Vec<PathBuf> {
    let hidden = skipped.iter().filter_map(|skipped| match skipped {
        Skipped::Folder(path, BEGINS_WITH_DOT) => Some(path.clone()),
        Skipped::Folder(..) | Skipped::File(_) => None,
    });
    hidden.collect()
}

/// The failure for a link in a folder that leads outside the repository.
fn leads_out(link: &Path, can_be_allowed: bool) -> Failure {
    let name = link.display();
    let mut help = format!("if you meant that file, name it explicitly: {name}");
    if can_be_allowed {
        help.push_str("; or allow its folder with `--allow-outside DIR`");
    }
    Failure::new(format!("cannot read {name}: it is a link that leads out of the repository"))
        .help(help)
        .about(link)
}

fn report_skipped(skipped: Vec<Skipped>, found: &[PathBuf], terminal: &Terminal) {
    let mut lines: Vec<(PathBuf, String, bool)> = Vec::new();
    for entry in skipped {
        match entry {
            Skipped::File(path) => {
                let message = format!("{} is left out: the name of a flow ends in .cxflow", path.display());
                lines.push((path, message, true));
            }
            Skipped::Folder(path, reason) if terminal.verbose => {
                let real = path.canonicalize().unwrap_or_else(|_| path.clone());
                // The target of a link may have been found under its own name.
                let is_seen = |file: &PathBuf| file.canonicalize().is_ok_and(|file| file.starts_with(&real));
                let flows = FlowsBelow::new(&path).take(MAX_IN_SKIPPED).flatten().flatten().next();
                if flows.is_some() && !found.iter().any(is_seen) {
                    let message =
                        format!("{} is left out: {reason}, and there are flows in it", path.display());
                    lines.push((path, message, false));
                }
            }
            Skipped::Folder(..) => {}
        }
    }
    lines.sort();
    for (_, message, is_warning) in lines {
        if is_warning { terminal.warning(&message) } else { terminal.closing(&message) }
    }
}

/// An absolute path relative to an absolute folder.
pub fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let shared = path.components().zip(folder.components()).take_while(|(part, other)| part == other).count();
    // Paths that share only the root have nothing to do with each other.
    if shared < 2 {
        return path.to_path_buf();
    }
    let up = folder.components().skip(shared).map(|_| "..");
    up.map(PathBuf::from).chain(path.components().skip(shared).map(|part| part.as_os_str().into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_of_the_extension_is_ignored() {
        for name in ["a.cxflow", "A.CXFLOW", "a.CxFlow", "a.b.cxflow", "Grüße.Cxflow"] {
            assert!(is_flow_file(Path::new(name)), "{name}");
        }
        for name in ["a.cxflo", "cxflow", ".cxflow", "a.cxflow.txt", "a.cxflow "] {
            assert!(!is_flow_file(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn misspelt_names_differ_from_copies_and_other_files() {
        for name in [
            "a.cxflo",
            "a.cxfow",
            "a.cxlfow",
            "a.cxflows",
            "a.cxxflow",
            "a.cflow",
            "a.cxfl0w",
            "a.CXFLO",
            "a.cxflow.txt",
            "a.cxflow.TXT",
            "a.cxflow ",
            "a.cxflow (1)",
            "a.cxflow copy",
            "a.сxflow",
        ] {
            assert!(is_misspelt(name), "{name}");
        }
        for name in [
            "a.cxflow~",
            ".a.cxflow.swp",
            "#a.cxflow#",
            "a.cxflow.bak",
            "a.cxflow.orig",
            "a.cxflow.json",
            "a.cxflow.d",
            "cxflow.toml",
            "cxflow.lock",
            "a.flow",
            "notes.txt",
            "cxflow",
            "a.json",
            ".cxflo",
        ] {
            assert!(!is_misspelt(name), "{name}");
        }
    }
}
