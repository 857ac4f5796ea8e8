//! Registers the names of all declarations before any reference is resolved.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::{DeclRef, Resolver, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::DeclaredName;
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name, Nameless, Text};
use crate::syntax::place::take_out;
use crate::table::Id;

/// What lines that could not be read may have declared: what speaks of it raises nothing.
#[derive(Default)]
pub(super) struct BrokenLines<'a> {
    names: FxHashSet<Cow<'a, str>>,
    /// A node without a name: any unknown name may be its.
    node_lacks_name: bool,
    /// The same of a let, a param or a contact field.
    value_lacks_name: bool,
    /// The same of a policy.
    policy_lacks_name: bool,
    /// A chain lacks a node: any node may have lost its way out.
    pub chain_lacks_node: bool,
    /// An `every` cannot be read: any node may have its branch.
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
    /// Makes known the flow's name, its values and its nodes.
    pub(super) fn declare(&mut self, placed: &[DeclRef]) {
        let is_node = |item: &crate::syntax::ast::Item| matches!(item.declaration, Declaration::Node(_));
        let nodes = placed.iter().filter(|&&placed| self.item(placed).is_some_and(is_node)).count();
        self.flow.nodes.reserve(nodes);
        self.node_scopes.reserve(nodes);
        self.node_ids.reserve(nodes);
        self.placed_nodes.reserve(nodes);
        let mut flow: Option<Span> = None;
        let mut description: Option<Span> = None;
        let mut texts: Vec<(DeclRef, bool, Text)> = Vec::new();
        for &placed in placed {
            let Some(item) = self.item(placed) else { continue };
            match &item.declaration {
                &Declaration::Flow(text) => {
                    self.flow.has_flow = true;
                    // A broken line has its finding.
                    let Some(text) = text else { continue };
                    let only = self.is_first_in_root("flow", placed, item.span, &mut flow);
                    texts.extend(only.then_some((placed, true, text)));
                }
                &Declaration::Description(Some(text)) => {
                    let only = self.is_first_in_root("description", placed, item.span, &mut description);
                    texts.extend(only.then_some((placed, false, text)));
                }
                Declaration::Let(_) | Declaration::Param(_) | Declaration::Contact(_) => {
                    self.declare_value(placed, &item.declaration);
                }
                Declaration::Node(node) => self.declare_node(placed, item, node),
                Declaration::Perhaps(words) => self.declare_perhaps(words),
                Declaration::Nameless(what) => match what {
                    Nameless::Value => self.broken_lines.value_lacks_name = true,
                    Nameless::Policy => self.broken_lines.policy_lacks_name = true,
                    Nameless::Chain => self.broken_lines.chain_lacks_node = true,
                    Nameless::Every => self.broken_lines.every_is_lost = true,
                },
                _ => {}
            }
        }
        self.flow_texts = texts;
    }

    /// What a broken line may have declared.
    fn declare_perhaps(&mut self, words: &[Name]) {
        self.broken_lines.node_lacks_name |= words.is_empty();
        let words: Vec<_> = words.iter().map(|&word| self.name(word)).collect();
        if words.len() > 1 {
            let joined = ["_", "-", ""].map(|sign| words.join(sign).into());
            self.broken_lines.names.extend(joined);
        }
        self.broken_lines.names.extend(words);
    }

    /// Whether this is the first of what a flow has once, and in the root file.
    pub(super) fn is_first_in_root(
        &mut self,
        what: &str,
        placed: DeclRef,
        span: Span,
        first: &mut Option<Span>,
    ) -> bool {
        let in_root = placed.file == 0;
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
                self.diagnostics.push(
                    Diagnostic::new(&codes::DUPLICATE, span, format!("a flow has only one `{what}`"))
                        .here("declared again here")
                        .label(first, "first declared here")
                        .help("take one of them out")
                        .fix(
                            self.item(placed)
                                .map(|item| take_out("Take the second one out", self.sources, item)),
                        ),
                );
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
        self.diagnostics.push(
            Diagnostic::new(
                &codes::DUPLICATE,
                name.span,
                format!("the {what} {} is declared twice", quote(&text)),
            )
            .here("declared again here")
            .label(first, "first declared here")
            .help("rename one of them, or take it out"),
        );
    }

    /// `whole` is what sets it the second time.
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

    /// The names under which params can be set from outside.
    pub(super) fn params(&self) -> Vec<String> {
        let of_scope = |scope: &super::Scope| {
            let params = scope.values.iter().filter(|&(_, &id)| self.values[id].word() == "param");
            params.map(|(name, _)| format!("{}{name}", scope.prefix)).collect::<Vec<_>>()
        };
        let mut params: Vec<String> = self.scopes.rows().iter().flat_map(of_scope).collect();
        params.sort_unstable();
        params
    }

    /// The root file's lets, params and contacts, for the rule that looks for unused ones.
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
