//! `policies.lock` and `policy update`: verdicts stay as they are when the compiler has other policies.

use std::fs;
use std::time::Duration;

use cxflowc::bundled;
use cxflowc::settings::policy_lock::written;

use super::harness::*;
use super::live::Live;

/// Keeps a baseline that allows nine attempts, and breaks the compiler's own.
const FIVE: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "https://cdn.example.com/menu.wav" retries 5 {
  on 1 -> desk
  on timeout | invalid -> bye
}
agent desk "front-desk"
disconnect bye
notice -> menu
"#;

/// The text of a policy of the compiler.
fn own(name: &str) -> &'static str {
    bundled::find(name).unwrap().text
}

/// A baseline from before policies had versions, which allows nine attempts.
fn other_baseline() -> String {
    let text = own("baseline").replace("limit retries 3", "limit retries 9").replace("  version 1\n", "");
    assert_ne!(text, own("baseline"));
    text
}

/// A flow that applies a policy without breaking it.
fn applied() -> String {
    format!("{CLEAN}apply pci_dss_collect\nfact recording = \"none\"\n")
}

fn older_lock() -> String {
    written([("baseline", other_baseline().as_str())])
}

#[test]
fn the_locked_text_counts_and_not_that_of_the_compiler() {
    Folder::of(FIVE).run("check a.cxflow").exits(1).err_has("retries");
    let folder = Folder::of(FIVE).with("policies.lock", older_lock());
    folder.run("check --deny warnings a.cxflow").exits(0).err_has("a.cxflow: no findings");
    folder.run("build a.cxflow").exits(0);
    folder.run("test a.cxflow").exits(0);
    // It is found as the settings are, and the nearest one counts.
    let folder = Folder::new().with("policies.lock", older_lock()).with("cxflow.toml", "");
    let folder = folder.with("flows/spring/a.cxflow", FIVE);
    folder.run("check flows/spring/a.cxflow").exits(0);
    folder.write("flows/policies.lock", written([("baseline", own("baseline"))]));
    folder.run("check flows").exits(1);
    folder.command("check -").input(FIVE).run().exits(0);
}

#[test]
fn an_update_shows_the_verdicts_that_change_before_it_writes() {
    let folder = Folder::of(FIVE).with("policies.lock", older_lock()).with("b.cxflow", CLEAN);
    let run = folder.run("policy update").exits(1);
    run.out_has("policies.lock\n  ~ baseline, version 1; had none\n")
        .out_has("limit retries [-9-]{+3+}")
        .out_has("\nVerdicts\n  - baseline/retries: holds -> violated in a.cxflow\n")
        .err_is("policies.lock: 1 policy changes, 1 verdict changes, for the worse; `--write` writes it\n");
    assert_eq!(folder.read("policies.lock"), older_lock());
    // One flow that is named is not all that changes.
    folder
        .run("policy update b.cxflow")
        .exits(1)
        .out_has("- baseline/retries: holds -> violated in a.cxflow");
    let written_once = folder.run("policy update --write").exits(0);
    written_once.out_has("- baseline/retries: holds -> violated").err_has("; written; commit it\n");
    assert_eq!(folder.read("policies.lock"), written([("baseline", own("baseline"))]));
    folder.run("check a.cxflow").exits(1);
    folder.run("policy update").exits(0).out_is("").err_is("policies.lock: up to date, 1 policy\n");
    folder.run("policy update --write").exits(0).out_is("");
}

