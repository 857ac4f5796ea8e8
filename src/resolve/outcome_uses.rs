//! Where the outcomes of declared kinds are named, for editors.

use super::{NameTarget, Resolver};
use crate::flow::{Alternative, EveryKind, KindId};
use crate::source::Span;
use crate::syntax::ast::Declaration;

impl Resolver<'_> {
    /// Records where outcomes of declared kinds are declared, and where branches, rules, tests and what a kind sets name
    /// them. An event of a test may happen at any node, so that it names the outcome of each kind that has it.
    pub(super) fn record_outcomes(&mut self) {
        if self.uses.is_none() {
            return;
        }
        let mut found: Vec<(Span, Span)> = Vec::new();
        for kind in self.flow.kinds.rows() {
            found.extend(kind.outcomes.iter().map(|(_, span)| (*span, *span)));
        }
        found.extend(self.outcomes_of_lines());
        let of_kind = |kind: KindId, word: &str| {
            let outcomes = self.flow.kinds[kind].outcomes.iter();
            outcomes.filter(|(outcome, _)| **outcome == *word).map(|(_, span)| *span).next()
        };
        let mut add = |kind: KindId, alternatives: &[Alternative]| {
            for one in alternatives {
                let word = self.conditions.events[one.event].word();
                found.extend(of_kind(kind, word).map(|declared| (one.span, declared)));
            }
        };
        for transition in self.transitions.iter().filter(|transition| !transition.raw) {
            if let Some(kind) = self.flow.nodes[transition.from].declared_kind() {
                add(kind, self.flow.alternatives(transition));
            }
        }
        for every in self.flow.everys.iter().filter(|every| !every.raw) {
            if let EveryKind::Declared(kind) = every.kind {
                add(kind, &every.alternatives);
            }
        }
        for asked in self.flow.asked.iter().filter(|asked| !asked.raw) {
            if let Some(kind) = self.flow.nodes[asked.node].declared_kind() {
                add(kind, &asked.alternatives);
            }
        }
        for event in self.flow.tests.iter().flat_map(|test| &test.events).filter(|event| !event.raw) {
            let kinds = self.flow.kinds.ids();
            let declared = kinds.filter_map(|kind| of_kind(kind, event.event.word()));
            found.extend(declared.map(|declared| (event.span, declared)));
        }
        for (span, declared) in found {
            self.record_use(NameTarget::Outcome, span, declared);
        }
    }

    /// The outcomes that `sets … on …` lines name.
    fn outcomes_of_lines(&self) -> Vec<(Span, Span)> {
        let mut found = Vec::new();
        for item in self.files.iter().flat_map(|(_, ast)| &ast.items) {
            let Declaration::Kind(written) = &item.declaration else { continue };
            let Some(kind) = self.flow.kinds.rows().iter().find(|kind| kind.span == written.name.span) else {
                continue;
            };
            for name in written.sets.iter().flat_map(|line| &line.outcomes) {
                let word = self.name(*name);
                let declared = kind.outcomes.iter().find(|(outcome, _)| **outcome == *word);
                found.extend(declared.map(|(_, declared)| (name.span, *declared)));
            }
        }
        found
    }
}
