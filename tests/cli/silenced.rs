//! Findings that `--allow` silences are not shown, but counted.

use super::harness::*;

const FLOW: &str = r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside."; -> bye }
disconnect bye
policy house "House rules" { warn person: require agent }
apply house
let spare = "x"
"#;

#[test]
fn the_closing_line_counts_what_is_silenced() {
    let folder = Folder::of(FLOW);
    folder
        .run("check a.cxflow --allow policy-violation")
        .exits(0)
        .err_has("a.cxflow: 1 warning, 1 warning silenced by `--allow CX301`\n")
        .err_has("1 violated");
    folder
        .run("check a.cxflow --allow CX403 --allow CX301 --deny warnings")
        .exits(0)
        .err_has("a.cxflow: 2 warnings silenced by `--allow CX301` and `--allow CX403`\n")
        .err_lacks("no findings");
    folder.run("check a.cxflow --allow CX404").exits(0).err_lacks("silenced");
}

#[test]
fn sarif_names_the_rules_that_are_silenced() {
    let run = Folder::of(FLOW).run("check a.cxflow --allow CX301 --message-format sarif").exits(0);
    let log = run.json();
    let overrides = &log["runs"][0]["invocations"][0]["ruleConfigurationOverrides"];
    let rule = &overrides[0]["descriptor"];
    assert_eq!(rule["id"], "CX301");
    assert_eq!(overrides[0]["configuration"]["enabled"], false);
    let index = usize::try_from(rule["index"].as_u64().unwrap()).unwrap();
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], "CX301");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().all(|one| one["ruleId"] != "CX301"));
}

#[test]
fn without_allow_sarif_overrides_no_rule() {
    let run = Folder::of(FLOW).run("check a.cxflow --message-format sarif").exits(0);
    assert!(run.json()["runs"][0]["invocations"][0].get("ruleConfigurationOverrides").is_none());
}
