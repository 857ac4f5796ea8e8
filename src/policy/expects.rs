//! Checks a flow against what its policies expect: wrong values or names of facts, facts that are not
//! stated, tags that nothing has.

use rustc_hash::{FxHashMap, FxHashSet};

use super::JudgedRule;
use super::codes::{FACT_VALUE, MISSING_FACT, MISSPELT_FACT, UNKNOWN_FACT};
use super::reported::Reported;
use super::sees_nothing::{self, FlowOverview};
use super::wording::{kind_of, meanings};
use super::{facts, instances, mismatch, misspelt_tags, unquoted};
use crate::diagnostics::suggest::{Index, nearest};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, Severity, counted, list_of, quote};
use crate::flow::Flow;
use crate::flow::policy::fact_value;
use crate::flow::policy::{Demand, Expected, Fact, FactCondition, Policy, Rule, Value};
use crate::source::{Sources, Span};

/// The names of the facts that a flow states and that its policies know.
struct FactNames<'a> {
    /// Stated by the flow.
    stated: FxHashSet<&'a str>,
    /// Expected by a policy or compared by one of its rules.
    known: FxHashSet<&'a str>,
    /// Known but not stated, in the order of the policies.
    missing: Vec<&'a str>,
    /// Finds the missing name that is nearest to another.
    index: Index,
}

impl<'a> FactNames<'a> {
    fn of(flow: &'a Flow) -> Self {
        let stated: FxHashSet<&str> = flow.facts.iter().map(|fact| &*fact.name).collect();
        let mut known = FxHashSet::default();
        let mut missing = Vec::new();
        for policy in &flow.policies {
            let of_rules = policy.rules.iter().flat_map(Rule::facts);
            for name in policy.expected_facts().map(|(name, _)| name).chain(of_rules) {
                if known.insert(name) && !stated.contains(name) {
                    missing.push(name);
                }
            }
        }
        // The index stays empty if every stated fact is known.
        let has_unknown = stated.iter().any(|name| !known.contains(name));
        let index = Index::new(missing.iter().copied().filter(|_| has_unknown));
        Self { stated, known, missing, index }
    }

    /// The missing fact whose name is nearest to `name`.
    fn nearest(&self, name: &str) -> Option<&'a str> {
        self.missing.get(self.index.nearest(name)?.0).copied()
    }
}

/// Reports the facts and tags that policies expect and the flow lacks or misspells.
pub fn report<'a>(
    sources: &Sources,
    flow: &'a Flow,
    judged: &[JudgedRule],
    diagnostics: &mut Diagnostics,
) -> Reported<'a> {
    let mut reported = Reported::default();
    let mut kinds_seen: FxHashSet<Span> = FxHashSet::default();
    // Checks of a policy by itself also run for libraries.
    for policy in &flow.policies {
        // An unreadable line may be the missing rule or `expects`.
        if flow.complete && !policy.bundled && !policy.expects.is_empty() && !policy.rules.is_empty() {
            reported.undecided.extend(mismatch::report(policy, diagnostics));
        }
        if flow.is_library() && flow.complete && !policy.bundled && policy.rules.is_empty() {
            sees_nothing::report_empty(policy, diagnostics);
        }
        // Instances of a policy share their rules.
        let is_first = policy.rules.first().is_none_or(|rule| kinds_seen.insert(rule.span));
        if flow.complete && !policy.bundled && is_first {
            reported.undecided.extend(mismatch::report_kinds(flow, policy, diagnostics));
        }
    }
    if flow.is_library() {
        return reported;
    }
    let names = FactNames::of(flow);
    super::misspelt_facts::report(flow, &mut reported, diagnostics);
    for fact in &flow.facts {
        if names.known.contains(&*fact.name) {
            report_value(sources, flow, judged, fact, &mut reported, diagnostics);
        } else {
            report_name(flow, judged, &names, fact, &mut reported, diagnostics);
        }
    }
    super::far_facts::report(flow, &reported, diagnostics);
    super::fact_order::report(flow, &reported, diagnostics);
    super::idle_facts::report(flow, &reported, diagnostics);
    super::idle_tags::report(flow, diagnostics);
    super::idle_facts::report_values(sources, flow, &reported.undecided, diagnostics);
    report_missing(flow, judged, &names, &mut reported, diagnostics);
    let sight = FlowOverview::of(flow, judged, misspelt_tags::report(flow, diagnostics));
    for (number, policy) in flow.policies.iter().enumerate() {
        sees_nothing::report(&sight, number, policy, diagnostics);
    }
    reported
}

