//! Typos in `cxflow.toml`: each is a finding with a place that says what to write.

use super::harness::*;

const FLOW: &str = r#"flow "Reminder"
include "part.cxflow" as en
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#;

fn folder(settings: &str) -> Folder {
    Folder::of(FLOW).with("part.cxflow", "let spare = \"x\"\n").with("cxflow.toml", settings)
}

/// What is no TOML, and what the help says to write.
const NO_TOML: [(&str, &str); 34] = [
    ("policies =\n", "write `policies = [\"us_tsr\", \"policies/house.cxflow\"]`"),
    ("policies\n", "write `policies = [\"us_tsr\", \"policies/house.cxflow\"]`"),
    ("polices =\n", "write `policies = [\"us_tsr\", \"policies/house.cxflow\"]`"),
    ("team =\n", "write a value: `team = \"…\"`"),
    ("policies = [us_tsr]\n", "write `\"us_tsr\"`"),
    ("policies = [\"us_tsr\", us_regf]\n", "write `\"us_regf\"`"),
    ("policies = [p/house.cxflow]\n", "write `\"p/house.cxflow\"`"),
    ("[env.prod.params]\nqueue = vip line\n", "write `\"vip line\"`"),
    ("[env.prod]\nbase_url = https://api.example.com\n", "write `\"https://api.example.com\"`"),
    ("[env.prod.params]\nqueue = 'vip\n", "write `'` before and after each text"),
    ("overridable = True\n", "write `true`"),
    ("overridable = yes\n", "write `true`"),
    ("overridable = FALSE\n", "write `false`"),
    ("longest_waiver = 90 days\n", "write `\"90 days\"`"),
    ("longest_waiver = 1y\n", "write `\"1y\"`"),
    ("policies: [\"us_tsr\"]\n", "write `policies = [\"us_tsr\", \"policies/house.cxflow\"]`"),
    ("policies:\n  - us_tsr\n", "write `policies = [\"us_tsr\", \"policies/house.cxflow\"]`"),
    ("env: prod\n", "write `[env.prod]` above"),
    ("policies := [\"us_tsr\"]\n", "write `=`"),
    ("policies == [\"us_tsr\"]\n", "write `=`"),
    ("policies [\"us_tsr\"]\n", "write `policies = …`"),
    ("policies = [\"us_tsr\" \"us_regf\"]\n", "write a comma between them"),
    ("policies = [\"us_tsr\",, \"us_regf\"]\n", "write one comma"),
    ("policies = [\"us_tsr\"],\n", "take the comma out"),
    ("policies = [\"us_tsr]\n", "write `\"` before and after each text"),
    ("policies = ['us_tsr\"]\n", "before and after each text"),
    ("policies = [“us_tsr”]\n", "write straight quotes"),
    ("policies = (\"us_tsr\")\n", "write a list between `[` and `]`"),
    ("policies = [\"us_tsr\"\n", "write `]` after its last value"),
    ("polici\u{435}s = [\"us_tsr\"]\n", "write `policies`, with the letters of the Latin alphabet"),
    ("words per minute = 100\n", "write `words_per_minute`"),
    ("// policies\n", "write `#` before a comment"),
    ("[env.prod\nbase_url = \"x\"\n", "write `[env.prod]`"),
    ("{ \"policies\": [\"us_tsr\"] }\n", "write a line for each setting"),
];

#[test]
fn invalid_toml_is_one_error_that_says_what_to_write() {
    for (settings, says) in NO_TOML {
        let run = folder(settings).run("check a.cxflow --message-format json").exits(1);
        let found = run.lines();
        assert_eq!(found.len(), 1, "{settings}: {run:#?}");
        assert_eq!(found[0]["code"], "CX701", "{settings}");
        assert_eq!(found[0]["file"], "cxflow.toml", "{settings}");
        let help = found[0]["help"].as_str().unwrap_or_default();
        assert!(help.contains(says), "{settings}: {help:?}");
    }
}

