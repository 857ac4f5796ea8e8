//! Random texts: flows with typos, and random words.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;

use super::every_file::texts;
use super::support::{agree, comparable};

/// Words and signs of the language, and of what resembles it.
const WORDS: &[&str] = &[
    "flow",
    "description",
    "entry",
    "exit",
    "let",
    "param",
    "contact",
    "var",
    "set",
    "hours",
    "in",
    "open",
    "closed",
    "mon",
    "fri",
    "9:00",
    "17:00",
    "2026-12-24T18:00",
    "when",
    "starts",
    "contains",
    "decide",
    "include",
    "as",
    "with",
    "every",
    "except",
    "again",
    "else",
    "test",
    "on",
    "node",
    "type",
    "ends",
    "media",
    "text",
    "retries",
    "lasts",
    "wait",
    "between",
    "digits",
    "end",
    "into",
    "language",
    "voice",
    "prompt",
    "ssml",
    "disposition",
    "dispositions",
    "action",
    "fact",
    "apply",
    "kind",
    "outcome",
    "sets",
    "list",
    "of",
    "lookup",
    "[",
    "]",
    "waive",
    "attest",
    "at",
    "because",
    "by",
    "policy",
    "warn",
    "require",
    "forbid",
    "limit",
    "oblige",
    "expects",
    "path",
    "before",
    "after",
    "since",
    "reachable",
    "from",
    "to",
    "within",
    "depth",
    "when",
    "until",
    "not",
    "and",
    "or",
    "heard",
    "start",
    "of",
    "must",
    "occur",
    "exempt",
    "holidays",
    "mon..fri 9:00..17:00",
    "closed holidays",
    "after a + 30d",
    "version",
    "covers",
    "reviewed",
    "conflicts",
    "because",
    "key",
    "keys",
    "any",
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
    "timeout",
    "invalid",
    "busy",
    "a",
    "b",
    "es.menu",
    "route-agent",
    "a-",
    "a.",
    "x--y",
    "_1",
    "`menu 1`",
    "`a\\`b`",
    "`a\\q`",
    "``",
    "`",
    "\"",
    "\"\"",
    "\"x\"",
    "\"a // b\"",
    "\"${a}\"",
    "\"${ a }\"",
    "\"${\ta}\"",
    "\"${a\"",
    "\"$\"",
    "\"$$5 {\"",
    "\"$${a}\"",
    "\"\\u{1F600}\"",
    "\"\\u{D800}\"",
    "\"\\u{110000}\"",
    "\"\\u{00d7ff}\"",
    "\"\\q\"",
    "\"\\\"\"",
    "\"\"\"",
    "\"\"\"x\"\"\"",
    "\"\"\"\n  long\n  \"\"\"",
    "\"\"\"a \"quote\" \\\"\"\" ${b}\"\"\"",
    "\"\"\"\"",
    "->",
    "->",
    "=>",
    "-",
    "=",
    "|",
    ",",
    "..",
    ".",
    ":",
    "/",
    "&",
    "(",
    ")",
    "@tag",
    "@a-b",
    "@",
    "{",
    "}",
    "<",
    "<=",
    ">",
    ">=",
    "!=",
    "==",
    ";",
    "0",
    "1",
    "42",
    "1..5",
    "1.5",
    "-1",
    "2x",
    "2.",
    "*",
    "#",
    "1*",
    "1.5s",
    "20s",
    "5m",
    "250ms",
    "2min",
    "2026-01-01",
    "2026-1-1",
    "2026-01-01x",
    "// comment",
    "/// doc",
    "//// four",
    "/*",
    "\n",
    "\n",
    "\n",
    ",\n  ",
    "|\n    ",
    "& // why\n  // more\n  ",
    "with\n  ",
    "\r\n",
    "\t",
    " ",
    "é",
    "\u{FEFF}",
    "”",
    "$",
    "\\",
    "'",
    "[",
    "+",
    "?",
    "%",
];

