//! Webhooks: registered by a submission, and by a verb of their own.

use super::support::*;
use serde_json::json;

const HOOK: &str = "https://hook.example.com/cxone";
const KEY: &str = "signing&key of the tests";

fn with_hook(command: Cxflowc) -> Cxflowc {
    command.env("CXONE_WEBHOOK_URL", HOOK).env("CXONE_WEBHOOK_SECRET", KEY)
}

#[test]
fn a_submission_registers_it_once() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let submit = |arguments: &str| {
        with_hook(platform.command(&folder, &format!("submit a.cxflow {arguments}"))).run().exits(0)
    };
    submit("").out_is("a.cxflow: in place as flow-1 (job job-1)\n");
    let calls = platform.new_calls();
    assert_eq!(calls[1].line, "GET /api/events/subscriptions");
    assert_eq!(calls[2].line, "POST /api/events/subscriptions");
    assert_eq!(
        calls[2].json(),
        json!({"url": HOOK, "event_types": ["flow.created", "flow.updated", "flow.deleted"], "secret": KEY})
    );
    let lock = folder.lock("cxflow.lock");
    let webhook = &lock["webhook"][0];
    assert_eq!(webhook["url"].as_str(), Some(HOOK));
    assert_eq!(webhook["id"].as_str(), Some("hook-2"));
    assert_eq!(webhook["platform"].as_str(), Some(platform.base_url()));
    // Not again, whatever is submitted; another address is another webhook.
    submit("");
    submit("--force");
    assert!(platform.new_calls().iter().all(|call| !call.line.contains("subscriptions")));
    submit("--webhook-url https://other.example.com/");
    assert_eq!(platform.new_calls()[1].json()["url"], "https://other.example.com/");
    assert_eq!(folder.lock("cxflow.lock")["webhook"].as_array().unwrap().len(), 2);
}

#[test]
fn the_emulator_registers_lists_and_removes_it() {
    let (emulator, folder) = (quick_emulator(), Folder::of(CLEAN));
    with_hook(emulator.command(&folder, "submit a.cxflow")).run().exits(0);
    let run = emulator.run(&folder, "webhook list").exits(0);
    let id = folder.lock("cxflow.lock")["webhook"][0]["id"].as_str().unwrap().to_owned();
    let run = run.out_is(&format!("{id}  {HOOK}  flow.created, flow.updated, flow.deleted\n"));
    run.err_is("");
    assert_eq!(
        emulator.run(&folder, "webhook list --format json").exits(0).lines(),
        [json!({"id": id, "url": HOOK, "event_types": ["flow.created", "flow.updated", "flow.deleted"]})]
    );
    emulator
        .run(&folder, &format!("webhook delete {id}"))
        .exits(0)
        .out_is("")
        .err_is(&format!("{id}: removed\n"));
    assert!(!folder.read("cxflow.lock").contains("webhook"), "the lock knows it no more");
    emulator.run(&folder, "webhook list").exits(0).out_is("").err_is("no webhooks\n");
    emulator.run(&folder, "webhook list --format json -q").exits(0).out_is("").err_is("");
}

#[test]
fn the_verb_registers_it_and_the_next_submission_does_not() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.run(&folder, "submit a.cxflow").exits(0);
    let register = |arguments: &str| {
        let run = platform.command(&folder, &format!("webhook register {HOOK} {arguments}"));
        run.env("CXONE_WEBHOOK_SECRET", KEY).run().exits(0)
    };
    register("").out_is(&format!("hook-2  {HOOK}\n"));
    platform.new_requests();
    with_hook(platform.command(&folder, "submit a.cxflow --force")).run().exits(0);
    assert!(platform.new_calls().iter().all(|call| !call.line.contains("subscriptions")));
    assert_eq!(register("--format json").json(), json!({"id": "hook-4", "url": HOOK, "event_types": []}));
    assert_eq!(folder.lock("cxflow.lock")["webhook"].as_array().unwrap().len(), 1);
}

#[test]
fn the_verb_leaves_no_lock_where_no_flow_is() {
    let (platform, folder) = (Platform::start(), Folder::new());
    let run = platform.command(&folder, &format!("webhook register {HOOK}")).env("CXONE_WEBHOOK_SECRET", KEY);
    run.run().exits(0);
    platform.run(&folder, "webhook delete hook-1").exits(0);
    assert!(folder.names().is_empty());
}

