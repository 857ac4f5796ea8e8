//! Every change to a log is detected.

use cxflowc::audit::{Hash, LogFault, verify};

use super::support::*;

/// A log with a torn line and its repair in the middle.
fn repaired() -> LogFolder {
    let folder = LogFolder::of(2);
    let whole = folder.bytes();
    folder.append(2);
    folder.write(&folder.bytes()[..whole.len() + 100]);
    assert!(folder.append(3).repaired.is_some());
    folder.append(4);
    assert_eq!(folder.holds().repairs.len(), 1);
    folder
}

#[track_caller]
fn shows(bytes: &[u8], what: &str, at: usize) {
    assert!(!check(bytes).holds(), "{what} at {at} does not show");
}

#[test]
fn every_single_byte_that_is_changed_shows() {
    for folder in [LogFolder::of(3), repaired()] {
        let mut bytes = folder.bytes();
        for at in 0..bytes.len() {
            for bit in (0..8).map(|bit| 1 << bit).chain([0xff]) {
                bytes[at] ^= bit;
                shows(&bytes, "a change", at);
                bytes[at] ^= bit;
            }
        }
    }
}

#[test]
fn every_single_byte_that_is_removed_or_added_shows() {
    for folder in [LogFolder::of(3), repaired()] {
        let bytes = folder.bytes();
        for at in 0..bytes.len() {
            let mut fewer = bytes.clone();
            fewer.remove(at);
            shows(&fewer, "a removed byte", at);
        }
        for at in 0..=bytes.len() {
            for added in [b'\n', b' ', b'0', b'}', b'"', 0, 0xff] {
                let mut more = bytes.clone();
                more.insert(at, added);
                shows(&more, "an added byte", at);
            }
        }
    }
}

#[test]
fn the_line_that_was_changed_is_named() {
    let folder = LogFolder::of(5);
    for number in 1..=5 {
        let mut lines = lines(&folder.bytes());
        let text = String::from_utf8(lines[number - 1].clone()).unwrap();
        lines[number - 1] = text.replace("\"dana\"", "\"dora\"").into_bytes();
        let found = problem(&lines.concat());
        assert_eq!((found.line, found.why), (Some(number as u64), LogFault::Changed));
        assert_eq!(check(&lines.concat()).lines, number as u64 - 1);
    }
}

#[test]
fn a_line_that_was_changed_and_hashed_anew_shows_in_the_next() {
    let folder = LogFolder::of(3);
    let mut lines = lines(&folder.bytes());
    let text = String::from_utf8(lines[1].clone()).unwrap().replace("\"dana\"", "\"dora\"");
    let body = &text[..text.len() - 78];
    lines[1] = format!("{body},\"sha256\":\"{}\"}}\n", Hash::of(body.as_bytes())).into_bytes();
    let found = problem(&lines.concat());
    assert_eq!((found.line, found.why), (Some(3), LogFault::NotChained));

    // The last line is what the head is for.
    let head = check(&folder.bytes()).head;
    assert_eq!(
        verify(&lines[..2].concat()[..], Some(head)).unwrap().problem.unwrap().why,
        LogFault::HeadNotFound
    );
}

#[test]
fn lines_that_are_swapped_removed_or_doubled_show() {
    let all = lines(&LogFolder::of(4).bytes());
    for one in 0..4 {
        for other in one + 1..4 {
            let mut swapped = all.clone();
            swapped.swap(one, other);
            let found = problem(&swapped.concat());
            let why = if one == 0 { LogFault::NotFirst } else { LogFault::NotChained };
            assert_eq!((found.line, found.why), (Some(one as u64 + 1), why), "{one} and {other}");
        }
        let mut doubled = all.clone();
        doubled.insert(one, all[one].clone());
        let found = problem(&doubled.concat());
        assert_eq!((found.line, found.why), (Some(one as u64 + 2), LogFault::NotChained));
    }
    for removed in 0..3 {
        let mut fewer = all.clone();
        fewer.remove(removed);
        let found = problem(&fewer.concat());
        let why = if removed == 0 { LogFault::NotFirst } else { LogFault::NotChained };
        assert_eq!((found.line, found.why), (Some(removed as u64 + 1), why));
    }
}

