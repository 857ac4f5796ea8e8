//! `cxflowc audit verify`

use serde_json::{Value, json};

use super::support::*;

#[test]
fn a_log_that_holds_is_said_to() {
    let folder = LogFolder::of(12);
    let head = folder.holds().head;
    let (status, out, err) = folder.run("audit verify audit.jsonl");
    assert_eq!((status, &*out, &*err), (0, &*format!("audit.jsonl: 12 lines hold, head {head}\n"), ""));
    let one = LogFolder::of(1);
    assert!(one.run("audit verify audit.jsonl").1.starts_with("audit.jsonl: 1 line holds, head "));
}

#[test]
fn an_empty_log_holds() {
    let folder = LogFolder::new();
    folder.write("");
    let (status, out, _) = folder.run("audit verify audit.jsonl");
    assert_eq!((status, out), (0, format!("audit.jsonl: 0 lines hold, head {}\n", "0".repeat(64))));
}

#[test]
fn a_changed_line_is_named() {
    let folder = LogFolder::of(5);
    let mut all = lines(&folder.bytes());
    let at = all[2].len() / 2;
    all[2][at] ^= 1;
    folder.write(all.concat());
    let (status, out, err) = folder.run("audit verify audit.jsonl");
    assert_eq!((status, &*out), (1, ""));
    let head = check(&all[..2].concat()).head;
    assert_eq!(
        err,
        format!(
            "cxflowc: audit.jsonl: line 3 does not hold: it was changed after it was written: its hash does not match its bytes\n  \
             help: above it 2 lines hold, the last with the head {head}\n"
        )
    );
}

#[test]
fn a_torn_end_fails_until_it_is_repaired() {
    let folder = LogFolder::of(2);
    folder.write([folder.bytes(), b"{\"time\":".to_vec()].concat());
    let (status, out, err) = folder.run("audit verify audit.jsonl");
    assert_eq!((status, &*out), (1, ""));
    assert_eq!(
        err,
        "cxflowc: audit.jsonl: line 3 does not hold: it is torn: 8 bytes of an interrupted write\n  \
         help: the next append repairs it, and keeps the torn bytes\n"
    );
    let head = folder.append(2).head;
    let (status, out, err) = folder.run("audit verify audit.jsonl");
    assert_eq!((status, &*err), (0, ""));
    assert_eq!(
        out,
        format!(
            "audit.jsonl: 4 lines hold, head {head}\n  \
             line 4 reports 9 torn bytes of an interrupted write\n"
        )
    );
    folder.write(folder.bytes().strip_suffix(b"\n").unwrap());
    let (status, _, err) = folder.run("audit verify audit.jsonl");
    assert!(status == 1 && err.contains("line 5 does not hold: its newline is missing"), "{err}");
}

#[test]
fn a_head_shows_a_cut_tail() {
    let folder = LogFolder::of(4);
    let head = folder.holds().head;
    let (status, out, _) = folder.run(&format!("audit verify audit.jsonl --head {head}"));
    assert!(status == 0 && out.ends_with("  the head asked for is that of the last line\n"), "{out}");
    let upper = head.to_string().to_uppercase();
    assert_eq!(folder.run(&format!("audit verify audit.jsonl --head {upper}")).0, 0);
    folder.append(4);
    let out = folder.run(&format!("audit verify audit.jsonl --head {head}")).1;
    assert!(out.ends_with("  1 line came after the head asked for\n"), "{out}");

    folder.write(lines(&folder.bytes())[..3].concat());
    let (status, out, err) = folder.run(&format!("audit verify audit.jsonl --head {head}"));
    assert_eq!((status, &*out), (1, ""));
    assert!(
        err.starts_with(
            "cxflowc: audit.jsonl: no line has this head: the end of the log was cut off, or it is another log\n"
        ),
        "{err}"
    );
}

#[test]
fn the_verdict_comes_as_json_too() {
    let folder = LogFolder::of(2);
    folder.write([folder.bytes(), b"{\"time\":".to_vec()].concat());
    let before = check(&folder.bytes()).head;
    let (status, out, _) = folder.run("audit verify audit.jsonl --format json");
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(status, 1);
    assert_eq!(
        said,
        json!({
            "file": "audit.jsonl", "lines": 2, "head": before.to_string(), "holds": false, "lines_after_head": null,
            "problem": {"line": 3, "kind": "torn", "why": "it is torn: 8 bytes of an interrupted write"},
            "repairs": [], "repairs_left_out": 0
        })
    );
    let appended = folder.append(2);
    let (status, out, err) = folder.run(&format!("audit verify --format json audit.jsonl --head {before}"));
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, &*err, out.lines().count()), (0, "", 1));
    assert_eq!(
        said,
        json!({
            "file": "audit.jsonl", "lines": 4, "head": appended.head.to_string(), "holds": true,
            "lines_after_head": 2, "problem": null,
            "repairs": [{"line": 4, "torn_bytes": 9, "torn_sha256": appended.repaired.unwrap().sha256.to_string()}],
            "repairs_left_out": 0
        })
    );
}

