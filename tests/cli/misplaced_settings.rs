//! Keys and sections of `cxflow.toml` that stand in the wrong place.

use super::harness::*;

/// What is written, and what the answer says to write.
const CASES: [(&str, &str); 13] = [
    ("[env.prod]\nqueue = \"q\"\n", "params"),
    ("[env.prod]\nqueue = \"q\"\nparams = { other = \"x\" }\n", "params"),
    ("[env.prod.params]\nen.queue = \"x\"\n", "\"en.queue\""),
    ("[env.prod]\nparams = { en.queue = \"x\" }\n", "\"en.queue\""),
    ("[platform]\ntypes = [\"answer\"]\npolicies = [\"us_tsr\"]\n", "[platform]"),
    ("[platform]\nrequire = [\"clean\"]\n", "[platform]"),
    ("[prod]\nbase_url = \"https://api.example.com\"\n", "[env.prod]"),
    ("[prod.params]\nqueue = \"x\"\n", "[env.prod"),
    ("[params]\nqueue = \"x\"\n", "[env."),
    ("[env.params]\nqueue = \"x\"\n", "env."),
    ("[envs.x]\nbase_url = \"https://api.example.com\"\n", "env"),
    ("[[env]]\nname = \"prod\"\n", "[env."),
    ("[environment.prod]\nbase_url = \"https://api.example.com\"\n", "env"),
];

#[test]
fn misplaced_settings_are_an_error_that_names_their_place() {
    for (settings, says) in CASES {
        let folder = Folder::of(CLEAN).with("cxflow.toml", settings);
        folder.run("check a.cxflow").exits(1).err_has("error[CX70").err_has(says);
        let run = folder.run("check --message-format json a.cxflow").exits(1);
        let found = run.lines();
        assert!(!found.is_empty(), "{settings}");
        let texts = run.out.replace("\\\"", "\"");
        assert!(texts.contains("cxflow.toml") && texts.contains(says), "{settings}: {texts}");
        folder.run("build a.cxflow").exits(1).out_is("");
    }
}
