//! Payloads to text of the language, and back.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::{Path, PathBuf};

use cxflowc::import::import;
use cxflowc::{
    Compiled, Diagnostics, Files, Options, Severity, Source, Sources, compile_with, write_payload,
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
        if let Ok(folder) = std::env::var("IMPORTED") {
            std::fs::write(Path::new(&folder).join(path.file_name().unwrap()), &text).unwrap();
        }
        let again = compiled("a.cxflow", Path::new("a.cxflow"), &text);
        let errors: Vec<_> = again.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}\n{text}", path.display());
        assert_eq!(payload(&again), original, "{}", path.display());
    }
    assert!(count > 5, "only {count} examples");
}
