//! What the verbs `studio` do with a tenant that misbehaves, with odd scripts, and with what is not there: a clear error, and
//! nothing that was there is lost or half of something new.

use std::time::Duration;

use serde_json::{Value, json};

use super::studio::{command, tenant_of};
use super::support::*;

const SETTINGS: &str = "[studio]\nbusiness_unit = 700001\nfolder = \"Q3\"\n";

/// The verbs that ask a tenant, each with what it may end with where the tenant answers nothing of use.
const VERBS: [(&str, &[i32]); 10] = [
    ("pull Q3/Reminder -o old.cxflow --force", &[3]),
    ("pull Q3/Reminder -o new.cxflow", &[3]),
    ("pull Q3 --out-dir flows", &[3]),
    ("diff Q3/Reminder a.cxflow", &[3]),
    ("history Q3/Reminder", &[3]),
    ("rollback Q3/Reminder", &[3]),
    ("skill Sales -o skill.cxflow", &[3]),
    ("prompts a.cxflow --from recordings --upload", &[1, 3]),
    ("status a.cxflow", &[1]),
    // What it cannot find out is what it reports.
    ("doctor a.cxflow --settings - --report report.md", &[0, 1, 3]),
];

fn folder() -> Folder {
    Folder::of(CLEAN).with("cxflow.toml", SETTINGS).with("old.cxflow", "old\n")
}

/// Runs all verbs against a tenant that answers each request about scripts in the same way.
fn all_verbs(name: &str, status: u16, body: String) {
    let platform = tenant_of(move |_| Some(Answer::full(status, body.clone())));
    for (verb, statuses) in VERBS {
        let folder = folder();
        std::fs::create_dir(folder.path("recordings")).unwrap();
        let run = command(platform.url(), &folder, &format!("studio {verb} --timeout 2s")).run();
        let what = format!("{name}: {verb}: {run:#?}");
        assert!(run.status.is_some_and(|status| statuses.contains(&status)), "{what}");
        assert!(!run.err.contains("panicked") && run.status != Some(101), "{what}");
        assert!(run.status != Some(3) || run.err.contains("CX9"), "{what}");
        assert_eq!(folder.read("old.cxflow"), "old\n", "{what}");
        for new in ["new.cxflow", "flows", "skill.cxflow", "cxflow.lock"] {
            assert!(!folder.has(new), "{new}: {what}");
        }
    }
    let saves = platform.requests().into_iter().filter(|one| one.line.starts_with("POST /inContactAPI"));
    assert!(saves.clone().next().is_none() || name == "404", "{name}: {:#?}", saves.collect::<Vec<_>>());
}

