//! Whether a flow can be signed, and what stands in the way.

use super::*;

#[test]
fn a_waiver_counts_down_and_is_over() {
    for (day, left, said) in [
        (date(2026, 12, 30), 1, ">1 day</p>"),
        (date(2026, 12, 31), 0, ">the last day</p>"),
        (date(2027, 1, 1), -1, ">over</p>"),
    ] {
        let (report, page) = report(FLOW, day);
        assert_eq!(report["waivers"][0]["days_left"], left);
        assert!(page.contains(said), "{said}");
        let verdict = if left < 0 { "violated" } else { "waived" };
        assert_eq!(rule(&report, "consent")["verdict"], verdict);
        assert_eq!(page.contains("This cannot be signed"), left < 0);
    }
}

#[test]
fn a_flow_with_errors_cannot_be_signed() {
    let (report, page) = report(&FLOW.replace("on 1 -> desk", "on 1 -> dsk"), DAY);
    assert_eq!(report["identity"]["complete"], false);
    assert!(report["identity"]["payload_sha256"].is_null() && report["tests"].is_null());
    assert_eq!(report["findings"][0]["place"]["line"], 6);
    assert!(page.contains("This cannot be signed: it has 1 error."), "{page}");
    for broken in ["", "flow", "{", "flow \"A\"\nentry a\n", "disconnect bye\n", "\u{FEFF}\u{0}"] {
        assert!(self::report(broken, DAY).1.contains("This cannot be signed"), "{broken:?}");
    }
}

/// The line of an attestation of the flow's only duty.
fn attested(until: &str) -> String {
    format!("{FLOW}attest house/keep because \"archive plan 7\" by \"m.lee\" until {until}\n")
}

#[test]
fn a_duty_says_who_attests_it_and_for_how_long() {
    for (until, left, word, shown) in [
        ("2026-12-31", 32, "attested", "until 2026-12-31, 32 days left"),
        ("2026-11-29", 0, "attested", "until 2026-11-29, the last day"),
        ("2026-11-01", -28, "obligation", "until 2026-11-01, over"),
    ] {
        let (report, page) = report(&attested(until), DAY);
        let duty =
            report["obligations"].as_array().unwrap().iter().find(|one| one["rule"] == "house/keep").unwrap();
        assert_eq!(duty["attestation"]["by"], "m.lee");
        assert_eq!(duty["attestation"]["days_left"], left);
        assert_eq!(rule(&report, "keep")["verdict"], word);
        assert!(page.contains("m.lee: archive plan 7") && page.contains(shown), "{until}");
        assert_eq!(page.contains("Nobody attests 1 of 1."), word == "obligation", "{until}");
    }
    let (report, page) = report(FLOW, DAY);
    assert!(report["obligations"][0]["attestation"].is_null());
    assert!(page.contains("Nobody attests 1 of 1."));
}

/// A flow of which nothing is open, with these lines at its end.
fn settled(lines: &str) -> String {
    let flow = FLOW.replace("  warn short: limit 1s to agent\n", "");
    let flow = flow.replace(
        "fact consent = \"express\"\n",
        "fact consent = \"express\" because \"web form 3\" by \"k.roe\" until 2026-12-31\n",
    );
    let flow = flow.replace("test \"stops\" on 9 -> stopped -> desk\n", "");
    let flow = flow
        .replace("waive house/consent because \"the form comes in May\" by \"k.roe\" until 2026-12-31\n", "");
    let flow = flow.replace("  consent: require fact consent = \"none\"\n", "");
    format!("{flow}{lines}")
}

