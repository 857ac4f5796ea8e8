//! `policy list`, `policy show`, `policy check`.

use super::harness::*;

/// A flow of whose rules each has another verdict.
const VERDICTS: &str = r#"flow "Payment"
entry notice
disclosure notice { say "This is Lakeside Energy." }
collect menu "Press 1 for an agent" retries 2 {
  on 1 -> sales
  on timeout | invalid -> bye
}
agent sales "payments"
disconnect bye
notice -> menu

policy house "House rules" {
  /// A call is disclosed.
  first: require disclosure before agent
  /// Recording stops before an agent speaks.
  ///
  /// Source: the handbook, page 7.
  pause: require @pause before agent
  warn near: require =bye reachable from =menu within 0 keys
  brief: limit 10s from =menu to agent
  intro: limit 10s to =menu
  consent: forbid agent when consent = "none"
  debt: require @verified before @debt
  rate: oblige "At most 3% of answered calls are abandoned"
}
apply house
waive house/near at menu because "the scale uses 9" by "j.lee" until 2027-03-31
"#;

const LIBRARY: &str = "policy house \"House rules\" { first: require disclosure }\n";

#[test]
fn the_list_has_a_line_for_each_bundled_policy() {
    let run = Folder::new().run("policy list").exits(0).err_has("`cxflowc policy show NAME`");
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("baseline  ") && lines[0].ends_with("  4 rules"), "{}", lines[0]);
    let tsr = lines.iter().find(|line| line.starts_with("us_tsr ")).unwrap();
    assert!(tsr.contains("  US Telemarketing Sales Rule  ") && tsr.ends_with(" obligations"), "{tsr}");
    // In columns.
    let rules: Vec<usize> = lines.iter().map(|line| line.find(" rules").unwrap()).collect();
    assert!(rules.iter().all(|at| *at == rules[0]), "{}", run.out);
    Folder::new().run("policy list -q").exits(0).err_is("");
}

#[test]
fn the_list_as_json() {
    let lines = Folder::new().run("policy list --format json").exits(0).lines();
    let names: Vec<&str> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names[0], "baseline");
    assert!(names.contains(&"us_tcpa_prerecorded"), "{names:?}");
    assert_eq!(lines[0]["title"], "CXone outbound baseline");
    assert_eq!((&lines[0]["rules"], &lines[0]["obligations"]), (&4.into(), &0.into()));
}

#[test]
fn a_bundled_policy_is_shown_with_what_it_is_for_and_what_it_expects() {
    let run = Folder::new().run("policy show us_tcpa_prerecorded").exits(0).err_is("");
    let run = run
        .out_has("us_tcpa_prerecorded  US TCPA: recorded and artificial voices\n")
        .out_has("\nIt is not legal advice: ")
        .out_has("\nTags\n  @greeting ")
        .out_has("\nFacts\n  purpose ")
        .out_has("\nRules\n\n  id_first\n    require @identity before ")
        .out_has("\n    Source: 47 CFR 64.1200(b)(1); in-force, as of 2026-07.\n    Evidence: ")
        .out_has("\n  menu_optout  warning\n    require @optout reachable from collect within 1 key\n")
        .out_has("\nObligations, which no flow can prove\n\n  number_kind\n    oblige \"");
    assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{}", run.out);
    Folder::new().run("policy show us_tcpa_prerecorded us_tcpa_prerecorded").exits(0).out_is(&run.out);
}

#[test]
fn every_policy_of_the_list_can_be_shown() {
    let folder = Folder::new();
    for line in folder.run("policy list --format json").lines() {
        let name = line["name"].as_str().unwrap();
        let run = folder.run(&format!("policy show {name}")).exits(0).err_is("").out_has("legal advice");
        assert!(run.out.starts_with(&format!("{name}  ")));
        let shown = folder.run(&format!("policy show {name} --format json")).json();
        let rules = shown["rules"].as_array().unwrap();
        let obligations = rules.iter().filter(|rule| rule["obligation"] == true).count();
        assert_eq!(line["obligations"], obligations);
        assert_eq!(line["rules"], rules.len() - obligations);
        for one in [&shown["tags"], &shown["facts"]].into_iter().flat_map(|list| list.as_array().unwrap()) {
            assert!(one["meaning"].is_string(), "{name}: {one}");
        }
    }
}

