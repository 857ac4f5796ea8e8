//! What a finding offers to mend it does: applied alone, the finding is gone and no other error has
//! come. Over every fixture and every page.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cxflowc::diagnostics::{Diagnostic, Mend, Page, Severity, codes};
use cxflowc::{Compiled, compile_with};

#[allow(dead_code, reason = "this suite does not look at what the fixtures expect")]
mod cases;

use cases::{Case, ROOT, cases, fixture_files, options};

fn all() -> Vec<Case> {
    let fixtures = fixture_files().into_iter().flat_map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let titled = move |case: Case| Case { title: format!("{name}: {}", case.title), ..case };
        cases(&std::fs::read_to_string(path).unwrap()).into_iter().map(titled)
    });
    let pages = codes::all().filter_map(|code| match code.page {
        Page::Flows { wrong, .. } => Some(Case {
            title: format!("the page of {code}"),
            settings: String::new(),
            files: BTreeMap::from([(ROOT.into(), String::from_utf8(wrong.bytes().to_vec()).ok()?)]),
            expected: String::new(),
        }),
        Page::Platform { .. } => None,
    });
    fixtures.chain(pages).collect()
}

fn compiled(case: &Case) -> Compiled {
    compile_with(case.root(), case, &options(&case.settings))
}

fn findings(compiled: &Compiled) -> Vec<Diagnostic> {
    let tests = compiled.run_tests();
    let tested = tests.iter().flat_map(|run| run.findings());
    compiled.diagnostics.iter().chain(tested).cloned().collect()
}

/// The case with a mend applied.
fn mended(case: &Case, compiled: &Compiled, mend: &Mend) -> Case {
    let mut mended = case.clone();
    mended.settings = mended.settings.replace("crlf", "").replace("no-final-newline", "");
    let mut edits = mend.edits.clone();
    edits.sort_by_key(|edit| edit.span);
    for pair in edits.windows(2) {
        let apart = pair[0].span.file != pair[1].span.file || pair[0].span.end <= pair[1].span.start;
        assert!(apart, "{}: `{}` edits over its own edits", case.title, mend.title);
    }
    for name in case.files.keys() {
        let source = compiled.sources.iter().find(|(_, source)| source.path() == name);
        if let Some((_, source)) = source {
            mended.files.insert(name.clone(), source.text().to_owned());
        }
    }
    for edit in edits.iter().rev() {
        let name: PathBuf = compiled.sources.get(edit.span.file).path().into();
        let text = mended.files.get_mut(&name).unwrap_or_else(|| {
            panic!("{}: `{}` edits a file that is not the flow's: {}", case.title, mend.title, name.display())
        });
        text.replace_range(edit.span.range(), &edit.text);
    }
    mended
}

fn errors(findings: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    let mut errors = BTreeMap::new();
    for one in findings.iter().filter(|one| one.severity == Severity::Error) {
        *errors.entry(one.code.id).or_default() += 1;
    }
    errors
}

/// Whether what is wrong hides other mistakes: of a line that does not parse nothing more is said,
/// and little of a flow without an entry, of a transition to nowhere or of a value that is not known.
fn hides(code: &str) -> bool {
    code.starts_with("CX0") || matches!(code, "CX101" | "CX102" | "CX103" | "CX106" | "CX109" | "CX114")
}

/// Whether an error is about a line alone, so that nothing can have hidden it.
fn stands_alone(code: &str) -> bool {
    code.starts_with("CX0") || code == "CX104"
}

#[test]
fn what_is_offered_mends() {
    let mut tried: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = String::new();
    for case in all() {
        let before = compiled(&case);
        let found = findings(&before);
        for one in &found {
            for mend in &one.mends {
                tried.insert(one.code.id);
                let mended = mended(&case, &before, mend);
                let after = findings(&compiled(&mended));
                let same = |other: &&Diagnostic| other.code == one.code && other.message == one.message;
                let (was, is) = (found.iter().filter(same).count(), after.iter().filter(same).count());
                let (errors_before, errors_after) = (errors(&found), errors(&after));
                let new: Vec<_> = errors_after
                    .iter()
                    .filter(|(code, count)| errors_before.get(*code).is_none_or(|before| before < count))
                    .filter(|(code, _)| !hides(one.code.id) || stands_alone(code))
                    .collect();
                if is >= was || !new.is_empty() {
                    wrong.push_str(&format!(
                        "{}: `{}` for {} {}: still there: {}; new: {new:?}\n{}\n",
                        case.title,
                        mend.title,
                        one.code,
                        one.message,
                        is >= was,
                        mended.files[Path::new(ROOT)]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for code in [
        "CX001", "CX002", "CX003", "CX101", "CX102", "CX103", "CX105", "CX106", "CX109", "CX114", "CX201",
        "CX205", "CX401", "CX403", "CX405", "CX407",
    ] {
        assert!(tried.contains(code), "no mend of {code} was tried");
    }
}
