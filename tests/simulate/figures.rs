//! Without an option: the figures.

use serde_json::json;

use super::support::*;

#[test]
fn how_large_a_flow_is_and_where_its_paths_end() {
    // Of an agent that may be busy, one path ends there and two go on as one.
    Folder::of(CAMPAIGN).run("simulate a.cxflow").exits(0).err_is("").out_is(
        "nodes        7
transitions  7
paths        5
deepest      4 transitions: line -> notice -> menu -> sales -> later
ends, with their share of the paths (not of calls)
  later    2  40.0%
  sales    1  20.0%
  message  1  20.0%
  bye      1  20.0%
",
    );
}

#[test]
fn the_figures_as_one_object() {
    let run = Folder::of(CAMPAIGN).run("simulate --format json a.cxflow").exits(0).err_is("");
    assert_eq!(run.out.lines().count(), 1);
    assert_eq!(
        run.json(),
        json!({
            "file": "a.cxflow", "flow": "Campaign", "nodes": 7, "transitions": 7,
            "paths": "5", "paths_exact": true,
            "deepest": {"transitions": 4, "path": ["line", "notice", "menu", "sales", "later"]},
            "ends": [
                {"node": "later", "type": "callback", "paths": "2", "share": 0.4},
                {"node": "sales", "type": "agent", "paths": "1", "share": 0.2},
                {"node": "message", "type": "disconnect", "paths": "1", "share": 0.2},
                {"node": "bye", "type": "disconnect", "paths": "1", "share": 0.2},
            ],
        })
    );
}

#[test]
fn ten_to_the_sixty_paths_are_counted_and_no_share_is_rounded_to_all_or_nothing() {
    let folder = Folder::of(&sixty_zeros());
    let run = folder.run("simulate a.cxflow").exits(0);
    let run = run.out_has("paths        about 1.0e60\n").out_has("  >99.9%\n").out_has("  <0.1%\n");
    assert!(!run.out.contains("100"), "{}", run.out);
    let figures = folder.run("simulate --format json a.cxflow").exits(0).json();
    assert_eq!((&figures["paths"], &figures["paths_exact"]), (&json!("about 1.0e60"), &json!(false)));
    assert!(figures["ends"][0]["share"].as_f64().unwrap() < 1.0, "{figures}");
    assert_eq!(figures["ends"][1]["paths"], json!("1"));
    assert!(figures["ends"][1]["share"].as_f64().unwrap() > 0.0, "{figures}");
}

#[test]
fn a_single_end_has_all_of_them() {
    Folder::of(CLEAN).run("simulate a.cxflow").exits(0).out_has("  sales  1  100%\n");
}

#[test]
fn a_chain_of_a_hundred_thousand_nodes() {
    let folder = Folder::of(&chain(100_000));
    folder.run("simulate a.cxflow").exits(1).out_is("").err_has("CX304 too-deep");
    folder
        .run("simulate --as-is a.cxflow")
        .exits(0)
        .out_has("paths        1\ndeepest      100000 transitions: n0 -> ")
        .out_has("  n100000  1  100%\n");
}

#[test]
fn names_that_are_none_stand_in_backticks() {
    let folder =
        Folder::of(&CLEAN.replace("sales \"", "`the sales` \"").replace("-> sales", "-> `the sales`"));
    folder.run("simulate a.cxflow").exits(0).out_has("notice -> `the sales`\n").out_has("  `the sales`  1");
    let ends = folder.run("simulate --format json a.cxflow").json()["ends"].clone();
    assert_eq!(ends[0]["node"], json!("the sales"));
}

#[test]
fn a_flow_with_errors_has_its_findings_and_no_figures() {
    let folder = Folder::of(BROKEN);
    for mode in ["", "--paths", "--keys 1", "--interactive", "--format json"] {
        let run = folder.run(&format!("simulate {mode} a.cxflow")).exits(1).out_is("");
        run.err_has("CX103 unknown-node").err_has("a.cxflow: 1 error\n");
    }
    folder.run("simulate --message-format short a.cxflow").exits(1).err_has("a.cxflow:6:11: error[CX103");
    folder.run("simulate --message-format json a.cxflow").exits(1).out_is("").err_has("{\"code\":\"CX103\"");
}

#[test]
fn warnings_stand_beside_the_figures() {
    let folder = Folder::of(WARNED);
    folder
        .run("simulate a.cxflow")
        .exits(0)
        .out_has("paths")
        .err_has("CX403")
        .err_has("a.cxflow: 1 warning\n");
    folder
        .run("simulate --allow unused a.cxflow")
        .exits(0)
        .out_has("paths")
        .err_is("a.cxflow: 1 warning silenced by `--allow CX403`\n");
    folder.run("simulate --deny warnings a.cxflow").exits(1).out_is("");
}

#[test]
fn a_flow_that_goes_round_a_cycle_has_no_number_of_paths() {
    let folder = Folder::of(&CAMPAIGN.replace("retries 1 {", "retries 1 {\n  on 9 -> notice"));
    folder.run("simulate a.cxflow").exits(1).err_has("CX203 cycle");
    folder.run("simulate --as-is a.cxflow").exits(0).out_has("paths        endless");
    folder.run("simulate --as-is --paths a.cxflow").exits(1).out_is("").err_has("has a cycle");
    folder.run("simulate --as-is --keys human,9,9,2 a.cxflow").exits(0).out_has("menu -(2)-> later\n");
    let figures = folder.run("simulate --as-is --format json a.cxflow").exits(0).json();
    assert_eq!((&figures["paths"], &figures["nodes"]), (&json!(null), &json!(7)));
}

#[test]
fn a_library_has_no_call() {
    let folder = Folder::of("let a = \"a\"\n");
    folder.run("simulate a.cxflow").exits(1).out_is("").err_has("a.cxflow: a library, no call begins in it");
}

#[test]
fn settings_and_standard_input_are_those_of_every_verb() {
    let folder = Folder::of("").with("cxflow.toml", "[env.prod.params]\nqueue = \"q\"\n");
    folder.command("simulate - --env prod").input(CLEAN).run().exits(0).out_has("paths        1\n");
    folder.command("simulate - --set quue=a").input(CLEAN).run().exits(2).err_has("did you mean `queue`?");
    // Which paths there are does not depend on a param that is not set.
    let unset = CLEAN.replace("param queue = \"sales_queue\"", "param queue");
    folder.command("simulate -").input(&unset).run().exits(0).out_has("paths        1\n").err_has("CX110");
}
