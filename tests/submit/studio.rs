//! Scripts of Studio: `submit --target studio`, with the emulator and with tenants that write down what they are asked.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::studio_tenant::{Tenant, UNIT, usual};
use super::support::*;

const KEY: &str = "key-of-the-tests";
const KEY_SECRET: &str = "opens/every+door of the house";
const SIGN_IN: &str = "POST /authentication/v1/token/access-key";
const LOOK_UP: &str = "GET /.well-known/cxone-configuration?tenantId=tenant-1";
const SAVE: &str = "POST /inContactAPI/services/v34.0/scripts";
const OPEN: &str = "GET /inContactAPI/services/v34.0/scripts?scriptPath=Q3%5CReminder";
const SETTINGS: &str = "[studio]\nbusiness_unit = 700001\nfolder = \"Q3\"\n";
const SUBMIT: &str = "submit --target studio a.cxflow";

/// A folder with a flow for the tenant.
fn folder() -> Folder {
    Folder::of(CLEAN).with("cxflow.toml", SETTINGS)
}

/// A command with an access key for a tenant.
pub fn command(url: &str, folder: &Folder, arguments: &str) -> Cxflowc {
    bare(folder, arguments)
        .env("CXONE_BASE_URL", url)
        .env("CXONE_ACCESS_KEY_ID", KEY)
        .env("CXONE_ACCESS_KEY_SECRET", KEY_SECRET)
}

fn granted(token: &str) -> Value {
    let claims = json!({ "tenantId": "tenant-1", "icBUId": 700_001, "name": "dana" });
    let id_token = format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()));
    json!({ "access_token": token, "expires_in": 3600, "id_token": id_token, "refresh_token": "refresh-hush-77" })
}

/// A rule for a tenant on its own address: signing in and looking up work, and saves get what `save` says, counted from 0.
fn tenant(open: (u16, Value), save: impl Fn(usize) -> (u16, Value) + Send + Sync + 'static) -> Platform {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let platform = Platform::start();
    let url = platform.url().to_owned();
    let (saves, tokens) = (AtomicUsize::new(0), AtomicUsize::new(0));
    platform.answer(move |request| {
        Some(match request.line.as_str() {
            SIGN_IN => (200, granted(&format!("tok-hush-{}", tokens.fetch_add(1, Ordering::Relaxed)))),
            LOOK_UP => (200, json!({ "api_endpoint": url })),
            OPEN => open.clone(),
            SAVE => save(saves.fetch_add(1, Ordering::Relaxed)),
            line => panic!("{line} is no request about scripts"),
        })
    });
    platform
}

/// A tenant on its own address that answers what `says` says, and to all else that it does not know it.
pub fn tenant_with(says: impl Fn(&str) -> Option<(u16, Value)> + Send + Sync + 'static) -> Platform {
    let platform = Platform::start();
    let url = platform.url().to_owned();
    platform.answer(move |request| {
        Some(match request.line.as_str() {
            SIGN_IN => (200, granted("tok-hush-1")),
            LOOK_UP => (200, json!({ "api_endpoint": url })),
            line => says(line).unwrap_or_else(|| (404, json!({ "error": "not_found" }))),
        })
    });
    platform
}

/// The same with whole answers; what it does not say it does not know.
pub fn tenant_of(says: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) -> Platform {
    Platform::answering(move |request| match request.line.as_str() {
        SIGN_IN => Answer::full(200, granted("tok-hush-1").to_string()),
        LOOK_UP => {
            let host = format!("http://{}", request.header("host").unwrap());
            Answer::full(200, json!({ "api_endpoint": host }).to_string())
        }
        line => says(line).unwrap_or_else(|| Answer::full(404, json!({ "error": "not_found" }).to_string())),
    })
}

/// A tenant that signs somebody in and knows none of the requests.
pub fn tenant_that_knows_nothing() -> Platform {
    tenant_with(|_| None)
}

/// What a tenant answers that does not have the script yet.
fn absent() -> (u16, Value) {
    (404, json!({ "error": "not_found", "error_description": "there is no script" }))
}

