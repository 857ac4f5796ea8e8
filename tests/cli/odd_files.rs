//! Files that a verb reads by itself, a lock above all, and that are pipes, folders, devices or links to nothing.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;

use super::harness::*;

/// Runs a command that must not wait for anybody: without an end it is ended after a minute.
fn at_once(folder: &Folder, arguments: &str) -> Run {
    let mut command = folder.command("");
    let inner = std::mem::replace(&mut command.command, Command::new("timeout"));
    command.command.arg("60").arg(inner.get_program()).args(arguments.split_whitespace());
    command.command.current_dir(folder.root());
    command.run()
}

fn make(folder: &Folder, kind: &str, name: &str) {
    let path = folder.path(name);
    match kind {
        "pipe" => assert!(Command::new("mkfifo").arg(&path).status().unwrap().success()),
        "folder" => std::fs::create_dir(&path).unwrap(),
        "device" => symlink("/dev/zero", &path).unwrap(),
        "kernel" => symlink("/proc/self/environ", &path).unwrap(),
        "dangling" => symlink("nowhere", &path).unwrap(),
        "loop" => symlink(name, &path).unwrap(),
        _ => {
            std::os::unix::net::UnixListener::bind(&path).unwrap();
        }
    }
}

const KINDS: [(&str, &str); 7] = [
    ("pipe", "it is a named pipe"),
    ("folder", "it is a folder"),
    ("device", "it is a device"),
    ("kernel", "it is made up by the kernel when it is read"),
    ("dangling", "it is a link to a file that does not exist"),
    ("loop", "it is a link that leads back to itself"),
    ("socket", "it is a socket"),
];

#[test]
fn a_lock_that_is_no_file_ends_with_status_2_at_once() {
    for (kind, said) in KINDS {
        let folder = Folder::of(CLEAN).with("audit.jsonl", "");
        make(&folder, kind, "cxflow.lock");
        make(&folder, kind, "cxflow.prod.lock");
        folder.write("cxflow.toml", "[env.prod]\nbase_url = \"https://tenant.example\"\n");
        for arguments in [
            "status a.cxflow",
            "status --format json a.cxflow",
            "status --env prod a.cxflow",
            "audit verify audit.jsonl --lock cxflow.lock",
        ] {
            let run = at_once(&folder, arguments);
            run.exits(2).out_is("").err_has(".lock: ").err_has(said).err_lacks("os error");
        }
    }
}

#[test]
fn a_log_that_is_no_file_ends_with_status_2_at_once() {
    for (kind, said) in KINDS {
        let folder = Folder::new();
        make(&folder, kind, "audit.jsonl");
        let run = at_once(&folder, "audit verify audit.jsonl").exits(2).out_is("");
        run.err_has("cannot read the audit log audit.jsonl: ").err_has(said).err_lacks("os error");
    }
}

#[test]
fn a_log_on_standard_input_is_verified() {
    Folder::new().command("audit verify /dev/stdin").input("").run().exits(0).out_has("the log is empty");
}

#[test]
fn an_audit_log_that_is_a_pipe_or_a_device_is_not_written() {
    let folder = Folder::of(CLEAN);
    make(&folder, "pipe", "pipe");
    for log in ["pipe", "/dev/null", "/dev/zero"] {
        at_once(&folder, &format!("submit --emulate a.cxflow --audit {log}"))
            .exits(2)
            .err_has("it is not a regular file");
    }
}

#[test]
fn a_pipe_is_handed_over_to_the_verb_that_was_called() {
    let folder = Folder::new();
    make(&folder, "pipe", "pipe.cxflow");
    for verb in [
        "check",
        "build",
        "test",
        "simulate",
        "graph",
        "prompts",
        "report",
        "policy show",
        "policy check",
        "status",
        "fmt --check",
    ] {
        at_once(&folder, &format!("{verb} ./pipe.cxflow"))
            .exits(2)
            .err_has("cannot read ./pipe.cxflow: it is a named pipe")
            .err_has("write `- < ./pipe.cxflow` instead")
            .err_lacks("cxflowc check -");
    }
}

