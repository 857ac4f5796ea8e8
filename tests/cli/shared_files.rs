//! Findings in a file that several flows use are decided from all of them.

use super::harness::*;

const AGENT: &str = "flow \"A\"\nentry n\ninclude \"law.cxflow\"\ndisclosure n { say \"This is Lakeside.\"; -> d }\nagent d \"q\"\n";
const NO_AGENT: &str = "flow \"B\"\nentry n\ninclude \"law.cxflow\"\ndisclosure n { say \"This is Lakeside.\"; -> bye }\ndisconnect bye\n";
const LAW: &str = "policy house \"House\" { noag: forbid agent }\napply house\nwaive house/noag because \"The desk is staffed all day, LEG-3\" by \"j.lee\" until 2027-03-31\n";

fn short(folder: &Folder, arguments: &str) -> Run {
    folder.run(&format!("check --as-of 2026-11-01 --message-format short {arguments}"))
}

fn again(folder: &Folder) {
    folder.git(&["add", "-A"]);
    folder.git(&["commit", "-qm", "again"]);
}

#[test]
fn a_waiver_that_another_flow_of_the_repository_needs_is_no_finding() {
    let folder = Folder::new()
        .with("law.cxflow", LAW)
        .with("a.cxflow", AGENT)
        .with("b.cxflow", NO_AGENT)
        .with("sub/c.cxflow", NO_AGENT.replace("law.cxflow", "../law.cxflow"))
        .committed();
    for arguments in [
        ".",
        "b.cxflow",
        "a.cxflow b.cxflow",
        "law.cxflow",
        "sub",
        "sub/c.cxflow",
        "v1:.",
        "v1:b.cxflow",
        "v1:sub/c.cxflow",
    ] {
        short(&folder, &format!("{arguments} --deny warnings")).exits(0).err_lacks("CX403");
    }
}

#[test]
fn a_waiver_that_no_flow_needs_is_one() {
    let folder = Folder::new()
        .with("law.cxflow", LAW)
        .with("b.cxflow", NO_AGENT)
        .with("c.cxflow", NO_AGENT)
        .with("d.cxflow", AGENT.replace("include \"law.cxflow\"\n", ""))
        .committed();
    for arguments in [".", "b.cxflow", "c.cxflow", "v1:.", "v1:b.cxflow"] {
        short(&folder, &format!("{arguments} --deny warnings")).exits(1).err_has("nothing to waive");
    }
    // A flow that cannot be read may need it.
    folder.write("e.cxflow", "flow \"E\"\nentry n\ninclude \"law.cxflow\"\ndisclosure n { say \n");
    short(&folder, "b.cxflow --deny warnings").exits(0).err_lacks("CX403");
}

const MENU: &str = r#"param queue
param attempts = 1
collect menu "Press 1." lasts 9s retries attempts {
  on 1 -> agents
  on timeout | invalid -> bye
}
agent agents "${queue}"
policy language "Each language" {
  brief: limit 20s from =start to =agents
}
play start { say "Welcome."; -> menu }
waive language/brief because "The Spanish text is longer, see ticket LEG-113" by "j.lee" until 2027-01-31
"#;
const TWO: &str = r#"flow "Two"
entry hello
include "menu.cxflow" as en with queue = "a"
include "menu.cxflow" as es with queue = "b", attempts = 2
disclosure hello { say "This is Lakeside." }
collect lang "For English, press 1. Para español, oprima 2." { on 1 -> en.start; on 2 | timeout | invalid -> es.start }
hello -> lang
disconnect bye
apply en.language
apply es.language
"#;

#[test]
fn instances_of_one_file_agree_on_a_waiver() {
    let folder = Folder::new().with("menu.cxflow", MENU).with("two.cxflow", TWO);
    for two in [TWO.to_owned(), TWO.replace("queue = \"a\"", "queue = \"a\", attempts = 2")] {
        folder.write("two.cxflow", two);
        short(&folder, "two.cxflow --deny warnings").exits(0).err_lacks("CX403");
    }
    folder.write("two.cxflow", TWO.replace(", attempts = 2", ""));
    let run = short(&folder, "two.cxflow").exits(0).err_has("nothing to waive");
    assert_eq!(run.err.matches("CX403").count(), 1, "{run:#?}");
    // One instance only is held to the policy.
    folder.write("two.cxflow", TWO.replace("apply es.language\n", ""));
    let said = "the policy `language` applies to the instance `en`, and not to the instance `es`";
    short(&folder, "two.cxflow --deny warnings").exits(1).err_has(said);
}

