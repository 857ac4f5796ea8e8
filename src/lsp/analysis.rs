//! A compiled flow, with what editors ask about it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use gen_lsp_types::{Location, Position, Range, Uri};
use rustc_hash::{FxHashMap, FxHashSet};

use super::documents::Documents;
use super::file_kinds::is_settings;
use super::machine::Machine;
use super::position::{Encoding, LineStarts};
use super::spelling::FolderSpelling;
use crate::compile::apply_severity_options;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::flow::NodeId;
use crate::resolve::codes::INCLUDE_NOT_FOUND;
use crate::resolve::{Files, NameTarget, Use};
use crate::settings::{DeclaredParams, OutsideName, Settings, report_unknown_params};
use crate::simulate::{Coverage, Walk};
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast::Ast;
use crate::table::{Id, Table};
use crate::{Compiled, Options, compile_sources};

/// A flow, or a library that no flow includes, compiled with its includes.
pub struct Analysis {
    /// The path of its root file.
    pub root: PathBuf,
    /// The result of its compilation.
    pub compiled: Compiled,
    /// The calls of its tests.
    pub tests: Vec<TestCall>,
    /// The findings of failed tests.
    pub test_findings: Vec<Diagnostic>,
    /// The coverage of the passed tests, if there are tests.
    pub coverage: Option<Coverage>,
    /// Findings about the params in its settings, judged by this flow alone.
    unknown_params: Vec<Diagnostic>,
    /// The params that its settings set in any environment.
    pub set_params: Vec<String>,
    /// Why its settings cannot be read.
    pub unread: Option<String>,
    encoding: Encoding,
    /// Mentions of instances, which lie inside other mentions.
    instances: Vec<Use>,
    files: FxHashMap<PathBuf, FileId>,
    settings: FxHashMap<PathBuf, FileId>,
    names: Table<FileId, FileName>,
}

/// A test's call.
pub struct TestCall {
    /// Where the test's name is written.
    pub span: Span,
    /// The call of the test.
    pub call: Walk,
    /// Whether the test passed.
    pub passed: bool,
}

/// Findings about the params in settings, judged by the declarations of one flow. An incomplete flow has
/// none, since unreadable lines may declare more.
fn unknown_params(settings: Option<&Settings>, compiled: &Compiled, options: &Options) -> Vec<Diagnostic> {
    let Some(settings) = settings.filter(|_| compiled.flow.complete) else { return Vec::new() };
    let mut params: Vec<&str> = compiled.flow.params.iter().map(String::as_str).collect();
    params.sort_unstable();
    params.dedup();
    let instances = compiled.flow.instances.values().flatten().map(|name| name.to_string()).collect();
    let given = &options.settings;
    let is_set = |name: &str| given.params.contains_key(name) && !given.param_places.contains_key(name);
    let mut found = Diagnostics::default();
    // Other flows are checked on their own: a param that is right for one flow is no mistake.
    let is_elsewhere = |_: OutsideName<'_>| false;
    report_unknown_params(
        settings,
        &DeclaredParams::new(&params, &instances),
        is_set,
        is_elsewhere,
        &mut found,
    );
    apply_severity_options(&mut found, options);
    found.iter().cloned().collect()
}

/// How a file is identified for the editor.
struct FileName {
    path: Option<PathBuf>,
    uri: Option<Uri>,
    lines: OnceCell<LineStarts>,
}

/// What is needed to compile a flow.
pub struct CompileContext<'a> {
    /// Where files are read.
    pub files: &'a dyn Files,
    /// The open files, with the URIs that the editor gave.
    pub documents: &'a Documents,
    /// How the editor spells the URIs of other files.
    pub spelling: &'a FolderSpelling,
    /// The units of columns.
    pub encoding: Encoding,
}

