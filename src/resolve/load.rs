//! The root file and everything that it includes, each file read and parsed once.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::include_path::{join, unescaped};
use super::refusal::{Refusal, why};
use super::{Files, Placed, PolicyChoice, Resolver, Scope, ScopeId, Settings, codes, lost_path};
use crate::check::UNUSED;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Mend, quote};
use crate::flow::display_string;
use crate::policy::bundled;
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast::{Ast, Declaration, Include, Item, Name};
use crate::syntax::place::take_out;
use crate::table::Id;

/// How deep includes may nest.
pub const MAX_DEPTH: usize = 64;
/// How many instances a flow may have.
pub const MAX_INSTANCES: usize = 10_000;
/// How many declarations all instances together may have.
const MAX_INSTANCE_ITEMS: usize = 4_000_000;

/// Includes that were not found, so that the names they would have brought raise nothing.
#[derive(Debug, Clone, Default)]
pub struct Lost {
    /// A plain include: any name may be one of its.
    pub plain: bool,
    /// Instances, by what stands before the dot.
    pub prefixes: FxHashSet<Box<str>>,
    /// A file of policies: any policy may be one of its.
    pub policies: bool,
}

impl Lost {
    /// Whether nothing was lost.
    pub fn is_nothing(&self) -> bool {
        !self.plain && self.prefixes.is_empty() && !self.policies
    }

    /// Whether a name may be one of what was not found.
    pub fn may_hold(&self, name: &str) -> bool {
        let prefixes = name.rsplit_once('.').map(|(before, _)| before.split('.'));
        self.plain || prefixes.into_iter().flatten().any(|prefix| self.prefixes.contains(prefix))
    }
}

/// Every file of a flow.
pub struct Loaded {
    pub files: Vec<(FileId, Ast)>,
    /// For each file and each of its items that is an include: the index of the file it means.
    targets: FxHashMap<(usize, usize), usize>,
    pub lost_include: Lost,
    pub policy_files: PolicyFiles,
}

/// Which files have policies that apply, and which files includes brought.
#[derive(Debug, Clone, Default)]
pub struct PolicyFiles {
    /// The files that are asked for from outside with all that they include, and those of bundled
    /// policies.
    pub list: Vec<PolicyFile>,
    /// The first include of each file.
    pub included_at: FxHashMap<usize, Span>,
}

/// A file of policies.
#[derive(Debug, Clone, Copy)]
pub struct PolicyFile {
    /// Its index among the files.
    pub file: usize,
    /// Whether it comes with the compiler.
    pub bundled: bool,
    /// Whether another one of these includes it.
    pub nested: bool,
    /// Where settings name it, or the file that includes it.
    pub named_at: Option<Span>,
}

struct Loader<'a> {
    sources: &'a mut Sources,
    files: &'a dyn Files,
    diagnostics: &'a mut Diagnostics,
    loaded: Loaded,
    by_path: FxHashMap<PathBuf, usize>,
    /// The files being read, each with the include that led there.
    stack: Vec<(usize, Option<Span>)>,
}

/// Reads and parses the root and all that it includes, and the policies that it is held to.
pub fn load(
    sources: &mut Sources,
    files: &dyn Files,
    settings: &Settings,
    diagnostics: &mut Diagnostics,
) -> Loaded {
    let loaded = Loaded {
        files: Vec::new(),
        targets: FxHashMap::default(),
        lost_include: Lost::default(),
        policy_files: PolicyFiles::default(),
    };
    let mut loader =
        Loader { sources, files, diagnostics, loaded, by_path: FxHashMap::default(), stack: Vec::new() };
    loader.parse(FileId::from_index(0), None);
    loader.add_policy_files(settings);
    loader.loaded
}