const PART: &str = "agent ag \"q\"\npolicy p \"P\" { once: limit 1 =ag }\n";
const HOST: &str =
    "flow \"C\"\nentry n\ndisclosure n { say \"This is Lakeside.\"; -> x.ag }\ninclude \"m.cxflow\" as x\n";

#[test]
fn a_policy_of_a_file_with_nodes_that_no_flow_applies_is_a_finding() {
    let folder = Folder::new().with("m.cxflow", PART).with("c.cxflow", HOST).committed();
    for arguments in [".", "c.cxflow", "m.cxflow", "v1:.", "v1:c.cxflow"] {
        let said = "m.cxflow:2:8: error[CX403 unused]: the policy `p` of an included file does not apply";
        short(&folder, &format!("{arguments} --deny warnings")).exits(1).err_has(said);
    }
    let folder = folder.with("other/d.cxflow", HOST.replace("m.cxflow", "../m.cxflow") + "apply x.p\n");
    again(&folder);
    for arguments in [".", "c.cxflow", "m.cxflow", "HEAD:c.cxflow"] {
        short(&folder, &format!("{arguments} --deny warnings")).exits(0).err_lacks("CX403");
    }
}

#[test]
fn facts_and_tags_that_only_policies_know_which_no_flow_applies_are_findings() {
    let law = "fact purpose = \"telemarketing\"\nfact exemption = \"none\"\n";
    let body = "disclosure n { say \"This is Lakeside.\" @emergency; -> bye }\ndisconnect bye\n";
    let flow = "flow \"Z\"\nentry n\ninclude \"law.cxflow\"\ninclude \"body.cxflow\"\n";
    let folder = Folder::new()
        .with("law.cxflow", law)
        .with("body.cxflow", body)
        .with("y.cxflow", flow)
        .with("z.cxflow", flow)
        .committed();
    for arguments in [".", "y.cxflow", "z.cxflow", "law.cxflow", "v1:.", "v1:z.cxflow"] {
        short(&folder, arguments).err_has("law.cxflow:1:6: warning[CX412 unknown-fact]");
    }
    // One flow that applies the policy is enough.
    folder.write("z.cxflow", format!("{flow}apply us_tcpa_prerecorded\n"));
    for arguments in [".", "y.cxflow", "y.cxflow --deny warnings"] {
        short(&folder, arguments).err_lacks("are stated for");
    }
}

const HOUSE: &str = r#"policy house "House" {
  expects @hold "asks to wait"
  expects @identity "who calls"
  offer: limit 30s from @hold to collect
  named: require @identity before collect
}
"#;
const MEASURED: &str = r#"flow "A"
entry n
disclosure n { say "This is Lakeside." @identity; say "Please hold." @hold; -> c }
collect c "Press 1." { on 1 -> d; on timeout | invalid -> b }
agent d "q"
disconnect b
"#;
const OTHER_WAY: &str = r#"flow "B"
entry n
disclosure n { say "This is Lakeside." @identity; -> c }
collect c "Press 1." { on 1 -> h; on timeout | invalid -> b }
play h { say "Please hold." @hold; -> d }
agent d "q"
disconnect b
"#;

#[test]
fn a_rule_that_measures_something_in_one_flow_is_right_in_all() {
    let folder = Folder::new()
        .with("cxflow.toml", "policies = [\"house.cxflow\"]\n")
        .with("house.cxflow", HOUSE)
        .with("f/b.cxflow", OTHER_WAY)
        .committed();
    for arguments in ["f", "f/b.cxflow", ".", "v1:f/b.cxflow"] {
        short(&folder, arguments).exits(0).err_has("measures nothing");
    }
    let folder = folder.with("g/a.cxflow", MEASURED);
    again(&folder);
    for arguments in ["f", "f/b.cxflow", ".", "HEAD:f/b.cxflow", "HEAD:f"] {
        short(&folder, &format!("{arguments} --deny warnings")).exits(0).err_lacks("CX314");
    }
}

