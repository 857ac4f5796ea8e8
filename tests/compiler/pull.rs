//! Scripts of CXone Studio become flows, and the flows the same scripts.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cxflowc::emit::studio::StudioSettings;
use cxflowc::import::{Imported, import_for};
use cxflowc::{Compiled, Diagnostics, Options, Source, Sources, compile_with};

#[allow(dead_code, reason = "this suite does not look at what the fixtures expect")]
mod cases;

use cases::{Case, ROOT, cases, fixture_files, options, tenant};

struct NoFiles;

impl cxflowc::Files for NoFiles {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

fn script(compiled: &Compiled) -> String {
    let mut out = Vec::new();
    compiled.target.write(&compiled.flow, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn read(script: &str, settings: &StudioSettings) -> (Option<Imported>, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("s.json", "s.json", script.as_bytes().to_vec()));
    let mut diagnostics = Diagnostics::default();
    let imported = import_for(&sources, file, settings, &mut diagnostics);
    let found = diagnostics.iter().map(|one| format!("{}: {}", one.code.id, one.message)).collect();
    (imported, found)
}

fn compiled(text: &str, settings: &StudioSettings) -> Compiled {
    let mut options = Options::default();
    options.target = Arc::new(cxflowc::emit::studio::Studio(settings.clone()));
    options.as_is = true;
    compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options)
}

/// Every flow that compiles: its title, and the flow.
fn flows() -> Vec<(String, Compiled)> {
    let target = |mut options: Options| {
        options.target = Arc::new(tenant());
        options
    };
    let mut found = Vec::new();
    for path in fixture_files() {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        for case in cases(&std::fs::read_to_string(path).unwrap()) {
            let title = format!("{file}: {}", case.title);
            found.push((title, compile_with(case.root(), &case, &target(options(&case.settings)))));
        }
    }
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut files: Vec<_> = std::fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut library = BTreeMap::new();
    for entry in std::fs::read_dir(format!("{examples}/library")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("library/{}", path.file_name().unwrap().to_string_lossy());
        library.insert(name.into(), std::fs::read_to_string(path).unwrap());
    }
    for path in files.iter().filter(|path| path.extension().is_some_and(|one| one == "cxflow")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut files = library.clone();
        files.insert(ROOT.into(), std::fs::read_to_string(path).unwrap());
        let case = Case { title: name.clone(), settings: String::new(), files, expected: String::new() };
        found.push((name, compile_with(case.root(), &case, &target(Options::default()))));
    }
    found
}

#[test]
fn scripts_of_flows_come_out_the_same_byte_for_byte() {
    let settings = tenant().0;
    let (mut same, mut all, mut wrong) = (0, 0, Vec::new());
    for (title, flow) in flows() {
        if !flow.is_complete() || flow.flow.nodes.is_empty() {
            continue;
        }
        all += 1;
        let before = script(&flow);
        let (imported, found) = read(&before, &settings);
        let Some(imported) = imported else {
            wrong.push(format!("{title}: {found:?}"));
            continue;
        };
        let again = compiled(&imported.text, &settings);
        let after = script(&again);
        if before == after {
            same += 1;
        } else {
            let line = before.lines().zip(after.lines()).position(|(a, b)| a != b).unwrap_or(0);
            let lines = |text: &str| text.lines().skip(line.saturating_sub(3)).take(5).collect::<Vec<_>>().join("\n");
            wrong.push(format!("{title}: {found:?}\n{}\n---\n{}\n{}", lines(&before), lines(&after), imported.text));
        }
    }
    std::fs::write("/tmp/pull-wrong.txt", wrong.join("\n=====\n")).unwrap();
    assert!(wrong.is_empty(), "{same} of {all}");
}
