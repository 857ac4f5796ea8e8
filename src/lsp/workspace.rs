//! Which flows there are, which of them a file belongs to, and their latest compilation.

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
    /// All of it: an open file belongs to it.
    Whole,
    /// What is wrong with its settings.
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
    /// The same as the editor calls them.
    shown: Vec<Uri>,
    spelling: FolderSpelling,
    /// What each known file includes.
    includes: IncludeGraph,
    /// What is in the folders and was not looked at, and why.
    unseen: Vec<String>,
    /// The flow files that cannot be read, and why.
    unread: BTreeMap<PathBuf, String>,
    /// The flows that each open file is looked at in.
    wants: FxHashMap<PathBuf, Vec<PathBuf>>,
    /// How many open files are looked at in a flow.
    wanted: FxHashMap<PathBuf, usize>,
    /// The flows that open files belong to.
    flows: Flows,
    /// The flows of the folders that no open file belongs to, as far as somebody asked for them.
    elsewhere: BTreeMap<PathBuf, Analysis>,
    /// The settings that were edited in this session.
    edited_settings: BTreeSet<PathBuf>,
    /// The settings that were open or edited once, and whether all flows that they count for are compiled.
    shown_settings: BTreeMap<PathBuf, bool>,
    /// Flows that show what is wrong with these settings, and that no open file belongs to.
    below_settings: Flows,
    /// Whether the flows are those of what is open, each as its files now stand.
    settled: bool,
    /// The files that changed since.
    changed: FxHashSet<PathBuf>,
    /// The files that may belong to other flows since.
    moved: FxHashSet<PathBuf>,
    /// The flows that are to be compiled again since, if somebody still wants them.
    lost: BTreeSet<PathBuf>,
    /// Whether other flows may have to show what is wrong with settings since.
    settings_moved: bool,
    /// What there is to say of settings, each once.
    warnings: Vec<String>,
    warned: FxHashSet<String>,
}

impl<'m> Workspace<'m> {
    /// Nothing open yet.
    pub fn new(machine: &'m dyn Machine, encoding: Encoding) -> Self {
        Self {
            machine,
            encoding,
            documents: Documents::default(),
            folders: Vec::new(),
            shown: Vec::new(),
            spelling: FolderSpelling::default(),
            includes: IncludeGraph::default(),
            unseen: Vec::new(),
            unread: BTreeMap::new(),
            wants: FxHashMap::default(),
            wanted: FxHashMap::default(),
            flows: Flows::default(),
            elsewhere: BTreeMap::new(),
            edited_settings: BTreeSet::new(),
            shown_settings: BTreeMap::new(),
            below_settings: Flows::default(),
            settled: true,
            changed: FxHashSet::default(),
            moved: FxHashSet::default(),
            lost: BTreeSet::new(),
            settings_moved: false,
            warnings: Vec::new(),
            warned: FxHashSet::default(),
        }
    }

    /// The one path of a file.
    pub fn identity(&self, path: &Path) -> PathBuf {
        self.machine.disk().identity(path)
    }

    /// Looks into the folders that the editor shows.
    pub fn set_folders(&mut self, shown: Vec<Uri>) {
        self.folders = shown.iter().map(|uri| self.identity(&path_of(uri))).collect();
        self.spelling.set_folders(self.folders.iter().cloned().zip(shown.iter().cloned()));
        self.shown = shown;
        self.includes.clear();
        self.unread.clear();
        self.rescan_folders();
        self.moved.extend(self.documents.paths().cloned());
        self.mark_all_changed();
    }

    /// The editor shows other folders than before.
    pub fn change_folders(&mut self, added: Vec<Uri>, removed: Vec<Uri>) {
        let mut shown = self.shown.clone();
        let removed: Vec<PathBuf> = removed.iter().map(|uri| self.identity(&path_of(uri))).collect();
        shown.retain(|uri| !removed.contains(&self.identity(&path_of(uri))));
        shown.extend(added);
        self.set_folders(shown);
    }

