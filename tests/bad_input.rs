//! Any bytes at all end in a diagnostic: never in a panic, never in a wait.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cxflowc::diagnostics::{Diagnostic, MAX_KEPT, render};
use cxflowc::resolve::Files;
use cxflowc::source::{MAX_BYTES, Source, Span};
use cxflowc::{Compiled, Options, compile, compile_with};
use proptest::prelude::*;

// ── What holds for every input ──────────────────────────────────────────────────────────────

/// Compiles, and checks all that holds whatever the input is.
#[track_caller]
fn survives(bytes: impl Into<Vec<u8>>) -> Compiled {
    let compiled = compile("a.cxflow", bytes);
    check(&compiled);
    compiled
}

#[track_caller]
fn check(compiled: &Compiled) {
    assert!(compiled.is_complete() || compiled.flow.is_library() || compiled.diagnostics.has_errors());
    // Enough to see every kind of finding; a hundred thousand alike take long and show no more.
    let mut sarif = render::Sarif::default();
    let found: Vec<&Diagnostic> = compiled.diagnostics.iter().collect();
    let (first, rest) = found.split_at(found.len().min(20));
    for one in first.iter().chain(rest.iter().rev().take(20)) {
        check_spans(compiled, one);
        check_formats(compiled, one);
        sarif.add(&compiled.sources, one);
    }
    serde_json::from_str::<serde_json::Value>(&sarif.finish()).unwrap();
}

