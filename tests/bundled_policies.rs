//! The policies that come with the compiler say of themselves what they are: in each file's head
//! whom to ask and what a flow has to state, above each rule where it is from and who has seen that.
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
use cxflowc::diagnostics::Severity;
use cxflowc::flow::policy::{Demand, Op, Policy, Rule};
use cxflowc::policy::bundled::{self, Bundled};

/// What a file's head says.
struct Head {
    /// What stands above the tags, a paragraph in a line.
    prose: Vec<String>,
    tags: BTreeMap<String, String>,
    /// Each fact with the example of a value, and its meaning.
    facts: BTreeMap<String, (String, String)>,
}

fn head(policy: &Bundled) -> Head {
    let mut head = Head { prose: vec![String::new()], tags: BTreeMap::new(), facts: BTreeMap::new() };
    let mut section = "";
    for line in policy.text.lines().take_while(|line| !line.is_empty()) {
        let line = line.strip_prefix("//").unwrap_or_else(|| panic!("{}: `{line}`", policy.name));
        match line.trim() {
            "" => head.prose.push(String::new()),
            "Tags" | "Facts" => section = line.trim(),
            "(none)" => {}
            text if section.is_empty() => {
                let paragraph = head.prose.last_mut().unwrap();
                write!(paragraph, "{}{text}", if paragraph.is_empty() { "" } else { " " }).unwrap();
            }
            text => {
                assert!(line.starts_with("   "), "{}: `{line}` stands three spaces in", policy.name);
                let (name, meaning) = text.split_once("  ").unwrap_or_else(|| panic!("`{text}`"));
                let meaning = meaning.trim().to_owned();
                let known = if section == "Tags" {
                    head.tags.insert(name.strip_prefix('@').unwrap().to_owned(), meaning).is_some()
                } else {
                    let (name, example) = name.split_once(" = ").unwrap();
                    head.facts.insert(name.to_owned(), (example.to_owned(), meaning)).is_some()
                };
                assert!(!known, "{}: `{name}` stands there twice", policy.name);
            }
        }
    }
    head.prose.retain(|paragraph| !paragraph.is_empty());
    head
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
    let cut = |line: &str, label: &str| {
        let line = line.strip_prefix(label).and_then(|rest| rest.strip_suffix('.'));
        line.unwrap_or_else(|| panic!("{}: `{label}…` and a full stop: {text}", rule.name)).to_owned()
    };
    let source = cut(source, "Source: ");
    // The source may have semicolons of its own.
    let at = STATUSES.iter().find_map(|status| source.find(&format!("; {status}")));
    let at = at.unwrap_or_else(|| panic!("{}: none of {STATUSES:?} in `{source}`", rule.name));
    let (source, status) = (source[..at].to_owned(), source[at + 2..].to_owned());
    Doc { sentence: sentence.to_owned(), source, status, evidence: cut(evidence, "Evidence: ") }
}

/// What a rule's source is worth: law, law that is not yet applied, or less than law.
const STATUSES: [&str; 6] = ["in-force", "stayed-until", "proposed", "policy", "standard", "guidance"];

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
            assert!(doc.status.contains("20"), "{name}: `{}` has no date", doc.status);
            assert!(EVIDENCE.iter().any(|one| doc.evidence.starts_with(one)), "{name}: {}", doc.evidence);
            // What has not become law, or was never meant to, does not stop a build.
            let open = doc.status.starts_with("proposed") || doc.status.starts_with("stayed-until");
            let stops = rule.severity == Severity::Error && !matches!(rule.demand, Demand::Oblige(_));
            assert!(!(open && stops && rule.from.is_none()), "{name} is {} and an error", doc.status);
        }
    }
}

#[test]
fn every_head_says_that_it_is_no_legal_advice_whom_to_ask_and_how_old_it_is() {
    for policy in bundled::ALL {
        let prose = head(policy).prose.join(" ");
        for words in ["What it is for: ", "It is no legal advice", "counsel", "Collected 2026-11-22"] {
            assert!(prose.contains(words), "{}: `{words}`", policy.name);
        }
    }
}

/// The tags that a rule speaks of, and the facts.
fn spoken_of(rule: &Rule, tags: &mut BTreeSet<String>, facts: &mut BTreeSet<String>) {
    match &rule.demand {
        Demand::Paths(form) => {
            let ops = form.selectors().flat_map(|selector| &selector.0);
            tags.extend(
                ops.filter_map(|op| if let Op::Tag(name) = op { Some(name.to_string()) } else { None }),
            );
        }
        Demand::Fact(comparison) => _ = facts.insert(comparison.fact.to_string()),
        Demand::Oblige(_) => {}
    }
    facts.extend(rule.when.iter().map(|when| when.fact.to_string()));
}

