//! What the server reads: regular files within the repository, and nothing that it would wait for.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::json;

use crate::editor::{Editor, Start, usual};
use crate::harness::Folder;

const FLOW: &str =
    "flow \"F\"\nentry hello\ndisclosure hello { say \"Hello.\" }\ndisconnect bye\nhello -> bye\n";

fn pipe(editor: &Editor, name: &str) {
    assert!(Command::new("mkfifo").arg(editor.path(name)).status().unwrap().success());
}

/// A repository with a flow that says this as well, in a folder with a file outside.
fn editor(line: &str, arguments: &[&str]) -> Editor {
    let flow = format!("{FLOW}{line}\n");
    let files = [
        ("r/.git/HEAD", "ref: refs/heads/main\n"),
        ("r/a.cxflow", flow.as_str()),
        ("outside.cxflow", "let secret_name = \"x\"\nparam secret_param\n"),
    ];
    Editor::start(Start { files: &files, arguments, capabilities: usual(), variables: &[] })
}

#[test]
fn the_server_does_not_wait_for_includes() {
    for (path, code) in [
        ("pipe.cxflow", "CX707"),
        ("link.cxflow", "CX707"),
        ("folder.cxflow", "CX111"),
        ("loop.cxflow", "CX111"),
        ("dangling.cxflow", "CX111"),
        ("/dev/zero", "CX706"),
        ("/dev/stdin", "CX706"),
        ("/dev/tty", "CX706"),
        ("/proc/self/environ", "CX706"),
        ("/proc/self/mem", "CX706"),
        ("zero.cxflow", "CX706"),
    ] {
        let mut editor = editor("", &[]);
        pipe(&editor, "r/pipe.cxflow");
        symlink("pipe.cxflow", editor.path("r/link.cxflow")).unwrap();
        symlink("loop.cxflow", editor.path("r/loop.cxflow")).unwrap();
        symlink("nothing.cxflow", editor.path("r/dangling.cxflow")).unwrap();
        symlink("/dev/zero", editor.path("r/zero.cxflow")).unwrap();
        std::fs::create_dir(editor.path("r/folder.cxflow")).unwrap();
        editor.open("r/a.cxflow");
        assert_eq!(editor.codes("r/a.cxflow"), [""; 0]);
        let end = editor.text("r/a.cxflow").len();
        editor.replace("r/a.cxflow", end..end, &format!("include \"{path}\"\n"));
        assert_eq!(editor.codes("r/a.cxflow"), [code], "{path}");
    }
}

#[test]
fn files_made_by_the_kernel_are_refused_although_all_are_allowed() {
    for (path, code) in
        [("/proc/self/environ", "CX707"), ("/dev/zero", "CX707"), ("/sys/kernel/uevent_seqnum", "CX707")]
    {
        let mut editor = editor(&format!("include \"{path}\""), &["--allow-outside", "/"]);
        editor.open("r/a.cxflow");
        assert_eq!(editor.codes("r/a.cxflow"), [code], "{path}");
    }
}

#[test]
fn the_server_does_not_wait_for_files_that_settings_name() {
    let mut editor = editor("", &[]);
    pipe(&editor, "r/pipe.cxflow");
    editor.open("r/a.cxflow");
    for (path, code) in [
        ("pipe.cxflow", "CX707"),
        ("/dev/zero", "CX706"),
        ("/proc/self/environ", "CX706"),
        ("../outside.cxflow", "CX706"),
    ] {
        editor.write("r/cxflow.toml", &format!("policies = [\"{path}\"]\n"));
        assert_eq!(editor.findings_on_disk("r/cxflow.toml"), [code], "{path}");
        assert_eq!(editor.codes("r/a.cxflow"), ["CX711"], "{path}");
    }
}