#[test]
fn a_tenant_that_answers_nothing_of_use_changes_nothing() {
    let refused = r#"{"error": "no", "error_description": "said so"}"#;
    let deep = "[".repeat(100_000);
    let answers: [(&str, u16, &str); 13] = [
        ("401", 401, refused),
        ("403", 403, refused),
        ("404", 404, refused),
        ("409", 409, refused),
        ("423", 423, refused),
        ("429", 429, refused),
        ("500", 500, refused),
        ("a page", 200, "<html><body>Welcome</body></html>"),
        ("half of it", 200, r#"{"header": {"#),
        ("nothing", 200, ""),
        ("null", 200, "null"),
        ("a list", 200, "[]"),
        ("brackets", 200, &deep),
    ];
    std::thread::scope(|scope| {
        for (name, status, body) in answers {
            let body = body.to_owned();
            scope.spawn(move || all_verbs(name, status, body));
        }
    });
}

/// A script of the tenant with these actions and branches.
fn script(actions: Value, branches: Value) -> Value {
    let header =
        json!({ "scriptName": "Q3\\Reminder", "mediaType": 4, "nextActionId": 99, "busNo": 700_001 });
    json!({ "header": header, "actions": actions, "properties": {}, "branches": branches })
}

fn action(name: &str, label: &str) -> Value {
    json!({ "libraryId": "", "name": name, "version": 1, "label": label, "dependencyOrder": "0", "implType": "0" })
}

fn on(to: impl Into<Value>) -> Value {
    json!([{ "to": to.into(), "label": "", "type": "default", "index": 0 }])
}

/// Pulls a script from a tenant that has it, in place of a file that is there; what came of it, and the file.
fn pulled(body: String) -> (Run, String) {
    let platform =
        tenant_of(move |line| line.contains("/scripts?scriptPath=").then(|| Answer::full(200, body.clone())));
    let folder = folder();
    let pull = "studio pull Q3/Reminder -o old.cxflow --force";
    let run = command(platform.url(), &folder, pull).run();
    command(platform.url(), &folder, "studio diff Q3/Reminder a.cxflow").run().err_lacks("panicked");
    (run, folder.read("old.cxflow"))
}

#[test]
fn odd_scripts_are_read_or_left_alone() {
    let read = [
        (
            "actions that nobody knows",
            script(
                json!({ "1": action("BEGIN", ""), "2": action("FROBNICATE", "x"), "3": action("fr ob\n\"", "x y") }),
                json!({ "1": on(2), "2": on(3) }),
            ),
        ),
        (
            "a circle",
            script(
                json!({ "1": action("BEGIN", ""), "2": action("LOCATE", "x"), "3": action("LOCATE", "y") }),
                json!({ "1": on(2), "2": on(3), "3": on(2) }),
            ),
        ),
        ("back to the beginning", script(json!({ "1": action("BEGIN", "") }), json!({ "1": on(1) }))),
        (
            "an action without an id",
            script(
                json!({ "1": action("BEGIN", ""), "": action("HANGUP", "x"), "x": { "name": "HANGUP" } }),
                json!({ "1": on("") }),
            ),
        ),
        ("nowhere", script(json!({ "1": action("BEGIN", "") }), json!({ "1": on(u64::MAX), "9": on(1) }))),
        (
            "names from elsewhere",
            script(
                json!({ "1": action("BEGIN", ""), "2": action("HANGUP", "\u{202e}a \"\\ ${x} `q`") }),
                json!({ "1": on(2) }),
            ),
        ),
    ];
    for (name, script) in read {
        let (run, file) = pulled(script.to_string());
        assert!(run.status.is_some_and(|status| status <= 1), "{name}: {run:#?}");
        assert!(file.starts_with("flow \"Reminder\"\n"), "{name}: {file}");
        run.err_lacks("panicked");
    }
    let refused = [
        script(json!({ "1": action("BEGIN", ""), "2": { "label": 5, "name": null } }), json!({})).to_string(),
        script(json!({ "2": action("HANGUP", "") }), json!({})).to_string(),
        script(json!({}), json!({})).to_string(),
        script(json!([]), json!([])).to_string(),
        r#"{"header": {"scriptName": "a"}}"#.to_owned(),
        r#"{"header": {}, "actions": {"1": {"name": "BEGIN"}, "1": {"name": "HANGUP"}}}"#.to_owned(),
        r#"{"header": {"scriptName": 7}, "actions": {"1": {"name": "BEGIN"}}}"#.to_owned(),
    ];
    for body in refused {
        let (run, file) = pulled(body.clone());
        let run = run.exits(1).err_has("CX602").err_lacks("a payload lacks").err_lacks("panicked");
        assert_eq!(file, "old\n", "{body}: {run:#?}");
    }
}

#[test]
fn a_script_of_ten_thousand_actions_is_read() {
    let mut actions = serde_json::Map::new();
    let mut branches = serde_json::Map::new();
    actions.insert("1".to_owned(), action("BEGIN", ""));
    for id in 2..=10_001 {
        actions.insert(id.to_string(), action("LOCATE", &format!("place {id}")));
        branches.insert((id - 1).to_string(), on(id));
    }
    let began = std::time::Instant::now();
    let (run, file) = pulled(script(actions.into(), branches.into()).to_string());
    assert!(run.status.is_some_and(|status| status <= 1), "{:#?}", run.status);
    assert!(file.matches("place ").count() >= 10_000, "{}", file.len());
    // Twice, without optimisations, and beside other tests.
    assert!(began.elapsed() < Duration::from_secs(240));
}

#[test]
fn what_is_in_the_way_stays_there() {
    let script =
        script(json!({ "1": action("BEGIN", ""), "2": action("HANGUP", "x") }), json!({ "1": on(2) }));
    let entry = json!([{ "scriptName": "Reminder", "isFolder": false }]);
    let platform = tenant_of(move |line| {
        if line.contains("scriptPath=Q3%5CReminder") {
            return Some(Answer::full(200, script.to_string()));
        }
        line.contains("/script-folders")
            .then(|| Answer::full(200, json!({ "scriptList": entry }).to_string()))
    });
    let folder = folder();
    std::fs::create_dir(folder.path("there")).unwrap();
    for (verb, named) in [
        ("pull Q3 --out-dir old.cxflow", "old.cxflow"),
        ("pull Q3 --out-dir old.cxflow --force", "old.cxflow"),
        ("pull Q3/Reminder -o there --force", "there"),
        ("pull Q3/Reminder -o no/such/folder.cxflow", "folder.cxflow"),
        ("skill Sales -o old.cxflow", "old.cxflow"),
    ] {
        let run = command(platform.url(), &folder, &format!("studio {verb}")).run();
        run.exits(2).err_has(named).err_lacks("panicked");
        assert_eq!(folder.read("old.cxflow"), "old\n", "{verb}");
    }
}

#[test]
fn without_a_network_or_credentials_each_verb_says_so() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for (verb, _) in VERBS.iter().filter(|(verb, _)| !verb.starts_with("status")) {
        let folder = folder();
        std::fs::create_dir(folder.path("recordings")).unwrap();
        let run = command(&gone, &folder, &format!("studio {verb} --timeout 1s")).run();
        run.exits(3).err_has("CX907").err_lacks("panicked");
        bare(&folder, &format!("studio {verb}")).run().exits(2).err_has("CXONE_");
        assert_eq!(folder.read("old.cxflow"), "old\n");
    }
}
