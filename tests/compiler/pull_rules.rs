//! Rules of policies about flows that were read from scripts: what is kept counts as what it is.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use cxflowc::emit::studio::StudioSettings;
use serde_json::Value;

#[allow(dead_code, reason = "this suite does not look at all that is found")]
#[path = "cases/drawn.rs"]
mod drawn;

use drawn::{compiled, drawn, read, team, through, with_voices};

/// The rules of a policy that the flow of a script does not keep.
fn broken(script: &Value, rules: &str, settings: &StudioSettings) -> Vec<String> {
    let read = through(script, settings);
    let text = format!("{}\npolicy p \"P\" {{\n{rules}\n}}\napply p\n", read.text);
    let flow = compiled(&text, settings);
    let found = flow.diagnostics.iter().filter(|one| one.code.id == "CX301");
    let mut broken: Vec<String> =
        found.filter_map(|one| Some(one.message.split_once(':')?.0.to_owned())).collect();
    broken.sort();
    broken.dedup();
    broken
}

fn advice(script: &Value, settings: &StudioSettings) -> String {
    read(&script.to_string(), settings).0.unwrap().advice.join("\n")
}

#[test]
fn a_play_and_an_agent_that_are_kept_are_seen() {
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 MENU Ask Sequence='%Press 9 to stop.' : case 9 -> 3, Timeout 2 -> 8, -> 8
         3 ASSIGN stop Variable=stopped;Value=yes : -> 4
         4 PLAY Offer Sequence='%Buy our tariff' '${acct.name}' : -> 5
         5 REQAGENT Sales Skill=Sales;MaxPriority=7 : -> 6
         6 MUSIC Hold : -> 8
         8 HANGUP End :",
    );
    let read = through(&script, &team());
    assert_eq!(read.kept(), ["PLAY `Offer`", "REQAGENT `Sales`", "MUSIC `Hold`"], "{}", read.text);
    for part in ["type \"PLAY\" as play {", "type \"REQAGENT\" as agent {"] {
        assert!(read.text.contains(part), "{part}: {}", read.text);
    }
    let rules = "a: forbid heard after =stop\nb: forbid agent after =stop\nc: require agent\n\
                 d: forbid play after =stop\ne: limit 1 agent\nf: require heard before agent\ng: forbid disconnect";
    assert_eq!(broken(&script, rules, &team()), ["p/a", "p/b", "p/d", "p/g"]);
}

#[test]
fn the_keys_of_a_menu_that_is_kept_are_keys() {
    for (keys, waits) in [("Timeout=8", false), ("ClearDigits=False", true), ("Timeout={t}", true)] {
        let script = drawn(&format!(
            "1 BEGIN Begin : -> 2
             2 MENU Main Sequence='%Press 1, 2 or pound.';{keys} : case 1 -> 3, case 2 -> 4, case # -> 4, case long -> 4, Timeout 2 -> 5, -> 5
             3 REQAGENT Sales Skill=Sales : -> 6
             6 MUSIC Hold : -> 6
             4 PLAY Other Sequence='%Other' : -> 5
             5 HANGUP End :"
        ));
        let read = through(&script, &team());
        // A case that is no key is none of a `collect`.
        assert!(read.kept().contains(&"MENU `Main`"), "{}", read.text);
        for part in ["type \"MENU\" as collect {", "on 1 -> Sales", "on 2", "#", "on case.long"] {
            assert!(read.text.contains(part), "{part} {waits}: {}", read.text);
        }
        assert!(!read.text.contains("case.1") && !read.text.contains("case._23"), "{}", read.text);
        let rules = "a: forbid key\nb: require key before agent\nc: require collect before agent\nd: forbid heard\n\
                     e: forbid =Main on 1\nf: require =Main on 2 before agent";
        assert_eq!(broken(&script, rules, &team()), ["p/a", "p/d", "p/e", "p/f"]);
        let said = advice(&script, &team());
        assert!(said.contains("MENU `Main` is a `collect` whose cases are keys"), "{said}");
    }
}

