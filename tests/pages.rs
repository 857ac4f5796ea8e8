//! Every code's page: its wrong example has the code, its right one has nothing at all, and
//! `docs/diagnostics.md` is made of the same texts.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::Path;

use cxflowc::codes;
use cxflowc::compile;
use cxflowc::diagnostics::{Area, Code, Diagnostics, Example, Page, Severity};
use cxflowc::settings;
use cxflowc::source::Sources;

#[path = "harness/updated.rs"]
mod updated;

/// The codes that an example and its tests have: the page's own, and all others that are no mere notes.
fn found(code: &Code, example: Example) -> Vec<&'static str> {
    if matches!(code.page, Page::Settings { .. }) {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let (name, bytes) = (settings::NAME.to_owned(), example.bytes().to_vec());
        settings::read(name, Path::new(settings::NAME), bytes, &mut sources, &mut diagnostics);
        return diagnostics.iter().map(|one| one.code.id).collect();
    }
    let compiled = compile("example.cxflow", example.bytes());
    let tests = compiled.run_tests();
    let counts = |one: &&cxflowc::diagnostics::Diagnostic| one.code == code || one.severity != Severity::Note;
    let tested = tests.iter().flat_map(|run| run.findings());
    compiled.diagnostics.iter().chain(tested).filter(counts).map(|one| one.code.id).collect()
}

/// The codes that a flow's text or settings can have, with both their examples.
fn examples() -> impl Iterator<Item = (&'static Code, Example, Example)> {
    codes::all().filter_map(|code| match code.page {
        Page::Flows { wrong, right } | Page::Settings { wrong, right } => Some((code, wrong, right)),
        Page::Causes { .. } => None,
    })
}

#[test]
fn each_wrong_example_has_its_code_and_each_right_one_is_clean() {
    for (code, wrong, right) in examples() {
        let wrong = found(code, wrong);
        assert!(wrong.contains(&code.id), "the wrong example of {code} has {wrong:?}");
        let right = found(code, right);
        assert!(right.is_empty(), "the right example of {code} has {right:?}");
    }
}

#[test]
fn a_wrong_example_is_wrong_in_one_way() {
    for (code, wrong, _) in examples() {
        let wrong = found(code, wrong);
        let others: Vec<_> = wrong.iter().filter(|id| **id != code.id).collect();
        assert!(others.is_empty(), "the wrong example of {code} has {others:?} as well");
    }
}

#[test]
fn codes_without_an_example_list_causes_with_remedies() {
    let mut count = 0;
    for code in codes::all() {
        let Page::Causes { causes } = code.page else { continue };
        count += 1;
        assert!(causes.len() > 1, "{code}");
        for cause in causes {
            assert!(!cause.sign.ends_with('.') && cause.remedy.ends_with('.'), "{code}: {cause:?}");
        }
    }
    // Some findings are about files that the text of one flow does not show.
    let targets = cxflowc::emit::flows::CODES.len() + cxflowc::emit::studio::codes::ALL.len();
    let formats = cxflowc::import::codes::ALL.len();
    assert_eq!(count, cxflowc::cxone::codes::ALL.len() + targets + formats + 26);
}

#[test]
fn the_first_digit_of_a_code_is_its_area() {
    for code in codes::all() {
        let digit = match code.area {
            Area::Syntax => "0",
            Area::Declaration => "1",
            Area::Branching => "2",
            Area::Policy => "3",
            Area::Lint => "4",
            Area::Test => "5",
            Area::OtherFormat => "6",
            Area::Settings => "7",
            Area::Platform => "9",
        };
        assert_eq!(code.id.get(2..3), Some(digit), "{code}");
    }
}

#[test]
fn codes_are_numbered_and_named_once() {
    let ids: Vec<_> = codes::all().map(|code| code.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    let mut names: Vec<_> = codes::all().map(|code| code.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ids.len());
}

/// `UPDATE=1 cargo test` rewrites the page.
#[test]
fn the_diagnostics_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics.md");
    let page = cxflowc::cli::explain_markdown();
    if updated::is_wanted() {
        updated::write(path.as_ref(), &page);
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/diagnostics.md is out of date: run `UPDATE=1 cargo test --test pages`");
}