#[test]
fn a_policys_file_is_printed_to_be_copied() {
    let folder = Folder::new();
    let text = folder.run("policy show us_tsr --source").exits(0).out;
    assert!(text.starts_with("// ") && text.contains("policy us_tsr "), "{text}");
    // A copy under another name compiles.
    let copy = text.replace("policy us_tsr ", "policy our_tsr ");
    folder.write("our_tsr.cxflow", &copy);
    folder.run("check our_tsr.cxflow --allow unused --deny warnings").exits(0);
    folder.run("policy show our_tsr.cxflow --source").exits(0).out_is(&copy);
}

#[test]
fn a_policy_of_ones_own_is_shown_by_its_path() {
    let text = "// Not the head: a licence.\n\n// House rules for calls.\n//\n// Written by compliance, in\n// the spring.\n// It changes in May.\n\n\
                /// Ask Kim.\npolicy house \"House rules\" {\n  expects @pause \"recording stops\"\n  expects fact dialer = \"a\" | \"b\" \"who dials\"\n  expects fact day\n  /// Stop it.\n  pause: require @pause before @pan when dialer = \"a\"\n  forbid voicemail\n  warn limit depth 9\n}\n\
                policy other { oblige \"Keep the calls\" }\n";
    let expected = "\
house  House rules

House rules for calls.

Written by compliance, in the spring.
It changes in May.
Ask Kim.

Tags
  @pause  recording stops

Facts
  dialer  who dials: \"a\" or \"b\"
  day

Rules

  pause
    require @pause before @pan when dialer = \"a\"
    Stop it.

  rule-1
    forbid voicemail

  rule-2  warning
    limit depth 9


other

Obligations, which no flow can prove

  rule-1
    oblige \"Keep the calls\"
";
    let folder = Folder::new().with("policies/house.cxflow", text).committed();
    folder.run("policy show policies/house.cxflow").exits(0).err_is("").out_is(expected);
    folder.run("policy show v1:policies/house.cxflow").exits(0).out_is(expected);
    folder.command("policy show -").input(text).run().exits(0).out_is(expected);
    let run = folder.run("policy show policies/house.cxflow other --format json").exits(0);
    assert_eq!(run.json()["rules"][0]["source"], "oblige \"Keep the calls\"");
    assert_eq!(folder.run("policy show policies/house.cxflow --format json").lines().len(), 2);
}

#[test]
fn without_a_list_the_tags_are_those_of_the_rules() {
    let folder = Folder::of(VERDICTS);
    let run = folder.run("policy show a.cxflow --format json").exits(0);
    let shown = run.json();
    let names = |field: &str| -> Vec<String> {
        shown[field].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("tags"), ["@pause", "@verified", "@debt"]);
    assert_eq!(names("facts"), ["consent"]);
    assert_eq!(shown["rules"][1]["doc"][1], "Source: the handbook, page 7.");
}

#[test]
fn a_policy_that_is_not_there_is_the_commands_fault() {
    let folder = Folder::of(VERDICTS);
    let expected = "cxflowc: there is no policy `us_tsrr`\n  help: did you mean `us_tsr`?\n";
    folder.run("policy show us_tsrr").exits(2).out_is("").err_is(expected);
    folder.run("policy show kitchen").exits(2).err_has("`cxflowc policy list`");
    let expected = "cxflowc: a.cxflow declares no policy `hous`\n  help: did you mean `house`?\n";
    folder.run("policy show a.cxflow hous").exits(2).out_is("").err_is(expected);
    folder.run("policy show nope.cxflow").exits(2).err_has("cannot read nope.cxflow");
}

