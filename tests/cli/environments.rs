//! `[env.NAME]` in `cxflow.toml`: what is read, what is refused, and that no secret is repeated.

use super::harness::*;

/// A section with every key.
const WHOLE: &str = r#"[env.prod]
base_url = "https://api.example.com"
webhook_url = "https://hooks.example.com/cxone"
params = { queue = "prod_queue" }
audit = "audit/prod.jsonl"
require = ["clean", "branch:release/1.2", "tests"]
update = "PUT /api/flows/{flow_id}"
scopes = ["flow:write", "flow:read"]
deny_warnings = false

[env.prod.paths]
token = "https://login.example.com/oauth2/token"
flows = "/v2/flows"
jobs = "/v2/jobs/{id}"
subscriptions = "/v2/events/subscriptions"
"#;

fn with(settings: &str) -> Folder {
    Folder::of(CLEAN).with("cxflow.toml", settings)
}

#[test]
fn every_key_is_read_without_a_word() {
    with(WHOLE).run("check -q a.cxflow --env prod").exits(0).err_is("");
}

#[test]
fn a_misspelt_key_is_an_error_with_a_suggestion() {
    let cases = [
        ("[env.prod]\nbase_ulr = \"x\"", "[env.prod] has no setting `base_ulr`", "base_url"),
        ("[env.prod]\nrequires = []", "[env.prod] has no setting `requires`", "require"),
        ("[env.prod.paths]\njob = \"x\"", "[env.prod.paths] has no setting `job`", "jobs"),
        ("policys = []", "there is no setting `policys`", "policies"),
    ];
    for (settings, said, near) in cases {
        let run = with(settings).run("check a.cxflow").exits(1).err_has(said);
        run.err_has(&format!("did you mean `{near}`?"));
    }
}

#[test]
fn a_value_of_another_type_says_what_to_write() {
    let cases = [
        (
            "base_url = 1",
            "`env.prod.base_url` must be a text",
            "write `base_url = \"https://api.example.com\"`",
        ),
        ("webhook_url = []", "`env.prod.webhook_url` must be a text", "write `webhook_url = \""),
        ("audit = true", "`env.prod.audit` must be a text", "write `audit = \"audit/prod.jsonl\"`"),
        (
            "audit = \" \"",
            "`env.prod.audit` is empty",
            "write `audit = \"audit/prod.jsonl\"`, or take it out",
        ),
        (
            "require = \"clean\"",
            "`env.prod.require` must be a list of texts",
            "write `require = [\"clean\", \"branch:main\"]`",
        ),
        ("require = [1]", "`env.prod.require` must be a list of texts", "write `require = ["),
        ("update = {}", "`env.prod.update` must be a text", "write `update = \"PUT /api/flows/{flow_id}\"`"),
        (
            "scopes = \"flow:write\"",
            "`env.prod.scopes` must be a list of texts",
            "write `scopes = [\"flow:write\"",
        ),
        ("paths = \"/api\"", "`env.prod.paths` is a section", "write `[env.prod.paths]` above"),
        ("paths = { flows = 1 }", "`env.prod.paths.flows` must be a text", "write `flows = \"/api/flows\"`"),
        (
            "paths = { jobs = \"/jobs\" }",
            "does not say where the job's id goes",
            "write `jobs = \"/api/jobs/{id}\"`",
        ),
        ("params = 1", "`env.prod.params` is a section", "write `params = { queue = "),
        ("params = { a = 1.5 }", "`env.prod.params.a` is not a text or a whole number", "`\"1.5\"`"),
    ];
    for (line, said, help) in cases {
        let run = with(&format!("[env.prod]\n{line}\n")).run("check a.cxflow").exits(1);
        run.err_has("error[CX703 bad-setting]").err_has(said).err_has(help);
    }
}

#[test]
fn an_unknown_guard_is_an_error_and_not_overlooked() {
    let run = with("[env.prod]\nrequire = [\"cleen\"]\n").run("check a.cxflow").exits(1);
    run.err_has("`env.prod.require`: `cleen` is not a guard").err_has("did you mean `clean`?");
}

