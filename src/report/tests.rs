//! The results of a flow's tests.

use serde::Serialize;

use crate::Compiled;
use crate::flow::Flow;
use crate::simulate::{Walk, path_with_events};

/// The results of all tests, and what they cover together.
#[derive(Debug, Serialize)]
pub struct TestsReport {
    /// The tests in order.
    pub tests: Vec<TestReport>,
    /// How many nodes the tests that pass cover.
    pub nodes_covered: usize,
    /// How many nodes calls can reach.
    pub nodes: usize,
    /// How many transitions the tests that pass cover.
    pub transitions_covered: usize,
    /// How many transitions calls can take.
    pub transitions: usize,
}

/// The result of a test.
#[derive(Debug, Serialize)]
pub struct TestReport {
    /// Its name.
    pub name: String,
    /// Whether it passed.
    pub passed: bool,
    /// Why it failed.
    pub reason: Option<String>,
    /// The call: its nodes and events.
    pub path: String,
}

/// `None` if the flow cannot be built.
pub fn of(compiled: &Compiled) -> Option<TestsReport> {
    let run = compiled.run_tests()?;
    let tests = run.tests.iter().map(|ran| TestReport {
        name: ran.test.name.to_string(),
        passed: ran.passed(),
        reason: ran.finding.as_ref().map(|finding| finding.message.clone()),
        path: path(&compiled.flow, &ran.call),
    });
    let (nodes, transitions) = (&run.coverage.nodes, &run.coverage.transitions);
    Some(TestsReport {
        tests: tests.collect(),
        nodes_covered: nodes.covered(),
        nodes: nodes.reachable,
        transitions_covered: transitions.covered(),
        transitions: transitions.reachable,
    })
}

fn path(flow: &Flow, call: &Walk) -> String {
    let Some((&entry, rest)) = call.path.split_first() else { return String::new() };
    let taken = call.taken.iter().map(|&id| flow.written_condition(&flow.transitions[id]));
    path_with_events(flow, entry, taken.zip(rest.iter().copied()))
}
