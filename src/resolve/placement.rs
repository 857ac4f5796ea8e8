//! Puts the declarations of all files in the order of the flow: those of an included file come in place of the
//! include, once for each instance.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{LIBRARY, MORE_THAN_POLICIES};
use super::libraries;
use super::load::Loaded;
use super::{DeclRef, Resolver, Scope, ScopeId};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Declaration, Include, Item};
use crate::syntax::codes::TOO_LARGE;

/// How deeply instances may nest.
const MAX_DEPTH: usize = 64;
/// How many instances a flow may have.
const MAX_INSTANCES: usize = 10_000;
/// How many declarations all instances together may have.
const MAX_INSTANCE_ITEMS: usize = 4_000_000;

impl Resolver<'_> {
    /// The declarations in the order of the flow, those of an included file in place of the include.
    pub(super) fn place(&mut self, loaded: &Loaded) -> Vec<DeclRef> {
        let root = self.scopes.push(Scope {
            parent: None,
            prefix: String::new(),
            include: None,
            file: 0,
            with: FxHashMap::default(),
            bound: FxHashMap::default(),
            values: FxHashMap::default(),
        });
        let mut placer = Placer {
            loaded,
            placed: Vec::new(),
            stack: Vec::new(),
            included: FxHashMap::default(),
            prefixes: FxHashMap::default(),
            instance_items: 0,
            is_too_deep: false,
            library: None,
            outside: None,
        };
        placer.place_libraries(self, root);
        placer.place_all(self, root, 0);
        let of_flow = placer.included.remove(&root).unwrap_or_default();
        // A policy file named from outside has its own scope, so that it cannot change the flow.
        let outside = self.scopes.push(Scope {
            parent: Some(root),
            prefix: String::new(),
            include: None,
            file: 0,
            with: FxHashMap::default(),
            bound: FxHashMap::default(),
            values: FxHashMap::default(),
        });
        placer.included.insert(outside, of_flow);
        placer.outside = Some(Outside { scope: outside, others: BTreeMap::new() });
        // A nested file is placed with the file that includes it.
        for policies in loaded.policy_files.list.iter().filter(|policies| !policies.nested) {
            if !placer.has(outside, policies.file) {
                placer.place_all(self, outside, policies.file);
            } else if policies.file == 0 {
                placer.add_others_of_root();
            }
        }
        placer.report_others(self);
        placer.placed
    }
}

struct Placer<'a> {
    loaded: &'a Loaded,
    placed: Vec<DeclRef>,
    /// The files that are being placed, each included by the one below it.
    stack: Vec<Placing>,
    /// The files of each scope.
    included: FxHashMap<ScopeId, FxHashSet<usize>>,
    prefixes: FxHashMap<String, Span>,
    instance_items: usize,
    is_too_deep: bool,
    /// While a library of kinds is placed: its declarations that it may not have.
    library: Option<Vec<Span>>,
    /// The policy files from outside, after the flow's own files are placed.
    outside: Option<Outside>,
}

/// The policy files from outside.
struct Outside {
    /// The scope of their names.
    scope: ScopeId,
    /// Their declarations other than policies, by file number.
    others: BTreeMap<usize, Vec<Span>>,
}

impl Outside {
    /// Whether a policy file may have a declaration.
    fn takes(&self, scope: ScopeId, declaration: &Declaration) -> bool {
        match declaration {
            Declaration::Policy(_)
            | Declaration::Include(_)
            | Declaration::Apply(_)
            | Declaration::Let(_) => true,
            // Only an include can set a param.
            Declaration::Param(_) => scope != self.scope,
            // Already reported.
            Declaration::LostInclude(_)
            | Declaration::Ambiguous(_)
            | Declaration::Nameless(_)
            | Declaration::Broken(_) => true,
            Declaration::Flow(_)
            | Declaration::Description(_)
            | Declaration::Entry(_)
            | Declaration::Exit(_)
            | Declaration::Speaker(_)
            | Declaration::Contact(_)
            | Declaration::Var(_)
            | Declaration::Hours(_)
            | Declaration::Dispositions(_)
            | Declaration::Node(_)
            | Declaration::Transition(_)
            | Declaration::Every(_)
            | Declaration::Kind(_)
            | Declaration::Test(_)
            | Declaration::Fact(_)
            | Declaration::Waive(_)
            | Declaration::Attest(_) => false,
        }
    }
}

