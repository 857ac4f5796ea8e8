//! What changed between two versions of a flow.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use cxflowc::Source;
use cxflowc::diff::{
    Effect, FlowComment, FlowDiff, Version, comment, compare, introduced, likeness, markdown, text,
};

const FLOW: &str = r#"flow "Reminder"
entry notice
fact purpose = "reminder"
waive baseline/retries because "one try is enough" by "k.roe" until 2099-01-01

disclosure notice @mini_miranda { say "This is Lakeside Dental." }
collect menu "Press 1 to confirm, 2 for an agent, 9 to opt out." retries 1 {
  on 1 -> confirmed
  on 2 -> desk
  on 9 -> stopped
  on timeout | invalid -> bye
}
play confirmed { say "Thank you. See you then." }
play stopped @optout { say "We will not call again." }
agent desk "front-desk"
disconnect bye
notice -> menu
confirmed -> bye
stopped -> bye

policy house {
  has_optout: require @optout reachable from =menu
}
apply house
test "confirms" on 1 -> menu -> confirmed -> bye
"#;

struct NoFiles;

impl cxflowc::Files for NoFiles {
    fn read(&self, _: &std::path::Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

fn diff(old: &str, new: &str) -> FlowDiff {
    let (old, new) = (cxflowc::compile("a.cxflow", old), cxflowc::compile("a.cxflow", new));
    compare(Version { compiled: &old, settings: &[] }, Version { compiled: &new, settings: &[] })
}

/// The changes that a replacement in the flow makes, in words.
#[track_caller]
fn changed(what: &str, with: &str) -> String {
    let new = FLOW.replace(what, with);
    assert_ne!(new, FLOW, "{what:?} is not in the flow");
    text(&diff(FLOW, &new))
}

#[test]
fn changes_that_weaken_compliance_come_first() {
    for (what, with, expected) in [
        ("apply house\n", "", "  - policy house\n"),
        (
            "  has_optout: require @optout reachable from =menu\n",
            "",
            "  - rule house/has_optout: has_optout: require",
        ),
        (
            "  has_optout: require",
            "  warn has_optout: require",
            "  ~ rule house/has_optout: {+warn +}has_optout",
        ),
        (
            "2099-01-01",
            "2099-12-01",
            "  ~ waiver baseline/retries: until [-2099-01-01-]{+2099-12-01+} because",
        ),
        ("fact purpose = \"reminder\"\n", "", "  - fact purpose: \"reminder\"\n"),
        (" @mini_miranda", "", "  - tag @mini_miranda at notice\n"),
        ("play stopped @optout", "play stopped", "  - tag @optout at stopped\n"),
        (
            "on 9 -> stopped",
            "on 9 -> bye",
            "  ~ rule house/has_optout: [-holds-]{+violated+}\n        breaks it: ",
        ),
        ("test \"confirms\" on 1 -> menu -> confirmed -> bye\n", "", "  - test \"confirms\": on 1 -> menu"),
    ] {
        let changes = changed(what, with);
        assert!(changes.starts_with("Weakens compliance\n"), "{changes}");
        assert!(changes.contains(expected), "{expected}: {changes}");
        let new = FLOW.replace(what, with);
        assert!(diff(FLOW, &new).is_weaker());
        // The other way round it is no weaker, unless somebody has to look.
        assert!(!diff(&new, FLOW).is_weaker(), "{}", text(&diff(&new, FLOW)));
    }
}

#[test]
fn a_rule_whose_name_ends_another_is_told_from_it() {
    let old = FLOW.replace("  has_optout:", "  optout: require disclosure\n  has_optout:");
    let new = old.replace("  has_optout:", "  warn has_optout:");
    assert!(diff(&old, &new).is_weaker());
    let new = old.replace("  optout:", "  warn optout:");
    let diff = diff(&old, &new);
    let weaker: Vec<&str> = diff.compliance.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((weaker, diff.is_weaker()), (vec!["house/optout"], true));
}

#[test]
fn an_attestation_that_is_gone_or_ends_earlier_weakens_compliance() {
    let attested = |until: &str| {
        let flow = FLOW.replace("  has_optout:", "  list: oblige \"The list is honoured\"\n  has_optout:");
        let line = format!("attest house/list because \"import 5\" by \"k.roe\" until {until}\n");
        if until.is_empty() { flow } else { flow + &line }
    };
    let kept = attested("2099-01-01");
    for (old, new, section, expected) in [
        ("", "2099-01-01", "Strengthens", "  + attestation house/list: "),
        ("2099-01-01", "", "Weakens", "  - attestation house/list"),
        ("2099-01-01", "2098-01-01", "Weakens", "  ~ attestation house/list: until [-2099"),
        ("2098-01-01", "2099-01-01", "Strengthens", "  ~ attestation house/list: until [-2098"),
    ] {
        let diff = diff(&attested(old), &attested(new));
        let changes = text(&diff);
        assert!(changes.starts_with(&format!("{section} compliance\n")), "{changes}");
        assert!(changes.contains(expected), "{changes}");
        assert_eq!(diff.is_weaker(), section == "Weakens", "{changes}");
    }
    let changes = text(&diff(&kept, &kept.replace("import 5", "import 6")));
    assert!(changes.contains("May change compliance\n  ~ attestation house/list: "), "{changes}");
    // The day of the run decides, not the text.
    let on = |day: &str| {
        let mut options = cxflowc::Options::default();
        options.as_of = Some(day.parse().unwrap());
        cxflowc::compile_with(
            Source::new("a.cxflow", "a.cxflow", kept.clone().into_bytes()),
            &NoFiles,
            &options,
        )
    };
    let (before, after) = (on("2098-12-31"), on("2099-01-02"));
    let version = |compiled| Version { compiled, settings: &[] };
    let diff = compare(version(&before), version(&after));
    assert!(diff.is_weaker(), "{}", text(&diff));
    assert!(text(&diff).contains("house/list"), "{}", text(&diff));
}

const SURVEY: &str = r#"flow "Survey"
entry notice
let purpose = "debt"
let duty = "At most 3% of calls are abandoned"
fact consent = "none"
disclosure notice { say "This is Lakeside." @identity }
collect menu "Press 1 or 2." retries 2 {
  on 1 -> more
  on 2 -> safe
  on timeout | invalid -> bye
}
play more { say "Buy this." @sales; -> bye }
play safe { say "Only for you."; -> bye }
disconnect bye
notice -> menu
policy house "House rules" {
  expects @sales "an offer"
  expects @optin
  expects fact consent = "none" | "written"
  optin: require @optin before @sales when consent = "none"
  m: limit retries 1
  n: require @identity before @sales
  rate: oblige "${duty}"
  named: require @identity before @sales when purpose = "${purpose}"
}
apply house
waive house/optin because "terms come by letter in this case" by "k.roe" until 2099-03-31
attest house/rate because "dialler report 7 of November" by "k.roe" until 2099-03-31
"#;

const WAIVER: &str =
    "waive house/optin because \"terms come by letter in this case\" by \"k.roe\" until 2099-03-31\n";

/// The flow with replacements, each of which must be there to be replaced.
#[track_caller]
fn survey(replacements: &[(&str, &str)]) -> String {
    let mut flow = SURVEY.to_owned();
    for (what, with) in replacements {
        assert!(flow.contains(what), "{what:?} is not in the flow");
        flow = flow.replace(what, with);
    }
    flow
}

fn section<'a>(changes: &'a str, title: &str) -> &'a str {
    let start = changes.find(&format!("{title}\n")).map_or(changes.len(), |at| at);
    let section = &changes[start..];
    section.split("\n\n").next().unwrap_or_default()
}