/// An error if the flow's author cannot change the policy, or if this finding replaces that of a broken
/// rule whose severity is error.
fn severity<'p>(
    flow: &Flow,
    judged: &[JudgedRule],
    fact: &str,
    mut policies: impl Iterator<Item = &'p Policy>,
) -> Severity {
    let breaks = |judged_rule: &JudgedRule| {
        let rule =
            flow.policies.get(judged_rule.policy).and_then(|policy| policy.rules.get(judged_rule.rule));
        judged_rule.left.is_some()
            && rule.is_some_and(|rule| {
                let requires_it = matches!(&rule.demand, Demand::Fact(required) if required.comparisons().any(|one| *one.fact == *fact));
                requires_it && rule.severity == Severity::Error
            })
    };
    let is_error = policies.any(Policy::is_required) || judged.iter().any(breaks);
    if is_error { Severity::Error } else { Severity::Warning }
}

fn expecting<'f>(flow: &'f Flow, fact: &str) -> impl Iterator<Item = (&'f Policy, &'f [Value])> {
    instances::first_of_instances(flow)
        .filter_map(move |policy| Some((policy, policy.expected_fact(fact)?.1)))
}

fn names<'p>(policies: impl Iterator<Item = &'p Policy>) -> String {
    let names: Vec<String> = policies.map(|policy| format!("`{}`", policy.name)).collect();
    list_of(&names, "and")
}

fn fact_meanings(flow: &Flow, name: &str) -> Vec<String> {
    meanings(flow, &Expected::Fact { name: name.into(), values: Vec::new() })
}

/// The values of all lists without repetition.
fn distinct_values<'f>(lists: impl Iterator<Item = &'f [Value]>) -> Vec<&'f Value> {
    let mut values: Vec<&Value> = Vec::new();
    for value in lists.flatten() {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// The values of a fact that are on the list of every policy that has one.
fn suitable_values<'f>(flow: &'f Flow, fact: &str) -> Vec<&'f Value> {
    let lists = || expecting(flow, fact).map(|(_, values)| values).filter(|values| !values.is_empty());
    let mut values = distinct_values(lists().take(1));
    values.retain(|value| lists().all(|list| list.contains(value)));
    values
}

fn values_in_words(values: &[&Value]) -> String {
    list_of(&values.iter().map(|value| fact_value(value)).collect::<Vec<_>>(), "or")
}

/// The kinds of values with which the rules of a policy compare a fact, each with one; a rule that counts days from it
/// wants a date.
fn asked_of(policy: &Policy, fact: &str) -> impl Iterator<Item = (&'static str, String)> {
    policy.rules.iter().flat_map(move |rule| {
        let tests = rule.comparisons().filter(move |comparison| *comparison.fact == *fact);
        let values = tests.filter_map(|comparison| comparison.test.as_ref());
        let after = rule.from_after.iter().filter(move |after| *after.fact == *fact);
        let dates = after.map(|_| (unquoted::DATE, "2027-01-31".to_owned()));
        values.map(|(_, value)| (kind_of(value), fact_value(value))).chain(dates)
    })
}

