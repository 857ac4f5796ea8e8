//! The flows in `examples/` are correct, since people copy them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::path::Path;

use cxflowc::bundled::BASELINE;
use cxflowc::policy::RuleVerdict;
use cxflowc::resolve::{Files, PolicyChoice};
use cxflowc::source::Source;
use cxflowc::speech::{Rate, Voice, language_of};
use cxflowc::{Options, compile_with};
use serde_json::Value;

#[path = "harness/mod.rs"]
mod harness;

use harness::Folder;

/// The payload of `examples/campaign.cxflow`, as the platform takes it.
const CAMPAIGN: &str = concat!(
    r#"{"name":"Q3 Outbound Compliance Campaign","description":"Automated outbound flow with regulatory disclosures","#,
    r#""nodes":[{"id":"start","type":"play","actions":[{"directive":"play","media_url":"https://cdn.example.com/greeting.wav"}]},"#,
    r#"{"id":"disclosure","type":"disclosure","actions":[{"directive":"play","media_url":"https://cdn.example.com/disclosure.wav"}]},"#,
    r#"{"id":"collect_input","type":"collect","actions":[{"directive":"collect","text":"Press 1 for agent, 2 for callback","max_retries":2}]},"#,
    r#"{"id":"route_agent","type":"agent","actions":[{"directive":"route","text":"primary_queue"}]},"#,
    r#"{"id":"schedule_callback","type":"callback","actions":[{"directive":"schedule","text":"callback_queue"}]},"#,
    r#"{"id":"disconnect","type":"disconnect","actions":[{"directive":"disconnect"}]}],"#,
    r#""transitions":[{"from_node":"start","to_node":"disclosure","condition":"always"},"#,
    r#"{"from_node":"disclosure","to_node":"collect_input","condition":"always"},"#,
    r#"{"from_node":"collect_input","to_node":"route_agent","condition":"input=1"},"#,
    r#"{"from_node":"collect_input","to_node":"schedule_callback","condition":"input=2"},"#,
    r#"{"from_node":"collect_input","to_node":"disconnect","condition":"timeout|invalid"}],"#,
    r#""entry_node":"start"}"#,
    "\n",
);

/// The payload of a file that has no findings at all, notes included.
fn clean_payload(file: &str, more: &[&str]) -> String {
    // With the payload on standard output the findings are on standard error.
    let build = Folder::command_in_repository("build -q --deny warnings --message-format json -o -");
    build.arg(file).args(more).run().exits(0).err_is("").out
}

/// The examples that are flows, as the repository's root sees them.
fn examples() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let flows = files.filter(|path| path.extension().is_some_and(|extension| extension == "cxflow"));
    let mut names: Vec<String> =
        flows.map(|path| format!("examples/{}", path.file_name().unwrap().to_str().unwrap())).collect();
    names.sort();
    assert!(names.len() >= 11, "{names:?}");
    names
}

#[test]
fn every_example_builds_without_a_finding() {
    for file in examples() {
        assert!(clean_payload(&file, &[]).starts_with("{\n  \"name\": \""), "{file}");
    }
}

#[test]
fn every_example_builds_for_each_environment() {
    for file in examples() {
        for environment in ["test", "prod"] {
            clean_payload(&file, &["--env", environment]);
        }
    }
}

#[test]
fn the_tests_of_every_example_pass_and_cover_all_of_it() {
    for file in examples() {
        let run = Folder::command_in_repository("test --min-coverage 100").arg(file).run().exits(0);
        assert!(run.all().contains(" tests pass; "), "{run:?}");
    }
}

/// The files of the repository.
struct Root;

impl Files for Root {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
    }
}

