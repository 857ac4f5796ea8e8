//! Scripts whose variables are set in ways that no line of a flow has, and scripts of flows that came back otherwise.
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

#[allow(dead_code, reason = "this suite does not look at all that is found")]
#[path = "cases/drawn.rs"]
mod drawn;

use drawn::{Read, compiled, drawn, read, team, through, with_voices, written};

const ID: &str = "11111111-0000-4000-8000-000000000001";

/// The settings of a tenant with some actions of its own.
fn tenant() -> StudioSettings {
    let ids = ["PAY", "LIST", "LOCATE", "CAPTURE"].map(|name| (name.to_owned(), ID.to_owned()));
    StudioSettings {
        library_ids: ids.into(),
        ..with_voices(&[("en", "Joanna"), ("es", "Lupe"), ("default", "Joanna")])
    }
}

fn script(flow: &str) -> Value {
    let compiled = compiled(flow, &tenant());
    let errors = compiled.diagnostics.iter().filter(|one| one.severity == cxflowc::Severity::Error);
    let errors: Vec<String> = errors.map(|one| one.message.clone()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{flow}");
    serde_json::from_str(&written(&compiled)).unwrap()
}

/// Gives a property of the actions of a name another value.
fn change(script: &mut Value, action: &str, property: &str, value: &str) {
    let ids: Vec<String> = script["actions"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, one)| one["name"] == action)
        .map(|(id, _)| id.clone())
        .collect();
    assert!(!ids.is_empty(), "{action}");
    for id in ids {
        for one in script["properties"][&id].as_object_mut().unwrap().values_mut() {
            if one["name"] == property {
                one["value"] = json!(value);
            }
        }
    }
}

/// A flow whose script comes back byte for byte, without an error; what it says.
fn same(flow: &str) -> Read {
    let before = written(&compiled(flow, &tenant()));
    let found = through(&script(flow), &tenant());
    let after = written(&compiled(&found.text, &tenant()));
    assert!(found.lost().is_empty() && before == after, "{:?}\n{}", found.found, found.text);
    found
}

const PAY: &str = "kind pay type \"PAY\" { outcome paid, failed; sets a-b on paid; sets plain on paid }\n";

#[test]
fn what_only_a_tenants_action_sets_is_a_variable() {
    let flow = |name: &str, after: &str| {
        format!(
            "flow \"P\"\nentry n\nvar a-b\nvar plain\ncontact given\n{PAY}disclosure n {{ say \"Hi.\" }}\n\
             pay charge {{ on paid -> done; on failed -> other }}\nplay other {{ set {name} = \"none\" }}\n{after}\n\
             disconnect z\nn -> charge\nother -> done\n"
        )
    };
    let spoken = "play done { say \"Your number is ${a-b}.\" }\ndone -> z";
    let found = same(&flow("a-b", spoken));
    assert!(
        found.text.contains("var a-b\n") && found.text.contains("say \"Your number is ${a-b}.\""),
        "{}",
        found.text
    );
    assert!(found.text.contains("  sets a-b\n") && !found.text.contains("a_b"), "{}", found.text);
    assert_eq!(found.kept(), ["PAY `charge`"]);
    // In a comparison, a prompt, markup, a recording, and a name without a hyphen.
    for (name, after) in [
        ("a-b", "decide done { when a-b = \"x\" -> yes; else -> z }\nplay yes { say \"${a-b}\" }\nyes -> z"),
        ("a-b", "collect done \"Press 1, ${a-b}.\" retries 1 { on 1 -> z; on timeout | invalid -> z }"),
        ("a-b", "play done { say ssml \"<speak>Now ${a-b}</speak>\" }\ndone -> z"),
        ("a-b", "play done { play prompt \"Prompts\\\\${a-b}.wav\"; say \"${given}\" }\ndone -> z"),
        ("plain", "play done { say \"Your number is ${plain}.\" }\ndone -> z"),
    ] {
        let found = same(&flow(name, after));
        assert!(found.text.contains(&format!("  sets {name}\n")), "{}", found.text);
        assert_eq!(found.kept(), ["PAY `charge`"], "{}", found.text);
    }
}

