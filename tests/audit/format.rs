//! What a line looks like.

use std::collections::BTreeMap;
use std::sync::Arc;

use cxflowc::audit::{
    Action, AuditEntry, AuditError, EntryContext, Hash, Log, MAX_LINE, Policy, SettingsFile, Status,
};
use serde_json::{Value, json};

use super::harness::Folder;
use super::support::*;

#[test]
fn a_line_has_its_fields_in_their_order() {
    let folder = LogFolder::of(1);
    let text = String::from_utf8(folder.bytes()).unwrap();
    let (body, seal) = text.split_once(r#","prev":"#).unwrap();
    assert_eq!(
        body,
        format!(
            r#"{{"time":"2026-09-21T14:13:20.000Z","action":"create","flow":"Flow \"0\"","status":"ok","actor":"dana","commit":"5f0c1e2","environment":"prod","compiler":"0.1.0","policies":[{{"name":"baseline","sha256":"{}"}}],"waivers":["baseline/depth"],"facts":{{"dialer":"manual"}},"params":{{"queue":"sales"}},"settings":[{{"name":"cxflow.toml","sha256":"{}"}}],"payload_sha256":"{}","metrics":{{"latency_ms":0}},"job":"job-0""#,
            Hash::of(b"policy"),
            Hash::of(b"settings"),
            Hash::of(b"{}"),
        )
    );
    let own = Hash::of(&text.as_bytes()[..text.len() - 78]);
    assert_eq!(seal, format!("\"{}\",\"sha256\":\"{own}\"}}\n", "0".repeat(64)));
}

#[test]
fn unknown_values_are_null() {
    let folder = LogFolder::new();
    let context = EntryContext { actor: "ci".into(), compiler: "0.1.0".into(), ..EntryContext::default() };
    let entry =
        AuditEntry::new(jiff::Timestamp::UNIX_EPOCH, Action::Validate, Status::Failed, Arc::new(context));
    folder.log().append(&entry).unwrap();
    let mut line: Value = serde_json::from_slice(&folder.bytes()).unwrap();
    line.as_object_mut().unwrap().remove("sha256");
    assert_eq!(
        line,
        json!({
            "time": "1970-01-01T00:00:00.000Z", "action": "validate", "flow": null, "status": "failed",
            "actor": "ci", "commit": null, "environment": null, "compiler": "0.1.0", "policies": [],
            "waivers": [], "facts": {}, "params": {}, "settings": [], "payload_sha256": null, "metrics": {}, "prev": "0".repeat(64)
        })
    );
}

#[test]
fn each_line_has_the_hash_of_the_line_before() {
    let folder = LogFolder::new();
    let heads: Vec<Hash> = (0..3).map(|number| folder.append(number).head).collect();
    let bytes = folder.bytes();
    let lines: Vec<&[u8]> = bytes.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n').collect();
    for (index, line) in lines.iter().enumerate() {
        let said: Value = serde_json::from_slice(line).unwrap();
        let before = index.checked_sub(1).map_or(Hash::NONE, |before| Hash::of(lines[before]));
        assert_eq!(said["prev"], before.to_string());
        assert_eq!(heads[index], Hash::of(line));
    }
    let verdict = folder.holds();
    assert_eq!((verdict.lines, verdict.head), (3, heads[2]));
}

#[test]
fn each_action_has_its_name() {
    let folder = LogFolder::new();
    let actions = [Action::Validate, Action::Simulate, Action::Create, Action::Persist, Action::Webhook];
    for action in actions {
        folder.log().append(&AuditEntry { action, ..entry(0) }).unwrap();
    }
    let bytes = folder.bytes();
    let said: Vec<Value> = lines(&bytes)
        .iter()
        .map(|line| serde_json::from_slice::<Value>(line).unwrap()["action"].clone())
        .collect();
    assert_eq!(said, ["validate", "simulate", "create", "persist", "webhook"]);
}

/// Whatever an entry is given, its line can be read back.
#[test]
fn the_longest_line_holds() {
    static NAMES: [&str; 70] = {
        const BITS: &str = "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}";
        let mut names = [BITS; 70];
        let mut index = 0;
        while index < 70 {
            names[index] = BITS.split_at(index + 1).0;
            index += 1;
        }
        names
    };
    let long = "\u{1}".repeat(10_000);
    let context = EntryContext {
        actor: long.clone(),
        commit: Some(long.clone()),
        environment: Some(long.clone()),
        compiler: long.clone(),
        as_of: None,
        policies: vec![Policy { name: long.clone(), sha256: Hash::NONE }; 1000],
        waivers: vec![long.clone(); 2000],
        attestations: vec![long.clone(); 2000],
        facts: (0..1000).map(|number| (format!("{number}{long}"), long.clone())).collect(),
        params: (0..1000).map(|number| (format!("{number}{long}"), long.clone())).collect(),
        settings: vec![SettingsFile { name: long.clone(), sha256: Hash::NONE }; 128],
    };
    let metrics: BTreeMap<&str, u64> = NAMES.iter().map(|name| (*name, u64::MAX)).collect();
    let entry = AuditEntry { metrics, context: Arc::new(context), ..entry(0) }
        .flow(&*long)
        .job(&*long)
        .flow_id(&*long)
        .code(&*long)
        .detail(&*long);
    let folder = LogFolder::new();
    folder.log().append(&entry).unwrap();
    folder.log().append(&entry).unwrap();
    assert_eq!(folder.holds().lines, 2);
    let length = folder.bytes().len() / 2;
    assert!((MAX_LINE / 2..MAX_LINE).contains(&length), "{length}");
    let said: Value = serde_json::from_slice(&lines(&folder.bytes())[0]).unwrap();
    assert_eq!((&said["policies_left_out"], &said["waivers_left_out"]), (&json!(800), &json!(1800)));
    assert_eq!((&said["attestations_left_out"], &said["settings_left_out"]), (&json!(1950), &json!(112)));
    for values in ["facts", "params"] {
        let listed = said[values].as_object().unwrap().len();
        assert_eq!(said[format!("{values}_left_out")], json!(1000 - listed), "{listed} are listed");
        assert!(listed > 0);
    }
    assert_eq!(said["flow"].as_str().unwrap(), "\u{1}".repeat(253) + "…");
}

#[test]
fn a_text_is_cut_between_characters() {
    let folder = LogFolder::new();
    for text in ["ü".repeat(128), "ü".repeat(129), "😀".repeat(64), "a😀".repeat(60)] {
        folder.log().append(&entry(0).flow(&*text)).unwrap();
        let said: Value = serde_json::from_slice(lines(&folder.bytes()).last().unwrap()).unwrap();
        let said = said["flow"].as_str().unwrap();
        assert!(said.len() <= 256, "{said}");
        assert!(said == text || text.starts_with(said.strip_suffix('…').unwrap()), "{said}");
        assert!(text.len() > 256 || said == text, "{said}");
    }
}

#[test]
fn the_folder_of_a_log_is_made() {
    let folder = Folder::new();
    let path = folder.path("audit/of/prod.jsonl");
    Log::open(&path).unwrap().append(&entry(0)).unwrap();
    assert!(path.exists());
}

#[test]
fn a_log_that_cannot_be_written_shows_when_it_is_opened() {
    let folder = Folder::new().with("file", "x");
    for (path, why) in [
        (folder.root().to_path_buf(), "it is a folder"),
        (folder.path("file/log"), "in the place of its folder"),
    ] {
        let error = Log::open(&path).unwrap_err();
        assert!(matches!(error, AuditError::Write { .. }), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn a_file_that_is_no_log_is_left_alone() {
    let folder = LogFolder::new();
    for text in ["flow \"Reminder\"\n", "no newline", "{}\n", &"x\n".repeat(100_000), &"y".repeat(20 << 20)] {
        folder.write(text);
        let error = folder.log().append(&entry(0)).unwrap_err();
        assert!(matches!(error, AuditError::NotALog { .. }), "{error}");
        assert!(folder.bytes() == text.as_bytes(), "{} bytes of text", text.len());
        let problem = problem(text.as_bytes());
        assert_eq!((problem.line, problem.why.kind()), (Some(1), "not-sealed"));
    }
}
