//! Speech: what two engines take for a text lies between the bounds.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;

use cxflowc::speech::{LANGUAGES, Rate, TimeBounds, Voice, bounds, language_of, markup};

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
        let TimeBounds { least, most } = bounds(&one.text, Voice::default());
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

/// The figures of a voice that is measured for its language alone.
fn own_voice(one: &Spoken) -> Option<Voice> {
    language_of(&one.voice).map(|language| Voice::of(Rate::default(), Some(language)))
}

#[test]
fn a_known_language_has_bounds_that_are_closer_and_as_safe() {
    let (mut wrong, mut tried) = (String::new(), BTreeSet::new());
    for one in spoken() {
        let Some(voice) = own_voice(&one) else { continue };
        let (own, any) = (bounds(&one.text, voice), bounds(&one.text, Voice::default()));
        // One engine alone has to leave more room.
        let spare = if one.voice.starts_with("en") { 6 } else { 5 };
        let (low, high) = (one.milliseconds * (spare - 1) / spare, one.milliseconds * (spare + 1) / spare);
        if own.least > low || own.most < high || own.least < any.least || own.most > any.most {
            wrong.push_str(&format!("{} {own:?} {any:?} {}: {}\n", one.voice, one.milliseconds, one.text));
        }
        tried.insert(one.voice);
    }
    assert!(wrong.is_empty(), "{wrong}");
    for language in &LANGUAGES {
        assert!(tried.iter().any(|voice| voice.starts_with(language.code)), "{}", language.code);
    }
}

#[test]
fn languages_narrow_what_is_left_open() {
    let english = Voice::of(Rate::default(), language_of("en"));
    for (text, at_most) in [
        ("18005550142", 12_000),
        ("Please call us back on 555 0142 about your visit.", 12_500),
        ("This is Lakeside Dental calling about your appointment next week.", 8_000),
        ("You owe 500 dollars.", 6_500),
    ] {
        let (own, any) = (bounds(text, english), bounds(text, Voice::default()));
        assert!(own.most <= at_most && own.open() * 4 < any.open() * 3, "{text}: {own:?} {any:?}");
    }
}

#[test]
fn a_voice_of_several_languages_has_room_for_each() {
    let voice =
        |codes: &[&str]| Voice::of(Rate::default(), codes.iter().filter_map(|code| language_of(code)));
    for text in ["777777", "88", "Por favor, espere.", "Hold the line, please."] {
        let [en, es, both] = [&["en"][..], &["es"], &["en", "es"]].map(|codes| bounds(text, voice(codes)));
        assert!(both.least <= en.least.min(es.least) && both.most >= en.most.max(es.most), "{text}");
    }
    assert_eq!(voice(&[]), Voice::default());
}

#[test]
fn digits_among_letters_of_another_alphabet_may_be_read_in_any_language() {
    let english = Voice::of(Rate::default(), language_of("en"));
    for text in
        ["您的余额是1234元", "Позвоните 8 495 123 45 67", "اتصل 800 555", "नमस्ते 777777", "ΑΒΓ 12", "안녕 12"]
    {
        assert_eq!(bounds(text, english), bounds(text, Voice::default()), "{text}");
        assert_eq!(bounds("777", english.within(text)), bounds("777", Voice::default()), "{text}");
    }
    for text in ["naïve café señor 777", "Łódź 12", "€ 12", "“12” — 3", "１２"] {
        assert_eq!(english.within(text), english, "{text}");
    }
}

#[test]
fn languages_are_known_by_their_codes() {
    for code in ["en", "en-US", "en_gb", "EN", "es-419", "pt-BR", "de-CH", "pl", " nl "] {
        assert!(language_of(code).is_some(), "{code}");
    }
    for code in ["", "-", "eng", "english", "fi", "zh", "xx", "e", "en us"] {
        assert!(language_of(code).is_none(), "{code}");
    }
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
        let cells = [Voice::default(), Voice::of(Rate::default(), language_of("en"))].map(|voice| {
            let TimeBounds { least, most } = bounds(text, voice);
            let [least, most] = [least, most].map(|time| tenths((time as f64 / 100.0).round()));
            format!("{least} | {most}")
        });
        let row = format!("| `{text}` | {} |", cells.join(" | "));
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
    let at = |rate: u16| bounds(text, Voice::of(Rate::new(rate).unwrap(), None));
    assert_eq!(at(150), bounds(text, Voice::default()));
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
        assert_eq!(bounds(nothing, Voice::default()), TimeBounds::default(), "{nothing:?}");
    }
    for piece in
        ["a ", "<", "&a", "[", "\\", "{", "1", "1.", "a.b@", "<a ", "<break ", "é", "字", "[[", "[ ", "<p "]
    {
        for end in ["", "]", ">", "=", "=>"] {
            let text = piece.repeat(20_000) + end;
            let spoken = bounds(&text, Voice::default());
            assert!(spoken.least <= spoken.most, "{piece}");
            let _ = markup(&text);
        }
    }
}

#[test]
fn a_longer_text_takes_no_less() {
    for one in spoken() {
        let mut last = TimeBounds::default();
        for word in one.text.split_inclusive(' ') {
            let more = last.and(bounds(word, Voice::default()));
            assert!(more.least >= last.least && more.most >= last.most, "{}", one.text);
            last = more;
        }
    }
}
