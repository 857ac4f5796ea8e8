//! Reads and parses the root file and everything that it includes, each file once.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::include_cycles::{self, IncludeCycles};
use super::include_path::{join, unescaped};
use super::lost_path::{Advice, nearest_file};
use super::missing::{LostInclude, MissingFiles};
use super::refusal::{refused, why};
use super::{BuildSettings, Files, PolicyChoice, codes};
use crate::bundled::lock::LockStanding;
use crate::bundled::{self, Bundled};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote};
use crate::resolve::codes::UNUSED;
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast::{Ast, Declaration, EveryKind, Include, Item, Name, Nameless, NodeKind, Subject};
use crate::syntax::place::take_out;
use crate::syntax::{KnownKinds, is_near_miss, parse_with};
use crate::table::Id;

/// Includes that were not found: names that they may declare are not reported.
#[derive(Debug, Clone, Default)]
pub struct LostIncludes {
    /// A plain include is lost, which may declare any name.
    pub plain: bool,
    /// The prefixes of lost instances.
    pub prefixes: FxHashSet<Box<str>>,
    /// A policy file is lost, which may declare any policy.
    pub policies: bool,
}

impl LostIncludes {
    /// Whether nothing was lost.
    pub fn is_nothing(&self) -> bool {
        !self.plain && self.prefixes.is_empty() && !self.policies
    }

    /// Whether a lost file may declare kinds and dispositions, which have no prefix.
    pub fn may_declare_kinds(&self) -> bool {
        self.plain || !self.prefixes.is_empty()
    }

    /// Whether a lost file may declare a node, or is the instance that a name means.
    pub fn may_declare_node(&self, name: &str) -> bool {
        self.plain || name.split('.').any(|part| self.prefixes.contains(part))
    }

    /// Whether a lost file may declare a name.
    pub fn may_declare(&self, name: &str) -> bool {
        let prefixes = name.rsplit_once('.').map(|(before, _)| before.split('.'));
        self.plain || prefixes.into_iter().flatten().any(|prefix| self.prefixes.contains(prefix))
    }
}

/// Every file of a flow.
pub struct Loaded {
    pub files: Vec<(FileId, Ast)>,
    /// For each file and each of its includes, by number: the index of the included file.
    targets: FxHashMap<(usize, usize), usize>,
    pub lost_include: LostIncludes,
    pub policy_files: PolicyFiles,
    /// The libraries of kinds that settings name, without the root.
    pub libraries: Vec<usize>,
}

impl Loaded {
    /// The index of the file that an include names, by the numbers of its file and of its item.
    pub fn target(&self, file: usize, item: usize) -> Option<usize> {
        self.targets.get(&(file, item)).copied()
    }

    /// Whether a file comes with the compiler.
    pub fn is_bundled(&self, file: usize) -> bool {
        self.policy_files.list.iter().any(|policies| policies.bundled && policies.file == file)
    }
}

/// Which files have policies that apply, and which files were included.
#[derive(Debug, Clone, Default)]
pub struct PolicyFiles {
    /// The policy files named from outside with all that they include, and the bundled policies.
    pub list: Vec<PolicyFile>,
    /// The first include of each file.
    pub included_at: FxHashMap<usize, Span>,
}

/// A policy file.
#[derive(Debug, Clone, Copy)]
pub struct PolicyFile {
    /// Its index among the files.
    pub file: usize,
    /// Whether it comes with the compiler.
    pub bundled: bool,
    /// Whether another policy file includes it.
    pub nested: bool,
    /// Where settings name it, or name the policy file that includes it.
    pub named_at: Option<Span>,
    /// How the text of a bundled policy stands to that of the compiler, if a lock keeps it.
    pub locked: Option<LockStanding>,
}

