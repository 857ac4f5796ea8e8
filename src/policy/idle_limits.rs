//! Limits and comparisons that every flow keeps.

use super::codes::IDLE_RULE;
use crate::bundled::BASELINE;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::flow::Flow;
use crate::flow::policy::{Comparison, Demand, Form, Operator, Policy, Rule, Selector, Value};
use crate::spelling::display_duration;

/// A day, in milliseconds; no call lasts that long.
const LONGEST_CALL: u64 = 24 * 60 * 60 * 1000;
/// No path has more of anything.
const MOST_STEPS: u64 = 1000;

/// Reports a rule that every flow keeps, or whose `when` no flow meets.
pub fn report(flow: &Flow, policy: &Policy, rule: &Rule, diagnostics: &mut Diagnostics) {
    let name = format!("`{}/{}`", policy.name, rule.name);
    let why = match &rule.demand {
        Demand::Paths(form) => of_form(flow, form),
        Demand::Fact(condition) => condition.only().filter(|only| keeps_all(only)).map(|comparison| {
            let fact = &comparison.fact;
            (
                format!("allows every value of `{fact}`"),
                format!("write `require fact {fact}` to have it stated"),
            )
        }),
        Demand::Oblige(_) => None,
    };
    if let Some((why, help)) = why {
        diagnostics.push(
            Diagnostic::new(&IDLE_RULE, rule.span, format!("{name} {why}"))
                .severity(Severity::Warning)
                .here("this limits nothing")
                .help(help),
        );
    }
    if rule.when.as_ref().is_some_and(|when| when.all_required().any(keeps_none)) {
        diagnostics.push(
            Diagnostic::new(&IDLE_RULE, rule.span, format!("{name} never applies"))
                .here("no number is less than 0")
                .help("compare the fact with a number above 0"),
        );
    }
}

/// Whether a rule limits a time to more than any call takes, which is reported as an idle rule.
pub fn is_endless(rule: &Rule) -> bool {
    matches!(rule.demand, Demand::Paths(Form::Time { most, .. }) if most >= LONGEST_CALL)
}

/// Why no flow can exceed what a form allows, and what to write instead.
fn of_form(flow: &Flow, form: &Form<Selector>) -> Option<(String, String)> {
    let of_baseline = |limit_of: fn(&Form<Selector>) -> Option<u64>| {
        let baseline = flow.policies.iter().find(|policy| policy.bundled && *policy.name == *BASELINE)?;
        baseline.rules.iter().find_map(|rule| match &rule.demand {
            Demand::Paths(form) => limit_of(form),
            _ => None,
        })
    };
    let retries = |form: &Form<Selector>| if let Form::Retries(most) = form { Some(*most) } else { None };
    let depth = |form: &Form<Selector>| if let Form::Depth(most) = form { Some(*most) } else { None };
    let smaller = |most: u64| format!("write a number below {most}, or take the rule out");
    let beyond = |given: u64, most: u64, what: &str, rule: &str| {
        let allows = format!("allows {given} {what}, and `{BASELINE}/{rule}` no more than {most}");
        (given > most).then(|| (allows, smaller(most)))
    };
    match form {
        Form::Retries(given) => beyond(*given, of_baseline(retries)?, "retries", "retries"),
        Form::Depth(given) => beyond(*given, of_baseline(depth)?, "transitions", "depth"),
        Form::Reachable { within: Some(keys), .. } => {
            let most = of_baseline(depth)?;
            let allows = format!("allows {keys} keys, and no path has more than {most} transitions");
            let help =
                "write how many keys a called party has to enter at most, or leave `within` out".to_owned();
            (u64::from(*keys) > most).then_some((allows, help))
        }
        Form::Count(given, _) => {
            let allows = format!("allows {given} of them, and no path has so many");
            (*given > MOST_STEPS).then(|| (allows, smaller(MOST_STEPS)))
        }
        Form::Time { most, .. } => {
            let allows = format!("allows {}, and no call lasts so long", display_duration(*most));
            (*most >= LONGEST_CALL).then(|| (allows, "write a shorter time, as in `limit 2min`".to_owned()))
        }
        _ => None,
    }
}

/// Whether every number and every duration meets a comparison.
fn keeps_all(comparison: &Comparison) -> bool {
    matches!(comparison.test, Some((Operator::AtLeast, Value::Integer(0) | Value::Duration(0))))
}

/// Whether no number and no duration meets it.
fn keeps_none(comparison: &Comparison) -> bool {
    matches!(comparison.test, Some((Operator::Less, Value::Integer(0) | Value::Duration(0))))
}
