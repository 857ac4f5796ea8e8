//! Exits of libraries: where an instance leaves, and the nodes of the including file that it leaves to.
//!
//! In an instance an exit is another name for the node that the include binds it to, and the instance's own name
//! is another one for the library's entry. A library that is compiled alone has a node for each exit, where calls
//! end.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{DUPLICATE, MISPLACED_EXIT, SECOND_AGAIN, UNKNOWN_NODE};
use super::node_names::NodeUser;
use super::{DeclRef, NameTarget, Resolver, ScopeId};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::{AgainId, DispositionId, LibraryExit, NodeId, NodeType};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Ast, Declaration, Include, Item, Name};
use crate::syntax::place::take_out;
use crate::table::Id;

/// How many exits an unknown name is compared with.
pub(super) const MOST_COMPARED: usize = 1000;

/// The exits of all instances, and their entries.
#[derive(Default)]
pub(super) struct Exits<'a> {
    pub(super) by_scope: FxHashMap<ScopeId, ScopeExits<'a>>,
    /// The `again` of each binding that has one, by its instance and the place of its exit's name.
    agains: FxHashMap<(ScopeId, Span), BoundAgain>,
    /// Those that are reported, since the transition has another one.
    second_agains: FxHashSet<Span>,
    /// The names of exits that transitions on the line of an `include` leave, which are meant to bind them.
    pub(super) behind_includes: FxHashSet<Span>,
}

/// What the `again` of a binding is in the flow.
struct BoundAgain {
    /// `None` until a transition leads to the exit.
    id: Option<AgainId>,
    otherwise: Option<NodeId>,
    disposition: Option<DispositionId>,
}

/// The exits of an instance.
#[derive(Default)]
pub(super) struct ScopeExits<'a> {
    pub(super) exits: Vec<Exit<'a>>,
    /// The first exit of each name.
    pub(super) by_name: FxHashMap<Cow<'a, str>, usize>,
    /// The node where a call enters it.
    pub(super) entry: Option<Name>,
    /// Whether it has an `entry` line, a broken one included.
    pub(super) has_entry: bool,
}

/// An exit of an instance.
pub(super) struct Exit<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) declared: Name,
    /// The node of the including file. `None` if it is not bound, which is reported.
    pub(super) target: Option<Name>,
    /// Whether a transition leads to it.
    pub(super) used: bool,
}

/// What a name of a node refers to.
#[derive(Clone, Copy)]
pub(super) enum Located {
    /// A node.
    Node(NodeId),
    /// An exit, by its number among those of an instance.
    Exit(ScopeId, usize),
    /// An instance, which means its entry.
    Instance(ScopeId),
}

impl<'a> Resolver<'a> {
    /// Whether a file says where it leaves, so that it is a library whatever else it has.
    pub(super) fn has_exits(&self, file: u32) -> bool {
        self.libraries.contains(&file)
    }

    /// Whether a scope is an instance of a library with exits.
    pub(super) fn is_library_scope(&self, scope: ScopeId) -> bool {
        let scope = &self.scopes[scope];
        scope.include.is_some() && self.has_exits(scope.file)
    }

    /// Whether a declaration is in the own file of an instance of a library with exits.
    pub(super) fn is_of_library(&self, decl: DeclRef) -> bool {
        self.scopes[decl.scope].file == decl.file && self.is_library_scope(decl.scope)
    }

    /// Declares an exit: as a node in a library that is compiled alone, as another name in an instance.
    pub(super) fn declare_exit(&mut self, decl: DeclRef, item: &'a Item, name: Name) {
        let is_instance = self.scopes[decl.scope].include.is_some();
        if !is_instance && decl.file == 0 && !self.is_flow_file {
            self.flow.has_exits = true;
            self.declare_row(decl, item, name, name.span, NodeType::Exit);
            self.record_use(NameTarget::Exit, name.span, name.span);
            return;
        }
        // In a file that needs a prefix or has a `flow` line it has no target, which is reported there.
        let bound = self.include_of(decl.scope).filter(|_| self.is_of_library(decl));
        let text = self.name(name);
        let target = bound.and_then(|include| {
            let at = *self.scopes[decl.scope].bound.get(text.as_ref())?;
            Some(include.exits.get(at)?.target)
        });
        let row = self.exits.by_scope.entry(decl.scope).or_default();
        let number = *row.by_name.entry(text.clone()).or_insert(row.exits.len());
        let first = row.exits.get(number).map(|exit| exit.declared.span);
        row.exits.push(Exit { text, declared: name, target, used: first.is_some() });
        self.record_use(NameTarget::Exit, name.span, name.span);
        if let Some(first) = first {
            self.report_duplicate("exit", name, first);
        }
    }

