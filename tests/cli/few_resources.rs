//! With few open files or threads left every verb ends as it always does, or in an error of status 2.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use super::harness::*;

const VERBS: [&str; 25] = [
    "check a.cxflow",
    "check .",
    "check --message-format sarif .",
    "build . --out-dir out",
    "build a.cxflow -o -",
    "build HEAD:a.cxflow -o -",
    "fmt --check .",
    "fmt .",
    "test .",
    "simulate a.cxflow",
    "graph a.cxflow -o out.svg",
    "diff a.cxflow",
    "diff --base HEAD .",
    "merge a.cxflow a.cxflow HEAD:a.cxflow",
    "prompts a.cxflow --format csv -o out.csv",
    "report a.cxflow -o out.html",
    "policy check .",
    "policy show us_tsr",
    "submit --emulate -q .",
    "submit -q . --timeout 2s",
    "status . --env prod",
    "job job-1 --timeout 2s",
    "webhook list --timeout 2s",
    "explain CX103",
    "lsp",
];

fn folder() -> Folder {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "[env.prod]\nbase_url = \"http://127.0.0.1:1\"\n");
    for number in 0..40 {
        folder.write(&format!("f{number}.cxflow"), CLEAN.replace("Reminder", &format!("F{number}")));
    }
    folder.write("broken.cxflow", BROKEN);
    folder.write(".gitignore", "out\n");
    folder.committed()
}

/// Runs a verb behind a command that sets a limit; status, standard output and standard error.
fn under(folder: &Folder, limit: &str, verb: &str) -> (Option<i32>, String, String) {
    let program = folder.path("program");
    if !program.exists() {
        // Where nobody else may read the build's folder, it has to be here.
        std::fs::copy(env!("CARGO_BIN_EXE_cxflowc"), &program).unwrap();
    }
    let run = format!("{limit} ./program {verb}");
    let mut command = Command::new("sh");
    command.args(["-c", &run]).current_dir(folder.root());
    let variables = [
        ("CXONE_BASE_URL", "http://127.0.0.1:1"),
        ("CXONE_CLIENT_ID", "x"),
        ("CXONE_CLIENT_SECRET", "a secret of the client"),
    ];
    let output = command.envs(variables).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn ends_well(folder: &Folder, limit: &str, verb: &str, usual: &(Option<i32>, String, String)) {
    let (status, out, err) = under(folder, limit, verb);
    // The program's libraries were not loaded.
    if err.contains("error while loading shared libraries") || err.contains("annot fork") {
        return;
    }
    assert!(!err.contains("panicked"), "{limit} {verb}: {err}");
    let is_usual = status == usual.0 && (out == usual.1 || verb.contains("submit"));
    assert!(status == Some(2) || is_usual, "{limit} {verb}: {status:?} {out} {err}");
    if status == Some(2) && usual.0 != Some(2) {
        assert!(err.contains("cxflowc: "), "{limit} {verb}: {err}");
    }
}

/// A preview does not end by itself. It has to serve many tabs at once, which needs more than any of these limits.
#[track_caller]
fn refuses_a_preview(folder: &Folder, limit: &str) {
    let (status, out, err) = under(folder, limit, "preview a.cxflow");
    if err.contains("error while loading shared libraries") || err.contains("annot fork") {
        return;
    }
    assert!(
        status == Some(2) && out.is_empty() && err.contains("cxflowc: "),
        "{limit}: {status:?} {out} {err}"
    );
}

#[test]
fn few_open_files() {
    let folder = folder();
    for verb in VERBS {
        let usual = under(&folder, "timeout 60", verb);
        for most in [4, 5, 6, 7, 8, 10, 12, 16, 24, 40] {
            ends_well(&folder, &format!("ulimit -n {most}; timeout 60"), verb, &usual);
        }
    }
    for most in [4, 5, 6, 7, 8, 10, 12, 16, 24, 40] {
        refuses_a_preview(&folder, &format!("ulimit -n {most}; timeout 60"));
    }
    let (status, _, err) = under(&folder, "ulimit -n 20; timeout 60", "submit -q a.cxflow --timeout 2s");
    assert_eq!(status, Some(2), "{err}");
    assert!(err.contains("too few open files are left") && err.contains("ulimit -n"), "{err}");
}

/// Limits of threads count those of a user; root has none.
#[test]
fn few_threads() {
    let folder = folder();
    use std::os::unix::fs::{PermissionsExt, chown};
    let mut who = String::new();
    std::fs::set_permissions(folder.root(), std::fs::Permissions::from_mode(0o777)).unwrap();
    if chown(folder.path("a.cxflow"), Some(45678), None).is_ok() {
        let given = Command::new("chown").args(["-R", "45678"]).arg(folder.root()).status();
        if !given.is_ok_and(|status| status.success()) {
            return;
        }
        who = "setpriv --reuid=45678 --regid=45678 --clear-groups".to_owned();
    }
    // Not `ulimit -u`, which not every `sh` has.
    let limited = |most: &str| format!("timeout 60 prlimit --nproc={most} {who}");
    for verb in VERBS {
        let usual = under(&folder, &limited("1000"), verb);
        assert_ne!(usual.0, Some(127), "{}", usual.2);
        for most in ["1", "2", "3", "4", "5", "6", "8", "12", "20"] {
            ends_well(&folder, &limited(most), verb, &usual);
        }
    }
    for most in ["1", "2", "3", "4", "5", "6", "8", "12", "20"] {
        refuses_a_preview(&folder, &limited(most));
    }
    // The limit is one.
    assert_eq!(under(&folder, &limited("1"), "lsp").0, Some(2));
}
