//! `--paths`: every path.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::json;

use super::support::*;

#[test]
fn every_path_a_line_with_what_it_was_taken_on() {
    Folder::of(CAMPAIGN).run("simulate --paths a.cxflow").exits(0).err_is("").out_is(
        "line -(human | unknown)-> notice -> menu -(1)-> sales
line -(human | unknown)-> notice -> menu -(1)-> sales -(busy | no_answer)-> later
line -(human | unknown)-> notice -> menu -(2)-> later
line -(human | unknown)-> notice -> menu -(timeout | invalid)-> bye
line -(machine)-> message
",
    );
}

#[test]
fn ranges_and_quoted_conditions_are_written_as_in_the_language() {
    let flow = CAMPAIGN
        .replace("on 2 -> later", "on 2..5 | 7 -> later")
        .replace("  on busy | no_answer -> later", "  on \"say \\\"no\\\"|busy\" -> later");
    Folder::of(&flow)
        .run("simulate --paths a.cxflow")
        .exits(0)
        .out_has("menu -(2..5 | 7)-> later\n")
        .out_has("sales -(\"say \\\"no\\\"|busy\")-> later\n");
}

#[test]
fn the_limit_says_how_many_more_there_are() {
    let folder = Folder::of(CAMPAIGN);
    let run = folder.run("simulate --paths --limit 2 a.cxflow").exits(0);
    assert_eq!(run.out.lines().count(), 2);
    run.err_is("a.cxflow: 3 more paths; --limit N prints more of them\n");
    folder.run("simulate --paths --limit 4 a.cxflow").exits(0).err_has("a.cxflow: 1 more path;");
    folder.run("simulate --paths --limit 0 a.cxflow").exits(0).out_is("").err_has("5 more paths");
    folder.run("simulate --paths --limit 5 a.cxflow").exits(0).err_is("");
    folder.run("simulate --paths --limit 2 -q a.cxflow").exits(0).err_is("");
}

#[test]
fn a_thousand_of_ten_to_the_sixty() {
    let run = Folder::of(&sixty_zeros()).run("simulate --paths a.cxflow").exits(0);
    assert_eq!(run.out.lines().count(), 1000);
    run.err_is("a.cxflow: about 1.0e60 more paths; --limit N prints more of them\n");
}

#[test]
fn the_paths_as_one_object() {
    let folder = Folder::of(CAMPAIGN);
    let run = folder.run("simulate --paths --format json --limit 2 a.cxflow").exits(0).err_is("");
    let nodes = ["line", "notice", "menu", "sales", "later"];
    assert_eq!(
        run.json(),
        json!({
            "file": "a.cxflow", "flow": "Campaign",
            "paths": [
                {"path": nodes[..4], "on": ["human | unknown", null, "1"]},
                {"path": nodes, "on": ["human | unknown", null, "1", "busy | no_answer"]},
            ],
            "count": "5", "left_out": "3",
        })
    );
    let none = folder.run("simulate --paths --format json --limit 0 a.cxflow").exits(0).json();
    assert_eq!((&none["paths"], &none["left_out"]), (&json!([]), &json!("5")));
}

#[test]
fn a_path_of_a_hundred_thousand_nodes() {
    let run = Folder::of(&chain(100_000)).run("simulate --as-is --paths a.cxflow").exits(0);
    assert_eq!((run.out.lines().count(), run.out.matches(" -> ").count()), (1, 100_000));
    assert!(run.out.ends_with(" -> n99999 -> n100000\n"));
}

/// Ways that lead to no end are no paths, and cost no time: here there are 2^200 of them.
#[test]
fn dead_ends_are_not_walked() {
    let mut flow = String::from(
        "flow \"Dead\"\nentry m0\ndisconnect bye\nplay lost \"https://cdn.example.com/a.wav\"\n",
    );
    for menu in 0..200 {
        let next = if menu == 199 { "lost".to_owned() } else { format!("m{}", menu + 1) };
        let bye = if menu == 0 { "\non 3 -> bye" } else { "" };
        flow.push_str(&format!("node m{menu} type \"menu\" {{\non 1 -> {next}\non 2 -> {next}{bye}\n}}\n"));
    }
    let run = Folder::of(&flow).run("simulate --as-is --paths a.cxflow").exits(0);
    run.out_is("m0 -(3)-> bye\n");
}

#[test]
fn a_reader_that_has_enough_ends_it_quietly() {
    let folder = Folder::of(&sixty_zeros());
    for format in ["text", "json"] {
        let arguments = format!("simulate --paths --limit 1000000000000 --format {format} a.cxflow");
        let mut command = folder.command(&arguments).command;
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!err.contains("panicked") && !err.contains("roken pipe"), "{err}");
        assert_eq!(output.status.code(), Some(0), "{err}");
    }
}
