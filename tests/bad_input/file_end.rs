//! The end of the file.

use cxflowc::diagnostics::render;

use super::support::*;

#[test]
fn something_missing_at_the_end_of_a_file_is_shown_there() {
    for tail in [
        "flow",
        "play",
        "play a {",
        "a ->",
        "a -> ",
        "play a { on",
        "let x =",
        "every",
        "include",
        "\"",
        "`",
        "\"\"\"",
        "\"\"\"\n",
        "play a \"x\" retries",
        "a -> b on",
        "{",
        "é ->",
        "a -> `é",
        "play a { say \"é",
        "fact",
        "fact a =",
        "policy",
        "policy p",
        "policy p {",
        "policy p {\n",
        "policy p { require",
        "policy p { require (",
        "policy p { require =a on",
        "policy p { require agent from",
        "policy p { limit é",
        "policy p { near:",
        "policy p { warn",
        "apply",
        "waive",
        "waive a/",
        "waive a/b because \"x\" by",
        "attest",
        "attest a/",
        "attest a/b because",
    ] {
        for text in [
            format!("{CLEAN}{tail}"),
            format!("{CLEAN}{tail}\n"),
            tail.to_owned(),
            format!("{CLEAN}{tail}\r\n"),
            format!("\u{FEFF}{tail}"),
        ] {
            assert!(survives(text.clone()).diagnostics.has_errors(), "{text:?}");
        }
    }
}

#[test]
fn an_empty_place_at_the_very_end_has_its_line_in_every_format() {
    let compiled = survives(format!("{CLEAN}bye ->"));
    let one = only(&compiled, "CX001");
    assert_eq!(one.span.unwrap().start, one.span.unwrap().end);
    assert_eq!(one.span.unwrap().end as usize, CLEAN.len() + 6);
    let short = render::short(&compiled.sources, &one, cxflowc::source::ColumnUnit::default());
    assert!(short.starts_with("a.cxflow:6:7: "));
    assert!(render::github(&compiled.sources, &one, &places).contains("line=6,col=7,endColumn=7,"));
    assert!(human(&compiled, &one).contains("bye ->"));
}