#[test]
fn a_file_without_policies_is_found_wanting() {
    let folder = Folder::of(CLEAN);
    folder.run("policy show a.cxflow").exits(1).out_is("").err_is("a.cxflow: declares no policy\n");
}

#[test]
fn a_broken_file_is_shown_as_far_as_it_goes() {
    let folder = Folder::of("policy house \"H\" {\n  a: requir disclosure\n  b: forbid voicemail\n}\n");
    folder.run("policy show a.cxflow").exits(1).err_has("CX001").out_has("forbid voicemail");
}

#[test]
fn control_characters_of_a_file_are_not_obeyed() {
    let folder = Folder::of("// \u{1b}[2Jgone\npolicy house \"H\u{1b}[31m\" { a: oblige \"\u{202e}x\" }\n");
    let run = folder.run("policy show a.cxflow --color always");
    assert!(!run.out.contains("\u{1b}[2J") && !run.out.contains("\u{1b}[31m\""), "{:?}", run.out);
    assert!(run.out.contains("\\u{1b}[2Jgone") && run.out.contains("\\u{202e}x"), "{:?}", run.out);
}

#[test]
fn every_rule_has_its_verdict() {
    let expected = "\
baseline  CXone outbound baseline
  holds       disclosure
  holds       disclosed_first
  holds       retries
  holds       depth

house  House rules
  holds       first
  violated    pause    `sales` is reached without `@pause` before it
                       notice -> menu -> sales
  waived      near     the called party cannot get from `menu` to `=bye` within 0 keys
                       notice -> menu
                       waived at menu by j.lee until 2027-03-31: the scale uses 9
  holds       brief
  holds       intro    by estimated times: the most that text without `lasts` takes
  unknown     consent  the fact `consent` is not stated
                       state it, as in `fact consent = \"none\"`
  vacuous     debt     nothing to check: `@debt` occurs nowhere
  obligation  rate     At most 3% of answered calls are abandoned
  missing     @debt    nothing has it, and debt looks for it

";
    let folder = Folder::of(VERDICTS);
    let run = folder.run("policy check a.cxflow --as-of 2026-08-02 --message-format short").exits(1);
    let run = run.out_is(expected).err_has("error[CX301 policy-violation]: house/pause: ");
    assert_eq!(
        run.err.lines().last().unwrap(),
        "a.cxflow: 1 error, 1 warning; 12 rules of 2 policies: 7 hold, 1 vacuous (1 nothing to check), 1 violated, 1 waived, 1 unknown, 1 obligation; nothing has @debt (1 rule)"
    );
    // After its end the waiver has no effect.
    let run = folder.run("policy check a.cxflow --as-of 2027-04-01").exits(1);
    run.out_has(
        "  violated    near     warning: the called party cannot get from `menu` to `=bye` within 0 keys\n",
    );
}

#[test]
fn who_attests_an_obligation_is_shown() {
    let attested = format!(
        "{}attest house/rate because \"dialler report 7\" by \"k.roe\" until 2027-03-31\n",
        VERDICTS
            .replace("  rate: oblige", "  list: oblige \"The national list is honoured\"\n  rate: oblige")
    );
    let folder = Folder::of(&attested);
    let run = folder.run("policy check a.cxflow --as-of 2026-08-02").exits(1);
    let run = run
        .out_has("  obligation  list     The national list is honoured\n")
        .out_has("  attested    rate     At most 3% of answered calls are abandoned\n                       attested by k.roe until 2027-03-31: dialler report 7\n");
    assert!(run.err.contains("1 unknown, 1 obligation, 1 attested; nothing has"), "{}", run.err);
    let object = folder.run("policy check a.cxflow --as-of 2026-08-02 --format json").json();
    let rules = object["policies"][1]["rules"].as_array().unwrap();
    let rate = rules.iter().find(|rule| rule["name"] == "rate").unwrap();
    assert_eq!(rate["verdict"], "attested");
    let expected = serde_json::json!([{
        "because": "dialler report 7",
        "by": "k.roe",
        "until": "2027-03-31",
    }]);
    assert_eq!(rate["attestations"], expected);
    assert_eq!((&object["counts"]["obligation"], &object["counts"]["attested"]), (&1.into(), &1.into()));
    // After its end the obligation is open again.
    let run = folder.run("policy check a.cxflow --as-of 2027-04-01 --message-format short").exits(1);
    run.out_has("  obligation  rate     At most 3% of answered calls are abandoned\n                       the attestation by k.roe ended on 2027-03-31\n")
        .err_has("warning[CX403 unused]: the attestation of `house/rate` ended on 2027-03-31");
}

