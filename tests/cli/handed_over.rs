//! Flows that a shell passes in: they lie in no folder, so the settings of the working folder apply.
#![cfg(unix)]

use super::harness::*;

#[test]
fn a_pipe_has_the_settings_of_the_working_folder() {
    let folder = Folder::of(CLEAN)
        .with("cxflow.toml", "policies = [\"us_tsr\"]\n")
        .with("flows/b.cxflow", "")
        .committed();
    for argument in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        let shell = |line: &str| {
            let line = line.replace("cxflowc", env!("CARGO_BIN_EXE_cxflowc"));
            let mut command = std::process::Command::new("sh");
            let output = command.args(["-c", &line]).current_dir(folder.root()).output().unwrap();
            (output.status.code(), String::from_utf8(output.stderr).unwrap())
        };
        let (status, said) = shell(&format!("cat a.cxflow | cxflowc check --format short {argument}"));
        assert_eq!(status, Some(1), "{argument}: {said}");
        assert!(said.contains("`us_tsr`"), "{argument}: {said}");
        // A file as standard input is that file, or what was read of it.
        let (status, said) = shell(&format!("cxflowc check --format short {argument} < a.cxflow"));
        assert_eq!(status, Some(1), "{argument}: {said}");
        let (status, said) =
            shell(&format!("cd flows; cat ../a.cxflow | cxflowc check --format short {argument}"));
        assert_eq!(status, Some(1), "{argument}: {said}");
    }
}

#[test]
fn a_pipe_includes_from_the_working_folder() {
    let folder = Folder::of(&format!("{CLEAN}include \"part.cxflow\"\n"))
        .with("part.cxflow", "lett brand = \"Lakeside\"\n");
    for argument in ["-", "/dev/stdin"] {
        let line = format!("cat a.cxflow | {} check {argument}", env!("CARGO_BIN_EXE_cxflowc"));
        let mut command = std::process::Command::new("sh");
        let output = command.args(["-c", &line]).current_dir(folder.root()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("part.cxflow:1:1"), "{argument}: {said}");
    }
}