#[test]
fn the_first_line_says_whether_it_can_be_signed() {
    let attested = "attest house/keep because \"archive plan 7\" by \"m.lee\" until 2026-12-31\n";
    let broken = format!("{attested}policy own \"Own\" {{ warn none: forbid agent }}\napply own\n");
    let waived = format!("{broken}waive own/none because \"a pilot\" by \"k.roe\" until 2026-12-31\n");
    let undecided =
        format!("{attested}policy own \"Own\" {{ forbid agent when region = \"north\" }}\napply own\n");
    let undated = format!(
        "{attested}policy own \"Own\" {{ told: oblige \"tell them\" from after published + 30d }}\napply own\n"
    );
    for (lines, said) in [
        (
            attested,
            ": This can be signed: every rule is decided, none is broken, every obligation is attested and somebody vouches for every fact that rules use.",
        ),
        ("", "open: This is not ready to be signed: nobody attests the only obligation."),
        (
            &broken,
            "open: This is not ready to be signed: 1 rule is broken, which its policy calls a warning.",
        ),
        (
            &waived,
            "open: This can be signed: every rule is decided, 1 rule is broken and waived, every obligation is attested and somebody vouches for every fact that rules use.",
        ),
        (
            &format!("{undated}attest own/told because \"plan 8\" by \"m.lee\" until 2026-12-31\n"),
            "open: This can be signed: 1 rule begins on a day that is not known yet, every other rule is decided, none is broken, every obligation is attested and somebody vouches for every fact that rules use.",
        ),
        (&undecided, "open: This is not ready to be signed: 1 rule is not decided."),
        (
            &format!("{attested}test \"stops\" on 9 -> stopped -> desk\n"),
            "open: This is not ready to be signed: 1 test of the flow fails.",
        ),
        (
            // A duty that begins on an unknown day is not attested before.
            &format!(
                "{attested}policy own \"Own\" {{ later: oblige \"Tell them\" from after published + 30d }}\napply own\n"
            ),
            "open: This can be signed: 1 rule begins on a day that is not known yet, every other rule is decided, none is broken, every obligation is attested and somebody vouches for every fact that rules use.",
        ),
        (
            &attested.replace("2026-12-31", "2028-12-31"),
            "open: This is not ready to be signed: 1 finding says that what somebody answers for lasts too long or gives no reason.",
        ),
        (
            &format!(
                "{attested}policy own \"Own\" {{ later: require agent from after published + 30d }}\napply own\n"
            ),
            "open: This can be signed: 1 rule begins on a day that is not known yet, every other rule is decided, none is broken, every obligation is attested and somebody vouches for every fact that rules use.",
        ),
    ] {
        let (summary, page) = report(&settled(lines), DAY);
        assert_eq!(state(&page), said, "{lines}");
        let signable = if said.contains("can be signed") { "ready" } else { "open" };
        assert_eq!(summary["signable"]["state"], signable, "{lines}");
        let counts = page.split_once("<ul class=\"counts\">").unwrap().1.split_once("</ul>").unwrap().0;
        let link = "<a href=\"#waivers\">1 rule is broken, and somebody answers for it</a>";
        assert_eq!(counts.contains(link), lines == waived, "{counts}");
        let begins = counts.contains("1 rule is a duty that begins on a day that is not known yet");
        assert_eq!(begins, lines.contains("oblige \"Tell them\""), "{counts}");
        assert_eq!(counts.contains("nobody attests it"), lines.is_empty(), "{counts}");
    }
}

#[test]
fn a_fact_says_who_vouches_for_it_and_for_how_long() {
    let attested = "attest house/keep because \"archive plan 7\" by \"m.lee\" until 2026-12-31\n";
    let open = "open: This is not ready to be signed: nobody vouches for 1 fact that rules use.";
    for (until, left, shown) in [
        ("2026-12-31", 32, "until 2026-12-31, 32 days left"),
        ("2026-11-29", 0, "until 2026-11-29, the last day"),
        ("2026-11-28", -1, "until 2026-11-28, over"),
    ] {
        let flow =
            settled(attested).replace("\"k.roe\" until 2026-12-31", &format!("\"k.roe\" until {until}"));
        let (report, page) = report(&flow, DAY);
        let fact = &report["facts"][0];
        assert_eq!((&fact["name"], &fact["evidence"]["because"]), (&"consent".into(), &"web form 3".into()));
        assert_eq!(
            (&fact["evidence"]["by"], &fact["evidence"]["days_left"]),
            (&"k.roe".into(), &left.into())
        );
        assert_eq!(fact["used_by"], serde_json::json!(["house/agreed"]));
        let facts = section(&page, "facts");
        assert!(facts.contains("k.roe: web form 3") && facts.contains(shown), "{facts}");
        assert_eq!(facts.contains("Nobody vouches for 1 of 1 that rules use."), left < 0, "{facts}");
        assert_eq!(state(&page) == open, left < 0, "{}", state(&page));
        let ends = "the evidence of the fact consent by k.roe no longer applies";
        let changes = report["changes"].as_array().unwrap();
        assert_eq!(changes.iter().any(|change| change["what"] == ends), left >= 0, "{changes:?}");
        let signature = section(&page, "signature");
        let signed =
            if left < 0 { "that each fact that nobody vouches for is so" } else { "that the facts are so" };
        assert!(signature.contains(signed), "{signature}");
    }
    // The value counts as before.
    let none = settled(attested).replace(" because \"web form 3\" by \"k.roe\" until 2026-12-31", "");
    let (report, page) = report(&none, DAY);
    assert_eq!(rule(&report, "agreed")["verdict"], "holds");
    assert!(report["facts"][0]["evidence"].is_null());
    assert!(section(&page, "facts").contains("nobody vouches for it"), "{page}");
    assert_eq!(state(&page), open);
    // A fact that no rule uses is not open.
    let idle = settled(&format!("{attested}fact region = \"north\"\n"));
    let (report, page) = self::report(&idle, DAY);
    assert_eq!(report["facts"][1]["used_by"], serde_json::json!([]));
    assert!(section(&page, "facts").contains("nobody vouches for it, and no rule uses it"), "{page}");
    assert!(state(&page).contains("This can be signed"), "{}", state(&page));
}

