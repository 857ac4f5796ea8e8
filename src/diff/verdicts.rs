//! The rules whose verdicts have changed.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::{Effect, VerdictChange};
use crate::compile::Compiled;
use crate::policy::{JudgedRule, RuleVerdict};
use crate::spelling::display_id;

/// The rules of both versions whose verdicts differ, what is weaker first.
pub fn changes(before: &Compiled, after: &Compiled) -> Vec<VerdictChange> {
    let name = |compiled: &Compiled, judged: &JudgedRule| {
        let policy = compiled.flow.policies.get(judged.policy)?;
        let rule = policy.rules.get(judged.rule)?;
        Some(format!("{}/{}", display_id(&policy.name), display_id(&rule.name)))
    };
    let old: FxHashMap<String, &JudgedRule> =
        before.judged.iter().filter_map(|judged| Some((name(before, judged)?, judged))).collect();
    let changed = after.judged.iter().filter_map(|judged| {
        let rule = name(after, judged)?;
        let was = old.get(&rule)?;
        let (before, is) = (words(was), words(judged));
        let effect = match grade(was).cmp(&grade(judged)).then_with(|| attested(was, judged)) {
            Ordering::Less => Effect::Weaker,
            Ordering::Equal => Effect::Changed,
            Ordering::Greater => Effect::Stricter,
        };
        let violation = if judged.is_waived() { None } else { judged.violation() };
        let path = violation.and_then(|violation| violation.path.as_ref());
        let path = path.map(|path| after.flow.path(&path.nodes));
        (before != is).then_some(VerdictChange { effect, rule, before, after: is, path })
    });
    let mut changes: Vec<VerdictChange> = changed.collect();
    changes.sort_by_key(|one| one.effect);
    changes
}

/// The verdict as `policy check` words it.
fn words(judged: &JudgedRule) -> String {
    let word = judged.word();
    let estimate = if judged.is_estimated() { " by estimate" } else { "" };
    format!("{word}{estimate}")
}

/// Whether somebody attests an obligation in only one of the versions: `Less` if nobody does any more.
fn attested(was: &JudgedRule, judged: &JudgedRule) -> Ordering {
    match (&was.verdict, &judged.verdict) {
        (RuleVerdict::Obligation, RuleVerdict::Obligation) => judged.is_attested().cmp(&was.is_attested()),
        _ => Ordering::Equal,
    }
}

/// How far a verdict is from what holds for certain.
fn grade(judged: &JudgedRule) -> u8 {
    match &judged.verdict {
        _ if judged.is_waived() => 3,
        RuleVerdict::Holds { estimated: false } | RuleVerdict::Vacuous(_) | RuleVerdict::Obligation => 0,
        RuleVerdict::Holds { estimated: true } => 1,
        RuleVerdict::Withheld(_) => 2,
        RuleVerdict::Unknown(_) => 4,
        RuleVerdict::Violated(_) => 5,
    }
}
