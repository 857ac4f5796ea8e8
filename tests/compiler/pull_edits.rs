//! Scripts that people draw or change in Studio: few of their actions are kept, and what is lost is said.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use cxflowc::emit::studio::StudioSettings;
use serde_json::{Value, json};

#[path = "cases/drawn.rs"]
mod drawn;

use drawn::{compiled, drawn, team, through, with_voices, written};

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