fn opened(lock: &str) -> (u16, Value) {
    (
        200,
        json!({ "header": { "scriptName": "Q3\\Reminder", "lockInfo": { "lockedName": lock, "lockedId": lock } } }),
    )
}

fn result(status: u16, actions: Value) -> (u16, Value) {
    let result = json!({
        "success": status != 409, "masterID": 100_002, "libraryId": 100_003,
        "error_code": { "details": { "totalErrors": 0, "totalWarnings": 0, "actions": actions } },
    });
    (status, json!({ "results": [result] }))
}

fn saved(_: usize) -> (u16, Value) {
    result(200, json!({}))
}

/// The id that the script of the folder has for its action with this name.
fn action_id(folder: &Folder, name: &str) -> String {
    let built = folder.run("build --target studio -o - a.cxflow").exits(0);
    let script: Value = serde_json::from_str(&built.out).unwrap();
    let mut actions = script["actions"].as_object().unwrap().iter();
    actions.find(|(_, action)| action["name"] == name).unwrap().0.clone()
}

#[test]
fn a_rehearsal_of_the_example_goes_the_whole_way() {
    let run = Folder::command_in_repository("submit --emulate --target studio examples/campaign.cxflow")
        .run()
        .exits(0);
    assert!(run.out.starts_with("examples/campaign.cxflow: saved as Campaigns\\"), "{}", run.out);
    run.err_has("POST /authentication/v1/token/access-key 200")
        .err_has("/inContactAPI/services/v34.0/scripts 200")
        .err_lacks("api/flows")
        .err_lacks("CX9");
}

#[test]
fn a_rehearsal_has_what_the_script_needs_of_its_tenant() {
    let settings = "[studio]\nbusiness_unit = 4608\nprompts = \"Own\"\nlibrary_ids = [\"PLAY=0a000000-0000-4000-8000-00000000000a\"]\n";
    let folder = Folder::of(CLEAN).with("cxflow.toml", settings);
    let run = bare(&folder, "submit --emulate --target studio a.cxflow").run().exits(0);
    assert_eq!(folder.names(), ["a.cxflow", "cxflow.toml"]);
    run.err_has("/scripts 200, 0 errors, 0 warnings").err_lacks("CX9");
    // Which business unit it is only the tenant can tell.
    let folder = Folder::of(CLEAN);
    let run = bare(&folder, "submit --emulate --target studio a.cxflow").run().exits(0);
    run.err_has("/scripts 200, 0 errors, 0 warnings").err_lacks("CX9");
}

#[test]
fn a_run_has_one_target() {
    let folder = folder().with("b/cxflow.toml", "").with("b/b.cxflow", flow("Second"));
    folder.write("cxflow.toml", format!("{SETTINGS}[env.test]\ntarget = \"studio\"\n"));
    // The environment names the target for all flows below it.
    let run = bare(&folder, "submit --emulate --env test a.cxflow b/b.cxflow").run().exits(0);
    assert_eq!(run.out.matches(": saved as Q3\\").count(), 2, "{}", run.out);
}

#[test]
fn a_script_is_saved_with_an_emulator_and_then_unchanged() {
    let emulator = quick_emulator();
    let folder = folder();
    let run = |arguments: &str| {
        bare(&folder, arguments)
            .env("CXONE_BASE_URL", emulator.base_url())
            .env("CXONE_ACCESS_KEY_ID", emulator.credentials().0)
            .env("CXONE_ACCESS_KEY_SECRET", emulator.credentials().1)
            .run()
    };
    let first = run(&format!("{SUBMIT} --audit log.jsonl --metrics m.json")).exits(0);
    assert!(first.out.starts_with("a.cxflow: saved as Q3\\Reminder (10000"), "{}", first.out);
    let lock = folder.lock("cxflow.lock");
    let entry = &lock["flow"].as_array().unwrap()[0];
    assert_eq!(entry["name"].as_str(), Some("Q3\\Reminder"));
    assert_eq!(entry["platform"].as_str().unwrap(), format!("{} business unit 700001", emulator.base_url()));
    let id = entry["in_place"]["flow_id"].as_str().unwrap();
    assert!(first.out.contains(&format!("({id})")) && entry.get("pending").is_none(), "{lock}");
    let log = folder.log("log.jsonl");
    assert_eq!(column(&log, "action"), ["validate", "simulate", "create"]);
    assert_eq!(column(&log, "status"), ["ok"; 3]);
    assert_eq!(log[2]["flow_id"], id);
    // Nothing is sent for what is in place, and the lock tells it without a platform.
    let again = run(SUBMIT).exits(0);
    assert!(again.out.starts_with(&format!("a.cxflow: unchanged, in place as {id}")), "{}", again.out);
    assert!(again.out.contains("the tenant was not asked"), "{}", again.out);
    let status = folder.run("status --target studio a.cxflow").exits(0);
    assert!(status.out.contains(&format!("in place as {id}")), "{}", status.out);
    run("status --target studio a.cxflow").exits(0);
    run("status --remote --target studio a.cxflow").exits(0).out_has("; the platform has it");
    // A new version keeps the id, and a repetition of the old one is sent if it is forced.
    run(&format!("{SUBMIT} --force --format json")).exits(0).out_has(&format!("\"flow_id\":\"{id}\""));
}