impl Analysis {
    /// Compiles a flow, and returns why its settings cannot be read, if so. An unreadable root counts as an
    /// empty file.
    pub fn of(root: &Path, context: &CompileContext<'_>, machine: &dyn Machine) -> (Self, Option<String>) {
        let bytes = context.files.read(root).unwrap_or_default();
        let mut sources = Sources::default();
        sources.add(Source::new(context.files.name(root), root, bytes));
        let mut diagnostics = Diagnostics::default();
        let (mut options, flow_settings, refused) =
            match machine.options(root, context.files, &mut sources, &mut diagnostics) {
                Ok((options, settings)) => (options, Some(settings), None),
                Err(refused) => (refused.options, None, Some(refused.why)),
            };
        options.settings.note_uses = true;
        let mut compiled = compile_sources(sources, diagnostics, context.files, &options);
        let set_params = flow_settings.iter().flat_map(|settings| {
            settings.environments().flat_map(|environment| settings.params(environment))
        });
        let set_params = set_params.map(|(name, _)| name.to_owned()).collect();
        let mut unknown_params = unknown_params(flow_settings.as_ref(), &compiled, &options);
        let trees: FxHashSet<FileId> = compiled.trees.iter().map(|(file, _)| *file).collect();
        let mut files = FxHashMap::default();
        let mut settings = FxHashMap::default();
        let mut names = Table::default();
        for (file, source) in compiled.sources.iter() {
            // Bundled policies are no files for the editor.
            let path = (!source.is_bundled()).then(|| context.files.identity(source.path()));
            // Settings are not part of the flow: names, layout and the like are not looked for there.
            let is_flow = trees.contains(&file);
            if let Some(path) = path.as_ref().filter(|_| is_flow) {
                files.insert(path.clone(), file);
            } else if let Some(path) = path.as_ref().filter(|path| is_settings(path)) {
                settings.insert(path.clone(), file);
            }
            let open = path.as_ref().and_then(|path| context.documents.get(path));
            let uri = match open {
                Some(open) => Some(open.uri.clone()),
                None => path.as_ref().and_then(|path| context.spelling.uri(path, source.path())),
            };
            names.push(FileName { path, uri, lines: OnceCell::new() });
        }
        let (tests, mut test_findings, coverage) = match compiled.run_tests() {
            None => Default::default(),
            Some(run) => {
                let findings = run.findings().cloned().collect();
                let coverage = (!run.tests.is_empty()).then_some(run.coverage);
                let calls = run.tests.into_iter().map(|ran| TestCall {
                    span: ran.test.span,
                    passed: ran.passed(),
                    call: ran.call,
                });
                (calls.collect(), findings, coverage)
            }
        };
        for secret in machine.mask().findings(&compiled.sources) {
            compiled.diagnostics.push(secret);
        }
        // A finding in a shared file may not apply to other flows that use the file.
        let is_shared = |finding: &&mut Diagnostic| {
            finding.unless.is_some() && finding.span.is_some_and(|at| at.file.index() != 0)
        };
        for finding in compiled.diagnostics.iter_mut().filter(is_shared) {
            finding.severity = Severity::Note;
        }
        compiled.diagnostics.sort();
        let sources = &compiled.sources;
        let masked = machine.mask().over(sources);
        let shown = compiled.diagnostics.iter_mut().chain(&mut test_findings);
        for finding in shown.chain(&mut unknown_params) {
            *finding = masked.finding(finding).into_owned();
        }
        let mut instances = Vec::new();
        compiled.uses.retain(|usage| {
            if usage.named == NameTarget::Instance {
                instances.push(*usage);
            }
            usage.named != NameTarget::Instance && !sources.get(usage.span.file).is_bundled()
        });
        instances.retain(|usage| !sources.get(usage.span.file).is_bundled());
        compiled.uses.shrink_to_fit();
        let analysis = Self {
            root: root.to_path_buf(),
            compiled,
            tests,
            test_findings,
            coverage,
            unknown_params,
            set_params,
            unread: refused.clone(),
            encoding: context.encoding,
            instances,
            files,
            settings,
            names,
        };
        (analysis, refused)
    }

    /// Whether an included file was not found, so that any new file may change the flow.
    pub fn has_missing_files(&self) -> bool {
        self.compiled.diagnostics.iter().any(|finding| finding.code == &INCLUDE_NOT_FOUND)
    }

