//! Duties that no flow can show, and who answers for them.

use jiff::civil::Date;
use serde::Serialize;

use super::Place;
use super::waivers::days_between;
use crate::Compiled;
use crate::flow::decision::Attestation;
use crate::policy::{Obligation, RuleVerdict, counts, obligations};

/// A duty that is in force.
#[derive(Debug, Serialize)]
pub struct ObligationReport {
    /// The rule, as in `us_tsr/keep`.
    pub rule: String,
    /// What has to be done.
    pub duty: String,
    /// Who attests that it is done. `None` if nobody does.
    pub attestation: Option<AttestationReport>,
    /// Whether it begins on a day that nobody states, so that nobody has to attest it yet.
    pub undated: bool,
}

impl ObligationReport {
    /// Whether somebody has to attest it, and nobody does.
    pub fn is_open(&self) -> bool {
        !self.undated && !self.attestation.as_ref().is_some_and(|attestation| attestation.counts)
    }
}

/// Who attests that a duty is done, or vouches for a fact.
#[derive(Debug, Serialize)]
pub struct AttestationReport {
    /// What proves it.
    pub because: String,
    /// Who answers for it.
    pub by: String,
    /// The last day for which it is attested.
    pub until: String,
    /// How many days are left; negative once it is over.
    pub days_left: i32,
    /// Whether it counts: it is not over, gives a proof and names somebody.
    pub counts: bool,
    /// Where it is written.
    pub place: Place,
}

impl AttestationReport {
    /// Of somebody's word in a flow.
    pub(super) fn of(compiled: &Compiled, attestation: &Attestation, as_of: Date) -> Self {
        Self {
            because: attestation.because.to_string(),
            by: attestation.by.to_string(),
            until: attestation.until.to_string(),
            days_left: days_between(as_of, attestation.until),
            counts: counts(attestation, Some(as_of)),
            place: Place::of(compiled, attestation.span),
        }
    }
}

pub fn of(compiled: &Compiled, as_of: Date) -> Vec<ObligationReport> {
    let duties = obligations(&compiled.flow, &compiled.judged);
    let in_force = duties.into_iter().filter(|one| *one.verdict == RuleVerdict::Obligation);
    in_force.map(|one| of_obligation(compiled, as_of, &one)).collect()
}

fn of_obligation(compiled: &Compiled, as_of: Date, obligation: &Obligation<'_>) -> ObligationReport {
    let attestation = obligation.attestation;
    let attestation = attestation.map(|attestation| AttestationReport::of(compiled, attestation, as_of));
    ObligationReport {
        rule: format!("{}/{}", obligation.policy.name, obligation.rule.name),
        duty: obligation.duty.to_owned(),
        attestation,
        undated: obligation.rule.from_after.is_some() && obligation.rule.from.is_none(),
    }
}