#[test]
fn every_head_lists_the_tags_and_facts_of_the_rules_and_no_others() {
    for bundled in bundled::ALL {
        let compiled = applied(bundled.name);
        let (mut tags, mut facts) = (BTreeSet::new(), BTreeSet::new());
        for rule in &policy(&compiled, bundled.name).rules {
            spoken_of(rule, &mut tags, &mut facts);
        }
        let head = head(bundled);
        assert_eq!(head.tags.into_keys().collect::<BTreeSet<_>>(), tags, "tags of {}", bundled.name);
        assert_eq!(head.facts.into_keys().collect::<BTreeSet<_>>(), facts, "facts of {}", bundled.name);
    }
}

/// The examples of a head are what its rules ask for: a flow that states them has no rule open.
#[test]
fn the_facts_of_a_head_can_be_stated_as_they_stand_there() {
    for bundled in bundled::ALL {
        let mut text = format!("flow \"A\"\nentry a\ndisconnect a\napply {}\n", bundled.name);
        for (name, (example, _)) in head(bundled).facts {
            writeln!(text, "fact {name} = {example}").unwrap();
        }
        let compiled = cxflowc::compile("a.cxflow", text);
        let codes: Vec<&str> = compiled.diagnostics.iter().map(|one| one.code.id).collect();
        assert!(codes.iter().all(|id| ["CX301", "CX302"].contains(id)), "{}: {codes:?}", bundled.name);
        let about_facts = compiled.diagnostics.iter().filter(|one| one.message.contains("the fact"));
        assert_eq!(about_facts.count(), 0, "{}", bundled.name);
    }
}

/// A tag that is one slip from another could not be told from a slip (CX407).
#[test]
fn no_tag_is_one_slip_from_another() {
    let heads = bundled::ALL.iter().map(head);
    let tags: BTreeSet<String> = heads.flat_map(|head| head.tags.into_keys()).collect();
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
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for policy in bundled::ALL {
        for (name, (example, meaning)) in head(policy).facts {
            let values = meaning.split('"').skip(1).step_by(2).map(str::to_owned);
            let mut values: BTreeSet<String> = values.collect();
            if example.starts_with('"') {
                assert!(values.contains(example.trim_matches('"')), "{}: {name} = {example}", policy.name);
            } else {
                values.insert(example.trim_matches(|one: char| one.is_ascii_digit()).to_owned());
            }
            let before = known.entry(name.clone()).or_insert_with(|| values.clone());
            assert_eq!(*before, values, "{}: {name}", policy.name);
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

/// A policy's part of `docs/policies.md`.
fn section(bundled: &Bundled) -> String {
    let compiled = applied(bundled.name);
    let policy = policy(&compiled, bundled.name);
    let head = head(bundled);
    let mut out = format!("## {}\n\n", bundled.name);
    writeln!(out, "**{}.**", policy.title.as_deref().unwrap_or(bundled.name)).unwrap();
    for paragraph in &head.prose {
        writeln!(out, "{paragraph}\n").unwrap();
    }
    if !head.tags.is_empty() {
        out.push_str("| tag | on what |\n|---|---|\n");
        for (name, meaning) in &head.tags {
            writeln!(out, "| `@{name}` | {} |", cell(meaning)).unwrap();
        }
        out.push('\n');
    }
    if !head.facts.is_empty() {
        out.push_str("| fact | meaning |\n|---|---|\n");
        for (name, (example, meaning)) in &head.facts {
            writeln!(out, "| `{name} = {example}` | {} |", cell(meaning)).unwrap();
        }
        out.push('\n');
    }
    out.push_str("| rule | what has to be so | source | status | evidence |\n|---|---|---|---|---|\n");
    for rule in &policy.rules {
        let doc = doc(&compiled, rule);
        let (mark, sentence) = match &rule.demand {
            Demand::Oblige(duty) => (", obligation", format!("{duty}.")),
            _ if rule.severity == Severity::Warning => (", warning", doc.sentence.clone()),
            _ => ("", doc.sentence.clone()),
        };
        let (source, status, evidence) = (cell(&doc.source), cell(&doc.status), capital(&doc.evidence));
        writeln!(out, "| `{}`{mark} | {} | {source} | {status} | {evidence} |", rule.name, cell(&sentence))
            .unwrap();
    }
    out
}

const MADE: &str =
    "<!-- From here on made of src/policy/bundled: UPDATE=1 cargo test --test bundled_policies -->\n";

/// `UPDATE=1 cargo test --test bundled_policies` rewrites the part that is made.
#[test]
fn the_page_of_policies_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/policies.md");
    let written = std::fs::read_to_string(path).unwrap();
    let (by_hand, made) = written.split_once(MADE).unwrap();
    let sections: Vec<String> = bundled::ALL.iter().map(section).collect();
    let sections = format!("\n{}", sections.join("\n"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{by_hand}{MADE}{sections}")).unwrap();
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
