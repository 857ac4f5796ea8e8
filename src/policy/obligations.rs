//! The obligations of a flow, with who attests that they are met.

use super::{JudgedRule, RuleVerdict};
use crate::flow::Flow;
use crate::flow::decision::Attestation;
use crate::flow::policy::{Demand, Policy, Rule};

/// An obligation of a policy that applies.
#[derive(Debug, Clone, Copy)]
pub struct Obligation<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The rule.
    pub rule: &'a Rule,
    /// What has to be done.
    pub duty: &'a str,
    /// Its verdict: whether it is in force for this flow.
    pub verdict: &'a RuleVerdict,
    /// Who attests that it is met, the one that lasts longest: who, why, until when and where. If none counts, one that
    /// has ended, gives no proof or names nobody.
    pub attestation: Option<&'a Attestation>,
    /// Whether that attestation counts.
    pub is_attested: bool,
}

/// The obligations of all policies that apply, in their order, with the attestations of each.
///
/// ```
/// use cxflowc::policy::obligations;
///
/// let text = r#"flow "Survey"
/// entry notice
/// disclosure notice { say "This is Lakeside."; -> bye }
/// disconnect bye
/// policy house "House rules" {
///   rate: oblige "At most 3% of answered calls are abandoned"
/// }
/// apply house
/// attest house/rate because "dialler report 7" by "k.roe" until 2027-03-31
/// "#;
/// let compiled = cxflowc::compile("survey.cxflow", text);
/// let [rate] = obligations(&compiled.flow, &compiled.judged)[..] else { panic!() };
/// assert_eq!(&*rate.attestation.unwrap().by, "k.roe");
/// assert!(rate.is_attested);
/// ```
pub fn obligations<'a>(flow: &'a Flow, judged: &'a [JudgedRule]) -> Vec<Obligation<'a>> {
    let found = judged.iter().filter_map(|judged_rule| {
        let policy = flow.policies.get(judged_rule.policy)?;
        let rule = policy.rules.get(judged_rule.rule)?;
        let Demand::Oblige(duty) = &rule.demand else { return None };
        let live = judged_rule.attestations.iter().filter_map(|&number| flow.attestations.get(number));
        let of_rule = |one: &&Attestation| one.subject.rule() == Some((&policy.name, &rule.name));
        let is_attested = judged_rule.is_attested();
        let attestation = match is_attested {
            true => longest(live),
            false => longest(flow.attestations.iter().filter(of_rule)),
        };
        Some(Obligation { policy, rule, duty, verdict: &judged_rule.verdict, attestation, is_attested })
    });
    found.collect()
}

/// The first of those that last longest.
fn longest<'a>(attestations: impl Iterator<Item = &'a Attestation>) -> Option<&'a Attestation> {
    attestations.reduce(|best, other| if other.until > best.until { other } else { best })
}
