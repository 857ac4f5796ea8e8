//! Speech: what two engines take for a text lies between the bounds.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;

use cxflowc::speech::{Bounds, Rate, bounds, markup};

/// A text that an engine has spoken.
struct Spoken {
    class: String,
    engine: String,
    voice: String,
    /// Scaled so that the engine's English prose runs at 150 words a minute.
    milliseconds: u64,
    text: String,
}

/// The measured texts; `tests/consumers/speech/check` measures them again.
fn spoken() -> Vec<Spoken> {
    let table = std::fs::read_to_string("tests/consumers/speech/spoken.tsv").unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|line| {
        let columns: Vec<&str> = line.splitn(5, '\t').collect();
        let seconds: f64 = columns[3].parse().unwrap();
        let [class, engine, voice, text] = [0, 1, 2, 4].map(|column| columns[column].to_owned());
        Spoken { class, engine, voice, milliseconds: (seconds * 1000.0).round() as u64, text }
    })
    .collect()
}

#[test]
fn measured_texts_lie_between_the_bounds_with_a_sixth_to_spare() {
    let mut wrong = String::new();
    for one in spoken() {
        let Bounds { least, most } = bounds(&one.text, Rate::default());
        let (low, high) = (one.milliseconds * 5 / 6, one.milliseconds * 7 / 6);
        let line = format!(
            "{} {} {} {}..{} {:.2} {:.2} {}\n",
            one.class,
            one.engine,
            one.voice,
            least,
            most,
            least as f64 / one.milliseconds as f64,
            most as f64 / one.milliseconds as f64,
            one.text
        );
        if least > low || most < high {
            wrong.push_str(&line);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn docs_show_what_texts_take() {
    let docs = std::fs::read_to_string("docs/language.md").unwrap();
    let mut missing = Vec::new();
    let tenths = |milliseconds: f64| format!("{} s", milliseconds / 10.0);
    for text in [
        "This is Lakeside Dental calling about your appointment next week.",
        "Please call us back on 555 0142 about your visit.",
        "https://www.example.com/stop",
        "03/14/2026",
        "$1,234.56",
        "您好，这里是湖畔牙科诊所。",
    ] {
        let Bounds { least, most } = bounds(text, Rate::default());
        let (least, most) = (tenths((least as f64 / 100.0).round()), tenths((most as f64 / 100.0).round()));
        let row = format!("| `{text}` | {least} | {most} |");
        if !docs.contains(&row) {
            missing.push(row);
        }
    }
    assert!(missing.is_empty(), "docs/language.md lacks\n{}", missing.join("\n"));
}

/// Each is one kind of markup.
const MARKUP: &[&str] = &[
    "<speak>Hello</speak>",
    "Hello <break time=\"3s\"/> there",
    "Hello <break/> there",
    "<say-as interpret-as='digits'>12</say-as>",
    "<prosody rate=\"x-slow\">Hello",
    "Hello</p>",
    "<phoneme alphabet=\"ipa\" ph=\"həˈloʊ\">hello</phoneme>",
    "<amazon:effect name=\"whispered\">Hello</amazon:effect>",
    "<mstts:silence type=\"Sentenceboundary\" value=\"200ms\"/>",
    "<silence msec=\"500\"/>Hello",
    "<!-- a comment -->Hello",
    "<?xml version=\"1.0\"?>Hello",
    "<![CDATA[Hello]]>",
    "<audio src=\"https://cdn.example.com/a.wav\">Hello",
    "<BREAK TIME=\"3s\">",
    "<break time=\"3s\"",
    "wait <#0.5#> please",
    "Hello &pause; there",
    "Marks &amp; Spencer",
    "Marks &#38; Spencer",
    "Marks &#x26; Spencer",
    "&lt;break/&gt;",
    "[[slnc 500]] Hello",
    "Hello [pause] there",
    "Hello [:rate 200] there",
    "[500ms]",
    "(please)[emphasis:\"strong\"]",
    "\\pau=500\\ Hello",
    "\\vol=20\\Hello",
    "\\!p500 Hello",
    "\u{1b}\\pause=500\\ Hello",
];

#[test]
fn markup_is_seen_in_every_spelling() {
    for text in MARKUP {
        assert!(markup(text).is_some(), "{text}");
    }
}

#[test]
fn signs_that_are_spoken_are_no_markup() {
    for text in [
        "if a < b",
        "a < b and c > d",
        "a<b",
        "3 <4> 2",
        "<3",
        "x <y and z> w",
        "AT&T",
        "Q&A; then",
        "Marks & Spencer; hello",
        "R&D",
        "5 > 4",
        "->",
        "a [",
        "a ] b [",
        "[]",
        "C:\\",
        "1 \\ 2",
        "Hello < speak",
        "",
    ] {
        assert_eq!(markup(text), None, "{text}");
    }
}

#[test]
fn a_slower_voice_takes_longer_in_proportion() {
    let text = "Please call us back on 555 0142 about your visit.";
    let at = |rate: u16| bounds(text, Rate::new(rate).unwrap());
    assert_eq!(at(150), bounds(text, Rate::default()));
    assert_eq!(at(75).least, at(150).least * 2);
    assert_eq!(at(75).most, at(150).most * 2);
    assert!(at(300).most < at(150).most);
    let rates = [0, 59, 60, 400, 401, u16::MAX].map(|rate| Rate::new(rate).is_some());
    assert_eq!(rates, [false, false, true, true, false, false]);
}

#[test]
fn every_class_is_measured() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let (mut voices, mut engines) = (BTreeSet::new(), BTreeSet::new());
    for one in spoken() {
        seen.insert(one.class);
        voices.insert(one.voice);
        engines.insert(one.engine);
    }
    let classes =
        ["acronym", "amount", "date", "digits", "mixed", "number", "phone", "prose", "symbol", "time", "url"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), classes);
    assert!(voices.len() >= 30 && engines.len() == 2, "{voices:?} {engines:?}");
}

#[test]
fn any_repetition_has_bounds() {
    for nothing in ["", " ", "\t \u{a0}"] {
        assert_eq!(bounds(nothing, Rate::default()), Bounds::default(), "{nothing:?}");
    }
    for piece in
        ["a ", "<", "&a", "[", "\\", "{", "1", "1.", "a.b@", "<a ", "<break ", "é", "字", "[[", "[ ", "<p "]
    {
        for end in ["", "]", ">", "=", "=>"] {
            let text = piece.repeat(20_000) + end;
            let spoken = bounds(&text, Rate::default());
            assert!(spoken.least <= spoken.most, "{piece}");
            let _ = markup(&text);
        }
    }
}

#[test]
fn a_longer_text_takes_no_less() {
    for one in spoken() {
        let mut last = Bounds::default();
        for word in one.text.split_inclusive(' ') {
            let more = last.and(bounds(word, Rate::default()));
            assert!(more.least >= last.least && more.most >= last.most, "{}", one.text);
            last = more;
        }
    }
}
