//! Facts with implausible values: a typo in the unit or the year.

use super::codes::FACT_VALUE;
use super::reported::Reported;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::flow::Flow;
use crate::flow::policy::{Fact, Rule, Value, fact_value};
use crate::spelling::display_duration;

/// What rules compare with less than a minute is no matter of so many milliseconds: ten minutes.
const LONG: u64 = 10 * 60 * 1000;
const MINUTE: u64 = 60 * 1000;
/// A time that is stated is not as many times longer than the longest that rules compare it with.
const TIMES: u64 = 20;
/// Nothing on a call is done in less, in milliseconds.
const SHORT: u64 = 100;
const SECOND: u64 = 1000;
/// The years between which the days of a campaign are.
const YEARS: core::ops::RangeInclusive<i16> = 1900..=2200;
/// The year that people write for "without an end".
const ENDLESS: i16 = 9999;

/// Reports the facts of the flow that rules look at and whose values are far off.
pub fn report(flow: &Flow, reported: &Reported<'_>, diagnostics: &mut Diagnostics) {
    for fact in flow.facts.iter().filter(|fact| !reported.undecided.contains(&*fact.name)) {
        let far = match &fact.value {
            Some(Value::Duration(stated)) => of_duration(flow, fact, *stated),
            Some(Value::Date(date)) if !YEARS.contains(&date.year()) && date.year() != ENDLESS => {
                Some(("the year is far off".to_owned(), "check the year"))
            }
            _ => None,
        };
        let (Some((here, help)), Some(value)) = (far, &fact.value) else { continue };
        let message = format!("the fact `{}` is {}, which is hardly meant", fact.name, fact_value(value));
        diagnostics.push(
            Diagnostic::new(&FACT_VALUE, fact.value_span.unwrap_or(fact.span), message)
                .severity(Severity::Warning)
                .here(here)
                .help(help),
        );
    }
}

/// Why a time is hardly meant: rules compare it with others of quite another size.
fn of_duration(flow: &Flow, fact: &Fact, stated: u64) -> Option<(String, &'static str)> {
    let rules = flow.policies.iter().flat_map(|policy| &policy.rules);
    let tests = rules.flat_map(Rule::comparisons).filter(|one| one.fact == fact.name);
    let compared = tests.filter_map(|one| match one.test {
        Some((_, Value::Duration(time))) => Some(time),
        _ => None,
    });
    let (least, most) = compared.fold((u64::MAX, 0), |(least, most), one| (least.min(one), most.max(one)));
    if most == 0 {
        return None;
    }
    let is_long = most < MINUTE && stated >= LONG && stated >= most.saturating_mul(TIMES);
    let is_short = least >= SECOND && stated > 0 && stated < SHORT;
    let compared = if is_long { most } else { least };
    (is_long || is_short).then(|| {
        (
            format!("rules compare it with {}", display_duration(compared)),
            "check the unit: `ms`, `s` or `min`",
        )
    })
}
