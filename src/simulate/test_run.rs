//! Runs a flow's tests.

use super::coverage::Coverage;
use super::test_findings::{failed, reported_otherwise, stuck};
use super::walk::{Walk, Walker};
use crate::diagnostics::Diagnostic;
use crate::flow::{Flow, NodeId, Step, Test};

/// The results of a flow's tests.
#[derive(Debug)]
pub struct TestRun<'a> {
    /// The tests in order.
    pub tests: Vec<Ran<'a>>,
    /// The coverage of the calls of passed tests.
    pub coverage: Coverage,
}

/// The result of a test.
#[derive(Debug)]
pub struct Ran<'a> {
    /// The test.
    pub test: &'a Test,
    /// Its call.
    pub call: Walk,
    /// Why it failed, if it did.
    pub finding: Option<Diagnostic>,
}

impl Ran<'_> {
    /// Whether the test passed.
    pub fn passed(&self) -> bool {
        self.finding.is_none()
    }
}

impl TestRun<'_> {
    /// The failed tests.
    pub fn failing(&self) -> impl Iterator<Item = &Ran<'_>> {
        self.tests.iter().filter(|ran| !ran.passed())
    }

    /// The findings of failed tests.
    pub fn findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.tests.iter().filter_map(|ran| ran.finding.as_ref())
    }
}

/// Runs every test of a flow.
///
/// ```
/// let text = r#"flow "Two ways"
/// entry menu
/// collect menu "Press 1 for sales" { on 1 -> sales; on timeout | invalid -> bye }
/// agent sales "q"
/// disconnect bye
/// test "sales" on 1 -> menu -> sales
/// test "silence" on timeout -> sales
/// "#;
/// let compiled = cxflowc::compile("two.cxflow", text);
/// let run = cxflowc::simulate::run_tests(&compiled.flow);
/// let passed: Vec<bool> = run.tests.iter().map(|one| one.passed()).collect();
/// assert_eq!(passed, [true, false]);
/// assert_eq!(run.coverage.nodes.percent(), 66);
/// ```
pub fn run_tests(flow: &Flow) -> TestRun<'_> {
    run_tests_with(flow, || {})
}

/// Runs every test of a flow, and calls `after_each` after each, so that a caller with a clock can time
/// them.
pub fn run_tests_with<'f>(flow: &'f Flow, mut after_each: impl FnMut()) -> TestRun<'f> {
    let mut walker = Walker::new(flow);
    let ran = |test: &'f Test| {
        let call = walker.walk_with(&test.with, test.events.iter().map(|step| &step.event));
        let finding = match call.stuck(test.events.len()) {
            Some(why) => Some(stuck(flow, test, &call, why)),
            None => {
                let missed = missed(&call.path, &test.steps);
                let is_reported =
                    test.reported.is_none_or(|reported| call.disposition(flow) == Some(reported.id));
                match (missed.is_empty(), is_reported) {
                    (false, _) => Some(failed(flow, test, &call, &missed)),
                    (true, false) => reported_otherwise(flow, test, &call),
                    (true, true) => None,
                }
            }
        };
        after_each();
        Ran { test, call, finding }
    };
    let tests: Vec<Ran<'_>> = flow.tests.iter().map(ran).collect();
    let passed = tests.iter().filter(|ran| ran.passed()).map(|ran| &ran.call);
    let coverage = Coverage::of(flow, passed);
    TestRun { tests, coverage }
}

/// The numbers of the steps that the call did not pass in their places; it must end at the last step.
fn missed(nodes: &[NodeId], steps: &[Step]) -> Vec<usize> {
    let mut missed = Vec::new();
    let Some((last, before)) = steps.split_last() else { return missed };
    let mut rest = nodes.split_last().map_or(nodes, |(_, rest)| rest);
    for (number, step) in before.iter().enumerate() {
        let found = rest.iter().position(|&node| Some(node) == step.node);
        match found.and_then(|at| rest.get(at + 1..)) {
            Some(after) => rest = after,
            None => missed.push(number),
        }
    }
    if nodes.last().copied() != last.node {
        missed.push(before.len());
    }
    missed
}