#[test]
fn an_update_as_json() {
    let folder = Folder::of(FIVE).with("policies.lock", older_lock());
    let line = folder.run("policy update --format json").exits(1).json();
    assert_eq!(line["lock"], "policies.lock");
    assert_eq!((&line["written"], &line["weaker"]), (&false.into(), &true.into()));
    let policy = &line["policies"][0];
    assert_eq!((&policy["name"], &policy["change"]), (&"baseline".into(), &"updated".into()));
    assert_eq!((&policy["before"], &policy["after"]), (&serde_json::Value::Null, &1.into()));
    assert!(policy["rules"].as_array().unwrap().iter().any(|rule| rule["name"] == "baseline/retries"));
    let verdict = &line["flows"][0]["verdicts"][0];
    assert_eq!(line["flows"][0]["file"], "a.cxflow");
    assert_eq!((&verdict["before"], &verdict["after"]), (&"holds".into(), &"violated".into()));
    assert_eq!(verdict["effect"], "weaker");
    assert_eq!(folder.run("policy update --write --format json").exits(0).json()["written"], true);
}

#[test]
fn an_older_compiler_leaves_a_newer_text_as_it_is() {
    let newer =
        own("baseline").replace("limit retries 3", "limit retries 9").replace("version 1", "version 2");
    let folder = Folder::of(FIVE).with("policies.lock", written([("baseline", newer.as_str())]));
    let kept = "  baseline, version 2: newer than in this compiler; its text stays: update cxflowc\n";
    folder.run("policy update").exits(0).out_has(kept).err_has("up to date");
    folder.run("policy update --write").exits(0).out_has(kept);
    assert_eq!(folder.read("policies.lock"), written([("baseline", newer.as_str())]));
    folder.run("policy check a.cxflow").exits(0).out_has("locked at version 2; this compiler has version 1");
}

#[test]
fn an_update_for_the_better_ends_well() {
    let stricter = own("baseline").replace("limit retries 3", "limit retries 1").replace("  version 1\n", "");
    let folder = Folder::of(&FIVE.replace("retries 5", "retries 2"));
    folder.write("policies.lock", written([("baseline", stricter.as_str())]));
    folder.run("check a.cxflow").exits(1);
    let run = folder.run("policy update").exits(0).out_has("baseline/retries: violated -> holds in a.cxflow");
    run.err_has("1 verdict changes; `--write` writes it");
    folder.run("policy update --write").exits(0);
    folder.run("check a.cxflow").exits(0);
}

#[test]
fn the_first_update_makes_the_lock_where_it_counts_for_the_flows() {
    let both = [("baseline", own("baseline")), ("pci_dss_collect", own("pci_dss_collect"))];
    let folder = Folder::of(CLEAN).with("x/b.cxflow", applied());
    let run = folder.run("policy update").exits(0);
    run.out_is("policies.lock\n  + baseline, version 1: was not locked\n  + pci_dss_collect, version 1: was not locked\n")
        .err_is("policies.lock: 2 policies change, no verdict changes; `--write` makes it\n");
    assert!(!folder.has("policies.lock"));
    // Without settings in the working folder, which is above the flow that is named.
    folder.run("policy update x --write").exits(0).err_has("policies.lock: ").err_has("; made; commit it");
    assert_eq!(folder.read("policies.lock"), written(both));
    folder.run("check --deny warnings --allow CX413 .").exits(0);
    folder.run("check x/b.cxflow").exits(0).err_lacks("CX723");

    // Beside the uppermost settings, which name policies for all flows below.
    let folder =
        Folder::of(CLEAN).with("cxflow.toml", "").with("x/b.cxflow", applied()).with("x/cxflow.toml", "");
    let run = folder.command("policy update b.cxflow --write").folder(&folder.path("x")).run().exits(0);
    run.err_has("../policies.lock: 2 policies change");
    assert_eq!(folder.read("policies.lock"), written(both));
    assert!(!folder.has("x/policies.lock"));
    // A lock that is there counts, also if it is nearer.
    folder.write("x/policies.lock", written([("baseline", own("baseline"))]));
    let run = folder.run("policy update --write").exits(0);
    run.err_has("x/policies.lock: 1 policy changes").out_has("x/policies.lock\n  + pci_dss_collect");
    assert_eq!(folder.read("x/policies.lock"), written(both));
    assert_eq!(folder.read("policies.lock"), written([("baseline", own("baseline"))]));

    // Not above the repository, and beside a flow that is not below the working folder.
    let outer = Folder::of(CLEAN);
    let inner = Folder::of(CLEAN).committed();
    let path = inner.path("a.cxflow").display().to_string();
    outer.command("policy update --write").arg(&path).run().exits(0);
    assert!(!outer.has("policies.lock") && inner.has("policies.lock"));
}

