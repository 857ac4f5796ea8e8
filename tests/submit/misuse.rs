//! Usage errors: exit status 2, and what to write instead.

use super::support::*;

#[test]
fn wrong_arguments_are_reported() {
    let folder = Folder::of(CLEAN).with("a.json", "{}");
    for (arguments, said) in [
        ("submit", "<FILE>"),
        ("submit a.cxflow --parallel 0", "write a number from 1 to 64"),
        ("submit a.cxflow --parallel 65", "write a number from 1 to 64"),
        ("submit a.cxflow --parallel many", "write a number from 1 to 64"),
        ("submit a.cxflow --timeout 0s", "the time must be more than zero"),
        ("submit a.cxflow --timeout soon", "10min"),
        ("submit a.cxflow --client-secret x", "unexpected argument '--client-secret'"),
        ("submit a.cxflow --set queue", "write NAME=VALUE, as in --set queue=sales"),
        ("submit a.cxflow --as-is", "unexpected argument '--as-is'"),
        ("submit a.cxflow --format yaml", "[possible values: text, json]"),
        ("submit --artifact", "<PATH>"),
        ("submit nope.cxflow", "cannot read nope.cxflow: there is no such file"),
        ("submit a.cxflow nope.cxflow", "cannot read nope.cxflow"),
        ("submit v9:a.cxflow", "this folder is not in a git repository"),
        ("submit - -", "standard input can be read only once"),
        ("submit a.cxflow --allow nonsense", "--allow nonsense: there is no diagnostic with that name"),
        ("status", "<FILE>"),
        ("status --client-id me a.cxflow", "--remote"),
        ("status nope.cxflow", "cannot read nope.cxflow"),
        ("job", "<ID>"),
        ("job job-1 job-2", "unexpected argument 'job-2'"),
        ("job job-1 --timeout 0", "--timeout"),
        ("webhook", "Usage: cxflowc webhook"),
        ("webhook register", "<URL>"),
        ("webhook delete", "<ID>"),
        ("webhook list x", "unexpected argument 'x'"),
        ("webhook remove x", "unrecognized subcommand 'remove'"),
    ] {
        let run = bare(&folder, arguments).env("CXONE_WEBHOOK_SECRET", "12345678").run();
        assert_eq!(run.status, Some(2), "{arguments}: {run:?}");
        let run = run.out_is("").err_has(said).err_lacks("panicked");
        assert!(!run.err.contains('!') && !run.err.to_lowercase().contains("please"), "{}", run.err);
    }
    assert_eq!(folder.names(), ["a.cxflow", "a.json"]);
}

#[test]
fn all_sources_that_cannot_be_read_are_named() {
    let folder = Folder::of(CLEAN);
    let run = bare(&folder, "submit one.cxflow a.cxflow two.cxflow").run().exits(2).out_is("");
    run.err_has("cannot read one.cxflow").err_has("cannot read two.cxflow").err_lacks("CXONE");
}

#[test]
fn help_says_what_is_read_and_how_it_ends() {
    let folder = Folder::new();
    let run = bare(&folder, "submit --help").run().exits(0);
    let run = run.out_has("CXONE_CLIENT_SECRET").out_has("130 after Ctrl-C");
    assert!(!run.out.contains("--client-secret"));
    for verb in ["status", "job", "webhook register", "webhook list", "webhook delete"] {
        bare(&folder, &format!("{verb} --help")).run().exits(0).out_has("--env <NAME>");
    }
}

#[test]
fn errors_of_the_command_line_come_before_those_of_the_environment() {
    let folder = Folder::of(CLEAN).with("b.cxflow", CLEAN);
    for (arguments, said) in [
        ("webhook register nope", "webhook register: the address "),
        ("webhook register ftp://hooks.example/x", "webhook register: the address "),
        ("webhook register http://hooks.example/x", "webhook register: the address "),
        ("webhook register https://", "webhook register: the address "),
        ("submit a.cxflow b.cxflow --adopt flow-1", "--adopt takes one flow, and there are several sources"),
        ("submit --adopt flow-1 b.cxflow a.cxflow", "--adopt takes one flow, and there are several sources"),
    ] {
        let run = bare(&folder, arguments).run();
        run.exits(2).out_is("").err_has(said).err_lacks("not set");
    }
}

#[test]
fn only_what_can_be_rehearsed_is_told_how() {
    let folder = Folder::of(CLEAN);
    let hint = "`cxflowc submit --emulate FILE` tries a flow without a platform";
    bare(&folder, "submit a.cxflow").run().exits(2).err_has("are not set").err_has(hint);
    for arguments in [
        "job job-1",
        "webhook list",
        "webhook delete sub-1",
        "webhook register https://hooks.example/x",
        "status --remote a.cxflow",
    ] {
        let run = bare(&folder, arguments).run().exits(2);
        run.err_has("are not set").err_has("or name an environment with --env\n").err_lacks("--emulate");
    }
}
