//! The parts of included files that a flow needs. Other flows may need other parts.

use rustc_hash::FxHashSet;

use super::idle_decisions::may_count;
use super::{JudgedRule, RuleVerdict};
use crate::flow::Flow;
use crate::flow::decision::{Attestation, Waiver};
use crate::flow::policy::known_tags;
use crate::source::Span;

/// The places of the waivers that cover something, of the attestations that may count, of the facts and tags that the policies know, of the
/// rules that are not vacuous, and of the names of the policies that apply. `None` if something in the flow
/// is unreadable.
pub fn needed(flow: &Flow, judged: &[JudgedRule], waived_findings: &[usize]) -> Option<FxHashSet<Span>> {
    if !flow.complete || flow.lacks_policies || flow.lacks_files {
        return None;
    }
    let mut needed: FxHashSet<Span> = FxHashSet::default();
    for judged_rule in judged {
        let Some(policy) = flow.policies.get(judged_rule.policy) else { continue };
        let Some(rule) = policy.rules.get(judged_rule.rule) else { continue };
        let waivers = judged_rule.waivers.iter().filter_map(|&number| flow.waivers.get(number));
        needed.extend(waivers.map(|waiver| waiver.span));
        let named = Some((&*policy.name, &*rule.name));
        let is_of_duty = |one: &&Attestation| one.subject.rule() == named;
        let attestations = flow.attestations.iter().filter(is_of_duty);
        needed.extend(attestations.filter(|one| may_count(judged_rule, one)).map(|one| one.span));
        match judged_rule.verdict {
            RuleVerdict::Vacuous(_) | RuleVerdict::Obligation => {}
            RuleVerdict::Withheld(_) => {
                // A rule that was not checked may still be broken.
                let is_of_rule = |waiver: &&Waiver| waiver.subject.rule() == named;
                needed.extend(flow.waivers.iter().filter(is_of_rule).map(|waiver| waiver.span));
                needed.insert(rule.span);
            }
            RuleVerdict::Holds { .. } | RuleVerdict::Violated(_) | RuleVerdict::Unknown(_) => {
                needed.insert(rule.span);
            }
        }
    }
    let waivers = waived_findings.iter().filter_map(|&number| flow.waivers.get(number));
    needed.extend(waivers.map(|waiver| waiver.span));
    let known: FxHashSet<&str> = flow.policies.iter().flat_map(known_tags).collect();
    let nodes = flow.nodes.rows().iter();
    let tags = nodes.flat_map(|node| node.all_tags());
    needed.extend(tags.filter(|tag| known.contains(&*tag.name)).map(|tag| tag.span));
    let is_known = |name: &str| flow.policies.iter().any(|policy| policy.knows_fact(name));
    needed.extend(flow.facts.iter().filter(|fact| is_known(&fact.name)).map(|fact| fact.span));
    needed.extend(flow.policies.iter().map(|policy| policy.name_span));
    Some(needed)
}
