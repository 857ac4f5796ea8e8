//! Rules with their sources and verdicts.

use serde::Serialize;

use super::Place;
use crate::Compiled;
use crate::diagnostics::Severity;
use crate::flow::policy::{Demand, Policy, Rule};
use crate::policy::{JudgedRule, RuleVerdict, paragraphs, reason, witness};

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
    /// Whether that is in force, and as of when.
    pub status: Option<String>,
    /// How its author knows.
    pub evidence: Option<String>,
    /// `holds`, `vacuous`, `violated`, `waived`, `unknown`, `obligation`, `withheld`, or `not in force`.
    pub verdict: &'static str,
    /// Why it has this verdict. `None` if it holds.
    pub reason: Option<String>,
    /// A path on which it can be seen that the rule is kept, or one that breaks it.
    pub path: Option<String>,
    /// What would decide it, if it is not decided.
    pub remedy: Option<String>,
    /// Whether the verdict depends on estimated times.
    pub estimated: bool,
    /// Whether its author wrote it, or a part of it, from memory.
    pub from_memory: bool,
    /// Where what breaks it is written.
    pub place: Option<Place>,
}

pub fn of_policy(compiled: &Compiled, number: usize, policy: &Policy) -> Vec<RuleReport> {
    let judged = &compiled.judged;
    let first = judged.partition_point(|rule| rule.policy < number);
    let own = judged.get(first..).unwrap_or_default();
    let rules = policy.rules.iter().enumerate().map(|(at, rule)| {
        let judged = own.iter().take_while(|judged| judged.policy == number).find(|judged| judged.rule == at);
        of_rule(compiled, rule, judged)
    });
    rules.collect()
}

fn of_rule(compiled: &Compiled, rule: &Rule, judged: Option<&JudgedRule>) -> RuleReport {
    let sources = &compiled.sources;
    let doc = rule.doc.map(|doc| Doc::of(sources.text(doc))).unwrap_or_default();
    let violation = judged.and_then(JudgedRule::violation);
    let place = violation.and_then(|violation| violation.place);
    RuleReport {
        name: rule.name.to_string(),
        severity: if rule.severity == Severity::Error { "error" } else { "warning" },
        source: sources.text(rule.span).to_owned(),
        from_memory: doc.evidence.as_deref().is_some_and(|evidence| evidence.contains("memory")),
        about: doc.about,
        citation: doc.citation,
        status: doc.status,
        evidence: doc.evidence,
        verdict: judged.map_or("not in force", JudgedRule::word),
        reason: judged.and_then(|judged| reason(sources, &compiled.flow, judged)),
        path: judged.and_then(|judged| path(compiled, rule, judged)),
        remedy: judged.and_then(|judged| Some(judged.open.as_ref()?.remedy.clone())),
        estimated: judged.is_some_and(JudgedRule::is_estimated),
        place: place.map(|place| {
            let span = match place.transition {
                Some(id) => compiled.flow.transitions[id].span,
                None => compiled.flow.nodes[place.node].name_span,
            };
            Place::of(compiled, span)
        }),
    }
}

/// The path that breaks a rule, or one on which it can be seen that it is kept.
fn path(compiled: &Compiled, rule: &Rule, judged: &JudgedRule) -> Option<String> {
    let flow = &compiled.flow;
    if let Some(violation) = judged.violation() {
        return violation.path.as_ref().map(|path| flow.path(&path.nodes));
    }
    match (&judged.verdict, &rule.demand) {
        (RuleVerdict::Holds { .. }, Demand::Paths(form)) => Some(flow.path(&witness(flow, form)?)),
        _ => None,
    }
}

/// The doc comment of a rule, whose last lines may be `Source: …` and `Evidence: …`.
#[derive(Default)]
struct Doc {
    about: Vec<String>,
    citation: Option<String>,
    status: Option<String>,
    evidence: Option<String>,
}

impl Doc {
    fn of(comment: &str) -> Self {
        let mut doc = Self::default();
        let mut words: Vec<&str> = Vec::new();
        for line in comment.lines() {
            let text = line.trim().trim_start_matches('/').trim();
            if let Some(source) = text.strip_prefix("Source: ") {
                // The status is what comes after the last semicolon, as in `16 CFR 310.4(d)(1); in-force`.
                let (citation, status) = match source.rsplit_once("; ") {
                    Some((citation, status)) => (citation, Some(status)),
                    None => (source, None),
                };
                doc.citation = Some(citation.trim_end_matches('.').to_owned());
                doc.status = status.map(|status| status.trim_end_matches('.').to_owned());
            } else if let Some(evidence) = text.strip_prefix("Evidence: ") {
                doc.evidence = Some(evidence.trim_end_matches('.').to_owned());
            } else {
                words.push(line);
            }
        }
        doc.about = paragraphs(&words.join("\n"));
        doc
    }
}
