//! The compiled flows, indexed by their files, so that an edit costs what its flows cost and not what all
//! of them cost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::analysis::Analysis;

/// Compiled flows, by their roots.
#[derive(Default)]
pub struct Flows {
    by_root: BTreeMap<PathBuf, Analysis>,
    /// The roots of the flows that a file is part of or holds settings for.
    of_file: FxHashMap<PathBuf, BTreeSet<PathBuf>>,
    /// The flows that include what is not there.
    incomplete: BTreeSet<PathBuf>,
    /// The flows that came or went since somebody asked.
    renewed: BTreeSet<PathBuf>,
}

impl Flows {
    /// A flow.
    pub fn get(&self, root: &Path) -> Option<&Analysis> {
        self.by_root.get(root)
    }

    /// All of them, by their roots.
    pub fn values(&self) -> impl Iterator<Item = &Analysis> {
        self.by_root.values()
    }

    /// Whether a file is part of one of them.
    pub fn have(&self, file: &Path) -> bool {
        self.of(file).next().is_some()
    }

    /// Those that a file is part of or holds settings for, by their roots.
    pub fn of(&self, file: &Path) -> impl Iterator<Item = &Analysis> {
        self.of_file.get(file).into_iter().flatten().filter_map(|root| self.by_root.get(root))
    }

    /// Adds a flow, in place of what its root was before.
    pub fn insert(&mut self, flow: Analysis) {
        self.remove(&flow.root.clone());
        for file in flow.paths() {
            self.of_file.entry(file.clone()).or_default().insert(flow.root.clone());
        }
        if flow.has_missing_files() {
            self.incomplete.insert(flow.root.clone());
        }
        self.renewed.insert(flow.root.clone());
        self.by_root.insert(flow.root.clone(), flow);
    }

    /// Takes a flow out.
    pub fn remove(&mut self, root: &Path) {
        let Some(flow) = self.by_root.remove(root) else { return };
        for file in flow.paths() {
            if let Some(roots) = self.of_file.get_mut(file) {
                roots.remove(root);
                if roots.is_empty() {
                    self.of_file.remove(file);
                }
            }
        }
        self.incomplete.remove(root);
        self.renewed.insert(root.to_path_buf());
    }

    fn remove_all(&mut self, roots: Vec<PathBuf>) -> Vec<PathBuf> {
        roots.iter().for_each(|root| self.remove(root));
        roots
    }

    /// Takes out the flows that a file is part of, and says which.
    pub fn remove_of(&mut self, file: &Path) -> Vec<PathBuf> {
        let roots = self.of(file).filter(|flow| flow.file(file).is_some());
        let roots = roots.map(|flow| flow.root.clone()).collect();
        self.remove_all(roots)
    }

    /// Takes out the flows that include what is not there, and says which.
    pub fn remove_incomplete(&mut self) -> Vec<PathBuf> {
        let roots = self.incomplete.iter().cloned().collect();
        self.remove_all(roots)
    }

    /// Takes out the flows below a folder, and says which.
    pub fn remove_below(&mut self, folder: &Path) -> Vec<PathBuf> {
        let roots = self.by_root.keys().filter(|root| root.starts_with(folder)).cloned().collect();
        self.remove_all(roots)
    }

    /// Takes out all flows but some, and says which.
    pub fn retain(&mut self, stays: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
        let roots = self.by_root.keys().filter(|root| !stays(root)).cloned().collect();
        self.remove_all(roots)
    }

    /// The flows that came or went since this was asked last.
    pub fn take_renewed(&mut self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut self.renewed)
    }
}
