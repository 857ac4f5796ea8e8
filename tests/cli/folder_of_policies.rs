//! A folder that holds the files of policies that its settings name.

use super::harness::*;

/// A flow, so many files of policies below `policies`, and settings that name them all. The last policy
/// asks for what the flow does not have.
fn folder(count: usize) -> Folder {
    let mut folder = Folder::of(CLEAN);
    let mut names = Vec::new();
    for number in 0..count {
        let rule = if number + 1 == count {
            "require @pause before agent"
        } else {
            "require disclosure before agent"
        };
        let text = format!("policy p{number} \"P {number}\" {{\n  r: {rule}\n}}\n");
        folder = folder.with(&format!("policies/p{number}.cxflow"), text);
        names.push(format!("\"policies/p{number}.cxflow\""));
    }
    folder.with("cxflow.toml", format!("policies = [{}]\n", names.join(", ")))
}

#[test]
fn the_flow_is_held_to_all_of_them_and_they_are_libraries() {
    let folder = folder(60);
    let run = folder.run("check . --message-format short").exits(1);
    assert_eq!(run.err.matches("a library\n").count(), 60, "{}", run.err);
    run.err_has("error[CX301 policy-violation]: p59/r").err_has("./a.cxflow: 64 rules of 61 policies: ");
}

#[test]
fn a_file_that_is_not_there_is_said_of_libraries_too() {
    let folder = Folder::new()
        .with("p/a.cxflow", "policy a \"A\" {\n  r: require disclosure before agent\n}\n")
        .with("p/b.cxflow", "policy b \"B\" {\n  r: require disclosure before agent\n}\n")
        .with("cxflow.toml", "policies = [\"p/none.cxflow\"]\n");
    for arguments in [".", "p", "p/a.cxflow", "p/b.cxflow", "p/b.cxflow p/a.cxflow"] {
        let run = folder.run(&format!("check {arguments} --message-format short")).exits(1);
        assert_eq!(run.err.matches("none.cxflow").count(), 1, "{arguments}: {}", run.err);
    }
    folder
        .run("check p --policy p/other.cxflow")
        .exits(1)
        .err_has("cannot read the policies in `p/other.cxflow`");
}

#[test]
fn a_library_that_speaks_of_a_policy_of_the_settings_finds_it() {
    let folder = folder(3).with("policies/z.cxflow", "apply p1\n");
    folder
        .run("check policies --message-format short")
        .exits(0)
        .err_has("policies/z.cxflow: 1 warning")
        .err_lacks("CX114");
}
