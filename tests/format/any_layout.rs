//! Every layout of a flow is formatted to the same text.

use proptest::prelude::*;

use super::every_file::{fixtures, meaning, texts};
use super::{format, formatted};

/// What a text without tabs consists of.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Word(String),
    /// A string, or a name in backticks.
    Literal(String),
    Comment(String),
    Blanks,
    Break,
}

impl Part {
    fn is_doc(&self) -> bool {
        matches!(self, Self::Comment(text) if text.starts_with("///") && !text.starts_with("////"))
    }
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let closed = |quote: &str| {
            let mut at = quote.len();
            while !rest[at..].starts_with(quote) {
                at += if rest[at..].starts_with('\\') { 1 } else { 0 };
                at += rest[at..].chars().next().unwrap().len_utf8();
            }
            at + quote.len()
        };
        let length = match first {
            '\n' => 1,
            ' ' => rest.len() - rest.trim_start_matches(' ').len(),
            '`' => closed("`"),
            '"' if rest.starts_with("\"\"\"") => closed("\"\"\""),
            '"' => closed("\""),
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ => rest.find([' ', '\n', '"', '`']).unwrap_or(rest.len()),
        };
        let (part, after) = rest.split_at(length);
        parts.push(match first {
            '\n' => Part::Break,
            ' ' => Part::Blanks,
            '`' | '"' => Part::Literal(part.to_owned()),
            _ if part.starts_with("//") => Part::Comment(part.to_owned()),
            _ => Part::Word(part.to_owned()),
        });
        rest = after;
    }
    parts
}

/// Whether a line may go on behind a part of it.
fn goes_on(part: &Part) -> bool {
    matches!(part, Part::Word(word) if word.ends_with(',') || matches!(word.as_str(), "|" | "&" | "and" | "or"))
}

/// Whether the break at an index is within a statement, with comments before it or none.
fn is_continued(parts: &[Part], index: usize) -> bool {
    let is_blank = |part: &&Part| matches!(part, Part::Blanks | Part::Break | Part::Comment(_));
    let before = &parts[..index];
    let code = before.iter().rev().find(|part| !is_blank(part));
    let gap = before.iter().rev().take_while(is_blank).collect::<Vec<_>>();
    let is_empty_line = gap.windows(2).any(|pair| *pair[0] == Part::Break && *pair[1] == Part::Break)
        || gap.first() == Some(&&Part::Break);
    code.is_some_and(|code| goes_on(code) || matches!(code, Part::Word(word) if word == "with"))
        && !is_empty_line
        && parts.get(index + 1) == Some(&Part::Blanks)
}

/// Deeper than any line that begins a statement.
const DEEP: &str = "            ";

/// The same text with line breaks within its statements, some with a comment.
fn broken_up(text: &str, choices: &[u8]) -> String {
    let parts = parts(text);
    let mut choices = choices.iter().copied().cycle();
    let mut out = String::new();
    // Each line deeper than the one before it, which may begin with the end of another statement.
    let mut depth = DEEP.len();
    let mut deeper = || {
        depth += 1;
        " ".repeat(depth)
    };
    for (index, part) in parts.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| parts.get(index));
        match part {
            Part::Word(text) | Part::Literal(text) | Part::Comment(text) => out.push_str(text),
            Part::Blanks if before.is_some_and(goes_on) => match choices.next().unwrap_or(0) % 5 {
                0 => out.push_str(&format!("\n{}", deeper())),
                1 => out.push_str(&format!(" //# 1 \n{}", deeper())),
                2 => out.push_str(&format!("//# 1\n \t //# 2\n{}", deeper())),
                _ => out.push(' '),
            },
            Part::Blanks if before == Some(&Part::Break) && is_continued(&parts, index - 1) => {
                out.push_str(&deeper());
            }
            Part::Blanks if before == Some(&Part::Break) => out.push_str("  "),
            Part::Blanks => out.push(' '),
            Part::Break => out.push('\n'),
        }
    }
    out
}

/// Without white space, `;` and the comments that were put in.
fn tokens(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//# ").next().unwrap());
    lines
        .flat_map(|line| line.chars().filter(|character| !character.is_whitespace() && *character != ';'))
        .collect()
}

