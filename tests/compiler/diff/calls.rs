//! Changes of what calls do: nodes, transitions, dispositions, hours.

use cxflowc::diff::{Version, compare, likeness, markdown, text};

use super::{FLOW, SURVEY, changed, diff};

#[test]
fn nodes_are_new_gone_renamed_or_changed() {
    for (what, with, expected) in [
        (
            "desk",
            "reception",
            "Nodes\n  ~ agent reception, before desk\n        route \"[-front-desk-]{+front-reception+}\"\n",
        ),
        ("stopped", "opted_out", "Nodes\n  ~ play opted_out, before stopped\n"),
        ("retries 1 {", "retries 2 {", "  ~ collect menu\n        retries [-1-]{+2+}\n"),
        ("See you then.", "See you.", "  ~ play confirmed\n        say \"Thank you. See you[- then-].\"\n"),
        ("play confirmed {", "play confirmed { say \"Hm.\";", "  ~ play confirmed\n      + say \"Hm.\"\n"),
        (
            "agent desk \"front-desk\"",
            "callback desk \"q\"",
            "  ~ callback desk\n        kind [-agent-]{+callback+}\n",
        ),
        (
            "disconnect bye\n",
            "disconnect bye\nplay more { say \"More.\" }\nmore -> bye\n",
            "  + play more\n        say \"More.\"\n        transition -> bye\n",
        ),
    ] {
        let changes = changed(what, with);
        assert!(changes.contains(expected), "{expected}\n{changes}");
    }
}

#[test]
fn transitions_say_where_they_led_and_lead() {
    for (what, with, expected) in [
        (
            "on 2 -> desk",
            "on 3 -> desk",
            "Transitions\n  ~ menu on [-2-]{+3+} -> desk\n        for example notice -> menu -(3)-> desk\n",
        ),
        ("on 1 -> confirmed", "on 1 -> desk", "  ~ menu on 1 -> [-confirmed-]{+desk+}\n"),
        ("on 2 -> desk", "on 2 | 3..5 | 8 -> desk", "  + menu on 3..5 | 8 -> desk\n"),
        (
            "notice -> menu",
            "notice -> desk",
            "  ~ notice -> [-menu-]{+desk+}\n        for example notice -> desk\n",
        ),
        (
            "on timeout",
            "on * -> menu again 2 else bye\n  on timeout",
            "  + menu on * -> menu again 2 else bye\n",
        ),
        ("entry notice", "entry menu", "Flow\n  ~ entry [-notice-]{+menu+}\n"),
    ] {
        let changes = changed(what, with);
        assert!(changes.contains(expected), "{expected}\n{changes}");
    }
}