#[test]
fn a_broken_rule_that_is_switched_off_strengthens_nothing() {
    let old = survey(&[(WAIVER, "")]);
    for (what, with, rule) in [
        ("when consent = \"none\"", "when consent = \"none\" until 2020-01-01", "optin"),
        ("when consent = \"none\"", "when consent = \"written\"", "optin"),
        ("fact consent = \"none\"", "fact consent = \"written\"", "optin"),
        ("\"Buy this.\" @sales", "\"Buy this.\"", "optin"),
        ("\"This is Lakeside.\" @identity", "\"This is Lakeside.\" @identity @optin", "optin"),
        ("require @optin before @sales", "require @identity before @sales", "optin"),
        ("limit retries 1", "limit retries 3", "m"),
        ("limit retries 1", "oblige \"few retries\"", "m"),
        ("apply house\n", &format!("apply house\n{WAIVER}"), "optin"),
    ] {
        let new = old.replace(what, with);
        assert_ne!(old, new, "{what}");
        let mut options = cxflowc::Options::default();
        options.as_of = Some("2026-11-29".parse().unwrap());
        let compiled = |text: String| {
            cxflowc::compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options)
        };
        let (before, after) = (compiled(old.clone()), compiled(new));
        let version = |compiled| Version { compiled, settings: &[] };
        let diff = compare(version(&before), version(&after));
        let changed = diff.verdicts.iter().find(|one| one.rule == format!("house/{rule}"));
        let changed = changed.unwrap_or_else(|| panic!("{with}: {}", text(&diff)));
        assert_eq!((&*changed.before, changed.effect), ("violated", Effect::Changed), "{with}: {changed:?}");
    }
    // A call that keeps the same rule now does.
    let kept = old.replace("retries 2", "retries 1");
    assert!(
        text(&diff(&old, &kept))
            .contains("Strengthens compliance\n  ~ rule house/m: [-violated-]{+holds+}\n")
    );
}

