//! What begins or ends soon, so that the report will not hold for long.

use jiff::civil::Date;
use serde::Serialize;

use super::waivers::days_between;
use crate::Compiled;
use crate::flow::policy::Demand;

/// How many days ahead changes are listed.
pub const DAYS: i32 = 90;

/// Something that begins or ends.
#[derive(Debug, Serialize)]
pub struct Change {
    /// The day: the first on which it is so, or that it is not known yet.
    pub day: String,
    /// How many days away that is; 0 if the day is not known yet.
    pub days: i32,
    /// What happens then, as one sentence without a full stop.
    pub what: String,
}

impl Change {
    /// Whether nobody states the day.
    pub fn is_day_unknown(&self) -> bool {
        self.day == DAY_UNKNOWN
    }
}

/// In place of a day that nobody states.
const DAY_UNKNOWN: &str = "not known yet";

/// What begins or ends within [`DAYS`] days, the next first, and what begins on a day that is not known yet.
pub fn of(compiled: &Compiled, as_of: Date) -> Vec<Change> {
    let flow = &compiled.flow;
    let mut changes: Vec<(Date, String)> = Vec::new();
    let mut open = Vec::new();
    for policy in flow.policies.iter().filter(|_| !flow.is_library()) {
        for rule in &policy.rules {
            let name = format!("{}/{}", policy.name, rule.name);
            let words = match &rule.demand {
                Demand::Oblige(duty) => format!(": {duty}"),
                Demand::Paths(_) | Demand::Fact(_) => String::new(),
            };
            // A day that nobody knows may come soon.
            let unknown = rule.from_after.as_ref().filter(|_| rule.from.is_none());
            open.extend(unknown.map(|after| Change {
                day: DAY_UNKNOWN.to_owned(),
                days: 0,
                what: format!(
                    "the rule {name} comes into force {} days after `{}`{words}",
                    after.days, after.fact
                ),
            }));
            changes.extend(rule.from.map(|day| (day, format!("the rule {name} comes into force{words}"))));
            changes
                .extend(after(rule.until).map(|day| (day, format!("the rule {name} is no longer in force"))));
        }
    }
    for waiver in &flow.waivers {
        let what = format!("the waiver of {} by {} no longer applies", waiver.subject, waiver.by);
        changes.extend(after(Some(waiver.until)).map(|day| (day, what)));
    }
    for attestation in &flow.attestations {
        let what =
            format!("the attestation of {} by {} no longer applies", attestation.subject, attestation.by);
        changes.extend(after(Some(attestation.until)).map(|day| (day, what)));
    }
    for evidence in flow.facts.iter().filter_map(|fact| fact.evidence.as_ref()) {
        let what =
            format!("the evidence of the fact {} by {} no longer applies", evidence.subject, evidence.by);
        changes.extend(after(Some(evidence.until)).map(|day| (day, what)));
    }
    changes.sort();
    let changes = changes.into_iter().filter_map(|(day, what)| {
        let days = days_between(as_of, day);
        (1..=DAYS).contains(&days).then(|| Change { day: day.to_string(), days, what })
    });
    changes.chain(open).collect()
}

/// The day after the last one.
fn after(last: Option<Date>) -> Option<Date> {
    last?.tomorrow().ok()
}