#[test]
fn other_keys_and_outcomes_to_the_same_node_are_one_change() {
    let flow = |branches: &str| {
        format!(
            "flow \"A\"\nentry menu\ncollect menu \"Press a key.\" {{ {branches}; on timeout | invalid -> bye }}\n\
             agent desk \"front\"\nagent sales \"sales\"\ndisconnect bye\n"
        )
    };
    let lines = |old: &str, new: &str| {
        let text = text(&diff(&flow(old), &flow(new)));
        let changes = text.split_once("Transitions\n").map_or("", |(_, changes)| changes);
        let changes = changes.split("\nFindings").next().unwrap_or_default();
        let lines = changes.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        lines.map(|line| line.trim_start().to_owned()).collect::<Vec<_>>()
    };
    for (old, new, expected) in [
        ("on 1 -> desk", "on 2 -> desk", &["~ menu on [-1-]{+2+} -> desk"][..]),
        ("on 1 | 2 -> desk", "on 3..4 -> desk", &["~ menu on [-1 | 2-]{+3 | 4+} -> desk"]),
        ("on 1 | 2 -> desk", "on 2 | 3 -> desk", &["~ menu on [-1-]{+3+} -> desk"]),
        (
            "on 1 -> desk; on 2 -> sales",
            "on 3 -> desk; on 4 -> sales",
            &["~ menu on [-1-]{+3+} -> desk", "~ menu on [-2-]{+4+} -> sales"],
        ),
        // Which of them has become which cannot be told.
        ("on 1 -> desk", "on 2 | 3 -> desk", &["+ menu on 2 | 3 -> desk", "- menu on 1 -> desk"]),
        // What each key does now is what its caller hears.
        (
            "on 1 -> desk; on 2 -> sales",
            "on 2 -> desk; on 1 -> sales",
            &["~ menu on 2 -> [-sales-]{+desk+}", "~ menu on 1 -> [-desk-]{+sales+}"],
        ),
        ("on 1 -> desk", "on 2 -> sales", &["+ menu on 2 -> sales", "- menu on 1 -> desk"]),
    ] {
        assert_eq!(lines(old, new), expected, "{old} and {new}");
    }
    let outcome = |outcome: &str| {
        format!(
            "flow \"A\"\nentry desk\nagent desk \"front\" {{ on {outcome} -> bye }}\ndisconnect bye {{ say \"Goodbye.\" }}\n"
        )
    };
    let changes = diff(&outcome("busy"), &outcome("failed"));
    assert!(text(&changes).contains("  ~ desk on [-busy-]{+failed+} -> bye\n"), "{}", text(&changes));
    let shown = markdown(&changes);
    let line = shown.lines().find(|line| line.contains("failed")).unwrap();
    assert!(line.starts_with("- changed: <code>desk on</code> "), "{line}");
    let json = serde_json::to_value(&changes).unwrap();
    let one = &json["transitions"][0];
    assert_eq!((&one["on_before"], &one["on"]), (&"busy".into(), &"failed".into()));
    assert_eq!((&one["before"], &one["after"]), (&"bye".into(), &"bye".into()));
    // The name of the target is a change of its own.
    let new = renamed(&outcome("failed"), "bye", "goodbye");
    let changes = text(&diff(&outcome("busy"), &new));
    assert!(changes.contains("  ~ desk on [-busy-]{+failed+} -> goodbye\n"), "{changes}");
}

#[test]
fn how_often_a_call_comes_back_and_where_it_goes_then_is_compared() {
    let old = FLOW.replace("  on timeout", "  on * -> menu again 2 else bye\n  on timeout");
    let change = |with: &str| text(&diff(&old, &old.replace("again 2 else bye", with)));
    let often = change("again 3 else bye");
    assert!(often.contains("~ menu on * -> [-menu again 2 else bye-]{+menu again 3 else bye+}\n"), "{often}");
    let otherwise = change("again 2 else desk");
    assert!(
        otherwise.contains("~ menu on * -> [-menu again 2 else bye-]{+menu again 2 else desk+}\n"),
        "{otherwise}"
    );
    assert!(diff(&old, &old).is_empty());
}

#[test]
fn layout_comments_order_and_spelling_change_nothing() {
    let same = [
        FLOW.to_owned(),
        FLOW.replace('\n', "\r\n"),
        FLOW.replace("on 1 -> confirmed", "// first\n  on 1 -> confirmed"),
        FLOW.replace("confirmed -> bye\nstopped -> bye\n", "stopped -> bye\nconfirmed -> bye\n"),
        FLOW.replace("notice -> menu\n", "").replace("disconnect bye\n", "notice -> menu\ndisconnect bye\n"),
        FLOW.replace("  on 1 -> confirmed\n  on 2 -> desk\n", "  on 2 -> desk\n  on 1 -> confirmed\n"),
        FLOW.replace("on timeout | invalid -> bye", "on invalid -> bye\n  on timeout -> bye"),
        FLOW.replace("notice -> menu\nconfirmed", "notice -> menu; confirmed"),
        FLOW.replace("entry notice\n", "").replace("disclosure notice", "entry notice\ndisclosure notice"),
        formatted(&FLOW.replace("  ", "     ")),
    ];
    for new in same {
        let diff = diff(FLOW, &new);
        assert!(diff.is_empty(), "{new}\n{}", text(&diff));
        assert_eq!(text(&diff) + &markdown(&diff), "");
    }
}

