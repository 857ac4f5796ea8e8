//! Turns verdicts into diagnostics: broken rules with a path, undecided rules, waivers and attestations.

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{
    self, BASELINE_WAIVED, MISSING_DISCLOSURE, MISSPELT_TAG, POLICY_UNKNOWN, POLICY_VIOLATION,
    UNDISCLOSED_PATH,
};
use super::names::shortened;
use super::reported::Reported;
use super::violation::{self, BrokenRule};
use super::{
    JudgedRule, LongestWaiver, MissingFact, RuleVerdict, decisions, double_decisions, header_tags,
    idle_decisions, idle_limits, misspelt_tags,
};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, Severity, Unless, counted, list_of};
use crate::flow::decision::{Decision, DecisionKind, Waiver};
use crate::flow::policy::{Demand, Form, Policy, Rule};
use crate::flow::{Flow, Kind, Tag};
use crate::resolve::codes::UNUSED;
use crate::source::{Sources, Span};

/// The code of a tag inside the quotes of a text.
const TAG_IN_TEXT: &str = "CX437";

/// Reports the verdicts on all rules. `on` is the day on which they were judged, `longest` how long a
/// waiver or an attestation may last from then.
pub fn report(
    sources: &Sources,
    flow: &Flow,
    judged: &[JudgedRule],
    waived_findings: &[usize],
    on: Option<Date>,
    longest: LongestWaiver,
    diagnostics: &mut Diagnostics,
) {
    let rules = || {
        judged.iter().filter_map(|judged_rule| Some((judged_rule, flow.policies.get(judged_rule.policy)?)))
    };
    let rules = || {
        rules().filter_map(|(judged_rule, policy)| {
            Some((judged_rule, policy, policy.rules.get(judged_rule.rule)?))
        })
    };
    // Without any disclosure every path is undisclosed, and one finding is enough.
    let undisclosed = rules().any(|(judged_rule, policy, rule)| {
        judged_rule.left.is_some() && codes::of_rule(&policy.name, &rule.name) == &MISSING_DISCLOSURE
    });
    // A disclosure that nobody hears is already reported.
    let silent = flow.nodes.rows().iter().any(|node| node.is(Kind::Disclosure) && !node.is_heard());
    let reported = super::expects::report(sources, flow, judged, diagnostics);
    let misspelt = super::unknown_names::report(flow, judged, diagnostics);
    let causes = Causes::of(flow, on, diagnostics);
    for (judged_rule, policy, rule) in rules() {
        if let Demand::Fact(required) = &rule.demand
            && required.comparisons().any(|one| reported.broken.contains(&*one.fact))
        {
            continue;
        }
        // A name that is misspelt in it is the one mistake.
        if misspelt.contains(&rule.span) {
            continue;
        }
        let Some(violation) = &judged_rule.left else { continue };
        let code = codes::of_rule(&policy.name, &rule.name);
        // A broken waiver, which is already reported, may be for this rule.
        if causes.may_be_waived(policy, rule) {
            continue;
        }
        if undisclosed && code == &UNDISCLOSED_PATH || silent && code == &MISSING_DISCLOSURE {
            continue;
        }
        // What it requires cannot exist, which is reported as such.
        if !policy.bundled && super::idle_rules::is_impossible(flow, rule) {
            continue;
        }
        let broken = BrokenRule { sources, flow, policy, rule, violation, code };
        if let Demand::Paths(Form::Retries(most)) = rule.demand {
            super::retries::report(&broken, most, diagnostics);
        } else {
            let diagnostic = violation::diagnostic(&broken);
            let diagnostic =
                causes.add_to(diagnostic, (sources, flow), (policy, rule), &judged_rule.waivers, diagnostics);
            diagnostics.push(diagnostic);
        }
    }
    for policy in flow.policies.iter().filter(|policy| !policy.bundled) {
        super::idle_rules::report(flow, policy, on, diagnostics);
        super::weak_reasons::report(policy, on, diagnostics);
    }
    if !flow.is_library() {
        for (judged_rule, policy, rule) in rules().filter(|(_, policy, _)| !policy.bundled) {
            if let RuleVerdict::Vacuous(why) = &judged_rule.verdict {
                super::idle_times::report(flow, policy, rule, why, diagnostics);
            }
        }
    }
    report_unknown(sources, flow, judged, &reported, &causes, diagnostics);
    let conflicts = super::conflicts::report(flow, judged, diagnostics);
    super::contradictions::report(flow, judged, &conflicts, diagnostics);
    header_tags::report(flow, judged, diagnostics);
    let by_name = by_name(flow, judged);
    let covered = double_decisions::report(sources, flow, judged, diagnostics);
    for (number, waiver) in flow.waivers.iter().enumerate() {
        // What a waiver of a finding does, the compiler's own rules report.
        let is_of_rule = waiver.subject.rule().is_some();
        if is_of_rule && !covered.contains(&(DecisionKind::Waiver, number)) {
            report_waiver(sources, flow, &by_name, number, waiver, on, diagnostics);
        }
        decisions::report(waiver.into(), on, longest, diagnostics);
    }
    for (number, attestation) in flow.attestations.iter().enumerate() {
        let of_rule = attestation.subject.rule().and_then(|rule| by_name.get(&rule)).copied();
        if !covered.contains(&(DecisionKind::Attestation, number)) {
            let found = idle_decisions::attestation(sources, flow, of_rule, attestation, on);
            found.into_iter().for_each(|found| diagnostics.push(found));
        }
        decisions::report(attestation.into(), on, longest, diagnostics);
    }
    for evidence in flow.facts.iter().filter_map(|fact| fact.evidence.as_ref()) {
        idle_decisions::evidence(flow, evidence, on).into_iter().for_each(|found| diagnostics.push(found));
        decisions::report(evidence.into(), on, longest, diagnostics);
    }
    super::instances::join(flow, diagnostics);
    super::same_path::join(diagnostics);
    // What one instance of a file needs is needed, even if another instance does not need it.
    if diagnostics.iter().any(|finding| finding.unless == Some(Unless::Needed)) {
        let needed = super::needed(flow, judged, waived_findings);
        let is_needed = |span| needed.as_ref().is_none_or(|needed| needed.contains(&span));
        diagnostics
            .retain(|finding| finding.unless != Some(Unless::Needed) || !finding.places().any(is_needed));
    }
    join_decisions(diagnostics);
}