#[test]
fn who_vouches_for_a_fact_is_shown() {
    let flow = VERDICTS.replace(
        "policy house",
        "fact consent = \"none\" because \"web form 3\" by \"k.roe\" until 2027-03-31\nfact region = \"north\"\nfact ring = 20s\npolicy house",
    );
    let flow = flow.replace("  rate: oblige", "  ring: require fact ring >= 15s\n  rate: oblige");
    let folder = Folder::of(&flow);
    let expected = "\
facts
  vouched     consent  \"none\"
                       vouched for by k.roe until 2027-03-31: web form 3
  unused      region   \"north\"
                       no rule uses it
  open        ring     20s
                       nobody vouches for it

";
    let run = folder.run("policy check a.cxflow --as-of 2026-08-02 --message-format short").exits(1);
    assert!(run.out.ends_with(expected), "{}", run.out);
    let object = folder.run("policy check a.cxflow --as-of 2026-08-02 --format json").json();
    assert_eq!(
        object["facts"],
        serde_json::json!([
            {
                "name": "consent",
                "value": "\"none\"",
                "standing": "vouched",
                "evidence": { "because": "web form 3", "by": "k.roe", "until": "2027-03-31" },
            },
            { "name": "region", "value": "\"north\"", "standing": "unused", "evidence": null },
            { "name": "ring", "value": "20s", "standing": "open", "evidence": null },
        ])
    );
    let run = folder.run("policy check a.cxflow --as-of 2027-04-01 --message-format short").exits(1);
    run.out_has(
        "  ended       consent  \"none\"\n                       the evidence by k.roe ended on 2027-03-31\n",
    )
    .err_has("warning[CX403 unused]: the evidence of `consent` ended on 2027-03-31");
}

#[test]
fn a_verdict_is_never_a_word_of_approval() {
    let run = Folder::of(CLEAN).run("policy check a.cxflow").exits(0);
    assert!(!run.out.contains("complian") && !run.err.contains("complian"), "{run:?}");
    run.err_is("a.cxflow: 4 rules of 1 policy: 3 hold, 1 vacuous (1 nothing to check)\n");
}

#[test]
fn a_rule_that_is_not_checked_says_why() {
    let run = Folder::of(BROKEN).run("policy check a.cxflow --message-format short").exits(1);
    run.out_has("  withheld    disclosure ").err_has("error[CX103").err_has(" withheld");
}

#[test]
fn several_flows_have_their_names_above_them() {
    let folder = Folder::of(CLEAN).with("b.cxflow", CLEAN);
    let run = folder.run("policy check a.cxflow b.cxflow nope.cxflow").exits(2);
    let run = run.out_has("a.cxflow\n\nbaseline  ").out_has("b.cxflow\n\nbaseline  ");
    run.err_has("cannot read nope.cxflow");
}

#[test]
fn in_a_library_nothing_applies() {
    let folder = Folder::of(LIBRARY);
    let expected = "a.cxflow: a library; policies are checked in the flows that include it\n";
    folder.run("policy check a.cxflow").exits(0).out_is("").err_is(expected);
    let object = folder.run("policy check a.cxflow --format json").exits(0).json();
    assert_eq!(object["library"], true);
    assert_eq!(object["policies"], serde_json::json!([]));
}

