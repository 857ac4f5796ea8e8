//! The `cxflow.toml` of several folders: what adds up, what replaces what, and `--show-settings`.

use super::harness::*;

/// A repository with settings at its top and in `flows`, and a flow in `flows/spring`.
fn repository(top: &str, flows: &str) -> Folder {
    let folder = Folder::new().with("flows/spring/a.cxflow", CLEAN);
    folder.git(&["init", "--quiet"]);
    folder.write("cxflow.toml", top);
    folder.write("flows/cxflow.toml", flows);
    folder
}

fn shown(folder: &Folder) -> String {
    folder.run("check flows/spring/a.cxflow --show-settings -q").out
}

/// The lines that say what `require` of `[env.prod]` or `policies` holds.
fn listed(folder: &Folder) -> Vec<String> {
    let shown = shown(folder);
    let texts = shown.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'));
    texts.map(|(text, _)| text.to_owned()).collect()
}

#[test]
fn a_folder_adds_policies_and_takes_none_away() {
    for flows in ["policies = [\"uk_pecr\"]\n", "policies = []\n", ""] {
        let folder = repository("policies = [\"us_tsr\"]\n", flows);
        let run = folder.run("check flows/spring/a.cxflow --format short").exits(1);
        run.err_has("`us_tsr`");
    }
    let folder = repository("policies = [\"us_tsr\"]\n", "policies = [\"uk_pecr\"]\n");
    assert_eq!(listed(&folder), ["us_tsr", "uk_pecr"]);
}

#[test]
fn a_folder_adds_guards_and_takes_none_away() {
    for (flows, expected) in [
        ("[env.prod]\nrequire = [\"tests\"]\n", vec!["clean", "tests"]),
        ("[env.prod]\nrequire = []\n", vec!["clean"]),
        ("[env.prod]\n", vec!["clean"]),
        ("[env.test]\nrequire = []\n", vec!["clean"]),
    ] {
        let folder = repository("[env.prod]\nrequire = [\"clean\"]\n", flows);
        assert_eq!(listed(&folder), expected, "{flows}");
    }
}

#[test]
fn overridable_settings_may_be_replaced() {
    let top = "policies = [\"us_tsr\"]\noverridable = true\n[env.prod]\nrequire = [\"clean\"]\n";
    let folder = repository(top, "policies = [\"uk_pecr\"]\n");
    assert_eq!(listed(&folder), ["uk_pecr", "clean"]);
    folder.write("flows/cxflow.toml", "policies = []\n[env.prod]\nrequire = []\n");
    assert_eq!(listed(&folder), [""; 0]);
    folder.write("flows/cxflow.toml", "");
    assert_eq!(listed(&folder), ["us_tsr", "clean"]);
    // Said below, it frees nothing above.
    let folder = repository("policies = [\"us_tsr\"]\n", "policies = []\noverridable = true\n");
    assert_eq!(listed(&folder), ["us_tsr"]);
    folder.write("cxflow.toml", "policies = [\"us_tsr\"]\noverridable = false\n");
    assert_eq!(listed(&folder), ["us_tsr"]);
}

#[test]
fn an_environment_may_let_its_guards_alone_be_replaced() {
    let top = "policies = [\"us_tsr\"]\n[env.test]\noverridable = true\nrequire = [\"clean\"]\n\
               [env.prod]\nrequire = [\"tests\"]\n";
    let flows = "policies = []\n[env.test]\nrequire = []\n[env.prod]\nrequire = []\n";
    assert_eq!(listed(&repository(top, flows)), ["us_tsr", "tests"]);
}

#[test]
fn a_folder_in_between_that_is_not_overridable_stays_strict() {
    let folder = repository("policies = [\"us_tsr\"]\noverridable = true\n", "policies = [\"uk_pecr\"]\n");
    folder.write("flows/spring/cxflow.toml", "policies = [\"eu_ai_act\"]\n");
    assert_eq!(listed(&folder), ["uk_pecr", "eu_ai_act"]);
}