#[test]
fn a_kept_rule_that_is_switched_off_weakens_compliance() {
    for (what, with, rule) in [
        (
            "n: require @identity before @sales",
            "n: require @identity before @sales when consent = \"written\"",
            "n",
        ),
        ("\"Buy this.\" @sales", "\"Buy this.\"", "n"),
        ("n: require @identity before @sales", "n: oblige \"say who calls\"", "n"),
    ] {
        let changes = text(&diff(SURVEY, &survey(&[(what, with)])));
        let weaker = section(&changes, "Weakens compliance");
        assert!(weaker.contains(&format!("  ~ rule house/{rule}: [-holds-]")), "{changes}");
    }
}

#[test]
fn a_rule_that_is_broken_at_more_nodes_weakens_compliance() {
    let more = ("\"Only for you.\"", "\"Only for you.\" @sales");
    for (old, words) in [
        (survey(&[]), "waived, also at safe"),
        (survey(&[(WAIVER, "")]), "violated, also at safe"),
        (survey(&[(WAIVER, ""), ("  optin:", "  warn optin:")]), "violated, also at safe"),
    ] {
        let diff = diff(&old, &old.replace(more.0, more.1));
        assert!(diff.is_weaker());
        let changes = text(&diff);
        assert!(
            section(&changes, "Weakens compliance").contains(&format!("~ rule house/optin: {words}")),
            "{changes}"
        );
    }
    // A node with a new name is no other node.
    let renamed = diff(SURVEY, &survey(&[("more", "offer")]));
    assert!(renamed.verdicts.is_empty(), "{}", text(&renamed));
    assert!(renamed.compliance.is_empty(), "{}", text(&renamed));
}

#[test]
fn values_count_wherever_they_come_from() {
    let changes = text(&diff(SURVEY, &survey(&[("At most 3%", "At most 30%")])));
    let weaker = section(&changes, "Weakens compliance");
    assert!(weaker.contains("  ~ attestation house/rate: of \"At most [-3-]{+30+}% of calls"), "{changes}");
    assert!(
        changes.contains("  ~ rule house/rate: rate: oblige \"At most [-3-]{+30+}% of calls"),
        "{changes}"
    );
    // Whoever attests the new words has another proof.
    let renewed = survey(&[("At most 3%", "At most 30%"), ("report 7", "report 8")]);
    assert!(!diff(SURVEY, &renewed).is_weaker(), "{}", text(&diff(SURVEY, &renewed)));
    for (what, with, expected) in [
        ("let purpose = \"debt\"", "let purpose = \"survey\"", "when purpose = \"[-debt-]{+survey+}\"\n"),
        (
            "| \"written\"",
            "| \"anything\"",
            "  ~ expects fact consent of house: = \"none\" | \"[-written-]{+anything+}\"\n",
        ),
        ("\"an offer\"", "\"a joke\"", "  ~ expects @sales of house: \"[-an offer-]{+a joke+}\"\n"),
    ] {
        let changes = text(&diff(SURVEY, &survey(&[(what, with)])));
        assert!(section(&changes, "May change compliance").contains(expected), "{changes}");
    }
    let changes = text(&diff(SURVEY, &survey(&[("  expects @optin\n", "")])));
    assert!(
        section(&changes, "Weakens compliance").contains("  - expects @optin of house: expected"),
        "{changes}"
    );
}

