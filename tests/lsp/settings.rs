//! Settings as somebody edits them: their findings at their own place, whatever else is open.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::editor::Editor;
use crate::harness::Folder;

const FLOW: &str =
    "flow \"F\"\nentry hello\ndisclosure hello { say \"Hello.\" }\ndisconnect bye\nhello -> bye\n";

/// What is wrong with settings, and the codes.
const WRONG: [(&str, &str); 12] = [
    ("polices = [\"us_tsr\"]\n", "CX702"),
    ("policies = [\"us_tsr\"\n", "CX701"),
    ("policies = \"us_tsr\"\n", "CX703"),
    ("policies = [\"us_tsrr\"]\n", "CX114"),
    ("policies = [\"nowhere.cxflow\"]\n", "CX111"),
    ("policies = [\"../outside.cxflow\"]\n", "CX706"),
    ("policies = []\n", "CX709"),
    ("[env.prod]\nclient_secret = \"x\"\n", "CX704"),
    ("[env.prod]\nqueue = \"x\"\n", "CX702"),
    ("en.queue = \"x\"\n", "CX702"),
    ("[env.prod]\nrequire = [\"cleen\"]\n", "CX703"),
    ("<<<<<<< a\npolicies = []\n=======\n>>>>>>> b\n", "CX006"),
];

fn has(codes: &[String], code: &str) -> bool {
    codes.iter().any(|one| one == code)
}

#[test]
fn settings_that_are_open_alone_show_what_is_wrong_with_them() {
    for files in [vec![("cxflow.toml", "")], vec![("cxflow.toml", ""), ("flows/a.cxflow", FLOW)]] {
        for (settings, code) in WRONG {
            let mut editor = Editor::new(&files);
            editor.open_with("cxflow.toml", settings);
            assert!(has(&editor.codes("cxflow.toml"), code), "{settings}: {:?}", editor.codes("cxflow.toml"));
            // A flow that nobody opened has no findings of its own.
            assert_eq!(editor.codes("flows/a.cxflow"), [""; 0]);
            editor.edit("cxflow.toml", settings, "# fixed\n");
            assert_eq!(editor.codes("cxflow.toml"), [""; 0], "{settings}");
            editor.edit("cxflow.toml", "# fixed\n", settings);
            assert!(has(&editor.codes("cxflow.toml"), code), "{settings}");
        }
    }
}

#[test]
fn findings_of_unsaved_settings_vanish_when_the_file_is_closed() {
    let mut editor = Editor::new(&[("cxflow.toml", "# nothing\n")]);
    editor.open("cxflow.toml");
    editor.edit("cxflow.toml", "# nothing", "polices = []");
    assert_eq!(editor.codes("cxflow.toml"), ["CX702"]);
    editor.close("cxflow.toml");
    assert_eq!(editor.findings_on_disk("cxflow.toml"), [""; 0]);
}

#[test]
fn settings_that_change_on_the_disk_show_it_though_nothing_is_open() {
    let mut editor = Editor::new(&[("a.cxflow", FLOW)]);
    editor.write("cxflow.toml", "polices = []\n");
    assert_eq!(editor.findings_on_disk("cxflow.toml"), ["CX702"]);
    editor.write("cxflow.toml", "");
    assert_eq!(editor.findings_on_disk("cxflow.toml"), [""; 0]);
    std::fs::create_dir(editor.path("s")).unwrap();
    editor.write("s/cxflow.toml", "polices = []\n");
    assert_eq!(editor.findings_on_disk("s/cxflow.toml"), ["CX702"]);
    std::fs::remove_file(editor.path("s/cxflow.toml")).unwrap();
    editor.saved("s/cxflow.toml");
    assert_eq!(editor.findings_on_disk("s/cxflow.toml"), [""; 0]);
}

