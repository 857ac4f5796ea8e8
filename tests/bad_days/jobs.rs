//! Jobs that go wrong, or nowhere.

use serde_json::{Value, json};

use crate::harness::{Platform, completed, job, left_queued, on, token};
use crate::support::Folder;

/// A job that fails right away.
fn failed_with(errors: Value) -> Platform {
    let failed = json!({ "id": "job-1", "status": "failed", "message": "2 problems", "errors": errors });
    Platform::script([token(), on("POST /api/flows").answers(201, failed)])
}

fn no_queue() -> Value {
    json!([{ "code": "E-17", "message": "there is no queue sales_queue", "node": "sales" }])
}

#[test]
fn a_message_about_a_node_of_a_failed_job_is_shown_at_the_node() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1")
            .answers(200, json!({ "id": "job-1", "status": "failed", "errors": no_queue() })),
    ]);
    let run = Folder::for_platform(&platform).submit("").fails("CX905");
    let run =
        run.message_has("the platform: there is no queue sales_queue (E-17)").message_has("a.cxflow:5:7");
    assert!(run.err.contains("agent sales \"${queue}\""), "{run:#?}");

    let platform = failed_with(no_queue());
    let run = Folder::for_platform(&platform).submit("--message-format short").exits(3);
    let line = "a.cxflow:5:7: error[CX905 job-failed]: the platform: there is no queue sales_queue (E-17)\n";
    assert!(run.err.contains(line), "{run:#?}");
}

#[test]
fn a_message_about_a_node_is_in_the_json_output() {
    let platform = failed_with(no_queue());
    let folder = Folder::for_platform(&platform);
    let run = folder.submit("-q --message-format json --format json").exits(3);
    let finding: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(
        (&finding["code"], &finding["line"], &finding["column"]),
        (&json!("CX905"), &json!(5), &json!(7))
    );
    let text = folder.read("a.cxflow");
    let at = |end: &str| usize::try_from(finding["span"][end].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at("start")..at("end")], "sales");
    let [result] = &run.lines()[..] else { panic!("{run:#?}") };
    assert_eq!((&result["status"], &result["code"]), (&json!("failed"), &json!("CX905")));
    assert_eq!(result["errors"][0]["node"], "sales");

    let platform = failed_with(no_queue());
    let run = Folder::for_platform(&platform).submit("-q --message-format sarif").exits(3);
    let log: Value = serde_json::from_str(&run.err).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "CX905");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&json!(5), &json!(7)));
}

#[test]
fn errors_about_unknown_nodes_are_reported_for_the_job() {
    let errors = json!([
        "the tenant is out of flows",
        { "message": "no audio", "node": "ghost" },
        { "message": "no reason" , "node": null },
        { "nothing": "at all" },
        17,
    ]);
    let platform = failed_with(errors);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX905")
        .message_has("the platform gave up on job job-1: 2 problems")
        .message_has("the tenant is out of flows")
        .message_has("ghost: no audio")
        .message_has("no reason");
}

#[test]
fn errors_may_be_one_text_or_one_object() {
    for errors in [json!("no more room"), json!({ "detail": "no more room" })] {
        Folder::for_platform(&failed_with(errors)).submit("").fails("CX905").message_has("no more room");
    }
}

#[test]
fn very_many_errors_are_not_all_shown() {
    let errors = vec![json!("wrong"); 100_000];
    let run = Folder::for_platform(&failed_with(errors.into()))
        .submit("")
        .fails("CX905")
        .message_has("and 980 more");
    assert!(run.err.lines().count() < 60, "{}", run.err);
}