#[test]
fn a_back_end_app_signs_in_with_the_access_key() {
    let emulator = quick_emulator();
    let folder = folder();
    let (id, secret) = emulator.credentials();
    let run = emulator
        .command(&folder, SUBMIT)
        .env("CXONE_ACCESS_KEY_ID", id)
        .env("CXONE_ACCESS_KEY_SECRET", secret);
    assert!(run.run().exits(0).out.contains("saved as Q3\\Reminder"));
    // Half of the app's credentials is a mistake.
    let run = command(emulator.base_url(), &folder, SUBMIT).env("CXONE_CLIENT_ID", id).run().exits(2);
    run.err_has("CXONE_CLIENT_SECRET is not set");
}

#[test]
fn what_is_sent_is_the_built_script_and_nothing_places_a_call() {
    let platform = tenant(absent(), saved);
    let folder = folder();
    command(platform.url(), &folder, SUBMIT).run().exits(0);
    let lines: Vec<String> = platform.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, [SIGN_IN, LOOK_UP, OPEN, SAVE]);
    let requests = platform.requests();
    assert_eq!(requests[0].json(), json!({ "accessKeyId": KEY, "accessKeySecret": KEY_SECRET }));
    assert_eq!(requests[0].header("authorization"), None);
    assert_eq!(requests[1].header("authorization"), None);
    assert_eq!(requests[3].header("authorization"), Some("Bearer tok-hush-0"));
    let built: Value = serde_json::from_str(&folder.run("build --target studio -o - a.cxflow").out).unwrap();
    assert_eq!(requests[3].json(), json!({ "scriptContent": built }));
    // The approved bytes are the same script.
    folder.run("build --target studio a.cxflow -o a.json").exits(0);
    let run = command(platform.url(), &folder, "submit --artifact a.json").run().exits(0);
    assert!(run.out.starts_with("a.json: unchanged"), "{}", run.out);
    command(platform.url(), &folder, "submit --artifact a.json --target flows")
        .run()
        .exits(2)
        .err_has("written for the target `studio`");
}

#[test]
fn a_rejected_action_is_underlined_at_its_node() {
    let folder = folder();
    let id = action_id(&folder, "REQAGENT");
    let details = json!({ id.clone(): {
        "actionType": "REQAGENT", "errors": [{ "key": "action-not-available" }], "warnings": [],
    }});
    let platform = tenant(absent(), move |_| result(409, details.clone()));
    let run = command(platform.url(), &folder, &format!("{SUBMIT} --audit log.jsonl")).run().exits(3);
    let run = run
        .err_has("CX920")
        .err_has(&format!("the platform: action-not-available, at the action REQAGENT ({id})"))
        .err_has("the platform names this node");
    assert_eq!(run.out, "a.cxflow: not in place, CX920 script-rejected\n");
    // A rejection is an answer: it is not asked for again, and leaves nothing in the lock.
    assert_eq!(platform.requests_of(SAVE).len(), 1);
    assert!(folder.lock("cxflow.lock").get("flow").is_none());
    let log = folder.log("log.jsonl");
    assert_eq!((&log[2]["status"], &log[2]["code"]), (&json!("failed"), &json!("CX920")));
    let run = command(platform.url(), &folder, &format!("{SUBMIT} --format json")).run().exits(3);
    let line: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&line["status"], &line["code"]), (&json!("failed"), &json!("CX920")));
    assert_eq!(line["errors"][0]["node"], "sales");
}

