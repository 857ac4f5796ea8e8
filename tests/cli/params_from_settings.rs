//! What is wrong with a param that `cxflow.toml` sets is found there, once for all flows and uses.

use super::support::*;

const FLOW: &str = r#"flow "Survey"
entry notice
param attempts
param queue
disclosure notice { say "This call is recorded."; -> a }
collect a "Press 1 to go on." retries attempts { on 1 -> b; on timeout | invalid -> person }
collect b "Press 1 to go on." retries attempts { on 1 | timeout | invalid -> person }
agent person "${queue}"
"#;

fn findings(settings: &str) -> Vec<String> {
    let folder = Folder::of(FLOW).with("b.cxflow", FLOW).with("cxflow.toml", settings);
    let run = folder.run("check a.cxflow b.cxflow --env prod --message-format short").exits(1);
    run.err.lines().filter(|line| line.contains("[CX")).map(str::to_owned).collect()
}

#[test]
fn a_value_that_is_wrong_is_one_finding_at_its_setting() {
    let cases = [
        ("attempts = 9\nqueue = \"q\"", "cxflow.toml:2:12: error[CX303 too-many-retries]"),
        ("attempts = \"nine\"\nqueue = \"q\"", "cxflow.toml:2:12: error[CX115 not-an-integer]"),
        ("attempts = 2\nqueue = \" \"", "cxflow.toml:3:9: error[CX118 empty-value]"),
    ];
    for (params, said) in cases {
        let found = findings(&format!("[env.prod.params]\n{params}\n"));
        assert!(matches!(found.as_slice(), [one] if one.starts_with(said)), "{params}: {found:#?}");
    }
}
