//! Answers with unusable bodies: too long, of another kind, of another shape.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Platform, completed, job, on, token};
use crate::support::{Folder, Run, side_by_side};

/// What a run may use at most; a gibibyte shows.
const MEMORY: u64 = 256 << 20;

#[track_caller]
fn stays_small(run: &Run) {
    let peak = run.peak.unwrap_or_default();
    assert!(peak < MEMORY, "{} MiB", peak >> 20);
    assert!(peak > 0 || !cfg!(target_os = "linux"), "nothing was measured");
}

#[test]
fn a_gibibyte_is_not_read() {
    for says_length in [true, false] {
        let platform = Platform::script([token(), on("POST /api/flows").floods(says_length)]);
        let run = Folder::for_platform(&platform)
            .submit("")
            .fails("CX911")
            .message_has("its body is more than 8 MiB long");
        stays_small(&run);
        run.took_less_than(Duration::from_secs(15));
    }
}

#[test]
fn a_gibibyte_in_place_of_a_token_is_not_read() {
    let platform = Platform::script([on("POST /api/oauth2/token").floods(false)]);
    stays_small(
        &Folder::for_platform(&platform).submit("").fails("CX908").message_has("answered more than 8 MiB"),
    );
}

#[test]
fn a_gibibyte_of_a_job_leaves_the_command_that_picks_it_up() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").floods(true),
    ]);
    stays_small(
        &Folder::for_platform(&platform).submit("").fails("CX908").message_has("`cxflowc job job-1 --wait`"),
    );
}

#[test]
fn headers_without_end_are_not_read() {
    let platform = Platform::script([token(), on("POST /api/flows").sends_headers_for_ever()]);
    let run = Folder::for_platform(&platform)
        .submit("--timeout 20s")
        .fails("CX911")
        .message_has("headers that are too long");
    stays_small(&run);
    run.took_less_than(Duration::from_secs(15));
}

#[test]
fn json_without_end_of_depth_is_no_answer() {
    let deep = "[".repeat(1_000_000);
    let platform = Platform::script([token(), on("POST /api/flows").answers(200, deep)]);
    Folder::for_platform(&platform).submit("--timeout 4s").fails("CX911");
}

#[test]
fn a_page_in_place_of_json_is_quoted() {
    let page = "<!doctype html>\r\n<title>Sign\u{1b}[31m in</title>";
    let platform = Platform::script([token(), on("POST /api/flows").answers(200, page)]);
    Folder::for_platform(&platform)
        .submit("--timeout 4s")
        .fails("CX911")
        .message_has("creating the flow")
        .message_has("<!doctype html> <title>Sign[31m in</title>");
}

#[test]
fn a_page_that_goes_away_again_is_no_matter() {
    let page = |line: &str| on(line).answers(200, "<html>Hold on");
    let platform = Platform::script([
        page("POST /api/oauth2/token"),
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        page("GET /api/jobs/job-1"),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn json_of_another_shape_says_what_is_missing() {
    let cases = [
        (json!([]), "no job `id`"),
        (json!(null), "no job `id`"),
        (json!("job-1"), "no job `id`"),
        (json!({}), "no job `id`"),
        (json!({ "id": null, "status": "queued" }), "no job `id`"),
        (json!({ "id": { "id": 1 }, "status": "queued" }), "no job `id`"),
    ];
    side_by_side(cases, |(answer, missing)| {
        let platform = Platform::script([token(), on("POST /api/flows").answers(201, answer.clone())]);
        Folder::for_platform(&platform)
            .submit("--timeout 4s")
            .fails("CX911")
            .message_has(missing)
            .message_has("answered 201");
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(201, job("job-1", "queued")),
            on("GET /api/jobs/job-1").answers(200, answer).for_ever(),
        ]);
        Folder::for_platform(&platform)
            .submit("--timeout 4s")
            .fails("CX908")
            .message_has(missing)
            .message_has("answered 200");
    });
}

#[test]
fn a_job_that_is_asked_for_says_how_it_stands() {
    let cases = [
        json!({ "id": "job-1" }),
        json!({ "id": "job-1", "status": 7 }),
        json!({ "id": "job-1", "status": "" }),
    ];
    side_by_side(cases, |answer| {
        let platform = Platform::script([
            token(),
            // A creation needs no more than the job's id.
            on("POST /api/flows").answers(201, answer.clone()),
            on("GET /api/jobs/job-1").answers(200, answer).for_ever(),
        ]);
        Folder::for_platform(&platform).submit("--timeout 4s").fails("CX908").message_has("no `status`");
    });
}

#[test]
fn a_token_of_another_shape_says_what_is_missing_and_not_what_is_there() {
    let cases =
        [json!({ "token": "tok-hush-2" }), json!({ "access_token": ["tok-hush-2"] }), json!(["tok-hush-2"])];
    side_by_side(cases, |answer| {
        let platform = Platform::script([on("POST /api/oauth2/token").answers(200, answer).for_ever()]);
        Folder::for_platform(&platform)
            .submit("-v --timeout 4s")
            .fails("CX908")
            .message_has("no `access_token`");
    });
}

#[test]
fn an_answer_without_a_job_is_a_problem() {
    side_by_side([(200, ""), (204, ""), (201, "\0\0\0")], |(status, body)| {
        let platform = Platform::script([token(), on("POST /api/flows").answers(status, body)]);
        Folder::for_platform(&platform).submit("--timeout 4s").fails("CX911").message_has("nothing in it");
    });
}

#[test]
fn unknown_fields_of_answers_are_ignored() {
    let polled = json!({
        "id": 17, "status": "COMPLETED", "flow_id": 4711, "message": null, "errors": null,
        "progress": { "percent": 100 }, "links": [Value::Null],
    });
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(202, json!({ "job_id": 17, "status": "Queued" })),
        on("GET /api/jobs/17").answers(200, polled),
    ]);
    Folder::for_platform(&platform).submit("").exits(0).out_has("in place as 4711 (job 17)");
}

#[test]
fn statuses_that_nobody_described() {
    let create = || on("POST /api/flows");
    let cases = [
        (create().answers(418, "short and stout"), "answered 418 (i'm a teapot): short and stout"),
        (create().answers(404, "no such thing"), "answered 404 (not found) for /api/flows"),
    ];
    side_by_side(cases, |(step, said)| {
        let platform = Platform::script([token(), step]);
        Folder::for_platform(&platform).submit("--timeout 4s").fails("CX908").message_has(said);
    });
}

#[test]
fn a_job_may_be_completed_at_once() {
    let platform =
        Platform::script([token(), on("POST /api/flows").answers(200, completed("job-1", "flow-1"))]);
    Folder::for_platform(&platform).submit("").exits(0).took_less_than(Duration::from_secs(5));
}
