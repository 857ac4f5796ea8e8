//! Which flows there are, which of them a file belongs to, and their latest compilation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::{Analysis, Around};
use super::documents::{Documents, Overlay};
use super::position::Encoding;
use crate::Options;
use crate::cxone::Mask;
use crate::diagnostics::{Code, Diagnostics};
use crate::resolve::{Files, IncludeGraph, Links};
use crate::settings;
use crate::source::{FileId, Source, Sources};

/// What the server needs of the machine that it runs on.
pub trait Machine {
    /// The disk.
    fn disk(&self) -> &dyn Files;

    /// The disk as a flow may see it.
    fn disk_of(&self, root: &Path) -> Box<dyn Files>;

    /// The flow files below a folder, so many at most.
    fn flows_below(&self, folder: &Path, most: usize) -> Vec<PathBuf>;

    /// How a flow is to be compiled. The settings that lie beside it are added to the sources, and
    /// what is wrong with them to the findings.
    ///
    /// # Errors
    ///
    /// Where settings cannot be read.
    fn options(
        &self,
        root: &Path,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<Options, Box<Refused>>;

    /// What covers the secrets of the server's process.
    fn mask(&self) -> &Mask;

    /// The page that explains a code, in Markdown.
    fn explanation(&self, code: &'static Code) -> String;
}

/// Settings that cannot be read.
pub struct Refused {
    /// How the flow is compiled without them.
    pub options: Options,
    /// What is wrong.
    pub why: String,
}

/// How many flows are kept compiled for files that are open: a library that hundreds of flows
/// include is seen in so many of them.
const MAX_FLOWS: usize = 32;

/// How many flows of the folders are searched that no open file belongs to.
const MAX_ELSEWHERE: usize = 500;

/// How many flow files a folder may hold to be searched for flows that include others.
const MAX_FILES: usize = 20_000;

/// How many flows are compiled to show what is wrong with settings.
const MAX_BELOW_SETTINGS: usize = 8;

/// What a flow is called that is not there.
const NO_FLOW: &str = ".cxflow";

/// Whether a file holds settings.
pub fn is_settings(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == settings::NAME)
}

/// The open files, the folders around them and the flows in them.
pub struct Workspace<'m> {
    machine: &'m dyn Machine,
    /// The units of columns.
    pub encoding: Encoding,
    /// The open files.
    pub documents: Documents,
    folders: Vec<PathBuf>,
    /// What each known file includes.
    includes: IncludeGraph,
    /// The flows that open files belong to, by their roots.
    flows: BTreeMap<PathBuf, Analysis>,
    /// The flows of the folders that no open file belongs to, as far as somebody asked for them.
    elsewhere: BTreeMap<PathBuf, Analysis>,
    /// The settings that were edited in this session.
    edited_settings: BTreeSet<PathBuf>,
    /// Flows that show what is wrong with these settings, and that no open file belongs to.
    below_settings: BTreeMap<PathBuf, Analysis>,
    /// Whether the flows are those of what is open, each as its files now stand.
    settled: bool,
    /// The files that changed since.
    changed: FxHashSet<PathBuf>,
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
            includes: IncludeGraph::default(),
            flows: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            edited_settings: BTreeSet::new(),
            below_settings: BTreeMap::new(),
            settled: true,
            changed: FxHashSet::default(),
            warnings: Vec::new(),
            warned: FxHashSet::default(),
        }
    }

    /// The one path of a file.
    pub fn identity(&self, path: &Path) -> PathBuf {
        self.machine.disk().identity(path)
    }

    /// Looks into the folders that the editor shows.
    pub fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folders = folders.into_iter().map(|folder| self.identity(&folder)).collect();
        self.includes.clear();
        let below = |folder: &PathBuf| self.machine.flows_below(folder, MAX_FILES);
        let found: Vec<PathBuf> = self.folders.iter().flat_map(below).collect();
        for path in found {
            self.read_includes(&self.identity(&path));
        }
        let open: Vec<PathBuf> = self.documents.paths().cloned().collect();
        open.iter().for_each(|path| self.read_includes(path));
        self.forget_all();
    }

    /// The folders that the editor shows.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// A file is no longer what it was: it was opened, edited, closed, saved, made or taken away.
    pub fn touch(&mut self, path: &Path) {
        if is_settings(path) {
            self.touch_settings(path);
        } else {
            self.changed.insert(path.to_path_buf());
        }
        self.settled = false;
    }

    /// Settings are no longer what they were: they are those of every flow below them.
    fn touch_settings(&mut self, path: &Path) {
        self.edited_settings.insert(path.to_path_buf());
        let folder = path.parent().unwrap_or(path);
        self.flows.retain(|root, _| !root.starts_with(folder));
        self.below_settings.retain(|root, _| !root.starts_with(folder));
    }

    /// Everything is to be compiled anew: settings have changed.
    pub fn forget_all(&mut self) {
        self.flows.clear();
        self.elsewhere.clear();
        self.below_settings.clear();
        self.settled = false;
    }

    /// The latest of every flow that an open file belongs to.
    pub fn flows(&mut self) -> impl Iterator<Item = &Analysis> {
        self.settle();
        self.flows.values()
    }

    /// The flows that a file belongs to: its own first, if it is one.
    pub fn flows_of(&mut self, path: &Path) -> Vec<(&Analysis, FileId)> {
        self.settle();
        let mut flows: Vec<_> =
            self.flows.values().filter_map(|flow| Some((flow, flow.file(path)?))).collect();
        flows.sort_by_key(|(flow, _)| flow.root != path);
        flows
    }

    /// The flow in which a file is looked at, and the file in it.
    pub fn flow_of(&mut self, path: &Path) -> Option<(&Analysis, FileId)> {
        self.flows_of(path).into_iter().next()
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

    /// The flows as they would be with these texts in place of files.
    pub fn with_instead(&self, roots: &[PathBuf], instead: &FxHashMap<PathBuf, String>) -> Vec<Analysis> {
        let analyse = |root: &PathBuf| {
            let disk = self.machine.disk_of(root);
            let files = self.overlay(instead, &*disk, Some(root));
            let around = Around { files: &files, documents: &self.documents, encoding: self.encoding };
            Analysis::of(root, &around, self.machine).0
        };
        roots.iter().map(analyse).collect()
    }

    fn overlay<'a>(
        &'a self,
        instead: &'a FxHashMap<PathBuf, String>,
        disk: &'a dyn Files,
        root: Option<&'a Path>,
    ) -> Overlay<'a> {
        Overlay { documents: &self.documents, instead, disk, root, folders: &self.folders }
    }

    /// Compiles what has to be compiled.
    fn settle(&mut self) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        self.elsewhere.clear();
        for path in std::mem::take(&mut self.changed) {
            self.read_includes(&path);
            let stays = |flow: &Analysis| flow.file(&path).is_none() && !flow.misses_files();
            self.flows.retain(|_, flow| stays(flow));
            self.below_settings.retain(|_, flow| stays(flow));
        }
        let mut open: Vec<PathBuf> =
            self.documents.paths().filter(|path| !is_settings(path)).cloned().collect();
        open.sort();
        let mut roots: Vec<PathBuf> = Vec::new();
        for path in &open {
            for root in self.includes.flows_of(path) {
                if !roots.contains(&root) && roots.len() < MAX_FLOWS.max(open.len()) {
                    roots.push(root);
                }
            }
        }
        self.flows.retain(|root, _| roots.contains(root));
        for root in roots {
            if !self.flows.contains_key(&root) {
                let flow = self.compile(&root);
                self.flows.insert(root, flow);
            }
        }
        self.settle_settings();
    }

    /// Compiles the flows that show what is wrong with settings that are open or were edited.
    fn settle_settings(&mut self) {
        let open = self.documents.paths().filter(|path| is_settings(path)).cloned();
        let shown: BTreeSet<PathBuf> = open.chain(self.edited_settings.iter().cloned()).collect();
        let mut roots: BTreeSet<PathBuf> = BTreeSet::new();
        for path in &shown {
            let folder = path.parent().unwrap_or(path);
            let mut below: Vec<PathBuf> =
                self.includes.files().filter(|file| file.starts_with(folder)).cloned().collect();
            below.sort();
            below.retain(|file| self.includes.flows_of(file) == [file.clone()]);
            // Without a flow there is one that says nothing, and is held to what they say.
            if below.is_empty() {
                below.push(folder.join(NO_FLOW));
            }
            roots.extend(below.into_iter().take(MAX_BELOW_SETTINGS));
        }
        roots.retain(|root| !self.flows.contains_key(root));
        self.below_settings.retain(|root, _| roots.contains(root));
        for root in roots {
            if !self.below_settings.contains_key(&root) {
                let flow = self.compile(&root);
                self.below_settings.insert(root, flow);
            }
        }
    }

    /// The flows that are compiled only to show what is wrong with settings.
    pub fn below_settings(&mut self) -> impl Iterator<Item = &Analysis> {
        self.settle();
        self.below_settings.values()
    }

    /// The flows that a settings file counts for, as far as they are compiled.
    pub fn flows_under(&mut self, settings: &Path) -> Vec<(&Analysis, FileId)> {
        self.settle();
        let flows = self.flows.values().chain(self.below_settings.values());
        flows.filter_map(|flow| Some((flow, flow.settings(settings)?))).collect()
    }

    /// The flows of open files, and those of the folders that none belongs to.
    pub fn everywhere(&mut self) -> impl Iterator<Item = &Analysis> {
        self.settle();
        let is_known = |path: &PathBuf| self.flows.values().any(|flow| flow.file(path).is_some());
        let mut rest: Vec<PathBuf> = self.includes.files().filter(|path| !is_known(path)).cloned().collect();
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

    /// The known flow files below a folder, as seen from there.
    pub fn files_below(&self, folder: &Path) -> Vec<String> {
        let inside = self.includes.files().filter_map(|path| path.strip_prefix(folder).ok());
        let mut names: Vec<String> =
            inside.filter_map(|path| Some(path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))).collect();
        names.sort();
        names
    }

    fn compile(&mut self, root: &Path) -> Analysis {
        let none = FxHashMap::default();
        let disk = self.machine.disk_of(root);
        let files = self.overlay(&none, &*disk, Some(root));
        let around = Around { files: &files, documents: &self.documents, encoding: self.encoding };
        let (analysis, warning) = Analysis::of(root, &around, self.machine);
        if let Some(warning) = warning
            && self.warned.insert(warning.clone())
        {
            self.warnings.push(warning);
        }
        analysis
    }

    fn read_includes(&mut self, path: &Path) {
        let none = FxHashMap::default();
        let files = self.overlay(&none, self.machine.disk(), None);
        let is_flow = path.extension().is_some_and(|extension| extension == "cxflow");
        let bytes = files.read(path).ok();
        let bytes = bytes.filter(|_| is_flow || self.documents.get(path).is_some() && !is_settings(path));
        let Some(bytes) = bytes else {
            self.includes.remove(path);
            return;
        };
        let links = Links::of(path, bytes, &files);
        self.includes.insert(path.to_path_buf(), links);
    }
}