/// Reports a value that no policy expects, or whose type differs from that of the rules' comparisons.
fn report_value<'a>(
    sources: &Sources,
    flow: &'a Flow,
    judged: &[JudgedRule],
    fact: &'a Fact,
    reported: &mut Reported<'a>,
    diagnostics: &mut Diagnostics,
) {
    let name = &*fact.name;
    let Some(stated) = &fact.value else {
        if fact.is_refused {
            reported.add(name, Severity::Error);
        }
        return;
    };
    let lists = || expecting(flow, name).filter(|(_, values)| !values.is_empty());
    let is_listed = lists().next().is_some();
    let mut values: Vec<&Value> = Vec::new();
    let mut wanted_kind = "";
    let (found, wanted, policies_asking): (String, String, Vec<&Policy>) = if is_listed {
        let refusing: Vec<(&Policy, &[Value])> =
            lists().filter(|(_, values)| !values.contains(stated)).collect();
        if refusing.is_empty() {
            return;
        }
        values = suitable_values(flow, name);
        let wanted = distinct_values(refusing.iter().map(|(_, values)| *values));
        (
            fact_value(stated),
            values_in_words(&wanted),
            refusing.into_iter().map(|(policy, _)| policy).collect(),
        )
    } else {
        // Rules that disagree with each other are already reported.
        let is_other = |policy: &&Policy| asked_of(policy, name).all(|(kind, _)| kind != kind_of(stated));
        let policies_asking: Vec<&Policy> =
            expecting(flow, name).map(|(policy, _)| policy).filter(is_other).collect();
        let Some((kind, example)) = policies_asking.iter().find_map(|policy| asked_of(policy, name).next())
        else {
            return;
        };
        wanted_kind = kind;
        (kind_of(stated).to_owned(), format!("{kind}, as in {example}"), policies_asking)
    };
    // Whether another policy compares it with a value of the stated type.
    let is_split = !is_listed
        && expecting(flow, name)
            .any(|(policy, _)| asked_of(policy, name).any(|(kind, _)| kind == kind_of(stated)));
    let policies = names(policies_asking.iter().copied());
    let verb = if policies_asking.len() == 1 { "expects" } else { "expect" };
    let instances_note = instances::other_instances(flow, policies_asking.iter().copied());
    let severity = severity(flow, judged, name, policies_asking.into_iter());
    let text = match stated {
        Value::Text(text) => Some(&**text),
        _ => None,
    };
    let texts = values.iter().filter_map(|value| match value {
        Value::Text(text) => Some(&**text),
        _ => None,
    });
    let near = text.and_then(|text| nearest(text.trim(), texts));
    let message = format!("the fact `{name}` is {found}, and {policies} {verb} {wanted}");
    let span = fact.value_span.unwrap_or(fact.span);
    let mut diagnostic =
        Diagnostic::new(&FACT_VALUE, span, message).severity(severity).here("not an expected value");
    if let Some(near) = near {
        let near = crate::spelling::display_string(near);
        // An inserted value must be fixed where it is declared.
        let is_literal = fact.value_span.is_some_and(|span| !sources.text(span).contains("${"));
        diagnostic =
            diagnostic.help(format!("did you mean {near}?")).fix(is_literal.then(|| Fix::write(span, near)));
    } else if is_split {
        diagnostic = diagnostic.help(
            "no kind of value suits all of the policies: bring their rules into line, or apply only one of them",
        );
    } else if let Some((help, fix)) = unquoted::remedy(sources, fact, wanted_kind) {
        diagnostic = diagnostic.help(help).fix(fix);
    } else if !is_listed {
        diagnostic = diagnostic.help(format!("state `fact {name}` as {wanted}"));
    } else if !values.is_empty() {
        diagnostic = diagnostic.help(format!("state `fact {name}` as {}", values_in_words(&values)));
    } else {
        // Whatever the flow states, one of the policies would not apply.
        diagnostic = diagnostic.help(
            "no value suits all of them: apply only policies that are about this campaign, or bring their lists into line",
        );
    }
    if is_listed && lists().any(|(_, list)| list != lists().next().map_or(&[][..], |(_, first)| first)) {
        for (policy, list) in lists() {
            let list: Vec<&Value> = list.iter().collect();
            diagnostic = diagnostic.note(format!("`{}` expects {}", policy.name, values_in_words(&list)));
        }
    }
    for meaning in fact_meanings(flow, name) {
        diagnostic = diagnostic.note(format!("`{name}`: {meaning}"));
    }
    diagnostic.notes.extend(instances_note);
    diagnostics.push(diagnostic);
    reported.add(name, severity);
}

/// Reports a fact that no applied policy knows.
fn report_name<'a>(
    flow: &'a Flow,
    judged: &[JudgedRule],
    known: &FactNames<'a>,
    fact: &'a Fact,
    reported: &mut Reported<'a>,
    diagnostics: &mut Diagnostics,
) {
    // A policy that does not apply knows it: `idle_facts` reports that.
    if !fact.known_elsewhere.is_empty() {
        return;
    }
    let near = known.nearest(&fact.name);
    let name = quote(&fact.name);
    let Some(near) = near else {
        // A policy that could not be found may know it, and so may a rule that cannot be read.
        if flow.lacks_policies || !flow.complete {
            return;
        }
        // A shared fact may be meant for other flows and their policies.
        let severity = if fact.shared { Severity::Note } else { UNKNOWN_FACT.severity };
        diagnostics.push(
            Diagnostic::new(&UNKNOWN_FACT, fact.span, format!("no policy knows the fact {name}"))
                .severity(severity)
                .here("no rule uses this")
                .help("apply the policy that uses it, or take it out"),
        );
        return;
    };
    let policies_asking = || instances::first_of_instances(flow).filter(|policy| policy.knows_fact(near));
    let severity = severity(flow, judged, near, policies_asking());
    let verb = if policies_asking().count() == 1 { "expects" } else { "expect" };
    let message =
        format!("no policy knows the fact {name}, but {} {verb} `{near}`", names(policies_asking()));
    let mut diagnostic = Diagnostic::new(&MISSPELT_FACT, fact.span, message)
        .severity(severity)
        .here("perhaps a typo")
        .help(format!("did you mean `{near}`?"))
        .fix(Fix::write(fact.span, near));
    for meaning in fact_meanings(flow, near) {
        diagnostic = diagnostic.note(format!("`{near}`: {meaning}"));
    }
    diagnostic.notes.extend(instances::other_instances(flow, policies_asking()));
    diagnostics.push(diagnostic);
    reported.add(near, severity);
}

