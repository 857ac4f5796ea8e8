//! The flow's tests: their names, their nodes and their events.

use rustc_hash::FxHashMap;

use super::built_texts::BuiltText;
use super::node_names::NodeUser;
use super::{DeclRef, Resolver, codes};
use crate::condition::ALWAYS;
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::{Step, Test, TestEvent};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration};

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
        let condition = ast::Condition { span: event.span(), alternatives: vec![event] };
        let read = self.condition(&condition);
        let pieces = read.alternatives.iter().map(|piece| self.conditions.events[piece.event].raw());
        let raw = pieces.collect::<Vec<_>>().join("|");
        // A quoted `always` has no alternatives.
        let event = self.conditions.event(if read.alternatives.is_empty() { ALWAYS } else { &raw });
        TestEvent { event, raw: read.raw, span: condition.span }
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