#[test]
fn a_flow_without_the_kind_that_a_rule_is_about_lacks_no_tag() {
    let notice =
        "flow \"C\"\nentry n\ndisclosure n { say \"This is Lakeside.\" @identity; -> bye }\ndisconnect bye\n";
    let folder = Folder::new()
        .with("cxflow.toml", "policies = [\"house.cxflow\"]\n")
        .with("house.cxflow", HOUSE)
        .with("c.cxflow", notice);
    short(&folder, "c.cxflow --deny warnings").exits(0).err_lacks("CX413");
    folder.write("c.cxflow", notice.replace(" @identity", ""));
    short(&folder, "c.cxflow --deny warnings").exits(1).err_has("CX413");
}

#[test]
fn a_library_that_only_libraries_include_holds_for_no_flow() {
    let flow = NO_AGENT.replace("include \"law.cxflow\"\n", "");
    let folder = Folder::new()
        .with("a.cxflow", &flow)
        .with("law.cxflow", "apply us_tsr\n")
        .with("all.cxflow", "include \"law.cxflow\"\n")
        .committed();
    for arguments in [".", "law.cxflow", "all.cxflow", "v1:.", "v1:law.cxflow"] {
        let said = "law.cxflow:1:1: error[CX438";
        short(&folder, &format!("{arguments} --deny warnings")).exits(1).err_has(said);
    }
    // The one library is still stray, and the line holds for a flow.
    folder.write("b.cxflow", NO_AGENT);
    short(&folder, "all.cxflow").err_lacks("CX438");
    short(&folder, ".").err_lacks("CX438");
}

#[test]
fn a_file_of_policies_may_be_named_by_the_settings_of_another_folder() {
    let flow = NO_AGENT.replace("include \"law.cxflow\"\n", "");
    let folder = Folder::new()
        .with("spring/b.cxflow", &flow)
        .with(
            "policies/house.cxflow",
            "policy house \"H\" { once: limit retries 2 }\napply us_recording_consent\n",
        )
        .with("spring/cxflow.toml", "policies = [\"../policies/house.cxflow\"]\n")
        .committed();
    for arguments in [".", "policies", "policies/house.cxflow", "v1:policies/house.cxflow", "v1:."] {
        short(&folder, arguments).err_lacks("CX438");
    }
    folder.write("spring/cxflow.toml", "policies = [\"us_tsr\"]\n");
    for arguments in [".", "policies", "policies/house.cxflow"] {
        short(&folder, arguments).err_has("CX438");
    }
}

#[test]
fn a_param_of_another_flow_is_no_slip_of_an_instances_one() {
    let folder = Folder::new()
        .with("cxflow.toml", "[env.test.params]\nattempts = 1\n")
        .with("multi/menu.cxflow", MENU)
        .with("multi/two.cxflow", TWO)
        .with("us/debt.cxflow", MEASURED.replace("entry n\n", "entry n\nparam attempts = 1\n"))
        .committed();
    for arguments in [".", "multi", "multi/two.cxflow", "v1:multi/two.cxflow"] {
        short(&folder, &format!("{arguments} --env test")).err_lacks("CX708");
    }
    folder.write("us/debt.cxflow", MEASURED);
    for arguments in [".", "multi", "multi/two.cxflow"] {
        short(&folder, &format!("{arguments} --env test")).err_has("CX708");
    }
}

#[test]
fn a_shared_file_has_no_findings_if_some_of_its_flows_are_not_read() {
    let outside = NO_AGENT.replace("law.cxflow", "../shared/law.cxflow");
    let folder = Folder::new()
        .with("shared/law.cxflow", LAW)
        .with("one/b.cxflow", &outside)
        .with("two/a.cxflow", outside.replace("bye }\ndisconnect bye", "d }\nagent d \"q\""));
    for repository in [None, Some("one"), Some("shared")] {
        if let Some(repository) = repository {
            folder.git(&["init", "-q", repository]);
        }
        let run = "check b.cxflow --as-of 2026-11-01 --deny warnings --allow-outside ../shared";
        folder.command(run).folder(&folder.path("one")).run().exits(0).err_lacks("CX403");
    }
}

