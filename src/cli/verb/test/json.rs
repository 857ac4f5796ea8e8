//! What tests showed, as one JSON object for a source.

use serde_json::{Value, json};

use super::Tested;
use crate::simulate::{Coverage, Covered, Ran};
use crate::table::Id;

/// How many nodes and how many transitions are named that no test covers.
const NAMED: usize = 1000;

/// The object on one line.
pub fn line(tested: &Tested<'_>) -> String {
    let flow = &tested.job.compiled.flow;
    let run = tested.run.as_ref();
    let tests: Vec<Value> = run.iter().flat_map(|run| &run.tests).map(|one| test(tested, one)).collect();
    let failed = run.map_or(0, |run| run.failing().count());
    let coverage = run.map(|run| {
        let Coverage { nodes, transitions } = &run.coverage;
        json!({
            "nodes": covered(nodes, |node| flow.nodes[node].id.to_string()),
            "transitions": covered(transitions, |one| flow.written(&flow.transitions[one])),
        })
    });
    json!({
        "file": tested.name,
        "flow": flow.name.as_ref().and_then(|name| name.value.as_deref()),
        "status": tested.status(),
        "passed": tests.len() - failed,
        "failed": failed,
        "tests": tests,
        "coverage": coverage,
        "min_coverage": tested.min_coverage,
        "below_min_coverage": tested.below(),
    })
    .to_string()
}

fn test(tested: &Tested<'_>, one: &Ran<'_>) -> Value {
    let compiled = &tested.job.compiled;
    let path: Vec<&str> = one.call.path.iter().map(|&node| &*compiled.flow.nodes[node].id).collect();
    json!({
        "name": one.test.name,
        "file": compiled.sources.get(one.test.span.file).name(),
        "line": compiled.sources.position(one.test.span).line,
        "passed": one.passed(),
        "path": path,
        "code": one.finding.as_ref().map(|finding| finding.code.id),
        "message": one.finding.as_ref().map(|finding| &finding.message),
        "help": one.finding.as_ref().and_then(|finding| finding.help.as_ref()),
    })
}

fn covered<I: Id>(covered: &Covered<I>, name: impl Fn(I) -> String) -> Value {
    let uncovered: Vec<String> = covered.uncovered.iter().take(NAMED).map(|&one| name(one)).collect();
    json!({
        "covered": covered.covered(),
        "reachable": covered.reachable,
        "percent": covered.percent(),
        "uncovered_left_out": covered.uncovered.len() - uncovered.len(),
        "uncovered": uncovered,
    })
}