#[test]
fn fixes_of_a_broken_line_make_valid_toml() {
    let mut fixed = 0;
    for (settings, _) in NO_TOML {
        let folder = folder(settings);
        let found = folder.run("check a.cxflow --message-format json").lines();
        for fix in found[0]["fixes"].as_array().into_iter().flatten() {
            let mut text = settings.to_owned();
            for edit in fix["edits"].as_array().unwrap() {
                let at = |end: &str| edit["span"][end].as_u64().unwrap() as usize;
                text.replace_range(at("start")..at("end"), edit["text"].as_str().unwrap());
            }
            folder.write("cxflow.toml", &text);
            let run = folder.run("check a.cxflow --message-format json");
            // The YAML list has a second line that is wrong in its own way.
            let is_gone = !run.out.contains("CX701") || settings.contains("  - ");
            assert!(is_gone, "{settings:?} became {text:?}: {}", run.out);
            fixed += 1;
        }
    }
    assert!(fixed >= 18, "{fixed}");
}

#[test]
fn a_dotted_name_at_the_top_is_sent_to_the_params() {
    for settings in [
        "en.queue = \"x\"\n",
        "en.queue = \"x\"\n[env.prod]\n",
        "[en]\nqueue = \"x\"\n",
        "es.menu.queue = 3\n",
    ] {
        let run = folder(settings).run("check a.cxflow --message-format json").exits(1);
        let help = run.lines()[0]["help"].as_str().unwrap().to_owned();
        assert!(help.contains("[env.NAME.params]") && help.contains(".queue\" = …"), "{settings}: {help}");
    }
    folder("queue = \"x\"\n").run("check a.cxflow").exits(1).err_has("[env.NAME.params]");
    for settings in ["[evn.prod]\nbase_url = \"https://x\"\n", "evn.prod.base_url = \"https://x\"\n"] {
        folder(settings).run("check a.cxflow").exits(1).err_has("did you mean `env`?");
    }
}

#[test]
fn a_misspelt_section_is_the_one_that_has_its_keys() {
    for (settings, meant) in [
        ("[default]\nwait = \"5s\"\n", "[defaults]"),
        ("[Defaults]\nwait = \"5s\"\nbetween = \"2s\"\n", "[defaults]"),
        ("[plattform]\nfields = [\"priority\"]\n", "[platform]"),
        ("[studios]\nvoices = []\n", "[studio]"),
    ] {
        let found = folder(settings).run("check a.cxflow --message-format json").exits(1).lines();
        assert_eq!(found[0]["help"], format!("did you mean `{meant}`?"), "{settings}");
        let edit = &found[0]["fixes"][0]["edits"][0];
        let at = |end: &str| edit["span"][end].as_u64().unwrap() as usize;
        let mut text = settings.to_owned();
        text.replace_range(at("start")..at("end"), edit["text"].as_str().unwrap());
        folder(&text).run("check a.cxflow").err_lacks("CX702");
    }
    // With other keys it may be an instance.
    let other = folder("[default]\nqueue = \"x\"\n").run("check a.cxflow").exits(1);
    other.err_has("`\"default.queue\" = …` under");
}

#[test]
fn quotes_around_a_whole_path_are_said_to_be_too_many() {
    for settings in [
        "\"env.prod.params\".queue = \"x\"\n",
        "[\"env.prod.params\"]\nqueue = \"x\"\n",
        "[\"env.prod\"]\nbase_url = \"https://api.example.com\"\n",
        "'env.prod'.base_url = \"https://api.example.com\"\n",
    ] {
        let run = folder(settings).run("check a.cxflow --message-format json").exits(1);
        let found = run.lines();
        assert!(found[0]["help"].as_str().unwrap().contains("write `env.prod"), "{settings}");
        let edit = &found[0]["fixes"][0]["edits"][0];
        let at = |end: &str| edit["span"][end].as_u64().unwrap() as usize;
        let mut text = settings.to_owned();
        text.replace_range(at("start")..at("end"), edit["text"].as_str().unwrap());
        folder(&text).run("check a.cxflow").exits(0).err_lacks("CX702");
    }
}

#[test]
fn the_markers_of_a_merge_are_one_finding() {
    for settings in [
        "<<<<<<< HEAD\npolicies = [\"house\"]\n=======\npolicies = [\"us_regf\"]\n>>>>>>> x\n",
        "[env.prod.params]\n<<<<<<< HEAD\nqueue = \"a\"\n||||||| base\nqueue = \"b\"\n=======\nqueue = \"c\"\n>>>>>>> x\n",
        "policies = []\n>>>>>>> x\n",
    ] {
        let run = folder(settings).run("check a.cxflow --message-format json").exits(1);
        let of_merge = run.lines().iter().filter(|one| one["code"] == "CX006").count();
        assert_eq!(of_merge, 1, "{settings}: {}", run.out);
        assert!(!run.out.contains("CX701"), "{settings}: {}", run.out);
    }
}

