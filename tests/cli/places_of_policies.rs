//! What policies find that a flow does not apply itself has a place: where settings ask for the policy,
//! or the flow's first line.

use super::support::*;

const FLOW: &str = r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside."; -> bye }
disconnect bye
"#;

#[test]
fn findings_of_a_policy_that_settings_ask_for_are_at_its_name() {
    let folder = Folder::of(FLOW).with("cxflow.toml", "policies = [\"us_tsr\"]\n");
    let run = folder.run("check a.cxflow --message-format json").exits(1);
    let found: Vec<_> = run.lines().into_iter().filter(|one| one["code"].is_string()).collect();
    assert!(found.iter().all(|one| one["file"].is_string() && one["line"].is_number()), "{found:?}");
    let of_facts: Vec<_> = found.iter().filter(|one| one["code"] == "CX311").collect();
    assert!(!of_facts.is_empty());
    for one in of_facts {
        assert_eq!(
            (&one["file"], &one["line"], &one["column"]),
            (&"cxflow.toml".into(), &1.into(), &13.into())
        );
    }
}

#[test]
fn findings_of_a_policy_file_that_settings_ask_for_have_a_place() {
    let folder = Folder::of(FLOW)
        .with("cxflow.toml", "policies = [\"p.cxflow\"]\n")
        .with("p.cxflow", "policy p \"P\" { expects fact a \"x\"; r: require agent when a = \"x\" }\n");
    for one in folder.run("check a.cxflow --message-format json").exits(1).lines() {
        assert!(one["file"].is_string(), "{one}");
    }
}

#[test]
fn findings_of_a_policy_that_the_command_line_asks_for_are_at_the_first_line() {
    let run = Folder::of(FLOW).run("check a.cxflow --policy us_tsr --message-format json").exits(1);
    let found: Vec<_> = run.lines().into_iter().filter(|one| one["code"] == "CX311").collect();
    assert!(!found.is_empty());
    for one in found {
        assert_eq!((&one["file"], &one["line"], &one["column"]), (&"a.cxflow".into(), &1.into(), &1.into()));
    }
}

#[test]
fn a_policies_file_that_includes_instances_holds_a_flow_to_each_policy_once() {
    let folder = Folder::of(FLOW)
        .with("cxflow.toml", "policies = [\"p/house.cxflow\"]\n")
        .with("p/house.cxflow", "include \"o.cxflow\" as x\n")
        .with("p/o.cxflow", "policy house \"House rules\" { private: require agent }\n");
    folder.run("check a.cxflow").exits(1).err_has("5 rules of 2 policies");
}

#[test]
fn a_word_of_the_platform_that_is_a_slip_is_a_warning() {
    for (key, slip, meant) in [
        ("conditions", "machne", "machine"),
        ("conditions", "Human", "human"),
        ("types", "anser", "answer"),
        ("types", "voice_mail", "voicemail"),
        ("directives", "recrd", "record"),
    ] {
        let folder = Folder::of(FLOW).with("cxflow.toml", format!("[platform]\n{key} = [\"{slip}\"]\n"));
        let run = folder.run("check a.cxflow").exits(0);
        run.err_has(&format!("`{slip}`, which is one slip away from `{meant}`"));
    }
    let right =
        "[platform]\nconditions = [\"machine\", \"verified\"]\ntypes = [\"answer\", \"data_lookup\"]\n";
    Folder::of(FLOW).with("cxflow.toml", right).run("check a.cxflow").exits(0).err_has("no findings");
}