#[test]
fn policies_that_no_flow_applies_leave_the_lock() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "");
    let texts = [("baseline", own("baseline")), ("uk_pecr", own("uk_pecr"))];
    folder.write("policies.lock", written(texts));
    folder.run("check --deny warnings .").exits(0);
    folder
        .run("policy update")
        .exits(0)
        .out_is("policies.lock\n  - uk_pecr, version 3: no flow applies it any more\n");
    // A flow that cannot be read may apply it.
    folder.write("b.cxflow", CLEAN.replace("entry notice", "entry notice\ninclude \"lost.cxflow\""));
    folder.run("policy update --write").exits(0).out_has("  uk_pecr, version 3: stays");
    assert_eq!(folder.read("policies.lock"), written(texts));
    folder.write("b.cxflow", CLEAN);
    folder.run("policy update --write").exits(0);
    assert_eq!(folder.read("policies.lock"), written([("baseline", own("baseline"))]));
}

#[test]
fn what_a_file_applies_that_no_flow_includes_is_not_locked() {
    let folder = Folder::of(CLEAN).with("policies.lock", older_lock());
    folder.write("idle.cxflow", "apply uk_pecr\n");
    let run = folder.run("policy update --write").exits(0);
    run.lacks("uk_pecr");
    assert_eq!(folder.read("policies.lock"), written([("baseline", own("baseline"))]));
    // That it applies to nothing is said, and not that the lock lacks it.
    folder.run("check --message-format short .").err_has("CX438").err_lacks("CX723");
    folder.write("a.cxflow", format!("{CLEAN}include \"idle.cxflow\"\n"));
    folder.run("policy update --write").exits(0).out_has("+ uk_pecr, version 3: was not locked");
}

#[test]
fn flows_without_the_environment_are_compared_without_it() {
    let folder = Folder::new().with("policies.lock", older_lock());
    for (name, env) in [("a", "staging"), ("b", "prod")] {
        folder.write(&format!("{name}/{name}.cxflow"), CLEAN);
        let address = format!("[env.{env}]\nbase_url = \"https://{env}.example.com\"\n");
        folder.write(&format!("{name}/cxflow.toml"), address);
    }
    let run = folder.run("policy update --env staging a/a.cxflow").exits(0).out_has("~ baseline");
    run.err_has("b/b.cxflow has no environment `staging`, and is compared without one")
        .err_lacks("a/a.cxflow");
    folder.run("policy update --env prod").exits(0).err_has("a/a.cxflow has no environment `prod`");
    // One that no flow has is a mistake, as everywhere.
    folder.run("policy update --env nope").exits(2).err_has("no environment `nope`");
    folder.run("check --env staging .").exits(2).err_has("b/cxflow.toml has no environment `staging`");
}

#[test]
fn an_update_shows_other_places() {
    let older = own("uk_pecr").replace("covers \"gb\" when", "covers \"gb\", \"im\" when");
    assert_ne!(older, own("uk_pecr"));
    let folder = Folder::of(&format!("{CLEAN}apply uk_pecr\n"));
    folder.write("policies.lock", written([("baseline", own("baseline")), ("uk_pecr", older.as_str())]));
    let run = folder.run("policy update").exits(0).lacks("its rules are the same");
    run.out_has("policy uk_pecr: ").out_has("covers \"gb\"").out_has("\"im\"");
}

