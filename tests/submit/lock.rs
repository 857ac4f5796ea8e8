//! The lock: what it says, and what it prevents from happening twice.

use super::support::*;
use serde_json::json;

#[test]
fn it_says_what_is_in_place() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    bare(&folder, "build a.cxflow -q").run().exits(0);
    let payload = folder.read("a.json");
    let hash = cxflowc::audit::Hash::of(payload.as_bytes());
    // JSON without blanks and with sorted fields.
    let mut canonical: serde_json::Value = serde_json::from_str(&payload).unwrap();
    canonical.sort_all_objects();
    let canonical = cxflowc::audit::Hash::of(canonical.to_string().as_bytes());
    let text = folder.read("cxflow.lock");
    let (head, since) = text.split_once("since = \"").unwrap();
    assert_eq!(
        head,
        format!(
            "# What `cxflowc submit` handed over. Commit this file: the next submission reads it.\nversion = 1\n\n[[flow]]\n\
             name = \"Reminder\"\nplatform = \"{}\"\nsource = \"a.cxflow\"\n\n[flow.in_place]\nflow_id = \"flow-1\"\n\
             payload_sha256 = \"{hash}\"\ncanonical_sha256 = \"{canonical}\"\n",
            platform.base_url()
        )
    );
    let since = since.trim_end().trim_end_matches('"');
    let time: jiff::Timestamp = since.parse().unwrap();
    assert!(since.ends_with('Z') && !since.contains('.'), "{since}");
    assert!(jiff::Timestamp::now().duration_since(time).as_secs() < 60, "{since}");
}

#[test]
fn its_entries_are_in_an_order_that_does_not_depend_on_when_they_came() {
    let (platform, other) = (Platform::start(), Platform::start());
    let folder = Folder::new();
    for name in ["c", "a", "b"] {
        folder.write(&format!("{name}.cxflow"), flow(name));
    }
    platform.run(&folder, "submit c.cxflow").exits(0);
    other.run(&folder, "submit b.cxflow").exits(0);
    platform.run(&folder, "submit b.cxflow a.cxflow").exits(0);
    let lock = folder.lock("cxflow.lock");
    let entries = lock["flow"].as_array().unwrap();
    let names: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| (entry["name"].as_str().unwrap(), entry["platform"].as_str().unwrap()))
        .collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
    assert_eq!(names.len(), 4, "one platform's entry leaves the other's alone");
}

#[test]
fn a_committed_lock_has_no_change_where_nothing_changed() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    let folder = folder.committed();
    platform.run(&folder, "submit a.cxflow").exits(0);
    platform.run(&folder, "status a.cxflow").exits(0);
    folder.git(&["diff", "--exit-code", "--quiet"]);
}

#[test]
fn an_unanswered_request_is_sent_again_under_its_old_key() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to("POST /api/flows", 500, json!({"message": "oh"}));
    let run = platform.run(&folder, "submit a.cxflow").exits(3);
    run.out_is("a.cxflow: not in place, CX908 unexpected-answer\n");
    let lock = folder.lock("cxflow.lock");
    let pending = &lock["flow"][0]["pending"];
    let key = pending["idempotency_key"].as_str().unwrap().to_owned();
    assert!(lock["flow"][0].get("in_place").is_none() && pending.get("job").is_none(), "{lock}");
    platform.answer(|_| None);
    platform.run(&folder, "submit a.cxflow").exits(0);
    let calls = platform.new_calls();
    assert!(calls.len() > 2, "it was tried several times: {}", calls.len());
    assert!(calls.iter().all(|call| call.key() == key), "always the key that was noted first");
    let lock = folder.lock("cxflow.lock");
    assert!(lock["flow"][0].get("pending").is_none(), "{lock}");
}

