//! `graph`: where pictures come from, where they go, and what is said meanwhile.

use super::harness::*;

const CALL: &str = r#"flow "Call"
entry notice
param queue = "sales"
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1" {
  on 1 -> desk
  on timeout | invalid -> bye
}
agent desk "${queue}"
disconnect bye
notice -> menu
"#;

const TREE: &str = "Call
a.cxflow · 4 nodes · 3 transitions

notice disclosure  ♪ notice.wav
→ menu collect  “Press 1”
├─ [1] ─ desk agent  queue sales
└─ [no input, wrong key] ─ bye disconnect
";

#[test]
fn without_options_a_tree_is_printed() {
    Folder::of(CALL).run("graph a.cxflow").exits(0).out_is(TREE).err_is("");
    Folder::of(CALL).run("graph a.cxflow -o -").exits(0).out_is(TREE).err_is("");
}

#[test]
fn a_line_that_leads_back_says_how_often_and_the_else_is_drawn() {
    let text = CALL.replace("  on timeout", "  on * -> menu again 2 else bye\n  on timeout");
    let run = Folder::of(&text).run("graph a.cxflow").exits(0);
    run.out_has("[* (again 2)]").out_has("[no input, wrong key, * (else)] ─ bye disconnect");
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let run = Folder::of(CALL).command("graph a.cxflow").env("LC_ALL", "C").run().exits(0);
    assert!(run.out.is_ascii(), "{}", run.out);
    run.out_has("`- [no input, wrong key] - bye disconnect\n");
}

#[test]
fn the_name_of_the_output_decides_its_format() {
    let folder = Folder::of(CALL);
    for (name, begins) in [
        ("a.svg", "<svg xmlns="),
        ("a.SVG", "<svg xmlns="),
        ("a.mmd", "---\ntitle: \"Call\"\n---\nflowchart LR\n"),
        ("a.dot", "digraph flow {"),
        ("a.gv", "digraph flow {"),
        ("a.txt", "Call\na.cxflow"),
    ] {
        folder
            .run(&format!("graph a.cxflow -o {name}"))
            .exits(0)
            .out_is("")
            .err_is(&format!("{name}: 4 nodes\n"));
        assert!(folder.read(name).starts_with(begins), "{name}: {}", folder.read(name));
    }
}

#[test]
fn an_option_decides_before_the_name() {
    let folder = Folder::of(CALL);
    folder.run("graph a.cxflow --format dot -o a.svg").exits(0);
    assert!(folder.read("a.svg").starts_with("digraph flow {"));
    folder.run("graph a.cxflow --format mermaid").exits(0).out_has("flowchart LR\n");
    folder.run("graph a.cxflow --format png").exits(2).err_has("[possible values: text, svg, mermaid, dot]");
}

#[test]
fn a_name_that_says_no_format_is_refused() {
    let folder = Folder::of(CALL);
    for name in ["a.png", "picture"] {
        folder
            .run(&format!("graph a.cxflow -o {name}"))
            .exits(2)
            .err_has(&format!("the name {name} does not say which format the picture has"))
            .err_has("help: name the format with --format: `text`, `svg`, `mermaid` or `dot`");
        assert!(!folder.has(name));
    }
    folder.run("graph a.cxflow -o a.png").exits(2).err_has("; a browser prints the `svg`");
}

#[test]
fn a_flow_with_errors_is_drawn_with_them() {
    let folder = Folder::of(&CALL.replace("-> desk", "-> dsk"));
    folder
        .run("graph a.cxflow -o a.svg")
        .exits(1)
        .err_has("error[CX103 unknown-node]")
        .err_has("a.svg: 4 nodes; 1 error\n");
    assert!(folder.read("a.svg").contains("dsk (not declared)"));
    folder.run("graph a.cxflow").exits(1).out_has("✖ CX103 unknown-node").err_has("a.cxflow: 1 error\n");
    // A line that cannot be read at all does not hide the others.
    folder.write("a.cxflow", CALL.replace("disconnect bye", "disconnect bye }"));
    folder.run("graph a.cxflow").exits(1).out_has("→ menu collect").err_has("error[CX001 syntax]");
}

