//! What the report says of a flow, and that its page and its JSON say the same.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod calls;
mod signing;

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
  /// Evidence: seen in a secondary source only.
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
    assert_eq!(identity["kept_by"], "notice");
    assert_eq!((&identity["from_memory"], &identity["from_secondary"]), (&true.into(), &false.into()));
    let optout = rule(&report, "optout");
    assert_eq!((&optout["verdict"], &optout["from_memory"]), (&Value::from("holds"), &Value::from(false)));
    assert_eq!((&optout["from_secondary"], &optout["kept_by"]), (&true.into(), &"stopped".into()));
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
        "kept by notice, for instance on notice -&gt; menu -&gt; desk",
        "Somebody talks in <code dir=\"auto\">desk</code>, now or in a call back, and what is said there is not in the flow.",
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
fn what_rests_on_memory_on_secondary_sources_and_on_estimates_is_listed() {
    let (_, page) = report(FLOW, DAY);
    let memory = section(&page, "memory");
    assert!(memory.contains(">identity</code>") && !memory.contains(">optout</code>"));
    let secondary = section(&page, "secondary");
    assert!(secondary.contains(">optout</code>") && !secondary.contains(">identity</code>"));
    let estimates = section(&page, "estimates");
    assert!(estimates.contains(">short</code>") && !estimates.contains(">identity</code>"));
    // What to measure is named, and why the rule is broken.
    assert!(
        estimates.contains("This is Lakeside Insurance.") && estimates.contains("a.cxflow:4"),
        "{estimates}"
    );
    assert!(estimates.contains("notice -&gt; menu -&gt; desk"), "{estimates}");
}

/// A prompt on which no verdict by an estimate depends need not be measured.
#[test]
fn only_what_a_verdict_rests_on_is_to_be_measured() {
    let flow = "flow \"A\"\nentry notice\napply own\npolicy own \"Own\" { opening: limit 30s to end of @name }\n\
                disclosure notice {\n  say \"Hello\"\n  say \"This is Lakeside.\" @name\n  \
                say \"The rest is long and is not asked for.\"\n  -> menu\n}\n\
                collect menu \"Press 1.\" { on 1 -> bye; on timeout | invalid -> bye }\n\
                disconnect bye { say \"Goodbye for today.\" }\n";
    let (_, page) = report(flow, DAY);
    let estimates = section(&page, "estimates");
    for measured in ["Hello", "This is Lakeside."] {
        assert!(estimates.contains(measured), "{measured}: {estimates}");
    }
    for other in ["The rest is long", "Press 1.", "Goodbye for today."] {
        assert!(!estimates.contains(other), "{other}: {estimates}");
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
fn what_agents_say_is_told_from_what_is_heard() {
    let day = jiff::civil::date(2026, 11, 29);
    let flow = "flow \"A\"\nentry notice\ndisclosure notice { say \"Hi.\" }\nagent desk \"q\" {\n  \
                script \"This is Lakeside.\" @identity language \"en\"\n  on busy -> bye\n}\ndisconnect bye\nnotice -> desk\n";
    let (json, page) = report(flow, day);
    assert_eq!(json["scripts"][0]["text"], "This is Lakeside.", "{json}");
    assert_eq!(json["scripts"][0]["node"], "desk");
    assert_eq!(json["scripts"][0]["language"], "en");
    assert_eq!(json["scripts"][0]["tags"][0], "identity");
    assert_eq!(json["tags"][0]["steps"][0]["words"], "script \"This is Lakeside.\"");
    assert!(section(&page, "prompts").contains("What agents say"), "{page}");
    let calls = section(&page, "calls");
    assert!(calls.contains("agent: “This is Lakeside.”"), "{calls}");
    assert!(calls.contains("agent, if one takes the call: “This is Lakeside.”"), "{calls}");
    assert!(json.get("unscripted").is_none() && !page.contains("Somebody talks"), "{json}");
    let (without, page) =
        report(&flow.replace("  script \"This is Lakeside.\" @identity language \"en\"\n", ""), day);
    assert!(without.get("scripts").is_none(), "{without}");
    assert_eq!(without["unscripted"][0], "desk", "{without}");
    assert!(section(&page, "prompts").contains("Somebody talks in <code dir=\"auto\">desk</code>"), "{page}");
    assert_eq!(without["identity"]["payload_sha256"], json["identity"]["payload_sha256"], "nothing is sent");
}

#[test]
fn a_rule_that_holds_names_the_node_that_keeps_it() {
    let flow = |rule: &str| {
        format!(
            "flow \"A\"\nentry a\ndisclosure a {{ say \"This is Lakeside.\" @identity }}\n\
             play b {{\n  say \"Stay on the line.\"\n  say \"It is a call to sell.\" @pitch\n}}\n\
             collect menu \"Press 1 for an agent, 9 to stop.\" {{\n  on 1 -> desk\n  on 9 -> stop\n  \
             on timeout | invalid -> bye\n}}\n\
             play stop @optout {{ say \"Done.\" }}\nagent desk \"q\"\ndisconnect bye\na -> b -> menu\nstop -> bye\n\
             apply house\npolicy house {{\n  r: {rule}\n}}\n"
        )
    };
    for (text, kept_by) in [
        ("require @identity before agent", Some("a")),
        ("require @pitch before agent", Some("b")),
        ("require disclosure before @pitch", Some("a")),
        ("require @identity before or with @identity", Some("a")),
        ("require collect after @pitch", Some("menu")),
        ("require @optout reachable from collect within 1 key", Some("stop")),
        ("require @identity", Some("a")),
        ("require @pitch on every path", Some("b")),
        ("forbid voicemail after agent", None),
        ("limit 1 @pitch", None),
        ("limit 3 @identity", None),
        ("limit depth 9", None),
    ] {
        let (report, _) = report(&flow(text), DAY);
        let rule = rule(&report, "r");
        assert_eq!((&rule["verdict"], rule["kept_by"].as_str()), (&"holds".into(), kept_by), "{text}");
    }
}
