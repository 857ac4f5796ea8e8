//! Payloads to text of the language, and back.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::{Path, PathBuf};

use cxflowc::import::import;
use cxflowc::{
    Compiled, Diagnostic, Diagnostics, Files, Options, Severity, Source, Sources, compile_with, write_payload,
};

/// The files beside the examples.
struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn compiled(name: &str, path: &Path, text: &str) -> Compiled {
    compile_with(Source::new(name, path, text.into()), &Disk, &Options::default())
}

fn payload(compiled: &Compiled) -> String {
    let mut out = Vec::new();
    write_payload(&compiled.flow, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The imported text, and the findings as `12:5 CX602 message`.
fn imported(payload: &str) -> (Option<String>, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.json", "a.json", payload.into()));
    let mut found = Diagnostics::default();
    let text = import(&sources, file, &mut found);
    let said = found.iter().map(|one| {
        let place = sources.position(one.span.unwrap());
        format!("{}:{} {} {}", place.line, place.column, one.code.id, one.message)
    });
    (text, said.collect())
}

#[test]
fn an_example_comes_back_with_the_same_payload() {
    let mut count = 0;
    for entry in std::fs::read_dir(examples()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "cxflow") {
            continue;
        }
        count += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let original = payload(&compiled("a.cxflow", &path, &text));
        let (text, found) = imported(&original);
        assert!(found.is_empty(), "{found:?}");
        let text = text.unwrap();
        let again = compiled("a.cxflow", Path::new("a.cxflow"), &text);
        // A payload does not say which variables an action of the platform sets.
        let is_wrong = |one: &&Diagnostic| one.severity == Severity::Error && one.code.id != "CX209";
        let errors: Vec<_> = again.diagnostics.iter().filter(is_wrong).collect();
        assert!(errors.is_empty(), "{}: {errors:?}\n{text}", path.display());
        assert_eq!(payload(&again), original, "{}", path.display());
    }
    assert!(count > 5, "only {count} examples");
}

/// A payload of these nodes and transitions, from `a` on.
fn flow(nodes: &str, transitions: &[(&str, &str, &str)]) -> String {
    let transitions: Vec<String> = transitions
        .iter()
        .map(|(from, to, on)| format!(r#"{{"from_node": "{from}", "to_node": "{to}", "condition": "{on}"}}"#))
        .collect();
    let transitions = transitions.join(",\n");
    format!(r#"{{"name": "A", "nodes": [{nodes}], "transitions": [{transitions}], "entry_node": "a"}}"#)
}

/// What is imported below the entry.
fn body(nodes: &str, transitions: &[(&str, &str, &str)]) -> String {
    let (text, found) = imported(&flow(nodes, transitions));
    assert!(found.is_empty(), "{found:?}");
    text.unwrap().split_once("entry a\n\n").unwrap().1.to_owned()
}

const BYE: &str = r#"{"id": "bye", "type": "disconnect", "actions": [{"directive": "disconnect"}]}"#;

#[test]
fn nodes_take_the_form_of_their_kind_where_they_do_what_it_does() {
    for (type_, actions, written) in [
        ("play", r#"{"directive": "play", "media_url": "https://x/a.wav"}"#, r#"play a "https://x/a.wav""#),
        (
            "play",
            r#"{"directive": "play", "media_url": "https://x/a.wav", "text": "Hi"}"#,
            r#"play a "https://x/a.wav" text "Hi""#,
        ),
        ("disclosure", r#"{"directive": "play", "text": "Hi"}"#, r#"disclosure a { say "Hi" }"#),
        ("play", r#"{"directive": "play"}"#, r#"node a type "play" { play }"#),
        ("play", "", r#"node a type "play""#),
        ("agent", r#"{"directive": "route", "text": "q"}"#, r#"agent a "q""#),
        (
            "agent",
            r#"{"directive": "route", "text": "q", "max_retries": 1}"#,
            r#"node a type "agent" { route "q" retries 1 }"#,
        ),
        ("agent", r#"{"directive": "route", "media_url": "u"}"#, r#"agent a { route media "u" }"#),
        ("callback", r#"{"directive": "schedule", "text": "q"}"#, r#"callback a "q""#),
        ("voicemail", r#"{"directive": "record", "text": "box"}"#, r#"voicemail a "box""#),
        ("voicemail", r#"{"directive": "play", "text": "Call us."}"#, r#"voicemail a { say "Call us." }"#),
        (
            "collect",
            r#"{"directive": "collect", "media_url": "u", "max_retries": 3}"#,
            r#"collect a media "u" retries 3"#,
        ),
        (
            "collect",
            r#"{"directive": "collect", "text": "Press 1.", "wait_ms": 5000, "between_ms": 1500, "max_retries": 1}"#,
            r#"collect a "Press 1." wait 5s between 1.5s retries 1"#,
        ),
        (
            "collect",
            r##"{"directive": "collect", "text": "Your number?", "min_digits": 6, "max_digits": 10, "end_key": "#"}"##,
            r##"collect a "Your number?" digits 6..10 end "#""##,
        ),
        (
            "collect",
            r#"{"directive": "collect", "text": "Your PIN?", "min_digits": 4, "max_digits": 4}"#,
            r#"collect a "Your PIN?" digits 4"#,
        ),
        (
            "play",
            r#"{"directive": "play", "text": "Hi", "wait_ms": 60000}"#,
            r#"node a type "play" { say "Hi" wait 1min }"#,
        ),
        ("disconnect", "", r#"node a type "disconnect""#),
        (
            "disconnect",
            r#"{"directive": "disconnect", "text": "Bye"}"#,
            r#"node a type "disconnect" { disconnect "Bye" }"#,
        ),
        ("answer", "", "answer a"),
        (
            "fax",
            r#"{"directive": "fax", "text": "1"}"#,
            r#"node a type "fax" ends { action "fax" text "1" }"#,
        ),
    ] {
        let node = format!(r#"{{"id": "a", "type": "{type_}", "actions": [{actions}]}}"#);
        assert_eq!(body(&node, &[]), format!("{written}\n"));
    }
    let entry = r#"{"id": "a", "type": "collect", "actions": [{"directive": "collect", "text": "Your PIN?", "min_digits": 4, "max_digits": 4, "into_variable": "pin"}]}"#;
    assert_eq!(body(entry, &[]), "var pin\n\ncollect a \"Your PIN?\" digits 4 into pin\n");
    let heard = r#"{"id": "a", "type": "play", "actions": [{"directive": "play", "prompt_id": "hi", "text": "Hi"}, {"directive": "play", "ssml": "<speak>Hi</speak>", "language": "es-US", "voice": "Lupe"}]}"#;
    let written = "play a {\n  play text \"Hi\" prompt \"hi\"\n  say ssml \"<speak>Hi</speak>\" language \"es-US\" voice \"Lupe\"\n}\n";
    assert_eq!(body(heard, &[]), written);
    let sent = r#"{"id": "a", "type": "fax", "actions": [{"directive": "fax", "text": "1", "language": "es", "voice": "x"}]}"#;
    let written =
        "node a type \"fax\" ends { action \"fax\" text \"1\" with language = \"es\", voice = \"x\" }\n";
    assert_eq!(body(sent, &[]), written);
    let reported = r#"{"id": "a", "type": "agent", "disposition": "SALES", "actions": [{"directive": "route", "text": "q", "skill": "x"}]}"#;
    assert_eq!(
        body(reported, &[]),
        "dispositions SALES\n\nagent a \"q\" disposition SALES with skill = \"x\"\n"
    );
    let two = r#"{"id": "a", "type": "agent", "actions": [{"directive": "route", "text": "q"}, {"directive": "play", "text": "Hi"}]}"#;
    assert_eq!(body(two, &[]), "node a type \"agent\" {\n  route \"q\"\n  say \"Hi\"\n}\n");
}

#[test]
fn conditions_take_the_words_of_their_kind() {
    for (type_, condition, written) in [
        ("collect", "input=1|input=2|input=3", "on 1..3"),
        ("collect", "input=1|input=2", "on 1 | 2"),
        ("collect", "input=08|input=09|input=10|timeout", "on 08..10 | timeout"),
        ("collect", "input=98|input=99|input=100", "on 98..100"),
        ("collect", "input=1|input=2|input=3|input=3", "on 1..3 | 3"),
        ("collect", "input=*|input=#", "on * | #"),
        ("collect", "busy", "on \"busy\""),
        ("collect", "found|timeout", "on \"found|timeout\""),
        ("collect", "${x}", "on \"\\${x}\""),
        ("fax", "found|busy|input=1", "on found | busy | 1"),
        ("fax", "not found", "on \"not found\""),
    ] {
        let nodes = format!(
            r#"{{"id": "a", "type": "{type_}", "actions": [{{"directive": "collect", "text": "Press 1."}}]}}, {BYE}"#
        );
        let text = body(&nodes, &[("a", "bye", condition)]);
        assert_eq!(text.lines().rev().nth(3), Some(&*format!("  {written} -> bye")), "{text}");
    }
}

/// Variables, as the compiler writes them, with all that a `set` and a `decide` can do.
const VARIABLES: &str = r#"flow "A"
entry a

contact balance
contact lang
var due
var n

disclosure a {
  say "Hello."
  set due = "on Friday, ${balance}"
  set n = -3
}
play count {
  set n = n + 1
  set n = n - 2
  set due = "${lang}"
}
decide b {
  when balance > 100 -> bye
  when lang = "es" | "pt" -> count
  when lang starts "a" -> bye
  when n <= -1 | 5 -> bye
  else -> bye
}
disconnect bye { say "${n}, ${due}." }

a -> b
count -> bye
"#;

#[test]
fn variables_and_decisions_are_read_back() {
    let payload = |text: &str| {
        let compiled = cxflowc::compile("a.cxflow", text);
        let errors: Vec<_> =
            compiled.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let mut out = Vec::new();
        write_payload(&compiled.flow, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let built = payload(VARIABLES);
    let (text, found) = imported(&built);
    assert!(found.is_empty(), "{found:?}");
    let text = text.unwrap();
    for line in VARIABLES.lines() {
        assert!(text.contains(line), "{line} is lost:\n{text}");
    }
    assert_eq!(payload(&text), built);
}

/// Fields that only the platform knows, as declared kinds and `with` send them.
const FIELDS: &str = r#"flow "A"
entry a
contact phone
kind look type "web_service" {
  with url: url
  with timeout: duration = 8s
  with variable: text = "x"
  with steps: list of integer = [1, 2]
  outcome found
}
disclosure a { say "Hello."; -> b }
look b with url = "https://crm.example.com/a" { on found -> c; -> c }
play c { say "Hi." with speed = 2, slow = true, number = "${phone}", names = ["a", "b"]; -> d }
collect d "Press 1." wait 3s with barge_in = false { on 1 -> bye; on timeout | invalid -> bye }
disconnect bye
"#;

#[test]
fn fields_of_the_platform_are_read_back() {
    let payload = |text: &str| {
        let compiled = cxflowc::compile("a.cxflow", text);
        assert!(!compiled.diagnostics.iter().any(|one| one.severity == Severity::Error));
        let mut out = Vec::new();
        write_payload(&compiled.flow, false, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let built = payload(FIELDS);
    let (text, found) = imported(&built);
    assert!(found.is_empty(), "{found:?}");
    let text = text.unwrap();
    assert_eq!(payload(&text), built, "{text}");
    // What the language has no words for is said.
    for value in ["1.5", "-1", "{}", "[[1]]", "null"] {
        let node = format!(
            r#"{{"id": "a", "type": "play", "actions": [{{"directive": "play", "text": "Hi", "speed": {value}}}]}}"#
        );
        let (text, found) = imported(&flow(&node, &[]));
        assert!(!text.unwrap().contains("speed") && found.len() == 1, "{value}: {found:?}");
    }
}

#[test]
fn what_a_set_and_a_decide_cannot_say_is_no_set_and_no_decide() {
    for (fields, is_written) in [
        (r#""variable": "n", "value": 1"#, true),
        (r#""variable": "n", "value": 1.5"#, false),
        (r#""variable": "n", "value": true"#, false),
        (r#""variable": "n", "value": 1, "add": 1"#, false),
        (r#""variable": "n", "value": "{n}", "add": 1"#, true),
        (r#""variable": "n", "value": "Hi {n}", "add": 1"#, false),
        (r#""variable": "n m", "value": 1"#, false),
        (r#""variable": "n""#, false),
        (r#""variable": "n", "value": 1, "text": "Hi""#, false),
    ] {
        let node = format!(
            r#"{{"id": "a", "type": "play", "actions": [{{"directive": "play", "text": "Hi"}}, {{"directive": "set", {fields}}}]}}"#
        );
        let (text, found) = imported(&flow(&node, &[]));
        let text = text.unwrap();
        assert_eq!(text.contains("set n = "), is_written, "{fields}: {text}");
        assert_eq!(found.is_empty(), is_written, "{fields}: {found:?}");
        assert_eq!(text.contains("action \"set\""), !is_written, "{fields}: {text}");
    }
    let node = r#"{"id": "a", "type": "decide", "actions": []}"#;
    for (conditions, is_written) in [
        (&["n>1", "always"][..], true),
        (&["n>1"][..], false),
        (&["always", "n>1"][..], false),
        (&["n > 1", "always"][..], false),
        (&["n>1|m>1", "always"][..], false),
        (&[r#"n>\"a\""#, "always"][..], false),
        (&["input=1", "always"][..], false),
        (&["timeout", "always"][..], false),
    ] {
        let nodes = format!("{node}, {BYE}");
        let transitions: Vec<_> = conditions.iter().map(|condition| ("a", "bye", *condition)).collect();
        let (text, _) = imported(&flow(&nodes, &transitions));
        let text = text.unwrap();
        assert_eq!(text.contains("decide a {"), is_written, "{conditions:?}: {text}");
        assert_eq!(text.contains("node a type \"decide\""), !is_written, "{conditions:?}: {text}");
    }
}

#[test]
fn nodes_that_only_lead_on_are_chained() {
    let node = |id: &str| {
        format!(r#"{{"id": "{id}", "type": "play", "actions": [{{"directive": "play", "text": "Hi"}}]}}"#)
    };
    let chained = |ids: &[&str], transitions: &[(&str, &str)]| {
        let nodes: Vec<String> = ids.iter().map(|id| node(id)).collect();
        let transitions: Vec<_> = transitions.iter().map(|&(from, to)| (from, to, "always")).collect();
        let text = body(&nodes.join(","), &transitions);
        text.split_once("\n\n").unwrap().1.to_owned()
    };
    assert_eq!(chained(&["a", "b", "c"], &[("b", "c"), ("a", "b")]), "a -> b -> c\n");
    assert_eq!(chained(&["a", "b", "c"], &[("a", "c"), ("b", "c")]), "a -> c\nb -> c\n");
    assert_eq!(chained(&["a", "b", "c"], &[("a", "b"), ("b", "c"), ("c", "b")]), "a -> b -> c -> b\n");
    assert_eq!(chained(&["a"], &[("a", "a")]), "a -> a\n");
    let long = "x".repeat(60);
    assert_eq!(chained(&["a", &long, "b"], &[("a", &long), (&long, "b")]), format!("a -> {long} -> b\n"));
    let second = "y".repeat(60);
    assert_eq!(
        chained(&["a", &long, &second], &[("a", &long), (&long, &second)]),
        format!("a -> {long}\n{long} -> {second}\n")
    );
}

#[test]
fn placeholders_become_contact_fields_where_the_language_can_name_them() {
    let said = |name: &str, text: &str| {
        let payload = flow(
            &format!(
                r#"{{"id": "a", "type": "play", "actions": [{{"directive": "play", "text": {text:?}}}]}}"#
            ),
            &[],
        );
        let (text, found) = imported(&payload.replace("\"name\": \"A\"", &format!("\"name\": {name:?}")));
        assert!(found.is_empty(), "{found:?}");
        text.unwrap()
    };
    let text = said("A", "Hi {first_name}, {näme}, {{odd}} and ${first_name}.");
    assert!(text.contains("contact first_name\n\n"), "{text}");
    assert!(text.contains(r#""Hi ${first_name}, \{näme}, {{odd}} and $${first_name}.""#), "{text}");
    // An escape keeps a brace of the name from being a field; for other signs there is none.
    let text = said("Hi {first_name}", "Hi {first_name}");
    assert!(text.contains(r#"flow "Hi \{first_name}""#) && text.contains("contact first_name"), "{text}");
    let text = said("Hi <first_name>", "Hi {first_name}");
    assert!(text.contains(r#"say "Hi \{first_name}""#) && !text.contains("contact"), "{text}");
}

#[test]
fn everything_that_is_wrong_is_reported_at_its_place() {
    let (text, found) = imported(
        r#"{"name": 1, "nodes": [
  {"id": "a", "type": "play", "actions": null},
  {"id": "", "type": "play", "actions": [7]},
  {"id": "b", "id": "a", "type": "play", "actions": [{"directive": "play", "max_retries": "2"}]},
  {"id": "a", "typ": "play", "actions": []}
], "transitions": [{"from_node": "a", "to_node": "c"}, 3], "entry_node": null}"#,
    );
    assert_eq!(text, None);
    assert_eq!(
        found,
        [
            "1:10 CX602 the `name` is a number, not a string",
            "2:42 CX602 a node's `actions` is null, not an array",
            "3:10 CX603 a node's id is empty",
            "3:42 CX602 an action is a number, not an object",
            "4:15 CX602 a node has `id` twice",
            "4:91 CX602 an action's `max_retries` is a string, not a number",
            "5:3 CX602 a node lacks `type`",
            "5:10 CX603 two nodes have the id `a`",
            "5:15 CX604 the language has no words for the field `typ` of a node",
            "6:20 CX602 a transition lacks `condition`",
            "6:50 CX603 a transition names `c`, but there is no such node",
            "6:56 CX602 a transition is a number, not an object",
            "6:74 CX602 the node that the entry names is null, not a string",
        ]
    );
}

#[test]
fn the_same_transition_twice_is_imported_once() {
    let nodes = format!(
        r#"{{"id": "a", "type": "play", "actions": [{{"directive": "play", "text": "Hi"}}]}}, {BYE}"#
    );
    let (text, found) = imported(&flow(&nodes, &[("a", "bye", "always"), ("a", "bye", "always")]));
    assert_eq!(found, ["2:1 CX604 this transition stands twice in the payload, and is imported once"]);
    assert!(text.unwrap().ends_with("\na -> bye\n"));
}

#[test]
fn a_node_whose_id_is_lost_is_missed_by_no_transition() {
    let (_, found) = imported(&flow(r#"{"id": 7, "type": "play", "actions": []}"#, &[("a", "a", "always")]));
    assert_eq!(found, ["1:32 CX602 a node's `id` is a number, not a string"]);
}

/// Opening hours, as the compiler writes them.
const HOURS: &str = r#"flow "A"
entry a

contact lang

hours night in "Europe/Berlin" {
  mon..sun 0:00..6:00, 22:00..24:00
}

hours office in "America/New_York" {
  mon, wed..fri 9:00..12:00, 13:00..17:00
  sat 10:00..13:00
  open 2026-12-24 9:00..12:00
  closed 2026-12-25
  closed 2026-12-28..2026-12-30
}

disclosure a { say "Hello." }

decide b {
  when lang = "es" -> bye
  when open office -> bye
  when closed night -> bye
  else -> bye
}

disconnect bye

a -> b
"#;

#[test]
fn opening_hours_are_read_back() {
    let compiled = cxflowc::compile("a.cxflow", HOURS);
    assert_eq!(compiled.diagnostics.iter().filter(|one| one.severity == Severity::Error).count(), 0);
    let mut built = Vec::new();
    write_payload(&compiled.flow, false, &mut built).unwrap();
    let (text, found) = imported(&String::from_utf8(built).unwrap());
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(text.unwrap(), HOURS);
}

#[test]
fn hours_that_cannot_be_declared_are_conditions_of_the_platform() {
    let node = r#"{"id": "a", "type": "decide", "actions": []}"#;
    for (conditions, is_written) in [
        (&["open x (UTC; mon 09:00-17:00)", "always"][..], true),
        (&["open x (UTC; mon 09:00-17:00)", "closed x (UTC; mon 09:00-17:00)", "always"][..], true),
        (&["open x (UTC; mon 09:00-17:00)", "open x (UTC; mon 09:00-18:00)", "always"][..], false),
        (&["open x (UTC; mon 09:00-17:00)", "x>1", "always"][..], false),
        (&["open x (EST; mon 09:00-17:00)", "always"][..], false),
        (&["open x (UTC; tue 09:00-17:00; mon 09:00-17:00)", "always"][..], false),
        (&["open x (UTC; mon 09:00-12:00 11:00-17:00)", "always"][..], false),
        (&["open x (UTC; 2026-12-25 closed)", "always"][..], false),
        (&["open x y (UTC; mon 09:00-17:00)", "always"][..], false),
    ] {
        let nodes = format!("{node}, {BYE}");
        let transitions: Vec<_> = conditions.iter().map(|condition| ("a", "bye", *condition)).collect();
        let (text, _) = imported(&flow(&nodes, &transitions));
        let text = text.unwrap();
        assert_eq!(text.contains("decide a {"), is_written, "{conditions:?}: {text}");
        assert_eq!(text.contains("hours x in"), is_written, "{conditions:?}: {text}");
    }
}

#[test]
fn what_is_heard_comes_back_as_it_was() {
    let text = r#"flow "A"
language "en-US" voice "Joanna"
entry notice
contact name lasts 1s
disclosure notice { say "This is Lakeside."; say "Le llama Lakeside." language "es-US" @identity }
collect menu ssml "<speak>Hello, ${name}. <break time=\"1s\"/>Press 1.</speak>" voice "Matthew" retries 2 with pace = 1, retry_speed = 2, volume = 3 {
  retry prompt "sorry_7" text "Press 1." with pace = 4, volume = 5
  silence ssml "<speak>${name}, press 1.</speak>" with volume = "${name}"
  on 1 | timeout | invalid -> more
}
play more prompt "more_7" text "More." language "fr-CA" voice "Chantal"
play tune media "https://cdn.example.com/tune.wav" language "es-US"
disconnect bye
notice -> menu
more -> tune -> bye
"#;
    let of_text = |text: &str| {
        let compiled = compiled("a.cxflow", Path::new("a.cxflow"), text);
        assert!(!compiled.diagnostics.has_errors(), "{text}\n{:?}", compiled.diagnostics.iter().next());
        payload(&compiled)
    };
    let first = of_text(text);
    for part in [
        r#""voice": "Matthew""#,
        r#""language": "fr-CA""#,
        r#""prompt_id": "more_7""#,
        r#""retry_prompt_id": "sorry_7""#,
        r#""silence_volume": "{name}""#,
        r#""language": "en-US""#,
    ] {
        assert_eq!(first.matches(part).count(), 1, "{part}: {first}");
    }
    let (again, found) = imported(&first);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(of_text(&again.unwrap()), first);
}

#[test]
fn an_unconditional_transition_stays_before_others() {
    let nodes = format!(
        r#"{{"id": "a", "type": "agent", "actions": [{{"directive": "route", "text": "q"}}]}}, {BYE}"#
    );
    let early = body(&nodes, &[("a", "bye", "always"), ("a", "bye", "busy")]);
    assert!(early.starts_with("agent a \"q\" {\n  -> bye\n  on \"busy\" -> bye\n}\n"), "{early}");
    let late = body(&nodes, &[("a", "bye", "busy"), ("a", "bye", "always")]);
    assert!(late.starts_with("agent a \"q\" {\n  on busy -> bye\n  -> bye\n}\n"), "{late}");
}

#[test]
fn a_field_that_stands_twice_is_an_error_and_a_number_too_large_is_left_out() {
    let action = |fields: &str| {
        let node = format!(
            r#"{{"id": "a", "type": "agent", "actions": [{{"directive": "route", "text": "q", {fields}}}]}}, {BYE}"#
        );
        imported(&flow(&node, &[("a", "bye", "busy")]))
    };
    let (text, found) = action(r#""skill": "x", "skill": "y""#);
    assert!(text.is_none() && format!("{found:?}").contains("has `skill` twice"), "{found:?}");
    let (text, found) = action(r#""weight": 9007199254740992, "level": 9007199254740991"#);
    let text = text.unwrap();
    assert!(text.contains("with level = 9007199254740991") && !text.contains("weight"), "{text}");
    assert!(format!("{found:?}").contains("weight"), "{found:?}");
}
