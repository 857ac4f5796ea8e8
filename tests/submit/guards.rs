//! `require`: what must hold before a flow is submitted.

use super::support::*;

/// A committed flow in an environment with guards.
fn guarded(platform: &Platform, require: &str) -> Folder {
    let settings = format!(
        "[env.prod]\nbase_url = \"{}\"\naudit = \"audit/prod.jsonl\"\nrequire = {require}\n",
        platform.base_url()
    );
    let folder = Folder::of(CLEAN).with("cxflow.toml", settings).with("audit/.gitkeep", "");
    folder.git(&["init", "--quiet", "--initial-branch", "main"]);
    folder.committed()
}

fn submit(platform: &Platform, folder: &Folder, arguments: &str) -> Run {
    platform.credentials_only(folder, &format!("submit --env prod {arguments}")).run()
}

/// One that is not met: exit status 1, and nothing was sent or noted.
#[track_caller]
fn refused(platform: &Platform, run: Run, said: &str) {
    run.exits(1).out_is("").err_has("error[CX909 guard]").err_has(said);
    assert!(platform.new_requests().is_empty());
}

#[test]
fn clean_is_met_by_what_is_committed() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"clean\"]");
    submit(&platform, &folder, "a.cxflow").exits(0);
    // The lock and the audit log are new now, and the next submission is not held up by them.
    submit(&platform, &folder, "a.cxflow --force").exits(0);
    submit(&platform, &folder, "a.cxflow --force --audit own.jsonl --metrics own.json").exits(0);
    refused(
        &platform,
        {
            platform.new_requests();
            submit(&platform, &folder, "a.cxflow")
        },
        "not committed",
    );
}

#[test]
fn clean_is_not_met_by_a_change() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"clean\"]");
    folder.write("a.cxflow", format!("{CLEAN}// a remark\n"));
    folder.write("new.txt", "");
    let run = submit(&platform, &folder, "a.cxflow --message-format short").exits(1).out_is("");
    let run =
        run.err_has("error[CX909 guard]: `clean` is required: `a.cxflow` and `new.txt` are not committed\n");
    assert_eq!(run.err.matches("CX909").count(), 1, "{}", run.err);
    assert!(platform.new_requests().is_empty());
    assert!(!folder.has("cxflow.prod.lock"));
    let log = folder.log("audit/prod.jsonl");
    assert_eq!(column(&log, "action"), ["validate", "simulate"], "nothing was created");
    // The version that is committed may go, whatever the work tree looks like.
    submit(&platform, &folder, "v1:a.cxflow").exits(0);
}

#[test]
fn standard_input_is_of_no_commit() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"clean\", \"branch:main\"]");
    let run = platform.credentials_only(&folder, "submit --env prod -").input(CLEAN).run();
    refused(&platform, run, "standard input belongs to no commit");
}

#[test]
fn the_branch_has_to_be_checked_out() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"branch:main\"]");
    folder.git(&["checkout", "--quiet", "-b", "feature/x"]);
    refused(
        &platform,
        submit(&platform, &folder, "a.cxflow"),
        "`branch:main` is required: the work tree is on the branch `feature/x`",
    );
    // A version of the branch may go.
    submit(&platform, &folder, "v1:a.cxflow").exits(0);
    folder.git(&["checkout", "--quiet", "main"]);
    submit(&platform, &folder, "a.cxflow --force").exits(0);
    // A pipeline checks out a commit.
    folder.git(&["checkout", "--quiet", "--detach"]);
    submit(&platform, &folder, "a.cxflow --force").exits(0);
}

#[test]
fn the_flows_tests_have_to_pass_and_to_be_there() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"tests\"]");
    refused(&platform, submit(&platform, &folder, "a.cxflow"), "`a.cxflow` has no tests");
    // There is no way around: not for the same flow again, and not by force.
    refused(&platform, submit(&platform, &folder, "a.cxflow --force --allow guard"), "has no tests");
    folder.write("a.cxflow", format!("{CLEAN}test \"callers are heard\" -> notice\n"));
    refused(
        &platform,
        submit(&platform, &folder, "a.cxflow"),
        "`tests` is required: `callers are heard` is failing in `a.cxflow`",
    );
    folder.write("a.cxflow", format!("{CLEAN}test \"callers are heard\" -> notice -> sales\n"));
    submit(&platform, &folder, "a.cxflow").exits(0);
}

#[test]
fn an_artifact_has_no_tests() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"tests\"]");
    folder.write("a.cxflow", format!("{CLEAN}test \"callers are heard\" -> sales\n"));
    bare(&folder, "build a.cxflow -q").run().exits(0);
    let run = submit(&platform, &folder, "--artifact a.json");
    refused(&platform, run, "`a.json` is an artifact, but the tests are in its source");
}

#[test]
fn all_that_is_not_met_is_said_and_what_two_flows_share_once() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"clean\", \"branch:release\", \"tests\", \"clean\"]");
    folder.write("b.cxflow", flow("Second"));
    let run = submit(&platform, &folder, "a.cxflow b.cxflow --message-format short").exits(1).out_is("");
    let guards: Vec<&str> = run.err.lines().filter(|line| line.contains("CX909")).collect();
    assert_eq!(guards.len(), 4, "{}", run.err);
    assert!(guards[0].ends_with("`clean` is required: `b.cxflow` is not committed"), "{}", guards[0]);
    assert!(guards[1].contains("`branch:release` is required: "), "{}", guards[1]);
    assert!(guards[2].ends_with("`tests` is required: `a.cxflow` has no tests"), "{}", guards[2]);
    assert!(guards[3].ends_with("`tests` is required: `b.cxflow` has no tests"), "{}", guards[3]);
    run.err_has("\n2 builds, 2 valid, ");
    assert!(platform.new_requests().is_empty());
}

#[test]
fn outside_a_repository_nothing_is_clean() {
    let platform = Platform::start();
    let section = format!("[env.prod]\nbase_url = \"{}\"\nrequire = [\"clean\"]\n", platform.base_url());
    let folder = Folder::of(CLEAN).with("cxflow.toml", section);
    let ceiling = folder.root().parent().unwrap().display().to_string();
    let run = platform.credentials_only(&folder, "submit --env prod a.cxflow");
    let run = run.env("GIT_CEILING_DIRECTORIES", &ceiling).run();
    refused(&platform, run, "`a.cxflow` is not in a git repository");
    // The audit log's commit is not known, which is no obstacle by itself.
    let section = section_without_guards(&platform);
    folder.write("cxflow.toml", section);
    let run = platform.credentials_only(&folder, "submit --env prod a.cxflow --audit log.jsonl");
    run.env("GIT_CEILING_DIRECTORIES", &ceiling).run().exits(0);
    assert!(folder.log("log.jsonl")[0]["commit"].is_null());
}

fn section_without_guards(platform: &Platform) -> String {
    format!("[env.prod]\nbase_url = \"{}\"\n", platform.base_url())
}

#[test]
fn without_the_environment_its_guards_are_nothing() {
    let platform = Platform::start();
    let folder = guarded(&platform, "[\"tests\"]");
    platform.run(&folder, "submit a.cxflow").exits(0);
}
