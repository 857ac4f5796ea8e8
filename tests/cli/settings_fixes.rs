//! The fixes for findings in `cxflow.toml` work: the finding is gone, and no error appears.

use std::collections::BTreeSet;

use serde_json::Value;

use super::harness::*;

const FLOW: &str = r#"flow "Reminder"
include "part.cxflow" as en
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#;

const HOUSE: &str = "policy house \"House rules\" {\n  told: require disclosure before agent\n}\n";

fn folder(settings: &str) -> Folder {
    Folder::of(FLOW)
        .with("part.cxflow", "param spare = \"x\"\nlet used = \"${spare}\"\n")
        .with("policies/house.cxflow", HOUSE)
        .with("cxflow.toml", settings)
}

fn findings(folder: &Folder) -> Vec<Value> {
    let run = folder.run("check a.cxflow --message-format json");
    assert!(run.status == Some(0) || run.status == Some(1), "{run:#?}");
    run.lines().into_iter().filter(|one| one["file"] == "cxflow.toml").collect()
}

fn errors(findings: &[Value]) -> Vec<(String, String)> {
    // What the law says of the flow as soon as it applies is no fault of the settings.
    let is_policy = |one: &Value| one["code"].as_str().unwrap().starts_with("CX3");
    let errors = findings.iter().filter(|one| one["severity"] == "error" && !is_policy(one));
    errors.map(|one| (one["code"].to_string(), one["message"].to_string())).collect()
}

fn fixed(settings: &str, fix: &Value) -> String {
    let mut text = settings.to_owned();
    let mut edits: Vec<&Value> = fix["edits"].as_array().unwrap().iter().collect();
    let at = |edit: &Value, end: &str| edit["span"][end].as_u64().unwrap() as usize;
    edits.sort_by_key(|edit| std::cmp::Reverse(at(edit, "start")));
    for edit in edits {
        text.replace_range(at(edit, "start")..at(edit, "end"), edit["text"].as_str().unwrap());
    }
    text
}

const WRONG: &[&str] = &[
    "polices = [\"us_tsr\"]\n",
    "policies = \"us_tsr\"\n",
    "policies = [\"us_tsrr\"]\n",
    "policies = [\"us_tsr\", \"us-regf\"]\n",
    "policies = [\"policies/hous.cxflow\"]\n",
    "policies = []\n",
    "policies = [\n  # nothing yet\n]\nlongest_waiver = \"90 days\"\n",
    "Policies = [\"us_tsr\"]\n",
    "policy = [\"us_tsr\"]\n",
    "longest-waiver = \"90 days\"\n",
    "longest_waiver = 90 days\n",
    "words_per_minute = \"150\"\n",
    "word_per_minute = 150\n",
    "wpm = 150\n",
    "overridable = \"true\"\n",
    "overridable = True\n",
    "language = [\"en\"]\n",
    "languages = \"en\"\n",
    "languages = [\"english\"]\n",
    "[platfrom]\ntypes = [\"x\"]\n",
    "[platform]\ntype = [\"x\"]\n",
    "[platform]\nconditions = [\"humau\"]\n",
    "[platform]\ndirectives = \"record\"\n",
    "[evn.prod]\nbase_url = \"https://api.example.com\"\n",
    "[env.prod]\nbaseurl = \"https://api.example.com\"\n",
    "[env.prod]\nurl = \"https://api.example.com\"\n",
    "[env.prod]\nrequire = \"clean\"\n",
    "[env.prod]\nrequire = [\"cleen\"]\n",
    "[env.prod]\ntoken_auth = \"basicraw\"\n",
    "[env.prod]\nallow_as_of = \"true\"\n",
    "[env.prod]\nqueue = \"q\"\n",
    "[env.prod.param]\nqueue = \"q\"\n",
    "[env.prod.params]\nqueu = \"q\"\n",
    "[env.prod.params]\nen.spare = \"q\"\n",
    "[env.prod.params]\n\"en.spar\" = \"q\"\n",
    "[env.prod.params]\nspare = \"q\"\n",
    "[env.prod.path]\ntoken = \"/api/token\"\n",
    "[env.prod.paths]\ntokens = \"/api/token\"\n",
    "[\"env.prod\"]\nbase_url = \"https://api.example.com\"\n",
    "en.spare = \"x\"\n",
    "policies: [\"us_tsr\"]\n",
    "policies = [us_tsr]\n",
];

#[test]
fn fixes_of_settings_resolve_their_findings() {
    let mut tried: BTreeSet<String> = BTreeSet::new();
    for settings in WRONG {
        let folder = folder(settings);
        let found = findings(&folder);
        assert!(!found.is_empty(), "{settings}");
        for one in &found {
            for fix in one["fixes"].as_array().into_iter().flatten() {
                let text = fixed(settings, fix);
                folder.write("cxflow.toml", &text);
                let after = findings(&folder);
                let is_same =
                    |other: &&Value| other["code"] == one["code"] && other["message"] == one["message"];
                let count = |all: &[Value]| all.iter().filter(is_same).count();
                assert!(count(&after) < count(&found), "{settings:?} became {text:?}: {after:#?}");
                let before = errors(&found);
                // Of what is no TOML nothing else is said.
                let is_hidden = one["code"] == "CX701";
                let new: Vec<_> =
                    errors(&after).into_iter().filter(|error| !before.contains(error)).collect();
                assert!(new.is_empty() || is_hidden, "{settings:?} became {text:?}: {new:?}");
                tried.insert(one["code"].as_str().unwrap().to_owned());
            }
            folder.write("cxflow.toml", settings);
        }
    }
    let expected = ["CX111", "CX114", "CX701", "CX702", "CX703", "CX708", "CX709"];
    assert_eq!(tried, expected.map(str::to_owned).into(), "which codes have fixes in settings");
}
