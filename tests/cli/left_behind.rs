//! Temporary files are gone after an error and after signals, and after SIGKILL at the next run.
#![cfg(target_os = "linux")]

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::harness::*;

/// A flow whose payload takes a while to write.
fn large() -> String {
    let count = 20_000;
    let nodes: String = (0..count)
        .map(|number| format!("play  n{number} \"https://cdn.example.com/{number}.wav\"\n"))
        .collect();
    let chain: String = (1..count).map(|number| format!("n{} -> n{number}\n", number - 1)).collect();
    format!(
        "flow \"Large\"\nentry notice\ndisclosure notice \"https://cdn.example.com/n.wav\"\nagent sales \"q\"\n{nodes}notice -> n0\n{chain}n{} -> sales\n",
        count - 1
    )
}

fn temporary(folder: &Folder) -> Vec<String> {
    folder.names().into_iter().filter(|name| name.starts_with(".cxflowc-")).collect()
}

/// Starts a command and waits until it writes beside its output; `None` if it was faster.
fn writing(folder: &Folder, run: &str) -> Option<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", run]).current_dir(folder.root()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let began = Instant::now();
    loop {
        if !temporary(folder).is_empty() {
            return Some(child);
        }
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "it neither writes nor ends");
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn send(child: &Child, signal: &str) {
    let kill = format!("kill -{signal} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

/// Ends a command with a signal while it writes.
fn ended(folder: &Folder, run: &str, signal: &str) -> ExitStatus {
    // It is caught only in the moment in which it writes.
    for _ in 0..200 {
        if let Some(mut child) = writing(folder, run) {
            send(&child, signal);
            let status = child.wait().unwrap();
            if status.code().is_none() {
                return status;
            }
        }
        let _ = std::fs::remove_file(folder.path("a.json"));
    }
    panic!("{run} is never caught while it writes");
}

fn build() -> String {
    format!("exec {} build -q --as-is a.cxflow", env!("CARGO_BIN_EXE_cxflowc"))
}

#[test]
fn a_signal_leaves_no_temporary_files() {
    let folder = Folder::of(&large());
    for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("QUIT", 3)] {
        if is_ignored(number) {
            continue;
        }
        let status = ended(&folder, &format!("ulimit -c 0; {}", build()), signal);
        assert_eq!(
            status.signal(),
            i32::try_from(number).ok(),
            "it ends by the signal, as a shell has to see"
        );
        assert_eq!(folder.names(), ["a.cxflow"], "after {signal}");
    }
}

#[test]
fn a_signal_that_is_ignored_from_the_start_stays_ignored() {
    let folder = Folder::of(&large());
    let mut child = writing(&folder, &format!("trap '' HUP; {}", build())).expect("it writes for a while");
    send(&child, "HUP");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(folder.names(), ["a.cxflow", "a.json"]);
}

#[test]
fn the_next_run_removes_temporary_files_of_a_killed_run() {
    let folder = Folder::of(&large());
    for next in
        ["build a.cxflow", "build broken.cxflow", "fmt a.cxflow", "new fresh", "build a.cxflow -o b.json"]
    {
        folder.write("a.cxflow", large());
        let status = ended(&folder, &build(), "KILL");
        assert_eq!(status.signal(), Some(9));
        assert_eq!(temporary(&folder).len(), 1, "it was killed while it wrote");
        folder.write("broken.cxflow", BROKEN);
        folder.run(next);
        assert_eq!(temporary(&folder), Vec::<String>::new(), "after {next}");
        for name in ["a.json", "fresh.cxflow", "b.json"] {
            let _ = std::fs::remove_file(folder.path(name));
        }
    }
}

#[test]
fn files_of_another_run_and_of_others_are_left_alone() {
    let folder = Folder::of(CLEAN)
        .with(".cxflowc-0123456789.tmp", "written right now")
        .with(".cxflowc-abcdefghij.tmp", "left behind")
        .with(".cxflowc-notes", "mine")
        .with(".cxflowc-0123456789.txt", "mine")
        .with(".cxflowc-0123456.tmp", "mine")
        .with(".cxflowc-foldername.tmp/x", "mine");
    std::os::unix::fs::symlink("a.cxflow", folder.path(".cxflowc-linktofile.tmp")).unwrap();
    let held = std::fs::File::open(folder.path(".cxflowc-0123456789.tmp")).unwrap();
    held.lock().unwrap();
    folder.run("build a.cxflow").exits(0);
    let mut stay = vec![
        ".cxflowc-0123456.tmp",
        ".cxflowc-0123456789.tmp",
        ".cxflowc-0123456789.txt",
        ".cxflowc-foldername.tmp",
        ".cxflowc-linktofile.tmp",
        ".cxflowc-notes",
    ];
    assert_eq!(temporary(&folder), stay);
    drop(held);
    folder.run("build a.cxflow").exits(0);
    stay.remove(1);
    assert_eq!(temporary(&folder), stay);
}

#[test]
fn many_runs_in_one_folder_take_nothing_from_each_other() {
    let folder = Folder::new();
    for number in 0..8 {
        folder.write(&format!("f{number}.cxflow"), CLEAN.replace("Reminder", &format!("F{number}")));
    }
    std::thread::scope(|scope| {
        for number in 0..8 {
            let folder = &folder;
            scope.spawn(move || {
                for _ in 0..10 {
                    folder.run(&format!("build -q f{number}.cxflow")).exits(0);
                }
            });
        }
    });
    assert_eq!(temporary(&folder), Vec::<String>::new());
}

#[test]
fn new_leaves_nothing_where_there_is_no_room() {
    let folder = Folder::of(CLEAN).with("a.json", "older");
    let before = folder.names();
    for (verb, blocks) in
        [("new fresh", 0), ("new fresh.cxflow", 0), ("build a.cxflow", 0), ("build a.cxflow -o b.json", 0)]
    {
        let run = format!("ulimit -f {blocks}; exec {} {verb}", env!("CARGO_BIN_EXE_cxflowc"));
        let output = Command::new("sh").args(["-c", &run]).current_dir(folder.root()).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{verb}: {:?} {err}", output.status);
        assert!(err.contains("cannot write"), "{verb}: {err}");
        assert_eq!(folder.names(), before, "{verb}");
        assert_eq!(folder.read("a.json"), "older");
    }
}

#[test]
fn a_first_flow_never_replaces_what_is_there() {
    let folder = Folder::new().with("there.cxflow", "mine").with("folder.cxflow/x", "");
    std::os::unix::fs::symlink("nothing", folder.path("link.cxflow")).unwrap();
    let before = folder.names();
    for name in ["there", "folder", "link"] {
        folder.run(&format!("new {name}")).exits(2).err_has("already exists");
    }
    assert_eq!((folder.names(), folder.read("there.cxflow")), (before, "mine".to_owned()));
}
