//! Scripts that people draw or change in Studio: few of their actions are kept, and what is lost is said.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::path::Path;
use std::sync::Arc;

use cxflowc::emit::studio::{Studio, StudioSettings, StudioVoice, actions};
use cxflowc::import::{Imported, import_for};
use cxflowc::{Compiled, Diagnostics, Options, Severity, Source, Sources, compile_with};
use serde_json::{Value, json};

struct NoFiles;

impl cxflowc::Files for NoFiles {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

fn compiled(text: &str, settings: &StudioSettings) -> Compiled {
    let mut options = Options::default();
    options.target = Arc::new(Studio(settings.clone()));
    options.as_is = true;
    compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options)
}

fn written(flow: &Compiled) -> String {
    let mut out = Vec::new();
    flow.target.write(&flow.flow, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn read(script: &str, settings: &StudioSettings) -> (Option<Imported>, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("s.json", "s.json", script.as_bytes().to_vec()));
    let mut diagnostics = Diagnostics::default();
    let imported = import_for(&sources, file, settings, &mut diagnostics);
    (imported, diagnostics.iter().map(|one| format!("{}: {}", one.code.id, one.message)).collect())
}

/// A script, an action a line: `2 MENU Main Sequence="%Press 1." ClearDigits=False : case 1 -> 3, Timeout 2 -> 4, -> 5`.
/// In properties `'` stands for a quotation mark, and `_` for a blank in labels.
fn drawn(lines: &str) -> Value {
    let mut script = json!({
        "header": { "scriptName": "Team\\Welcome", "mediaType": 4, "busNo": 4608, "status": "Active" },
        "actions": {}, "properties": {}, "branches": {},
    });
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (what, ways) = line.split_once(" : ").unwrap_or((line.trim_end_matches(':'), ""));
        let mut words = what.splitn(4, ' ');
        let [id, name, label] = [0; 3].map(|_| words.next().unwrap_or_default().trim());
        let facts = actions::ALL.iter().find(|facts| facts.name == name);
        let library_id =
            facts.and_then(|facts| facts.library_id).unwrap_or("11111111-0000-4000-8000-000000000001");
        script["actions"][id] = json!({ "actionId": id, "libraryId": library_id, "name": name, "version": 1, "label": label.replace('_', " ") });
        let mut properties: Vec<(String, String)> = facts
            .map(|facts| facts.properties)
            .unwrap_or_default()
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        for pair in words.next().unwrap_or_default().split(';').filter(|pair| !pair.trim().is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            let value = value.replace('\'', "\"");
            match properties.iter_mut().find(|(own, _)| own == name.trim()) {
                Some(own) => own.1 = value,
                None => properties.push((name.trim().to_owned(), value)),
            }
        }
        for (at, (name, value)) in properties.iter().enumerate() {
            script["properties"][id][at.to_string()] = json!({ "name": name, "value": value });
        }
        let branches: Vec<Value> = ways
            .split(',')
            .filter(|way| !way.trim().is_empty())
            .map(|way| {
                let (when, to) = way.split_once("->").unwrap();
                let words: Vec<&str> = when.split_whitespace().collect();
                let (type_, label, index) = match words.as_slice() {
                    [] => ("default", "", 0),
                    ["case", key] => ("case", *key, 0),
                    [label, index] => ("branch", *label, index.parse().unwrap()),
                    other => panic!("{other:?}"),
                };
                json!({ "to": to.trim(), "label": label, "type": type_, "index": index })
            })
            .collect();
        if !branches.is_empty() {
            script["branches"][id] = json!(branches);
        }
    }
    script
}

/// What came of a script.
struct Read {
    text: String,
    found: Vec<String>,
    lines: Vec<String>,
}

impl Read {
    fn kept(&self) -> Vec<&str> {
        let kept = self.found.iter().filter_map(|one| one.strip_prefix("CX614: the action "));
        kept.filter_map(|one| one.split_once(" is kept")).map(|(name, _)| name).collect()
    }

    fn lost(&self) -> Vec<&String> {
        self.found.iter().filter(|one| one.starts_with("CX615")).collect()
    }
}

