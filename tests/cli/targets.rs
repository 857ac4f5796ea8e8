//! `--target`: what flows are written as.

use crate::harness::Folder;

const FLOW: &str = "flow \"Hello\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\n\
                    notice -> bye\ndisconnect bye { say \"Goodbye.\" }\n";
const CALLBACK: &str = "flow \"Hello\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\n\
                        notice -> back\ncallback back \"Q3\"\n";

#[test]
fn flows_are_written_as_the_target_says() {
    let folder = Folder::new();
    folder.write("a.cxflow", FLOW);
    let names = |arguments: &str| -> Vec<String> {
        folder.run(arguments).exits(0);
        let written: serde_json::Value = serde_json::from_str(&folder.read("a.json")).unwrap();
        written.as_object().unwrap().keys().cloned().collect()
    };
    let flows = ["name", "description", "nodes", "transitions", "entry_node"];
    let studio = ["header", "actions", "properties", "branches"];
    assert_eq!(names("build a.cxflow"), flows);
    assert_eq!(names("build --target flows a.cxflow"), flows);
    assert_eq!(names("build --target studio a.cxflow"), studio);
    folder.write("cxflow.toml", "[env.prod]\ntarget = \"studio\"\n[env.test]\n");
    assert_eq!(names("build --env prod a.cxflow"), studio);
    assert_eq!(names("build --env test a.cxflow"), flows);
    assert_eq!(names("build --env prod --target flows a.cxflow"), flows);
}

#[test]
fn an_environment_says_what_its_tenant_has() {
    let folder = Folder::new();
    folder.write("a.cxflow", CALLBACK);
    let run = folder.run("check --target studio a.cxflow").exits(1);
    assert!(run.all().contains("CX612"), "{}", run.all());
    assert!(run.all().contains("callback"), "{}", run.all());
    folder.write(
        "cxflow.toml",
        "[studio]\nfolder = \"Q3\"\ncallback = \"Common/Callback\"\n\
         [env.prod.studio]\nfolder = \"Live\"\nbusiness_unit = 12\n[env.test]\n",
    );
    let head = |arguments: &str| {
        folder.run(arguments).exits(0);
        let written: serde_json::Value = serde_json::from_str(&folder.read("a.json")).unwrap();
        (written["header"]["scriptName"].as_str().unwrap().to_owned(), written["header"]["busNo"].as_u64())
    };
    assert_eq!(head("build --target studio a.cxflow"), ("Q3\\Hello".to_owned(), Some(0)));
    assert_eq!(head("build --target studio --env prod a.cxflow"), ("Live\\Hello".to_owned(), Some(12)));
    assert_eq!(head("build --target studio --env test a.cxflow"), ("Q3\\Hello".to_owned(), Some(0)));
}

#[test]
fn settings_of_scripts_are_checked() {
    let folder = Folder::new();
    folder.write("a.cxflow", FLOW);
    for (setting, said) in [
        ("[env.prod]\ntarget = \"studo\"\n", "did you mean `studio`?"),
        ("[studio]\nvoices = [\"es:Lupe\"]\n", "which is no voice"),
        ("[studio]\nvoices = [\"Spanish language=polly:Lupe\"]\n", "which is no voice"),
        ("[studio]\nlibrary_ids = [\"CAPTURE\"]\n", "is no library id"),
        ("[studio]\nlibrary_ids = \"CAPTURE=12\"\n", "is no library id"),
        ("[studio]\nanswer = \"event\"\n", "did you mean `events`?"),
        ("[studio]\nanswer_branches = [\"person=Human\"]\n", "is no branch"),
        ("[studio]\nbusiness_unit = \"12\"\n", "business_unit"),
        ("[studio]\nfoldr = \"Q3\"\n", "folder"),
        ("[env.prod.studio]\nmusik = \"a.wav\"\n", "music"),
    ] {
        folder.write("cxflow.toml", setting);
        let run = folder.run("check a.cxflow").exits(1);
        assert!(run.all().contains(said), "{}", run.all());
    }
}

#[test]
fn a_target_that_is_none_is_named_with_those_that_are() {
    let folder = Folder::new();
    folder.write("a.cxflow", FLOW);
    let run = folder.run("build --target studios a.cxflow").exits(2);
    assert!(run.all().contains("studio"), "{}", run.all());
    assert!(run.all().contains("flows"), "{}", run.all());
}
