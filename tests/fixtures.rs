//! Flows, and what the compiler says of them: `tests/fixtures/*.cxflow`.
//!
//! A file holds many small cases:
//!
//! ```text
//! //=== what the case shows
//! //: --set queue=sales --as-is --build --allow unused --deny-warnings --platform-type answer payload
//! the flow's text
//! //--- menus.cxflow
//! the text of a file beside it
//! //=> what comes back, of the flow's tests too: each finding with its place, the text it underlines, its labels and help
//! ```
//!
//! `UPDATE=1 cargo test --test fixtures` rewrites the `//=>` lines; read the difference before you
//! commit it.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use cxflowc::diagnostics::{Page, Severity, codes};
use cxflowc::resolve::Files;
use cxflowc::source::{Source, Span};
use cxflowc::{Compiled, Options, compile_with};

struct Case {
    title: String,
    settings: String,
    files: BTreeMap<PathBuf, String>,
    expected: String,
}

impl Files for Case {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.files
            .get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

const ROOT: &str = "main.cxflow";

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut file = PathBuf::from(ROOT);
    for line in text.split_inclusive('\n') {
        if let Some(title) = line.strip_prefix("//=== ") {
            file = ROOT.into();
            let files = BTreeMap::from([(file.clone(), String::new())]);
            cases.push(Case {
                title: title.trim().to_owned(),
                settings: String::new(),
                files,
                expected: String::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(settings) = line.strip_prefix("//: ") {
            case.settings = settings.trim().to_owned();
        } else if let Some(name) = line.strip_prefix("//--- ") {
            file = name.trim().into();
            case.files.insert(file.clone(), String::new());
        } else if line.starts_with("//=>") {
            case.expected.push_str(line);
        } else if case.expected.is_empty() {
            case.files.get_mut(&file).unwrap().push_str(line);
        }
    }
    cases
}

fn options(settings: &str) -> Options {
    let mut options = Options::default();
    let mut words = settings.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--set" => {
                let (name, value) = words.next().unwrap().split_once('=').unwrap();
                options.settings.params.insert(name.to_owned(), value.to_owned());
            }
            "--build" => options.settings.params_required = true,
            "--as-is" => options.as_is = true,
            "--deny-warnings" => options.deny_warnings = true,
            "--allow" => options.allow.push(codes::find(words.next().unwrap()).unwrap()),
            "--platform-type" => options.platform.types.push(words.next().unwrap().to_owned()),
            "--platform-directive" => options.platform.directives.push(words.next().unwrap().to_owned()),
            "--platform-condition" => options.platform.conditions.push(words.next().unwrap().to_owned()),
            "payload" | "crlf" | "no-final-newline" => {}
            _ => panic!("unknown setting {word}"),
        }
    }
    options
}

/// What comes back, as the fixtures write it.
fn answer(case: &Case) -> String {
    let mut text = case.files[Path::new(ROOT)].clone();
    if case.settings.contains("crlf") {
        text = text.replace('\n', "\r\n");
    }
    if case.settings.contains("no-final-newline") {
        text.truncate(text.trim_end().len());
    }
    let compiled = compile_with(Source::new(ROOT, ROOT, text.into_bytes()), case, &options(&case.settings));
    let mut out = String::new();
    let tests = compiled.run_tests();
    let tested = tests.iter().flat_map(|run| run.findings());
    for one in compiled.diagnostics.iter().chain(tested) {
        // What goes beyond the platform matters to the fixtures that are about it.
        if one.severity == Severity::Note && !case.title.contains("platform") {
            continue;
        }
        writeln!(
            out,
            "//=> {}[{}] {}: {}",
            one.severity,
            one.code,
            place(&compiled, one.span.unwrap()),
            one.message
        )
        .unwrap();
        if !one.label.is_empty() {
            writeln!(out, "//=>   here: {}", one.label).unwrap();
        }
        for label in &one.labels {
            writeln!(out, "//=>   label {}: {}", place(&compiled, label.span), label.text).unwrap();
        }
        if let Some(help) = &one.help {
            writeln!(out, "//=>   help: {help}").unwrap();
        }
        for note in &one.notes {
            writeln!(out, "//=>   note: {note}").unwrap();
        }
    }
    if case.settings.contains("payload") && compiled.is_complete() {
        let mut payload = Vec::new();
        cxflowc::emit::cxone::write(&compiled.flow, true, &mut payload).unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        for node in payload["nodes"].as_array().unwrap() {
            let actions: Vec<String> = node["actions"].as_array().unwrap().iter().map(fields).collect();
            writeln!(out, "//=> {} {} [{}]", node["type"].as_str().unwrap(), node["id"], actions.join(", "))
                .unwrap();
        }
        for one in payload["transitions"].as_array().unwrap() {
            let text = |field: &str| one[field].as_str().unwrap().to_owned();
            writeln!(out, "//=> {} -> {} on {}", text("from_node"), text("to_node"), text("condition"))
                .unwrap();
        }
    }
    if out.is_empty() {
        out.push_str("//=> nothing\n");
    }
    out
}

/// The fields of an action in the payload's order: `play media_url="…"`.
fn fields(action: &serde_json::Value) -> String {
    let mut out = action["directive"].as_str().unwrap().to_owned();
    for field in ["media_url", "text", "max_retries"] {
        if let Some(value) = action.get(field) {
            write!(out, " {field}={value}").unwrap();
        }
    }
    out
}

/// Line and column, and the text that is underlined.
fn place(compiled: &Compiled, span: Span) -> String {
    let at = compiled.sources.position(span);
    let file = compiled.sources.get(span.file).name();
    let file = if file == ROOT { String::new() } else { format!("{file}:") };
    let text: String = compiled.sources.text(span).chars().take(40).collect();
    format!(
        "{file}{}:{} `{}`",
        at.line,
        at.column,
        text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'")
    )
}

fn fixture_files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "cxflow"));
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn the_compiler_says_what_the_fixtures_expect() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = String::new();
    for path in fixture_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut updated = text.split("//=== ").next().unwrap().to_owned();
        for case in cases(&text) {
            let answer = answer(&case);
            if answer != case.expected {
                writeln!(
                    wrong,
                    "{}: {}\nexpected:\n{}found:\n{answer}",
                    path.display(),
                    case.title,
                    case.expected
                )
                .unwrap();
            }
            writeln!(updated, "//=== {}", case.title).unwrap();
            if !case.settings.is_empty() {
                writeln!(updated, "//: {}", case.settings).unwrap();
            }
            updated.push_str(&case.files[Path::new(ROOT)]);
            for (name, text) in case.files.iter().filter(|(name, _)| name.as_path() != Path::new(ROOT)) {
                write!(updated, "//--- {}\n{text}", name.display()).unwrap();
            }
            writeln!(updated, "{answer}").unwrap();
        }
        if update {
            std::fs::write(&path, updated.trim_end().to_owned() + "\n").unwrap();
        }
    }
    assert!(update || wrong.is_empty(), "{wrong}");
}

/// A rule that is switched off, or never written about, fails here.
#[test]
fn every_code_has_a_fixture_with_its_place_and_help() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let all: String = fixture_files().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for code in codes::all() {
        if all.contains(&format!("[{code}] ")) {
            seen.insert(code.id);
        }
    }
    let missing: Vec<_> = codes::all()
        .filter(|code| matches!(code.page, Page::Flows { .. }) && !seen.contains(code.id))
        .map(|code| code.id)
        .collect();
    // Bytes that are no text cannot stand in a fixture: `tests/bad_input/encoding.rs` has them.
    assert_eq!(missing, ["CX004"]);
}
