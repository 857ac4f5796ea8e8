//! Log ends that no interrupted write can have left: they count as changed, and stay so.

use cxflowc::audit::{AuditError, LogFault};

use super::support::*;

/// Nothing is appended, and whoever calls it torn later does not make it hold.
#[track_caller]
fn is_changed(bytes: Vec<u8>, line: u64, what: &str) {
    let folder = LogFolder::new();
    folder.write(&bytes);
    let found = problem(&bytes);
    assert_eq!(found.line, Some(line), "{what}");
    assert!(matches!(found.why, LogFault::NotSealed | LogFault::Changed), "{what}: {found:?}");
    let error = folder.log().append(&entry(9)).unwrap_err();
    assert!(matches!(error, AuditError::Changed { .. }), "{what}: {error}");
    assert_eq!(folder.bytes(), bytes, "{what}");
}

fn joined(lines: &[Vec<u8>]) -> Vec<u8> {
    lines.concat()
}

#[test]
fn lines_that_were_edited_and_padded_are_no_torn_ones() {
    let all = lines(&LogFolder::of(14).bytes());
    let edited = |edit: &dyn Fn(&[u8]) -> Vec<u8>| {
        let mut some = all.clone();
        for line in &mut some[3..] {
            *line = edit(line.strip_suffix(b"\n").unwrap());
        }
        joined(&some)
    };
    is_changed(edited(&|line| [b" ", line, b" \n"].concat()), 4, "a blank at each end");
    is_changed(edited(&|line| [line, b" \n"].concat()), 4, "a blank behind");
    is_changed(edited(&|line| [line, b"\t\n"].concat()), 4, "a tab behind");
    is_changed(edited(&|line| [line, b"}\n"].concat()), 4, "another brace behind");
    is_changed(edited(&|line| [line, b"\0\n"].concat()), 4, "a zero behind");
    is_changed(edited(&|line| [&line[..line.len() - 1], b"\n"].concat()), 4, "each without its brace");
    is_changed(edited(&|line| [&line[..120], b"\n"].concat()), 4, "each cut");
    is_changed(edited(&|line| [&line[..60], b"\n"].concat()), 4, "each cut early");
    is_changed(edited(&|line| [b"\xef\xbb\xbf", line, b"\n"].concat()), 4, "a mark before each");
    is_changed(edited(&|line| line.to_ascii_uppercase()), 4, "capitals, on one line");
    let swapped = |line: &[u8]| String::from_utf8_lossy(line).replace("\"prev\"", "\"next\"").into_bytes();
    is_changed(edited(&|line| [&swapped(line), b"\n".as_slice()].concat()), 4, "another field's name");
}

#[test]
fn joined_lines_and_texts_that_are_no_json_are_no_torn_ones() {
    let all = lines(&LogFolder::of(14).bytes());
    let open = |line: &Vec<u8>| String::from_utf8_lossy(&line[..line.len() - 2]).replace("\"ok\"", "\"NO\"");
    let ends: Vec<String> = all[3..].iter().map(open).collect();
    for end in [
        ends.concat(),
        ends.join(","),
        format!("{{\"time\":\"{}", ends.concat().replace('"', "'")),
        "{\"time\":\"hello, I was edited".to_owned(),
        "{\"time\":\"2026-11-28T17:45:00.000Z\" garbage {{{{".to_owned(),
    ] {
        is_changed([joined(&all[..3]), end.clone().into_bytes()].concat(), 4, &end);
    }
}

#[test]
fn junk_at_the_end_of_a_log_is_not_a_torn_line() {
    let whole = LogFolder::of(2).bytes();
    for rest in [
        b"\n".to_vec(),
        b"\n\n\n".to_vec(),
        vec![0xff; 200_000],
        vec![b'\n'; 300_000],
        vec![b'x'; 3 << 20],
        vec![0; (1 << 20) + 1],
        b"{\"time\":\"2026\n\n".to_vec(),
        b"\0{\"time\":\"2026".to_vec(),
        b"# a note".to_vec(),
    ] {
        is_changed([whole.clone(), rest.clone()].concat(), 3, &format!("{:?}", &rest[..rest.len().min(20)]));
    }
}

/// A log that an older version repaired: its repair tells of bytes that no write can have left.
#[test]
fn a_repair_of_changed_lines_does_not_hold() {
    let folder = LogFolder::of(1);
    let torn = [folder.bytes(), b"{\"time\":\"20".to_vec()].concat();
    folder.write(&torn);
    folder.append(1);
    folder.holds();
    let text = String::from_utf8(folder.bytes()).unwrap();
    let told = text.replace("{\"time\":\"20\n", "x\n");
    let found = problem(told.as_bytes());
    assert_eq!((found.line, found.why), (Some(2), LogFault::NotSealed));
}

#[test]
fn converted_line_ends_are_said() {
    for number in [1, 3] {
        let folder = LogFolder::of(number);
        let text = String::from_utf8(folder.bytes()).unwrap().replace('\n', "\r\n");
        folder.write(&text);
        let found = problem(text.as_bytes());
        assert_eq!((found.line, found.why), (Some(1), LogFault::ConvertedEnds));
        let error = folder.log().append(&entry(9)).unwrap_err();
        assert!(error.to_string().contains("converted to CRLF; nothing was added"), "{error}");
        assert!(error.help().unwrap().contains(".gitattributes"));
        folder
            .run("audit verify audit.jsonl")
            .exits(1)
            .err_has("line 1 does not hold: its line end was converted to CRLF");
    }
}
