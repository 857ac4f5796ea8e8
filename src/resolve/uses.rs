//! Where names are written and what they refer to, for editors.

use rustc_hash::FxHashMap;

use super::{DeclRef, Resolver, ScopeId};
use crate::flow::policy::Form;
use crate::source::Span;
use crate::syntax::ast::{Declaration, Demand, Expected, Name, Opt, OptionKind, Pick, SelectorOp, Statement};

/// What a name refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameTarget {
    /// A node.
    Node,
    /// A let, a param or a contact field.
    Value,
    /// A fact.
    Fact,
    /// A policy.
    Policy,
    /// A rule of a policy.
    Rule,
    /// A declared kind.
    Kind,
    /// A disposition.
    Disposition,
    /// A field of a declared kind.
    Field,
    /// An outcome of a declared kind.
    Outcome,
    /// An exit of a library.
    Exit,
    /// An instance: the part before the dot.
    Instance,
    /// A tag. It has no declaration: the first policy that expects it, or else its first place in the flow,
    /// counts as one.
    Tag,
}

/// A place where a name is written. A declaration uses its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// Where it is written, including an instance's prefix.
    pub span: Span,
    /// Where its target is declared: the declaration's name, or the whole of an unnamed rule.
    pub declared: Span,
    /// What it refers to.
    pub named: NameTarget,
}

impl Resolver<'_> {
    /// Records what a name refers to, if requested. In a file with several instances it may have several targets.
    pub(super) fn record_use(&mut self, named: NameTarget, span: Span, declared: Span) {
        if let Some(uses) = &mut self.uses {
            uses.push(Use { span, declared, named });
        }
    }

    /// Records the instances in a name, such as `es` in `es.menu`. `declared` is the scope of the target, and
    /// `own` its name there.
    pub(super) fn record_instance_uses(&mut self, name: Name, declared: ScopeId, own: &str) {
        let Some(uses) = &mut self.uses else { return };
        let written = self.sources.text(name.span);
        let text = written.trim_matches('`');
        let Some(mut rest) = text.strip_suffix(own) else { return };
        let start = name.span.range().start + (written.len() - written.trim_start_matches('`').len());
        let mut scope = Some(declared);
        while let Some(id) = scope
            && let Some(before) = rest.strip_suffix('.')
        {
            let row = &self.scopes[id];
            scope = row.parent;
            let item = row
                .include
                .and_then(|decl| self.files.get(decl.file as usize)?.1.items.get(decl.item as usize));
            let Some(Declaration::Include(include)) = item.map(|item| &item.declaration) else { return };
            let Some(prefix) = include.prefix else { return };
            let Some(outer) = before.strip_suffix(self.sources.text(prefix.span)) else { return };
            let span = Span::new(name.span.file, start + outer.len(), start + before.len());
            uses.push(Use { span, declared: prefix.span, named: NameTarget::Instance });
            rest = outer;
        }
    }

    /// Records the declarations of instances and the places of tags.
    pub(super) fn record_instances_and_tags(&mut self, decls: &[DeclRef]) {
        if self.uses.is_none() {
            return;
        }
        let mut tags: Vec<(Span, bool)> = Vec::new();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            match &item.declaration {
                Declaration::Include(include) => {
                    if let Some(prefix) = include.prefix {
                        self.record_use(NameTarget::Instance, prefix.span, prefix.span);
                    }
                }
                // An editor cannot open a bundled policy.
                declaration if !self.sources.get(item.span.file).is_bundled() => {
                    add_tags(declaration, &mut tags);
                }
                _ => {}
            }
        }
        let mut first: FxHashMap<&str, Span> = FxHashMap::default();
        let (expected, others): (Vec<_>, Vec<_>) = tags.iter().partition(|(_, is_expected)| *is_expected);
        for &(span, _) in expected.into_iter().chain(others) {
            let declared = *first.entry(self.sources.text(span)).or_insert(span);
            self.record_use(NameTarget::Tag, span, declared);
        }
    }
}

/// Adds the tags in a declaration, each with whether a policy expects it there.
fn add_tags(declaration: &Declaration, tags: &mut Vec<(Span, bool)>) {
    let add_options = |options: &[Opt], tags: &mut Vec<(Span, bool)>| {
        tags.extend(options.iter().filter_map(|option| match option.kind {
            OptionKind::Tag(span) => Some((span, false)),
            _ => None,
        }));
    };
    match declaration {
        Declaration::Contact(contact) | Declaration::Var(contact) => add_options(&contact.options, tags),
        Declaration::Node(node) => {
            add_options(&node.options, tags);
            for statement in node.block.iter().flatten() {
                if let Statement::Action(action) = statement {
                    add_options(&action.options, tags);
                }
            }
        }
        Declaration::Every(every) => tags.extend(every.except.iter().filter_map(|pick| match pick {
            Pick::Tag(span) => Some((*span, false)),
            Pick::Node(_) => None,
        })),
        Declaration::Policy(policy) => {
            tags.extend(policy.expects.iter().filter_map(|expects| match expects.expected {
                Expected::Tag(span) => Some((span, true)),
                Expected::Fact(..) => None,
            }));
            let forms = policy.rules.iter().filter_map(|rule| match &rule.demand {
                Demand::Paths(form) => Some(form),
                _ => None,
            });
            let ops = forms.flat_map(Form::selectors).flat_map(|selector| &selector.ops);
            tags.extend(ops.filter_map(|op| match op {
                SelectorOp::Tag(span) => Some((*span, false)),
                _ => None,
            }));
        }
        _ => {}
    }
}

/// Sorts the uses by place and drops repeated ones.
pub(super) fn in_order(uses: Option<Vec<Use>>) -> Vec<Use> {
    let mut uses = uses.unwrap_or_default();
    // They were recorded in a few passes over the text, each nearly in order, which this sort makes use of.
    uses.sort();
    uses.dedup();
    uses
}
