//! Keeps the fixes of broken lines that match the declarations, and guesses what an unquoted word means.

use rustc_hash::FxHashSet;

use super::codes::{DUPLICATE_NODE, UNKNOWN_NAME};
use super::values::ValueSource;
use super::{Resolver, ScopeId};
use crate::diagnostics::{Diagnostic, Fix, When};
use crate::flow::policy::Policy;
use crate::flow::{Node, Tag};
use crate::source::Span;
use crate::syntax::NOT_COMPARED;
use crate::syntax::ast::{Declaration, Name, Statement};
use crate::table::Id;

impl Resolver<'_> {
    /// Keeps only the fixes that fit the declarations.
    pub(super) fn keep_fixes(&mut self) {
        let mut all = std::mem::take(self.diagnostics);
        let mut mentioned: Option<FxHashSet<String>> = None;
        let is_conditional = |finding: &Diagnostic| finding.fixes.iter().any(|fix| fix.when != When::Always);
        for finding in all.iter_mut().filter(|finding| is_conditional(finding)) {
            self.offer_nearest(finding);
            let fixes = std::mem::take(&mut finding.fixes);
            finding.fixes = fixes.into_iter().filter(|fix| self.fits(fix, &mut mentioned)).collect();
            if let Some(When::NodeSpokenOf(name)) = finding.fixes.first().map(|fix| &fix.when) {
                finding.help = Some(format!("write `{name}`: the flow names this node elsewhere"));
            }
        }
        // A word that becomes part of a longer name is not a duplicate of another node.
        let joined = all.iter().flat_map(|finding| &finding.fixes).filter_map(|fix| match fix.when {
            When::NoNodeSpokenOf(_) => fix.edits.first().map(|edit| edit.span),
            _ => None,
        });
        let joined: Vec<Span> = joined.collect();
        if !joined.is_empty() {
            let is_joined = |span: Span| joined.iter().any(|whole| whole.contains(span));
            all.retain(|finding| finding.code.id != DUPLICATE_NODE.id || !finding.places().any(is_joined));
        }
        *self.diagnostics = all;
    }

    /// If there is exactly one unknown name and one unused value, and they begin alike, suggests the value for
    /// the name.
    pub(super) fn suggest_unused_names(&mut self) {
        let unknown = std::mem::take(&mut self.unknown_values);
        let Some((scope, name, _)) = unknown.first() else { return };
        if unknown.iter().any(|(_, other, _)| other != name) {
            return;
        }
        let begins_alike = |other: &str| {
            let same = name.chars().zip(other.chars()).take_while(|(letter, other)| letter == other).count();
            same >= 3 || same == name.len().min(other.len())
        };
        let mut unused =
            self.values.iter().filter(|(_, value)| !value.used && value.name.span.file.index() == 0);
        let (Some((id, value)), None) = (unused.next(), unused.next()) else { return };
        let meant = self.name(value.name);
        drop(unused);
        if !begins_alike(&meant) || self.lookup(*scope, &meant) != Some(id) {
            return;
        }
        self.values[id].used = true;
        let places: FxHashSet<Span> = unknown.iter().map(|&(.., span)| span).collect();
        for finding in self.diagnostics.iter_mut() {
            let Some(span) = finding.span.filter(|span| places.contains(span)) else { continue };
            if finding.code.id == UNKNOWN_NAME.id {
                finding.help = Some(format!("did you mean `{meant}`, which nothing inserts?"));
                finding.fixes.push(Fix::write(span, &*meant));
            }
        }
    }

    fn fits(&self, fix: &Fix, mentioned: &mut Option<FxHashSet<String>>) -> bool {
        let mut is_mentioned =
            |name: &str| mentioned.get_or_insert_with(|| self.mentioned_nodes()).contains(name);
        match &fix.when {
            When::Always => true,
            When::Declared(name) => {
                self.is_declared_as(name, |source| !matches!(source, ValueSource::Hours(_)))
            }
            When::Hours(name) => self.is_declared_as(name, |source| matches!(source, ValueSource::Hours(_))),
            When::NoneDeclared(names) => !names.iter().any(|name| self.is_declared(name)),
            When::Node(name) => {
                self.node_ids.contains_key(&**name) || self.broken_lines.may_declare_node(name)
            }
            When::Tag(name) => self.is_tag(name),
            When::NodeSpokenOf(name) => is_mentioned(name) && !self.is_declared_node(name, fix),
            // A word that is the name of a value does not become part of a longer name either.
            When::NoNodeSpokenOf(names) => {
                !names.iter().any(|name| is_mentioned(name) && !self.is_declared_node(name, fix))
                    && !names.iter().skip(1).any(|name| self.is_declared(name))
            }
        }
    }

    /// Whether another line declares a node of the name that a fix would write.
    fn is_declared_node(&self, name: &str, fix: &Fix) -> bool {
        let Some(own) = fix.edits.first().map(|edit| edit.span) else { return false };
        let is_of_other_line = |id: &str| {
            self.node_ids.get(id).is_some_and(|&node| {
                let declared = self.flow.nodes[node].name_span;
                declared.file != own.file || declared.end <= own.start || own.end <= declared.start
            })
        };
        match self.flow.instances.get(&own.file) {
            Some(prefixes) => prefixes.iter().any(|prefix| is_of_other_line(&format!("{prefix}.{name}"))),
            None => is_of_other_line(name),
        }
    }

    fn is_declared(&self, name: &str) -> bool {
        self.is_declared_as(name, |_| true)
    }

    /// Whether a value of some source has a name.
    fn is_declared_as(&self, name: &str, fits: impl Fn(&ValueSource) -> bool) -> bool {
        let mut values = self.scopes.rows().iter().filter_map(|scope| scope.values.get(name));
        values.any(|&value| fits(&self.values[value].source))
    }

    /// Whether a step, a node or a policy has a tag.
    fn is_tag(&self, name: &str) -> bool {
        let has_name = |tag: &Tag| &*tag.name == name;
        let of_node = |node: &Node| node.all_tags().any(has_name);
        let of_policy = |policy: &Policy| policy.expected_tags().any(|(tag, _)| tag == name);
        self.flow.nodes.rows().iter().any(of_node) || self.flow.policies.iter().any(of_policy)
    }

    /// Offers the nearest value for an unquoted word that is one typo away from it, instead of quotes.
    fn offer_nearest(&mut self, finding: &mut Diagnostic) {
        // Nothing is inserted into what a comparison is with.
        if finding.help.as_ref().is_some_and(|help| help.ends_with(NOT_COMPARED)) {
            return;
        }
        let Some((at, word, span)) = finding.fixes.iter().enumerate().find_map(quoted_word) else { return };
        if self.is_declared(&word) {
            return;
        }
        // Hours are not inserted.
        let is_inserted = |source: &ValueSource| !matches!(source, ValueSource::Hours(_));
        let Some(near) = self.nearest_value_for(ScopeId::from_index(0), &word, is_inserted) else { return };
        let value = format!("\"${{{near}}}\"");
        finding.help = Some(format!("did you mean `{value}`?"));
        if let Some(fix) = finding.fixes.get_mut(at) {
            *fix = Fix::write(span, value);
        }
    }

    /// The names of the nodes that transitions, entries and tests mention.
    fn mentioned_nodes(&self) -> FxHashSet<String> {
        let mut names: Vec<Name> = Vec::new();
        for item in self.files.iter().flat_map(|(_, ast)| &ast.items) {
            match &item.declaration {
                Declaration::Transition(chain) => {
                    names.extend(&chain.nodes);
                    names.extend(chain.again.iter().map(|again| again.otherwise));
                }
                Declaration::Entry(name) => names.extend(name),
                Declaration::Include(include) => {
                    let agains = include.exits.iter().filter_map(|bound| bound.again.as_ref());
                    names.extend(agains.map(|again| again.otherwise));
                }
                Declaration::Every(every) => {
                    names.push(every.target);
                    names.extend(every.again.iter().map(|again| again.otherwise));
                }
                Declaration::Test(test) => names.extend(&test.nodes),
                Declaration::Node(node) => {
                    for statement in node.block.iter().flatten() {
                        if let Statement::Branch(branch) = statement {
                            names.extend(&branch.targets);
                            names.extend(branch.again.iter().map(|again| again.otherwise));
                        }
                    }
                }
                _ => {}
            }
        }
        names.into_iter().map(|name| self.name(name).into_owned()).collect()
    }
}

/// The word and place of a fix that puts quotes around one word, which may not be meant as a text.
fn quoted_word((at, fix): (usize, &Fix)) -> Option<(usize, String, Span)> {
    let (When::NoneDeclared(words), [edit]) = (&fix.when, fix.edits.as_slice()) else { return None };
    let [word] = words.as_slice() else { return None };
    (edit.text == format!("\"{word}\"")).then(|| (at, word.to_string(), edit.span))
}
