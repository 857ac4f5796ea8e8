//! Policies and verdicts as JSON.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::file::{ExpectedName, FilePolicy, FileRule};
use crate::Compiled;
use crate::bundled::lock::LockStanding;
use crate::cli::compilation::compile_job::CompileJob;
use crate::diagnostics::Severity;
use crate::flow::decision::{Attestation, Waiver};
use crate::flow::policy::{Fact, Policy, Rule, fact_value};
use crate::flow::{Flow, NodeId};
use crate::policy::{
    FactStanding, JudgedRule, MissingTag, OpenStep, RuleVerdict, Vacuous, comment_on, missing_tags,
    paragraphs, reason,
};
use crate::source::Span;

/// The rules of a policy with their verdicts.
pub fn of_policy<'a>(
    job: &'a CompileJob,
    number: usize,
    policy: &'a Policy,
) -> impl Iterator<Item = (&'a JudgedRule, &'a Rule)> {
    let judged = &job.compiled.judged;
    // Verdicts are in the order of the policies.
    let first = judged.partition_point(|rule| rule.policy < number);
    let own = judged.get(first..).unwrap_or_default().iter().take_while(move |rule| rule.policy == number);
    own.filter_map(|judged| Some((judged, policy.rules.get(judged.rule)?)))
}

/// A policy as an entry of the list.
pub fn listed(policy: &FilePolicy<'_>) -> Value {
    let (rules, obligations) = policy.counts();
    json!({
        "name": policy.name(),
        "title": policy.title(),
        "version": version(policy),
        "locked": locked(policy.locked(), version(policy)),
        "reviews": reviews(policy),
        "rules": rules,
        "obligations": obligations,
    })
}

/// Which edition a policy is.
fn version(policy: &FilePolicy<'_>) -> Option<u32> {
    policy.version()?.parse().ok()
}

/// How the locked text of a policy, which has this version, stands to that of the compiler.
fn locked(standing: Option<LockStanding>, version: Option<u32>) -> Option<Value> {
    let standing = standing?;
    let is_current = standing == LockStanding::Current;
    Some(json!({ "current": is_current, "compiler_version": standing.own_version(version) }))
}

/// Who has read a policy, and when.
fn reviews(policy: &FilePolicy<'_>) -> Vec<Value> {
    policy.reviews().into_iter().map(|(by, on)| json!({ "by": by, "on": on })).collect()
}

/// A policy with all details.
pub fn shown(policy: &FilePolicy<'_>, today: Date) -> Value {
    let meaning =
        |expected: &ExpectedName| Some(expected.meaning.clone()).filter(|meaning| !meaning.is_empty());
    let tag = |expected: ExpectedName| json!({ "name": expected.name, "meaning": meaning(&expected) });
    let fact = |expected: ExpectedName| json!({ "name": expected.name, "meaning": meaning(&expected), "values": expected.values, "example": expected.example });
    let rule = |rule: FileRule<'_>| {
        json!({
            "name": rule.name,
            "severity": severity(rule.is_warning),
            "obligation": rule.is_obligation,
            "source": rule.text,
            "doc": paragraphs(&comment_on(rule.doc, rule.from, today)),
        })
    };
    json!({
        "name": policy.name(),
        "title": policy.title(),
        "covers": policy.covers().into_iter().map(|(place, when)| json!({ "place": place, "when": when })).collect::<Vec<_>>(),
        "version": version(policy),
        "locked": locked(policy.locked(), version(policy)),
        "reviews": reviews(policy),
        "conflicts": policy.conflicts().into_iter().map(|(with, because)| json!({ "with": with, "because": because })).collect::<Vec<_>>(),
        "when": policy.when(),
        "about": policy.about(),
        "tags": policy.expected_tags().into_iter().map(tag).collect::<Vec<_>>(),
        "facts": policy.expected_facts().into_iter().map(fact).collect::<Vec<_>>(),
        "rules": policy.rules().map(rule).collect::<Vec<_>>(),
    })
}

fn severity(is_warning: bool) -> &'static str {
    if is_warning { "warning" } else { "error" }
}

/// The number of rules by verdict, and of vacuous rules by reason.
fn counts(job: &CompileJob) -> Value {
    let mut counts = serde_json::Map::new();
    let mut add = |word: &str| {
        let count = counts.get(word).and_then(Value::as_u64).unwrap_or_default() + 1;
        counts.insert(word.to_owned(), count.into());
    };
    for judged in &job.compiled.judged {
        add(judged.word());
        if let RuleVerdict::Vacuous(reason) = &judged.verdict {
            add(reason.kind().words());
        }
    }
    counts.into()
}

/// A flow with the verdicts on its policies' rules.
pub fn checked(job: &CompileJob) -> Value {
    let compiled = &job.compiled;
    let flow = &compiled.flow;
    let missing = missing_tags(flow, &compiled.judged);
    let policy = |(number, policy): (usize, &Policy)| {
        let rules = of_policy(job, number, policy).map(|(judged, own)| rule(job, judged, own));
        json!({
            "name": policy.name,
            "title": policy.title,
            "bundled": policy.bundled,
            "version": policy.version,
            "locked": locked(policy.locked, policy.version),
            "missing_tags": missing.iter().filter_map(|tag| missing_tag(number, policy, tag)).collect::<Vec<_>>(),
            "rules": rules.collect::<Vec<_>>(),
        })
    };
    // A library has no calls, so its rules are not judged.
    let applied = flow.policies.iter().enumerate().filter(|_| !flow.is_library());
    json!({
        "file": job.input.name(),
        "flow": flow.name.as_ref().and_then(|name| name.value.as_deref()),
        "library": flow.is_library(),
        "as_of": job.as_of.to_string(),
        "errors": compiled.diagnostics.count(Severity::Error),
        "warnings": compiled.diagnostics.count(Severity::Warning),
        "counts": counts(job),
        "policies": applied.map(policy).collect::<Vec<_>>(),
        "facts": flow.facts.iter().map(|fact| stated(job, fact)).collect::<Vec<_>>(),
    })
}

