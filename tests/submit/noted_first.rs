//! The next run knows what was sent, whatever breaks on this machine.

use std::io::Write;

use serde_json::{Value, json};

use super::support::*;

/// Spoils the audit log while the platform takes a payload, and answers with this.
fn spoils_the_log(platform: &Platform, folder: &Folder, status: u16, body: Value) {
    let log = folder.path("log.jsonl");
    platform.answer(move |request| {
        (request.line == "POST /api/flows").then(|| {
            let mut log = std::fs::OpenOptions::new().append(true).open(&log).unwrap();
            log.write_all(b"{\"x\":1}\n").unwrap();
            (status, body.clone())
        })
    });
}

#[test]
fn a_log_that_cannot_be_written_does_not_make_a_flow_twice() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    spoils_the_log(&platform, &folder, 201, json!({"id": "job-1", "status": "queued"}));
    let run = platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(2);
    assert!(run.out.contains("the platform continues job job-1"), "{}", run.out);
    assert_eq!(folder.lock("cxflow.lock")["flow"][0]["pending"]["job"].as_str(), Some("job-1"));
    platform.new_requests();
    platform.answer(|request| {
        let done = json!({"id": "job-1", "status": "completed", "flow_id": "flow-1"});
        (request.line == "GET /api/jobs/job-1").then_some((200, done))
    });
    platform.run(&folder, "submit a.cxflow").exits(0).out_is("a.cxflow: in place as flow-1 (job job-1)\n");
    assert_eq!(platform.new_lines(), ["POST /api/oauth2/token", "GET /api/jobs/job-1"]);
}

#[test]
fn a_log_that_cannot_be_written_does_not_hide_that_a_flow_was_taken() {
    for (status, body) in [(202, json!({})), (200, json!([])), (201, json!({"status": "queued"}))] {
        let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
        spoils_the_log(&platform, &folder, status, body);
        platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(2);
        platform.new_requests();
        let run = platform.run(&folder, "submit a.cxflow").exits(3);
        assert!(run.err.contains("CX911"), "{}", run.err);
        assert!(platform.new_calls().is_empty(), "{status}");
    }
}

#[test]
fn a_running_job_is_in_the_lock_although_another_flow_fails() {
    let platform = Platform::start();
    let folder = Folder::new().with("one/a.cxflow", flow("First")).with("two/b.cxflow", flow("Second"));
    let lock = folder.path("one/cxflow.lock");
    platform.answer(move |request| {
        (request.line == "POST /api/flows").then(|| {
            if request.body.contains("First") {
                // Its lock cannot be read any more.
                std::fs::write(&lock, "<<<<<<< HEAD\n").unwrap();
                return (201, json!({"id": "job-a", "status": "completed", "flow_id": "flow-a"}));
            }
            std::thread::sleep(std::time::Duration::from_millis(700));
            (201, json!({"id": "job-b", "status": "completed", "flow_id": "flow-b"}))
        })
    });
    let run = platform.run(&folder, "submit one/a.cxflow two/b.cxflow").exits(2);
    assert_eq!(folder.lock("two/cxflow.lock")["flow"][0]["in_place"]["flow_id"].as_str(), Some("flow-b"));
    assert!(run.out.contains("job job-a"), "{}", run.out);
}

/// A folder whose flow was sent, and whose job goes on.
fn pending(platform: &Platform) -> Folder {
    let folder = Folder::of(CLEAN);
    platform.answer(|request| {
        let goes_on = json!({"id": "job-1", "status": "queued"});
        (request.line == "POST /api/flows" || request.line == "GET /api/jobs/job-1").then_some((201, goes_on))
    });
    platform.run(&folder, "submit a.cxflow --timeout 4s").exits(3);
    platform.new_requests();
    platform.answer(|request| {
        let done = json!({"id": "job-1", "status": "completed", "flow_id": "flow-of-job-1"});
        (request.line == "GET /api/jobs/job-1").then_some((200, done))
    });
    folder.write("a.cxflow", flow("Renamed"));
    folder
}

#[test]
fn a_job_that_a_renamed_flow_leaves_behind_is_named() {
    let platform = Platform::start();
    let folder = pending(&platform);
    let run = platform.run(&folder, "submit a.cxflow").exits(0);
    assert!(run.err.contains("CX913") && run.err.contains("job-1"), "{}", run.err);
    assert!(run.err.contains("--rename treats it"), "{}", run.err);
    // It is said once, when the new flow is sent.
    let run = platform.run(&folder, "submit a.cxflow").exits(0);
    assert!(!run.err.contains("CX913"), "{}", run.err);
}

#[test]
fn a_job_that_a_renamed_flow_leaves_behind_is_carried_over_and_waited_for() {
    let platform = Platform::start();
    let folder = pending(&platform);
    platform.run(&folder, "submit a.cxflow --rename").exits(0);
    let words: Vec<String> = platform.new_calls().into_iter().map(|call| call.line).collect();
    assert_eq!(words.first().map(String::as_str), Some("GET /api/jobs/job-1"), "{words:?}");
    let lock = folder.lock("cxflow.lock");
    assert_eq!(lock["flow"].as_array().unwrap().len(), 1, "{lock}");
    assert_eq!(lock["flow"][0]["name"].as_str(), Some("Renamed"));
}

#[test]
fn carrying_an_id_over_too_late_is_refused_and_says_how_it_can_be_done() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    folder.write("a.cxflow", flow("Renamed"));
    let run = platform.run(&folder, "submit a.cxflow").exits(0);
    assert!(run.err.contains("CX913"), "{}", run.err);
    platform.new_requests();
    let run = platform.run(&folder, "submit a.cxflow --rename").exits(2);
    assert!(run.err.contains("knows both \"Reminder\" and \"Renamed\""), "{}", run.err);
    assert!(platform.new_requests().is_empty());
    // As it says: the new entry is taken out of the lock.
    let text = folder.read("cxflow.lock");
    let mut lock: toml::Table = text.parse().unwrap();
    lock["flow"].as_array_mut().unwrap().retain(|flow| flow["name"].as_str() == Some("Reminder"));
    folder.write("cxflow.lock", toml::to_string(&lock).unwrap());
    platform.run(&folder, "submit a.cxflow --rename").exits(0);
    assert_eq!(folder.lock("cxflow.lock")["flow"].as_array().unwrap().len(), 1);
}
