//! Once the platform has named a job, only that job's failure shows that the flow is not there. Whatever
//! else the platform answers about it, the lock keeps the job, and nothing is sent again.

use serde_json::json;

use crate::harness::{Platform, Step, completed, job, left_queued, on, token, token_of};
use crate::support::{CLEAN, Folder, side_by_side};

fn poll() -> Step {
    on("GET /api/jobs/job-1")
}

/// What a platform may answer in place of a job that it has named, over and over.
fn answers() -> Vec<Vec<Step>> {
    let refused = [
        300, 304, 305, 306, 309, 399, 400, 402, 403, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415,
        416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505,
        507, 511, 520, 599, 600, 999,
    ];
    let mut all: Vec<Vec<Step>> =
        refused.into_iter().map(|status| vec![poll().answers(status, "").for_ever()]).collect();
    for status in [301, 302, 303, 307, 308] {
        for to in ["/api/jobs/job-1", "/api/flows/flow-9", "https://other.example.com/login?token=1", ""] {
            all.push(vec![poll().answers(status, "").header("Location", to)]);
        }
    }
    all.push(vec![poll().answers(429, "").header("Retry-After", "86400")]);
    all.push(vec![poll().answers(503, "").header("Retry-After", "86400")]);
    all.push(vec![poll().answers(422, json!({ "detail": [{ "loc": ["body", "nodes", 0], "msg": "no" }] }))]);
    all.push(vec![poll().answers(401, ""), token_of("tok-hush-2"), poll().answers(401, "")]);
    // The token that is renewed meanwhile is refused, or the endpoint answers something else.
    let sign_in = || on("POST /api/oauth2/token");
    for refusal in [
        sign_in().answers(401, json!({ "error": "invalid_client" })),
        sign_in().answers(400, json!({ "error": "invalid_scope" })),
        sign_in().answers(403, ""),
        sign_in().answers(404, ""),
        sign_in().answers(405, ""),
        sign_in().answers(410, ""),
        sign_in().answers(501, ""),
        sign_in().answers(307, "").header("Location", "https://sso.example.com/"),
        sign_in().answers(200, "<html>").times(5),
        sign_in().answers(200, json!({ "error": "invalid_client" })),
        sign_in().answers(429, "").header("Retry-After", "3600"),
    ] {
        all.push(vec![poll().answers(401, ""), refusal]);
    }
    all
}

/// Runs until the job is known, then gets an answer to the question for it, then finds it completed.
fn survives(first: &[Step], creation: &str, submit: &str, settings: &str, answers: Vec<Step>) {
    let created = on(creation).answers(201, job("job-1", "queued"));
    let steps = first
        .iter()
        .cloned()
        .chain([token(), created])
        .chain(answers)
        .chain([token(), poll().answers(200, completed("job-1", "flow-1"))]);
    let platform = Platform::script(steps);
    let folder = Folder::for_platform(&platform);
    folder.write("cxflow.toml", settings);
    if !first.is_empty() {
        folder.run(&format!("{submit} --timeout 4s")).exits(0);
        folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    }
    // Time for five tries at odd answers.
    folder.run(&format!("{submit} --timeout 8s")).exits(3).message_has("`cxflowc job job-1 --wait");
    let lock = folder.path("cxflow.prod.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    assert!(lock.contains("job = \"job-1\""), "{lock}\n{:?}", platform.requests());
    folder.run(submit).exits(0).out_has("in place as flow-1 (job job-1)");
    assert_eq!(platform.requests_of(creation).len(), 1, "{:?}", platform.requests());
}

#[test]
fn a_job_that_was_named_is_kept_whatever_is_answered_to_the_question_for_it() {
    side_by_side(answers(), |answers| {
        survives(&[], "POST /api/flows", "submit a.cxflow --env prod", "[env.prod]\n", answers);
    });
}

#[test]
fn the_same_goes_for_an_update() {
    let first = [token(), on("POST /api/flows").answers(201, completed("job-0", "flow-1"))];
    side_by_side(answers().into_iter().step_by(4), |answers| {
        let settings = "[env.prod]\nupdate = \"PUT /api/flows/{flow_id}\"\n";
        survives(&first, "PUT /api/flows/flow-1", "submit a.cxflow --env prod", settings, answers);
    });
}

/// `token` answers 404 while the job is asked for: that says nothing of the job.
#[test]
fn a_token_endpoint_that_is_gone_does_not_make_a_job_unknown() {
    for status in [404, 405, 410] {
        let platform = Platform::script([
            token(),
            left_queued(),
            token(),
            poll().answers(401, ""),
            on("POST /api/oauth2/token").answers(status, ""),
            token(),
            poll().answers(200, completed("job-1", "flow-1")),
        ]);
        let folder = Folder::for_platform(&platform);
        folder.submit("--timeout 4s").fails("CX906");
        folder.submit("").fails("CX908").message_has("asking for a token");
        assert!(!folder.read("cxflow.lock").contains("unknown"));
        folder.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
    }
}
