//! What is said of the voice in `cxflow.toml`: `words_per_minute`, `languages`.

use super::harness::*;

/// The notice takes about 4 s, by estimate at least 3.5 and at most 9.3.
const NOTICE: &str = r#"flow "Notice"
entry notice
disclosure notice { say "This is Lakeside Dental, and this call may be recorded for training."; -> bye }
disconnect bye
policy house "House rules" {
  brief: limit 10s
}
apply house
"#;

fn with(settings: &str) -> Folder {
    Folder::new().with("a.cxflow", NOTICE).with("cxflow.toml", settings)
}

#[test]
fn a_slower_voice_may_not_keep_a_limit() {
    for (settings, word) in [
        ("", "holds"),
        ("words_per_minute = 150\n", "holds"),
        ("words_per_minute = 300\n", "holds"),
        ("words_per_minute = 120\n", "unknown"),
        ("words_per_minute = 60\n", "unknown"),
    ] {
        let run = with(settings).run("policy check a.cxflow --format json");
        let checked: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(checked["policies"][1]["rules"][0]["verdict"], word, "{settings}{}", run.out);
    }
}

#[test]
fn a_rate_that_nobody_speaks_at_is_an_error() {
    for settings in ["words_per_minute = 0\n", "words_per_minute = 59\n", "words_per_minute = 401\n"] {
        let run = with(settings).run("check a.cxflow --message-format short").exits(1);
        run.err_has("`words_per_minute` must be a whole number from 60 to 400");
    }
    with("words_per_minute = \"150\"\n").run("check a.cxflow --message-format short").exits(1);
}

#[test]
fn other_names_for_the_rate_are_understood() {
    for name in ["wpm", "words_a_minute", "word_per_minute", "words_per_minuet", "speech_rate"] {
        let run = with(&format!("{name} = 150\n")).run("check a.cxflow").exits(1);
        run.err_has("words_per_minute");
    }
}

/// A phone number by itself: 5.9 s and 6.4 s with two English voices.
fn number(settings: &str) -> Folder {
    let flow = NOTICE
        .replace("This is Lakeside Dental, and this call may be recorded for training.", "18005550142")
        .replace("10s", "12s");
    Folder::new().with("calls/a.cxflow", &flow).with("cxflow.toml", settings)
}

fn verdict(folder: &Folder) -> String {
    let run = folder.run("policy check calls/a.cxflow --format json");
    let checked: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    checked["policies"][1]["rules"][0]["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn a_known_language_decides_more() {
    for (settings, word) in [
        ("", "unknown"),
        ("languages = []\n", "unknown"),
        ("languages = [\"en\"]\n", "holds"),
        ("languages = [\"en-US\"]\n", "holds"),
        ("languages = [\"fr\", \"en\"]\n", "holds"),
        ("languages = [\"en\", \"pl\"]\n", "unknown"),
        ("languages = [\"en\"]\nwords_per_minute = 120\n", "unknown"),
    ] {
        assert_eq!(verdict(&number(settings)), word, "{settings}");
    }
}

#[test]
fn the_languages_of_all_folders_count() {
    let folder = number("languages = [\"en\"]\n").with("calls/cxflow.toml", "languages = [\"pl\"]\n");
    assert_eq!(verdict(&folder), "unknown");
    let folder = number("languages = [\"pl\"]\n").with("calls/cxflow.toml", "languages = [\"en\"]\n");
    assert_eq!(verdict(&folder), "unknown");
    let folder = number("overridable = true\nlanguages = [\"pl\"]\n")
        .with("calls/cxflow.toml", "languages = [\"en\"]\n");
    assert_eq!(verdict(&folder), "holds");
    let run = folder.run("check calls/a.cxflow --show-settings");
    run.out_has("languages = [\n").out_has("\"en\"");
}

#[test]
fn a_language_without_figures_is_an_error_that_says_what_to_do() {
    for (value, says) in [
        ("[\"English\"]", "did you mean `en`?"),
        ("[\"eng\"]", "did you mean `en`?"),
        ("[\"Deutsch\"]", "did you mean `de`?"),
        ("[\"espanol\"]", "did you mean `es`?"),
        ("[\"fi\"]", "take the setting out"),
        ("[\"zh\"]", "take the setting out"),
        ("[\"\"]", "holds an empty text"),
        ("\"en\"", "write `languages = "),
        ("1", "write `languages = "),
    ] {
        number(&format!("languages = {value}\n")).run("check calls/a.cxflow").exits(1).err_has(says);
    }
    for name in ["language", "lang", "locale", "langauges"] {
        number(&format!("{name} = [\"en\"]\n")).run("check calls/a.cxflow").exits(1).err_has("languages");
    }
}