#[test]
fn a_new_name_alone_is_one_change() {
    for name in ["notice", "menu", "confirmed", "stopped", "bye"] {
        let new = renamed(FLOW, name, "quite_new");
        let diff = diff(FLOW, &new);
        let names: Vec<_> =
            diff.nodes.iter().map(|one| (one.before.as_deref(), one.after.as_deref())).collect();
        assert_eq!(names, [(Some(name), Some("quite_new"))], "{}", text(&diff));
        assert!(diff.transitions.is_empty() && diff.flow.is_empty(), "{}", text(&diff));
    }
    let mut all = FLOW.to_owned();
    for name in ["notice", "menu", "confirmed", "stopped", "desk", "bye"] {
        all = renamed(&all, name, &format!("new_{name}"));
    }
    let diff = diff(FLOW, &all);
    assert!(diff.nodes.iter().all(|one| one.before.is_some() && one.after.is_some()), "{}", text(&diff));
    assert!(diff.transitions.is_empty(), "{}", text(&diff));
}

fn formatted(text: &str) -> String {
    let mut sources = cxflowc::Sources::default();
    let file = sources.add(cxflowc::Source::new("a.cxflow", "a.cxflow", text.into()));
    cxflowc::format(&sources, file).unwrap()
}

/// The flow with one word for another, where it is no part of a longer one.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '@';
        let is_part = before.ends_with(is_name) || after.starts_with(is_name);
        out.push_str(before);
        out.push_str(if is_part { from } else { to });
        rest = after;
    }
    out + rest
}

/// The payload with nodes and transitions in order of their texts, which is what calls do.
fn meaning(compiled: &cxflowc::Compiled) -> serde_json::Value {
    let mut payload = Vec::new();
    cxflowc::write_payload(&compiled.flow, true, &mut payload).unwrap();
    let mut value: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    for list in ["nodes", "transitions"] {
        value[list].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    }
    value
}

/// Lines of the examples taken out, up to forty of each: what calls do has changed if and only if the changes say so.
#[test]
fn calls_that_do_something_else_are_a_change() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut tried = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "cxflow") {
            continue;
        }
        let flow = std::fs::read_to_string(&path).unwrap();
        let old = cxflowc::compile("a.cxflow", flow.clone());
        if !old.is_complete() {
            continue;
        }
        let lines: Vec<&str> = flow.lines().collect();
        for taken in (0..lines.len()).step_by(lines.len() / 40 + 1) {
            let left: Vec<&str> = (0..lines.len()).filter(|&at| at != taken).map(|at| lines[at]).collect();
            let new = cxflowc::compile("a.cxflow", left.join("\n") + "\n");
            if new.diagnostics.iter().any(|one| one.code.id < "CX200") {
                continue;
            }
            tried += 1;
            let version = |compiled| Version { compiled, settings: &[] };
            let diff = compare(version(&old), version(&new));
            let says_so =
                !(diff.flow.is_empty() && diff.nodes.iter().all(is_only_tags) && diff.transitions.is_empty());
            assert_eq!(
                says_so,
                meaning(&old) != meaning(&new),
                "{}: {}\n{}",
                path.display(),
                lines[taken],
                text(&diff)
            );
        }
    }
    assert!(tried > 100, "{tried}");
}

/// Tags and times are in no payload.
fn is_only_tags(change: &cxflowc::diff::NodeChange) -> bool {
    change.before == change.after && change.details.iter().all(|one| matches!(&*one.what, "tag" | "lasts"))
}

#[test]
fn flows_with_the_same_nodes_are_alike() {
    let compiled = |text: &str| cxflowc::compile("a.cxflow", text.to_owned()).flow;
    let flow = compiled(FLOW);
    assert_eq!(likeness(&flow, &flow), 100);
    assert!(
        likeness(&flow, &compiled(&FLOW.replace("See you then.", "Bye.").replace("desk", "reception"))) > 60
    );
    assert!(likeness(&flow, &compiled(SURVEY)) < 50, "{}", likeness(&flow, &compiled(SURVEY)));
}

#[test]
fn what_calls_are_reported_as_is_compared() {
    let reported = |text: &str| {
        text.replace("entry notice\n", "entry notice\ndispositions DONE, OUT\n")
            .replace("disconnect bye\n", "disconnect bye disposition DONE\n")
            .replace("on 9 -> stopped\n", "on 9 -> stopped disposition OUT\n")
    };
    let (old, new) = (reported(FLOW), reported(FLOW).replace("disposition DONE", "disposition OUT"));
    let found = text(&diff(&old, &new));
    assert!(found.contains("disposition [-DONE-]{+OUT+}") || found.contains("disposition"), "{found}");
    let new = reported(FLOW).replace("-> stopped disposition OUT", "-> stopped");
    let found = text(&diff(&old, &new));
    assert!(found.contains("stopped disposition OUT"), "{found}");
    let new = old.replace("DONE, OUT", "DONE, OUT, MORE");
    let found = text(&diff(&old, &new));
    assert!(found.contains("MORE"), "{found}");
    let new = old.replace("-> confirmed -> bye", "-> confirmed -> bye = DONE");
    let found = text(&diff(&old, &new));
    assert!(found.contains("= DONE"), "{found}");
    assert!(diff(&old, &old).is_empty());
}

