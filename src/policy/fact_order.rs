//! Pairs of facts for a beginning and an end, where the end is not after the beginning.
//!
//! A rule compares a single fact. `hours_start = 20` keeps `require fact hours_start >= 8`, and `hours_end
//! = 9` keeps `require fact hours_end <= 21`, but the two together describe no interval between 8 and 21.

use core::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::codes::FACT_VALUE;
use super::facts::order;
use super::reported::Reported;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, list_of};
use crate::flow::Flow;
use crate::flow::policy::fact_value;
use crate::flow::policy::{Demand, Fact, Operator, Policy, Value};

/// Words in a fact's name that mark a beginning, with those that mark the matching end.
const BEGINS_AND_ENDS: &[(&str, &[&str])] = &[
    ("start", &["end", "stop"]),
    ("starts", &["ends", "stops"]),
    ("begin", &["end"]),
    ("begins", &["ends"]),
    ("from", &["to", "until", "till"]),
    ("first", &["last"]),
    ("open", &["close"]),
    ("opens", &["closes"]),
    ("opening", &["closing"]),
    ("earliest", &["latest"]),
    ("min", &["max"]),
];

/// The bound that rules set for each fact.
type FactBounds<'p> = FxHashMap<&'p str, &'p Value>;

/// Reports pairs of facts whose end is not after their beginning, where a policy has a lower bound for the
/// one and an upper bound for the other.
pub fn report<'a>(flow: &'a Flow, reported: &Reported<'a>, diagnostics: &mut Diagnostics) {
    let stated: FxHashMap<&str, &Fact> = flow.facts.iter().map(|fact| (&*fact.name, fact)).collect();
    // The wrong pairs with the policies that bound them, in the order of the policies.
    let mut pairs: Vec<(&Fact, &Fact, Vec<&Policy>)> = Vec::new();
    let mut places: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for policy in &flow.policies {
        for (begin, end) in wrong_pairs(policy, &stated) {
            let names = (&*begin.name, &*end.name);
            if [names.0, names.1].iter().any(|name| reported.undecided.contains(name)) {
                continue;
            }
            let place = *places.entry(names).or_insert(pairs.len());
            match pairs.get_mut(place) {
                Some((.., asking)) => asking.push(policy),
                None => pairs.push((begin, end, vec![policy])),
            }
        }
    }
    for (begin, end, asking) in pairs {
        diagnostics.push(finding(begin, end, &asking));
    }
}

/// The pairs of stated facts that a policy bounds as beginning and end, and that are the wrong way round.
fn wrong_pairs<'a>(policy: &'a Policy, stated: &FxHashMap<&str, &'a Fact>) -> Vec<(&'a Fact, &'a Fact)> {
    let mut lower: Vec<(&str, &Value)> = Vec::new();
    let mut upper: FactBounds<'_> = FxHashMap::default();
    for rule in &policy.rules {
        let Demand::Fact(required) = &rule.demand else { continue };
        // Also of what only one of several alternatives asks for, as in `hours_start >= 8 or hours_consent = "express"`.
        for one in required.comparisons() {
            match &one.test {
                Some((Operator::AtLeast | Operator::More, value)) => lower.push((&one.fact, value)),
                Some((Operator::AtMost | Operator::Less, value)) => {
                    upper.insert(&one.fact, value);
                }
                _ => {}
            }
        }
    }
    let mut pairs: Vec<(&Fact, &Fact)> = Vec::new();
    for (name, earliest) in lower {
        let Some(&begin) = stated.get(name) else { continue };
        for other in names_of_end(name) {
            let Some((&end, latest)) = stated.get(&*other).zip(upper.get(&*other)) else { continue };
            // An interval from 22 to 6 goes past midnight. If the lower bound is not below the upper one,
            // the pair is no interval within a day.
            let goes_past_midnight = order(earliest, latest).is_none_or(Ordering::is_ge);
            let values = begin.value.as_ref().zip(end.value.as_ref());
            let is_wrong = values.and_then(|(one, other)| order(one, other)).is_some_and(Ordering::is_ge);
            if is_wrong
                && !goes_past_midnight
                && !pairs.iter().any(|(reported, _)| *reported.name == *begin.name)
            {
                pairs.push((begin, end));
            }
        }
    }
    pairs
}

/// The names that the fact for the end may have if the fact for the beginning has this name.
fn names_of_end(name: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, part) in parts(name) {
        for (begins, ends) in BEGINS_AND_ENDS {
            if part.eq_ignore_ascii_case(begins) {
                let (before, after) = (name.get(..at), name.get(at + part.len()..));
                let around = before.zip(after);
                names.extend(ends.iter().filter_map(|end| {
                    around.map(|(before_part, two)| {
                        format!("{before_part}{}{two}", with_capitals_of(part, end))
                    })
                }));
            }
        }
    }
    names
}

/// A word, capitalised like another one.
fn with_capitals_of(part: &str, word: &str) -> String {
    let is_capital = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_uppercase);
    match (is_capital(part.as_bytes().first()), is_capital(part.as_bytes().last())) {
        (true, true) => word.to_ascii_uppercase(),
        (true, false) => {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
        }
        _ => word.to_owned(),
    }
}

/// The words of a name such as `hours_start` or `hoursStart`, each with its offset.
fn parts(name: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut after_small = false;
    for (at, letter) in name.char_indices() {
        let divides = matches!(letter, '_' | '-' | ' ');
        if divides || (after_small && letter.is_uppercase()) {
            parts.push((start, name.get(start..at).unwrap_or_default()));
            start = if divides { at + letter.len_utf8() } else { at };
        }
        after_small = letter.is_lowercase();
    }
    parts.push((start, name.get(start..).unwrap_or_default()));
    parts
}

fn finding(begin: &Fact, end: &Fact, asking: &[&Policy]) -> Diagnostic {
    let value = |fact: &Fact| fact.value.as_ref().map(fact_value).unwrap_or_default();
    let message = format!(
        "the fact `{}` is {}, which is not after `{}`, {}",
        end.name,
        value(end),
        begin.name,
        value(begin)
    );
    let names: Vec<String> = asking.iter().map(|policy| format!("`{}`", policy.name)).collect();
    let verb = if names.len() == 1 { "expects" } else { "expect" };
    let severity =
        if asking.iter().any(|policy| policy.is_required()) { Severity::Error } else { Severity::Warning };
    let place = |fact: &Fact| fact.value_span.unwrap_or(fact.span);
    Diagnostic::new(&FACT_VALUE, place(end), message)
        .severity(severity)
        .here("ends here")
        .label(place(begin), "begins here")
        .help(format!(
            "{} {verb} the beginning before the end: correct the wrong one",
            list_of(&names, "and")
        ))
}
