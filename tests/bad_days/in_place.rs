//! A flow in place is recognised by the meaning of its payload.

use serde_json::json;

use crate::harness::{Platform, Step, completed, job, left_queued, on, token};
use crate::support::{CLEAN, Folder, side_by_side};

const UPDATES: &str = "[env.prod]\nupdate = \"PUT /api/flows/{flow_id}\"\n";

fn payload() -> serde_json::Value {
    let folder = Folder::for_url("http://127.0.0.1:1");
    folder.run("build a.cxflow -q").exits(0);
    serde_json::from_str(&folder.read("a.json")).unwrap()
}

fn shows(payload: serde_json::Value) -> Step {
    on("GET /api/flows/flow-9")
        .answers(200, json!({ "id": "flow-9", "name": "Reminder", "payload": payload }))
}

#[test]
fn an_artifact_in_another_dress_is_the_same_flow() {
    let platform =
        Platform::script([token(), on("POST /api/flows").answers(201, completed("job-1", "flow-1"))]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").exits(0);
    folder.run("build a.cxflow -q").exits(0);
    let text = folder.read("a.json");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    for dress in [
        text.replace('\n', "\r\n"),
        text.trim_end().to_owned(),
        value.to_string(),
        format!("{value}\n\n"),
        sorted.to_string(),
        text.replace("  ", "\t"),
        text.replace('/', "\\/"),
        text.replace("Reminder", "\\u0052eminder"),
    ] {
        folder.write("other.json", &dress);
        folder.run("submit --artifact other.json").exits(0).out_has("unchanged, in place as flow-1");
    }
    // The other way round: an older lock knows the hash of the bytes alone.
    let lock = folder.read("cxflow.lock");
    let older: String =
        lock.lines().filter(|line| !line.starts_with("canonical")).map(|line| format!("{line}\n")).collect();
    folder.write("cxflow.lock", &older);
    folder.write("other.json", text.replace('\n', "\r\n"));
    folder.run("submit --artifact other.json").exits(0).out_has("unchanged");
    folder.run("status a.cxflow").exits(0);
}

#[test]
fn a_flow_is_adopted_and_nothing_is_sent() {
    let this = payload();
    let mut other = this.clone();
    other["description"] = json!("something else");
    let flows = |step: Step| step;
    let mut flat = this.clone();
    flat["id"] = json!("flow-9");
    flat["updated_at"] = json!("2026-01-01T00:00:00Z");
    let pages = |body: &'static str| on("GET /api/flows").answers(200, body);
    let list = |status: u16| on("GET /api/flows").answers(status, if status == 200 { "[]" } else { "" });
    let cases = [
        (vec![shows(this.clone())], 0, "adopted flow-9, which is this version"),
        (vec![shows(json!({ "note": "no payload" }))], 0, "adopted flow-9, whose version is not known"),
        (vec![shows(other)], 0, "adopted flow-9, which is a different version"),
        (vec![on("GET /api/flows/flow-9").answers(200, this.clone())], 0, "which is this version"),
        (vec![on("GET /api/flows/flow-9").answers(404, ""), list(404)], 0, "whose version is not known"),
        (vec![on("GET /api/flows/flow-9").answers(405, ""), list(405)], 0, "whose version is not known"),
        (vec![on("GET /api/flows/flow-9").answers(404, ""), list(200)], 3, "not in place, CX908"),
        (vec![on("GET /api/flows/flow-9").answers(200, flat)], 0, "adopted flow-9, which is this version"),
        (
            vec![
                on("GET /api/flows/flow-9").answers(200, json!({ "id": "flow-8", "payload": this })).times(5),
            ],
            3,
            "not in place, CX908",
        ),
        (
            vec![
                on("GET /api/flows/flow-9").answers(404, ""),
                pages(r#"{"items":[{"id":"flow-9"}],"total":1}"#),
            ],
            0,
            "whose version is not known",
        ),
        (
            vec![
                on("GET /api/flows/flow-9").answers(404, ""),
                pages(r#"{"items":["flow-1"],"total":2}"#),
                on("GET /api/flows?limit=100&offset=1").answers(200, r#"{"items":["flow-2"],"total":2}"#),
            ],
            3,
            "not in place, CX908",
        ),
        (
            vec![on("GET /api/flows/flow-9").answers(404, ""), pages(r#"{"items":["flow-1"],"next":"/p"}"#)],
            0,
            "whose version is not known",
        ),
        (vec![on("GET /api/flows/flow-9").answers(403, "")], 3, "not in place, CX901"),
        (vec![on("GET /api/flows/flow-9").answers(200, "<html>").times(5)], 3, "not in place, CX908"),
    ];
    side_by_side(cases, |(steps, status, said)| {
        let platform = Platform::script([token()].into_iter().chain(steps.into_iter().map(flows)));
        let folder = Folder::for_platform(&platform);
        folder.submit("--adopt flow-9 --audit audit.jsonl").exits(status).out_has(said);
        // One that is refused leaves no lock, not even an empty one.
        assert_eq!(folder.path("cxflow.lock").exists(), status == 0, "{said}");
        let is_noted = status == 0 && folder.read("cxflow.lock").contains("flow-9");
        assert_eq!(is_noted, status == 0, "{said}");
        assert_eq!(folder.read("audit.jsonl").contains("\"action\":\"adopt\""), status == 0);
        if said.contains("this version") {
            folder.submit("").exits(0).out_has("unchanged, in place as flow-9");
        }
    });
}

#[test]
fn an_adopted_flow_is_changed_in_place() {
    let platform = Platform::script([
        token(),
        on("GET /api/flows/flow-9").answers(404, ""),
        on("GET /api/flows").answers(405, ""),
        token(),
        on("PUT /api/flows/flow-9").answers(200, completed("job-1", "flow-9")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.write("cxflow.toml", UPDATES);
    folder.submit("--env prod --adopt flow-9").exits(0);
    folder.submit("--env prod").exits(0).out_has("in place as flow-9");
}

#[test]
fn adopting_is_the_way_out_of_what_is_not_known() {
    let not_shown = || [on("GET /api/flows/flow-9").answers(404, ""), on("GET /api/flows").answers(404, "")];
    let no_flow = || json!({ "id": "job-1", "status": "completed" });
    for (first, code) in [(json!({}), "CX911"), (no_flow(), "CX908")] {
        let [one, other] = not_shown();
        let mut steps = vec![token(), on("POST /api/flows").answers(201, first), token()];
        // How a job ended is asked for first.
        if code == "CX908" {
            steps.push(on("GET /api/jobs/job-1").answers(200, no_flow()));
        }
        let platform = Platform::script(steps.into_iter().chain([one, other]));
        let folder = Folder::for_platform(&platform);
        folder.submit("").fails(code).message_has("--adopt").message_has("--send-again");
        folder.submit("--adopt flow-9").exits(0).out_has("adopted flow-9, which is this version");
        folder.submit("").exits(0).out_has("unchanged, in place as flow-9");
    }
    // A job that made no flow is sent again where somebody says so, and not by itself.
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, no_flow()),
        token(),
        on("GET /api/jobs/job-1").answers(200, no_flow()),
        token(),
        on("GET /api/jobs/job-1").answers(200, no_flow()),
        on("POST /api/flows").answers(201, completed("job-2", "flow-2")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").fails("CX908");
    folder.submit("").fails("CX908").message_has("does not name a flow");
    folder.submit("--send-again").exits(0).out_has("in place as flow-2");
}

#[test]
fn one_source_is_adopted_at_a_time() {
    let platform = Platform::script([]);
    let folder = Folder::for_platform(&platform);
    folder.write("b.cxflow", CLEAN.replace("Reminder", "b"));
    folder.run("submit a.cxflow b.cxflow --adopt flow-9").exits(2).message_has("--adopt takes one flow");
    folder.submit("--adopt flow-9 --force").exits(2);
    folder.submit("--adopt flow-9 --send-again").exits(2);
}

#[test]
fn a_renamed_flow_says_that_the_old_one_stays() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, completed("job-1", "flow-1")),
        token(),
        on("POST /api/flows").answers(201, completed("job-2", "flow-2")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").exits(0);
    folder.write("a.cxflow", CLEAN.replace("Reminder", "Recall"));
    folder
        .run("status a.cxflow")
        .exits(1)
        .out_has("never submitted under this name; as \"Reminder\" in place as flow-1")
        .out_has("`submit --rename`");
    assert_eq!(folder.run("status a.cxflow --format json").lines()[0]["status"], "renamed");
    folder.submit("--deny warnings").exits(1).message_has("[CX913 old-flow-stays]");
    folder
        .submit("")
        .exits(0)
        .message_has("[CX913 old-flow-stays]")
        .message_has("was the flow \"Reminder\", which stays in place as flow-1")
        .out_has("in place as flow-2");
    folder.submit("").exits(0).lacks("CX913");
}

#[test]
fn a_rename_carries_the_id_over() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, completed("job-1", "flow-1")),
        token(),
        on("PUT /api/flows/flow-1").answers(200, completed("job-2", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.write("cxflow.toml", UPDATES);
    folder.submit("--env prod --rename").exits(2).message_has("knows no other flow");
    folder.submit("--env prod").exits(0);
    folder.write("a.cxflow", CLEAN.replace("Reminder", "Recall"));
    folder.submit("--env prod --rename").exits(0).out_has("in place as flow-1").lacks("CX913");
    let lock = folder.read("cxflow.prod.lock");
    assert!(lock.contains("name = \"Recall\"") && !lock.contains("Reminder"), "{lock}");
    // The same command again is harmless.
    folder.submit("--env prod --rename").exits(0).out_has("unchanged");
}

#[test]
fn another_flow_of_the_run_or_of_standard_input_is_no_rename() {
    let made =
        |n: usize| on("POST /api/flows").answers(201, completed(&format!("job-{n}"), &format!("flow-{n}")));
    let platform = Platform::script([token(), made(1), token(), made(2)]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").exits(0);
    // The file is another one, and the old name is submitted as well.
    std::fs::rename(folder.path("a.cxflow"), folder.path("b.cxflow")).unwrap();
    folder.write("a.cxflow", CLEAN.replace("Reminder", "Recall"));
    folder.run("submit a.cxflow b.cxflow").exits(0).lacks("CX913").out_has("b.cxflow: unchanged");
}

#[test]
fn an_edit_waits_for_the_job_of_the_version_before_it() {
    let edited = CLEAN.replace("notice.wav", "other.wav");
    let ends = [
        (on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")), "PUT /api/flows/flow-1"),
        (
            on("GET /api/jobs/job-1").answers(200, json!({ "id": "job-1", "status": "failed" })),
            "POST /api/flows",
        ),
    ];
    side_by_side(ends, |(end, then)| {
        let platform = Platform::script([
            token(),
            left_queued(),
            token(),
            end,
            on(then).answers(200, completed("job-2", "flow-2")),
        ]);
        let folder = Folder::for_platform(&platform);
        folder.write("cxflow.toml", UPDATES);
        folder.submit("--env prod --timeout 60s").fails("CX906");
        folder.write("a.cxflow", &edited);
        folder
            .submit("--env prod --audit audit.jsonl")
            .exits(0)
            .message_has("waiting for job job-1 of an earlier version")
            .out_has("in place as flow-2 (job job-2)");
        assert!(!folder.read("cxflow.prod.lock").contains("pending"));
    });
    // One that does not end, and the choice not to wait for it.
    let platform = Platform::script([
        token(),
        left_queued(),
        token(),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "queued")).for_ever(),
        token(),
        on("POST /api/flows").answers(201, completed("job-2", "flow-2")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 60s").fails("CX906");
    folder.write("a.cxflow", &edited);
    folder.submit("--timeout 4s").fails("CX906").message_has("--give-up-pending");
    folder.submit("--give-up-pending").exits(0).message_has("job job-1 of an earlier version is given up");
    // One that the platform does not know any more.
    let platform =
        Platform::script([token(), left_queued(), token(), on("GET /api/jobs/job-1").answers(404, "")]);
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 60s").fails("CX906");
    folder.write("a.cxflow", &edited);
    folder.submit("").fails("CX911").message_has("no longer knows job job-1");
    folder.submit("").fails("CX911");
}

#[test]
fn status_asks_the_platform() {
    let this = payload();
    let mut other = this.clone();
    other["description"] = json!("changed over there");
    let mut flat = this.clone();
    flat["id"] = json!("flow-1");
    let show = |payload: serde_json::Value| {
        on("GET /api/flows/flow-1").answers(200, json!({ "id": "flow-1", "payload": payload }))
    };
    let absent = || on("GET /api/flows/flow-1").answers(404, "");
    let cases = [
        (vec![show(this.clone())], 0, "same"),
        (vec![on("GET /api/flows/flow-1").answers(200, flat)], 0, "same"),
        (
            vec![
                on("GET /api/flows/flow-1").answers(200, json!({ "id": "flow-2", "payload": this })).times(5),
            ],
            3,
            "unanswered",
        ),
        (vec![absent(), on("GET /api/flows").answers(200, json!([{ "id": "flow-1" }]))], 0, "there"),
        (vec![show(other)], 1, "differs"),
        (vec![on("GET /api/flows/flow-1").answers(200, json!({ "id": "flow-1" }))], 0, "there"),
        (vec![absent(), on("GET /api/flows").answers(200, json!({ "items": [] }))], 1, "absent"),
        (vec![absent(), on("GET /api/flows").answers(404, "")], 0, "not_shown"),
        (vec![on("GET /api/flows/flow-1").answers(403, "")], 3, "unanswered"),
    ];
    side_by_side(cases, |(steps, status, word)| {
        let made = [token(), on("POST /api/flows").answers(201, completed("job-1", "flow-1")), token()];
        let twice: Vec<Step> = steps.iter().cloned().chain([token()]).chain(steps.clone()).collect();
        let platform = Platform::script(made.into_iter().chain(twice));
        let folder = Folder::for_platform(&platform);
        folder.submit("").exits(0);
        let run = folder.run("status a.cxflow --remote --format json").exits(status);
        assert_eq!(run.lines()[0]["remote"], word, "{run:#?}");
        folder
            .run("status a.cxflow --remote")
            .exits(status)
            .out_has("in place as flow-1")
            .out_has("the platform ");
        // Without it nobody is asked.
        folder.run("status a.cxflow").exits(0);
    });
    let platform = Platform::script([]);
    Folder::for_platform(&platform)
        .without_variable("CXONE_CLIENT_SECRET")
        .run("status a.cxflow --remote")
        .exits(2)
        .message_has("CXONE_CLIENT_SECRET");
}

#[test]
fn status_says_that_a_platform_which_is_not_reached_does_not_answer() {
    let platform =
        Platform::script([token(), on("POST /api/flows").answers(201, completed("job-1", "flow-1"))]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").exits(0);
    let lock = folder.read("cxflow.lock");
    drop(platform);
    let run = folder.run("status a.cxflow --remote --timeout 4s --format json").exits(3);
    assert_eq!(run.lines()[0]["remote"], "unanswered", "{run:#?}");
    folder
        .run("status a.cxflow --remote --timeout 4s")
        .exits(3)
        .out_has("in place as flow-1")
        .out_has("the platform ");
    assert_eq!(folder.read("cxflow.lock"), lock, "a question changes nothing");
}

#[test]
fn a_day_of_ones_choice_is_for_the_environment_to_allow() {
    let today = jiff::Zoned::now().date();
    let platform = Platform::script([]);
    let folder = Folder::for_platform(&platform);
    folder.write("cxflow.toml", "[env.prod]\n[env.lab]\nallow_as_of = true\n[env.no]\nallow_as_of = false\n");
    for environment in ["", "--env prod", "--env no"] {
        for day in ["2020-01-01", "2099-12-31"] {
            folder
                .submit(&format!("{environment} --as-of {day}"))
                .exits(2)
                .message_has(&format!("--as-of says {day}"))
                .message_has("allow_as_of");
        }
    }
    // A rehearsal sends nothing.
    folder.submit("--emulate --as-of 2020-01-01").exits(0);
    let made =
        |n: usize| on("POST /api/flows").answers(201, completed(&format!("job-{n}"), &format!("flow-{n}")));
    let platform = Platform::script([token(), made(1), token(), made(2)]);
    let folder = Folder::for_platform(&platform);
    folder.write("cxflow.toml", "[env.lab]\nallow_as_of = true\n");
    folder.submit("--env lab --as-of 2020-01-01 --audit audit.jsonl").exits(0);
    let log = folder.read("audit.jsonl");
    assert!(log.lines().all(|line| line.contains("\"as_of\":\"2020-01-01\"")), "{log}");
    folder.submit(&format!("--force --as-of {today}")).exits(0);
}