/// Joins the findings of a waiver or an attestation that several instances of its file have and none needs.
fn join_decisions(diagnostics: &mut Diagnostics) {
    let key = |finding: &Diagnostic| {
        finding.span.filter(|_| finding.code.id == UNUSED.id && finding.unless.is_some())
    };
    let mut not_shown: FxHashMap<Span, usize> = FxHashMap::default();
    diagnostics.join_alike(key, |first, other, _| {
        if other.message == first.message {
            return;
        }
        if first.notes.len() < LABELS {
            first.notes.push(format!("another instance: {}", other.message));
        } else if let Some(span) = first.span {
            *not_shown.entry(span).or_default() += 1;
        }
    });
    for finding in diagnostics.iter_mut() {
        if let Some(more) =
            finding.span.and_then(|span| not_shown.remove(&span)).filter(|_| finding.unless.is_some())
        {
            finding.notes.push(format!("the same in {}", counted(more, "more instance")));
        }
    }
}

/// What may explain why a rule is broken, and has a finding of its own.
struct Causes<'a> {
    /// The policies and rules that unreadable waivers name.
    unreadable_waivers: FxHashSet<(&'a str, Option<&'a str>)>,
    /// The waivers for single nodes, by policy and rule.
    waivers: FxHashMap<(&'a str, &'a str), Vec<usize>>,
    /// The flow's misspelt tags, by the known tag that each resembles.
    misspelt_by_known: FxHashMap<&'a str, &'a Tag>,
    /// The places of rules that use a tag which may be misspelt.
    misspelt_rules: FxHashSet<Span>,
    /// The texts inside whose quotes a tag is, by the tag.
    in_texts: FxHashMap<String, Span>,
}

impl<'a> Causes<'a> {
    fn of(flow: &'a Flow, on: Option<Date>, diagnostics: &Diagnostics) -> Self {
        let mut waivers: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
        for (number, waiver) in flow.waivers.iter().enumerate() {
            let rule = waiver.subject.rule().filter(|_| waiver.node.is_some());
            if let Some(rule) = rule.filter(|_| on.is_none_or(|day| day <= waiver.until)) {
                waivers.entry(rule).or_default().push(number);
            }
        }
        let is_in_text = |finding: &&Diagnostic| {
            finding.code.id == TAG_IN_TEXT && finding.message.contains("inside the quotes")
        };
        let in_texts = diagnostics.iter().filter(is_in_text).filter_map(|finding| {
            let tag = finding.message.strip_prefix("`@")?.split('`').next()?;
            Some((tag.to_owned(), finding.span?))
        });
        let mismatches = diagnostics.iter().filter(|finding| finding.code.id == codes::EXPECTS_MISMATCH.id);
        Self {
            unreadable_waivers: flow
                .lost_waivers
                .iter()
                .map(|(policy, rule)| (&**policy, rule.as_deref()))
                .collect(),
            waivers,
            misspelt_by_known: misspelt_tags::of_flow(flow)
                .into_iter()
                .map(|(tag, near)| (near, tag))
                .collect(),
            misspelt_rules: mismatches
                .filter(|finding| finding.help.as_ref().is_some_and(|help| help.starts_with("did you")))
                .filter_map(|finding| finding.span)
                .collect(),
            in_texts: in_texts.collect(),
        }
    }