#[test]
fn words_that_say_nothing_are_nobodys_word() {
    let attested = "attest house/keep because \"archive plan 7\" by \"m.lee\" until 2026-12-31\n";
    for (because, by) in [
        ("todo", "k.roe"),
        ("n/a", "k.roe"),
        ("...", "k.roe"),
        ("see above", "k.roe"),
        ("archive plan 7", "tbd"),
        ("archive plan 7", "somebody"),
        ("archive plan 7", "?"),
    ] {
        let weak = format!("because \"{because}\" by \"{by}\" until 2026-12-31");
        let (report, page) = report(&settled(&format!("attest house/keep {weak}\n")), DAY);
        assert_eq!(rule(&report, "keep")["verdict"], "obligation", "{weak}");
        assert_eq!(report["obligations"][0]["attestation"]["counts"], false, "{weak}");
        assert!(state(&page).contains("nobody attests the only obligation"), "{weak}: {}", state(&page));
        let shown = "does not count: it gives no proof, or names nobody";
        assert!(section(&page, "obligations").contains(shown), "{weak}");

        let flow = settled(attested).replace("because \"web form 3\" by \"k.roe\" until 2026-12-31", &weak);
        let (report, page) = self::report(&flow, DAY);
        assert_eq!(report["facts"][0]["evidence"]["counts"], false, "{weak}");
        assert!(
            state(&page).contains("nobody vouches for 1 fact that rules use"),
            "{weak}: {}",
            state(&page)
        );
        assert!(section(&page, "facts").contains(shown), "{weak}");
    }
    // One that counts covers none, and is covered by none, that does not.
    let two = format!("{attested}attest house/keep because \"todo\" by \"k.roe\" until 2027-03-31\n");
    let (report, _) = report(&settled(&two), DAY);
    assert_eq!(rule(&report, "keep")["verdict"], "attested");
    assert_eq!(report["obligations"][0]["attestation"]["by"], "m.lee");
}

#[test]
fn the_lines_below_say_what_the_rules_are_worth() {
    let (report, page) = report(&FLOW.replace("apply house\n", "apply house\napply us_tcpa_abandon\n"), DAY);
    let caveat = page.split_once("The rules are not the law: ").unwrap().1.split_once("</p>").unwrap().0;
    for said in [
        "nobody has reviewed the policies that come with the compiler",
        "rest on memory, at least in part",
        "rest on secondary sources, at least in part",
        "later law than each policy says was collected is not in it",
    ] {
        assert!(caveat.contains(said), "{caveat}");
    }
    let policies = report["policies"].as_array().unwrap();
    let abandon = policies.iter().find(|policy| policy["name"] == "us_tcpa_abandon").unwrap();
    let collected = abandon["collected"].as_str().unwrap();
    assert!(collected.contains("from sources that end in early October 2026"), "{collected}");
    assert!(page.contains(&format!("collected {collected}")), "{page}");
    assert!(page.contains("nobody has applied them to this flow"), "{page}");
    // The flow does not say which places are called.
    assert!(
        page.contains("Policies apply that are for calls to us. Which places the campaign calls"),
        "{page}"
    );
}

#[test]
fn what_cannot_be_signed_has_no_lines_to_sign() {
    let (_, page) = report(&FLOW.replace("on 1 -> desk", "on 1 -> dsk"), DAY);
    assert!(state(&page).starts_with("broken: This cannot be signed: it has 1 error."), "{}", state(&page));
    let signature = section(&page, "signature");
    assert!(!signature.contains("<dl class=\"signature\">"), "{signature}");
    assert!(signature.contains("Here are no lines to sign: it has 1 error."), "{signature}");
    for flow in ["", "flow \"A\"\n"] {
        let (_, page) = report(flow, DAY);
        assert!(!page.contains("<dl class=\"signature\">"), "{flow}");
        assert!(page.contains("The flow has no nodes to draw.") && !page.contains("id=\"sheets\""), "{flow}");
        assert!(section(&page, "calls").contains("There are none: no call can begin."), "{flow}");
    }
}