/// Reads a script. Its flow builds, and gives the same script but for what was said.
fn through(script: &Value, settings: &StudioSettings) -> Read {
    let (imported, found) = read(&script.to_string(), settings);
    let imported = imported.unwrap_or_else(|| panic!("{found:?}"));
    let again = compiled(&imported.text, &imported.needed);
    let errors: Vec<String> = again
        .diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .map(|one| format!("{}: {}", one.code.id, one.message))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{}", imported.text);
    if found.iter().all(|one| !one.starts_with("CX615")) {
        let plain = |text: &str| cxflowc::import::studio::canonical(&without_phrases(text)).unwrap();
        assert_eq!(plain(&script.to_string()), plain(&written(&again)), "{found:#?}\n{}", imported.text);
    }
    // Read with what it asks for, nothing more is asked for.
    let (second, _) = read(&script.to_string(), &imported.needed);
    let second = second.unwrap();
    assert_eq!((&second.text, second.settings.len()), (&imported.text, 0), "{:?}", second.settings);
    Read { text: imported.text, found, lines: imported.settings }
}

fn without_phrases(script: &str) -> String {
    let mut script: Value = serde_json::from_str(script).unwrap();
    for properties in script["properties"].as_object_mut().unwrap().values_mut() {
        for property in properties.as_object_mut().unwrap().values_mut() {
            if property["name"] == "Phrase" {
                property["value"] = json!("");
            }
        }
    }
    script.to_string()
}

fn team() -> StudioSettings {
    StudioSettings { business_unit: 4608, folder: "Team".to_owned(), ..StudioSettings::default() }
}

fn with_voices(voices: &[(&str, &str)]) -> StudioSettings {
    let voice = |name: &str| StudioVoice { vendor: "polly".to_owned(), name: name.to_owned() };
    let voices = voices.iter().map(|(language, name)| ((*language).to_owned(), voice(name))).collect();
    StudioSettings { voices, ..team() }
}

#[test]
fn a_loop_to_which_several_ways_lead_is_kept_alone() {
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 MENU Main Sequence='%Press 1' : case 1 -> 5, Timeout 2 -> 3, -> 4
         3 PLAY Nothing Sequence='%Nothing' : -> 6
         4 PLAY Wrong Sequence='%Wrong' : -> 6
         5 HANGUP Sales :
         6 LOOP Tries Repeat=2 : Finished 0 -> 5, Repeat 1 -> 2",
    );
    let read = through(&script, &team());
    assert_eq!(read.kept(), ["LOOP `Tries`"], "{}", read.text);
    assert!(read.text.contains("collect Main \"Press 1\" {"), "{}", read.text);
    // Into a prompt with attempts: another action leads to what counts them.
    let flow = "flow \"A\"\nentry a\ndisclosure a { say \"Hi.\" }\na -> m\ncollect m \"Press 1.\" retries 2 {\n  \
                retry \"Again.\"\n  on 1 -> p\n  on timeout | invalid -> b\n}\nplay p { say \"One.\" }\np -> b\ndisconnect b\n";
    let mut script: Value = serde_json::from_str(&written(&compiled(flow, &team()))).unwrap();
    let of = |label: &str, name: &str| {
        let all = script["actions"].as_object().unwrap();
        let (id, _) = all.iter().find(|(_, one)| one["label"] == label && one["name"] == name).unwrap();
        id.clone()
    };
    let (counts, said) = (of("m attempts", "LOOP"), of("p", "PLAY"));
    script["branches"][&said][0]["to"] = json!(counts.parse::<u32>().unwrap());
    let read = through(&script, &team());
    assert!(read.kept().len() <= 1, "{:?}\n{}", read.kept(), read.text);
    assert!(read.text.contains("disclosure a {"), "{}", read.text);
}

#[test]
fn an_again_of_a_kept_action_is_read() {
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 PLAY n Sequence='%Hi' : -> 3
         3 LOCATE find Zip={zip} : Found 0 -> 4, NotFound 1 -> 5
         4 HANGUP bye :
         5 LOOP n_again Repeat=2 : Repeat 1 -> 2, Finished 0 -> 4",
    );
    let read = through(&script, &team());
    assert_eq!(read.kept(), ["LOCATE `find`"]);
    // What only the kept action names is a contact field, and inserted.
    assert!(
        read.text.contains("contact zip\n") && read.text.contains("with Zip = \"${zip}\""),
        "{}",
        read.text
    );
    assert!(read.text.contains("on NotFound -> n again 2 else bye"), "{}", read.text);
}

