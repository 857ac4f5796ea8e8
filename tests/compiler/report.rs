//! What the report says of a flow, and that its page and its JSON say the same.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
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
    (serde_json::to_value(&report).unwrap(), html::page(&report, &compiled, &options))
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
        ("violated", "is broken", "are broken"),
        ("waived", "is broken, and somebody", "are broken, and somebody"),
        ("obligation", "is a duty", "are duties"),
        ("vacuous", "has nothing to check", "have nothing to check"),
    ] {
        let said = match counts[verdict] {
            1 => format!("<li>1 rule {one}"),
            count => format!("<li>{count} rules {several}"),
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
        (date(2026, 12, 30), 1, ">1 day left</p>"),
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
    let section = |id: &str| {
        let (_, after) = page.split_once(&format!("<section id=\"{id}\"")).unwrap();
        after.split_once("</section>").unwrap().0.to_owned()
    };
    let memory = section("memory");
    assert!(memory.contains(">identity</code>") && !memory.contains(">optout</code>"));
    let estimates = section("estimates");
    assert!(estimates.contains(">short</code>") && !estimates.contains(">identity</code>"));
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