#[test]
fn findings_go_to_standard_error_in_their_own_format() {
    let run = Folder::of(&CALL.replace("-> desk", "-> dsk")).run("graph a.cxflow --message-format short");
    run.exits(1).out_has("Call\n").err_has("a.cxflow:6:11: error[CX103 unknown-node]");
}

#[test]
fn graph_marks_highlighted_nodes() {
    let folder = Folder::of(CALL);
    let run = folder.command("graph a.cxflow --highlight").arg("menu > desk").run().exits(0);
    run.out_has("▶ the path menu -> desk\n").out_has("├─ ▶ [1] ─ ▶ 2. desk agent");
    folder
        .run("graph a.cxflow --highlight 1 --highlight bye")
        .exits(0)
        .out_has("▶ the call 1\n")
        .out_has("▶ bye");
}

#[test]
fn graph_refuses_unknown_highlights() {
    let folder = Folder::of(CALL);
    folder
        .run("graph a.cxflow --highlight dsk -o a.svg")
        .exits(2)
        .err_has("a.cxflow: `dsk` is no node, path, keys, code or rule of this flow")
        .err_has("help: did you mean `desk`?");
    assert!(!folder.has("a.svg"));
}

#[test]
fn params_and_environments_are_filled_in() {
    let folder = Folder::of(CALL).with("cxflow.toml", "[env.prod.params]\nqueue = \"gold\"\n");
    folder.run("graph a.cxflow --set queue=silver").exits(0).out_has("queue silver\n");
    folder.run("graph a.cxflow --env prod").exits(0).out_has("queue gold\n");
}

#[test]
fn standard_input_and_revisions_are_drawn() {
    let folder = Folder::of(CALL).committed();
    folder.write("a.cxflow", CALL.replace("Press 1", "Press one"));
    folder.command("graph -").input(CALL).run().exits(0).out_has("“Press 1”");
    folder.run("graph HEAD:a.cxflow").exits(0).out_has("HEAD:a.cxflow · 4 nodes").out_has("“Press 1”");
    folder.run("graph a.cxflow").exits(0).out_has("“Press one”");
}

#[test]
fn nodes_of_an_include_name_their_file() {
    let folder = Folder::of(&CALL.replace("agent desk \"${queue}\"", "include \"desk.cxflow\""))
        .with("desk.cxflow", "agent desk \"${queue}\"\n");
    folder.run("graph a.cxflow").exits(0).out_has("desk agent (from desk.cxflow)  queue sales\n");
}

#[test]
fn graph_does_not_overwrite_sources() {
    let folder = Folder::of(CALL);
    folder.run("graph a.cxflow --format svg -o a.cxflow").exits(2).out_is("");
    assert_eq!(folder.read("a.cxflow"), CALL);
}

#[test]
fn a_theme_is_chosen() {
    let folder = Folder::of(CALL);
    folder.run("graph a.cxflow --theme dark -o a.svg").exits(0);
    assert!(folder.read("a.svg").contains(".page{fill:#14171A}"));
}

#[test]
fn no_picture_shows_a_secret_of_the_process() {
    const SECRET: &str = "hush-hush-secret-4711-and-long-enough-to-take-two-lines-of-a-box";
    let folder = Folder::of(&CALL.replace("Press 1", SECRET).replace("on 1", &format!("on \"{SECRET}\"")));
    for format in ["text", "svg", "mermaid", "dot"] {
        let arguments = format!("graph a.cxflow --as-is --format {format} -o out");
        folder.run(&arguments).exits(0);
        assert!(folder.read("out").contains("hush"), "{format}");
        folder.command(&arguments).env("CXONE_CLIENT_SECRET", SECRET).run().exits(1).err_has("CX712");
        assert!(!folder.read("out").contains("hush"), "{format}: {}", folder.read("out"));
    }
}
