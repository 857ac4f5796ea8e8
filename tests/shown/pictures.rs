//! Findings at three widths, as pictures in text. `UPDATE=1` writes them anew; read the difference.

use cxflowc::codes;
use cxflowc::diagnostics::Diagnostic;
use cxflowc::diagnostics::render::{Human, human};
use cxflowc::source::{Source, Sources, Span};
use unicode_width::UnicodeWidthStr;

use super::harness::updated;

/// A flow, and the parts of it that have labels: each is the first place of a text from the last
/// one on, and what is said there.
struct Picture {
    title: &'static str,
    text: String,
    labels: Vec<(&'static str, &'static str)>,
}

fn picture(title: &'static str, text: impl Into<String>, labels: &[(&'static str, &'static str)]) -> Picture {
    Picture { title, text: text.into(), labels: labels.to_vec() }
}

fn pictures() -> Vec<Picture> {
    let filler = |count: usize| "node_of_some_kind -> another; ".repeat(count);
    let long = "say what there is to say here, in as many words as it takes, and then a few more";
    vec![
        picture("a short line", "a -> b", &[("b", "no such node")]),
        picture(
            "two labels far apart on a line of 10,000 characters",
            format!("first {}second {}", filler(330), filler(3)),
            &[("first", "this one"), ("second", "and this one")],
        ),
        picture(
            "a label in the middle of a long line",
            format!("{}here {}", filler(5), filler(5)),
            &[("here", "no such node")],
        ),
        picture("a label text longer than the width", "disconnect goodbye", &[("goodbye", long)]),
        picture("a label text at the end of a long line", format!("{}end", filler(4)), &[("end", long)]),
        picture(
            "a place wider than the width",
            format!("let a = \"{}\"", "word ".repeat(60)),
            &[("\"word", "the text begins here")],
        ),
        picture("a label behind the last character", "agent sales", &[("", "a string is missing")]),
        picture(
            "many labels on one line",
            "one -> two; three -> four; five -> six; seven -> eight; nine -> ten; eleven -> twelve",
            &[
                ("one", "the first"),
                ("three", "the second"),
                ("five", "the third"),
                ("seven", "the fourth"),
                ("nine", "the fifth"),
                ("eleven", "the sixth"),
            ],
        ),
        picture(
            "labels on lines that follow each other",
            "a -> b\nb -> c\n\nc -> d",
            &[("b", "from here"), ("c", "to here"), ("d", "and on")],
        ),
        picture(
            "wide characters",
            format!("say \"{}${{day}}{}\"", "漢字かな".repeat(12), "漢字かな".repeat(12)),
            &[("${day}", "not declared")],
        ),
        picture(
            "combining characters",
            "say \"e\u{301}e\u{301}e\u{301}e\u{301} ${day}\"",
            &[("${day}", "not declared")],
        ),
        picture("emoji", "say \"😀👩\u{200D}💻🇪🇺 ${day}\"", &[("${day}", "not declared")]),
        picture("tabs", "\tagent\t\tsales\tnonsense", &[("nonsense", "not understood")]),
        picture(
            "control characters",
            "say \"\u{1b}[31m\u{9b}2J\u{202e}${day}\u{2066}\"",
            &[("${day}", "not declared")],
        ),
    ]
}

/// What is shown of a picture.
fn drawn(picture: &Picture, look: Human) -> String {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.cxflow", "a.cxflow", picture.text.clone().into_bytes()));
    let mut at = 0;
    let mut places = Vec::new();
    for (wanted, text) in &picture.labels {
        let start = if wanted.is_empty() {
            picture.text.len()
        } else {
            at + picture.text.get(at..).unwrap().find(wanted).unwrap()
        };
        let end = if *wanted == "\"word" { picture.text.len() } else { start + wanted.len() };
        at = end;
        places.push((Span::new(file, start, end), *text));
    }
    let code = codes::find("CX103").unwrap();
    let (first, rest) = places.split_first().unwrap();
    let mut one = Diagnostic::new(code, first.0, "something is not as it has to be").here(first.1);
    for (span, text) in rest {
        one = one.label(*span, *text);
    }
    human(&sources, &one, look)
}

#[test]
fn findings_at_three_widths_look_as_in_the_pictures() {
    for width in [40, 80, 120] {
        let mut text = String::new();
        for picture in pictures() {
            text.push_str(&format!("── {}\n\n", picture.title));
            text.push_str(&drawn(&picture, Human { width, ..Human::default() }));
        }
        let path = format!("{}/tests/shown/pictures/{width}.txt", env!("CARGO_MANIFEST_DIR"));
        if updated::is_wanted() {
            updated::write(path.as_ref(), &text);
        }
        assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "{width} columns");
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in 40..=130 {
        for picture in pictures() {
            for ascii in [false, true] {
                for line in drawn(&picture, Human { width, ascii, color: false }).lines() {
                    assert!(line.width() <= width, "{}, {width}: {line}", picture.title);
                }
            }
        }
    }
}

#[test]
fn the_underlined_text_is_above_its_underline_at_every_width() {
    for width in 40..=130 {
        let filler = "a -> b; ".repeat(40);
        for (before, after) in [("", ""), (&*filler, ""), ("", &*filler), (&*filler, &*filler), ("漢字 ", "")]
        {
            let one = picture("", format!("{before}HERE{after}"), &[("HERE", "no such node")]);
            let text = drawn(&one, Human { width, ..Human::default() });
            let lines: Vec<&str> = text.lines().collect();
            let source = lines.iter().position(|line| line.contains("HERE")).unwrap();
            let column = |line: &str, mark: &str| line.split(mark).next().unwrap().width();
            assert_eq!(column(lines[source], "HERE"), column(lines[source + 1], "──┬─"), "{text}");
        }
    }
}

#[test]
fn every_label_is_shown_at_every_width() {
    for width in [40, 50, 80, 120] {
        for picture in pictures() {
            let text = drawn(&picture, Human { width, ..Human::default() });
            let words =
                text.replace(['│', '┤', '·', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            for (_, label) in &picture.labels {
                let first = label.split_whitespace().next().unwrap();
                assert!(words.contains(first), "{}: {label}\n{text}", picture.title);
            }
        }
    }
}

#[test]
fn ascii_draws_every_frame_without_other_characters() {
    for picture in pictures().iter().filter(|picture| picture.text.is_ascii()) {
        for width in [40, 80, 120] {
            let text = drawn(picture, Human { width, ascii: true, color: false });
            assert!(text.is_ascii(), "{text}");
        }
    }
}

#[test]
fn two_labels_of_one_place_are_one() {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.cxflow", "a.cxflow", b"a -> b".to_vec()));
    let span = Span::new(file, 5, 6);
    let one = Diagnostic::new(codes::find("CX103").unwrap(), span, "this is wrong");
    let one = one.here("first").label(span, "second").label(span, "first");
    let text = human(&sources, &one, Human::default());
    assert!(text.contains("╰── first; second\n"), "{text}");
    assert_eq!(text.matches("first").count(), 1, "{text}");
}

#[test]
fn a_note_stands_under_its_own_word() {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.cxflow", "a.cxflow", b"a -> b".to_vec()));
    let finding = Diagnostic::new(codes::find("CX103").unwrap(), Span::new(file, 5, 6), "this is wrong");
    let text = human(&sources, &finding.clone().note("so it is"), Human::default());
    assert!(text.ends_with("╰────\n  note: so it is\n\n"), "{text}");
    let text = human(&sources, &finding.help("do this").note("so it is"), Human::default());
    assert!(text.ends_with("╰────\n  help: do this\n  note: so it is\n\n"), "{text}");
}
