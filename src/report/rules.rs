//! Rules with their sources and verdicts.

use serde::Serialize;

use super::{Place, ReportOptions};
use crate::Compiled;
use crate::diagnostics::Severity;
use crate::flow::policy::{Demand, Policy, Rule};
use crate::policy::{JudgedRule, RuleDoc, RuleVerdict, measured_steps, reason, witness};
use crate::spelling::on_one_line;

/// A rule.
#[derive(Debug, Serialize)]
pub struct RuleReport {
    /// Its name.
    pub name: String,
    /// Whether breaking it is an `error` or a `warning`.
    pub severity: &'static str,
    /// What must hold, in its author's words.
    pub about: Vec<String>,
    /// The rule as it is written.
    pub source: String,
    /// The law or document that it comes from.
    pub citation: Option<String>,
    /// Whether that is in force on the day of the report, and as of when.
    pub status: Option<String>,
    /// How its author knows.
    pub evidence: Option<String>,
    /// `holds`, `vacuous`, `violated`, `waived`, `unknown`, `obligation`, `attested`, `withheld`, or `not in force`.
    pub verdict: &'static str,
    /// In which way it has nothing to check, if it is vacuous: `does not apply`, `nothing to check` or `kept within
    /// one step`.
    pub vacuous: Option<&'static str>,
    /// Who waived or attested it, until when and why.
    pub decided_by: Vec<DecisionReport>,
    /// Why it has this verdict. `None` if it holds.
    pub reason: Option<String>,
    /// A path on which it can be seen that the rule is kept, or one that breaks it.
    pub path: Option<String>,
    /// The node on that path that says or does what the rule asks for, if it holds and asks for something.
    pub kept_by: Option<String>,
    /// What would decide it, if it is not decided.
    pub remedy: Option<String>,
    /// Whether the verdict depends on estimated times.
    pub estimated: bool,
    /// The steps whose estimated times the verdict depends on: the node, and the step's number in it, from 1.
    #[serde(skip)]
    pub measured: Vec<(String, usize)>,
    /// Whether its author wrote it, or a part of it, from memory.
    pub from_memory: bool,
    /// Whether its author has seen it, or a part of it, only in what others say of the law.
    pub from_secondary: bool,
    /// Where what breaks it is written, or the fact that keeps it.
    pub place: Option<Place>,
}

impl RuleReport {
    /// Whether its author has seen it in what others say of the law, and does not rely on memory besides.
    pub fn is_secondary_only(&self) -> bool {
        self.from_secondary && !self.from_memory
    }
}

/// A waiver or an attestation of a rule.
#[derive(Debug, Serialize)]
pub struct DecisionReport {
    /// `waived` or `attested`. A rule that is waived at some nodes only may be violated all the same.
    pub decision: &'static str,
    /// Who answers for it.
    pub by: String,
    /// The last day on which it applies.
    pub until: String,
    /// The reason, or what proves it.
    pub because: String,
}

pub fn of_policy(
    compiled: &Compiled,
    number: usize,
    policy: &Policy,
    options: &ReportOptions,
) -> Vec<RuleReport> {
    let judged = &compiled.judged;
    let first = judged.partition_point(|rule| rule.policy < number);
    let own = judged.get(first..).unwrap_or_default();
    let rules = policy.rules.iter().enumerate().map(|(at, rule)| {
        let judged = own.iter().take_while(|judged| judged.policy == number).find(|judged| judged.rule == at);
        of_rule(compiled, rule, judged, options)
    });
    rules.collect()
}