#[test]
fn verdicts_as_json() {
    let folder = Folder::of(VERDICTS).with("b.cxflow", LIBRARY);
    let run =
        folder.run("policy check a.cxflow b.cxflow --format json --as-of 2026-08-02 --message-format json");
    let lines = run.lines();
    let flow = &lines[0];
    assert_eq!((lines.len(), &flow["file"], &flow["flow"]), (2, &"a.cxflow".into(), &"Payment".into()));
    assert_eq!(
        (&flow["as_of"], &flow["errors"], &flow["warnings"]),
        (&"2026-08-02".into(), &1.into(), &1.into())
    );
    let house = &flow["policies"][1];
    assert_eq!((&house["name"], &house["bundled"]), (&"house".into(), &false.into()));
    let rules = house["rules"].as_array().unwrap();
    let verdicts: Vec<&str> = rules.iter().map(|rule| rule["verdict"].as_str().unwrap()).collect();
    let expected = ["holds", "violated", "waived", "holds", "holds", "unknown", "vacuous", "obligation"];
    assert_eq!(verdicts, expected);
    assert_eq!(
        rules[1],
        serde_json::json!({
            "name": "pause",
            "severity": "error",
            "verdict": "violated",
            "vacuous": null,
            "reason": "`sales` is reached without `@pause` before it",
            "remedy": null,
            "path": ["notice", "menu", "sales"],
            "at": ["sales"],
            "found": null,
            "estimated": false,
            "measure": [],
            "waivers": [],
            "attestations": [],
            "source": "pause: require @pause before agent",
            "doc": ["Recording stops before an agent speaks.", "Source: the handbook, page 7."],
        })
    );
    assert_eq!(rules[2]["waivers"][0]["by"], "j.lee");
    assert_eq!((&rules[2]["severity"], &rules[2]["at"]), (&"warning".into(), &serde_json::json!(["menu"])));
    assert_eq!(rules[4]["estimated"], true);
    // Diagnostics are apart from the results.
    assert!(run.err.contains("\"code\":\"CX301\""), "{}", run.err);
}

#[test]
fn policies_from_outside_are_checked_as_well() {
    let folder = Folder::of(CLEAN).with("house.cxflow", LIBRARY);
    let run = folder.run("policy check a.cxflow --policy house.cxflow --policy us_tsr --as-is");
    run.exits(0).out_has("\nhouse  House rules\n  holds       first\n").out_has("\nus_tsr  ");
}

#[test]
fn the_list_of_changes_has_the_next_first_and_those_without_a_day_last() {
    let folder = Folder::new();
    let soon = folder.run("policy list --changes-within 3660d").exits(0);
    let days: Vec<&str> = soon.out.lines().map(|line| line.split("  ").next().unwrap()).collect();
    let known: Vec<&str> = days.iter().copied().filter(|day| day.starts_with("20")).collect();
    assert!(known.is_sorted() && days.starts_with(&known), "{days:?}");
    assert!(days[known.len()..].iter().all(|day| *day == "not known"), "{days:?}");
    for line in folder.run("policy list --changes-within 3660d --format json").exits(0).lines() {
        assert!(
            line["rule"].as_str().unwrap().contains('/') && line["days"].is_number() != line["day"].is_null()
        );
    }
    folder.run("policy list --changes-within soon").exits(2).err_has("write a number of days, as in 90d");
    folder.run("policy list --changes-within 0d").exits(2).err_has("write 1 to 3660 days");
}

