//! Compares the campaign's facts with rules, and decides on which days rules are in force.

use core::cmp::Ordering;

use jiff::civil::Date;

use super::unquoted::{self, DATE, unquoted};
use super::wording::kind_of;
use super::{MissingFact, RuleVerdict, Vacuous, Violation};
use crate::diagnostics::{Fix, list_of, quote};
use crate::flow::policy::fact_value;
use crate::flow::policy::{Comparison, Demand, Exempt, Fact, Operator, Rule, Value};
use crate::flow::policy::{FactCondition, FactOp, Truth};
use crate::flow::{Flow, HOLIDAYS, Within};
use crate::source::Sources;

fn fact<'a>(flow: &'a Flow, name: &str) -> Option<&'a Fact> {
    flow.facts.iter().find(|fact| *fact.name == *name)
}

/// What a comparison with a fact gives.
fn truth(flow: &Flow, comparison: &Comparison) -> Truth {
    let Some(stated) = fact(flow, &comparison.fact).and_then(|fact| fact.value.as_ref()) else {
        return Truth::Open;
    };
    let Some((operator, wanted)) = &comparison.test else { return Truth::Yes };
    if let (Value::Times(stated), Value::Times(wanted)) = (stated, wanted) {
        return within(*operator, stated.within(wanted));
    }
    let Some(ordering) = order(stated, wanted) else { return Truth::Open };
    let holds = match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Less => ordering.is_lt(),
        Operator::AtMost => ordering.is_le(),
        Operator::More => ordering.is_gt(),
        Operator::AtLeast => ordering.is_ge(),
        // Only of times, which have no order.
        Operator::Within | Operator::NotWithin => return Truth::Open,
    };
    if holds { Truth::Yes } else { Truth::No }
}

/// What a comparison of times gives.
fn within(operator: Operator, found: Within) -> Truth {
    match (found, operator) {
        (Within::OpenOnHolidays, _) => Truth::Open,
        (Within::Yes, Operator::Within) | (Within::No(..), Operator::NotWithin) => Truth::Yes,
        _ => Truth::No,
    }
}

/// Whether a flow's facts meet a condition, and the comparisons that decide this.
pub fn met<'c>(flow: &Flow, condition: &'c FactCondition) -> (Truth, Vec<&'c Comparison>) {
    condition.truth(|comparison| truth(flow, comparison))
}

/// Why a comparison is not met, or is open.
fn why_not(flow: &Flow, comparison: &Comparison) -> String {
    let name = quote(&comparison.fact);
    let Some(fact) = fact(flow, &comparison.fact) else { return format!("the fact {name} is not stated") };
    let Some(stated) = &fact.value else { return format!("the fact {name} cannot be read") };
    let is = format!("the fact {name} is {}", fact_value(stated));
    match (stated, &comparison.test) {
        (Value::Times(times), Some((Operator::Within, Value::Times(wanted)))) => match times.within(wanted) {
            Within::Yes => is,
            Within::No(day, window) => format!("{is}, and {day} {window} is outside"),
            Within::OpenOnHolidays => format!("the fact {name} says nothing about holidays"),
        },
        (_, Some((_, wanted))) if kind_of(stated) != kind_of(wanted) => {
            let (actual, expected) = (kind_of(stated), kind_of(wanted));
            format!("the fact {name} is {actual}, and the rule compares it with {expected}")
        }
        _ => is,
    }
}

/// Whether a rule depends on a fact whose value is unset or unreadable. That is already reported.
pub fn is_unread(flow: &Flow, rule: &Rule) -> bool {
    rule.comparisons().any(|comparison| fact(flow, &comparison.fact).is_some_and(|fact| fact.value.is_none()))
}

