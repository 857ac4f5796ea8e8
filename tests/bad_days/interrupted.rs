//! The command ends before the work does.
#![cfg(unix)]

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::harness::{Platform, Step, completed, job, left_queued, on, token};
use crate::support::{Folder, side_by_side};

/// What asks a command to end.
const SIGNALS: [&str; 3] = ["-INT", "-TERM", "-HUP"];

/// A platform that takes the flow and does not say so, and answers the next time.
fn silent_at_first() -> Platform {
    Platform::script([
        token(),
        on("POST /api/flows").says_nothing(),
        token(),
        on("POST /api/flows").answers(200, completed("job-1", "flow-1")),
    ])
}

#[test]
fn ctrl_c_while_the_job_is_followed_leaves_the_command_that_picks_it_up() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")),
        token(),
        on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    let running = folder.start("submit a.cxflow --audit audit.jsonl");
    platform.awaits("GET /api/jobs/job-1");
    running.interrupt();
    let run = running.ends().exits(130).out_has("a.cxflow: interrupted; the platform continues job job-1");
    folder.run("status a.cxflow").exits(1).out_has("unfinished (job job-1)");
    assert_eq!(run.pick_up(), "cxflowc job job-1 --wait");
    folder.paste(&run.pick_up()).exits(0).out_has("in place as flow-1");
    folder.run("status a.cxflow").exits(0).out_has("in place as flow-1");
    folder.submit("").exits(0).out_has("unchanged");
    folder.run("audit verify audit.jsonl").exits(0);
}

#[test]
fn ctrl_c_while_a_job_is_waited_for() {
    let platform =
        Platform::script([token(), on("GET /api/jobs/job-1").answers(200, job("job-1", "processing"))]);
    let folder = Folder::for_platform(&platform);
    let running = folder.start("job job-1 --wait");
    platform.awaits("GET /api/jobs/job-1");
    running.interrupt();
    let run = running.ends().exits(130);
    assert_eq!(run.pick_up(), "cxflowc job job-1 --wait");
}

#[test]
fn ctrl_c_before_there_is_a_job_says_that_a_rerun_is_safe() {
    let platform = silent_at_first();
    let folder = Folder::for_platform(&platform);
    let running = folder.start("submit a.cxflow --format json");
    platform.awaits("POST /api/flows");
    running.interrupt();
    let run = running.ends().exits(130);
    assert_eq!(run.lines()[0]["status"], "interrupted", "{run:#?}");
    folder.submit("").exits(0);
    same_order(&platform);
}

#[test]
fn a_run_killed_after_its_creation_arrived_creates_nothing_twice() {
    let platform = silent_at_first();
    let folder = Folder::for_platform(&platform);
    let running = folder.start("submit a.cxflow --audit audit.jsonl");
    platform.awaits("POST /api/flows");
    running.kill();
    folder.run("status a.cxflow").exits(1).out_has("unfinished");
    folder.submit("--audit audit.jsonl").exits(0).out_has("in place as flow-1");
    same_order(&platform);
    folder.run("audit verify audit.jsonl").exits(0);
}

#[test]
fn a_submission_killed_while_it_waits_resumes_its_job() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").says_nothing(),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    let running = folder.start("submit a.cxflow");
    platform.awaits("GET /api/jobs/job-1");
    running.kill();
    folder.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
}

