//! Colours and closed pipes.

use std::process::Stdio;

use super::harness::*;

#[test]
fn a_pipe_has_no_colours() {
    Folder::of(BROKEN).run("check a.cxflow").err_lacks("\u{1b}");
}

#[test]
fn colours_can_be_had_in_a_pipe() {
    Folder::of(BROKEN).run("check --color always a.cxflow").err_has("\u{1b}[");
    Folder::new().run("explain --color always dead-end").out_has("\u{1b}[1mCX201 dead-end");
}

#[test]
fn the_variable_no_color_turns_colours_off() {
    Folder::of(BROKEN)
        .command("check a.cxflow")
        .env("NO_COLOR", "1")
        .env("CLICOLOR_FORCE", "1")
        .run()
        .err_lacks("\u{1b}");
}

#[test]
fn never_is_stronger_than_the_environment() {
    Folder::of(BROKEN)
        .command("check --color never a.cxflow")
        .env("CLICOLOR_FORCE", "1")
        .run()
        .err_lacks("\u{1b}");
}

#[test]
fn escape_sequences_of_a_flow_are_not_printed() {
    let folder = Folder::of(&BROKEN.replace("bey", "`\u{1b}[31mbey`"));
    folder.run("check --color always a.cxflow").exits(1).err_lacks("\u{1b}[31mbey").err_has("\\u{1b}[31mbey");
}

#[test]
fn a_closed_standard_output_ends_quietly() {
    let folder = Folder::of(&format!("{CLEAN}{}", "// filler\n".repeat(100)));
    for arguments in [
        "build a.cxflow -o -",
        "check --format json a.cxflow",
        "check --format sarif a.cxflow",
        "explain",
        "man",
        "completions bash",
        "--help",
    ] {
        let mut command = folder.command(arguments).command;
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!err.contains("panicked") && !err.contains("roken pipe"), "{arguments}: {err}");
        assert_eq!(output.status.code(), Some(0), "{arguments}: {err}");
    }
}
