//! The flow files below a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::read_scope::ReadScope;
use crate::settings;

/// The ending of a flow file's name.
const ENDING: &str = "cxflow";
/// How many folders are looked into to see whether one that is left out holds flows.
const MAX_LEFT_OUT: usize = 10_000;

/// Whether a file is a flow by its name. Capitals do not matter: some disks do not tell them apart.
pub fn is_flow_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING))
}

/// Whether a name looks like a slip of a flow file's: `a.cxflo`, `a.cxflow.txt`, a blank at its end.
/// Copies that editors and merges leave are none.
pub fn is_slip(name: &str) -> bool {
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

/// Why a folder is not looked into.
const BEGINS_WITH_DOT: &str = "its name begins with a dot";

/// What was not looked at, although it looks as if it were meant to be.
enum SkippedFolders {
    /// A file whose name is a slip.
    File(PathBuf),
    /// A folder, and why.
    Folder(PathBuf, &'static str),
}

/// Looks for `.cxflow` files below a folder, a folder at a time. Folders whose name begins with a
/// dot, and links to folders, are not looked into, and files are passed over that are links out of
/// what may be read. A folder that cannot be read comes with its error.
pub struct FlowsBelow {
    bounds: ReadScope,
    folders: Vec<PathBuf>,
    found: Vec<PathBuf>,
    settings: Vec<PathBuf>,
    left_out: Vec<SkippedFolders>,
    /// Links to files that may not be read.
    outside: Vec<PathBuf>,
}

impl FlowsBelow {
    /// Begins with a folder. Links may lead to what is in its repository.
    pub fn new(folder: &Path) -> Self {
        Self::within(folder, ReadScope::around(folder))
    }

    /// The same where links may lead to what is within some bounds.
    fn within(folder: &Path, bounds: ReadScope) -> Self {
        let folders = vec![folder.to_path_buf()];
        Self {
            bounds,
            folders,
            found: Vec::new(),
            settings: Vec::new(),
            left_out: Vec::new(),
            outside: Vec::new(),
        }
    }

    /// The files of settings in the folders that were looked into.
    pub fn settings(&self) -> &[PathBuf] {
        &self.settings
    }

    /// The folders whose name begins with a dot, but for git's own.
    pub fn hidden(&self) -> Vec<PathBuf> {
        hidden(&self.left_out)
    }

    fn look_into(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() {
                if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                    self.folders.push(path);
                } else if entry.file_name() != ".git" {
                    self.left_out.push(SkippedFolders::Folder(path, BEGINS_WITH_DOT));
                }
            } else if kind.is_symlink() && path.is_dir() {
                self.left_out.push(SkippedFolders::Folder(path, "it is a link"));
            } else if is_flow_file(&path) {
                // Nobody named the file that such a link leads to.
                if kind.is_symlink() && path.canonicalize().is_ok_and(|real| !self.bounds.hold(&real)) {
                    self.outside.push(path);
                    continue;
                }
                // What cannot be read is said so; but for the dangling links by which editors lock a file.
                if path.is_file() || !entry.file_name().as_encoded_bytes().starts_with(b".") {
                    self.found.push(path);
                }
            } else if entry.file_name() == settings::NAME {
                self.settings.push(path);
            } else if is_slip(&entry.file_name().to_string_lossy()) && path.is_file() {
                self.left_out.push(SkippedFolders::File(path));
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
        match self.look_into(&folder) {
            Ok(()) => Some(Ok(std::mem::take(&mut self.found))),
            Err(error) => Some(Err((folder, error))),
        }
    }
}

/// What is below a folder.
pub struct FolderContents {
    /// Every `.cxflow` file, sorted by path; one at least.
    pub flows: Vec<PathBuf>,
    /// The files of settings, sorted by path.
    pub settings: Vec<PathBuf>,
    /// The folders whose name begins with a dot, which are not looked into.
    pub hidden: Vec<PathBuf>,
}

/// Every `.cxflow` file below a folder, and the settings. Says which files have a name that
/// is a slip of one, and which folders with flows are left out. `allowed` are the folders outside of the
/// repository that links may lead to, of a verb that has a word for them.
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
    tell(below.left_out, &found, terminal);
    if found.is_empty() {
        return Err(Failure::new(format!("there is no .cxflow file in {}", folder.display())).about(folder));
    }
    found.sort();
    below.settings.sort();
    Ok(FolderContents { flows: found, settings: below.settings, hidden })
}

fn hidden(left_out: &[SkippedFolders]) -> Vec<PathBuf> {
    let hidden = left_out.iter().filter_map(|one| match one {
        SkippedFolders::Folder(path, BEGINS_WITH_DOT) => Some(path.clone()),
        SkippedFolders::Folder(..) | SkippedFolders::File(_) => None,
    });
    hidden.collect()
}

/// That a link in a folder leads to a file that nobody named.
fn leads_out(link: &Path, can_be_allowed: bool) -> Failure {
    let name = link.display();
    let mut help = format!("if that file is meant, name it itself: {name}");
    if can_be_allowed {
        help.push_str("; or allow its folder with `--allow-outside DIR`");
    }
    Failure::new(format!("cannot read {name}: it is a link that leads out of the repository"))
        .help(help)
        .about(link)
}

fn tell(left_out: Vec<SkippedFolders>, found: &[PathBuf], terminal: &Terminal) {
    let mut lines: Vec<(PathBuf, String, bool)> = Vec::new();
    for one in left_out {
        match one {
            SkippedFolders::File(path) => {
                let said = format!("{} is left out: the name of a flow ends in .cxflow", path.display());
                lines.push((path, said, true));
            }
            SkippedFolders::Folder(path, why) if terminal.verbose => {
                let real = path.canonicalize().unwrap_or_else(|_| path.clone());
                // What a link leads to may be there under its own name.
                let is_seen = |file: &PathBuf| file.canonicalize().is_ok_and(|file| file.starts_with(&real));
                let flows = FlowsBelow::new(&path).take(MAX_LEFT_OUT).flatten().flatten().next();
                if flows.is_some() && !found.iter().any(is_seen) {
                    let said = format!("{} is left out: {why}, and there are flows in it", path.display());
                    lines.push((path, said, false));
                }
            }
            SkippedFolders::Folder(..) => {}
        }
    }
    lines.sort();
    for (_, said, is_special_file) in lines {
        if is_special_file { terminal.warning(&said) } else { terminal.closing(&said) }
    }
}

/// An absolute path as it is seen from an absolute folder.
pub fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let shared = path.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    // Two paths that share their root alone have nothing to do with each other.
    if shared < 2 {
        return path.to_path_buf();
    }
    let up = folder.components().skip(shared).map(|_| "..");
    up.map(PathBuf::from).chain(path.components().skip(shared).map(|one| one.as_os_str().into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_of_the_ending_do_not_matter() {
        for name in ["a.cxflow", "A.CXFLOW", "a.CxFlow", "a.b.cxflow", "Grüße.Cxflow"] {
            assert!(is_flow_file(Path::new(name)), "{name}");
        }
        for name in ["a.cxflo", "cxflow", ".cxflow", "a.cxflow.txt", "a.cxflow "] {
            assert!(!is_flow_file(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn slips_are_told_from_copies_and_from_other_files() {
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
            assert!(is_slip(name), "{name}");
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
            assert!(!is_slip(name), "{name}");
        }
    }
}