/// A fact that the flow states, and who vouches for it.
fn stated(job: &CompileJob, fact: &Fact) -> Value {
    json!({
        "name": fact.name,
        "value": fact.value.as_ref().map(fact_value),
        "standing": FactStanding::of(&job.compiled.flow, fact, job.compiled.as_of).word(),
        "evidence": fact.evidence.as_ref().map(attested),
    })
}

/// A tag that nothing has, with the rules of a policy that look for it; `None` if no rule does.
fn missing_tag(number: usize, policy: &Policy, tag: &MissingTag<'_>) -> Option<Value> {
    let rules: Vec<&str> = tag.rules_of(number, policy).map(|rule| &*rule.name).collect();
    (!rules.is_empty()).then(|| json!({ "name": tag.name, "meaning": tag.meaning(policy), "rules": rules }))
}

fn rule(job: &CompileJob, judged: &JudgedRule, rule: &Rule) -> Value {
    let compiled = &job.compiled;
    let flow = &compiled.flow;
    let violation = judged.violation();
    let missing = match &judged.verdict {
        RuleVerdict::Unknown(missing) => Some(&missing.remedy),
        _ => None,
    };
    let open = match &judged.verdict {
        RuleVerdict::Unknown(missing) => missing.steps.as_slice(),
        _ => &[],
    };
    let attestations = judged.attestations.iter().filter_map(|&number| flow.attestations.get(number));
    let waivers = judged.waivers.iter().filter_map(|&number| flow.waivers.get(number));
    json!({
        "name": rule.name,
        "severity": severity(rule.severity == Severity::Warning),
        "verdict": judged.word(),
        "vacuous": match &judged.verdict {
            RuleVerdict::Vacuous(reason) => Some(vacuous(flow, reason)),
            _ => None,
        },
        "reason": reason(&compiled.sources, flow, judged),
        "remedy": missing,
        "measure": open.iter().map(|step| measured(flow, step)).collect::<Vec<_>>(),
        "path": violation.and_then(|violation| Some(ids(flow, &violation.path.as_ref()?.nodes))),
        "at": violation.map(|violation| ids(flow, &violation.at)).unwrap_or_default(),
        "found": violation.and_then(|violation| violation.found),
        "estimated": judged.is_estimated(),
        "waivers": waivers.map(|waiver| waived(flow, waiver)).collect::<Vec<_>>(),
        "attestations": attestations.map(attested).collect::<Vec<_>>(),
        "source": compiled.sources.text(rule.span),
        "doc": rule.doc.map(|doc| doc_of(compiled, rule, doc)).unwrap_or_default(),
    })
}

/// The doc comment of a rule as it reads on the day for which it was judged.
fn doc_of(compiled: &Compiled, rule: &Rule, doc: Span) -> Vec<String> {
    let comment = compiled.sources.text(doc);
    match compiled.as_of {
        Some(day) => paragraphs(&comment_on(comment, rule.from, day)),
        None => paragraphs(comment),
    }
}

/// Why a rule is vacuous for a flow.
fn vacuous(flow: &Flow, reason: &Vacuous) -> Value {
    let (fact, value) = match reason {
        Vacuous::Facts(facts) => {
            facts.first().map(|(fact, value)| (fact, value.as_ref().map(fact_value))).unzip()
        }
        _ => (None, None),
    };
    let because = match reason {
        Vacuous::Exempt(because) => Some(&**because),
        _ => None,
    };
    let (from, until) = match reason {
        Vacuous::From(date) => (Some(date.to_string()), None),
        Vacuous::Until(date) => (None, Some(date.to_string())),
        _ => (None, None),
    };
    json!({
        "kind": reason.kind().words(),
        "fact": fact,
        "value": value,
        "because": because,
        "from": from,
        "until": until,
        "selector": reason.selector(flow),
    })
}

/// A step whose time must be measured.
fn measured(flow: &Flow, step: &OpenStep) -> Value {
    json!({
        "node": &*flow.nodes[step.node].id,
        "least": step.bounds.least,
        "most": (!step.bounds.is_unbounded()).then_some(step.bounds.most),
        "what": step.what,
    })
}

fn ids<'a>(flow: &'a Flow, nodes: &[NodeId]) -> Vec<&'a str> {
    nodes.iter().map(|&node| &*flow.nodes[node].id).collect()
}

fn waived(flow: &Flow, waiver: &Waiver) -> Value {
    json!({
        "node": waiver.node.map(|node| &*flow.nodes[node].id),
        "because": waiver.because,
        "by": waiver.by,
        "until": waiver.until.to_string(),
    })
}

fn attested(attestation: &Attestation) -> Value {
    json!({
        "because": attestation.because,
        "by": attestation.by,
        "until": attestation.until.to_string(),
    })
}
