//! The audit log of submissions.

use super::support::*;
use serde_json::json;

fn verify(folder: &Folder, arguments: &str) -> Run {
    bare(folder, &format!("audit verify {arguments}")).run()
}

/// The head that a run printed.
fn head(run: &Run, log: &str) -> String {
    let line = run.err.lines().find_map(|line| line.strip_prefix(&format!("{log}: head ")));
    line.unwrap_or_else(|| panic!("no head in {}", run.err)).to_owned()
}

#[test]
fn every_step_has_its_line() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN)
        .with("cxflow.toml", format!("[env.prod]\nbase_url = \"{}\"\n", platform.base_url()));
    let folder = folder.committed();
    let run = platform
        .credentials_only(
            &folder,
            "submit a.cxflow --env prod --audit log.jsonl --webhook-url https://hook.example.com",
        )
        .env("CXONE_WEBHOOK_SECRET", "87654321")
        .run()
        .exits(0);
    let log = folder.log("log.jsonl");
    assert_eq!(column(&log, "action"), ["validate", "simulate", "create", "persist", "webhook"]);
    assert_eq!(column(&log, "status"), ["ok"; 5]);
    assert_eq!(column(&log, "actor"), ["dana"; 5]);
    assert_eq!(column(&log, "environment"), ["prod"; 5]);
    assert_eq!(column(&log, "compiler"), [env!("CARGO_PKG_VERSION"); 5]);
    assert_eq!(column(&log, "flow"), ["Reminder", "Reminder", "Reminder", "Reminder", "-"]);
    let commit = column(&log, "commit");
    assert!(commit.iter().all(|one| one.len() == 40 && *one == commit[0]), "{commit:?}");
    let lock = folder.lock("cxflow.prod.lock");
    let hash = lock["flow"][0]["in_place"]["payload_sha256"].as_str().unwrap();
    assert_eq!(column(&log, "payload_sha256"), [hash, hash, hash, hash, "-"]);
    assert_eq!(column(&log, "job"), ["-", "-", "job-1", "job-1", "-"]);
    assert_eq!(column(&log, "flow_id")[3], "flow-1");
    assert_eq!(log[1]["metrics"], json!({"deepest": 1, "nodes": 2, "transitions": 1}));
    assert_eq!(log[1]["detail"], "paths: 1");
    assert!(log[2]["metrics"]["latency_ms"].is_u64() && log[3]["metrics"]["latency_ms"].is_u64());
    assert_eq!(log[4]["detail"], "https://hook.example.com/ as hook-2");
    let times = column(&log, "time");
    let mut sorted = times.clone();
    sorted.sort_unstable();
    assert_eq!(times, sorted);
    assert!(times.iter().all(|time| time.ends_with('Z') && time.len() == 24), "{times:?}");
    let head = head(&run, "log.jsonl");
    verify(&folder, "log.jsonl").exits(0).out_is(&format!("log.jsonl: 5 lines hold, head {head}\n"));
    verify(&folder, &format!("log.jsonl --head {head}")).exits(0).out_has("that of the last line");
}

#[test]
fn a_failure_has_a_line_with_its_code() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to("POST /api/flows", 422, json!({"message": "no queue"}));
    platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(3);
    platform.answer_to("POST /api/flows", 201, json!({"id": "job-5", "status": "failed", "message": "no"}));
    platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(3);
    folder.write("a.cxflow", BROKEN);
    let run = platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(1);
    let log = folder.log("log.jsonl");
    let steps: Vec<String> = log
        .iter()
        .map(|line| {
            let word = |field: &str| line[field].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", word("action"), word("status"), word("code"))
        })
        .collect();
    assert_eq!(
        steps,
        [
            "validate ok -",
            "simulate ok -",
            "create failed CX902",
            "validate ok -",
            "simulate ok -",
            "create ok -",
            "persist failed CX905",
            "validate failed -"
        ]
    );
    assert!(log[2]["detail"].as_str().unwrap().contains("no queue"), "{}", log[2]);
    let head = head(&run, "log.jsonl");
    verify(&folder, &format!("log.jsonl --head {head}")).exits(0).out_has("8 lines hold");
}

#[test]
fn an_unchanged_flow_is_validated_and_no_more() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(0);
    assert_eq!(column(&folder.log("log.jsonl"), "action"), ["validate", "simulate"]);
}