#[test]
fn the_nearest_file_decides_other_keys_and_each_param() {
    let top = "[platform]\ntypes = [\"fax\"]\ndirectives = [\"log\"]\n[env.prod]\nbase_url = \"https://top\"\n\
               audit = \"top.jsonl\"\nparams = { queue = \"top\", other = \"top\" }\n";
    let flows = "[platform]\ntypes = [\"sms\"]\n[env.prod]\nbase_url = \"https://near\"\nparams = { queue = \"near\" }\n";
    let shown = shown(&repository(top, flows));
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "\"sms\", # flows/cxflow.toml:2",
        "\"log\", # cxflow.toml:3",
        "base_url = \"https://near\" # flows/cxflow.toml:4",
        "audit = \"top.jsonl\" # cxflow.toml:6",
        "queue = \"near\" # flows/cxflow.toml:5",
        "other = \"top\" # cxflow.toml:7",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(!shown.contains("fax") && !shown.contains("https://top"), "{shown}");
}

#[test]
fn an_environment_is_made_of_all_files() {
    let folder = repository("[env.prod.params]\nqueue = \"top\"\n", "[env.test.params]\nqueue = \"near\"\n");
    for (environment, queue) in [("prod", "top"), ("test", "near")] {
        let run = folder.run(&format!("build flows/spring/a.cxflow -o - --env {environment}")).exits(0);
        assert_eq!(run.json()["nodes"][1]["actions"][0]["text"], queue);
    }
    folder.run("check flows/spring/a.cxflow --env prd").exits(2).err_has("did you mean `prod`?");
}

#[test]
fn names_of_environments_that_hardly_differ_are_an_error_across_files_too() {
    for near in ["Prod", "PROD", "prOd"] {
        let folder = repository("[env.prod]\n", &format!("[env.{near}]\n"));
        let run = folder.run("check flows/spring/a.cxflow").exits(1);
        run.err_has("flows/cxflow.toml:1:6").err_has("cxflow.toml:1:6").err_has("CXONE_PROD_…");
    }
    let folder = repository("[env.eu-west]\n[env.eu_west]\n", "");
    folder.run("check flows/spring/a.cxflow").exits(1).err_has("CX703 bad-setting");
}

#[test]
fn settings_above_the_repository_do_not_count() {
    let folder = Folder::new()
        .with("cxflow.toml", "policies = [\"us_tsr\"]\n")
        .with("repository/flows/a.cxflow", CLEAN);
    folder.run("check repository/flows/a.cxflow").exits(1);
    folder.command("check").arg("repository/flows/a.cxflow").run().exits(1);
    folder.write("repository/.git/HEAD", "ref: refs/heads/main\n");
    folder.run("check repository/flows/a.cxflow").exits(0);
    // In a linked work tree or a submodule it is a file.
    std::fs::remove_dir_all(folder.path("repository/.git")).unwrap();
    folder.write("repository/.git", "gitdir: ../elsewhere\n");
    folder.write("elsewhere/HEAD", "ref: refs/heads/main\n");
    folder.run("check repository/flows/a.cxflow").exits(0);
}

#[test]
fn at_a_revision_the_folders_of_the_revision_add_up() {
    let folder = Folder::new()
        .with("flows/spring/a.cxflow", CLEAN)
        .with("cxflow.toml", "policies = [\"us_tsr\"]\n")
        .with("flows/cxflow.toml", "policies = [\"uk_pecr\"]\n")
        .committed();
    folder.write("cxflow.toml", "");
    folder.write("flows/cxflow.toml", "");
    folder
        .run("check v1:flows/spring/a.cxflow --show-settings -q")
        .out_has("\"us_tsr\",   # v1:cxflow.toml:1")
        .out_has("\"uk_pecr\",  # v1:flows/cxflow.toml:1");
    folder.run("check flows/spring/a.cxflow").exits(0);
}

#[test]
fn shown_settings_are_toml_and_leave_json_whole() {
    let folder = repository(
        "policies = [\"us_tsr\"]\n[env.\"prod\".params]\n\"es.queue\" = \"a \\\"b\\\" \\\\ \\u0007\"\nn = 3\n",
        "",
    );
    let run = folder.run("check flows/spring/a.cxflow --show-settings --message-format json");
    let read: toml::Table = run.out.parse().unwrap();
    assert_eq!(read["policies"][0].as_str(), Some("us_tsr"));
    assert_eq!(read["env"]["prod"]["params"]["es.queue"].as_str(), Some("a \"b\" \\ \u{7}"));
    for line in run.err.lines().filter(|line| line.starts_with('{')) {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    assert!(run.err.contains("\"CX311\""), "{}", run.err);
    Folder::of(CLEAN)
        .run("check a.cxflow --show-settings -q")
        .exits(0)
        .out_is("# a.cxflow: there is no cxflow.toml\n");
}
