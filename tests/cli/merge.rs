//! `merge`, by itself and as git's merge driver.

use super::harness::*;

const FLOW: &str = r#"flow "Recall"
entry notice

include "ends.cxflow"

disclosure notice { say "This is Lakeside." }

collect menu "Press 1 for the desk." {
  on 1 -> desk
  on timeout | invalid -> bye
}

agent desk "front-desk"

notice -> menu
"#;

const ENDS: &str = "disconnect bye\n";

fn with_branch(key: &str) -> String {
    FLOW.replace("  on timeout", &format!("  on {key} -> bye\n  on timeout"))
}

fn three(ours: &str, theirs: &str) -> Folder {
    Folder::new().with("base.cxflow", FLOW).with("ours.cxflow", ours).with("theirs.cxflow", theirs)
}

#[test]
fn two_branches_at_one_place_are_merged() {
    let folder = three(&with_branch("2"), &with_branch("9"));
    let merged = FLOW.replace("  on timeout", "  on 2 -> bye\n  on 9 -> bye\n  on timeout");
    folder.run("merge base.cxflow ours.cxflow theirs.cxflow").exits(0).out_is(&merged).err_is("");
    folder.run("merge base.cxflow ours.cxflow theirs.cxflow -o -").exits(0).out_is(&merged);
    folder.run("merge base.cxflow ours.cxflow theirs.cxflow -o ours.cxflow").exits(0).out_is("").err_is("");
    assert_eq!(folder.read("ours.cxflow"), merged);
}

#[test]
fn each_conflict_is_named() {
    let folder = three(&FLOW.replace("Lakeside", "Hillside"), &FLOW.replace("Lakeside", "Riverside"));
    folder
        .run("merge base.cxflow ours.cxflow theirs.cxflow --name recall.cxflow --marker-size 9")
        .exits(1)
        .out_has("<<<<<<<<< ours\ndisclosure notice { say \"This is Hillside.\" }\n=========\n")
        .message_has("recall.cxflow: the node `notice` is changed on both sides")
        .err_has("recall.cxflow: 1 conflict\n");
}

#[test]
fn versions_come_from_streams_and_revisions() {
    let folder = three(&with_branch("2"), &with_branch("9")).committed();
    folder.write("ours.cxflow", with_branch("3"));
    let merged = FLOW.replace("  on timeout", "  on 3 -> bye\n  on 9 -> bye\n  on timeout");
    let run = folder.command("merge HEAD:base.cxflow ours.cxflow -").input(with_branch("9")).run();
    run.exits(0).out_is(&merged);
}

#[test]
fn what_is_no_text_or_missing_is_refused_and_nothing_is_written() {
    let folder = three(FLOW, FLOW).with("bytes", b"entry \xff\n");
    folder.run("merge base.cxflow ours.cxflow nowhere.cxflow").exits(2).message_has("nowhere.cxflow");
    folder
        .run("merge base.cxflow bytes theirs.cxflow -o bytes")
        .exits(2)
        .message_has("bytes is not UTF-8 text");
    folder.run("merge - - theirs.cxflow").exits(2).message_has("only one of the three versions");
    folder.run("merge base.cxflow ours.cxflow").exits(2);
    folder.run("merge base.cxflow ours.cxflow theirs.cxflow --marker-size 0").exits(2);
    folder
        .run("merge base.cxflow ours.cxflow theirs.cxflow -o cxflow.toml")
        .exits(2)
        .message_has("cxflow.toml");
    assert_eq!(std::fs::read(folder.path("bytes")).unwrap(), b"entry \xff\n");
}