#[test]
fn a_key_that_no_param_can_have_is_an_error() {
    for key in [
        "\"en queue\"",
        "\"\"",
        "\"9\"",
        "\"a..b\"",
        "\"es.\"",
        "\".queue\"",
        "\"queue!\"",
        "\"wartezeit ä\"",
    ] {
        let folder = folder(&format!("[env.prod.params]\n{key} = \"x\"\n"));
        for arguments in ["check --format short a.cxflow", "check --format short --env prod a.cxflow"] {
            folder.run(arguments).exits(1).err_has("cxflow.toml:2:").err_has("error[CX703");
        }
    }
}

#[test]
fn a_setting_among_the_params_is_an_error_that_says_where_it_belongs() {
    for (line, belongs) in [
        ("audit = \"audit/prod.jsonl\"", "`audit` belongs under `[env.prod]`"),
        ("require = \"clean\"", "`require` belongs under `[env.prod]`"),
        ("require = [\"clean\"]", "`require` belongs under `[env.prod]`"),
        ("requires = \"clean\"", "`require` belongs under `[env.prod]`"),
        ("base_url = \"https://api.example.com\"", "`base_url` belongs under `[env.prod]`"),
        ("webhook_ulr = \"https://api.example.com\"", "`webhook_url` belongs under `[env.prod]`"),
        ("update = \"PUT /api/flows/{flow_id}\"", "`update` belongs under `[env.prod]`"),
        ("scopes = [\"flow:write\"]", "`scopes` belongs under `[env.prod]`"),
        ("policies = \"p/house.cxflow\"", "`policies` belongs at the top"),
        ("policies = [\"us_tsr\"]", "`policies` belongs at the top"),
        ("polices = \"us_tsr\"", "`policies` belongs at the top"),
        ("words_per_minute = 100", "`words_per_minute` belongs at the top"),
        ("longest_waiver = \"3 days\"", "`longest_waiver` belongs at the top"),
        ("longest_waivre = \"3 days\"", "`longest_waiver` belongs at the top"),
        ("overridable = \"true\"", "`overridable` belongs at the top"),
        ("overridable = true", "`overridable` belongs at the top"),
    ] {
        let folder = folder(&format!("[env.prod.params]\nqueue = \"q\"\n{line}\n"));
        for arguments in ["check a.cxflow", "check --env prod a.cxflow", "build a.cxflow"] {
            let run = folder.run(&format!("{arguments} --message-format json")).exits(1);
            let said = format!("{}{}", run.out, run.err);
            assert!(said.contains("\"CX702\"") && said.contains(belongs), "{line}: {said}");
        }
        assert!(!folder.has("a.json"), "{line}");
    }
}

#[test]
fn a_param_that_a_flow_declares_may_be_called_as_a_setting_is() {
    let folder = folder("[env.prod.params]\naudit = \"audit_queue\"\naudio = \"x\"\n");
    folder.write("a.cxflow", FLOW.replace("queue", "audit"));
    folder.run("check --env prod a.cxflow").exits(0).err_lacks("CX702");
}

#[test]
fn an_empty_list_is_a_warning() {
    for settings in [
        "policies = []\n",
        "policies = [ # none yet\n]\n",
        "[env.prod]\nrequire = []\n",
        "[platform]\ntypes = []\n",
        "[platform]\nconditions = [\n\n]\n",
    ] {
        let folder = folder(settings);
        folder.run("check --format short a.cxflow").exits(0).err_has("warning[CX709 empty-setting]");
        folder.run("check --format short a.cxflow").err_has("is empty, and does nothing");
        folder.run("check --deny warnings a.cxflow").exits(1);
        folder.run("check --deny warnings --allow empty-setting a.cxflow").exits(0);
    }
    // A list whose texts are wrong has their findings, and no other.
    for settings in
        ["policies = [\"\"]\n", "policies = [\" \", \"\"]\n", "[env.prod]\nrequire = [\"cleen\"]\n"]
    {
        folder(settings).run("check --format short a.cxflow").exits(1).err_has("CX703").err_lacks("CX709");
    }
}

