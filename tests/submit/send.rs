//! Submitting sources: one and several, what is sent again and what is not.

use super::support::*;

#[test]
fn a_flow_is_handed_over_and_followed_until_it_is_in_place() {
    let (emulator, folder) = (quick_emulator(), Folder::of(CLEAN));
    let run = emulator.run(&folder, "submit a.cxflow").exits(0);
    assert!(run.out.starts_with("a.cxflow: in place as flow-"), "{}", run.out);
    assert!(run.out.trim_end().ends_with(')') && run.out.contains(" (job job-"), "{}", run.out);
    assert_eq!(run.out.lines().count(), 1);
    assert!(run.err.starts_with("1 build, 1 valid, "), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert_eq!(folder.names(), ["a.cxflow", "cxflow.lock"]);
}

#[test]
fn submit_sends_the_payload_that_build_writes() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0).out_is("a.cxflow: in place as flow-1 (job job-1)\n");
    let calls = platform.new_requests();
    assert_eq!(
        calls.iter().map(|call| &*call.line).collect::<Vec<_>>(),
        ["POST /api/oauth2/token", "POST /api/flows"]
    );
    bare(&folder, "build a.cxflow -q").run().exits(0);
    assert_eq!(calls[1].body, folder.read("a.json"));
    assert_eq!(calls[1].headers["authorization"], "Bearer the-token-of-the-tests");
    assert_eq!(calls[1].headers["content-type"], "application/json");
    let form = "grant_type=client_credentials&scope=flow%3Awrite+flow%3Aread+flow%3Avalidate+campaign%3Awrite+events%3Awrite";
    assert_eq!(calls[0].body, form);
}

#[test]
fn several_flows_share_a_token_and_come_back_in_the_order_given() {
    let platform = Platform::start();
    let names = ["d", "b", "e", "a", "c", "f"];
    let folder = names.iter().fold(Folder::new(), |folder, name| {
        folder.with(&format!("{name}.cxflow"), flow(&format!("Flow {name}")))
    });
    // The first ones come back last.
    platform.answer(|request| {
        if request.line == "POST /api/flows" {
            let slow = ["Flow d", "Flow b"].contains(&request.json()["name"].as_str().unwrap());
            std::thread::sleep(std::time::Duration::from_millis(if slow { 200 } else { 0 }));
        }
        None
    });
    let run = platform.run(&folder, "submit d.cxflow b.cxflow e.cxflow a.cxflow c.cxflow f.cxflow").exits(0);
    let told: Vec<&str> = run.out.lines().map(|line| &line[..1]).collect();
    assert_eq!(told, names);
    let words = platform.new_lines();
    assert_eq!(words.iter().filter(|what| what.ends_with("/token")).count(), 1, "{words:?}");
    run.err_has("6 builds, 6 valid, ");
}

#[test]
fn the_number_of_simultaneous_submissions_is_limited() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let platform = Platform::start();
    let folder = (0..6).fold(Folder::new(), |folder, number| {
        folder.with(&format!("{number}.cxflow"), flow(&format!("Flow {number}")))
    });
    let at_once = |parallel: &str| {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&most);
        platform.answer(move |request| {
            if request.line == "POST /api/flows" {
                seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            }
            if request.line.starts_with("GET /api/jobs") {
                now.fetch_sub(1, Ordering::SeqCst);
                return None;
            }
            request
                .line
                .ends_with("/flows")
                .then(|| (201, serde_json::json!({"id": "job-1", "status": "queued"})))
        });
        let files = "0.cxflow 1.cxflow 2.cxflow 3.cxflow 4.cxflow 5.cxflow";
        platform.run(&folder, &format!("submit --force {parallel} {files}")).exits(0);
        most.load(Ordering::SeqCst)
    };
    assert_eq!(at_once(""), 6);
    assert_eq!(at_once("--parallel 3"), 3);
}

#[test]
fn an_unchanged_flow_is_not_sent_again() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    platform.new_requests();
    let lock = folder.read("cxflow.lock");
    let since = folder.lock("cxflow.lock")["flow"][0]["in_place"]["since"].as_str().unwrap().to_owned();
    let run = platform.run(&folder, "submit a.cxflow").exits(0);
    run.out_is(&format!("a.cxflow: unchanged, in place as flow-1 since {since}\n"));
    assert!(platform.new_requests().is_empty(), "not even a token was asked for");
    // A remark changes the source and not the payload.
    folder.write("a.cxflow", format!("// a remark\n{CLEAN}"));
    platform.run(&folder, "submit a.cxflow").exits(0).out_has("unchanged");
    assert_eq!(folder.read("cxflow.lock"), lock);
}

#[test]
fn a_changed_flow_is_sent_again() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    platform.run(&folder, "submit a.cxflow --set queue=other").exits(0).out_has("in place as flow-2");
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    platform.run(&folder, "submit a.cxflow").exits(0).out_has("in place as flow-3");
    let keys: Vec<String> = platform.new_calls().iter().map(|call| call.key().to_owned()).collect();
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2], "{keys:?}");
}

