//! Settings: `--set`, `--env`, `cxflow.toml`, `--deny`, `--allow`.

use super::harness::*;

fn queue_of(run: &Run) -> String {
    run.json()["nodes"][1]["actions"][0]["text"].as_str().unwrap().to_owned()
}

#[test]
fn set_gives_a_param_its_value() {
    let run = Folder::of(CLEAN).run("build a.cxflow -o - --set queue=vip").exits(0);
    assert_eq!(queue_of(&run), "vip");
}

#[test]
fn a_value_may_hold_anything_and_is_not_interpolated_again() {
    let said = Folder::of(&CLEAN.replace(
        "disclosure notice \"https://cdn.example.com/notice.wav\"",
        "disclosure notice { say \"This is ${queue}\" }",
    ));
    let run = said.command("build a.cxflow -o - --set").arg("queue=a = ${b} \"c\"").run().exits(0);
    assert_eq!(run.json()["nodes"][0]["actions"][0]["text"], "This is a = ${b} \"c\"");
    // No queue has a name with an insertion in it.
    let run = Folder::of(CLEAN).command("build a.cxflow -o - --set").arg("queue=a = ${b}").run();
    run.exits(1).err_has("CX408").err_has("nothing is inserted into a value from outside");
    let run = Folder::of(CLEAN).command("build a.cxflow -o - --set").arg("queue=a = $b \"c\"").run().exits(0);
    assert_eq!(queue_of(&run), "a = $b \"c\"");
}

#[test]
fn a_name_that_is_set_twice_has_one_value() {
    let run = Folder::of(CLEAN).run("build a.cxflow -o - --set queue=one --set queue=one").exits(0);
    assert_eq!(queue_of(&run), "one");
    for verb in ["build", "check", "test", "policy check", "submit --emulate"] {
        let run = Folder::of(CLEAN).run(&format!("{verb} a.cxflow --set queue=one --set queue=two")).exits(2);
        run.err_has("--set queue is given twice, with different values");
    }
}

#[test]
fn a_setting_without_a_sign_is_bad_usage() {
    Folder::of(CLEAN).run("build a.cxflow --set queue").exits(2).err_has("write NAME=VALUE");
}

#[test]
fn a_setting_that_no_file_declares_is_the_commands_fault() {
    let folder = Folder::of(CLEAN);
    let expected =
        "cxflowc: --set queu: no file declares a param with that name\n  help: did you mean `queue`?\n";
    folder.run("build a.cxflow --set queu=x").exits(2).err_is(expected);
    assert!(!folder.has("a.json"));
}

#[test]
fn a_setting_is_known_if_one_of_the_files_declares_it() {
    let folder = Folder::of(CLEAN).with("b.cxflow", CLEAN.replace("queue", "mailbox"));
    folder.run("check a.cxflow b.cxflow --set queue=x --set mailbox=y").exits(0);
}

#[test]
fn a_param_without_value_is_an_error_in_build_and_a_warning_in_check() {
    let folder = Folder::of(&CLEAN.replace(" = \"sales_queue\"", ""));
    folder.run("build --format short a.cxflow").exits(1).err_has("a.cxflow:3:7: error[CX110 unset-param]");
    folder.run("check --format short a.cxflow").exits(0).err_has("a.cxflow:3:7: warning[CX110 unset-param]");
}

#[test]
fn the_params_of_an_instance_are_set_with_its_prefix() {
    let folder = Folder::of("flow \"A\"\nentry es.notice\ninclude \"menu.cxflow\" as es\n")
        .with("menu.cxflow", CLEAN.split_once("param").map(|(_, rest)| format!("param{rest}")).unwrap());
    let run = folder.run("build a.cxflow -o - --set es.queue=vip").exits(0);
    assert_eq!(queue_of(&run), "vip");
}

const SETTINGS: &str = "[env.prod]\nparams = { queue = \"prod_queue\", tries = 3 }\n[env.dev]\nparams = {}\n";

#[test]
fn an_environment_sets_params() {
    let run = Folder::of(CLEAN).with("cxflow.toml", SETTINGS).run("build a.cxflow -o - --env prod").exits(0);
    assert_eq!(queue_of(&run), "prod_queue");
}

#[test]
fn the_settings_file_is_looked_for_upwards() {
    let folder = Folder::new().with("cxflow.toml", SETTINGS).with("x/y/a.cxflow", CLEAN);
    assert_eq!(queue_of(&folder.run("build x/y/a.cxflow -o - --env prod")), "prod_queue");
    let inside = folder.path("x/y");
    assert_eq!(
        queue_of(&folder.command("build a.cxflow -o - --env prod").folder(&inside).run()),
        "prod_queue"
    );
}

#[test]
fn the_nearest_settings_file_counts() {
    let nearer = SETTINGS.replace("prod_queue", "nearer");
    let folder =
        Folder::new().with("cxflow.toml", SETTINGS).with("x/cxflow.toml", nearer).with("x/y/a.cxflow", CLEAN);
    assert_eq!(queue_of(&folder.run("build x/y/a.cxflow -o - --env prod")), "nearer");
}