#[test]
fn findings_of_policies_are_named_unless_a_verdict_says_the_same() {
    for (what, with, code) in [
        ("fact consent = \"none\"\n", "fact consent = \"nonne\"\n", "CX309"),
        ("attest house/rate", "attest house/m", "CX316"),
    ] {
        let diff = diff(SURVEY, &survey(&[(what, with)]));
        let new: Vec<&str> = diff.findings.iter().filter(|one| one.is_new).map(|one| one.code).collect();
        assert!(new.contains(&code) && !new.contains(&"CX301"), "{code}: {new:?}");
    }
}

#[test]
fn a_new_rule_that_is_broken_is_named() {
    let old = survey(&[("  m: limit retries 1\n", "")]);
    let changes = text(&diff(&old, SURVEY));
    assert!(changes.contains("  ~ rule house/m: [-not checked-]{+violated+}\n"), "{changes}");
}

#[test]
fn decisions_of_one_rule_are_told_apart_by_who_and_why() {
    let second = "waive house/optin because \"second reason is this one\" by \"j.lee\" until 2099-05-31\n";
    let both = survey(&[(WAIVER, &format!("{WAIVER}{second}"))]);
    let other_way_round = survey(&[(WAIVER, &format!("{second}{WAIVER}"))]);
    assert!(diff(&both, &other_way_round).is_empty(), "{}", text(&diff(&both, &other_way_round)));
    let gone = diff(&both, &both.replace(WAIVER, ""));
    let names: Vec<_> =
        gone.compliance.iter().map(|one| (one.before.as_deref(), one.after.as_deref())).collect();
    let text_of = "until 2099-03-31 because \"terms come by letter in this case\" by \"k.roe\"";
    assert_eq!(names, [(Some(text_of), None)], "{}", text(&gone));
    // Each of them changes on its own.
    let later = diff(&both, &other_way_round.replace("2099-05-31", "2099-06-30"));
    let changes = text(&later);
    assert!(
        changes.contains(
            "until [-2099-05-31-]{+2099-06-30+} because \"second reason is this one\" by \"j.lee\"\n"
        ),
        "{changes}"
    );
    assert_eq!(later.compliance.len(), 1, "{changes}");
}

#[test]
fn an_attestation_that_has_ended_proves_nothing() {
    let mut options = cxflowc::Options::default();
    options.as_of = Some("2026-11-29".parse().unwrap());
    let compiled = |text: String| {
        cxflowc::compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options)
    };
    let ended = SURVEY.to_owned() + "attest house/rate because \"report 3\" by \"j.lee\" until 2026-01-01\n";
    let (before, after) = (compiled(SURVEY.to_owned()), compiled(ended));
    let version = |compiled| Version { compiled, settings: &[] };
    let diff = compare(version(&before), version(&after));
    let changes = text(&diff);
    assert!(
        section(&changes, "May change compliance").contains("  + attestation house/rate: until 2026-01-01"),
        "{changes}"
    );
    assert_eq!(diff.compliance.len(), 1, "{changes}");
}

