//! Findings without a place in a text: how each format shows them, and where they stand in the list.
#![allow(clippy::unwrap_used, reason = "a test")]

use cxflowc::codes;
use cxflowc::cxone::codes::{UNREACHABLE, WEBHOOK_FAILED};
use cxflowc::diagnostics::{Diagnostic, Diagnostics, render};
use cxflowc::source::Sources;

fn finding() -> Diagnostic {
    Diagnostic::unplaced(&UNREACHABLE, "the host `api.example.com` was not found")
        .help("look at `base_url` for a slip")
        .note("tried 4 times")
}

fn none() -> Sources {
    Sources::default()
}

#[test]
fn human_has_the_frame_without_an_excerpt() {
    let expected = "\
error[CX907 unreachable]

  × the host `api.example.com` was not found
  help: look at `base_url` for a slip
  note: tried 4 times

";
    assert_eq!(render::human(&none(), &finding(), render::Human::default()), expected);
}

#[test]
fn short_has_no_place() {
    let expected = "error[CX907 unreachable]: the host `api.example.com` was not found: tried 4 times\n";
    assert_eq!(render::short(&none(), &finding(), cxflowc::source::ColumnUnit::default()), expected);
}

#[test]
fn json_has_nulls_and_no_labels() {
    let expected = concat!(
        r#"{"code":"CX907","name":"unreachable","severity":"error","#,
        r#""message":"the host `api.example.com` was not found","help":"look at `base_url` for a slip","#,
        r#""file":null,"span":null,"line":null,"column":null,"labels":[],"notes":["tried 4 times"]}"#,
        "\n"
    );
    assert_eq!(render::json(&none(), &finding()), expected);
}

fn places(source: &cxflowc::source::Source) -> render::FileLocation {
    render::FileLocation::Inside(source.path().into())
}

#[test]
fn sarif_has_a_location_and_the_rule_has_the_remedies() {
    let mut log = render::Sarif::new(codes::all().collect());
    log.add(&none(), &finding(), &places);
    let log: serde_json::Value = serde_json::from_str(&log.finish(std::path::Path::new("/"))).unwrap();
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "CX907");
    // A reader refuses a log in which a result has none.
    assert_eq!(result["locations"].as_array().map(Vec::len), Some(1));
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    let help = run["tool"]["driver"]["rules"][index]["help"]["text"].as_str().unwrap();
    assert!(help.contains("The connection was refused: "), "{help}");
}

#[test]
fn github_names_no_file() {
    let expected = "::error title=CX907 unreachable::the host `api.example.com` was not found%0A\
                    help: look at `base_url` for a slip%0Anote: tried 4 times\n";
    assert_eq!(render::github(&none(), &finding(), &places), expected);
    let warning = Diagnostic::unplaced(&WEBHOOK_FAILED, "the webhook is not registered");
    assert_eq!(
        render::github(&none(), &warning, &places),
        "::warning title=CX910 webhook-failed::the webhook is not registered\n"
    );
}

#[test]
fn findings_with_a_place_come_first() {
    let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry b\n");
    let mut list = Diagnostics::default();
    list.push(finding());
    compiled.diagnostics.iter().for_each(|one| list.push(one.clone()));
    list.sort();
    let codes: Vec<&str> = list.iter().map(|one| one.code.id).collect();
    assert_eq!(codes.first(), Some(&"CX103"));
    assert_eq!(codes.last(), Some(&"CX907"));
}

/// A platform's error may speak of two nodes and be about neither.
#[test]
fn a_further_place_is_shown_without_a_place_of_its_own() {
    let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry b\n");
    let span = compiled.diagnostics.iter().next().unwrap().span.unwrap();
    let one = finding().label(span, "sent there");
    let text = render::human(&compiled.sources, &one, render::Human::default());
    assert!(text.contains("sent there") && text.contains("entry b"), "{text}");
}
