//! Jobs that go wrong, or nowhere.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::server::{Server, completed, job, left_queued, on, token};

/// A job that fails right away.
fn failed_with(errors: Value) -> Server {
    let failed = json!({ "id": "job-1", "status": "failed", "message": "2 problems", "errors": errors });
    Server::script([token(), on("POST /api/flows").answers(201, failed)])
}

fn no_queue() -> Value {
    json!([{ "code": "E-17", "message": "there is no queue sales_queue", "node": "sales" }])
}

#[test]
fn what_is_said_of_a_node_is_shown_at_the_node() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1")
            .answers(200, json!({ "id": "job-1", "status": "failed", "errors": no_queue() })),
    ]);
    let run = Desk::at(&server).submit("").fails("CX905");
    let run = run.says("the platform: there is no queue sales_queue (E-17)").says("a.cxflow:5:7");
    assert!(run.err.contains("agent sales \"${queue}\""), "{run:#?}");

    let server = failed_with(no_queue());
    let run = Desk::at(&server).submit("--message-format short").exits(3);
    let line = "a.cxflow:5:7: error[CX905 job-failed]: the platform: there is no queue sales_queue (E-17)\n";
    assert!(run.err.contains(line), "{run:#?}");
}

#[test]
fn what_is_said_of_a_node_is_there_for_programs() {
    let server = failed_with(no_queue());
    let desk = Desk::at(&server);
    let run = desk.submit("-q --message-format json --format json").exits(3);
    let finding: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(
        (&finding["code"], &finding["line"], &finding["column"]),
        (&json!("CX905"), &json!(5), &json!(7))
    );
    let text = desk.read("a.cxflow");
    let at = |end: &str| usize::try_from(finding["span"][end].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at("start")..at("end")], "sales");
    let [result] = &run.lines()[..] else { panic!("{run:#?}") };
    assert_eq!((&result["status"], &result["code"]), (&json!("failed"), &json!("CX905")));
    assert_eq!(result["errors"][0]["node"], "sales");

    let server = failed_with(no_queue());
    let run = Desk::at(&server).submit("-q --message-format sarif").exits(3);
    let log: Value = serde_json::from_str(&run.err).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "CX905");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&json!(5), &json!(7)));
}

#[test]
fn what_is_said_of_no_node_that_is_known_is_said_of_the_job() {
    let errors = json!([
        "the tenant is out of flows",
        { "message": "no audio", "node": "ghost" },
        { "message": "no reason" , "node": null },
        { "nothing": "at all" },
        17,
    ]);
    let server = failed_with(errors);
    Desk::at(&server)
        .submit("")
        .fails("CX905")
        .says("the platform gave job job-1 up: 2 problems")
        .says("the tenant is out of flows")
        .says("ghost: no audio")
        .says("no reason");
}

#[test]
fn errors_may_be_one_text_or_one_object() {
    for errors in [json!("no more room"), json!({ "detail": "no more room" })] {
        Desk::at(&failed_with(errors)).submit("").fails("CX905").says("no more room");
    }
}

#[test]
fn very_many_errors_are_not_all_shown() {
    let errors = vec![json!("wrong"); 100_000];
    let run = Desk::at(&failed_with(errors.into())).submit("").fails("CX905").says("and 980 more");
    assert!(run.err.lines().count() < 60, "{}", run.err);
}

#[test]
fn a_failed_job_is_not_waited_for_again() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, json!({ "id": "job-1", "status": "failed" })),
        token(),
        on("POST /api/flows").answers(201, completed("job-2", "flow-2")),
    ]);
    let desk = Desk::at(&server);
    desk.submit("").fails("CX905");
    desk.submit("").exits(0).out_has("in place as flow-2");
    let keys: Vec<_> = server
        .of("POST /api/flows")
        .iter()
        .map(|seen| seen.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_ne!(keys[0], keys[1], "a failed job stays failed, whoever asks with its key");
}

