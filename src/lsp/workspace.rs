//! All flows, the flows that each file belongs to, and their latest compilations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::{Analysis, CompileContext};
use super::compiled::Flows;
use super::documents::{Document, Documents, Overlay, path_of};
use super::file_kinds::is_settings;
use super::machine::Machine;
use super::position::Encoding;
use super::spelling::FolderSpelling;
use crate::resolve::{Files, IncludeGraph};
use crate::source::{FileId, Source};

mod includes;
mod settings;
mod settle;

/// How much of a flow is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayScope {
    /// The whole flow, since an open file belongs to it.
    Whole,
    /// Only the findings about its settings.
    Settings,
}

/// The open files, the folders around them and the flows in them.
pub struct Workspace<'m> {
    machine: &'m dyn Machine,
    /// The units of columns.
    pub encoding: Encoding,
    /// The open files.
    pub documents: Documents,
    folders: Vec<PathBuf>,
    /// The folders as the editor spells them.
    folder_uris: Vec<Uri>,
    spelling: FolderSpelling,
    /// What each known file includes.
    includes: IncludeGraph,
    /// What was skipped in the folders, and why.
    skipped: Vec<String>,
    /// The unreadable flow files, and why.
    unread: BTreeMap<PathBuf, String>,
    /// The flows in which each open file is looked at.
    roots_by_file: FxHashMap<PathBuf, Vec<PathBuf>>,
    /// How many open files need each flow.
    file_counts: FxHashMap<PathBuf, usize>,
    /// The flows that open files belong to.
    flows: Flows,
    /// The flows of the folders that no open file belongs to, if a request has needed them.
    elsewhere: BTreeMap<PathBuf, Analysis>,
    /// The settings that were edited in this session.
    edited_settings: BTreeSet<PathBuf>,
    /// The settings that have been open or edited, and whether all flows that they apply to are compiled.
    shown_settings: BTreeMap<PathBuf, bool>,
    /// Flows that are only compiled to check these settings, since no open file belongs to them.
    below_settings: Flows,
    /// Whether the compiled flows are up to date.
    settled: bool,
    /// The files that have changed since.
    changed: FxHashSet<PathBuf>,
    /// The files that may now belong to other flows.
    moved: FxHashSet<PathBuf>,
    /// The flows to recompile, if an open file still needs them.
    outdated: BTreeSet<PathBuf>,
    /// Whether the set of flows that check settings may have changed.
    settings_moved: bool,
    /// Warnings about settings that are not shown yet.
    warnings: Vec<String>,
    /// Warnings that were shown, so that none is repeated.
    warned: FxHashSet<String>,
}

impl<'m> Workspace<'m> {
    /// A workspace without open files.
    pub fn new(machine: &'m dyn Machine, encoding: Encoding) -> Self {
        Self {
            machine,
            encoding,
            documents: Documents::default(),
            folders: Vec::new(),
            folder_uris: Vec::new(),
            spelling: FolderSpelling::default(),
            includes: IncludeGraph::default(),
            skipped: Vec::new(),
            unread: BTreeMap::new(),
            roots_by_file: FxHashMap::default(),
            file_counts: FxHashMap::default(),
            flows: Flows::default(),
            elsewhere: BTreeMap::new(),
            edited_settings: BTreeSet::new(),
            shown_settings: BTreeMap::new(),
            below_settings: Flows::default(),
            settled: true,
            changed: FxHashSet::default(),
            moved: FxHashSet::default(),
            outdated: BTreeSet::new(),
            settings_moved: false,
            warnings: Vec::new(),
            warned: FxHashSet::default(),
        }
    }

    /// The canonical path of a file.
    pub fn identity(&self, path: &Path) -> PathBuf {
        self.machine.disk().identity(path)
    }

    /// Sets and scans the folders that the editor shows.
    pub fn set_folders(&mut self, folder_uris: Vec<Uri>) {
        self.folders = folder_uris.iter().map(|uri| self.identity(&path_of(uri))).collect();
        self.spelling.set_folders(self.folders.iter().cloned().zip(folder_uris.iter().cloned()));
        self.folder_uris = folder_uris;
        self.includes.clear();
        self.unread.clear();
        self.rescan_folders();
        self.moved.extend(self.documents.paths().cloned());
        self.mark_all_changed();
    }