#[test]
fn a_failed_job_is_not_waited_for_again() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, json!({ "id": "job-1", "status": "failed" })),
        token(),
        on("POST /api/flows").answers(201, completed("job-2", "flow-2")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").fails("CX905");
    folder.submit("").exits(0).out_has("in place as flow-2");
    let keys: Vec<_> = platform
        .requests_of("POST /api/flows")
        .iter()
        .map(|seen| seen.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_ne!(keys[0], keys[1], "a failed job stays failed, whoever asks with its key");
}

#[cfg(unix)]
#[test]
fn a_job_that_never_ends_leaves_the_command_that_picks_it_up() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")).header("Retry-After", "3600"),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    // As it was said on the command line, and in no variable.
    let url = platform.url();
    let folder = Folder::for_platform(&platform).without_variable("CXONE_BASE_URL");
    let run = folder
        .submit(&format!("--timeout 60s --base-url {url}"))
        .fails("CX906")
        .message_has("job job-1 was not done after 60 s; it was `processing`")
        .message_has("the platform continues the job");
    assert_eq!(run.pick_up(), format!("cxflowc job job-1 --wait --base-url {url}"));
    folder.paste(&run.pick_up()).exits(0).out_has("job-1: completed, in place as flow-1");
    folder.run("status a.cxflow").exits(0).out_has("in place as flow-1");
    folder.submit(&format!("--base-url {url}")).exits(0).out_has("unchanged");
}

#[test]
fn a_rerun_follows_the_same_job() {
    let platform = Platform::script([
        token(),
        left_queued(),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 4s").fails("CX906");
    folder.run("status a.cxflow").exits(1).out_has("job job-1");
    folder.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
}

#[test]
fn a_job_is_not_known_at_first() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(404, "").times(2),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn a_job_that_was_known_and_is_not_any_more_is_given_up() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")),
        on("GET /api/jobs/job-1").answers(404, json!({ "message": "job-1 is not known" })),
    ]);
    Folder::for_platform(&platform)
        .submit("")
        .fails("CX908")
        .message_has("404 (not found) for /api/jobs/job-1: job-1 is not known");
}

#[test]
fn a_job_that_never_is_known() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(404, "").for_ever(),
    ]);
    Folder::for_platform(&platform)
        .submit("--timeout 4s")
        .fails("CX908")
        .message_has("does not know the job that it named itself");
}

#[test]
fn a_state_that_nobody_described_is_waited_through() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "Awaiting Approval")),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
        token(),
        on("POST /api/flows").answers(201, job("job-2", "Awaiting Approval")).header("Retry-After", "3600"),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("").exits(0);
    folder
        .submit("--force --timeout 60s")
        .fails("CX906")
        .message_has("it was `Awaiting Approval`, a state that this version does not know");
}

#[test]
fn a_job_that_has_ended_is_not_to_be_followed() {
    let ended = || on("GET /api/jobs/job-1").answers(200, completed("job-1", ""));
    for arguments in ["submit a.cxflow", "job job-1", "job job-1 --wait"] {
        let first = on("POST /api/flows").answers(200, completed("job-1", ""));
        let platform = Platform::script([token(), first, token(), ended()]);
        let folder = Folder::for_platform(&platform);
        folder.submit("").fails("CX908").lacks("follows the job");
        folder
            .run(arguments)
            .exits(3)
            .message_has("CX908")
            .message_has("does not name a flow")
            .lacks("follows the job");
    }
}

#[test]
fn completed_without_a_flow_is_not_in_place() {
    for answer in [json!({ "id": "job-1", "status": "completed" }), completed("job-1", "")] {
        let platform = Platform::script([token(), on("POST /api/flows").answers(200, answer)]);
        let folder = Folder::for_platform(&platform);
        folder.submit("").fails("CX908").message_has("job job-1 is completed, but it does not name a flow");
        folder.run("status a.cxflow").exits(1);
    }
}

#[test]
fn the_answer_about_another_job_is_not_taken() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, completed("another", "flow-9")).for_ever(),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("another", "flow-9")).times(5),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder
        .submit("--timeout 4s")
        .fails("CX908")
        .message_has("it is about another job, `another`")
        .message_has("`cxflowc job job-1 --wait`");
    folder.run("job job-1").exits(3).message_has("it is about another job, `another`");
    assert!(!folder.read("cxflow.lock").contains("flow-9"));
    folder.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
}