    /// What people call a file.
    pub fn name(&self, path: &Path) -> String {
        self.overlay(&FxHashMap::default(), self.machine.disk(), None).name(path)
    }

    /// Opens a file, or opens it again.
    pub fn open(&mut self, path: PathBuf, document: Document) {
        self.spelling.remember(&path, &document.uri);
        self.documents.open(path, document);
    }

    /// A file is no longer what it was: it was opened, edited, closed, saved, made or taken away.
    pub fn note_change(&mut self, path: &Path) {
        if is_settings(path) {
            self.touch_settings(path);
        } else {
            self.changed.insert(path.to_path_buf());
        }
        self.settled = false;
    }

    /// The flows that came, went or were compiled anew since this was asked last, as they are now.
    pub fn changed_flows(&mut self) -> Vec<(PathBuf, Option<(&Analysis, DisplayScope)>)> {
        self.settle();
        let mut roots = self.flows.take_renewed();
        roots.extend(self.below_settings.take_renewed());
        let now = |root: &Path| {
            let whole = self.flows.get(root).map(|flow| (flow, DisplayScope::Whole));
            whole.or_else(|| Some((self.below_settings.get(root)?, DisplayScope::Settings)))
        };
        roots.into_iter().map(|root| (now(&root), root)).map(|(flow, root)| (root, flow)).collect()
    }

    /// The latest of a flow that an open file belongs to.
    pub fn flow(&mut self, root: &Path) -> Option<&Analysis> {
        self.settle();
        self.flows.get(root)
    }

    /// The flows that a file belongs to, as far as they are kept: its own first, if it is one.
    pub fn flows_of(&mut self, path: &Path) -> Vec<(&Analysis, FileId)> {
        self.settle();
        let mut flows: Vec<_> =
            self.flows.of(path).filter_map(|flow| Some((flow, flow.file(path)?))).collect();
        flows.sort_by_key(|(flow, _)| flow.root != path);
        flows
    }

    /// The flow in which a file is looked at, and the file in it.
    pub fn flow_of(&mut self, path: &Path) -> Option<(&Analysis, FileId)> {
        self.flows_of(path).into_iter().next()
    }

    /// A flow as its files now stand.
    pub fn recompiled(&self, root: &Path) -> Analysis {
        self.with_instead(root, &FxHashMap::default())
    }

    /// The text of a file as it now stands.
    pub fn text(&self, path: &Path) -> Option<String> {
        let none = FxHashMap::default();
        let bytes = self.overlay(&none, self.machine.disk(), None).read(path).ok()?;
        Some(Source::new("", path, bytes).text().to_owned())
    }

    /// What there is to say of settings that nobody has been told.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// A file as it now stands, if the flow of this root may read it.
    pub fn source(&self, root: &Path, path: &Path) -> Option<Source> {
        let none = FxHashMap::default();
        let disk = self.machine.disk_of(root);
        let files = self.overlay(&none, &*disk, Some(root));
        let bytes = files.read(path).ok()?;
        Some(Source::new(files.name(path), path, bytes))
    }

    /// A flow as it would be with these texts in place of files.
    pub fn with_instead(&self, root: &Path, instead: &FxHashMap<PathBuf, String>) -> Analysis {
        self.analyse(root, instead).0
    }

    fn analyse(&self, root: &Path, instead: &FxHashMap<PathBuf, String>) -> (Analysis, Option<String>) {
        let disk = self.machine.disk_of(root);
        let files = self.overlay(instead, &*disk, Some(root));
        let around = CompileContext {
            files: &files,
            documents: &self.documents,
            spelling: &self.spelling,
            encoding: self.encoding,
        };
        Analysis::of(root, &around, self.machine)
    }

    fn overlay<'a>(
        &'a self,
        instead: &'a FxHashMap<PathBuf, String>,
        disk: &'a dyn Files,
        root: Option<&'a Path>,
    ) -> Overlay<'a> {
        Overlay { documents: &self.documents, instead, disk, root, folders: &self.folders }
    }
}