#[test]
fn unsaved_settings_count_for_the_flows_below_them() {
    let mut editor = Editor::new(&[("s/a.cxflow", FLOW), ("b.cxflow", FLOW)]);
    editor.open("s/a.cxflow");
    editor.open("b.cxflow");
    assert_eq!(editor.codes("s/a.cxflow"), [""; 0]);
    let house = "policy house \"House\" {\n  person: require agent\n}\n";
    editor.write("s/house.cxflow", house);
    editor.open_with("s/cxflow.toml", "policies = [\"house.cxflow\"]\n");
    assert_eq!(editor.codes("s/a.cxflow"), ["CX301"]);
    assert_eq!(editor.codes("b.cxflow"), [""; 0]);
    editor.edit("s/cxflow.toml", "policies = [\"house.cxflow\"]", "");
    assert_eq!(editor.codes("s/a.cxflow"), [""; 0]);
}

#[test]
fn a_flow_says_once_that_its_settings_have_errors_and_points_at_them() {
    let settings = "polices = [\"us_tsr\"]\nwords_per_minute = 9\n";
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("cxflow.toml", settings)]);
    editor.open("a.cxflow");
    let findings = editor.raw_findings("a.cxflow");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["code"], "CX711");
    assert_eq!(findings[0]["range"]["start"]["line"], 0);
    let message = findings[0]["message"].as_str().unwrap();
    assert!(message.starts_with("the settings have 2 errors, the first in `cxflow.toml`"), "{message}");
    let related = findings[0]["relatedInformation"].as_array().unwrap();
    let places: Vec<String> = related.iter().map(|one| editor.shown_place(&one["location"])).collect();
    assert_eq!(places, ["cxflow.toml:1", "cxflow.toml:2"]);
    assert_eq!(editor.findings_on_disk("cxflow.toml"), ["CX702", "CX703"]);
    // A warning does not keep a flow from being built.
    editor.write("cxflow.toml", "policies = []\n");
    assert_eq!(editor.codes("a.cxflow"), [""; 0]);
    assert_eq!(editor.findings_on_disk("cxflow.toml"), ["CX709"]);
}

/// A policy that [`FLOW`] breaks.
const HOUSE: &str = "policy house \"House\" {\n  person: require agent\n}\n";

/// The errors and warnings of `check`: file, line and code.
fn checked(editor: &Editor, name: &str) -> BTreeSet<String> {
    let check =
        Folder::new().command(&format!("check --message-format short {name}")).folder(&editor.path(""));
    let said = check.run().all();
    let findings = said.lines().filter_map(|line| line.split_once("[CX"));
    let shown = |(place, code): (&str, &str)| {
        let mut parts = place.split(':');
        let (file, line) = (parts.next().unwrap(), parts.next().unwrap());
        format!("{file}:{line} CX{}", &code[..3])
    };
    findings.map(shown).collect()
}

/// The same of the editor, without what a flow says of its settings at its first line.
fn shown(editor: &mut Editor) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for name in editor.told_of() {
        for one in editor.raw_findings(&name) {
            let line = one["range"]["start"]["line"].as_u64().unwrap() + 1;
            let code = one["code"].as_str().unwrap();
            if code != "CX711" && one["severity"] != 4 {
                all.insert(format!("{name}:{line} {code}"));
            }
        }
    }
    all
}