    /// Whether an unreadable waiver may be for this rule.
    fn may_be_waived(&self, policy: &Policy, rule: &Rule) -> bool {
        [Some(&*rule.name), None]
            .into_iter()
            .any(|rule| self.unreadable_waivers.contains(&(&*policy.name, rule)))
    }

    /// Adds the findings that explain why a rule is broken, and removes them from `diagnostics`.
    fn add_to(
        &self,
        mut broken: Diagnostic,
        (sources, flow): (&Sources, &Flow),
        (policy, rule): (&Policy, &Rule),
        used: &[usize],
        diagnostics: &mut Diagnostics,
    ) -> Diagnostic {
        let elsewhere = self.waivers.get(&(&*policy.name, &*rule.name)).into_iter().flatten();
        let elsewhere = elsewhere.filter(|number| !used.contains(number));
        for waiver in elsewhere.filter_map(|&number| flow.waivers.get(number)) {
            let place = Decision::from(waiver).place(flow);
            broken = broken.label(waiver.span, format!("waived{place}, where the rule is not broken"));
        }
        for near in rule.tags() {
            let Some(tag) = self.misspelt_by_known.get(near) else { continue };
            let message = format!("`@{}` is perhaps a typo of `@{near}`", tag.name);
            // In a rule of one's own the typo may be on either side.
            let help = match policy.bundled {
                true => format!("did you mean `@{near}` instead of `@{}`?", tag.name),
                false => format!("did you mean `@{}` in the rule, or `@{near}` in the flow?", tag.name),
            };
            broken = explained(broken, MISSPELT_TAG.id, tag.span, message, help, diagnostics);
            if let Some(place) = tag_in_rule(sources, rule, near).filter(|_| !policy.bundled) {
                broken = broken.fix(Fix::write(place, format!("@{}", tag.name)));
            }
        }
        if self.misspelt_rules.contains(&rule.span) {
            let message = "perhaps with a typo in its tag".to_owned();
            let code = codes::EXPECTS_MISMATCH.id;
            broken = explained(broken, code, rule.span, message, String::new(), diagnostics);
        }
        for tag in rule.tags() {
            let Some(&span) = self.in_texts.get(tag) else { continue };
            let message = format!("`@{tag}` is inside these quotes, where no policy sees it");
            broken = explained(broken, TAG_IN_TEXT, span, message, String::new(), diagnostics);
        }
        broken
    }
}

