//! Usage errors: exit status 2, and what to write instead.

use super::support::*;

#[test]
fn options_that_exclude_each_other() {
    let folder = Folder::of(CAMPAIGN);
    for options in [
        "--keys 1 --paths",
        "--keys 1 --interactive",
        "--paths --interactive",
        "--limit 3",
        "--keys 1 --limit 3",
        "--paths --limit -1",
        "--paths --limit many",
        "--format xml",
    ] {
        folder.run(&format!("simulate a.cxflow {options}")).exits(2).out_is("");
    }
    folder.run("simulate").exits(2);
    folder.run("simulate a.cxflow a.cxflow").exits(2);
    folder.run("simulate none.cxflow").exits(2).err_has("there is no such file");
}

#[test]
fn a_time_that_nothing_asks_for_is_refused() {
    let folder = Folder::of(CAMPAIGN);
    folder
        .run("simulate a.cxflow --keys 1 --at 2026-12-24T18:00")
        .exits(2)
        .out_is("")
        .err_has("--at: the flow has no hours")
        .err_has("declare `hours`");
}

#[test]
fn invalid_events_are_refused() {
    let folder = Folder::of(CAMPAIGN);
    for (keys, said) in [
        ("timout", "did you mean `timeout`?"),
        ("1,,2", "there is no event between two commas"),
        ("1|2", "is more than one event"),
        ("\"a", "lacks its closing quote"),
        ("hello", "in quotes"),
    ] {
        folder.command("simulate a.cxflow --keys").arg(keys).run().exits(2).out_is("").err_has(said);
    }
}

#[test]
fn the_flow_and_the_keys_cannot_both_come_from_standard_input() {
    let run = Folder::new().command("simulate - --interactive").input(CAMPAIGN).run().exits(2);
    run.out_is("").err_has("standard input cannot hold both the flow and the keys");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    use std::process::Stdio;
    let folder = Folder::of(CAMPAIGN);
    for options in ["", "--paths"] {
        let mut command = folder.command(&format!("simulate a.cxflow {options}")).command;
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"));
    }
}