impl Loader<'_> {
    /// Adds a file and, depth first, what it includes: [`MAX_DEPTH`] calls deep at most.
    fn add(&mut self, source: Source, included_at: Option<Span>) -> usize {
        let file = self.sources.add(source);
        self.parse(file, included_at)
    }

    /// The same of a file that is among the sources.
    fn parse(&mut self, file: FileId, included_at: Option<Span>) -> usize {
        let index = self.loaded.files.len();
        self.by_path.insert(self.files.identity(self.sources.get(file).path()), index);
        let ast = crate::syntax::parse(self.sources, file, self.diagnostics);
        let includes: Vec<(usize, Include)> = ast
            .items
            .iter()
            .enumerate()
            .filter_map(|(item, one)| match &one.declaration {
                // Only the path and the prefix matter here.
                Declaration::Include(include) => {
                    Some((item, Include { path: include.path, prefix: include.prefix, with: Vec::new() }))
                }
                _ => None,
            })
            .collect();
        for item in &ast.items {
            if let Declaration::LostInclude(prefix) = item.declaration {
                self.lose(prefix);
            }
        }
        self.loaded.files.push((file, ast));
        self.stack.push((index, included_at));
        for (item, include) in includes {
            match self.include(file, &include, item) {
                Some(target) => {
                    self.report_empty(target, include.path.span);
                    self.loaded.policy_files.included_at.entry(target).or_insert(include.path.span);
                    self.loaded.targets.insert((index, item), target);
                }
                None => self.lose(include.prefix),
            }
        }
        self.stack.pop();
        index
    }

    fn add_policy_files(&mut self, settings: &Settings) {
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
        // Every file speaks of policies; a bundled one speaks of no other.
        for (_, ast) in &self.loaded.files {
            let named = ast.items.iter().filter_map(|item| match &item.declaration {
                Declaration::Apply(name) => Some(*name),
                Declaration::Waive(waive) => Some(waive.policy),
                _ => None,
            });
            names.extend(named.map(|name| self.sources.text(name.span).to_owned()));
        }
        for policy in bundled::ALL.iter().filter(|policy| names.iter().any(|name| name == policy.name)) {
            let file = self.add(policy.source(), None);
            self.loaded.policy_files.list.push(PolicyFile {
                file,
                bundled: true,
                nested: false,
                named_at: None,
            });
        }
    }

    /// Whether the files hold nothing to which a policy could apply, and speak of none.
    fn is_library(&self) -> bool {
        let holds_none = |item: &Item| {
            matches!(
                item.declaration,
                Declaration::Let(_)
                    | Declaration::Param(_)
                    | Declaration::Contact(_)
                    | Declaration::Include(_)
                    | Declaration::Fact(_)
                    | Declaration::Policy(_)
            )
        };
        self.loaded.lost_include.is_nothing()
            && self.loaded.files.iter().all(|(_, ast)| !ast.broken && ast.items.iter().all(holds_none))
    }

    fn add_policy_file(&mut self, path: &Path, named_at: Option<Span>) -> Option<usize> {
        if let Some(&file) = self.by_path.get(&self.files.identity(path)) {
            return Some(file);
        }
        match self.files.read(path) {
            Ok(bytes) => Some(self.add(Source::new(self.files.name(path), path, bytes), None)),
            Err(error) => {
                let message = format!(
                    "cannot read the policies in {}: {}",
                    quote(&path.display().to_string()),
                    why(&error)
                );
                let (code, help) = refused(&error);
                let help = help.unwrap_or(
                    "`--policy` and `policies` in cxflow.toml take a policy's name or a file's path",
                );
                let diagnostic = match named_at {
                    Some(span) => Diagnostic::new(code, span, message).here("named here"),
                    None => Diagnostic::unplaced(code, message),
                };
                self.diagnostics.push(diagnostic.help(help));
                self.loaded.lost_include.policies = true;
                None
            }
        }
    }

    /// Chooses the policies of a file and of all that it includes. A file that has none holds the flow
    /// to nothing, and whoever named it meant otherwise.
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
        // What is broken, or includes what is not there, may have declared one, and has its finding.
        let is_lost = |&file: &usize| {
            self.loaded.files.get(file).is_some_and(|(_, ast)| {
                let lost = |(at, item): (usize, &Item)| match item.declaration {
                    Declaration::Include(_) => !self.loaded.targets.contains_key(&(file, at)),
                    Declaration::LostInclude(_) => true,
                    _ => false,
                };
                ast.broken || ast.items.iter().enumerate().any(lost)
            })
        };
        let unread = files.iter().any(is_lost);
        if !unread && !asts().any(declares) {
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
        let all = all.map(|(at, file)| PolicyFile { file, bundled: false, nested: at > 0, named_at });
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
        let path = join(self.sources.get(from).path(), &written);
        let found = super::spelling::check(self.files, self.sources.get(from).path(), &written, span);
        if let Some(found) = found {
            self.diagnostics.push(found);
        }
        if let Some(&index) = self.by_path.get(&self.files.identity(&path)) {
            if self.stack.iter().any(|&(open, _)| open == index) {
                self.report_circle(index, span, item);
                return None;
            }
            return Some(index);
        }
        if self.stack.len() >= MAX_DEPTH {
            self.diagnostics.push(
                Diagnostic::new(
                    &crate::syntax::codes::TOO_LARGE,
                    span,
                    format!("includes are nested deeper than {MAX_DEPTH} files"),
                )
                .here("not read")
                .help("include this file from a file that is nearer to the flow"),
            );
            return None;
        }
        match self.files.read(&path) {
            Ok(bytes) => Some(self.add(Source::new(self.files.name(&path), path, bytes), Some(span))),
            Err(error) => {
                self.report_not_found(from, span, &path, &error);
                None
            }
        }
    }

    /// The path's text, or a finding.
    fn literal(&mut self, include: &Include) -> Option<String> {
        let span = include.path.span;
        let report = |message: &str| {
            Diagnostic::new(&codes::INCLUDE_NOT_FOUND, span, message)
                .here("expected the path of a file here")
                .help("write the file's path relative to this file, without insertions")
        };
        unescaped(self.sources.text(span)).map_err(|message| self.diagnostics.push(report(message))).ok()
    }

    /// `item` is the number of the include among the declarations of the file that is being read.
    fn report_circle(&mut self, index: usize, span: Span, item: usize) {
        let start = self.stack.iter().position(|&(open, _)| open == index).unwrap_or_default();
        let circle = self.stack.get(start..).unwrap_or_default();
        let mut names: Vec<&str> = circle
            .iter()
            .filter_map(|&(open, _)| self.loaded.files.get(open))
            .map(|&(file, _)| self.sources.get(file).name())
            .collect();
        names.extend(names.first().copied());
        let ast = self.loaded.files.get(index).map(|(_, ast)| ast).filter(|_| circle.len() == 1);
        let include = ast.and_then(|ast| ast.items.get(item));
        let itself = include.map(|include| take_out("Take the include out", self.sources, include));
        let mut diagnostic = Diagnostic::new(
            &codes::CIRCULAR_DEFINITION,
            span,
            format!("the file includes itself: {}", names.join(" -> ")),
        )
        .mend(itself)
        .here("this closes the circle")
        .help(if circle.len() > 1 {
            "move what both files need into a third file and include that"
        } else {
            "take it out"
        });
        for &(_, include) in circle.iter().skip(1) {
            if let Some(include) = include {
                diagnostic = diagnostic.label(include, "included here");
            }
        }
        self.diagnostics.push(diagnostic);
    }

    fn report_not_found(&mut self, from: FileId, span: Span, path: &Path, error: &std::io::Error) {
        let why = why(error);
        let lost = [std::io::ErrorKind::NotFound, std::io::ErrorKind::InvalidInput].contains(&error.kind());
        let written = unescaped(self.sources.text(span)).unwrap_or_default();
        let advice =
            lost.then(|| lost_path::of(self.files, self.sources.get(from).path(), &written)).flatten();
        // A link that leads nowhere is there under the very name that is written.
        let advice = advice.filter(|advice| advice.instead.as_deref() != Some(written.as_str()));
        // A file that is being read would include itself.
        let advice = advice.filter(|advice| {
            let meant = advice.instead.as_ref().map(|path| join(self.sources.get(from).path(), path));
            let open = meant.and_then(|path| self.by_path.get(&self.files.identity(&path)));
            open.is_none_or(|open| !self.stack.iter().any(|(index, _)| index == open))
        });
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let path = quote(&path.display().to_string());
        let folder = self.sources.get(from).path().parent().map(|folder| folder.display().to_string());
        let folder = folder.filter(|folder| !folder.is_empty()).unwrap_or_else(|| ".".to_owned());
        let (code, refused) = refused(error);
        let help = match (refused, &advice) {
            (Some(help), _) => help.to_owned(),
            (None, Some(advice)) => advice.help.clone(),
            (None, None) => {
                format!("the path is relative to the including file, here to {}", quote(&folder))
            }
        };
        let instead = advice.and_then(|advice| advice.instead);
        let instead =
            instead.filter(|path| self.files.read(&join(self.sources.get(from).path(), path)).is_ok());
        self.diagnostics.push(
            Diagnostic::new(code, span, format!("cannot include {path}: {why}"))
                .here(why)
                .help(help)
                .mend(instead.map(|path| Mend::write(span, display_string(&path)))),
        );
    }
}