/// Where a rule names a tag first.
fn tag_in_rule(sources: &Sources, rule: &Rule, tag: &str) -> Option<Span> {
    let text = sources.text(rule.span);
    let written = format!("@{tag}");
    let ends = |at: &usize| {
        let next = text.get(at + written.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'))
    };
    let at = text.match_indices(&written).map(|(at, _)| at).find(ends)?;
    let start = rule.span.range().start + at;
    Some(Span::new(rule.span.file, start, start + written.len()))
}

/// Moves the label, help and fixes of an explaining finding into `broken`, and removes that finding.
fn explained(
    broken: Diagnostic,
    code: &str,
    span: Span,
    label: String,
    help: String,
    diagnostics: &mut Diagnostics,
) -> Diagnostic {
    let is_cause = |finding: &Diagnostic| finding.code.id == code && finding.span == Some(span);
    let Some(cause) = diagnostics.iter().find(|finding| is_cause(finding)).cloned() else { return broken };
    diagnostics.retain(|finding| !is_cause(finding));
    let help = if help.is_empty() { cause.help.unwrap_or_default() } else { help };
    let is_shown = broken.labels.iter().any(|label| label.span == span);
    let broken = if is_shown { broken } else { broken.label(span, label) };
    cause.fixes.into_iter().fold(broken.help(help), Diagnostic::fix)
}

/// Reports the rules that were not checked although nothing else stops the flow, grouped by policy and
/// reason.
pub fn report_withheld(flow: &Flow, judged: &[JudgedRule], diagnostics: &mut Diagnostics) {
    let mut withheld: Vec<(usize, &'static str, Vec<&Rule>)> = Vec::new();
    for judged_rule in judged {
        let RuleVerdict::Withheld(why) = judged_rule.verdict else { continue };
        let rule =
            flow.policies.get(judged_rule.policy).and_then(|policy| policy.rules.get(judged_rule.rule));
        let Some(rule) = rule else { continue };
        match withheld.iter_mut().find(|(policy, reason, _)| (*policy, *reason) == (judged_rule.policy, why))
        {
            Some((.., rules)) => rules.push(rule),
            None => withheld.push((judged_rule.policy, why, vec![rule])),
        }
    }
    for (number, why, rules) in withheld {
        // For `baseline`, the finding that is the reason is enough.
        let policy = flow.policies.get(number).filter(|policy| *policy.name != *crate::bundled::BASELINE);
        let Some(policy) = policy else { continue };
        let names: Vec<String> =
            rules.iter().map(|rule| format!("`{}/{}`", policy.name, rule.name)).collect();
        let (verb, pronoun) = if rules.len() == 1 { ("was", "it") } else { ("were", "they") };
        let message = format!("{} {verb} not checked: {why}", shortened(&names));
        let first = rules.first().map(|rule| rule.span).filter(|_| !policy.bundled);
        let diagnostic = match policy.place().or(first) {
            Some(span) => Diagnostic::new(&POLICY_UNKNOWN, span, message),
            None => Diagnostic::unplaced(&POLICY_UNKNOWN, message),
        };
        diagnostics.push(diagnostic.help(format!(
            "fix the other findings first: until then it is not known whether {pronoun} hold{}",
            if rules.len() == 1 { "s" } else { "" }
        )));
    }
}

/// How many places after the first get a label.
const LABELS: usize = 9;

/// Reports undecided rules; rules of one policy that lack the same information share a finding.
fn report_unknown(
    sources: &Sources,
    flow: &Flow,
    judged: &[JudgedRule],
    reported: &Reported<'_>,
    causes: &Causes<'_>,
    diagnostics: &mut Diagnostics,
) {
    struct UndecidedRules<'a> {
        missing: &'a MissingFact,
        span: Option<Span>,
        policy: &'a Policy,
        rules: Vec<&'a Rule>,
    }
    let mut open: Vec<UndecidedRules<'_>> = Vec::new();
    for judged_rule in judged {
        let Some(missing) = &judged_rule.open else { continue };
        let Some(policy) = flow.policies.get(judged_rule.policy) else { continue };
        let Some(rule) = policy.rules.get(judged_rule.rule) else { continue };
        if !policy.bundled && idle_limits::is_endless(rule) {
            continue;
        }
        // A missing time has a place; a missing fact has none, and may already be reported.
        if missing.span.is_none()
            && super::facts::open_facts(flow, rule).into_iter().any(|fact| reported.undecided.contains(fact))
        {
            continue;
        }
        let lacks_same = |one: &MissingFact, other: &MissingFact| {
            one.what == other.what && one.span == other.span && one.steps == other.steps
        };
        match open
            .iter_mut()
            .find(|other| lacks_same(other.missing, missing) && other.policy.name == policy.name)
        {
            Some(same) => same.rules.push(rule),
            None => {
                // A bundled rule's own line does not show where to write the fact.
                let of_rule = if policy.bundled { policy.place() } else { Some(rule.span) };
                open.push(UndecidedRules {
                    missing,
                    span: missing.span.or(of_rule),
                    policy,
                    rules: vec![rule],
                });
            }
        }
    }
    // The waivers of what is known to be broken beside what is open.
    let used: FxHashSet<usize> = judged.iter().flat_map(|judged| &judged.waivers).copied().collect();
    for UndecidedRules { missing, span, policy, rules } in open {
        let policy = &policy.name;
        let names: Vec<String> = rules.iter().map(|rule| format!("`{}`", rule.name)).collect();
        let message = match rules.as_slice() {
            [rule] => format!("`{policy}/{}` cannot be decided: {}", rule.name, missing.what),
            _ => format!("{} rules of `{policy}` cannot be decided: {}", rules.len(), missing.what),
        };
        let mut diagnostic = match span {
            Some(span) => Diagnostic::new(&POLICY_UNKNOWN, span, message),
            None => Diagnostic::unplaced(&POLICY_UNKNOWN, message),
        }
        .help(&*missing.remedy);
        // Nothing is known to be broken at a node.
        for rule in &rules {
            let of_rule = causes.waivers.get(&(&**policy, &*rule.name)).into_iter().flatten();
            let of_rule = of_rule.filter(|number| !used.contains(number));
            for waiver in of_rule.filter_map(|&number| flow.waivers.get(number)) {
                let place = Decision::from(waiver).place(flow);
                diagnostic = diagnostic.label(
                    waiver.span,
                    format!("waived{place}, and a rule that cannot be decided is waived only as a whole, without `at`"),
                );
            }
        }
        if let [first, others @ ..] = missing.steps.as_slice() {
            let shown = others.iter().take(LABELS);
            diagnostic = diagnostic.here(&*first.what);
            diagnostic = shown.fold(diagnostic, |diagnostic, step| diagnostic.label(step.span, &*step.what));
            let more = others.len().saturating_sub(LABELS) + missing.more_steps;
            if more > 0 {
                diagnostic =
                    diagnostic.note(format!("{} like these are not shown", counted(more, "more step")));
            }
        }
        // What the author of a limit advises helps to decide which steps to measure, or to shorten.
        if let ([_, ..], [Rule { doc: Some(doc), .. }]) = (missing.steps.as_slice(), rules.as_slice()) {
            let advice = violation::paragraphs(sources.text(*doc));
            diagnostic = advice.into_iter().fold(diagnostic, Diagnostic::note);
        }
        if names.len() > 1 {
            diagnostic = diagnostic.note(format!("they are {}", list_of(&names, "and")));
        }
        diagnostics.push(diagnostic);
    }
}

/// The judged rules by policy and rule name; of duplicate names the first.
fn by_name<'a>(flow: &'a Flow, judged: &'a [JudgedRule]) -> FxHashMap<(&'a str, &'a str), &'a JudgedRule> {
    let mut by_name = FxHashMap::default();
    for judged_rule in judged {
        let policy = flow.policies.get(judged_rule.policy);
        if let Some((policy, rule)) =
            policy.and_then(|policy| Some((policy, policy.rules.get(judged_rule.rule)?)))
        {
            by_name.entry((&*policy.name, &*rule.name)).or_insert(judged_rule);
        }
    }
    by_name
}

fn report_waiver(
    sources: &Sources,
    flow: &Flow,
    judged: &FxHashMap<(&str, &str), &JudgedRule>,
    number: usize,
    waiver: &Waiver,
    on: Option<Date>,
    diagnostics: &mut Diagnostics,
) {
    let rule = format!("`{}`", waiver.subject);
    let place = Decision::from(waiver).place(flow);
    let of_rule = waiver.subject.rule().and_then(|rule| judged.get(&rule)).copied();
    if of_rule.is_some_and(|judged_rule| judged_rule.waivers.contains(&number)) {
        let message = format!("{rule} is waived{place} until {}: {}", waiver.until, waiver.because);
        let diagnostic =
            if waiver.subject.rule().is_some_and(|(policy, _)| policy == crate::bundled::BASELINE) {
                Diagnostic::new(&BASELINE_WAIVED, waiver.span, message)
                    .help("the platform checks every flow against the baseline, whatever is waived here")
                    .fix(Fix::take_out("Take the waiver out", sources, waiver.span))
            } else {
                Diagnostic::new(&POLICY_VIOLATION, waiver.span, message).severity(Severity::Note)
            };
        diagnostics.push(match waiver.by.trim() {
            "" => diagnostic,
            by => diagnostic.here(format!("{by} is responsible for it")),
        });
        return;
    }
    // If the rule is broken elsewhere or cannot be decided, that finding mentions this waiver.
    let is_live = on.is_none_or(|day| day <= waiver.until);
    let is_reported = of_rule.is_some_and(|judged| judged.left.is_some() || judged.open.is_some());
    if is_live && waiver.node.is_some() && is_reported {
        return;
    }
    let found = idle_decisions::waiver(sources, flow, of_rule, waiver, on);
    found.into_iter().for_each(|found| diagnostics.push(found));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_baseline_are_kept() {
        let id = |rule| codes::of_rule("baseline", rule).id;
        let ids = ["disclosure", "retries", "depth", "disclosed_first"].map(id);
        assert_eq!(ids, ["CX302", "CX303", "CX304", "CX305"]);
        assert_eq!(codes::of_rule("house", "depth").id, "CX301");
    }
}
