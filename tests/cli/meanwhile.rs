//! `fmt` and a file that somebody else writes at the same time, or that has another owner or mode.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::time::Duration;

use super::harness::*;

/// A flow that takes a while to format.
fn long() -> String {
    let lines: String = (0..1000).map(|number| format!("let  name_{number} = \"text {number}\"\n")).collect();
    format!("{CLEAN}{lines}")
}

/// Saves as editors do: beside the file and then in its place, or into the file.
fn save(folder: &Folder, text: &str, in_place: bool) {
    if in_place {
        folder.write("a.cxflow", text);
    } else {
        folder.write("a.cxflow.new", text);
        std::fs::rename(folder.path("a.cxflow.new"), folder.path("a.cxflow")).unwrap();
    }
}

#[test]
fn a_change_saved_during_formatting_is_kept() {
    let text = long();
    let (mut told, mut saved_first) = (0, 0);
    for attempt in 0..200_u64 {
        let folder = Folder::of(&text);
        let mut command = folder.command("fmt a.cxflow").command;
        let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(attempt % 50 * 500));
        let edited = format!("{text}// saved at {attempt}\n");
        save(&folder, &edited, attempt % 3 == 0);
        let output = child.wait_with_output().unwrap();
        let after = folder.read("a.cxflow");
        assert!(after.contains(&format!("// saved at {attempt}")), "the edit of {attempt} is lost");
        assert_eq!(folder.names(), ["a.cxflow"], "nothing is left behind");
        let err = String::from_utf8(output.stderr).unwrap();
        if err.contains("was changed while it was being formatted") {
            assert_eq!(output.status.code(), Some(2));
            assert_eq!(after, edited);
            told += 1;
        } else {
            saved_first += 1;
        }
    }
    assert!(told > 0, "no edit came between reading and writing, of {saved_first}");
}

#[test]
fn the_mode_stays_whatever_the_mask() {
    for (mode, mask) in [(0o664, "077"), (0o600, "000"), (0o755, "022"), (0o640, "077"), (0o666, "027")] {
        let folder = Folder::of(&CLEAN.replace("entry notice", "entry   notice")).with("a.json", "older");
        let permissions = || std::fs::Permissions::from_mode(mode);
        for name in ["a.cxflow", "a.json"] {
            std::fs::set_permissions(folder.path(name), permissions()).unwrap();
        }
        for verb in ["fmt", "build"] {
            let mut command = std::process::Command::new("sh");
            let run = format!("umask {mask}; exec {} {verb} -q a.cxflow", env!("CARGO_BIN_EXE_cxflowc"));
            assert!(command.args(["-c", &run]).current_dir(folder.root()).status().unwrap().success());
        }
        assert!(folder.read("a.cxflow").contains("\nentry notice\n"), "it is formatted");
        for name in ["a.cxflow", "a.json"] {
            assert_eq!(folder.path(name).metadata().unwrap().mode() & 0o7777, mode, "{name} under {mask}");
        }
    }
}

/// Only root can give files away, so that only root sees whether they stay given away.
#[test]
fn the_owner_stays() {
    let folder = Folder::of(&CLEAN.replace("entry notice", "entry   notice")).with("a.json", "older");
    for name in ["a.cxflow", "a.json"] {
        if chown(folder.path(name), Some(12345), Some(23456)).is_err() {
            return;
        }
    }
    folder.run("fmt a.cxflow").exits(0);
    folder.run("build a.cxflow").exits(0);
    assert!(folder.read("a.cxflow").contains("\nentry notice\n"), "it is formatted");
    for name in ["a.cxflow", "a.json"] {
        let found = folder.path(name).metadata().unwrap();
        assert_eq!((found.uid(), found.gid()), (12345, 23456), "{name}");
    }
    // Somebody else who may write the file does not become its owner.
    folder.write("a.cxflow", CLEAN.replace("entry notice", "entry   notice"));
    let inode = folder.path("a.cxflow").metadata().unwrap().ino();
    for name in ["", "a.cxflow"] {
        std::fs::set_permissions(folder.path(name), std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    let program = folder.path("program");
    std::fs::copy(env!("CARGO_BIN_EXE_cxflowc"), &program).unwrap();
    let mut command = std::process::Command::new("setpriv");
    command
        .args(["--reuid=34567", "--regid=34567", "--clear-groups"])
        .arg(&program)
        .args(["fmt", "-q", "a.cxflow"]);
    let Ok(status) = command.current_dir(folder.root()).status() else { return };
    assert!(status.success());
    let found = folder.path("a.cxflow").metadata().unwrap();
    assert_eq!((found.uid(), found.gid(), found.ino()), (12345, 23456, inode));
    assert!(folder.read("a.cxflow").contains("\nentry notice\n"), "it is formatted");
}
