//! Decides which flows to recompile after a change.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::Workspace;
use crate::lsp::analysis::Analysis;
use crate::lsp::file_kinds::is_settings;

/// In how many flows an open file is checked while somebody types; a library may be in thousands.
const MAX_FLOWS: usize = 32;

/// How many flows that no open file belongs to are searched.
const MAX_ELSEWHERE: usize = 500;

impl Workspace<'_> {
    /// Marks all flows as outdated, since settings have changed.
    pub fn mark_all_changed(&mut self) {
        self.outdated.extend(self.flows.retain(|_| false));
        self.elsewhere.clear();
        self.below_settings.retain(|_| false);
        self.settings_moved = true;
        self.settled = false;
    }

    /// Brings all compiled flows up to date.
    pub(super) fn settle(&mut self) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        self.elsewhere.clear();
        for path in std::mem::take(&mut self.changed) {
            self.read_includes(&path);
            let was_open = self.roots_by_file.contains_key(&path);
            let is_open = self.documents.get(&path).is_some();
            self.outdated.extend(self.flows.remove_of(&path));
            let mut below = self.below_settings.remove_of(&path);
            if was_open != is_open {
                self.moved.insert(path);
            }
            // A file that stays open was not missing before.
            if !(was_open && is_open) {
                self.outdated.extend(self.flows.remove_incomplete());
                below.extend(self.below_settings.remove_incomplete());
            }
            self.settings_moved |= !below.is_empty();
        }
        for path in std::mem::take(&mut self.moved) {
            self.update_roots(&path);
            self.settings_moved = true;
        }
        for root in std::mem::take(&mut self.outdated) {
            if self.file_counts.contains_key(&root) && self.flows.get(&root).is_none() {
                let flow = self.compile(&root);
                self.flows.insert(flow);
            }
        }
        if std::mem::take(&mut self.settings_moved) {
            self.settle_settings();
        }
    }

    /// Updates the flows in which a file is looked at.
    fn update_roots(&mut self, path: &Path) {
        let before = self.roots_by_file.remove(path).unwrap_or_default();
        if self.documents.get(path).is_some() && !is_settings(path) {
            let mut roots = self.includes.flows_of(path);
            roots.sort_by_key(|root| root != path);
            roots.truncate(MAX_FLOWS);
            for root in &roots {
                *self.file_counts.entry(root.clone()).or_default() += 1;
                self.outdated.insert(root.clone());
            }
            self.roots_by_file.insert(path.to_path_buf(), roots);
        }
        for root in before {
            let remaining = self.file_counts.get(&root).copied().unwrap_or_default().saturating_sub(1);
            if remaining == 0 {
                self.file_counts.remove(&root);
                self.flows.remove(&root);
            } else {
                self.file_counts.insert(root, remaining);
            }
        }
    }

    /// The flows of open files, and the other flows of the folders.
    pub fn everywhere(&mut self) -> impl Iterator<Item = &Analysis> {
        self.settle();
        let mut rest: Vec<PathBuf> =
            self.includes.files().filter(|path| !self.flows.have(path)).cloned().collect();
        rest.retain(|path| {
            !self.elsewhere.contains_key(path) && self.includes.flows_of(path) == [path.clone()]
        });
        rest.sort();
        for root in rest.into_iter().take(MAX_ELSEWHERE.saturating_sub(self.elsewhere.len())) {
            let flow = self.compile(&root);
            self.elsewhere.insert(root, flow);
        }
        self.flows.values().chain(self.elsewhere.values())
    }

    pub(super) fn compile(&mut self, root: &Path) -> Analysis {
        let (analysis, warning) = self.analyse(root, &FxHashMap::default());
        if let Some(warning) = warning
            && self.warned.insert(warning.clone())
        {
            self.warnings.push(warning);
        }
        analysis
    }
}
