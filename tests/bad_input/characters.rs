//! Characters.

use cxflowc::compile;
use cxflowc::diagnostics::render;

use super::support::*;

#[test]
fn columns_count_characters() {
    for (before, columns) in [
        ("é", 1),
        ("e\u{301}", 2),
        ("שלום", 4),
        ("😀", 1),
        ("👨‍👩‍👧", 5),
        ("\u{202E}", 1),
        ("\t", 1),
        ("日本", 2),
    ] {
        let compiled = survives(format!("let x = \"{before}\"; entry nowhere\n"));
        let one = only(&compiled, "CX103");
        assert_eq!(compiled.sources.position(one.span.unwrap()).column, 19 + columns, "{before:?}");
    }
}

#[test]
fn columns_count_characters_on_a_line_of_any_length() {
    for count in [1, 2000, 4095, 4096, 4097, 100_000] {
        let text = format!("// 日\nlet x = \"{}\"; entry nowhere // 日\n", "é".repeat(count));
        let compiled = survives(text);
        assert_eq!(compiled.sources.position(only(&compiled, "CX103").span.unwrap()).column, 19 + count);
    }
}

#[test]
fn control_characters_are_escaped_in_excerpts_and_messages() {
    for odd in [
        '\u{1b}', '\u{7}', '\u{8}', '\u{7f}', '\u{85}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200f}', '\r',
        '\u{0}', '\u{b}',
    ] {
        for text in [
            format!("notice -> `a{odd}b`\n"),
            format!("{odd}\n"),
            format!("flow \"{odd}\n"),
            format!("play a{odd} \"x\"\n"),
            format!("let x = \"{odd}${{y}}\"\n"),
        ] {
            let compiled = survives(format!("{CLEAN}{text}"));
            for one in compiled.diagnostics.iter() {
                assert!(!human(&compiled, one).contains(odd), "{text:?}");
                assert!(
                    !render::short(&compiled.sources, one, cxflowc::source::ColumnUnit::default())
                        .contains(odd),
                    "{text:?}"
                );
            }
        }
    }
}

#[test]
fn a_file_name_is_escaped_too() {
    let name = "a\u{1b}[31m\n.cxflow";
    let compiled = compile(name, "flow\n");
    for one in compiled.diagnostics.iter() {
        check_formats(&compiled, one);
    }
}

#[test]
fn a_very_long_line_is_shortened_around_the_place() {
    let filler = "x ".repeat(500_000);
    let compiled = survives(format!("{CLEAN}bye -> nowhere // {filler}\n"));
    let one = only(&compiled, "CX103");
    let human = human(&compiled, &one);
    assert!(human.contains("nowhere") && human.contains('…') && human.len() < 2000, "{human}");
}

#[test]
fn a_place_far_along_a_very_long_line_is_shown() {
    let filler = "é".repeat(500_000);
    let compiled = survives(format!("{CLEAN}let x = \"{filler}\"; bye -> nowhere; let y = \"{filler}\"\n"));
    let one = only(&compiled, "CX103");
    let human = human(&compiled, &one);
    assert!(human.contains("bye -> nowhere") && human.len() < 4000, "{human}");
}

#[test]
fn long_texts_are_shortened_in_messages() {
    let long = "x".repeat(1_000_000);
    let lines = [
        "bye -> LONG",
        "play p \"${LONG}\"",
        "say \"LONG\"",
        "play \"LONG\"",
        "agent a LONG",
        "play p { 1 -> LONG }",
        "bye on 1 -> LONG",
        "LONG \"x\"",
        "play LONG {",
        "let LONG = ",
        "play p LONG",
        "collect c \"x\" retries \"LONG\"",
        "collect c \"x\" { on LONG -> bye }",
        "node n type \"LONG\"",
        "param LONG",
        "play p \"LONG\"",
        "include \"LONG\"",
        "include \"LONG\" as x",
        "bye -> bye -> bye on LONG",
    ];
    for line in lines {
        let compiled = survives(format!("{CLEAN}{}\n", line.replace("LONG", &long)));
        for one in compiled.diagnostics.iter() {
            assert!(render::json(&compiled.sources, one).len() < 20_000, "{line}: {:.300}", one.message);
        }
    }
}

#[test]
fn a_range_that_is_none_raises_nothing_else() {
    for range in ["3..1", "1..99999", "*..#", "01..100", "1..99999999999999999999"] {
        let menu =
            format!("collect menu \"Choose\" {{\n  on {range} -> bye\n  on timeout | invalid -> bye\n}}\n");
        let compiled = survives(format!("{CLEAN}{menu}").replace("notice -> bye", "notice -> menu"));
        assert_eq!(codes(&compiled), ["CX001"], "{range}");
    }
}

#[test]
fn a_payload_is_one_finding_and_other_braces_are_theirs() {
    for text in ["{\"name\": \"A\"}", "\u{FEFF} {\n  \"name\": 1", "[{\"id\": 1}]", "{\""] {
        assert_eq!(codes(&survives(text)), ["CX001"], "{text:?}");
    }
    assert!(survives("{ on 1 -> a }\nentry b\n").diagnostics.iter().count() > 1);
}
