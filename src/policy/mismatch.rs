//! Compares a policy's `expects` with its rules: both must name the same tags, facts and values.

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::EXPECTS_MISMATCH;
use super::names::shortened;
use super::wording::kind_of;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::Flow;
use crate::flow::policy::fact_value;
use crate::flow::policy::{Expected, Policy, Rule, Value};
use crate::source::Span;

/// Reports tags, facts and values that rules use and the policy does not expect, and expected ones that no
/// rule uses. Returns the facts in rules that are typos of expected ones, which this reports.
pub fn report<'a>(policy: &'a Policy, diagnostics: &mut Diagnostics) -> Vec<&'a str> {
    let expected: FxHashMap<(bool, &str), Span> =
        policy.expects.iter().rev().map(|expects| (key(&expects.expected), expects.span)).collect();
    let tags: Vec<&str> = policy.expected_tags().map(|(name, _)| name).collect();
    let facts: Vec<&str> = policy.expected_facts().map(|(name, _)| name).collect();
    let used: FxHashSet<(bool, &str)> = policy
        .rules
        .iter()
        .flat_map(|rule| rule.tags().map(|tag| (true, tag)).chain(rule.facts().map(|fact| (false, fact))))
        .collect();
    let mut seen: FxHashSet<(bool, &str)> = FxHashSet::default();
    // Expected but used only in misspelt form.
    let mut used_misspelt: FxHashSet<(bool, &str)> = FxHashSet::default();
    let mut misspelt_facts = Vec::new();
    let mut push =
        |span: Span, message: String, near: Option<String>, place: Option<Span>, otherwise: String| {
            let help = near.map_or(otherwise, |near| format!("did you mean `{near}`?"));
            let diagnostic = Diagnostic::new(&EXPECTS_MISMATCH, span, message).help(help);
            diagnostics.push(match place {
                Some(place) => diagnostic.label(place, "expected here, and no rule uses it"),
                None => diagnostic,
            });
        };
    let mut unexpected: Vec<(&Rule, &str)> = Vec::new();
    for rule in &policy.rules {
        for tag in rule.tags() {
            if seen.insert((true, tag)) && !expected.contains_key(&(true, tag)) {
                let near = nearest(tag, tags.iter().copied());
                let Some(near) = near else {
                    unexpected.push((rule, tag));
                    continue;
                };
                let idle = Some((true, near)).filter(|near| !used.contains(near));
                used_misspelt.extend(idle);
                let message = format!(
                    "{}/{} uses the tag `@{tag}`, which the policy does not expect",
                    policy.name, rule.name
                );
                let place = idle.and_then(|idle| expected.get(&idle).copied());
                push(rule.span, message, Some(format!("@{near}")), place, String::new());
            }
        }
        let compared = rule.comparisons().map(|comparison| (&*comparison.fact, comparison.span));
        let after = rule.from_after.iter().map(|after| (&*after.fact, after.span));
        for (fact, span) in compared.chain(after) {
            if seen.insert((false, fact)) && !expected.contains_key(&(false, fact)) {
                let near = nearest(fact, facts.iter().copied());
                let idle = near.map(|near| (false, near)).filter(|near| !used.contains(near));
                used_misspelt.extend(idle);
                // A typo of an expected fact is a single mistake.
                if near.is_some() {
                    misspelt_facts.push(fact);
                }
                let message = format!(
                    "{}/{} uses the fact `{fact}`, which the policy does not expect",
                    policy.name, rule.name
                );
                let place = idle.and_then(|idle| expected.get(&idle).copied());
                let help = format!("add `expects fact {fact} \"WHAT IT TELLS\"` to the policy");
                push(span, message, near.map(str::to_owned), place, help);
            }
        }
        for comparison in rule.comparisons() {
            let values = policy.expected_fact(&comparison.fact).map(|(_, values)| values).unwrap_or_default();
            if let Some((_, value)) =
                comparison.test.as_ref().filter(|(_, value)| !values.is_empty() && !values.contains(value))
            {
                let message = format!(
                    "{}/{} compares `{}` with {}, which is not among the values that the policy expects",
                    policy.name,
                    rule.name,
                    comparison.fact,
                    fact_value(value)
                );
                let near = match value {
                    Value::Text(text) => nearest(
                        text,
                        values.iter().filter_map(|expected| match expected {
                            Value::Text(text) => Some(&**text),
                            _ => None,
                        }),
                    ),
                    _ => None,
                };
                let help = format!(
                    "add `| {}` to the values of `expects fact {}`",
                    fact_value(value),
                    comparison.fact
                );
                push(comparison.span, message, near.map(crate::spelling::display_string), None, help);
            }
        }
    }
    for expects in &policy.expects {
        let key = key(&expects.expected);
        if !used.contains(&key) && !used_misspelt.contains(&key) {
            let (is_tag, name) = key;
            let subject = if is_tag { format!("`@{name}`") } else { format!("the fact `{name}`") };
            let help = format!("write the rule about {subject}, or take this line out");
            push(expects.span, format!("no rule of `{}` uses {subject}", policy.name), None, None, help);
        }
    }
    report_unexpected(policy, &unexpected, diagnostics);
    report_meanings_for_values(policy, diagnostics);
    misspelt_facts
}

