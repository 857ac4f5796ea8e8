//! The results of tests as one JSON object per source.

use serde_json::{Value, json};

use super::Tested;
use crate::simulate::{Coverage, Covered, Ran};
use crate::table::Id;

/// How many uncovered nodes, and how many uncovered transitions, are named.
const MAX_NAMED: usize = 1000;

/// The object on one line.
pub fn line(tested: &Tested<'_>) -> String {
    let flow = &tested.job.compiled.flow;
    let run = tested.run.as_ref();
    let tests: Vec<Value> = run.iter().flat_map(|run| &run.tests).map(|ran| test(tested, ran)).collect();
    let failed = run.map_or(0, |run| run.failing().count());
    let coverage = run.map(|run| {
        let Coverage { nodes, transitions } = &run.coverage;
        json!({
            "nodes": covered(nodes, |node| flow.nodes[node].id.to_string()),
            "transitions": covered(transitions, |transition| flow.written(&flow.transitions[transition])),
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
        "below_min_coverage": tested.insufficient_coverage(),
    })
    .to_string()
}

fn test(tested: &Tested<'_>, ran: &Ran<'_>) -> Value {
    let compiled = &tested.job.compiled;
    let path: Vec<&str> = ran.call.path.iter().map(|&node| &*compiled.flow.nodes[node].id).collect();
    let flow = &compiled.flow;
    let mut test = json!({
        "name": ran.test.name,
        "file": compiled.sources.get(ran.test.span.file).name(),
        "line": compiled.sources.position(ran.test.span).line,
        "passed": ran.passed(),
        "path": path,
        "code": ran.finding.as_ref().map(|finding| finding.code.id),
        "message": ran.finding.as_ref().map(|finding| &finding.message),
        "help": ran.finding.as_ref().and_then(|finding| finding.help.as_ref()),
    });
    if let (true, Some(test)) = (flow.has_dispositions(), test.as_object_mut()) {
        test.insert(
            "disposition".to_owned(),
            json!(ran.call.disposition(flow).map(|id| flow.disposition(id))),
        );
    }
    test
}

fn covered<I: Id>(covered: &Covered<I>, name: impl Fn(I) -> String) -> Value {
    let uncovered: Vec<String> = covered.uncovered.iter().take(MAX_NAMED).map(|&id| name(id)).collect();
    json!({
        "covered": covered.covered(),
        "reachable": covered.reachable,
        "percent": covered.percent(),
        "uncovered_left_out": covered.uncovered.len() - uncovered.len(),
        "uncovered": uncovered,
    })
}
