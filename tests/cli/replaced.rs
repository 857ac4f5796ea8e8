//! No output replaces a source, an include, a lock, a log, settings or another output, however it is spelt.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;

use super::harness::*;

/// A line of an audit log.
const LOG: &str = concat!(
    r#"{"time":"2026-09-21T14:13:20.000Z","action":"create","prev":"0000000000000000000000000000000000000000000000000000000000000000","#,
    r#""sha256":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
    "\n"
);

/// A project in which there is something of every kind.
fn project() -> Folder {
    let folder = Folder::of(&format!("include \"lib.inc\"\n{CLEAN}"))
        .with("lib.inc", "let cdn = \"https://cdn.example.com\"\n")
        .with("b.cxflow", CLEAN.replace("Reminder", "Other"))
        .with("cxflow.toml", "[env.prod]\nbase_url = \"https://x.example\"\naudit = \"audit/prod.jsonl\"\n")
        .with("empty/cxflow.toml", "")
        .with("audit/prod.jsonl", LOG)
        .with("cxflow.lock", "# What `cxflowc submit` handed over. Commit it\nversion = 1\n")
        .with("cxflow.prod.lock", "")
        .with("ok.json", "{\"name\": \"Reminder\"}\n")
        .with("other/old.log", LOG)
        .with(".git/config", "[core]\n")
        .with(".git/HEAD", "ref: refs/heads/main\n");
    let link = |to: &str, at: &str| symlink(to, folder.path(at)).unwrap();
    link("a.cxflow", "to-source");
    link("lib.inc", "to-include");
    link("cxflow.toml", "to-settings");
    link("to-settings", "to-link");
    link("audit", "logs");
    link("nothing.cxflow", "to-nothing");
    for (name, at) in
        [("a.cxflow", "hard-source"), ("lib.inc", "hard-include"), ("cxflow.prod.lock", "hard-lock")]
    {
        std::fs::hard_link(folder.path(name), folder.path(at)).unwrap();
    }
    folder
}

/// Every file with what is in it.
fn contents(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.root().to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                found.insert(path.display().to_string(), std::fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}

/// Runs commands that would replace something, of which none may.
fn none_replaces(commands: &[String]) {
    let folder = project();
    let before = contents(&folder);
    for command in commands {
        let run = folder
            .command(command)
            .env("CXONE_CLIENT_ID", "x")
            .env("CXONE_CLIENT_SECRET", "a secret of the client")
            .env("CXONE_BASE_URL", "https://x.example")
            .run();
        assert_eq!(run.status, Some(2), "{command}: {run:#?}");
        let after = contents(&folder);
        let changed: Vec<_> = after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).collect();
        assert!(changed.is_empty() && before.len() == after.len(), "{command}: {changed:?} changed");
    }
}

/// Paths of what no run replaces.
const KEPT: [&str; 26] = [
    "a.cxflow",
    "./a.cxflow",
    "empty/../a.cxflow",
    "nowhere/../a.cxflow",
    "A.CXFLOW",
    "a.CxFlow",
    "new.cxflow",
    "b.cxflow",
    "lib.inc",
    "LIB.inc",
    "cxflow.toml",
    "CXFLOW.toml",
    "empty/cxflow.toml",
    "cxflow.lock",
    "cxflow.prod.lock",
    "cxflow.Stage.LOCK",
    "audit/prod.jsonl",
    "logs/prod.jsonl",
    "audit/PROD.jsonl",
    "other/old.log",
    ".git/config",
    "to-source",
    "to-include",
    "to-link",
    "to-nothing",
    "hard-include",
];

#[test]
fn a_payload_replaces_nothing_that_is_kept() {
    let commands: Vec<String> = KEPT.iter().map(|kept| format!("build a.cxflow -o {kept}")).collect();
    none_replaces(&commands);
}

#[test]
fn a_payload_beside_its_source_replaces_nothing_that_is_kept() {
    let folder = project();
    folder.write("audit/prod.cxflow", CLEAN.replace("Reminder", "P"));
    folder.write("cxflow.toml", folder.read("cxflow.toml").replace("prod.jsonl", "prod.json"));
    folder.write("audit/prod.json", "older");
    folder.run("build audit/prod.cxflow --env prod").exits(2).err_has("which is an audit log");
    assert_eq!(folder.read("audit/prod.json"), "older");
}

#[test]
fn messages_and_depfiles_replace_nothing_that_is_kept() {
    let mut commands = Vec::new();
    for kept in KEPT {
        commands.push(format!("build a.cxflow b.cxflow --out-dir out --message-file {kept}"));
        commands.push(format!("build a.cxflow b.cxflow --out-dir out --depfile {kept}"));
    }
    // Where the file is of the run's own sources; of others nothing is known but the name.
    for kept in KEPT.iter().filter(|kept| !["LIB.inc", "audit/PROD.jsonl", "hard-include"].contains(kept)) {
        for verb in ["check", "test", "policy check"] {
            commands.push(format!("{verb} a.cxflow b.cxflow --message-file {kept}"));
        }
    }
    none_replaces(&commands);
}