pub(super) struct Loader<'a> {
    pub(super) sources: &'a mut Sources,
    pub(super) files: &'a dyn Files,
    pub(super) diagnostics: &'a mut Diagnostics,
    pub(super) loaded: Loaded,
    pub(super) by_path: FxHashMap<PathBuf, usize>,
    /// The files being read, each included by the one below it.
    stack: Vec<FileInProgress>,
    /// The indexes in the stack of the files that are being read.
    stack_indexes: FxHashMap<usize, usize>,
    cycles: IncludeCycles,
    missing: MissingFiles,
    /// The kinds that the files of the flow declare, once all of these are read.
    kinds: Option<FxHashSet<Box<str>>>,
    /// The files whose findings depend on the declared kinds.
    unsettled: Vec<(usize, Diagnostics)>,
}

/// What the messages say about a file that settings or the command line name.
pub(super) struct NamedFile {
    /// What is read in it.
    pub what: &'static str,
    /// What names it.
    pub help: &'static str,
}

/// A file whose includes are being read.
struct FileInProgress {
    /// Its index among the files.
    index: usize,
    file: FileId,
    /// The include that led to the file.
    included_at: Option<Span>,
    /// Its remaining includes, with their numbers among its declarations, the last one first.
    includes: Vec<(usize, Include)>,
}

/// Reads and parses the root file, all that it includes, and the policies that apply to it.
pub fn load(
    sources: &mut Sources,
    files: &dyn Files,
    settings: &BuildSettings,
    diagnostics: &mut Diagnostics,
) -> Loaded {
    let loaded = Loaded {
        files: Vec::new(),
        targets: FxHashMap::default(),
        lost_include: LostIncludes::default(),
        policy_files: PolicyFiles::default(),
        libraries: Vec::new(),
    };
    let mut loader = Loader {
        sources,
        files,
        diagnostics,
        loaded,
        by_path: FxHashMap::default(),
        stack: Vec::new(),
        stack_indexes: FxHashMap::default(),
        cycles: IncludeCycles::default(),
        missing: MissingFiles::default(),
        kinds: None,
        unsettled: Vec::new(),
    };
    loader.read_all(FileId::from_index(0));
    loader.add_libraries(settings);
    loader.settle_kinds();
    loader.add_policy_files(settings);
    loader.cycles.report(loader.diagnostics);
    loader.missing.report(loader.diagnostics);
    loader.loaded
}