#[test]
fn a_job_that_the_platform_forgot_is_sent_again_when_somebody_says_so_and_with_the_same_key() {
    let platform = Platform::script([
        token(),
        left_queued(),
        token(),
        on("GET /api/jobs/job-1").answers(404, ""),
        token(),
        on("POST /api/flows").answers(201, completed("job-2", "flow-2")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 4s").fails("CX906");
    folder.submit("").fails("CX911").message_has("no longer knows job job-1");
    folder.submit("").fails("CX911").message_has("no longer knows its job job-1").message_has("--send-again");
    folder.run("status a.cxflow").exits(1).out_has("result unknown (job job-1)");
    folder.submit("--send-again").exits(0).out_has("in place as flow-2 (job job-2)");
    same_order(&platform);
}

/// Both creations are one order to the platform: the same key, the same bytes.
#[track_caller]
fn same_order(platform: &Platform) {
    let [first, second] = &platform.requests_of("POST /api/flows")[..] else {
        panic!("{:?}", platform.requests())
    };
    assert!(first.header("idempotency-key").is_some_and(|key| key.len() >= 32));
    assert_eq!(first.header("idempotency-key"), second.header("idempotency-key"));
    assert_eq!(first.body, second.body);
}

/// Each moment at which the command may be asked to end: what the platform does, what is awaited before the
/// signal, what is told, and what the lock has then.
fn moments() -> Vec<(Vec<Step>, &'static str, &'static str, Option<&'static str>)> {
    let create = || on("POST /api/flows");
    let queued = || create().answers(201, job("job-1", "queued"));
    let polled = || on("GET /api/jobs/job-1").answers(200, job("job-1", "processing")).for_ever();
    let goes_on = "the platform continues job job-1";
    let unknown = "interrupted after it was sent and before the answer";
    let late = Duration::from_millis(600);
    vec![
        (vec![on("POST /api/oauth2/token")], "POST /api/oauth2/token", "before anything was sent", None),
        (
            vec![on("POST /api/oauth2/token").answers(503, "").header("Retry-After", "30")],
            "POST /api/oauth2/token",
            "before anything was sent",
            None,
        ),
        // The answer comes a moment later, and is not lost.
        (vec![token(), queued().late(late)], "POST /api/flows", goes_on, Some("job = \"job-1\"")),
        (
            vec![token(), create().answers(201, completed("job-1", "flow-1")).late(late)],
            "POST /api/flows",
            "in place as flow-1",
            Some("flow_id = \"flow-1\""),
        ),
        (
            vec![token(), create().answers(202, "").late(late)],
            "POST /api/flows",
            "not in place, CX911",
            Some("state = \"sent, unknown\""),
        ),
        (vec![token(), create().answers(422, "").late(late)], "POST /api/flows", "not in place, CX902", None),
        // It does not come.
        (vec![token(), create()], "POST /api/flows", unknown, Some("idempotency_key")),
        (
            vec![token(), create().answers(503, "").header("Retry-After", "30")],
            "POST /api/flows",
            unknown,
            Some("idempotency_key"),
        ),
        (vec![token(), queued(), polled()], "GET /api/jobs/job-1", goes_on, Some("job = \"job-1\"")),
        (
            vec![token(), queued(), on("GET /api/jobs/job-1")],
            "GET /api/jobs/job-1",
            goes_on,
            Some("job = \"job-1\""),
        ),
    ]
}

#[test]
fn whenever_it_is_asked_to_end_it_says_what_is_known_and_so_does_the_lock() {
    let count = moments().len();
    let cases = (0..count).flat_map(|moment| SIGNALS.map(|signal| (moment, signal)));
    side_by_side(cases, |(moment, signal)| {
        let (steps, awaited, said, noted) = moments().swap_remove(moment);
        let platform = Platform::script(steps);
        let folder = Folder::for_platform(&platform);
        let running = folder.start("submit a.cxflow --audit audit.jsonl --metrics metrics.json");
        platform.awaits(awaited);
        std::thread::sleep(Duration::from_millis(100));
        running.signal(signal);
        let run = running.ends().out_has(said).took_less_than(Duration::from_secs(20));
        let status = if said.contains("in place") { run.status } else { Some(130) };
        assert!(run.status == status && run.status.is_some(), "{signal}: {run:#?}");
        let lock =
            if folder.path("cxflow.lock").exists() { folder.read("cxflow.lock") } else { String::new() };
        match noted {
            Some(noted) => assert!(lock.contains(noted), "{signal}, {said}: {lock}"),
            None => assert!(!lock.contains("[flow"), "{signal}, {said}: {lock}"),
        }
        assert!(folder.path("metrics.json").exists());
        folder.run("audit verify audit.jsonl").exits(0).lacks("torn");
        assert_eq!(platform.requests_of("POST /api/flows").len(), usize::from(steps_of(moment) > 1));
    });
}

fn steps_of(moment: usize) -> usize {
    moments()[moment].0.len()
}

#[test]
fn a_second_interrupt_ends_the_run_at_once() {
    let platform = Platform::script([token(), on("POST /api/flows").says_nothing()]);
    let folder = Folder::for_platform(&platform);
    let running = folder.start("submit a.cxflow");
    platform.awaits("POST /api/flows");
    running.interrupt();
    std::thread::sleep(Duration::from_millis(300));
    running.interrupt();
    running
        .ends()
        .exits(130)
        .message_has("waiting up to 3 s for the platform's answer")
        .out_has("after it was sent")
        .took_less_than(Duration::from_millis(2900));
}

/// While the lock or the log is written the signal comes too early for neither: another process holds them.
#[test]
fn a_signal_does_not_interrupt_a_write_to_lock_or_log() {
    let cases =
        ["cxflow.lock", "audit.jsonl"].into_iter().flat_map(|held| SIGNALS.map(|signal| (held, signal)));
    side_by_side(cases, |(held, signal)| {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(201, job("job-1", "queued")).late(Duration::from_millis(500)),
        ]);
        let folder = Folder::for_platform(&platform);
        let running = folder.start("submit a.cxflow --audit audit.jsonl");
        platform.awaits("POST /api/flows");
        let file = File::open(folder.path(held)).unwrap();
        file.lock().unwrap();
        std::thread::sleep(Duration::from_millis(900));
        running.signal(signal);
        std::thread::sleep(Duration::from_millis(300));
        drop(file);
        running.ends().exits(130).out_has("the platform continues job job-1");
        assert!(folder.read("cxflow.lock").contains("job = \"job-1\""), "{}", folder.read("cxflow.lock"));
        let log = folder.read("audit.jsonl");
        assert!(log.lines().last().unwrap().contains("\"job\":\"job-1\""), "{log}");
        folder.run("audit verify audit.jsonl").exits(0).lacks("torn");
    });
}

#[test]
fn before_anything_is_sent_it_ends_with_a_line_too() {
    for signal in SIGNALS {
        for verb in ["submit -", "status --remote -"] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_cxflowc"))
                .args(verb.split(' '))
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // It waits for the flow, which does not come.
            std::thread::sleep(Duration::from_millis(400));
            assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            assert_eq!(child.wait().unwrap().code(), Some(130), "{verb} {signal}: {said}");
            assert!(said.starts_with("cxflowc: interrupted before "), "{said}");
        }
    }
}

