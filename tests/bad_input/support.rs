//! What holds for every input.

use std::time::Duration;

use cxflowc::codes;
use cxflowc::diagnostics::{Diagnostic, render};
use cxflowc::source::{Source, Span};
use cxflowc::{Compiled, compile};

/// Compiles, and checks all that holds whatever the input is.
#[track_caller]
pub fn survives(bytes: impl Into<Vec<u8>>) -> Compiled {
    let compiled = compile("a.cxflow", bytes);
    check(&compiled);
    compiled
}

/// Files as they are called here: below the root.
pub fn places(source: &Source) -> render::FileLocation {
    render::FileLocation::Inside(source.path().into())
}

#[track_caller]
pub fn check(compiled: &Compiled) {
    assert!(compiled.is_complete() || compiled.flow.is_library() || compiled.diagnostics.has_errors());
    // Enough to see every kind of finding; a hundred thousand alike take long and show no more.
    let mut sarif = render::Sarif::new(codes::all().collect());
    let found: Vec<&Diagnostic> = compiled.diagnostics.iter().collect();
    let (first, rest) = found.split_at(found.len().min(20));
    for one in first.iter().chain(rest.iter().rev().take(20)) {
        check_spans(compiled, one);
        check_fixes(compiled, one);
        check_formats(compiled, one);
        sarif.add(&compiled.sources, one, &places);
    }
    serde_json::from_str::<serde_json::Value>(&sarif.finish(std::path::Path::new("/"))).unwrap();
}

#[track_caller]
pub fn check_spans(compiled: &Compiled, one: &Diagnostic) {
    for span in one.span.into_iter().chain(one.labels.iter().map(|label| label.span)) {
        let Span { file, start, end } = span;
        let text = compiled.sources.get(file).text();
        let (start, end) = (start as usize, end as usize);
        assert!(start <= end && end <= text.len(), "{one:?}");
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{one:?}");
        let at = compiled.sources.position(span);
        assert!(at.line >= 1 && at.column >= 1, "{one:?}");
        assert_eq!(at.line, text[..start].matches('\n').count() + 1, "{one:?}");
    }
}

#[track_caller]
pub fn check_fixes(compiled: &Compiled, one: &Diagnostic) {
    for fix in &one.fixes {
        let mut edits: Vec<_> = fix.edits.iter().collect();
        edits.sort_by_key(|edit| edit.span);
        assert!(!edits.is_empty() && !fix.title.is_empty() && !fix.title.contains(['\n', '\r']), "{one:?}");
        assert!(edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{one:?}");
        let source = compiled.sources.get(edits[0].span.file);
        edits.retain(|edit| compiled.sources.get(edit.span.file).path() == source.path());
        assert!(!source.is_bundled(), "{one:?}");
        let mut text = source.text().to_owned();
        for edit in edits.iter().rev() {
            assert!(text.get(edit.span.range()).is_some(), "{one:?}");
            text.replace_range(edit.span.range(), &edit.text);
        }
        if text.len() > 10_000 || source.not_utf8().is_some() {
            continue;
        }
        // What is read then may have findings that this one hid.
        let after = compile("a.cxflow", text);
        let same = |other: &Diagnostic| {
            (other.code.id, &other.message, other.span) == (one.code.id, &one.message, one.span)
        };
        assert!(one.code.id >= "CX100" || !after.diagnostics.iter().any(same), "{one:?}");
    }
}

#[track_caller]
pub fn check_formats(compiled: &Compiled, one: &Diagnostic) {
    let sources = &compiled.sources;
    let short = render::short(sources, one, cxflowc::source::ColumnUnit::default());
    assert_eq!(short.matches('\n').count(), 1, "{short:?}");
    assert!(!short.trim_end().contains(char::is_control), "{short:?}");
    let github = render::github(sources, one, &places);
    assert_eq!(github.matches(['\n', '\r']).count(), 1, "{github:?}");
    let json = render::json(sources, one);
    assert_eq!(json.matches('\n').count(), 1, "{json:?}");
    serde_json::from_str::<serde_json::Value>(&json).unwrap();
    let human = human(compiled, one);
    assert!(!human.contains(|c: char| c != '\n' && c != '\t' && c.is_control()), "{human:?}");
    assert!(human.contains("─["), "the excerpt is missing: {human}");
    assert!(human.len() < 40_000, "{} bytes for one finding", human.len());
}

#[cfg(feature = "cli")]
pub fn human(compiled: &Compiled, one: &Diagnostic) -> String {
    render::human(&compiled.sources, one, render::Human { width: 80, ..render::Human::default() })
}

#[cfg(not(feature = "cli"))]
pub fn human(_: &Compiled, one: &Diagnostic) -> String {
    format!("─[{}", one.code)
}

pub fn codes(compiled: &Compiled) -> Vec<&'static str> {
    compiled.diagnostics.iter().map(|one| one.code.id).collect()
}

#[track_caller]
pub fn only(compiled: &Compiled, code: &str) -> Diagnostic {
    let mut found = compiled.diagnostics.iter().filter(|one| one.code.id == code);
    let one = found.next().unwrap_or_else(|| panic!("no {code} in {:?}", codes(compiled)));
    assert!(found.next().is_none(), "{code} twice: {:?}", codes(compiled));
    one.clone()
}

/// Seconds that no input here may take, in a debug build on a slow machine under load.
pub const PATIENCE: Duration = Duration::from_secs(480);

/// Runs something that must not take for ever, and fails where it does.
#[track_caller]
pub fn in_time(work: impl FnOnce() + Send + 'static) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        work();
        sender.send(()).unwrap();
    });
    match receiver.recv_timeout(PATIENCE) {
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => panic!("not done after {PATIENCE:?}"),
        _ => thread.join().unwrap(),
    }
}

/// A flow without any finding, to be spoilt.
pub const CLEAN: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye { say "Goodbye." }
notice -> bye
"#;

pub fn campaign() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/campaign.cxflow");
    std::fs::read_to_string(path).unwrap()
}