impl Loader<'_> {
    /// Adds a file and, depth first, what it includes, after the kinds are known.
    pub(super) fn add(&mut self, source: Source) -> usize {
        let file = self.sources.add(source);
        let index = self.read_all(file);
        self.settle_kinds();
        index
    }

    /// Reads a source and, depth first, what it includes. Returns its index among the files.
    pub(super) fn read_all(&mut self, file: FileId) -> usize {
        let first = self.open(file, None);
        while let Some(reading) = self.stack.last_mut() {
            let (index, file) = (reading.index, reading.file);
            let Some((item, include)) = reading.includes.pop() else {
                self.stack.pop();
                self.stack_indexes.remove(&index);
                self.cycles.done(self.stack.len());
                continue;
            };
            match self.include(file, &include, item) {
                Some(target) => {
                    self.report_empty(target, include.path.span);
                    self.loaded.policy_files.included_at.entry(target).or_insert(include.path.span);
                    self.loaded.targets.insert((index, item), target);
                }
                None => self.lose(include.prefix),
            }
        }
        first
    }

    /// Opens a library that comes with the compiler, unless it is read already.
    fn open_bundled(&mut self, library: &Bundled, included_at: Option<Span>) -> usize {
        let source = library.source();
        match self.by_path.get(&self.files.identity(source.path())) {
            Some(&index) => index,
            None => {
                let file = self.sources.add(source);
                self.open(file, included_at)
            }
        }
    }

    /// Parses a file and pushes it, so that its includes are read next.
    fn open(&mut self, file: FileId, included_at: Option<Span>) -> usize {
        let index = self.loaded.files.len();
        self.by_path.insert(self.files.identity(self.sources.get(file).path()), index);
        let mut found = Diagnostics::default();
        let ast = crate::syntax::parse(self.sources, file, &mut found);
        if ast.broken || ast.has_declared_nodes {
            self.unsettled.push((index, found));
        } else {
            self.diagnostics.append(found);
        }
        let includes: Vec<(usize, Include)> = ast
            .items
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(number, item)| match &item.declaration {
                // Only the path and the prefix matter here.
                Declaration::Include(include) => Some((
                    number,
                    Include {
                        path: include.path,
                        prefix: include.prefix,
                        with: Vec::new(),
                        speaker: Vec::new(),
                        exits: Vec::new(),
                    },
                )),
                _ => None,
            })
            .collect();
        for item in &ast.items {
            if let Declaration::LostInclude(prefix) = item.declaration {
                self.lose(prefix);
            }
        }
        self.loaded.files.push((file, ast));
        self.cycles.open(self.stack.len());
        self.stack_indexes.insert(index, self.stack.len());
        self.stack.push(FileInProgress { index, file, included_at, includes });
        index
    }

    /// Reads the files again whose lines mean something else now that all declared kinds are known: first, any word
    /// may be a kind.
    fn settle_kinds(&mut self) {
        let known = self.kinds.take().unwrap_or_else(|| self.declared_kinds());
        let mut items =
            self.loaded.files.iter().filter(|(_, ast)| ast.broken).flat_map(|(_, ast)| &ast.items);
        let lacks_name = items.any(|item| matches!(item.declaration, Declaration::Nameless(Nameless::Kind)));
        let ambiguous: FxHashSet<Box<str>> = self.ambiguous_words();
        for (index, found) in std::mem::take(&mut self.unsettled) {
            let Some((file, ast)) = self.loaded.files.get(index) else { continue };
            let (file, is_broken) = (*file, ast.broken);
            let mut kinds = known.clone();
            // A file that was not found may declare a kind, and so may a line without a name, unless the word is
            // probably another one.
            let declared = declared_words(self.sources, ast);
            let words = declared.iter().copied().filter(|word| !is_near_miss(word));
            if self.loaded.lost_include.may_declare_kinds() || lacks_name {
                kinds.extend(words.map(Into::into));
            } else {
                kinds.extend(words.filter(|word| ambiguous.contains(*word)).map(Into::into));
            }
            let is_settled = declared.iter().all(|word| kinds.contains(*word));
            // The finding for a broken line may name a kind.
            if is_settled && (!is_broken || kinds.is_empty()) {
                self.diagnostics.append(found);
                continue;
            }
            let ast = parse_with(self.sources, file, KnownKinds::Only(&kinds), self.diagnostics);
            self.replace(index, ast);
        }
        self.kinds = Some(known);
    }

    /// The words that broken lines may declare.
    fn ambiguous_words(&self) -> FxHashSet<Box<str>> {
        let broken = self.loaded.files.iter().filter(|(_, ast)| ast.broken);
        let words = broken.flat_map(|(_, ast)| &ast.items).filter_map(|item| match &item.declaration {
            Declaration::Ambiguous(words) => Some(words),
            _ => None,
        });
        words.flatten().map(|word| self.sources.text(word.span).into()).collect()
    }

    /// The kinds that all files so far declare.
    fn declared_kinds(&self) -> FxHashSet<Box<str>> {
        let items = self.loaded.files.iter().flat_map(|(_, ast)| &ast.items);
        let kinds = items.filter_map(|item| match &item.declaration {
            Declaration::Kind(kind) => {
                Some(crate::syntax::text::name(self.sources.text(kind.name.span)).into())
            }
            _ => None,
        });
        kinds.collect()
    }

    /// Replaces a file's tree. Its includes keep their targets.
    fn replace(&mut self, index: usize, ast: Ast) {
        let Some((_, old)) = self.loaded.files.get_mut(index) else { return };
        let old = std::mem::replace(old, ast);
        let path = |item: &Item| match &item.declaration {
            Declaration::Include(include) => Some(include.path.span),
            _ => None,
        };
        let mut targets: FxHashMap<Span, usize> = FxHashMap::default();
        for (at, item) in old.items.iter().enumerate() {
            if let (Some(path), Some(target)) = (path(item), self.loaded.targets.remove(&(index, at))) {
                targets.insert(path, target);
            }
        }
        let Some((_, ast)) = self.loaded.files.get(index) else { return };
        let mut lost = Vec::new();
        for (at, item) in ast.items.iter().enumerate() {
            if let Some(&target) = path(item).and_then(|path| targets.get(&path)) {
                self.loaded.targets.insert((index, at), target);
            }
            if let Declaration::LostInclude(prefix) = item.declaration {
                lost.push(prefix);
            }
        }
        lost.into_iter().for_each(|prefix| self.lose(prefix));
    }

    fn add_policy_files(&mut self, settings: &BuildSettings) {
        let mut names: Vec<String> = vec![bundled::BASELINE.to_owned()];
        let loads_none = settings.libraries_load_none && self.is_library();
        for choice in &settings.policies {
            match choice {
                PolicyChoice::File(_) if loads_none && settings.policy_places.contains_key(choice) => {}
                PolicyChoice::Name(name) => names.push(name.clone()),
                PolicyChoice::File(path) => {
                    if let Some(file) =
                        self.add_policy_file(path, settings.policy_places.get(choice).copied())
                    {
                        self.choose(file, path, settings.policy_places.get(choice).copied());
                    }
                }
            }
        }
        // Any file may name policies, but a bundled policy names no other.
        for (_, ast) in &self.loaded.files {
            let named = ast.items.iter().filter_map(|item| match &item.declaration {
                Declaration::Apply(name) => Some(*name),
                Declaration::Waive(decision) | Declaration::Attest(decision) => match decision.subject {
                    Subject::Rule(policy, _) => Some(policy),
                    Subject::Finding(_) => None,
                },
                _ => None,
            });
            names.extend(named.map(|name| self.sources.text(name.span).to_owned()));
        }
        self.add_bundled_policies(&names, settings);
    }

    /// Whether the files declare nothing to which a policy could apply, and apply none.
    fn is_library(&self) -> bool {
        let is_library_item = |item: &Item| {
            matches!(
                item.declaration,
                Declaration::Let(_)
                    | Declaration::Param(_)
                    | Declaration::Contact(_)
                    | Declaration::Var(_)
                    | Declaration::Hours(_)
                    | Declaration::Include(_)
                    | Declaration::Speaker(_)
                    | Declaration::Fact(_)
                    | Declaration::Policy(_)
                    | Declaration::Kind(_)
            )
        };
        self.loaded.lost_include.is_nothing()
            && self.loaded.files.iter().all(|(_, ast)| !ast.broken && ast.items.iter().all(is_library_item))
    }

    fn add_policy_file(&mut self, path: &Path, named_at: Option<Span>) -> Option<usize> {
        const POLICIES: NamedFile = NamedFile {
            what: "the policies",
            help: "`--policy` and `policies` in cxflow.toml take a policy's name or a file's path",
        };
        if let Some(&file) = self.by_path.get(&self.files.identity(path)) {
            return Some(file);
        }
        let source = self.read_named(path, named_at, &POLICIES);
        self.loaded.lost_include.policies |= source.is_none();
        Some(self.add(source?))
    }

    /// Reads a file that settings or the command line name. Reports one that cannot be read.
    pub(super) fn read_named(
        &mut self,
        path: &Path,
        named_at: Option<Span>,
        named: &NamedFile,
    ) -> Option<Source> {
        let error = match self.files.read(path) {
            Ok(bytes) => return Some(Source::new(self.files.name(path), path, bytes)),
            Err(error) => error,
        };
        let message =
            format!("cannot read {} in {}: {}", named.what, quote(&path.display().to_string()), why(&error));
        let (code, help) = refused(&error);
        let advice = named_at.and_then(|span| self.advice_for_settings(span, &error));
        let meant = || match named_at {
            Some(_) => Some(advice.as_ref()?.help.clone()),
            None if error.kind() == std::io::ErrorKind::NotFound => {
                let meant = nearest_file(self.files, path.to_str()?)?;
                Some(format!("did you mean {}?", quote(&meant)))
            }
            None => None,
        };
        let help = help.map(str::to_owned).or_else(meant);
        let help = help.unwrap_or_else(|| named.help.to_owned());
        let instead = advice.and_then(|advice| advice.instead);
        let diagnostic = match named_at {
            Some(span) => Diagnostic::new(code, span, message)
                .here("named here")
                .fix(instead.map(|path| Fix::write(span, crate::spelling::toml_string(&path)))),
            None => Diagnostic::unplaced(code, message),
        };
        self.diagnostics.push(diagnostic.help(help));
        None
    }

    /// What the path of a missing file was meant to be that settings name.
    fn advice_for_settings(&mut self, named_at: Span, error: &std::io::Error) -> Option<Advice> {
        let settings = self.sources.get(named_at.file).path().to_path_buf();
        let written = self.sources.text(named_at).trim_matches(['"', '\'']).to_owned();
        self.missing.advice(self.files, &settings, &written, error)
    }

    /// Chooses the policies of a file and of all that it includes. Reports a file without any, which would
    /// check nothing.
    fn choose(&mut self, file: usize, path: &Path, named_at: Option<Span>) {
        let mut files = vec![file];
        let mut next = 0;
        while let Some(&file) = files.get(next) {
            next += 1;
            let items = self.loaded.files.get(file).map_or(0, |(_, ast)| ast.items.len());
            for item in 0..items {
                if let Some(&target) = self.loaded.targets.get(&(file, item))
                    && !files.contains(&target)
                {
                    files.push(target);
                }
            }
        }
        let asts = || files.iter().filter_map(|&file| self.loaded.files.get(file)).map(|(_, ast)| ast);
        let declares = |ast: &Ast| {
            let is_policy = |declaration: &Declaration| matches!(declaration, Declaration::Policy(_));
            ast.items.iter().any(|item| is_policy(&item.declaration))
        };
        // A broken file, or one with a lost include, may declare one and is already reported.
        let is_unread = |&file: &usize| {
            self.loaded.files.get(file).is_some_and(|(_, ast)| {
                let is_lost = |(at, item): (usize, &Item)| match item.declaration {
                    Declaration::Include(_) => !self.loaded.targets.contains_key(&(file, at)),
                    Declaration::LostInclude(_) => true,
                    _ => false,
                };
                ast.broken || ast.items.iter().enumerate().any(is_lost)
            })
        };
        if !files.iter().any(is_unread) && !asts().any(declares) {
            let message = format!("{} declares no policy", quote(&path.display().to_string()));
            let diagnostic = match named_at {
                Some(span) => Diagnostic::new(&codes::NO_POLICY, span, message).here("named here"),
                None => Diagnostic::unplaced(&codes::NO_POLICY, message),
            };
            self.diagnostics.push(
                diagnostic
                    .help("declare one in it, as in `policy NAME \"TITLE\" { … }`, or name another file"),
            );
        }
        let all = files.into_iter().enumerate();
        let all =
            all.map(|(at, file)| PolicyFile { file, bundled: false, nested: at > 0, named_at, locked: None });
        self.loaded.policy_files.list.extend(all);
    }

    /// Reports an include of a file that declares nothing.
    fn report_empty(&mut self, file: usize, included_at: Span) {
        let is_empty = |(_, ast): &(FileId, Ast)| ast.items.is_empty() && !ast.broken;
        let Some((file, _)) = self.loaded.files.get(file).filter(|file| is_empty(file)) else { return };
        let name = quote(self.sources.get(*file).name());
        self.diagnostics.push(
            Diagnostic::new(&UNUSED, included_at, format!("{name} declares nothing"))
                .here("brings nothing")
                .help("take the include out, or the `//` before what the file should declare"),
        );
    }

    fn lose(&mut self, prefix: Option<Name>) {
        match prefix {
            Some(prefix) => {
                self.loaded.lost_include.prefixes.insert(self.sources.text(prefix.span).into());
            }
            None => self.loaded.lost_include.plain = true,
        }
    }

    fn include(&mut self, from: FileId, include: &Include, item: usize) -> Option<usize> {
        let span = include.path.span;
        let written = self.literal(include)?;
        if let Some(library) = bundled::find_library(&written) {
            return Some(self.open_bundled(library, Some(span)));
        }
        let path = join(self.sources.get(from).path(), &written);
        let found = super::spelling::check(self.files, self.sources.get(from).path(), &written, span);
        if let Some(found) = found {
            self.diagnostics.push(found);
        }
        let identity = self.files.identity(&path);
        if let Some(&index) = self.by_path.get(&identity) {
            if let Some(&index) = self.stack_indexes.get(&index) {
                self.report_cycle(index, span, item);
                return None;
            }
            return Some(index);
        }
        match self.files.read(&path) {
            Ok(bytes) => {
                let file = self.sources.add(Source::new(self.files.name(&path), path, bytes));
                Some(self.open(file, Some(span)))
            }
            Err(error) => {
                let (files, by_path, stack) = (self.files, &self.by_path, &self.stack_indexes);
                // A suggested file that is being read would include itself.
                let is_read = |path: &Path| {
                    by_path.get(&files.identity(path)).is_some_and(|index| stack.contains_key(index))
                };
                let lost = LostInclude { from: self.sources.get(from).path(), written: &written, span };
                self.missing.add(files, lost, identity, &path, &error, is_read);
                None
            }
        }
    }

    /// The path's text. Reports one that cannot be a path.
    fn literal(&mut self, include: &Include) -> Option<String> {
        let span = include.path.span;
        let report = |message: &str| {
            Diagnostic::new(&codes::INCLUDE_NOT_FOUND, span, message)
                .here("expected the path of a file here")
                .help("write the file's path relative to this file, without insertions")
        };
        unescaped(self.sources.text(span)).map_err(|message| self.diagnostics.push(report(message))).ok()
    }

    /// Reports that an include closes a cycle with the file at an index of the stack. `item` is its number
    /// among the declarations of the file that is being read.
    fn report_cycle(&mut self, index: usize, span: Span, item: usize) {
        let (stack, files, sources) = (&self.stack, &self.loaded.files, &*self.sources);
        self.cycles.close(index, span, || {
            let cycle = stack.get(index..).unwrap_or_default();
            let names: Vec<&str> = cycle.iter().map(|file| sources.get(file.file).name()).collect();
            let itself = cycle.first().filter(|_| cycle.len() == 1);
            let ast = itself.and_then(|file| files.get(file.index)).map(|(_, ast)| ast);
            let include = ast.and_then(|ast| ast.items.get(item));
            let message = format!("the file includes itself: {}", include_cycles::shown(&names));
            let diagnostic = Diagnostic::new(&codes::CIRCULAR_DEFINITION, span, message)
                .fix(include.map(|include| take_out("Take the include out", sources, include)))
                .here("this closes the cycle")
                .help(if cycle.len() > 1 {
                    "move what both files need into a third file and include that"
                } else {
                    "take it out"
                });
            let includes: Vec<_> = cycle.iter().skip(1).filter_map(|file| file.included_at).collect();
            diagnostic.label_each(&includes, include_cycles::LABELS, "included here")
        });
    }
}

/// The words that are read as declared kinds, at nodes and behind `every`.
fn declared_words<'a>(sources: &'a Sources, ast: &'a Ast) -> FxHashSet<&'a str> {
    let nodes = ast.items.iter().filter(|_| ast.has_declared_nodes);
    let words = nodes.filter_map(|item| match &item.declaration {
        Declaration::Node(node) => match node.kind {
            Some(NodeKind::Declared(word)) => Some(sources.text(word)),
            _ => None,
        },
        Declaration::Every(every) => match every.kind {
            EveryKind::Declared(word) => Some(sources.text(word)),
            EveryKind::Kind(_) => None,
        },
        _ => None,
    });
    words.collect()
}