#[test]
fn names_with_a_hyphen_stay_beside_actions_that_are_kept() {
    let flow = "flow \"K\"\nentry n0\nvar a-b\ndisclosure n0 { say \"Hi.\"; set a-b = \"x\" }\n\
                collect n7 \"Press ${a-b}\" retries 2 { on 1 -> n8; on timeout | invalid -> z }\n\
                agent n8 \"Sales\"\ndisconnect z\nn0 -> n7\n";
    for (action, property, value, kept) in [
        ("REQAGENT", "MaxPriority", "7", vec!["REQAGENT `n8`", "MUSIC `n8 waits`"]),
        ("MUSIC", "StartOffset", "5", vec!["REQAGENT `n8`", "MUSIC `n8 waits`"]),
        ("REQAGENT", "TargetAgent", "{a_b}", vec!["REQAGENT `n8`", "MUSIC `n8 waits`"]),
        ("MENU", "ClearDigits", "False", vec!["MENU `n7`"]),
    ] {
        let mut script = script(flow);
        change(&mut script, action, property, value);
        if kept == ["MENU `n7`"] {
            // The LOOP leads round in a circle then, which is an error.
            let (imported, found) = read(&script.to_string(), &tenant());
            let text = imported.unwrap().text;
            assert!(text.contains("var a-b\n") && !text.contains("contact"), "{text}\n{found:?}");
            continue;
        }
        let found = through(&script, &tenant());
        assert_eq!(found.kept(), kept, "{}", found.text);
        for part in ["retries 2", "var a-b\n", "\"Press ${a-b}\"", "studio.default = \"itself\""] {
            assert!(found.text.contains(part), "{part}: {}", found.text);
        }
        assert!(!found.text.contains("contact"), "{}", found.text);
    }
}

#[test]
fn what_nothing_sets_on_the_way_is_there_before_the_call() {
    // The usual way to give a value to those who have none.
    let script = drawn(
        "1 BEGIN Begin : -> 2
         2 IF Has_language Expression=language='es' : True 0 -> 4, False 1 -> 3
         3 ASSIGN Usual Variable=language;Value=en : -> 4
         4 PLAY Hello Sequence='%Hello' '${language}' : -> 5
         5 HANGUP End :",
    );
    let read = through(&script, &team());
    assert_eq!(read.kept(), ["ASSIGN `Usual`"], "{}", read.text);
    assert!(read.text.contains("contact language\n") && !read.text.contains("var "), "{}", read.text);
    // With an action of the tenant before it, it may be that which sets it.
    let script = drawn(
        "1 BEGIN Begin : -> 6
         6 LOCATE Where : Found 0 -> 3, Error 1 -> 4
         3 ASSIGN Usual Variable=office;Value=none : -> 4
         4 PLAY Hello Sequence='%Hello' '${office}' : -> 5
         5 HANGUP End :",
    );
    let read = through(&script, &team());
    assert_eq!(read.kept(), ["LOCATE `Where`"], "{}", read.text);
    assert!(read.text.contains("var office\n") && read.text.contains("  sets office\n"), "{}", read.text);
}

#[test]
fn actions_that_are_kept_read_variables() {
    let never_read = |read: &Read| {
        let again = compiled(&read.text, &tenant());
        again.diagnostics.iter().filter(|one| one.code.id == "CX211").map(|one| one.message.clone()).collect()
    };
    // An expression that no `decide` has, and one that names another variable alone.
    for (expression, expected) in [
        ("v>'3'", vec![]),
        ("v.length > 3", vec![]),
        ("vv>'3'", vec!["nothing reads the variable `v`".to_owned()]),
    ] {
        let script = drawn(&format!(
            "1 BEGIN Begin : -> 2
             2 ASSIGN Set Variable=v;Value=5 : -> 3
             3 IF Ask Expression={expression} : True 0 -> 4, False 1 -> 5
             4 PLAY Hello Sequence='%Hello' : -> 5
             5 HANGUP End :"
        ));
        let read = through(&script, &team());
        let found: Vec<String> = never_read(&read);
        assert_eq!((read.kept(), found), (vec!["IF `Ask`"], expected), "{}", read.text);
    }
    // Another script has all of them.
    let flow = "flow \"C\"\nentry n\ndisclosure n { say \"Hi.\" }\ncallback later \"Sales\"\nn -> later\n";
    let with = StudioSettings { callback: Some("Common\\Later".to_owned()), ..tenant() };
    let script: Value = serde_json::from_str(&written(&compiled(flow, &with))).unwrap();
    let found = through(&script, &tenant());
    assert_eq!(found.kept(), ["RUNSCRIPT `later`"], "{}", found.text);
    assert!(never_read(&found).is_empty() && found.lost().is_empty(), "{:?}\n{}", found.found, found.text);
    let (imported, _) = read(&script.to_string(), &tenant());
    let advice = imported.unwrap().advice.join("\n");
    assert!(advice.contains("`Common\\Later`") && advice.contains("`callback` or `voicemail`"), "{advice}");
}

