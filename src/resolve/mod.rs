//! Turns trees into a flow: reads includes, fills in params, binds names.

mod about_policies;
mod again;
mod around_fields;
mod asked_hours;
mod built_texts;
mod calling_times;
mod carried_tags;
pub mod codes;
mod comparisons;
mod conditions;
mod decisions;
mod declare;
mod dispositions;
mod entry;
mod every;
mod exit_findings;
mod exits;
mod facts;
mod fields;
mod flow_tests;
mod folders;
mod given;
mod hours;
mod idle_given;
mod include_cycles;
mod include_graph;
mod include_path;
mod input;
mod kept_fixes;
mod kept_lets;
mod kind_sets;
mod kinds;
mod libraries;
mod load;
mod locked;
mod lost_path;
mod missing;
mod namesakes;
mod node_names;
mod nodes;
mod outcome_uses;
mod params;
mod placeholders;
mod placement;
mod policies;
mod provenance;
mod refusal;
mod repeats;
mod rules;
mod rules_without_policy;
mod scripts;
mod selectors;
mod speakers;
mod spelling;
mod spellings;
mod split_includes;
mod suggestions;
mod texts;
mod transitions;
mod unknown_nodes;
mod uses;
mod values;
mod variables;

pub use include_graph::{IncludeGraph, Links, declares_flow};
pub use include_path::include_path;
pub(crate) use include_path::join as join_path;
pub use lost_path::nearest_file;
pub(crate) use placeholders::is_json;
pub use refusal::{ReadRefusal, why};
pub use spelling::same_name_respelled;
pub(crate) use spellings::{Form, candidates, plain, spelled_values};
pub use uses::{NameTarget, Use};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::bundled::lock::PolicyLock;
use crate::diagnostics::Diagnostics;
use crate::flow::{Flow, NodeId};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::Ast;
use crate::table::id;

/// Where files are read from: the disk, a git revision, an editor's open buffers, a test's list.
///
/// A place without files needs nothing but this:
///
/// ```
/// struct Nowhere;
/// impl cxflowc::Files for Nowhere {
///     fn read(&self, _: &std::path::Path) -> std::io::Result<Vec<u8>> {
///         Err(std::io::ErrorKind::NotFound.into())
///     }
/// }
/// ```
pub trait Files {
    /// Reads a file, or one byte more than [`crate::source::MAX_BYTES`] of a larger one.
    ///
    /// # Errors
    ///
    /// If the file does not exist, is a folder, or cannot be read.
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>>;

    /// The name of a file in messages.
    fn name(&self, path: &Path) -> String {
        path.display().to_string()
    }

    /// The names in a folder, those of folders with a `/` at the end. Empty if they are unknown.
    fn list(&self, _folder: &Path) -> Vec<String> {
        Vec::new()
    }

    /// Checks whether a flow may read a file, wherever its text comes from.
    ///
    /// # Errors
    ///
    /// If the file is outside the folders that a flow may read.
    fn admit(&self, _path: &Path) -> std::io::Result<()> {
        Ok(())
    }

    /// The last name of a path as its folder spells it, if the file system finds the file under another
    /// spelling: `common.cxflow` for `parts/Common.cxflow`.
    fn spelling(&self, _path: &Path) -> Option<String> {
        None
    }

    /// The canonical path of a file, so that a file with several paths is read once.
    fn identity(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }
}

/// What a build sets from outside.
///
/// ```
/// let mut options = cxflowc::Options::default();
/// options.settings.params.insert("queue".into(), "billing".into());
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, Default)]
pub struct BuildSettings {
    /// Values of params, by name; `PREFIX.NAME` for those of an instance.
    pub params: FxHashMap<String, String>,
    /// Where a settings file sets them.
    pub param_places: FxHashMap<String, Span>,
    /// Whether an unset param is an error, as it is in a build but not in a check.
    pub params_required: bool,
    /// The policies that apply in addition to those that the flow applies itself.
    pub policies: Vec<PolicyChoice>,
    /// Where settings name them.
    pub policy_places: FxHashMap<PolicyChoice, Span>,
    /// The texts of bundled policies that are locked, which count in place of those of the compiler.
    #[doc(hidden)]
    pub lock: Option<Arc<PolicyLock>>,
    /// The libraries of kinds that the flow knows.
    pub libraries: Vec<LibraryChoice>,
    /// Where settings name them.
    pub library_places: FxHashMap<LibraryChoice, Span>,
    /// Whether a library loads no policy files that settings name: they do not apply to it, but to another
    /// source.
    pub libraries_load_none: bool,
    /// Whether some settings could not be read: what they may set or apply is not reported as missing.
    pub are_broken: bool,
    /// How long a `collect` waits for the first key if it does not say so, in milliseconds.
    pub wait: Option<u64>,
    /// How long it waits for each key after that, in milliseconds.
    pub between: Option<u64>,
    /// Whether to record where each name is written, which editors need and builds do not.
    pub note_uses: bool,
}