/// The same lines in another layout: what is chosen decides each blank and each break.
fn disarranged(text: &str, choices: &[u8]) -> String {
    let parts = parts(text);
    let mut choices = choices.iter().copied().cycle();
    let mut choose = |among: u8| choices.next().unwrap_or(0) % among;
    let mut out = String::new();
    let mut depth = DEEP.len();
    let mut marks = 0;
    let mut mark = || {
        marks += 1;
        format!("//# {marks}")
    };
    for (index, part) in parts.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|index| parts.get(index)).unwrap_or(&Part::Break);
        let next = parts.get(index + 1).unwrap_or(&Part::Break);
        match part {
            Part::Word(text) | Part::Literal(text) | Part::Comment(text) => out.push_str(text),
            Part::Blanks if *previous == Part::Break && is_continued(&parts, index - 1) => {
                // Deeper than the line before it, which may begin with the end of another statement.
                depth += 1;
                out.push_str(&" ".repeat(depth));
            }
            Part::Break if is_continued(&parts, index) => match choose(2) {
                0 if !matches!(previous, Part::Comment(_)) => out.push_str(&format!("{}\n", mark())),
                _ => out.push('\n'),
            },
            Part::Blanks => {
                let at_start = *previous == Part::Break;
                let parts_itself = |part: &Part| match part {
                    Part::Word(word) => {
                        matches!(word.as_str(), "->" | "|" | "=" | "{" | "}" | "&" | ">=" | "!=")
                    }
                    Part::Literal(_) => true,
                    Part::Comment(_) | Part::Blanks | Part::Break => false,
                };
                // Two strings beside each other would be another one.
                let literals = matches!((previous, next), (Part::Literal(_), Part::Literal(_)));
                let removable = !at_start && !literals && (parts_itself(previous) || parts_itself(next));
                out.push_str(match choose(5) {
                    0 if removable => "",
                    1 => "\t",
                    2 => "    ",
                    3 => " \t ",
                    _ => " ",
                });
            }
            Part::Break if previous.is_doc() => out.push('\n'),
            Part::Break => {
                let after = parts[index + 1..].iter().find(|part| **part != Part::Blanks);
                let behind_statement = match previous {
                    Part::Word(word) => !word.ends_with('{'),
                    Part::Literal(_) => true,
                    _ => false,
                };
                let joins = behind_statement && matches!(after, Some(Part::Word(_) | Part::Literal(_)));
                let beside = !matches!(previous, Part::Break | Part::Comment(_));
                match choose(8) {
                    0 | 1 if joins => out.push(';'),
                    2 if beside => out.push_str(&format!("{}\n", mark())),
                    3 => out.push_str(&format!("\n  {}\n", mark())),
                    4 => out.push_str(" \t\n"),
                    5 => out.push_str("\n \n\n"),
                    6 if *previous != Part::Break && behind_statement => out.push_str(" ; \n"),
                    _ => out.push('\n'),
                }
            }
        }
    }
    out
}

/// Without the comments that were put in, and without blank lines.
fn bare(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//# ").next().unwrap().trim_end());
    lines.filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// The flows that are laid out anew, in the canonical layout.
fn flows() -> Vec<String> {
    let fixtures = fixtures().into_iter().chain(texts("examples")).chain(texts("src/bundled"));
    fixtures.filter_map(|(_, text)| format(&text).ok()).filter(|text| !text.contains('\t')).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_layout_comes_to_the_same(choices in proptest::collection::vec(any::<u8>(), 1..300), turn in any::<usize>()) {
        thread_local!(static FLOWS: Vec<String> = flows());
        FLOWS.with(|flows| {
            prop_assert!(flows.len() > 300);
            for number in 0..10 {
                let text = &flows[(turn % flows.len() + number * 37) % flows.len()];
                let other = disarranged(text, &choices);
                prop_assert_eq!(bare(&formatted(&other)), bare(text), "from\n{}", other);
            }
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn statements_on_several_lines_keep_their_breaks_and_mean_the_same(
        choices in proptest::collection::vec(any::<u8>(), 1..60), turn in any::<usize>(),
    ) {
        thread_local!(static FLOWS: Vec<String> = flows());
        FLOWS.with(|flows| {
            for number in 0..10 {
                let text = &flows[(turn % flows.len() + number * 41) % flows.len()];
                let other = broken_up(text, &choices);
                let layout = formatted(&other);
                prop_assert_eq!(tokens(&layout), tokens(text), "from\n{}", other);
                prop_assert_eq!(layout.matches("//# ").count(), other.matches("//# ").count(), "{}", other);
                if number == 0 {
                    prop_assert_eq!(meaning(&layout).1, meaning(text).1, "from\n{}", other);
                }
            }
            Ok(())
        })?;
    }
}

/// Pieces of lines, some of which fit together.
const PIECES: &[&str] = &[
    "/// doc",
    "/// doc",
    "// comment",
    "//// comment ",
    ";",
    "play a {",
    "policy p {",
    "}",
    "} // behind",
    "play a { say \"x\" }",
    "policy p { limit depth 1; limit retries 1 }",
    "say \"x\"",
    "-> b",
    "limit depth 1",
    "limit retries 1 /// beside",
    "apply p",
    "a -> b",
    "a -> b /// beside",
    "entry a",
    "let a = \"\"\"\n  x\r\n\"\"\"",
    "{ /// behind a brace",
];

const BETWEEN: &[&str] = &["\n", "\n", "\n", "\n\n", "\r\n", "\n \n\n", " ; ", ";\n", "\n;\n", " "];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_file_without_syntax_errors_has_a_layout(
        pieces in proptest::collection::vec((0..PIECES.len(), 0..BETWEEN.len()), 1..12),
        in_block in 0..3_usize,
    ) {
        let mut text = ["", "play a {\n", "policy p {"][in_block].to_owned();
        for (piece, between) in pieces {
            text.extend([PIECES[piece], BETWEEN[between]]);
        }
        text.push_str(if in_block > 0 { "}" } else { "" });
        if format(&text).is_ok() {
            formatted(&text);
        }
    }
}

#[test]
fn disarranging_does_something() {
    let text = "entry a\n\nplay a \"x\" {\n  say \"x\"\n  -> b\n}\n";
    assert_eq!(
        disarranged(text, &[0, 2, 3, 1, 4, 6, 5]),
        "entry a//# 1\n\n  //# 2\nplay\ta \"x\"\t{\n \n\n say    \"x\"\n  //# 3\n\t-> b ; \n}\n \n\n"
    );
}
