//! `studio history` and `studio rollback`.

use serde_json::{Value, json};

use super::studio_tenant::*;
use super::support::*;

const SUBMIT: &str = "submit --target studio a.cxflow";
const HISTORY: &str = "studio history Q3/Reminder";
const ROLLBACK: &str = "studio rollback Q3/Reminder";

fn folder() -> Folder {
    Folder::of(CLEAN).with("cxflow.toml", format!("[studio]\nbusiness_unit = {UNIT}\nfolder = \"Q3\"\n"))
}

/// A tenant that has two versions of the script: with one recording, and with another.
fn two_versions() -> (Tenant, Folder) {
    let tenant = Tenant::start(usual());
    let folder = folder();
    tenant.run(&folder, SUBMIT).exits(0);
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    tenant.run(&folder, SUBMIT).exits(0);
    (tenant, folder)
}

/// The versions, the newest first.
fn versions(tenant: &Tenant, folder: &Folder) -> Vec<Value> {
    let run = tenant.run(folder, &format!("{HISTORY} --format json")).exits(0);
    let listed: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(listed["script"], "Q3\\Reminder");
    listed["versions"].as_array().unwrap().clone()
}

/// The script that a dry run shows.
fn shown(tenant: &Tenant, folder: &Folder, version: &Value) -> Value {
    let run = tenant.run(folder, &format!("{ROLLBACK} {version} --dry-run")).exits(0);
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn a_history_has_the_newest_version_first() {
    let (tenant, folder) = two_versions();
    let versions = versions(&tenant, &folder);
    assert_eq!(versions.len(), 2);
    assert!(versions[0]["version"].as_u64() > versions[1]["version"].as_u64());
    assert_eq!((&versions[0]["user"], &versions[0]["status"]), (&json!("studio.user"), &json!("Active")));
    let run = tenant.run(&folder, HISTORY).exits(0);
    let first = run.out.lines().next().unwrap();
    assert!(
        first.starts_with(&versions[0]["version"].to_string()) && first.ends_with("studio.user  Active"),
        "{first}"
    );
    tenant.run(&folder, "studio history Q3/Other").exits(3).err_has("CX925").err_has("Q3\\Other");
    assert!(tenant.calls().iter().all(|line| !line.contains("/start") && !line.contains("/kick")));
}

#[test]
fn the_version_before_is_saved_again_and_the_lock_says_so() {
    let (tenant, folder) = two_versions();
    let before = versions(&tenant, &folder);
    folder.run("status --target studio a.cxflow").exits(0);
    // What would be saved is shown, and nothing is.
    let run = tenant.run(&folder, &format!("{ROLLBACK} --dry-run")).exits(0);
    run.err_has(&format!("version {} of ", before[1]["version"])).err_has("would be saved again");
    assert_eq!(versions(&tenant, &folder), before);
    let old = shown(&tenant, &folder, &before[1]["version"]);
    assert!(old.to_string().contains("notice.wav") && old["actions"]["1"]["xws"].is_number(), "{old}");

    let run = tenant.run(&folder, &format!("{ROLLBACK} --audit log.jsonl")).exits(0);
    assert!(
        run.out.starts_with(&format!("Q3\\Reminder: version {} of ", before[1]["version"])),
        "{}",
        run.out
    );
    run.err_has("cxflow.lock has it as what is in place");
    let after = versions(&tenant, &folder);
    assert_eq!(after.len(), 3);
    folder.run("status --target studio a.cxflow").exits(1).out_has("differs from");
    // The tenant has what the lock says, and so does the flow of that version.
    let status = tenant.run(&folder, "status --remote --target studio a.cxflow").exits(1);
    status.out_has("differs from").out_has("; the platform has it");
    let new = folder.read("a.cxflow");
    folder.write("a.cxflow", CLEAN);
    tenant.run(&folder, "status --remote --target studio a.cxflow").exits(0);
    folder.write("a.cxflow", new);
    let log = folder.log("log.jsonl");
    assert_eq!((column(&log, "action"), column(&log, "status")), (vec!["create"], vec!["ok"]));
    assert_eq!(log[0]["detail"], format!("rolled back to version {}", before[1]["version"]));
    assert_eq!(log[0]["flow"], "Q3\\Reminder");
    // Whoever submits the flow brings it back.
    tenant.run(&folder, SUBMIT).exits(0).out_has("saved as Q3\\Reminder");
    folder.run("status --target studio a.cxflow").exits(0);
    let after = versions(&tenant, &folder);
    let parts = |version: &Value| {
        let script = shown(&tenant, &folder, &version["version"]);
        ["actions", "properties", "branches"].map(|part| script[part].clone())
    };
    assert_eq!((after.len(), parts(&after[1])), (4, parts(&after[3])));
    assert_ne!(parts(&after[1]), parts(&after[2]));
    // Nothing places a call, and nothing takes a script away.
    assert!(tenant.calls().iter().all(|line| !line.contains("/start") && !line.contains("/kick")));
}

#[test]
fn a_version_is_named_by_its_number() {
    let (tenant, folder) = two_versions();
    let before = versions(&tenant, &folder);
    let run = tenant.run(&folder, &format!("{ROLLBACK} {}", before[0]["version"])).exits(0);
    assert!(run.out.contains("is the newest one, and nothing was saved"), "{}", run.out);
    tenant.run(&folder, &format!("{ROLLBACK} 7")).exits(3).err_has("CX925").err_has("has no version 7");
    assert_eq!(versions(&tenant, &folder), before);
    folder.run("status --target studio a.cxflow").exits(0);
    let run = tenant.run(&folder, &format!("{ROLLBACK} {} --format json", before[1]["version"])).exits(0);
    let saved: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&saved["status"], &saved["version"]["version"]), (&json!("saved"), &before[1]["version"]));
    // One version has none before it, and elsewhere there is no lock.
    let tenant = Tenant::start(usual());
    let folder = self::folder();
    tenant.run(&folder, SUBMIT).exits(0);
    tenant.run(&folder, ROLLBACK).exits(3).err_has("has one version only");
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    tenant.run(&folder, SUBMIT).exits(0);
    let elsewhere = Folder::new();
    tenant.run(&elsewhere, ROLLBACK).exits(0).err_has("cxflow.lock has no entry for this script");
    assert!(elsewhere.names().is_empty(), "{:?}", elsewhere.names());
}