#[test]
fn what_is_followed_has_to_be_a_file() {
    for (kind, name) in [("pipe", "a named pipe"), ("socket", "a socket"), ("device", "a device")] {
        let folder = Folder::new();
        make(&folder, kind, "odd.cxflow");
        for (arguments, user) in
            [("preview", "preview"), ("check --watch", "--watch"), ("build --watch", "--watch")]
        {
            at_once(&folder, &format!("{arguments} ./odd.cxflow"))
                .exits(2)
                .err_has(&format!("{user} follows files on this disk, and ./odd.cxflow is {name}"))
                .err_lacks("write `-");
        }
    }
}

#[test]
fn an_unreadable_entry_of_a_folder_exits_2() {
    for (kind, said) in KINDS.into_iter().filter(|(kind, _)| !["folder", "device", "kernel"].contains(kind)) {
        let folder = Folder::of(CLEAN);
        folder.git(&["init", "--quiet"]);
        make(&folder, kind, "odd.cxflow");
        for verb in ["check", "test", "policy check", "fmt --check", "status"] {
            let run = at_once(&folder, &format!("{verb} .")).exits(2);
            run.err_has("odd.cxflow").err_has(said);
        }
    }
}

const OUTPUTS: [&str; 5] = [
    "build a.cxflow -o there",
    "build --compact a.cxflow --output there",
    "build a.cxflow -o a.json --depfile there",
    "check a.cxflow --message-file there --message-format json",
    "submit --emulate a.cxflow --metrics there",
];

#[test]
fn an_output_that_is_a_pipe_without_a_reader_is_not_waited_for() {
    for (kind, said) in [("pipe", "it is a named pipe, and nobody reads it"), ("socket", "it is a socket")] {
        let folder = Folder::of(CLEAN);
        make(&folder, kind, "there");
        std::thread::scope(|scope| {
            for arguments in OUTPUTS {
                let folder = &folder;
                scope.spawn(move || {
                    let run = at_once(folder, arguments);
                    run.exits(2).err_has("cannot write there: ").err_has(said).err_lacks("os error");
                });
            }
        });
    }
}

#[test]
fn an_output_that_is_a_pipe_gets_everything_also_for_a_slow_reader_that_comes_late() {
    // More than fits into a pipe.
    let text = "Words that take some room. ".repeat(300);
    let nodes: String =
        (0..30).map(|n| format!("play n{n} {{ say \"{text}\" }}\nn{n} -> n{}\n", n + 1)).collect();
    let folder = Folder::of(&format!(
        "flow \"Long\"\nentry d\ndisclosure d {{ say \"Hello.\" }}\nd -> n0\n{nodes}disconnect n30\n"
    ));
    folder.run("build a.cxflow -o whole.json").exits(0);
    let whole = folder.read("whole.json");
    assert!(whole.len() > 200_000, "{}", whole.len());
    make(&folder, "pipe", "there");
    let script = "sleep 0.3; (sleep 0.3; cat) < there > read.json";
    let mut reader = Command::new("sh").args(["-c", script]).current_dir(folder.root()).spawn().unwrap();
    at_once(&folder, "build a.cxflow -o there").exits(0);
    assert!(reader.wait().unwrap().success());
    assert_eq!(folder.read("read.json"), whole);
}

#[test]
fn a_folder_outside_that_is_not_there_is_told() {
    let folder = Folder::of(CLEAN);
    make(&folder, "pipe", "pipe");
    make(&folder, "dangling", "dangling");
    make(&folder, "loop", "loop");
    for (name, said) in [
        ("nowhere", "there is no such folder"),
        ("../nowhere/at/all", "there is no such folder"),
        ("dangling", "there is no such folder"),
        ("a.cxflow", "it is not a folder"),
        ("pipe", "it is not a folder"),
        ("loop", "symbolic links"),
    ] {
        for verb in ["check", "build", "test", "simulate", "policy check", "submit --emulate"] {
            let run = at_once(&folder, &format!("{verb} a.cxflow --allow-outside {name}"));
            run.exits(2).out_is("").err_has("--allow-outside <DIR>").err_has(said);
        }
    }
    at_once(&folder, "lsp --allow-outside nowhere").exits(2).err_has("there is no such folder");
}
