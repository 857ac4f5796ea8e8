//! The command ends before the work does.
#![cfg(unix)]

use crate::desk::Desk;
use crate::server::{Server, completed, job, on, token};

/// A platform that takes the flow and does not say so, and answers the next time.
fn silent_at_first() -> Server {
    Server::script([
        token(),
        on("POST /api/flows").says_nothing(),
        token(),
        on("POST /api/flows").answers(200, completed("job-1", "flow-1")),
    ])
}

#[test]
fn ctrl_c_while_the_job_is_followed_leaves_the_command_that_picks_it_up() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")),
        token(),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let desk = Desk::at(&server);
    let running = desk.start("submit a.cxflow --audit audit.jsonl");
    server.awaits("GET /api/jobs/job-1");
    running.interrupt();
    let run = running.ends().exits(130).out_has("a.cxflow: interrupted; the platform goes on with job job-1");
    desk.run("status a.cxflow").exits(1).out_has("not known to be in place (job job-1)");
    assert_eq!(run.pick_up(), "cxflowc job job-1 --wait");
    desk.paste(&run.pick_up()).exits(0).out_has("in place as flow-1");
    desk.run("status a.cxflow").exits(0).out_has("in place as flow-1");
    desk.submit("").exits(0).out_has("unchanged");
    desk.run("audit verify audit.jsonl").exits(0);
}

#[test]
fn ctrl_c_while_a_job_is_waited_for() {
    let server =
        Server::script([token(), on("GET /api/jobs/job-1").answers(200, job("job-1", "processing"))]);
    let desk = Desk::at(&server);
    let running = desk.start("job job-1 --wait");
    server.awaits("GET /api/jobs/job-1");
    running.interrupt();
    let run = running.ends().exits(130);
    assert_eq!(run.pick_up(), "cxflowc job job-1 --wait");
}

#[test]
fn ctrl_c_before_there_is_a_job_says_that_a_rerun_is_safe() {
    let server = silent_at_first();
    let desk = Desk::at(&server);
    let running = desk.start("submit a.cxflow --format json");
    server.awaits("POST /api/flows");
    running.interrupt();
    let run = running.ends().exits(130);
    assert_eq!(run.lines()[0]["status"], "interrupted", "{run:#?}");
    desk.submit("").exits(0);
    same_order(&server);
}

#[test]
fn what_is_killed_right_after_its_creation_came_creates_nothing_twice() {
    let server = silent_at_first();
    let desk = Desk::at(&server);
    let running = desk.start("submit a.cxflow --audit audit.jsonl");
    server.awaits("POST /api/flows");
    running.kill();
    desk.run("status a.cxflow").exits(1).out_has("not known to be in place");
    desk.submit("--audit audit.jsonl").exits(0).out_has("in place as flow-1");
    same_order(&server);
    desk.run("audit verify audit.jsonl").exits(0);
}

#[test]
fn what_is_killed_while_it_follows_its_job_follows_it_again() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").says_nothing(),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let desk = Desk::at(&server);
    let running = desk.start("submit a.cxflow");
    server.awaits("GET /api/jobs/job-1");
    running.kill();
    desk.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
}

#[test]
fn a_job_that_the_platform_forgot_is_sent_again_when_somebody_says_so_and_with_the_same_key() {
    let server = Server::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        token(),
        on("GET /api/jobs/job-1").answers(404, ""),
        token(),
        on("POST /api/flows").answers(201, completed("job-2", "flow-2")),
    ]);
    let desk = Desk::at(&server);
    desk.submit("--timeout 500ms").fails("CX906");
    desk.submit("").fails("CX911").says("does not know job job-1 any more");
    desk.submit("").fails("CX911").says("does not know its job job-1 any more").says("--send-again");
    desk.run("status a.cxflow").exits(1).out_has("unknown what became of it (job job-1)");
    desk.submit("--send-again").exits(0).out_has("in place as flow-2 (job job-2)");
    same_order(&server);
}

/// Both creations are one order to the platform: the same key, the same bytes.
#[track_caller]
fn same_order(server: &Server) {
    let [first, second] = &server.of("POST /api/flows")[..] else { panic!("{:?}", server.seen()) };
    assert!(first.header("idempotency-key").is_some_and(|key| key.len() >= 32));
    assert_eq!(first.header("idempotency-key"), second.header("idempotency-key"));
    assert_eq!(first.body, second.body);
}
