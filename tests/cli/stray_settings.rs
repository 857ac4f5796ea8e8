//! A `cxflow.toml` with no flow at or below its folder.

use super::harness::*;

const LAW: &str = "policies = [\"us_tsr\"]\n";
const HOUSE: &str = "policy house \"House\" { no: forbid voicemail }\n";

fn repository() -> Folder {
    Folder::new().with("flows/a.cxflow", CLEAN).with("flows/b.cxflow", CLEAN)
}

fn short(folder: &Folder, arguments: &str) -> Run {
    folder.run(&format!("check --message-format short {arguments}"))
}

#[test]
fn settings_below_which_no_flow_lies_are_reported_once() {
    for (name, text) in [
        ("config/cxflow.toml", LAW),
        ("config/a/b/cxflow.toml", LAW),
        ("flows/settings/cxflow.toml", LAW),
        ("config/cxflow.toml", "[env.prod.params]\nqueue = \"q\"\n"),
        ("config/cxflow.toml", "[env.prod]\n"),
        ("my config/cxflow.toml", "longest_waiver = \"30 days\"\n"),
        ("ö/cxflow.toml", "overridable = true\n"),
    ] {
        let folder = repository().with(name, text).committed();
        let said = format!("{name}:1:1: warning[CX719 stray-settings]");
        let run = short(&folder, ".").exits(0).err_has(&said);
        assert_eq!(run.err.matches("CX719").count(), 1, "{run:#?}");
        short(&folder, "v1:.").exits(0).err_has(&format!("v1:{said}"));
        short(&folder, ". flows --deny warnings").exits(1).err_has("error[CX719");
        short(&folder, ". --allow stray-settings").exits(0).err_lacks("[CX719").err_has("1 warning silenced");
        // Whoever names one flow asks for nothing else.
        short(&folder, "flows/a.cxflow").exits(0).err_lacks("CX719");
        let found = folder.run("check --message-format json .").exits(0).lines();
        assert_eq!((found.len(), &found[0]["file"]), (1, &name.into()));
        let sarif = folder.run("check --message-format sarif .").exits(0).json();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!((results.len(), &results[0]["ruleId"]), (1, &"CX719".into()));
    }
}

#[test]
fn they_are_read_for_errors_and_stop_every_verb() {
    for (text, code) in [
        ("polices = [\"us_tsr\"]\n", "CX702"),
        ("policies = \"us_tsr\"\n", "CX703"),
        ("policies = [\"us_tsr\"\n", "CX701"),
        ("[env.prod]\nclient_secret = \"kQ7vz-93Xw81pL\"\n", "CX704"),
    ] {
        let folder = repository().with("config/cxflow.toml", text).committed();
        for source in [".", "v1:."] {
            let run = short(&folder, source).exits(1).err_has(&format!("error[{code}")).err_lacks("kQ7vz");
            assert_eq!(run.err.matches(code).count(), 1, "{run:#?}");
        }
        folder.run("build .").exits(1);
        assert!(!folder.has("flows/a.json") && !folder.has("flows/b.json"));
        folder.run("test .").exits(1);
        folder.run("policy check .").exits(1);
        folder.run("submit --emulate .").exits(1);
        folder.run("build flows").exits(0);
    }
    let folder = repository();
    std::fs::create_dir_all(folder.path("config/cxflow.toml")).unwrap();
    short(&folder, ".").exits(0);
}

#[test]
fn parts_and_policies_alone_are_no_flows() {
    let folder = repository().with("config/house.cxflow", HOUSE).with("config/cxflow.toml", LAW).committed();
    for source in [".", "config", "config flows", "v1:config", "v1:."] {
        short(&folder, source).exits(0).err_has("config/cxflow.toml:1:1: warning[CX719");
    }
    let folder = Folder::new().with("lib/part.cxflow", "disconnect bye\n").with("lib/cxflow.toml", LAW);
    let flow = format!("include \"../lib/part.cxflow\"\n{}", CLEAN.replace("-> sales", "-> bye"));
    let folder = folder.with("flows/a.cxflow", flow).committed();
    short(&folder, ".").err_has("CX719");
}

#[test]
fn settings_that_may_count_are_left_alone() {
    // A repository of policies, at whose top they are tried.
    let folder = Folder::new().with("house.cxflow", HOUSE).with("cxflow.toml", LAW).committed();
    short(&folder, ".").exits(0).err_lacks("CX719");
    short(&folder, "v1:.").exits(0).err_lacks("CX719");
    let folder = Folder::new().with("house.cxflow", HOUSE).with("cxflow.toml", LAW);
    short(&folder, ".").exits(0).err_lacks("CX719");
    // Flows in a folder that is not looked into, and one that cannot be read right.
    for (name, text) in [
        ("s/.drafts/a.cxflow", CLEAN),
        ("s/x/y/a.cxflow", CLEAN),
        ("s/a.CXFLOW", CLEAN),
        ("s/a.cxflow", "flow Reminder\nentry {\n"),
        ("s/a.cxflow", "flo \"Reminder\"\nplay a \"a.wav\"\n"),
    ] {
        let folder = repository().with("s/cxflow.toml", "longest_waiver = \"30 days\"\n").with(name, text);
        short(&folder.committed(), ".").err_lacks("CX719");
    }
    // Comments alone.
    let folder = repository().with("s/cxflow.toml", "# policies\n").committed();
    short(&folder, ".").exits(0).err_lacks("CX719");
}

#[test]
fn a_repository_between_keeps_settings_from_flows() {
    let folder = Folder::new().with("a/cxflow.toml", LAW).with("a/sub/a.cxflow", CLEAN);
    folder.git(&["init", "--quiet"]);
    folder.git(&["init", "--quiet", "a/sub"]);
    short(&folder, ".").exits(0).err_has("a/cxflow.toml:1:1: warning[CX719");
}

#[test]
fn settings_that_are_cut_off_are_told_once() {
    let folder = repository().with("s/cxflow.toml", LAW).with("s/t/a.cxflow", CLEAN).committed();
    folder.git(&["init", "--quiet", "s/t"]);
    short(&folder, ".").err_has("does not apply to the flows in `s/t`,").err_lacks("CX719");
    let run = folder.command("check --message-format short a.cxflow").folder(&folder.path("s/t")).run();
    run.err_has("does not apply to the flows in `.`, which");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_flow_is_one() {
    let folder = repository().with("s/cxflow.toml", "longest_waiver = \"30 days\"\n");
    std::os::unix::fs::symlink("../flows/a.cxflow", folder.path("s/a.cxflow")).unwrap();
    let folder = folder.committed();
    for source in [".", "s", "v1:.", "v1:s", "flows s"] {
        short(&folder, source).exits(0).err_lacks("CX719");
    }
}