#[test]
fn every_kind_of_change_exits_1() {
    let folder = LogFolder::of(3);
    let bytes = folder.bytes();
    for at in (0..bytes.len()).step_by(61).chain([bytes.len() - 1]) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        folder.write(&changed);
        let (status, out, err) = folder.run("audit verify audit.jsonl");
        assert_eq!((status, &*out), (1, ""), "{at}");
        assert!(err.starts_with("cxflowc: audit.jsonl: line "), "{at}: {err}");
    }
}

#[test]
fn what_cannot_be_read_exits_2() {
    let folder = LogFolder::new();
    let (status, _, err) = folder.run("audit verify nowhere.jsonl");
    assert_eq!(
        (status, &*err),
        (2, "cxflowc: cannot read the audit log nowhere.jsonl: there is no such file\n")
    );
    let (status, _, err) = folder.run("audit verify .");
    assert_eq!((status, &*err), (2, "cxflowc: cannot read the audit log .: it is a folder\n"));
}

#[test]
fn misuse_exits_2() {
    let folder = LogFolder::of(1);
    for arguments in [
        "audit",
        "audit verify",
        "audit verifi audit.jsonl",
        "audit verify audit.jsonl another.jsonl",
        "audit verify audit.jsonl --head",
        "audit verify audit.jsonl --head 12ab",
        "audit verify audit.jsonl --format xml",
    ] {
        let (status, out, err) = folder.run(arguments);
        assert_eq!((status, &*out), (2, ""), "{arguments}: {err}");
    }
    let err = folder.run(&format!("audit verify audit.jsonl --head {}", "g".repeat(64))).2;
    assert!(err.contains("a SHA-256 has 64 hexadecimal digits"), "{err}");
}

/// A log that is kept compressed is checked through a pipe.
#[cfg(target_os = "linux")]
#[test]
fn a_log_comes_through_a_pipe() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let folder = LogFolder::of(3);
    let mut child = Command::new(env!("CARGO_BIN_EXE_cxflowc"))
        .args(["audit", "verify", "/dev/stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&folder.bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("/dev/stdin: 3 lines hold"));
}

#[test]
fn the_manual_has_a_page_for_a_verb_of_a_verb() {
    let folder = LogFolder::new();
    let (status, out, _) = folder.run("man audit verify");
    assert!(status == 0 && out.contains(".TH CXFLOWC-AUDIT-VERIFY 1") && out.contains("head"), "{out}");
    let (status, _, err) = folder.run("man audit verfy");
    assert_eq!(
        (status, &*err),
        (2, "cxflowc: there is no verb audit verfy\n  help: did you mean `verify`?\n")
    );
    let (status, _, err) = folder.run("man build all");
    assert_eq!(
        (status, &*err),
        (2, "cxflowc: there is no verb build all\n  help: `build` has no verbs of its own\n")
    );
}

#[test]
fn a_log_and_a_lock_that_change_places_are_told_apart() {
    let folder = LogFolder::of(2);
    let write = |name: &str, text: &str| std::fs::write(folder.path().with_file_name(name), text).unwrap();
    write(
        "cxflow.lock",
        "# What `cxflowc submit` handed over. Commit this file: the next submission reads it.\nversion = 1\n",
    );
    write("a.cxflow", "flow \"A\"\n");
    write("cxflow.toml", "policies = []\n");
    std::fs::create_dir(folder.path().with_file_name("dir")).unwrap();
    let usage = "  help: write the log first: `cxflowc audit verify LOG --lock LOCK`\n";
    for (arguments, said, help) in [
        ("cxflow.lock --lock audit.jsonl", "cxflow.lock is a lock file, not an audit log", usage),
        ("cxflow.lock", "cxflow.lock is a lock file, not an audit log", usage),
        ("--lock audit.jsonl audit.jsonl", "audit.jsonl is an audit log, not a lock file", usage),
        ("audit.jsonl --lock a.cxflow", "a.cxflow is a flow, not a lock file", usage),
        ("audit.jsonl --lock cxflow.toml", "cxflow.toml is a file with settings, not a lock file", usage),
        (
            "audit.jsonl --lock dir",
            "dir is a folder, not a lock file",
            "  help: name the lock in it: dir/cxflow.lock\n",
        ),
        (
            "audit.jsonl --lock .",
            ". is a folder, not a lock file",
            "  help: name the lock in it: ./cxflow.lock\n",
        ),
    ] {
        let (status, out, err) = folder.run(&format!("audit verify {arguments}"));
        assert_eq!((status, &*out), (2, ""), "{arguments}");
        assert_eq!(err, format!("cxflowc: {said}\n{help}"), "{arguments}");
    }
    let (_, _, err) = folder.run("audit verify audit.jsonl --lock nope.lock");
    assert!(err.contains("cannot read nope.lock: there is no such file"), "{err}");
    let (_, _, err) = folder.run("audit verify audit.jsonl --lock cxflow.lock");
    assert!(err.contains("has no head of audit.jsonl"), "{err}");
}
