//! `--metrics`: the figures of a run.

use super::support::*;
use serde_json::{Value, json};

fn metrics(folder: &Folder) -> Value {
    serde_json::from_str(&folder.read("m.json")).unwrap()
}

fn counts(metrics: &Value) -> Value {
    let stages = metrics["stages"].as_object().unwrap();
    let counts: serde_json::Map<String, Value> =
        stages.iter().map(|(stage, figures)| (stage.clone(), figures["count"].clone())).collect();
    Value::Object(counts)
}

#[test]
fn a_run_of_a_good_one_a_refused_one_and_an_unchanged_one() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Refused")).with("c.cxflow", flow("Unchanged"));
    platform.run(&folder, "submit c.cxflow").exits(0);
    platform.answer(|request| {
        let refused = request.line == "POST /api/flows" && request.json()["name"] == "Refused";
        std::thread::sleep(std::time::Duration::from_millis(20));
        refused.then(|| (422, json!({"message": "no"})))
    });
    let run = platform.run(&folder, "submit a.cxflow b.cxflow c.cxflow --metrics m.json").exits(3);
    let metrics = metrics(&folder);
    assert_eq!(metrics["total_builds"], 3);
    assert_eq!(metrics["successful_validations"], 3);
    assert_eq!(metrics["failed_validations"], 0);
    assert_eq!(
        counts(&metrics),
        json!({"compile": 3, "simulate": 3, "token": 2, "create": 2, "job": 1, "webhook": 0})
    );
    assert!(metrics["stages"]["create"]["max_ms"].as_u64().unwrap() >= 20, "{metrics}");
    assert!(metrics["total_latency_ms"].as_u64().unwrap() >= 60, "{metrics}");
    run.err_has("\n3 builds, 3 valid, ");
}

#[test]
fn a_run_that_a_source_with_errors_stopped() {
    let folder = Folder::of(CLEAN).with("b.cxflow", BROKEN).with("library.cxflow", "let a = \"b\"\n");
    bare(&folder, "submit a.cxflow b.cxflow library.cxflow --metrics m.json --audit log.jsonl")
        .run()
        .exits(1);
    let metrics = metrics(&folder);
    // A library is no flow.
    assert_eq!(
        (&metrics["stages"]["compile"]["count"], &metrics["stages"]["simulate"]["count"]),
        (&2.into(), &1.into())
    );
    assert_eq!(metrics["total_builds"], 2);
    assert_eq!(metrics["successful_validations"], 1);
    assert_eq!(metrics["failed_validations"], 1);
    assert_eq!(metrics["stages"]["create"]["count"], 0);
}

#[test]
fn prometheus_reads_the_same_figures() {
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Second"));
    let platform = Platform::start();
    platform.run(&folder, "submit a.cxflow b.cxflow --metrics m.prom").exits(0);
    let text = folder.read("m.prom");
    for line in [
        "# TYPE cxflowc_total_builds gauge",
        "cxflowc_total_builds 2",
        "cxflowc_successful_validations 2",
        "cxflowc_failed_validations 0",
        "cxflowc_stage_latency_seconds_count{stage=\"create\"} 2",
        "cxflowc_stage_latency_seconds_count{stage=\"webhook\"} 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
    }
    assert!(text.ends_with('\n'));
}

#[test]
fn the_figures_of_a_run_replace_those_of_the_one_before() {
    let (platform, folder) =
        (Platform::start(), Folder::of(CLEAN).with("m.json", "old and longer than the new one"));
    platform.run(&folder, "submit a.cxflow --metrics m.json").exits(0);
    assert_eq!(metrics(&folder)["total_builds"], 1);
    assert_eq!(folder.names(), ["a.cxflow", "cxflow.lock", "m.json"]);
}

#[test]
fn figures_that_cannot_be_written_do_not_hide_what_was_done() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let run = platform.run(&folder, "submit a.cxflow --metrics nope/m.json --audit log.jsonl").exits(2);
    run.out_is("a.cxflow: in place as flow-1 (job job-1)\n")
        .err_has("log.jsonl: head ")
        .err_has("cxflowc: cannot write nope/m.json: its folder does not exist\n");
}
