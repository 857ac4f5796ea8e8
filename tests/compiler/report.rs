//! What the report says of a flow, and that its page and its JSON say the same.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::collections::BTreeSet;

use cxflowc::report::{Report, ReportOptions, html};
use cxflowc::{Compiled, Options, Source, compile_with};
use jiff::civil::{Date, date};
use serde_json::Value;

const FLOW: &str = r#"flow "Renewal"
entry notice
fact consent = "express"
disclosure notice @identity { say "This is Lakeside Insurance." }
collect menu "Press 1 for an agent, 9 to opt out." retries 1 {
  on 1 -> desk
  on 9 -> stopped
  on timeout | invalid -> bye
}
play stopped @optout { say "We will not call again." }
agent desk "front-desk"
disconnect bye
notice -> menu
stopped -> bye

policy house "House rules" {
  expects fact consent = "express" | "none" "who agreed"
  expects fact contract "the number of the contract"
  expects @identity "who calls"
  /// Say who calls before anybody talks.
  ///
  /// Source: House book 4(a); in-force, as of 2026-01.
  /// Evidence: from memory, to be checked.
  identity: require @identity before agent
  /// Evidence: seen in the official text.
  optout: require @optout reachable from collect within 1 key
  quiet: forbid voicemail after agent
  warn short: limit 1s to agent
  consent: require fact consent = "none"
  later: require @identity from 2027-01-15
  agreed: require fact consent
  keep: oblige "keep the recordings for two years"
}
waive house/consent because "the form comes in May" by "k.roe" until 2026-12-31
apply house
test "an agent" on 1 -> menu -> desk
test "stops" on 9 -> stopped -> desk
"#;

/// The day of most reports.
const DAY: Date = date(2026, 11, 29);

struct NoFiles;

