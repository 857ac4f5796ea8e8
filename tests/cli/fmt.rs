//! `fmt`.

use super::harness::*;

const LOOSE: &str = "flow \"A\"\nentry   a\nplay a \"https://cdn.example.com/a.wav\" // first\na->b\n";
const NEAT: &str = "flow \"A\"\nentry a\n\nplay a \"https://cdn.example.com/a.wav\" // first\na -> b\n";

/// Broken in line 1.
const UNREADABLE: &str = "entry\n  play a\n";

#[test]
fn a_file_is_formatted_in_place() {
    let folder = Folder::of(LOOSE);
    folder.run("fmt a.cxflow").exits(0).out_is("").err_is("a.cxflow: formatted\n");
    assert_eq!(folder.read("a.cxflow"), NEAT);
    assert_eq!(folder.names(), ["a.cxflow"]);
    folder.run("fmt a.cxflow").exits(0).out_is("").err_is("");
    folder.write("a.cxflow", LOOSE);
    folder.run("fmt -q a.cxflow").exits(0).out_is("").err_is("");
    assert_eq!(folder.read("a.cxflow"), NEAT);
}

#[test]
fn a_formatted_file_is_not_touched() {
    let folder = Folder::of(NEAT);
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    let file = std::fs::File::options().write(true).open(folder.path("a.cxflow")).unwrap();
    file.set_modified(time).unwrap();
    drop(file);
    folder.run("fmt a.cxflow").exits(0);
    assert_eq!(std::fs::metadata(folder.path("a.cxflow")).unwrap().modified().unwrap(), time);
}

#[test]
fn check_names_the_files_that_differ_and_changes_nothing() {
    let folder = Folder::of(LOOSE).with("b.cxflow", NEAT).with("c.cxflow", LOOSE);
    folder
        .run("fmt --check a.cxflow b.cxflow c.cxflow")
        .exits(1)
        .out_is("a.cxflow\nc.cxflow\n")
        .err_is("2 of 3 files differ from the canonical layout\n");
    assert_eq!(folder.read("a.cxflow"), LOOSE);
    folder.run("fmt --check b.cxflow").exits(0).out_is("").err_is("");
    folder.run("fmt --check -q a.cxflow").exits(1).out_is("a.cxflow\n").err_is("");
    folder.run("fmt --check a.cxflow").exits(1).err_is("1 of 1 file differs from the canonical layout\n");
}

#[test]
fn diff_shows_what_would_change_and_changes_nothing() {
    let folder = Folder::of(LOOSE).with("b.cxflow", NEAT);
    let diff = "--- a.cxflow\n+++ a.cxflow\n@@ -1,4 +1,5 @@\n flow \"A\"\n-entry   a\n+entry a\n+\n play a \"https://cdn.example.com/a.wav\" // first\n-a->b\n+a -> b\n";
    folder.run("fmt --diff a.cxflow b.cxflow").exits(0).out_is(diff).err_is("");
    assert_eq!(folder.read("a.cxflow"), LOOSE);
    folder.run("fmt --diff --check -q a.cxflow b.cxflow").exits(1).out_is(diff).err_is("");
    folder.run("fmt --diff --check b.cxflow").exits(0).out_is("").err_is("");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::of(LOOSE);
    folder.command("fmt -").input(LOOSE).run().exits(0).out_is(NEAT).err_is("");
    folder.command("fmt -").input(NEAT).run().exits(0).out_is(NEAT).err_is("");
    folder.command("fmt - --check").input(NEAT).run().exits(0).out_is("");
    folder.command("fmt - --check -q").input(LOOSE).run().exits(1).out_is("<stdin>\n");
    folder.command("fmt - --diff").input(LOOSE).run().exits(0).out_has("--- <stdin>\n+++ <stdin>\n@@ ");
    folder.command("fmt - -q a.cxflow").input(LOOSE).run().exits(0).out_is(NEAT);
    assert_eq!(folder.read("a.cxflow"), NEAT);
    folder.command("fmt - -").run().exits(2).err_has("standard input can be read only once");
}

