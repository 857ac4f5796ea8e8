//! Files that a verb reads by itself, a lock above all, and that are pipes, folders, devices or links to nothing.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;

use super::support::*;

/// Runs a command that must not wait for anybody: without an end it is ended after a minute.
fn at_once(folder: &Folder, arguments: &str) -> Run {
    let mut command = folder.command("");
    let inner = std::mem::replace(&mut command.command, Command::new("timeout"));
    command.command.arg("60").arg(inner.get_program()).args(arguments.split_whitespace());
    command.command.current_dir(folder.0.path());
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
    Folder::new().command("audit verify /dev/stdin").input("").run().exits(0).out_has("0 lines hold");
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
    for verb in ["check", "build", "test", "simulate", "policy show", "policy check", "status", "fmt --check"]
    {
        at_once(&folder, &format!("{verb} ./pipe.cxflow"))
            .exits(2)
            .err_has("cannot read ./pipe.cxflow: it is a named pipe")
            .err_has("write `- < ./pipe.cxflow` in its place")
            .err_lacks("cxflowc check -");
    }
}

#[test]
fn what_a_folder_holds_and_cannot_be_read_ends_with_status_2() {
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