#[test]
fn the_environments_log_is_beside_its_settings_unless_the_command_names_another() {
    let platform = Platform::start();
    let section =
        format!("[env.prod]\nbase_url = \"{}\"\naudit = \"audit/prod.jsonl\"\n", platform.base_url());
    let folder =
        Folder::new().with("flows/a.cxflow", CLEAN).with("cxflow.toml", section).with("audit/.gitkeep", "");
    let inside = folder.path("flows");
    let submit =
        |arguments: &str| platform.credentials_only(&folder, arguments).folder(&inside).run().exits(0);
    submit("submit a.cxflow --env prod");
    let before = folder.read("audit/prod.jsonl");
    assert_eq!(folder.log("audit/prod.jsonl").len(), 4);
    let run = submit("submit a.cxflow --env prod --force --audit own.jsonl");
    assert_eq!(folder.read("audit/prod.jsonl"), before);
    let head = head(&run, "own.jsonl");
    verify(&folder, &format!("flows/own.jsonl --head {head}")).exits(0);
}

#[test]
fn a_log_of_many_runs_and_processes_is_one_chain() {
    let (platform, folder) = (Platform::start(), Folder::new());
    let names = ["a", "b", "c", "d"];
    for name in names {
        folder.write(&format!("{name}.cxflow"), flow(name));
    }
    std::thread::scope(|scope| {
        for name in names {
            let (platform, folder) = (&platform, &folder);
            scope.spawn(move || {
                platform.run(folder, &format!("submit {name}.cxflow --audit log.jsonl")).exits(0);
            });
        }
    });
    platform.run(&folder, "submit a.cxflow b.cxflow c.cxflow d.cxflow --force --audit log.jsonl").exits(0);
    verify(&folder, "log.jsonl").exits(0).out_has("32 lines hold");
}

#[test]
fn a_changed_byte_breaks_it() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(0);
    let whole = folder.read("log.jsonl");
    for (one, other) in [("\"dana\"", "\"danb\""), ("\"create\"", "\"craete\""), ("flow-1", "flow-2")] {
        folder.write("log.jsonl", whole.replacen(one, other, 1));
        verify(&folder, "log.jsonl").exits(1).err_has("does not hold");
    }
}

#[test]
fn a_log_that_cannot_be_written_stops_everything_before_it_begins() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("log/x", ""));
    for (log, said) in [("log", "log"), ("a.cxflow/log.jsonl", "a.cxflow/log.jsonl")] {
        let run = platform.run(&folder, &format!("submit a.cxflow --audit {log}")).exits(2).out_is("");
        run.err_has(&format!("cxflowc: cannot write the audit log {said}: "));
    }
    // What is no log is left alone.
    folder.write("notes.txt", "buy milk\n{\"a\":1,\"prev\":\"x\",\"sha256\":\"y\"}\n");
    let notes = folder.read("notes.txt");
    platform.run(&folder, "submit a.cxflow --audit notes.txt").exits(2).out_is("").err_has("notes.txt");
    assert_eq!(folder.read("notes.txt"), notes);
    assert!(platform.new_requests().is_empty());
    assert!(!folder.has("cxflow.lock"));
}

#[test]
fn a_torn_line_is_told_and_repaired() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(0);
    let whole = folder.read("log.jsonl");
    folder.write("log.jsonl", format!("{whole}{{\"time\":\"20"));
    verify(&folder, "log.jsonl").exits(1).err_has("the next append repairs it");
    let run = platform.run(&folder, "submit a.cxflow --audit log.jsonl --force").exits(0);
    let run =
        run.err_has("cxflowc: log.jsonl: 12 torn bytes of an interrupted write; the next line reports it\n");
    let head = head(&run, "log.jsonl");
    verify(&folder, &format!("log.jsonl --head {head}")).exits(0).out_has("line 6 reports");
}

#[test]
fn the_actor_is_the_pipelines_user_else_gits() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).committed());
    folder.git(&["config", "user.email", "kim@example.com"]);
    let actor = |name: &str| {
        let log = format!("{}.jsonl", name.len());
        let submit = format!("submit a.cxflow --force --audit {log}");
        platform.command(&folder, &submit).env("GITHUB_ACTOR", name).run().exits(0);
        column(&folder.log(&log), "actor")[0].to_owned()
    };
    assert_eq!(actor("dana"), "dana");
    assert_eq!(actor(""), "kim@example.com");
}

/// A flow that is held to rules of its own, of which one is waived and one waiver has no effect.
const WAIVED: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
notice -> sales
policy house "House rules" {
  paused: require @pause before agent
  quiet: forbid voicemail
}
apply house
waive house/paused at sales because "nothing is recorded yet" by "j.lee" until 2027-03-31
waive house/quiet because "none" by "kim" until 2027-03-31
"#;

/// The SHA-256 of a text, as the log has it.
fn sha256(text: &str) -> String {
    cxflowc::audit::Hash::of(text.as_bytes()).to_string()
}

