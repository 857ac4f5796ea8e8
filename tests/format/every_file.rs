//! Every flow of this repository.

use std::path::Path;

use cxflowc::codes;
use cxflowc::compile;
use cxflowc::diagnostics::{Page, Severity};

use super::{format, formatted};

/// The texts of a folder's `.cxflow` files.
pub fn texts(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "cxflow") {
                texts.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    texts
}

/// The texts of the cases in `tests/fixtures`, with the lines that are no flow's.
pub fn fixtures() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = Vec::new();
    for (_, text) in texts("tests/fixtures") {
        for line in text.split_inclusive('\n') {
            if line.starts_with("//=== ") || line.starts_with("//--- ") {
                cases.push((line.to_owned(), String::new()));
            } else if let Some((_, case)) = cases.last_mut()
                && !line.starts_with("//=>")
                && !line.starts_with("//: ")
            {
                case.push_str(line);
            }
        }
    }
    cases
}

/// The findings without their places, and the payload.
pub fn meaning(text: &str) -> (Vec<String>, String) {
    let compiled = compile("a.cxflow", text);
    let found = compiled.diagnostics.iter().map(|one| {
        let hears = one.severity != Severity::Note;
        format!("{hears} {} {}", one.code.id, one.message)
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    let mut payload = Vec::new();
    if compiled.is_complete() {
        cxflowc::emit::flows::write(&compiled.flow, false, &mut payload).unwrap();
    }
    (found, String::from_utf8(payload).unwrap())
}

/// What stands between quotes, in order.
fn strings(text: &str) -> String {
    // Tokens and comments keep their order, so that white space and `;` apart a text stays the same.
    text.chars().filter(|character| !character.is_whitespace() && *character != ';').collect()
}

/// Whether a test gives values before the time of its call, which the layout turns round.
fn gives_values_first(text: &str) -> bool {
    let tests = text.lines().filter(|line| line.trim_start().starts_with("test "));
    tests.filter_map(|line| line.find(" with ").zip(line.find(" at 2"))).any(|(with, at)| with < at)
}

#[track_caller]
fn keeps_its_meaning(title: &str, text: &str) {
    let layout = formatted(text);
    assert_eq!(meaning(&layout), meaning(text), "{title}");
    if gives_values_first(text) {
        let sorted = |text: &str| {
            let mut all: Vec<char> = strings(text).chars().collect();
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(&layout), sorted(text), "{title}");
    } else {
        assert_eq!(strings(&layout), strings(text), "{title}");
    }
    let windows = formatted(&text.replace('\n', "\r\n"));
    assert_eq!(windows.replace("\r\n", "\n"), layout, "{title}, with CRLF");
}

#[test]
fn the_examples_and_the_bundled_policies_are_formatted() {
    for folder in ["examples", "src/bundled"] {
        let texts = texts(folder);
        assert!(texts.len() > 5, "{folder}");
        for (name, text) in texts {
            assert_eq!(formatted(&text), text, "{name}");
            keeps_its_meaning(&name, &text);
        }
    }
}

#[test]
fn every_fixture_keeps_its_meaning() {
    let mut count = 0;
    for (title, text) in fixtures() {
        match format(&text) {
            Ok(_) => {
                keeps_its_meaning(&title, &text);
                count += 1;
            }
            Err(codes) => assert!(codes.iter().all(|code| code.starts_with("CX00")), "{title}: {codes:?}"),
        }
    }
    assert!(count > 300, "only {count} fixtures are without syntax errors");
}

#[test]
fn the_examples_of_the_codes_are_formatted() {
    for code in codes::all() {
        let Page::Flows { wrong, right } = code.page else { continue };
        for example in [wrong, right] {
            let text = String::from_utf8_lossy(example.bytes()).into_owned();
            if format(&text).is_ok() {
                keeps_its_meaning(code.name, &text);
            }
        }
    }
}
