//! `--env`: params, update in place, paths and scopes.

use super::support::*;

fn folder(platform: &Platform, section: &str) -> Folder {
    let settings = format!("[env.prod]\nbase_url = \"{}\"\n{section}\n", platform.base_url());
    Folder::of(CLEAN).with("cxflow.toml", settings)
}

fn submit(platform: &Platform, folder: &Folder, arguments: &str) -> Run {
    platform.credentials_only(folder, &format!("submit a.cxflow --env prod {arguments}")).run()
}

#[test]
fn an_environment_has_its_params_and_its_lock() {
    let platform = Platform::start();
    let folder = folder(&platform, "params = { queue = \"prod_queue\" }");
    submit(&platform, &folder, "").exits(0);
    assert!(platform.new_calls()[0].body.contains("\"prod_queue\""));
    assert_eq!(folder.names(), ["a.cxflow", "cxflow.prod.lock", "cxflow.toml"]);
    submit(&platform, &folder, "--set queue=other").exits(0);
    assert!(platform.new_calls()[0].body.contains("\"other\""), "what is set comes before the section");
    platform.credentials_only(&folder, "status a.cxflow --env prod").run().exits(1).out_has("differs from");
    let status = "status a.cxflow --env prod --set queue=other";
    platform.credentials_only(&folder, status).run().exits(0).out_has("in place as flow-2");
}

#[test]
fn a_tenant_that_updates_in_place_keeps_the_flows_id() {
    let emulator = quick_emulator();
    let settings = format!(
        "[env.prod]\nbase_url = \"{}\"\nupdate = \"PUT /api/flows/{{flow_id}}\"\n",
        emulator.base_url()
    );
    let folder = Folder::of(CLEAN).with("cxflow.toml", settings);
    let submit = |arguments: &str| {
        let run =
            emulator.credentials_only(&folder, &format!("submit a.cxflow --env prod {arguments}")).run();
        flow_ids(&run.exits(0).out).remove(0)
    };
    let first = submit("");
    assert_eq!(submit("--set queue=other"), first);
    // Without `update` there would be a second flow.
    folder.write("cxflow.toml", format!("[env.prod]\nbase_url = \"{}\"\n", emulator.base_url()));
    assert_ne!(submit("--set queue=third"), first);
}

#[test]
fn the_first_time_there_is_nothing_to_update() {
    let platform = Platform::start();
    let folder = folder(&platform, "update = \"PATCH /v2/flows/{flow_id}/draft\"");
    platform.answer(|request| {
        let job = serde_json::json!({"id": "job-9", "status": "completed", "flow_id": "flow-1"});
        request.line.starts_with("PATCH").then_some((200, job))
    });
    submit(&platform, &folder, "").exits(0);
    submit(&platform, &folder, "--set queue=other").exits(0).out_has("in place as flow-1 (job job-9)");
    let words: Vec<String> = platform.new_calls().into_iter().map(|call| call.line).collect();
    assert_eq!(words, ["POST /api/flows", "PATCH /v2/flows/flow-1/draft"]);
}

#[test]
fn paths_and_scopes_of_a_tenant_are_its_own() {
    let platform = Platform::start();
    let folder = folder(
        &platform,
        "scopes = [\"flows\", \"jobs\"]\nwebhook_url = \"https://hook.example.com\"\n\
         [env.prod.paths]\ntoken = \"/auth/token\"\nflows = \"/v2/flows\"\njobs = \"/v2/tasks/{id}/state\"\nsubscriptions = \"/v2/hooks\"",
    );
    platform.answer(|request| match &*request.line {
        "POST /v2/flows" => Some((202, serde_json::json!({"id": "job 1/2", "status": "queued"}))),
        "GET /v2/tasks/job%201%2F2/state" => {
            Some((200, serde_json::json!({"id": "job 1/2", "status": "completed", "flow_id": 17})))
        }
        "GET /v2/hooks" => Some((200, serde_json::json!([]))),
        "POST /v2/hooks" => Some((201, serde_json::json!({"id": "hook-1"}))),
        _ => None,
    });
    let run = platform
        .credentials_only(&folder, "submit a.cxflow --env prod")
        .env("CXONE_PROD_WEBHOOK_SECRET", "87654321")
        .run();
    run.exits(0).out_is("a.cxflow: in place as 17 (job job 1/2)\n");
    let asked = platform.new_requests();
    let words: Vec<&str> = asked.iter().map(|call| &*call.line).collect();
    assert_eq!(
        words,
        [
            "POST /auth/token",
            "POST /v2/flows",
            "GET /v2/tasks/job%201%2F2/state",
            "GET /v2/hooks",
            "POST /v2/hooks"
        ]
    );
    assert_eq!(asked[0].body, "grant_type=client_credentials&scope=flows+jobs");
}

#[test]
fn a_base_address_may_have_a_path() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let base = format!("{}/tenants/7/", platform.base_url());
    platform.credentials_only(&folder, "submit a.cxflow --base-url").arg(&base).run().exits(0);
    assert_eq!(platform.new_lines(), ["POST /tenants/7/api/oauth2/token", "POST /tenants/7/api/flows"]);
}

#[test]
fn paths_that_cannot_be_say_what_to_write() {
    let platform = Platform::start();
    for (section, said) in [
        ("update = \"PUT\"", "write `update = \"PUT /api/flows/{flow_id}\"`"),
        ("update = \"GET /api/flows/{flow_id}\"", "write `update = \"PUT /api/flows/{flow_id}\"`"),
        ("paths = { flows = \"api/flows\" }", "write it from `/` on"),
        ("paths = { subscriptions = \"https://api.example.com/\" }", "write it from `/` on"),
        ("paths = { token = \"http://login.example.com/\" }", "is not encrypted"),
    ] {
        submit(&platform, &folder(&platform, section), "").exits(1).err_has(said);
    }
    assert!(platform.new_requests().is_empty());
}

#[test]
fn sources_with_different_settings_are_submitted_one_after_the_other() {
    let platform = Platform::start();
    let section = |queue: &str| {
        format!("[env.prod]\nbase_url = \"{}\"\nparams = {{ queue = \"{queue}\" }}\n", platform.base_url())
    };
    let folder = Folder::new()
        .with("de/a.cxflow", flow("A"))
        .with("de/cxflow.toml", section("de"))
        .with("fr/b.cxflow", flow("B"))
        .with("fr/cxflow.toml", section("fr"));
    let submit =
        |files: &str| platform.credentials_only(&folder, &format!("submit --env prod {files}")).run();
    submit("de/a.cxflow fr/b.cxflow").exits(2).out_is("").err_is(
        "cxflowc: de/a.cxflow and fr/b.cxflow have different settings for this environment\n  help: submit them one after the other\n",
    );
    assert!(platform.new_requests().is_empty());
    submit("de/a.cxflow").exits(0);
    submit("fr/b.cxflow").exits(0);
    // Files that say the same are as good as one.
    folder.write("fr/cxflow.toml", section("de"));
    submit("de/a.cxflow fr/b.cxflow")
        .exits(0)
        .out_has("de/a.cxflow: unchanged")
        .out_has("fr/b.cxflow: in place");
}