#[cfg(unix)]
#[test]
fn a_job_that_never_ends_leaves_the_command_that_picks_it_up() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")).header("Retry-After", "3600"),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    // As it was said on the command line, and in no variable.
    let url = server.url();
    let desk = Desk::at(&server).without("CXONE_BASE_URL");
    let run = desk
        .submit(&format!("--timeout 60s --base-url {url}"))
        .fails("CX906")
        .says("job job-1 was not done after 60 s; it was `processing`")
        .says("the platform continues the job");
    assert_eq!(run.pick_up(), format!("cxflowc job job-1 --wait --base-url {url}"));
    desk.paste(&run.pick_up()).exits(0).out_has("job-1: completed, in place as flow-1");
    desk.run("status a.cxflow").exits(0).out_has("in place as flow-1");
    desk.submit(&format!("--base-url {url}")).exits(0).out_has("unchanged");
}

#[test]
fn a_rerun_follows_the_same_job() {
    let server = Server::script([
        token(),
        left_queued(),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let desk = Desk::at(&server);
    desk.submit("--timeout 60s").fails("CX906");
    desk.run("status a.cxflow").exits(1).out_has("job job-1");
    desk.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
}

#[test]
fn a_job_is_not_known_at_first() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(404, "").times(2),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Desk::at(&server).submit("").exits(0);
}

#[test]
fn a_job_that_was_known_and_is_not_any_more_is_given_up() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")),
        on("GET /api/jobs/job-1").answers(404, json!({ "message": "job-1 is not known" })),
    ]);
    Desk::at(&server)
        .submit("")
        .fails("CX908")
        .says("404 (not found) for /api/jobs/job-1: job-1 is not known");
}

#[test]
fn a_job_that_never_is_known() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(404, "").for_ever(),
    ]);
    Desk::at(&server)
        .submit("--timeout 4s")
        .fails("CX908")
        .says("does not know the job that it named itself");
}

#[test]
fn a_state_that_nobody_described_is_waited_through() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "Awaiting Approval")),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
        token(),
        on("POST /api/flows").answers(201, job("job-2", "Awaiting Approval")).header("Retry-After", "3600"),
    ]);
    let desk = Desk::at(&server);
    desk.submit("").exits(0);
    desk.submit("--force --timeout 60s")
        .fails("CX906")
        .says("it was `Awaiting Approval`, a state that this version does not know");
}

#[test]
fn a_job_that_has_ended_is_not_to_be_followed() {
    let ended = || on("GET /api/jobs/job-1").answers(200, completed("job-1", ""));
    for arguments in ["submit a.cxflow", "job job-1", "job job-1 --wait"] {
        let first = on("POST /api/flows").answers(200, completed("job-1", ""));
        let server = Server::script([token(), first, token(), ended()]);
        let desk = Desk::at(&server);
        desk.submit("").fails("CX908").lacks("follows the job");
        desk.run(arguments).exits(3).says("CX908").says("does not name a flow").lacks("follows the job");
    }
}

#[test]
fn completed_without_a_flow_is_not_in_place() {
    for answer in [json!({ "id": "job-1", "status": "completed" }), completed("job-1", "")] {
        let server = Server::script([token(), on("POST /api/flows").answers(200, answer)]);
        let desk = Desk::at(&server);
        desk.submit("").fails("CX908").says("job job-1 is completed, but it does not name a flow");
        desk.run("status a.cxflow").exits(1);
    }
}

#[test]
fn the_answer_about_another_job_is_not_taken() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, completed("another", "flow-9")).for_ever(),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("another", "flow-9")).times(5),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let desk = Desk::at(&server);
    desk.submit("--timeout 4s")
        .fails("CX908")
        .says("it is about another job, `another`")
        .says("`cxflowc job job-1 --wait`");
    desk.run("job job-1").exits(3).says("it is about another job, `another`");
    assert!(!desk.read("cxflow.lock").contains("flow-9"));
    desk.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
}
