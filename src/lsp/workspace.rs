//! Which flows there are, which of them a file belongs to, and their latest compilation.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::{Analysis, CompileContext};
use super::compiled::Flows;
use super::documents::{Document, Documents, Overlay, path_of};
use super::position::Encoding;
use super::spelling::FolderSpelling;
use crate::Options;
use crate::cxone::Mask;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::resolve::{Files, IncludeGraph, Links, ReadRefusal, why};
use crate::settings::{self, Settings};
use crate::source::{FileId, MAX_BYTES, Source, Sources, Span};

/// What the server needs of the machine that it runs on.
pub trait Machine {
    /// The disk.
    fn disk(&self) -> &dyn Files;

    /// The disk as a flow may see it.
    fn disk_of(&self, root: &Path) -> Box<dyn Files>;

    /// The flow files below a folder, so many at most.
    fn flows_below(&self, folder: &Path, most: usize) -> FolderFlows;

    /// How a flow is to be compiled, and the settings that lie beside it. They are added to the sources,
    /// and what is wrong with them to the findings.
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
    ) -> Result<(Options, Settings), Box<UnreadableSettings>>;

    /// Forgets what was remembered of folders: a message has come, and they may have changed since the last.
    fn refresh(&self) {}

    /// What covers the secrets of the server's process.
    fn mask(&self) -> &Mask;

    /// Whether a process of this machine is still there, as far as can be told.
    fn is_running(&self, process: u32) -> bool;

    /// The page that explains a code, in Markdown.
    fn explanation(&self, code: &'static Code) -> String;
}

/// Settings that cannot be read.
pub struct UnreadableSettings {
    /// How the flow is compiled without them.
    pub options: Options,
    /// What is wrong.
    pub why: String,
}

/// The flow files below a folder.
#[derive(Debug, Default)]
pub struct FolderFlows {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What was not looked at, and why.
    pub unseen: Vec<String>,
}

/// How much of a flow is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayScope {
    /// All of it: an open file belongs to it.
    Whole,
    /// What is wrong with its settings.
    Settings,
}

/// In how many flows an open file is looked at as somebody types: a library may be in thousands.
const MAX_FLOWS: usize = 32;

/// How many flows of the folders are searched that no open file belongs to.
const MAX_ELSEWHERE: usize = 500;

/// How many flow files a folder may hold to be searched for flows that include others.
const MAX_FILES: usize = 20_000;

/// How many flows are compiled to show what is wrong with settings.
const MAX_BELOW_SETTINGS: usize = 8;

/// How many files that were not looked at are named.
const MAX_UNSEEN: usize = 3;

/// What a flow is called that is not there.
const NO_FLOW: &str = ".cxflow";

/// Whether a file holds settings.
pub fn is_settings(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == settings::NAME)
}

