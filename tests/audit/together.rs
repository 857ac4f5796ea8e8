//! Many processes and threads on one log.

use std::path::Path;
use std::process::{Command, Stdio};

use cxflowc::audit::Log;
use serde_json::Value;

use super::support::*;

const CHILD: &str = "CXFLOWC_TEST_AUDIT_LOG";
const PROCESSES: u64 = 6;
const THREADS: u64 = 4;
const EACH: u64 = 10;

/// What each thread of a process does.
fn append_from_threads(path: &Path) {
    let log = Log::open(path).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let log = &log;
            scope.spawn(move || {
                for number in 0..EACH {
                    let flow = format!("{} {thread} {number}", std::process::id());
                    log.append(&entry(number).flow(flow)).unwrap();
                }
            });
        }
    });
}

/// This test is the process that the next one starts; by itself it does nothing.
#[test]
fn child() {
    if let Some(path) = std::env::var_os(CHILD) {
        append_from_threads(Path::new(&path));
    }
}

#[test]
fn processes_and_threads_share_one_log() {
    let folder = LogFolder::new();
    let mut children: Vec<_> = (0..PROCESSES)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "together::child"])
                .env(CHILD, folder.path())
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    // Whoever looks while others write sees a log that holds.
    let mut seen = 0;
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        if folder.path().exists() {
            let verdict = cxflowc::audit::verify_file(&folder.path(), None).unwrap();
            assert!(verdict.holds(), "{verdict:?}");
            assert!(verdict.lines >= seen);
            seen = verdict.lines;
        }
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(folder.holds().lines, PROCESSES * THREADS * EACH);
    let mut flows: Vec<String> = lines(&folder.bytes())
        .iter()
        .map(|line| serde_json::from_slice::<Value>(line).unwrap()["flow"].as_str().unwrap().to_owned())
        .collect();
    flows.sort();
    flows.dedup();
    assert_eq!(flows.len() as u64, PROCESSES * THREADS * EACH, "every entry is there once");
}

/// Processes that are ended in the middle of their work leave a log that the next append makes whole.
#[test]
fn processes_that_are_killed_leave_a_log_that_can_be_gone_on_with() {
    let folder = LogFolder::new();
    for _ in 0..10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "together::child"])
            .env(CHILD, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let before = std::fs::metadata(folder.path()).map_or(0, |log| log.len());
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while std::fs::metadata(folder.path()).map_or(0, |log| log.len()) == before {
            assert!(std::time::Instant::now() < deadline, "nothing is appended");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        folder.append(0);
        folder.holds();
    }
}