#[test]
fn warnings_stand_at_their_nodes_and_the_script_is_saved() {
    let folder = folder();
    let id = action_id(&folder, "REQAGENT");
    let details = json!({ id: { "actionType": "REQAGENT", "errors": [], "warnings": [{ "key": "prompt-not-found" }] } });
    let platform = tenant(absent(), move |_| result(206, details.clone()));
    let run = command(platform.url(), &folder, SUBMIT).run().exits(0);
    let run = run.err_has("warning[CX921").err_has("prompt-not-found, at the action REQAGENT");
    assert_eq!(run.out, "a.cxflow: saved as Q3\\Reminder (100002)\n");
    let forced = format!("{SUBMIT} --force");
    command(platform.url(), &folder, &format!("{forced} --allow script-warning"))
        .run()
        .exits(0)
        .err_lacks("CX921");
    command(platform.url(), &folder, &format!("{forced} --deny warnings"))
        .run()
        .exits(3)
        .err_has("error[CX921");
    let run = command(platform.url(), &folder, &format!("{forced} --format json")).run().exits(0);
    let line: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (&line["status"], &line["code"], &line["flow_id"]),
        (&json!("completed"), &json!("CX921"), &json!("100002"))
    );
}

#[test]
fn a_script_that_somebody_else_has_locked_is_not_overwritten() {
    let folder = folder();
    let platform = tenant(opened("ann"), saved);
    let run = command(platform.url(), &folder, SUBMIT).run().exits(3);
    run.err_has("CX922").err_has("Q3\\Reminder is locked by ann: nothing was saved");
    assert!(platform.requests_of(SAVE).is_empty());
    assert!(folder.lock("cxflow.lock").get("flow").is_none());
    // One's own lock does not matter, and neither does none.
    for lock in ["dana", ""] {
        let platform = tenant(opened(lock), saved);
        command(platform.url(), &folder, &format!("{SUBMIT} --force --overwrite")).run().exits(0);
    }
    // The lock may be taken between the look and the save.
    let refused = json!({ "results": [{ "success": false, "lockInfo": { "lockedName": "ann" } }] });
    let platform = tenant(absent(), move |_| (409, refused.clone()));
    command(platform.url(), &folder, &format!("{SUBMIT} --force")).run().exits(3).err_has("CX922");
}

#[test]
fn what_is_not_from_here_is_not_overwritten() {
    let tenant = Tenant::start(usual());
    let settings = format!("[studio]\nbusiness_unit = {UNIT}\nfolder = \"Q3\"\n");
    let here = Folder::of(CLEAN).with("cxflow.toml", &settings);
    let elsewhere = Folder::of(&CLEAN.replace("notice.wav", "other.wav")).with("cxflow.toml", &settings);
    let shown = || tenant.run(&here, "studio history Q3/Reminder --format json").exits(0).out;
    tenant.run(&here, SUBMIT).exits(0);
    // Another folder does not know of the script, and nothing is saved over it.
    let first = shown();
    let run = tenant.run(&elsewhere, &format!("{SUBMIT} --audit log.jsonl")).exits(3);
    let run = run
        .err_has("CX930")
        .err_has("the tenant has Q3\\Reminder already, and it was not submitted from here");
    run.err_has("saved by studio.user").err_has("`cxflowc studio diff 'Q3\\Reminder' a.cxflow`");
    assert!(elsewhere.lock("cxflow.lock").get("flow").is_none());
    assert_eq!(elsewhere.log("log.jsonl").last().unwrap()["code"], "CX930");
    assert_eq!(shown(), first);
    // `--force` alone is about what is unchanged.
    tenant.run(&elsewhere, &format!("{SUBMIT} --force")).exits(3).err_has("CX930");
    tenant.run(&elsewhere, &format!("{SUBMIT} --overwrite")).exits(0).out_has("saved as Q3\\Reminder");
    // Now it is no longer what was submitted here.
    here.write("a.cxflow", CLEAN.replace("notice.wav", "third.wav"));
    let run = tenant.run(&here, SUBMIT).exits(3).err_has("CX930");
    run.err_has(
        "Q3\\Reminder was changed on the tenant since it was submitted from here, saved by studio.user",
    );
    tenant.run(&here, &format!("{SUBMIT} --overwrite")).exits(0);
    // Without a lock, what the tenant has is recognised if it says the same.
    std::fs::remove_file(here.path("cxflow.lock")).unwrap();
    tenant.run(&here, SUBMIT).exits(0).out_has("saved as Q3\\Reminder");
    tenant.run(&here, "status --remote --target studio a.cxflow").exits(0).out_has("; the platform has it");
    // A flow of the other target has an id.
    Folder::of(CLEAN)
        .run("submit --emulate --overwrite a.cxflow")
        .exits(2)
        .err_has("--overwrite is for the target `studio`");
}