#[test]
fn an_empty_list_below_another_file_says_what_it_takes_away() {
    let folder = Folder::new().with("s/a.cxflow", CLEAN).with("s/cxflow.toml", "policies = []\n");
    folder.write("cxflow.toml", "policies = [\"house.cxflow\"]\n");
    folder.write("house.cxflow", "policy house \"House\" {\n  short: limit depth 10\n}\n");
    let folder = folder.committed();
    let run = folder.run("check --format short s/a.cxflow").exits(0);
    run.err_has("s/cxflow.toml:1:1: warning[CX709 empty-setting]: `policies` is empty, and removes nothing");
    folder.write("cxflow.toml", "policies = [\"house.cxflow\"]\noverridable = true\n");
    let run = folder.run("check s/a.cxflow").exits(0);
    run.err_has("removes what the files above set")
        .err_has("this no longer counts")
        .err_has("cxflow.toml:1:1");
    folder.write("cxflow.toml", "[platform]\ntypes = [\"fax\"]\n");
    folder.write("s/cxflow.toml", "[platform]\ntypes = []\n");
    folder.run("check s/a.cxflow").exits(0).err_lacks("CX709");
}

#[test]
fn a_param_of_an_instance_that_declares_none_is_a_slip() {
    for name in ["\"en.queu\"", "\"en.queue\"", "\"en.x\"", "\"en.menu.queue\"", "\"en.QUEUE\""] {
        let folder = folder(&format!("[env.prod.params]\n{name} = \"x\"\n"));
        let run = folder.run("check --env prod --format short a.cxflow").exits(0);
        run.err_has("cxflow.toml:2:1: warning[CX708 unknown-param]: the instance `en` has no param");
        let command = folder.command("check a.cxflow --set").arg(format!("{}=x", name.trim_matches('"')));
        command.run().exits(2).err_has("no file declares a param with that name");
    }
    let run = folder("").run("check a.cxflow --set en.voice=x").exits(2);
    run.err_has("the file of `en` declares no params");
    // An instance that is not there is another flow's.
    let folder = folder("[env.prod.params]\n\"fr.voice\" = \"x\"\n");
    folder.run("check --env prod a.cxflow").exits(0).err_lacks("CX708");
}