#[track_caller]
fn check_spans(compiled: &Compiled, one: &Diagnostic) {
    for span in std::iter::once(one.span).chain(one.labels.iter().map(|label| label.span)) {
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
fn check_formats(compiled: &Compiled, one: &Diagnostic) {
    let sources = &compiled.sources;
    let short = render::short(sources, one);
    assert_eq!(short.matches('\n').count(), 1, "{short:?}");
    assert!(!short.trim_end().contains(char::is_control), "{short:?}");
    let github = render::github(sources, one);
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
fn human(compiled: &Compiled, one: &Diagnostic) -> String {
    render::human(&compiled.sources, one, render::Human { color: false, width: 80 })
}

#[cfg(not(feature = "cli"))]
fn human(_: &Compiled, one: &Diagnostic) -> String {
    format!("─[{}", one.code)
}

fn codes(compiled: &Compiled) -> Vec<&'static str> {
    compiled.diagnostics.iter().map(|one| one.code.id).collect()
}

#[track_caller]
fn only(compiled: &Compiled, code: &str) -> Diagnostic {
    let mut found = compiled.diagnostics.iter().filter(|one| one.code.id == code);
    let one = found.next().unwrap_or_else(|| panic!("no {code} in {:?}", codes(compiled)));
    assert!(found.next().is_none(), "{code} twice: {:?}", codes(compiled));
    one.clone()
}

/// Seconds that no input here may take, in a debug build on a slow machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs something that must not take for ever, and fails where it does.
#[track_caller]
fn in_time(work: impl FnOnce() + Send + 'static) {
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
const CLEAN: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye { say "Goodbye." }
notice -> bye
"#;

fn campaign() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/campaign.cxflow");
    std::fs::read_to_string(path).unwrap()
}

// ── Bytes that are no text ──────────────────────────────────────────────────────────────────

#[test]
fn latin_1_is_one_finding_with_the_first_bytes_offset() {
    let text = CLEAN.replace("Goodbye", "Au revoir, Ren\u{e9}e, \u{e0} bient\u{f4}t");
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let offset = bytes.iter().position(|&byte| byte == 0xE9).unwrap();
    let compiled = survives(bytes);
    assert_eq!(codes(&compiled), ["CX004"]);
    let one = only(&compiled, "CX004");
    assert_eq!(one.message, format!("byte {offset} of the file is not UTF-8, 3 such bytes in all"));
    assert_eq!(one.span.start as usize, offset);
    assert_eq!(compiled.sources.position(one.span).line, 4);
}

#[test]
fn utf_16_is_one_finding() {
    let little: Vec<u8> = CLEAN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = CLEAN.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (mark, bytes) in [(&b"\xFF\xFE"[..], &little), (&b"\xFE\xFF"[..], &big)] {
        let compiled = survives([mark, bytes].concat());
        assert_eq!(codes(&compiled), ["CX004"]);
    }
}

#[test]
fn utf_16_without_a_byte_order_mark_ends_in_an_error() {
    // ASCII in UTF-16 is UTF-8 too: zero bytes between letters.
    for bytes in [
        CLEAN.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        CLEAN.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        let compiled = survives(bytes);
        assert!(compiled.diagnostics.has_errors());
        assert!(compiled.diagnostics.iter().count() < 20, "{:?}", codes(&compiled));
    }
}

#[test]
fn lone_bytes_at_the_very_end_have_their_offset() {
    for tail in [&b"\xC3"[..], b"\xE2\x82", b"\xF0\x9F\x98", b"\xFF", b"\x80"] {
        let compiled = survives([CLEAN.as_bytes(), tail].concat());
        assert_eq!(codes(&compiled), ["CX004"], "{tail:?}");
        assert_eq!(only(&compiled, "CX004").span.start as usize, CLEAN.len(), "{tail:?}");
    }
}

#[test]
fn surrogates_overlong_forms_and_what_is_past_unicode_are_no_text() {
    for bytes in [&b"\xED\xA0\x80"[..], b"\xC0\xAF", b"\xF4\x90\x80\x80", b"\xF8\x88\x80\x80\x80"] {
        let compiled = survives([CLEAN.as_bytes(), b"// ", bytes, b"\n"].concat());
        assert_eq!(codes(&compiled), ["CX004"], "{bytes:?}");
        assert_eq!(only(&compiled, "CX004").span.start as usize, CLEAN.len() + 3);
    }
}

#[test]
fn a_binary_file_is_one_finding() {
    let mut bytes = b"\x7FELF\x02\x01\x01\0\0\0\0".to_vec();
    bytes.extend((0..100_000u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()));
    let compiled = survives(bytes);
    assert_eq!(codes(&compiled), ["CX004"]);
    assert!(only(&compiled, "CX004").message.contains("this is no text"));
}

#[test]
fn zero_bytes_alone_end_in_an_error() {
    for count in [1, 2, 1000] {
        assert!(survives(vec![0; count]).diagnostics.has_errors());
    }
}

// ── Files with nothing in them, and how their lines end ─────────────────────────────────────

#[test]
fn a_file_without_declarations_says_so() {
    for text in [
        "",
        "\n",
        " ",
        "\t\r\n",
        "\u{FEFF}",
        "// a comment",
        "/// a doc comment\n",
        "\u{FEFF}// a comment\r\n",
        ";",
        ";;;\n",
    ] {
        let compiled = survives(text);
        let one = only(&compiled, "CX101");
        assert_eq!(one.message, "the file declares nothing", "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert!(codes(&survives(format!("\u{FEFF}{CLEAN}"))).is_empty());
}

#[test]
fn two_byte_order_marks_are_one_too_many() {
    only(&survives(format!("\u{FEFF}\u{FEFF}{CLEAN}")), "CX001");
}

#[test]
fn any_line_break_at_the_end_or_none_is_well() {
    for text in [
        CLEAN.replace('\n', "\r\n"),
        CLEAN.trim_end().to_owned(),
        CLEAN.trim_end().replace('\n', "\r\n"),
        format!("{CLEAN}\n\n"),
        format!("{CLEAN}// end"),
    ] {
        assert!(codes(&survives(text.clone())).is_empty(), "{text:?}");
    }
}

#[test]
fn a_lone_carriage_return_ends_no_line() {
    assert!(survives(CLEAN.replace('\n', "\r")).diagnostics.has_errors());
    survives("flow \"A\r");
    survives("\r");
    survives("flow \"A\"\r\r\n");
}

#[test]
fn every_beginning_of_a_flow_ends_in_a_diagnostic() {
    let text = campaign();
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        survives(&text[..end]);
    }
}

#[test]
fn a_flow_with_any_one_byte_taken_out_ends_in_a_diagnostic() {
    let text = campaign();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes.remove(at);
        survives(bytes);
    }
}

// ── The end of the file ─────────────────────────────────────────────────────────────────────

#[test]
fn what_is_missing_at_the_very_end_is_shown_there() {
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
    assert_eq!(one.span.start, one.span.end);
    assert_eq!(one.span.end as usize, CLEAN.len() + 6);
    assert!(render::short(&compiled.sources, &one).starts_with("a.cxflow:6:7: "));
    assert!(render::github(&compiled.sources, &one).contains("line=6,col=7,endColumn=7,"));
    assert!(human(&compiled, &one).contains("bye ->"));
}

// ── Characters ──────────────────────────────────────────────────────────────────────────────

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
        assert_eq!(compiled.sources.position(one.span).column, 19 + columns, "{before:?}");
    }
}

