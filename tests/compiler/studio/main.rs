//! Scripts of CXone Studio take calls where their flows take them: the tests of all fixtures and examples are
//! walked through the scripts, by what the vendor's documentation says of each action.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use cxflowc::source::Source;
use cxflowc::{Compiled, Options, compile_with};
use serde_json::Value;

mod calls;
#[allow(dead_code, reason = "this suite does not look at what the fixtures expect")]
#[path = "../cases/mod.rs"]
mod cases;
#[path = "../cases/of_tenant.rs"]
mod of_tenant;
mod script_call;

use cases::{Case, ROOT, tenant};
use of_tenant::NoFiles;

fn script(compiled: &Compiled) -> Value {
    let mut out = Vec::new();
    compiled.target.write(&compiled.flow, true, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// A flow compiled for the tenant.
fn compiled(text: &str) -> Compiled {
    let mut options = Options::default();
    options.target = Arc::new(tenant());
    let compiled = compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options);
    let errors: Vec<String> =
        compiled.diagnostics.iter().map(|one| format!("{}: {}", one.code, one.message)).collect();
    assert!(!compiled.diagnostics.has_errors(), "{errors:#?}");
    compiled
}

/// What each action is, and where its branches lead: `PLAY a -> MENU b`.
fn outline(script: &Value) -> String {
    let mut lines = Vec::new();
    let actions = script["actions"].as_object().unwrap();
    let shown = |id: &str| {
        format!("{} {}", actions[id]["name"].as_str().unwrap(), actions[id]["label"].as_str().unwrap())
    };
    for id in actions.keys() {
        let branches = script["branches"].get(id).and_then(Value::as_array).cloned().unwrap_or_default();
        let ways: Vec<String> = branches
            .iter()
            .map(|one| {
                let label = one["label"].as_str().unwrap();
                let label = if label.is_empty() { String::new() } else { format!("{label}: ") };
                format!("{label}{}", shown(&one["to"].to_string()))
            })
            .collect();
        lines.push(format!("{} -> {}", shown(id), ways.join(", ")).trim_end_matches(" -> ").to_owned());
    }
    lines.join("\n")
}

#[test]
fn timeout_and_invalid_stay_apart_over_several_attempts() {
    let compiled = compiled(
        r#"flow "Apart"
entry menu
collect menu "Press 1 for an agent." retries 2 wait 5s {
  retry "Sorry, press 1."
  silence "We heard nothing. Press 1."
  on 1 -> sales
  on timeout -> bye
  on invalid -> sales
}
agent sales "Sales"
disconnect bye
disclosure notice "https://cdn.example.com/notice.wav"
notice -> menu
"#
        .replace("entry menu", "entry notice")
        .as_str(),
    );
    assert_eq!(
        outline(&script(&compiled)),
        "BEGIN Begin -> TTSVOICE Voice
TTSVOICE Voice -> PLAY notice
MENU menu -> 1: REQAGENT sales, Timeout: ASSIGN menu timeout, ASSIGN menu invalid
LOOP menu attempts -> Finished: IF menu after the last, Repeat: IF menu once more
ASSIGN menu timeout -> LOOP menu attempts
ASSIGN menu invalid -> LOOP menu attempts
IF menu after the last -> True: HANGUP bye, False: REQAGENT sales
MENU menu retry -> 1: REQAGENT sales, Timeout: ASSIGN menu timeout, ASSIGN menu invalid
MENU menu silence -> 1: REQAGENT sales, Timeout: ASSIGN menu timeout, ASSIGN menu invalid
IF menu once more -> True: MENU menu silence, False: MENU menu retry
REQAGENT sales -> MUSIC sales waits
MUSIC sales waits -> MUSIC sales waits
HANGUP bye
PLAY notice -> MENU menu"
    );
}

#[test]
fn an_again_is_a_loop_without_copies() {
    let compiled = compiled(
        r#"flow "Again"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to hear it again, 2 for an agent." {
  on 1 -> notice again 2 else sales
  on 2 | timeout | invalid -> sales
}
agent sales "Sales"
notice -> menu
"#,
    );
    assert_eq!(
        outline(&script(&compiled)),
        "BEGIN Begin -> TTSVOICE Voice
TTSVOICE Voice -> PLAY notice
PLAY notice -> MENU menu
MENU menu -> 1: LOOP notice again, 2: REQAGENT sales, Timeout: REQAGENT sales, REQAGENT sales
LOOP notice again -> Repeat: PLAY notice, Finished: REQAGENT sales
REQAGENT sales -> MUSIC sales waits
MUSIC sales waits -> MUSIC sales waits"
    );
}