#[test]
fn markup_is_read_beside_a_voice_that_is_kept() {
    let flow = "flow \"E\"\nlanguage \"en\"\nentry n\ndisclosure n { say ssml \"<speak>Hi</speak>\" }\n\
                collect m ssml \"<speak>Press 1</speak>\" retries 1 { retry ssml \"<speak>No</speak>\"; on 1 -> b; on timeout | invalid -> b }\n\
                disconnect b\nn -> m\n";
    for (property, value) in [("baseapiurl", "x"), ("vendor", "google"), ("voicename", "Zed")] {
        let mut script = script(flow);
        change(&mut script, "TTSVOICE", property, value);
        let settings = with_voices(&[("default", "Joanna")]);
        let found = through(&script, &settings);
        assert_eq!(found.text.matches("ssml \"").count(), 3, "{}", found.text);
    }
    let mut script = script(flow);
    let snippet =
        script["actions"].as_object_mut().unwrap().values_mut().find(|one| one["name"] == "SNIPPET");
    snippet.unwrap()["label"] = json!("Say it");
    assert!(through(&script, &tenant()).text.contains("ssml \"<speak>Press 1</speak>\""));
}

#[test]
fn markup_under_another_name_is_kept_alone() {
    for label in ["Markup", "Greeting"] {
        let script = drawn(&format!(
            "1 BEGIN Begin : -> 2
             2 SNIPPET {label} Data=ASSIGN greeting = $'<speak>Hello</speak>' : -> 3
             3 PLAY Greeting Sequence='${{greeting}}' : -> 4
             4 HANGUP End :"
        ));
        let read = through(&script, &team());
        assert_eq!(read.kept(), [format!("SNIPPET `{label}`")], "{}", read.text);
        assert!(read.text.contains("say \"${greeting}\""), "{}", read.text);
    }
}

#[test]
fn one_count_for_several_prompts_is_an_every() {
    let start = "flow \"S\"\nentry n\ndisclosure n { say \"This is Lakeside.\" }\nn -> m\ndisconnect b\n";
    for rest in [
        // Each has a branch of its own for one of the two.
        "collect m \"Press 1.\" { on 1 -> k; on timeout -> b }\ncollect k \"Press 2.\" { on 2 -> b; on invalid -> b }\n\
         every collect on timeout | invalid -> m again 3 else b\n",
        "collect m \"Press 1.\" { on 1 -> k }\ncollect k \"Press 2.\" { on 2 -> b; on invalid -> b }\n\
         every collect on timeout | invalid -> m again 2 else b\n",
        "collect m \"Press 1 or 9.\" { on 1 -> k; on timeout | invalid -> b }\n\
         collect k \"Press 2 or 9.\" { on 2 -> b; on timeout | invalid -> b }\nevery collect on 9 -> m again 1 else b\n",
        "collect m \"Press 1.\" { on 1 -> k }\ncollect k \"Press 2.\" { on 2 -> o; on invalid -> b }\n\
         collect o \"Press 3.\" { on 3 -> b; on timeout | invalid -> b }\n\
         every collect except =o on timeout | invalid -> m again 2 else b\n",
    ] {
        let found = same(&format!("{start}{rest}"));
        assert!(found.kept().is_empty() && found.text.contains("every collect"), "{}", found.text);
    }
}

#[test]
fn bounds_keep_their_order() {
    let start = "flow \"S\"\nentry n\ndisclosure n { say \"This is Lakeside.\" }\nn -> m\ndisconnect b\n";
    for branches in [
        "on timeout -> m again 1 else b; on 1 -> b; on 2 -> m again 2 else b; on invalid -> b",
        "on invalid -> m again 1 else b; on 1 -> m again 2 else b; on timeout -> m again 3 else b",
        "on 12 -> m again 2 else b; on timeout | invalid -> m again 1 else b; on 0 -> m again 3 else b; on 3 -> b",
        "on invalid -> m again 1 else b; on timeout -> m again 2 else b; on 1 -> b",
        "on 3 -> b; on timeout -> m again 1 else b; on 1 -> m again 2 else b; on 2 -> b; on invalid -> b",
    ] {
        let found = same(&format!("{start}collect m \"Press a key.\" {{ {branches} }}\n"));
        assert!(found.kept().is_empty(), "{}", found.text);
    }
}