#[test]
fn errors_of_settings_hide_no_finding_of_a_policy_that_check_shows() {
    let applied = "policies = [\"house.cxflow\"]\n";
    let one_file = [
        format!("{applied}polices = [\"us_tsr\"]\n"),
        format!("{applied}words_per_minute = \"fast\"\n"),
        format!("{applied}[env.prod]\nclient_secret = \"x\"\n"),
        format!("{applied}[env.prod\n"),
        format!("{applied}policies = [\"house.cxflow\"]\n"),
        "policies = [\"house.cxflow\", \"nowhere.cxflow\"]\n".to_owned(),
        "policies = [\"house.cxflow\", \"us_tsrr\"]\n".to_owned(),
        "policies = [\"house.cxflow\", \"../../outside.cxflow\"]\n".to_owned(),
    ];
    let one_file = one_file.iter().map(|text| (text.as_str(), None));
    let two_files = WRONG.iter().map(|&(wrong, code)| (applied, Some((wrong, code))));
    let mut both = 0;
    for (settings, inner) in one_file.chain(two_files) {
        let mut files = vec![("cxflow.toml", settings), ("house.cxflow", HOUSE), ("flows/a.cxflow", FLOW)];
        files.extend(inner.map(|(wrong, _)| ("flows/cxflow.toml", wrong)));
        let mut editor = Editor::new(&files);
        editor.open("flows/a.cxflow");
        let (checked, shown) = (checked(&editor, "flows/a.cxflow"), shown(&mut editor));
        assert_eq!(shown, checked, "{settings} {inner:?}");
        let is_both = shown.iter().any(|one| one.ends_with("CX301")) && shown.len() > 1;
        both += usize::from(is_both);
    }
    assert!(both > 12, "errors of settings and of the policy, in {both} cases");
}

#[test]
fn fixes_of_settings_resolve_their_findings() {
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("cxflow.toml", "polices = [\"us_tsr\"]\n")]);
    editor.open("cxflow.toml");
    let finding = editor.raw_findings("cxflow.toml").remove(0);
    let actions = editor.ask(
        "textDocument/codeAction",
        serde_json::json!({
            "textDocument": { "uri": editor.uri("cxflow.toml") },
            "range": finding["range"],
            "context": { "diagnostics": [] },
        }),
    );
    let action = actions.as_array().and_then(|actions| actions.first()).cloned().unwrap();
    assert_eq!(action["title"], "Write `policies`");
    editor.apply(&action["edit"]);
    assert_eq!(editor.text("cxflow.toml"), "policies = [\"us_tsr\"]\n");
    assert!(!editor.codes("cxflow.toml").contains(&"CX702".to_owned()));
}

#[test]
fn settings_are_asked_nothing_that_only_flows_answer() {
    let mut editor = Editor::new(&[("cxflow.toml", "policies = [\"us_tsr\"]\n")]);
    editor.open("cxflow.toml");
    for method in ["formatting", "documentSymbol", "foldingRange", "semanticTokens/full"] {
        let params = serde_json::json!({
            "textDocument": { "uri": editor.uri("cxflow.toml") },
            "options": { "tabSize": 2, "insertSpaces": true },
        });
        assert_eq!(editor.ask(&format!("textDocument/{method}"), params), Value::Null, "{method}");
    }
}

const PARAMS: &str = "param queue = \"x\"\nagent a \"${queue}\"\n";

#[test]
fn findings_of_params_are_shown_and_fixed() {
    let flow = FLOW.to_owned() + PARAMS;
    for (line, code) in [
        ("queu = \"y\"", "CX708"),
        ("Queue = \"y\"", "CX708"),
        ("queues = \"y\"", "CX708"),
        ("audit = \"audit/prod.jsonl\"", "CX702"),
        ("policies = \"p/house.cxflow\"", "CX702"),
        ("require = \"clean\"", "CX702"),
        ("base_url = \"https://api.example.com\"", "CX702"),
        ("words_per_minute = 100", "CX702"),
        ("longest_waver = \"3 days\"", "CX702"),
        ("overridable = \"true\"", "CX702"),
    ] {
        let settings = format!("[env.prod.params]\n{line}\n");
        let mut editor = Editor::new(&[("cxflow.toml", &settings), ("flows/a.cxflow", &flow)]);
        editor.open("cxflow.toml");
        assert_eq!(editor.codes("cxflow.toml"), [code], "{line}");
        editor.open("flows/a.cxflow");
        assert_eq!(editor.codes("cxflow.toml"), [code], "{line}");
        // As soon as the flow declares it, it is right.
        let name = line.split(' ').next().unwrap();
        editor.edit("flows/a.cxflow", "param queue", &format!("param {name} = \"z\"\nparam queue"));
        assert!(!has(&editor.codes("cxflow.toml"), code), "{line}");
    }
}