/// How to state the facts that a rule asks for.
pub fn remedy(flow: &Flow, condition: &FactCondition) -> String {
    let (_, why) = met(flow, condition);
    let is_choice = condition.ops.iter().any(|op| matches!(op, FactOp::Or));
    // One value of each fact shows how it is written.
    let mut shown: Vec<&Comparison> = Vec::new();
    for comparison in why {
        if shown.len() < if is_choice { MOST_REMEDIES } else { 1 }
            && !shown.iter().any(|other| other.fact == comparison.fact)
        {
            shown.push(comparison);
        }
    }
    let mut remedies: Vec<String> = shown.into_iter().map(|comparison| remedy_of(flow, comparison)).collect();
    // Each of them has to have all times of the fact.
    let within = |op: &FactOp| match op {
        FactOp::Compare(Comparison { fact, test: Some((Operator::Within, _)), .. }) => Some(fact.clone()),
        _ => None,
    };
    let mut asked: Vec<Box<str>> = condition.ops.iter().filter_map(within).collect();
    let count = asked.len();
    asked.dedup();
    if is_choice && count > 1 && asked.len() == 1 {
        remedies.push(
            "to allow the times of all of them together, write one `within` with all, and `,` between"
                .to_owned(),
        );
    }
    remedies.join("; or ")
}

/// How many ways to meet a rule are told.
const MOST_REMEDIES: usize = 3;

/// How to state the fact that a comparison asks for.
fn remedy_of(flow: &Flow, comparison: &Comparison) -> String {
    let example = match &comparison.test {
        Some((Operator::Equal | Operator::AtMost | Operator::AtLeast, value)) => fact_value(value),
        Some((_, value @ Value::Times(_))) => fact_value(value),
        Some((_, Value::Text(_))) | None => "\"…\"".to_owned(),
        Some(_) => "…".to_owned(),
    };
    let compares_times = matches!(&comparison.test, Some((_, Value::Times(_))));
    let wanted_kind = comparison.test.as_ref().map(|(_, value)| kind_of(value)).unwrap_or_default();
    let is_open_on_holidays = compares_times && truth(flow, comparison) == Truth::Open;
    match fact(flow, &comparison.fact) {
        Some(fact) if unquoted(fact, wanted_kind).is_some() => {
            let written = unquoted(fact, wanted_kind).unwrap_or_default();
            format!("write it without quotes: `fact {} = {written}`", comparison.fact)
        }
        Some(Fact { value: Some(value @ Value::Times(_)), .. }) if is_open_on_holidays => {
            format!(
                "say whether it calls on holidays, as in `fact {} = {value}, closed {HOLIDAYS}`",
                comparison.fact,
                value = fact_value(value)
            )
        }
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

/// How to write a fact that a rule requires and that is stated as a text, where the text tells.
pub fn unquoted_fix(sources: &Sources, flow: &Flow, rule: &Rule) -> Option<(String, Option<Fix>)> {
    let Demand::Fact(condition) = &rule.demand else { return None };
    let (_, why) = met(flow, condition);
    let comparison = why.first()?;
    let (_, wanted) = comparison.test.as_ref()?;
    let fact = fact(flow, &comparison.fact)?;
    unquoted::remedy(sources, fact, kind_of(wanted))
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

/// `require fact CONDITION`
pub fn require(flow: &Flow, condition: &FactCondition) -> RuleVerdict {
    match met(flow, condition) {
        (Truth::Yes, _) => RuleVerdict::HOLDS,
        _ => RuleVerdict::Violated(Violation::default()),
    }
}

/// Which facts exempt a flow from a rule, if any do, and why they do.
fn exemption<'r>(flow: &Flow, rule: &'r Rule) -> Option<&'r Exempt> {
    rule.exempt.iter().find(|exempt| met(flow, &exempt.when).0 == Truth::Yes)
}

/// The facts that leave open whether a rule binds the flow, if that is open.
pub fn open_facts<'r>(flow: &Flow, rule: &'r Rule) -> Vec<&'r str> {
    let (truth, why) = rule.when.as_ref().map_or((Truth::Yes, Vec::new()), |when| met(flow, when));
    if truth != Truth::Yes {
        return why.into_iter().map(|comparison| &*comparison.fact).collect();
    }
    let after = rule.from_after.as_ref().filter(|_| rule.from.is_none()).map(|after| &*after.fact);
    let exempt = rule.exempt.iter().filter_map(|exempt| {
        let (truth, why) = met(flow, &exempt.when);
        (truth == Truth::Open).then_some(why)
    });
    after.into_iter().chain(exempt.flatten().map(|comparison| &*comparison.fact)).collect()
}