#[test]
fn a_control_character_in_a_string_stays() {
    let text = "let a = \"\u{1b}[31mred\u{1b}[0m\"\n";
    Folder::new().command("fmt -").input(text).run().exits(0).out_is(text);
}

#[test]
fn a_folder_stands_for_every_flow_below_it() {
    let folder = Folder::new()
        .with("flows/b.cxflow", LOOSE)
        .with("flows/a.cxflow", LOOSE)
        .with("flows/a/c.cxflow", LOOSE)
        .with("flows/a/c.txt", LOOSE)
        .with("flows/.git/d.cxflow", LOOSE)
        .with("other.cxflow", LOOSE);
    // One that is named twice is formatted once.
    let run = folder.run("fmt flows ./flows/b.cxflow").exits(0).out_is("");
    let names: Vec<String> = run.err.lines().map(|line| line.replace('\\', "/")).collect();
    assert_eq!(
        names,
        ["flows/a/c.cxflow: formatted", "flows/a.cxflow: formatted", "flows/b.cxflow: formatted"]
    );
    for untouched in ["flows/a/c.txt", "flows/.git/d.cxflow", "other.cxflow"] {
        assert_eq!(folder.read(untouched), LOOSE, "{untouched}");
    }
    folder.run("fmt --check flows").exits(0);
}

#[test]
fn a_folder_without_flows_is_a_slip() {
    let folder = Folder::of(LOOSE).with("docs/a.txt", "");
    folder.run("fmt docs a.cxflow").exits(2).err_is("cxflowc: there is no .cxflow file in docs\n");
    assert_eq!(folder.read("a.cxflow"), LOOSE);
}

#[cfg(unix)]
#[test]
fn a_cycle_of_links_ends() {
    let folder = Folder::new().with("flows/a.cxflow", LOOSE);
    std::os::unix::fs::symlink("..", folder.path("flows/up")).unwrap();
    std::os::unix::fs::symlink("a.cxflow", folder.path("flows/b.cxflow")).unwrap();
    folder.run("fmt flows").exits(0).err_is("flows/a.cxflow: formatted\n");
    assert!(folder.path("flows/b.cxflow").is_symlink());
}

#[test]
fn a_file_with_syntax_errors_is_left_alone_with_them() {
    let folder = Folder::of(UNREADABLE).with("b.cxflow", LOOSE);
    folder
        .run("fmt --message-format short a.cxflow b.cxflow")
        .exits(1)
        .out_is("")
        .err_has("a.cxflow:1:6: error[CX001 syntax]: ")
        .err_has("a.cxflow: 1 error; left as it is\n")
        .err_has("b.cxflow: formatted\n");
    assert_eq!(folder.read("a.cxflow"), UNREADABLE);
    assert_eq!(folder.read("b.cxflow"), NEAT);
    folder.command("fmt -").input(UNREADABLE).run().exits(1).out_is("").err_has("CX001");
    folder.run("fmt --check a.cxflow").exits(1).out_is("").err_has("CX001");
}

#[test]
fn a_broken_line_of_a_declared_kind_is_explained_as_that() {
    let flow = "kind wt type \"web\" { with number: text }\nwt desk with number = \"x\" lasts 3s\n";
    Folder::of(flow)
        .run("fmt --message-format short a.cxflow")
        .exits(1)
        .err_has("a.cxflow:2:27: error[CX001 syntax]: options come before `with`")
        .err_lacks("not a kind of node");
}