#[test]
fn wrong_credentials_are_named_and_nothing_is_recorded() {
    let folder = folder();
    let emulator = quick_emulator();
    let run = command(emulator.base_url(), &folder, SUBMIT).run().exits(3);
    run.err_has("CX901").err_has("CXONE_ACCESS_KEY_ID and CXONE_ACCESS_KEY_SECRET").err_lacks(KEY_SECRET);
    assert!(folder.lock("cxflow.lock").get("flow").is_none());
    // Those that were used are named, where an environment has its own.
    folder.write("cxflow.toml", format!("{}\n[env.prod]\n", folder.read("cxflow.toml")));
    let of_prod = command(emulator.base_url(), &folder, &format!("{SUBMIT} --env prod"));
    let run = of_prod.env("CXONE_PROD_ACCESS_KEY_ID", "x").run().exits(3);
    run.err_has("check CXONE_PROD_ACCESS_KEY_ID and CXONE_ACCESS_KEY_SECRET, and that the base URL");
    let run = bare(&folder, SUBMIT).run().exits(2);
    run.err_has("CXONE_BASE_URL, CXONE_ACCESS_KEY_ID and CXONE_ACCESS_KEY_SECRET are not set");
}

#[test]
fn a_token_that_expired_is_renewed_once() {
    let folder = folder();
    let platform = tenant(absent(), |number| match number {
        0 => (401, json!({ "error": "invalid_token" })),
        _ => result(200, json!({})),
    });
    command(platform.url(), &folder, SUBMIT).run().exits(0);
    assert_eq!(platform.requests_of(SIGN_IN).len(), 2);
    assert_eq!(platform.requests_of(LOOK_UP).len(), 1);
    let saves = platform.requests_of(SAVE);
    assert_eq!(saves[1].header("authorization"), Some("Bearer tok-hush-1"));
}

#[test]
fn what_may_pass_is_tried_again() {
    let folder = folder();
    let platform = tenant(absent(), |number| match number {
        0 => (429, json!({ "error": "slow down" })),
        1 => (503, json!({})),
        2 => (200, json!({ "odd": true })),
        _ => result(200, json!({})),
    });
    command(platform.url(), &folder, SUBMIT).run().exits(0);
    assert_eq!(platform.requests_of(SAVE).len(), 4);
}

#[test]
fn a_save_without_an_answer_is_sent_again_now_and_by_the_next_run() {
    let folder = folder();
    let platform = tenant(absent(), |_| (503, json!({ "retry_after": 3600 })));
    let run = command(platform.url(), &folder, &format!("{SUBMIT} --timeout 20s")).run().exits(3);
    run.err_has("CX904");
    let lock = folder.lock("cxflow.lock");
    let entry = &lock["flow"].as_array().unwrap()[0];
    assert!(entry.get("pending").is_some() && entry.get("in_place").is_none(), "{entry}");
    platform.answer({
        let url = platform.url().to_owned();
        move |request| {
            Some(match request.line.as_str() {
                SIGN_IN => (200, granted("tok-hush-2")),
                LOOK_UP => (200, json!({ "api_endpoint": url })),
                OPEN => absent(),
                _ => saved(0),
            })
        }
    });
    command(platform.url(), &folder, SUBMIT).run().exits(0);
    let saves = platform.requests_of(SAVE);
    assert_eq!((saves.len(), &saves[0].body), (2, &saves[1].body));
    let lock = folder.lock("cxflow.lock");
    let entry = &lock["flow"].as_array().unwrap()[0];
    assert!(entry.get("pending").is_none(), "{entry}");
}