#[test]
fn the_signature_and_each_printed_page_say_what_is_signed() {
    let (report, page) = report(FLOW, DAY);
    let signature = section(&page, "signature");
    let [payload, file] = [&report["identity"]["payload_sha256"], &report["identity"]["files"][0]["sha256"]]
        .map(|one| one.as_str().unwrap());
    for said in ["<bdi>Renewal</bdi>", "a.cxflow", "2026-11-29", payload, file, "<dl class=\"signature\">"] {
        assert!(signature.contains(said), "{said}: {signature}");
    }
    assert!(signature.contains("that each obligation that nobody attests has the owner"), "{signature}");
    let footer =
        format!("@bottom-left{{content:\"Report on Renewal, 2026-11-29, payload {}\";", &payload[..12]);
    assert!(page.contains(&footer), "{footer}");
    // A name is no style.
    let hostile = FLOW.replace("\"Renewal\"", "\"\\\"}} body { display: none } </style>\"");
    let (_, page) = self::report(&hostile, DAY);
    assert!(
        page.contains(
            "Report on \\22 \\7d \\7d  body \\7b  display\\3a  none \\7d  \\3c \\2f style\\3e , 2026"
        ),
        "{page}"
    );
}

#[test]
fn each_way_to_be_vacuous_is_counted_by_itself() {
    let policy = "policy own \"Own\" {\n  north: forbid agent when consent = \"none\"\n  mailbox: require @identity before voicemail\n  \
                  offer: require @offer before @number & not @offer\n}\napply own\n";
    let flow = FLOW.replace(
        "disclosure notice @identity { say \"This is Lakeside Insurance.\" }",
        "disclosure notice @identity { say \"This is Lakeside Insurance.\" @offer @number }",
    );
    let (report, page) = report(&format!("{flow}{policy}"), DAY);
    let own = report["policies"].as_array().unwrap().iter().find(|one| one["name"] == "own").unwrap();
    let kinds: Vec<&str> =
        own["rules"].as_array().unwrap().iter().map(|rule| rule["vacuous"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["does not apply", "nothing to check", "kept within one step"]);
    for said in ["2 rules do not apply", "1 rule has nothing to check here", "1 rule is kept within one step"]
    {
        assert!(page.contains(&format!("\">{said}</a></li>")), "{said}");
    }
    let rules = section(&page, "rules");
    let (legend, _) = rules.split_once("</dl>").unwrap();
    for word in ["holds", "violated", "waived", "obligation", "vacuous"] {
        assert!(legend.contains(&format!("<dt>{word}</dt>")), "{word}: {legend}");
    }
    assert!(!legend.contains("<dt>attested</dt>"), "no rule is: {legend}");
    let attested = self::report(&attested("2026-12-31"), DAY).1;
    assert!(section(&attested, "rules").contains("<dt>attested</dt>"));
    let withheld = self::report(&FLOW.replace("on 1 -> desk", "on 1 -> dsk"), DAY).1;
    assert!(section(&withheld, "rules").contains("<dt>withheld</dt>"));
}

#[test]
fn a_rule_names_who_waived_or_attested_it() {
    let (report, page) = report(&attested("2026-12-31"), DAY);
    assert_eq!(rule(&report, "consent")["decided_by"][0]["by"], "k.roe");
    assert_eq!(rule(&report, "keep")["decided_by"][0]["because"], "archive plan 7");
    assert_eq!(rule(&report, "identity")["decided_by"], serde_json::json!([]));
    let rules = section(&page, "rules");
    for said in [
        "waived by k.roe until 2026-12-31: the form comes in May",
        "attested by m.lee until 2026-12-31: archive plan 7",
    ] {
        assert!(rules.contains(said), "{said}");
    }
}

#[test]
fn a_rule_that_is_waived_at_one_node_only_is_waived_in_part() {
    let waived = "waive own/none at desk because \"a pilot\" by \"k.roe\" until 2026-12-31\n";
    let flow = FLOW.replace("\n  on 9 -> stopped", "\n  on 2 -> other\n  on 9 -> stopped");
    let flow = format!(
        "{flow}agent other \"second\"\npolicy own \"Own\" {{ warn none: forbid agent }}\napply own\n{waived}"
    );
    let (report, page) = report(&flow, DAY);
    let own = report["policies"].as_array().unwrap().iter().find(|one| one["name"] == "own").unwrap();
    assert_eq!(own["rules"][0]["verdict"], "violated");
    assert_eq!(own["rules"][0]["decided_by"][0]["decision"], "waived");
    assert!(section(&page, "rules").contains("waived in part by k.roe until 2026-12-31: a pilot"));
}

#[test]
fn a_waived_finding_is_said_at_the_top() {
    let flow = "flow \"Survey\"\nentry notice\ndisclosure notice { say \"This is Lakeside.\"; -> thanks }\n\
                play thanks { say \"Thank you. Please hold the line.\" }\n\
                waive CX201 at thanks because \"the switch goes on from here\" by \"j.lee\" until 2027-03-31\n";
    let (report, page) = report(flow, DAY);
    assert_eq!(report["waivers"][0]["rule"], "CX201");
    let counts = page.split_once("<ul class=\"counts\">").unwrap().1.split_once("</ul>").unwrap().0;
    assert!(
        counts.contains("<a href=\"#waivers\">1 finding is waived, and somebody answers for it</a>"),
        "{counts}"
    );
}
