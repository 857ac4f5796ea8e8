//! Changes of what is promised of a flow.

use cxflowc::Source;
use cxflowc::diff::{Effect, Version, compare, introduced, text};

use super::{FLOW, NoFiles, SURVEY, WAIVER, changed, diff, section, survey};

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
fn what_a_whole_policy_depends_on_changes_once() {
    let rules = "  has_optout: require @optout reachable from =menu\n";
    let of = |when: &str| {
        FLOW.replace("policy house {", &format!("policy house{when} {{")).replace(
            rules,
            &format!("{rules}  b: require disclosure when purpose = \"debt\" or purpose = \"reminder\"\n  c: forbid voicemail\n"),
        )
    };
    let (one, two) = (" when purpose = \"reminder\"", " when purpose = \"reminder\" or purpose = \"debt\"");
    for (before, after, expected) in [
        (one, two, "  ~ policy house: applies when purpose = \"reminder\"{+ or purpose = \"debt\"+}\n"),
        (two, one, "  ~ policy house: applies when purpose = \"reminder\"[- or purpose = \"debt\"-]\n"),
        ("", one, "  ~ policy house: applies{+ when purpose = \"reminder\"+}\n"),
        (two, "", "  ~ policy house: applies[- when purpose = \"reminder\" or purpose = \"debt\"-]\n"),
    ] {
        let changes = text(&diff(&of(before), &of(after)));
        assert!(changes.contains(expected), "{expected}: {changes}");
        assert_eq!(
            changes.matches("~ rule").count() + changes.matches("purpose").count(),
            expected.matches("purpose").count(),
            "{changes}"
        );
    }
    // A rule's own condition is the rule's.
    let with_own = of(one).replace("c: forbid voicemail", "c: forbid voicemail when purpose = \"debt\"");
    let changes = text(&diff(&of(one), &with_own));
    assert!(changes.contains("rule house/c: ") && !changes.contains("policy house:"), "{changes}");
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
fn evidence_of_a_fact_changes_as_attestations_do() {
    let stated = |value: &str, grounds: &str| {
        FLOW.replace("fact purpose = \"reminder\"", &format!("fact purpose = \"{value}\"{grounds}"))
    };
    let until = |day: &str| format!(" because \"plan 7\" by \"k.roe\" until {day}");
    let (long, short) = (until("2099-01-01"), until("2098-01-01"));
    for (old, new, section, expected) in [
        (
            "",
            long.as_str(),
            "Strengthens",
            "  + evidence purpose: until 2099-01-01 because \"plan 7\" by \"k.roe\"\n",
        ),
        (&long, "", "Weakens", "  - evidence purpose"),
        (&long, &short, "Weakens", "  ~ evidence purpose: until [-2099"),
        (&short, &long, "Strengthens", "  ~ evidence purpose: until [-2098"),
        (&long, &long.replace("plan 7", "plan 8"), "May change", "  ~ evidence purpose: "),
        // The word of somebody else, and a proof that says nothing, however long it lasts.
        (&short, &long.replace("k.roe", "m.lee"), "May change", "  ~ evidence purpose: "),
        (&short, &long.replace("plan 7", "plan 8"), "May change", "  ~ evidence purpose: "),
        (&short, &long.replace("plan 7", "todo"), "Weakens", "  ~ evidence purpose: "),
        (&short, &long.replace("k.roe", "n/a"), "Weakens", "  ~ evidence purpose: "),
        (&long, &short.replace("plan 7", "plan 8"), "Weakens", "  ~ evidence purpose: "),
        (&long, &until("2020-01-01"), "Weakens", "  ~ evidence purpose: "),
    ] {
        let diff = diff(&stated("reminder", old), &stated("reminder", new));
        let changes = text(&diff);
        if !new.contains("2020") {
            assert!(changes.starts_with(&format!("{section} compliance\n")), "{changes}");
        }
        assert!(changes.contains(expected), "{changes}");
        assert!(!changes.contains("fact purpose"), "the value is the same: {changes}");
        assert_eq!(diff.is_weaker(), section == "Weakens", "{changes}");
    }
    // Whoever vouched for the old value said nothing of the new one.
    let changes = text(&diff(&stated("reminder", &long), &stated("sales", &long)));
    let weaker = super::section(&changes, "Weakens compliance");
    assert!(weaker.contains("  ~ evidence purpose: of \"[-reminder-]{+sales+}\" until 2099"), "{changes}");
    assert!(changes.contains("  ~ fact purpose: \"[-reminder-]{+sales+}\""), "{changes}");
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
fn what_an_agent_says_is_a_promise() {
    let flow = "flow \"A\"\nentry notice\ndisclosure notice { say \"Hi.\" }\nagent desk \"q\" {\n  \
                script \"This is Lakeside.\" @identity\n  script \"This call is recorded.\"\n}\nnotice -> desk\n";
    let changes = |what: &str, with: &str| {
        assert!(flow.contains(what), "{what}");
        text(&diff(flow, &flow.replace(what, with)))
    };
    let untagged = changes(" @identity", "");
    assert!(untagged.starts_with("Weakens compliance\n  - tag @identity at desk\n"), "{untagged}");
    let other = changes("This is Lakeside.", "Hello.");
    assert!(other.contains("~ words desk: route \"q\"; script \"") && other.contains("Hello"), "{other}");
    let gone = changes("  script \"This call is recorded.\"\n", "");
    assert!(gone.contains("~ words desk: "), "{gone}");
    let moved =
        changes("script \"This call is recorded.\"", "script \"This call is recorded.\" language \"en\"");
    assert!(moved.contains("~ words desk: ") && moved.contains("language"), "{moved}");
}
