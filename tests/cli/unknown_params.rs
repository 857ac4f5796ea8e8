//! Params in `cxflow.toml` that no flow declares.

use super::harness::*;

const FLOW: &str = r#"flow "Reminder"
include "menu.cxflow" as es
entry notice
param queue = "sales_queue"
param callback_number = "+15550100"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
callback later "${callback_number}"
notice -> es.menu
"#;

const PART: &str = "param queue = \"es_queue\"\nparam greeting = \"Hola\"\nagent menu \"${queue}\"\n";

fn folder(params: &str) -> Folder {
    let settings = format!("[env.prod.params]\n{params}\n");
    Folder::of(FLOW).with("menu.cxflow", PART).with("cxflow.toml", settings)
}

fn told(folder: &Folder) -> Vec<String> {
    let run = folder.run("check --env prod --message-format short a.cxflow");
    let lines = run.err.lines().filter(|line| line.contains("CX708"));
    lines.map(str::to_owned).collect()
}

#[test]
fn a_slip_of_a_declared_param_is_a_finding() {
    let slips = [
        ("quue", "queue"),
        ("queu", "queue"),
        ("qeue", "queue"),
        ("queuee", "queue"),
        ("Queue", "queue"),
        ("QUEUE", "queue"),
        ("queues", "queue"),
        ("callback_numbre", "callback_number"),
        ("callback-number", "callback_number"),
        ("callbacknumber", "callback_number"),
        ("calback_number", "callback_number"),
        ("\"es.quue\"", "es.queue"),
        ("\"es.greting\"", "es.greeting"),
        ("\"es.Queue\"", "es.queue"),
    ];
    for (slip, meant) in slips {
        let folder = folder(&format!("{slip} = \"x\""));
        let told = told(&folder);
        assert_eq!(told.len(), 1, "{slip}: {told:?}");
        assert!(told[0].starts_with("cxflow.toml:2:1: warning[CX708 unknown-param]"), "{slip}: {told:?}");
        let run = folder.run("check --env prod a.cxflow");
        run.err_has(&format!("did you mean `{meant}`?"));
        folder.run("check --env prod --deny warnings a.cxflow").exits(1).err_has("error[CX708");
        let allowed = folder.run("check --env prod --deny warnings --allow unknown-param a.cxflow");
        allowed.err_lacks("[CX708");
    }
}

#[test]
fn a_known_instance_with_an_unknown_param_is_a_finding() {
    for name in ["\"es.colour\"", "\"es.callback_number\"", "\"es.x\""] {
        let folder = folder(&format!("{name} = \"x\""));
        assert_eq!(told(&folder).len(), 1, "{name}");
        let run = folder.run("check --env prod a.cxflow");
        run.err_has("the instance `es` has no param");
    }
    let folder = folder("\"es.colour\" = \"x\"");
    folder.run("check --env prod a.cxflow").err_has("its params are `greeting` and `queue`");
}

#[test]
fn a_param_of_another_flow_is_no_finding() {
    for params in [
        "queue = \"x\"",
        "\"es.queue\" = \"x\"",
        "region = \"x\"",
        "\"fr.region\" = \"x\"",
        "queue = \"x\"\nqueue2 = \"y\"",
    ] {
        assert_eq!(told(&folder(params)), [""; 0], "{params}");
    }
    let folder = folder("queue2 = \"x\"");
    folder.write("b.cxflow", CLEAN.replace("queue", "queue2"));
    let run = folder.run("check --env prod --message-format short a.cxflow b.cxflow");
    run.err_lacks("CX708");
}

#[test]
fn a_slip_is_one_whichever_environment_the_run_is_for() {
    let folder = folder("quue = \"x\"\n[env.test.params]\nqueeu = \"y\"");
    for arguments in ["check", "check --env prod", "check --env test", "build"] {
        let run = folder.run(&format!("{arguments} --message-format short a.cxflow"));
        run.err_has("cxflow.toml:2:1: warning[CX708").err_has("cxflow.toml:4:1: warning[CX708");
    }
}

#[test]
fn a_param_that_instances_alone_have_needs_their_name() {
    let flow = FLOW.replace("param queue = \"sales_queue\"\n", "").replace("${queue}", "q");
    for (params, says) in [
        ("queue = \"x\"", "did you mean `es.queue`?"),
        ("greeting = \"x\"", "did you mean `es.greeting`?"),
        ("queue = \"x\"\n\"es.greeting\" = \"y\"", "did you mean `es.queue`?"),
    ] {
        let folder = folder(params);
        folder.write("a.cxflow", &flow);
        let run = folder.run("check --env prod --message-format json a.cxflow");
        assert!(run.out.contains("\"CX708\"") && run.out.contains(says), "{params}: {}", run.out);
        assert!(run.out.contains(r#""text":"\"es."#), "{params}: {}", run.out);
    }
    let folder = folder("queue = \"x\"\n\"es.queue\" = \"y\"");
    folder.write("a.cxflow", &flow);
    folder.run("check --env prod a.cxflow").err_lacks("CX708");
    folder.write("cxflow.toml", "[env.prod.params]\nqueue = \"x\"\n");
    folder.write("a.cxflow", flow.replace("entry notice\n", "entry notice\ninclude \"menu.cxflow\" as fr\n"));
    folder.run("check --env prod a.cxflow").err_has("write `\"es.queue\"` or `\"fr.queue\"`");
}

#[test]
fn very_many_params_are_read_and_compared_all_the_same() {
    let many: String = (0..40_000).map(|n| format!("other_{n}_param = \"x\"\n")).collect();
    let folder = folder(&many);
    folder.write("x/cxflow.toml", format!("[env.prod.params]\n{many}"));
    folder.write("x/a.cxflow", CLEAN);
    folder.run("check --env prod x/a.cxflow").exits(0).err_lacks("CX708");
    let out = folder.run("check --show-settings x/a.cxflow").out;
    assert!(out.contains("other_39999_param") && out.contains("# x/cxflow.toml:"), "{}", out.len());
}

#[test]
fn the_fix_writes_a_key_that_toml_reads() {
    for (slip, right) in [("quue", "queue"), ("\"es.quue\"", "\"es.queue\"")] {
        let run = folder(&format!("{slip} = \"x\"")).run("check --env prod --message-format json a.cxflow");
        let found =
            run.lines().into_iter().find(|one| one["code"]["code"] == "CX708" || one["code"] == "CX708");
        let found = found.unwrap_or_else(|| panic!("{run:?}")).to_string();
        assert!(found.contains(&serde_json::json!(right).to_string()), "{found}");
    }
}