/// A list of texts in `examples/cxflow.toml`.
fn listed(key: &str) -> Vec<String> {
    let settings = Root.read(Path::new("examples/cxflow.toml")).unwrap();
    let settings: toml::Table = toml::from_slice(&settings).unwrap();
    settings[key].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// The policies that `examples/cxflow.toml` applies to every flow.
fn policies_of_the_folder() -> Vec<PolicyChoice> {
    let files = listed("policies").into_iter();
    files.map(|name| PolicyChoice::File(Path::new("examples").join(name))).collect()
}

/// The voice that speaks the languages of `examples/cxflow.toml`.
fn voice_of_the_folder() -> Voice {
    Voice::of(Rate::default(), listed("languages").iter().map(|code| language_of(code).unwrap()))
}

/// Waived or not, nothing that an example applies is broken or left undecided, and no policy is
/// there for show: of each some rule holds of something.
#[test]
fn every_example_keeps_its_policies() {
    for file in examples() {
        let mut options = Options::default();
        options.settings.policies = policies_of_the_folder();
        options.voice = voice_of_the_folder();
        let source = Source::new(&*file, &*file, Root.read(Path::new(&file)).unwrap());
        let compiled = compile_with(source, &Root, &options);
        let applied = compiled.flow.policies.len();
        let mut holds = vec![false; applied];
        for one in &compiled.judged {
            let policy = &compiled.flow.policies[one.policy];
            let name = format!("{file}: {}/{}", policy.name, policy.rules[one.rule].name);
            match &one.verdict {
                RuleVerdict::Holds { .. } => holds[one.policy] = true,
                RuleVerdict::Vacuous(_) | RuleVerdict::Obligation => {}
                other => panic!("{name} is {}: {other:?}", other.word()),
            }
        }
        assert!(applied >= 2 && compiled.flow.policies.iter().any(|one| *one.name == *BASELINE), "{file}");
        let idle = compiled.flow.policies.iter().zip(&holds).find(|(_, holds)| !**holds);
        assert!(idle.is_none(), "{file}: no rule of {:?} holds of anything", idle.map(|(one, _)| &one.name));
    }
}

#[test]
fn an_environment_gives_its_params() {
    let of = |environment: &str| {
        clean_payload("examples/debt_collection.cxflow", &["--compact", "--env", environment])
    };
    assert!(of("test").contains(r#"{"directive":"route","text":"test_agents"}"#));
    assert!(of("prod").contains(r#"{"directive":"route","text":"collections_payments"}"#));
}

#[test]
fn the_campaign_has_the_payload_that_the_platform_takes() {
    assert_eq!(clean_payload("examples/campaign.cxflow", &["--compact"]), CAMPAIGN);
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    for file in examples() {
        let first = clean_payload(&file, &[]);
        assert_eq!(first, clean_payload(&file, &[]), "{file}");
        // The indented form says the same as the compact one.
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(value(&first), value(&clean_payload(&file, &["--compact"])), "{file}");
        assert!(
            first.ends_with("\n}\n") && first.contains("\n  \"nodes\": [\n    {\n      \"id\": \""),
            "{file}"
        );
    }
}

fn payload(file: &str) -> Value {
    serde_json::from_str(&clean_payload(file, &[])).unwrap()
}

fn list<'p>(payload: &'p Value, key: &str) -> &'p [Value] {
    payload[key].as_array().unwrap()
}

/// The nodes that a call can reach without a transition on that condition, and all others.
fn split_by<'p>(payload: &'p Value, condition: &str) -> (Vec<&'p Value>, Vec<&'p Value>) {
    let mut reached = vec![payload["entry_node"].as_str().unwrap()];
    let mut next = 0;
    while let Some(&node) = reached.get(next) {
        next += 1;
        let leaves = list(payload, "transitions").iter().filter(|one| one["from_node"] == node);
        for transition in leaves.filter(|one| one["condition"] != condition) {
            let to = transition["to_node"].as_str().unwrap();
            if !reached.contains(&to) {
                reached.push(to);
            }
        }
    }
    list(payload, "nodes").iter().partition(|node| reached.contains(&node["id"].as_str().unwrap()))
}

/// Whoever is not verified never hears that the call is about a debt.
#[test]
fn the_debt_is_spoken_of_after_verification_only() {
    let tells = |node: &Value| {
        let said = node["actions"].to_string();
        ["debt", "collector", "outstanding", "{amount_due}", "{reference}", "{creditor}"]
            .iter()
            .any(|word| said.contains(word))
    };
    for (file, condition) in
        [("examples/debt_collection.cxflow", "verified"), ("examples/arrears_campaign.cxflow", "matched")]
    {
        let payload = payload(file);
        let (before, after) = split_by(&payload, condition);
        assert!(before.len() > 5 && !before.iter().any(|node| tells(node)), "{file}: {before:?}");
        assert!(after.iter().any(|node| tells(node)), "{file}");
    }
}

/// The transitions of an instance, by the names inside it.
fn within<'p>(payload: &'p Value, prefix: &str) -> Vec<[&'p str; 3]> {
    let inner = |name: &'p Value| {
        let name = name.as_str().unwrap();
        name.strip_prefix(prefix).unwrap_or(name)
    };
    let of = |one: &&Value| one["from_node"].as_str().unwrap().starts_with(prefix);
    let transitions = list(payload, "transitions").iter().filter(of);
    transitions
        .map(|one| [inner(&one["from_node"]), inner(&one["to_node"]), one["condition"].as_str().unwrap()])
        .collect()
}

/// What can be done about a power cut does not depend on the language.
#[test]
fn an_outage_is_the_same_call_in_both_languages() {
    let payload = payload("examples/outage_two_languages.cxflow");
    let english = within(&payload, "en.");
    assert!(english.len() > 40, "{english:?}");
    assert_eq!(english, within(&payload, "es."));
}

/// Which of two names is said first decides nothing else.
#[test]
fn both_orders_of_the_names_are_the_same_question() {
    let payload = payload("examples/political_survey.cxflow");
    let one_order = within(&payload, "ab.");
    assert!(one_order.len() > 8, "{one_order:?}");
    assert_eq!(one_order, within(&payload, "ba."));
    let named = |node: &str| {
        let node = list(&payload, "nodes").iter().find(|one| one["id"] == node).unwrap();
        node["actions"][0]["answer"].as_str().unwrap().to_owned()
    };
    // What is written down is the name, whichever key it had.
    assert_eq!(named("ab.first_named"), named("ba.second_named"));
    assert_eq!(named("ab.second_named"), named("ba.first_named"));
}

/// How many nodes and transitions the payloads of the large examples have. Copies for `again` are among them.
#[test]
fn the_large_examples_are_as_large_as_real_campaigns() {
    for (name, nodes, transitions) in [
        ("appointment_moving", 74, 133),
        ("arrears_campaign", 92, 151),
        ("outage_two_languages", 93, 193),
        ("political_survey", 49, 94),
    ] {
        let payload = payload(&format!("examples/{name}.cxflow"));
        let sizes = (list(&payload, "nodes").len(), list(&payload, "transitions").len());
        assert_eq!(sizes, (nodes, transitions), "{name}");
    }
}

/// What `new` writes is copied most of all.
#[test]
fn the_first_flow_has_no_findings() {
    let folder = Folder::new();
    folder.run("new spring-reminder.cxflow").exits(0);
    let flow = folder.path("spring-reminder.cxflow");
    let payload = clean_payload(flow.to_str().unwrap(), &["--compact"]);
    assert!(payload.starts_with(r#"{"name":"Spring reminder","#), "{payload}");
    folder.run("test --min-coverage 100 spring-reminder.cxflow").exits(0);
}
