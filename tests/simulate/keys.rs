//! `--keys`: one call's path.

use serde_json::json;

use super::support::*;

fn keys(events: &str) -> Run {
    Folder::of(CAMPAIGN).command("simulate a.cxflow --keys").arg(events).run()
}

#[test]
fn keys_lead_along_a_path() {
    keys("human,1").exits(0).err_is("").out_is("line -(human)-> notice -> menu -(1)-> sales\n");
    keys("unknown, timeout").exits(0).out_is("line -(unknown)-> notice -> menu -(timeout)-> bye\n");
    keys("machine").exits(0).out_is("line -(machine)-> message\n");
}

#[test]
fn an_end_that_branches_ends_the_call_where_nothing_more_happens() {
    keys("human,1,busy").exits(0).out_is("line -(human)-> notice -> menu -(1)-> sales -(busy)-> later\n");
    keys("human,1").exits(0);
}

#[test]
fn what_a_target_has_no_room_for_is_simulated() {
    let topics: String =
        (1..8).map(|n| format!("play t{n} {{ say \"Topic {n}.\"; -> menu again 1 else bye }}\n")).collect();
    let keys: String = (1..8).map(|n| format!("  on {n} -> t{n}\n")).collect();
    let flow = format!(
        "flow \"Topics\"\nentry notice\ndisclosure notice {{ say \"This is Lakeside.\"; -> menu }}\n\
         collect menu \"Press a key.\" {{\n{keys}  on timeout | invalid -> bye\n}}\n{topics}disconnect bye\n"
    );
    let folder = Folder::of(&flow);
    let call = folder.run("simulate a.cxflow --keys 1,1");
    call.exits(1).err_has("CX618").out_is("notice -> menu -(1)-> t1 -> menu -(1)-> t1 -> bye\n");
    folder.run("simulate a.cxflow --keys 1,1 --target studio").exits(0).out_has("t1 -> bye");
    // Other errors leave no calls to follow.
    let broken =
        Folder::of(&folder.read("a.cxflow").replace("t1 -> ", "t0 -> ").replace("-> t1\n", "-> t0\n"));
    broken.run("simulate a.cxflow --keys 1,1").exits(1).out_is("");
}

/// A flow whose calls are reported.
const REPORTED: &str = "flow \"Stop\"\nentry notice\ndispositions HEARD, OPT_OUT\ndisclosure notice { say \"This is Lakeside.\" }\ncollect menu \"To stop, press 9.\" {\n  on 9 -> bye disposition OPT_OUT\n  on timeout | invalid -> bye\n}\ndisconnect bye\nnotice -> menu\n";

#[test]
fn a_call_says_what_it_is_reported_as() {
    let folder = Folder::of(REPORTED);
    let run = |line: &str| folder.run(&format!("simulate a.cxflow {line}"));
    run("--keys 9").exits(0).out_is("notice -> menu -(9)-> bye = OPT_OUT\n");
    run("--keys timeout").exits(0).out_is("notice -> menu -(timeout)-> bye\n");
    run("--paths")
        .exits(0)
        .out_is("notice -> menu -(9)-> bye = OPT_OUT\nnotice -> menu -(timeout | invalid)-> bye\n");
    let call = run("--keys 9 --format json").exits(0).json();
    assert_eq!(call["disposition"], "OPT_OUT");
    assert!(call["test"].as_str().unwrap().ends_with(" = OPT_OUT"), "{call}");
    let call = run("--keys timeout --format json").exits(0).json();
    assert_eq!(call["disposition"], json!(null));
    let paths = run("--paths --format json").exits(0).json();
    assert_eq!(paths["paths"][0]["disposition"], "OPT_OUT");
    run("")
        .exits(0)
        .out_has("dispositions, with the paths that they report\n  HEARD    0\n  OPT_OUT  1\n  none     1\n");
    let figures = run("--format json").exits(0).json();
    assert_eq!(
        figures["dispositions"],
        json!([
            {"disposition": "HEARD", "paths": "0"},
            {"disposition": "OPT_OUT", "paths": "1"},
            {"disposition": null, "paths": "1"},
        ])
    );
}

#[test]
fn an_empty_list_of_keys_follows_the_call_without_input() {
    let folder = Folder::of(CLEAN);
    folder.command("simulate a.cxflow --keys").arg("").run().exits(0).out_is("notice -> sales\n");
}

#[test]
fn a_key_that_no_branch_takes_is_never_invalid() {
    keys("human,7").exits(1).out_is("").err_is(
        "cxflowc: a.cxflow: the call is stuck at `menu`, which does not take `7`
  help: it takes `1`, `2` and `timeout | invalid`; a wrong key at the last attempt is `invalid`
  so far: line -(human)-> notice -> menu
",
    );
    keys("1")
        .exits(1)
        .err_has("stuck at `line`, which does not take `1`\n")
        .err_has("it takes `human | unknown` and `machine`\n");
    keys("human,\"1\"").exits(1).err_has("write the key without quotes: `1`");
    keys("human,1,failed")
        .exits(1)
        .err_has("it takes `busy | no_answer`; without an event, the call ends there\n");
}

#[test]
fn events_that_are_missing_and_events_that_are_left() {
    keys("human").exits(1).out_is("").err_has(
        "stuck at `menu`, and nothing more happens\n  help: say what happens there: it takes `1`, `2` and",
    );
    keys("human,2,1")
        .exits(1)
        .out_is("")
        .err_has("stuck at `later`, where the call ends before `1`\n")
        .err_has("the call is over at `later`");
}