#[test]
fn a_setting_comes_before_the_environment() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", SETTINGS);
    assert_eq!(queue_of(&folder.run("build a.cxflow -o - --env prod --set queue=mine")), "mine");
}

#[test]
fn an_unknown_environment_is_the_commands_fault() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", SETTINGS);
    folder
        .run("build a.cxflow --env prd")
        .exits(2)
        .err_has("has no environment `prd`")
        .err_has("did you mean `prod`?");
}

#[test]
fn an_environment_without_settings_file_says_what_to_write() {
    Folder::of(CLEAN)
        .run("build a.cxflow --env prod")
        .exits(2)
        .err_has("there is no cxflow.toml")
        .err_has("[env.prod]");
}

#[test]
fn a_settings_file_that_does_not_parse_names_its_line() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "[platform]\ntypes = [\n\"a\" \"b\"]\n");
    folder
        .run("check a.cxflow --format short")
        .exits(1)
        .err_has("cxflow.toml:3:4: error[CX701 settings-syntax]");
}

#[test]
fn a_section_that_there_is_none_of_is_an_error_with_a_suggestion() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "[platfrom]\ntypes = []\n");
    folder
        .run("check a.cxflow")
        .exits(1)
        .err_has("there is no section `[platfrom]`")
        .err_has("did you mean `[platform]`?");
}

#[test]
fn accepted_platform_names_have_no_note() {
    let folder = Folder::of(NOTED);
    folder
        .run("check -v --format short a.cxflow")
        .exits(0)
        .err_has("a.cxflow:4:15: note[CX406 beyond-platform]");
    folder.write("cxflow.toml", "[platform]\ntypes = [\"fax\"]\n");
    folder.run("check -v --format short a.cxflow").exits(0).err_lacks("CX406");
}

#[test]
fn denied_warnings_are_errors() {
    let folder = Folder::of(WARNED);
    folder.run("build --deny warnings --format short a.cxflow").exits(1).err_has("error[CX403 unused]");
    assert!(!folder.has("a.json"));
}

#[test]
fn denied_warnings_leave_notes_alone() {
    Folder::of(NOTED)
        .run("build --deny warnings -v a.cxflow")
        .exits(0)
        .err_has("note[CX406 beyond-platform]");
}

#[test]
fn an_allowed_warning_is_silent_even_where_warnings_are_denied() {
    let folder = Folder::of(WARNED);
    for name in ["unused", "CX403", "cx403"] {
        folder
            .command("check --deny warnings --allow")
            .arg(name)
            .arg("a.cxflow")
            .run()
            .exits(0)
            .err_is("a.cxflow: 1 warning silenced by `--allow CX403`\n");
    }
}

#[test]
fn an_error_cannot_be_allowed() {
    Folder::of(BROKEN)
        .run("check --allow unknown-node a.cxflow")
        .exits(1)
        .err_has("error[CX103 unknown-node]");
}

#[test]
fn allowing_an_unknown_name_is_the_commands_fault() {
    let expected =
        "cxflowc: --allow unusd: there is no diagnostic with that name\n  help: did you mean `unused`?\n";
    Folder::of(WARNED).run("check --allow unusd a.cxflow").exits(2).err_is(expected);
}

#[test]
fn notes_show_when_asked_for() {
    let folder = Folder::of(NOTED);
    folder.run("check a.cxflow").exits(0).err_lacks("CX406");
    folder.run("check -v a.cxflow").exits(0).err_has("note[CX406 beyond-platform]");
}

const WAIVED: &str = "flow \"A\"\nentry a\ndisclosure a { say \"Hello.\"; -> bye }\ndisconnect bye\npolicy house \"House rules\" {\n  /// Somebody can be reached.\n  person: require agent\n}\napply house\nwaive house/person because \"The survey is answered by keys alone\" by \"j.lee\" until 2027-03-31\n";

#[test]
fn settings_say_how_long_a_waiver_may_last() {
    let check = "check a.cxflow --as-of 2027-01-01 --message-format short";
    let folder = Folder::of(WAIVED);
    folder.run(check).exits(0).err_lacks("CX410");
    folder.write("cxflow.toml", "longest_waiver = \"30 days\"\n");
    folder.run(check).exits(0).err_has("CX410").err_has("more than 30 days from now");
    folder.run("check a.cxflow --show-settings").exits(0).out_has("longest_waiver = \"30 days\"");
    folder.write("cxflow.toml", "longest_waiver = \"1 year\"\n");
    folder.run(check).exits(0).err_lacks("CX410");
    folder.write("cxflow.toml", "longest_waiver = \"soon\"\n");
    folder.run(check).exits(1);
}

#[test]
fn a_value_of_the_settings_that_holds_a_placeholder_is_shown_there() {
    let folder = Folder::of(
        "flow \"A\"\nentry a\ncontact day\nparam when\ndisclosure a { say \"On ${when}, ${day}.\"; -> bye }\ndisconnect bye\n",
    );
    folder.write("cxflow.toml", "[env.prod.params]\nwhen = \"the {day}\"\n");
    folder.run("check a.cxflow --env prod").exits(1).err_has("CX116").err_has("cxflow.toml:2:8");
    folder.run("check a.cxflow --env prod --set when=today").exits(0);
}