#[test]
fn a_policy_says_which_edition_it_is_and_what_it_conflicts_with() {
    let text = "policy house \"House rules\" {\n  version 3\n  reviewed by \"N.N., counsel\" on 2026-11-02\n  \
                conflicts with us_tsr because \"say both in one step\"\n  covers \"us-ca\", \"us-wa\"\n  \
                first: require disclosure\n}\npolicy bare { version 1; first: require disclosure }\n";
    let folder = Folder::new().with("p.cxflow", text);
    let run = folder.run("policy show p.cxflow").exits(0);
    assert!(run.out.contains("Version 3. Reviewed by N.N., counsel on 2026-11-02."), "{}", run.out);
    assert!(run.out.contains("Conflicts with") && run.out.contains("say both in one step"), "{}", run.out);
    assert!(run.out.contains("Version 1. Reviewed by nobody yet."), "{}", run.out);
    assert!(run.out.contains("For calls to us-ca and us-wa."), "{}", run.out);
    let lines = folder.run("policy show p.cxflow --format json").exits(0).lines();
    assert_eq!(lines[0]["version"], 3);
    assert_eq!(lines[0]["reviews"][0]["by"], "N.N., counsel");
    assert_eq!(lines[0]["conflicts"][0]["with"], "us_tsr");
    assert_eq!(lines[0]["covers"][1]["place"], "us-wa");
    assert_eq!(lines[1]["reviews"].as_array().unwrap().len(), 0);
}

#[test]
fn what_may_not_bind_a_flow_is_said() {
    let text = "flow \"A\"\nentry a\ndisclosure a { say \"Hello.\"; -> b }\ndisconnect b\napply house\n\
                policy house {\n  kept: require disclosure from after published\n  \
                duty: oblige \"Honour the list\" exempt when consent = \"yes\" because \"the law\"\n  \
                told: require fact known\n}\nfact known = 1\n";
    let folder = Folder::new().with("a.cxflow", text);
    let lines = folder.run("policy check a.cxflow --format json").exits(0).lines();
    let rules = lines[0]["policies"][1]["rules"].as_array().unwrap();
    let reasons: Vec<&str> = rules.iter().map(|rule| rule["reason"].as_str().unwrap_or("")).collect();
    let open = "perhaps it does not bind the flow:";
    assert_eq!(
        reasons,
        [
            format!("{open} the rule counts from the fact `published`, which is not stated"),
            format!(
                "Honour the list ({open} the fact `consent` is not stated, which may exempt from the rule)"
            ),
            String::new(),
        ]
    );
    folder.write("a.cxflow", text.replace("require disclosure from", "require agent from"));
    let report = folder.run("report a.cxflow --format json").json();
    let missing = report["missing_facts"].as_array().unwrap();
    assert!(missing.iter().any(|fact| fact["name"] == "published"), "{missing:?}");
}

#[test]
fn what_a_campaign_needs_can_be_pasted_into_a_flow() {
    let folder = Folder::new();
    let run = folder.run("policy pick --jurisdiction us-ca,uk --purpose sales --voice tts").exits(0);
    for (policy, place) in [("us_tsr", "us-ca"), ("us_ca_puc2874", "us-ca"), ("uk_pecr", "uk")] {
        let line = run.out.lines().find(|line| line.starts_with(&format!("apply {policy} "))).unwrap();
        assert!(line.contains(&format!(" // {place}: ")), "{line}");
    }
    for line in [
        "fact purpose = \"telemarketing\"\n",
        "fact voice = \"tts\"\n",
        "// who vouches for a fact",
        "// fact consent = ",
    ] {
        assert!(run.out.contains(line), "{line}: {}", run.out);
    }
    assert!(!run.out.contains("us_regf") && !run.out.contains("fr_telemarketing"), "{}", run.out);
    let run = run.err_has("not needed for such calls: ").err_has("us_regf").err_has("no legal advice");
    let flow =
        format!("flow \"A\"\nentry a\ndisclosure a {{ say \"Hello.\"; -> b }}\ndisconnect b\n{}", run.out);
    folder.write("a.cxflow", flow);
    let mut check = folder.run("check --format short a.cxflow").exits(1);
    for code in ["CX001", "CX114", "CX309", "CX310", "CX412"] {
        check = check.err_lacks(code);
    }
    let json = folder.run("policy pick --jurisdiction de --format json").exits(0).lines();
    let names: Vec<&str> =
        json[0]["apply"].as_array().unwrap().iter().map(|one| one["policy"].as_str().unwrap()).collect();
    assert_eq!(names, ["eu_ai_act", "de_telemarketing"]);
}