#[test]
fn a_line_of_another_log_shows() {
    let folder = LogFolder::of(2);
    let other = LogFolder::new();
    (10..13).for_each(|number| {
        other.append(number);
    });
    let mut mixed = lines(&folder.bytes());
    mixed.push(lines(&other.bytes())[2].clone());
    assert_eq!(problem(&mixed.concat()).why, LogFault::NotChained);
}

#[test]
fn a_cut_tail_shows_against_a_head() {
    let folder = LogFolder::of(4);
    let bytes = folder.bytes();
    let head = check(&bytes).head;
    let first = Hash::of(lines(&bytes)[0].strip_suffix(b"\n").unwrap());
    let ask = |bytes: &[u8], head| verify(bytes, Some(head)).unwrap();

    assert_eq!(ask(&bytes, head).after_head, Some(0));
    assert_eq!(ask(&bytes, first).after_head, Some(3));
    let cut = lines(&bytes)[..3].concat();
    assert!(check(&cut).holds(), "without a head a cut tail cannot be seen");
    let verdict = ask(&cut, head);
    assert_eq!(verdict.problem.unwrap().why, LogFault::HeadNotFound);
    assert_eq!(verdict.problem.unwrap().line, None);
    assert_eq!(ask(&[], head).problem.unwrap().why, LogFault::HeadNotFound);
    assert_eq!(ask(&bytes, Hash::NONE).problem.unwrap().why, LogFault::HeadNotFound);
}

#[test]
fn a_torn_part_and_its_repair_cannot_be_removed() {
    let all = lines(&repaired().bytes());
    // Two lines, a torn one, its repair, two more.
    assert_eq!(all.len(), 6);
    let without = |gone: &[usize]| {
        let left = all.iter().enumerate().filter(|(index, _)| !gone.contains(index));
        problem(&left.map(|(_, line)| line.clone()).collect::<Vec<_>>().concat())
    };
    assert_eq!((without(&[2]).line, without(&[2]).why), (Some(3), LogFault::RepairOfNothing));
    assert_eq!((without(&[3]).line, without(&[3]).why), (Some(3), LogFault::NotSealed));
    assert_eq!((without(&[2, 3]).line, without(&[2, 3]).why), (Some(3), LogFault::NotChained));
}

#[test]
fn text_between_the_lines_shows() {
    let mut all = lines(&LogFolder::of(3).bytes());
    all.insert(1, b"{\"action\":\"create\"}\n".to_vec());
    assert_eq!((problem(&all.concat()).line, problem(&all.concat()).why), (Some(2), LogFault::NotSealed));
}

/// Whoever can hash can seal anything, but not make it an entry.
#[test]
fn a_sealed_line_that_is_no_entry_shows() {
    for beginning in [
        "not JSON",
        "[",
        "{\"time\":\"\"",
        "{\"action\":1",
        "{\"action\":\"a\",\"action\":\"b\"",
        "{\"action\":\"\u{1}\"",
    ] {
        let body = format!("{beginning},\"prev\":\"{}\"", Hash::NONE);
        let line = format!("{body},\"sha256\":\"{}\"}}\n", Hash::of(body.as_bytes()));
        let found = problem(line.as_bytes());
        assert_eq!((found.line, found.why), (Some(1), LogFault::NotAnEntry), "{beginning}");
    }
}

#[test]
fn an_append_does_not_go_on_after_a_changed_line() {
    let folder = LogFolder::of(2);
    let bytes = folder.bytes();
    let last = bytes.len() - lines(&bytes)[1].len();
    // In the last line, but for what makes it a line at all: its hashes' names and its newline.
    for at in (last..bytes.len() - 154).chain(bytes.len() - 67..bytes.len() - 3) {
        let mut changed = bytes.clone();
        changed[at] ^= 4;
        folder.write(&changed);
        let error = folder.log().append(&entry(9)).unwrap_err();
        assert!(
            error.to_string().contains("was changed after it was written; nothing was added"),
            "{at}: {error}"
        );
        assert!(error.help().unwrap().contains("cxflowc audit verify "));
        assert_eq!(folder.bytes(), changed);
    }
}
