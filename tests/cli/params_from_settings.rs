//! What is wrong with a param that `cxflow.toml` sets is found there, once for all flows and uses.

use super::harness::*;

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

#[test]
fn a_slip_of_a_param_is_one_finding_and_not_the_missing_value_too() {
    const ONE: &str = "flow \"Survey\"\nentry notice\nparam queue_name\ndisclosure notice { say \"This call is recorded.\"; -> person }\nagent person \"${queue_name}\"\n";
    const INSTANCE: &str = "flow \"Survey\"\nentry notice\ninclude \"lib.cxflow\" as es\ndisclosure notice { say \"This call is recorded.\"; -> es.person }\n";
    const LIBRARY: &str = "param queue_name\nagent person \"${queue_name}\"\n";
    let folder = |flow: &str, key: &str| {
        let settings = format!("[env.prod.params]\n{key} = \"sales\"\n[env.test.params]\n");
        Folder::of(flow).with("lib.cxflow", LIBRARY).with("cxflow.toml", &settings)
    };
    for (flow, key) in [
        (ONE, "queue_nam"),
        (ONE, "queue_names"),
        (ONE, "queu_name"),
        (ONE, "Queue_name"),
        (ONE, "\"queue_nmae\""),
        (INSTANCE, "\"es.queue_nam\""),
        (INSTANCE, "queue_name"),
    ] {
        let folder = folder(flow, key);
        let run = folder.run("check a.cxflow --env prod --message-format short").exits(0);
        let found: Vec<&str> = run.err.lines().filter(|line| line.contains("[CX")).collect();
        assert_eq!(found.len(), 1, "{key}: {run:#?}");
        assert!(found[0].contains("warning[CX708"), "{key}: {run:#?}");
        // Nothing is built without a value.
        let run = folder.run("build a.cxflow --env prod --message-format short").exits(1);
        assert!(run.err.contains("error[CX708") && !run.err.contains("CX110"), "{key}: {run:#?}");
        assert!(!folder.has("a.json"), "{key}");
        // In another environment, and without one, the slip is not why it has no value.
        for other in ["--env test", ""] {
            let run = folder.run(&format!("check a.cxflow {other} --message-format short"));
            assert!(run.err.contains("CX110"), "{key} {other}: {run:#?}");
        }
    }
}
