//! Policies that check nothing in a flow: they have no rule, no rule of theirs applies, or the flow has
//! none of their tags.

use core::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::codes::{EMPTY_POLICY, UNTAGGED_POLICY};
use super::looked_for::LookedFor;
use super::{JudgedRule, RuleVerdict, Vacuous, VacuousKind};
use crate::bundled::BASELINE;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::flow::Flow;
use crate::flow::policy::fact_value;
use crate::flow::policy::{Fact, Policy, Rule, Value};

/// What is needed of a flow to tell whether a policy checks anything in it.
pub struct FlowOverview<'a> {
    flow: &'a Flow,
    judged: &'a [JudgedRule],
    looked_for: OnceCell<LookedFor<'a>>,
    /// Missing tags that are reported otherwise.
    reported: FxHashSet<&'a str>,
}

impl<'a> FlowOverview<'a> {
    /// Collects it once for all policies.
    pub fn of(flow: &'a Flow, judged: &'a [JudgedRule], reported: FxHashSet<&'a str>) -> Self {
        Self { flow, judged, looked_for: OnceCell::new(), reported }
    }

    /// The tags and kinds of the flow, collected once some policy needs them.
    fn looked_for(&self) -> &LookedFor<'a> {
        self.looked_for.get_or_init(|| LookedFor::of(self.flow))
    }
}

/// Reports a library's policy without rules, even if no flow applies it.
pub fn report_empty(policy: &Policy, diagnostics: &mut Diagnostics) {
    let message = format!("`{}` has no rule, so it checks nothing", policy.name);
    diagnostics.push(
        Diagnostic::new(&EMPTY_POLICY, policy.span, message)
            .help("write its rules between `{` and `}`, as in `quiet: forbid voicemail`, or take it out"),
    );
}

/// Reports a policy that checks nothing in the flow. `number` is its index among the flow's policies.
pub fn report(overview: &FlowOverview<'_>, number: usize, policy: &Policy, diagnostics: &mut Diagnostics) {
    let flow = overview.flow;
    // An unreadable line may be a rule, a tag or a node. The baseline applies to every flow, also to one that has
    // nothing of what its tags are about.
    if !flow.complete || *policy.name == *BASELINE {
        return;
    }
    if policy.rules.is_empty() {
        let message = format!("`{}` has no rule, so it checks nothing", policy.name);
        diagnostics.push(placed(&EMPTY_POLICY, policy, message).help(
            "write its rules between `{` and `}`, as in `quiet: forbid voicemail`, or do not apply it",
        ));
    } else if let Some(when) = never_in_force(overview.judged, number, policy) {
        let message = format!("no rule of `{}` is in force, so it checks nothing", policy.name);
        let help = "check the days behind `from` and `until`, or do not apply it";
        let finding = placed(&EMPTY_POLICY, policy, message).severity(Severity::Warning);
        diagnostics.push(finding.here(when).help(help));
    } else if let Some(fact) = never_applies(overview, number, policy) {
        let stated = fact.value.as_ref().map(fact_value).unwrap_or_default();
        let message = format!("no rule of `{}` applies, since `{}` is {stated}", policy.name, fact.name);
        let finding = placed(&EMPTY_POLICY, policy, message).severity(Severity::Warning);
        diagnostics.push(
            finding
                .here("so it checks nothing")
                .label(fact.value_span.unwrap_or(fact.span), "no rule compares it with this")
                .help(format!(
                    "state a value that a rule asks for, or say that this is one, as in `expects fact {} = {stated} | …`",
                    fact.name
                )),
        );
    } else if flow.entry.is_some()
        && !flow.lacks_ways
        && flow.transitions.rows().iter().all(|transition| transition.to.is_some())
    {
        report_untagged(overview, number, policy, diagnostics);
    }
}

/// The judged rules of one policy.
fn of_policy(judged: &[JudgedRule], number: usize) -> impl Iterator<Item = &JudgedRule> {
    // They are sorted by policy.
    let first = judged.partition_point(|judged_rule| judged_rule.policy < number);
    judged.get(first..).unwrap_or_default().iter().take_while(move |judged_rule| judged_rule.policy == number)
}

/// If no rule of the policy is in force: when the next one begins, or when the last one ended.
fn never_in_force(judged: &[JudgedRule], number: usize, policy: &Policy) -> Option<String> {
    // A rule that ends before it begins is already reported.
    if policy.rules.iter().any(|rule| rule.from.zip(rule.until).is_some_and(|(from, until)| until < from)) {
        return None;
    }
    let (mut next, mut last) = (None, None);
    for judged_rule in of_policy(judged, number) {
        match judged_rule.verdict {
            RuleVerdict::Vacuous(Vacuous::From(from)) => {
                next = Some(next.map_or(from, |next| from.min(next)))
            }
            RuleVerdict::Vacuous(Vacuous::Until(until)) => last = last.max(Some(until)),
            _ => return None,
        }
    }
    match (next, last) {
        (Some(next), _) => Some(format!("its first rule begins on {next}")),
        (None, Some(last)) => Some(format!("its last rule ended on {last}")),
        (None, None) => None,
    }
}

