//! Policies from outside: `--policy`, `policies` of cxflow.toml, `--as-of`.

use super::harness::*;

/// A rule that `CLEAN` breaks.
const HOUSE: &str = "policy house \"House rules\" {\n  greeted: require @greeting before agent\n}\n";

const VIOLATED: &str = "a.cxflow:5:7: error[CX301 policy-violation]: house/greeted: `sales` is reached without `@greeting` before it: notice -> sales\n";

/// `CLEAN` with a policy of its own whose rule ends like this.
fn dated(end: &str) -> Folder {
    Folder::of(&format!(
        "{CLEAN}policy house \"H\" {{\n  greeted: require @greeting before agent{end}\n}}\napply house\n"
    ))
}

#[track_caller]
fn holds(folder: &Folder, arguments: &str) {
    folder.run(&format!("{arguments} --format short")).exits(0).err_lacks("CX301");
}

#[track_caller]
fn breaks(folder: &Folder, arguments: &str) {
    folder
        .run(&format!("{arguments} --format short"))
        .exits(1)
        .err_has("error[CX301 policy-violation]: house/greeted: ");
}

#[test]
fn a_bundled_policy_applies_by_its_name() {
    let folder = Folder::of(CLEAN);
    let run = folder.run("check a.cxflow --format short --policy us_tsr").exits(1);
    run.err_has("error[CX311 missing-fact]: `us_tsr`");
    folder.run("check a.cxflow --format short").exits(0).err_lacks("us_tsr");
}

#[test]
fn all_policies_of_a_file_apply_by_its_path() {
    let other = "policy other { ended: forbid disconnect; sold: require @sales before agent }\n";
    let folder = Folder::of(CLEAN).with("policies/house.cxflow", format!("{HOUSE}{other}"));
    let run = folder.run("check a.cxflow --format short --policy policies/house.cxflow").exits(1);
    run.err_has(VIOLATED).err_has("other/sold: `sales` is reached without `@sales` before it");
}

#[test]
fn a_path_is_seen_from_the_working_folder() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN).with("house.cxflow", HOUSE);
    breaks(&folder, "check flows/a.cxflow --policy ./house.cxflow");
    let inside = folder.path("flows");
    let run = folder.command("check a.cxflow --format short --policy ../house.cxflow").folder(&inside).run();
    run.exits(1).err_has(VIOLATED);
}

#[test]
fn several_policies_apply_at_once() {
    let folder = Folder::of(CLEAN).with("house.cxflow", HOUSE);
    let run = folder.run("check a.cxflow --format short --policy us_tsr --policy house.cxflow").exits(1);
    run.err_has("`us_tsr`").err_has(VIOLATED);
}

#[test]
fn a_policy_that_a_flow_includes_applies_by_its_name() {
    let folder = Folder::of(&format!("{CLEAN}include \"house.cxflow\"\n")).with("house.cxflow", HOUSE);
    holds(&folder, "check a.cxflow");
    breaks(&folder, "check a.cxflow --policy house");
}

#[test]
fn a_policy_that_nobody_knows_has_a_finding() {
    let folder = Folder::of(CLEAN);
    let run = folder.run("check a.cxflow --policy us_tsrr").exits(1);
    run.err_has("error[CX114 unknown-policy]").err_has("`us_tsrr`").err_has("did you mean `us_tsr`?");
    folder.run("build a.cxflow --policy hause").exits(1).err_has("`cxflowc policy list`");
    assert!(!folder.has("a.json"));
}

#[test]
fn a_file_of_policies_that_is_not_there_has_a_finding() {
    let folder = Folder::of(CLEAN);
    for path in ["nope.cxflow", "policies/nope.cxflow", "./nope"] {
        let run = folder.command("check a.cxflow --format short --policy").arg(path).run().exits(1);
        run.err_has("error[CX111 include-not-found]").err_has("nope");
    }
    // A folder is no file.
    folder.write("policies/x", "");
    folder.run("check a.cxflow --format short --policy ./policies").exits(1).err_has("CX111");
}

#[test]
fn findings_of_a_policy_file_are_shown_at_their_place() {
    let folder =
        Folder::of(CLEAN).with("house.cxflow", "policy house \"H\" {\n  greeted: requir disclosure\n}\n");
    let run = folder.run("check a.cxflow --format short --policy house.cxflow").exits(1);
    run.err_has("house.cxflow:2:");
}