#[test]
fn policies_are_picked_by_their_locked_texts() {
    let older = own("uk_pecr").replace("covers \"gb\" when", "covers \"gb\", \"im\" when");
    let folder = Folder::of(CLEAN).with("policies.lock", written([("uk_pecr", older.as_str())]));
    folder.run("policy pick --jurisdiction im").exits(0).out_has("apply uk_pecr");
    Folder::of(CLEAN).run("policy pick --jurisdiction im").exits(1).err_has("no policy covers im");
}

#[test]
fn a_policy_that_does_not_apply_expects_what_its_locked_text_says() {
    let tagged = CLEAN.replace("notice.wav\"", "notice.wav\" @mini-miranda");
    let text = own("us_regf").replace("@mini-miranda", "@old-words");
    let unlocked = Folder::of(&tagged).run("check --message-format short a.cxflow");
    unlocked.err_has("us_regf");
    let folder = Folder::of(&tagged).with("policies.lock", written([("us_regf", text.as_str())]));
    folder.run("check --message-format short a.cxflow").err_lacks("us_regf");
}

#[test]
fn a_policy_that_the_lock_does_not_have_is_a_warning_where_it_is_applied() {
    let folder = Folder::of(&applied()).with("policies.lock", older_lock());
    let run = folder.run("check --message-format short a.cxflow").exits(0);
    run.err_has(
        "a.cxflow:7:1: warning[CX723 policy-not-locked]: `policies.lock` does not lock `pci_dss_collect`",
    );
    folder.run("check --deny warnings a.cxflow").exits(1).err_has("`cxflowc policy update --write`");
    folder.run("check --deny warnings --allow CX723 --allow CX413 a.cxflow").exits(0);

    let flow = applied().replace("apply pci_dss_collect\n", "");
    let folder = Folder::of(&flow).with("policies.lock", older_lock()).with("b.cxflow", &flow);
    folder.write("cxflow.toml", "policies = [\"pci_dss_collect\"]\n");
    let run =
        folder.run("check --message-format short .").exits(0).err_has("cxflow.toml:1:13: warning[CX723");
    assert_eq!(run.err.matches("CX723").count(), 1, "{run:#?}");
    folder.run("policy update --write").exits(0).out_has("+ pci_dss_collect, version 1: was not locked");
    folder.run("check .").exits(0).err_lacks("CX723");
    let run = folder.run("check --message-format short a.cxflow --policy uk_pecr");
    run.err_has(
        "policies.lock:1:1: warning[CX723 policy-not-locked]: `policies.lock` does not lock `uk_pecr`",
    );
    // Without a lock nothing is said.
    fs::remove_file(folder.path("policies.lock")).unwrap();
    folder.run("check .").exits(0).err_lacks("CX723");
}

#[test]
fn a_lock_that_was_edited_is_an_error_at_its_place_and_is_not_updated() {
    let edited = older_lock().replace("limit retries 9", "limit retries 99");
    let folder = Folder::of(FIVE).with("policies.lock", &edited).with("b.cxflow", CLEAN);
    let run = folder.run("check --message-format short .").exits(1);
    let run = run.err_has("policies.lock:6:10: error[CX722 bad-policy-lock]: the locked text of `baseline` is not the one that was locked");
    assert_eq!(run.err.matches("CX722").count(), 1, "{run:#?}");
    run.err_lacks("CX723");
    let run = folder.run("policy update --write").exits(1).out_is("");
    run.err_has("CX722").err_has("nothing is compared or written");
    assert_eq!(folder.read("policies.lock"), edited);
    folder.run("policy list").exits(1).err_has("CX722");
    folder.run("policy show baseline").exits(1).err_has("CX722").out_has("limit retries 3");
    for text in ["[[policy]]\n", "policies = []\n", "[[policy]\n", "policy = 3\n", "\u{0}\u{1}"] {
        folder.write("policies.lock", text);
        let run = folder.run("check --message-format short b.cxflow").exits(1).err_has("policies.lock:1:");
        assert_eq!(run.err.matches("CX722").count(), 1, "{text:?} {run:#?}");
    }
    folder.write("policies.lock", vec![b'#'; (4 << 20) + 1]);
    folder.run("check b.cxflow").exits(2).err_has("policies.lock is larger than 4 MiB");
    fs::remove_file(folder.path("policies.lock")).unwrap();
    fs::create_dir(folder.path("policies.lock")).unwrap();
    folder.run("check b.cxflow").exits(2).err_has("cannot read policies.lock");
}