#[test]
fn a_secret_is_refused_and_not_repeated() {
    let cases = [
        ("[env.prod]\nclient_secret = \"hunter2\"", "`env.prod.client_secret`", "CXONE_PROD_CLIENT_SECRET"),
        (
            "[env.eu-west]\nwebhook_secret = \"hunter2\"",
            "`env.eu-west.webhook_secret`",
            "CXONE_EU_WEST_WEBHOOK_SECRET",
        ),
        ("[env.prod]\npassword = \"hunter2\"", "`env.prod.password`", "CXONE_PROD_CLIENT_SECRET"),
        ("[env.prod]\ntoken = \"hunter2\"", "`env.prod.token`", "CXONE_PROD_CLIENT_SECRET"),
        ("[env.prod]\nclientSecret = \"hunter2\"", "`env.prod.clientSecret`", "CXONE_PROD_CLIENT_SECRET"),
        (
            "[env.prod]\nCXONE_PROD_CLIENT_SECRET = \"hunter2\"",
            "`env.prod.CXONE_PROD",
            "CXONE_PROD_CLIENT_SECRET",
        ),
        ("[env.prod.auth]\nsecret = \"hunter2\"", "`env.prod.auth.secret`", "CXONE_PROD_CLIENT_SECRET"),
        ("[[env.prod.auth]]\nsecret = \"hunter2\"", "`env.prod.auth.secret`", "CXONE_PROD_CLIENT_SECRET"),
        ("[env.prod.paths]\nsecret = \"hunter2\"", "`env.prod.paths.secret`", "CXONE_PROD_CLIENT_SECRET"),
        (
            "[env.prod.params]\nclient_secret = \"hunter2\"",
            "`env.prod.params.client_secret`",
            "part of the payload",
        ),
        ("[env]\nclient_secret = \"hunter2\"", "`env.client_secret`", "CXONE_CLIENT_SECRET"),
        ("client_secret = \"hunter2\"", "`client_secret`", "CXONE_CLIENT_SECRET"),
    ];
    for (settings, key, remedy) in cases {
        // Whichever environment is asked for, or none.
        let run = with(settings).run("check a.cxflow").exits(1).err_has(key).err_has(remedy);
        run.err_has("CX704 secret-in-settings").err_lacks("hunter2");
    }
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    for line in [
        "base_url = \"https://me:hunter2@api.example.com\"",
        "webhook_url = \"https://hunter2@hooks.example.com\"",
        "paths = { token = \"https://me:hunter2@login.example.com/token\" }",
    ] {
        with(&format!("[env.prod]\n{line}\n"))
            .run("check a.cxflow")
            .exits(1)
            .err_has("holds a user or a password, and this file is shared")
            .err_has("CXONE_PROD_CLIENT_SECRET")
            .err_lacks("hunter2");
    }
}

#[test]
fn a_token_in_place_of_its_path_is_refused_and_not_repeated() {
    with("[env.prod.paths]\ntoken = \"eyJhbGciOi\"\n")
        .run("check a.cxflow")
        .exits(1)
        .err_has("`env.prod.paths.token` is where tokens come from")
        .err_lacks("eyJ");
}

#[test]
fn a_param_may_be_called_like_something_with_token_in_it() {
    with("[env.prod.params]\nqueue = \"q\"\nmenu_token = \"1\"\n").run("check a.cxflow --env prod").exits(0);
}

#[test]
fn a_name_that_can_name_no_file_is_refused() {
    for name in ["../up", "a b", "a.b", ""] {
        with(&format!("[env.\"{name}\"]\n"))
            .run("check a.cxflow")
            .exits(1)
            .err_has("cannot name an environment");
    }
}

#[test]
fn a_settings_file_of_a_revision_is_looked_for_upwards() {
    let folder = Folder::new()
        .with("flows/x/a.cxflow", CLEAN)
        .with("flows/cxflow.toml", "[env.prod.params]\nqueue = \"then\"\n")
        .committed();
    folder.write("flows/cxflow.toml", "[env.prod.params]\nqueue = \"now\"\n");
    let queue = |run: Run| run.exits(0).json()["nodes"][1]["actions"][0]["text"].as_str().unwrap().to_owned();
    assert_eq!(queue(folder.run("build --env prod v1:flows/x/a.cxflow")), "then");
    let inside = folder.path("flows");
    assert_eq!(queue(folder.command("build --env prod v1:./x/a.cxflow").folder(&inside).run()), "then");
}

#[test]
fn a_settings_file_is_of_a_size_that_people_write() {
    let settings = format!("# {}\n", "x".repeat(2 << 20));
    with(&settings).run("check a.cxflow").exits(2).err_has("cxflow.toml is larger than 1 MiB");
}

#[test]
fn warnings_are_errors_where_an_environment_says_so() {
    let flow = CLEAN.replace("entry notice\n", "entry notice\nlet unused = \"x\"\n");
    let folder = Folder::of(&flow).with("cxflow.toml", "[env.prod]\ndeny_warnings = true\n[env.test]\n");
    folder.run("check --format short a.cxflow").exits(0).err_has("warning[CX403");
    folder.run("check --format short a.cxflow --env test").exits(0).err_has("warning[CX403");
    folder.run("check --format short a.cxflow --env prod").exits(1).err_has("error[CX403");
    folder.run("build a.cxflow --env prod").exits(1);
    folder.run("check a.cxflow --env prod --allow unused").exits(0).err_lacks("error[CX403");
    // A folder below cannot loosen it.
    let folder = Folder::new().with("cxflow.toml", "[env.prod]\ndeny_warnings = true\n");
    folder.write("s/a.cxflow", flow);
    folder.write("s/cxflow.toml", "[env.prod]\ndeny_warnings = false\n");
    folder.run("check s/a.cxflow --env prod").exits(1);
}
