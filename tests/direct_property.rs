//! The reader of plain lines and the grammar make the same of every text: the same tree with the same places, and the
//! same findings.
//!
//! `CXFLOW_DIRECT_TEXTS=1000000 cargo test --test direct_property` tries more texts that nobody wrote.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::fs;
use std::path::Path;

use cxflowc::diagnostics::Diagnostics;
use cxflowc::syntax::{KnownKinds, parse_by_grammar, parse_with};
use cxflowc::{Source, Sources};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// What both readers make of a text must be the same.
fn compare(text: &str) -> Result<(), String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.cxflow", "a.cxflow", text.into()));
    let none = Default::default();
    for kinds in [KnownKinds::Any, KnownKinds::Only(&none)] {
        let (mut of_both, mut of_grammar) = (Diagnostics::default(), Diagnostics::default());
        let both = parse_with(&sources, file, kinds, &mut of_both);
        let grammar = parse_by_grammar(&sources, file, kinds, &mut of_grammar);
        if format!("{both:?}{of_both:?}") == format!("{grammar:?}{of_grammar:?}") {
            continue;
        }
        let [both, grammar] = [format!("{both:#?}{of_both:#?}"), format!("{grammar:#?}{of_grammar:#?}")];
        let is_other = |(_, (both, grammar)): &(usize, (&str, &str))| both != grammar;
        if let Some((line, _)) = both.lines().zip(grammar.lines()).enumerate().find(is_other) {
            let around = |tree: &str| {
                tree.lines().skip(line.saturating_sub(6)).take(12).collect::<Vec<_>>().join("\n")
            };
            let [both, grammar] = [around(&both), around(&grammar)];
            return Err(format!("line {line} of the tree is\n{both}\nby the grammar\n{grammar}\nof\n{text}"));
        }
        return Err(format!("one tree goes on where the other ends, of\n{text}"));
    }
    Ok(())
}

/// Every text of a folder: fixtures with the findings below each flow, and the examples of pages.
fn texts_below(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_below(&path, texts);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        match path.extension().and_then(|end| end.to_str()) {
            Some("cxflow") => texts.extend(text.split_inclusive("//===").map(str::to_owned)),
            Some("md") => texts.extend(
                text.split("```cxflow")
                    .skip(1)
                    .map(|example| example.split("```").next().unwrap_or_default().to_owned()),
            ),
            _ => {}
        }
    }
}

fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["examples", "docs", "tests/fixtures", "src/bundled"] {
        texts_below(&root.join(folder), &mut texts);
    }
    texts
}

