//! The rules whose verdicts have changed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::demands::{rule_text, stated};
use super::pairs::Pairs;
use super::tag_changes::relabelled;
use super::{Effect, VerdictChange, Version};
use crate::compile::Compiled;
use crate::flow::policy::{Demand, Form, Policy, Rule};
use crate::flow::{Flow, NodeId};
use crate::policy::{JudgedRule, RuleVerdict, Vacuous};
use crate::spelling::display_id;

/// The verdict on a rule that the version before does not have.
const NOT_CHECKED: &str = "not checked";

/// The rules of both versions whose verdicts differ or that are broken at more nodes, and the new rules that are not
/// kept; what is weaker first.
pub fn changes(before: Version<'_>, after: Version<'_>, pairs: &Pairs) -> Vec<VerdictChange> {
    let (old, new) = (&before.compiled.flow, &after.compiled.flow);
    let was_judged = before.compiled.judged.iter();
    let was_judged: FxHashMap<String, (&JudgedRule, &Rule)> = was_judged
        .filter_map(|judged| {
            let (policy, rule) = rule_of(old, judged)?;
            Some((rule_name(policy, rule), (judged, rule)))
        })
        .collect();
    let bases = Bases {
        old,
        new,
        pairs,
        relabelled: relabelled(old, new, pairs),
        have_same_settings: before.settings == after.settings,
    };
    let changed = after.compiled.judged.iter().filter_map(|judged| {
        let (policy, rule) = rule_of(new, judged)?;
        let name = rule_name(policy, rule);
        let after = words(judged);
        let (effect, before, also_at) = match was_judged.get(&name) {
            Some((was, rule_before)) => {
                let also_at = also_at(was, judged, new, pairs);
                // A new exemption lets a broken rule pass.
                let is_let_pass = rule_before.exempt.len() < rule.exempt.len()
                    && standing(was) == Standing::NotKept(VIOLATED)
                    && matches!(
                        judged.verdict,
                        RuleVerdict::Vacuous(Vacuous::Exempt(_)) | RuleVerdict::Unknown(_)
                    );
                let effect = match also_at.is_empty() && !is_let_pass {
                    true => effect(was, judged, || bases.are_same(rule_before, rule)),
                    false => Effect::Weaker,
                };
                (effect, words(was), also_at)
            }
            None => return newly_broken(new, judged),
        };
        let path = breaking_path(new, judged);
        (before != after || !also_at.is_empty()).then_some(VerdictChange {
            effect,
            rule: name,
            before,
            after,
            also_at,
            path,
        })
    });
    let mut changes: Vec<VerdictChange> = changed.collect();
    changes.sort_by_key(|one| one.effect);
    changes
}

/// The rules that a new flow does not keep.
pub fn introduced(compiled: &Compiled) -> Vec<VerdictChange> {
    compiled.judged.iter().filter_map(|judged| newly_broken(&compiled.flow, judged)).collect()
}

/// A rule that was not checked before and is not kept; `None` if it is kept or waived.
fn newly_broken(flow: &Flow, judged: &JudgedRule) -> Option<VerdictChange> {
    let (policy, rule) = rule_of(flow, judged)?;
    matches!(standing(judged), Standing::NotKept(UNKNOWN..)).then(|| VerdictChange {
        effect: Effect::Changed,
        rule: rule_name(policy, rule),
        before: NOT_CHECKED.to_owned(),
        after: words(judged),
        also_at: Vec::new(),
        path: breaking_path(flow, judged),
    })
}

/// A path that breaks a rule, unless it is waived.
fn breaking_path(flow: &Flow, judged: &JudgedRule) -> Option<String> {
    let violation = judged.violation().filter(|_| !judged.is_waived())?;
    Some(flow.path(&violation.path.as_ref()?.nodes))
}

fn rule_of<'a>(flow: &'a Flow, judged: &JudgedRule) -> Option<(&'a Policy, &'a Rule)> {
    let policy = flow.policies.get(judged.policy)?;
    Some((policy, policy.rules.get(judged.rule)?))
}

fn rule_name(policy: &Policy, rule: &Rule) -> String {
    format!("{}/{}", display_id(&policy.name), display_id(&rule.name))
}

/// The verdict as `policy check` words it.
fn words(judged: &JudgedRule) -> String {
    let word = judged.word();
    let estimate = if judged.is_estimated() { " by estimate" } else { "" };
    format!("{word}{estimate}")
}