/// If a policy is applied by a line and no rule of it applies because of the values of facts: one of these
/// facts. `None` if a policy expects the fact or mentions its value.
fn never_applies<'f>(overview: &FlowOverview<'f>, number: usize, policy: &Policy) -> Option<&'f Fact> {
    policy.applied_at?;
    let mut first = None;
    for judged_rule in of_policy(overview.judged, number) {
        let RuleVerdict::Vacuous(Vacuous::Facts(facts)) = &judged_rule.verdict else { return None };
        let [(fact, Some(value @ Value::Text(_)))] = facts.as_slice() else { return None };
        // A value that is not on a policy's list is already reported.
        let is_known = overview.flow.policies.iter().any(|policy| {
            let mut compared = policy.rules.iter().flat_map(Rule::comparisons).filter(|of| of.fact == *fact);
            policy.expected_fact(fact).is_some()
                || compared.any(|of| of.test.as_ref().is_some_and(|(_, other)| other == value))
        });
        if is_known {
            return None;
        }
        first = first.or(Some(fact));
    }
    let name = first?;
    overview.flow.facts.iter().find(|fact| fact.name == *name)
}

/// Reports a policy that depends on tags, if the flow has none of them, or none that lets a rule check
/// anything.
fn report_untagged(
    overview: &FlowOverview<'_>,
    number: usize,
    policy: &Policy,
    diagnostics: &mut Diagnostics,
) {
    let looked_for = overview.looked_for();
    let own = || {
        let of_policy = of_policy(overview.judged, number);
        of_policy.filter_map(|judged_rule| Some((judged_rule, policy.rules.get(judged_rule.rule)?)))
    };
    if own().any(|(judged_rule, _)| matches!(judged_rule.verdict, RuleVerdict::Withheld(_))) {
        return;
    }
    let applies = |judged_rule: &JudgedRule| !matches!(&judged_rule.verdict, RuleVerdict::Vacuous(why) if why.kind() == VacuousKind::DoesNotApply);
    let no_expected_tag = policy.expected_tags().next().is_some()
        && !policy.expected_tags().any(|(name, _)| looked_for.has(name));
    let lacks_a_tag =
        |judged_rule: &JudgedRule, rule: &Rule| !looked_for.missing(rule, &judged_rule.verdict).is_empty();
    // The tags of rules that check nothing without them.
    let needed: FxHashSet<&str> = if no_expected_tag {
        own().filter(|(judged_rule, _)| applies(judged_rule)).flat_map(|(_, rule)| rule.tags()).collect()
    } else if own().any(|(judged_rule, rule)| checks_something(&judged_rule.verdict) && !looked_for.forbids_nothing(rule))
        // A flow need not have what a rule only forbids.
        || own().all(|(judged_rule, rule)| checks_something(&judged_rule.verdict) || !lacks_a_tag(judged_rule, rule))
        // One rule finds its tag, but the flow lacks a menu, an agent or the like.
        || own().any(|(judged_rule, rule)| {
            applies(judged_rule) && !lacks_a_tag(judged_rule, rule) && rule.tags().any(|tag| looked_for.has(tag))
        })
    {
        return;
    } else {
        own()
            .filter(|(judged_rule, rule)| lacks_a_tag(judged_rule, rule))
            .flat_map(|(_, rule)| rule.tags())
            .collect()
    };
    let missing = missing_tags(overview, policy, &needed);
    if missing.is_empty() {
        return;
    }
    let name = &policy.name;
    let message = if no_expected_tag {
        format!("no step or node has any of the tags that `{name}` expects")
    } else {
        format!("`{name}` checks nothing in this flow: none of its rules finds what it is about")
    };
    let otherwise = match (policy.applied_at, policy.named_at) {
        (Some(_), _) => "take the `apply` out",
        (None, Some(_)) => "take the policy out of `policies` in `cxflow.toml`",
        (None, None) => "do not apply the policy",
    };
    let help = format!("tag the steps that these tags are about; if the flow has none, {otherwise}");
    let mut diagnostic = placed(&UNTAGGED_POLICY, policy, message).help(help);
    for (tag, meaning) in missing {
        let meaning = if meaning.is_empty() { String::new() } else { format!(": {meaning}") };
        diagnostic = diagnostic.note(format!("`@{tag}`{meaning}"));
    }
    diagnostics.push(diagnostic);
}

/// The needed tags that nothing has, with their meanings, in the order of the policy.
fn missing_tags<'p>(
    overview: &FlowOverview<'_>,
    policy: &'p Policy,
    needed: &FxHashSet<&str>,
) -> Vec<(&'p str, &'p str)> {
    let expected = policy.expected_tags().map(|(name, expects)| (name, expects.meaning.as_deref()));
    let of_rules = policy.rules.iter().flat_map(Rule::tags).map(|name| (name, None));
    let mut seen = FxHashSet::default();
    expected
        .chain(of_rules)
        .filter(|(name, _)| needed.contains(name) && !overview.looked_for().has(name) && seen.insert(*name))
        .filter(|(name, _)| !overview.reported.contains(name))
        .map(|(name, meaning)| (name, meaning.unwrap_or_default()))
        .collect()
}

/// Whether a rule checks something in the flow, which keeps it, breaks it or leaves it undecided.
fn checks_something(verdict: &RuleVerdict) -> bool {
    match verdict {
        RuleVerdict::Holds { .. } | RuleVerdict::Violated(_) | RuleVerdict::Unknown(_) => true,
        RuleVerdict::Vacuous(why) => why.kind() == VacuousKind::WithinOneStep,
        RuleVerdict::Obligation | RuleVerdict::Withheld(_) => false,
    }
}

/// A finding where the policy is applied, or else where it is declared.
fn placed(code: &'static Code, policy: &Policy, message: String) -> Diagnostic {
    match policy.place().or((!policy.bundled).then_some(policy.span)) {
        Some(span) => Diagnostic::new(code, span, message),
        None => Diagnostic::unplaced(code, message),
    }
}
