//! Progress on a terminal, which `script` of util-linux makes.

use std::process::{Command, Stdio};

use super::screen::shown;
use super::support::*;

const WIDTH: usize = 100;

/// What a terminal was sent by a command; `None` where no terminal can be had.
fn on_a_terminal(command: Cxflowc) -> Option<String> {
    if !Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return None;
    }
    let inner = command.command;
    let words: Vec<String> = [inner.get_program()]
        .into_iter()
        .chain(inner.get_args())
        .map(|word| format!("'{}'", word.display()))
        .collect();
    let mut script = Command::new("script");
    script.args(["-qec", &format!("stty cols {WIDTH} rows 40; {}", words.join(" ")), "/dev/null"]);
    script.current_dir(inner.get_current_dir().unwrap()).env("TERM", "xterm-256color");
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    let output = script.stdin(Stdio::null()).output().unwrap();
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Whether a text has any escape sequence for a colour or the like.
fn is_coloured(output: &str) -> bool {
    output
        .split("\u{1b}[")
        .skip(1)
        .any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'))
}

#[test]
fn the_bars_are_gone_in_the_end_and_the_results_are_there() {
    let emulator = Emulate::start("-q --job-time 300ms");
    let folder =
        Folder::of(CLEAN).with("b.cxflow", flow("Second")).with("c.cxflow", WARNED.replace("Reminder", "C"));
    let command = emulator.command(&folder, "submit a.cxflow b.cxflow c.cxflow --color never --parallel 2");
    let Some(output) = on_a_terminal(command) else { return };
    assert!(output.contains("submitting") && output.contains("queued, job job-"), "{output:?}");
    let shown = shown(&output, WIDTH);
    let at = shown.iter().position(|line| line.starts_with("a.cxflow: ")).unwrap();
    assert!(shown[0].starts_with("warning[CX403 unused]"), "{shown:#?}");
    let results = &shown[at..];
    assert_eq!(results.len(), 4, "{shown:#?}");
    for (line, name) in results.iter().zip(["a", "b", "c"]) {
        assert!(
            line.starts_with(&format!("{name}.cxflow: in place as flow-")) && line.ends_with(')'),
            "{shown:#?}"
        );
    }
    assert!(results[3].starts_with("3 builds, 3 valid, "), "{shown:#?}");
    assert!(shown[..at].iter().all(|line| !line.contains("job-")), "{shown:#?}");
}

#[test]
fn a_rehearsals_requests_stand_above_the_bars() {
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Second"));
    let Some(output) = on_a_terminal(bare(&folder, "submit --emulate a.cxflow b.cxflow --color never"))
    else {
        return;
    };
    let shown = shown(&output, WIDTH);
    let is_request = |line: &&String| {
        let words: Vec<&str> = line.split(' ').collect();
        matches!(words[..], ["GET" | "POST", .., "ms)"])
    };
    // The second flow's last requests may come after the first one's result.
    let (told, results): (Vec<&String>, Vec<&String>) = shown.iter().partition(is_request);
    assert!(told.len() >= 5, "{shown:#?}");
    assert_eq!(results.len(), 3, "{shown:#?}");
    assert!(results[0].starts_with("a.cxflow: in place") && results[1].starts_with("b.cxflow: in place"));
}

#[test]
fn errors_are_printed_above_the_progress_bars() {
    let platform = Platform::start();
    platform.answer(|request| {
        let name = (request.line == "POST /api/flows")
            .then(|| request.json()["name"].as_str().unwrap().to_owned())?;
        let job = serde_json::json!({"id": "job-9", "status": "queued"});
        Some(if name == "Second" { (201, job) } else { (422, serde_json::json!({"message": "no"})) })
    });
    let folder = Folder::of(CLEAN).with("b.cxflow", flow("Second"));
    let command = platform.command(&folder, "submit a.cxflow b.cxflow --color never --message-format short");
    let Some(output) = on_a_terminal(command) else { return };
    let shown = shown(&output, WIDTH);
    assert!(shown[0].starts_with("error[CX902 payload-refused]: a.cxflow: http://"), "{shown:#?}");
    assert_eq!(
        shown[1..3],
        ["a.cxflow: not in place, CX902 payload-refused", "b.cxflow: in place as flow-of-job-9 (job job-9)"]
    );
    assert_eq!(shown.len(), 4, "{shown:#?}");
}

#[test]
fn without_colours_there_are_none() {
    let platform = Platform::start();
    let folder = Folder::of(WARNED);
    let run = |arguments: &str, name: &str, value: &str| {
        let command = platform.command(&folder, &format!("submit a.cxflow --force {arguments}"));
        on_a_terminal(command.env(name, value))
    };
    let Some(usual) = run("", "X", "") else { return };
    assert!(is_coloured(&usual), "{usual:?}");
    for (arguments, name) in [("--color never", "X"), ("", "NO_COLOR"), ("--color never", "CLICOLOR_FORCE")] {
        let output = run(arguments, name, "1").unwrap();
        assert!(!is_coloured(&output), "{arguments} {name}: {output:?}");
    }
}

#[test]
fn a_quiet_run_has_no_bars() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN);
    let Some(output) = on_a_terminal(platform.command(&folder, "submit -q a.cxflow")) else { return };
    assert_eq!(output, "a.cxflow: in place as flow-1 (job job-1)\r\n");
}

#[test]
fn a_pipe_has_no_bars() {
    let (emulator, folder) = (quick_emulator(), Folder::of(CLEAN));
    let run = emulator.run(&folder, "submit a.cxflow").exits(0);
    assert!(
        !run.out.contains('\u{1b}') && !run.err.contains('\u{1b}') && !run.err.contains("handing"),
        "{run:?}"
    );
}
