//! The cases of `tests/format/*.cxflow`.

use std::path::{Path, PathBuf};

use super::harness::{Folder, updated};
use super::{format, formatted};

const TITLE: &str = "//=== ";
const RESULT: &str = "//=> formatted\n";

fn files() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/format")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "cxflow"));
    files.sort();
    files
}

/// The file with what its cases come to.
fn answered(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let mut parts = text.split(TITLE);
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (title, rest) = part.split_once('\n').unwrap();
        let input = rest.split(RESULT).next().unwrap();
        let input = if rest.contains(RESULT) { input.to_owned() } else { format!("{}\n", input.trim_end()) };
        let result = formatted(&input);
        out.push_str(&format!("{TITLE}{title}\n{input}{RESULT}{result}\n"));
    }
    format!("{}\n", out.trim_end())
}

#[test]
fn every_case_comes_to_its_layout() {
    let files = files();
    assert!(files.len() > 2, "{files:?}");
    for path in files {
        let answered = answered(&path);
        if updated::is_wanted() {
            updated::write(&path, &answered);
        } else {
            assert_eq!(std::fs::read_to_string(&path).unwrap(), answered, "{}", path.display());
        }
    }
}

#[test]
fn an_empty_file_stays_empty() {
    for nothing in ["", "\n", "\n\n  \t\n", ";;\n;", "\r\n\r\n"] {
        assert_eq!(formatted(nothing), "", "{nothing:?}");
    }
    assert_eq!(formatted("\u{FEFF}\n\n"), "\u{FEFF}");
}

#[test]
fn a_file_ends_with_one_line_break() {
    assert_eq!(formatted("entry a"), "entry a\n");
    assert_eq!(formatted("entry a\n\n\n"), "entry a\n");
    assert_eq!(formatted("entry a // the end"), "entry a // the end\n");
    assert_eq!(formatted("// alone"), "// alone\n");
}

#[test]
fn a_byte_order_mark_stays() {
    assert_eq!(formatted("\u{FEFF}\nentry  a\n"), "\u{FEFF}entry a\n");
    assert_eq!(formatted("\u{FEFF}// first\nentry a\n"), "\u{FEFF}// first\nentry a\n");
}

#[test]
fn line_breaks_are_those_of_most_lines() {
    let windows = "entry a\r\n\r\n// c \r\nplay a {\r\n  say \"x\"\r\n  -> b // d\r\n}\r\n";
    assert_eq!(formatted(windows), windows.replace("c \r", "c\r"));
    assert_eq!(
        formatted("entry a\r\nplay a \"x\"\r\nplay b \"y\"\n"),
        "entry a\r\n\r\nplay a \"x\"\r\nplay b \"y\"\r\n"
    );
    assert_eq!(
        formatted("entry a\r\nplay a \"x\"\nplay b \"y\"\n"),
        "entry a\n\nplay a \"x\"\nplay b \"y\"\n"
    );
}

#[test]
fn a_string_keeps_its_own_line_breaks() {
    for text in [
        "let a = \"\"\"\r\n  x\n  y\r\n\"\"\"\n\nentry a\n",
        "let a = \"\"\"\n  x\n  y\n\"\"\"\r\n\r\nentry a\r\n",
    ] {
        assert_eq!(formatted(text), text);
    }
    assert_eq!(formatted("let a = \"\"\"\r\n  x\"\"\""), "let a = \"\"\"\r\n  x\"\"\"\r\n");
}

#[test]
fn a_file_with_syntax_errors_has_findings_and_no_layout() {
    assert_eq!(format("entry a\nplay\n"), Err(vec!["CX001"]));
    assert_eq!(format("let a = \"x\n"), Err(vec!["CX002"]));
    assert_eq!(format("let a = \"\\q\"\n"), Err(vec!["CX003"]));
    assert_eq!(format("play a { say \"x\"\n-> b }\n"), Err(vec!["CX001"]));
    assert_eq!(format("{\"name\": 1}"), Err(vec!["CX001"]));
}

#[test]
fn a_file_with_other_errors_has_a_layout() {
    assert_eq!(formatted("entry  nowhere\nentry  nowhere\n"), "entry nowhere\nentry nowhere\n");
}

#[test]
fn a_flow_that_new_writes_is_formatted() {
    let folder = Folder::new();
    folder.run("new -q first").exits(0);
    let text = folder.read("first.cxflow");
    assert_eq!(formatted(&text), text);
}
