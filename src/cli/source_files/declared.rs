//! Finds the names that a repository's flows declare, whether or not they are part of the run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::cli::files::disk::Disk;
use crate::cli::files::read_scope::top;
use crate::cli::git::flow_files::Tree;
use crate::cli::source_files::folders::FlowsBelow;
use crate::cli::source_files::input::Input;
use crate::resolve::{Files, declares_flow};

/// How many folders are searched. In larger repositories the declared names stay unknown.
const MAX_FOLDERS: usize = 10_000;

/// The names that flows may declare, by location. Flows are read once, when a name is first looked up.
pub struct DeclaredNames<'a> {
    /// The folders outside the repository from which flows may include files.
    outside: &'a [PathBuf],
    known: FxHashMap<PathBuf, Names>,
}

/// `None` if not all flows could be read.
type Names = Option<FoundNames>;

/// The names that flows may declare.
#[derive(Default)]
struct FoundNames {
    /// The params and instances of all files.
    all: FxHashSet<String>,
    /// The params of each file: its name, and whether it is a flow.
    params: Vec<(OsString, bool, FxHashSet<String>)>,
    /// The names of files that are included without `as`.
    included: FxHashSet<OsString>,
}

impl FoundNames {
    /// Whether a flow may have a param of this name outside instances: declared in its own file or in one
    /// that it includes without `as`.
    fn may_have_own_param(&self, name: &str) -> bool {
        let mut declaring = self.params.iter().filter(|(_, _, params)| params.contains(name));
        declaring.any(|(file, is_flow, _)| *is_flow || self.included.contains(file))
    }
}

impl<'a> DeclaredNames<'a> {
    /// Starts with no names loaded.
    pub fn new(outside: &'a [PathBuf]) -> Self {
        Self { outside, known: FxHashMap::default() }
    }

    /// Whether a flow that shares the settings of `input` may declare a param or an instance of this name.
    pub fn may_declare(&mut self, input: &Input, name: &str) -> bool {
        self.any(input, |names| names.all.contains(name))
    }

    /// Like [`may_declare`](Self::may_declare), for params outside instances.
    pub fn may_declare_own_param(&mut self, input: &Input, name: &str) -> bool {
        self.any(input, |names| names.may_have_own_param(name))
    }

    fn any(&mut self, input: &Input, has: impl Fn(&FoundNames) -> bool) -> bool {
        let has = |names: &Names| names.as_ref().is_none_or(&has);
        if let Input::Git { revision, .. } = input {
            return has(self.known.entry(revision.into()).or_insert_with(|| at_revision(revision)));
        }
        let linked = input.linked_folder(&Disk);
        let mut roots = vec![top(&input.folder())];
        roots.extend(linked.map(|folder| top(&folder)));
        roots.extend(self.outside.iter().cloned());
        roots.into_iter().any(|root| {
            let names = self.known.entry(root).or_insert_with_key(|root| below(root));
            has(names)
        })
    }
}

/// The names in all flows below a folder.
fn below(folder: &Path) -> Names {
    let mut names = FoundNames::default();
    for (number, files) in FlowsBelow::new(folder).enumerate() {
        let files = files.ok().filter(|_| number < MAX_FOLDERS)?;
        for file in files {
            add_names(&file, &Disk.read(&file).ok()?, &mut names);
        }
    }
    Some(names)
}

/// The names in all flows of a revision.
fn at_revision(revision: &str) -> Names {
    let mut names = FoundNames::default();
    let tree = Tree::of(revision).ok()?;
    tree.read_flows(|path, bytes| add_names(&path, &bytes, &mut names)).ok()?;
    Some(names)
}

/// Adds the words after `param` and `as`, even in comments: an unfinished flow may have errors and still use
/// the settings.
fn add_names(path: &Path, text: &[u8], names: &mut FoundNames) {
    let text = String::from_utf8_lossy(text);
    let mut params = FxHashSet::default();
    let mut previous = "";
    for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))) {
        if word.is_empty() {
            continue;
        }
        if matches!(previous, "param" | "as") && !names.all.contains(word) {
            names.all.insert(word.to_owned());
        }
        if previous == "param" {
            params.insert(word.to_owned());
        }
        previous = word;
    }
    for include in text.split("include").skip(1) {
        let mut parts = include.splitn(3, '"');
        let (Some(before), Some(file), Some(after)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let is_instance =
            after.trim_start().strip_prefix("as").is_some_and(|name| name.starts_with([' ', '\t']));
        if let Some(name) = Path::new(file).file_name().filter(|_| before.trim().is_empty() && !is_instance) {
            names.included.insert(name.to_owned());
        }
    }
    if !params.is_empty() {
        let name = path.file_name().unwrap_or_default().to_owned();
        names.params.push((name, declares_flow(&text), params));
    }
}