/// What is missing to say that a broken rule binds the flow: the day on which it comes into force, and the facts that may
/// exempt from it.
pub fn not_surely_binding(flow: &Flow, rule: &Rule) -> Option<MissingFact> {
    let (mut what, mut remedies) = (Vec::new(), Vec::new());
    if let Some(after) = rule.from_after.as_ref().filter(|_| rule.from.is_none()) {
        let name = quote(&after.fact);
        let stated = fact(flow, &after.fact);
        let (why, remedy) = match stated.and_then(|fact| fact.value.as_ref()) {
            Some(Value::Date(_)) => (
                format!("so many days after the fact {name} are beyond the calendar"),
                "check the day, and the days behind the `+`".to_owned(),
            ),
            Some(value) => (
                format!("the fact {name} is {}, and the rule counts from a date", kind_of(value)),
                match stated.and_then(|fact| unquoted(fact, DATE)) {
                    Some(date) => format!("write `fact {} = {date}`", after.fact),
                    None => format!("state the day, as in `fact {} = 2027-01-31`", after.fact),
                },
            ),
            None => (
                format!("the rule counts from the fact {name}, which is not stated"),
                format!("state the day once it is known, as in `fact {} = 2027-01-31`", after.fact),
            ),
        };
        what.push(why);
        remedies.push(remedy);
    }
    let mut asked: Vec<&str> = Vec::new();
    for exempt in &rule.exempt {
        let (truth, why) = met(flow, &exempt.when);
        let Some(open) = why.first().copied().filter(|_| truth == Truth::Open) else { continue };
        if asked.contains(&&*open.fact) {
            continue;
        }
        asked.push(&open.fact);
        what.push(format!("{}, which may exempt from the rule", why_not(flow, open)));
        // A value that exempts is not the one to advise.
        remedies.push(match fact(flow, &open.fact) {
            None if what.len() > 1 => format!("state `fact {} = …`", open.fact),
            None => format!("state it: `fact {} = …`", open.fact),
            Some(_) => remedy_of(flow, open),
        });
    }
    (!what.is_empty()).then(|| MissingFact {
        what: what.join("; "),
        remedy: remedies.join("; "),
        ..MissingFact::default()
    })
}

/// What is not known of a rule that is kept, or of a duty: on which day it comes into force, or whether the flow is exempt.
pub fn may_not_bind(flow: &Flow, rule: &Rule) -> Option<String> {
    Some(format!("perhaps it does not bind the flow: {}", not_surely_binding(flow, rule)?.what))
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
    let exempt =
        || exemption(flow, rule).map(|exempt| RuleVerdict::Vacuous(Vacuous::Exempt(exempt.because.clone())));
    let Some(when) = &rule.when else { return exempt() };
    let (truth, why) = met(flow, when);
    match truth {
        Truth::Yes => exempt(),
        Truth::No => {
            let mut facts: Vec<(Box<str>, Option<Value>)> = Vec::new();
            for comparison in why {
                if !facts.iter().any(|(name, _)| *name == comparison.fact) {
                    let value = fact(flow, &comparison.fact).and_then(|fact| fact.value.clone());
                    facts.push((comparison.fact.clone(), value));
                }
            }
            Some(RuleVerdict::Vacuous(Vacuous::Facts(facts)))
        }
        Truth::Open => {
            if let Some(exempt) = exempt() {
                return Some(exempt);
            }
            let first = why.first()?;
            Some(RuleVerdict::Unknown(MissingFact {
                what: why_not(flow, first),
                remedy: remedy_of(flow, first),
                ..MissingFact::default()
            }))
        }
    }
}

/// Why the flow does not have the facts that a rule requires.
pub fn why_unmet(flow: &Flow, condition: &FactCondition) -> String {
    let (_, why) = met(flow, condition);
    let mut reasons: Vec<String> = Vec::new();
    for comparison in why {
        let reason = why_not(flow, comparison);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    list_of(&reasons, "and")
}