#[test]
fn a_param_that_one_of_the_flows_declares_is_right() {
    let settings = "[env.prod.params]\naudit = \"x\"\nqueu = \"y\"\n";
    let one = FLOW.to_owned() + PARAMS;
    let other = FLOW.to_owned() + "param audit = \"x\"\nparam queu = \"x\"\n";
    let files = [("cxflow.toml", settings), ("one.cxflow", &one), ("other.cxflow", &other)];
    let mut editor = Editor::new(&files);
    editor.open("one.cxflow");
    editor.open("cxflow.toml");
    assert_eq!(editor.codes("cxflow.toml"), [""; 0]);
    editor.open("other.cxflow");
    editor.edit("other.cxflow", "param audit = \"x\"\n", "");
    assert_eq!(editor.codes("cxflow.toml"), ["CX702"]);
    // What a broken line declares nobody knows.
    editor.edit("other.cxflow", "param queu", "parm queu");
    assert_eq!(editor.codes("cxflow.toml"), [""; 0]);
}

/// What folders hold is remembered while one message is answered, and no longer.
#[test]
fn settings_under_another_name_are_noticed_once_they_are_there() {
    let mut editor = Editor::new(&[("a.cxflow", FLOW)]);
    editor.open("a.cxflow");
    assert_eq!(editor.codes("cxflow.tml"), [""; 0]);
    for _ in 0..2 {
        editor.write("cxflow.tml", "policies = [\"us_tsr\"]\n");
        editor.edit("a.cxflow", "Hello.", "Good day.");
        assert_eq!(editor.codes("cxflow.tml"), ["CX710"]);
        std::fs::remove_file(editor.path("cxflow.tml")).unwrap();
        editor.edit("a.cxflow", "Good day.", "Hello.");
        assert_eq!(editor.codes("cxflow.tml"), [""; 0]);
    }
}

#[test]
fn a_lock_of_policies_counts_as_settings_do() {
    let own = cxflowc::bundled::find("baseline").unwrap().text;
    let other = own.replace("limit retries 3", "limit retries 0").replace("version 1", "version 2");
    let lock = |text: &str| cxflowc::settings::policy_lock::written([("baseline", text)]);
    let flow = "flow \"F\"\nentry hello\ndisclosure hello { say \"Hello.\" }\ncollect menu \"Press 1.\" retries 1 {\n  on 1 -> bye\n  on timeout | invalid -> bye\n}\ndisconnect bye\nhello -> menu\napply baseline\n";
    let mut editor = Editor::new(&[("a.cxflow", flow)]);
    editor.open("a.cxflow");
    let clean = editor.codes("a.cxflow");
    editor.write("policies.lock", &lock(&other));
    assert!(editor.codes("a.cxflow").len() > clean.len(), "{:?}", editor.codes("a.cxflow"));
    let at = editor.mark("a.cxflow", "apply base^line");
    let hover = editor.ask("textDocument/hover", at);
    let hover = hover["contents"]["value"].as_str().unwrap_or_default().to_owned();
    assert!(hover.contains("Locked at version 2; this compiler has version 1"), "{hover}");
    editor.write("policies.lock", &lock(own));
    assert_eq!(editor.codes("a.cxflow"), clean);
    editor.write("policies.lock", &lock(own).replace("limit retries 3", "limit retries 9"));
    assert_eq!(editor.findings_on_disk("policies.lock"), ["CX722"]);
    std::fs::remove_file(editor.path("policies.lock")).unwrap();
    editor.saved("policies.lock");
    assert_eq!(editor.findings_on_disk("policies.lock"), [""; 0]);
    assert_eq!(editor.codes("a.cxflow"), clean);
}