#[test]
fn force_sends_what_is_in_place() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    platform.run(&folder, "submit a.cxflow --force").exits(0).out_has("in place as flow-2 (job job-2)");
    let calls = platform.new_calls();
    assert_eq!(calls[0].body, calls[1].body);
    assert_ne!(calls[0].key(), calls[1].key(), "a new order, and no repetition of the old one");
}

#[test]
fn an_error_in_one_source_keeps_all_from_being_sent() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("b.cxflow", BROKEN));
    let run = platform.run(&folder, "submit a.cxflow b.cxflow").exits(1).out_is("");
    run.err_has("error[CX103 unknown-node]")
        .err_has("\nb.cxflow: 1 error; nothing submitted\n")
        .err_has("\n2 builds, 1 valid, 1 not, ");
    assert!(platform.new_requests().is_empty());
    assert!(!folder.has("cxflow.lock"));
    // What is wrong can be seen without knowing any platform.
    bare(&folder, "submit a.cxflow b.cxflow").run().exits(1).err_lacks("CXONE_");
}

#[test]
fn warnings_hold_nothing_up_unless_they_are_denied() {
    let (platform, folder) = (Platform::start(), Folder::of(WARNED));
    platform.run(&folder, "submit a.cxflow --deny warnings").exits(1).out_is("").err_has("nothing submitted");
    platform.run(&folder, "submit a.cxflow").exits(0).err_has("warning[CX403").out_has("in place");
    platform.run(&folder, "submit a.cxflow --deny warnings --allow unused").exits(0).err_lacks("CX403");
}

#[test]
fn a_param_needs_a_value() {
    let (platform, folder) = (Platform::start(), Folder::of(&CLEAN.replace(" = \"sales_queue\"", "")));
    platform.run(&folder, "submit a.cxflow").exits(1).err_has("queue");
    assert!(platform.new_requests().is_empty());
    platform.run(&folder, "submit a.cxflow --set queue=vip").exits(0);
    assert!(platform.new_calls()[0].body.contains("\"vip\""));
    platform.run(&folder, "submit a.cxflow --set queu=vip").exits(2).err_has("did you mean `queue`?");
}

#[test]
fn a_library_is_nothing_to_submit_and_no_error_beside_a_flow() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("lib.cxflow", "let a = \"a\"\n"));
    platform
        .run(&folder, "submit lib.cxflow a.cxflow")
        .exits(0)
        .out_is("a.cxflow: in place as flow-1 (job job-1)\n")
        .err_has("lib.cxflow: a library, nothing to submit\n");
    let run = bare(&folder, "submit lib.cxflow").run().exits(2).out_is("");
    run.err_has("lib.cxflow declares no flow, so there is nothing to submit");
}

#[test]
fn standard_input_has_its_lock_in_the_working_folder() {
    let (platform, folder) = (Platform::start(), Folder::new());
    let submit = || platform.command(&folder, "submit -").input(CLEAN).run().exits(0);
    submit().out_is("<stdin>: in place as flow-1 (job job-1)\n");
    assert_eq!(folder.names(), ["cxflow.lock"]);
    assert_eq!(folder.lock("cxflow.lock")["flow"][0]["source"].as_str(), Some("<stdin>"));
    submit().out_has("<stdin>: unchanged, in place as flow-1 since ");
    // The same flow from a file is the same flow.
    folder.write("a.cxflow", CLEAN);
    platform.run(&folder, "submit a.cxflow").exits(0).out_has("unchanged");
}

#[test]
fn an_earlier_version_goes_back_by_its_tag() {
    let (platform, folder) = (Platform::start(), Folder::new().with("flows/a.cxflow", CLEAN).committed());
    platform.run(&folder, "submit flows/a.cxflow").exits(0);
    folder.write("flows/a.cxflow", CLEAN.replace("notice.wav", "mistaken.wav"));
    platform.run(&folder, "submit flows/a.cxflow").exits(0);
    platform
        .run(&folder, "submit v1:flows/a.cxflow")
        .exits(0)
        .out_is("v1:flows/a.cxflow: in place as flow-3 (job job-3)\n");
    let calls = platform.new_calls();
    assert_eq!(calls[0].body, calls[2].body);
    // It is the same flow, noted beside the file in the work tree.
    let flows = folder.lock("flows/cxflow.lock")["flow"].as_array().unwrap().clone();
    assert_eq!(flows.len(), 1);
    assert_eq!(flows[0]["source"].as_str(), Some("a.cxflow"));
    assert_eq!(flows[0]["in_place"]["flow_id"].as_str(), Some("flow-3"));
    assert!(!folder.has("cxflow.lock"));
    platform.run(&folder, "status flows/a.cxflow").exits(1).out_has("differs from flow-3");
    platform.run(&folder, "status v1:flows/a.cxflow").exits(0).out_has("in place as flow-3");
    // From inside the folder, too.
    let inside = folder.path("flows");
    let run = platform.command(&folder, "submit v1:./a.cxflow").folder(&inside).run().exits(0);
    run.out_has("v1:./a.cxflow: unchanged, in place as flow-3");
}

