//! `language_version` in `cxflow.toml`: which language flows are written in.

use super::harness::*;

#[test]
fn the_version_that_the_compiler_speaks_changes_nothing() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "language_version = 1\n");
    folder.run("build --deny warnings a.cxflow").exits(0);
    let with = folder.read("a.json");
    folder.write("cxflow.toml", "");
    folder.run("build a.cxflow").exits(0);
    assert_eq!(folder.read("a.json"), with);
}

#[test]
fn another_version_is_an_error_that_says_which_one_is_spoken() {
    for (version, help) in [
        ("2", "use a newer `cxflowc`, or write `language_version = 1`"),
        ("10_000", "use a newer `cxflowc`, or write `language_version = 1`"),
        ("99999999999999999999", "language_version"),
        ("0", "write `language_version = 1`, the first"),
        ("-1", "write `language_version = 1`, the first"),
    ] {
        let folder = Folder::of(CLEAN).with("cxflow.toml", format!("language_version = {version}\n"));
        let run = folder.run("build --message-format short a.cxflow").exits(1);
        assert!(!folder.has("a.json"));
        let run = run.err_has("cxflow.toml:1:20: error[");
        if version.len() < 10 {
            run.err_has("this compiler supports version 1");
        }
        folder.run("check a.cxflow").exits(1).err_has(help);
    }
}

#[test]
fn a_language_version_that_is_not_a_whole_number_has_one_finding() {
    for value in ["\"1\"", "1.0", "\"one\"", "[1]", "true", "\"\""] {
        let folder = Folder::of(CLEAN).with("cxflow.toml", format!("language_version = {value}\n"));
        let run = folder.run("check --message-format short a.cxflow").exits(1);
        run.err_has("`language_version` must be a whole number");
    }
}

#[test]
fn other_names_for_language_version_are_recognized() {
    for (line, meant) in [
        ("language = 1", "language_version"),
        ("version = 1", "language_version"),
        ("edition = 1", "language_version"),
        ("language-version = 1", "language_version"),
        ("languageversion = 1", "language_version"),
        ("language = \"en\"", "languages"),
        ("language = [\"en\"]", "languages"),
        ("lang = \"en\"", "languages"),
    ] {
        let folder = Folder::of(CLEAN).with("cxflow.toml", format!("{line}\n"));
        folder.run("check a.cxflow").err_has(&format!("did you mean `{meant}`?"));
    }
}

#[test]
fn in_an_environment_it_is_told_where_it_belongs() {
    let settings = "[env.prod]\nbase_url = \"https://api.example.com\"\nlanguage_version = 1\n";
    let folder = Folder::of(CLEAN).with("cxflow.toml", settings);
    folder.run("check a.cxflow").err_has("language_version").err_has("above the first");
}

#[test]
fn each_folder_may_name_it() {
    let folder = Folder::new()
        .with("cxflow.toml", "language_version = 1\n")
        .with("below/cxflow.toml", "language_version = 1\n")
        .with("below/a.cxflow", CLEAN);
    folder.run("check --deny warnings below/a.cxflow").exits(0);
}
