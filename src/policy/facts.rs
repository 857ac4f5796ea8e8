//! Compares the campaign's facts with rules, and decides on which days rules are in force.

use core::cmp::Ordering;

use jiff::civil::Date;

use super::wording::kind_of;
use super::{MissingFact, RuleVerdict, Vacuous, Violation};
use crate::diagnostics::quote;
use crate::flow::Flow;
use crate::flow::policy::fact_value;
use crate::flow::policy::{Comparison, Fact, Operator, Rule, Value};

/// The result of a comparison with a fact.
enum ComparisonResult {
    Yes,
    No,
    /// Undecided, with the reason.
    Open(MissingFact),
}

fn fact<'a>(flow: &'a Flow, name: &str) -> Option<&'a Fact> {
    flow.facts.iter().find(|fact| *fact.name == *name)
}

fn compare(flow: &Flow, comparison: &Comparison) -> ComparisonResult {
    let name = quote(&comparison.fact);
    let open = |what: String| {
        ComparisonResult::Open(MissingFact {
            what,
            remedy: remedy(flow, comparison),
            ..MissingFact::default()
        })
    };
    let Some(fact) = fact(flow, &comparison.fact) else {
        return open(format!("the fact {name} is not stated"));
    };
    let Some(stated) = &fact.value else {
        return open(format!("the fact {name} cannot be read"));
    };
    let Some((operator, wanted)) = &comparison.test else { return ComparisonResult::Yes };
    let Some(ordering) = order(stated, wanted) else {
        let (actual, expected) = (kind_of(stated), kind_of(wanted));
        return open(format!("the fact {name} is {actual}, and the rule compares it with {expected}"));
    };
    let holds = match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Less => ordering.is_lt(),
        Operator::AtMost => ordering.is_le(),
        Operator::More => ordering.is_gt(),
        Operator::AtLeast => ordering.is_ge(),
    };
    if holds { ComparisonResult::Yes } else { ComparisonResult::No }
}

/// Whether a rule depends on a fact whose value is unset or unreadable. That is already reported.
pub fn is_unread(flow: &Flow, rule: &Rule) -> bool {
    rule.comparisons().any(|comparison| fact(flow, &comparison.fact).is_some_and(|fact| fact.value.is_none()))
}

/// How to state the fact that a rule asks for.
pub fn remedy(flow: &Flow, comparison: &Comparison) -> String {
    let example = match &comparison.test {
        Some((Operator::Equal | Operator::AtMost | Operator::AtLeast, value)) => fact_value(value),
        Some((_, Value::Text(_))) | None => "\"…\"".to_owned(),
        Some(_) => "…".to_owned(),
    };
    match fact(flow, &comparison.fact) {
        None => format!("state it, as in `fact {} = {example}`", comparison.fact),
        // A file that was made of the tenant's settings must not say what these do not.
        Some(_) if comparison.fact.starts_with("skill_") => {
            "change the setting of the skill, then run `cxflowc studio skill` again".to_owned()
        }
        Some(_) => {
            format!(
                "once the campaign is set up that way, state it here: `fact {} = {example}`",
                comparison.fact
            )
        }
    }
}

/// Compares two values of the same type.
pub fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Integer(one), Value::Integer(other)) | (Value::Duration(one), Value::Duration(other)) => {
            Some(one.cmp(other))
        }
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// `require fact NAME [OP VALUE]`
pub fn require(flow: &Flow, comparison: &Comparison) -> RuleVerdict {
    match compare(flow, comparison) {
        ComparisonResult::Yes => RuleVerdict::HOLDS,
        ComparisonResult::No | ComparisonResult::Open(_) => RuleVerdict::Violated(Violation::default()),
    }
}

/// The verdict on a rule that is not in force on this day, or whose `when` is not met or undecided.
pub fn why_not_applicable(flow: &Flow, rule: &Rule, on: Option<Date>) -> Option<RuleVerdict> {
    if let Some(day) = on {
        if let Some(from) = rule.from.filter(|&from| day < from) {
            return Some(RuleVerdict::Vacuous(Vacuous::From(from)));
        }
        if let Some(until) = rule.until.filter(|&until| day > until) {
            return Some(RuleVerdict::Vacuous(Vacuous::Until(until)));
        }
    }
    match compare(flow, rule.when.as_ref()?) {
        ComparisonResult::Yes => None,
        ComparisonResult::No => {
            let when = rule.when.as_ref()?;
            let value = fact(flow, &when.fact).and_then(|fact| fact.value.clone());
            Some(RuleVerdict::Vacuous(Vacuous::Fact { fact: when.fact.clone(), value }))
        }
        ComparisonResult::Open(why) => Some(RuleVerdict::Unknown(why)),
    }
}

/// Why the flow does not have the fact that a rule requires.
pub fn why_unmet(flow: &Flow, comparison: &Comparison) -> String {
    match compare(flow, comparison) {
        ComparisonResult::Open(missing) => missing.what,
        ComparisonResult::Yes | ComparisonResult::No => {
            let stated = fact(flow, &comparison.fact).and_then(|fact| fact.value.as_ref()).map(fact_value);
            format!("the fact {} is {}", quote(&comparison.fact), stated.unwrap_or_default())
        }
    }
}
