//! Waivers and attestations without effect, and evidence of facts that has ended.

use jiff::civil::Date;

use super::{JudgedRule, RuleVerdict, Vacuous};
use crate::diagnostics::{Diagnostic, Fix, Unless};
use crate::flow::Flow;
use crate::flow::decision::{Attestation, Decision, DecisionKind, Waiver};
use crate::resolve::codes::UNUSED;
use crate::source::{Sources, Span};

/// The finding for a waiver that covers nothing. `of_rule` is its rule, if the policy applies.
pub fn waiver(
    sources: &Sources,
    flow: &Flow,
    of_rule: Option<&JudgedRule>,
    waiver: &Waiver,
    on: Option<Date>,
) -> Option<Diagnostic> {
    let decision = Decision::from(waiver);
    let found = of_no_use(sources, flow, of_rule, &decision, on);
    if found.is_some() {
        return found;
    }
    let rule = format!("`{}`", waiver.subject);
    match &of_rule?.verdict {
        // A rule that was not checked may still be broken.
        RuleVerdict::Withheld(_) => None,
        RuleVerdict::Obligation => {
            let message = format!("there is nothing to waive: {rule} is an obligation, which no path breaks");
            let found = idle(sources, &decision, message, "write `attest` to say who answers for it");
            let is_open = of_rule.is_some_and(|judged| !judged.is_attested());
            let range = waiver.span.range();
            let end = range.start + DecisionKind::Waiver.verb().len();
            let verb = Span::new(waiver.span.file, range.start, end);
            // At a node nothing is attested.
            let attest = (waiver.node.is_none() && is_open).then(|| Fix::write(verb, "attest"));
            Some(found.fix(attest).unless(Unless::Needed))
        }
        _ => {
            let place = decision.place(flow);
            let message = format!("there is nothing to waive: {rule} is not broken{place}");
            Some(idle(sources, &decision, message, "take it out").unless(Unless::Needed))
        }
    }
}

/// The finding for an attestation of nothing that is in force. `of_rule` is its obligation, if the policy
/// applies.
pub fn attestation(
    sources: &Sources,
    flow: &Flow,
    of_rule: Option<&JudgedRule>,
    attestation: &Attestation,
    on: Option<Date>,
) -> Option<Diagnostic> {
    let decision = Decision::from(attestation);
    let found = of_no_use(sources, flow, of_rule, &decision, on);
    if found.is_some() {
        return found;
    }
    let judged = of_rule?;
    match &judged.verdict {
        RuleVerdict::Vacuous(why) if !may_count(judged, attestation) => {
            let rule = format!("`{}`", attestation.subject);
            let message = format!("there is nothing to attest: {rule} does not apply");
            let found = idle(sources, &decision, message, "take it out");
            Some(found.note(why.in_words(flow)).unless(Unless::Needed))
        }
        _ => None,
    }
}

/// The finding for evidence of a fact that has ended, for every flow that includes it.
pub fn evidence(flow: &Flow, evidence: &Attestation, on: Option<Date>) -> Option<Diagnostic> {
    if flow.is_library() || !evidence.has_ended(on) {
        return None;
    }
    let message = format!("the evidence of `{}` ended on {}", evidence.subject, evidence.until);
    Some(
        Diagnostic::new(&UNUSED, evidence.until_span, message)
            .here("nobody vouches for the value since then")
            .help("prove it again: look at the value, and give its evidence a new last day"),
    )
}

/// Whether an attestation counts for its obligation, or may count: the obligation is in force, it is not
/// known whether it applies, or it comes into force before the attestation ends.
pub fn may_count(judged: &JudgedRule, attestation: &Attestation) -> bool {
    match &judged.verdict {
        RuleVerdict::Vacuous(Vacuous::From(first)) => *first <= attestation.until,
        RuleVerdict::Vacuous(_) => false,
        _ => true,
    }
}

/// The finding for a decision that has ended or whose policy does not apply.
fn of_no_use(
    sources: &Sources,
    flow: &Flow,
    of_rule: Option<&JudgedRule>,
    decision: &Decision<'_>,
    on: Option<Date>,
) -> Option<Diagnostic> {
    let is_unchecked =
        of_rule.is_some_and(|judged_rule| matches!(judged_rule.verdict, RuleVerdict::Withheld(_)));
    if flow.is_library() || is_unchecked {
        return None;
    }
    let Decision { kind, subject, until, .. } = decision;
    let (noun, verb) = (kind.noun(), kind.verb());
    if on.is_some_and(|day| day > *until) {
        // It has ended for every flow that includes it.
        let message = format!("the {noun} of `{subject}` ended on {until}");
        let help = match kind {
            DecisionKind::Waiver => "decide again: give the waiver a new last day, or take it out",
            DecisionKind::Attestation | DecisionKind::Evidence => {
                "prove it again: give the attestation a new last day, or take it out"
            }
        };
        return Some(idle(sources, decision, message, help));
    }
    // The line that should apply the policy may be broken.
    let (policy, _) = subject.rule().filter(|_| of_rule.is_none() && !flow.lacks_policies)?;
    let message = format!("the policy `{policy}` does not apply, so there is nothing to {verb}");
    let help = format!("apply the policy, or take the {noun} out");
    Some(idle(sources, decision, message, &help).unless(Unless::Needed))
}

fn idle(sources: &Sources, decision: &Decision<'_>, message: String, help: &str) -> Diagnostic {
    let noun = decision.kind.noun();
    Diagnostic::new(&UNUSED, decision.span, message)
        .here(format!("this {noun} has no effect"))
        .help(help)
        .fix(Fix::take_out(format!("Take the {noun} out"), sources, decision.span))
}