#[test]
fn another_tenant_than_that_of_the_settings_is_left_alone() {
    let (tenant, folder) = two_versions();
    let locked = folder.read("cxflow.lock");
    let settings = folder.read("cxflow.toml");
    folder.write("cxflow.toml", "[studio]\nbusiness_unit = 4608\n");
    tenant.run(&folder, ROLLBACK).exits(3).err_has("CX923");
    folder.write("cxflow.toml", settings);
    assert_eq!(folder.read("cxflow.lock"), locked);
    assert_eq!(versions(&tenant, &folder).len(), 2);
}

/// A tenant on its own address that has two versions, and answers a save with this.
fn with_save(lock: &'static str, status: u16, answer: Value) -> Platform {
    super::studio::tenant_with(move |line| {
        let header = json!({ "scriptName": "Q3\\Reminder", "lockInfo": { "lockedName": lock } });
        let script = json!({ "header": header, "actions": {}, "properties": {}, "branches": {} });
        let (_, request) = line.split_once("/services/v34.0")?;
        Some(match (line.starts_with("POST"), request) {
            (true, "/scripts") => (status, answer.clone()),
            (false, "/scripts/historyByName?scriptPath=Q3%5CReminder") => {
                (200, json!({ "name": "Q3\\Reminder", "versions": [{ "scriptId": 2 }, { "scriptId": 1 }] }))
            }
            (false, "/scripts?scriptPath=Q3%5CReminder") => (200, script),
            (false, "/scripts/1") => (200, json!({ "scriptId": 1, "scriptContent": script.to_string() })),
            _ => return None,
        })
    })
}

#[test]
fn what_was_not_saved_is_not_in_the_lock_and_what_may_be_is() {
    let details = json!({ "actions": { "3": { "actionType": "REQAGENT", "errors": [{ "key": "action-not-available" }] } } });
    let rejected = json!({ "results": [{ "success": false, "error_code": { "details": details } }] });
    let lock = |url: &str| {
        format!(
            "version = 1\n\n[[flow]]\nname = 'Q3\\Reminder'\nplatform = \"{url} business unit 700001\"\nsource = \"a.cxflow\"\n\n[flow.in_place]\nflow_id = \"1\"\npayload_sha256 = \"{}\"\nsince = \"2026-01-01T00:00:00Z\"\n",
            "a".repeat(64)
        )
    };
    for (holder, status, answer, code, is_known) in [
        ("ann", 200, json!({}), "CX922", true),
        ("", 409, rejected, "CX920", true),
        ("", 503, json!({ "retry_after": 3600 }), "CX904", false),
    ] {
        let platform = with_save(holder, status, answer);
        let folder = Folder::new().with("cxflow.lock", lock(platform.url()));
        let command = format!("{ROLLBACK} --audit log.jsonl --timeout 20s");
        let run = super::studio::command(platform.url(), &folder, &command).run().exits(3);
        let run = run.err_has(code);
        if code == "CX920" {
            run.err_has("action-not-available, at the action REQAGENT (3)");
        }
        assert_eq!(folder.read("cxflow.lock").contains(&"a".repeat(64)), is_known, "{code}");
        let log = folder.log("log.jsonl");
        assert_eq!((&log[0]["status"], &log[0]["code"]), (&json!("failed"), &json!(code)));
        let lines = platform.requests();
        assert!(
            lines.iter().all(|request| !request.line.contains("/start") && !request.line.contains("/kick"))
        );
    }
}