#[test]
fn other_kept_actions_count_as_what_they_are() {
    for (action, ways, part) in [
        ("CAPTURE Zip Variable=zip;MaxDigits={n}", "Terminator 0 -> 8, -> 8", "\"CAPTURE\" as collect {"),
        ("HANGUP End2 Reason=1", "", "\"HANGUP\" ends as disconnect {"),
        ("MUSIC Tune MusicFile=tune.wav", "-> 8", "\"MUSIC\" as play {"),
        ("PLAY Silence Sequence=;Other=1", "-> 8", "\"PLAY\" {"),
        ("PLAYWITHCPA Listen", "Live 0 -> 8, -> 8", "\"PLAYWITHCPA\" as answer {"),
        ("LOCATE Where Zip=1", "-> 8", "\"LOCATE\""),
    ] {
        let script = drawn(&format!(
            "1 BEGIN Begin : -> 2\n2 {action} : {ways}\n8 PLAY Bye Sequence='%Bye' : -> 9\n9 HANGUP End :"
        ));
        let (imported, found) = read(&script.to_string(), &team());
        let text = imported.unwrap().text;
        assert!(text.contains(part), "{part}: {text}\n{found:?}");
    }
}

#[test]
fn a_phrase_says_more_of_a_play_that_is_kept() {
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 PLAY Hello Sequence='%This is Lakeside.';Phrase=disclosure @opening { say 'This is Lakeside.' @identity };DetectDTMF=True : -> 3
         3 PLAY Offer Sequence='%Buy it.';Phrase=play { say 'Buy that.' @offer };DetectDTMF=True : -> 4
         4 HANGUP End :",
    );
    let read = through(&script, &team());
    assert!(read.text.contains(" Hello @opening @identity with "), "{}", read.text);
    // Somebody has changed the words.
    assert!(!read.text.contains("Offer @"), "{}", read.text);
    let rules = "a: require @identity before =Offer\nb: forbid @opening\nc: require disclosure before =Offer\n\
                 d: forbid heard & @identity";
    let broken = broken(&script, rules, &team());
    assert!(broken.contains(&"p/b".to_owned()), "{broken:?}");
    assert!(!broken.contains(&"p/a".to_owned()) && !broken.contains(&"p/c".to_owned()), "{broken:?}");
}

#[test]
fn what_rules_do_not_see_is_said() {
    let with_callback = StudioSettings { callback: Some("Common/Callback".to_owned()), ..team() };
    let several = with_voices(&[("default", "Joanna"), ("es", "Lupe")]);
    for (lines, settings, part) in [
        (
            "2 ASSIGN queue Variable=queue;Value=Sales : -> 3\n3 RUNSCRIPT later Script=Common\\Callback : -> 9",
            &with_callback,
            "RUNSCRIPT `later` runs the script that `callback` under `[studio]` names, and leads on",
        ),
        (
            "2 PLAYWITHCPA Listen Sequence='%Hi' : Live 0 -> 9, -> 9",
            &team(),
            "for rules, PLAYWITHCPA `Listen` is an `answer`: `heard` does not pick what it plays",
        ),
        (
            "2 PLAY Hi Sequence='%Hi';DetectDTMF=True : -> 9",
            &several,
            "rules see that PLAY `Hi` is heard, and not in which language",
        ),
        (
            "2 PLAY Hi Sequence='%Hi' : -> 9\n5 ONRELEASE Over : -> 6\n6 PLAY After Sequence='%After' : -> 9",
            &team(),
            "rules are about ways from BEGIN, and see nothing of those from ONRELEASE `Over`",
        ),
    ] {
        let script = drawn(&format!("1 BEGIN Begin : -> 2\n{lines}\n9 HANGUP End :"));
        let said = advice(&script, settings);
        assert!(said.contains(part), "{part}: {said}");
    }
    let script = drawn("1 BEGIN Begin : -> 2\n2 PLAY Hi Sequence='%Hi' : -> 9\n9 HANGUP End :");
    assert_eq!(advice(&script, &with_callback), "");
}
