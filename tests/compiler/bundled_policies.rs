//! The policies that come with the compiler say of themselves what they are: in each file's head
//! whom to ask, in its `expects` statements what a flow has to state, above each rule where it is from and who has seen that.
//! `docs/policies.md` is made of the same texts.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use cxflowc::Compiled;
use cxflowc::bundled::{self, Bundled};
use cxflowc::diagnostics::Severity;
use cxflowc::flow::policy::{Demand, Expects, Operator, Policy, Rule, Value};
use cxflowc::policy::{RuleDoc, STATUSES};
use cxflowc::report::{Report, ReportOptions};

#[path = "../harness/updated.rs"]
mod updated;

/// What stands above a policy in its file, a paragraph in a line.
fn prose(policy: &Bundled) -> Vec<String> {
    let mut prose = vec![String::new()];
    for line in policy.text.lines().take_while(|line| !line.is_empty()) {
        let line = line.strip_prefix("//").unwrap_or_else(|| panic!("{}: `{line}`", policy.name));
        match line.trim() {
            "" => prose.push(String::new()),
            "Tags" | "Facts" => panic!("{}: tags and facts are `expects` statements", policy.name),
            text => {
                let paragraph = prose.last_mut().unwrap();
                write!(paragraph, "{}{text}", if paragraph.is_empty() { "" } else { " " }).unwrap();
            }
        }
    }
    prose.retain(|paragraph| !paragraph.is_empty());
    prose
}

/// A fact that a policy expects: a value that it may have, the others, and what it means.
struct ExpectedFact {
    example: String,
    values: Vec<String>,
    meaning: String,
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Integer(number) => number.to_string(),
        Value::Duration(milliseconds) => cxflowc::spelling::display_duration(*milliseconds),
        Value::Date(date) => date.to_string(),
        Value::Times(times) => times.to_string(),
    }
}

fn expected_tags(policy: &Policy) -> BTreeMap<String, String> {
    let tag = |(name, one): (&str, &Expects)| (name.to_owned(), one.meaning.clone().unwrap().into());
    policy.expected_tags().map(tag).collect()
}

/// Each fact with a value that the rules ask for.
fn expected_facts(policy: &Policy) -> BTreeMap<String, ExpectedFact> {
    let fact = |(name, values): (&str, &[Value])| {
        let (expects, _) = policy.expected_fact(name).unwrap();
        let values: Vec<String> = values.iter().map(written).collect();
        let tests = |rule: &Rule| match &rule.demand {
            Demand::Fact(condition) => {
                condition.comparisons().find(|one| *one.fact == *name).and_then(|one| one.test.clone())
            }
            _ => None,
        };
        // What every `require fact` asks for does; else any does.
        let required: Vec<(Operator, Value)> = policy.rules.iter().filter_map(tests).collect();
        let refused = |value: &&String| {
            required
                .iter()
                .any(|(operator, other)| *operator == Operator::NotEqual && written(other) == **value)
        };
        let asked = required.iter().find(|(operator, _)| *operator != Operator::NotEqual);
        let asked = asked.map(|(_, value)| written(value));
        let is_day = policy
            .rules
            .iter()
            .any(|rule| rule.from_after.as_ref().is_some_and(|after| *after.fact == *name));
        let day = || is_day.then(|| "2026-11-05".to_owned());
        let example = asked.or_else(|| values.iter().rfind(|value| !refused(value)).cloned()).or_else(day);
        let meaning = expects.meaning.clone().unwrap().into();
        (name.to_owned(), ExpectedFact { example: example.unwrap(), values, meaning })
    };
    policy.expected_facts().map(fact).collect()
}

/// A policy as it applies to a flow.
fn applied(name: &str) -> Compiled {
    cxflowc::compile("a.cxflow", format!("flow \"A\"\nentry a\ndisconnect a\napply {name}\n"))
}

fn policy<'a>(compiled: &'a Compiled, name: &str) -> &'a Policy {
    compiled.flow.policies.iter().find(|one| &*one.name == name).unwrap()
}

/// What a doc comment says of its rule.
struct Doc {
    /// What must be so, and what to do.
    sentence: String,
    source: String,
    /// Since when, or how it stands.
    status: String,
    evidence: String,
}

