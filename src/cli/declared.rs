//! Which names the flows of a repository declare, whether or not the run is about them.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::disk::{self, Disk};
use super::folders::FlowsBelow;
use super::input::Input;
use super::revision::Tree;
use crate::resolve::Files;

/// How many folders are looked into. Beyond that, nobody knows what is declared.
const MAX_FOLDERS: usize = 10_000;

/// The names that flows may declare, by where the flows are. Flows are read only when a name is asked
/// for, and once.
pub struct DeclaredNames<'a> {
    /// The folders outside of the repository that flows may include files of.
    outside: &'a [PathBuf],
    known: FxHashMap<PathBuf, Names>,
}

/// `None` where not all flows could be read.
type Names = Option<FxHashSet<String>>;

impl<'a> DeclaredNames<'a> {
    /// Names of which none is known yet.
    pub fn new(outside: &'a [PathBuf]) -> Self {
        Self { outside, known: FxHashMap::default() }
    }

    /// Whether a flow that has its settings from where `input` has them may declare a param or an
    /// instance of a name.
    pub fn may_have(&mut self, input: &Input, name: &str) -> bool {
        let has = |names: &Names| names.as_ref().is_none_or(|names| names.contains(name));
        if let Input::Git { revision, .. } = input {
            return has(self.known.entry(revision.into()).or_insert_with(|| at_revision(revision)));
        }
        let linked = input.linked_folder(&Disk);
        let mut roots = vec![disk::top(&input.folder())];
        roots.extend(linked.map(|folder| disk::top(&folder)));
        roots.extend(self.outside.iter().cloned());
        roots.into_iter().any(|root| {
            let names = self.known.entry(root).or_insert_with_key(|root| below(root));
            has(names)
        })
    }
}

/// The names in all flows below a folder.
fn below(folder: &Path) -> Names {
    let mut names = FxHashSet::default();
    for (number, files) in FlowsBelow::new(folder).enumerate() {
        let files = files.ok().filter(|_| number < MAX_FOLDERS)?;
        for file in files {
            add_names(&Disk.read(&file).ok()?, &mut names);
        }
    }
    Some(names)
}

/// The names in all flows of a revision.
fn at_revision(revision: &str) -> Names {
    let mut names = FxHashSet::default();
    let tree = Tree::of(revision).ok()?;
    tree.read_flows(|_, bytes| add_names(&bytes, &mut names)).ok()?;
    Some(names)
}

/// Adds what a text has behind `param` and `as`, in comments too: a flow that is being written may have
/// errors, and still be one that the settings are for.
fn add_names(text: &[u8], names: &mut FxHashSet<String>) {
    let text = String::from_utf8_lossy(text);
    let mut words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    let mut last = "";
    for word in words.by_ref().filter(|word| !word.is_empty()) {
        if matches!(last, "param" | "as") && !names.contains(word) {
            names.insert(word.to_owned());
        }
        last = word;
    }
}
