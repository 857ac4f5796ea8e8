//! A terminal that is closed while a job runs.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::support::*;

#[test]
fn a_hang_up_says_which_job_runs_and_leaves_it_pending() {
    let (emulator, folder) = (Emulate::start("-q --job-time 1h"), Folder::of(CLEAN));
    for (signal, number) in [("HUP", 1), ("TERM", 15)] {
        if is_ignored(number) {
            continue;
        }
        let mut command = emulator.command(&folder, "submit a.cxflow --force").command;
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let began = Instant::now();
        while !folder.has("cxflow.lock") || !folder.read("cxflow.lock").contains("job = ") {
            assert!(began.elapsed() < Duration::from_secs(60), "it never hands anything over");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
        let kill = format!("kill -{signal} {}", child.id());
        std::process::Command::new("sh").args(["-c", &kill]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{signal}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("interrupted"), "{signal}: {output:?}");
        assert!(folder.read("cxflow.lock").contains("job = "));
        assert_eq!(folder.names(), ["a.cxflow", "cxflow.lock"]);
    }
}
