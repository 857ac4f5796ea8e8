//! Who excused what, and until when.

use jiff::civil::Date;
use serde::Serialize;

use super::Place;
use crate::Compiled;

/// A waiver.
#[derive(Debug, Serialize)]
pub struct WaiverReport {
    /// The rule, as in `us_tsr/identity`, or the code of a finding, as in `CX201`.
    pub rule: String,
    /// The node that it is for. `None` for the whole flow.
    pub node: Option<String>,
    /// The reason.
    pub because: String,
    /// Who answers for it.
    pub by: String,
    /// The last day on which it applies.
    pub until: String,
    /// How many days are left; negative once it is over.
    pub days_left: i32,
    /// Where it is written.
    pub place: Place,
    /// Whether it excuses a finding that the flow has.
    #[serde(skip)]
    pub excuses_finding: bool,
}

pub fn of(compiled: &Compiled, as_of: Date) -> Vec<WaiverReport> {
    let flow = &compiled.flow;
    let waivers = flow.waivers.iter().enumerate().map(|(number, waiver)| WaiverReport {
        rule: waiver.subject.to_string(),
        node: waiver.node.map(|node| flow.nodes[node].id.to_string()),
        because: waiver.because.to_string(),
        by: waiver.by.to_string(),
        until: waiver.until.to_string(),
        days_left: days_between(as_of, waiver.until),
        place: Place::of(compiled, waiver.span),
        excuses_finding: compiled.waived_findings.contains(&number),
    });
    waivers.collect()
}

/// The days from one date to another.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}
