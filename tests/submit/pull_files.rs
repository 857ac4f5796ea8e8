//! Where `studio pull` writes, which scripts a tenant has, and what `studio diff` says beside the flows.

use cxflowc::emulator::{StudioOptions, StudioScript};
use serde_json::{Value, json};

use super::studio_tenant::Tenant;
use super::support::*;

const SETTINGS: &str = "[studio]\nbusiness_unit = 700001\nfolder = \"Q3\"\n";

fn folder() -> Folder {
    Folder::of(CLEAN).with("cxflow.toml", SETTINGS)
}

/// The script of the folder's flow, as somebody has changed it in Studio.
fn built(folder: &Folder, change: impl Fn(&mut Value)) -> Value {
    folder.run("build --target studio -o built.json a.cxflow").exits(0);
    let mut script: Value = serde_json::from_str(&folder.read("built.json")).unwrap();
    change(&mut script);
    script
}

fn tenant(scripts: Vec<Value>) -> Tenant {
    let scripts = scripts.into_iter().map(|content| StudioScript { content, locked_by: None }).collect();
    Tenant::start(StudioOptions { scripts, ..StudioOptions::default() })
}

#[test]
fn a_flow_replaces_nothing_but_a_flow() {
    let folder = folder();
    let tenant = tenant(vec![built(&folder, |_| {})]);
    folder.write("cxflow.toml", format!("{SETTINGS}[env.prod]\naudit = \"audit/prod.jsonl\"\n"));
    folder.write("cxflow.lock", "# What `cxflowc submit` handed over\n");
    let settings = folder.read("cxflow.toml");
    for file in ["cxflow.toml", "cxflow.lock", "cxflow.prod.lock"] {
        tenant
            .command(&folder, "studio pull Q3/Reminder --force -o")
            .args([file])
            .run()
            .exits(2)
            .err_has("would replace");
    }
    let run = tenant.run(&folder, "studio pull Q3/Reminder --force --env prod -o audit/prod.jsonl");
    run.exits(2).err_has("its folder does not exist");
    folder.write("audit/other", "");
    tenant
        .run(&folder, "studio pull Q3/Reminder --force --env prod -o audit/prod.jsonl")
        .exits(2)
        .err_has("which is an audit log");
    assert_eq!(folder.read("cxflow.toml"), settings);
    assert!(!folder.has("audit/prod.jsonl"));
}

#[test]
fn every_script_is_listed_and_pulled() {
    let folder = folder();
    let named = |name: &str| built(&folder, |script| script["header"]["scriptName"] = json!(name));
    let tenant = tenant(vec![named("Q3\\Reminder"), named("Q4\\a:b"), named("Q4\\a?b")]);
    folder.write("cxflow.toml", "[studio]\nbusiness_unit = 700001\n");
    let listed = tenant.run(&folder, "studio pull / --list").exits(0);
    for name in ["Q3\\Reminder\n", "Q4\\a:b\n", "Q4\\a?b\n"] {
        assert!(listed.out.contains(name), "{}", listed.out);
    }
    tenant.run(&folder, "studio pull /").exits(2).err_has("the tenant has ").err_has("--list");
    tenant.run(&folder, "studio pull / --out-dir all --as-is");
    assert!(folder.has("all/Q4/a_b.cxflow") && folder.has("all/Q4/a_b 2.cxflow"));
    assert!(folder.read("all/Q3/Reminder.cxflow").starts_with("flow \"Q3\\\\Reminder\"\n"));
    // Scripts of one folder have one setting for it.
    let run = tenant.run(&folder, "studio pull Q4 --out-dir four --as-is");
    let run = run.err_has("write `folder = \"Q4\"` under `[studio]`");
    assert!(folder.read("four/a_b.cxflow").starts_with("flow \"a:b\"\n"));
    assert_eq!(run.err.matches("under `[studio]`").count(), 1, "{}", run.err);
}

#[test]
fn a_folder_that_is_not_there_yet_has_the_settings_above_it() {
    let folder = folder();
    let tenant = tenant(vec![built(&folder, |_| {})]);
    folder.write("ex/cxflow.toml", SETTINGS);
    folder.write("cxflow.toml", "[studio]\nbusiness_unit = 700001\n");
    tenant.run(&folder, "studio pull Q3/Reminder --out-dir new/flows").exits(0).err_has("folder = \"Q3\"");
    let run = tenant.run(&folder, "studio pull Q3/Reminder --out-dir ex/flows").exits(0);
    assert!(!run.err.contains("under `[studio]`"), "{}", run.err);
}

#[test]
fn what_is_kept_is_said_in_one_line() {
    let folder = folder();
    let script = built(&folder, |script| {
        let first = script["branches"]["1"][0]["to"].clone();
        script["actions"]["90"] = json!({ "actionId": 90, "name": "LOCATE", "libraryId": "fa14bd7c-cc7f-43e3-a9b2-e56f78d5bdd8", "label": "Where", "version": 1 });
        script["branches"]["90"] = json!([{ "to": first, "label": "", "type": "default", "index": 0 }]);
        script["branches"]["1"][0]["to"] = json!(90);
    });
    let tenant = tenant(vec![script]);
    tenant
        .run(&folder, "studio pull Q3/Reminder -o b.cxflow")
        .err_has("b.cxflow: 1 action is kept, which -v lists: LOCATE `Where`");
}