/// A policy chosen from outside.
///
/// ```
/// use cxflowc::{Options, PolicyChoice};
///
/// let mut options = Options::default();
/// options.settings.policies.push(PolicyChoice::Name("us_tsr".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PolicyChoice {
    /// The policy of a name.
    Name(String),
    /// All policies that a file declares. The file counts as included, after all others.
    File(PathBuf),
}

/// A library of kinds, chosen from outside.
///
/// ```
/// use cxflowc::{LibraryChoice, Options};
///
/// let mut options = Options::default();
/// options.settings.libraries.push(LibraryChoice::Name("cxone".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LibraryChoice {
    /// The bundled library of a name.
    Name(String),
    /// A file, whose kinds and values the flow knows as if it included the file.
    File(PathBuf),
}

/// A flow and the files that it was made from.
pub struct Resolved {
    /// The flow.
    pub flow: Flow,
    /// The files' trees, the root's first.
    pub files: Vec<(FileId, Ast)>,
    /// Where names are written, in order, if the settings request it.
    pub uses: Vec<Use>,
}

/// Resolves the flow of the root file, which is the first source.
pub fn resolve(
    sources: &mut Sources,
    files: &dyn Files,
    settings: &BuildSettings,
    diagnostics: &mut Diagnostics,
) -> Resolved {
    let loaded = load::load(sources, files, settings, diagnostics);
    let mut resolver = Resolver::new(sources, &loaded.files, settings, diagnostics);
    if !loaded.lost_include.is_nothing() {
        resolver.flow.complete = false;
        resolver.flow.lacks_files = true;
    }
    resolver.flow.lacks_kinds = loaded.lost_include.may_declare_kinds();
    resolver.lost_include = loaded.lost_include.clone();
    let policy_files = loaded.policy_files.list.iter().filter_map(|policies| loaded.files.get(policies.file));
    resolver.flow.policy_files = policy_files.map(|(file, _)| *file).collect();
    let decls = resolver.place(&loaded);
    resolver.declare_kinds(&decls);
    resolver.declare_dispositions(&decls);
    resolver.declare(&decls);
    resolver.evaluate_values();
    resolver.fill_hours(&decls);
    resolver.fill_kinds(&decls);
    resolver.fill_speakers(&decls);
    resolver.bind_exits(&decls);
    resolver.fill_nodes(&decls);
    resolver.carry_tags();
    resolver.withhold_lost();
    resolver.add_transitions(&decls);
    resolver.set_entry(&decls);
    resolver.apply_everys(&decls);
    resolver.add_tests(&decls);
    resolver.add_policies(&decls, &loaded.policy_files);
    resolver.report_kept_lets();
    resolver.report_namesakes();
    resolver.report_unset();
    resolver.report_unknown_exits();
    resolver.report_unknown_nodes();
    resolver.report_unknown_dispositions();
    resolver.suggest_unused_names();
    resolver.keep_fixes();
    resolver.record_instances_and_tags(&decls);
    resolver.record_outcomes();
    let uses = uses::in_order(resolver.uses.take());
    let flow = resolver.finish();
    Resolved { flow, files: loaded.files, uses }
}

id! {
    /// A scope: the root's, or an instance's.
    ScopeId
}

