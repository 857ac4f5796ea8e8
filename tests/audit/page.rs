//! `docs/audit.md`: its program and its commands come to the same verdict as `cxflowc`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::support::*;

fn blocks(fence: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/audit.md");
    let text = std::fs::read_to_string(page).unwrap();
    let parts = text.split("\n```").skip(1).step_by(2);
    parts.filter_map(|part| part.strip_prefix(&format!("{fence}\n"))).map(str::to_owned).collect()
}

/// The page's program in a folder of its own; `None` where there is no Python.
fn python(log: &LogFolder, arguments: &[&str]) -> Option<Output> {
    let script: PathBuf = log.path().with_file_name("verify.py");
    let [program] = &blocks("python")[..] else { panic!("one program") };
    std::fs::write(&script, program).unwrap();
    Command::new("python3").arg(&script).arg(log.path()).args(arguments).output().ok()
}

#[test]
fn the_program_of_the_page_comes_to_the_same_verdict() {
    let folder = LogFolder::of(2);
    let whole = folder.bytes();
    folder.write([&whole[..], b"{\"time\":\"20"].concat());
    folder.append(2);
    let all = folder.bytes();
    let head = check(&all).head.to_string();

    let Some(output) = python(&folder, &[&head]) else { return };
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(out, format!("line 4 reports 12 torn bytes above it\n4 lines hold, head {head}\n"));
    assert!(!python(&folder, &[&"1".repeat(64)]).unwrap().status.success());

    for rest in [" \n", "\n", "{}\n", "{\"time\":\"2\n{\"time\":\"2\n\n", "\0x\n", "{\"time\":\"2\0\0"] {
        let edited = [&all[..], rest.as_bytes()].concat();
        folder.write(&edited);
        let output = python(&folder, &[]).unwrap();
        let is_torn = matches!(problem(&edited).why, cxflowc::audit::LogFault::Torn { .. });
        let said = if is_torn { "it is torn" } else { "it was changed" };
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{rest:?}: {output:?}");
    }

    let last = lines(&all)[3].clone();
    let text = String::from_utf8_lossy(&last[..last.len() - 2]).into_owned();
    let mut ends: Vec<Vec<u8>> = (1..last.len() - 1).step_by(23).map(|end| last[..end].to_vec()).collect();
    ends.push(last[..last.len() - 2].to_vec());
    ends.extend([text.repeat(2), text.replace(':', ": "), text.replace('"', "'")].map(String::into_bytes));
    ends.extend([b"{\"time\":\"hello".to_vec(), vec![0; (1 << 20) + 1]]);
    for end in ends {
        let edited = [&all[..], &end].concat();
        folder.write(&edited);
        let output = python(&folder, &[]).unwrap();
        let is_torn = matches!(problem(&edited).why, cxflowc::audit::LogFault::Torn { .. });
        let said = if is_torn { "it is torn" } else { "it was changed" };
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{}: {output:?}", end.escape_ascii());
    }
    folder.write(&all[..all.len() - 1]);
    let output = python(&folder, &[]).unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("it is torn: only its newline"), "{output:?}");

    for at in (0..all.len()).step_by(97).chain([all.len() - 1, whole.len() + 3]) {
        let mut changed = all.clone();
        changed[at] ^= 1;
        folder.write(&changed);
        let output = python(&folder, &[]).unwrap();
        let line = problem(&changed).line.unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "a change at {at} does not show");
        assert!(err.starts_with(&format!("line {line} does not hold: ")), "{at}: {err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_commands_of_the_page_print_the_hashes() {
    let folder = LogFolder::of(8);
    let head = check(&folder.bytes()).head.to_string();
    let line = String::from_utf8(lines(&folder.bytes())[6].clone()).unwrap();
    let own = &line[line.len() - 67..line.len() - 3];
    let commands: Vec<String> =
        blocks("sh").into_iter().filter(|block| block.contains("sha256sum")).collect();
    assert_eq!(commands.len(), 2);
    for (command, hash) in commands.iter().zip([&*head, own]) {
        let folder = folder.path();
        let output =
            Command::new("sh").args(["-c", command]).current_dir(folder.parent().unwrap()).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).starts_with(hash), "{command}: {output:?}");
    }
}
