//! Exits of libraries: where an instance leaves, and the nodes of the including file that it leaves to.
//!
//! In an instance an exit is another name for the node that the include binds it to, and the instance's own name
//! is another one for the library's entry. A library that is compiled alone has a node for each exit, where calls
//! end.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{DUPLICATE, DUPLICATE_NODE, MISPLACED_EXIT, NOT_AN_EXIT, UNBOUND_EXIT};
use super::nodes::NodeUser;
use super::{DeclRef, NameTarget, Resolver, ScopeId};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, list_of, quote};
use crate::flow::{LibraryExit, NodeId, NodeType};
use crate::source::{FileId, Span};
use crate::spelling::display_id;
use crate::syntax::ast::{self, Ast, BoundExit, Declaration, Include, Item, Name};
use crate::syntax::place::{declare_below, last_node, take_out};
use crate::table::Id;

/// How many names and places a finding shows.
const SHOWN: usize = 5;
/// How many exits an unknown name is compared with.
const MOST_COMPARED: usize = 1000;

/// The exits of all instances, and their entries.
#[derive(Default)]
pub(super) struct Exits<'a> {
    by_scope: FxHashMap<ScopeId, ScopeExits<'a>>,
}

/// The exits of an instance.
#[derive(Default)]
struct ScopeExits<'a> {
    exits: Vec<Exit<'a>>,
    /// The first exit of each name.
    by_name: FxHashMap<Cow<'a, str>, usize>,
    /// The node where a call enters it.
    entry: Option<Name>,
    /// Whether it has an `entry` line, a broken one included.
    has_entry: bool,
}