#[test]
fn a_recording_has_the_words_that_it_had() {
    let start = "flow \"S\"\nentry n\ncontact name\nn -> b\ndisconnect b\n";
    for (steps, expected) in [
        ("say \"Hola\" language \"es\"; play \"https://cdn.example.com/${name}.wav\"", "/${name}.wav\"\n"),
        ("say \"Hola\" language \"es\"; play \"https://cdn.example.com/a.wav\"; say \"Hi.\"", "/a.wav\"\n"),
        ("say \"Hola\" language \"es\"; play prompt \"Prompts\\\\${name}.wav\"", "${name}.wav\"\n"),
    ] {
        let found = same(&format!("{start}disclosure n {{ {steps} }}\n"));
        assert!(found.text.contains(expected), "{expected}\n{}", found.text);
    }
}

#[test]
fn a_prompt_that_no_call_comes_back_to_counts_by_a_loop() {
    let flow = |again: &str| {
        format!(
            "flow \"S\"\nentry n\ndisclosure n {{ say \"This is Lakeside.\" }}\nn -> m\n\
             collect m \"Press 1.\" {{ on 1 -> k; on timeout | invalid -> m again 1 else b }}\n\
             collect k \"Press 2.\" retries 2 {{ on 2 -> b; on timeout | invalid -> {again} }}\ndisconnect b\n"
        )
    };
    let names = |flow: &str| -> Vec<String> {
        let script = script(flow);
        script["actions"].as_object().unwrap().values().map(|one| one["label"].to_string()).collect()
    };
    let behind = flow("b");
    same(&behind);
    assert!(!names(&behind).iter().any(|label| label.contains("first attempt")));
    let within = flow("m again 1 else b");
    same(&within);
    assert!(names(&within).iter().any(|label| label.contains("k first attempt")));
}

#[test]
fn a_script_that_looks_up_has_the_kinds_of_the_library() {
    let page = "flow \"May we call\"\nentry number\ninclude \"cxone\"\ncontact dataValue\n\
                assign number with Variable = \"dataValue\", Value = \"{_prospectiveContact.CustomInfo.SuppressionField.$Value}\"\n\
                check_suppression listed with DataValue = \"${dataValue}\" { on Found | Error -> no; on NotFound -> yes }\n\
                permit_call yes\nsuppress_call no\nnumber -> listed\n";
    let found = same(page);
    for part in
        ["include \"cxone\"\n", "check_suppression listed with", "permit_call yes\n", "suppress_call no\n"]
    {
        assert!(found.text.contains(part), "{part}: {}", found.text);
    }
    assert!(found.kept().is_empty() && !found.text.contains("kind "), "{:?}\n{}", found.found, found.text);
    // Another disposition is a field, and other branches are none of the library's.
    let other = page.replace("suppress_call no", "suppress_call no with Disposition = \"DNC\"");
    assert!(same(&other).text.contains("suppress_call no with Disposition = \"DNC\""));
    let mut odd = script(page);
    for branches in odd["branches"].as_object_mut().unwrap().values_mut() {
        for branch in branches.as_array_mut().unwrap().iter_mut().filter(|one| one["label"] == "Error") {
            branch["label"] = json!("Failed");
        }
    }
    let found = through(&odd, &tenant());
    assert_eq!(found.kept(), ["CHECKCALLSUP `listed`"], "{}", found.text);
    assert!(found.text.contains("permit_call yes"), "{}", found.text);
}

#[test]
fn a_label_that_ends_as_those_of_scripts_do_stays() {
    let flow = "flow \"S\"\nentry n\ndisclosure n { say \"Hi.\" }\ncollect m \"Press 1 or 2.\" { on 1 -> `n ends`; on 2 -> `m digits`; on timeout | invalid -> `m ends` }\n\
                disconnect `n ends`\ndisconnect `m ends` { say \"Goodbye.\" }\nplay `m digits` { say \"One.\" }\nn -> m\n`m digits` -> `n ends`\n";
    let found = same(flow);
    assert!(found.text.contains("disconnect `n ends`\n"), "{}", found.text);
}

#[test]
fn the_part_of_an_object_is_no_variable_of_an_instance() {
    let flow = "flow \"P\"\nentry n\nvar card.receipt\nkind pay type \"PAY\" { with Reference: text; outcome paid; sets card.receipt on paid }\n\
                disclosure n { say \"Hi.\" }\npay charge with Reference = \"x\" { on paid -> done }\n\
                play done { say \"Two ${card.receipt}.\" }\ndisconnect z\nn -> charge\ndone -> z\n";
    assert!(same(flow).text.contains("say \"Two ${card.receipt}.\""));
    let mut script = script(flow);
    change(&mut script, "PAY", "Reference", "{card.receipt}");
    // It comes out as it is, whatever the flow then calls the variable.
    assert_eq!(through(&script, &tenant()).kept(), ["PAY `charge`"]);
}