#[test]
fn findings_of_settings_come_in_every_format() {
    let folder = folder("polices = [\"us_tsr\"]\n[env.prod]\nrequire = []\n");
    folder
        .run("check --message-format short a.cxflow")
        .exits(1)
        .err_has("cxflow.toml:1:1: error[CX702 unknown-setting]: there is no setting `polices`")
        .err_has("cxflow.toml:3:1: warning[CX709 empty-setting]: `env.prod.require` is empty");
    folder
        .run("check --message-format github a.cxflow")
        .exits(1)
        .err_has("::error file=cxflow.toml,line=1,")
        .err_has("::warning file=cxflow.toml,line=3,");
    let lines = folder.run("check --message-format json a.cxflow").exits(1).lines();
    let told: Vec<_> =
        lines.iter().map(|one| (one["code"].as_str().unwrap(), one["line"].as_u64())).collect();
    assert_eq!(told, [("CX702", Some(1)), ("CX709", Some(3))]);
    assert_eq!(lines[0]["fixes"][0]["edits"][0]["text"], "policies");
    assert_eq!(lines[0]["fixes"][0]["edits"][0]["file"], "cxflow.toml");
    let log = folder.run("check --message-format sarif a.cxflow").exits(1).json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of = |index: usize| &results[index];
    assert_eq!((&of(0)["ruleId"], &of(0)["level"]), (&"CX702".into(), &"error".into()));
    assert_eq!((&of(1)["ruleId"], &of(1)["level"]), (&"CX709".into(), &"warning".into()));
    let place = &of(0)["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "cxflow.toml");
    assert_eq!(place["region"]["startLine"], 1);
    assert_eq!(
        of(0)["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        "policies"
    );
    folder.write("cxflow.toml", "[env.prod]\nrequire = []\n");
    folder.run("check a.cxflow").exits(0);
    let run = folder.run("check --deny warnings --message-format json a.cxflow").exits(1);
    assert_eq!(run.lines()[0]["severity"], "error");
}

#[test]
fn params_whose_header_is_missing_are_one_finding() {
    for (settings, place, line) in [
        (
            "nurses = \"a\"\nmailbox_of_day = \"b\"\n",
            "there are no settings `nurses` and `mailbox_of_day`",
            1,
        ),
        (
            "[platform]\ntypes = [\"x\"]\nnurses = \"a\"\nfront_office = 3\n",
            "[platform] has no settings `nurses` and `front_office`",
            3,
        ),
        (
            "[platform]\nkk1 = 1\nkk2 = 1\nkk3 = 1\nkk4 = 1\nkk5 = 1\nkk6 = 1\nkk7 = 1\n",
            "[platform] has no settings `kk1`, `kk2`, `kk3`, `kk4`, `kk5` and 2 more",
            2,
        ),
    ] {
        let folder = Folder::of(CLEAN);
        folder.write("cxflow.toml", settings);
        let run = folder.run("check --message-format short a.cxflow").exits(1);
        let run = run.err_has(&format!("cxflow.toml:{line}:1: error[CX702 unknown-setting]: {place}"));
        assert_eq!(run.err.matches("CX702").count(), 1, "{}", run.err);
    }
    // A slip beside them keeps its own finding.
    let folder = Folder::of(CLEAN);
    folder.write("cxflow.toml", "polices = []\nnurses = \"a\"\nmailbox_of_day = \"b\"\n");
    let run = folder.run("check --message-format short a.cxflow").exits(1).err_has("`polices`");
    assert_eq!(run.err.matches("CX702").count(), 2, "{}", run.err);
}

#[test]
fn a_longest_waiver_that_limits_nothing_is_a_warning() {
    for value in ["100 years", "10 years", "6y", "1831 days", "9999 weeks", "61 months", "999999999999 days"]
    {
        let settings = format!("longest_waiver = \"{value}\"\n");
        let run = folder(&settings).run("check a.cxflow --message-format json").exits(0);
        let found = run.lines();
        let of_settings: Vec<_> = found.iter().filter(|one| one["file"] == "cxflow.toml").collect();
        assert_eq!(of_settings.len(), 1, "{value}: {run:#?}");
        assert_eq!(of_settings[0]["code"], "CX703", "{value}");
        assert_eq!(of_settings[0]["severity"], "warning", "{value}");
        assert_eq!(of_settings[0]["message"], format!("`longest_waiver` is `{value}`, so it limits nothing"));
    }
    for value in ["5 years", "1830 days", "59 months", "1 day", "2 years"] {
        let settings = format!("longest_waiver = \"{value}\"\n");
        folder(&settings).run("check a.cxflow").exits(0).err_lacks("longest_waiver");
    }
}

#[test]
fn characters_that_hide_settings_are_a_warning() {
    let hidden = [
        ("# x\u{2028}policies = [\"h.cxflow\"]\n", 'w', "U+2028"),
        ("# x\u{2029}policies = [\"h.cxflow\"]\n", 'w', "U+2029"),
        ("# x\u{85}policies = [\"h.cxflow\"]\n", 'w', "U+0085"),
        ("team = \"a\" #\u{2028}policies = [\"h.cxflow\"]\n", 'w', "U+2028"),
        ("team = \"a\u{2028}b\"\n", 'w', "U+2028"),
        ("# \u{202E}policies = []\n", 'w', "U+202E"),
        ("# \u{2066}policies = []\n", 'w', "U+2066"),
        ("team = \"a\u{202E}b\"\n", 'w', "U+202E"),
        ("team = 'a\u{2067}b'\n", 'w', "U+2067"),
        ("team = \"a#\u{200E}b\"\n", 'w', "U+200E"),
        ("team = \"a\" # \u{200E}b\n", '-', ""),
        ("# \u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{200F}team\n", '-', ""),
        ("team = \"Zo\u{EB}\" # caf\u{E9}\n", '-', ""),
    ];
    for (settings, kind, character) in hidden {
        let run = folder(settings).run("check a.cxflow --message-format json");
        let found = run.lines();
        let found: Vec<_> = found.iter().filter(|one| one["code"] == "CX405").collect();
        assert_eq!(found.len(), usize::from(kind == 'w'), "{settings:?}: {run:#?}");
        let Some(first) = found.first() else { continue };
        assert_eq!(
            (&first["file"], &first["severity"]),
            (&"cxflow.toml".into(), &"warning".into()),
            "{settings:?}"
        );
        assert!(first["message"].as_str().unwrap_or_default().contains(character), "{settings:?}");
    }
}

/// What no address or path of an environment may be, and what the message says of it.
const ADDRESSES: [(&str, &str); 25] = [
    ("base_url = \"api.example.com\"", "has no scheme"),
    ("base_url = \"http://api.example.com\"", "is not encrypted"),
    ("base_url = \"http://127.0.0.1.example.com\"", "is not encrypted"),
    ("base_url = \"ftp://api.example.com\"", "neither https nor http"),
    ("base_url = \"https://\"", "names no host"),
    ("base_url = \"https:///api\"", "names no host"),
    ("base_url = \"https://api.example.com/?q\"", "a query or a fragment"),
    ("base_url = \"https://api.example.com#x\"", "a query or a fragment"),
    ("webhook_url = \"hooks.example.com\"", "has no scheme"),
    ("webhook_url = \"http://hooks.example.com/a\"", "is not encrypted"),
    ("update = \"PUT /api/flows\"", "a path with the flow's id"),
    ("update = \"/api/flows/{flow_id}\"", "a path with the flow's id"),
    ("update = \"FETCH /api/{flow_id}\"", "a path with the flow's id"),
    ("update = \"PUT api/{flow_id}\"", "a path with the flow's id"),
    ("update = \"PUT /api/{flow_id}?x=1\"", "a path with the flow's id"),
    ("audit = \"a.cxflow\"", "names a flow's source"),
    ("scopes = [\"flow write\"]", "more than one scope"),
    ("paths.flows = \"api/flows\"", "a path below the base URL"),
    ("paths.flows = \"/api/flows?x=1\"", "a path below the base URL"),
    ("paths.flows = \"https://other.example.com/flows\"", "a path below the base URL"),
    ("paths.subscriptions = \"https://other.example.com/{id}\"", "a path below the base URL"),
    ("paths.subscriptions = \"hooks\"", "a path below the base URL"),
    ("paths.jobs = \"https://other.example.com/{id}\"", "a path below the base URL"),
    ("paths.jobs = \"/api/jobs/{id}#x\"", "a path below the base URL"),
    ("paths.token = \"http://login.example.com/\"", "is not encrypted"),
];

#[test]
fn an_address_or_path_that_cannot_be_is_an_error_of_its_place() {
    for (setting, says) in ADDRESSES {
        let run = folder(&format!("[env.prod]\n{setting}\n")).run("check a.cxflow --env prod");
        run.exits(1).err_has("CX703").err_has("cxflow.toml:2:").err_has(says).err_has("help: ");
    }
}

#[test]
fn addresses_and_paths_that_can_be_are_taken() {
    let settings = [
        "base_url = \"https://api.example.com:8443/tenants/7/\"",
        "base_url = \"http://localhost:8700\"",
        "base_url = \"http://[::1]:8700\"",
        "base_url = \"HTTPS://bücher.example\"",
        "webhook_url = \"http://127.0.0.1:9/hook\"",
        "update = \"patch /v2/flows/{flow_id}/draft\"",
        "paths.token = \"https://login.example.com/token\"",
        "paths.jobs = \"/v2/tasks/{id}/state\"",
        "scopes = [\"flow:write\", \"flow:read\"]",
    ];
    for setting in settings {
        folder(&format!("[env.prod]\n{setting}\n")).run("check a.cxflow --env prod").exits(0);
    }
}

/// A slip beside the right one: the settings at the top, those of the folder below, and what is said.
const BESIDE: [(&str, &str, &str); 14] = [
    ("queue = \"a\"", "quene = \"b\"", "below/cxflow.toml:2:1: `quene` `queue`"),
    ("queue = \"a\"", "Queue = \"b\"", "below/cxflow.toml:2:1: `Queue` `queue`"),
    ("queue = \"a\"", "queu = \"b\"", "below/cxflow.toml:2:1: `queu` `queue`"),
    ("queue = \"a\"", "qeuue = 3", "below/cxflow.toml:2:1: `qeuue` `queue`"),
    ("quene = \"b\"", "queue = \"a\"", "cxflow.toml:2:1: `quene` `queue`"),
    ("queue = \"a\"\nquene = \"b\"", "", "cxflow.toml:3:1: `quene` `queue`"),
    ("", "queuee = \"b\"\nqueue = \"a\"", "below/cxflow.toml:2:1: `queuee` `queue`"),
    ("\"en.menu\" = \"a\"", "\"em.menu\" = \"b\"", "below/cxflow.toml:2:1: `em.menu` `en.menu`"),
    // What differs on purpose, or is another flow's.
    ("queue = \"a\"", "queue2 = \"b\"", ""),
    ("queue = \"a\"", "vip_queue = \"b\"", ""),
    ("rate = \"a\"", "date = \"b\"", ""),
    ("rate = \"a\"\ndate = \"b\"", "", ""),
    ("rate = \"a\"\nrote = \"b\"", "", ""),
    ("\"en.menu\" = \"a\"", "\"es.menu\" = \"b\"", ""),
];

fn beside(above: &str, below: &str) -> Folder {
    let flow = FLOW.replace("agent", "param rate = \"x\"\nlet said = \"${rate}\"\nagent");
    let other = CLEAN.replace("\nparam queue", "\ninclude \"menu.cxflow\" as es\nparam date");
    let folder = Folder::new()
        .with("below/a.cxflow", flow)
        .with("below/part.cxflow", "param menu = \"x\"\nlet spare = \"${menu}\"\n")
        .with("below/b.cxflow", other.replace("${queue}", "${date}"))
        .with("below/menu.cxflow", "param menu = \"x\"\nlet spare = \"${menu}\"\n")
        .with("parts/c.cxflow", "# later: param rote\nlet other = \"x\"\n");
    for (name, params) in [("cxflow.toml", above), ("below/cxflow.toml", below)] {
        if !params.is_empty() {
            folder.write(name, format!("[env.prod.params]\n{params}\n"));
        }
    }
    folder
}

#[test]
fn a_slip_of_a_param_that_another_line_sets_is_a_finding() {
    for (above, below, says) in BESIDE {
        let folder = beside(above, below).committed();
        for at in ["", "v1:"] {
            let run = folder.run(&format!("check {at}below/a.cxflow --env prod --message-format json"));
            let found = run.exits(0).lines();
            let found: Vec<_> = found.iter().filter(|one| one["code"] == "CX708").collect();
            assert_eq!(found.len(), usize::from(!says.is_empty()), "{at} {above} / {below}: {found:#?}");
            let Some(first) = found.first() else { continue };
            let (place, names) = says.split_once(": ").unwrap();
            let (slip, meant) = names.split_once(' ').unwrap();
            let start = format!("{}:{}:{}", first["file"].as_str().unwrap(), first["line"], first["column"]);
            assert_eq!(start, format!("{at}{place}"), "{above} / {below}");
            assert_eq!(first["message"], format!("no flow here declares a param {slip}"));
            assert!(first["help"].as_str().unwrap().contains(meant), "{first:#}");
        }
    }
}

#[test]
fn a_slip_of_a_param_that_the_command_line_sets_is_a_finding() {
    let run = beside("quene = \"a\"", "").run("check below/a.cxflow --env prod --set queue=b").exits(0);
    run.err_has("no flow here declares a param `quene`").err_has("did you mean `queue`?");
}

#[test]
fn a_slip_in_the_folder_below_is_fixed_by_the_right_name() {
    for (above, below, offers) in
        [("queue = \"a\"", "quene = \"b\"", true), ("queue = \"a\"\nquene = \"b\"", "queue = \"c\"", false)]
    {
        let run = beside(above, below).run("check below/a.cxflow --message-format json").exits(0);
        let found = run.lines().into_iter().find(|one| one["code"] == "CX708").unwrap();
        let text = &found["fixes"][0]["edits"][0]["text"];
        assert_eq!(text == "queue", offers, "{found:#}");
    }
}

const URL: &str = "base_url = \"https://api.example.com\"";

/// Environments of the file at the top and of the folder below, and the slip that is found.
const ENVIRONMENTS: [(&str, &str, &str); 25] = [
    ("[env.prod]\nURL\n[env.prdo]\nrequire = [\"clean\"]", "", "cxflow.toml:3 prdo prod"),
    ("[env.prdo]\nrequire = [\"clean\"]\n[env.prod]\nURL", "", "cxflow.toml:1 prdo prod"),
    ("[env.prod]\nURL", "[env.prdo]\nrequire = [\"clean\"]", "s/cxflow.toml:1 prdo prod"),
    ("[env.prod.params]\nqueue = \"a\"", "[env.prd.params]\nqueue = \"b\"", "s/cxflow.toml:1 prd prod"),
    ("[env.prod]\nURL", "[env.prods]\nURL", "s/cxflow.toml:1 prods prod"),
    ("[env.staging]\nURL\n[env.stagin.params]\nqueue = \"a\"", "", "cxflow.toml:3 stagin staging"),
    ("[env.pre-prod]\nURL", "[env.preprod.params]\nqueue = \"a\"", "s/cxflow.toml:1 preprod pre-prod"),
    ("[env.prod-eu]\nURL\n[env.pord-eu.params]\nqueue = \"a\"", "", "cxflow.toml:3 pord-eu prod-eu"),
    ("[env.Prod]\nURL\n[env.prdo.params]\nqueue = \"a\"", "", "cxflow.toml:3 prdo Prod"),
    ("[env.prod.params]\nqueue = \"a\"\n[env.prdo.params]\nqueue = \"b\"", "", "cxflow.toml:3 prdo prod"),
    ("[env.test]\nURL", "[env.test]\nURL\n[env.tset.params]\nqueue = \"a\"", "s/cxflow.toml:3 tset test"),
    // Two that exist, each with an address.
    ("[env.test]\nURL\n[env.tests]\nURL", "", ""),
    ("[env.prod]\nURL\n[env.prdo]\nURL", "", ""),
    // Numbers, whole words, and letters in a row.
    ("[env.dev]\nURL\n[env.dev2.params]\nqueue = \"a\"", "", ""),
    ("[env.eu1]\nURL\n[env.eu2.params]\nqueue = \"a\"", "", ""),
    ("[env.prod1]\nURL", "[env.prod2.params]\nqueue = \"a\"", ""),
    ("[env.prod-eu]\nURL\n[env.prod-us.params]\nqueue = \"a\"", "", ""),
    ("[env.prod-uk]\nURL\n[env.prod-us.params]\nqueue = \"a\"", "", ""),
    ("[env.stage-a]\nURL", "[env.stage-b.params]\nqueue = \"a\"", ""),
    ("[env.stagea]\nURL", "[env.stageb.params]\nqueue = \"a\"", ""),
    ("[env.prod]\nURL\n[env.prod-eu.params]\nqueue = \"a\"", "", ""),
    ("[env.prod]\nURL\n[env.test.params]\nqueue = \"a\"", "", ""),
    ("[env.prod]\nURL\n[env.preprod.params]\nqueue = \"a\"", "", ""),
    ("[env.qa]\nURL\n[env.uat.params]\nqueue = \"a\"", "", ""),
    ("[env.prod]\nURL", "[env.prod.params]\nqueue = \"a\"", ""),
];

#[test]
fn an_environment_one_slip_away_from_another_is_a_warning() {
    for (above, below, says) in ENVIRONMENTS {
        let folder = Folder::new().with("s/a.cxflow", CLEAN).with("cxflow.toml", above.replace("URL", URL));
        folder.write("s/b.cxflow", CLEAN);
        if !below.is_empty() {
            folder.write("s/cxflow.toml", below.replace("URL", URL));
        }
        let run = folder.run("check s/a.cxflow s/b.cxflow --message-format json").exits(0);
        let found = run.lines();
        let found: Vec<_> = found.iter().filter(|one| one["code"] == "CX718").collect();
        assert_eq!(found.len(), usize::from(!says.is_empty()), "{above} / {below}: {found:#?}");
        let Some(first) = found.first() else { continue };
        let (place, names) = says.split_once(' ').unwrap();
        let (slip, meant) = names.split_once(' ').unwrap();
        let start = format!("{}:{}", first["file"].as_str().unwrap(), first["line"]);
        assert_eq!(start, place, "{above} / {below}");
        assert_eq!(first["message"], format!("the environment `{slip}` is one typo away from `{meant}`"));
        assert_eq!(first["severity"], "warning");
    }
    let folder = Folder::of(CLEAN).with("cxflow.toml", ENVIRONMENTS[0].0.replace("URL", URL));
    folder.run("check --deny warnings a.cxflow").exits(1).err_has("did you mean `prod`?");
    folder.run("check --deny warnings --allow similar-environments a.cxflow").exits(0);
}
