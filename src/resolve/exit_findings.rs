//! What is wrong with exits, and with the includes that bind them.

use super::codes::{DUPLICATE, DUPLICATE_NODE, MISPLACED_EXIT, NOT_AN_EXIT, UNBOUND_EXIT};
use super::exits::{Exit, Located, MOST_COMPARED, exits};
use super::{NameTarget, Resolver, ScopeId};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, list_of, quote};
use crate::flow::NodeType;
use crate::source::Span;
use crate::spelling::display_id;
use crate::syntax::ast::{self, BoundExit, Include, Item, Name};
use crate::syntax::place::{declare_below, last_node};
use crate::table::Id;

/// How many names and places a finding shows.
const SHOWN: usize = 5;

impl Resolver<'_> {
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
    pub(super) fn report_exits_of_flow(&mut self) {
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
    pub(super) fn report_plain_includes(&mut self) {
        for (file, includes) in std::mem::take(&mut self.plain_libraries) {
            let (Some((_, ast)), Some((&first, others))) = (self.files.get(file), includes.split_first())
            else {
                continue;
            };
            self.lacks_instances = true;
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
    pub(super) fn report_named_twice(&mut self, scope: ScopeId) {
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
    pub(super) fn check_bound_exits(&mut self, scope: ScopeId, include: &Include) {
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
                None => self.report_no_exit(scope, bound, &name),
            }
        }
    }

    pub(super) fn report_no_exit(&mut self, scope: ScopeId, bound: &BoundExit, name: &str) {
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
        if name == "else" && self.report_else_as_exit(scope, bound) {
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
        let finding = Diagnostic::new(&NOT_AN_EXIT, bound.name.span, message).here("no such exit").help(help);
        match near {
            Some(near) => self.diagnostics.push(finding.fix(Fix::write(bound.name.span, near))),
            None => {
                self.unknown_exits.insert((scope.index(), name.into()), finding);
            }
        }
    }

    /// Reports `else -> bye` in the `with` of an include. Returns whether there are exits that it may be meant for.
    fn report_else_as_exit(&mut self, scope: ScopeId, bound: &BoundExit) -> bool {
        let row = self.exits.by_scope.get_mut(&scope);
        let exits = row.into_iter().flat_map(|row| &mut row.exits).take(MOST_COMPARED);
        let mut open: Vec<String> = Vec::new();
        for exit in exits.filter(|exit| exit.target.is_none()) {
            exit.target = Some(bound.target);
            open.push(exit.text.clone().into_owned());
        }
        if open.is_empty() {
            return false;
        }
        let target = self.sources.text(bound.target.span);
        let bindings: Vec<String> = open.iter().map(|exit| format!("{exit} -> {target}")).collect();
        let bindings = bindings.join(", ");
        let fix =
            bound.again.is_none().then(|| Fix::write(bound.name.span.to(bound.target.span), &*bindings));
        self.diagnostics.push(
            Diagnostic::new(
                &NOT_AN_EXIT,
                bound.name.span,
                "an include binds each exit by its name, and has no `else`",
            )
            .here("no such exit")
            .help(format!("write `{bindings}`"))
            .fix(fix),
        );
        true
    }

    /// Reports the bindings of exits that their files do not declare, unless the file leads to a node of the name:
    /// that is reported there.
    pub(super) fn report_unknown_exits(&mut self) {
        for node in &self.unknown_nodes {
            self.unknown_exits.remove(&(node.scope.index(), node.text.clone()));
        }
        for finding in std::mem::take(&mut self.unknown_exits).into_values() {
            self.diagnostics.push(finding);
        }
    }

    /// Where the including file binds an exit that the file of a scope does not declare.
    pub(super) fn undeclared_exit(&self, scope: ScopeId, name: &str) -> Option<Span> {
        self.unknown_exits.get(&(scope.index(), name.into()))?.span
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
    pub(super) fn report_unbound(&mut self, scope: ScopeId, include: &Include) {
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
        // A transition that leaves an exit was meant to bind it, so that an end of its name would be wrong.
        let declared: Vec<Name> = open.iter().map(|exit| exit.declared).collect();
        let is_left = declared.into_iter().any(|exit| self.is_transition_source(exit));
        let fix = if is_left { None } else { self.binding_fix(scope, include, &texts) };
        self.diagnostics.push(
            Diagnostic::new(&UNBOUND_EXIT, prefix.span, message)
                .here("not bound in its `with`")
                .label_each(&places, SHOWN, "declared here")
                .help(format!("write `with {}`, with the node where the call goes on", bindings.join(", ")))
                .fix(fix),
        );
    }

    /// Whether an exit is declared in the instance's own file.
    pub(super) fn is_own_exit(&self, scope: ScopeId, exit: Name) -> bool {
        let file = self.files.get(self.scopes[scope].file as usize).map(|(file, _)| *file);
        file == Some(exit.span.file)
    }

    /// A fix that binds exits to the nodes or exits of the same names, and creates those that do not exist.
    pub(super) fn binding_fix(&mut self, scope: ScopeId, include: &Include, exits: &[String]) -> Option<Fix> {
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
}
