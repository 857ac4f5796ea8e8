//! `--watch`: real files that change in every way in which editors change them.

use std::fs;
use std::time::Duration;

use crate::harness::Folder;
use crate::live::Live;

const GOOD: &str = "flow \"F\"\nentry a\ndisclosure a { say \"Hi.\"; -> bye }\ndisconnect bye\n";
/// With a node that does not exist.
const BROKEN: &str = "flow \"F\"\nentry a\ndisclosure a { say \"Hi.\"; -> nowhere }\n";
const WITH_PART: &str =
    "flow \"F\"\nentry a\ninclude \"parts/end.cxflow\"\ndisclosure a { say \"Hi.\"; -> bye }\n";
/// Long enough for a change to be noticed, had there been one.
const MOMENT: Duration = Duration::from_secs(3);

#[test]
fn each_save_is_checked_and_a_clean_round_is_one_line() {
    let folder = Folder::of(GOOD);
    let mut watching = Live::start(&folder, "check --watch a.cxflow");
    let first = watching.prints("no errors; watching");
    assert!(first.contains("a.cxflow: no findings"), "{first}");
    folder.write("a.cxflow", BROKEN);
    let findings = watching.prints(": errors");
    assert!(findings.contains("nowhere") && findings.contains("a.cxflow: 1 error"), "{findings}");
    folder.write("a.cxflow", GOOD);
    let clean = watching.prints(": no errors");
    assert_eq!(clean.lines().count(), 2, "what a round says differs from the last one: {clean}");
    // The same figures again: one line is enough.
    folder.write("a.cxflow", format!("{GOOD}// a comment\n"));
    let clean = watching.prints(": no errors");
    assert_eq!(clean.lines().count(), 1, "{clean}");
}

#[test]
fn only_files_that_somebody_edits_are_counted() {
    let folder = Folder::of(GOOD).committed();
    let mut watching = Live::start(&folder, "check --watch a.cxflow");
    watching.prints("no errors; watching 1 file, Ctrl-C ends it");
}

#[test]
fn a_file_that_is_written_again_as_it_is_starts_no_round_and_neither_do_other_files() {
    let folder = Folder::of(GOOD);
    let mut watching = Live::start(&folder, "build --watch a.cxflow");
    watching.prints("no errors; watching");
    assert!(folder.has("a.json"));
    folder.write("a.cxflow", GOOD);
    folder.write("notes.txt", "not read");
    folder.write("b.cxflow", "not named");
    assert_eq!(watching.prints_meanwhile(MOMENT), "");
}

#[test]
fn an_output_is_written_whole_at_each_round_and_stays_when_there_are_errors() {
    let folder = Folder::of(GOOD);
    let mut watching = Live::start(&folder, "build --watch a.cxflow");
    watching.prints("no errors; watching");
    let first = folder.read("a.json");
    folder.write("a.cxflow", BROKEN);
    watching.prints(": errors");
    assert_eq!(folder.read("a.json"), first);
    folder.write("a.cxflow", GOOD.replace("Hi.", "Good morning."));
    watching.prints(": no errors");
    assert!(folder.read("a.json").contains("Good morning."));
    assert_eq!(folder.names(), ["a.cxflow", "a.json"]);
}

#[test]
fn editors_that_rename_truncate_or_delete_are_followed() {
    let folder = Folder::of(GOOD);
    let mut watching = Live::start(&folder, "check --watch a.cxflow");
    watching.prints("no errors; watching");
    // Writes beside it, and renames.
    folder.write(".a.cxflow.swp", BROKEN);
    fs::rename(folder.path(".a.cxflow.swp"), folder.path("a.cxflow")).unwrap();
    watching.prints(": errors");
    // Moves the old one out of the way, and writes a new one.
    fs::rename(folder.path("a.cxflow"), folder.path("a.cxflow~")).unwrap();
    folder.write("a.cxflow", GOOD);
    watching.prints(": no errors");
    // Many events at once.
    for number in 0..50 {
        folder.write("a.cxflow", format!("{GOOD}// {number}\n"));
    }
    folder.write("a.cxflow", BROKEN);
    watching.prints(": errors");
    // Gone for longer than any editor needs.
    fs::remove_file(folder.path("a.cxflow")).unwrap();
    let gone = watching.prints(": not done");
    assert!(gone.contains("cannot read a.cxflow"), "{gone}");
    folder.write("a.cxflow", GOOD);
    watching.prints(": no errors");
}

