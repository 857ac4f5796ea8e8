//! Rules that are said to contradict each other: no flow keeps both.

use std::cell::Cell;
use std::collections::BTreeSet;

use cxflowc::policy::{JudgedRule, RuleVerdict, VacuousKind};
use cxflowc::{Compiled, compile};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// A rule in the language, and what it is about.
#[derive(Debug, Clone)]
struct Asked {
    text: String,
    about: String,
}

fn selectors() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "@a",
        "@b",
        "@c",
        "@a",
        "@b",
        "disclosure",
        "agent",
        "play",
        "heard",
        "any",
        "not @a",
        "heard & not @a",
        "heard & not @b",
        "@a | @b",
        "@a & @b",
        "disclosure & not @b",
        "agent | @c",
        "collect",
        "callback | agent",
    ])
}

fn rules() -> impl Strategy<Value = Asked> {
    (0..11, selectors(), selectors(), selectors(), 0..3).prop_map(|(form, a, b, c, most)| {
        let [first, second] =
            [a, b].map(|of| if of.contains(' ') { format!("({of})") } else { of.to_owned() });
        let (text, about) = match form {
            0 => (format!("require {first}"), a),
            1 => (format!("require {first} on every path"), a),
            2 | 3 => (format!("require {first} before {second}"), b),
            4 => (format!("require {first} before {second} since {c}"), b),
            5 => (format!("require {first} after {second}"), b),
            6 => (format!("forbid {first}"), ""),
            7 => (format!("forbid {first} before {second}"), b),
            8 => (format!("forbid {first} after {second}"), b),
            9 => (format!("limit {most} {first}"), a),
            _ => (format!("limit 60min from {first} to {second}, and must occur"), a),
        };
        Asked { text, about: about.to_owned() }
    })
}

/// A flow of one path, whose nodes say several things. Whatever a call does in another flow, it does in one of these.
fn flows() -> impl Strategy<Value = String> {
    let tags = || prop::collection::vec(prop::sample::select(vec!["@a", "@b", "@c"]), 0..=1);
    let node = (prop::sample::select(vec!["play", "play", "disclosure", "agent", "disconnect"]), tags());
    let node = (node, prop::collection::vec(tags(), 1..=3));
    prop::collection::vec(node, 1..=5).prop_map(|nodes| {
        let mut text = "flow \"Any\"\nentry n0\n".to_owned();
        for (number, ((kind, tags), said)) in nodes.iter().enumerate() {
            text.push_str(&format!("{kind} n{number} {} {{", tags.join(" ")));
            for tags in said {
                text.push_str(&format!(" say \"Hello.\" {};", tags.join(" ")));
            }
            if *kind == "agent" {
                text.push_str(" route \"q\";");
            }
            let taken = if matches!(*kind, "agent" | "disconnect") { "on timeout " } else { "" };
            text.push_str(&format!(" {taken}-> n{} }}\n", number + 1));
        }
        text.push_str(&format!("disconnect n{}\n", nodes.len()));
        text
    })
}

fn compiled(flow: &str, rules: &[Asked]) -> Compiled {
    let lines = rules.iter().enumerate().map(|(number, rule)| format!("  r{number}: {}\n", rule.text));
    let policy = format!("policy any {{\n{}}}\napply any\n", lines.collect::<String>());
    compile("any.cxflow", format!("{flow}{policy}").as_str())
}

/// The verdicts on the rules.
fn judged(compiled: &Compiled) -> Vec<&JudgedRule> {
    let number = compiled.flow.policies.iter().position(|policy| &*policy.name == "any").unwrap();
    compiled.judged.iter().filter(|one| one.policy == number).collect()
}

/// The rules that contradict each other, by their numbers, the one first that a call must come to what it is about, and
/// the message.
fn told(compiled: &Compiled, rules: &[Asked]) -> Vec<(usize, usize, String)> {
    let findings = compiled.diagnostics.iter().filter(|finding| finding.code.id == "CX319");
    let of_house = findings.filter(|finding| finding.message.matches("`any/r").count() == 2);
    let pairs = of_house.map(|finding| {
        let mut numbers = finding
            .message
            .split("`any/r")
            .skip(1)
            .map(|rest| rest.split('`').next().and_then(|number| number.parse::<usize>().ok()).unwrap());
        let (one, other) = (numbers.next().unwrap(), numbers.next().unwrap());
        let is_about =
            |number: usize| finding.message.contains(&format!("comes to `{}` keeps", rules[number].about));
        let (first, second) = if is_about(one) { (one, other) } else { (other, one) };
        assert!(is_about(first), "{}", finding.message);
        (first, second, finding.message.to_string())
    });
    pairs.collect()
}

/// The tags that stand on silent steps.
fn silent(compiled: &Compiled) -> BTreeSet<String> {
    let mut tags = BTreeSet::new();
    for node in compiled.flow.nodes.rows() {
        let names = |tags: &[cxflowc::flow::Tag]| -> Vec<String> {
            tags.iter().map(|tag| tag.name.to_string()).collect()
        };
        if !node.is_heard() {
            tags.extend(names(&node.tags));
        }
        for action in node.actions.iter().filter(|action| !node.is_heard_at(action)) {
            tags.extend(names(&action.tags));
        }
    }
    tags
}

/// Whether a flow breaks neither rule, and some call comes to what the first one is about.
fn keeps([one, other]: [&JudgedRule; 2]) -> bool {
    let is_kept = |verdict: &RuleVerdict| match verdict {
        RuleVerdict::Holds { .. } => true,
        RuleVerdict::Vacuous(why) => {
            matches!(why.kind(), VacuousKind::NothingToCheck | VacuousKind::WithinOneStep)
        }
        _ => false,
    };
    matches!(one.verdict, RuleVerdict::Holds { .. }) && is_kept(&other.verdict)
}

#[test]
fn no_flow_keeps_rules_that_contradict_each_other() {
    let config = ProptestConfig {
        cases: 25,
        max_shrink_iters: 50,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let (findings, kept) = (Cell::new(0), Cell::new(0));
    let any = (prop::collection::vec(rules(), 10), prop::collection::vec(flows(), 40));
    let run = |(rules, flows): (Vec<Asked>, Vec<String>)| {
        let all: Vec<Compiled> = flows.iter().map(|flow| compiled(flow, &rules)).collect();
        let verdicts: Vec<Vec<&JudgedRule>> = all.iter().map(judged).collect();
        for flow in &all {
            for (one, other, message) in told(flow, &rules) {
                findings.set(findings.get() + 1);
                for ((another, text), judged) in all.iter().zip(&flows).zip(&verdicts) {
                    prop_assert!(
                        !keeps([judged[one], judged[other]]) || !silent(another).is_subset(&silent(flow)),
                        "{message}\nis said of `{}` and `{}`, but this keeps both:\n{text}",
                        rules[one].text,
                        rules[other].text
                    );
                }
            }
        }
        let pairs = verdicts.iter().filter(|judged| keeps([judged[0], judged[1]]));
        kept.set(kept.get() + pairs.count());
        Ok(())
    };
    TestRunner::new(config).run(&any, run).unwrap_or_else(|wrong| panic!("{wrong}"));
    let (findings, kept) = (findings.get(), kept.get());
    assert!(findings > 100 && kept > 50, "{findings} findings, {kept} flows keep both");
}
