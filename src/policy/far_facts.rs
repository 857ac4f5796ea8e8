//! Facts with implausible values: a typo in the unit or the year.

use super::codes::FACT_VALUE;
use super::reported::Reported;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::flow::Flow;
use crate::flow::policy::{Fact, Rule, Value, fact_value};
use crate::spelling::display_duration;

/// Ten minutes: a fact that rules compare with less than a minute is not this long. A larger value is
/// probably in the wrong unit.
const LONG: u64 = 10 * 60 * 1000;
const MINUTE: u64 = 60 * 1000;
/// A stated time this many times longer than the longest that rules compare it with is implausible.
const TIMES: u64 = 20;
/// In milliseconds; nothing on a call takes less.
const SHORT: u64 = 100;
const SECOND: u64 = 1000;
/// The plausible years of a campaign.
const YEARS: core::ops::RangeInclusive<i16> = 1900..=2200;
/// The year that stands for "no end".
const ENDLESS: i16 = 9999;

/// Reports the facts whose values are far from what rules compare them with.
pub fn report(flow: &Flow, reported: &Reported<'_>, diagnostics: &mut Diagnostics) {
    for fact in flow.facts.iter().filter(|fact| !reported.undecided.contains(&*fact.name)) {
        let implausible = match &fact.value {
            Some(Value::Duration(stated)) => of_duration(flow, fact, *stated),
            Some(Value::Date(date)) if !YEARS.contains(&date.year()) && date.year() != ENDLESS => {
                Some(("the year is far off".to_owned(), "check the year"))
            }
            _ => None,
        };
        let (Some((here, help)), Some(value)) = (implausible, &fact.value) else { continue };
        let message = format!("the fact `{}` is {}, which looks wrong", fact.name, fact_value(value));
        diagnostics.push(
            Diagnostic::new(&FACT_VALUE, fact.value_span.unwrap_or(fact.span), message)
                .severity(Severity::Warning)
                .here(here)
                .help(help),
        );
    }
}

/// Why a duration is implausible: rules compare the fact with durations of a different order of magnitude.
fn of_duration(flow: &Flow, fact: &Fact, stated: u64) -> Option<(String, &'static str)> {
    let rules = flow.policies.iter().flat_map(|policy| &policy.rules);
    let tests = rules.flat_map(Rule::comparisons).filter(|comparison| comparison.fact == fact.name);
    let compared = tests.filter_map(|comparison| match comparison.test {
        Some((_, Value::Duration(time))) => Some(time),
        _ => None,
    });
    let (least, most) =
        compared.fold((u64::MAX, 0), |(least, most), duration| (least.min(duration), most.max(duration)));
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