#[test]
fn includes_settings_and_policies_count_also_where_they_appear_later() {
    let folder = Folder::new().with("flows/spring/a.cxflow", WITH_PART).with("cxflow.toml", "").committed();
    let mut watching = Live::start(&folder, "check --watch flows/spring/a.cxflow");
    let missing = watching.prints(": errors");
    assert!(missing.contains("parts/end.cxflow"), "{missing}");
    folder.write("flows/spring/parts/end.cxflow", "disconnect bye\n");
    watching.prints(": no errors");
    folder.write("flows/cxflow.toml", "policies = [\"house.cxflow\"]\n");
    let lacking = watching.prints(": errors");
    assert!(lacking.contains("house.cxflow"), "{lacking}");
    folder.write("flows/house.cxflow", "policy house {\n  person: require agent\n}\n");
    watching.prints("house/person");
    watching.prints(": errors");
    fs::remove_file(folder.path("flows/cxflow.toml")).unwrap();
    watching.prints(": no errors");
}

#[test]
fn new_flows_in_a_folder_count() {
    let folder = Folder::new().with("flows/a.cxflow", GOOD);
    let mut watching = Live::start(&folder, "check --watch flows");
    watching.prints("no errors; watching");
    folder.write("flows/deep/er/b.cxflow", BROKEN);
    let findings = watching.prints(": errors");
    assert!(findings.contains("b.cxflow: 1 error"), "{findings}");
    assert!(!findings.contains("flows/a.cxflow"), "nothing new is said of it: {findings}");
    fs::remove_dir_all(folder.path("flows/deep")).unwrap();
    watching.prints(": no errors");
}

#[test]
fn what_cannot_change_is_refused() {
    let folder = Folder::of(GOOD).committed();
    for (argument, why) in [("-", "standard input can be read only once"), ("v1:a.cxflow", "does not change")]
    {
        for verb in ["build", "check"] {
            folder.run(&format!("{verb} --watch {argument}")).exits(2).message_has(why);
        }
    }
}

#[test]
fn a_first_round_that_cannot_be_done_ends_it() {
    let folder = Folder::of(GOOD);
    folder.run("check --watch --allow nonsense a.cxflow").exits(2).err_has("there is no diagnostic");
    folder.run("check --watch b.cxflow").exits(2).err_has("cannot read b.cxflow");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_and_leaves_no_file_behind() {
    use std::os::unix::process::ExitStatusExt;

    let folder = Folder::of(GOOD);
    for (signal, number) in [("-INT", 2), ("-TERM", 15)] {
        if crate::harness::is_ignored(number) {
            continue;
        }
        let mut watching = Live::start(&folder, "build --watch a.cxflow");
        watching.prints("no errors; watching");
        watching.signal(signal);
        let status = watching.ends();
        assert_eq!(status.signal(), i32::try_from(number).ok(), "{status:?}");
        assert_eq!(folder.names(), ["a.cxflow", "a.json"]);
    }
}

#[cfg(unix)]
#[test]
fn it_ends_once_nobody_reads_its_results() {
    let folder = Folder::of(BROKEN);
    let arguments = "check --watch --message-format json a.cxflow";
    let mut watching = Live::of(folder.command(arguments), 1);
    watching.prints("{\"code\"");
    assert_eq!(watching.ends().code(), Some(0), "though the file does not change");
    // What prints nothing there has nothing that somebody could read.
    for arguments in ["check --watch a.cxflow", "build --watch a.cxflow"] {
        let mut watching = Live::of(folder.command(arguments), 0);
        watching.prints("errors; watching");
        std::thread::sleep(MOMENT);
        assert!(watching.goes_on(), "{arguments}");
        folder.write("a.cxflow", GOOD);
        watching.prints(": no errors");
        folder.write("a.cxflow", BROKEN);
    }
}