#[test]
fn a_longer_flow_moves_only_what_is_drawn_below_the_change() {
    let text = |more: &str| {
        format!(
            "flow \"Places\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\n\
             collect menu \"Press 1 or 2.\" {{ on 1 -> a; on 2 -> b; on timeout | invalid -> c }}\n\
             play a \"https://cdn.example.com/a.wav\"\nplay b \"https://cdn.example.com/b.wav\"\ndisconnect c\n\
             notice -> menu\na -> c\n{more}"
        )
    };
    let places = |text: String| {
        let script = script(&compiled(&text));
        let actions = script["actions"].as_object().unwrap().clone();
        let place =
            |one: &Value| (one["label"].as_str().unwrap().to_owned(), one["x"].clone(), one["y"].clone());
        actions.values().map(place).collect::<Vec<_>>()
    };
    let before = places(text("b -> c\n"));
    let after = places(text("b -> d\nplay d \"https://cdn.example.com/d.wav\"\nd -> c\n"));
    for place in &before {
        assert!(after.contains(place), "{place:?} of {after:#?}");
    }
    let mut distinct: Vec<String> = after.iter().map(|(_, x, y)| format!("{x} {y}")).collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), after.len(), "no two stand on each other: {after:#?}");
}

#[test]
fn the_time_of_detection_counts_for_rules_of_this_target() {
    let found = |options: &Options, limit: &str| {
        let text = format!(
            "flow \"Detection\"\nentry who\nanswer who {{ on human -> notice; on machine | unknown -> bye }}\n\
             disclosure notice {{ say \"Hi.\" }}\nnotice -> bye\ndisconnect bye\n\
             policy timely {{ soon: limit {limit} }}\napply timely\n"
        );
        let root = Source::new("a.cxflow", "a.cxflow", text.into());
        let compiled = compile_with(root, &NoFiles, options);
        compiled
            .diagnostics
            .iter()
            .filter(|one| one.code.id.starts_with("CX3"))
            .map(|one| format!("{} {} {}", one.code.id, one.message, one.help.as_deref().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let mut of_tenant = Options::default();
    of_tenant.target = Arc::new(tenant());
    // The called person has answered before it is known who did.
    for way in ["to disclosure", "from answer to disclosure", "from =who to disclosure"] {
        assert_eq!(found(&Options::default(), &format!("2s {way}")), [""; 0], "{way}");
        let unknown = found(&of_tenant, &format!("2s {way}"));
        let [only] = unknown.as_slice() else { panic!("{way}: {unknown:?}") };
        assert!(only.starts_with("CX306") && only.contains("may hold the call for 7s"), "{only}");
        assert!(!only.contains("measure these"), "{only}");
        assert_eq!(found(&of_tenant, &format!("8s {way}")), [""; 0], "{way}");
    }
}

#[test]
fn a_declared_kind_has_all_properties_of_its_action_in_order() {
    let script = script(&compiled(
        "flow \"Kinds\"\nentry notice\ninclude \"cxone\"\n\
         disclosure notice \"https://cdn.example.com/notice.wav\"\nnotice -> hold\n\
         music hold with MusicFile = \"hold.wav\", SecondstoPlay = 30 { -> bye }\ndisconnect bye\n",
    ));
    let actions = script["actions"].as_object().unwrap();
    let (id, music) = actions.iter().find(|(_, one)| one["name"] == "MUSIC").unwrap();
    assert_eq!(music["libraryId"], "dbcc742b-28d8-42d1-9d95-0d9abf20b04b");
    let properties = script["properties"][id].as_object().unwrap();
    let shown: Vec<String> = properties
        .values()
        .map(|one| format!("{}={}", one["name"].as_str().unwrap(), one["value"].as_str().unwrap()))
        .collect();
    assert_eq!(
        shown.join(" "),
        "MusicFile=hold.wav StartOffset=0 SecondstoPlay=30 reserved1073742978= InterruptMessages= RepeatIndex= DetectDTMF=False ClearDigits=True"
    );
}

/// The table of actions on the page, from the constants.
fn table_of_actions() -> String {
    let mut rows =
        "\n| action | library id | known from | properties | known from |\n|---|---|---|---|---|\n"
            .to_owned();
    for action in cxflowc::emit::studio::actions::ALL {
        let id = action.library_id.map_or("of the tenant".to_owned(), |id| format!("`{id}`"));
        let properties: Vec<&str> = action.properties.iter().map(|(name, _)| *name).collect();
        let properties = if properties.is_empty() { "none".to_owned() } else { properties.join(", ") };
        rows += &format!(
            "| {} | {id} | {} | {properties} | {} |\n",
            action.name,
            action.evidence.about(),
            action.properties_evidence.about()
        );
    }
    rows
}

#[test]
fn the_page_has_every_action() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/studio.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once("<!-- actions:").unwrap();
    let (head, rest) = rest.split_once("-->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of actions -->").unwrap();
    let wanted =
        format!("{before}<!-- actions:{head}-->\n{}\n<!-- end of actions -->{after}", table_of_actions());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    assert_eq!(page, wanted, "UPDATE=1 cargo test --test studio the_page");
}

/// The values of a property of all actions, in their order.
fn values(script: &Value, name: &str) -> Vec<String> {
    let all = script["properties"].as_object().unwrap().values();
    let own = all.flat_map(|one| one.as_object().unwrap().values()).filter(|one| one["name"] == name);
    own.map(|one| one["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_recording_is_heard_without_the_words_beside_it() {
    let script = script(&compiled(
        r#"flow "Recorded"
entry notice
disclosure notice "https://cdn.example.com/notice.wav" text "This is Lakeside Bank."
collect menu "To pay, press 1." media "https://cdn.example.com/menu.wav" retries 1 {
  retry "Press 1." prompt "Prompts\\again.wav"
  on 1 | timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
    ));
    assert_eq!(
        values(&script, "Sequence"),
        [r#""Prompts\notice.wav""#, r#""Prompts\menu.wav""#, r#""Prompts\again.wav""#]
    );
    let phrases = values(&script, "Phrase");
    assert!(
        phrases[0].contains("This is Lakeside Bank.") && phrases[1].contains("To pay, press 1."),
        "{phrases:?}"
    );
}

#[test]
fn a_variable_of_an_instance_has_one_name_everywhere() {
    let library = r#"var lang lasts 1s
play go { set lang = "en"; say "${lang}"; play "https://cdn.example.com/${lang}/x.wav"; play prompt "P${lang}.wav" }
kind lookup type "LOCATE" { with Zip: text; with All: list of text }
lookup find with Zip = "${lang}", All = ["${lang}", "x.y"]
collect m "Press 1 or 2." { on 1 -> desk; on 2 -> later; on timeout | invalid -> box }
agent desk "Queue ${lang}"
callback later "CB ${lang}"
voicemail box "VM ${lang}"
go -> find -> m
"#;
    let root = r#"flow "Instances"
entry n
include "pay.cxflow" as pay
disclosure n { say "This is Lakeside." }
n -> pay.go
"#;
    let case = Case {
        title: String::new(),
        settings: String::new(),
        files: BTreeMap::from([(ROOT.into(), root.to_owned()), ("pay.cxflow".into(), library.to_owned())]),
        expected: String::new(),
    };
    let mut options = Options::default();
    let mut tenant = tenant();
    tenant.0.library_ids.push(("LOCATE".to_owned(), "00000000-0000-4000-8000-000000000002".to_owned()));
    options.target = Arc::new(tenant);
    let compiled = compile_with(case.root(), &case, &options);
    let found: Vec<&String> = compiled.diagnostics.iter().map(|one| &one.message).collect();
    assert!(compiled.is_complete(), "{found:?}");
    let script = script(&compiled);
    let is_ours = |name: &str| name != "Phrase";
    for one in
        script["properties"].as_object().unwrap().values().flat_map(|one| one.as_object().unwrap().values())
    {
        let value = one["value"].as_str().unwrap();
        assert!(!is_ours(one["name"].as_str().unwrap()) || !value.contains("pay.lang"), "{one}");
    }
    assert!(
        values(&script, "Sequence")
            .contains(&r#""${pay__lang}" "Prompts\{pay__lang}\x.wav" "P{pay__lang}.wav""#.to_owned())
    );
    assert_eq!(values(&script, "Skill"), ["Queue {pay__lang}"]);
    assert_eq!(values(&script, "Zip"), ["{pay__lang}"]);
    assert_eq!(values(&script, "All"), [r#"["{pay__lang}","x.y"]"#]);
    let set = values(&script, "Value");
    assert!(
        set.contains(&"CB {pay__lang}".to_owned()) && set.contains(&"VM {pay__lang}".to_owned()),
        "{set:?}"
    );
}

#[test]
fn attempts_begin_anew_where_a_cycle_is_waived() {
    let script = script(&compiled(
        r#"flow "Waived cycle"
entry n
disclosure n { say "Hi." }
collect m "Press 1." retries 2 { on 1 -> p; on timeout | invalid -> b }
play p { say "Again." }
p -> m
disconnect b
n -> m
waive CX203 at m because "the caller hangs up when done" by "j.lee" until 2099-03-31
"#,
    ));
    let outline = outline(&script);
    assert!(!outline.contains("LOOP") && outline.contains("ASSIGN m first attempt -> MENU m"), "{outline}");
}

#[test]
fn what_only_an_untold_outcome_leads_to_is_left_out() {
    let flow = |branch: &str| {
        let text = format!(
            "flow \"Untold\"\nentry n\ndisclosure n {{ say \"Hi.\" }}\nagent s \"Sales\" {{ {branch} }}\n\
             voicemail v {{ say \"Leave a message.\"; record \"box\" }}\ndisconnect b\n\
             collect m \"Press 1.\" {{ on 1 -> s; on timeout | invalid -> b }}\nn -> m\n"
        );
        let mut options = Options::default();
        options.target = Arc::new(tenant());
        compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options)
    };
    let untold = flow("on busy -> v; on no_answer -> b");
    let outline = outline(&script(&untold));
    assert!(!outline.contains(" v") && outline.contains("HANGUP b"), "{outline}");
    let found: Vec<&String> = untold.diagnostics.iter().map(|one| &one.message).collect();
    assert_eq!(found.iter().filter(|one| one.contains("nothing else leads to `v`")).count(), 1, "{found:?}");
}

#[test]
fn several_outcomes_of_an_answer_may_be_one_branch() {
    let found = |flow: &str| {
        let mut tenant = tenant();
        tenant.0.answer_branches = [("human", "Voice"), ("machine", "Machine"), ("unknown", "Voice")]
            .map(|(outcome, label)| (outcome.to_owned(), label.to_owned()))
            .into();
        let text = format!(
            "flow \"Answer\"\nentry who\n{flow}\ndisclosure a {{ say \"Hi.\" }}\na -> b\ndisconnect b\n"
        );
        let mut options = Options::default();
        options.target = Arc::new(tenant);
        let compiled = compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options);
        let errors = compiled.diagnostics.iter().filter(|one| one.severity == cxflowc::Severity::Error);
        let errors: Vec<String> = errors.map(|one| one.message.clone()).collect();
        (errors, script(&compiled))
    };
    let (errors, script) = found("answer who { on human | unknown -> a; on machine -> b }");
    assert_eq!(errors, [""; 0]);
    let labels: Vec<(&str, u64)> = script["branches"]["3"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["label"].as_str().unwrap(), one["index"].as_u64().unwrap()))
        .collect();
    assert_eq!(labels, [("Voice", 0), ("Machine", 1)]);
    let (errors, _) = found("answer who { on human -> a; on machine | unknown -> b }");
    assert_eq!(
        errors,
        ["`human` and `unknown` are both the branch `Voice` of PLAYWITHCPA, and lead to different nodes"]
    );
}

#[test]
fn by_events_an_unknown_answer_is_lost_only_where_it_leads_elsewhere() {
    let found = |unknown: &str| {
        let mut tenant = tenant();
        tenant.0.answer = cxflowc::emit::studio::AnswerBy::Events;
        let text = format!(
            "flow \"Answer\"\nentry who\nanswer who {{ on human -> a; on machine -> b; on unknown -> {unknown} }}\n\
             disclosure a {{ say \"Hi.\" }}\na -> b\ndisconnect b\ndisconnect c\n"
        );
        let mut options = Options::default();
        options.target = Arc::new(tenant);
        let compiled = compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options);
        compiled.diagnostics.iter().filter(|one| one.code.id == "CX611").count()
    };
    assert_eq!((found("a"), found("b"), found("c")), (0, 0, 1));
}
