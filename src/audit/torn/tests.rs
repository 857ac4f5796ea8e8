use std::sync::Arc;

use jiff::Timestamp;

use super::super::entry::every_field::with_every_field;
use super::super::entry::{AuditEntry, EntryContext, Policy, SettingsFile, Status};
use super::*;

/// A line with every field. Its texts contain no letters of field names.
fn line(action: Action, is_repair: bool) -> Vec<u8> {
    let text = || "QÜ\"\u{1}Q".to_owned();
    let values = || [(text(), text()), ("Q".to_owned(), String::new())].into();
    let context = EntryContext {
        actor: text(),
        commit: Some(text()),
        environment: None,
        compiler: text(),
        as_of: Some(text()),
        policies: vec![Policy { name: text(), sha256: Hash::of(b"1") }; 2],
        waivers: vec![text(); 2],
        attestations: vec![text(); 2],
        facts: values(),
        params: values(),
        settings: vec![SettingsFile { name: text(), sha256: Hash::of(b"2") }],
    };
    let time = Timestamp::from_millisecond(1_790_000_000_118).unwrap();
    let entry = AuditEntry::new(time, action, Status::Failed, Arc::new(context))
        .flow(text())
        .payload(Hash::of(b"3"))
        .metric("Q", 10)
        .metric("QQ", 0)
        .job(text())
        .flow_id(text())
        .code(text())
        .detail("Ü".repeat(200));
    with_every_field(&entry, is_repair)
}

fn all_lines() -> Vec<Vec<u8>> {
    let entries = Action::ALL.map(|action| line(action, false));
    entries.into_iter().chain([line(Action::Create, true)]).collect()
}

#[test]
fn a_line_cut_at_every_byte_is_broken_off() {
    for line in all_lines() {
        for end in 1..line.len() {
            let cut = &line[..end];
            assert!(is_broken_off(cut, TornPosition::First), "{}", cut.escape_ascii());
            assert!(
                is_broken_off(&[cut, &[0; 40], b"\n"].concat(), TornPosition::First),
                "{}",
                cut.escape_ascii()
            );
        }
        assert!(!is_broken_off(&line, TornPosition::First), "all of it is there");
    }
}

/// A change is detected unless it turns a value into another possible one: a letter of a text, a digit, a
/// character of another line's hash. A change of the last byte may make another word that is possible
/// there.
#[test]
fn a_line_with_a_changed_byte_is_not_broken_off() {
    for line in [line(Action::Create, false), line(Action::Create, true)] {
        let is_free = |at: usize| {
            let hash_around = |at: usize| {
                let is_hex = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                let before = line[..at].iter().rev().take_while(is_hex).count();
                before + line[at..].iter().take_while(is_hex).count() >= 64
            };
            let byte = line[at];
            // `\u0001`, `\"` and `Ü` belong to the texts.
            matches!(byte, b'Q' | b'0'..=b'9' | b'\\' | b'u' | 0x80..)
                || hash_around(at)
                || (at > 0 && line[at - 1] == b'\\')
        };
        let seal = line.len() - "\"sha256\":\"\"}".len() - 64;
        let mut ends: Vec<usize> = (40..line.len()).step_by(151).collect();
        ends.extend([seal, seal + 11, seal + 12, seal + 40, line.len() - 2, line.len() - 1]);
        for end in ends {
            for at in 0..end - 1 {
                for other in
                    [b' ', b'"', b',', b'}', b']', b'x', b'0', 0, 0xff, line[at] ^ 1, line[at] ^ 0x20]
                {
                    let mut changed = line[..end].to_vec();
                    changed[at] = other;
                    let is_detected = other == line[at] || !is_broken_off(&changed, TornPosition::First);
                    // A few digits of the line's own hash prove little.
                    let is_allowed = end < seal + 30 && is_free(at);
                    assert!(is_detected || is_allowed, "{at} of {end}: {}", changed.escape_ascii());
                }
            }
        }
    }
}