#[test]
fn the_settings_apply_policies() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "policies = [\"us_tsr\"]\n");
    folder.run("check a.cxflow --format short").exits(1).err_has("`us_tsr`");
    folder.write("cxflow.toml", "policies = [\"us_tsrr\"]\n");
    folder
        .run("check a.cxflow --format short")
        .exits(1)
        .err_has("cxflow.toml:1:13: error[CX114 unknown-policy]");
}

#[test]
fn a_path_in_the_settings_is_seen_from_their_folder() {
    let folder = Folder::new()
        .with("cxflow.toml", "policies = [\"policies/house.cxflow\"]\n")
        .with("policies/house.cxflow", HOUSE)
        .with("flows/spring/a.cxflow", CLEAN);
    breaks(&folder, "check flows/spring/a.cxflow");
    let inside = folder.path("flows/spring");
    folder.command("check a.cxflow --format short").folder(&inside).run().exits(1).err_has(VIOLATED);
}

#[test]
fn a_path_in_the_settings_is_called_as_it_is_seen_from_here() {
    let folder = Folder::new()
        .with("cxflow.toml", "policies = [\"policies/house.cxflow\"]\n")
        .with("flows/a.cxflow", CLEAN);
    let run = folder.run("check flows/a.cxflow --format short").exits(1);
    let run = run.err_has(" `policies/house.cxflow`");
    folder.write("policies/house.cxflow", "policy house { a: requir disclosure }\n");
    let again = folder.run("check flows/a.cxflow --format short").exits(1);
    assert!(again.err.starts_with("policies/house.cxflow:1:"), "{}{}", run.err, again.err);
}

#[test]
fn the_command_adds_to_the_settings() {
    let folder =
        Folder::of(CLEAN).with("cxflow.toml", "policies = [\"us_tsr\"]\n").with("house.cxflow", HOUSE);
    let run = folder.run("check a.cxflow --format short --policy house.cxflow").exits(1);
    run.err_has("`us_tsr`").err_has(VIOLATED);
}

#[test]
fn a_revision_is_held_to_the_policies_of_that_revision() {
    let folder = Folder::new()
        .with("flows/a.cxflow", CLEAN)
        .with("cxflow.toml", "policies = [\"policies/house.cxflow\"]\n")
        .with("policies/house.cxflow", HOUSE)
        .committed();
    folder.write("policies/house.cxflow", HOUSE.replace("@greeting", "disclosure"));
    holds(&folder, "check flows/a.cxflow");
    breaks(&folder, "check v1:flows/a.cxflow");
    let inside = folder.path("flows");
    folder
        .command("check v1:./a.cxflow --format short")
        .folder(&inside)
        .run()
        .exits(1)
        .err_has("house/greeted");
}

#[test]
fn settings_of_another_type_are_refused() {
    let folder = Folder::of(CLEAN);
    for value in ["\"us_tsr\"", "true", "[1]", "[[\"us_tsr\"]]", "{ us_tsr = true }"] {
        folder.write("cxflow.toml", format!("policies = {value}\n"));
        let run = folder.run("check a.cxflow").exits(1);
        run.err_has("`policies` must be a list of texts").err_has("write `policies = [\"us_tsr\", ");
    }
    folder.write("cxflow.toml", "policies = []\n");
    folder.run("check a.cxflow").exits(0);
}

#[test]
fn a_rule_is_in_force_from_its_first_to_its_last_day() {
    let folder = dated(" from 2026-03-01 until 2026-03-31");
    for (day, is_in_force) in
        [("2026-02-28", false), ("2026-03-01", true), ("2026-03-31", true), ("2026-04-01", false)]
    {
        let arguments = format!("check a.cxflow --as-of {day}");
        if is_in_force { breaks(&folder, &arguments) } else { holds(&folder, &arguments) }
    }
}

#[test]
fn without_a_day_rules_are_judged_today() {
    breaks(&dated(" until 2999-12-31"), "check a.cxflow");
    holds(&dated(" from 2999-12-31"), "check a.cxflow");
    holds(&dated(" until 2020-12-31"), "check a.cxflow");
}

#[test]
fn a_waiver_holds_until_its_last_day() {
    let folder = dated("");
    let waiver =
        "waive house/greeted because \"the greeting is being recorded\" by \"j.lee\" until 2027-03-31\n";
    folder.write("a.cxflow", folder.read("a.cxflow") + waiver);
    holds(&folder, "check a.cxflow --as-of 2027-03-31");
    let run = folder.run("check a.cxflow --format short --as-of 2027-04-01").exits(1);
    run.err_has("house/greeted").err_has("the waiver of `house/greeted` ended on 2027-03-31");
}