#[test]
fn recorded_messages_that_sell_nothing_have_policies_in_the_states_that_bind_them() {
    let folder = Folder::new();
    for purpose in ["political", "survey", "informational", "charity"] {
        let run = folder.run(&format!(
            "policy pick --jurisdiction us-in,us-ok,us-tx --purpose {purpose} --voice prerecorded"
        ));
        let run = run.exits(0).out_has("apply us_state_adad ");
        assert_eq!(
            run.out.contains("apply us_state_openings "),
            purpose == "charity",
            "{purpose}: {}",
            run.out
        );
    }
    let run = folder.run("policy pick --jurisdiction us-in,us-ok --purpose political --voice live");
    assert!(!run.out.contains("us_state_adad"), "{}", run.out);
}

#[test]
fn what_no_policy_covers_is_said() {
    let folder = Folder::new();
    let run = folder.run("policy pick --jurisdiction us-or,jp --purpose survey").exits(1);
    run.err_has("no policy covers us-or, only ").err_has("no policy covers jp\n");
    // A country as a whole is not all of its states.
    let run = folder.run("policy pick --jurisdiction us --purpose sales --voice live").exits(0);
    run.err_has("nothing is proposed for the parts of us").err_has("us-fl").err_has("us-ny");
    let run = folder.run("policy pick --jurisdiction us,us-fl --purpose sales --voice live").exits(0);
    run.err_lacks("parts of us");
    // Whoever markets to the United Kingdom with agents, and whoever does not market, is told what is for them.
    let run = folder.run("policy pick --jurisdiction uk --purpose sales --voice live").exits(0);
    run.out_has("apply uk_pecr");
    let run = folder.run("policy pick --jurisdiction uk --purpose informational --voice tts").exits(0);
    run.err_has("not needed for such calls: uk_pecr");
    let run =
        folder.run("policy pick --jurisdiction us-ny,fr,au --purpose informational --voice tts").exits(0);
    run.err_has("us_ny_399z").err_has("fr_telemarketing").err_has("au_telemarketing").out_lacks("apply fr");
    folder.run("policy pick --jurisdiction us --purpose healthcare --voice tts").out_lacks("apply us_tsr");
    folder.run("policy pick --jurisdiction ca --purpose sales --voice live").out_lacks("apply ca_crtc_adad");
    // What nobody but a few need says how that is stated.
    let run = folder.run("policy pick --jurisdiction us --purpose sales --voice live");
    run.out_has("apply us_medicare_tpmo").out_has("fact medicare = \"tpmo\" | \"none\"");
    // A value that is proposed breaks no rule of what is proposed with it.
    let run = folder.run("policy pick --jurisdiction us-fl,us-tx --purpose sales --voice tts");
    run.out_has("// fact hours = mon..sat 9:00..20:00, sun 12:00..20:00 or another");
    // A fact that none of the policies knows is left out.
    let run = folder.run("policy pick --jurisdiction us-oh --purpose debt --voice live");
    run.out_has("apply us_regf").out_lacks("fact voice");
    folder.run("policy pick --jurisdiction narnia").exits(2).err_has("no code of a country");
    folder.run("policy pick --jurisdiction us,").exits(2).err_has("no code of a country");
    folder.run("policy pick").exits(2).err_has("--jurisdiction");
    folder.run("policy pick --jurisdiction us --purpose gardening").exits(2).err_has("they know ");
    folder.run("policy pick --jurisdiction us --voice liv").exits(2).err_has("did you mean `live`");
}