fn of_rule(
    compiled: &Compiled,
    rule: &Rule,
    judged: Option<&JudgedRule>,
    options: &ReportOptions,
) -> RuleReport {
    let sources = &compiled.sources;
    let doc = rule.doc.map(|doc| RuleDoc::of(sources.text(doc))).unwrap_or_default();
    let (path, kept_by) = judged.map(|judged| path(compiled, rule, judged)).unwrap_or_default();
    let rests_on = |source: &str| doc.evidence.as_deref().is_some_and(|evidence| evidence.contains(source));
    let (from_memory, from_secondary) = (rests_on("memory"), rests_on("secondary source"));
    RuleReport {
        name: rule.name.to_string(),
        severity: if rule.severity == Severity::Error { "error" } else { "warning" },
        source: on_one_line(sources.text(rule.span)),
        from_memory,
        from_secondary,
        status: doc.status_on(rule.from, options.as_of),
        about: doc.about,
        citation: doc.citation,
        evidence: doc.evidence,
        verdict: judged.map_or("not in force", JudgedRule::word),
        vacuous: judged.and_then(vacuous),
        decided_by: judged.map(|judged| decided_by(compiled, judged)).unwrap_or_default(),
        reason: judged.and_then(|judged| reason(sources, &compiled.flow, judged)),
        path,
        kept_by,
        remedy: judged.and_then(|judged| Some(judged.open.as_ref()?.remedy.clone())),
        estimated: judged.is_some_and(JudgedRule::is_estimated),
        measured: judged
            .filter(|judged| judged.is_estimated())
            .map(|_| measured(compiled, rule, options))
            .unwrap_or_default(),
        place: judged.and_then(|judged| place(compiled, rule, judged)),
    }
}

fn measured(compiled: &Compiled, rule: &Rule, options: &ReportOptions) -> Vec<(String, usize)> {
    let flow = &compiled.flow;
    let steps = measured_steps(flow, rule, options.voice);
    steps.into_iter().map(|(node, step)| (flow.nodes[node].id.to_string(), step + 1)).collect()
}

fn vacuous(judged: &JudgedRule) -> Option<&'static str> {
    match &judged.verdict {
        RuleVerdict::Vacuous(why) => Some(why.kind().words()),
        _ => None,
    }
}

/// The waivers that cover what breaks a rule, and the attestations of an obligation.
fn decided_by(compiled: &Compiled, judged: &JudgedRule) -> Vec<DecisionReport> {
    let flow = &compiled.flow;
    let waivers = judged.waivers.iter().filter_map(|&number| flow.waivers.get(number));
    let waivers = waivers.map(|one| ("waived", &one.by, one.until, &one.because));
    let attestations = judged.attestations.iter().filter_map(|&number| flow.attestations.get(number));
    let attestations = attestations.map(|one| ("attested", &one.by, one.until, &one.because));
    let decisions = waivers.chain(attestations).map(|(decision, by, until, because)| DecisionReport {
        decision,
        by: by.to_string(),
        until: until.to_string(),
        because: because.to_string(),
    });
    decisions.collect()
}

/// Where what breaks a rule is written, or the fact that keeps it.
fn place(compiled: &Compiled, rule: &Rule, judged: &JudgedRule) -> Option<Place> {
    let flow = &compiled.flow;
    let span = match (judged.violation(), &judged.verdict, &rule.demand) {
        (Some(violation), ..) => {
            let place = violation.place?;
            match place.transition {
                Some(id) => flow.transitions[id].span,
                None => flow.nodes[place.node].name_span,
            }
        }
        (None, RuleVerdict::Holds { .. }, Demand::Fact(condition)) => {
            let is_compared = |name: &str| condition.comparisons().any(|one| *one.fact == *name);
            flow.facts.iter().find(|fact| is_compared(&fact.name))?.span
        }
        _ => return None,
    };
    Some(Place::of(compiled, span))
}

/// The path that breaks a rule, or one on which it can be seen that it is kept, with the node that keeps it there.
fn path(compiled: &Compiled, rule: &Rule, judged: &JudgedRule) -> (Option<String>, Option<String>) {
    let flow = &compiled.flow;
    if let Some(violation) = judged.violation() {
        return (violation.path.as_ref().map(|path| flow.path(&path.nodes)), None);
    }
    let witness = match (&judged.verdict, &rule.demand) {
        (RuleVerdict::Holds { .. }, Demand::Paths(form)) => witness(flow, form),
        _ => None,
    };
    let kept_by = witness.as_ref().and_then(|witness| witness.kept_by);
    (witness.map(|witness| flow.path(&witness.path)), kept_by.map(|node| flow.nodes[node].id.to_string()))
}