fn doc(compiled: &Compiled, rule: &Rule) -> Doc {
    let text = compiled.sources.text(rule.doc.unwrap_or_else(|| panic!("{} has no doc comment", rule.name)));
    let lines: Vec<&str> = text.lines().map(|line| line.trim().trim_start_matches('/').trim()).collect();
    let [sentence, "", source, evidence] = lines[..] else { panic!("{}: {text}", rule.name) };
    for (line, label) in [(source, "Source: "), (evidence, "Evidence: ")] {
        assert!(
            line.starts_with(label) && line.ends_with('.'),
            "{}: `{label}…` and a full stop: {text}",
            rule.name
        );
    }
    let doc = RuleDoc::of(text);
    let status = doc.status.unwrap_or_else(|| panic!("{}: none of {STATUSES:?} in `{source}`", rule.name));
    let (source, evidence) = (doc.citation.unwrap(), doc.evidence.unwrap());
    Doc { sentence: sentence.to_owned(), source, status, evidence }
}

/// The last day on which somebody has collected what a policy says.
fn collected(policy: &Bundled) -> jiff::civil::Date {
    let prose = prose(policy).join(" ");
    let (_, since) = prose.split_once("Collected ").unwrap();
    let words = since.split([' ', ',', ';', '.']);
    let days = words.map_while(|word| match word {
        "and" | "to" | "" => Some(None),
        word => word.parse().ok().map(Some),
    });
    days.flatten().last().unwrap_or_else(|| panic!("{}: Collected on which day?", policy.name))
}

/// The status of a rule as it reads on that day: what begins later says so.
fn status_when_collected(bundled: &Bundled, compiled: &Compiled, rule: &Rule) -> String {
    let doc = RuleDoc::of(compiled.sources.text(rule.doc.unwrap()));
    doc.status_on(rule.from, collected(bundled)).unwrap()
}

/// How well it is known.
const EVIDENCE: [&str; 4] = [
    "seen in the official text",
    "seen in a secondary source only",
    "part seen, the rest from memory",
    "from memory, to be checked",
];

#[test]
fn every_rule_says_what_to_do_where_it_is_from_and_who_has_seen_that() {
    for bundled in bundled::ALL {
        let compiled = applied(bundled.name);
        for rule in &policy(&compiled, bundled.name).rules {
            let name = format!("{}/{}", bundled.name, rule.name);
            let doc = doc(&compiled, rule);
            assert!(
                doc.sentence.ends_with('.') && doc.sentence.contains([';', ':']),
                "{name}: {}",
                doc.sentence
            );
            assert!(!doc.source.is_empty(), "{name}");
            let begins = STATUSES.iter().filter(|status| doc.status.starts_with(*status)).count();
            assert_eq!(begins, 1, "{name}: {}", doc.status);
            // Nothing is lost, and nothing is torn apart.
            let whole = format!("Source: {}; {}.", doc.source, doc.status);
            assert!(compiled.sources.text(rule.doc.unwrap()).contains(&whole), "{name}: {whole}");
            for (open, close) in [('(', ')'), ('[', ']')] {
                let count = |sign| doc.source.matches(sign).count();
                assert_eq!(count(open), count(close), "{name}: {}", doc.source);
            }
            for status in STATUSES {
                assert!(!doc.source.contains(&format!("; {status},")), "{name}: {}", doc.source);
            }
            assert!(doc.status.contains("20"), "{name}: `{}` has no date", doc.status);
            assert!(EVIDENCE.iter().any(|one| doc.evidence.starts_with(one)), "{name}: {}", doc.evidence);
            // What nobody has seen in a primary text says so first.
            let is_unseen = [EVIDENCE[1], EVIDENCE[3]].iter().any(|one| doc.evidence.starts_with(one));
            let is_of_house = ["good practice", "the platform"].iter().any(|one| doc.source.starts_with(one));
            let says_so = doc.sentence.ends_with(" Not seen in a primary text.");
            assert_eq!(is_unseen && !is_of_house, says_so, "{name}: {}", doc.sentence);
            // What has not become law, or was never meant to, does not stop a build.
            let open = ["stayed-until", "adopted", "proposed"].iter().any(|one| doc.status.starts_with(one));
            let stops = rule.severity == Severity::Error && !matches!(rule.demand, Demand::Oblige(_));
            assert!(!(open && stops && rule.from.is_none()), "{name} is {} and an error", doc.status);
        }
    }
}