#[test]
fn a_script_for_another_business_unit_is_not_sent() {
    let platform = tenant(absent(), saved);
    for (unit, message, help) in [
        ("", "the script is for no business unit", "write `business_unit = 700001` under `[studio]`"),
        (
            "business_unit = 4608\n",
            "is for business unit 4608, and the access key belongs to 700001",
            "check the access key",
        ),
    ] {
        let folder = Folder::of(CLEAN).with("cxflow.toml", format!("[studio]\nfolder = \"Q3\"\n{unit}"));
        let run = command(platform.url(), &folder, SUBMIT).run().exits(3);
        run.err_has("CX923").err_has(message).err_has(help);
    }
    assert!(platform.requests_of(SAVE).is_empty() && platform.requests_of(OPEN).is_empty());
}

#[test]
fn a_token_goes_to_no_host_that_is_not_safe() {
    let folder = folder();
    for (configuration, message) in [
        ((200, json!({ "api_endpoint": "http://api.example.com" })), "its `api_endpoint`"),
        ((200, json!({})), "has no `api_endpoint`"),
        ((404, json!({ "error": "not_found" })), "looking the tenant up"),
    ] {
        let platform = Platform::start();
        platform.answer(move |request| {
            Some(if request.line == SIGN_IN { (200, granted("tok-hush-1")) } else { configuration.clone() })
        });
        let run = command(platform.url(), &folder, SUBMIT).run().exits(3);
        run.err_has("CX924").err_has(message);
        assert!(platform.requests().iter().all(|request| request.line == SIGN_IN || request.line == LOOK_UP));
    }
    let platform = Platform::start();
    platform.answer(|_| Some((200, json!({ "access_token": "tok-hush-1" }))));
    command(platform.url(), &folder, SUBMIT).run().exits(3).err_has("CX924").err_has("names no tenant");
}

