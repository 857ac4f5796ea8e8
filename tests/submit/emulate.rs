//! `--emulate`: a rehearsal that needs nothing and leaves nothing.

use super::support::*;

#[test]
fn a_rehearsal_needs_no_platform_and_leaves_no_lock() {
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Second"));
    let run = bare(&folder, "submit --emulate a.cxflow b.cxflow").run().exits(0);
    assert_eq!(flow_ids(&run.out).len(), 2, "{}", run.out);
    assert_eq!(folder.names(), ["a.cxflow", "b.cxflow"]);
    // It is for seeing what happens.
    run.err_has("POST /api/oauth2/token 200").err_has("POST /api/flows 201").err_has("GET /api/jobs/job-");
    bare(&folder, "submit --emulate a.cxflow -q").run().exits(0).err_is("");
}

#[test]
fn a_rehearsal_keeps_away_from_the_environment_that_it_rehearses() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN).with(
        "cxflow.toml",
        format!(
            "[env.prod]\nbase_url = \"{}\"\nwebhook_url = \"https://hook.example.com\"\naudit = \"prod.jsonl\"\n\
             require = [\"clean\", \"branch:main\", \"tests\"]\nparams = {{ queue = \"prod_queue\" }}\n",
            platform.base_url()
        ),
    );
    let arguments = "submit --emulate a.cxflow --env prod --audit own.jsonl --metrics m.json";
    platform.run(&folder, arguments).exits(0).err_lacks("CX9");
    assert!(platform.new_requests().is_empty());
    assert_eq!(folder.names(), ["a.cxflow", "cxflow.toml", "m.json", "own.jsonl"]);
    let log = folder.log("own.jsonl");
    assert_eq!(column(&log, "action"), ["validate", "simulate", "create", "persist"]);
    assert_eq!(column(&log, "environment"), ["emulator"; 4]);
    // A lock that is there is neither heeded nor changed.
    let lock = "this is no lock\n";
    folder.write("cxflow.prod.lock", lock);
    platform.run(&folder, "submit --emulate a.cxflow --env prod").exits(0);
    assert_eq!(folder.read("cxflow.prod.lock"), lock);
}

#[test]
fn a_rehearsal_shows_what_the_platform_would_not_take() {
    let folder = Folder::new().with("a.json", "{\"name\": \"A\", \"nodes\": []}");
    let run = bare(&folder, "submit --emulate --artifact a.json").run().exits(3);
    assert!(run.out.starts_with("a.json: not in place, CX90"), "{}", run.out);
}

#[test]
fn a_rehearsal_and_a_platform_exclude_each_other() {
    let folder = Folder::of(CLEAN);
    for flag in ["--base-url https://api.example.com", "--client-id me"] {
        let run = bare(&folder, &format!("submit --emulate a.cxflow {flag}")).run().exits(2);
        run.err_has("cannot be used with");
    }
}

#[test]
fn a_webhook_is_rehearsed_where_one_is_named() {
    let folder = Folder::of(CLEAN);
    let hook = Platform::start();
    let run =
        bare(&folder, "submit --emulate a.cxflow --webhook-url").arg(format!("{}/hook", hook.base_url()));
    run.run().exits(0).err_has("POST /api/events/subscriptions 201");
    assert_eq!(folder.names(), ["a.cxflow"]);
}