#[test]
fn changed_hours_are_said_in_words() {
    const OFFICE: &str = "flow \"A\"\nentry a\nhours office in \"UTC\" { mon..fri 9:00..17:00 }\ndisclosure a { say \"Hello.\"; -> now }\ndecide now { when open office -> desk; else -> bye }\nagent desk \"d\"\ndisconnect bye\n";
    let changes = text(&diff(
        OFFICE,
        &OFFICE.replace("mon..fri 9:00..17:00", "mon..thu 9:00..17:00; closed 2026-12-25"),
    ));
    for words in ["hours office", "fri", "closed 2026-12-25"] {
        assert!(changes.contains(words), "{changes}");
    }
    assert!(!changes.contains("when open"), "the arm is the same: {changes}");
    let asked = text(&diff(OFFICE, &OFFICE.replace("when open", "when closed")));
    assert!(asked.contains("closed office") && !asked.contains("hours office"), "{asked}");
}

#[test]
fn how_long_a_field_takes_and_the_order_of_dispositions_are_changes() {
    const OWED: &str = "flow \"A\"\nentry a\ncontact due lasts 2s\nvar left\ndispositions DONE, LATER\n\
                        disclosure a { say \"You owe ${due}.\"; -> bye }\ndisconnect bye disposition DONE\n";
    let changes = text(&diff(OWED, &OWED.replace("lasts 2s", "lasts 4s")));
    for words in ["lasts of due", "2s", "4s"] {
        assert!(changes.contains(words), "{changes}");
    }
    let changes = text(&diff(OWED, &OWED.replace("due lasts 2s", "due")));
    assert!(changes.contains("lasts of due"), "{changes}");
    let changes = text(&diff(OWED, &OWED.replace("DONE, LATER", "LATER, DONE")));
    assert!(changes.contains("dispositions"), "{changes}");
    assert!(diff(OWED, OWED).is_empty());
}

#[test]
fn what_a_declared_kind_sets_is_a_change_of_its_nodes() {
    let flow = |sets: &str| {
        format!(
            "flow \"A\"\nentry find\nvar balance\nvar due\nkind lookup type \"web_service\" {{\n  {sets}\n  outcome found, failed\n}}\n\
             lookup find {{ on found -> say_it; on failed -> bye }}\nplay say_it {{ say \"You owe ${{balance}}.\"; -> bye }}\n\
             disconnect bye\n"
        )
    };
    let (one, other) = (flow("sets balance on found"), flow("sets balance, due on found"));
    let changes = text(&diff(&one, &other));
    assert!(changes.contains("sets due on found"), "{changes}");
    assert!(!changes.contains("sets balance"), "{changes}");
    let changes = text(&diff(&one, &flow("sets balance")));
    assert!(changes.contains("balance on found"), "{changes}");
}

#[test]
fn durations_of_declared_fields_are_durations() {
    let flow = |wait: &str| {
        format!(
            "flow \"A\"\nentry find\nkind lookup type \"web_service\" {{\n  with wait_for: duration\n  with rows: integer\n  outcome found\n}}\n\
             lookup find with wait_for = {wait}, rows = 3000 {{ on found -> bye }}\ndisconnect bye\n"
        )
    };
    let changes = text(&diff(&flow("3s"), &flow("1min")));
    assert!(changes.contains("wait_for [-3s-]{+1min+}"), "{changes}");
    let changes = text(&diff(&flow("3s"), &flow("1500ms").replace("rows = 3000", "rows = 5000")));
    assert!(
        changes.contains("wait_for [-3s-]{+1.5s+}") && changes.contains("rows [-3000-]{+5000+}"),
        "{changes}"
    );
}