/// The names of the root or of an instance.
struct Scope {
    parent: Option<ScopeId>,
    /// The prefix of the instance's nodes: `es.`, or nothing for the root.
    prefix: String,
    /// The include that made the instance.
    include: Option<DeclRef>,
    /// The index of the file that the include names, or of the root file.
    file: u32,
    /// The first binding of each name that the include's `with` sets.
    with: FxHashMap<Box<str>, usize>,
    /// The first binding of each exit that it binds.
    bound: FxHashMap<Box<str>, usize>,
    values: FxHashMap<Box<str>, provenance::ValueId>,
}

/// A declaration of a file, in a scope.
#[derive(Clone, Copy)]
struct DeclRef {
    scope: ScopeId,
    /// Index into the loaded files.
    file: u32,
    /// Index into the file's items.
    item: u32,
}

/// The flow in the making.
struct Resolver<'a> {
    sources: &'a Sources,
    files: &'a [(FileId, Ast)],
    settings: &'a BuildSettings,
    diagnostics: &'a mut Diagnostics,
    flow: Flow,
    scopes: crate::table::Table<ScopeId, Scope>,
    /// The scopes of instances by their prefixes.
    scope_by_prefix: FxHashMap<Box<str>, ScopeId>,
    /// The exits of instances.
    exits: exits::Exits<'a>,
    /// The numbers of the files that have exits.
    libraries: rustc_hash::FxHashSet<u32>,
    /// Whether the root file has a `flow` line.
    is_flow_file: bool,
    /// The includes without a prefix of each file that has exits.
    plain_libraries: std::collections::BTreeMap<usize, Vec<Span>>,
    /// Whether such an include was reported: its instance may have any name.
    lacks_instances: bool,
    values: crate::table::Table<provenance::ValueId, values::ValueDef>,
    node_ids: FxHashMap<compact_str::CompactString, NodeId>,
    /// The nodes of the node declarations, in order.
    decl_nodes: Vec<NodeId>,
    /// The scope of each node.
    node_scopes: crate::table::Table<NodeId, ScopeId>,
    conditions: conditions::Interner,
    /// The dispositions by name.
    dispositions: dispositions::Dispositions,
    /// The declared kinds by their words.
    kinds: FxHashMap<Box<str>, crate::flow::KindId>,
    /// What the nodes of a kind set, by the scope that declares the kind.
    kind_sets: FxHashMap<(crate::flow::KindId, ScopeId), crate::flow::NodeSetsId>,
    /// Those of the root file that no node has.
    unused_kinds: rustc_hash::FxHashSet<crate::flow::KindId>,
    /// What lines do with lets that only variables take.
    kept_lets: kept_lets::KeptLets,
    /// The names of variables that are set and not declared.
    unknown_variables: rustc_hash::FxHashSet<Box<str>>,
    /// When the calls of tests are made, each with the test's name.
    test_times: Vec<(Span, Span)>,
    /// The variables to which tests give values, each with its name there.
    test_values: Vec<(crate::flow::VariableId, Span)>,
    transitions: Vec<crate::flow::Transition>,
    /// What broken lines may have declared.
    broken_lines: declare::BrokenLines<'a>,
    /// The strings of `flow` (true) and `description` (false), to be evaluated after the values.
    flow_texts: Vec<(DeclRef, bool, crate::syntax::ast::Text)>,
    /// Bytes that insertions may still add to texts.
    text_budget: usize,
    /// What unknown names may have meant.
    suggestions: suggestions::Suggestions,
    /// Keys that ranges may still stand for.
    range_budget: u64,
    /// The unset params, each with the instances that lack a value for it.
    unset: Vec<(crate::syntax::ast::Name, Vec<ScopeId>)>,
    /// Their indexes in that list, by place.
    unset_at: FxHashMap<Span, usize>,
    /// The first place of each fact.
    fact_places: FxHashMap<Box<str>, crate::source::Span>,
    /// The root file's policies, for the rule about unused ones.
    declared_policies: Vec<crate::flow::DeclaredName>,
    /// The includes that were not found, which may declare unknown names.
    lost_include: load::LostIncludes,
    /// The last node of each file, below which a fix declares a missing one.
    last_nodes: FxHashMap<FileId, Option<usize>>,
    /// The names of nodes that transitions leave, computed on first use.
    transition_sources: Option<rustc_hash::FxHashSet<std::borrow::Cow<'a, str>>>,
    /// References to unknown values without a similar name.
    unknown_values: Vec<(ScopeId, Box<str>, Span)>,
    /// Bindings of exits that the included file does not declare, by the number of its scope and the name.
    unknown_exits: std::collections::BTreeMap<(usize, Box<str>), crate::diagnostics::Diagnostic>,
    /// References to unknown nodes, each with its finding.
    unknown_nodes: Vec<unknown_nodes::UnknownNode>,
    /// Where names are written, if requested.
    uses: Option<Vec<Use>>,
    /// The contact fields that are compared or copied, by name.
    contact_variables: FxHashMap<Box<str>, crate::flow::VariableId>,
    /// What the action that is being made reads, and where.
    step_variables: Vec<(crate::flow::VariableId, Span)>,
    /// The languages and voices that files and instances declare.
    speakers: speakers::Speakers,
    /// The language and the voice of the node that is being made.
    node_speaker: Option<std::sync::Arc<crate::flow::Speaker>>,
    /// What each `set` gives to a variable.
    carried_tags: Vec<carried_tags::CarriedTags>,
    /// The values by their normalized names.
    plain_names: FxHashMap<String, provenance::ValueId>,
    /// The reported places where a text spells a value without inserting it.
    spelled: rustc_hash::FxHashSet<(crate::source::Span, Box<str>)>,
}

