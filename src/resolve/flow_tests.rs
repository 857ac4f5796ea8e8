//! The flow's tests: their names, their nodes and their events.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::smallvec;

use super::built_texts::BuiltText;
use super::node_names::NodeUser;
use super::values::ValueSource;
use super::{DeclRef, Resolver, codes};
use crate::condition::ALWAYS;
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::{CallTime, IdleGiven, Step, Test, TestEvent, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration};
use crate::table::Id;

impl Resolver<'_> {
    /// Adds every test of the files, those of an instance under its prefix.
    pub(super) fn add_tests(&mut self, decls: &[DeclRef]) {
        let mut names: FxHashMap<Box<str>, Span> = FxHashMap::default();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Test(written) = &item.declaration else { continue };
            let test = self.test(decl, item.doc, written);
            // Its calls begin at the entry of the library, and are made where that is tested alone.
            if self.is_of_library(decl) {
                continue;
            }
            if let Some(&first) = names.get(&test.name) {
                self.report_repeated_test(&test, first);
            } else {
                names.insert(test.name.clone(), test.span);
            }
            self.flow.tests.push(test);
        }
    }

    fn test(&mut self, decl: DeclRef, doc: Option<Span>, written: &ast::Test) -> Test {
        let name = self.built_text(decl.scope, written.name, BuiltText::Title);
        // An unknown value in the name is already reported.
        let name = name.unwrap_or_else(|| self.sources.text(written.name.span).trim_matches('"').into());
        let prefix = &self.scopes[decl.scope].prefix;
        let name = if prefix.is_empty() { name } else { format!("{prefix}{name}").into() };
        let (mut with, with_spans) = self.known_in_test(decl.scope, &written.with);
        // A time that is none is already reported.
        let is_time = |at: &Span| self.sources.text(*at).parse::<CallTime>().is_ok();
        self.test_times.extend(written.at.filter(is_time).map(|at| (written.name.span, at)));
        with.extend(written.at.into_iter().flat_map(|at| self.known_at_time(at)));
        let events = written.events.iter().map(|&event| self.test_event(event)).collect();
        // A misspelt name in a test does not make a node reachable.
        let assumed = self.flow.assumed_reachable.len();
        let steps = written
            .nodes
            .iter()
            .map(|&node| Step { node: self.node_named(decl.scope, node, NodeUser::Test), span: node.span })
            .collect();
        self.flow.assumed_reachable.truncate(assumed);
        let reported = written.reported.map(|name| self.named_disposition(name));
        Test { name, span: written.name.span, doc, with, with_spans, events, steps, reported }
    }

    fn test_event(&mut self, event: ast::Alternative) -> TestEvent {
        let condition = ast::Condition { span: event.span(), alternatives: smallvec![event] };
        let read = self.condition(&condition);
        let pieces = read.alternatives.iter().map(|piece| self.conditions.events[piece.event].raw());
        let raw = pieces.collect::<Vec<_>>().join("|");
        // A quoted `always` has no alternatives.
        let event = self.conditions.event(if read.alternatives.is_empty() { ALWAYS } else { &raw });
        TestEvent { event, raw: read.raw, span: condition.span }
    }

    /// What tests of the root file say of their calls that nothing asks for. A name of the root file that nothing uses
    /// is reported where it is declared.
    pub(super) fn idle_in_tests(&self) -> Vec<IdleGiven> {
        let of_root = |span: Span| span.file.index() == 0;
        let mut idle: Vec<IdleGiven> = Vec::new();
        if self.flow.variables.rows().iter().all(|one| one.hours.is_none()) {
            let times = self.test_times.iter().filter(|(_, at)| of_root(*at));
            idle.extend(times.map(|&(test, at)| IdleGiven::Time { test, at }));
        }
        let in_tests = || self.test_values.iter().filter(|(_, span)| of_root(*span));
        if in_tests().next().is_none() {
            return idle;
        }
        let mut used: FxHashSet<VariableId> = FxHashSet::default();
        for value in self.values.rows().iter().filter(|value| value.used || of_root(value.name.span)) {
            match &value.source {
                ValueSource::Variable(_, id) => used.extend([*id]),
                ValueSource::Contact(_) => {
                    used.extend(self.contact_variables.get(self.name(value.name).as_ref()).copied());
                }
                _ => {}
            }
        }
        let is_idle = |(variable, _): &(VariableId, Span)| !used.contains(variable);
        let (unused, others): (Vec<_>, Vec<_>) = in_tests().copied().partition(is_idle);
        idle.extend(unused.into_iter().map(|(variable, span)| {
            let declared = self.flow.variables[variable].span;
            IdleGiven::Value { span, declared }
        }));
        idle.extend(self.given_and_set(&others));
        idle
    }

    fn report_repeated_test(&mut self, test: &Test, first: Span) {
        self.diagnostics.push(
            Diagnostic::new(
                &codes::DUPLICATE,
                test.span,
                format!("the test {} is declared twice", quote(&test.name)),
            )
            .here("declared again here")
            .label(first, "first declared here")
            .help("give each test its own name, or take one of them out"),
        );
    }
}