/// Reports values in the place of a meaning, as in `expects fact purpose "debt"` next to a rule `when
/// purpose = "debt"`: the `=` is missing, so any value would be expected.
fn report_meanings_for_values(policy: &Policy, diagnostics: &mut Diagnostics) {
    let compared: FxHashSet<(&str, &str)> = policy
        .rules
        .iter()
        .flat_map(Rule::comparisons)
        .filter_map(|comparison| match &comparison.test {
            Some((_, Value::Text(text))) => Some((&*comparison.fact, &**text)),
            _ => None,
        })
        .collect();
    for expects in &policy.expects {
        let Expected::Fact { name, values } = &expects.expected else { continue };
        let Some(meaning) = expects.meaning.as_deref() else { continue };
        if !values.is_empty() || !compared.contains(&(name, meaning)) {
            continue;
        }
        let value = crate::spelling::display_string(meaning);
        let message =
            format!("{value} is the meaning of the fact `{name}` here, and a rule takes it for a value");
        diagnostics.push(
            Diagnostic::new(&EXPECTS_MISMATCH, expects.span, message)
                .here("any value is expected")
                .help(format!("did you mean `expects fact {name} = {value}`?")),
        );
    }
}

/// Reports the rules that compare a fact with a different type of value than most rules of the policy do:
/// no value of the fact would decide both. Returns these facts.
pub fn report_kinds<'a>(flow: &Flow, policy: &'a Policy, diagnostics: &mut Diagnostics) -> Vec<&'a str> {
    type Compared<'a> = Vec<(&'a Rule, Span, &'a Value)>;
    let mut of_facts: Vec<(&str, Compared<'_>)> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for rule in &policy.rules {
        for comparison in rule.comparisons() {
            let Some((_, value)) = &comparison.test else { continue };
            let place = *places.entry(&comparison.fact).or_insert(of_facts.len());
            if place == of_facts.len() {
                of_facts.push((&comparison.fact, Vec::new()));
            }
            if let Some((_, compared)) = of_facts.get_mut(place) {
                compared.push((rule, comparison.span, value));
            }
        }
    }
    let mut mixed = Vec::new();
    for (fact, compared) in of_facts {
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for (_, _, value) in &compared {
            match kinds.iter_mut().find(|(kind, _)| *kind == kind_of(value)) {
                Some((_, count)) => *count += 1,
                None => kinds.push((kind_of(value), 1)),
            }
        }
        if kinds.len() < 2 {
            continue;
        }
        let stated =
            flow.facts.iter().find(|stated| *stated.name == *fact).and_then(|stated| stated.value.as_ref());
        // The most frequent type; of equally frequent ones the type that the flow states, or else the
        // first.
        let usual =
            kinds.iter().rev().max_by_key(|(kind, count)| (*count, stated.map(kind_of) == Some(*kind)));
        let Some(&(usual, _)) = usual else { continue };
        let of_usual = compared.iter().find(|(_, _, value)| kind_of(value) == usual);
        let Some((usual_rule, usual_span, example)) = of_usual else { continue };
        mixed.push(fact);
        for (rule, span, value) in compared.iter().filter(|(_, _, value)| kind_of(value) != usual) {
            let message = format!(
                "{0}/{1} compares `{fact}` with {2}, and {0}/{3} with {usual}",
                policy.name,
                rule.name,
                kind_of(value),
                usual_rule.name
            );
            diagnostics.push(
                Diagnostic::new(&EXPECTS_MISMATCH, *span, message)
                    .here(format!("{} here", kind_of(value)))
                    .label(*usual_span, format!("{usual} here"))
                    .help(format!("compare it with {usual}, as in {}", fact_value(example))),
            );
        }
    }
    mixed
}

/// Reports, in one finding, the tags that the policy does not expect and that are no typos of expected
/// ones.
fn report_unexpected(policy: &Policy, tags: &[(&Rule, &str)], diagnostics: &mut Diagnostics) {
    let [(rule, first), others @ ..] = tags else { return };
    let names: Vec<String> = tags.iter().map(|(_, tag)| format!("`@{tag}`")).collect();
    let (message, lines) = match others {
        [] => (
            format!(
                "{}/{} uses the tag `@{first}`, which the policy does not expect",
                policy.name, rule.name
            ),
            "",
        ),
        _ => (
            format!(
                "the rules of `{}` use the tags {}, which the policy does not expect",
                policy.name,
                shortened(&names)
            ),
            ", and a line like it for each of the others,",
        ),
    };
    let mut places: Vec<Span> =
        others.iter().map(|(rule, _)| rule.span).filter(|&span| span != rule.span).collect();
    places.dedup();
    diagnostics.push(
        Diagnostic::new(&EXPECTS_MISMATCH, rule.span, message)
            .label_each(&places, 5, "and here")
            .help(format!("add `expects @{first} \"WHAT IT MARKS\"`{lines} to the policy")),
    );
}

/// Whether it is a tag (or else a fact), and its name.
fn key(expected: &Expected) -> (bool, &str) {
    match expected {
        Expected::Tag(name) => (true, name),
        Expected::Fact { name, .. } => (false, name),
    }
}