#[test]
fn changes_that_may_affect_compliance_are_named() {
    for (what, with, expected) in [
        ("Lakeside", "Seaside", "  ~ words notice: say \"This is [-Lakeside-]{+Seaside+} Dental.\"\n"),
        (
            "We will not call again.",
            "Bye.",
            "  ~ words stopped: say \"[-We will not call again-]{+Bye+}.\"\n",
        ),
        ("= \"reminder\"", "= \"sales\"", "  ~ fact purpose: \"[-reminder-]{+sales+}\"\n"),
        ("\"one try is enough\"", "\"so said counsel\"", "  ~ waiver baseline/retries: until"),
        ("play confirmed {", "play confirmed @thanked {", "  + tag @thanked at confirmed\n"),
    ] {
        let changes = changed(what, with);
        assert!(changes.starts_with(&format!("May change compliance\n{expected}")), "{changes}");
        assert!(!diff(FLOW, &FLOW.replace(what, with)).is_weaker());
    }
}

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
fn texts_of_a_flow_are_escaped_in_markdown() {
    for hostile in [
        "<script>alert(1)</script>",
        "@everyone #1 https://example.com www.example.com a@example.com",
        "**bold** _it_ ~~gone~~ `code` [a](b) ![a](b)",
        "```\n# head\n- list\n1. one\n| a | b |",
        "</code></details>",
        "&amp; &#60; \\",
        "\u{202E}gnirts \u{200B}\u{0}\u{7}",
    ] {
        let said = hostile.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let said: String = said.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        let new = FLOW
            .replace("See you then.", &said)
            .replace("\"confirms\"", &format!("\"{said}\""))
            .replace("front-desk", &said);
        let diff = diff(FLOW, &new);
        let markdown = markdown(&diff);
        let mut rest = markdown.as_str();
        // Between the tags of our own there is neither markup nor anything that becomes a link.
        while let Some(at) = rest.find("<code>") {
            let (inside, after) = rest[at + 6..].split_once("</code>").unwrap();
            let inside = ["<del>", "</del>", "<ins>", "</ins>"]
                .iter()
                .fold(inside.to_owned(), |text, tag| text.replace(tag, ""));
            for sign in ["<", ">", "`", "*", "[", "]", "\\", "~", "|", "$", "@", "://", "www.", " _", "_ "] {
                assert!(!inside.contains(sign), "{sign}: {inside}");
            }
            let is_reference = |after: &str| after.split(';').next().is_some_and(|it| it.len() < 5);
            assert!(inside.split("&#").skip(1).all(is_reference), "{inside}");
            assert_eq!(inside.matches('&').count(), inside.matches("&#").count(), "{inside}");
            assert_eq!(inside.matches('#').count(), inside.matches("&#").count(), "{inside}");
            assert!(
                !inside.contains(|c: char| c.is_control() || ('\u{200B}'..='\u{202E}').contains(&c)),
                "{inside:?}"
            );
            rest = after;
        }
        let text = text(&diff);
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n' || ('\u{200B}'..='\u{202E}').contains(&c)),
            "{text:?}"
        );
    }
}

#[test]
fn words_of_scripts_without_blanks_are_compared_sign_by_sign() {
    let old = FLOW.replace("See you then.", "感谢您的来电。");
    let new = FLOW.replace("See you then.", "感谢你的来电。");
    assert!(text(&diff(&old, &new)).contains("感谢[-您-]{+你+}的来电。"));
    let (old, new) = (FLOW.replace("See you then.", "مرحبا بكم"), FLOW.replace("See you then.", "أهلا بكم"));
    assert!(text(&diff(&old, &new)).contains("[-مرحبا-]{+أهلا+} بكم"));
}

#[test]
fn signs_that_are_no_markup_stay_as_they_are() {
    let new = FLOW
        .replace("desk", "check_up-desk")
        .replace("See you then.", "At 9.30 (or 10:15) on 2027-01-31: 100% sure! {yes} a+b=c")
        .replace("disconnect bye", "disconnect bye; fact host = \"a.example.com\"");
    let markdown = markdown(&diff(FLOW, &new));
    for kept in ["check_up-desk", "9.30 (or 10:15) on 2027-01-31: 100% sure! {yes} a+b=c", "a.example.com"] {
        let plain = ["<del>", "</del>", "<ins>", "</ins>"]
            .iter()
            .fold(markdown.clone(), |text, tag| text.replace(tag, ""));
        assert!(plain.contains(kept), "{kept}: {markdown}");
    }
}