const SPOKEN: &str = "1 BEGIN Begin : -> 2
    2 TTSVOICE Voice vendor=polly;voicename=Matthew : -> 3
    3 PLAY Hi Sequence='%Hi' : -> 4
    4 HANGUP End :";

#[test]
fn voices_are_asked_for_and_none_makes_others_kept() {
    // Nobody knows its language.
    let read = through(&drawn(SPOKEN), &team());
    assert_eq!(
        (read.kept().len(), read.lines.as_slice()),
        (0, &["voices = [\"default=polly:Matthew\"]".to_owned()][..])
    );
    // The settings have another voice of the same vendor.
    let read = through(&drawn(SPOKEN), &with_voices(&[("default", "Joanna")]));
    assert_eq!((read.kept().len(), read.lines.len()), (0, 0));
    assert!(read.text.contains("voice \"Matthew\"\n"), "{}", read.text);
    // Another vendor: the action is kept, and nothing else is.
    let other = SPOKEN.replace("vendor=polly", "vendor=google");
    let read = through(&drawn(&other), &with_voices(&[("default", "Joanna")]));
    assert_eq!(read.kept(), ["TTSVOICE `Voice`"], "{}", read.text);
    assert!(read.text.contains("say \"Hi\""), "{}", read.text);
    // Two voices, of which the phrases know the languages.
    let settings = with_voices(&[("en-US", "Joanna"), ("es-US", "Lupe")]);
    let flow = "flow \"A\"\nlanguage \"en-US\"\nentry a\ndisclosure a { say \"Hi.\"; say \"Hola.\" language \"es-US\" }\na -> b\n\
                disconnect b { say \"Bye.\" }\n";
    let script = written(&compiled(flow, &settings));
    let read = through(&serde_json::from_str(&script).unwrap(), &team());
    assert_eq!(read.lines, ["voices = [\"en-US=polly:Joanna\", \"es-US=polly:Lupe\"]"]);
    assert_eq!(read.kept().len(), 0, "{}", read.text);
    assert!(read.text.contains("say \"Hola.\" language \"es-US\""), "{}", read.text);
    // Somebody chooses another voice for one of them, and an unknown one.
    let changed = script.replacen("\"Lupe\"", "\"Miguel\"", 1);
    let read = through(&serde_json::from_str(&changed).unwrap(), &settings);
    assert_eq!(read.kept().len(), 0, "{}", read.text);
    assert!(read.text.contains("language \"es-US\" voice \"Miguel\""), "{}", read.text);
    let mut changed: Value = serde_json::from_str(&script).unwrap();
    let chooses = changed["actions"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(_, one)| one["name"] == "TTSVOICE")
        .unwrap()
        .0
        .clone();
    for property in changed["properties"][&chooses].as_object_mut().unwrap().values_mut() {
        if property["name"] == "vendor" {
            property["value"] = json!("google");
        }
    }
    let read = through(&changed, &settings);
    assert!(read.kept().len() <= 2, "{:?}\n{}", read.kept(), read.text);
}

#[test]
fn a_flow_with_a_voice_of_its_own_comes_back() {
    let settings = with_voices(&[("en", "Joanna"), ("es", "Lupe")]);
    let flow = "flow \"A\"\nlanguage \"en\" voice \"Matthew\"\nentry n\ndisclosure n { say \"Hi.\" }\n\
                play p { say \"Hola\" language \"es\" }\ndisconnect b\nn -> p -> b\n";
    let before = written(&compiled(flow, &settings));
    let read = through(&serde_json::from_str(&before).unwrap(), &settings);
    assert!(read.found.is_empty(), "{:?}", read.found);
    assert_eq!(written(&compiled(&read.text, &settings)), before, "{}", read.text);
}

