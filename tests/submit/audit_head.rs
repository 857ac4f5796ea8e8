//! The head of the audit log that the lock keeps: a cut end shows at the next append.

use super::support::*;

const SUBMIT: &str = "submit a.cxflow --force --audit log.jsonl";

/// A folder from which a flow was submitted twice, with its log.
fn submitted(platform: &Platform) -> Folder {
    let folder = Folder::of(CLEAN);
    platform.run(&folder, SUBMIT).exits(0);
    platform.run(&folder, SUBMIT).exits(0);
    folder
}

fn noted(folder: &Folder, lock: &str) -> Vec<(String, String)> {
    let lock = folder.lock(lock);
    let Some(heads) = lock.get("audit") else { return Vec::new() };
    let text = |one: &toml::Value, key: &str| one[key].as_str().unwrap().to_owned();
    heads.as_array().unwrap().iter().map(|one| (text(one, "log"), text(one, "audit_head"))).collect()
}

/// The hash of a log's last line.
fn head(folder: &Folder, log: &str) -> String {
    let text = folder.read(log);
    cxflowc::audit::Hash::of(text.lines().last().unwrap().as_bytes()).to_string()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[test]
fn the_lock_notes_the_last_line() {
    let platform = Platform::start();
    let folder = submitted(&platform);
    assert_eq!(noted(&folder, "cxflow.lock"), [("log.jsonl".to_owned(), head(&folder, "log.jsonl"))]);
    // Another log has a head of its own.
    platform.run(&folder, "submit a.cxflow --force --audit logs/other.jsonl").exits(0);
    let heads = noted(&folder, "cxflow.lock");
    assert_eq!(heads[1], ("logs/other.jsonl".to_owned(), head(&folder, "logs/other.jsonl")));
    bare(&folder, "audit verify log.jsonl --lock cxflow.lock").run().exits(0).out_has("8 lines hold");
}

#[test]
fn a_cut_end_shows_before_anything_is_sent() {
    let platform = Platform::start();
    let folder = submitted(&platform);
    let whole = folder.read("log.jsonl");
    let lines = lines(&whole);
    platform.new_requests();
    let mut cuts: Vec<String> = (0..lines.len()).map(|kept| lines[..kept].concat()).collect();
    // Within the last line, its newline kept and not.
    cuts.push(whole[..whole.len() - 40].to_owned());
    cuts.push(format!("{}\n", &whole[..whole.len() - lines[7].len() + 30]));
    // Cut, and another line of the same place put there.
    cuts.push(format!("{}{}", lines[..6].concat(), lines[3]));
    for cut in cuts {
        folder.write("log.jsonl", &cut);
        for arguments in [SUBMIT, "submit a.cxflow --audit log.jsonl", "submit a.cxflow --audit ./log.jsonl"]
        {
            let run = platform.run(&folder, arguments).exits(2).out_is("");
            assert!(run.err.contains("its end was cut") || run.err.contains("was changed"), "{}", run.err);
        }
        assert_eq!(folder.read("log.jsonl"), cut, "nothing was added");
        bare(&folder, "audit verify log.jsonl --lock cxflow.lock").run().exits(1);
    }
    std::fs::remove_file(folder.path("log.jsonl")).unwrap();
    platform
        .run(&folder, SUBMIT)
        .exits(2)
        .err_has("its end was cut")
        .err_has("cxflow.lock recorded that line");
    assert!(!folder.has("log.jsonl"), "no log is begun in its place");
    assert!(platform.new_requests().is_empty());
    // With the whole log it goes on.
    folder.write("log.jsonl", &whole);
    platform.run(&folder, SUBMIT).exits(0);
}

#[test]
fn a_cut_end_shows_before_an_artifact_is_sent() {
    let platform = Platform::start();
    let folder = submitted(&platform);
    folder.run("build a.cxflow -o ok.json").exits(0);
    let whole = folder.read("log.jsonl");
    folder.write("log.jsonl", lines(&whole)[..7].concat());
    platform.new_requests();
    platform.run(&folder, "submit --artifact ok.json --force --audit log.jsonl").exits(2).err_has("was cut");
    // A log that was changed at its end is told of before, too.
    folder.write("log.jsonl", whole.replace("flow-2", "flow-3"));
    platform
        .run(&folder, "submit --artifact ok.json --force --audit log.jsonl")
        .exits(2)
        .err_has("was changed");
    assert!(platform.new_requests().is_empty());
}

#[test]
fn an_older_lock_and_lines_of_others_are_no_cut_end() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN).with("sub/b.cxflow", flow("Other"));
    platform.run(&folder, SUBMIT).exits(0);
    let older = folder.read("cxflow.lock");
    platform.run(&folder, "submit sub/b.cxflow --audit log.jsonl").exits(0);
    assert_eq!(noted(&folder, "sub/cxflow.lock")[0].0, "../log.jsonl");
    platform.run(&folder, SUBMIT).exits(0);
    folder.write("cxflow.lock", older);
    platform.run(&folder, SUBMIT).exits(0);
    bare(&folder, "audit verify log.jsonl --lock sub/cxflow.lock").run().exits(0).out_has("lines came after");
}

#[test]
fn a_torn_end_that_is_repaired_is_no_cut_end() {
    let platform = Platform::start();
    let folder = submitted(&platform);
    let whole = folder.read("log.jsonl");
    folder.write("log.jsonl", format!("{whole}{{\"time\":\"2026"));
    platform.run(&folder, SUBMIT).exits(0).err_has("torn bytes");
    platform.run(&folder, SUBMIT).exits(0);
    bare(&folder, "audit verify log.jsonl --lock cxflow.lock").run().exits(0);
}