#[test]
fn a_changed_prompt_with_a_tag_is_shown_once() {
    let old = FLOW.replace("retries 1 {", "retries 1 @menu {");
    let changes = text(&diff(
        &old,
        &old.replace("Press 1 to confirm", "Press 1 to agree").replace("retries 1", "retries 2"),
    ));
    assert_eq!(changes.matches("[-confirm-]{+agree+}").count(), 1, "{changes}");
    assert_eq!(changes.matches("[-1-]{+2+}").count(), 1, "{changes}");
}

#[test]
fn many_changes_fit_into_a_comment() {
    let nodes = |word: &str| -> String {
        (0..3000).map(|n| format!("play n{n} {{ say \"{word} {n}\" }}\nn{n} -> bye\n")).collect()
    };
    let (old, new) = (FLOW.to_owned() + &nodes("old"), FLOW.to_owned() + &nodes("new"));
    let markdown = markdown(&diff(&old, &new));
    assert!(markdown.len() < 60_000, "{}", markdown.len());
    assert!(markdown.contains("- and 2940 more\n"));
    assert!(markdown.ends_with(
        "**Left out here**: 2940 changes. `cxflowc diff` without `--format markdown` shows them all.\n"
    ));
}

#[test]
fn one_bound_holds_for_a_comment_on_many_flows_and_compliance_comes_first() {
    let many = |word: &str| -> String {
        (0..100)
            .map(|n| format!("play n{n} {{ say \"{word} {n} {}\" }}\nn{n} -> bye\n", word.repeat(80)))
            .collect()
    };
    let (old, new) = (FLOW.to_owned() + &many("old"), FLOW.to_owned() + &many("new"));
    let plain = diff(&old, &new);
    let weaker = diff(&old, &new.replace("apply house\n", ""));
    let mut flows: Vec<FlowComment<'_>> = Vec::new();
    for number in 0..50 {
        let diff = if number % 10 == 9 { &weaker } else { &plain };
        flows.push(FlowComment { heading: format!("### `f{number}`\n"), remark: None, diff: Some(diff) });
    }
    let comment = comment(&flows);
    assert!(comment.chars().count() < 60_000, "{}", comment.len());
    assert_eq!(comment.matches("gone: policy <code>house</code>").count(), 5, "{comment}");
    let left: usize =
        comment.split("**Left out here**: ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let changes = |diff: &FlowDiff| {
        let of_flow = diff.flow.len() + diff.nodes.len() + diff.transitions.len() + diff.findings.len();
        of_flow + diff.compliance.len() + diff.verdicts.len() + usize::from(diff.paths.is_some())
    };
    let is_change = |line: &&str| line.starts_with("- ") && !line.starts_with("- and ");
    let shown = comment.lines().filter(is_change).count();
    assert_eq!(left + shown, 45 * changes(&plain) + 5 * changes(&weaker));
    assert!(!comment.contains("weaken compliance."));
}

#[test]
fn what_has_changed_of_compliance_is_shown_whole() {
    let long = |word: &str| format!("{} {word} {}", "before ".repeat(300), "after ".repeat(300));
    let old = FLOW.replace("one try is enough", &long("enough"));
    let markdown = markdown(&diff(&old, &FLOW.replace("one try is enough", &long("plenty"))));
    assert!(markdown.contains("<del>enough</del><ins>plenty</ins>"), "{markdown}");
    let gone = diff(&old, &old.replace("waive baseline", "// waive baseline"));
    let (was, shown) = (long("enough"), self::markdown(&gone));
    assert!(shown.contains(&was), "{shown}");
}

#[test]
fn a_new_flow_says_what_it_allows_and_breaks() {
    let flow = survey(&[(
        WAIVER,
        &format!("{WAIVER}waive baseline/depth because \"a long survey\" by \"k.roe\" until 2099-01-01\n"),
    )]);
    let changes = text(&introduced(&cxflowc::compile("a.cxflow", flow)));
    assert!(
        section(&changes, "Weakens compliance").contains("  + waiver baseline/depth: until 2099-01-01"),
        "{changes}"
    );
    assert!(
        section(&changes, "May change compliance").contains("  ~ rule house/m: [-not checked-]{+violated+}"),
        "{changes}"
    );
    assert!(!changes.contains("rule house/optin"), "{changes}");
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