#[test]
fn settings_that_cannot_be_read_are_not_waited_for_and_the_flow_says_so() {
    for (kind, says) in [
        ("pipe", "it is a named pipe"),
        ("folder", "it is a folder"),
        ("dangling", "it is a link to a file that does not exist"),
        ("loop", "it is a link that leads back to itself"),
        ("device", "it is outside the repository"),
        ("kernel", "it is outside the repository"),
    ] {
        let mut editor = editor("", &[]);
        let path = editor.path("r/cxflow.toml");
        match kind {
            "pipe" => pipe(&editor, "r/cxflow.toml"),
            "folder" => std::fs::create_dir(&path).unwrap(),
            "dangling" => symlink("nowhere.toml", &path).unwrap(),
            "loop" => symlink("cxflow.toml", &path).unwrap(),
            "device" => symlink("/dev/zero", &path).unwrap(),
            _ => symlink("/proc/self/environ", &path).unwrap(),
        }
        editor.open("r/a.cxflow");
        let findings = editor.raw_findings("r/a.cxflow");
        assert_eq!(findings.len(), 1, "{kind}: {findings:?}");
        assert_eq!(findings[0]["code"], "CX711", "{kind}");
        let message = findings[0]["message"].as_str().unwrap();
        assert!(message.contains(says), "{kind}: {message}");
        if path.symlink_metadata().unwrap().is_dir() {
            std::fs::remove_dir(&path).unwrap();
        } else {
            std::fs::remove_file(&path).unwrap();
        }
        editor.saved("r/cxflow.toml");
        assert_eq!(editor.codes("r/a.cxflow"), [""; 0], "{kind}");
    }
}

#[test]
fn a_pipe_that_is_called_as_a_flow_does_not_hold_up_its_folder() {
    let mut editor = editor("", &[]);
    pipe(&editor, "r/pipe.cxflow");
    editor.saved("r/pipe.cxflow");
    editor.open("r/a.cxflow");
    assert_eq!(editor.codes("r/a.cxflow"), [""; 0]);
}

#[test]
fn a_file_outside_that_is_open_is_as_far_away_as_on_the_disk() {
    let mut editor = editor("include \"../outside.cxflow\"", &[]);
    editor.open("r/a.cxflow");
    assert_eq!(editor.codes("r/a.cxflow"), ["CX706"]);
    editor.open("outside.cxflow");
    assert_eq!(editor.codes("r/a.cxflow"), ["CX706"]);
    // One that is not saved yet is, too.
    editor.open_with("new.cxflow", "let other_name = \"x\"\n");
    editor.edit("r/a.cxflow", "../outside.cxflow", "../new.cxflow");
    assert_eq!(editor.codes("r/a.cxflow"), ["CX706"]);
    editor.open_with("r/new.cxflow", "let other_name = \"x\"\n");
    editor.edit("r/a.cxflow", "../new.cxflow", "new.cxflow");
    assert_eq!(editor.codes("r/a.cxflow"), [""; 0]);
}

#[test]
fn a_file_outside_that_is_allowed_is_read_open_or_not() {
    let folder = Folder::new().with("lib.cxflow", "let name = \"x\"\n");
    let path = folder.path("lib.cxflow").canonicalize().unwrap();
    let allowed = folder.root().display().to_string();
    let mut editor = editor(&format!("include \"{}\"", path.display()), &["--allow-outside", &allowed]);
    editor.open("r/a.cxflow");
    assert_eq!(editor.codes("r/a.cxflow"), [""; 0]);
}

#[test]
fn completion_names_no_param_of_a_file_outside() {
    let mut editor = editor("include \"../outside.cxflow\" as x with ", &[]);
    editor.open("r/a.cxflow");
    for _ in 0..2 {
        let end = editor.text("r/a.cxflow").len() - 1;
        let params = editor.at("r/a.cxflow", end);
        let answer = editor.ask("textDocument/completion", params);
        assert!(!answer.to_string().contains("secret_param"), "{answer}");
        editor.open("outside.cxflow");
    }
}

#[test]
fn a_flow_that_was_never_saved_reads_nothing_outside_of_the_folder() {
    let mut editor = Editor::new(&[("lib.cxflow", "let name = \"x\"\n")]);
    for path in ["/etc/passwd", "../../../../../../../../etc/passwd", "/proc/self/environ"] {
        let name = "untitled:Untitled-1";
        editor.open_with(name, &format!("{FLOW}include \"{path}\"\n"));
        assert_eq!(editor.codes(name), ["CX706"], "{path}");
        editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": name } }));
    }
}