/// The code of an error, and what to do where the path is not at fault.
fn refused(error: &std::io::Error) -> (&'static Code, Option<&'static str>) {
    match Refusal::of(error) {
        Some(Refusal::Outside) => (
            &codes::OUTSIDE,
            Some("move the file into the repository, or allow its folder with `--allow-outside DIR`"),
        ),
        Some(Refusal::NotRegular(_)) => (&codes::NOT_A_FILE, Some("name a regular file")),
        Some(Refusal::DanglingLink | Refusal::LinkLoop) | None => (&codes::INCLUDE_NOT_FOUND, None),
    }
}

impl Resolver<'_> {
    /// The declarations in the order of the flow, each include's where it stands.
    pub(super) fn place(&mut self, loaded: &Loaded) -> Vec<Placed> {
        let root = self.scopes.push(Scope {
            parent: None,
            prefix: String::new(),
            include: None,
            with: FxHashMap::default(),
            values: FxHashMap::default(),
        });
        let mut placer = Placer {
            loaded,
            placed: Vec::new(),
            prefixes: FxHashMap::default(),
            instance_items: 0,
            full: false,
        };
        let mut included = vec![false; loaded.files.len()];
        placer.file(self, root, 0, &mut included);
        // What another file includes is placed with that.
        for policies in loaded.policy_files.list.iter().filter(|one| !one.nested) {
            if included.get(policies.file) == Some(&false) {
                placer.file(self, root, policies.file, &mut included);
            }
        }
        placer.placed
    }
}