/// The nodes at which a rule is broken that was broken before, but not there.
fn also_at(was: &JudgedRule, is: &JudgedRule, new: &Flow, pairs: &Pairs) -> Vec<String> {
    let (RuleVerdict::Violated(was), RuleVerdict::Violated(is)) = (&was.verdict, &is.verdict) else {
        return Vec::new();
    };
    let known: FxHashSet<NodeId> = was.at.iter().filter_map(|&node| pairs.after(node)).collect();
    let added = is.at.iter().filter(|node| !known.contains(node));
    added.map(|&node| display_id(&new.nodes[node].id)).collect()
}

/// What the verdict on a rule rests on besides the calls, in both versions.
struct Bases<'a> {
    old: &'a Flow,
    new: &'a Flow,
    pairs: &'a Pairs,
    relabelled: FxHashSet<&'a str>,
    have_same_settings: bool,
}

impl Bases<'_> {
    /// Whether a rule is the same, and so are the facts and tags that it is about; of a limit on time also the settings,
    /// which say how fast texts are spoken.
    fn are_same(&self, before: &Rule, after: &Rule) -> bool {
        let was_now = |node: NodeId| {
            let node = self.pairs.after(node).map_or(&self.old.nodes[node], |after| &self.new.nodes[after]);
            display_id(&node.id)
        };
        let is_now = |node: NodeId| display_id(&self.new.nodes[node].id);
        let mut facts = after.facts();
        let is_time = matches!(after.demand, Demand::Paths(Form::Time { .. }));
        let was = rule_text(self.old, before, before.when.as_ref(), &was_now);
        was == rule_text(self.new, after, after.when.as_ref(), &is_now)
            && facts.all(|fact| stated(self.old, fact) == stated(self.new, fact))
            && !after.tags().any(|tag| self.relabelled.contains(tag))
            && (!is_time || self.have_same_settings)
    }
}

/// How a flow stands to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It keeps it, or somebody attests that it does.
    Kept { by_estimate: bool },
    /// There is nothing to check.
    Vacuous,
    /// A duty that nobody attests.
    OpenDuty,
    /// It does not keep it, or that is not known. More is worse.
    NotKept(u8),
}

const WITHHELD: u8 = 0;
const WAIVED: u8 = 1;
const UNKNOWN: u8 = 2;
const VIOLATED: u8 = 3;

fn standing(judged: &JudgedRule) -> Standing {
    match &judged.verdict {
        _ if judged.is_waived() => Standing::NotKept(WAIVED),
        RuleVerdict::Holds { estimated } => Standing::Kept { by_estimate: *estimated },
        RuleVerdict::Obligation if judged.is_attested() => Standing::Kept { by_estimate: false },
        RuleVerdict::Obligation => Standing::OpenDuty,
        RuleVerdict::Vacuous(_) => Standing::Vacuous,
        RuleVerdict::Withheld(_) => Standing::NotKept(WITHHELD),
        RuleVerdict::Unknown(_) => Standing::NotKept(UNKNOWN),
        RuleVerdict::Violated(_) => Standing::NotKept(VIOLATED),
    }
}

/// What the change of a verdict does. Only a rule that rests on the same as before, and is kept now, makes compliance
/// stricter: whoever changes the rule, a fact or a tag can make any rule hold.
fn effect(was: &JudgedRule, is: &JudgedRule, rests_on_same: impl Fn() -> bool) -> Effect {
    let if_same = |same, otherwise| if rests_on_same() { same } else { otherwise };
    match (standing(was), standing(is)) {
        (Standing::Kept { by_estimate: false }, Standing::Kept { by_estimate: true })
        | (Standing::Kept { .. }, Standing::OpenDuty) => Effect::Weaker,
        (Standing::Kept { .. }, Standing::Vacuous) => if_same(Effect::Changed, Effect::Weaker),
        (Standing::Kept { by_estimate: true }, Standing::Kept { by_estimate: false })
        | (Standing::OpenDuty, Standing::Kept { .. }) => if_same(Effect::Stricter, Effect::Changed),
        (Standing::NotKept(before), Standing::Kept { .. }) if before > WITHHELD => {
            if_same(Effect::Stricter, Effect::Changed)
        }
        (Standing::NotKept(before), Standing::NotKept(after)) if before >= after => Effect::Changed,
        (_, Standing::NotKept(_)) => Effect::Weaker,
        _ => Effect::Changed,
    }
}
