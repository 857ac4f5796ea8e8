//! The gateway in front of the platform answers in its place.

use std::time::Duration;

use crate::harness::{Platform, all_well, completed, job, on, token};
use crate::support::{Folder, side_by_side};

#[test]
fn a_creation_that_a_gateway_gives_up_is_tried_again_with_the_same_key() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(502, "<html>Bad gateway"),
        on("POST /api/flows").answers(503, ""),
        on("POST /api/flows").answers(504, ""),
        all_well(),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
    let keys: Vec<_> = platform
        .requests_of("POST /api/flows")
        .iter()
        .map(|seen| seen.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert!(keys.iter().all(|key| *key == keys[0] && !key.is_empty()), "{keys:?}");
}

#[test]
fn a_poll_that_a_gateway_gives_up_is_tried_again() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(502, ""),
        on("GET /api/jobs/job-1").answers(504, ""),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn a_token_that_a_gateway_gives_up_is_asked_for_again() {
    let platform = Platform::script([on("POST /api/oauth2/token").answers(503, ""), token(), all_well()]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn a_gateway_for_ever_ends_with_the_timeout() {
    side_by_side([(502, "bad gateway"), (504, "gateway timeout")], |(status, name)| {
        let platform =
            Platform::script([token(), on("POST /api/flows").answers(status, "<html>").for_ever()]);
        let run = Folder::for_platform(&platform).submit("--timeout 4s").fails("CX904");
        assert!(run.took < Duration::from_secs(8), "{run:#?}");
        run.message_has(&format!("creating the flow: {} answered {status} ({name})", platform.url()))
            .message_has("under the same Idempotency-Key");
    });
}

#[test]
fn a_gateway_for_ever_on_the_job_leaves_the_command_that_picks_it_up() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(504, "").for_ever(),
    ]);
    Folder::for_platform(&platform)
        .submit("--timeout 4s")
        .fails("CX904")
        .message_has("asking for the job")
        .message_has("`cxflowc job job-1 --wait` follows the job");
}

#[test]
fn an_error_of_the_server_is_tried_five_times_and_quoted() {
    let platform = Platform::script([token(), on("POST /api/flows").answers(500, "out of cheese").times(5)]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX908")
        .message_has("answered 500 (internal server error)")
        .message_has("out of cheese; 5 tries in");
}

#[test]
fn odd_answers_after_other_failures_do_not_end_a_submission() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(502, "").times(2),
        on("POST /api/flows").answers(500, "").times(2),
        all_well(),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}