#[test]
fn a_key_is_noted_before_anything_is_sent() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let lock = folder.path("cxflow.lock");
    platform.answer(move |request| {
        if request.line == "POST /api/flows" {
            let noted = std::fs::read_to_string(&lock).unwrap();
            assert!(noted.contains(&format!("idempotency_key = \"{}\"", request.key())), "{noted}");
        }
        None
    });
    platform.run(&folder, "submit a.cxflow").exits(0);
}

#[test]
fn another_payload_has_another_key() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to("POST /api/flows", 500, json!({}));
    platform.run(&folder, "submit a.cxflow").exits(3);
    let first = platform.new_calls().remove(0);
    platform.answer(|_| None);
    platform.run(&folder, "submit a.cxflow --set queue=other").exits(0);
    let second = platform.new_calls().remove(0);
    assert!(first.key() != second.key() && first.body != second.body);
}

#[test]
fn a_refused_payload_has_a_new_key_the_next_time() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to("POST /api/flows", 422, json!({"message": "the queue is not there yet"}));
    platform.run(&folder, "submit a.cxflow").exits(3);
    assert!(!folder.read("cxflow.lock").contains("pending"));
    platform.answer(|_| None);
    platform.run(&folder, "submit a.cxflow").exits(0);
    let calls = platform.new_calls();
    assert_ne!(calls[0].key(), calls[1].key());
}

#[test]
fn the_job_of_an_earlier_run_is_picked_up_and_nothing_is_sent() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to(
        "POST /api/flows",
        201,
        json!({"id": "job-7", "status": "queued", "retry_after": 3600}),
    );
    platform.run(&folder, "submit a.cxflow --timeout 60s").exits(3);
    platform.new_requests();
    let run = platform.run(&folder, "submit a.cxflow").exits(0);
    run.out_is("a.cxflow: in place as flow-of-job-7 (job job-7)\n");
    assert_eq!(platform.new_lines(), ["POST /api/oauth2/token", "GET /api/jobs/job-7"]);
}

#[test]
fn a_job_that_the_platform_has_forgotten_is_sent_again_only_when_somebody_says_so() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to(
        "POST /api/flows",
        201,
        json!({"id": "job-7", "status": "queued", "retry_after": 3600}),
    );
    platform.run(&folder, "submit a.cxflow --timeout 60s").exits(3);
    let key = platform.new_calls()[0].key().to_owned();
    platform.answer_to("GET /api/jobs/job-7", 404, json!({"message": "no such job"}));
    platform.run(&folder, "submit a.cxflow").exits(3).err_has("error[CX911 sent-unknown]");
    platform.new_requests();
    platform.run(&folder, "submit a.cxflow --force").exits(3).err_has("error[CX911 sent-unknown]");
    assert!(platform.new_requests().is_empty(), "not even a token is asked for");
    let lock = folder.lock("cxflow.lock");
    assert_eq!(lock["flow"][0]["pending"]["state"].as_str(), Some("sent, unknown"));
    platform.run(&folder, "submit a.cxflow --send-again").exits(0).out_has("in place as flow-1 (job job-1)");
    let calls = platform.new_calls();
    assert_eq!((&*calls[0].line, calls[0].key()), ("POST /api/flows", &*key));
}

#[test]
fn going_back_while_something_else_is_on_its_way_is_no_going_back_to_sleep() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    platform.answer_to(
        "POST /api/flows",
        201,
        json!({"id": "job-7", "status": "queued", "retry_after": 3600}),
    );
    platform.run(&folder, "submit a.cxflow --set queue=other --timeout 60s").exits(3);
    platform.answer(|_| None);
    // What was sent may be in place a moment from now, so that the first payload is not simply there.
    platform
        .run(&folder, "status a.cxflow")
        .exits(1)
        .out_has("a.cxflow: was in place as flow-1, but another submission to ")
        .out_has(" was begun since (job job-7); run submit again to be sure\n");
    platform.new_requests();
    platform
        .run(&folder, "submit a.cxflow")
        .exits(0)
        .out_has("in place as flow-2")
        .err_has("a.cxflow: waiting for job job-7 of an earlier version");
    let words: Vec<String> = platform.new_calls().into_iter().map(|call| call.line).collect();
    assert_eq!(words, ["GET /api/jobs/job-7", "POST /api/flows"]);
    platform.run(&folder, "status a.cxflow").exits(0);
}