#[test]
fn a_revision_of_a_folder_that_is_gone_says_where_its_lock_would_be() {
    let (platform, folder) = (Platform::start(), Folder::new().with("old/a.cxflow", CLEAN).committed());
    std::fs::remove_dir_all(folder.path("old")).unwrap();
    platform
        .run(&folder, "submit v1:old/a.cxflow")
        .exits(2)
        .out_is("")
        .err_has("cannot write old/cxflow.lock: its folder does not exist");
    assert!(platform.new_requests().is_empty());
}

#[test]
fn two_sources_of_one_flow_are_refused() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("b.cxflow", CLEAN).committed());
    for (files, one, other) in
        [("a.cxflow b.cxflow", "a.cxflow", "b.cxflow"), ("v1:a.cxflow a.cxflow", "v1:a.cxflow", "a.cxflow")]
    {
        platform.run(&folder, &format!("submit {files}")).exits(2).out_is("").err_is(&format!(
            "cxflowc: {one} and {other} are both the flow \"Reminder\"\n  help: nothing was sent: give each flow its own name\n"
        ));
    }
    assert!(platform.new_requests().is_empty());
    assert!(!folder.has("cxflow.lock"));
}

#[test]
fn flows_of_one_name_in_two_folders_have_two_locks() {
    let platform = Platform::start();
    let folder = Folder::new().with("de/a.cxflow", CLEAN).with("fr/a.cxflow", CLEAN);
    platform.run(&folder, "submit de/a.cxflow fr/a.cxflow --parallel 1").exits(0);
    let id = |lock: &str| folder.lock(lock)["flow"][0]["in_place"]["flow_id"].as_str().unwrap().to_owned();
    assert_eq!((id("de/cxflow.lock"), id("fr/cxflow.lock")), ("flow-1".to_owned(), "flow-2".to_owned()));
    assert_eq!(folder.names(), ["de", "fr"], "no lock beside what was not submitted");
}

#[test]
fn one_that_the_platform_does_not_take_does_not_hold_up_the_others() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Second")).with("c.cxflow", flow("Third"));
    platform.answer(|request| {
        let refused = request.line == "POST /api/flows" && request.json()["name"] == "Second";
        refused.then(|| (422, serde_json::json!({"error": "refused", "message": "no more of these"})))
    });
    let run = platform.run(&folder, "submit --parallel 1 a.cxflow b.cxflow c.cxflow").exits(3).out_is(
        "a.cxflow: in place as flow-1 (job job-1)\nb.cxflow: not in place, CX902 payload-refused\nc.cxflow: in place as flow-2 (job job-2)\n",
    );
    run.err_has("error[CX902 payload-refused]").err_has("(422): no more of these");
    let lock = folder.read("cxflow.lock");
    assert!(!lock.contains("Second"), "of what was refused nothing is kept: {lock}");
}

#[test]
fn a_message_about_a_node_is_shown_at_the_node() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let errors = serde_json::json!([
        {"code": "no_queue", "message": "there is no queue of that name", "node": "sales"},
        {"message": "the campaign is closed"},
        {"message": "it is not in this flow", "node": "elsewhere"},
    ]);
    let job = serde_json::json!({"id": "job-9", "status": "failed", "message": "2 errors", "errors": errors});
    platform.answer_to("POST /api/flows", 201, job);
    let run = platform.run(&folder, "submit a.cxflow --message-format short").exits(3);
    let run = run.out_is("a.cxflow: not in place, CX905 job-failed\n");
    let run = run.err_has(
        "a.cxflow:5:7: error[CX905 job-failed]: the platform: there is no queue of that name (no_queue)\n",
    );
    run.err_has(
        "\nerror[CX905 job-failed]: the platform gave up on job job-9: 2 errors: the campaign is closed; elsewhere: it is not in this flow\n",
    );
    platform
        .run(&folder, "submit a.cxflow")
        .exits(3)
        .err_has("note: the campaign is closed")
        .err_has("note: elsewhere: it is not in this flow")
        .err_has("the platform names this node");
}

#[test]
fn a_job_that_takes_too_long_leaves_the_command_that_picks_it_up() {
    let (emulator, folder) = (Emulate::start("-q --job-time 6s"), Folder::of(CLEAN));
    let run = emulator.run(&folder, "submit a.cxflow --timeout 4s").exits(3);
    let run = run.out_is("a.cxflow: not in place, CX906 job-timeout\n").err_has("error[CX906 job-timeout]");
    let lock = folder.lock("cxflow.lock");
    let job = lock["flow"][0]["pending"]["job"].as_str().unwrap().to_owned();
    let run = run.err_has(&format!("`cxflowc job {job} --wait`"));
    drop(run);
    emulator.run(&folder, "status a.cxflow").exits(1).out_has(&format!("unfinished (job {job})"));
    // The same command goes on where the first one stopped.
    let run = emulator.run(&folder, "submit a.cxflow").exits(0).out_has(&format!("(job {job})"));
    assert_eq!(flow_ids(&run.out).len(), 1);
    assert!(folder.lock("cxflow.lock")["flow"][0].get("pending").is_none());
}