/// A citation and a status may have semicolons of their own.
#[test]
fn a_report_cites_each_rule_as_the_page_of_policies_does() {
    for bundled in bundled::ALL {
        let compiled = applied(bundled.name);
        let options = ReportOptions {
            as_of: collected(bundled),
            environment: None,
            params: BTreeMap::new(),
            voice: cxflowc::speech::Voice::default(),
            mask: str::to_owned,
        };
        let report = Report::of(&compiled, &options);
        for rule in &policy(&compiled, bundled.name).rules {
            let name = format!("{}/{}", bundled.name, rule.name);
            let (doc, reported) = (doc(&compiled, rule), report.rule(&name).unwrap());
            assert_eq!(reported.citation.as_ref(), Some(&doc.source), "{name}");
            let status = status_when_collected(bundled, &compiled, rule);
            assert_eq!(reported.status.as_ref(), Some(&status), "{name}");
            assert_eq!(reported.evidence.as_ref(), Some(&doc.evidence), "{name}");
        }
        if let Some(written) = report.rule("us_tcpa_prerecorded/consent_written") {
            assert_eq!(written.citation.as_deref(), Some("47 CFR 64.1200(a)(2), (a)(3)"));
            let status = "in-force, as of 2026-07. The Fifth Circuit let oral consent suffice (Bradford v. Sovereign Pest, 2026-02-25); this rule stays strict";
            assert_eq!(written.status.as_deref(), Some(status));
        }
    }
}

/// What begins on a later day is not called law on an earlier one.
#[test]
fn a_rule_that_begins_later_says_so_until_then() {
    let compiled = applied("us_ai_disclosure");
    let policy = policy(&compiled, "us_ai_disclosure");
    let rule = policy.rules.iter().find(|rule| &*rule.name == "colorado").unwrap();
    let text = compiled.sources.text(rule.doc.unwrap());
    let on = |year, month, day| {
        RuleDoc::of(text).status_on(rule.from, jiff::civil::date(year, month, day)).unwrap()
    };
    assert!(on(2026, 12, 1).starts_with("not yet in force; from 2027-01-01. It is challenged"));
    assert!(on(2027, 1, 1).starts_with("in-force, from 2027-01-01. It is challenged"));
    let shown = cxflowc::policy::comment_on(text, rule.from, jiff::civil::date(2026, 12, 1));
    assert!(shown.contains("in place of SB 24-205; not yet in force; from 2027-01-01. It is"), "{shown}");
    assert_eq!(shown.lines().count(), text.lines().count());
    // A stay and an adoption stay what they are.
    let compiled = applied("us_tcpa_prerecorded");
    let report = |day| {
        let options = ReportOptions {
            as_of: day,
            environment: None,
            params: BTreeMap::new(),
            voice: cxflowc::speech::Voice::default(),
            mask: str::to_owned,
        };
        Report::of(&compiled, &options)
    };
    let before = report(jiff::civil::date(2026, 12, 1));
    let status = |name: &str| before.rule(name).unwrap().status.clone().unwrap();
    assert!(
        status("us_tcpa_prerecorded/revoke_all")
            .starts_with("not yet in force; from 2027-01-31; stayed-until")
    );
    assert!(
        status("us_tcpa_prerecorded/revoke_scope").starts_with("adopted, on 2026-09-30, not in force before")
    );
    let change = "the rule us_tcpa_prerecorded/revoke_all comes into force";
    assert!(before.changes.iter().any(|one| one.day == "2027-01-31" && one.what.starts_with(change)));
}

#[test]
fn every_head_says_that_it_is_no_legal_advice_whom_to_ask_and_how_old_it_is() {
    for policy in bundled::ALL {
        let prose = prose(policy).join(" ");
        for words in ["What it is for: ", "legal advice", "counsel", "Collected 2026-11-"] {
            assert!(prose.contains(words), "{}: `{words}`", policy.name);
        }
        // Which edition it is, and who has read it, its block says.
        for words in ["Version 20", "eviewed by", "nobody yet"] {
            assert!(!prose.contains(words), "{}: `{words}`", policy.name);
        }
    }
}