impl<'a> Resolver<'a> {
    fn new(
        sources: &'a Sources,
        files: &'a [(FileId, Ast)],
        settings: &'a BuildSettings,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let is_flow = |item: &crate::syntax::ast::Item| {
            matches!(item.declaration, crate::syntax::ast::Declaration::Flow(_))
        };
        let flow = Flow {
            complete: files.iter().all(|(_, ast)| !ast.broken),
            is_empty: files.first().is_none_or(|(_, ast)| ast.items.is_empty() && !ast.broken),
            ..Flow::default()
        };
        Self {
            sources,
            files,
            settings,
            diagnostics,
            flow,
            scopes: Default::default(),
            scope_by_prefix: FxHashMap::default(),
            exits: Default::default(),
            libraries: exits::libraries(files),
            is_flow_file: files.first().is_some_and(|(_, ast)| ast.items.iter().any(is_flow)),
            plain_libraries: Default::default(),
            lacks_instances: false,
            values: Default::default(),
            node_ids: FxHashMap::default(),
            decl_nodes: Vec::new(),
            node_scopes: Default::default(),
            conditions: Default::default(),
            dispositions: Default::default(),
            kinds: FxHashMap::default(),
            kind_sets: FxHashMap::default(),
            unused_kinds: Default::default(),
            kept_lets: Default::default(),
            unknown_variables: Default::default(),
            test_times: Vec::new(),
            test_values: Vec::new(),
            transitions: Vec::new(),
            broken_lines: Default::default(),
            flow_texts: Vec::new(),
            text_budget: values::MAX_INSERTED,
            suggestions: Default::default(),
            range_budget: conditions::MAX_IN_RANGES,
            unset: Vec::new(),
            unset_at: FxHashMap::default(),
            fact_places: FxHashMap::default(),
            declared_policies: Vec::new(),
            lost_include: Default::default(),
            last_nodes: FxHashMap::default(),
            transition_sources: None,
            unknown_values: Vec::new(),
            unknown_exits: Default::default(),
            unknown_nodes: Vec::new(),
            uses: settings.note_uses.then(Vec::new),
            contact_variables: FxHashMap::default(),
            step_variables: Vec::new(),
            speakers: Default::default(),
            node_speaker: None,
            carried_tags: Vec::new(),
            plain_names: FxHashMap::default(),
            spelled: Default::default(),
        }
    }

    fn item(&self, decl: DeclRef) -> Option<&'a crate::syntax::ast::Item> {
        let (_, ast) = self.files.get(decl.file as usize)?;
        ast.items.get(decl.item as usize)
    }

    /// The name's text, without its backticks.
    fn name(&self, name: crate::syntax::ast::Name) -> std::borrow::Cow<'a, str> {
        crate::syntax::text::name(self.sources.text(name.span))
    }

    /// The text behind a place, without the blanks before it.
    fn text_behind(&self, span: Span) -> &'a str {
        let text = self.sources.get(span.file).text();
        text.get(span.range().end..).unwrap_or_default().trim_start()
    }
}