#[test]
fn names_in_recordings_are_inserted() {
    let flow = "flow \"A\"\ncontact name\nentry n\ndisclosure n { say \"Hi ${name}.\"; play \"https://cdn.example.com/${name}.wav\" }\n\
                n -> b\ndisconnect b\n";
    let before = written(&compiled(flow, &team()));
    let changed = before.replace("%Hi", "%Hello");
    let read = through(&serde_json::from_str(&changed).unwrap(), &team());
    assert!(read.text.contains("say \"Hello ${name}\""), "{}", read.text);
    // The recording is the one of the phrase: only the words have changed.
    assert!(read.text.contains("play \"https://cdn.example.com/${name}.wav\""), "{}", read.text);
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 PLAY Hi Sequence='P\\{lang}.wav' '%To {lang}' '${ x }' : -> 3
         3 HANGUP End :",
    );
    let read = through(&script, &team());
    assert_eq!(read.kept(), ["PLAY `Hi`"], "{}", read.text);
    let script = drawn("1 BEGIN Begin : -> 2\n2 PLAY Hi Sequence='P\\{lang}.wav' : -> 3\n3 HANGUP End :");
    let read = through(&script, &team());
    assert!(
        read.text.contains("play Hi prompt \"P\\\\${lang}.wav\"") && read.kept().is_empty(),
        "{}",
        read.text
    );
}

#[test]
fn an_unknown_action_between_others_builds() {
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 PLAY n Sequence='%Hi' : -> 3
         3 LOCATE n Zip=1;Area=a\\b : -> 4
         4 PLAY n Sequence='%Ho' : -> 5
         5 HANGUP End :",
    );
    let read = through(&script, &team());
    assert!(read.text.contains("action \"locate\" with Zip = \"1\", Area = \"a\\\\b\""), "{}", read.text);
}

#[test]
fn numbers_are_texts_where_they_are_compared_with_texts() {
    let flow = "flow \"A\"\nvar code\nentry n\ndisclosure n { say \"Hi.\"; set code = \"5\" }\nn -> d\n\
                decide d { when code = \"a\" -> a; else -> b }\ndisconnect a\ndisconnect b\n";
    let read = through(&serde_json::from_str(&written(&compiled(flow, &team()))).unwrap(), &team());
    assert!(read.text.contains("set code = \"5\""), "{}", read.text);
    // What no comparison can say is kept.
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 ASSIGN a Variable=v;Value=abc : -> 3
         3 IF b Expression=v>5 : True 0 -> 4, False 1 -> 4
         4 HANGUP End :",
    );
    assert_eq!(through(&script, &team()).kept(), ["IF `b`"]);
    // What is kept sets its variable all the same.
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 ASSIGN a Variable=v;Value=1;Type=Number : -> 3
         3 SNIPPET b Data=ASSIGN v = v + 1 : -> 4
         4 PLAY c Sequence='${v}' : -> 5
         5 HANGUP End :",
    );
    let read = through(&script, &team());
    assert!(read.kept() == ["ASSIGN `a`"] && read.text.contains("  sets v\n"), "{}", read.text);
}

#[test]
fn a_declaration_of_a_suppression_script_that_is_led_to_stays() {
    let led = drawn(
        "1 BEGIN Begin : -> 2
         2 SNIPPET Declare Data=DYNAMIC _prospectiveContact : -> 3
         3 CHECKCALLSUP Check DataValue={x} : Found 0 -> 4, NotFound 1 -> 5, Error 2 -> 4
         4 SUPPRESSCALL No :
         5 PERMITCALL Yes :",
    );
    let mut led = led;
    led["header"]["purposeType"] = json!("Suppression");
    let read = through(&led, &team());
    assert!(
        read.lost().is_empty() && read.kept().contains(&"SNIPPET `Declare`"),
        "{:?}\n{}",
        read.found,
        read.text
    );
    // The one that the writer adds by itself is none of the flow's.
    let flow = "flow \"A\"\nentry Check\ncontact x\nkind check type \"CHECKCALLSUP\" {\n  with DataValue: text\n  outcome Found, NotFound, Error\n}\n\
                kind yes type \"PERMITCALL\" ends\nkind no type \"SUPPRESSCALL\" ends {\n  with Disposition: text = \"Default\"\n}\n\
                check Check with DataValue = \"${x}\" {\n  on Found | Error -> No\n  on NotFound -> Yes\n}\nyes Yes\nno No\n";
    let read = through(&serde_json::from_str(&written(&compiled(flow, &team()))).unwrap(), &team());
    assert!(read.lost().is_empty() && !read.text.contains("SNIPPET"), "{:?}\n{}", read.found, read.text);
}

