//! Crashes in the middle of a write: the file ends anywhere.

use cxflowc::audit::{Hash, LogFault, Tear};
use serde_json::Value;

use super::support::*;

#[test]
fn a_crash_at_every_byte_of_a_line_is_repaired() {
    let folder = LogFolder::of(2);
    let whole = folder.bytes();
    folder.append(2);
    let all = folder.bytes();
    for end in whole.len()..=all.len() {
        folder.write(&all[..end]);
        let found = check(&all[..end]).problem;
        let appended = folder.append(3);
        let verdict = folder.holds();
        assert_eq!(verdict.head, appended.head);
        assert!(folder.bytes().starts_with(&all[..end]), "nothing is dropped");
        if end == whole.len() || end == all.len() {
            assert_eq!((found, appended.repaired), (None, None), "nothing is torn");
            continue;
        }
        let torn = if end == all.len() - 1 { Vec::new() } else { [&all[whole.len()..end], b"\n"].concat() };
        let tear = Tear { bytes: torn.len() as u64, sha256: Hash::of(&torn) };
        assert_eq!(appended.repaired, Some(tear), "at {end}");
        assert_eq!(verdict.repairs.iter().map(|repair| repair.tear).collect::<Vec<_>>(), [tear]);
        let why =
            if torn.is_empty() { LogFault::LacksNewline } else { LogFault::Torn { bytes: tear.bytes - 1 } };
        assert_eq!(found.map(|found| (found.line, found.why)), Some((Some(3), why)), "before the repair");
    }
}

#[test]
fn a_crash_in_the_first_line_of_all_is_repaired() {
    let folder = LogFolder::of(1);
    let all = folder.bytes();
    for end in 1..all.len() {
        folder.write(&all[..end]);
        assert!(folder.append(1).repaired.is_some(), "at {end}");
        folder.holds();
    }
}

/// What was torn stays, the repair's own torn rest with it, and the next repair tells of both.
#[test]
fn a_crash_at_every_byte_of_a_repair_is_repaired() {
    let folder = LogFolder::of(1);
    let whole = folder.bytes().len();
    folder.append(1);
    let line = folder.bytes();
    for torn in [4, line.len() - whole - 2, line.len() - whole - 1] {
        folder.write(&line[..whole + torn]);
        folder.append(2);
        let all = folder.bytes();
        for end in whole + torn..=all.len() {
            folder.write(&all[..end]);
            let appended = folder.append(3);
            let verdict = folder.holds();
            assert_eq!(verdict.head, appended.head);
            assert!(folder.bytes().starts_with(&all[..end]), "nothing is dropped");
            // Where only a newline was missing and the repair came as far as that, nothing is left to tell.
            let is_fixed = end == line.len() && torn == line.len() - whole - 1;
            assert!(is_fixed || !verdict.repairs.is_empty(), "{torn}, {end}");
        }
    }
}

/// A list of policies has the name of a line's hash in it, and a line that is cut there is no changed one.
#[test]
fn a_crash_after_the_hash_of_a_policy_is_no_change() {
    let folder = LogFolder::of(1);
    let whole = folder.bytes().len();
    folder.append(1);
    let all = folder.bytes();
    let line = std::str::from_utf8(&all[whole..]).unwrap();
    let end = whole + line.find("\"}]").unwrap() + 2;
    assert!(line[..end - whole].contains(",\"sha256\":\""));
    for rest in ["", "\n"] {
        folder.write([&all[..end], rest.as_bytes()].concat());
        assert!(folder.append(2).repaired.is_some());
        folder.holds();
    }
}

#[test]
fn a_repair_says_who_found_it_and_what_was_torn() {
    let folder = LogFolder::of(1);
    folder.write([folder.bytes(), b"{\"time\":\"2026".to_vec()].concat());
    let tear = folder.append(1).repaired.unwrap();
    assert_eq!(tear.to_string(), "14 torn bytes of an interrupted write");
    let all = lines(&folder.bytes());
    let repair: Value = serde_json::from_slice(&all[2]).unwrap();
    assert_eq!(repair["action"], "repair");
    assert_eq!(
        (&repair["actor"], &repair["flow"], &repair["status"]),
        (&"dana".into(), &Value::Null, &"ok".into())
    );
    assert_eq!(repair["torn_bytes"], 14);
    assert_eq!(repair["torn_sha256"], Hash::of(b"{\"time\":\"2026\n").to_string());
    assert_eq!(repair["prev"], Hash::of(all[0].strip_suffix(b"\n").unwrap()).to_string());
}

/// After a power cut a file may have its new length and zeros where the line should be.
#[test]
fn zeros_at_the_end_are_torn_too() {
    let begun = b"{\"time\":\"2026-09";
    for rest in [vec![0; 5000], vec![0; 1 << 20], [begun.as_slice(), &[0; 9000]].concat()] {
        let folder = LogFolder::of(2);
        folder.write([folder.bytes(), rest.clone()].concat());
        assert_eq!(problem(&folder.bytes()).why, LogFault::Torn { bytes: rest.len() as u64 });
        assert_eq!(folder.append(3).repaired.unwrap().bytes, rest.len() as u64 + 1);
        folder.holds();
    }
}

#[test]
fn many_crashes_in_a_row_are_one_tear() {
    let folder = LogFolder::of(1);
    for number in 0..20 {
        let before = folder.bytes().len();
        folder.append(number);
        folder.write(&folder.bytes()[..before + 150]);
    }
    assert!(folder.append(50).repaired.is_some());
    let verdict = folder.holds();
    assert_eq!(verdict.lines, 3, "the first line, one repair, the last line");
}