#[test]
fn every_text_of_the_repository() {
    let texts = texts();
    assert!(texts.len() > 100);
    let wrong: Vec<String> = texts.iter().filter_map(|text| compare(text).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A flow with each plain construct, and what stands beside it.
const PLAIN: &str = r##"flow "Spring"
entry hello
/// Says hello.
play hello "https://cdn.example.com/hi.wav" @greeting lasts 1.5s // plain
disclosure notice { say "This is \"Lakeside\", ${name}." @identity; play "https://x.example/a.wav"; -> menu }

collect menu "Press 1" retries 2 digits 1..2 end "#" wait 5s between 500ms into choice {
  // Sales first.
  /// Not heard.
  on 1..3 | 9 -> sales -> bye
  on "x > 1" -> desk disposition SOLD again 2 else bye disposition LOST
  set tries = tries + 1
  set last = "none"; set count = 0
  script "Hello"
  action "pause" @pause
  on timeout | invalid -> bye
}
agent `the desk` "q" ; agent sales "q" disposition SOLD
disconnect bye
hello -> notice -> menu
sales -> bye on failed disposition LOST
`the desk` -> menu again retries_left else bye
"##;

#[test]
fn every_beginning_and_every_text_that_lacks_a_few_characters() {
    let places: Vec<usize> = PLAIN.char_indices().map(|(at, _)| at).collect();
    for &at in &places {
        compare(&PLAIN[..at]).unwrap();
        compare(&PLAIN[at..]).unwrap();
        for length in [1, 3] {
            let rest = PLAIN.get(at + length..).unwrap_or_default();
            compare(&format!("{}{rest}", &PLAIN[..at])).unwrap();
        }
    }
}

#[test]
fn every_character_that_another_one_replaces_or_follows() {
    let others = [
        " ", "\t", "\n", "\r\n", "\r", "{", "}", "\"", "\\", "|", "-", ">", ".", ",", ";", "//", "=", "@",
        "`", "$", "x", "7", "é", "\0",
    ];
    for (number, (at, letter)) in PLAIN.char_indices().enumerate() {
        // All of them at each place would take minutes.
        for other in others.iter().skip(number % 8).step_by(8) {
            let (before, rest) = (&PLAIN[..at], &PLAIN[at + letter.len_utf8()..]);
            compare(&format!("{before}{other}{rest}")).unwrap();
            compare(&format!("{before}{other}{letter}{rest}")).unwrap();
        }
    }
}

/// What texts that nobody wrote are made of.
const PIECES: &[&str] = &[
    "play",
    "say",
    "collect",
    "agent",
    "disclosure",
    "disconnect",
    "callback",
    "voicemail",
    "decide",
    "answer",
    "script",
    "route",
    "retry",
    "silence",
    "record",
    "schedule",
    "action",
    "node",
    "type",
    "ends",
    "on",
    "set",
    "when",
    "else",
    "again",
    "disposition",
    "retries",
    "digits",
    "end",
    "lasts",
    "wait",
    "between",
    "into",
    "media",
    "text",
    "language",
    "voice",
    "prompt",
    "ssml",
    "with",
    "every",
    "except",
    "entry",
    "flow",
    "test",
    "policy",
    "kind",
    "include",
    "hours",
    "fact",
    "let",
    "var",
    "a",
    "b",
    "menu-2",
    "x.y",
    "x.",
    "x-",
    "`q r`",
    "`",
    "`a\\`b`",
    "\"t\"",
    "\"a ${b}\"",
    "\"${\"",
    "\"a\\\"b\"",
    "\"\\q\"",
    "\"",
    "\"\"",
    "\"\"\"",
    "\"\"\"a\nb\"\"\"",
    "1",
    "12",
    "1a",
    "*",
    "#",
    "1.5s",
    "2min",
    "3ms",
    "-1",
    "..",
    "->",
    "->",
    "->",
    "-",
    ">",
    "=",
    "+",
    "|",
    "|\n    ",
    ",",
    ",\n  ",
    "&",
    "{",
    "{",
    "{\n",
    "}",
    "}",
    "}\n",
    "(",
    ")",
    "@t",
    "@",
    "@1",
    ";",
    ";",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "// c\n",
    "/// d\n",
    "//// e\n",
    "/",
    "/* f */",
    " ",
    "  ",
    "\n  ",
    "\n  ",
    "\n  ",
    "\t",
    "é",
    "timeout",
    "invalid",
    "failed",
    "<<<<<<< x\n",
    "=======\n",
    "play a \"u\"\n",
    "on 1 -> a\n",
    "a -> b\n",
    "collect a \"t\" {\n",
    "  on 1 -> a\n",
    "  -> b\n",
    "disconnect b\n",
    "\u{feff}",
];

#[test]
fn texts_that_nobody_wrote() {
    let cases =
        std::env::var("CXFLOW_DIRECT_TEXTS").ok().and_then(|count| count.parse().ok()).unwrap_or(3_000);
    let piece = (proptest::sample::select(PIECES), proptest::sample::select(&["", " ", " ", " "][..]));
    let text = prop::collection::vec(piece, 1..40);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&text, |pieces| {
        let text: String = pieces.iter().flat_map(|(piece, blank)| [*piece, *blank]).collect();
        compare(&text).map_err(TestCaseError::fail)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