#[test]
fn facts_are_told_by_the_file_that_states_them() {
    let law = "fact connect_within = 2s\n";
    let other = "fact exemption = \"none\"\n";
    let body = "disclosure n { say \"This is Lakeside.\"; -> bye }\ndisconnect bye\n";
    let flow = |includes: &str| format!("flow \"Z\"\nentry n\n{includes}{body}");
    let folder = Folder::new()
        .with("law.cxflow", law)
        .with("other.cxflow", other)
        .with("both.cxflow", flow("include \"law.cxflow\"\ninclude \"other.cxflow\"\n"))
        .with("one.cxflow", flow("include \"other.cxflow\"\napply us_tcpa_prerecorded\n"));
    for arguments in ["both.cxflow", "."] {
        let said = "law.cxflow:1:6: warning[CX412 unknown-fact]: the fact `connect_within` is stated for `us_tcpa_abandon`, which does not apply";
        short(&folder, arguments).err_has(said).err_lacks("`exemption` is stated for");
    }
}

#[test]
fn a_fact_that_one_flow_needs_does_not_hide_unused_ones() {
    let rule = |name: &str| format!("policy p_{name} \"P\" {{ r: require fact {name} = \"yes\" }}\n");
    let flow = |name: &str| {
        format!(
            "flow \"{name}\"\nentry n\ninclude \"lib.cxflow\"\ninclude \"rules.cxflow\"\napply p_{name}\n\
             disclosure n {{ say \"This is Lakeside.\"; -> bye }}\ndisconnect bye\n"
        )
    };
    let folder = Folder::new()
        .with("lib.cxflow", "fact alpha = \"yes\"\nfact beta = \"yes\"\nfact gamma = \"yes\"\n")
        .with("rules.cxflow", ["alpha", "beta", "gamma"].map(rule).concat())
        .with("a.cxflow", flow("alpha"))
        .with("b.cxflow", flow("beta"));
    for arguments in [".", "a.cxflow", "b.cxflow", "a.cxflow b.cxflow"] {
        short(&folder, &format!("{arguments} --allow unused"))
            .err_has("lib.cxflow:3:6: warning[CX412")
            .err_lacks("lib.cxflow:1:")
            .err_lacks("lib.cxflow:2:");
    }
}