#[test]
fn its_failure_is_a_warning_and_the_next_submission_tries_again() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to("POST /api/events/subscriptions", 403, json!({"message": "events:write is missing"}));
    let submit = |arguments: &str| {
        with_hook(platform.command(&folder, &format!("submit a.cxflow --audit log.jsonl {arguments}"))).run()
    };
    submit("")
        .exits(0)
        .out_is("a.cxflow: in place as flow-1 (job job-1)\n")
        .err_has("warning[CX910 webhook-failed]")
        .err_has("events:write is missing")
        .err_has("submission tries again");
    assert!(!folder.read("cxflow.lock").contains("webhook"));
    let log = folder.log("log.jsonl");
    assert_eq!(
        (&log[4]["action"], &log[4]["status"], &log[4]["code"]),
        (&json!("webhook"), &json!("failed"), &json!("CX910"))
    );
    // It matters as much as warnings do.
    submit("--allow webhook-failed").exits(0).err_lacks("CX910");
    submit("--deny warnings").exits(3).err_has("error[CX910").out_has("unchanged");
    platform.answer(|_| None);
    submit("").exits(0).err_lacks("CX910");
    assert!(folder.read("cxflow.lock").contains("[[webhook]]"));
}

#[test]
fn no_webhook_is_registered_if_no_flow_is_in_place() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform.answer_to("POST /api/flows", 422, json!({}));
    with_hook(platform.command(&folder, "submit a.cxflow")).run().exits(3).err_lacks("CX910");
    assert!(platform.new_lines().iter().all(|what| !what.contains("subscriptions")));
}

#[test]
fn an_address_that_is_not_encrypted_is_refused() {
    let (platform, folder) = (Platform::start(), Folder::new());
    for (address, why) in [
        (
            "http://hook.example.com",
            "is not encrypted: write https; plain http is only allowed to this machine",
        ),
        ("hook.example.com", "has no scheme"),
        ("https://hook.example.com/?key=hunter2", "has a query or a fragment"),
        ("https://me:hunter2@hook.example.com/", "holds a user or a password"),
    ] {
        let run = platform.command(&folder, "webhook register").arg(address).env("CXONE_WEBHOOK_SECRET", KEY);
        run.run().exits(2).out_is("").err_has(&format!("the address {why}")).err_lacks("hunter2");
    }
    assert!(platform.new_requests().is_empty());
}

#[test]
fn the_verb_names_the_secret_that_is_missing() {
    let (platform, folder) = (Platform::start(), Folder::new());
    platform.run(&folder, &format!("webhook register {HOOK}")).exits(2).out_is("").err_is(
        "cxflowc: CXONE_WEBHOOK_SECRET is not set\n  help: the platform signs its deliveries with it, so that the receiver knows who sent them\n",
    );
    // To look and to remove needs none.
    platform.run(&folder, "webhook list").exits(0);
    platform.run(&folder, "webhook delete hook-1").exits(0);
}

#[test]
fn one_that_is_not_there_cannot_be_removed() {
    let (emulator, folder) = (quick_emulator(), Folder::new());
    let run = emulator.run(&folder, "webhook delete subscription-1").exits(3).out_is("");
    run.err_has("error[CX908 unexpected-answer]")
        .err_has("removing the webhook: ")
        .err_has("help: check the id")
        .err_has("404");
}

#[test]
fn the_verbs_know_environments() {
    let platform = Platform::start();
    let section = format!(
        "[env.prod]\nbase_url = \"{}\"\npaths = {{ subscriptions = \"/v2/hooks\" }}\n",
        platform.base_url()
    );
    let folder = Folder::of(CLEAN).with("cxflow.toml", section);
    platform.credentials_only(&folder, "submit a.cxflow --env prod").run().exits(0);
    platform.new_requests();
    platform
        .credentials_only(&folder, &format!("webhook register {HOOK} --env prod"))
        .env("CXONE_PROD_WEBHOOK_SECRET", KEY)
        .run()
        .exits(0);
    platform.credentials_only(&folder, "webhook delete a/b --env prod").run().exits(0);
    let words: Vec<String> = platform.new_calls().into_iter().map(|call| call.line).collect();
    assert_eq!(words, ["GET /v2/hooks", "POST /v2/hooks", "DELETE /v2/hooks/a%2Fb"]);
    assert!(folder.read("cxflow.prod.lock").contains("[[webhook]]"));
}
