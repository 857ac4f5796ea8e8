//! `cxflowc status`

use super::support::*;
use serde_json::json;

fn since(folder: &Folder) -> String {
    folder.lock("cxflow.lock")["flow"][0]["in_place"]["since"].as_str().unwrap().to_owned()
}

#[test]
fn it_needs_no_credentials_and_asks_nobody() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    bare(&folder, "status a.cxflow").run().exits(1).out_is("a.cxflow: never submitted\n").err_is("");
    platform.run(&folder, "submit a.cxflow").exits(0);
    platform.new_requests();
    let (since, base) = (since(&folder), platform.base_url());
    bare(&folder, "status a.cxflow")
        .run()
        .exits(0)
        .out_is(&format!("a.cxflow: in place as flow-1 since {since} on {base}\n"))
        .err_is("");
    assert!(platform.new_requests().is_empty());
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    bare(&folder, "status a.cxflow")
        .run()
        .exits(1)
        .out_is(&format!("a.cxflow: differs from flow-1, in place since {since} on {base}\n"));
}

#[test]
fn a_running_job_is_reported_as_running() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to(
        "POST /api/flows",
        201,
        json!({"id": "job-7", "status": "queued", "retry_after": 3600}),
    );
    platform.run(&folder, "submit a.cxflow --timeout 60s").exits(3);
    let base = platform.base_url();
    bare(&folder, "status a.cxflow").run().exits(1).out_is(&format!(
        "a.cxflow: submission to {base} unfinished (job job-7); run submit again to resume\n"
    ));
    bare(&folder, "status a.cxflow --set queue=other").run().exits(1).out_is(&format!(
        "a.cxflow: differs from what was last sent to {base}, which is not known to be in place\n"
    ));
}

#[test]
fn each_platform_has_its_line_unless_one_is_named() {
    let (one, other, folder) = (Platform::start(), Platform::start(), Folder::of(CLEAN));
    one.run(&folder, "submit a.cxflow").exits(0);
    other.run(&folder, "submit a.cxflow --set queue=other").exits(0);
    let run = bare(&folder, "status a.cxflow").run().exits(1);
    assert_eq!(run.out.lines().count(), 2, "{}", run.out);
    assert_eq!(run.out.matches("in place as flow-1 since").count(), 1, "{}", run.out);
    assert_eq!(run.out.matches("differs from flow-1").count(), 1, "{}", run.out);
    let at = |base: &str| bare(&folder, "status a.cxflow --base-url").arg(base).run();
    at(one.base_url()).exits(0);
    at(&format!("{}/", one.base_url())).exits(0);
    at(other.base_url()).exits(1).out_has("differs from");
    at("https://api.example.com").exits(1).out_has("a.cxflow: never submitted there, only to http://");
    let run = bare(&folder, "status a.cxflow").env("CXONE_BASE_URL", one.base_url()).run();
    assert_eq!(run.exits(0).out.lines().count(), 1);
}

#[test]
fn results_for_scripts() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let status = |arguments: &str| {
        let run = bare(&folder, &format!("status a.cxflow --format json {arguments}")).run();
        let lines = run.lines();
        assert_eq!(lines.len(), 1, "{}", run.out);
        let line = &lines[0];
        assert_eq!((&line["file"], &line["flow"]), (&json!("a.cxflow"), &json!("Reminder")));
        line.clone()
    };
    let never = status("");
    let hash = never["payload_sha256"].clone();
    assert_eq!(
        never,
        json!({
            "file": "a.cxflow", "flow": "Reminder", "status": "never", "platform": null, "flow_id": null,
            "since": null, "payload_sha256": hash, "submitted_sha256": null, "job": null, "remote": null
        })
    );
    platform.run(&folder, "submit a.cxflow").exits(0);
    assert_eq!(
        status(""),
        json!({
            "file": "a.cxflow", "flow": "Reminder", "status": "in_place", "platform": platform.base_url(),
            "flow_id": "flow-1", "since": since(&folder), "payload_sha256": hash, "submitted_sha256": hash,
            "job": null, "remote": null
        })
    );
    let changed = status("--set queue=other");
    assert_eq!((&changed["status"], &changed["submitted_sha256"]), (&json!("changed"), &hash));
    assert_ne!(changed["payload_sha256"], hash);
    platform.answer_to(
        "POST /api/flows",
        201,
        json!({"id": "job-7", "status": "queued", "retry_after": 3600}),
    );
    platform.run(&folder, "submit a.cxflow --set queue=other --timeout 60s").exits(3);
    let pending = status("--set queue=other");
    assert_eq!((&pending["status"], &pending["job"]), (&json!("pending"), &json!("job-7")));
    assert_eq!(status("")["status"], "overtaken");
}

#[test]
fn the_worst_state_decides_the_exit_status() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("b.cxflow", flow("Second")));
    folder.write("lib.cxflow", "let a = \"a\"\n");
    platform.run(&folder, "submit a.cxflow").exits(0);
    let run = bare(&folder, "status lib.cxflow a.cxflow b.cxflow").run().exits(1);
    let run = run.out_has("a.cxflow: in place").out_has("b.cxflow: never submitted\n");
    run.err_is("lib.cxflow: a library, nothing to submit\n");
    folder.write("b.cxflow", BROKEN);
    let run = bare(&folder, "status a.cxflow b.cxflow").run().exits(1);
    run.out_has("a.cxflow: in place").err_has("error[CX103").err_has("\nb.cxflow: 1 error\n");
    bare(&folder, "status a.cxflow nope.cxflow")
        .run()
        .exits(2)
        .out_has("a.cxflow: in place")
        .err_has("nope.cxflow");
}

#[test]
fn findings_do_not_get_into_results() {
    let folder = Folder::of(WARNED);
    for format in ["json", "sarif"] {
        let run =
            bare(&folder, &format!("status a.cxflow --format json --message-format {format}")).run().exits(1);
        assert_eq!(run.lines().len(), 1);
        run.err_has("CX403");
    }
}