#[test]
fn columns_count_characters_on_a_line_of_any_length() {
    for count in [1, 2000, 4095, 4096, 4097, 100_000] {
        let text = format!("// 日\nlet x = \"{}\"; entry nowhere // 日\n", "é".repeat(count));
        let compiled = survives(text);
        assert_eq!(compiled.sources.position(only(&compiled, "CX103").span).column, 19 + count);
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
                assert!(!render::short(&compiled.sources, one).contains(odd), "{text:?}");
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
fn what_is_very_long_is_shortened_in_messages() {
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

// ── One thing, very often ───────────────────────────────────────────────────────────────────

const OFTEN: usize = 100_000;

fn often(piece: &str) {
    let piece = piece.to_owned();
    in_time(move || {
        for text in [piece.repeat(OFTEN), format!("{piece}\n").repeat(OFTEN)] {
            let compiled = survives(text);
            assert!(compiled.diagnostics.has_errors());
            assert!(compiled.diagnostics.iter().count() <= MAX_KEPT);
        }
    });
}

macro_rules! often {
    ($($name:ident $piece:literal)*) => {$(
        #[test]
        fn $name() {
            often($piece);
        }
    )*};
}

often! {
    very_many_opening_braces "{"
    very_many_closing_braces "}"
    very_many_brackets "["
    very_many_quotes "\""
    very_many_long_quotes "\"\"\""
    very_many_escaped_quotes "\\\""
    very_many_backticks "`"
    very_many_backslashes "\\"
    very_many_arrows "-> "
    very_many_transitions "a -> b;"
    very_many_branches_without_a_node "on 1 -> a;"
    very_many_blocks "play a {"
    very_many_names "a "
}

#[test]
fn very_many_bad_escapes_and_insertions_in_one_string() {
    for piece in ["${", "${ ", "\\u{", "\\q", "${}", "${x}", "$", "${$"] {
        in_time(move || {
            let text = piece.repeat(OFTEN);
            assert!(survives(format!("{CLEAN}let x = \"{text}\"\n")).diagnostics.iter().count() > 0);
        });
    }
}

#[test]
fn after_so_many_findings_nothing_more_is_read() {
    let compiled = compile("a.cxflow", "?\n".repeat(MAX_KEPT + 5));
    assert_eq!(compiled.diagnostics.iter().count(), MAX_KEPT);
    assert!(compiled.diagnostics.has_errors());
}

#[test]
fn very_many_findings_on_one_line_of_characters() {
    in_time(|| {
        let compiled = survives("let x = \"😀\\q\";".repeat(20_000));
        let last = compiled.diagnostics.iter().last().unwrap();
        assert!(compiled.sources.position(last.span).column > 200_000);
    });
}

/// Nodes `n0` to `nN`, each leading to what `next` says.
fn nodes(count: usize, next: impl Fn(usize) -> String) -> String {
    let mut text = String::from("flow \"A\"\nentry n0\ndisclosure n0 \"https://cdn.example.com/n.wav\"\n");
    for number in 1..count {
        text.push_str(&format!("play n{number} \"https://cdn.example.com/n.wav\"\n"));
    }
    for number in 0..count {
        text.push_str(&format!("n{number} -> {}\n", next(number)));
    }
    text
}

#[test]
fn a_chain_of_very_many_nodes_is_too_deep_and_nothing_else() {
    in_time(|| {
        let last = 20_000 - 1;
        let text = nodes(
            20_000,
            |number| if number == last { "bye".to_owned() } else { format!("n{}", number + 1) },
        );
        assert_eq!(codes(&survives(format!("{text}disconnect bye\n"))), ["CX304"]);
    });
}

#[test]
fn a_circle_of_very_many_nodes_is_one_finding() {
    in_time(|| {
        let text = nodes(20_000, |number| format!("n{}", (number + 1) % 20_000));
        assert_eq!(codes(&survives(text)), ["CX203"]);
    });
}

#[test]
fn a_node_with_very_many_branches() {
    in_time(|| {
        let branches: String = (0..30_000).map(|key| format!("  on {key} -> bye\n")).collect();
        let text =
            format!("{CLEAN}collect menu \"Choose\" {{\n{branches}  on timeout | invalid -> bye\n}}\n");
        assert_eq!(codes(&survives(text.replace("notice -> bye", "notice -> menu"))), Vec::<&str>::new());
    });
}

#[test]
fn very_many_unknown_names_with_long_near_neighbours() {
    in_time(|| {
        let long = "a".repeat(90);
        let mut text = CLEAN.to_owned();
        for number in 0..3000 {
            text.push_str(&format!(
                "play {long}{number} \"https://cdn.example.com/n.wav\"; bye -> {long}b{number}\n"
            ));
        }
        assert!(survives(text).diagnostics.has_errors());
    });
}

// ── Bombs ───────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_long_chain_of_lets_is_evaluated_in_any_order() {
    in_time(|| {
        const COUNT: usize = 20_000;
        let mut lines: Vec<String> =
            (1..COUNT).map(|number| format!("let v{number} = \"${{v{}}}\"\n", number - 1)).collect();
        lines.push("let v0 = \"x\"\n".to_owned());
        let text = CLEAN.replace("Goodbye", &format!("${{v{}}}", COUNT - 1));
        assert!(codes(&survives(format!("{text}{}", lines.concat()))).is_empty());
        lines.reverse();
        assert!(codes(&survives(format!("{text}{}", lines.concat()))).is_empty());
    });
}

#[test]
fn a_circle_of_very_many_lets_is_one_finding() {
    in_time(|| {
        let lines: String = (0..20_000)
            .map(|number| format!("let v{number} = \"${{v{}}}\"\n", (number + 1) % 20_000))
            .collect();
        let compiled = survives(format!("{CLEAN}{lines}"));
        only(&compiled, "CX112");
    });
}

#[test]
fn a_let_bomb_is_too_large() {
    let mut text = CLEAN.replace("Goodbye", "${v9}") + "let v0 = \"0123456789abcdef0123456789abcdef\"\n";
    for number in 1..10 {
        let inner = format!("${{v{}}}", number - 1).repeat(20);
        text.push_str(&format!("let v{number} = \"{inner}\"\n"));
    }
    only(&survives(text), "CX005");
}

#[test]
fn many_texts_that_grow_together_are_too_large() {
    in_time(|| {
        let mut text = format!("{CLEAN}let big = \"{}\"\n", "x".repeat(1 << 19));
        for number in 0..400 {
            text.push_str(&format!("play p{number} {{ say \"${{big}}\" }}\n"));
        }
        assert!(codes(&survives(text)).contains(&"CX005"));
    });
}

#[test]
fn ranges_that_stand_for_very_many_keys_are_too_large() {
    in_time(|| {
        let branches: String =
            (1..3000).map(|number| format!("  on {number}000..{number}999 -> bye\n")).collect();
        let text =
            format!("{CLEAN}collect menu \"Choose\" {{\n{branches}  on timeout | invalid -> bye\n}}\n");
        assert!(codes(&survives(text.replace("notice -> bye", "notice -> menu"))).contains(&"CX005"));
    });
}

#[test]
fn everys_that_multiply_by_nodes_are_too_large() {
    in_time(|| {
        let nodes: String = (0..5000).map(|number| format!("collect c{number} \"Choose\"\n")).collect();
        let everys: String = (0..5000).map(|number| format!("every collect on {number} -> bye\n")).collect();
        let compiled = survives(format!("{CLEAN}{nodes}{everys}"));
        only(&compiled, "CX005");
    });
}

#[derive(Default)]
struct Memory(BTreeMap<PathBuf, String>);

impl Memory {
    fn with(mut self, name: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.0.insert(name.into(), text.into());
        self
    }

    #[track_caller]
    fn compile(&self, root: &str) -> Compiled {
        let text = self.0[Path::new(root)].clone().into_bytes();
        let compiled = compile_with(Source::new(root, root, text), self, &Options::default());
        check(&compiled);
        compiled
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0
            .get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

#[test]
fn a_deep_chain_of_includes_is_too_large_where_it_gets_too_deep() {
    let mut files = Memory::default().with("f0", format!("{CLEAN}include \"f1\"\n"));
    for number in 1..500 {
        files = files.with(format!("f{number}"), format!("include \"f{}\"\n", number + 1));
    }
    only(&files.compile("f0"), "CX005");
}

#[test]
fn a_file_that_includes_itself_says_so() {
    let files = Memory::default().with("a", format!("{CLEAN}include \"a\"\n"));
    only(&files.compile("a"), "CX112");
    let files = Memory::default()
        .with("a", format!("{CLEAN}include \"b\" as x\n"))
        .with("b", "include \"c\"\n")
        .with("c", "include \"a\" as y\n");
    only(&files.compile("a"), "CX112");
}

#[test]
fn instances_that_multiply_are_too_large() {
    in_time(|| {
        let mut files =
            Memory::default().with("f0", format!("{CLEAN}{}", "include \"f1\" as a; include \"f1\" as b\n"));
        for number in 1..40 {
            let next = number + 1;
            files = files.with(
                format!("f{number}"),
                format!("include \"f{next}\" as a; include \"f{next}\" as b; disconnect end\n"),
            );
        }
        let compiled = files.with("f40", "disconnect end\n").compile("f0");
        only(&compiled, "CX005");
    });
}

#[test]
fn instances_of_a_large_file_are_too_large() {
    in_time(|| {
        let large = "let x = \"x\";".repeat(30_000);
        let includes: String = (0..150).map(|number| format!("include \"large\" as i{number}\n")).collect();
        let compiled =
            Memory::default().with("a", format!("{CLEAN}{includes}")).with("large", large).compile("a");
        assert!(compiled.diagnostics.has_errors());
    });
}

#[test]
fn a_file_over_256_mib_is_too_large() {
    let compiled = compile("a.cxflow", vec![b' '; MAX_BYTES + 1]);
    check(&compiled);
    assert_eq!(codes(&compiled), ["CX005"]);
}

// ── Anything at all ─────────────────────────────────────────────────────────────────────────

/// Tokens of the language and of what resembles it.
const TOKENS: &[&str] = &[
    "flow",
    "description",
    "entry",
    "let",
    "param",
    "contact",
    "include",
    "every",
    "node",
    "type",
    "ends",
    "as",
    "with",
    "except",
    "on",
    "play",
    "disclosure",
    "collect",
    "agent",
    "callback",
    "voicemail",
    "disconnect",
    "answer",
    "say",
    "route",
    "schedule",
    "record",
    "action",
    "media",
    "text",
    "retries",
    "lasts",
    "timeout",
    "invalid",
    "human",
    "machine",
    "unknown",
    "busy",
    "failed",
    "a",
    "b",
    "menu",
    "es.menu",
    "route-agent",
    "`menu 1`",
    "`",
    "``",
    "`\\``",
    "\"",
    "\"\"",
    "\"x\"",
    "\"https://a.example/b.wav\"",
    "\"${a}\"",
    "\"${\"",
    "\"\\u{1F600}\"",
    "\"\\u{D800}\"",
    "\"\\q\"",
    "\"press 1 for a, 2 for b\"",
    "\"\"\"",
    "\"\"\"\n  long\n  \"\"\"",
    "->",
    "=>",
    "-",
    "=",
    "|",
    ",",
    "..",
    ".",
    ":",
    "@tag",
    "@",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    "0",
    "1",
    "42",
    "007",
    "1..5",
    "9..1",
    "1..99999",
    "*",
    "#",
    "1.5s",
    "20s",
    "2x",
    "-1",
    "99999999999999999999",
    "//",
    "/// doc",
    "// comment",
    "/*",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "é",
    "😀",
    "e\u{301}",
    "\u{202E}",
    "\u{FEFF}",
    "\u{0}",
    "\u{1A}",
    "\u{1b}",
    "“",
    "”",
    "→",
    "always",
    "\"always\"",
    "\"input=1|timeout\"",
    "$",
    "\\",
    "'",
];

fn soup() -> impl Strategy<Value = String> {
    let token = proptest::sample::select(TOKENS);
    let separated = (token, proptest::sample::select(&["", " ", " ", " "][..]));
    proptest::collection::vec(separated, 0..80)
        .prop_map(|tokens| tokens.into_iter().flat_map(|(token, space)| [token, space]).collect())
}

/// What happens to a flow by accident.
#[derive(Debug, Clone)]
enum Slip {
    DeleteByte(usize),
    DoubleByte(usize),
    SwapBytes(usize, usize),
    SetByte(usize, u8),
    DeleteLine(usize),
    DoubleLine(usize),
    SwapLines(usize, usize),
    Insert(usize, &'static str),
    Cut(usize),
}

impl Slip {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        let mut lines: Vec<Vec<u8>> =
            bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
        let count = lines.len();
        match *self {
            Self::DeleteByte(at) => drop(bytes.remove(at % length)),
            Self::DoubleByte(at) => bytes.insert(at % length, bytes[at % length]),
            Self::SwapBytes(a, b) => bytes.swap(a % length, b % length),
            Self::SetByte(at, byte) => bytes[at % length] = byte,
            Self::Insert(at, text) => drop(bytes.splice(at % length..at % length, text.bytes())),
            Self::Cut(at) => bytes.truncate(at % length),
            Self::DeleteLine(at) => {
                lines.remove(at % count);
                *bytes = lines.concat();
            }
            Self::DoubleLine(at) => {
                lines.insert(at % count, lines[at % count].clone());
                *bytes = lines.concat();
            }
            Self::SwapLines(a, b) => {
                lines.swap(a % count, b % count);
                *bytes = lines.concat();
            }
        }
    }
}

fn slip() -> impl Strategy<Value = Slip> {
    let at = any::<usize>;
    prop_oneof![
        at().prop_map(Slip::DeleteByte),
        at().prop_map(Slip::DoubleByte),
        (at(), at()).prop_map(|(a, b)| Slip::SwapBytes(a, b)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Slip::SetByte(at, byte)),
        at().prop_map(Slip::DeleteLine),
        at().prop_map(Slip::DoubleLine),
        (at(), at()).prop_map(|(a, b)| Slip::SwapLines(a, b)),
        (at(), proptest::sample::select(TOKENS)).prop_map(|(at, text)| Slip::Insert(at, text)),
        at().prop_map(Slip::Cut),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(bytes);
    }

    #[test]
    fn random_characters(text in "\\PC{0,200}") {
        survives(text);
    }

    #[test]
    fn random_soups_of_tokens(text in soup()) {
        survives(text);
    }

    #[test]
    fn random_soups_after_a_flow(text in soup()) {
        survives(format!("{CLEAN}{text}"));
    }

    #[test]
    fn a_flow_with_random_slips(slips in proptest::collection::vec(slip(), 1..8)) {
        let mut bytes = campaign().into_bytes();
        slips.iter().for_each(|slip| slip.apply(&mut bytes));
        survives(bytes);
    }
}