#[test]
fn no_secret_is_shown_even_if_the_tenant_repeats_it() {
    let folder = folder();
    let platform = Platform::start();
    let url = platform.url().to_owned();
    platform.answer(move |request| {
        Some(match request.line.as_str() {
            SIGN_IN => (200, granted("tok-hush-1-of-the-tests")),
            LOOK_UP => (200, json!({ "api_endpoint": url })),
            OPEN => absent(),
            _ => (
                400,
                json!({ "error": "bad", "error_description":
                format!("no: {KEY_SECRET} tok-hush-1-of-the-tests refresh-hush-77") }),
            ),
        })
    });
    let run = command(platform.url(), &folder, &format!("{SUBMIT} --audit log.jsonl")).run().exits(3);
    let run = run.err_has("CX902").err_has("[secret]");
    for secret in [KEY_SECRET, "tok-hush-1-of-the-tests", "refresh-hush-77"] {
        for text in [&run.err, &run.out, &folder.read("log.jsonl"), &folder.read("cxflow.lock")] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

/// What a tenant is asked for a token with, where the first token is refused once.
fn ways_to_a_token(is_app: bool, renews: bool) -> Vec<String> {
    use std::sync::atomic::{AtomicBool, Ordering};
    let platform = Platform::start();
    let url = platform.url().to_owned();
    let is_refused = AtomicBool::new(false);
    platform.answer(move |request| {
        let is_renewal = request.body.contains("grant_type=refresh_token");
        Some(match request.line.as_str() {
            "POST /auth/token" if is_renewal && !renews => (400, json!({ "error": "invalid_grant" })),
            "POST /auth/token" | SIGN_IN => (200, granted("tok-hush-1")),
            LOOK_UP => (200, json!({ "api_endpoint": url })),
            OPEN if !is_refused.swap(true, Ordering::Relaxed) => (401, json!({ "error": "expired" })),
            OPEN => absent(),
            _ => saved(0),
        })
    });
    let folder = folder();
    let mut run = command(platform.url(), &folder, SUBMIT);
    if is_app {
        run = run.env("CXONE_CLIENT_ID", "app").env("CXONE_CLIENT_SECRET", "app-hush-9");
    }
    run.run().exits(0).err_lacks("hush");
    let requests = platform.requests();
    let of_token = requests.iter().filter(|one| one.line == SIGN_IN || one.line == "POST /auth/token");
    of_token
        .map(|one| match one.body.split_once("grant_type=") {
            Some((_, rest)) => {
                let (grant, rest) = rest.split_once('&').unwrap();
                assert!(grant != "refresh_token" || rest == "refresh_token=refresh-hush-77", "{rest}");
                grant.to_owned()
            }
            None => "access key".to_owned(),
        })
        .collect()
}

#[test]
fn a_token_is_renewed_by_what_came_with_it() {
    assert_eq!(ways_to_a_token(true, true), ["password", "refresh_token"]);
    assert_eq!(ways_to_a_token(true, false), ["password", "refresh_token", "password"]);
    assert_eq!(ways_to_a_token(false, true), ["access key", "access key"]);
}

#[test]
fn options_of_flows_are_refused_before_anything_is_sent() {
    let platform = tenant(absent(), saved);
    let folder = folder();
    for option in [
        "--adopt x-1",
        "--rename",
        "--send-again",
        "--give-up-pending",
        "--webhook-url https://hook.example.com",
    ] {
        let run = command(platform.url(), &folder, &format!("{SUBMIT} {option}")).run().exits(2);
        let name = option.split(' ').next().unwrap();
        run.err_has(&format!("{name} is not for the target `studio`"));
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn a_renamed_script_is_another_one_and_the_old_one_is_named() {
    let platform = tenant(absent(), saved);
    let folder = folder();
    command(platform.url(), &folder, SUBMIT).run().exits(0);
    folder.write("cxflow.toml", SETTINGS.replace("Q3", "Q4"));
    let run = command(platform.url(), &folder, &format!("{SUBMIT} --deny warnings")).run().exits(1);
    run.err_has("CX913").err_has("Q3\\Reminder").err_has("delete it in Studio");
}

#[test]
fn a_reason_that_stands_in_a_header_is_shown() {
    let platform = Platform::answering(|request| {
        let (status, body) = match request.line.as_str() {
            SIGN_IN => (200, granted("tok-hush-1-of-the-tests")),
            LOOK_UP => {
                (200, json!({ "api_endpoint": format!("http://{}", request.header("host").unwrap()) }))
            }
            _ => (403, json!({})),
        };
        let reason = "no right to see scripts: tok-hush-1-of-the-tests";
        Answer::full(status, body.to_string()).header("icStatusDescription", reason)
    });
    let run = command(platform.url(), &folder(), SUBMIT).run().exits(3);
    run.err_has("CX901")
        .err_has("(403): no right to see scripts:")
        .err_has("[secret]")
        .err_lacks("tok-hush-1");
}

#[test]
fn a_script_that_decides_whether_to_call_is_saved_as_such() {
    let flow = "flow \"Reminder\"\nentry listed\ninclude \"cxone\"\ncontact dataValue\n\
                check_suppression listed with DataValue = \"${dataValue}\" {\n  on Found | Error -> no\n  on NotFound -> yes\n}\n\
                permit_call yes\nsuppress_call no\n";
    let folder = folder().with("a.cxflow", flow);
    let emulator = quick_emulator();
    let run = bare(&folder, &format!("{SUBMIT} --deny warnings"))
        .env("CXONE_BASE_URL", emulator.base_url())
        .env("CXONE_ACCESS_KEY_ID", emulator.credentials().0)
        .env("CXONE_ACCESS_KEY_SECRET", emulator.credentials().1)
        .run();
    run.exits(0).err_lacks("CX921");
    let script: Value = serde_json::from_str(&folder.run("build --target studio -o - a.cxflow").out).unwrap();
    assert_eq!(script["header"]["purposeType"], "Suppression");
    let names: Vec<&str> =
        ["1", "2", "3", "4", "5"].map(|id| script["actions"][id]["name"].as_str().unwrap()).into();
    assert_eq!(names, ["BEGIN", "SNIPPET", "CHECKCALLSUP", "PERMITCALL", "SUPPRESSCALL"]);
    assert_eq!(script["properties"]["2"]["0"]["value"], "DYNAMIC _prospectiveContact");
    assert_eq!(script["properties"]["5"]["0"], json!({ "name": "Disposition", "value": "Default" }));
    assert_eq!(script["branches"].get("2"), None);
    let branch = |to: u64, label: &str, index: u64| json!({ "to": to, "label": label, "type": "branch", "index": index });
    assert_eq!(
        script["branches"]["3"],
        json!([branch(5, "Found", 0), branch(5, "Error", 2), branch(4, "NotFound", 1)])
    );
}

#[test]
fn no_source_names_the_requests_that_place_a_call_or_take_a_script_away() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.join("cxone"), root.join("cli"), root.join("emit")];
    let mut seen = 0;
    while let Some(place) = open.pop() {
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            // The tests below a file give hostile names to what it makes.
            let text = text.split("#[cfg(test)]").next().unwrap();
            seen += usize::from(text.contains("/scripts\""));
            for request in ["/start", "/kick"] {
                let quoted = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                for line in quoted {
                    assert!(!line.contains(request), "{}: {line}", path.display());
                }
            }
        }
    }
    assert!(seen > 0);
}

#[test]
fn an_emulator_has_what_the_folder_names_and_locks_what_it_is_told() {
    let folder = folder();
    let hours = "0b1e0000-0000-4000-8000-00000000000b";
    folder.write("cxflow.toml", format!("{SETTINGS}library_ids = [\"HOURS={hours}\"]\n"));
    let flow = CLEAN.replace(
        "notice -> sales",
        "kind hours_of type \"hours\" { with profile: text; outcome open, closed }\n\
         hours_of now with profile = \"desk\" { on open -> sales; on closed -> sales }\nnotice -> now",
    );
    folder.write("a.cxflow", flow);
    let emulator = Emulate::of(folder.command("emulate -q --locked Q3/Reminder").command);
    // The lines that it prints are enough.
    let run = |arguments: &str| {
        let mut command = bare(&folder, arguments);
        for (name, value) in &emulator.variables {
            command = command.env(name, value);
        }
        command.run()
    };
    run(SUBMIT).exits(0).out_has("saved as Q3\\Reminder");
    run("studio history Q3/Reminder").exits(0);
    let again = run(&format!("{SUBMIT} --force")).exits(3);
    again.err_has("CX922").err_has("Q3\\Reminder is locked by jo.smith: nothing was saved");
}

#[test]
fn warnings_of_one_node_and_key_are_one() {
    let folder = folder();
    let unreachable = json!({ "warnings": [{ "key": "action-unreachable" }], "actionType": "PLAY" });
    let menu = json!({ "warnings": [{ "key": "action-unreachable" }], "actionType": "MUSIC" });
    let (first, second) = (action_id(&folder, "REQAGENT"), action_id(&folder, "MUSIC"));
    let actions = json!({ (first.as_str()): unreachable, (second.as_str()): menu });
    let platform = tenant(absent(), move |_| result(206, actions.clone()));
    let run = command(platform.url(), &folder, SUBMIT).run().exits(0);
    assert_eq!(run.err.matches("warning[CX921").count(), 1, "{}", run.err);
    let run = run.err_has(&format!("action-unreachable, at the actions PLAY ({first}) and MUSIC ({second})"));
    run.err_has("`cxflowc explain CX921` says what the keys are about").err_lacks("compare skills");
}

#[test]
fn a_flow_that_was_submitted_elsewhere_says_where() {
    let platform = tenant(absent(), saved);
    let folder = folder();
    command(platform.url(), &folder, SUBMIT).run().exits(0);
    let elsewhere = command("http://127.0.0.1:9", &folder, "status --target studio a.cxflow").run().exits(1);
    elsewhere.out_has(&format!("never submitted there, only to {} business unit 700001", platform.url()));
}
