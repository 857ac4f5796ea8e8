//! `cxflowc audit verify`

use serde_json::json;

use super::harness::Folder;
use super::support::*;

#[test]
fn a_log_that_holds_is_said_to() {
    let folder = LogFolder::of(12);
    let head = folder.holds().head;
    let said = format!("audit.jsonl: 12 lines hold, head {head}\n");
    folder.run("audit verify audit.jsonl").exits(0).out_is(&said).err_is("");
    let one = LogFolder::of(1).run("audit verify audit.jsonl").exits(0);
    assert!(one.out.starts_with("audit.jsonl: 1 line holds, head "), "{one:?}");
}

#[test]
fn an_empty_log_is_said_to_be_empty() {
    let folder = LogFolder::new();
    folder.write("");
    folder
        .run("audit verify audit.jsonl")
        .exits(0)
        .out_is("audit.jsonl: the log is empty, so nothing is verified\n");
    let run = folder.run(&format!("audit verify audit.jsonl --head {}", "1".repeat(64))).exits(1).out_is("");
    run.err_has("audit.jsonl: no line has this head").err_has("help: the log is empty\n");
}

#[test]
fn a_changed_line_is_named() {
    let folder = LogFolder::of(5);
    let mut all = lines(&folder.bytes());
    let at = all[2].len() / 2;
    all[2][at] ^= 1;
    folder.write(all.concat());
    let head = check(&all[..2].concat()).head;
    folder.run("audit verify audit.jsonl").exits(1).out_is("").err_is(&format!(
        "cxflowc: audit.jsonl: line 3 does not hold: it was changed after it was written: its hash does not match its bytes\n  \
         help: above it 2 lines hold, the last with the head {head}\n"
    ));
}

#[test]
fn a_torn_end_fails_until_it_is_repaired() {
    let folder = LogFolder::of(2);
    folder.write([folder.bytes(), b"{\"time\":".to_vec()].concat());
    folder.run("audit verify audit.jsonl").exits(1).out_is("").err_is(
        "cxflowc: audit.jsonl: line 3 does not hold: it is torn: 8 bytes of an interrupted write\n  \
         help: the next append repairs it, and keeps the torn bytes\n",
    );
    let head = folder.append(2).head;
    let said = format!(
        "audit.jsonl: 4 lines hold, head {head}\n  \
         line 4 reports 9 torn bytes of an interrupted write\n"
    );
    folder.run("audit verify audit.jsonl").exits(0).out_is(&said).err_is("");
    folder.write(folder.bytes().strip_suffix(b"\n").unwrap());
    folder.run("audit verify audit.jsonl").exits(1).err_has("line 5 does not hold: its newline is missing");
}

#[test]
fn a_head_shows_a_cut_tail() {
    let folder = LogFolder::of(4);
    let head = folder.holds().head;
    let verify = format!("audit verify audit.jsonl --head {head}");
    folder.run(&verify).exits(0).out_has("\n  the head asked for is that of the last line\n");
    let upper = head.to_string().to_uppercase();
    folder.run(&format!("audit verify audit.jsonl --head {upper}")).exits(0);
    folder.append(4);
    folder.run(&verify).exits(0).out_has("\n  1 line came after the head asked for\n");

    folder.write(lines(&folder.bytes())[..3].concat());
    folder.run(&verify).exits(1).out_is("").err_has(
        "cxflowc: audit.jsonl: no line has this head: the end of the log was cut off, or it is another log\n",
    );
}

#[test]
fn the_verdict_comes_as_json_too() {
    let folder = LogFolder::of(2);
    folder.write([folder.bytes(), b"{\"time\":".to_vec()].concat());
    let before = check(&folder.bytes()).head;
    assert_eq!(
        folder.run("audit verify audit.jsonl --format json").exits(1).json(),
        json!({
            "file": "audit.jsonl", "lines": 2, "head": before.to_string(), "holds": false, "lines_after_head": null,
            "problem": {"line": 3, "kind": "torn", "why": "it is torn: 8 bytes of an interrupted write"},
            "repairs": [], "repairs_left_out": 0
        })
    );
    let appended = folder.append(2);
    let run =
        folder.run(&format!("audit verify --format json audit.jsonl --head {before}")).exits(0).err_is("");
    assert_eq!(
        run.lines(),
        [json!({
            "file": "audit.jsonl", "lines": 4, "head": appended.head.to_string(), "holds": true,
            "lines_after_head": 2, "problem": null,
            "repairs": [{"line": 4, "torn_bytes": 9, "torn_sha256": appended.repaired.unwrap().sha256.to_string()}],
            "repairs_left_out": 0
        })]
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
        let run = folder.run("audit verify audit.jsonl").exits(1).out_is("");
        assert!(run.err.starts_with("cxflowc: audit.jsonl: line "), "byte {at}: {run:?}");
    }
}

#[test]
fn an_unreadable_file_exits_2() {
    let folder = LogFolder::new();
    let said = "cxflowc: cannot read the audit log nowhere.jsonl: there is no such file\n";
    folder.run("audit verify nowhere.jsonl").exits(2).err_is(said);
    let said = "cxflowc: cannot read the audit log .: it is a folder\n";
    folder.run("audit verify .").exits(2).err_is(said);
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
        let run = folder.run(arguments);
        assert_eq!((run.status, &*run.out), (Some(2), ""), "{arguments}: {run:?}");
    }
    let no_hash = format!("audit verify audit.jsonl --head {}", "g".repeat(64));
    folder.run(&no_hash).exits(2).err_has("a SHA-256 has 64 hexadecimal digits");
}

/// A log that is kept compressed is checked through a pipe.
#[cfg(target_os = "linux")]
#[test]
fn a_log_comes_through_a_pipe() {
    let folder = Folder::new();
    let verify = folder.command("audit verify /dev/stdin").input(LogFolder::of(3).bytes());
    verify.run().exits(0).out_has("/dev/stdin: 3 lines hold");
}

#[test]
fn the_manual_has_a_page_for_a_verb_of_a_verb() {
    let folder = LogFolder::new();
    folder.run("man audit verify").exits(0).out_has(".TH CXFLOWC-AUDIT-VERIFY 1").out_has("head");
    let said = "cxflowc: there is no verb audit verfy\n  help: did you mean `verify`?\n";
    folder.run("man audit verfy").exits(2).err_is(said);
    let said = "cxflowc: there is no verb build all\n  help: `build` has no verbs of its own\n";
    folder.run("man build all").exits(2).err_is(said);
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
        let run = folder.run(&format!("audit verify {arguments}")).exits(2).out_is("");
        assert_eq!(run.err, format!("cxflowc: {said}\n{help}"), "{arguments}");
    }
    let missing = folder.run("audit verify audit.jsonl --lock nope.lock");
    missing.err_has("cannot read nope.lock: there is no such file");
    let headless = folder.run("audit verify audit.jsonl --lock cxflow.lock");
    headless.err_has("has no head of audit.jsonl");
}