#[test]
fn text_that_no_append_writes_is_not_broken_off() {
    let line = String::from_utf8(line(Action::Create, false)).unwrap();
    let (open, _) = line.split_once(",\"prev\"").unwrap();
    assert!(is_broken_off(open.as_bytes(), TornPosition::First));
    for (from, to) in [
        ("\"create\"", "\"delete\""),
        ("\"failed\"", "\"fine\""),
        ("\"failed\"", "null"),
        ("\"actor\":", "\"user\":"),
        ("\"waivers\":[", "\"waivers\":[7,"),
        ("\"metrics\":{\"Q\":10", "\"metrics\":{\"Q\":010"),
        ("\"metrics\":{\"Q\":10", "\"metrics\":{\"Q\":-1"),
        ("\"metrics\":{\"Q\":10", "\"metrics\":{\"Q\":99999999999999999999"),
        ("\"metrics\":{\"Q\":10", "\"metrics\":{\"Q\":\"10\""),
        ("\"environment\":null", "\"environment\":\"Q\",\"environment\":null"),
        (",\"job\"", ", \"job\""),
        ("ÜÜ", "ÜÜÜ"),
        ("\\u0001", "\\u0041"),
        ("\\u0001", "\\/"),
        ("\"facts_left_out\":300", "\"torn_bytes\":300"),
    ] {
        let edited = open.replacen(from, to, 1);
        assert_ne!(edited, open, "{from}");
        assert!(!is_broken_off(edited.as_bytes(), TornPosition::First), "{edited}");
    }
    for name in ["\"tame", "\"time\":\"2026-09-21T14:13:20.118Z\",\"acting", "\"time\": "] {
        assert!(!is_broken_off(format!("{{{name}").as_bytes(), TornPosition::First), "{name}");
    }
    for edited in [&b" {\"time\":\""[..], b"\n", b"", b"x", b"\x00x", b"{\"time\":\"\"} "] {
        assert!(!is_broken_off(edited, TornPosition::First), "{}", edited.escape_ascii());
    }
    assert!(!is_broken_off(&vec![0; MAX_LINE + 1], TornPosition::First));
}

#[test]
fn only_a_repair_can_be_broken_off_after_another_torn_line() {
    let begins = |action: &str| format!(r#"{{"time":"2026-09-21T14:13:20.118Z","action":"{action}","#);
    assert!(is_broken_off(begins("repair").as_bytes(), TornPosition::Later));
    assert!(is_broken_off(b"{\"time\":\"2026", TornPosition::Later));
    assert!(!is_broken_off(begins("create").as_bytes(), TornPosition::Later));
    assert!(!is_broken_off(begins("repaired").as_bytes(), TornPosition::Later));
}

/// The names of an object's fields, in their order.
fn names_of(line: &[u8]) -> Vec<String> {
    struct Names;
    impl<'de> serde::de::Visitor<'de> for Names {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a line")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
            let mut names = Vec::new();
            while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                names.push(name);
            }
            Ok(names)
        }
    }
    serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_slice(line), Names).unwrap()
}

#[test]
fn the_writer_and_the_program_of_the_page_have_the_same_fields() {
    let names: Vec<&str> = FIELDS.iter().map(|(name, _, _)| *name).collect();
    assert_eq!(names_of(&line(Action::Create, true)), names);
    let page = include_str!("../../../docs/audit.md");
    let list = page.split("\nfields = {").nth(1).unwrap().split("}\nnot_in_all").next().unwrap();
    // A name is the text in quotes before `: `.
    let parts = list.split("\": ").map(|part| part.rsplit('"').next().unwrap());
    let listed: Vec<&str> = parts.take(list.matches("\": ").count()).collect();
    assert_eq!(listed, names);
    let actions = page.split("torn_entry = line_with(\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(actions, Action::ALL.map(Action::name).join(" "));
}
