//! Results in JSON, findings in each form, quiet and wordy runs.

use super::support::*;
use serde_json::{Value, json};

#[test]
fn each_result_is_one_object_with_the_same_fields() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Refused")).with("c.cxflow", flow("Unchanged"));
    folder.write("d.cxflow", flow("Slow"));
    platform.run(&folder, "submit c.cxflow").exits(0);
    platform.answer(|request| {
        if request.line != "POST /api/flows" {
            return None;
        }
        match request.json()["name"].as_str().unwrap() {
            "Refused" => {
                let errors = json!([{"code": "no_queue", "message": "no such queue", "node": "sales"}]);
                Some((422, json!({"message": "1 error", "errors": errors})))
            }
            "Slow" => Some((201, json!({"id": "job-slow", "status": "queued", "retry_after": 3600}))),
            _ => None,
        }
    });
    let files = "a.cxflow b.cxflow c.cxflow d.cxflow";
    let run =
        platform.run(&folder, &format!("submit --format json --timeout 60s --parallel 1 {files}")).exits(3);
    let lines = run.lines();
    let hashes: Vec<Value> = lines.iter().map(|line| line["payload_sha256"].clone()).collect();
    assert!(hashes.iter().all(|hash| hash.as_str().is_some_and(|hash| hash.len() == 64)), "{hashes:?}");
    assert_eq!(
        lines,
        [
            json!({
                "file": "a.cxflow", "flow": "Reminder", "status": "completed", "flow_id": "flow-2", "job": "job-2",
                "payload_sha256": hashes[0], "code": null, "message": null, "errors": []
            }),
            json!({
                "file": "b.cxflow", "flow": "Refused", "status": "failed", "flow_id": null, "job": null,
                "payload_sha256": hashes[1], "code": "CX902",
                "message": format!("{} refuses the payload (422): 1 error", platform.base_url()),
                "errors": [{"code": "no_queue", "message": "no such queue", "node": "sales", "path": null}]
            }),
            json!({
                "file": "c.cxflow", "flow": "Unchanged", "status": "unchanged", "flow_id": "flow-1", "job": null,
                "payload_sha256": hashes[2], "code": null, "message": null, "errors": []
            }),
            json!({
                "file": "d.cxflow", "flow": "Slow", "status": "failed", "flow_id": null, "job": "job-slow",
                "payload_sha256": hashes[3], "code": "CX906",
                "message": "job job-slow was not done after 60 s; it was `queued`, and the platform asks to wait 60 min", "errors": []
            })
        ]
    );
}

#[test]
fn a_run_that_may_send_nothing_has_no_result() {
    let folder = Folder::of(CLEAN).with("b.cxflow", BROKEN);
    bare(&folder, "submit a.cxflow b.cxflow --format json").run().exits(1).out_is("");
}

#[test]
fn findings_come_in_each_form_and_do_not_get_into_results() {
    let platform = Platform::start();
    let folder = Folder::of(WARNED).with("b.cxflow", flow("Refused"));
    platform.answer(|request| {
        let refused = request.line == "POST /api/flows" && request.json()["name"] == "Refused";
        refused.then(|| (422, json!({"message": "no"})))
    });
    let cases = [
        ("human", "warning[CX403 unused]", "error[CX902 payload-refused]"),
        (
            "short",
            "a.cxflow:3:5: warning[CX403 unused]: ",
            "\nerror[CX902 payload-refused]: b.cxflow: http://",
        ),
        ("json", "\"code\":\"CX403\"", "\"code\":\"CX902\""),
        ("sarif", "\"ruleId\": \"CX403\"", "\"ruleId\": \"CX902\""),
        ("github", "::warning file=a.cxflow,line=3", "::error file=b.cxflow,line=1,title=CX902"),
    ];
    assert_eq!(cases.map(|(form, ..)| form), MESSAGE_FORMATS);
    for (form, warning, problem) in cases {
        let run = platform
            .run(&folder, &format!("submit a.cxflow b.cxflow --force --format json --message-format {form}"));
        let run = run.exits(3).err_has(warning).err_has(problem);
        let states: Vec<Value> = run.lines().iter().map(|line| line["status"].clone()).collect();
        assert_eq!(states, ["completed", "failed"], "{form}");
    }
}

#[test]
fn sarif_is_whole_whatever_happens() {
    let folder = Folder::of(WARNED).with("b.cxflow", BROKEN);
    for arguments in [
        "submit -q --message-format sarif a.cxflow b.cxflow",
        // No platform is known here, which shows after the findings.
        "submit -q --message-format sarif a.cxflow",
    ] {
        let run = bare(&folder, arguments).run();
        let log = run.err.split("\ncxflowc: ").next().unwrap();
        let log: Value = serde_json::from_str(log).unwrap_or_else(|error| panic!("{error}: {}", run.err));
        assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_quiet_run_has_results_and_nothing_else() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let run = platform.run(&folder, "submit -q a.cxflow --audit log.jsonl").exits(0);
    run.out_is("a.cxflow: in place as flow-1 (job job-1)\n").err_is("");
    folder.write("b.cxflow", BROKEN);
    platform
        .run(&folder, "submit -q b.cxflow")
        .exits(1)
        .out_is("")
        .err_has("error[CX103")
        .err_lacks("submitted");
}

#[test]
fn a_wordy_run_tells_of_waits_and_notes() {
    let (platform, folder) = (Platform::start(), Folder::of(NOTED));
    let failed = std::sync::atomic::AtomicBool::new(false);
    platform.answer(move |request| {
        let first =
            request.line == "POST /api/flows" && !failed.swap(true, std::sync::atomic::Ordering::SeqCst);
        first.then(|| (503, json!({})))
    });
    let run = platform.run(&folder, "submit -v a.cxflow").exits(0);
    run.err_has("note[CX")
        .err_has("a.cxflow: the platform answered 503 (service unavailable); next try in 0.");
    platform.run(&folder, "submit a.cxflow --force").exits(0).err_lacks("note[").err_lacks("next try");
}

#[test]
fn several_results_are_told_as_they_come() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let platform = Platform::start();
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Second"));
    let (let_go, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    platform.answer(move |request| {
        if request.line == "POST /api/flows" && request.json()["name"] == "Second" {
            held.lock().unwrap().recv().unwrap();
        }
        None
    });
    let mut command = platform.command(&folder, "submit a.cxflow b.cxflow").command;
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The second one is not let go before the first was read.
    assert!(lines.next().unwrap().unwrap().starts_with("a.cxflow: in place"));
    let_go.send(()).unwrap();
    assert!(lines.next().unwrap().unwrap().starts_with("b.cxflow: in place"));
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_standard_output_that_nobody_reads_ends_nothing() {
    use std::process::Stdio;
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    for arguments in
        ["submit a.cxflow", "submit a.cxflow --format json", "status a.cxflow", "job job-1", "webhook list"]
    {
        let mut command = platform.command(&folder, arguments).command;
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments}: {err}");
        assert!(!err.contains("panicked") && !err.contains("roken pipe"), "{arguments}: {err}");
    }
    // What was begun was done.
    platform.run(&folder, "submit a.cxflow").exits(0).out_has("unchanged");
}