#[test]
fn a_locked_text_that_is_no_policy_is_refused_though_its_hash_fits() {
    let broken = own("baseline").replace("limit retries 3", "limit retries three times");
    let another = own("baseline").replace("policy baseline", "policy based");
    let more = format!("include \"secret.cxflow\"\n{}", own("baseline"));
    for text in [broken.as_str(), &another, &more, ""] {
        let folder = Folder::of(CLEAN).with("policies.lock", written([("baseline", text)]));
        let run = folder.run("check --message-format short a.cxflow").exits(1);
        let run = run.err_has("policies.lock:5:8: error[CX722 bad-policy-lock]: this compiler cannot read the locked text of `baseline`");
        assert_eq!(run.err.matches("error[").count(), 1, "{run:#?}");
        folder.run("policy update --write").exits(1);
    }
}

#[test]
fn a_policy_that_the_compiler_does_not_have_stays_as_it_is_locked() {
    let gone = "policy us_gone \"Gone\" {\n  version 3\n  calm: forbid agent\n}\n";
    let lock = written([("baseline", own("baseline")), ("us_gone", gone)]);
    let folder = Folder::of(&format!("{CLEAN}apply us_gone\n")).with("policies.lock", &lock);
    folder.run("check a.cxflow").exits(1).err_has("calm");
    let run = folder.run("policy check a.cxflow").exits(1);
    run.out_has("us_gone  Gone\n  locked at version 3; this compiler does not have it\n");
    folder.run("policy update --write").exits(0).err_has("up to date").out_has("  us_gone, version 3: this");
    assert_eq!(folder.read("policies.lock"), lock);
    folder.run("policy show us_gone").exits(0).out_has("forbid agent");
    // A policy of one's own may have the name.
    let own_one = format!("{CLEAN}apply us_gone\npolicy us_gone \"Ours\" {{ calm: forbid voicemail }}\n");
    folder.write("a.cxflow", own_one);
    folder.run("check a.cxflow").exits(0);
}

#[test]
fn who_reads_of_a_policy_is_told_that_it_is_locked() {
    let folder = Folder::of(FIVE).with("policies.lock", older_lock());
    let words = "locked; this compiler has version 1";
    let list = folder.run("policy list").exits(0).out;
    assert!(list.lines().next().unwrap().ends_with(&format!("4 rules, {words}")), "{list}");
    let first = &folder.run("policy list --format json").exits(0).lines()[0];
    assert_eq!(
        (&first["version"], &first["locked"]["compiler_version"]),
        (&serde_json::Value::Null, &1.into())
    );
    assert_eq!(first["locked"]["current"], false);
    folder
        .run("policy show baseline")
        .exits(0)
        .out_has("Locked; this compiler has version 1.\n")
        .out_has("limit retries 9");
    folder.run("policy show baseline --source").exits(0).out_is(&other_baseline());
    assert_eq!(folder.run("policy show uk_pecr --format json").json()["locked"], serde_json::Value::Null);
    folder
        .run("policy check a.cxflow")
        .exits(0)
        .out_has(&format!("baseline  CXone outbound baseline\n  {words}\n"));
    let checked = folder.run("policy check a.cxflow --format json").json();
    assert_eq!(checked["policies"][0]["locked"]["compiler_version"], 1);
    folder.run("report a.cxflow -o r.json").exits(0);
    let report: serde_json::Value = serde_json::from_str(&folder.read("r.json")).unwrap();
    assert_eq!(report["policies"][0]["locked"], words);
    folder.run("report a.cxflow -o r.html").exits(0);
    assert!(folder.read("r.html").contains(words));
    let same = Folder::of(CLEAN).with("policies.lock", written([("baseline", own("baseline"))]));
    same.run("policy check a.cxflow").exits(0).out_has("\n  locked at version 1\n");
    let edited = format!("{}// A comment.\n", own("baseline"));
    same.write("policies.lock", written([("baseline", edited.as_str())]));
    same.run("policy check a.cxflow")
        .out_has("locked at version 1; this compiler has another text of version 1");
    same.run("policy update")
        .exits(0)
        .out_has("~ baseline, another text of version 1; its rules are the same\n");
}