    fn include_of(&self, scope: ScopeId) -> Option<&'a Include> {
        match &self.item(self.scopes[scope].include?)?.declaration {
            Declaration::Include(include) => Some(include),
            _ => None,
        }
    }

    /// What a name means in a scope, or else in one of the including scopes.
    pub(super) fn locate(&self, scope: ScopeId, name: &str) -> Option<Located> {
        let mut scope = Some(scope);
        while let Some(id) = scope {
            let row = &self.scopes[id];
            let found = match row.prefix.as_str() {
                "" => self.node_ids.get(name),
                prefix => self.node_ids.get(format!("{prefix}{name}").as_str()),
            };
            if let Some(&node) = found {
                return Some(Located::Node(node));
            }
            if !self.exits.by_scope.is_empty() {
                let of_scope = self.exits.by_scope.get(&id);
                if let Some(&number) = of_scope.and_then(|row| row.by_name.get(name)) {
                    return Some(Located::Exit(id, number));
                }
                let inner = self.scope_by_prefix.get(format!("{}{name}.", row.prefix).as_str());
                let has_entry =
                    |inner: &&ScopeId| self.exits.by_scope.get(inner).is_some_and(|row| row.has_entry);
                if let Some(&inner) = inner.filter(has_entry) {
                    return Some(Located::Instance(inner));
                }
            }
            scope = row.parent;
        }
        None
    }

    /// Whether a name may be that of an instance, or of a node in it, whose include lacks its `as`.
    pub(super) fn may_lack_its_instance(&mut self, scope: ScopeId, name: Name) -> bool {
        if !self.lacks_instances || name.quoted {
            return false;
        }
        let text = self.name(name);
        text.contains('.') || self.nearest_node(scope, &text).is_none()
    }

    /// The finding for `auth.verified`, where `verified` is an exit or a param of the instance and no node in it.
    pub(super) fn behind_instance(&self, scope: ScopeId, name: Name) -> Option<Diagnostic> {
        let text = self.name(name);
        let (instance, own) = text.rsplit_once('.').filter(|_| !name.quoted)?;
        let mut next = Some(scope);
        let inner = loop {
            let id = next?;
            let row = &self.scopes[id];
            if let Some(&inner) = self.scope_by_prefix.get(format!("{}{instance}.", row.prefix).as_str()) {
                break inner;
            }
            next = row.parent;
        };
        let row = self.exits.by_scope.get(&inner);
        let exit = row.and_then(|row| row.exits.get(*row.by_name.get(own)?));
        if let Some(exit) = exit {
            let target = exit.target.map(|target| self.name(target).into_owned());
            let finding = Diagnostic::new(
                &UNKNOWN_NODE,
                name.span,
                format!("{} is an exit of the instance {}, and no node in it", quote(own), quote(instance)),
            )
            .here("not a node")
            .label(exit.declared.span, "declared here");
            let leads_on = self.text_behind(name.span).starts_with("->");
            return Some(match target {
                Some(target) if leads_on => finding.help(format!(
                    "leave it out: `with {own} -> {target}` says where the call goes from there"
                )),
                None if leads_on => {
                    finding.help(format!("say where the call goes at the include: `with {own} -> NODE`"))
                }
                Some(target) => finding
                    .help(format!("write `{target}`, where the call goes from there"))
                    .fix(Fix::write(name.span, crate::spelling::display_id(&target))),
                None => finding.help("name the node where the call goes from there"),
            });
        }
        let value = self.scopes[inner].values.get(own).map(|&id| &self.values[id])?;
        let message = format!(
            "{} is a {} of the instance {}, and no node in it",
            quote(own),
            value.word(),
            quote(instance)
        );
        Some(
            Diagnostic::new(&UNKNOWN_NODE, name.span, message)
                .here("not a node")
                .label(value.name.span, "declared here")
                .help(format!("name a node of the instance, as in `{instance}.NODE`")),
        )
    }

    /// Whether a name is that of an instance of a library that does not say where it is entered.
    pub(super) fn is_library_without_entry(&self, scope: ScopeId, name: &str) -> bool {
        let inner = self.scope_by_prefix.get(format!("{}{name}.", self.scopes[scope].prefix).as_str());
        inner.is_some_and(|&inner| self.is_library_scope(inner))
    }

    /// The node behind an exit or an instance. Exits lead to outer scopes, and entries to inner ones.
    pub(super) fn node_behind(&self, located: Located) -> Option<NodeId> {
        let mut located = located;
        let mut has_entered = false;
        loop {
            let (scope, name) = match located {
                Located::Node(node) => return Some(node),
                Located::Exit(..) if has_entered => return None,
                Located::Exit(scope, number) => {
                    let exit = self.exits.by_scope.get(&scope)?.exits.get(number)?;
                    (self.scopes[scope].parent?, exit.target?)
                }
                Located::Instance(scope) => {
                    has_entered = true;
                    (scope, self.exits.by_scope.get(&scope)?.entry?)
                }
            };
            let next = self.locate(scope, &self.name(name))?;
            let is_inside = |inner: ScopeId| inner.index() > scope.index();
            if matches!(next, Located::Instance(inner) if has_entered && !is_inside(inner)) {
                return None;
            }
            located = next;
        }
    }

    /// Whether a transition is to leave an exit, which is reported.
    pub(super) fn is_left_exit(&mut self, scope: ScopeId, name: Name) -> bool {
        if self.exits.by_scope.is_empty() && !self.flow.has_exits {
            return false;
        }
        let text = self.name(name);
        let Some(located) = self.locate(scope, &text) else { return false };
        let is_exit = match located {
            Located::Node(node) => self.flow.nodes[node].type_ == NodeType::Exit,
            Located::Exit(..) => true,
            Located::Instance(_) => false,
        };
        if is_exit {
            self.record_located(name, located, NodeUser::Transition);
            let message = format!(
                "a call leaves the library at {}, and no transition leads on from there",
                quote(&text)
            );
            self.diagnostics.push(
                Diagnostic::new(&MISPLACED_EXIT, name.span, message).here("an exit, not a node").help(
                    "what comes after it is up to the including file; lead to a node of your own to go on",
                ),
            );
        }
        is_exit
    }

    /// Records a name that means an exit or an instance. `user` names it.
    pub(super) fn record_located(&mut self, name: Name, located: Located, user: NodeUser) {
        match located {
            Located::Node(node) => self.record_node_use(name, node),
            Located::Exit(scope, number) => {
                let row = self.exits.by_scope.get_mut(&scope);
                let Some(exit) = row.and_then(|row| row.exits.get_mut(number)) else { return };
                exit.used |= matches!(user, NodeUser::Transition | NodeUser::Every | NodeUser::Exit);
                let declared = exit.declared.span;
                self.record_use(NameTarget::Exit, name.span, declared);
            }
            Located::Instance(scope) => {
                let Some(prefix) = self.include_of(scope).and_then(|include| include.prefix) else { return };
                self.record_use(NameTarget::Instance, name.span, prefix.span);
            }
        }
    }

    /// Checks where libraries are entered, and what their exits are bound to.
    pub(super) fn bind_exits(&mut self, decls: &[DeclRef]) {
        self.report_exits_of_flow();
        self.report_plain_includes();
        if self.exits.by_scope.is_empty() && !decls.iter().any(|&decl| self.binds_exits(decl)) {
            return;
        }
        self.set_library_entries(decls);
        for scope in self.scopes.ids() {
            let Some(include) = self.include_of(scope) else { continue };
            self.report_named_twice(scope);
            self.check_bound_exits(scope, include);
            self.bind_behind_semicolon(scope);
            self.report_unbound(scope, include);
        }
        for scope in self.scopes.ids() {
            let (Some(include), Some(parent)) = (self.include_of(scope), self.scopes[scope].parent) else {
                continue;
            };
            for bound in &include.exits {
                self.node_named(parent, bound.target, NodeUser::Exit);
                if let Some(again) = &bound.again {
                    let otherwise = self.node_named(parent, again.otherwise, NodeUser::Exit);
                    let disposition = self.disposition_on(&again.dispositions);
                    let row = BoundAgain { id: None, otherwise, disposition };
                    self.exits.agains.insert((scope, bound.name.span), row);
                }
            }
        }
    }

    fn binds_exits(&self, decl: DeclRef) -> bool {
        let item = self.item(decl).map(|item| &item.declaration);
        matches!(item, Some(Declaration::Include(include)) if !include.exits.is_empty())
    }

    /// Sets the entry of each instance of a library.
    fn set_library_entries(&mut self, decls: &[DeclRef]) {
        let mut entries: Vec<(ScopeId, Name)> = Vec::new();
        let mut first: FxHashMap<ScopeId, Span> = FxHashMap::default();
        for &decl in decls {
            let Some(item) = self.item(decl).filter(|_| self.is_of_library(decl)) else { continue };
            let Declaration::Entry(name) = item.declaration else { continue };
            if let Some(&first) = first.get(&decl.scope) {
                self.report_second("a library has only one `entry`", item, first);
                continue;
            }
            first.insert(decl.scope, item.span);
            let row = self.exits.by_scope.entry(decl.scope).or_default();
            row.has_entry = true;
            row.entry = name;
            entries.extend(name.map(|name| (decl.scope, name)));
        }
        for (scope, name) in entries {
            self.node_named(scope, name, NodeUser::Entry);
            self.report_exit_as_entry(scope, name);
        }
    }

    /// Reports a declaration that may exist once and already does.
    pub(super) fn report_second(&mut self, message: &str, item: &Item, first: Span) {
        self.diagnostics.push(
            Diagnostic::new(&DUPLICATE, item.span, message)
                .here("declared again here")
                .label(first, "first declared here")
                .help("take one of them out")
                .fix(take_out("Take the second one out", self.sources, item)),
        );
    }

    /// The exits of all instances, for the rule about those that nothing leads to.
    pub(super) fn library_exits(&self) -> Vec<LibraryExit> {
        let mut exits: Vec<LibraryExit> = Vec::new();
        for (&scope, row) in
            self.exits.by_scope.iter().filter(|(scope, _)| self.scopes[**scope].include.is_some())
        {
            let own = row.exits.iter().enumerate().filter(|(_, exit)| self.is_own_exit(scope, exit.declared));
            exits.extend(own.map(|(number, exit)| LibraryExit {
                span: exit.declared.span,
                used: exit.used,
                instance: self.scopes[scope].prefix.trim_end_matches('.').into(),
                target: self.node_behind(Located::Exit(scope, number)),
            }));
        }
        exits.sort_unstable_by(|a, b| (a.span, &a.instance).cmp(&(b.span, &b.instance)));
        exits
    }

    /// The exit of a scope that is nearest to an unknown name.
    pub(super) fn nearest_exit(&self, scope: ScopeId, name: &str) -> Option<String> {
        let row = self.exits.by_scope.get(&scope)?;
        nearest(name, row.exits.iter().take(MOST_COMPARED).map(|exit| &*exit.text)).map(str::to_owned)
    }

    /// Where the exit is bound that a name means.
    pub(super) fn binding_of(&self, scope: ScopeId, name: Name) -> Option<Span> {
        if self.exits.by_scope.is_empty() {
            return None;
        }
        let Some(Located::Exit(id, number)) = self.locate(scope, &self.name(name)) else { return None };
        Some(self.exits.by_scope.get(&id)?.exits.get(number)?.target?.span)
    }
}