#[test]
fn common_drawings_have_their_constructs() {
    // Two messages with one label, and agents that share their music.
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 PLAY Play Sequence='%Hi' : -> 3
         3 PLAY Play Sequence='%Ho' : -> 4
         4 MENU Main Sequence='%1 or 2' : case 1 -> 5, case 2 -> 6, Timeout 2 -> 7, -> 7
         5 REQAGENT Sales Skill=Sales : -> 8
         6 REQAGENT Support Skill=Support : -> 8
         7 HANGUP End :
         8 MUSIC Hold MusicFile=Own.wav : -> 8",
    );
    let read = through(&script, &team());
    assert!(read.kept().is_empty(), "{:?}\n{}", read.kept(), read.text);
    assert!(
        read.text.contains("play Play_2 {") && read.text.contains("agent Support \"Support\""),
        "{}",
        read.text
    );
    assert_eq!(read.lines, ["music = \"Own.wav\""]);
    assert!(read.lost().iter().any(|one| one.contains("is that of several agents")), "{:?}", read.found);
    // Events begin by themselves.
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 HANGUP End :
         3 ONRELEASE Released : -> 4
         4 END Done :",
    );
    let read = through(&script, &team());
    let again = compiled(&read.text, &team());
    assert!(again.diagnostics.iter().all(|one| one.code.id != "CX202"), "{}", read.text);
}

#[test]
fn what_a_phrase_says_of_other_words_stays() {
    let flow = "flow \"A\"\ncontact name lasts 1s\nentry n\n\
                disclosure n { say \"One.\" @one lasts 2s; say \"Two.\" @two; play \"https://cdn.example.com/a.wav\" lasts 3s }\nn -> m\n\
                collect m \"Digits.\" digits 3..5 end \"#\" wait 1500ms { on entered -> b; on timeout | invalid -> b }\ndisconnect b\n";
    let mut settings = team();
    settings.library_ids.push(("CAPTURE".to_owned(), "00000000-0000-4000-8000-000000000001".to_owned()));
    let before = written(&compiled(flow, &settings));
    let changed = before.replace("%Two.", "%Zwei.").replace("%Digits.", "%Your digits.");
    let read = through(&serde_json::from_str(&changed).unwrap(), &settings);
    assert!(read.text.contains("say \"One.\" lasts 2s @one\n  say \"Zwei.\"\n"), "{}", read.text);
    assert!(read.text.contains("play \"https://cdn.example.com/a.wav\" lasts 3s"), "{}", read.text);
    assert!(read.text.contains("digits 3..5 end \"#\" wait 1.5s"), "{}", read.text);
    assert_eq!(
        read.lost(),
        ["CX615: the action PLAY `n` says other words than its phrase, and loses `@two`"]
    );
}

#[test]
fn what_no_flow_says_is_said() {
    let mut script = drawn(
        "1 BEGIN Start : -> 2
         2 PLAY Hi Sequence='%Hi';Phrase=Greet the caller : -> 3
         3 HANGUP End :",
    );
    script["header"]["busNo"] = json!("many");
    script["annotations"] = json!([]);
    script["properties"]["2"]["0"]["type"] = json!("string");
    let read = through(&script, &team());
    for part in [
        "`busNo` of the script is `many`",
        "no flow has `annotations` of a script",
        "no flow has `type` of a property",
        "the action BEGIN has the label `Start`",
        "has a phrase of somebody's own",
    ] {
        assert!(read.found.iter().any(|one| one.contains(part)), "{part}: {:#?}", read.found);
    }
}

#[test]
fn the_folder_of_all_is_a_slash() {
    let mut script = drawn("1 BEGIN Begin : -> 2\n2 HANGUP End :");
    let top = StudioSettings { folder: "/".to_owned(), ..team() };
    assert!(through(&script, &top).text.starts_with("flow \"Team\\\\Welcome\"\n"));
    script["header"]["scriptName"] = json!("Welcome");
    let read = through(&script, &team());
    assert_eq!(read.lines, ["folder = \"/\""]);
    assert!(read.text.starts_with("flow \"Welcome\"\n"));
}