/// Reports each expected fact that is not stated, with all the rules that it leaves undecided.
fn report_missing<'a>(
    flow: &'a Flow,
    judged: &[JudgedRule],
    known: &FactNames<'a>,
    reported: &mut Reported<'a>,
    diagnostics: &mut Diagnostics,
) {
    let mut open: Vec<(&'a str, Vec<(&'a Policy, &'a Rule)>)> = Vec::new();
    let mut of_fact: FxHashMap<&'a str, usize> = FxHashMap::default();
    // Instances of a policy share their rules.
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for judged_rule in judged.iter().filter(|judged_rule| judged_rule.open.is_some()) {
        let Some(policy) = flow.policies.get(judged_rule.policy) else { continue };
        let Some(rule) = policy.rules.get(judged_rule.rule) else { continue };
        let is_new = |name: &&str| !known.stated.contains(name) && !reported.undecided.contains(name);
        // One that is not stated is enough: the others may not matter once it is.
        let Some(name) = facts::open_facts(flow, rule).into_iter().find(is_new) else { continue };
        if !seen.insert(rule.span) {
            continue;
        }
        let number = *of_fact.entry(name).or_insert(open.len());
        match open.get_mut(number) {
            Some((_, rules)) => rules.push((policy, rule)),
            None => open.push((name, vec![(policy, rule)])),
        }
    }
    for (fact, rules) in open {
        // An unreadable line may state it.
        if !flow.complete {
            reported.undecided.insert(fact);
            continue;
        }
        if expecting(flow, fact).next().is_none() {
            continue;
        }
        let policies_asking: Vec<&Policy> = expecting(flow, fact).map(|(policy, _)| policy).collect();
        let is_error = rules.iter().any(|(policy, rule)| {
            policy.is_required() && rule.severity == Severity::Error && policy.expected_fact(fact).is_some()
        });
        let severity = if is_error { Severity::Error } else { Severity::Warning };
        let undecided = if rules.len() == 1 {
            "1 rule stays".to_owned()
        } else {
            format!("{} stay", counted(rules.len(), "rule"))
        };
        let verb = if policies_asking.len() == 1 { "expects" } else { "expect" };
        let message = format!(
            "{} {verb} the fact `{fact}`, which is not stated: {undecided} undecided",
            names(policies_asking.iter().copied())
        );
        let first = rules.first().map(|(_, rule)| rule.span);
        let applied = policies_asking.iter().find_map(|policy| policy.place());
        let own = policies_asking.iter().any(|policy| !policy.bundled).then_some(first).flatten();
        let diagnostic = match applied.or(own) {
            Some(span) => Diagnostic::new(&MISSING_FACT, span, message),
            None => Diagnostic::unplaced(&MISSING_FACT, message),
        };
        let values = suitable_values(flow, fact);
        // A value that exempts from a rule is not the one to advise.
        let compared = rules.first().and_then(|(_, rule)| {
            let required = match &rule.demand {
                Demand::Fact(condition) => Some(condition),
                Demand::Paths(_) | Demand::Oblige(_) => None,
            };
            let mut asked = required.into_iter().chain(&rule.when).flat_map(FactCondition::comparisons);
            asked.find(|comparison| *comparison.fact == *fact)?.test.as_ref()
        });
        let help = match (values.as_slice(), compared) {
            ([], Some((_, value))) => format!("state it, as in `fact {fact} = {}`", fact_value(value)),
            ([], None) => format!("state it: `fact {fact} = …`"),
            ([first, ..], _) => {
                format!(
                    "state it, as in `fact {fact} = {}`; it is {}",
                    fact_value(first),
                    values_in_words(&values)
                )
            }
        };
        let mut diagnostic = diagnostic.severity(severity).help(help);
        for meaning in fact_meanings(flow, fact) {
            diagnostic = diagnostic.note(format!("`{fact}`: {meaning}"));
        }
        let undecided: Vec<String> =
            rules.iter().map(|(policy, rule)| format!("`{}/{}`", policy.name, rule.name)).collect();
        diagnostic = diagnostic.note(format!("undecided: {}", list_of(&undecided, "and")));
        diagnostic.notes.extend(instances::other_instances(flow, policies_asking.iter().copied()));
        diagnostics.push(diagnostic);
        reported.add(fact, severity);
    }
}
