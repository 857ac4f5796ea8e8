//! Which fixes of broken lines match the declarations, and what a word without quotes was meant to be.

use rustc_hash::FxHashSet;

use super::codes::{DUPLICATE_NODE, UNKNOWN_NAME};
use super::{Resolver, ScopeId};
use crate::diagnostics::{Diagnostic, Fix, When};
use crate::flow::policy::Policy;
use crate::flow::{Node, Tag};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name, Statement};
use crate::table::Id;

impl Resolver<'_> {
    /// Keeps of the fixes those that fit what is declared.
    pub(super) fn keep_fixes(&mut self) {
        let mut all = std::mem::take(self.diagnostics);
        let mut spoken_of: Option<FxHashSet<String>> = None;
        for one in all.iter_mut().filter(|one| one.fixes.iter().any(|fix| fix.when != When::Always)) {
            self.offer_nearest(one);
            let fixes = std::mem::take(&mut one.fixes);
            one.fixes = fixes.into_iter().filter(|fix| self.fits(fix, &mut spoken_of)).collect();
            if let Some(When::NodeSpokenOf(name)) = one.fixes.first().map(|fix| &fix.when) {
                one.help = Some(format!("write `{name}`: the flow speaks of a node of that name"));
            }
        }
        // What becomes a part of a longer name is declared by no other line.
        let joined = all.iter().flat_map(|one| &one.fixes).filter_map(|fix| match fix.when {
            When::NoNodeSpokenOf(_) => fix.edits.first().map(|edit| edit.span),
            _ => None,
        });
        let joined: Vec<Span> = joined.collect();
        if !joined.is_empty() {
            let is_joined = |span: Span| joined.iter().any(|whole| whole.contains(span));
            all.retain(|one| one.code.id != DUPLICATE_NODE.id || !one.places().any(is_joined));
        }
        *self.diagnostics = all;
    }

    /// A value that nothing inserts beside a name that is none: the one was meant by the other where they
    /// begin alike.
    pub(super) fn suggest_unused_names(&mut self) {
        let unknown = std::mem::take(&mut self.unknown_values);
        let Some((scope, name, _)) = unknown.first() else { return };
        if unknown.iter().any(|(_, other, _)| other != name) {
            return;
        }
        let begins_alike = |other: &str| {
            let same = name.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
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
        for one in self.diagnostics.iter_mut() {
            if one.code.id == UNKNOWN_NAME.id && one.span.is_some_and(|span| places.contains(&span)) {
                one.help = Some(format!("did you mean `{meant}`, which nothing inserts?"));
                one.fixes.extend(one.span.map(|span| Fix::write(span, &*meant)));
            }
        }
    }

    fn fits(&self, fix: &Fix, spoken_of: &mut Option<FxHashSet<String>>) -> bool {
        let mut is_spoken_of =
            |name: &str| spoken_of.get_or_insert_with(|| self.nodes_spoken_of()).contains(name);
        match &fix.when {
            When::Always => true,
            When::Declared(name) => self.is_declared(name),
            When::NoneDeclared(names) => !names.iter().any(|name| self.is_declared(name)),
            When::Node(name) => {
                self.node_ids.contains_key(&**name) || self.broken_lines.may_declare_node(name)
            }
            When::Tag(name) => self.is_tag(name),
            When::NodeSpokenOf(name) => is_spoken_of(name) && !self.is_declared_node(name, fix),
            // Nor does a value of the name of a further word become a part of it.
            When::NoNodeSpokenOf(names) => {
                !names.iter().any(|name| is_spoken_of(name) && !self.is_declared_node(name, fix))
                    && !names.iter().skip(1).any(|name| self.is_declared(name))
            }
        }
    }

    /// Whether a name, written where a fix is, is already that of a node which another line declares.
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
        self.scopes.rows().iter().any(|scope| scope.values.contains_key(name))
    }

    /// Whether a step, a field or a policy knows a tag.
    fn is_tag(&self, name: &str) -> bool {
        let is_one = |tag: &Tag| &*tag.name == name;
        let of_node = |node: &Node| {
            node.tags.iter().any(is_one) || node.actions.iter().any(|action| action.tags.iter().any(is_one))
        };
        let of_policy = |policy: &Policy| policy.expected_tags().any(|(tag, _)| tag == name);
        self.flow.nodes.rows().iter().any(of_node) || self.flow.policies.iter().any(of_policy)
    }

    /// A word without quotes that is one slip from a declared value is that value, and no text.
    fn offer_nearest(&mut self, one: &mut Diagnostic) {
        let Some((at, word, span)) = one.fixes.iter().enumerate().find_map(text_of_one_word) else { return };
        if self.is_declared(&word) {
            return;
        }
        let Some(near) = self.nearest_value(ScopeId::from_index(0), &word) else { return };
        let value = format!("\"${{{near}}}\"");
        one.help = Some(format!("did you mean `{value}`?"));
        if let Some(fix) = one.fixes.get_mut(at) {
            *fix = Fix::write(span, value);
        }
    }

    /// The names of the nodes that transitions, entries and tests speak of.
    fn nodes_spoken_of(&self) -> FxHashSet<String> {
        let mut names: Vec<Name> = Vec::new();
        for item in self.files.iter().flat_map(|(_, ast)| &ast.items) {
            match &item.declaration {
                Declaration::Transition(one) => names.extend(&one.nodes),
                Declaration::Entry(name) => names.extend(name),
                Declaration::Every(one) => names.push(one.target),
                Declaration::Test(one) => names.extend(&one.nodes),
                Declaration::Node(node) => {
                    for statement in node.block.iter().flatten() {
                        if let Statement::Branch(branch) = statement {
                            names.extend(&branch.targets);
                        }
                    }
                }
                _ => {}
            }
        }
        names.into_iter().map(|name| self.name(name).into_owned()).collect()
    }
}

/// A fix that puts quotes around one word, which is not known to be meant as a text.
fn text_of_one_word((at, fix): (usize, &Fix)) -> Option<(usize, String, Span)> {
    let (When::NoneDeclared(words), [edit]) = (&fix.when, fix.edits.as_slice()) else { return None };
    let [word] = words.as_slice() else { return None };
    (edit.text == format!("\"{word}\"")).then(|| (at, word.to_string(), edit.span))
}