#[test]
fn tags_that_no_flow_needs_are_told_beside_those_that_one_needs() {
    let body = "disclosure n { say \"This is Lakeside.\"; -> o }\n\
                play o { say \"You owe.\" @debt; say \"Your card.\" @pan; -> bye }\ndisconnect bye\n";
    let folder = Folder::new()
        .with("body.cxflow", body)
        .with("a.cxflow", "flow \"A\"\nentry n\ninclude \"body.cxflow\"\napply us_regf\nfact hours = mon..fri 9:00..20:00\n")
        .with("b.cxflow", "flow \"B\"\nentry n\ninclude \"body.cxflow\"\n");
    for arguments in [".", "b.cxflow"] {
        short(&folder, arguments).err_has("the tag `@pan` is only expected by").err_lacks("`@debt` is only");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_a_link_leads_to_at_a_revision_is_shared() {
    let flow = |body: &str| format!("flow \"F\"\nentry n\ninclude \"l2.cxflow\"\n{body}disconnect bye\n");
    let folder = Folder::new()
        .with("law.cxflow", LAW)
        .with("b.cxflow", flow("disclosure n { say \"This is Lakeside.\"; -> bye }\n"))
        .with("c.cxflow", flow("disclosure n { say \"This is Lakeside.\"; -> d }\nagent d \"q\"\n"));
    std::os::unix::fs::symlink("law.cxflow", folder.path("l2.cxflow")).unwrap();
    let folder = folder.committed();
    for source in ["b.cxflow", "HEAD:b.cxflow"] {
        short(&folder, source).exits(0).err_lacks("CX403");
    }
}

#[test]
fn a_file_of_policies_is_looked_at_by_itself() {
    let library =
        "policy house \"H\" { r: forbid voicemail after disclosure }\nfact purpose = \"telemarketing\"\n";
    let folder = Folder::new()
        .with("lib.cxflow", library)
        .with("law/first.cxflow", "policy first \"F\" { r: forbid voicemail }\n")
        .with("cxflow.toml", "policies = [\"lib.cxflow\"]\n");
    for arguments in [".", "lib.cxflow", "lib.cxflow --policy ./lib.cxflow"] {
        short(&folder, arguments).exits(1).err_has("lib.cxflow:2:1: error[CX716");
    }
    folder.write("lib.cxflow", "policy house \"H\" { r: forbid voicemail from 2062-12-01 }\n");
    short(&folder, "lib.cxflow").err_has("warning[CX314");
}

#[test]
fn a_flow_that_cannot_be_read_silences_only_the_files_that_it_uses() {
    let law = |name: &str| LAW.replace("house", name);
    let flow = |includes: &str, applies: &str| {
        format!(
            "flow \"A\"\nentry n\n{includes}{applies}disclosure n {{ say \"This is Lakeside.\"; -> bye }}\ndisconnect bye\n"
        )
    };
    let both = "include \"one.cxflow\"\ninclude \"two.cxflow\"\n";
    let folder = Folder::new()
        .with("one.cxflow", law("one"))
        .with("two.cxflow", law("two"))
        .with("a.cxflow", flow(both, ""));
    short(&folder, "a.cxflow").err_has("one.cxflow:3:").err_has("two.cxflow:3:");
    // Settings that are a folder cannot be read.
    let folder = folder.with("v/z.cxflow", flow("include \"../one.cxflow\"\n", ""));
    std::fs::create_dir(folder.path("v/cxflow.toml")).unwrap();
    short(&folder, "a.cxflow").err_lacks("one.cxflow:3:").err_has("two.cxflow:3:");
}

#[test]
fn a_waiver_that_another_flow_needs_is_not_doubled_by_one_of_this_flow() {
    let needs = NO_AGENT.replace("bye }\ndisconnect bye", "d }\nagent d \"q\"");
    let own = "waive house/noag because \"Counsel agreed to it in May\" by \"k.roe\" until 2027-05-31\n";
    let folder =
        Folder::new().with("law.cxflow", LAW).with("c.cxflow", &needs).with("d.cxflow", needs.clone() + own);
    for arguments in [".", "c.cxflow", "d.cxflow"] {
        short(&folder, arguments).exits(0).err_lacks("CX403");
    }
    // In one file it is.
    folder.write("law.cxflow", LAW.to_owned() + own);
    short(&folder, "c.cxflow").err_has("adds nothing");
}

#[test]
fn a_flow_in_a_folder_with_a_dot_is_a_user_if_git_tracks_it() {
    for at in [".flows/a.cxflow", ".github/flows/a.cxflow", "x/.y/.z/a.cxflow"] {
        let up = "../".repeat(at.matches('/').count());
        let flow = AGENT.replace("law.cxflow", &format!("{up}law.cxflow"));
        let folder = Folder::new().with("law.cxflow", LAW).with("b.cxflow", NO_AGENT).committed();
        folder.write(at, flow);
        // What git does not track may be a tool's copy.
        short(&folder, "b.cxflow").exits(0).err_has("nothing to waive");
        folder.git(&["add", "."]);
        for arguments in [".", "b.cxflow"] {
            short(&folder, &format!("{arguments} --deny warnings -v")).exits(0).err_lacks("CX403");
        }
        short(&folder, "law.cxflow").exits(0).err_has(&format!("{at}: 1 rule waived"));
        again(&folder);
        short(&folder, "HEAD:b.cxflow -v").exits(0).err_lacks("CX403");
    }
    // So are the settings there.
    let flow = NO_AGENT.replace("include \"law.cxflow\"\n", "");
    let policy = "policy house \"H\" { once: limit retries 2 }\napply us_recording_consent\n";
    let folder = Folder::new().with("house.cxflow", policy).with(".f/b.cxflow", &flow);
    let folder = folder.with(".f/cxflow.toml", "policies = [\"../house.cxflow\"]\n").committed();
    short(&folder, "house.cxflow").err_lacks("CX438");
    folder.write(".f/cxflow.toml", "policies = [\"us_tsr\"]\n");
    short(&folder, "house.cxflow").err_has("CX438");
}

#[test]
fn an_undecided_finding_is_a_note_with_the_reason() {
    let folder = Folder::new().with("law.cxflow", LAW).with("b.cxflow", NO_AGENT);
    for number in 0..201 {
        folder.write(&format!("many/b{number}.cxflow"), NO_AGENT.replace("law.cxflow", "../law.cxflow"));
    }
    let folder = folder.committed();
    for source in ["b.cxflow", "v1:b.cxflow"] {
        let undecided = |arguments: &str| {
            folder.run(&format!("check --as-of 2026-11-01 --deny warnings {source} {arguments}")).exits(0)
        };
        undecided("").err_lacks("CX403");
        let run = undecided("-v").err_has("not decided: there is nothing to waive").err_lacks("take it out");
        run.err_has("201 other flows use").err_has("only up to 200 are checked");
        assert!(undecided("--message-format json").out.contains("only up to 200 are checked"));
    }
    // With one user less all are asked, and the name of all of them leaves nothing open.
    short(&folder, "b.cxflow many").exits(0).err_has("warning[CX403").err_lacks("not decided");
    std::fs::remove_file(folder.path("many/b200.cxflow")).unwrap();
    short(&folder, "b.cxflow").exits(0).err_has("warning[CX403").err_lacks("not decided");
    // A flow with errors may need it, and so may one that nobody looks for.
    let broken = "flow \"E\"\nentry n\ninclude \"law.cxflow\"\ndisclosure n { say \n";
    let folder = Folder::new().with("law.cxflow", LAW).with("b.cxflow", NO_AGENT).with("e.cxflow", broken);
    let run = folder.command("check --as-of 2026-11-01 -v b.cxflow").run().exits(0);
    run.err_has("not decided: ").err_has("`e.cxflow` uses the file, and has errors");
    let folder = Folder::new().with("shared/law.cxflow", LAW);
    let folder = folder.with("one/b.cxflow", NO_AGENT.replace("law.cxflow", "../shared/law.cxflow"));
    folder.git(&["init", "-q", "one"]);
    let run = folder.command("check b.cxflow --as-of 2026-11-01 -v --allow-outside ../shared");
    let run = run.folder(&folder.path("one")).run().exits(0);
    run.err_has("not decided: ").err_has("the file is in a place that is not searched for flows that use it");
}

#[test]
fn one_line_is_one_finding_whatever_flows_say_of_it() {
    let applied = NO_AGENT.replace("include \"law.cxflow\"\n", "include \"law.cxflow\"\napply house\n");
    for (one, other) in [(NO_AGENT, &*applied), (&*applied, NO_AGENT)] {
        let folder = Folder::new()
            .with("law.cxflow", LAW.replace("apply house\n", ""))
            .with("b.cxflow", one)
            .with("c.cxflow", other)
            .with("d.cxflow", other)
            .committed();
        for source in [".", "b.cxflow c.cxflow d.cxflow", "d.cxflow b.cxflow c.cxflow", "law.cxflow", "v1:."]
        {
            let run = folder.run(&format!("check --as-of 2026-11-01 {source}")).exits(0);
            assert_eq!(run.err.matches("warning[CX403").count(), 1, "{source} {run:#?}");
            for said in ["policy `house` does not apply", "`house/noag` is not broken"] {
                assert_eq!(run.err.matches(said).count(), 1, "{source} {run:#?}");
            }
            for flow in ["b", "c", "d"] {
                run.err.matches(&format!("{flow}.cxflow: 1 warning")).next().unwrap();
            }
        }
        let run = folder.run("check --as-of 2026-11-01 b.cxflow c.cxflow d.cxflow");
        run.err_has("this applies to `b.cxflow`").err_has("for c.cxflow and d.cxflow: ");
    }
}