#[test]
fn files_of_a_submission_replace_no_kept_file() {
    let mut commands = Vec::new();
    for kept in KEPT {
        for option in ["--metrics", "--message-file"] {
            commands.push(format!("submit a.cxflow b.cxflow --env prod {option} {kept}"));
            commands.push(format!("submit a.cxflow b.cxflow --emulate {option} {kept}"));
        }
        let is_log = kept.contains("jsonl") || kept.contains("old.log");
        if !is_log {
            commands.push(format!("submit a.cxflow b.cxflow --emulate --audit {kept}"));
        }
    }
    for option in ["--metrics", "--message-file", "--audit"] {
        for artifact in ["ok.json", "./OK.json", "empty/../ok.json"] {
            commands.push(format!("submit --artifact ok.json {option} {artifact}"));
        }
    }
    commands.push("submit a.cxflow --emulate --audit hard-source".to_owned());
    commands.push("submit a.cxflow --env prod --audit hard-lock".to_owned());
    none_replaces(&commands);
}

#[test]
fn outputs_do_not_replace_each_other() {
    let mut commands = Vec::new();
    for (one, other) in [
        ("x.json", "x.json"),
        ("x.json", "./x.json"),
        ("x.json", "empty/../x.json"),
        ("x.json", "X.JSON"),
        ("audit/x.json", "logs/x.json"),
        ("new/x.json", "new/y/../x.json"),
        ("caf\u{e9}.json", "cafe\u{301}.json"),
    ] {
        for options in
            [["--metrics", "--message-file"], ["--audit", "--metrics"], ["--message-file", "--audit"]]
        {
            commands.push(format!("submit a.cxflow --emulate {} {one} {} {other}", options[0], options[1]));
        }
        commands.push(format!("build a.cxflow -o {one} --depfile {other}"));
        commands.push(format!("build a.cxflow -o {one} --message-file {other}"));
        commands.push(format!("build a.cxflow -o z.json --depfile {one} --message-file {other}"));
    }
    // The environment's own log is an output, too.
    for log in ["audit/prod.jsonl", "logs/prod.jsonl", "audit/PROD.JSONL"] {
        commands.push(format!("submit a.cxflow --env prod --metrics {log}"));
    }
    none_replaces(&commands);
}

#[test]
fn an_environment_whose_log_is_settings_or_a_lock_is_refused() {
    for log in ["cxflow.toml", "empty/cxflow.toml", "cxflow.prod.lock", "to-settings"] {
        let folder = project();
        let settings = folder.read("cxflow.toml").replace("audit/prod.jsonl", log);
        folder.write("cxflow.toml", &settings);
        let before = contents(&folder);
        for verb in ["submit a.cxflow --env prod", "job job-1 --env prod"] {
            let run =
                folder.command(verb).env("CXONE_CLIENT_ID", "x").env("CXONE_CLIENT_SECRET", "a secret").run();
            run.exits(2).err_has("would write into");
        }
        assert_eq!(contents(&folder), before, "{log}");
    }
}

#[test]
fn an_older_output_and_a_log_are_written_again() {
    let folder = project();
    std::fs::remove_dir_all(folder.path(".git")).unwrap();
    for _ in 0..2 {
        let submit = "submit a.cxflow --emulate --audit log.jsonl --metrics m.json --message-file f.txt";
        folder.run(submit).exits(0);
        folder.run("build a.cxflow -o out.json --depfile out.d --message-file f.txt").exits(0);
    }
    // Sources whose names differ by letter case alone have payloads that do so, too.
    folder.write("A.cxflow", CLEAN);
    if folder.read("a.cxflow") != CLEAN {
        folder.run("build a.cxflow A.cxflow --out-dir both").exits(0);
        assert!(folder.has("both/a.json") && folder.has("both/A.json"));
    }
}

#[test]
fn links_out_of_the_repository_are_not_written_through() {
    let outside = Folder::of(&CLEAN.replace("entry notice", "entry   notice")).with("there.json", "older");
    let folder = project();
    symlink(outside.root(), folder.path("out")).unwrap();
    symlink(outside.path("there.json"), folder.path("one.json")).unwrap();
    symlink("one.json", folder.path("two.json")).unwrap();
    symlink(outside.path("fresh.json"), folder.path("fresh.json")).unwrap();
    symlink(outside.path("a.cxflow"), folder.path("c.cxflow")).unwrap();
    let before = contents(&outside);
    for command in [
        "build a.cxflow -o one.json",
        "build a.cxflow -o two.json",
        "build a.cxflow -o fresh.json",
        "build a.cxflow --out-dir out",
        "build a.cxflow -o out/new.json",
        "build a.cxflow --depfile out/d -o x.json",
        "check a.cxflow --message-file one.json",
        "submit a.cxflow --emulate --metrics out/m.json",
        "submit a.cxflow --emulate --audit out/log.jsonl",
        "fmt c.cxflow",
        "new out/first",
    ] {
        let run = folder.run(command).exits(2);
        assert!(run.err.contains("leads out of the repository"), "{command}: {}", run.err);
        assert_eq!(contents(&outside), before, "{command}");
    }
    // Within the repository, and where the file itself is named, it is written.
    symlink("audit", folder.path("in")).unwrap();
    folder.run("build a.cxflow -o in/x.json").exits(0);
    let path = outside.path("there.json");
    folder.command("build a.cxflow -o").arg(&path).run().exits(0);
    assert!(outside.read("there.json").contains("Reminder"));
}