/// A file whose declarations are being placed.
#[derive(Clone, Copy)]
struct Placing {
    scope: ScopeId,
    /// How many instances it is nested in.
    depth: usize,
    /// Its index among the files.
    file: usize,
    /// The number of its next declaration.
    next: usize,
}

impl Placer<'_> {
    fn has(&self, scope: ScopeId, file: usize) -> bool {
        self.included.get(&scope).is_some_and(|files| files.contains(&file))
    }

    /// Places the declarations of a file and of all that it includes.
    fn place_all(&mut self, resolver: &mut Resolver<'_>, scope: ScopeId, file: usize) {
        self.enter(resolver, scope, 0, file);
        while let Some(placing) = self.stack.last_mut() {
            let Placing { scope, depth, file, next } = *placing;
            let declarations = self.loaded.files.get(file).map(|(_, ast)| ast.items.as_slice());
            let Some(item) = declarations.and_then(|items| items.get(next)) else {
                self.stack.pop();
                continue;
            };
            placing.next += 1;
            if let Some(outside) = self.outside.as_mut()
                && !self.loaded.is_bundled(file)
                && !outside.takes(scope, &item.declaration)
            {
                outside.others.entry(file).or_default().push(item.span);
                continue;
            }
            if let Some(others) = self.library.as_mut().filter(|_| !libraries::takes(item)) {
                others.push(item.span);
                continue;
            }
            self.instance_items += usize::from(depth > 0);
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            self.placed.push(DeclRef { scope, file: number(file), item: number(next) });
            let target = self.loaded.target(file, next);
            let (Declaration::Include(include), Some(target)) = (&item.declaration, target) else { continue };
            if include.prefix.is_none() {
                if resolver.libraries.contains(&u32::try_from(target).unwrap_or(u32::MAX)) {
                    resolver.plain_libraries.entry(target).or_default().push(include.path.span);
                }
                if !self.has(scope, target) {
                    self.enter(resolver, scope, depth, target);
                }
            } else if self.instance_items > MAX_INSTANCE_ITEMS || resolver.scopes.len() > MAX_INSTANCES {
                self.report_too_many(resolver, include);
                self.stack.clear();
            } else if depth >= MAX_DEPTH {
                self.report_too_deep(resolver, include);
            } else if let Some(inner) = self.instance(resolver, scope, include, target) {
                self.enter(resolver, inner, depth + 1, target);
            }
        }
    }

    /// Places the libraries of kinds that settings name, and reports what else they declare.
    fn place_libraries(&mut self, resolver: &mut Resolver<'_>, root: ScopeId) {
        // A library that includes the flow does not place it.
        self.included.entry(root).or_default().insert(0);
        for &file in &self.loaded.libraries {
            if self.has(root, file) {
                continue;
            }
            self.library = Some(Vec::new());
            self.place_all(resolver, root, file);
            let others = self.library.take().unwrap_or_default();
            if let Some((first, others)) = others.split_first() {
                // Instances of one file repeat the same places.
                let mut others: Vec<Span> = others.iter().copied().filter(|span| span != first).collect();
                others.dedup();
                let message = "a library may not change the flows that know its kinds";
                resolver.diagnostics.push(
                    Diagnostic::new(&LIBRARY, *first, message)
                        .here("neither a kind nor a value")
                        .label_each(&others, 5, "nor is this")
                        .help("move it into a file that the flow includes; what `library` names takes `kind`, `let`, `param`, `contact` and `include`"),
                );
            }
        }
    }

    /// Adds the declarations other than policies of a policy file that is itself the root.
    fn add_others_of_root(&mut self) {
        let Some((_, ast)) = self.loaded.files.first() else { return };
        let is_flow = |item: &Item| matches!(item.declaration, Declaration::Flow(_));
        let Some(outside) = self.outside.as_mut().filter(|_| !ast.items.iter().any(is_flow)) else { return };
        let others = ast.items.iter().filter(|item| !outside.takes(outside.scope, &item.declaration));
        let others: Vec<Span> = others.map(|item| item.span).collect();
        outside.others.insert(0, others);
    }

    /// Begins to place a file in a scope.
    fn enter(&mut self, resolver: &mut Resolver<'_>, scope: ScopeId, depth: usize, file: usize) {
        self.included.entry(scope).or_default().insert(file);
        let Some((id, _)) = self.loaded.files.get(file) else { return };
        let prefix = resolver.scopes[scope].prefix.as_str();
        if let Some(name) = prefix.strip_suffix('.') {
            resolver.flow.instances.entry(*id).or_default().push(name.into());
        }
        self.stack.push(Placing { scope, depth, file, next: 0 });
    }

    /// Adds the scope of an instance. Reports a name that is taken.
    fn instance(
        &mut self,
        resolver: &mut Resolver<'_>,
        scope: ScopeId,
        include: &Include,
        file: usize,
    ) -> Option<ScopeId> {
        let prefix = include.prefix?;
        let full = format!("{}{}.", resolver.scopes[scope].prefix, resolver.name(prefix));
        if let Some(first) = self.prefixes.insert(full.clone(), prefix.span) {
            resolver.report_duplicate("instance", prefix, first);
            return None;
        }
        let mut with = FxHashMap::default();
        for (at, binding) in include.with.iter().enumerate() {
            with.entry(resolver.name(binding.name).as_ref().into()).or_insert(at);
        }
        let mut bound = FxHashMap::default();
        for (at, exit) in include.exits.iter().enumerate() {
            bound.entry(resolver.name(exit.name).as_ref().into()).or_insert(at);
        }
        let inner = resolver.scopes.push(Scope {
            parent: Some(scope),
            prefix: full.clone(),
            include: self.placed.last().copied(),
            file: u32::try_from(file).unwrap_or(u32::MAX),
            with,
            bound,
            values: FxHashMap::default(),
        });
        resolver.scope_by_prefix.insert(full.into(), inner);
        Some(inner)
    }

    /// Reports the declarations other than policies in policy files from outside, once for each file.
    fn report_others(&self, resolver: &mut Resolver<'_>) {
        for spans in self.outside.iter().flat_map(|outside| outside.others.values()) {
            let Some((first, others)) = spans.split_first() else { continue };
            // Instances of one file repeat the same places.
            let mut others: Vec<Span> = others.iter().copied().filter(|span| span != first).collect();
            others.dedup();
            let message = "a policy file may not change the flows that it applies to";
            resolver.diagnostics.push(
                Diagnostic::new(&MORE_THAN_POLICIES, *first, message)
                    .here("not a policy")
                    .label_each(&others, 5, "not a policy either")
                    .help("move it into a file that the flow includes; what `--policy` or `policies` names takes `policy`, `apply`, `include` and the `let` that policies insert"),
            );
        }
    }

    /// What is not placed may declare any name, so that none is reported as unknown.
    fn report_too_many(&self, resolver: &mut Resolver<'_>, include: &Include) {
        resolver.lost_include.plain = true;
        resolver.flow.complete = false;
        resolver.flow.lacks_files = true;
        resolver.flow.lacks_kinds = true;
        let message = "the includes multiply to more instances than a flow can have";
        resolver.diagnostics.push(
            Diagnostic::new(&TOO_LARGE, include.path.span, message)
                .here(format!(
                    "this is after {} instances with {} declarations",
                    resolver.scopes.len() - 1,
                    self.instance_items
                ))
                .help("instances inside instances multiply: include the innermost file fewer times"),
        );
    }

    /// Reported once, since the same nesting repeats in many instances.
    fn report_too_deep(&mut self, resolver: &mut Resolver<'_>, include: &Include) {
        if !std::mem::replace(&mut self.is_too_deep, true) {
            let message = format!("instances are nested deeper than {MAX_DEPTH}");
            resolver.diagnostics.push(
                Diagnostic::new(&TOO_LARGE, include.path.span, message)
                    .here("left out")
                    .help("include this file from a file that is nearer to the flow"),
            );
        }
    }
}