/// What somebody does to a script in Studio.
type Change<'c> = &'c dyn Fn(&mut Value);

#[test]
fn diff_and_status_agree() {
    let folder = folder();
    let before = tenant(vec![built(&folder, |_| {})]);
    before.run(&folder, "studio diff --exit-code Q3/Reminder a.cxflow").exits(0).err_has("no changes");
    let changes: [(&str, Change<'_>); 3] = [
        ("`variableRedaction` of the script", &|script| script["header"]["variableRedaction"] = json!("all")),
        ("the action BEGIN has `label` otherwise", &|script| {
            script["actions"]["1"]["label"] = json!("Start")
        }),
        ("`ParamCount`", &|script| {
            for property in script["properties"]["1"].as_object_mut().unwrap().values_mut() {
                if property["name"] == "ParamCount" {
                    property["value"] = json!("3");
                }
            }
        }),
    ];
    for (part, change) in changes {
        let tenant = tenant(vec![built(&folder, change)]);
        let run = tenant.run(&folder, "studio diff --exit-code Q3/Reminder a.cxflow").exits(1);
        run.err_has("what the flows do not show").err_has(part);
    }
}

#[test]
fn a_script_and_a_folder_may_have_one_name() {
    let folder = folder();
    let named = |name: &str| built(&folder, |script| script["header"]["scriptName"] = json!(name));
    let tenant = tenant(vec![named("Q3"), named("Q3\\Reminder"), named("Q4")]);
    folder.write("cxflow.toml", "[studio]\nbusiness_unit = 700001\n");
    let both =
        "`Q3` is a script and a folder of the tenant: this is the script, and `Q3/` stands for the folder";
    tenant.run(&folder, "studio pull Q3 --out-dir one --as-is").err_has(both);
    assert!(folder.has("one/Q3.cxflow") && !folder.has("one/Reminder.cxflow"));
    for (name, out) in [("Q3/", "two"), ("/Q3/", "three"), ("Q3//", "four")] {
        let run = tenant.run(&folder, &format!("studio pull {name} --out-dir {out} --as-is"));
        assert!(!run.err.contains("is a script and a folder"), "{}", run.err);
        assert!(folder.has(&format!("{out}/Reminder.cxflow")) && !folder.has(&format!("{out}/Q3.cxflow")));
    }
    assert_eq!(tenant.run(&folder, "studio pull Q3/ --list").exits(0).out, "Q3\\Reminder\n");
    // What is no folder may be a script all the same.
    let run = tenant.run(&folder, "studio pull Q4/ -o five.cxflow --as-is");
    assert!(folder.has("five.cxflow") && !run.err.contains("is a script and a folder"), "{}", run.err);
}

#[test]
fn a_name_that_is_too_long_for_a_file_is_shortened() {
    let folder = folder();
    let named = |name: &str| built(&folder, |script| script["header"]["scriptName"] = json!(name));
    let (long, longer) = ("a".repeat(250), format!("{}b", "a".repeat(249)));
    let tenant = tenant(vec![named(&format!("Q3\\{long}")), named(&format!("Q3\\{longer}")), named("Q3\\b")]);
    let run = tenant.run(&folder, "studio pull Q3 --out-dir flows --as-is");
    let file = format!("flows/{}", "a".repeat(200));
    run.err_has(&format!("{long}` is too long for that of a file: its flow is {file}.cxflow"));
    assert!(folder.has("flows/b.cxflow") && folder.has(&format!("{file}.cxflow")));
    assert!(folder.read(&format!("{file} 2.cxflow")).contains(&longer));
}

#[test]
fn what_the_flows_show_is_said_once() {
    let folder = folder();
    let with = |most: &str| {
        built(&folder, |script| {
            let id = script["actions"].as_object().unwrap().iter().find(|(_, one)| one["name"] == "REQAGENT");
            let id = id.unwrap().0.clone();
            let all = script["properties"][&id].as_object_mut().unwrap().values_mut();
            all.filter(|one| one["name"] == "MaxPriority").for_each(|one| one["value"] = json!(most));
        })
    };
    let tenant = tenant(vec![with("7")]);
    tenant.run(&folder, "studio pull Q3/Reminder -o b.cxflow");
    folder.write("b.cxflow", folder.read("b.cxflow").replace("MaxPriority = \"7\"", "MaxPriority = \"8\""));
    let run = tenant.run(&folder, "studio diff Q3/Reminder b.cxflow").exits(0);
    assert!(run.out.contains("MaxPriority \"[-7-]{+8+}\"") && !run.err.contains("do not show"), "{run:?}");
}