    /// Changes the folders that the editor shows.
    pub fn change_folders(&mut self, added: Vec<Uri>, removed: Vec<Uri>) {
        let mut folder_uris = self.folder_uris.clone();
        let removed: Vec<PathBuf> = removed.iter().map(|uri| self.identity(&path_of(uri))).collect();
        folder_uris.retain(|uri| !removed.contains(&self.identity(&path_of(uri))));
        folder_uris.extend(added);
        self.set_folders(folder_uris);
    }

    /// A file's name for messages.
    pub fn name(&self, path: &Path) -> String {
        self.overlay(&FxHashMap::default(), self.machine.disk(), None).name(path)
    }

    /// Opens a file, or opens it again.
    pub fn open(&mut self, path: PathBuf, document: Document) {
        self.spelling.remember(&path, &document.uri);
        self.documents.open(path, document);
    }

    /// Records that a file was opened, edited, closed, saved, created or deleted.
    pub fn note_change(&mut self, path: &Path) {
        if is_settings(path) {
            self.touch_settings(path);
        } else {
            self.changed.insert(path.to_path_buf());
        }
        self.settled = false;
    }

    /// The flows that were added, removed or recompiled since the last call, in their current state.
    pub fn changed_flows(&mut self) -> Vec<(PathBuf, Option<(&Analysis, DisplayScope)>)> {
        self.settle();
        let mut roots = self.flows.take_renewed();
        roots.extend(self.below_settings.take_renewed());
        let current = |root: &Path| {
            let whole = self.flows.get(root).map(|flow| (flow, DisplayScope::Whole));
            whole.or_else(|| Some((self.below_settings.get(root)?, DisplayScope::Settings)))
        };
        roots.into_iter().map(|root| (current(&root), root)).map(|(flow, root)| (root, flow)).collect()
    }

    /// The latest compilation of a flow that an open file belongs to.
    pub fn flow(&mut self, root: &Path) -> Option<&Analysis> {
        self.settle();
        self.flows.get(root)
    }

    /// The compiled flows that a file belongs to; the file's own flow first, if it is one.
    pub fn flows_of(&mut self, path: &Path) -> Vec<(&Analysis, FileId)> {
        self.settle();
        let mut flows: Vec<_> =
            self.flows.of(path).filter_map(|flow| Some((flow, flow.file(path)?))).collect();
        flows.sort_by_key(|(flow, _)| flow.root != path);
        flows
    }

    /// The flow in which to look at a file, and the file in it.
    pub fn flow_of(&mut self, path: &Path) -> Option<(&Analysis, FileId)> {
        self.flows_of(path).into_iter().next()
    }

    /// A flow, compiled from the current texts.
    pub fn recompiled(&self, root: &Path) -> Analysis {
        self.with_replacements(root, &FxHashMap::default())
    }

    /// The current text of a file.
    pub fn text(&self, path: &Path) -> Option<String> {
        let no_replacements = FxHashMap::default();
        let bytes = self.overlay(&no_replacements, self.machine.disk(), None).read(path).ok()?;
        Some(Source::new("", path, bytes).text().to_owned())
    }

    /// The warnings about settings that were not shown yet.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// The current content of a file, if the flow of this root may read it.
    pub fn source(&self, root: &Path, path: &Path) -> Option<Source> {
        let no_replacements = FxHashMap::default();
        let disk = self.machine.disk_of(root);
        let files = self.overlay(&no_replacements, &*disk, Some(root));
        let bytes = files.read(path).ok()?;
        Some(Source::new(files.name(path), path, bytes))
    }

    /// A flow, compiled with these texts in place of files.
    pub fn with_replacements(&self, root: &Path, replacements: &FxHashMap<PathBuf, String>) -> Analysis {
        self.analyse(root, replacements).0
    }

    fn analyse(&self, root: &Path, replacements: &FxHashMap<PathBuf, String>) -> (Analysis, Option<String>) {
        let disk = self.machine.disk_of(root);
        let files = self.overlay(replacements, &*disk, Some(root));
        let context = CompileContext {
            files: &files,
            documents: &self.documents,
            spelling: &self.spelling,
            encoding: self.encoding,
        };
        Analysis::of(root, &context, self.machine)
    }

    fn overlay<'a>(
        &'a self,
        replacements: &'a FxHashMap<PathBuf, String>,
        disk: &'a dyn Files,
        root: Option<&'a Path>,
    ) -> Overlay<'a> {
        Overlay { documents: &self.documents, replacements, disk, root, folders: &self.folders }
    }
}