/// A repository with the driver of docs/ci.md, and a branch `theirs` whose commit made these changes.
fn repository(theirs: &[(&str, &str)]) -> Folder {
    let folder = Folder::new()
        .with("recall.cxflow", FLOW)
        .with("ends.cxflow", ENDS)
        .with(".gitattributes", "*.cxflow merge=cxflow\n")
        .committed();
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ci.md")).unwrap();
    let driver = page.lines().find_map(|line| line.strip_prefix("git config merge.cxflow.driver '")).unwrap();
    let driver =
        driver.trim_end_matches('\'').replace("cxflowc", concat!("'", env!("CARGO_BIN_EXE_cxflowc"), "'"));
    folder.git(&["config", "merge.cxflow.driver", &driver]);
    folder.git(&["branch", "-M", "main"]);
    folder.git(&["checkout", "-q", "-b", "theirs"]);
    for (name, text) in theirs {
        folder.write(name, text);
    }
    folder.git(&["commit", "-qam", "theirs"]);
    folder.git(&["checkout", "-q", "main"]);
    folder
}

#[test]
fn git_merges_branches_of_a_menu_and_an_included_file() {
    let folder = repository(&[
        ("recall.cxflow", &with_branch("9")),
        ("ends.cxflow", "disconnect bye\nplay a \"https://x.example/a.wav\"\n"),
    ]);
    folder.write("recall.cxflow", with_branch("2"));
    folder.write("ends.cxflow", "disconnect bye\nplay b \"https://x.example/b.wav\"\n");
    folder.git(&["commit", "-qam", "ours"]);
    folder.git(&["merge", "-q", "theirs"]);
    let merged = FLOW.replace("  on timeout", "  on 2 -> bye\n  on 9 -> bye\n  on timeout");
    assert_eq!(folder.read("recall.cxflow"), merged);
    assert_eq!(
        folder.read("ends.cxflow"),
        "disconnect bye\nplay b \"https://x.example/b.wav\"\nplay a \"https://x.example/a.wav\"\n"
    );
    folder.git(&["diff", "--quiet", "HEAD"]);
}

#[test]
fn git_keeps_a_conflict_for_whoever_merges() {
    let folder = repository(&[("recall.cxflow", &FLOW.replace("Lakeside", "Hillside"))]);
    folder.write("recall.cxflow", FLOW.replace("Lakeside", "Riverside").replace("on 1 ->", "on 4 ->"));
    folder.git(&["commit", "-qam", "ours"]);
    let merge = std::process::Command::new("git")
        .args(["merge", "theirs"])
        .current_dir(folder.root())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .unwrap();
    assert_eq!(merge.status.code(), Some(1));
    let shown = String::from_utf8(merge.stderr).unwrap();
    assert!(shown.contains("recall.cxflow: the node `notice` is changed on both sides"), "{shown}");
    let text = folder.read("recall.cxflow");
    assert!(text.contains("<<<<<<< ours\ndisclosure notice { say \"This is Riverside.\" }\n"), "{text}");
    assert!(text.contains("  on 4 -> desk\n"), "{text}");
}

/// The two sides fit together as texts and not as a flow, which only the whole flow shows.
#[test]
fn check_finds_what_a_merge_of_texts_cannot_see() {
    let folder = repository(&[
        ("recall.cxflow", &FLOW.replace("-> bye", "-> goodbye")),
        ("ends.cxflow", "disconnect goodbye\n"),
    ]);
    folder.write("recall.cxflow", with_branch("2"));
    folder.git(&["commit", "-qam", "ours"]);
    folder.git(&["merge", "-q", "theirs"]);
    folder
        .run("check recall.cxflow")
        .exits(1)
        .message_has("a transition names `bye`, but there is no such node");
}

#[test]
fn messages_show_no_control_characters() {
    let test = |end: &str| format!("{FLOW}test \"a\u{1b}[35m\u{202e}b\" -> {end}\n");
    let folder = three(&test("bye"), &test("desk"));
    folder
        .run("merge base.cxflow ours.cxflow theirs.cxflow -o out.cxflow")
        .exits(1)
        .message_has("the test \"a")
        .err_lacks("\u{1b}")
        .err_lacks("\u{202e}");
}
