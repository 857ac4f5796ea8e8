//! The results of tests as text.

use super::Tested;
use crate::cli::compilation::report::findings;
use crate::cli::console::safe::one_line;
use crate::diagnostics::{counted, list_of};
use crate::flow::NodeId;
use crate::simulate::{Coverage, Covered, TestRun};
use crate::spelling::display_id;

/// How many uncovered nodes, and how many uncovered transitions, are named.
const MAX_NAMED: usize = 20;

/// A line for each failing test, each uncovered node, and each uncovered transition between covered nodes; empty
/// if there are none.
pub fn result(tested: &Tested<'_>) -> String {
    let Some(run) = &tested.run else { return String::new() };
    let mut lines: Vec<String> =
        run.failing().map(|ran| format!("failed: {}", ran.test.name.escape_debug())).collect();
    let passed = run.tests.len() > lines.len();
    let below = tested.insufficient_coverage();
    if passed {
        lines.extend(uncovered(tested, run));
    }
    if let (false, Some(min)) = (below.is_empty(), tested.min_coverage) {
        let parts = list_of(&below, "and");
        let reason = if run.tests.is_empty() { "there are no tests" } else { "the coverage is too low" };
        lines.push(format!("{reason}: {min}% of the {parts} are required"));
    }
    lines.into_iter().map(|line| format!("{}\n", one_line(&format!("{}: {line}", tested.name)))).collect()
}

fn uncovered(tested: &Tested<'_>, run: &TestRun<'_>) -> Vec<String> {
    let flow = &tested.job.compiled.flow;
    let Coverage { nodes, transitions } = &run.coverage;
    let node_names = nodes.uncovered.iter().map(|&node| display_id(&flow.nodes[node].id));
    // A transition to or from an uncovered node is uncovered, too.
    let is_covered = |node: NodeId| nodes.uncovered.binary_search(&node).is_err();
    let between = transitions.uncovered.iter().map(|&transition| &flow.transitions[transition]);
    let between: Vec<_> =
        between.filter(|one| is_covered(one.from) && one.to.is_none_or(is_covered)).collect();
    let transition_names = between.iter().map(|transition| flow.written(transition));
    let mut lines: Vec<String> = node_names.take(MAX_NAMED).collect();
    lines.extend(more(nodes.uncovered.len(), "node"));
    lines.extend(transition_names.take(MAX_NAMED));
    lines.extend(more(between.len(), "transition"));
    lines.into_iter().map(|line| format!("not covered: {line}")).collect()
}

fn more(all: usize, noun: &str) -> Option<String> {
    let more = all.checked_sub(MAX_NAMED).filter(|&more| more > 0)?;
    Some(counted(more, &format!("more {noun}")))
}

/// The counts and the coverage on one line.
pub fn closing(tested: &Tested<'_>) -> String {
    let found = findings(&tested.job.compiled);
    let name = &tested.name;
    let Some(run) = &tested.run else {
        return match found {
            Some(found) if !tested.is_library() => format!("{name}: {found}; no tests run"),
            Some(found) => format!("{name}: {found}; a library, nothing to test"),
            None => format!("{name}: a library, nothing to test"),
        };
    };
    let found = found.map(|found| format!("{found}; ")).unwrap_or_default();
    if run.tests.is_empty() {
        return format!("{name}: {found}no tests");
    }
    let all = run.tests.len();
    let counts = match run.failing().count() {
        0 if all == 1 => "1 test passes".to_owned(),
        0 => format!("{all} tests pass"),
        1 => format!("1 of {} fails", counted(all, "test")),
        failing => format!("{failing} of {} fail", counted(all, "test")),
    };
    let Coverage { nodes, transitions } = &run.coverage;
    format!(
        "{name}: {found}{counts}; {} and {} covered",
        share(nodes, "node"),
        share(transitions, "transition")
    )
}

/// `4 of 6 nodes (66%)`
fn share<I: crate::table::Id>(covered: &Covered<I>, noun: &str) -> String {
    format!("{} of {} ({}%)", covered.covered(), counted(covered.reachable, noun), covered.percent())
}