#[test]
fn a_file_with_merge_conflicts_is_left_as_it_is() {
    let conflicts = [
        // As git, diff3 and jj write them, and what is left of one.
        "<<<<<<< HEAD\nentry   a\n=======\nentry   b\n>>>>>>> theirs\n",
        "<<<<<<< HEAD\nentry   a\n||||||| 1f2e3d4\nentry   c\n=======\nentry   b\n>>>>>>> theirs\n",
        "<<<<<<< Conflict 1 of 1\n%%%%%%% Changes from base to side #1\n-entry c\n+entry   a\n+++++++ Contents of side #2\nentry   b\n>>>>>>> Conflict 1 of 1 ends\n",
        "<<<<<<< HEAD\r\nentry   a\r\n=======\r\nentry   b\r\n>>>>>>> theirs\r\n",
        "<<<<<<< HEAD\n=======\nentry   b\n>>>>>>> theirs\n",
        "<<<<<<< HEAD\nentry   a\n",
        "entry   a\n=======\nentry   b\n",
        "entry   a\n>>>>>>> theirs\n",
    ];
    for conflict in conflicts {
        let text = format!("flow \"A\"\n{conflict}disconnect   a\ndisconnect   b\n");
        let folder = Folder::of(&text).with("b.cxflow", LOOSE);
        let run = folder.run("fmt a.cxflow b.cxflow --message-format=short").exits(1);
        assert_eq!(run.err.matches("CX006").count(), 1, "{conflict}: {}", run.err);
        assert_eq!(run.err.matches("error[").count(), 1, "{conflict}: {}", run.err);
        assert_eq!(folder.read("a.cxflow"), text);
        assert_eq!(folder.read("b.cxflow"), NEAT, "another file of the run is formatted");
        folder.run("fmt --check a.cxflow").exits(1).err_has("CX006");
        folder.run("fmt --diff a.cxflow").exits(1).out_is("").err_has("CX006");
        folder.command("fmt -").input(&*text).run().exits(1).out_is("").err_has("CX006");
        assert_eq!(folder.read("a.cxflow"), text);
    }
}

#[test]
fn errors_that_are_not_of_syntax_do_not_matter() {
    let folder = Folder::of("entry  nowhere\n");
    folder.run("fmt a.cxflow").exits(0).err_is("a.cxflow: formatted\n");
}

#[test]
fn bytes_that_are_no_text_are_left_alone() {
    let bytes = b"entry  a\nflow \"caf\xe9\"\n";
    let folder = Folder::new().with("a.cxflow", bytes);
    folder.run("fmt a.cxflow").exits(1).err_has("CX004");
    assert_eq!(std::fs::read(folder.path("a.cxflow")).unwrap(), bytes);
}

#[test]
fn windows_line_breaks_and_a_byte_order_mark_stay() {
    let windows = |text: &str| format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
    let folder = Folder::of(&windows(LOOSE));
    folder.run("fmt a.cxflow").exits(0);
    assert_eq!(folder.read("a.cxflow"), windows(NEAT));
    folder.run("fmt --check a.cxflow").exits(0);
}

#[test]
fn a_file_at_a_revision_is_refused() {
    let folder = Folder::of(LOOSE).committed();
    folder
        .run("fmt v1:a.cxflow a.cxflow")
        .exits(2)
        .err_has("cxflowc: v1:a.cxflow is at a git revision, where no file can be changed\n")
        .err_has("git show v1:a.cxflow | cxflowc fmt -");
    assert_eq!(folder.read("a.cxflow"), LOOSE);
    folder.run("fmt --check v1:a.cxflow").exits(2);
}

#[test]
fn a_file_that_is_not_there_leaves_the_others_formatted() {
    let folder = Folder::of(LOOSE);
    folder
        .run("fmt b.cxflow a.cxflow")
        .exits(2)
        .err_has("cannot read b.cxflow: there is no such file")
        .err_has("a.cxflow: formatted\n");
    assert_eq!(folder.read("a.cxflow"), NEAT);
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_count() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of(LOOSE).with("b.cxflow", LOOSE);
    let set = |name: &str, mode| {
        std::fs::set_permissions(folder.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("a.cxflow", 0o750);
    set("b.cxflow", 0o444);
    folder.run("fmt a.cxflow b.cxflow").exits(2).err_has("cannot write b.cxflow: this user may not write it");
    let mode = std::fs::metadata(folder.path("a.cxflow")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o750);
    assert_eq!(folder.read("a.cxflow"), NEAT);
    assert_eq!(folder.read("b.cxflow"), LOOSE);
}

#[cfg(unix)]
#[test]
fn fmt_does_not_write_to_devices_and_pipes() {
    let folder = Folder::new();
    folder.command("fmt /dev/null").run().exits(2).err_has("/dev/null is not a regular file");
    folder.command("fmt --check /dev/null").run().exits(0);
}
