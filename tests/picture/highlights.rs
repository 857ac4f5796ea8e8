//! What can be highlighted, and what is said where it is not there.

use cxflowc::picture::DrawOptions;

use super::support::{highlighted, refused};

const FLOW: &str = "flow \"Call\"
entry notice
disclosure notice { say \"This is an automated call.\" @identity }
collect menu \"Press 1 or 2\" { on 1 -> desk; on 2 -> bye; on timeout | invalid -> bye }
agent desk \"queue\" { on busy | no_answer | failed -> bye }
disconnect bye
notice -> menu
policy house {
  said: require @identity before agent
  never: forbid agent
  none: require @debt before callback
}
apply house
";

fn tree(what: &[&str]) -> String {
    highlighted(FLOW, "text", what, &DrawOptions::default())
}

/// The nodes that are highlighted, in the order of the picture.
fn nodes(what: &[&str]) -> Vec<String> {
    let svg = highlighted(FLOW, "svg", what, &DrawOptions::default());
    let document = roxmltree::Document::parse(&svg).unwrap();
    let is_node = |class: &str| class.starts_with("node ") && class.contains("highlighted");
    let found = document.descendants().filter(|node| node.attribute("class").is_some_and(is_node));
    let mut names: Vec<String> =
        found.map(|node| node.attribute("id").unwrap().trim_start_matches("node-").to_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_path_is_highlighted_however_it_is_spelled() {
    for path in ["notice > menu > desk", "notice -> menu -> desk", "notice -> menu -(1)-> `desk`"] {
        assert_eq!(nodes(&[path]), ["desk", "menu", "notice"], "{path}");
        let tree = tree(&[path]);
        assert!(tree.contains("▶ the path notice -> menu -> desk\n"), "{tree}");
        assert!(tree.contains("├─ ▶ [1] ─ ▶ 3. desk agent"), "{tree}");
    }
}

#[test]
fn a_path_may_begin_anywhere_and_be_one_node() {
    assert_eq!(nodes(&["menu > bye"]), ["bye", "menu"]);
    assert_eq!(nodes(&["desk"]), ["desk"]);
}

#[test]
fn a_path_may_say_a_part_of_what_its_branch_takes() {
    for path in ["menu -(2)-> bye", "menu -(timeout)-> bye", "menu -(invalid|timeout)-> bye", "menu->bye"] {
        assert_eq!(nodes(&[path]), ["bye", "menu"], "{path}");
    }
}

#[test]
fn a_rule_about_keys_is_shown_by_the_way_of_keys() {
    let flow = "flow \"Call\"
entry notice
disclosure notice { say \"This is an automated call.\"; -> menu }
collect menu \"Press 9 to stop these calls.\" { on 9 -> sure; on timeout | invalid -> stopped }
play sure { say \"We will not call again.\"; -> stopped }
disconnect stopped @optout
policy house { near: require @optout reachable from =menu within 1 key }
apply house
";
    let drawn = highlighted(flow, "text", &["house/near"], &DrawOptions::default());
    assert!(drawn.contains("├─ ▶ [9] ─ ▶ 3. sure") && drawn.contains("─ [no input, wrong key] ─"), "{drawn}");
}

#[test]
fn the_events_of_a_call_are_followed() {
    assert_eq!(nodes(&["1,busy"]), ["bye", "desk", "menu", "notice"]);
    // A call that goes on is highlighted up to there.
    assert_eq!(nodes(&["1"]), ["desk", "menu", "notice"]);
}

#[test]
fn the_nodes_of_a_finding_are_highlighted() {
    assert_eq!(nodes(&["CX301"]), ["desk"]);
    assert_eq!(nodes(&["policy-violation"]), ["desk"]);
}

#[test]
fn the_nodes_of_a_waived_finding_are_highlighted() {
    let waived =
        format!("{FLOW}waive house/never because \"agents are asked for\" by \"k.roe\" until 2027-01-31\n");
    let drawn = highlighted(&waived, "text", &["CX301"], &DrawOptions::default());
    assert!(drawn.contains("▶ CX301 policy-violation: 1 finding\n"), "{drawn}");
    assert!(drawn.contains("▶ desk agent"), "{drawn}");
}

#[test]
fn a_rule_shows_the_path_that_breaks_or_keeps_it() {
    assert_eq!(nodes(&["house/never"]), ["desk", "menu", "notice"]);
    assert!(tree(&["house/never"]).contains("▶ house/never: violated\n"));
    assert_eq!(nodes(&["house/said"]), ["desk", "menu", "notice"]);
    assert!(tree(&["house/said"]).contains("▶ house/said: holds\n"));
}

#[test]
fn several_can_be_highlighted() {
    assert_eq!(nodes(&["desk", "bye"]), ["bye", "desk"]);
}

#[test]
fn every_format_shows_what_is_highlighted() {
    for (format, sign) in [
        ("svg", "class=\"edge highlighted\""),
        ("mermaid", "linkStyle 1 stroke-width:5px"),
        ("dot", "n1 -> n2 [label=\"1\", tooltip=\"1\", penwidth=5]"),
        ("text", "▶"),
    ] {
        let drawn = highlighted(FLOW, format, &["menu > desk"], &DrawOptions::default());
        assert!(drawn.contains(sign), "{format}: {drawn}");
    }
}

#[test]
fn an_unknown_highlight_is_named_with_the_known_ones() {
    for (what, message, help) in [
        ("notice > mneu", "there is no node `mneu`", "did you mean `menu`?"),
        ("notice > desk", "no branch leads from `notice` to `desk`", "from `notice` calls go to `menu`"),
        ("desk > menu", "no branch leads from `desk` to `menu`", "from `desk` calls go to `bye`"),
        (
            "menu -(2)-> desk",
            "no branch leads from `menu` to `desk` on `2`",
            "calls go from `menu` to `desk` on 1",
        ),
        (
            "menu -(1 | timeout)-> bye",
            "no branch leads from `menu` to `bye` on `1 | timeout`",
            "calls go from `menu` to `bye` on 2 and on timeout | invalid",
        ),
        (
            "notice -(7)-> menu",
            "no branch leads from `notice` to `menu` on `7`",
            "calls go from `notice` to `menu` without a condition",
        ),
        ("mneu", "`mneu` is no node, path, keys, code or rule of this flow", "did you mean `menu`?"),
        ("hose/never", "no policy `hose` applies to this flow", "did you mean `house`?"),
        ("house/nevre", "the policy `house` has no rule `nevre`", "did you mean `never`?"),
        (
            "CX203",
            "the flow has no finding with the code CX203",
            "the flow has findings with `CX301` and `CX406`",
        ),
        ("CX999x", "`CX999x` is no node, path, keys, code or rule of this flow", "write a path"),
        ("CX990", "there is no code `CX990`", "`cxflowc explain` lists the codes"),
        ("7", "the call is stuck at `menu`", "it takes `1`, `2`"),
        ("house/none", "no one path shows that house/none is `vacuous`", "it is about the whole flow"),
    ] {
        let error = refused(FLOW, what);
        assert!(error.message.starts_with(message), "{what}: {error:?}");
        assert!(error.help.starts_with(help), "{what}: {error:?}");
    }
}
