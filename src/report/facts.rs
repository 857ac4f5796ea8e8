//! What is stated about a campaign, and what is asked and not stated.

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{AttestationReport, Place};
use crate::Compiled;
use crate::flow::policy::{Expected, Rule, fact_value};
use crate::policy::{JudgedRule, meanings};

/// A fact that is stated.
#[derive(Debug, Serialize)]
pub struct FactReport {
    /// Its name.
    pub name: String,
    /// Its value as it is written. `None` if it has none, which is an error.
    pub value: Option<String>,
    /// What it means, each with the policies that say so.
    pub meaning: Vec<String>,
    /// The rules of policies that apply and use it.
    pub used_by: Vec<String>,
    /// Who vouches for it, by what proof. `None` if nobody does.
    pub evidence: Option<AttestationReport>,
    /// Where it is stated.
    pub place: Place,
}

impl FactReport {
    /// Whether a rule uses it.
    pub fn is_used(&self) -> bool {
        !self.used_by.is_empty()
    }

    /// Whether somebody vouches for it on the day of the report.
    pub fn is_vouched(&self) -> bool {
        self.evidence.as_ref().is_some_and(|evidence| evidence.counts)
    }

    /// Whether a rule uses it and nobody vouches for it.
    pub fn is_open(&self) -> bool {
        self.is_used() && !self.is_vouched()
    }
}

/// A fact that policies ask about and nobody states.
#[derive(Debug, Serialize)]
pub struct MissingFactReport {
    /// Its name.
    pub name: String,
    /// What it means, each with the policies that say so.
    pub meaning: Vec<String>,
    /// The values that it may have, if they are listed.
    pub values: Vec<String>,
    /// A value that a rule compares it with, if it may have any value.
    pub example: Option<String>,
}

pub fn stated(compiled: &Compiled, as_of: Date) -> Vec<FactReport> {
    let flow = &compiled.flow;
    let mut used_by: FxHashMap<&str, Vec<String>> = FxHashMap::default();
    // In a library no rule is judged.
    for policy in flow.policies.iter().filter(|_| !flow.is_library()) {
        for rule in &policy.rules {
            let name = format!("{}/{}", policy.name, rule.name);
            for fact in rule.facts() {
                let rules = used_by.entry(fact).or_default();
                if rules.last() != Some(&name) {
                    rules.push(name.clone());
                }
            }
        }
    }
    let facts = flow.facts.iter().map(|fact| FactReport {
        name: fact.name.to_string(),
        value: fact.value.as_ref().map(fact_value),
        meaning: meaning(compiled, &fact.name),
        used_by: used_by.remove(&*fact.name).unwrap_or_default(),
        evidence: fact.evidence.as_ref().map(|evidence| AttestationReport::of(compiled, evidence, as_of)),
        place: Place::of(compiled, fact.span),
    });
    facts.collect()
}

pub fn missing(compiled: &Compiled) -> Vec<MissingFactReport> {
    let flow = &compiled.flow;
    let mut missing: Vec<MissingFactReport> = Vec::new();
    // A rule may be open for want of a fact that its policy does not expect.
    let is_open = |one: &&JudgedRule| {
        one.open.as_ref().is_some_and(|missing| missing.steps.is_empty() && missing.span.is_none())
    };
    let open = compiled.judged.iter().filter(is_open);
    let open = open.filter_map(|one| flow.policies.get(one.policy)?.rules.get(one.rule));
    let of_rules = open.flat_map(Rule::facts).map(|name| (name, &[][..]));
    let expected = flow.policies.iter().flat_map(|policy| policy.expected_facts());
    for (name, values) in expected.chain(of_rules) {
        let is_known =
            flow.facts.iter().any(|fact| *fact.name == *name) || missing.iter().any(|fact| fact.name == name);
        if !is_known {
            missing.push(MissingFactReport {
                name: name.to_owned(),
                meaning: meaning(compiled, name),
                values: values.iter().map(fact_value).collect(),
                example: if values.is_empty() { compared_value(compiled, name) } else { None },
            });
        }
    }
    missing
}

/// The first value that a rule compares a fact with.
fn compared_value(compiled: &Compiled, name: &str) -> Option<String> {
    let rules = compiled.flow.policies.iter().flat_map(|policy| &policy.rules);
    let mut comparisons = rules.flat_map(Rule::comparisons).filter(|comparison| *comparison.fact == *name);
    comparisons.find_map(|comparison| Some(fact_value(&comparison.test.as_ref()?.1)))
}

fn meaning(compiled: &Compiled, name: &str) -> Vec<String> {
    meanings(&compiled.flow, &Expected::Fact { name: name.into(), values: Vec::new() })
}
