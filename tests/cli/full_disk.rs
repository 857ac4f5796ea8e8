//! A standard output that cannot be written: Linux has `/dev/full` to try it with.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::process::Command;

use super::harness::*;

const MESSAGE: &str = "cxflowc: cannot write to standard output: No space left on device (os error 28)\n";

/// A flow that branches, one in the canonical layout, one that is not, and an audit log.
fn folder() -> Folder {
    let folder = Folder::of(CLEAN)
        .with(
            "line.cxflow",
            format!(
                "{}entry line\nanswer line {{ on human | machine | unknown -> notice }}\n",
                CLEAN.replace("entry notice", "")
            ),
        )
        .with("tidy.cxflow", CLEAN)
        .with("odd.cxflow", CLEAN.replace("entry notice", "entry    notice"))
        .with("broken.cxflow", BROKEN);
    folder.run("fmt tidy.cxflow").exits(0);
    folder.run("submit --emulate a.cxflow --audit log.jsonl").exits(0);
    folder
}

/// Runs a command whose standard output is a full disk.
fn on_a_full_disk(folder: &Folder, arguments: &str, variables: &BTreeMap<String, String>) -> Run {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = folder.command(arguments).input("flow   \"A\"\n").output(full);
    command.command.envs(variables);
    command.run()
}

/// Runs a command that a shell starts with its standard output closed.
fn on_a_closed_output(folder: &Folder, arguments: &str) -> Run {
    let mut command = folder.command("");
    let program = std::mem::replace(&mut command.command, Command::new("sh"));
    command.command.args(["-c", "exec \"$@\" >&-", "sh"]).arg(program.get_program());
    command.command.args(arguments.split_whitespace()).current_dir(folder.root());
    command.input = b"flow   \"A\"\n".to_vec();
    command.run()
}

#[test]
fn a_full_disk_or_a_closed_output_is_status_2_in_every_verb_that_prints_a_result() {
    let folder = folder();
    for arguments in [
        "build a.cxflow -o -",
        "build --compact a.cxflow -o -",
        "check --message-format json broken.cxflow",
        "check --message-format sarif a.cxflow",
        "check --message-format sarif broken.cxflow",
        "fmt -",
        "fmt --check odd.cxflow",
        "fmt --diff odd.cxflow",
        "fmt --message-format sarif a.cxflow",
        "test --min-coverage 100 a.cxflow",
        "test --format json a.cxflow",
        "test --format junit a.cxflow",
        "simulate a.cxflow",
        "graph a.cxflow",
        "graph --format svg a.cxflow",
        "diff --format json a.cxflow odd.cxflow",
        "prompts a.cxflow",
        "prompts --format csv a.cxflow",
        "report a.cxflow",
        "report --format csv a.cxflow",
        "report --format json a.cxflow",
        "preview a.cxflow",
        "simulate --format json a.cxflow",
        "simulate --paths a.cxflow",
        "simulate --paths --format json a.cxflow",
        "simulate --keys human line.cxflow",
        "policy list",
        "policy list --format json",
        "policy show us_tsr",
        "policy show us_tsr --format json",
        "policy show us_tsr --source",
        "policy check a.cxflow",
        "policy check --format json a.cxflow",
        "submit --emulate a.cxflow",
        "submit --emulate --format json a.cxflow",
        "status a.cxflow",
        "status --format json a.cxflow",
        "audit verify log.jsonl",
        "audit verify --format json log.jsonl",
        "emulate",
        "explain",
        "explain dead-end",
        "completions bash",
        "man",
        "man build",
        "--version",
        "--help",
        "help check",
        "build --help",
    ] {
        let run = on_a_full_disk(&folder, arguments, &BTreeMap::new());
        assert_eq!(run.status, Some(2), "{arguments}: {}", run.err);
        assert!(run.err.contains(MESSAGE), "{arguments}: {}", run.err);
        assert_eq!(run.err.matches("cannot write").count(), 1, "{arguments}: {}", run.err);
        let run = on_a_closed_output(&folder, arguments);
        let said = "cxflowc: cannot write to standard output: it is closed\n";
        assert_eq!(run.status, Some(2), "{arguments}: {}", run.err);
        assert_eq!(run.err.matches(said).count(), 1, "{arguments}: {}", run.err);
    }
}

#[test]
fn an_output_that_is_thrown_away_is_not_taken_for_a_closed_one() {
    let folder = folder();
    // A shell opens it to write, and Python's `subprocess.DEVNULL` to read and write.
    for reads in [false, true] {
        let nowhere = std::fs::OpenOptions::new().read(reads).write(true).open("/dev/null").unwrap();
        let output = folder.command("build a.cxflow -o -").command.stdout(nowhere).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "reads: {reads}: {err}");
    }
}

#[test]
fn a_full_disk_does_not_matter_to_a_run_that_prints_nothing() {
    let folder = folder();
    for arguments in ["check a.cxflow", "build a.cxflow", "fmt --check tidy.cxflow", "new fresh"] {
        let run = on_a_full_disk(&folder, arguments, &BTreeMap::new());
        assert_eq!(run.status, Some(0), "{arguments}: {}", run.err);
        if arguments != "new fresh" {
            let run = on_a_closed_output(&folder, arguments);
            assert_eq!(run.status, Some(0), "{arguments}: {}", run.err);
        }
    }
    assert_eq!(on_a_full_disk(&folder, "check broken.cxflow", &BTreeMap::new()).status, Some(1));
    assert_eq!(on_a_full_disk(&folder, "check --no-such-option", &BTreeMap::new()).status, Some(2));
}

#[test]
fn verbs_of_the_platform_report_a_full_standard_output() {
    let folder = folder();
    let emulator = Emulate::start("-q --job-time 10ms");
    let mut variables = emulator.variables.clone();
    variables.insert("CXONE_WEBHOOK_SECRET".to_owned(), "a".repeat(40));
    let mut command = folder.command("submit a.cxflow --format json");
    command.command.envs(&variables);
    let job = command.run().exits(0).json()["job"].as_str().unwrap().to_owned();
    for arguments in [
        &*format!("job {job}"),
        &*format!("job {job} --format json"),
        "webhook register https://hooks.example.com/cxone",
        "webhook list",
        "webhook list --format json",
        "submit --force a.cxflow",
    ] {
        let run = on_a_full_disk(&folder, arguments, &variables);
        assert_eq!(run.status, Some(2), "{arguments}: {}", run.err);
        assert!(run.err.contains(MESSAGE), "{arguments}: {}", run.err);
    }
}
