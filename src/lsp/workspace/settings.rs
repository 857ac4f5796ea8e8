//! The settings that are open or were edited, and the flows that are compiled to check them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::Workspace;
use crate::diagnostics::Diagnostic;
use crate::lsp::analysis::Analysis;
use crate::lsp::file_kinds::is_settings;
use crate::source::{FileId, Span};

/// How many flows are compiled to check a settings file.
const MAX_BELOW_SETTINGS: usize = 8;

/// The name of the empty flow that stands in if there is none.
const NO_FLOW: &str = ".cxflow";

impl Workspace<'_> {
    /// Marks all flows below a changed settings file as outdated.
    pub(super) fn touch_settings(&mut self, path: &Path) {
        self.edited_settings.insert(path.to_path_buf());
        let folder = path.parent().unwrap_or(path);
        self.outdated.extend(self.flows.remove_below(folder));
        self.below_settings.remove_below(folder);
        self.settings_moved = true;
    }

    /// Compiles the flows that check settings which are open or were edited.
    pub(super) fn settle_settings(&mut self) {
        let open = self.documents.paths().filter(|path| is_settings(path)).cloned();
        let shown: BTreeSet<PathBuf> = open.chain(self.edited_settings.iter().cloned()).collect();
        let mut roots: BTreeSet<PathBuf> = BTreeSet::new();
        self.shown_settings.values_mut().for_each(|is_known| *is_known = false);
        for path in &shown {
            let folder = path.parent().unwrap_or(path);
            let mut below: Vec<PathBuf> =
                self.includes.files().filter(|file| file.starts_with(folder)).cloned().collect();
            below.sort();
            below.retain(|file| self.includes.flows_of(file) == [file.clone()]);
            self.shown_settings.insert(path.clone(), below.len() <= MAX_BELOW_SETTINGS);
            // Without a flow, an empty one is checked against the settings.
            if below.is_empty() {
                below.push(folder.join(NO_FLOW));
            }
            roots.extend(below.into_iter().take(MAX_BELOW_SETTINGS));
        }
        roots.retain(|root| self.flows.get(root).is_none());
        self.below_settings.retain(|root| roots.contains(root));
        for root in roots {
            if self.below_settings.get(&root).is_none() {
                let flow = self.compile(&root);
                self.below_settings.insert(flow);
            }
        }
    }

    /// The compiled flows to which a settings file applies.
    pub fn flows_under(&mut self, settings: &Path) -> Vec<(&Analysis, FileId)> {
        self.settle();
        let flows = self.flows.of(settings).chain(self.below_settings.of(settings));
        flows.filter_map(|flow| Some((flow, flow.settings(settings)?))).collect()
    }

    /// The settings that have been open or edited, each with the findings about its params: those that all
    /// flows share to which it applies, if all are compiled. A param that is right for one flow is no
    /// mistake.
    pub fn unknown_params(&mut self) -> Vec<(&PathBuf, Vec<(&Analysis, &Diagnostic)>)> {
        self.settle();
        let all = self.shown_settings.iter();
        all.map(|(path, &is_known)| (path, self.unknown_params_of(path, is_known))).collect()
    }

    fn unknown_params_of(&self, settings: &Path, is_known: bool) -> Vec<(&Analysis, &Diagnostic)> {
        let mut flows = self.flows.of(settings).chain(self.below_settings.of(settings));
        let Some(first) = flows.next().filter(|_| is_known) else { return Vec::new() };
        let key = |finding: &Diagnostic| (finding.code.id, finding.span.map(Span::range));
        let mut findings: Vec<&Diagnostic> = first.unknown_params(settings).collect();
        for other in flows {
            let keys: FxHashSet<_> = other.unknown_params(settings).map(key).collect();
            findings.retain(|finding| keys.contains(&key(finding)));
        }
        findings.into_iter().map(|finding| (first, finding)).collect()
    }
}
