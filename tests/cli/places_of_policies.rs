//! What policies find that a flow does not apply itself has a place: where settings ask for the policy,
//! or the flow's first line.

use super::harness::*;

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
fn a_policy_that_sees_nothing_is_taken_out_where_it_is_named() {
    let help = |run: Run| {
        let lines = run.exits(1).lines();
        let one = lines.iter().find(|one| one["code"] == "CX413").cloned().unwrap_or_default();
        one["help"].as_str().unwrap_or_default().to_owned()
    };
    let folder = Folder::of(FLOW).with("cxflow.toml", "policies = [\"us_tsr\"]\n");
    let of_settings = help(folder.run("check a.cxflow --message-format json"));
    assert!(of_settings.ends_with("take the policy out of `policies` in `cxflow.toml`"), "{of_settings}");
    let of_command = help(Folder::of(FLOW).run("check a.cxflow --policy us_tsr --message-format json"));
    assert!(of_command.ends_with("do not apply the policy"), "{of_command}");
}

#[test]
fn a_policy_file_that_is_missing_makes_no_line_unreadable() {
    let folder = Folder::of(FLOW).with("cxflow.toml", "policies = [\"nofile.cxflow\"]\n");
    folder.run("check a.cxflow").exits(1).err_has("once every file can be read");
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
        run.err_has(&format!("`{slip}`, which is one typo away from `{meant}`"));
    }
    let right =
        "[platform]\nconditions = [\"machine\", \"verified\"]\ntypes = [\"answer\", \"data_lookup\"]\n";
    Folder::of(FLOW).with("cxflow.toml", right).run("check a.cxflow").exits(0).err_has("no findings");
}

const MENUS: &str = r#"flow "Two menus"
entry notice
disclosure notice { say "This is Lakeside."; -> menu }
collect menu "Press 1, or 8 to end." {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
"#;
const HOUSE: &str = "policy h \"H\" {\n  r: require disclosure\n}\n";

#[test]
fn a_file_that_is_applied_from_outside_declares_nothing_but_policies() {
    for other in [
        "every collect on 8 -> bye",
        "disconnect other",
        "play other { say \"Hello.\"; -> bye }",
        "node other type \"x\" ends { action \"x\" }",
        "menu -> bye on 8",
        "contact day",
        "fact owner = \"dana\"",
        "waive h/r because \"it is a pilot\" by \"dana\" until 2027-01-31",
        "param queue = \"x\"",
        "test \"t\" -> bye",
        "flow \"Another\"",
        "description \"Another\"",
        "entry bye",
    ] {
        let folder = Folder::of(MENUS).with("h.cxflow", format!("{HOUSE}{other}\n"));
        let run = folder.run("check a.cxflow --policy h.cxflow --message-format short").exits(1);
        assert!(run.err.contains("h.cxflow:4:1: error[CX716"), "{other}: {run:#?}");
        // The flow has what it has without the file.
        assert!(run.err.contains("a.cxflow:4:"), "{other}: {run:#?}");
        // An include of the file brings the same.
        let folder = folder
            .with("all.cxflow", "include \"h.cxflow\"\n")
            .with("cxflow.toml", "policies = [\"all.cxflow\"]\n");
        let run = folder.run("build a.cxflow --as-is -o a.json --message-format short").exits(1);
        assert!(run.err.contains("h.cxflow:4:1: error[CX716"), "{other}: {run:#?}");
        assert!(!folder.has("a.json"), "{other}");
    }
}

#[test]
fn a_policy_file_may_hold_what_its_policies_need() {
    let flow = format!("{MENUS}let most = \"2\"\nmenu -> bye on 8\n");
    for (policies, part) in [
        (HOUSE.to_owned(), ""),
        (format!("// Ours.\n{HOUSE}apply h\n"), ""),
        (format!("apply baseline\n{HOUSE}"), ""),
        // The flow has a value of the same name.
        ("let most = \"3\"\npolicy h \"At most ${most}\" { r: oblige \"${most}\" }\n".to_owned(), ""),
        ("policy h \"H\" { r: require disclosure before =menu }\n".to_owned(), ""),
        ("include \"part.cxflow\"\n".to_owned(), HOUSE),
        (
            "include \"part.cxflow\" as x with who = \"us\"\n".to_owned(),
            "param who\npolicy h \"H\" { r: oblige \"Ask ${who}\" }\n",
        ),
    ] {
        let folder = Folder::of(&flow).with("h.cxflow", &policies).with("part.cxflow", part);
        let run = folder.run("check a.cxflow --policy h.cxflow --message-format short");
        assert!(!run.err.contains("error") && !run.err.contains("most` is declared"), "{policies}: {run:#?}");
        let alone = folder.run("build a.cxflow -o -").exits(0);
        let held = folder.run("build a.cxflow -o - --policy h.cxflow").exits(0);
        assert_eq!(alone.out, held.out, "{policies}");
    }
}

#[test]
fn a_value_of_a_file_that_is_applied_from_outside_is_none_of_the_flow() {
    let flow = format!("{MENUS}menu -> other on 8\nplay other {{ say \"${{who}}\"; -> bye }}\n");
    let folder = Folder::of(&flow).with("h.cxflow", format!("let who = \"Dana\"\n{HOUSE}"));
    folder.run("check a.cxflow --policy h.cxflow").exits(1).err_has("CX109");
}