#[test]
fn every_policy_says_which_edition_it_is_and_conflicts_with_others_that_are_there() {
    for bundled in bundled::ALL {
        let compiled = applied(bundled.name);
        let policy = policy(&compiled, bundled.name);
        assert!(policy.version.is_some(), "{}", bundled.name);
        for conflict in &policy.conflicts {
            let is_there = bundled::ALL.iter().any(|other| *other.name == *conflict.with);
            assert!(is_there && *conflict.with != *bundled.name, "{}: {}", bundled.name, conflict.with);
        }
    }
}

#[test]
fn every_policy_expects_the_tags_and_facts_of_its_rules_and_no_others() {
    for bundled in bundled::ALL {
        let compiled = applied(bundled.name);
        let policy = policy(&compiled, bundled.name);
        let tags: BTreeSet<&str> = policy.rules.iter().flat_map(Rule::tags).collect();
        let facts: BTreeSet<&str> = policy.rules.iter().flat_map(Rule::facts).collect();
        let expected = policy.expected_tags().map(|(name, _)| name).collect::<BTreeSet<_>>();
        assert_eq!(expected, tags, "tags of {}", bundled.name);
        let expected = policy.expected_facts().map(|(name, _)| name).collect::<BTreeSet<_>>();
        assert_eq!(expected, facts, "facts of {}", bundled.name);
        for one in &policy.expects {
            assert!(one.meaning.as_ref().is_some_and(|meaning| !meaning.is_empty()), "{one:?}");
        }
    }
}

/// What a rule compares a fact with is one of the values that the fact may have.
#[test]
fn every_value_that_a_rule_compares_with_is_expected() {
    for bundled in bundled::ALL {
        let compiled = applied(bundled.name);
        let policy = policy(&compiled, bundled.name);
        for comparison in policy.rules.iter().flat_map(Rule::comparisons) {
            let (_, values) = policy.expected_fact(&comparison.fact).unwrap();
            let Some((_, value)) = &comparison.test else { continue };
            let is_text = matches!(value, Value::Text(_));
            assert_eq!(values.is_empty(), !is_text, "{}: {}", bundled.name, comparison.fact);
            assert!(!is_text || values.contains(value), "{}: {comparison:?}", bundled.name);
        }
    }
}

/// The examples of the facts are what the rules ask for: a flow that states them has no rule open.
#[test]
fn the_facts_can_be_stated_as_they_are_expected() {
    for bundled in bundled::ALL {
        let mut text = format!("flow \"A\"\nentry a\ndisconnect a\napply {}\n", bundled.name);
        let declared = applied(bundled.name);
        for (name, fact) in expected_facts(policy(&declared, bundled.name)) {
            writeln!(text, "fact {name} = {}", fact.example).unwrap();
        }
        let compiled = cxflowc::compile("a.cxflow", text);
        let codes: Vec<&str> = compiled.diagnostics.iter().map(|one| one.code.id).collect();
        assert!(
            codes.iter().all(|id| ["CX301", "CX302", "CX413"].contains(id)),
            "{}: {codes:?}",
            bundled.name
        );
        let about_facts = compiled.diagnostics.iter().filter(|one| one.message.contains("the fact"));
        assert_eq!(about_facts.count(), 0, "{}", bundled.name);
    }
}

/// A tag that is one slip from another could not be told from a slip (CX407).
#[test]
fn tags_differ_by_more_than_one_slip() {
    let tags: BTreeSet<String> = bundled::ALL
        .iter()
        .flat_map(|bundled| expected_tags(policy(&applied(bundled.name), bundled.name)).into_keys())
        .collect();
    for tag in &tags {
        let flow = |other: &String| {
            format!(
                "flow \"A\"\nentry a\ndisclosure a {{ say \"Hello\" @{tag}; -> b }}\ndisconnect b\n\
                 policy p \"P\" {{ require @{other} before =a }}\napply p\n"
            )
        };
        for other in tags.iter().filter(|other| *other != tag) {
            let compiled = cxflowc::compile("a.cxflow", flow(other));
            let slips = compiled.diagnostics.iter().filter(|one| one.code.id == "CX407").count();
            assert_eq!(slips, 0, "@{tag} and @{other}");
        }
    }
}