#[test]
fn quoted_conditions() {
    let flow = CAMPAIGN.replace("  on 2 -> later", "  on 2 -> later\n  on \"fax|a, b\" -> bye");
    let folder = Folder::of(&flow);
    for event in [r#""fax""#, r#""a, b""#, r#""fax|a, b""#] {
        let run = folder.command("simulate a.cxflow --keys").arg(format!("human,{event}")).run();
        run.exits(0).out_has(&format!("menu -({event})-> bye\n"));
    }
    // What spells a key is one.
    keys("human,\"input=2\"").exits(0).out_has("menu -(2)-> later");
    keys("human,\"fax|1\"").exits(1).err_has("stuck at `menu`, which does not take `\"fax|1\"`");
}

#[test]
fn a_call_as_one_object() {
    let folder = Folder::of(CAMPAIGN);
    let run = folder.run("simulate a.cxflow --format json --keys human,2").exits(0).err_is("");
    assert_eq!(
        run.json(),
        json!({
            "file": "a.cxflow", "flow": "Campaign", "events": ["human", "2"],
            "path": ["line", "notice", "menu", "later"], "on": ["human", null, "2"],
            "ends_at": "later",
            "test": "test \"human, 2 ends at later\" on human, 2 -> notice -> menu -> later",
            "stuck": null,
        })
    );
    let run = folder.run("simulate a.cxflow --format json --keys human,7").exits(1).err_has("not take `7`");
    assert_eq!(
        run.json(),
        json!({
            "file": "a.cxflow", "flow": "Campaign", "events": ["human", "7"],
            "path": ["line", "notice", "menu"], "on": ["human", null],
            "ends_at": null, "test": null,
            "stuck": {
                "kind": "not-taken",
                "why": "the call is stuck at `menu`, which does not take `7`",
                "node": "menu", "event": "7",
                "takes": ["1", "2", "timeout | invalid"],
            },
        })
    );
}

#[test]
fn through_a_hundred_thousand_nodes() {
    let folder = Folder::of(&chain(100_000));
    let run = folder.command("simulate --as-is a.cxflow --keys").arg("").run().exits(0);
    assert_eq!(run.out.matches(" -> ").count(), 100_000);
}

/// What a test of the flow is told, in the same words.
#[test]
fn a_test_gets_stuck_as_the_keys_do() {
    for (events, said) in [
        ("human, 7", "is stuck at `menu`, which does not take `7`"),
        ("human", "is stuck at `menu`, and nothing more happens"),
        ("human, 2, 1", "is stuck at `later`, where the call ends before `1`"),
        ("human, \"fax|1\"", "is stuck at `menu`, which does not take `\"fax|1\"`"),
    ] {
        keys(events).exits(1).err_has(&format!("the call {said}\n"));
        let folder = Folder::of(&format!("{CAMPAIGN}test \"it\" on {events} -> bye\n"));
        folder
            .run("test a.cxflow --message-format short")
            .exits(1)
            .err_has(&format!("the test `it` {said}\n"));
    }
}

#[test]
fn a_flow_that_leads_nowhere() {
    let folder = Folder::of(&CAMPAIGN.replace("notice -> menu", "notice -> notice"));
    let run = folder.run("simulate a.cxflow --as-is --keys human").exits(1).out_is("");
    run.err_has("the call is stuck at `notice`: from there it is in a cycle\n")
        .err_has("  so far: line -(human)-> notice -> notice\n");
    let run =
        folder.command("simulate a.cxflow --as-is --interactive").input("human\n1\nback\nmachine\n").run();
    run.exits(0).err_has("is in a cycle, and `1` was not used\n").out_has("on machine -> message");
    let folder = Folder::of(&CAMPAIGN.replace("notice -> menu\n", ""));
    let run = folder.run("simulate a.cxflow --as-is --keys human,1").exits(1).out_is("");
    run.err_has("the call is stuck at `notice`, which leads nowhere\n  help: lead on from `notice`, or make it an end\n");
    let stuck = folder.run("simulate a.cxflow --as-is --keys human --format json").exits(1).json();
    assert_eq!((&stuck["stuck"]["kind"], &stuck["stuck"]["takes"]), (&json!("dead-end"), &json!([])));
}

/// Of a condition with a hundred thousand keys a message shows the first.
#[test]
fn accepted_events_are_listed_in_short() {
    let keys: Vec<String> = (100_000..200_000).map(|key| key.to_string()).collect();
    let folder = Folder::of(&CAMPAIGN.replace("on 2 ->", &format!("on {} ->", keys.join(" | "))));
    let run = folder.run("simulate a.cxflow --keys human,7").exits(1);
    assert!(run.err.len() < 10_000, "{} bytes", run.err.len());
    run.err_has("it takes `1`, `100000 | 100001 | ").err_has("…` and `timeout | invalid`");
}

#[test]
fn an_outcome_of_a_declared_kind_is_a_word() {
    const HOURS: &str = r#"flow "Hours"
entry notice
kind open_hours type "check_hours" {
  outcome open, closed
}
disclosure notice { say "This is Lakeside."; -> now }
open_hours now { on open -> desk; on closed -> bye }
agent desk "front_desk"
disconnect bye
"#;
    let keys = |events: &str| Folder::of(HOURS).command("simulate a.cxflow --keys").arg(events).run();
    keys("open").exits(0).err_is("").out_is("notice -> now -(open)-> desk\n");
    keys("\"closed\"").exits(0).out_is("notice -> now -(closed)-> bye\n");
    keys("opened").exits(2).err_has("`opened` is not an event");
    keys("timout").exits(2).err_has("did you mean `timeout`?");
}
