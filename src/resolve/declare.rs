//! Registers the names of all declarations before any reference is resolved.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::{DeclRef, Resolver, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::DeclaredName;
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name, Nameless, Text};
use crate::table::Id;

/// What broken lines may have declared: references to it are not reported.
#[derive(Default)]
pub(super) struct BrokenLines<'a> {
    names: FxHashSet<Cow<'a, str>>,
    /// A broken line may declare a node of any name.
    node_lacks_name: bool,
    /// The same for a let, a param or a contact field.
    value_lacks_name: bool,
    /// The same for a policy.
    policy_lacks_name: bool,
    /// A node of a chain is missing, so any node may lack a transition.
    pub chain_lacks_node: bool,
    /// An `every` is broken, so any node may lack its branch.
    pub every_is_lost: bool,
}

impl BrokenLines<'_> {
    pub fn may_declare_node(&self, name: &str) -> bool {
        self.node_lacks_name || self.names.contains(name)
    }

    pub fn may_declare_value(&self, name: &str) -> bool {
        self.value_lacks_name || self.names.contains(name)
    }

    pub fn may_declare_policy(&self, name: &str) -> bool {
        self.policy_lacks_name || self.names.contains(name)
    }
}

impl<'a> Resolver<'a> {
    /// Registers the flow's name, its values and its nodes.
    pub(super) fn declare(&mut self, decls: &[DeclRef]) {
        let is_node = |item: &crate::syntax::ast::Item| matches!(item.declaration, Declaration::Node(_));
        let nodes = decls.iter().filter(|&&decl| self.item(decl).is_some_and(is_node)).count();
        self.flow.nodes.reserve(nodes);
        self.node_scopes.reserve(nodes);
        self.node_ids.reserve(nodes);
        self.decl_nodes.reserve(nodes);
        let mut flow: Option<Span> = None;
        let mut description: Option<Span> = None;
        let mut texts: Vec<(DeclRef, bool, Text)> = Vec::new();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            match &item.declaration {
                &Declaration::Flow(text) => {
                    self.flow.has_flow = true;
                    // A broken line is already reported.
                    let Some(text) = text else { continue };
                    let is_first = self.is_first_in_root("flow", decl, item.span, &mut flow);
                    texts.extend(is_first.then_some((decl, true, text)));
                }
                &Declaration::Description(Some(text)) => {
                    let is_first = self.is_first_in_root("description", decl, item.span, &mut description);
                    texts.extend(is_first.then_some((decl, false, text)));
                }
                Declaration::Let(_)
                | Declaration::Param(_)
                | Declaration::Contact(_)
                | Declaration::Var(_)
                | Declaration::Hours(_) => {
                    self.declare_value(decl, &item.declaration);
                }
                Declaration::Node(node) => self.declare_node(decl, item, node),
                &Declaration::Exit(name) => self.declare_exit(decl, item, name),
                Declaration::Ambiguous(words) => self.declare_ambiguous(words),
                Declaration::Nameless(what) => match what {
                    Nameless::Value => self.broken_lines.value_lacks_name = true,
                    Nameless::Policy => self.broken_lines.policy_lacks_name = true,
                    // Loading the files has taken any word for a kind.
                    Nameless::Kind => self.flow.lacks_kinds = true,
                    Nameless::Chain => self.broken_lines.chain_lacks_node = true,
                    Nameless::Every => self.broken_lines.every_is_lost = true,
                },
                _ => {}
            }
        }
        self.flow_texts = texts;
    }

    /// Registers the names that a broken line may declare.
    fn declare_ambiguous(&mut self, words: &[Name]) {
        self.broken_lines.node_lacks_name |= words.is_empty();
        let words: Vec<_> = words.iter().map(|&word| self.name(word)).collect();
        if words.len() > 1 {
            let joined = ["_", "-", ""].map(|sign| words.join(sign).into());
            self.broken_lines.names.extend(joined);
        }
        self.broken_lines.names.extend(words);
    }

    /// Whether this is the first such declaration and in the root file. Reports it otherwise.
    pub(super) fn is_first_in_root(
        &mut self,
        what: &str,
        decl: DeclRef,
        span: Span,
        first: &mut Option<Span>,
    ) -> bool {
        let in_root = decl.file == 0;
        match *first {
            _ if !in_root => {
                let mut diagnostic = Diagnostic::new(
                    &codes::DUPLICATE,
                    span,
                    format!("an included file cannot have its own `{what}`"),
                )
                .here(format!("`{what}` belongs in the including file"))
                .help("move this line there, or include a file without it");
                if let Some(first) = *first {
                    diagnostic = diagnostic.label(first, format!("the flow's own `{what}`"));
                }
                self.diagnostics.push(diagnostic);
                false
            }
            Some(first) => {
                if let Some(item) = self.item(decl) {
                    let owner = if self.flow.has_exits { "library" } else { "flow" };
                    self.report_second(&format!("a {owner} has only one `{what}`"), item, first);
                }
                false
            }
            None => {
                *first = Some(span);
                true
            }
        }
    }

    pub(super) fn report_duplicate(&mut self, what: &str, name: Name, first: Span) {
        let text = self.name(name);
        // What is known by a name that others gave it cannot be renamed.
        if what == "fact" {
            let message = format!("the fact {} is stated twice", quote(&text));
            self.diagnostics.push(
                Diagnostic::new(&codes::DUPLICATE, name.span, message)
                    .here("stated again here")
                    .label(first, "first stated here")
                    .help("keep the one that is true"),
            );
            return;
        }
        let verb = if what == "hours" { "are" } else { "is" };
        let message = format!("the {what} {} {verb} declared twice", quote(&text));
        self.report_second_name(name, message, first);
    }

    /// Reports a second declaration of a name.
    pub(super) fn report_second_name(&mut self, name: Name, message: String, first: Span) {
        self.diagnostics.push(
            Diagnostic::new(&codes::DUPLICATE, name.span, message)
                .here("declared again here")
                .label(first, "first declared here")
                .help("rename one of them, or take it out"),
        );
    }

    /// Reports a field that is set twice. `whole` is the second setting.
    pub(super) fn report_set_twice(&mut self, field: &str, span: Span, first: Span, whole: Span) {
        let fix = Fix::take_from_list("Take the second one out", self.sources, whole, ',');
        self.diagnostics.push(
            Diagnostic::new(&codes::DUPLICATE, span, format!("`{field}` is set twice"))
                .here("declared again here")
                .label(first, "set here")
                .help("keep one of them")
                .fix(fix),
        );
    }

    /// The names by which params can be set from outside.
    pub(super) fn params(&self) -> Vec<String> {
        let of_scope = |id: super::ScopeId| {
            let scope = &self.scopes[id];
            let params = scope.values.iter().filter(|&(_, &id)| self.values[id].word() == "param");
            let is_library = self.is_library_scope(id);
            let names = params.flat_map(move |(name, _)| {
                let plain = is_library.then(|| name.to_string());
                std::iter::once(format!("{}{name}", scope.prefix)).chain(plain)
            });
            names.collect::<Vec<_>>()
        };
        let mut params: Vec<String> = self.scopes.ids().flat_map(of_scope).collect();
        params.sort_unstable();
        params.dedup();
        params
    }

    /// The root file's lets, params and contact fields, for the rule about unused ones.
    pub(super) fn declared(&self) -> Vec<DeclaredName> {
        let root_file = crate::source::FileId::from_index(0);
        self.values
            .rows()
            .iter()
            .filter(|value| value.name.span.file == root_file)
            .map(|value| DeclaredName { what: value.word(), span: value.name.span, used: value.used })
            .collect()
    }
}
