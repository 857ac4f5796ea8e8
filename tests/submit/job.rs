//! `cxflowc job`

use super::support::*;
use serde_json::json;

/// A flow whose job, `job-7`, goes on.
fn on_its_way(platform: &Platform) -> Folder {
    let folder = Folder::of(CLEAN);
    platform.answer_to(
        "POST /api/flows",
        201,
        json!({"id": "job-7", "status": "queued", "retry_after": 3600}),
    );
    platform.run(&folder, "submit a.cxflow --timeout 60s").exits(3);
    platform.answer(|_| None);
    platform.new_requests();
    folder
}

fn state(platform: &Platform, body: serde_json::Value) {
    platform.answer_to("GET /api/jobs/job-7", 200, body);
}

#[test]
fn it_says_how_a_job_stands() {
    let platform = Platform::start();
    let folder = on_its_way(&platform);
    let before = folder.read("cxflow.lock");
    state(&platform, json!({"id": "job-7", "status": "processing", "message": "being checked"}));
    platform.run(&folder, "job job-7").exits(0).out_is("job-7: processing\n").err_is("");
    assert_eq!(
        platform.run(&folder, "job job-7 --format json").exits(0).json(),
        json!({"job": "job-7", "status": "processing", "message": "being checked", "flow_id": null, "errors": []})
    );
    assert_eq!(platform.new_lines().iter().filter(|what| what.contains("jobs")).count(), 2, "once each");
    assert_eq!(folder.read("cxflow.lock"), before);
}

#[test]
fn the_lock_records_a_finished_job() {
    let platform = Platform::start();
    let folder = on_its_way(&platform);
    platform.run(&folder, "job job-7").exits(0).out_is("job-7: completed, in place as flow-of-job-7\n");
    bare(&folder, "status a.cxflow").run().exits(0).out_has("in place as flow-of-job-7");
    assert!(!folder.read("cxflow.lock").contains("pending"));
    platform.new_requests();
    platform.run(&folder, "submit a.cxflow").exits(0).out_has("unchanged, in place as flow-of-job-7");
    assert!(platform.new_requests().is_empty());
}

#[test]
fn it_waits_until_the_flow_is_in_place() {
    let (emulator, folder) = (Emulate::start("-q --job-time 6s"), Folder::of(CLEAN));
    let run = emulator.run(&folder, "submit a.cxflow --timeout 4s").exits(3);
    let command =
        run.err.split_once("`cxflowc ").unwrap().1.split_once('`').unwrap().0.replace(['\n', '│'], " ");
    let run = emulator.run(&folder, &command).exits(0);
    assert!(run.out.contains(": completed, in place as flow-"), "{}", run.out);
    bare(&folder, "status a.cxflow").run().exits(0);
}

#[test]
fn one_that_is_given_up_is_an_answer_and_the_platforms_failure() {
    let platform = Platform::start();
    let folder = on_its_way(&platform);
    let errors =
        json!([{"code": "no_queue", "message": "there is no such queue", "node": "sales"}, {"message": "x"}]);
    let job = json!({"id": "job-7", "status": "failed", "message": "2 errors", "errors": errors});
    state(&platform, job);
    let run = platform.run(&folder, "job job-7 --format json").exits(3);
    assert_eq!(
        run.json(),
        json!({
            "job": "job-7", "status": "failed", "message": "the platform gave up on job job-7: 2 errors", "flow_id": null,
            "errors": [
                {"code": "no_queue", "message": "there is no such queue", "node": "sales", "path": null},
                {"code": null, "message": "x", "node": null, "path": null},
            ]
        })
    );
    run.err_has("error[CX905 job-failed]").err_has("note: sales: there is no such queue");
    platform.run(&folder, "job job-7 --message-format short").exits(3).out_is("job-7: failed\n");
    assert!(!folder.read("cxflow.lock").contains("job-7"), "it is not on its way any more");
}

#[test]
fn an_unknown_job_says_so() {
    let (emulator, folder) = (quick_emulator(), Folder::of(CLEAN));
    for arguments in ["job job-0", "job job-0 --wait", "job a/etc", "job 'a%2e'"] {
        let run = emulator.run(&folder, arguments).exits(3).out_is("");
        run.err_has("error[CX908 unexpected-answer]")
            .err_has("asking for the job: ")
            .err_has("help: check the id");
    }
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn waiting_has_an_end() {
    let platform = Platform::start();
    let folder = on_its_way(&platform);
    state(&platform, json!({"id": "job-7", "status": "waiting for approval"}));
    let run = platform.run(&folder, "job job-7 --wait --timeout 3s").exits(3).out_is("");
    run.err_has("error[CX906 job-timeout]")
        .err_has("waiting for approval")
        .err_has("`cxflowc job job-7 --wait`");
    assert!(folder.read("cxflow.lock").contains("job-7"));
}

#[test]
fn in_an_environment_it_goes_on_with_its_lock_and_its_log() {
    let platform = Platform::start();
    let section = format!("[env.prod]\nbase_url = \"{}\"\naudit = \"prod.jsonl\"\n", platform.base_url());
    let folder = Folder::of(CLEAN).with("cxflow.toml", section);
    let run = |arguments: &str| platform.credentials_only(&folder, arguments).run();
    platform.answer_to(
        "POST /api/flows",
        201,
        json!({"id": "job-7", "status": "queued", "retry_after": 3600}),
    );
    run("submit a.cxflow --env prod --timeout 60s").exits(3).err_has("job-7 --wait --env prod`");
    run("job job-7 --wait --env prod").exits(0).err_has("prod.jsonl: head ");
    let log = folder.log("prod.jsonl");
    assert_eq!(column(&log, "action"), ["validate", "simulate", "create", "persist", "persist"]);
    assert_eq!(column(&log, "status"), ["ok", "ok", "ok", "failed", "ok"]);
    assert_eq!(column(&log, "code")[3], "CX906");
    assert_eq!((&log[4]["flow"], &log[4]["flow_id"]), (&json!("Reminder"), &json!("flow-of-job-7")));
    assert_eq!(log[4]["payload_sha256"], log[0]["payload_sha256"]);
    assert_eq!(log[4]["environment"], "prod");
    bare(&folder, "audit verify prod.jsonl").run().exits(0);
    run("status a.cxflow --env prod").exits(0);
    // Asked for once more there is nothing new to note.
    run("job job-7 --env prod").exits(0);
    assert_eq!(folder.log("prod.jsonl").len(), 5);
}

#[test]
fn job_waits_and_reports_that_the_job_is_completed() {
    let platform = Platform::start();
    let folder = on_its_way(&platform);
    platform.run(&folder, "job job-7 --wait -v").exits(0).err_is("job-7: completed\n");
}