    /// The files of the flow and of its settings.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.keys().chain(self.settings.keys())
    }

    /// Whether its settings have errors or cannot be read, so that other policies may apply.
    pub fn has_unclear_settings(&self) -> bool {
        let in_settings = |finding: &Diagnostic| finding.span.is_some_and(|span| self.is_settings(span.file));
        let mut errors = self.findings().filter(|finding| finding.severity == Severity::Error);
        self.unread.is_some() || errors.any(in_settings)
    }

    /// The errors: code and message.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        let errors = self.findings().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| (finding.code.id, finding.message.as_str()))
    }

    /// Which names mean the same, independent of spelling: for each name in order, the number of the first
    /// name with the same meaning.
    pub fn meanings(&self) -> Vec<usize> {
        let mut first: FxHashMap<Span, usize> = FxHashMap::default();
        // A declaration moves when names before it become longer, but its rank stays the same.
        let numbered = self.uses().enumerate();
        numbered.map(|(number, usage)| *first.entry(usage.declared).or_insert(number)).collect()
    }

    /// The id of a file, if it is part of the flow.
    pub fn file(&self, path: &Path) -> Option<FileId> {
        self.files.get(path).copied()
    }

    /// Findings about the params in a settings file, judged by this flow alone.
    pub fn unknown_params(&self, settings: &Path) -> impl Iterator<Item = &Diagnostic> {
        let file = self.settings(settings);
        self.unknown_params.iter().filter(move |finding| finding.span.map(|span| span.file) == file)
    }

    /// The id of a settings file, if it applies to the flow.
    pub fn settings(&self, path: &Path) -> Option<FileId> {
        self.settings.get(path).copied()
    }

    /// Whether a file holds settings.
    pub fn is_settings(&self, file: FileId) -> bool {
        self.settings.values().any(|&settings_file| settings_file == file)
    }

    /// The path of a file; `None` for a bundled policy.
    pub fn path(&self, file: FileId) -> Option<&PathBuf> {
        self.names.find(file)?.path.as_ref()
    }

    /// The editor's URI of a file; `None` for a bundled policy.
    pub fn uri(&self, file: FileId) -> Option<&Uri> {
        self.names.find(file)?.uri.as_ref()
    }

    /// A file's text.
    pub fn text(&self, file: FileId) -> &str {
        self.compiled.sources.get(file).text()
    }

    /// The text of a span.
    pub fn written(&self, span: Span) -> &str {
        self.compiled.sources.text(span)
    }

    /// A file's tree.
    pub fn tree(&self, file: FileId) -> Option<&Ast> {
        self.compiled.trees.iter().find(|(tree_file, _)| *tree_file == file).map(|(_, tree)| tree)
    }

    fn lines(&self, file: FileId) -> Option<&LineStarts> {
        let name = self.names.find(file)?;
        Some(name.lines.get_or_init(|| LineStarts::of(self.text(file))))
    }

    /// Where a span is, as the protocol counts.
    pub fn range(&self, span: Span) -> Range {
        let lines = self.lines(span.file);
        lines.map(|lines| lines.range(self.text(span.file), span.range(), self.encoding)).unwrap_or_default()
    }

    /// The byte offset of a position in a file.
    pub fn offset(&self, file: FileId, place: Position) -> usize {
        let lines = self.lines(file);
        lines.map(|lines| lines.offset(self.text(file), place, self.encoding)).unwrap_or_default()
    }

    /// The length of a text in the units of columns.
    pub fn length(&self, text: &str) -> usize {
        self.encoding.length(text)
    }

    /// Where a span is, with its file; `None` in a bundled policy.
    pub fn location(&self, span: Span) -> Option<Location> {
        Some(Location { uri: self.uri(span.file)?.clone(), range: self.range(span) })
    }

    /// Every finding, those of the tests last.
    pub fn findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.compiled.diagnostics.iter().chain(&self.test_findings)
    }

    /// Every mention of a name.
    pub fn uses(&self) -> impl Iterator<Item = &Use> {
        self.compiled.uses.iter().chain(&self.instances)
    }

    /// What the name at a byte offset means; in a file with several instances it may have several meanings.
    /// Each piece of `es.menu` has a meaning of its own.
    pub fn uses_at(&self, file: FileId, offset: usize) -> &[Use] {
        let at = |offset: usize| match uses_at(&self.instances, file, offset) {
            [] => uses_at(&self.compiled.uses, file, offset),
            instances => instances,
        };
        match at(offset) {
            // The offset is at the `@` of a tag.
            [] if self.text(file).as_bytes().get(offset) == Some(&b'@') => at(offset + 1),
            found => found,
        }
    }

    /// Every mention of what is declared here, including the declaration itself.
    pub fn uses_of(&self, declared: Span) -> impl Iterator<Item = &Use> {
        self.uses().filter(move |usage| usage.declared == declared)
    }

    /// The nodes that are declared here; several if the file has several instances.
    pub fn nodes_declared(&self, declared: Span) -> impl Iterator<Item = NodeId> {
        let nodes = self.compiled.flow.nodes.iter();
        nodes.filter(move |(_, node)| node.name_span == declared).map(|(id, _)| id)
    }

    /// The nodes that the name at a byte offset means.
    pub fn nodes_at(&self, file: FileId, offset: usize) -> Vec<NodeId> {
        let uses = self.uses_at(file, offset).iter().filter(|usage| usage.named == NameTarget::Node);
        let mut declared: Vec<Span> = uses.map(|usage| usage.declared).collect();
        declared.dedup();
        declared.into_iter().flat_map(|declared| self.nodes_declared(declared)).collect()
    }

    /// The whole declaration around a name that it declares.
    pub fn declaration_around(&self, name: Span) -> Option<Span> {
        let items = &self.tree(name.file)?.items;
        // Declarations stand in the order of the text.
        let after = items.partition_point(|item| item.span.start <= name.start);
        let item = items.get(after.checked_sub(1)?)?;
        (name.end <= item.span.end).then_some(item.span)
    }

    /// The file of the root.
    pub fn root_file(&self) -> FileId {
        FileId::from_index(0)
    }
}

/// The uses at a byte offset. `uses` must not overlap.
fn uses_at(uses: &[Use], file: FileId, offset: usize) -> &[Use] {
    let number = u32::try_from(offset).unwrap_or(u32::MAX);
    let begins_later = uses.partition_point(|usage| (usage.span.file, usage.span.start) <= (file, number));
    let before = uses.get(..begins_later).unwrap_or_default();
    let Some(last) = before.last() else { return &[] };
    if last.span.file != file || last.span.end < number {
        return &[];
    }
    let first = before.partition_point(|usage| usage.span < last.span);
    before.get(first..).unwrap_or_default()
}