impl<'a> Resolver<'a> {
    /// Reports the `else` of an `again` that leads to an exit whose binding has an `again`, too; whether it does.
    pub(super) fn is_bound_by_exit(&mut self, scope: ScopeId, again: &ast::Again) -> bool {
        let bindings = self.bindings_with_again(scope, again.otherwise);
        let Some(&(instance, _, exit, second)) = bindings.first() else { return false };
        // That nothing leads to its `else` is the same mistake.
        let row = self.exits.agains.get(&(instance, exit.span));
        self.flow.assumed_reachable.extend(row.and_then(|row| row.otherwise));
        if self.exits.second_agains.insert(again.otherwise.span) {
            self.diagnostics.push(
                Diagnostic::new(
                    &SECOND_AGAIN,
                    again.otherwise.span,
                    "this `else` leads to an exit that has an `again` of its own",
                )
                .here("one transition cannot have two bounds")
                .label(second.span, "the exit goes on with this one")
                .help("lead the `else` to a node of this file that goes on to the exit"),
            );
        }
        true
    }

    /// The bindings with an `again` on the way from an exit, each with the instance whose exit it binds, and the scope
    /// that includes the instance.
    fn bindings_with_again(
        &self,
        scope: ScopeId,
        name: Name,
    ) -> Vec<(ScopeId, ScopeId, Name, &'a ast::Again)> {
        let mut found = Vec::new();
        if self.exits.agains.is_empty() {
            return found;
        }
        let mut located = self.locate(scope, &self.name(name));
        while let Some(Located::Exit(instance, number)) = located {
            let exit = self.exits.by_scope.get(&instance).and_then(|row| row.exits.get(number));
            let target = exit.and_then(|exit| exit.target);
            let (Some(target), Some(parent)) = (target, self.scopes[instance].parent) else { break };
            let bindings = self.include_of(instance).map_or(&[][..], |include| &include.exits);
            let binding = bindings.iter().find(|binding| binding.target.span == target.span);
            if let Some((binding, again)) = binding.and_then(|one| Some((one, one.again.as_ref()?))) {
                found.push((instance, parent, binding.name, again));
            }
            located = self.locate(parent, &self.name(target));
        }
        found
    }

