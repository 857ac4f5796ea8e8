//! `words_per_minute` in `cxflow.toml`.

use super::support::*;

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
        run.err_has("`words_per_minute` is a whole number from 60 to 400");
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
