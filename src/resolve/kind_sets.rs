//! The variables that the nodes of declared kinds set.

use super::codes::KIND_DECLARATION;
use super::{Resolver, ScopeId};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, list_of, quote};
use crate::flow::{KindId, NodeSet, NodeSetsId};
use crate::source::Span;
use crate::syntax::ast::{self, Name};

impl Resolver<'_> {
    /// Binds the variables that a kind sets, as an instance of its file sees them. The first one reports what is wrong.
    pub(super) fn fill_kind_sets(
        &mut self,
        scope: ScopeId,
        id: KindId,
        kind: &ast::KindDeclaration,
        is_first: bool,
    ) {
        let mut sets: Vec<NodeSet> = Vec::new();
        let mut named: Vec<Name> = Vec::new();
        for line in &kind.sets {
            let outcomes =
                if is_first { self.outcomes_of_line(id, line) } else { self.known_outcomes(id, line) };
            for &name in &line.variables {
                let first = named.iter().find(|one| self.name(**one) == self.name(name));
                if let Some(first) = first.map(|first| first.span) {
                    if is_first {
                        self.report_set_by_kind_twice(name, first, kind);
                    }
                    continue;
                }
                named.push(name);
                let variable = match is_first {
                    true => self.set_variable(scope, name),
                    false => self.lookup(scope, &self.name(name)).and_then(|value| {
                        self.values[value].used = true;
                        self.values[value].is_of_instance().then(|| self.variable_of(value)).flatten()
                    }),
                };
                // What it was meant to set is unknown.
                self.flow.kinds[id].broken |= variable.is_none();
                let outcomes = outcomes.clone();
                sets.extend(variable.map(|variable| NodeSet { variable, outcomes, span: name.span }));
            }
        }
        if !sets.is_empty() {
            let row = self.flow.node_sets.push(sets);
            self.kind_sets.insert((id, scope), row);
        }
    }

    /// What the nodes of a kind set, for a node in a scope: the nearest scope that declares the kind counts.
    pub(super) fn sets_of_kind(&self, scope: ScopeId, id: KindId) -> Option<NodeSetsId> {
        let mut at = Some(scope);
        while let Some(scope) = at {
            if let Some(&sets) = self.kind_sets.get(&(id, scope)) {
                return Some(sets);
            }
            at = self.scopes[scope].parent;
        }
        let others = self.kind_sets.iter().filter(|((kind, _), _)| *kind == id);
        others.map(|(_, &sets)| sets).min()
    }

    /// The outcomes that a line names. Reports those that the kind does not have, which then count as all of them.
    fn outcomes_of_line(&mut self, id: KindId, line: &ast::SetsLine) -> Vec<Box<str>> {
        let mut seen: Vec<Name> = Vec::new();
        for &name in &line.outcomes {
            let word = self.name(name);
            if let Some(first) = seen.iter().find(|one| self.name(**one) == word).map(|first| first.span) {
                self.diagnostics.push(
                    Diagnostic::new(
                        &super::codes::DUPLICATE,
                        name.span,
                        format!("the outcome {} is named twice", quote(&word)),
                    )
                    .here("named again here")
                    .label(first, "first named here")
                    .help("take one of them out")
                    .fix(Fix::take_from_list(
                        "Take it out",
                        self.sources,
                        name.span,
                        '|',
                    )),
                );
            } else if !self.flow.kinds[id].has_outcome(&word) && !self.flow.kinds[id].broken {
                self.report_outcome_of_sets(id, name, line);
            }
            seen.push(name);
        }
        self.known_outcomes(id, line)
    }

    /// The outcomes that a line names; empty, for all of them, if the kind does not have one of these.
    fn known_outcomes(&self, id: KindId, line: &ast::SetsLine) -> Vec<Box<str>> {
        let words = line.outcomes.iter().map(|&name| self.name(name));
        let known =
            words.map(|word| self.flow.kinds[id].has_outcome(&word).then(|| Box::from(word.as_ref())));
        known.collect::<Option<Vec<Box<str>>>>().unwrap_or_default()
    }

    fn report_outcome_of_sets(&mut self, id: KindId, name: Name, line: &ast::SetsLine) {
        let word = self.name(name);
        let kind = &self.flow.kinds[id];
        let words: Vec<&str> = kind.outcomes.iter().map(|(outcome, _)| &**outcome).collect();
        let near = nearest(&word, words.iter().copied()).map(str::to_owned);
        let names: Vec<String> = words.iter().map(|outcome| format!("`{outcome}`")).collect();
        let variables: Vec<&str> =
            line.variables.iter().map(|variable| self.sources.text(variable.span)).collect();
        let variables = variables.join(", ");
        let help = match (&near, names.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, true) => {
                format!("write `sets {variables}` if every such node sets it, or declare `outcome {word}`")
            }
            (None, false) => format!("it has {}", list_of(&names, "and")),
        };
        let fix = match (&near, names.is_empty()) {
            (Some(near), _) => Some(Fix::write(name.span, near)),
            (None, true) => Some(Fix::write(line.span, format!("sets {variables}"))),
            (None, false) => None,
        };
        let message = format!("the kind {} has no outcome {}", quote(&kind.word), quote(&word));
        let declared = kind.span;
        self.diagnostics.push(
            Diagnostic::new(&KIND_DECLARATION, name.span, message)
                .here("never happens at such a node")
                .label(declared, "declared here")
                .help(help)
                .fix(fix),
        );
    }

    fn report_set_by_kind_twice(&mut self, name: Name, first: Span, kind: &ast::KindDeclaration) {
        let word = self.name(name);
        let help = match kind.outcomes.as_slice() {
            [one, other, ..] => format!(
                "take one of them out; a line may name several outcomes, as in `sets {word} on {} | {}`",
                self.name(*one),
                self.name(*other)
            ),
            _ => "take one of them out".to_owned(),
        };
        self.diagnostics.push(
            Diagnostic::new(
                &super::codes::DUPLICATE,
                name.span,
                format!("the kind {} sets {} twice", quote(&self.name(kind.name)), quote(&word)),
            )
            .here("set again here")
            .label(first, "first set here")
            .help(help),
        );
    }
}
