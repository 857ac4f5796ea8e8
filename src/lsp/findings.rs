//! The findings of flows by file. A file's findings are recomputed only when one of its flows reports
//! something else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gen_lsp_types::{Diagnostic, Uri};
use rustc_hash::FxHashMap;

use super::diagnostics::MAX_SENT;

/// The findings of each file, by flow.
#[derive(Default)]
pub struct Findings {
    files: BTreeMap<Uri, BTreeMap<PathBuf, Vec<Diagnostic>>>,
    by_root: FxHashMap<PathBuf, Vec<Uri>>,
    changed: BTreeSet<Uri>,
}

impl Findings {
    /// Replaces the findings of a flow.
    pub fn set(&mut self, root: &Path, by_file: BTreeMap<Uri, Vec<Diagnostic>>) {
        let before = self.by_root.remove(root).unwrap_or_default();
        for uri in before.iter().filter(|uri| by_file.get(*uri).is_none_or(Vec::is_empty)) {
            if let Some(roots) = self.files.get_mut(uri) {
                roots.remove(root);
                if roots.is_empty() {
                    self.files.remove(uri);
                }
            }
            self.changed.insert(uri.clone());
        }
        let by_file: Vec<_> = by_file.into_iter().filter(|(_, list)| !list.is_empty()).collect();
        if !by_file.is_empty() {
            self.by_root.insert(root.to_path_buf(), by_file.iter().map(|(uri, _)| uri.clone()).collect());
        }
        for (uri, list) in by_file {
            let roots = self.files.entry(uri.clone()).or_default();
            if roots.get(root) != Some(&list) {
                roots.insert(root.to_path_buf(), list);
                self.changed.insert(uri);
            }
        }
    }

    /// The files whose findings may have changed, each with the findings of all its flows.
    pub fn take_changed(&mut self) -> Vec<(Uri, Vec<Diagnostic>)> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|uri| (self.of(&uri), uri)).map(|(list, uri)| (uri, list)).collect()
    }

    fn of(&self, uri: &Uri) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = Vec::new();
        for finding in self.files.get(uri).into_iter().flat_map(BTreeMap::values).flatten() {
            if all.len() < MAX_SENT && !all.contains(finding) {
                all.push(finding.clone());
            }
        }
        all
    }
}