#[test]
fn two_runs_at_once_note_both() {
    let (platform, folder) = (Platform::start(), Folder::new());
    let names: Vec<String> = (0..6).map(|number| format!("flow{number}")).collect();
    for name in &names {
        folder.write(&format!("{name}.cxflow"), flow(name));
    }
    std::thread::scope(|scope| {
        for name in &names {
            let (platform, folder) = (&platform, &folder);
            scope.spawn(move || platform.run(folder, &format!("submit {name}.cxflow")).exits(0));
        }
    });
    let lock = folder.lock("cxflow.lock");
    assert_eq!(lock["flow"].as_array().unwrap().len(), 6);
    assert!(!folder.read("cxflow.lock").contains("pending"));
}

#[test]
fn a_lock_that_cannot_be_read_keeps_everything_from_being_sent() {
    let platform = Platform::start();
    let lock = "version = 1\n\n<<<<<<< HEAD\n[[flow]]\n=======\n>>>>>>> theirs\n";
    let folder = Folder::of(CLEAN).with("b/b.cxflow", flow("B")).with("b/cxflow.lock", lock);
    for verb in ["submit a.cxflow b/b.cxflow", "status b/b.cxflow"] {
        platform.run(&folder, verb).exits(2).err_has("cxflowc: b/cxflow.lock:3: ").err_has(
            "help: cxflowc writes the lock file: restore it from git, and after a merge keep the entries of both sides, each flow once\n",
        );
    }
    assert!(platform.new_requests().is_empty());
    assert_eq!(folder.read("b/cxflow.lock"), lock);
    for (lock, said) in [
        (
            "version = 2\n",
            "b/cxflow.lock has version 2, but this cxflowc reads version 1\n  help: use the version of cxflowc that wrote it\n",
        ),
        ("version = 1\n[[flow]]\nname = 1\n", "b/cxflow.lock:3: invalid type"),
        (
            "version = 1\n[[flow]]\nname = \"x\"\nfrom_tomorrow = 1\n",
            "b/cxflow.lock:4: unknown field `from_tomorrow`",
        ),
    ] {
        folder.write("b/cxflow.lock", lock);
        platform.run(&folder, "submit a.cxflow b/b.cxflow").exits(2).err_has(said);
    }
    assert!(platform.new_requests().is_empty());
}

#[test]
fn a_lock_that_cannot_be_written_keeps_everything_from_being_sent() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN).with("b/b.cxflow", flow("B")).with("b/cxflow.lock/x", "");
    platform.run(&folder, "submit a.cxflow b/b.cxflow").exits(2).out_is("").err_is(
        "cxflowc: cannot write b/cxflow.lock: it is a folder\n  \
         help: the lock keeps a rerun from creating a flow twice: make it writable\n",
    );
    assert!(platform.new_requests().is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_keeps_everything_from_being_sent() {
    use std::os::unix::fs::PermissionsExt;
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let of_folder = |mode| {
        std::fs::set_permissions(folder.root(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    of_folder(0o555);
    // The superuser may write it all the same.
    if std::fs::write(folder.path("x"), "").is_err() {
        let run = platform.run(&folder, "submit a.cxflow").exits(2).out_is("");
        run.err_has("cxflowc: cannot write cxflow.lock: this user may not write it");
        assert!(platform.new_requests().is_empty());
    }
    of_folder(0o755);
}

#[test]
fn an_empty_lock_is_one_of_no_flows() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("cxflow.lock", ""));
    platform.run(&folder, "status a.cxflow").exits(1).out_is("a.cxflow: never submitted\n");
    platform.run(&folder, "submit a.cxflow").exits(0);
}