    /// Bounds the last transition where it leads to an exit whose binding has an `again`. All transitions that lead
    /// there count together. Reports a second `again`: one of the transition, or one of another binding on the way.
    pub(super) fn bound_by_exit(&mut self, scope: ScopeId, name: Name, own: Option<&ast::Again>) {
        let mut first = own.map(|own| own.span);
        for (instance, parent, exit, again) in self.bindings_with_again(scope, name) {
            match first {
                Some(first) => self.report_second_again(again.span, first),
                None => self.bound_by_binding((instance, exit.span), parent, again),
            }
            first = first.or(Some(again.span));
        }
    }

    fn bound_by_binding(&mut self, key: (ScopeId, Span), parent: ScopeId, again: &ast::Again) {
        let Some(row) = self.exits.agains.get(&key) else { return };
        let (known, otherwise, disposition) = (row.id, row.otherwise, row.disposition);
        let id = match known {
            Some(id) => id,
            None => self.again(parent, again),
        };
        if let Some(row) = self.exits.agains.get_mut(&key) {
            row.id = Some(id);
        }
        self.bound(id, otherwise, again.otherwise, disposition);
    }

    fn report_second_again(&mut self, second: Span, first: Span) {
        // Several transitions may lead to one exit.
        if !self.exits.second_agains.insert(second) {
            return;
        }
        self.diagnostics.push(
            Diagnostic::new(&SECOND_AGAIN, second, "a way to this exit has an `again` already")
                .here("a second bound for the same transition")
                .label(first, "the first one is here")
                .help("take one of them out")
                .fix(Fix::take_from_list("Take this `again` out", self.sources, second, '|')),
        );
    }
}

/// The numbers of the files that have exits.
pub(super) fn libraries(files: &[(FileId, Ast)]) -> FxHashSet<u32> {
    let libraries = files.iter().enumerate().filter(|(_, (_, ast))| exits(ast).next().is_some());
    libraries.filter_map(|(number, _)| u32::try_from(number).ok()).collect()
}

pub(super) fn exits(ast: &Ast) -> impl Iterator<Item = (&Item, Name)> {
    ast.items.iter().filter_map(|item| match item.declaration {
        Declaration::Exit(name) => Some((item, name)),
        _ => None,
    })
}