/// One name means one thing, whichever policy speaks of it.
#[test]
fn a_fact_has_the_same_values_everywhere() {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for bundled in bundled::ALL {
        for (name, fact) in expected_facts(policy(&applied(bundled.name), bundled.name)) {
            let values = if fact.values.is_empty() {
                // Of what is no text the kind: times of days, `s`, or nothing of a number.
                let kind = fact.example.trim_matches(|one: char| one.is_ascii_digit());
                vec![if kind.contains("..") { "times" } else { kind }.to_owned()]
            } else {
                fact.values
            };
            let before = known.entry(name.clone()).or_insert_with(|| values.clone());
            assert_eq!(*before, values, "{}: {name}", bundled.name);
        }
    }
}

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Who has read a policy, and when.
fn reviewed(policy: &Policy) -> String {
    if policy.reviews.is_empty() {
        return "Reviewed by nobody yet.".to_owned();
    }
    let each: Vec<String> =
        policy.reviews.iter().map(|review| format!("{} on {}", review.by, review.on)).collect();
    format!("Reviewed by {}.", each.join(", "))
}

/// A policy's part of `docs/policies.md`.
fn section(bundled: &Bundled) -> String {
    let compiled = applied(bundled.name);
    let policy = policy(&compiled, bundled.name);
    let (tags, facts) = (expected_tags(policy), expected_facts(policy));
    let mut out = format!("## {}\n\n", bundled.name);
    writeln!(out, "**{}.**", policy.title.as_deref().unwrap_or(bundled.name)).unwrap();
    for paragraph in &prose(bundled) {
        writeln!(out, "{paragraph}\n").unwrap();
    }
    writeln!(out, "Version {}. {}\n", policy.version.unwrap(), reviewed(policy)).unwrap();
    for conflict in &policy.conflicts {
        writeln!(out, "Conflicts with [`{0}`](#{0}): {1}.\n", conflict.with, conflict.because).unwrap();
    }
    if !tags.is_empty() {
        out.push_str("| tag | on what |\n|---|---|\n");
        for (name, meaning) in &tags {
            writeln!(out, "| `@{name}` | {} |", cell(meaning)).unwrap();
        }
        out.push('\n');
    }
    if !facts.is_empty() {
        out.push_str("| fact | values | meaning |\n|---|---|---|\n");
        for (name, fact) in &facts {
            let values: Vec<String> = fact.values.iter().map(|value| format!("`{value}`")).collect();
            let values =
                if values.is_empty() { format!("such as `{}`", fact.example) } else { values.join(", ") };
            writeln!(out, "| `{name}` | {values} | {} |", cell(&fact.meaning)).unwrap();
        }
        out.push('\n');
    }
    out.push_str("| rule | what must hold | source | status | evidence |\n|---|---|---|---|---|\n");
    for rule in &policy.rules {
        let doc = doc(&compiled, rule);
        let (mark, sentence) = match &rule.demand {
            Demand::Oblige(duty) => (", obligation", format!("{duty}.")),
            _ if rule.severity == Severity::Warning => (", warning", doc.sentence.clone()),
            _ => ("", doc.sentence.clone()),
        };
        let status = cell(&status_when_collected(bundled, &compiled, rule));
        let (source, evidence) = (cell(&doc.source), capital(&doc.evidence));
        writeln!(out, "| `{}`{mark} | {} | {source} | {status} | {evidence} |", rule.name, cell(&sentence))
            .unwrap();
    }
    out
}

const MADE: &str = "<!-- From here on made of src/bundled: UPDATE=1 cargo test --test bundled_policies -->\n";

/// `UPDATE=1 cargo test --test bundled_policies` rewrites the part that is made.
#[test]
fn the_page_of_policies_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policies.md");
    let written = std::fs::read_to_string(path).unwrap();
    let (by_hand, made) = written.split_once(MADE).unwrap();
    let sections: Vec<String> = bundled::ALL.iter().map(section).collect();
    let sections = format!("\n{}", sections.join("\n"));
    if updated::is_wanted() {
        updated::write(path.as_ref(), &format!("{by_hand}{MADE}{sections}"));
        return;
    }
    assert!(
        made == sections,
        "docs/policies.md is out of date: run `UPDATE=1 cargo test --test bundled_policies`"
    );
    assert!(by_hand.contains("No policy is legal advice."));
    for policy in bundled::ALL {
        assert!(
            by_hand.contains(&format!("[`{0}`](#{0})", policy.name)),
            "the contents lack {}",
            policy.name
        );
    }
}
