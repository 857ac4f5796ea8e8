//! Rules that are said to contradict each other: no flow keeps both.

use std::cell::Cell;
use std::collections::BTreeSet;

use cxflowc::policy::{JudgedRule, RuleVerdict, VacuousKind};
use cxflowc::{Compiled, compile};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::models::{Model, models};

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

fn compiled(model: &Model, rules: &[Asked; 2]) -> Compiled {
    let [one, two] = rules;
    let policy = format!("policy any {{\n  one: {}\n  two: {}\n}}\napply any\n", one.text, two.text);
    compile("any.cxflow", format!("{}{policy}", model.spoken().text()).as_str())
}

/// The verdicts on both rules.
fn judged(compiled: &Compiled) -> [&JudgedRule; 2] {
    let number = compiled.flow.policies.iter().position(|policy| &*policy.name == "any").unwrap();
    let mut of_policy = compiled.judged.iter().filter(|one| one.policy == number);
    [of_policy.next().unwrap(), of_policy.next().unwrap()]
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
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    let (told, kept) = (Cell::new(0), Cell::new(0));
    let any = (rules(), rules(), prop::collection::vec(models(false), 30));
    let run = |(one, two, models): (Asked, Asked, Vec<Model>)| {
        let rules = [one, two];
        let all: Vec<Compiled> = models.iter().map(|model| compiled(model, &rules)).collect();
        for flow in &all {
            let findings = flow.diagnostics.iter().filter(|finding| finding.code.id == "CX319");
            for finding in findings {
                told.set(told.get() + 1);
                let about =
                    |asked: &Asked| finding.message.contains(&format!("comes to `{}` keeps", asked.about));
                for other in all.iter().filter(|other| silent(other).is_subset(&silent(flow))) {
                    let [first, second] = judged(other);
                    for (asked, pair) in rules.iter().zip([[first, second], [second, first]]) {
                        prop_assert!(
                            !(about(asked) && keeps(pair)),
                            "{}\nis said of {rules:#?}, but this keeps both:\n{:?}",
                            finding.message,
                            other.sources.iter().next().map(|(_, source)| source.text().to_owned())
                        );
                    }
                }
            }
            let [first, second] = judged(flow);
            kept.set(kept.get() + usize::from(keeps([first, second]) || keeps([second, first])));
        }
        Ok(())
    };
    TestRunner::new(config).run(&any, run).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert!(told.get() > 100 && kept.get() > 100, "{} findings, {} flows keep both", told.get(), kept.get());
}
