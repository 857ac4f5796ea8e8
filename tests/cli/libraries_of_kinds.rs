//! `[platform] library`: files whose kinds every flow knows.

use super::harness::*;

const FLOW: &str = r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside."; -> find }
lookup find with url = "${crm}/find" { on found -> bye; -> bye }
disconnect bye
"#;

const KINDS: &str = r#"let crm = "https://crm.example.com"
kind lookup type "web_service" {
  with url: url
  with timeout: duration = 8s
  outcome found, missing
}
"#;

fn folder(settings: &str) -> Folder {
    Folder::new().with("cxflow.toml", settings).with("kinds.cxflow", KINDS).with("flows/a.cxflow", FLOW)
}

fn library(value: &str) -> String {
    format!(
        "[platform]\ntypes = [\"web_service\"]\ndirectives = [\"web_service\"]\nconditions = [\"found\", \"missing\"]\nlibrary = {value}\n"
    )
}

#[test]
fn every_flow_knows_the_kinds_and_values_of_a_library_beside_the_settings() {
    for value in ["\"kinds.cxflow\"", "[\"kinds.cxflow\"]", "[\"kinds.cxflow\", \"cxone\", \"kinds.cxflow\"]"]
    {
        let folder = folder(&library(value));
        let built = folder.run("build flows/a.cxflow -o -").exits(0);
        let payload: serde_json::Value = serde_json::from_str(&built.out).unwrap();
        let action = &payload["nodes"][1]["actions"][0];
        assert_eq!(action["directive"], "web_service", "{value}");
        assert_eq!(action["url"], "https://crm.example.com/find");
        assert_eq!(action["timeout"], 8000);
        // A library is none of its own.
        folder.run("check .").exits(0);
    }
}

#[test]
fn without_the_library_the_kind_is_unknown() {
    folder("").run("check flows/a.cxflow").exits(1).err_has("`lookup` is not a kind of node");
}

#[test]
fn a_library_that_the_flow_includes_as_well_is_read_once() {
    let folder = folder(&library("\"kinds.cxflow\""));
    folder.write(
        "flows/a.cxflow",
        FLOW.replace("entry notice\n", "entry notice\ninclude \"../kinds.cxflow\"\n"),
    );
    folder.run("check flows/a.cxflow").exits(0);
}

#[test]
fn the_bundled_library_is_named_like_a_bundled_policy() {
    let flow = "flow \"A\"\nentry notice\ndisclosure notice { say \"Hi, this is Lakeside.\"; -> hold }\n\
                music hold with MusicFile = \"hold.wav\", SecondstoPlay = 30 { -> bye }\ndisconnect bye\n";
    let types = "[platform]\ntypes = [\"MUSIC\"]\ndirectives = [\"MUSIC\"]\n";
    let of = |library: &str| Folder::of(flow).with("cxflow.toml", format!("{types}{library}\n"));
    of("library = \"cxone\"").run("check a.cxflow").exits(0);
    let slip = of("library = \"cxnoe\"").run("check a.cxflow --message-format json").exits(1);
    let found: Vec<_> = slip.lines().into_iter().filter(|one| one["code"] == "CX721").collect();
    assert_eq!(found.len(), 1, "{}", slip.out);
    assert_eq!((&found[0]["file"], &found[0]["line"]), (&"cxflow.toml".into(), &4.into()));
    assert!(found[0]["help"].as_str().unwrap().contains("did you mean `cxone`?"), "{}", found[0]);
}

#[test]
fn a_library_that_cannot_be_read_is_one_finding_in_the_settings() {
    let run = folder(&library("\"knids.cxflow\"")).run("check flows/a.cxflow").exits(1);
    let run = run.err_has("cannot read the kinds in").err_has("cxflow.toml:5:11").err_has("did you mean");
    assert_eq!(run.err.matches("error[").count(), 1, "{}", run.err);
}

#[test]
fn a_library_without_a_kind_or_with_more_than_kinds_is_told() {
    let settings = library("\"kinds.cxflow\"");
    let none = folder(&settings).with("kinds.cxflow", "let crm = \"https://crm.example.com\"\n");
    none.run("check flows/a.cxflow").exits(1).err_has("declares no kind");
    let more = folder(&settings).with(
        "kinds.cxflow",
        format!("{KINDS}disconnect over\nplay more \"https://cdn.example.com/a.wav\"\n"),
    );
    let run = more.run("check flows/a.cxflow").exits(1);
    let run = run.err_has("a library may not change the flows").err_has("nor is this");
    assert!(!run.err.contains("unreachable"), "{}", run.err);
}

#[test]
fn the_library_of_the_nearest_settings_counts() {
    let folder = folder(&library("\"cxone\""))
        .with("flows/cxflow.toml", "[platform]\nlibrary = \"../kinds.cxflow\"\n");
    folder.run("check flows/a.cxflow").exits(0);
}