/// Where a slip happens, as part of the text's length, and what it is.
#[derive(Debug, Clone)]
struct Slip {
    at: usize,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Remove,
    Double,
    SwapWithNext,
    Replace(&'static str),
    Insert(&'static str),
    /// Another of the text's own pieces.
    Move(usize),
    RemoveCharacter(usize),
}

fn slip() -> impl Strategy<Value = Slip> {
    let what = prop_oneof![
        Just(What::Remove),
        Just(What::Double),
        Just(What::SwapWithNext),
        select(WORDS).prop_map(What::Replace),
        select(WORDS).prop_map(What::Insert),
        any::<usize>().prop_map(What::Move),
        any::<usize>().prop_map(What::RemoveCharacter),
    ];
    (any::<usize>(), what).prop_map(|(at, what)| Slip { at, what })
}

/// The words, signs, blanks and quotes of a text.
fn pieces(text: &str) -> Vec<String> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut pieces: Vec<String> = Vec::new();
    for character in text.chars() {
        match pieces.last_mut() {
            Some(last) if is_word(character) && last.ends_with(is_word) => last.push(character),
            _ => pieces.push(character.to_string()),
        }
    }
    pieces
}

fn spoilt(text: &str, slips: &[Slip]) -> String {
    let mut pieces = pieces(text);
    for slip in slips {
        if pieces.len() < 2 {
            break;
        }
        let count = pieces.len();
        let at = slip.at % (count - 1);
        match slip.what {
            What::Remove => drop(pieces.remove(at)),
            What::Double => pieces.insert(at, pieces[at].clone()),
            What::SwapWithNext => pieces.swap(at, at + 1),
            What::Replace(word) => pieces[at] = word.to_owned(),
            What::Insert(word) => pieces.insert(at, word.to_owned()),
            What::Move(from) => pieces.insert(at, pieces[from % count].clone()),
            What::RemoveCharacter(which) => {
                let characters = pieces[at].chars().count();
                let kept = pieces[at].chars().enumerate().filter(|(index, _)| *index != which % characters);
                pieces[at] = kept.map(|(_, character)| character).collect();
            }
        }
    }
    pieces.concat()
}

/// Every text of the repository, and of the longest some lines only, which are tried more often then.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let texts = texts().into_iter().map(|(_, text)| text.split_inclusive('\n').take(60).collect());
    texts.filter(|text: &String| !text.is_empty()).collect()
});

/// Lines that stand alone or in a block, each as often as it is written.
static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let texts = texts();
    let lines = texts.iter().flat_map(|(_, text)| text.lines()).map(|line| line.trim().to_owned());
    let mut lines: Vec<String> = lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    lines.sort();
    lines.dedup();
    lines
});

/// What may stand around a line.
const AROUND: &[(&str, &str)] = &[
    ("", ""),
    ("play a {\n", "\n}\n"),
    ("policy p {\n", "\n}\n"),
    ("play a {", "}"),
    ("policy p { limit depth 1;", "}"),
];

fn soup() -> impl Strategy<Value = String> {
    let piece = (select(WORDS), select(&["", " ", " ", " "][..]));
    proptest::collection::vec(piece, 0..14)
        .prop_map(|pieces| pieces.into_iter().flat_map(<[_; 2]>::from).collect())
}

fn tried(text: &str) -> Result<(), TestCaseError> {
    prop_assume!(comparable(text));
    agree(text).map(drop).map_err(|why| TestCaseError::fail(format!("{why}\nin:\n{text}")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flow_with_slips(turn in any::<usize>(), slips in proptest::collection::vec(slip(), 1..4)) {
        tried(&spoilt(&TEXTS[turn % TEXTS.len()], &slips))?;
    }

    #[test]
    fn a_line_with_slips(
        turn in any::<usize>(),
        around in select(AROUND),
        slips in proptest::collection::vec(slip(), 0..4),
    ) {
        let line = spoilt(&LINES[turn % LINES.len()], &slips);
        tried(&format!("{}{line}{}", around.0, around.1))?;
    }

    #[test]
    fn a_soup_of_words(text in soup(), around in select(AROUND)) {
        tried(&format!("{}{text}{}", around.0, around.1))?;
    }
}
