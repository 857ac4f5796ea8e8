//! A folder may tighten what a folder above asks for, but not loosen it.

use super::harness::*;

/// The settings of the top and of the folder below it, in which the flow lies.
fn folder(top: &str, below: &str) -> Folder {
    Folder::new().with("s/a.cxflow", CLEAN).with("cxflow.toml", top).with("s/cxflow.toml", below).committed()
}

fn settings(folder: &Folder) -> String {
    folder.run("check s/a.cxflow --show-settings").out
}

#[test]
fn a_looser_setting_is_a_warning_and_does_not_count() {
    for (key, above, below) in [
        ("longest_waiver", "\"30 days\"", "\"9999 days\""),
        ("longest_waiver", "\"30 days\"", "\"31 days\""),
        ("longest_waiver", "\"1 year\"", "\"2 years\""),
        ("words_per_minute", "120", "400"),
        ("words_per_minute", "120", "121"),
    ] {
        let loose = folder(&format!("{key} = {above}\n"), &format!("{key} = {below}\n"));
        loose.run("check --format short s/a.cxflow").exits(0).err_has("s/cxflow.toml:1:1: warning[CX714");
        assert!(settings(&loose).contains("# cxflow.toml:1"), "{key}: {}", settings(&loose));
        loose.run("check --deny warnings s/a.cxflow").exits(1);
        let allowed =
            folder(&format!("{key} = {above}\noverridable = true\n"), &format!("{key} = {below}\n"));
        allowed.run("check s/a.cxflow").exits(0).err_lacks("CX714");
        assert!(settings(&allowed).contains("# s/cxflow.toml:1"), "{key}");
        // What is stricter counts, and so does what is as strict.
        let strict = folder(&format!("{key} = {below}\n"), &format!("{key} = {above}\n"));
        strict.run("check s/a.cxflow").exits(0).err_lacks("CX714");
        assert!(settings(&strict).contains("# s/cxflow.toml:1"), "{key}");
        let same = folder(&format!("{key} = {above}\n"), &format!("{key} = {above}\n"));
        same.run("check s/a.cxflow").exits(0).err_lacks("CX714");
    }
}

#[test]
fn an_audit_log_is_not_switched_off_below() {
    let top = "[env.prod]\naudit = \"audit/prod.jsonl\"\n";
    let below = "[env.prod]\naudit = \"off.jsonl\"\n";
    let kept = folder(top, below);
    kept.run("check --format short s/a.cxflow").exits(0).err_has("s/cxflow.toml:2:1: warning[CX714");
    assert!(settings(&kept).contains("audit/prod.jsonl") && !settings(&kept).contains("off.jsonl"));
    let allowed = folder(&format!("{top}overridable = true\n"), below);
    allowed.run("check s/a.cxflow").exits(0).err_lacks("CX714");
    // An environment that the file above does not name is another one.
    let other = folder(top, "[env.test]\naudit = \"test.jsonl\"\n");
    other.run("check s/a.cxflow").exits(0).err_lacks("CX714");
}

#[test]
fn a_param_that_with_gives_is_not_set_from_outside_without_a_word() {
    let flow =
        CLEAN.replace("entry notice\n", "include \"b.cxflow\" as es with queue = \"w\"\nentry notice\n");
    let flow = flow.replace("notice -> sales", "notice -> es.desk").replace("agent sales \"${queue}\"\n", "");
    let flow = flow.replace("param queue = \"sales_queue\"\n", "");
    let folder = Folder::of(&flow).with("b.cxflow", "param queue = \"q\"\nagent desk \"${queue}\"\n");
    folder.run("check a.cxflow").exits(0).err_lacks("CX713");
    let run = folder.run("check --format short a.cxflow --set es.queue=prod").exits(0);
    run.err_has("a.cxflow:2:").err_has("warning[CX713 set-in-vain]");
    folder.write("cxflow.toml", "[env.prod.params]\n\"es.queue\" = \"prod\"\n");
    let run = folder.run("check --format short a.cxflow --env prod").exits(0);
    run.err_has("cxflow.toml:2:").err_has("warning[CX713 set-in-vain]");
    folder.run("build --deny warnings a.cxflow --env prod").exits(1);
    folder.write("a.cxflow", flow.replace(" with queue = \"w\"", ""));
    folder.run("check a.cxflow --env prod").exits(0).err_lacks("CX713");
}

#[test]
fn a_param_that_is_a_number_is_shown_as_one_and_a_text_as_a_text() {
    let folder = Folder::new();
    folder.write("a.cxflow", "@disclosure\nplay a \"Hello\"\nhangup b\nentry a\na -> b\n");
    folder.write("cxflow.toml", "[env.prod]\nparams = { tries = 0, more = -7, text = \"0\", other = '5' }\n");
    let out = folder.run("check a.cxflow --env prod --show-settings").out;
    for shown in ["tries = 0 ", "more = -7 ", "text = \"0\" ", "other = \"5\" "] {
        assert!(out.contains(shown), "{shown}: {out}");
    }
}

/// A language fewer makes the longest time that a text may take shorter.
#[test]
fn languages_of_a_folder_below_add_to_those_above() {
    for (above, below, all) in [
        (r#"["fr"]"#, r#"["en"]"#, &["fr", "en"][..]),
        (r#"["en", "fr"]"#, r#"["en"]"#, &["en", "fr"]),
        (r#"["de"]"#, r#"["en", "es"]"#, &["de", "en", "es"]),
    ] {
        let both = folder(&format!("languages = {above}\n"), &format!("languages = {below}\n"));
        both.run("check s/a.cxflow").exits(0).err_lacks("CX714");
        for code in all {
            assert!(settings(&both).contains(&format!("\"{code}\"")), "{code}: {}", settings(&both));
        }
        let replaced =
            folder(&format!("languages = {above}\noverridable = true\n"), &format!("languages = {below}\n"));
        assert!(!settings(&replaced).contains("# cxflow.toml:1"), "{}", settings(&replaced));
    }
}
