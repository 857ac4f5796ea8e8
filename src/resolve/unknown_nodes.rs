//! References to nodes that do not exist. All references to a missing instance make one finding, and so do all
//! uses of a node that an instance's own file lacks.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Resolver, ScopeId};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Edit, Fix, quote};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name};

/// How a finding about a node that does not exist goes on behind its name.
pub(super) const NO_SUCH_NODE: &str = ", but there is no such node";

/// How many places after the first have a label.
const LABELS: usize = 9;

/// A reference to an unknown node, with its finding if it is reported separately.
pub(super) struct UnknownNode {
    pub scope: ScopeId,
    pub name: Name,
    pub text: Box<str>,
    pub diagnostic: Diagnostic,
}

/// An instance's name, and the scope that uses it.
type Instance = (ScopeId, Box<str>);

impl UnknownNode {
    /// The name of its instance, and the node's own.
    fn parts(&self) -> Option<(&str, &str)> {
        if self.name.quoted { None } else { self.text.split_once('.') }
    }
}

impl Resolver<'_> {
    /// Reports the references to unknown nodes.
    pub(super) fn report_unknown_nodes(&mut self) {
        let unknown = std::mem::take(&mut self.unknown_nodes);
        let is_outer = |node: &UnknownNode| self.scopes[node.scope].parent.is_none();
        if unknown.iter().all(|node| is_outer(node) && node.parts().is_none()) {
            unknown.into_iter().for_each(|node| self.diagnostics.push(node.diagnostic));
            return;
        }
        let id = |node: &UnknownNode| format!("{}{}", self.scopes[node.scope].prefix, node.text);
        // The nodes that an instance's file lacks, with the place where that file names them.
        let mut lacking: FxHashMap<String, Span> = FxHashMap::default();
        for node in unknown.iter().filter(|node| !is_outer(node)) {
            lacking.entry(id(node)).or_insert(node.name.span);
        }
        let mut outside: FxHashMap<Span, Vec<Span>> = FxHashMap::default();
        let known = self.known_instances();
        let mut lost: Vec<(Instance, Vec<UnknownNode>)> = Vec::new();
        let mut numbers: FxHashMap<Instance, usize> = FxHashMap::default();
        let mut separate: Vec<UnknownNode> = Vec::new();
        for node in unknown {
            let inner = lacking.get(&id(&node)).filter(|span| span.file != node.name.span.file);
            if let Some(&span) = inner {
                outside.entry(span).or_default().push(node.name.span);
                continue;
            }
            match node.parts().filter(|(instance, _)| !self.is_instance(&known, node.scope, instance)) {
                Some((instance, _)) => {
                    let key = (node.scope, instance.into());
                    let number = *numbers.entry(key).or_insert_with_key(|key| {
                        lost.push((key.clone(), Vec::new()));
                        lost.len() - 1
                    });
                    if let Some((_, uses)) = lost.get_mut(number) {
                        uses.push(node);
                    }
                }
                None => separate.push(node),
            }
        }
        for node in separate {
            // The places outside the file are shown once, with the first instance.
            let more = outside.remove(&node.name.span).unwrap_or_default();
            self.diagnostics.push(node.diagnostic.label_each(&more, LABELS, "also named here"));
        }
        for ((scope, instance), uses) in lost {
            let names: FxHashSet<&str> = uses.iter().map(|node| &*node.text).collect();
            if names.len() > 1 {
                if let Some(finding) = self.lost_instance(scope, &instance, &uses, names.len()) {
                    self.diagnostics.push(finding);
                }
            } else {
                for node in uses {
                    let finding = self.without_instance(scope, &instance, node.diagnostic);
                    self.diagnostics.push(finding);
                }
            }
        }
    }

    /// The finding for a node of a missing instance, which says what is missing.
    fn without_instance(&self, scope: ScopeId, instance: &str, finding: Diagnostic) -> Diagnostic {
        let is_node = self.locate(scope, instance).is_some();
        let Some((user, _)) = finding.message.split_once(NO_SUCH_NODE) else {
            return finding;
        };
        let message = match is_node {
            true => format!("{user}, but {} is a node and no instance", quote(instance)),
            false => format!("{user}, but there is no instance {}", quote(instance)),
        };
        let mut finding = Diagnostic { message, ..finding };
        if finding.fixes.is_empty() {
            finding.help = Some(match is_node {
                true => format!("write `{instance}`, or the name of another node"),
                false => format!(
                    "include the file that has it, as in `include \"PATH\" as {instance}`, or correct the name"
                ),
            });
        }
        finding
    }

    /// The prefixes of instances and of nodes with a dot in their names.
    fn known_instances(&self) -> FxHashSet<CompactString> {
        let mut known: FxHashSet<CompactString> =
            self.scopes.rows().iter().map(|scope| scope.prefix.as_str().into()).collect();
        for node in self.flow.nodes.rows() {
            let dots = node.id.match_indices('.').take(8);
            known.extend(dots.filter_map(|(dot, _)| node.id.get(..=dot)).map(CompactString::from));
        }
        known
    }

    /// Whether a scope or an including one has an instance.
    fn is_instance(&self, known: &FxHashSet<CompactString>, scope: ScopeId, instance: &str) -> bool {
        let mut next = Some(scope);
        while let Some(id) = next {
            let row = &self.scopes[id];
            if known.contains(format!("{}{instance}.", row.prefix).as_str()) {
                return true;
            }
            next = row.parent;
        }
        false
    }

    /// The finding for the nodes of a missing instance.
    fn lost_instance(
        &self,
        scope: ScopeId,
        instance: &str,
        uses: &[UnknownNode],
        nodes: usize,
    ) -> Option<Diagnostic> {
        let first = uses.first()?;
        let others: Vec<Span> = uses.iter().skip(1).map(|node| node.name.span).collect();
        let message =
            format!("{nodes} nodes of {} are named, but there is no such instance", quote(instance));
        let finding = Diagnostic::new(&super::codes::UNKNOWN_NODE, first.name.span, message)
            .here("no such instance")
            .label_each(&others, LABELS, "and here");
        let Some((near, place)) = self.nearest_instance(scope, instance, uses) else {
            return Some(finding.help(format!(
                "include the file that has them, as in `include \"PATH\" as {instance}`, or correct the names"
            )));
        };
        let is_named = self.sources.iter().any(|(_, source)| source.text().contains(&format!("{near}.")));
        if !is_named {
            return Some(
                finding
                    .label(place, "this instance is not used")
                    .help(format!("call the instance `{instance}`, or its nodes `{near}.…`"))
                    .fix(Fix::write(place, instance)),
            );
        }
        let edits = uses.iter().map(|node| {
            let start = node.name.span.range().start;
            let span = Span::new(node.name.span.file, start, start + instance.len());
            Edit { span, text: near.clone() }
        });
        let fix = Fix { title: format!("Write `{near}`"), edits: edits.collect(), when: Default::default() };
        Some(finding.help(format!("did you mean `{near}`?")).fix(fix))
    }

    /// The instance that has all of some nodes and the nearest name, with the place of that name.
    fn nearest_instance(
        &self,
        scope: ScopeId,
        instance: &str,
        uses: &[UnknownNode],
    ) -> Option<(String, Span)> {
        let prefix = &self.scopes[scope].prefix;
        let has_all = |name: &str| {
            uses.iter()
                .filter_map(UnknownNode::parts)
                .all(|(_, own)| self.node_ids.contains_key(format!("{prefix}{name}.{own}").as_str()))
        };
        let mut candidates: Vec<(String, Span)> = Vec::new();
        for id in self.scopes.ids().filter(|&id| self.scopes[id].parent == Some(scope)) {
            let include = self.scopes[id].include.and_then(|decl| self.item(decl));
            let Some(Declaration::Include(include)) = include.map(|item| &item.declaration) else { continue };
            let Some(name) = include.prefix else { continue };
            candidates.push((self.name(name).into_owned(), name.span));
        }
        candidates.retain(|(name, _)| has_all(name));
        let near = nearest(instance, candidates.iter().map(|(name, _)| name.as_str())).map(str::to_owned);
        candidates.into_iter().find(|(name, _)| near.as_ref() == Some(name))
    }
}
