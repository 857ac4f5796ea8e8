//! `--keys`: one caller's path.

use serde_json::json;

use super::support::*;

fn keys(events: &str) -> Run {
    Folder::of(CAMPAIGN).command("simulate a.cxflow --keys").arg(events).run()
}

#[test]
fn where_the_keys_lead() {
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
fn no_keys_at_all() {
    let folder = Folder::of(CLEAN);
    folder.command("simulate a.cxflow --keys").arg("").run().exits(0).out_is("notice -> sales\n");
}

#[test]
fn a_key_that_no_branch_takes_is_never_invalid() {
    keys("human,7").exits(1).out_is("").err_is(
        "cxflowc: a.cxflow: no branch of `menu` takes `7`, event 2 of 2
  help: `menu` takes 1, 2, timeout or invalid
  so far: line -(human)-> notice -> menu
",
    );
    keys("1").exits(1).err_has("no branch of `line` takes `1`\n").err_has("human, unknown or machine");
    keys("human,1,failed")
        .exits(1)
        .err_has("`sales` takes busy or no_answer, or nothing: the call ends there");
}

#[test]
fn events_that_are_missing_and_events_that_are_left() {
    keys("human").exits(1).out_is("").err_has("at `menu` something has to happen, and no event is left");
    keys("human,2,1")
        .exits(1)
        .out_is("")
        .err_has("the call ends at `later`, and `1` is left, event 3 of 3")
        .err_has("`later` takes nothing");
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
    keys("human,\"fax|1\"").exits(1).err_has("no branch of `menu` takes `\"fax|1\"`");
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
    let run = folder.run("simulate a.cxflow --format json --keys human,7").exits(1).err_has("takes `7`");
    assert_eq!(
        run.json(),
        json!({
            "file": "a.cxflow", "flow": "Campaign", "events": ["human", "7"],
            "path": ["line", "notice", "menu"], "on": ["human", null],
            "ends_at": null, "test": null,
            "stuck": {
                "kind": "not-taken",
                "why": "no branch of `menu` takes `7`, event 2 of 2",
                "node": "menu", "event": "7",
                "takes": ["1", "2", "timeout", "invalid"],
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