#[test]
fn each_line_about_a_flow_says_what_it_was_held_to_and_what_was_waived() {
    let folder = Folder::of(CLEAN).with("b.cxflow", WAIVED.replace("Reminder", "Payment"));
    folder.write("cxflow.toml", "[env.lab]\nallow_as_of = true\n");
    let platform = Platform::start();
    let submit = "submit a.cxflow b.cxflow --env lab --parallel 1 --as-of 2026-08-02 --audit log.jsonl \
                  --webhook-url https://hook.example.com";
    platform.command(&folder, submit).env("CXONE_WEBHOOK_SECRET", "87654321").run().exits(0);
    let log = folder.log("log.jsonl");
    let of = |flow: &str| log.iter().filter(|line| line["flow"] == flow).collect::<Vec<_>>();
    let baseline = bare(&folder, "policy show baseline --source").run().out;
    let baseline =
        sha256(&baseline[baseline.find("\npolicy baseline").unwrap() + 1..=baseline.rfind('}').unwrap()]);
    let house = sha256(&WAIVED[WAIVED.find("policy house").unwrap()..=WAIVED.find("\n}\n").unwrap() + 1]);
    let baseline = json!({"name": "baseline", "sha256": baseline});
    assert_eq!((of("Reminder").len(), of("Payment").len()), (4, 4));
    for line in of("Reminder") {
        assert_eq!((&line["policies"], &line["waivers"]), (&json!([baseline]), &json!([])), "{line}");
    }
    for line in of("Payment") {
        assert_eq!(line["policies"], json!([baseline, {"name": "house", "sha256": house}]), "{line}");
        let waived = "house/paused at sales by j.lee until 2027-03-31: nothing is recorded yet";
        assert_eq!(line["waivers"], json!([waived]), "{line}");
    }
    // A webhook is about no flow.
    assert_eq!((&log[8]["action"], &log[8]["policies"]), (&json!("webhook"), &json!([])));
}

#[test]
fn a_flow_that_is_refused_for_its_policies_has_them_in_its_line() {
    let folder = Folder::of(WAIVED).with("our.cxflow", "policy our { end: forbid agent }\n");
    let run = |arguments: &str| {
        bare(&folder, &format!("submit --emulate a.cxflow --audit log.jsonl {arguments}")).run()
    };
    run("--as-of 2027-04-01").exits(1);
    run("--as-of 2027-03-31 --policy our.cxflow").exits(1);
    let log = folder.log("log.jsonl");
    assert_eq!(column(&log, "status"), ["failed"; 2]);
    assert_eq!(log[0]["waivers"], json!([]));
    assert_eq!(log[1]["waivers"].as_array().unwrap().len(), 1);
    let names = log[1]["policies"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["baseline", "our", "house"]);
}

#[test]
fn each_line_says_which_duties_somebody_attests_on_that_day() {
    let attested = CLEAN.to_owned()
        + r#"
policy house {
  rate: oblige "see that the dialer abandons few calls"
  keep: oblige "keep recordings of every call"
  ring: require fact ring >= 15s
}
apply house
attest house/rate because "dialer report 7" by "k.roe" until 2027-03-31
attest house/keep because "recorder policy 7" by "j.lee" until 2027-02-28
fact ring = 20s because "profile 12" by "k.roe" until 2027-02-28
"#;
    let folder = Folder::of(&attested);
    let run = |day: &str| {
        bare(&folder, &format!("submit --emulate a.cxflow --audit log.jsonl --as-of {day}")).run()
    };
    run("2027-02-28").exits(0);
    run("2027-03-01").exits(0);
    let log = folder.log("log.jsonl");
    let rate = "house/rate by k.roe until 2027-03-31: dialer report 7";
    let keep = "house/keep by j.lee until 2027-02-28: recorder policy 7";
    let ring = "fact ring by k.roe until 2027-02-28: profile 12";
    let of = |day: &str| log.iter().filter(|line| line["as_of"] == day).collect::<Vec<_>>();
    assert!(!of("2027-02-28").is_empty() && !of("2027-03-01").is_empty(), "{log:?}");
    for line in of("2027-02-28") {
        assert_eq!(line["attestations"], json!([rate, keep, ring]), "{line}");
    }
    for line in of("2027-03-01") {
        assert_eq!(line["attestations"], json!([rate]), "{line}");
    }
    bare(&folder, "audit verify log.jsonl").run().exits(0);
}

#[test]
fn the_log_claims_no_policies_for_an_artifact() {
    let folder = Folder::of(WAIVED);
    bare(&folder, "build a.cxflow").run().exits(0);
    bare(&folder, "submit --emulate --artifact a.json --audit log.jsonl").run().exits(0);
    let log = folder.log("log.jsonl");
    assert_eq!(column(&log, "action"), ["create", "persist"]);
    assert!(log.iter().all(|line| line["policies"] == json!([]) && line["waivers"] == json!([])), "{log:?}");
}