impl cxflowc::Files for NoFiles {
    fn read(&self, _: &std::path::Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

fn compiled(flow: &str, day: Date) -> Compiled {
    let mut options = Options::default();
    options.as_of = Some(day);
    compile_with(Source::new("a.cxflow", "a.cxflow", flow.into()), &NoFiles, &options)
}

fn options(day: Date) -> ReportOptions {
    ReportOptions {
        as_of: day,
        environment: None,
        params: std::collections::BTreeMap::default(),
        voice: cxflowc::speech::Voice::default(),
        mask: str::to_owned,
    }
}

/// The report on a flow as JSON, and its page.
fn report(flow: &str, day: Date) -> (Value, String) {
    let compiled = compiled(flow, day);
    let options = options(day);
    let report = Report::of(&compiled, &options);
    let page = html::page(&report, &compiled, &options);
    (serde_json::to_value(&report).unwrap(), as_read(&page))
}

/// A page without what says where its lines may break.
fn as_read(page: &str) -> String {
    page.replace("<wbr>", "").replace("<span class=\"whole\">", "").replace("</span>", "")
}

/// A section of a page.
fn section(page: &str, id: &str) -> String {
    let (_, after) = page.split_once(&format!("<section id=\"{id}\"")).unwrap();
    after.split_once("</section>").unwrap().0.to_owned()
}

/// The line at the top that says whether a report can be signed, with the class that gives its colour.
fn state(page: &str) -> String {
    let (_, after) = page.split_once("<p class=\"state").unwrap();
    let (class, after) = after.split_once("\">").unwrap();
    format!("{}: {}", class.trim_start(), after.split_once("</p>").unwrap().0)
}

/// A rule of the policy `house`.
fn rule<'r>(report: &'r Value, name: &str) -> &'r Value {
    let policies = report["policies"].as_array().unwrap();
    let house = policies.iter().find(|policy| policy["name"] == "house").unwrap();
    house["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == name).unwrap()
}

#[test]
fn each_rule_has_its_source_its_verdict_and_what_shows_it() {
    let (report, page) = report(FLOW, DAY);
    let identity = rule(&report, "identity");
    assert_eq!(identity["about"][0], "Say who calls before anybody talks.");
    assert_eq!(identity["citation"], "House book 4(a)");
    assert_eq!(identity["status"], "in-force, as of 2026-01");
    assert_eq!(identity["verdict"], "holds");
    assert_eq!(identity["path"], "notice -> menu -> desk");
    assert_eq!(identity["from_memory"], true);
    let optout = rule(&report, "optout");
    assert_eq!((&optout["verdict"], &optout["from_memory"]), (&Value::from("holds"), &Value::from(false)));
    assert_eq!(rule(&report, "quiet")["verdict"], "holds");
    assert_eq!(rule(&report, "later")["verdict"], "vacuous");
    let short = rule(&report, "short");
    assert_eq!((&short["verdict"], &short["severity"]), (&Value::from("violated"), &Value::from("warning")));
    assert_eq!(short["path"], "notice -> menu -> desk");
    assert_eq!(short["estimated"], true);
    assert_eq!(rule(&report, "consent")["verdict"], "waived");
    let agreed = rule(&report, "agreed");
    assert_eq!((&agreed["verdict"], &agreed["place"]["line"]), (&Value::from("holds"), &Value::from(3)));
    assert_eq!(rule(&report, "keep")["verdict"], "obligation");
    for said in [
        "House book 4(a)",
        "by the fact in a.cxflow:3",
        "for instance on notice -&gt; menu -&gt; desk",
        "keep the recordings",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn the_page_counts_what_the_json_lists() {
    let (report, page) = report(FLOW, DAY);
    let rules =
        report["policies"].as_array().unwrap().iter().flat_map(|one| one["rules"].as_array().unwrap());
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for rule in rules {
        *counts.entry(rule["verdict"].as_str().unwrap()).or_default() += 1;
    }
    for (verdict, one, several) in [
        ("holds", "holds on every path", "hold on every path"),
        ("violated", "is broken<", "are broken<"),
        ("waived", "is broken, and somebody", "are broken, and somebody"),
        ("obligation", "is a duty", "are duties"),
        ("vacuous", "does not apply", "do not apply"),
    ] {
        let said = match counts[verdict] {
            1 => format!("\">1 rule {one}"),
            count => format!("\">{count} rules {several}"),
        };
        assert!(page.contains(&said), "{said}");
    }
    // Every text of a list is on the page, too.
    for list in ["facts", "missing_facts", "tags", "waivers"] {
        for one in report[list].as_array().unwrap() {
            let name = one.get("name").or(one.get("rule")).unwrap().as_str().unwrap();
            assert!(page.contains(name), "{list}: {name}");
        }
    }
}

#[test]
fn what_is_stated_and_what_is_not() {
    let (report, page) = report(FLOW, DAY);
    let fact = &report["facts"][0];
    assert_eq!((fact["name"].as_str(), fact["value"].as_str()), (Some("consent"), Some("\"express\"")));
    assert_eq!(fact["place"]["line"], 3);
    assert_eq!(report["missing_facts"][0]["name"], "contract");
    assert!(page.contains("a.cxflow:3"));
    let tags = report["tags"].as_array().unwrap();
    assert_eq!(tags[0]["name"], "identity");
    assert_eq!(tags[0]["steps"][0]["words"], "say \"This is Lakeside Insurance.\"");
    // What no policy applies to is named.
    let missing = report["not_applied"].as_array().unwrap();
    assert!(missing.iter().any(|one| one["name"] == "us_tsr"));
    assert!(page.contains("US Telemarketing Sales Rule"));
}

#[test]
fn a_text_keeps_its_lines_and_a_step_stands_once_behind_a_tag() {
    let flow = FLOW
        .replace("fact consent", "contact first @name lasts 1s\ncontact last @name lasts 1s\nfact consent")
        .replace("\"Press 1 for an agent,", "\"{first} {last}, press 1 for an agent,\\n");
    let flow = flow.replace("apply house", "apply house\npolicy own { expects @name \"a name\" }\napply own");
    let (report, page) = report(&flow, DAY);
    let tags = report["tags"].as_array().unwrap();
    let name = tags.iter().find(|tag| tag["name"] == "name").unwrap();
    assert_eq!(name["steps"].as_array().unwrap().len(), 1, "{name}");
    assert!(page.contains("press 1 for an agent,</p><p dir=\"auto\"> 9 to opt out.</p>"), "{page}");
}

#[test]
fn what_changes_within_90_days() {
    let days = |day| {
        let changes = report(FLOW, day).0["changes"].as_array().unwrap().clone();
        changes
            .iter()
            .map(|one| (one["days"].as_i64().unwrap(), one["what"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let of_rule = "the rule house/later comes into force".to_owned();
    let of_waiver = "the waiver of house/consent by k.roe no longer applies".to_owned();
    assert_eq!(days(DAY), [(33, of_waiver.clone()), (47, of_rule.clone())]);
    assert_eq!(days(date(2026, 10, 3)), [(90, of_waiver)]);
    assert_eq!(days(date(2027, 1, 14)), [(1, of_rule)]);
    assert_eq!(days(date(2027, 1, 15)), []);
}

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
fn what_rests_on_memory_and_on_estimates_is_listed() {
    let (_, page) = report(FLOW, DAY);
    let memory = section(&page, "memory");
    assert!(memory.contains(">identity</code>") && !memory.contains(">optout</code>"));
    let estimates = section(&page, "estimates");
    assert!(estimates.contains(">short</code>") && !estimates.contains(">identity</code>"));
    // What to measure is named, and why the rule is broken.
    assert!(
        estimates.contains("This is Lakeside Insurance.") && estimates.contains("a.cxflow:4"),
        "{estimates}"
    );
    assert!(estimates.contains("notice -&gt; menu -&gt; desk"), "{estimates}");
}

#[test]
fn tests_are_run_and_counted() {
    let (report, page) = report(FLOW, DAY);
    assert_eq!(report["tests"]["tests"][0]["passed"], true);
    assert_eq!(report["tests"]["tests"][1]["passed"], false);
    assert!(page.contains("1 test passed, 1 failed. Those that passed cover 3 of 5 nodes"), "{page}");
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

#[test]
fn hostile_texts_are_text() {
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&'";
    let long = "x".repeat(1000);
    let flow = FLOW
        .replace("Renewal", hostile)
        .replace(
            "This is Lakeside Insurance.",
            &format!("{hostile} \u{645}\u{631}\u{62d}\u{628}\u{627} {long}"),
        )
        .replace("House book 4(a)", "</td><script>alert(3)</script>")
        .replace("House rules", hostile)
        .replace("k.roe", hostile)
        .replace("the form comes in May", hostile)
        .replace("who agreed", hostile)
        .replace("\"an agent\"", &format!("\"{hostile}\""))
        .replace("keep the recordings", hostile);
    let (report, page) = report(&flow, DAY);
    assert_eq!(report["identity"]["flow"], hostile);
    for markup in ["<script>alert", "</script><", "<img", "</td><script"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;img src=x onerror=alert(2)&gt;&amp;&#39;") && page.contains(&long));
}

#[test]
fn the_same_flow_gives_the_same_bytes() {
    let (first, second) = (report(FLOW, DAY), report(FLOW, DAY));
    assert_eq!(first.1, second.1);
    assert_eq!(first.0.to_string(), second.0.to_string());
}

#[test]
fn secrets_are_masked_on_the_page() {
    let compiled = compiled(FLOW, DAY);
    let options = ReportOptions { mask: |text| text.replace("Lakeside", "********"), ..options(DAY) };
    let page = html::page(&Report::of(&compiled, &options), &compiled, &options);
    assert!(!page.contains("Lakeside") && page.contains("********"));
}

/// The transitions that the paths of a report take, as `from on event -> to`.
fn taken(report: &Value) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    for path in report["sheet"]["paths"].as_array().unwrap() {
        for pair in path["steps"].as_array().unwrap().windows(2) {
            taken.insert(format!("{} on {} -> {}", pair[0]["node"], pair[0]["then"], pair[1]["node"]));
        }
    }
    taken
}

#[test]
fn few_paths_are_all_listed() {
    let (report, _) = report(FLOW, DAY);
    let sheet = &report["sheet"];
    assert_eq!((&sheet["is_whole"], sheet["paths"].as_array().unwrap().len()), (&Value::from(true), 3));
    assert_eq!(taken(&report).len(), 5);
}

#[test]
fn of_many_paths_some_take_every_transition() {
    // 3^8 paths through 8 menus.
    let mut flow =
        "flow \"A\"\nentry n0\ndisclosure n0 { say \"Hello.\" }\nn0 -> m0\ndisconnect m8\n".to_owned();
    for number in 0..8 {
        let next = number + 1;
        flow.push_str(&format!(
            "collect m{number} \"Press 1 or 2.\" {{ on 1 -> m{next}; on 2 -> p{number}; on timeout | invalid -> q{number} }}\n\
             play p{number} {{ say \"One.\"; -> m{next} }}\nplay q{number} {{ say \"Two.\"; -> m{next} }}\n"
        ));
    }
    let (report, page) = report(&flow, DAY);
    let sheet = &report["sheet"];
    assert_eq!((&sheet["is_whole"], &sheet["transitions_left_out"]), (&Value::from(false), &Value::from(0)));
    assert_eq!(report["identity"]["paths"], "6561");
    assert_eq!(taken(&report).len(), 1 + 8 * 5);
    assert!(page.contains("that together take every transition"));
}

#[test]
fn calls_in_a_cycle_have_paths_too() {
    let flow = FLOW.replace("stopped -> bye", "stopped -> menu");
    let compiled = compiled(&flow, DAY);
    let report = serde_json::to_value(Report::of(&compiled, &options(DAY))).unwrap();
    assert_eq!(report["sheet"]["is_whole"], false);
    assert_eq!(taken(&report).len(), 5);
}

#[test]
fn a_list_that_would_be_too_long_says_what_is_left_out() {
    let mut flow = "flow \"A\"\nentry m0\ndisconnect bye\n".to_owned();
    for number in 0..1000 {
        let next = if number == 999 { "bye".to_owned() } else { format!("m{}", number + 1) };
        flow.push_str(&format!(
            "collect m{number} \"Press 1.\" {{ on 1 -> {next}; on timeout | invalid -> bye }}\n"
        ));
    }
    let (report, page) = report(&flow, DAY);
    let left_out = report["sheet"]["transitions_left_out"].as_u64().unwrap();
    assert_eq!(taken(&report).len() as u64 + left_out, 2000);
    assert!(left_out > 0 && page.contains(&format!("{left_out} transitions left out")));
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
    for (lines, said) in [
        (
            attested,
            ": This can be signed: every rule is decided, none is broken and every obligation is attested.",
        ),
        ("", "open: This is not ready to be signed: nobody attests the only obligation."),
        (
            &broken,
            "open: This is not ready to be signed: 1 rule is broken, which its policy calls a warning.",
        ),
        (
            &waived,
            "open: This can be signed: every rule is decided, 1 rule is broken and waived and every obligation is attested.",
        ),
        (&undecided, "open: This is not ready to be signed: 1 rule is not decided."),
        (
            &format!("{attested}test \"stops\" on 9 -> stopped -> desk\n"),
            "open: This is not ready to be signed: 1 test of the flow fails.",
        ),
    ] {
        let (_, page) = report(&settled(lines), DAY);
        assert_eq!(state(&page), said, "{lines}");
        let counts = page.split_once("<ul class=\"counts\">").unwrap().1.split_once("</ul>").unwrap().0;
        let link = "<a href=\"#waivers\">1 rule is broken, and somebody answers for it</a>";
        assert_eq!(counts.contains(link), lines == waived, "{counts}");
    }
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
fn a_rule_without_words_is_shown_as_a_rule_and_a_missing_fact_with_a_value() {
    let flow = FLOW.replace("  agreed: require", "  early: require fact hour >= 8\n  agreed: require");
    let flow = flow.replace(
        "  expects fact contract",
        "  expects fact hour \"the hour of the first call\"\n  expects fact contract",
    );
    let (report, page) = report(&flow, DAY);
    assert!(section(&page, "rules").contains("Its policy has no words for it. The rule is:</p>\n<code dir=\"auto\">quiet: forbid voicemail after agent</code>"));
    let hour =
        report["missing_facts"].as_array().unwrap().iter().find(|fact| fact["name"] == "hour").unwrap();
    assert_eq!(hour["example"], "8");
    assert!(section(&page, "facts").contains(">such as 8</p>"), "{page}");
}

#[test]
fn lines_break_at_separators_and_not_within_dates_and_arrows() {
    let compiled = compiled(FLOW, DAY);
    let options = options(DAY);
    let page = html::page(&Report::of(&compiled, &options), &compiled, &options);
    for said in [
        "<td class=\"short\"><code dir=\"auto\">house/consent</code></td>",
        "<code dir=\"auto\">bundled/<wbr>baseline.<wbr>cxflow</code>",
        "<span class=\"whole\">2026-12-31</span>",
        "notice <span class=\"whole\">-&gt;</span> menu",
        "<td class=\"long\">",
    ] {
        assert!(page.contains(said), "{said}");
    }
    // Of what has no separator, pieces of equal length.
    let hash = Report::of(&compiled, &options).identity.payload_sha256.unwrap();
    let pieces: Vec<&str> = (0..4).map(|at| &hash[16 * at..16 * (at + 1)]).collect();
    assert!(page.contains(&pieces.join("<wbr>")), "{hash}");
    // What is read aloud, as the label of a table is, has no markup in it.
    assert!(!page.contains("aria-label=\"<") && !page.contains("&lt;wbr"));
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

/// A declared kind whose plain arrow leads back is looked at in the copies that `again` makes, too.
#[test]
fn a_declared_kind_on_a_bounded_cycle_has_a_report() {
    let flow = r#"flow "Retry"
entry notice
disclosure notice { say "This is Lakeside."; -> find }
kind look type "web" {
  outcome found, missing
}
look find { on found -> find again 2 else bye; -> find again 1 else desk }
agent desk "front_desk"
disconnect bye
"#;
    let (json, page) = report(flow, DAY);
    assert!(json.to_string().contains("find"), "{json}");
    assert!(page.contains("find"));
}

#[test]
fn hours_and_values_are_in_the_report() {
    let flow = r##"flow "Payments"
entry now
var account
var balance
hours desk_hours in "America/New_York" { mon..fri 9:00..12:00, 13:00..17:00; sat 10:00..13:00; closed 2026-12-25; open 2026-12-24 9:00..12:00 }
kind lookup type "web_service" {
  with url: url
  sets balance on found
  outcome found, failed
}
decide now { when open desk_hours -> ask; else -> bye }
collect ask "Your account number, then pound." digits 6..10 end "#" into account { on entered -> find; on timeout | invalid -> bye }
lookup find with url = "https://crm.example.com/a" { on found -> owed; on failed -> bye }
play owed { say "Account ${account}: you owe ${balance}."; -> bye }
disconnect bye
"##;
    let (json, page) = report(flow, DAY);
    assert_eq!(
        json["hours"],
        serde_json::json!([{
            "name": "desk_hours",
            "zone": "America/New_York",
            "week": ["mon..fri 9:00..12:00, 13:00..17:00", "sat 10:00..13:00", "sun closed"],
            "days": ["2026-12-24 9:00..12:00", "2026-12-25 closed"],
            "place": { "file": "a.cxflow", "line": 5 },
        }])
    );
    let does = |node: &str| {
        let values = json["values"].as_array().unwrap();
        values.iter().find(|value| value["node"] == node).map(|value| value["does"].clone())
    };
    assert_eq!(does("ask"), Some(serde_json::json!(["digits 6..10 end \"#\" into account"])));
    assert_eq!(
        does("find"),
        Some(serde_json::json!([
            "action \"web_service\" with url = \"https://crm.example.com/a\"",
            "sets balance on found"
        ]))
    );
    assert_eq!(does("owed"), None);
    for (id, words) in [("hours", "sat 10:00..13:00"), ("values", "sets balance on found")] {
        assert!(section(&page, id).contains(words), "{words} is not in {}", section(&page, id));
    }
    let (json, page) = report(FLOW, DAY);
    assert_eq!((&json["hours"], &json["values"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert!(section(&page, "hours").contains("The flow asks for none."));
}

#[test]
fn paths_are_counted_by_what_calls_are_reported_as() {
    let flow = r#"flow "Stop"
entry notice
/// The party asked for it.
dispositions OPT_OUT, HEARD
disclosure notice { say "This is Lakeside." }
collect menu "To stop, press 9." {
  on 9 -> stopped
  on timeout | invalid -> bye
}
disconnect stopped disposition OPT_OUT
disconnect bye
notice -> menu
notice -> bye on failed disposition HEARD
"#;
    let (report, page) = report(flow, date(2026, 11, 29));
    assert_eq!(
        report["dispositions"],
        serde_json::json!([
            {"disposition": "OPT_OUT", "meaning": ["The party asked for it."], "paths": "1", "given": ["stopped"]},
            {"disposition": "HEARD", "meaning": ["The party asked for it."], "paths": "1", "given": ["notice on failed -> bye"]},
            {"disposition": null, "meaning": [], "paths": "1", "given": []},
        ])
    );
    let reported = |at: usize| report["sheet"]["paths"][at]["disposition"].clone();
    let all: Vec<Value> = (0..3).map(reported).collect();
    assert!(all.contains(&"OPT_OUT".into()) && all.contains(&"HEARD".into()) && all.contains(&Value::Null));
    let section = section(&page, "dispositions");
    for word in ["OPT_OUT", "HEARD", "none", "stopped", "The party asked for it."] {
        assert!(section.contains(word), "{word}: {section}");
    }
    assert!(page.contains(", reported as OPT_OUT"), "{page}");
}
