//! `new`, `explain`, `completions`, `man`.

use cxflowc::diagnostics::Page;

use super::harness::*;

#[test]
fn a_new_flow_builds_without_findings() {
    let folder = Folder::new();
    folder.run("new spring-reminder").exits(0).out_is("").err_is(
        "spring-reminder.cxflow: a first flow; `cxflowc build spring-reminder.cxflow` compiles it\n\
             cxflow.toml: written\n\
             .gitignore: written\n",
    );
    folder.run("build --deny warnings spring-reminder.cxflow").exits(0).err_has("spring-reminder.json: ");
    assert!(folder.read("spring-reminder.json").contains("\"name\": \"Spring reminder\""));
}

#[test]
fn new_takes_a_name_with_its_ending() {
    let folder = Folder::new();
    folder.run("new a.cxflow").exits(0);
    assert_eq!(folder.names(), [".gitignore", "a.cxflow", "cxflow.toml"]);
}

#[test]
fn new_overwrites_nothing() {
    let folder = Folder::of(BROKEN);
    folder.run("new a").exits(2).err_has("a.cxflow already exists");
    assert_eq!(folder.read("a.cxflow"), BROKEN);
}

#[test]
fn new_takes_a_name_with_anything_in_it() {
    let folder = Folder::new();
    for name in ["say \"hi\" ${x}", "back\\slash", "Grüße 😀", "a\tb"] {
        let run = folder.command("new").arg(name).run().exits(0);
        assert!(!run.err.contains("cxflowc build"), "a command that no shell takes: {}", run.err);
        folder.command("build --deny warnings").arg(format!("{name}.cxflow")).run().exits(0);
    }
}

#[test]
fn new_says_when_a_name_is_none() {
    let folder = Folder::new();
    for name in ["", ".cxflow", "folder/", ".."] {
        folder.command("new").arg(name).run().exits(2);
    }
    folder.run("new nowhere/a").exits(2).err_has("its folder does not exist");
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn explain_keeps_addresses_and_names_of_pages_whole() {
    for (code, part) in [
        ("CX920", "studio-api.md#the-syntax-check lists"),
        ("CX920", "the table (studio.md#actions)"),
        ("CX610", "studio.md says what each construct becomes"),
        ("CX621", "`https://es.cdn.example.com/hi.wav`"),
    ] {
        let page = Folder::new().run(&format!("explain {code}")).exits(0).out;
        let whole = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(whole.contains(part) && !page.contains("]("), "{part}: {page}");
        assert!(page.lines().any(|line| line.contains(part.split(' ').next().unwrap())), "{part}: {page}");
    }
}

#[test]
fn explain_finds_a_code_by_id_and_name_in_any_case() {
    let folder = Folder::new();
    for wanted in ["CX201", "cx201", "201", "dead-end", "Dead-End"] {
        folder
            .command("explain")
            .arg(wanted)
            .run()
            .exits(0)
            .out_has("CX201 dead-end: an error\n")
            .out_has("What the compiler says")
            .err_is("");
    }
}

#[test]
fn explain_lists_every_code() {
    let run = Folder::new().run("explain").exits(0);
    let listed: Vec<&str> = run.out.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let all: Vec<&str> = cxflowc::codes::all().map(|code| code.id).collect();
    assert_eq!(listed, all);
}

#[test]
fn explain_has_a_page_for_every_code() {
    let folder = Folder::new();
    for code in cxflowc::codes::all() {
        let run = folder.command("explain").arg(code.name).run().exits(0).out_has(code.id);
        match code.page {
            Page::Flows { .. } | Page::Settings { .. } => run.out_has("\nRight\n"),
            Page::Causes { .. } => run.out_has("\nWhat you see, and what to do\n"),
        };
    }
}

#[test]
fn explain_suggests_the_nearest_code() {
    let folder = Folder::new();
    folder
        .run("explain ded-end")
        .exits(2)
        .out_is("")
        .err_is("cxflowc: there is no diagnostic ded-end\n  help: did you mean `dead-end`?\n");
    for code in ["gibberish", "CX999", "cx998", "999"] {
        folder.run(&format!("explain {code}")).exits(2).err_has("help: `cxflowc explain` lists them\n");
    }
    folder.run("explain CX3O1").exits(2).err_has("did you mean `CX301`?");
}

#[test]
fn every_shell_has_a_completion_script() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        folder.command("completions").arg(shell).run().exits(0).out_has("cxflowc").err_is("");
    }
    folder.run("completions cmd").exits(2);
}

#[test]
fn the_manual_has_a_page_for_the_command_and_for_each_verb() {
    let folder = Folder::new();
    folder.run("man").exits(0).out_has(".TH CXFLOWC 1 2026-11-27").out_has("build");
    for verb in verbs() {
        folder
            .command("man")
            .arg(&verb)
            .run()
            .exits(0)
            .out_has(&format!(".TH CXFLOWC-{} 1", verb.to_uppercase()));
    }
    folder.run("man bild").exits(2).err_has("did you mean `build`?");
}

#[test]
fn a_payload_taken_for_a_flow_has_one_finding() {
    let folder = Folder::of(CLEAN);
    folder.run("build a.cxflow").exits(0);
    let run = folder.run("check -q --format short a.json").exits(1);
    assert_eq!(
        run.err,
        "a.json:1:1: error[CX001 syntax]: this is JSON, not a flow in the language of `.cxflow` files\n"
    );
}
