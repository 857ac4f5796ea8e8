//! The compiled flows, indexed by their files, so that the cost of an edit depends only on the flows of its
//! file.

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
    /// The flows with missing includes.
    incomplete: BTreeSet<PathBuf>,
    /// The flows that were added or removed since the last call of `take_renewed`.
    renewed: BTreeSet<PathBuf>,
}

impl Flows {
    /// A flow.
    pub fn get(&self, root: &Path) -> Option<&Analysis> {
        self.by_root.get(root)
    }

    /// All flows, in the order of their roots.
    pub fn values(&self) -> impl Iterator<Item = &Analysis> {
        self.by_root.values()
    }

    /// Whether a file belongs to a flow.
    pub fn have(&self, file: &Path) -> bool {
        self.of(file).next().is_some()
    }

    /// The flows that a file is part of or holds settings for, in the order of their roots.
    pub fn of(&self, file: &Path) -> impl Iterator<Item = &Analysis> {
        self.of_file.get(file).into_iter().flatten().filter_map(|root| self.by_root.get(root))
    }

    /// Adds a flow, replacing an earlier one of its root.
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

    /// Removes a flow.
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

    /// Removes the flows that a file is part of, and returns their roots.
    pub fn remove_of(&mut self, file: &Path) -> Vec<PathBuf> {
        let roots = self.of(file).filter(|flow| flow.file(file).is_some());
        let roots = roots.map(|flow| flow.root.clone()).collect();
        self.remove_all(roots)
    }

    /// Removes the flows with missing includes, and returns their roots.
    pub fn remove_incomplete(&mut self) -> Vec<PathBuf> {
        let roots = self.incomplete.iter().cloned().collect();
        self.remove_all(roots)
    }

    /// Removes the flows below a folder, and returns their roots.
    pub fn remove_below(&mut self, folder: &Path) -> Vec<PathBuf> {
        let roots = self.by_root.keys().filter(|root| root.starts_with(folder)).cloned().collect();
        self.remove_all(roots)
    }

    /// Removes all flows except those that stay, and returns their roots.
    pub fn retain(&mut self, stays: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
        let roots = self.by_root.keys().filter(|root| !stays(root)).cloned().collect();
        self.remove_all(roots)
    }

    /// The flows that were added or removed since the last call.
    pub fn take_renewed(&mut self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut self.renewed)
    }
}
