//! `[defaults]`: how long prompts wait for keys that do not say it themselves.

use crate::harness::Folder;

const FLOW: &str = "flow \"A\"\nentry notice\ndisclosure notice { say \"Hello.\" }\nnotice -> menu\n\
    collect menu \"Press 1.\" { on 1 -> own; on timeout | invalid -> bye }\n\
    collect own \"Press 1.\" wait 2s { on 1 | timeout | invalid -> bye }\ndisconnect bye\n";

fn with(settings: &str) -> Folder {
    Folder::new().with("a.cxflow", FLOW).with("cxflow.toml", settings)
}

/// The fields about keys of the two prompts.
fn waits(settings: &str) -> Vec<[Option<u64>; 2]> {
    let run = with(settings).run("build a.cxflow --compact -o -").exits(0);
    let payload: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let nodes = payload["nodes"].as_array().unwrap();
    let prompts = nodes.iter().filter(|node| node["type"] == "collect");
    prompts.map(|node| ["wait_ms", "between_ms"].map(|field| node["actions"][0][field].as_u64())).collect()
}

#[test]
fn a_prompt_takes_what_it_does_not_say_from_the_settings() {
    assert_eq!(waits(""), [[None, None], [Some(2000), None]]);
    assert_eq!(waits("[defaults]\nwait = \"5s\"\n"), [[Some(5000), None], [Some(2000), None]]);
    assert_eq!(
        waits("[defaults]\nwait = \"3min\"\nbetween = \"500ms\"\n"),
        [[Some(180_000), Some(500)], [Some(2000), Some(500)]]
    );
}

#[test]
fn a_time_that_is_none_is_an_error_that_says_what_to_write() {
    for (setting, says) in [
        ("wait = 5", "`defaults.wait` must be a text"),
        ("wait = \"5\"", "`defaults.wait` has `5`, which is no time"),
        ("wait = \"five\"", "which is no time"),
        ("wait = \"5 s\"", "which is no time"),
        ("wait = \"\"", "`defaults.wait` is empty"),
        ("wait = \"1ms\"", "`defaults.wait` is `1ms`, and a key is awaited for 500ms to 3min"),
        ("between = \"4min\"", "`defaults.between` is `4min`"),
        ("timeout = \"5s\"", "wait"),
        ("inter_digit = \"5s\"", "between"),
        ("wiat = \"5s\"", "wait"),
    ] {
        with(&format!("[defaults]\n{setting}\n")).run("check a.cxflow").exits(1).err_has(says);
    }
}

#[test]
fn settings_show_them() {
    let folder = with("[defaults]\nwait = \"5s\"\n[platform]\nfields = [\"wait_ms\"]\n");
    folder.run("check a.cxflow --show-settings").exits(0).out_has("wait = \"5s\"").out_has("\"wait_ms\",");
    // What the platform takes needs no note.
    let run = folder.run("check a.cxflow -v").exits(0);
    assert!(!run.err.contains("wait_ms"), "{}", run.err);
    with("").run("check a.cxflow -v").exits(0).err_has("does not list the field `wait_ms`");
}