struct Placer<'a> {
    loaded: &'a Loaded,
    placed: Vec<Placed>,
    prefixes: FxHashMap<String, Span>,
    instance_items: usize,
    full: bool,
}

impl Placer<'_> {
    /// Places a file's declarations. Nested as deep as includes are, [`MAX_DEPTH`] at most.
    fn file(&mut self, resolver: &mut Resolver<'_>, scope: ScopeId, file: usize, included: &mut Vec<bool>) {
        if let Some(included) = included.get_mut(file) {
            *included = true;
        }
        let Some((id, ast)) = self.loaded.files.get(file) else { return };
        let prefix = resolver.scopes[scope].prefix.as_str();
        if let Some(name) = prefix.strip_suffix('.') {
            resolver.flow.instances.entry(*id).or_default().push(name.into());
        }
        for (index, item) in ast.items.iter().enumerate() {
            if self.full {
                return;
            }
            if resolver.scopes[scope].parent.is_some() {
                self.instance_items += 1;
            }
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.placed.push(Placed { scope, file: number(file), item: number(index) });
            let (Declaration::Include(include), Some(&target)) =
                (&item.declaration, self.loaded.targets.get(&(file, index)))
            else {
                continue;
            };
            match include.prefix {
                None if included.get(target) == Some(&true) => {}
                None => self.file(resolver, scope, target, included),
                Some(prefix) => {
                    if self.instance_items > MAX_INSTANCE_ITEMS || resolver.scopes.len() > MAX_INSTANCES {
                        self.full = true;
                        resolver.diagnostics.push(
                            Diagnostic::new(
                                &crate::syntax::codes::TOO_LARGE,
                                include.path.span,
                                "the includes multiply to more instances than a flow can have",
                            )
                            .here(format!(
                                "this is after {} instances with {} declarations",
                                resolver.scopes.len() - 1,
                                self.instance_items
                            ))
                            .help(
                                "instances inside instances multiply: include the innermost file fewer times",
                            ),
                        );
                        return;
                    }
                    let full = format!("{}{}.", resolver.scopes[scope].prefix, resolver.name(prefix));
                    if let Some(first) = self.prefixes.insert(full.clone(), prefix.span) {
                        resolver.report_duplicate("instance", prefix, first);
                        continue;
                    }
                    let mut with = FxHashMap::default();
                    for (at, binding) in include.with.iter().enumerate() {
                        with.entry(resolver.name(binding.name).as_ref().into()).or_insert(at);
                    }
                    let inner = Scope {
                        parent: Some(scope),
                        prefix: full,
                        include: self.placed.last().copied(),
                        with,
                        values: FxHashMap::default(),
                    };
                    let inner = resolver.scopes.push(inner);
                    self.file(resolver, inner, target, &mut vec![false; self.loaded.files.len()]);
                }
            }
        }
    }
}