#[test]
fn a_day_that_is_none_is_bad_usage() {
    let folder = Folder::of(CLEAN);
    for day in ["2026-02-30", "tomorrow", "2026", "01.02.2026"] {
        let run = folder.command("check a.cxflow --as-of").arg(day).run().exits(2);
        run.err_has("write a date, as in 2026-08-02");
    }
}

/// What cannot be decided is a warning, and warnings are weighed as everywhere.
#[test]
fn an_undecided_rule_is_a_warning() {
    let folder = dated(" when dialer = \"predictive\"");
    let run = folder.run("check a.cxflow --format short").exits(0);
    run.err_has("warning[CX306 policy-unknown]").err_has("the fact `dialer` is not stated");
    folder
        .run("check a.cxflow --format short --deny warnings")
        .exits(1)
        .err_has("error[CX306 policy-unknown]");
    for name in ["policy-unknown", "CX306"] {
        let run = folder.command("check a.cxflow --deny warnings --format short --allow").arg(name).run();
        run.exits(0).err_lacks("warning[").err_lacks("error[").err_has("silenced by `--allow CX306`");
    }
}

#[test]
fn a_rule_with_warn_is_a_warning() {
    let folder = dated("");
    folder.write("a.cxflow", folder.read("a.cxflow").replace("greeted:", "warn greeted:"));
    folder
        .run("check a.cxflow --format short")
        .exits(0)
        .err_has("warning[CX301 policy-violation]: house/greeted");
    folder
        .run("check a.cxflow --format short --deny warnings")
        .exits(1)
        .err_has("error[CX301 policy-violation]");
}

#[test]
fn a_flow_is_taken_as_it_is() {
    let folder = dated("");
    let run = folder.run("build a.cxflow --format short --as-is").exits(0);
    run.err_has("warning[CX301 policy-violation]: house/greeted");
    assert!(folder.has("a.json"));
}

#[test]
fn every_verb_that_compiles_takes_policies_and_a_day() {
    let folder = Folder::of(&format!("{CLEAN}test \"it goes to sales\" -> notice -> sales\n"))
        .with("house.cxflow", HOUSE.replace("before agent", "before agent until 2026-03-31"));
    for verb in ["build", "check", "test", "simulate", "status", "policy check"] {
        let with = |day: &str| {
            folder.run(&format!("{verb} a.cxflow --message-format short --policy house.cxflow --as-of {day}"))
        };
        with("2026-03-31").exits(1).err_has(VIOLATED);
        // What was never submitted is status 1, too.
        with("2026-04-01").exits(i32::from(verb == "status")).err_lacks("CX301");
    }
}

#[test]
fn the_closing_line_names_the_day_that_the_command_line_asks_for() {
    let flow = format!(
        "{CLEAN}policy house \"House rules\" {{ quiet: forbid voicemail from 2026-01-01 }}\napply house\n"
    );
    let folder = Folder::of(&flow);
    for verb in ["check a.cxflow", "build a.cxflow -o a.json"] {
        folder
            .run(&format!("{verb} --as-of 2027-01-01"))
            .err_has("5 rules of 2 policies")
            .err_has("; as of 2027-01-01");
        folder.run(verb).err_lacks("as of");
    }
}

#[test]
fn an_apply_in_a_file_that_nothing_includes_is_reported() {
    let policies = "policy house \"House rules\" { quiet: forbid agent }\napply house\n";
    let folder = Folder::of(CLEAN).with("policies.cxflow", policies);
    let stray = "policies.cxflow:2:1: warning[CX438 stray-library]";
    folder.run("check . --message-format short").exits(0).err_has(stray);
    folder.run("check policies.cxflow --message-format short").exits(0).err_has(stray);
    // An include of it that was commented out includes nothing.
    folder.write("a.cxflow", format!("// include \"policies.cxflow\"\n{CLEAN}"));
    folder.run("check . --message-format short").exits(0).err_has(stray);
    folder.write("a.cxflow", format!("include \"policies.cxflow\"\n{CLEAN}"));
    folder.run("check . --message-format short").exits(1).err_lacks("CX438").err_has("house/quiet");
    folder.run("check policies.cxflow --message-format short").exits(1).err_lacks("CX438");
    // What settings name holds for the folder's flows.
    let folder = folder.with("cxflow.toml", "policies = [\"policies.cxflow\"]\n");
    folder.write("a.cxflow", CLEAN);
    folder.run("check . --message-format short").exits(1).err_lacks("CX438").err_has("house/quiet");
}