/// An exit of an instance.
struct Exit<'a> {
    text: Cow<'a, str>,
    declared: Name,
    /// The node of the including file. `None` if it is not bound, which is reported.
    target: Option<Name>,
    /// Whether a transition leads to it.
    used: bool,
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
            self.report_unbound(scope, include);
        }
        for scope in self.scopes.ids() {
            let (Some(include), Some(parent)) = (self.include_of(scope), self.scopes[scope].parent) else {
                continue;
            };
            for bound in &include.exits {
                self.node_named(parent, bound.target, NodeUser::Exit);
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

    /// Reports an entry that is an exit, or an instance around the library. Returns whether it is one.
    pub(super) fn report_exit_as_entry(&mut self, scope: ScopeId, name: Name) -> bool {
        let declared = match self.locate(scope, &self.name(name)) {
            Some(Located::Exit(id, number)) => {
                let row = self.exits.by_scope.get(&id);
                row.and_then(|row| row.exits.get(number)).map(|exit| exit.declared.span)
            }
            // The name of an instance around this one, which is not entered from the inside.
            Some(Located::Instance(inner)) if inner.index() <= scope.index() => {
                let message = format!(
                    "a call enters a library at a node of its own, and {} is an instance around it",
                    quote(&self.name(name))
                );
                self.diagnostics.push(
                    Diagnostic::new(&MISPLACED_EXIT, name.span, message)
                        .here("not in this file")
                        .help("name the node where a call enters the library"),
                );
                return true;
            }
            Some(Located::Node(node)) if self.flow.nodes[node].type_ == NodeType::Exit => {
                Some(self.flow.nodes[node].name_span)
            }
            _ => None,
        };
        let Some(declared) = declared else { return false };
        let message =
            format!("a call enters a library at a node, and {} is an exit", quote(&self.name(name)));
        self.diagnostics.push(
            Diagnostic::new(&MISPLACED_EXIT, name.span, message)
                .here("not a node")
                .label(declared, "the exit")
                .help("name the node where a call enters the library"),
        );
        true
    }

    /// Reports exits in a file that has a `flow` line.
    fn report_exits_of_flow(&mut self) {
        let Some((_, ast)) = self.files.first().filter(|_| self.is_flow_file && self.has_exits(0)) else {
            return;
        };
        let exits: Vec<(&Item, Name)> = exits(ast).collect();
        let Some(((item, name), others)) = exits.split_first() else { return };
        let others: Vec<Span> = others.iter().map(|(item, _)| item.span).collect();
        let written = self.sources.text(name.span);
        let end = Fix::write(item.span, format!("disconnect {written}"));
        self.diagnostics.push(
            Diagnostic::new(&MISPLACED_EXIT, item.span, "a flow has no exits: its calls end at an end")
                .here("an exit belongs in a library, which has no `flow` line")
                .label_each(&others, SHOWN, "and so does this")
                .help(format!("write `disconnect {written}` for a node that ends the call, or move what leaves here into a file of its own"))
                .fix(others.is_empty().then_some(end)),
        );
    }

    /// Reports includes without a prefix of files that have exits, once for each file.
    fn report_plain_includes(&mut self) {
        for (file, includes) in std::mem::take(&mut self.plain_libraries) {
            let (Some((_, ast)), Some((&first, others))) = (self.files.get(file), includes.split_first())
            else {
                continue;
            };
            let declared: Vec<Span> = exits(ast).map(|(_, name)| name.span).collect();
            let bindings: Vec<String> = declared
                .iter()
                .take(SHOWN)
                .map(|&exit| format!("{} -> NODE", self.sources.text(exit)))
                .collect();
            let more = if declared.len() > SHOWN { ", …" } else { "" };
            let path = self.sources.text(first);
            let message = "a file with exits is included as an instance, which says where they lead";
            self.diagnostics.push(
                Diagnostic::new(&MISPLACED_EXIT, first, message)
                    .here("this include names no instance")
                    .label_each(others, SHOWN, "nor does this")
                    .label_each(&declared, SHOWN, "an exit of the file")
                    .help(format!("write `include {path} as NAME with {}{more}`", bindings.join(", "))),
            );
        }
    }

    /// Reports exits that have the name of a node of the same file.
    fn report_named_twice(&mut self, scope: ScopeId) {
        let Some(row) = self.exits.by_scope.get(&scope) else { return };
        let prefix = &self.scopes[scope].prefix;
        for (number, exit) in row.exits.iter().enumerate() {
            let Some(&node) = self.node_ids.get(format!("{prefix}{}", exit.text).as_str()) else { continue };
            // Whichever was meant, the other one has no transitions.
            self.flow.nodes[node].broken = true;
            self.flow.assumed_reachable.push(node);
            self.flow.assumed_reachable.extend(self.node_behind(Located::Exit(scope, number)));
            let node = self.flow.nodes[node].name_span;
            let message = format!("{} is both a node and an exit", quote(&exit.text));
            self.diagnostics.push(
                Diagnostic::new(&DUPLICATE_NODE, exit.declared.span, message)
                    .here("the exit")
                    .label(node, "the node")
                    .help("rename one of them, and its transitions with it"),
            );
        }
    }

    /// Reports bindings of what is no exit, and exits that are bound twice.
    fn check_bound_exits(&mut self, scope: ScopeId, include: &Include) {
        for (index, bound) in include.exits.iter().enumerate() {
            let name = self.name(bound.name);
            let first = self.scopes[scope].bound.get(name.as_ref()).copied();
            let earlier = first.filter(|&first| first < index).and_then(|first| include.exits.get(first));
            if let Some(earlier) = earlier {
                let fix = Fix::take_from_list("Take the second one out", self.sources, bound.span(), ',');
                self.diagnostics.push(
                    Diagnostic::new(
                        &DUPLICATE,
                        bound.name.span,
                        format!("the exit {} is bound twice", quote(&name)),
                    )
                    .here("bound again here")
                    .label(earlier.name.span, "first bound here")
                    .help("an exit leads to one node: keep one of them")
                    .fix(fix),
                );
                continue;
            }
            let row = self.exits.by_scope.get(&scope);
            let exit = row.and_then(|row| row.exits.get(*row.by_name.get(name.as_ref())?));
            match exit.map(|exit| exit.declared.span) {
                Some(declared) => self.record_use(NameTarget::Exit, bound.name.span, declared),
                None => self.report_no_exit(scope, *bound, &name),
            }
        }
    }

    fn report_no_exit(&mut self, scope: ScopeId, bound: BoundExit, name: &str) {
        if self.broken_lines.may_declare_node(name) {
            return;
        }
        let param = self.scopes[scope].values.get(name).map(|&id| &self.values[id]);
        if let Some(param) = param.filter(|param| param.word() == "param").map(|param| param.name.span) {
            let message = format!("{} is a param, which has a value and leads nowhere", quote(name));
            self.diagnostics.push(
                Diagnostic::new(&NOT_AN_EXIT, bound.name.span, message)
                    .here("not an exit")
                    .label(param, "declared here")
                    .help(format!("write `{name} = \"VALUE\"`, or bind an exit of the file with `->`")),
            );
            return;
        }
        let row = self.exits.by_scope.get_mut(&scope);
        let mut exits: Vec<&mut Exit<'_>> =
            row.into_iter().flat_map(|row| &mut row.exits).take(MOST_COMPARED).collect();
        // One that is bound was not meant.
        let open = exits.iter().filter(|exit| exit.target.is_none()).map(|exit| &*exit.text);
        let near = nearest(name, open).map(str::to_owned);
        let names: Vec<String> = exits.iter().take(SHOWN).map(|exit| quote(&exit.text)).collect();
        // The exit that was probably meant is not reported as unbound as well.
        let meant = near.as_ref().and_then(|near| exits.iter_mut().find(|exit| exit.text == near.as_str()));
        if let Some(meant) = meant {
            meant.target = Some(bound.target);
        }
        let help = match (&near, names.as_slice()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => {
                "the file declares no exits: take the binding out, or declare `exit NAME` there".to_owned()
            }
            (None, [one]) => format!("its only exit is {one}"),
            (None, names) if exits.len() > SHOWN => format!("its exits are {}, …", names.join(", ")),
            (None, names) => format!("its exits are {}", list_of(names, "and")),
        };
        let message = format!("the included file has no exit {}", quote(name));
        self.diagnostics.push(
            Diagnostic::new(&NOT_AN_EXIT, bound.name.span, message)
                .here("no such exit")
                .help(help)
                .fix(near.map(|near| Fix::write(bound.name.span, near))),
        );
    }

    /// Whether a name in an instance's `with` is an exit, which is reported if it has a value.
    pub(super) fn report_exit_with_value(&mut self, scope: ScopeId, binding: &ast::Binding) -> bool {
        let name = self.name(binding.name);
        let row = self.exits.by_scope.get_mut(&scope);
        let exit = row.and_then(|row| row.exits.get_mut(*row.by_name.get(&name)?));
        let Some(exit) = exit else { return false };
        let declared = exit.declared.span;
        let written = match binding.value {
            Some(ast::Value::Text(text)) => Some(text.span),
            _ => None,
        };
        // It counts as bound to the node that its value names, or to none.
        exit.target = exit.target.or(Some(binding.name));
        let parent = self.scopes[scope].parent;
        let node = written.map(|span| self.sources.text(span).trim_matches('"').to_owned());
        let node = node.filter(|node| parent.is_some_and(|parent| self.locate(parent, node).is_some()));
        let fix = node.zip(written).map(|(node, span)| {
            let whole = binding.name.span.to(span);
            Fix::write(whole, format!("{name} -> {}", display_id(&node)))
        });
        let message = format!("{} is an exit, which leads to a node", quote(&name));
        self.diagnostics.push(
            Diagnostic::new(&NOT_AN_EXIT, binding.name.span, message)
                .here("not a param")
                .label(declared, "declared here")
                .help(format!("write `{name} -> NODE`"))
                .fix(fix),
        );
        true
    }

    /// Reports the exits of an instance that are not bound.
    fn report_unbound(&mut self, scope: ScopeId, include: &Include) {
        let (Some(prefix), Some(row)) = (include.prefix, self.exits.by_scope.get(&scope)) else { return };
        let is_open = |exit: &&Exit<'_>| exit.target.is_none() && self.is_own_exit(scope, exit.declared);
        let open: Vec<&Exit<'_>> = row.exits.iter().filter(is_open).collect();
        if open.is_empty() {
            return;
        }
        let names: Vec<String> = open.iter().take(SHOWN).map(|exit| quote(&exit.text)).collect();
        let places: Vec<Span> = open.iter().map(|exit| exit.declared.span).collect();
        let of = quote(&self.name(prefix));
        let message = match names.as_slice() {
            [one] => format!("the exit {one} of {of} leads nowhere"),
            names if open.len() > SHOWN => {
                format!("the exits {} and {} more of {of} lead nowhere", names.join(", "), open.len() - SHOWN)
            }
            names => format!("the exits {} of {of} lead nowhere", list_of(names, "and")),
        };
        let bindings: Vec<String> =
            open.iter().take(SHOWN).map(|exit| format!("{} -> NODE", exit.text)).collect();
        let texts: Vec<String> = open.iter().map(|exit| exit.text.clone().into_owned()).collect();
        let fix = self.binding_fix(scope, include, &texts);
        self.diagnostics.push(
            Diagnostic::new(&UNBOUND_EXIT, prefix.span, message)
                .here("not bound in its `with`")
                .label_each(&places, SHOWN, "declared here")
                .help(format!("write `with {}`, with the node where the call goes on", bindings.join(", ")))
                .fix(fix),
        );
    }

    /// Whether an exit is declared in the instance's own file.
    fn is_own_exit(&self, scope: ScopeId, exit: Name) -> bool {
        let file = self.files.get(self.scopes[scope].file as usize).map(|(file, _)| *file);
        file == Some(exit.span.file)
    }

    /// A fix that binds exits to the nodes or exits of the same names, and creates those that do not exist.
    fn binding_fix(&mut self, scope: ScopeId, include: &Include, exits: &[String]) -> Option<Fix> {
        let parent = self.scopes[scope].parent?;
        let prefix = include.prefix?;
        let bound = include.exits.iter().map(|bound| bound.target.span);
        let valued = include.with.iter().map(|binding| match binding.value {
            Some(ast::Value::Text(text)) => text.span,
            Some(ast::Value::Integer(span)) => span,
            None => binding.name.span,
        });
        let last = bound.chain(valued).max_by_key(|span| span.start);
        let at = last.unwrap_or(prefix.span);
        let bindings = exits.iter().map(|exit| format!("{exit} -> {exit}")).collect::<Vec<_>>().join(", ");
        let written = if last.is_some() { format!(", {bindings}") } else { format!(" with {bindings}") };
        let (file, ast) = self.files.iter().find(|(file, _)| *file == at.file)?;
        let missing: Vec<&String> = exits.iter().filter(|exit| self.locate(parent, exit).is_none()).collect();
        let place = Span::new(*file, at.range().end, at.range().end);
        let fix = Fix::new(Fix::title(&bindings), place, written);
        if missing.is_empty() {
            return Some(fix);
        }
        let lines: Vec<String> = missing.iter().map(|exit| format!("disconnect {exit}")).collect();
        let created = declare_below("", self.sources, ast, last_node(ast)?, &lines.join("\n"))?;
        // An include on the last line would end where the node begins.
        let is_apart = created.edits.iter().all(|edit| edit.span != place);
        let shown = list_of(&lines.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>(), "and");
        is_apart.then(|| Fix { title: format!("{}, and create {shown}", fix.title), ..fix.and(created) })
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

/// The numbers of the files that have exits.
pub(super) fn libraries(files: &[(FileId, Ast)]) -> FxHashSet<u32> {
    let libraries = files.iter().enumerate().filter(|(_, (_, ast))| exits(ast).next().is_some());
    libraries.filter_map(|(number, _)| u32::try_from(number).ok()).collect()
}

fn exits(ast: &Ast) -> impl Iterator<Item = (&Item, Name)> {
    ast.items.iter().filter_map(|item| match item.declaration {
        Declaration::Exit(name) => Some((item, name)),
        _ => None,
    })
}