#[test]
fn each_side_of_a_difference_has_its_own_lock() {
    let folder = Folder::of(FIVE).with("policies.lock", older_lock()).committed();
    folder.run("diff a.cxflow").exits(0).err_has("no changes");
    folder.run("policy update --write").exits(0);
    let run = folder.run("diff a.cxflow").exits(0).out_has("baseline/retries").out_has("holds");
    run.out_has("[-9-]{+3+}");
    folder.run("check HEAD:a.cxflow").exits(0);
    folder.run("policy update HEAD:a.cxflow").exits(2).err_has("no file on this disk");
    folder.command("policy update -").input(FIVE).run().exits(2);
}

#[test]
fn a_waiver_of_a_rule_that_is_gone_is_shown_before_it_is_an_error() {
    let text = own("baseline").replace("retries: limit", "attempts: limit").replace("  version 1\n", "");
    let flow = format!("{FIVE}waive baseline/attempts because \"tested\" by \"k.roe\" until 2099-01-01\n");
    let folder = Folder::of(&flow).with("policies.lock", written([("baseline", text.as_str())]));
    folder.run("check a.cxflow --allow CX308 --as-of 2098-12-01").exits(0);
    let run = folder.run("policy update").exits(1);
    run.out_has("\nFindings\n").out_has("  - new: error[").out_has("attempts");
}

#[test]
fn a_lock_is_an_input_of_what_is_built_and_no_output() {
    let folder = Folder::of(CLEAN).with("policies.lock", written([("baseline", own("baseline"))]));
    folder.run("build a.cxflow --depfile a.d").exits(0);
    assert!(
        folder.read("a.d").starts_with("a.json: \\\n  a.cxflow \\\n  policies.lock\n"),
        "{}",
        folder.read("a.d")
    );
    let lock = folder.read("policies.lock");
    folder.run("build a.cxflow -o policies.lock").exits(2);
    folder.run("check a.cxflow --message-format json --message-file policies.lock").exits(2);
    assert_eq!(folder.read("policies.lock"), lock);
}

#[test]
fn a_lock_that_changes_starts_a_round_of_watching() {
    let folder = Folder::of(FIVE).with("policies.lock", older_lock());
    let mut watching = Live::start(&folder, "check --watch a.cxflow");
    watching.prints("no errors; watching");
    std::thread::sleep(Duration::from_millis(50));
    folder.write("policies.lock", written([("baseline", own("baseline"))]));
    watching.prints(": errors");
}

#[test]
fn a_deleted_lock_that_git_still_has_is_missed() {
    let folder = Folder::of(CLEAN).with("x/b.cxflow", CLEAN).with("policies.lock", older_lock()).committed();
    fs::remove_file(folder.path("policies.lock")).unwrap();
    let run = folder.run("check --message-format short .").exits(0);
    let run = run.err_has("policies.lock:1:1: warning[CX717 deleted-settings]: `policies.lock` is missing, but git still has it");
    assert_eq!(run.err.matches("CX717").count(), 1, "{run:#?}");
    folder.git(&["rm", "-q", "policies.lock"]);
    folder.run("check .").exits(0).err_lacks("CX717");
}
