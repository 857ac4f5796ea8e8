//! `check`, `build` and `policy check` name the missing tags because of which rules check nothing.

use super::harness::*;

/// A flow whose disclosure says and does something, under the rules of a policy.
fn folder(disclosure: &str, rules: &str) -> Folder {
    Folder::of(&format!(
        "flow \"Arrears\"\nentry notice\ndisclosure notice {{ {disclosure}; -> bye }}\ndisconnect bye\n\
         policy house \"House rules\" {{\n  named: require @identity on every path\n{rules}}}\napply house\n"
    ))
}

/// The end of the closing line about rules, from its semicolon on.
fn closing(disclosure: &str, rules: &str) -> String {
    let run = folder(disclosure, rules).run("check a.cxflow").exits(0);
    assert!(!run.err.contains("CX413"), "{}", run.err);
    let line = run.err.lines().find(|line| line.contains(" rules of ")).unwrap().to_owned();
    line.split_once("; ").map(|(_, missing)| missing.to_owned()).unwrap_or_default()
}

const SAID: &str = "say \"This is Lakeside. You owe 500 dollars.\" @identity";

#[test]
fn the_closing_line_names_the_tags_that_rules_lack() {
    for (rules, expected) in [
        ("  a: require collect before @debt\n", "nothing has @debt (1 rule)"),
        ("  a: require collect after @debt\n", "nothing has @debt (1 rule)"),
        ("  a: require agent reachable from @debt within 1 key\n", "nothing has @debt (1 rule)"),
        ("  a: forbid agent before @debt\n", "nothing has @debt (1 rule)"),
        ("  a: forbid agent after @debt\n", "nothing has @debt (1 rule)"),
        ("  a: limit 1 @debt\n", "nothing has @debt (1 rule)"),
        ("  a: limit 2s from @identity to @debt\n", "nothing has @debt (1 rule)"),
        (
            "  a: require collect before @debt\n  b: require agent after @owed\n  c: forbid agent after @owed\n",
            "nothing has @owed (2 rules) or @debt (1 rule)",
        ),
        ("  a: require collect before @debt | @owed\n", "nothing has @debt (1 rule) or @owed (1 rule)"),
        ("  a: require collect before disclosure & @debt\n", "nothing has @debt (1 rule)"),
        ("  a: require collect before @debt & not @greeting\n", "nothing has @debt (1 rule)"),
        (
            "  a: require collect before (voicemail | disclosure) & (@debt | @identity & @owed)\n",
            "nothing has @debt (1 rule) or @owed (1 rule)",
        ),
        ("  a: require @identity before disconnect since @resume\n", "nothing has @resume (1 rule)"),
        (
            "  a: require disclosure before disconnect since @resume | @start\n",
            "nothing has @resume (1 rule) or @start (1 rule)",
        ),
        (
            "  a: require @identity before disconnect since disclosure & @resume\n",
            "nothing has @resume (1 rule)",
        ),
        ("  a: forbid @sales\n", "nothing has @sales (1 rule)"),
        ("  a: forbid @sales after @identity\n", "nothing has @sales (1 rule)"),
        ("  a: forbid @sales | @prize before disconnect\n", "nothing has @sales (1 rule) or @prize (1 rule)"),
        ("  a: forbid (disclosure | disconnect) & @sales\n", "nothing has @sales (1 rule)"),
        ("  a: forbid @sales & not @identity\n", "nothing has @sales (1 rule)"),
        ("  a: forbid @sales before @debt\n", "nothing has @debt (1 rule) or @sales (1 rule)"),
        (
            "  a: forbid @sales; b: require @identity before disconnect since @sales\n",
            "nothing has @sales (2 rules)",
        ),
        (
            "  a: forbid agent after @a\n  b: forbid agent after @b\n  c: forbid agent after @c\n  \
             d: forbid agent after @d\n  e: forbid agent after @e\n  f: forbid agent after @f\n  g: forbid agent after @g\n",
            "nothing has @a (1 rule), @b (1 rule), @c (1 rule), @d (1 rule), @e (1 rule) or 2 more tags",
        ),
    ] {
        assert_eq!(closing(SAID, rules), expected, "{rules}");
    }
}

#[test]
fn no_tag_is_named_that_no_rule_lacks() {
    let tagged = "say \"This is Lakeside.\" @identity; say \"You owe 500 dollars.\" @debt";
    for (disclosure, rules) in [
        (tagged, "  a: require @identity before @debt\n"),
        // The flow has no voicemail to tag.
        (SAID, "  a: require @identity before voicemail & @debt\n"),
        (SAID, "  a: require @identity before voicemail & not @debt\n"),
        (SAID, "  a: require @identity before voicemail & (@debt | @identity)\n"),
        // The rule finds the one or the other.
        (SAID, "  a: forbid @identity | @sales after disconnect\n"),
        (tagged, "  a: require @debt before disconnect since @identity | @resume\n"),
        (SAID, "  a: forbid voicemail & @sales\n"),
        (SAID, "  a: forbid disconnect & not (@identity | @sales) after agent\n"),
        // A rule that does not apply needs nothing.
        (SAID, "  a: require collect before @debt from 2099-01-01\n"),
        (SAID, "  a: require @identity before disclosure & not @identity\n"),
    ] {
        assert_eq!(closing(disclosure, rules), "", "{rules}");
    }
}

#[test]
fn build_names_them_too() {
    let rules = "  private: require collect before @debt\n";
    folder(SAID, rules).run("build a.cxflow").exits(0).err_has("; nothing has @debt (1 rule)\n");
}

#[test]
fn policy_check_says_what_they_mean_and_which_rules_need_them() {
    let rules = "  expects @identity \"who calls\"\n  expects @debt \"what speaks of the debt\"\n  \
                 private: require collect before @debt\n  later: require agent after @debt\n";
    let folder = folder(SAID, rules);
    folder.run("policy check a.cxflow").exits(0).out_has(
        "  missing     @debt    what speaks of the debt; nothing has it, and private and later look for it\n",
    );
    let run = folder.run("policy check a.cxflow --format json").exits(0);
    let result: serde_json::Value = serde_json::from_str(run.out.trim()).unwrap();
    let policies = result["policies"].as_array().unwrap();
    let house = policies.iter().find(|policy| policy["name"] == "house").unwrap();
    let expected = serde_json::json!([
        { "name": "debt", "meaning": "what speaks of the debt", "rules": ["private", "later"] }
    ]);
    assert_eq!(house["missing_tags"], expected);
    let baseline = policies.iter().find(|policy| policy["name"] == "baseline").unwrap();
    assert_eq!(baseline["missing_tags"], serde_json::json!([]));
}

#[test]
fn a_partly_tagged_flow_under_a_bundled_policy_names_the_subject_that_is_not_tagged() {
    let flow = "flow \"Arrears\"\nentry notice\napply us_regf\nfact hours = mon..fri 9:00..20:00\nplay verified @verified { say \"Thank you.\"; -> bye }\n\
                disclosure notice { say \"This is Lakeside.\" @business-name; -> verified }\n\
                disconnect bye\n";
    let folder = Folder::of(flow);
    folder.run("check a.cxflow").err_has("@debt (2 rules)");
}