/// Whether a file is a flow by its name.
fn is_flow(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("cxflow"))
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

    /// Looks which files there are now in the folders, and what they include.
    pub fn rescan_folders(&mut self) {
        let mut known: BTreeSet<PathBuf> = self.includes.files().chain(self.unread.keys()).cloned().collect();
        known.extend(self.documents.paths().cloned());
        self.unseen.clear();
        for folder in self.folders.clone() {
            let below = self.machine.flows_below(&folder, MAX_FILES);
            known.extend(below.files.iter().map(|path| self.identity(path)));
            self.unseen.extend(below.unseen);
        }
        for path in known {
            self.read_includes(&path);
        }
    }

    /// Why it is not certain that all flows are known.
    pub fn why_not_all_are_known(&self) -> Option<String> {
        let unread =
            self.unread.iter().map(|(path, why)| format!("{} cannot be read ({why})", self.name(path)));
        let mut all: Vec<String> = unread.chain(self.unseen.iter().cloned()).collect();
        let more = all.len().saturating_sub(MAX_UNSEEN);
        all.truncate(MAX_UNSEEN);
        if more > 0 {
            all.push(format!("and {more} more"));
        }
        (!all.is_empty()).then(|| all.join("; "))
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

    /// Settings are no longer what they were: they are those of every flow below them.
    fn touch_settings(&mut self, path: &Path) {
        self.edited_settings.insert(path.to_path_buf());
        let folder = path.parent().unwrap_or(path);
        self.lost.extend(self.flows.remove_below(folder));
        self.below_settings.remove_below(folder);
        self.settings_moved = true;
    }

    /// Everything is to be compiled anew: settings have changed.
    pub fn mark_all_changed(&mut self) {
        self.lost.extend(self.flows.retain(|_| false));
        self.elsewhere.clear();
        self.below_settings.retain(|_| false);
        self.settings_moved = true;
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

    /// The roots of all flows that a file belongs to.
    pub fn roots_of(&self, path: &Path) -> Vec<PathBuf> {
        let mut roots = self.includes.flows_of(path);
        roots.extend(self.flows.of(path).map(|flow| flow.root.clone()));
        roots
    }

    /// The roots of all flows that there are.
    pub fn all_roots(&self) -> BTreeSet<PathBuf> {
        self.includes.files().flat_map(|path| self.includes.flows_of(path)).collect()
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

    /// A file that one of these flows includes, or another one over it, and that is there and cannot be
    /// read; and why.
    pub fn lost_includes<'r>(&self, roots: impl Iterator<Item = &'r PathBuf>) -> Option<(PathBuf, String)> {
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        for root in roots {
            let disk = self.machine.disk_of(root);
            let none = FxHashMap::default();
            let files = self.overlay(&none, &*disk, Some(root));
            for path in self.includes.below(root) {
                // What is known has been read, if not for this flow.
                if path == *root || self.includes.links(&path).is_some() && files.disk.admit(&path).is_ok() {
                    continue;
                }
                if !seen.insert(path.clone()) {
                    continue;
                }
                if let Err(error) = files.read(&path)
                    && error.kind() != io::ErrorKind::NotFound
                {
                    return Some((path, why(&error)));
                }
            }
        }
        None
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

    /// Compiles what has to be compiled.
    fn settle(&mut self) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        self.elsewhere.clear();
        for path in std::mem::take(&mut self.changed) {
            self.read_includes(&path);
            let was_open = self.wants.contains_key(&path);
            let is_open = self.documents.get(&path).is_some();
            self.lost.extend(self.flows.remove_of(&path));
            let mut below = self.below_settings.remove_of(&path);
            if was_open != is_open {
                self.moved.insert(path);
            }
            // A file that stays open is none that was missing.
            if !(was_open && is_open) {
                self.lost.extend(self.flows.remove_incomplete());
                below.extend(self.below_settings.remove_incomplete());
            }
            self.settings_moved |= !below.is_empty();
        }
        for path in std::mem::take(&mut self.moved) {
            self.want_anew(&path);
            self.settings_moved = true;
        }
        for root in std::mem::take(&mut self.lost) {
            if self.wanted.contains_key(&root) && self.flows.get(&root).is_none() {
                let flow = self.compile(&root);
                self.flows.insert(flow);
            }
        }
        if std::mem::take(&mut self.settings_moved) {
            self.settle_settings();
        }
    }

    /// Looks which flows a file is now looked at in.
    fn want_anew(&mut self, path: &Path) {
        let before = self.wants.remove(path).unwrap_or_default();
        if self.documents.get(path).is_some() && !is_settings(path) {
            let mut roots = self.includes.flows_of(path);
            roots.sort_by_key(|root| root != path);
            roots.truncate(MAX_FLOWS);
            for root in &roots {
                *self.wanted.entry(root.clone()).or_default() += 1;
                self.lost.insert(root.clone());
            }
            self.wants.insert(path.to_path_buf(), roots);
        }
        for root in before {
            let left = self.wanted.get(&root).copied().unwrap_or_default().saturating_sub(1);
            if left == 0 {
                self.wanted.remove(&root);
                self.flows.remove(&root);
            } else {
                self.wanted.insert(root, left);
            }
        }
    }

    /// Compiles the flows that show what is wrong with settings that are open or were edited.
    fn settle_settings(&mut self) {
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
            // Without a flow there is one that says nothing, and is held to what they say.
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

    /// The flows that a settings file counts for, as far as they are compiled.
    pub fn flows_under(&mut self, settings: &Path) -> Vec<(&Analysis, FileId)> {
        self.settle();
        let flows = self.flows.of(settings).chain(self.below_settings.of(settings));
        flows.filter_map(|flow| Some((flow, flow.settings(settings)?))).collect()
    }

    /// The settings that were open or edited once, each with what is wrong with its params: what all
    /// flows that it counts for say, where all are compiled. What is right for one is no slip.
    pub fn unknown_params(&mut self) -> Vec<(&PathBuf, Vec<(&Analysis, &Diagnostic)>)> {
        self.settle();
        let all = self.shown_settings.iter();
        all.map(|(path, &is_known)| (path, self.unknown_params_of(path, is_known))).collect()
    }

    fn unknown_params_of(&self, settings: &Path, is_known: bool) -> Vec<(&Analysis, &Diagnostic)> {
        let mut flows = self.flows.of(settings).chain(self.below_settings.of(settings));
        let Some(first) = flows.next().filter(|_| is_known) else { return Vec::new() };
        let key = |one: &Diagnostic| (one.code.id, one.span.map(Span::range));
        let mut findings: Vec<&Diagnostic> = first.unknown_params(settings).collect();
        for other in flows {
            let said: FxHashSet<_> = other.unknown_params(settings).map(key).collect();
            findings.retain(|one| said.contains(&key(one)));
        }
        findings.into_iter().map(|one| (first, one)).collect()
    }

    /// The flows of open files, and those of the folders that none belongs to.
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

    /// The known flow files below a folder, as seen from there.
    pub fn files_below(&self, folder: &Path) -> Vec<String> {
        let inside = self.includes.files().filter_map(|path| path.strip_prefix(folder).ok());
        let mut names: Vec<String> =
            inside.filter_map(|path| Some(path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))).collect();
        names.sort();
        names
    }

    fn compile(&mut self, root: &Path) -> Analysis {
        let (analysis, warning) = self.analyse(root, &FxHashMap::default());
        if let Some(warning) = warning
            && self.warned.insert(warning.clone())
        {
            self.warnings.push(warning);
        }
        analysis
    }

    /// Whether a file is one of those whose includes are known: what is open, the flows of the folders,
    /// and what they include.
    fn is_known(&self, path: &Path) -> bool {
        if is_settings(path) {
            return false;
        }
        let is_below = || self.folders.iter().any(|folder| path.starts_with(folder));
        let may_read = |from: &PathBuf| self.machine.disk_of(from).admit(path).is_ok();
        self.documents.get(path).is_some()
            || is_flow(path) && is_below()
            || self.includes.includers(path).any(may_read)
    }

    /// Reads what a file includes, and what that includes. If it is something else than before, the file
    /// and all that it includes may belong to other flows.
    fn read_includes(&mut self, path: &Path) {
        let mut waiting = vec![path.to_path_buf()];
        while let Some(path) = waiting.pop() {
            let links = self.read_links(&path);
            if self.includes.links(&path) == links.as_ref() {
                continue;
            }
            let before = self.includes.links(&path).cloned().unwrap_or_default().includes;
            let now = links.as_ref().map(|links| links.includes.clone()).unwrap_or_default();
            self.moved.extend(self.includes.below(&path));
            match links {
                Some(links) => self.includes.insert(path.clone(), links),
                None => self.includes.remove(&path),
            }
            self.moved.extend(self.includes.below(&path));
            self.settled = false;
            let is_other = |target: &&PathBuf| before.contains(target) != now.contains(target);
            waiting.extend(before.iter().chain(&now).filter(is_other).cloned());
        }
    }

    /// Reads what one file includes, if it is one of those that are known.
    fn read_links(&mut self, path: &Path) -> Option<Links> {
        let none = FxHashMap::default();
        let files = self.overlay(&none, self.machine.disk(), None);
        let (read, is_flow) = (self.is_known(path).then(|| files.read(path)), is_flow(path));
        // What is not there, or is a folder, is no flow. A link that leads nowhere may be one again.
        let is_none = |error: &io::Error| {
            let is_gone = matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory
            );
            is_gone && ReadRefusal::of(error).is_none()
        };
        let why = match &read {
            Some(Err(error)) if !is_none(error) => Some(why(error)),
            Some(Ok(bytes)) if bytes.len() > MAX_BYTES => Some("it is too large".to_owned()),
            // What it includes is not seen, as in UTF-16.
            Some(Ok(bytes)) if memchr::memchr(0, bytes).is_some() => {
                Some("it is no text in UTF-8".to_owned())
            }
            _ => None,
        };
        let links = read.and_then(Result::ok).map(|bytes| Links::of(path, bytes, &files));
        match why.filter(|_| is_flow) {
            Some(why) => _ = self.unread.insert(path.to_path_buf(), why),
            None => _ = self.unread.remove(path),
        }
        links
    }
}
