//! A flow is adopted while something of it is pending.

use serde_json::{Value, json};

use crate::harness::{Platform, Step, completed, job, left_queued, on, token};
use crate::support::{CLEAN, Folder, side_by_side};

/// A platform that took the flow as job-1, which went on when it was asked last; and what comes then.
fn left_behind(steps: Vec<Step>) -> Platform {
    let sent = [token(), left_queued(), token()];
    Platform::script(sent.into_iter().chain(steps))
}

fn asked(status: u16, answer: Value) -> Step {
    on("GET /api/jobs/job-1").answers(status, answer)
}

fn not_shown() -> Vec<Step> {
    vec![on("GET /api/flows/flow-9").answers(404, ""), on("GET /api/flows").answers(404, "")]
}

fn and(first: Step, then: Vec<Step>) -> Vec<Step> {
    [first].into_iter().chain(then).collect()
}

#[test]
fn a_job_that_goes_on_or_made_another_flow_is_not_forgotten() {
    let failing = |status: u16| vec![asked(status, json!({ "message": "not now" }))];
    let cases = [
        (vec![asked(200, job("job-1", "queued"))], "CX906", "job job-1 of this flow is still running"),
        (vec![asked(200, job("job-1", "processing"))], "CX906", "adopts without asking for the job"),
        (vec![asked(200, job("job-1", "awaiting_approval"))], "CX906", "still running"),
        (vec![asked(200, completed("job-1", "flow-1"))], "CX908", "created flow-1, not flow-9"),
        (vec![asked(200, completed("job-2", "flow-9")).times(5)], "CX908", "another job"),
        (failing(403), "CX901", "up-pending adopts without asking"),
        (vec![asked(302, json!({}))], "CX908", "redirects"),
    ];
    side_by_side(cases, |(steps, code, said)| {
        let platform = left_behind(steps);
        let folder = Folder::for_platform(&platform);
        folder.submit("--timeout 60s").fails("CX906");
        let before = folder.read("cxflow.lock");
        folder.submit("--adopt flow-9 --audit audit.jsonl").fails(code).message_has(said);
        let after = folder.read("cxflow.lock");
        assert!(after.contains("job-1") && !after.contains("flow-9"), "{after}");
        let pending = |lock: &str| lock.lines().filter(|line| !line.contains("audit")).count();
        assert!(pending(&after) >= pending(&before), "{after}");
        assert!(!folder.path("audit.jsonl").exists() || !folder.read("audit.jsonl").contains("\"adopt\""));
    });
}

#[test]
fn only_a_flow_that_the_job_made_is_adopted_as_this_version() {
    let failed = json!({ "id": "job-1", "status": "failed", "message": "no" });
    let cases = [
        (asked(200, completed("job-1", "flow-9")), "adopted flow-9, which is this version"),
        (
            asked(200, json!({ "id": "job-1", "status": "completed" })),
            "adopted flow-9, which is this version",
        ),
        (asked(404, json!({})), "adopted flow-9, which is this version"),
        (asked(200, failed), "adopted flow-9, whose version is not known"),
    ];
    side_by_side(cases, |(job, said)| {
        let platform = left_behind(and(job, not_shown()));
        let folder = Folder::for_platform(&platform);
        folder.submit("--timeout 60s").fails("CX906");
        folder.submit("--adopt flow-9").exits(0).out_has(said);
        let lock = folder.read("cxflow.lock");
        assert!(lock.contains("flow-9") && !lock.contains("pending"), "{lock}");
    });
}

#[test]
fn a_job_that_is_given_up_says_nothing_of_the_version() {
    let platform = left_behind(not_shown());
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 60s").fails("CX906");
    folder
        .submit("--adopt flow-9 --give-up-pending")
        .exits(0)
        .out_has("adopted flow-9, whose version is not known");
    assert!(!folder.read("cxflow.lock").contains("job-1"));
}

#[test]
fn the_job_of_an_earlier_version_is_asked_for_as_well() {
    let platform = left_behind(vec![asked(200, job("job-1", "queued"))]);
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 60s").fails("CX906");
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    folder.submit("--adopt flow-9").fails("CX906").message_has("job job-1 of this flow is still running");
    let platform = left_behind(and(asked(200, completed("job-1", "flow-9")), not_shown()));
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 60s").fails("CX906");
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    folder.submit("--adopt flow-9").exits(0).out_has("which is a different version");
}