#[test]
fn webhooks_and_adoptions_say_what_is_known() {
    let listed = || on("GET /api/events/subscriptions").answers(200, "[]");
    let register = || on("POST /api/events/subscriptions");
    let cases = [
        (
            vec![token(), listed(), register()],
            "webhook register https://hooks.example.com/cxone",
            "POST /api/events/subscriptions",
            "it is not known whether the webhook was registered",
        ),
        (
            vec![token(), on("DELETE /api/events/subscriptions/sub-1")],
            "webhook delete sub-1",
            "DELETE /api/events/subscriptions/sub-1",
            "it is not known whether the webhook was removed",
        ),
        (
            vec![
                token(),
                on("POST /api/flows").answers(201, completed("job-1", "flow-1")),
                listed(),
                register(),
            ],
            "submit a.cxflow --webhook-url https://hooks.example.com/cxone",
            "POST /api/events/subscriptions",
            "interrupted before the platform answered; the next submission checks whether it is registered",
        ),
        (
            vec![token(), on("GET /api/flows/flow-9")],
            "submit a.cxflow --adopt flow-9",
            "GET /api/flows/flow-9",
            "interrupted before anything was sent",
        ),
    ];
    side_by_side(cases, |(steps, command, awaited, said)| {
        let platform = Platform::script(steps);
        let folder = Folder::for_platform(&platform).with_webhook();
        let running = folder.start(command);
        platform.awaits(awaited);
        running.signal("-TERM");
        let run = running.ends().exits(130);
        assert!(format!("{}{}", run.message(), run.out).contains(said), "{run:#?}");
    });
    // An answer that comes in time is kept.
    let platform = Platform::script([
        token(),
        listed(),
        register().answers(201, json!({ "id": "sub-1" })).late(Duration::from_millis(500)),
    ]);
    let folder = Folder::for_platform(&platform).with_webhook();
    let running = folder.start("webhook register https://hooks.example.com/cxone");
    platform.awaits("POST /api/events/subscriptions");
    running.interrupt();
    running.ends().exits(0).out_has("sub-1");
}
