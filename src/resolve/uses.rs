//! Where names are written, and what they mean: what an editor asks for.

use super::Resolver;
use crate::diagnostics::{Mend, When};
use crate::source::Span;

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
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
}

/// A name at the place where it is written. A declaration uses its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// Where it is written, an instance's prefix included.
    pub span: Span,
    /// Where that is declared: the declaration's name, of an unnamed rule the whole of it.
    pub declared: Span,
    /// What it names.
    pub named: Named,
}

impl Resolver<'_> {
    /// Notes what a name means, if anybody asks. In a file with several instances it may mean several.
    pub(super) fn note(&mut self, named: Named, span: Span, declared: Span) {
        if let Some(uses) = &mut self.uses {
            uses.push(Use { span, declared, named });
        }
    }
}

impl Resolver<'_> {
    /// Keeps of the mends those that fit what is declared.
    pub(super) fn keep_mends(&mut self) {
        let scopes = self.scopes.rows();
        let is_declared = |name: &str| scopes.iter().any(|scope| scope.values.contains_key(name));
        let fits = |mend: &Mend| match &mend.when {
            When::Always => true,
            When::Declared(name) => is_declared(name),
            When::NoneDeclared(names) => !names.iter().any(|name| is_declared(name)),
        };
        for one in self.diagnostics.iter_mut().filter(|one| !one.mends.is_empty()) {
            one.mends.retain(fits);
        }
    }
}

/// Each use once, in the order of the places.
pub(super) fn in_order(uses: Option<Vec<Use>>) -> Vec<Use> {
    let mut uses = uses.unwrap_or_default();
    uses.sort_unstable();
    uses.dedup();
    uses
}