#[test]
fn a_log_that_was_moved_is_begun_anew_once_the_lock_forgets_it() {
    let platform = Platform::start();
    let folder = submitted(&platform);
    std::fs::rename(folder.path("log.jsonl"), folder.path("log-2026.jsonl")).unwrap();
    platform.run(&folder, SUBMIT).exits(2).err_has("remove its `[[audit]]` entry from cxflow.lock");
    let lock = folder.read("cxflow.lock");
    folder.write("cxflow.lock", &lock[..lock.find("[[audit]]").unwrap()]);
    platform.run(&folder, SUBMIT).exits(0);
}

#[test]
fn a_line_about_a_source_with_errors_is_checked_and_noted() {
    let platform = Platform::start();
    let folder = submitted(&platform);
    folder.write("a.cxflow", BROKEN);
    platform.run(&folder, SUBMIT).exits(1);
    assert_eq!(noted(&folder, "cxflow.lock")[0].1, head(&folder, "log.jsonl"));
    let whole = folder.read("log.jsonl");
    folder.write("log.jsonl", lines(&whole)[..5].concat());
    platform.run(&folder, SUBMIT).exits(2).err_has("was cut");
}

#[test]
fn a_job_that_is_noted_later_checks_the_log_too() {
    let platform = Platform::start();
    let section = format!("[env.prod]\nbase_url = \"{}\"\naudit = \"log.jsonl\"\n", platform.base_url());
    let folder = Folder::of(CLEAN).with("cxflow.toml", section);
    let run = |arguments: &str| platform.credentials_only(&folder, arguments).run();
    run("submit a.cxflow --env prod").exits(0);
    assert_eq!(noted(&folder, "cxflow.prod.lock")[0].1, head(&folder, "log.jsonl"));
    let whole = folder.read("log.jsonl");
    folder.write("log.jsonl", lines(&whole)[..3].concat());
    platform.new_requests();
    run("job job-1 --env prod").exits(2).err_has("its end was cut");
    assert!(platform.new_requests().is_empty());
}

#[test]
fn many_processes_that_share_a_log_and_a_lock_note_its_end() {
    let (platform, folder) = (Platform::start(), Folder::new());
    let names = ["a", "b", "c", "d", "e"];
    for name in names {
        folder.write(&format!("{name}.cxflow"), flow(name));
    }
    platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(0);
    std::thread::scope(|scope| {
        for name in names {
            let (platform, folder) = (&platform, &folder);
            scope.spawn(move || {
                platform.run(folder, &format!("submit {name}.cxflow --force --audit log.jsonl")).exits(0);
            });
        }
    });
    assert_eq!(noted(&folder, "cxflow.lock")[0].1, head(&folder, "log.jsonl"));
}

#[test]
fn a_rehearsal_notes_nothing() {
    let folder = Folder::of(CLEAN);
    bare(&folder, "submit --emulate a.cxflow --audit log.jsonl").run().exits(0);
    assert!(!folder.has("cxflow.lock"));
}

#[test]
fn a_head_that_is_no_hash_is_told() {
    let platform = Platform::start();
    let folder = submitted(&platform);
    let lock = folder.read("cxflow.lock");
    folder.write("cxflow.lock", lock.replace("audit_head = \"", "audit_head = \"x"));
    let run = platform.run(&folder, SUBMIT).exits(2);
    run.err_has("cxflow.lock: the `audit_head` of log.jsonl is wrong: a SHA-256 has 64 hexadecimal digits");
}

#[test]
fn the_log_says_which_facts_params_and_settings_there_were() {
    let platform = Platform::start();
    let settings =
        format!("[env.prod]\nbase_url = \"{}\"\nparams = {{ queue = \"vip\" }}\n", platform.base_url());
    let text = format!("{CLEAN}fact dialer = \"manual\"\nfact ring_timeout = 20s\nparam greeting = \"hi\"\n");
    let folder = Folder::new()
        .with("cxflow.toml", "words_per_minute = 150\n")
        .with("flows/cxflow.toml", &settings)
        .with("flows/a.cxflow", text)
        .committed();
    let submit = "submit flows/a.cxflow --env prod --audit log.jsonl --allow unused --set greeting=hello";
    platform.credentials_only(&folder, submit).run().exits(0);
    for line in folder.log("log.jsonl") {
        assert_eq!(line["facts"], serde_json::json!({"dialer": "manual", "ring_timeout": "20s"}));
        assert_eq!(line["params"], serde_json::json!({"greeting": "hello", "queue": "vip"}));
        assert_eq!(line["settings"][0]["name"], "cxflow.toml");
        assert_eq!(line["settings"][1]["name"], "flows/cxflow.toml");
        let hash = cxflowc::audit::Hash::of(settings.as_bytes()).to_string();
        assert_eq!(line["settings"][1]["sha256"], hash);
    }
}

#[test]
fn a_secret_that_is_a_fact_is_not_in_the_log() {
    let platform = Platform::start();
    let (_, secret) = platform.credentials();
    let folder = Folder::of(&format!("{CLEAN}fact note = \"{secret}\"\n"));
    platform.run(&folder, "submit a.cxflow --audit log.jsonl").exits(1);
    let log = folder.read("log.jsonl");
    assert!(log.contains("\"note\"") && !log.contains(secret), "{log}");
}

#[test]
fn a_secret_that_is_a_param_is_refused_before_anything_is_logged() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN);
    let (_, secret) = platform.credentials();
    let submit = platform.command(&folder, "submit a.cxflow --audit log.jsonl --set");
    // It would be in the payload.
    submit.arg(format!("queue={secret}")).run().exits(2).out_is("").err_has("the value contains a secret");
    assert!(!folder.has("log.jsonl") && platform.new_requests().is_empty());
}
